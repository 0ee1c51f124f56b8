"""What the pages of searches have in common: names of keys, and the same page on a terminal."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import wording
from analysis.experiment import Experiment
from analysis.files import write_text
from analysis.report.page import Page
from sim.metrics import METRICS

if TYPE_CHECKING:
    from rich.console import Console


def key_names(keys: Sequence[str]) -> dict[str, str]:
    """Return a short name for people by key: the last part, or as many as tell it from the others."""
    names = {}
    for key in keys:
        parts = key.split(".")
        others = [other.split(".") for other in keys if other != key]
        size = next(
            (size for size in range(1, len(parts)) if all(other[-size:] != parts[-size:] for other in others)),
            len(parts),
        )
        names[key] = " ".join(map(wording.readable, parts[-size:]))
    return names


def subject(outcome: str, arm: str, reference: str) -> str:
    """Return what is looked at: "profit", or "the profit difference of “points” to “nothing”"."""
    name = in_sentence(outcome)
    if arm == reference:
        return name
    return f"the {name} difference of {wording.quoted(arm)} to {wording.quoted(reference)}"


def in_sentence(outcome: str) -> str:
    """Return an outcome's name inside a sentence."""
    return wording.label(outcome).lower()


def lives(replicates: int) -> str:
    """Write a number of replicates: "1 replicate", "20 replicates"."""
    return f"{replicates:,} replicate{'' if replicates == 1 else 's'}"


def better(value: float, outcome: str) -> bool:
    """Whether a difference is for the better."""
    return value < 0 if METRICS[outcome].better == "down" else value > 0


def caveats(experiment: Experiment) -> list[str]:
    """Return what a reader must know of the scenario that a search varies."""
    if not experiment.unsolved:
        return []
    return ["The scenario's equal budgets are not solved here: arms lay out what their settings say."]


def show(page: Page, folder: Path, console: "Console") -> None:
    """Print a page's answer and its table, and where the page is."""
    from rich.table import Table
    from rich.text import Text

    console.print(Text(page.headline, style="bold"))
    console.print(Text(page.explanation))
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for place, column in enumerate(page.table.columns):
        table.add_column(column, justify="right" if place else "left")
    for row in page.table.rows:
        table.add_row(*row)
    console.print(table)
    console.print(Text(page.table.note, style="dim"))
    console.print(f"page, picture and runs: {folder}", soft_wrap=True)


def write(page: Page, folder: Path) -> None:
    """Write a page into a study folder."""
    write_text(folder / "report.html", page.render())
