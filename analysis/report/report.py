"""The report: one HTML file that answers first, shows why, and says how to repeat it.

Nothing in it is loaded from anywhere and no script is needed: style and pictures are in the file, text is escaped.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis import wording
from analysis.canvas import Picture, colors
from analysis.comparison import Cell, Comparison, Verdict
from analysis.pictures import all_pictures
from analysis.store import write_text
from sim.metrics import METRICS

OUTLAY = "program_outlay"


@dataclass(frozen=True)
class Card:
    """A key number: what it is, its value and a word on it."""

    label: str
    value: str
    note: str


@dataclass(frozen=True)
class Row:
    """One outcome in the table of arms: a cell an arm, each with mean, difference and a verdict in words."""

    outcome: str
    label: str
    definition: str
    cells: list[dict[str, str]]


def write_report(comparison: Comparison) -> Path:
    """Write ``report.html`` into the study's folder, beside the stored results, and return its path."""
    path = comparison.results.folder / "report.html"
    write_text(path, render(comparison))
    return path


def render(comparison: Comparison) -> str:
    """Return the report as one HTML document."""
    return fill("template.html.j2", **_context(comparison))


def fill(template: str, **context: Any) -> str:
    """Return a template of this folder with its names filled in; text is escaped, an unknown name is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(context)


def _context(comparison: Comparison) -> dict[str, Any]:
    results, study = comparison.results, comparison.results.facts
    years, replicates = float(results.periods["year"].max()), len(comparison.replicates)
    verdict = comparison.verdict()
    rows = table_rows(comparison)
    return {
        "study": study,
        "name": wording.title(study["scenario"]),
        "headline": _headline(comparison, verdict, years),
        "explanation": wording.explanation(verdict, years, replicates),
        "cards": list(_cards(comparison)),
        "cards_of": wording.quoted(verdict.best) if verdict is not None and verdict.runner_up else "",
        "pictures": [inline(picture) for picture in all_pictures(comparison)],
        "arms": results.arms,
        "readable": wording.readable,
        "palette": colors(results.arms, results.reference),
        "rows": rows,
        "pairing": _pairing(comparison),
        "changes": {arm: dict(dotted(study["arms"][arm]["changes"])) for arm in results.arms},
        "facts": _facts(comparison, years),
        "population": study["population"],
        "failures": results.failures,
        "lesson": list(blocks(study["lesson"])),
        "glossary": [METRICS[row.outcome] for row in sorted(rows, key=lambda row: row.label)],
    }


def _headline(comparison: Comparison, verdict: Verdict | None, years: float) -> str:
    results = comparison.results
    if verdict is None or verdict.runner_up is not None:
        return wording.headline(verdict, results.reference)
    mean = comparison.cells(verdict.outcome)[verdict.best].mean.mean
    return wording.single(verdict.outcome, mean, results.focal, years)


def table_rows(comparison: Comparison) -> list[Row]:
    """Return the table of arms: the scenario's outcomes, then what each arm lays out over the reference."""
    outcomes = [name for name in comparison.results.facts["outcomes"] if name != OUTLAY]
    rows = [
        Row(name, wording.label(name), METRICS[name].definition, list(_cells(comparison, name))) for name in outcomes
    ]
    alone = len(comparison.results.arms) == 1
    cells = comparison.cells(OUTLAY).values()
    outlay = [_cell(wording.interval(cell.mean if alone else cell.difference, OUTLAY)) for cell in cells]
    label = wording.label(OUTLAY) if alone else f"{wording.label(OUTLAY)} over the reference"
    return [*rows, Row(OUTLAY, label, METRICS[OUTLAY].definition, outlay)]


def _cells(comparison: Comparison, outcome: str) -> Iterator[dict[str, str]]:
    for arm, cell in comparison.cells(outcome).items():
        if arm == comparison.results.reference:
            yield _cell(wording.interval(cell.mean, outcome))
        else:
            difference = wording.interval(cell.difference, outcome, signed=True)
            yield _cell(wording.interval(cell.mean, outcome), difference, _judged(cell, outcome))


def _cell(mean: str, difference: str = "", verdict: str = "") -> dict[str, str]:
    return {"mean": mean, "difference": difference, "verdict": verdict}


def _judged(cell: Cell, outcome: str) -> str:
    better = METRICS[outcome].better
    if not cell.difference.excludes_zero or better is None or cell.difference.mean is None:
        return "unsure"
    return "better" if (cell.difference.mean > 0) == (better == "up") else "worse"


def _cards(comparison: Comparison) -> Iterator[Card]:
    """The key numbers of the best arm: its differences to the reference, or its figures if it is the reference."""
    results, verdict = comparison.results, comparison.verdict()
    if verdict is None:
        return
    if verdict.probability is not None:
        yield Card("Chance to be the best", wording.chance(verdict.probability), f"of {len(results.arms)} policies")
    for outcome in [name for name in results.facts["outcomes"] if name in METRICS][:4]:
        cell = comparison.cells(outcome)[verdict.best]
        based = verdict.best == results.reference
        shown = cell.mean if based else cell.difference
        reach = wording.reach(shown, outcome)
        against = "" if based else f"against {wording.quoted(results.reference)}"
        note = " ".join(filter(None, [reach, against]))
        yield Card(wording.label(outcome), wording.number(shown.mean, outcome, signed=not based, short=True), note)


def _pairing(comparison: Comparison) -> str:
    """Say what common random numbers gained, on the first outcome."""
    outcome = comparison.outcomes[0]
    ratios = [cell.variance_ratio for cell in comparison.cells(outcome).values() if cell.variance_ratio]
    if not ratios or max(ratios) < 1.05:
        return ""
    return (
        f"All policies met the same people and the same luck: for {wording.label(outcome).lower()}, pairing was worth "
        f"{min(ratios):,.1f} times as many runs with independent luck"
        + (f" (up to {max(ratios):,.1f} times)." if len(ratios) > 1 else ".")
    )


def _facts(comparison: Comparison, years: float) -> dict[str, str]:
    results = comparison.results
    firms = ", ".join(map(str, results.periods["firm"].unique()))
    return {
        "Time simulated": wording.duration(years),
        "Firms": firms,
        "Studied firm": results.focal,
        "Runs": f"{len(results.runs)} ({len(results.arms)} × {len(comparison.replicates)}, policies × replicates)",
        "Seed": str(results.facts["seed"]),
    }


def inline(picture: Picture) -> dict[str, str]:
    """Return a picture as a template takes it: its drawing is markup, its words are text."""
    from markupsafe import Markup

    return {"name": picture.name, "title": picture.title, "note": picture.note, "svg": Markup(picture.svg)}


def dotted(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Write a tree of settings as ``("firms.acme.price", 38)`` pairs, as on the command line."""
    for key, value in tree.items():
        if isinstance(value, Mapping) and value:
            yield from dotted(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def blocks(text: str) -> Iterator[tuple[str, list[str]]]:
    """Split a lesson (simple Markdown) into ``(kind, lines)``: kind is ``heading``, ``list`` or ``paragraph``."""
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = [line.strip() for line in block.splitlines() if line.strip()]
        while lines and lines[0].startswith("#"):
            yield "heading", [lines.pop(0).lstrip("# ")]
        if lines and all(line.startswith(("- ", "* ")) for line in lines):
            yield "list", [line[2:] for line in lines]
        elif lines:
            yield "paragraph", [" ".join(lines)]
