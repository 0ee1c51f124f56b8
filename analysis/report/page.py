"""A page about one log: the answer, key figures, pictures, a table. Nothing in it is loaded from anywhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.canvas import Picture
from analysis.report.html import fill, inline
from analysis.report.report import Card


@dataclass(frozen=True)
class Table:
    """A table: the first cell of a row is its name."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str


@dataclass(frozen=True)
class Page:
    """What stands on a page, top to bottom.

    Attributes:
        name: what it is about.
        headline: the answer, as a sentence.
        explanation: the answer's reasons, in a few sentences.
        cards: key figures.
        pictures: the drawings.
        table: all figures.
        notes: paragraphs that a reader needs.
        command_title: what the command does.
        command: the command line.
    """

    name: str
    headline: str
    explanation: str
    cards: Sequence[Card]
    pictures: Sequence[Picture]
    table: Table
    notes: Sequence[str]
    command_title: str
    command: str

    def render(self) -> str:
        """Return the page as one HTML document."""
        drawn = [inline(picture) for picture in self.pictures]
        return fill("page.html.j2", page=self, pictures=drawn)
