"""The figures of a study as a table for a spreadsheet: ``summary.csv``, a row an outcome and arm.

Excel reads it as it is: UTF-8 with its mark, and the separator and decimal sign that a spreadsheet expects in the
language. No text in it can be taken for a formula (OWASP, *CSV Injection*): names may come from strangers.
"""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from analysis import wording
from analysis.comparison import Comparison
from analysis.files import write_bytes
from analysis.language import say, speaking, spoken
from analysis.statistics import Interval
from sim.metrics import METRICS

# What a spreadsheet may start a formula with, after signs that it drops; full-width signs count in Chinese ones.
FORMULA = re.compile(r"""^(?:[\t\r\n]|[\s"'`\ufeff]*[=+\-@|%＝＋－＠])""")

Cell = str | float | None


def write_csv(comparison: Comparison, language: str = "en") -> Path:
    """Write ``summary.csv`` into the study's folder, beside the report, and return its path.

    Raises:
        BadInput: there is no such language.
    """
    path = comparison.results.folder / "summary.csv"
    write_bytes(path, summary(comparison, language).encode("utf-8-sig"))
    return path


def summary(comparison: Comparison, language: str = "en") -> str:
    """Return every figure of every arm as CSV, its lines ended by CR LF.

    Raises:
        BadInput: there is no such language.
    """
    with speaking(language):
        rows = [_header(), *_rows(comparison)]
        comma = spoken().decimal == ","
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=";" if comma else ",", lineterminator="\r\n")
        writer.writerows([_cell(cell, "," if comma else ".") for cell in row] for row in rows)
    return text.getvalue()


def defused(text: str) -> str:
    """Return a text that a spreadsheet shows as text: what could be a formula gets an apostrophe in front."""
    return f"'{text}" if FORMULA.match(text) else text


def _cell(cell: Cell, decimal: str) -> str:
    if cell is None:
        return ""
    return defused(cell) if isinstance(cell, str) else f"{cell:.12g}".replace(".", decimal)


def _header() -> list[Cell]:
    return [
        *(say("outcome"), say("name"), say("unit"), say("arm"), say("mean"), say("low"), say("high")),
        *(say("difference to the reference"), say("difference, low"), say("difference, high"), say("replicates")),
        *(say("variance ratio"), say("definition")),
    ]


def _rows(comparison: Comparison) -> Iterator[list[Cell]]:
    reference = comparison.results.reference
    for outcome in comparison.outcomes:
        values = comparison.values(outcome)
        for arm, cell in comparison.cells(outcome).items():
            difference = Interval(None, None, None) if arm == reference else cell.difference
            yield [
                *(wording.label(outcome), outcome, say(METRICS[outcome].unit), wording.readable(arm)),
                *(*cell.mean, *difference),
                *(float((values[arm] == values[arm]).sum()), None if arm == reference else cell.variance_ratio),
                wording.definition(outcome),
            ]
