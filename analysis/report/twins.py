"""Twins on a terminal and as JSON."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from analysis import twin_words, wording
from analysis.language import digits, say
from analysis.report import people
from analysis.report.columns import tables
from analysis.twins import Group, Part, Twins

if TYPE_CHECKING:
    from rich.console import Console

    from analysis.statistics import Interval

LEAST = 16  # signs for the name of a line, that long ones do not become towers


def show_twins(twins: Twins, console: "Console") -> None:
    """Print who was saved, lost, subsidised and moved in an arm, what that is worth, and what a dashboard would say."""
    from rich.text import Text

    arm, reference = wording.quoted(twins.arm), wording.quoted(twins.reference)
    console.print(Text(say("Twins of {arm} in {reference}", arm=arm, reference=reference), style="bold"))
    console.print(Text(twin_words.people(twins)))
    moved = [say("people"), say("value moved"), say("a head")]
    _print(console, [say("fate"), *moved], [*people.fates(twins), people.total(twins)])
    means = say("Means over {replicates} replicates ± half a 95 % interval.", replicates=digits(len(twins.replicates)))
    console.print(Text(wording.sentences(means, twin_words.coupling()), style="dim"))
    segments = list(people.segments(twins)) if len(twins.segments) > 1 else []
    _print(console, [say("group"), *moved], [*people.tiers(twins), *segments])
    console.print(Text(twin_words.tenths(twins)))
    if twins.readings:
        console.print(Text(people.claims(twins)))
        heads = [say("reading"), say("naive"), say("causal"), say("bias"), say("of which")]
        _print(console, heads, people.readings(twins, "\n".join))
    if twins.effects:
        heads = [say("effect on"), say("total"), say("direct"), say("through the queue")]
        _print(console, heads, people.effects(twins))
    console.print()


def as_dict(twins: Twins) -> dict[str, Any]:
    """Return what ``ecrm twins --json`` prints of an arm: means with intervals, and integer cents a replicate."""
    return {
        "reference": twins.reference,
        "replicates": twins.replicates,
        "everybody": _part(twins.everybody),
        "segments": {name: _part(part) for name, part in twins.segments.items()},
        "tiers": {name: _part(part) for name, part in twins.tiers.items()},
        "deciles": [_part(part) for part in twins.deciles],
        "unallocated": {"value": twins.firm_lines.money.as_dict(), "cents": list(twins.firm_lines.cents)},
        "difference": {"value": twins.difference.money.as_dict(), "cents": list(twins.difference.cents)},
        "spent": {"value": twins.spent.money.as_dict(), "cents": list(twins.spent.cents)},
        "effects": [_plain(effect.__dict__) for effect in twins.effects],
        "readings": [_plain(reading.__dict__) for reading in twins.readings],
    }


def _print(console: "Console", heads: Sequence[str], lines: Iterable[people.Line]) -> None:
    for table in tables(heads, [(line.name, line.figures) for line in lines], console.width, LEAST):
        console.print(table)


def _part(part: Part) -> dict[str, Any]:
    return {**_group(part.whole), "fates": {name: _group(group) for name, group in part.fates.items()}}


def _group(group: Group) -> dict[str, Any]:
    intervals: dict[str, Interval] = {"people": group.people, "value": group.money, "each": group.each}
    figures = {name: interval.as_dict() for name, interval in intervals.items()}
    return {**figures, "heads": list(group.heads), "cents": list(group.cents)}


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Return a record of intervals and texts as plain numbers."""
    return {
        name: value.as_dict() if hasattr(value, "as_dict") else _plain(value) if isinstance(value, dict) else value
        for name, value in values.items()
    }
