"""The report: one HTML file that answers first, shows why, and says how to repeat it."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from analysis import twin_words, wording
from analysis.canvas import colors
from analysis.comparison import Cell, Comparison, Verdict
from analysis.compose import leaves
from analysis.csv_export import write_csv
from analysis.files import write_text
from analysis.language import plural, say, short_name, speaking
from analysis.lives import twins_of
from analysis.pictures import all_pictures
from analysis.report.assumptions import assumptions
from analysis.report.doubts import OF_A_STUDY, doubts
from analysis.report.html import fill, inline, prose
from analysis.report.money import balances, money_terms
from analysis.report.people import people
from analysis.report.setup import equal_outlays, facts
from analysis.report.worth import worth
from analysis.twins import Twins
from sim.metrics import METRICS

OUTLAY = "program_outlay"
MONEY, VALUE = ("profit",), ("value",)  # pictures that have a section of their own
OF_THE_SCENARIO = ("scenario", "seed", *OF_A_STUDY)  # words of a command that leave the scenario's world as it is
WORTH = (  # figures of the section on value, where they were measured and the table above does not show them
    *("customer_equity", "prospect_equity", "value_per_person", "value_per_initial_customer", "value_per_customer"),
    *("return_on_customer", "return_on_present_customers", "top_20_share", "gini", "negative_share", "payback_months"),
    *("tenure_years", "margin_per_customer"),
)


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


def write_report(comparison: Comparison, language: str = "en", twins: Sequence[Twins] | None = None) -> Path:
    """Write ``report.html`` and ``summary.csv`` into the study's folder and return the path of the first.

    Raises:
        BadInput: there is no such language.
    """
    path = comparison.results.folder / "report.html"
    write_text(path, render(comparison, language, twins))
    write_csv(comparison, language)
    return path


def render(comparison: Comparison, language: str = "en", twins: Sequence[Twins] | None = None) -> str:
    """Return the report as one HTML document.

    Args:
        comparison: the arms side by side.
        language: ``en``, ``es`` or ``zh``.
        twins: of each arm whose people are to be shown beside themselves in the reference; those that the study keeps
            if ``None``.

    Raises:
        BadInput: there is no such language.
    """
    if twins is None:
        twins = list(twins_of(comparison.results).values())
    with speaking(language):
        return fill("template.html.j2", **_context(comparison, twins))


def _context(comparison: Comparison, twins: Sequence[Twins]) -> dict[str, Any]:
    results, study = comparison.results, comparison.results.facts
    years, replicates = float(results.periods["year"].max()), len(comparison.replicates)
    verdict = comparison.verdict()
    rows = table_rows(comparison)
    return {
        "study": study,
        "name": wording.title(study["scenario"]),
        "question": _own_words(study, "question"),
        "headline": _headline(comparison, verdict, years),
        "explanation": wording.explanation(verdict, years, replicates),
        "cards": list(_cards(comparison)),
        "cards_of": wording.quoted(verdict.best) if verdict is not None and verdict.runner_up else "",
        "pictures": _pictures(comparison),
        "arms": results.arms,
        "palette": colors(results.arms, results.reference),
        "rows": rows,
        "people": people(twins, replicates),
        "coupling": twin_words.coupling(),
        "balances": balances(comparison),
        "money_terms": _money_terms(),
        "value_rows": _value_rows(comparison),
        "worth": worth(comparison),
        "doubts": list(doubts(comparison)),
        "assumptions": assumptions(study["arms"][results.reference]["settings"]),
        "changes": {arm: dict(leaves(study["arms"][arm]["changes"])) for arm in results.arms},
        "facts": facts(comparison, years),
        "equal_outlays": list(equal_outlays(study)),
        "population": _population(study["population"]),
        "failures": results.failures,
        "lesson": prose(_own_words(study, "lesson")),
        "lesson_fits": not _altered(study),
        "glossary": _glossary([*rows, *_value_rows(comparison)], twins, len(results.arms) > 1),
    }


def _own_words(study: Mapping[str, Any], what: str) -> str:
    """Return a scenario's question or lesson in the language spoken, or as it was first written."""
    return str(study.get("words", {}).get(short_name(), {}).get(what) or study[what])


def _altered(study: Mapping[str, Any]) -> bool:
    """Whether the command line set anything of the world: what a lesson tells is of the scenario as it comes."""
    return any(word.partition("=")[0] not in OF_THE_SCENARIO for word in shlex.split(str(study["command"]))[2:])


