"""The answer on a terminal: one line, a table of arms, and where the report is."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from analysis import wording
from analysis.comparison import Comparison
from analysis.report.report import Row, table_rows

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

MARKS = {"better": "green", "worse": "red", "unsure": "dim", "": "dim"}
GAP = 3  # spaces between columns


def show_comparison(comparison: Comparison, console: "Console") -> None:
    """Print which arm is best and how sure that is, then every outcome with its difference to the reference."""
    from rich.text import Text

    results, verdict = comparison.results, comparison.verdict()
    years = float(results.periods["year"].max())
    console.print(Text(wording.headline(verdict, results.reference), style="bold"))
    console.print(Text(wording.explanation(verdict, years, len(comparison.replicates))))
    for table in _tables(list(results.arms), table_rows(comparison), console.width):
        console.print(table)
    console.print(Text("means ± half a 95 % interval; below, the paired difference to ", style="dim"), end="")
    console.print(Text(wording.quoted(results.reference), style="dim"))
    _end(comparison, console)


def _tables(arms: list[str], rows: list[Row], width: int) -> Iterator["Table"]:
    """Yield the table of arms in as many blocks as the width asks for: no label and no number is ever cut."""
    from rich.table import Table
    from rich.text import Text

    least = max(len(word) for row in rows for word in row.label.split())  # labels wrap between words
    heads = [textwrap.fill(wording.readable(arm), max(width - least - GAP, 1)) for arm in arms]
    columns = [
        [head, *(row.cells[place][part] for row in rows for part in ("mean", "difference"))]
        for place, head in enumerate(heads)
    ]
    wide = [max(len(line) for text in column for line in text.split("\n")) for column in columns]
    for block in blocks(wide, width - least, GAP):
        table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0))
        table.add_column("")
        for place in block:
            table.add_column(heads[place], justify="right", no_wrap=True)
        for row in rows:
            cells = [row.cells[place] for place in block]
            table.add_row(
                row.label,
                *(
                    Text.assemble(
                        cell["mean"], ("\n" + cell["difference"], MARKS[cell["verdict"]]) if cell["difference"] else ""
                    )
                    for cell in cells
                ),
            )
        yield table


def blocks(wide: Sequence[int], room: int, gap: int) -> Iterator[list[int]]:
    """Yield the places of columns that fit side by side into a room, each after a gap; at least one at a time."""
    block: list[int] = []
    for place in range(len(wide)):
        if block and sum(wide[each] + gap for each in (*block, place)) > room:
            yield block
            block = []
        block.append(place)
    yield block


def show_run(comparison: Comparison, console: "Console") -> None:
    """Print the outcomes of one world."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 3, 0, 0))
    table.add_column()
    table.add_column(justify="right")
    arm = comparison.results.reference
    for outcome in comparison.outcomes:
        table.add_row(wording.label(outcome), wording.number(comparison.cells(outcome)[arm].mean.mean, outcome))
    console.print(table)
    _end(comparison, console)


def _end(comparison: Comparison, console: "Console") -> None:
    results = comparison.results
    if results.failures:
        count = len(results.failures)
        console.print(
            f"{count} run{'' if count == 1 else 's'} failed; tracebacks: {results.folder / 'failures'}", style="red"
        )
    if not results.facts["complete"]:
        console.print("stopped early: these are the runs that were done", style="yellow")
    console.print(f"report: {results.folder / 'report.html'}", soft_wrap=True)
