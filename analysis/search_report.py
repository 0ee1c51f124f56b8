"""What the pages of searches have in common: names of keys, and the same page on a terminal."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import wording
from analysis.experiment import Experiment
from analysis.files import write_text
from analysis.report.page import Page
from analysis.store import FAILURES
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


def counted(count: int, one: str, many: str = "") -> str:
    """Write a number with its noun: "1 run", "20 runs"; ``many`` is for nouns that do not just take an s."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def lives(replicates: int) -> str:
    """Write a number of replicates: "1 replicate", "20 replicates"."""
    return counted(replicates, "replicate")


def better(value: float, outcome: str) -> bool:
    """Whether a difference is for the better."""
    return METRICS[outcome].sign * value > 0


def caveats(experiment: Experiment) -> list[str]:
    """Return what a reader must know of a search: what varied, what was left out, and what failed."""
    return [*_frame(experiment), *failed(experiment)]


def failed(experiment: Experiment) -> list[str]:
    """Return how many runs failed and where their tracebacks are; nothing if none did."""
    count = experiment.failures
    if not count:
        return []
    runs = counted(count, "run")
    return [f"{runs} failed; see {experiment.frame.folder / FAILURES}. Figures are of the runs that are left."]


def _frame(experiment: Experiment) -> list[str]:
    names = key_names(list(experiment.ranges))
    spans = [f"{names[key]} from {span.low:g} to {span.high:g}" for key, span in experiment.ranges.items()]
    texts = [f"Varied: {', '.join(spans)}."]
    if experiment.unsolved:
        texts.append("The scenario's equal budgets are not solved here: arms lay out what their settings say.")
    return texts


def show(page: Page, experiment: Experiment, console: "Console") -> None:
    """Print a page's answer, its table and what a reader must know, and where the page is."""
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
    for text in _frame(experiment):
        console.print(Text(text, style="dim"))
    console.print(f"page, picture and runs: {experiment.frame.folder}", soft_wrap=True)


def write(page: Page, folder: Path) -> None:
    """Write a page into a study folder."""
    write_text(folder / "report.html", page.render())
