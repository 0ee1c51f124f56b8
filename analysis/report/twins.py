"""Twins on a terminal and as JSON."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from analysis import twin_words, wording
from analysis.language import digits, say
from analysis.twins import Group, Part, Twins

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from analysis.statistics import Interval


def show_twins(twins: Twins, console: "Console") -> None:
    """Print who was saved, lost, subsidised and moved in an arm, what that is worth, and what a dashboard would say."""
    from rich.text import Text

    arm, reference = wording.quoted(twins.arm), wording.quoted(twins.reference)
    console.print(Text(say("Twins of {arm} in {reference}", arm=arm, reference=reference), style="bold"))
    console.print(Text(twin_words.people(twins)))
    console.print(_fates(twins))
    console.print(Text(_means(twins), style="dim"))
    for text in _sentences(twins):
        console.print(Text(text))
    console.print(_table({twin_words.tier(name): part.whole for name, part in twins.tiers.items()}))
    if len(twins.segments) > 1:
        console.print(_table({wording.readable(name): part.whole for name, part in twins.segments.items()}))
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


def _means(twins: Twins) -> str:
    means = say("Means over {replicates} replicates ± half a 95 % interval.", replicates=digits(len(twins.replicates)))
    return wording.sentences(means, twin_words.coupling())


def _sentences(twins: Twins) -> Iterator[str]:
    yield twin_words.money(twins)
    yield from map(twin_words.effect, twins.effects)
    yield from map(twin_words.reading, twins.readings)
    heads = [twin_words.amount(part.whole.each, 1, signed=True) for part in twins.deciles]
    yield say(
        "By tenths of customers, the highest spend before first, the value moved a head: {values}.",
        values="; ".join(heads),
    )


def _fates(twins: Twins) -> "Table":
    """Return the table of fates, which ends with the difference in profit."""
    met = {name: group for name, group in twins.everybody.fates.items() if any(group.heads)}
    table = _table({twin_words.fate(name): group for name, group in met.items()})
    for label, money in (
        (say("Belongs to nobody"), twins.firm_lines.money),
        (say("Difference in profit"), twins.difference.money),
    ):
        table.add_row(label, "", twin_words.amount(money, signed=True), "")
    return table


def _table(groups: dict[str, Group]) -> "Table":
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("")
    for head in (say("People"), say("Value moved"), say("A head")):
        table.add_column(head, justify="right", no_wrap=True)
    for label, group in groups.items():
        moved = any(group.cents)
        table.add_row(
            label,
            twin_words.amount(group.people),
            twin_words.amount(group.money, signed=True) if moved else "0",
            twin_words.amount(group.each, 1, signed=True) if moved else wording.MISSING,
        )
    return table


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