def _pictures(comparison: Comparison) -> dict[str, list[dict[str, str]]]:
    sections: dict[str, list[dict[str, str]]] = {"claims": [], "money": [], "value": []}
    for picture in all_pictures(comparison):
        section = "money" if picture.name in MONEY else "value" if picture.name in VALUE else "claims"
        sections[section].append(inline(picture))
    return sections


def _money_terms() -> dict[str, Any]:
    returned, payback = money_terms()
    return {
        "outlay": wording.definition(OUTLAY),
        "profit": wording.definition("profit"),
        "returned": returned,
        "payback": payback,
    }


def _glossary(rows: Sequence[Row], twins: Sequence[Twins], with_balances: bool) -> list[dict[str, str]]:
    """Return every term that the page explains, by its name: on paper nothing can be pointed at."""
    fates = {
        twin_words.fate(fate, reached=each.reached): twin_words.meaning(fate, reached=each.reached)
        for each in twins
        for fate in twin_words.fates(each)
    }
    money = money_terms() if with_balances else []
    terms = [
        *(_term(row.outcome) for row in rows),
        *({"name": "", "label": name, "definition": meaning, "unit": ""} for name, meaning in (*fates.items(), *money)),
    ]
    return sorted(terms, key=lambda term: term["label"].lower())


def _term(outcome: str) -> dict[str, str]:
    unit = METRICS[outcome].unit
    return {
        "name": outcome,
        "label": wording.label(outcome),
        "definition": wording.definition(outcome),
        "unit": say(unit) if unit else "",
    }


def _population(population: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if not population:
        return None
    days = {end: date.fromisoformat(str(population[end])) for end in ("first", "until")}
    return {**population, **days, "fits": [{**fit, "name": say(fit["name"])} for fit in population["fits"]]}


def _headline(comparison: Comparison, verdict: Verdict | None, years: float) -> str:
    results = comparison.results
    if verdict is None or verdict.runner_up is not None:
        return wording.headline(verdict, results.reference)
    mean = comparison.cells(verdict.outcome)[verdict.best].mean.mean
    return wording.single(verdict.outcome, mean, results.focal, years)


def table_rows(comparison: Comparison) -> list[Row]:
    """Return the table of arms: the scenario's outcomes, then what each arm lays out over the reference."""
    outcomes = [name for name in comparison.results.facts["outcomes"] if name != OUTLAY]
    rows = [_row(comparison, name) for name in outcomes]
    alone = len(comparison.results.arms) == 1
    cells = comparison.cells(OUTLAY).values()
    outlay = [_cell(wording.interval(cell.mean if alone else cell.difference, OUTLAY)) for cell in cells]
    label = wording.label(OUTLAY)
    label = label if alone else say("{outcome} over the reference", outcome=label)
    return [*rows, Row(OUTLAY, label, wording.definition(OUTLAY), outlay)]


def _value_rows(comparison: Comparison) -> list[Row]:
    measured = comparison.results.runs.dropna(axis=1, how="all").columns
    shown = [name for name in WORTH if name in measured and name not in comparison.results.facts["outcomes"]]
    return [_row(comparison, name) for name in shown]


def _row(comparison: Comparison, outcome: str) -> Row:
    cells = list(_cells(comparison, outcome))
    return Row(outcome, wording.measure(outcome), wording.definition(outcome), cells)


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
    """The key numbers of the best arm: its differences to the reference, or its figures if it is the reference.

    The chance to be the best describes the replicates seen; beside "cannot tell yet" it would be taken for an answer.
    """
    results, verdict = comparison.results, comparison.verdict()
    if verdict is None:
        return
    if verdict.sure:
        note = plural("of {count} policy", "of {count} policies", len(results.arms))
        yield Card(say("Chance to be the best"), wording.chance(verdict.probability), note)
    for outcome in [name for name in results.facts["outcomes"] if name in METRICS][:4]:
        cell = comparison.cells(outcome)[verdict.best]
        based = verdict.best == results.reference
        shown = cell.mean if based else cell.difference
        reach = wording.reach(shown, outcome)
        against = "" if based else say("against {reference}", reference=wording.quoted(results.reference))
        note = " ".join(filter(None, [reach, against]))
        yield Card(wording.measure(outcome), wording.number(shown.mean, outcome, signed=not based, short=True), note)
