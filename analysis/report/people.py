"""Who gains and who loses: each person beside themselves in the reference, in words and tables."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from analysis import naive, people_pictures, wording
from analysis.language import digits, say
from analysis.report.html import inline
from analysis.statistics import Interval
from analysis.twins import FATES, NEWCOMERS, Amount, Part, Twins


@dataclass(frozen=True)
class Line:
    """A row of a table: its name, what the name means, its figures."""

    name: str
    meaning: str
    figures: tuple[str, ...]


def people(twins: Iterable[Twins]) -> list[dict[str, Any]]:
    """Return for each arm what a template shows of its people."""
    return [
        {
            "arm": each.arm,
            "summary": _summary(each),
            "fates": list(_fates(each)),
            "total": _money(each.difference),
            "groups": [*_parts(each.tiers, _tiers()), *_parts(each.segments, {})],
            "pictures": [inline(picture) for picture in people_pictures.of(each, number)],
            "claims": _claims(each),
            "readings": list(_readings(each)),
            "effects": list(_effects(each)),
        }
        for number, each in enumerate(twins, 1)
    ]


def _summary(twins: Twins) -> str:
    fates = twins.everybody.fates
    heads = {fate: _count(fates[fate].people) for fate in FATES}
    return say(
        "{arm}: {saved} people saved, {lost} lost because of it, {subsidised} paid to do what they would have done"
        " anyway.",
        arm=wording.title(twins.arm),
        saved=heads["saved"],
        lost=heads["lost"],
        subsidised=heads["subsidised"],
    )


def _fates(twins: Twins) -> Iterator[Line]:
    for fate, (name, meaning) in people_pictures.fate_names().items():
        group = twins.everybody.fates[fate]
        yield Line(
            name, meaning, (_count(group.people), _money(group), wording.interval(group.each, "profit", signed=True))
        )
    yield Line(
        say("lines that belong to nobody"),
        say("payroll, hiring, fixed cost: a higher cost is negative"),
        ("", _money(twins.firm_lines), ""),
    )


def _tiers() -> dict[str, str]:
    return {
        "top 20 %": say("top 20 % by spend before"),
        "next 30 %": say("next 30 %"),
        "lower 50 %": say("lower 50 %"),
        NEWCOMERS: say("not customers yet"),
    }


def _parts(parts: Mapping[str, Part], names: Mapping[str, str]) -> Iterator[Line]:
    for name, part in parts.items():
        group = part.whole
        figures = (_count(group.people), _money(group), wording.interval(group.each, "profit", signed=True))
        yield Line(names.get(name, wording.readable(name)), "", figures)


def _claims(twins: Twins) -> str:
    """Say what a dashboard would claim of a member's margin, and what is true."""
    reading = next((reading for reading in twins.readings if reading.measure == "margin"), None)
    if reading is None:
        return ""
    parts = [f"{_part_names()[name]} {_figure(part, 'margin')}" for name, part in reading.parts.items()]
    return say(
        "A dashboard that sets members against other customers would credit the program with {naive} a member; it"
        " brought {causal}. The difference is bias: {parts}.",
        naive=_figure(reading.naive, "margin"),
        causal=_figure(reading.causal, "margin"),
        parts=wording.listed(parts),
    )


def _readings(twins: Twins) -> Iterator[Line]:
    kinds = {
        naive.AGAINST_OTHERS: say("members against other customers"),
        naive.AGAINST_BEFORE: say("members after against before"),
    }
    measures = {"margin": say("margin"), "stayed": say("still customers"), "spend": say("spend of twelve months")}
    for reading in twins.readings:
        parts = [f"{_part_names()[name]} {_figure(part, reading.measure)}" for name, part in reading.parts.items()]
        figures = [_figure(each, reading.measure) for each in (reading.naive, reading.causal, reading.bias)]
        name = say("{measure}: {kind}", measure=measures[reading.measure], kind=kinds[reading.kind])
        yield Line(name, "", (*figures, wording.enumerated(parts)))


def _part_names() -> dict[str, str]:
    return {"selection": say("selection"), "spill-over": say("spill-over"), "drift": say("drift")}


def _effects(twins: Twins) -> Iterator[Line]:
    names = {
        "profit": say("profit"),
        "value of persons": say("value of persons"),
        "customers": say("customers at the end"),
        "satisfaction": say("satisfaction, 0 to 1"),
    }
    for effect in twins.effects:
        parts = (effect.total, effect.direct, effect.queue)
        yield Line(names[effect.figure], "", tuple(wording.interval(part, "profit", signed=True) for part in parts))


def _figure(estimate: Interval, measure: str) -> str:
    return wording.interval(estimate, "retention_rate" if measure == "stayed" else "profit", signed=True)


def _money(amount: Amount) -> str:
    return wording.interval(amount.money, "profit", signed=True)


def _count(people: Interval) -> str:
    mean = people.mean or 0.0
    return digits(mean, 0 if mean >= 10 or mean == round(mean) else 1)
