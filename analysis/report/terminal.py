"""The answer on a terminal: one line, a table of arms, and where the report is."""

from typing import TYPE_CHECKING

from analysis import wording
from analysis.compare import Comparison
from analysis.report.report import table_rows

if TYPE_CHECKING:
    from rich.console import Console

MARKS = {"better": "green", "worse": "red", "unsure": "dim", "": "dim"}


def show_comparison(comparison: Comparison, console: "Console") -> None:
    """Print which arm is best and how sure that is, then every outcome with its difference to the reference."""
    from rich.table import Table
    from rich.text import Text

    results, verdict = comparison.results, comparison.verdict()
    years = float(results.periods["year"].max())
    console.print(Text(wording.headline(verdict, results.reference), style="bold"))
    console.print(Text(wording.explanation(verdict, years, len(comparison.replicates))))
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    table.add_column("")
    for arm in results.arms:
        table.add_column(wording.readable(arm), justify="right", no_wrap=True)
    for row in table_rows(comparison):
        cells = [
            Text.assemble(
                cell["mean"], ("\n" + cell["difference"], MARKS[cell["verdict"]]) if cell["difference"] else ""
            )
            for cell in row.cells
        ]
        table.add_row(row.label, *cells)
    console.print(table)
    console.print(Text("means ± half a 95 % interval; below, the paired difference to ", style="dim"), end="")
    console.print(Text(wording.quoted(results.reference), style="dim"))
    _end(comparison, console)


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
    if not results.study["complete"]:
        console.print("stopped early: these are the runs that were done", style="yellow")
    console.print(f"report: {results.folder / 'report.html'}", soft_wrap=True)
