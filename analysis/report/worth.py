"""Where the value is: its pictures, how people move between tiers of value, and what foretells value."""

from collections.abc import Iterator
from typing import Any

from analysis import value_pictures, value_words, wording
from analysis.comparison import Comparison
from analysis.language import say
from analysis.lives import lived
from analysis.report.html import inline
from analysis.report.people import Line
from analysis.statistics import Interval
from analysis.value import LOST, NEW, TIERS, Indicator, Migration, Value, value_of


def worth(comparison: Comparison) -> dict[str, Any]:
    """Return what a template shows of a study's value; empty where value was not measured."""
    results = comparison.results
    if "return_on_customer" not in results.runs.columns or results.shares.empty:
        return {"pictures": [], "moves": [], "indicators": []}
    values = value_of(results, lived(results))
    settings = results.facts["arms"][results.reference]["settings"]
    bands = {arm: value.tenure for arm, value in values.items() if value.tenure is not None}
    drawn = [
        value_pictures.returns(
            comparison.values("return_on_customer"), results.reference, settings["economics"]["discount_rate"]
        ),
        value_pictures.tenure(bands, results.reference),
    ]
    indicators = values[results.reference].indicators or {}
    return {
        "pictures": [inline(picture) for picture in drawn if picture is not None],
        "moves": [_moves(value) for value in values.values() if value.migration is not None],
        "indicators": [_foretold(name, each) for name, each in indicators.items()],
    }


def _moves(value: Value) -> dict[str, Any]:
    assert value.migration is not None
    stays = value.migration.shares.get((TIERS[0], TIERS[0]), Interval(None, None, None))
    return {
        "arm": value.arm,
        "title": say("{share} of the most valuable fifth are still so at the end", share=_share(stays)),
        "columns": [value_words.tier(name) for name in (*TIERS, LOST)],
        "lines": list(_tiers(value.migration)),
    }


def _tiers(migration: Migration) -> Iterator[Line]:
    for origin in (*TIERS, NEW):
        yield Line(value_words.tier(origin), "", tuple(_cell(migration, origin, end) for end in (*TIERS, LOST)))


def _cell(migration: Migration, origin: str, end: str) -> str:
    if (origin, end) not in migration.shares:
        return ""
    change = migration.difference.get((origin, end))
    text = _share(migration.shares[origin, end])
    if change is None or not change.excludes_zero:
        return text
    return f"{text} ({wording.number(change.mean, wording.SHARE, signed=True)})"


def _share(estimate: Interval) -> str:
    return wording.MISSING if estimate.mean is None else wording.percent(estimate.mean)


def _foretold(name: str, found: Indicator) -> Line:
    figures = (found.margin, found.staying, found.change)
    return Line(value_words.indicator(name), "", tuple(wording.interval(each, "gini", signed=True) for each in figures))
