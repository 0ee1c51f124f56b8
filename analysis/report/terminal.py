"""The answer on a terminal: one line, a table of arms, and where the report is."""

from typing import TYPE_CHECKING

from analysis import wording
from analysis.comparison import Comparison
from analysis.report.columns import tables
from analysis.report.report import Row, table_rows
from analysis.report.setup import stop

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

MARKS = {"better": "green", "worse": "red", "unsure": "dim", "": "dim"}


def show_comparison(comparison: Comparison, console: "Console") -> None:
    """Print which arm is best and how sure that is, then every outcome with its difference to the reference."""
    from rich.text import Text

    results, verdict = comparison.results, comparison.verdict()
    years = float(results.periods["year"].max())
    console.print(Text(wording.headline(verdict, results.reference), style="bold"))
    console.print(Text(wording.explanation(verdict, years, len(comparison.replicates))))
    for table in tables(
        ["", *map(wording.readable, results.arms)], list(map(_row, table_rows(comparison))), console.width
    ):
        console.print(table)
    below = f"; below, the paired difference to {wording.quoted(results.reference)}" if len(results.arms) > 1 else ""
    console.print(Text(f"means ± half a 95 % interval{below}", style="dim"))
    for what, text in stop(comparison).items():
        console.print(Text(f"{what} {text}"))
    _end(comparison, console)


def _row(row: Row) -> tuple[str, list["Text"]]:
    """Return an outcome's label and its cells: the mean, and below it the difference in its verdict's color."""
    from rich.text import Text

    return row.label, [
        Text.assemble(cell["mean"], ("\n" + cell["difference"], MARKS[cell["verdict"]]) if cell["difference"] else "")
        for cell in row.cells
    ]


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
