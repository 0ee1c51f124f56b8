"""Who gains and who loses: each person beside themselves in the reference, in words and tables."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from analysis import naive, people_pictures, twin_words, wording
from analysis.language import digits, say
from analysis.report.html import inline
from analysis.statistics import Interval
from analysis.twins import Amount, Group, Twins


@dataclass(frozen=True)
class Line:
    """A row of a table: its name, what the name means, its figures."""

    name: str
    meaning: str
    figures: tuple[str, ...]


def people(twins: Iterable[Twins], replicates: int) -> list[dict[str, Any]]:
    """Return for each arm what a template shows of its people; the study has so many replicates."""
    return [
        {
            "arm": each.arm,
            "summary": twin_words.people(each),
            "fates": list(fates(each)),
            "total": total(each),
            "rests_on": _rests_on(len(each.replicates), replicates),
            "groups": [*tiers(each), *segments(each)],
            "pictures": [inline(picture) for picture in people_pictures.of(each, number)],
            "claims": claims(each),
            "readings": list(readings(each)),
            "effects": list(effects(each)),
        }
        for number, each in enumerate(twins, 1)
    ]


def _rests_on(kept: int, replicates: int) -> str:
    """Say how many replicates the people are kept of, and how many the rest of the page rests on."""
    if kept == 1:
        means = say("One replicate says nothing about luck.")
    else:
        means = say("Means over {replicates} replicates ± half a 95 % interval.", replicates=digits(kept))
    if kept == replicates:
        return means
    all_of_them = say(
        "People are kept of the first replicates; the table of the policies above rests on all {replicates}.",
        replicates=digits(replicates),
    )
    return wording.sentences(means, all_of_them)


def fates(twins: Twins) -> Iterator[Line]:
    """Yield a line a fate that somebody has, people and value moved, and last what belongs to nobody."""
    for fate in twin_words.fates(twins):
        name, meaning = (of(fate, reached=twins.reached) for of in (twin_words.fate, twin_words.meaning))
        yield _group(name, twins.everybody.fates[fate], meaning)
    yield Line(
        say("lines that belong to nobody"),
        say("payroll, hiring, fixed cost: a higher cost is negative"),
        ("", _money(twins.firm_lines), ""),
    )


def total(twins: Twins) -> Line:
    """Return the line that the fates and what belongs to nobody add up to."""
    return Line(say("profit over the reference, the sum of all lines"), "", ("", _money(twins.difference), ""))


def tiers(twins: Twins) -> Iterator[Line]:
    """Yield a line a value tier."""
    return (_group(twin_words.tier(name), part.whole) for name, part in twins.tiers.items())


def segments(twins: Twins) -> Iterator[Line]:
    """Yield a line a need segment."""
    return (_group(wording.readable(name), part.whole) for name, part in twins.segments.items())


def _group(name: str, group: Group, meaning: str = "") -> Line:
    figures = (wording.heads(group.people), _money(group), wording.interval(group.each, "profit", signed=True))
    return Line(name, meaning, figures)


def claims(twins: Twins) -> str:
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


def readings(twins: Twins, joined: Callable[[Sequence[str]], str] = wording.enumerated) -> Iterator[Line]:
    """Yield a line for each way to mistake a program's effect: naive, causal, bias, and the parts of the bias."""
    kinds = {
        naive.AGAINST_OTHERS: say("members against other customers"),
        naive.AGAINST_BEFORE: say("members after against before"),
    }
    for reading in twins.readings:
        parts = [f"{_part_names()[name]} {_figure(part, reading.measure)}" for name, part in reading.parts.items()]
        figures = [_figure(each, reading.measure) for each in (reading.naive, reading.causal, reading.bias)]
        name = say("{measure}: {kind}", measure=twin_words.measure(reading.measure), kind=kinds[reading.kind])
        yield Line(name, "", (*figures, joined(parts)))


def _part_names() -> dict[str, str]:
    return {"selection": say("selection"), "spill-over": say("spill-over"), "drift": say("drift")}


def effects(twins: Twins) -> Iterator[Line]:
    """Yield a line a figure: its total effect, the direct one, and what goes through the queue."""
    for effect in twins.effects:
        parts = (effect.total, effect.direct, effect.queue)
        figures = tuple("" if part is None else wording.interval(part, "profit", signed=True) for part in parts)
        yield Line(twin_words.figure(effect.figure), "", figures)


def _figure(estimate: Interval, measure: str) -> str:
    return wording.interval(estimate, "retention_rate" if measure == "stayed" else "profit", signed=True)


def _money(amount: Amount) -> str:
    return wording.interval(amount.money, "profit", signed=True)
