"""The answer of ``ecrm validate``: a table on the terminal, and a page with a small picture of each check."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.files import write_text
from analysis.report.html import fill, inline
from analysis.validation import words
from analysis.validation.limits import NOT_HELD, Open, not_run
from analysis.validation.pictures import picture
from analysis.validation.results import Result
from analysis.validation.switches import Turned
from sim.settings import BadInput

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

TITLES = {"closed_form": "Formulas", "pattern": "Patterns of the literature", "data": "Data"}


def show(results: Sequence[Result], turned: Sequence[Turned], fast: bool, console: "Console") -> None:
    """Print each check with what was expected, what was measured, and its verdict; then the neutral switches."""
    from rich.text import Text

    table = _table("claim and source", "expected", "measured")
    for result in results:
        claim = Text.assemble(result.claim, "\n", (result.source, "dim"))
        table.add_row(claim, words.expectation(result), words.interval(result), _mark(result.verdict))
    console.print(table)
    if turned:
        table = _table("mechanism", "off with", words.OFF_TITLE)
        for each in turned:
            table.add_row(each.mechanism, Text(each.off, style="dim"), words.neutrality(each), _mark(each.verdict))
        console.print(table)
        for title, claims in _open():
            table = _table(title, "why")
            for what, why in claims:
                table.add_row(what, Text(why, style="dim"))
            console.print(table)
    console.print(Text(words.headline(results, turned), style="bold"))
    console.print(Text(words.explanation(list(results), fast), style="dim"))


def _open() -> list[tuple[str, Sequence[Open]]]:
    """Return the lists of claims that no verdict is given on, with their titles; empty ones left out."""
    lists = (("not run here", not_run()), ("not held to", NOT_HELD))
    return [(title, claims) for title, claims in lists if claims]


def _table(*columns: str) -> "Table":
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in (*columns, ""):
        table.add_column(column, overflow="fold", justify="right" if column == "expected" else "left")
    return table


def _mark(verdict: bool) -> "Text":
    from rich.text import Text

    return Text(words.verdict(verdict), style="green" if verdict else "bold red")


def make(folder: Path) -> None:
    """Make the folder of the page where it is not there.

    Raises:
        BadInput: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"--out {folder}: cannot be made ({error.strerror}); give another folder") from None


def write(results: Sequence[Result], turned: Sequence[Turned], fast: bool, folder: Path, without: str = "") -> Path:
    """Write ``validation.html`` to a folder and return the file.

    Args:
        results: of the checks.
        turned: neutral switches.
        fast: whether samples are small.
        folder: where the page goes.
        without: the mechanism that was switched off.
    """
    sections = [
        {"title": TITLES[kind], "checks": [_card(result) for result in group]}
        for kind, group in groupby(results, key=lambda result: result.kind)
    ]
    page = fill(
        "validation.html.j2",
        headline=f"Without {without}" if without else words.headline(results, turned),
        explanation=words.changed(results, without) if without else words.explanation(list(results), fast),
        sections=sections,
        switches=[{**each.as_dict(), "found": words.neutrality(each)} for each in turned],
        off_title=words.OFF_TITLE,
        open_claims=_open() if turned else [],
        command="ecrm validate" + (" --fast" if fast else "") + (f' --without "{without}"' if without else ""),
    )
    file = folder / "validation.html"
    write_text(file, page)
    return file


def _card(result: Result) -> dict[str, object]:
    """Return a check as the page's template takes it."""
    return {
        "picture": inline(picture(result)),
        "name": result.name,
        "source": result.source,
        "expected": words.expectation(result),
        "measured": words.interval(result),
        "unit": result.unit,
        "verdict": words.verdict(result.verdict),
        "holds": result.verdict,
        "notes": [text for text in (result.method, result.note, words.strength(result), words.usually(result)) if text],
        "needs": ", ".join(result.needs),
        "unusual": words.unusual(result),
    }
