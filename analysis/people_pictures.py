"""The pictures of people beside themselves: value moved by fate, and uplift by what a firm knows beforehand."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from analysis import claims, twin_words, wording
from analysis.canvas import MUTED, PALETTE, Picture, sheet, tick_format
from analysis.language import digits, say
from analysis.statistics import Floats, Interval
from analysis.twins import Amount, Twins

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GAIN, LOSS = PALETTE[0], PALETTE[1]


def of(twins: Twins, number: int) -> list[Picture]:
    """Return the pictures of an arm's people; ``number`` tells them from other arms' pictures."""
    drawn = [moved(twins, f"moved-{number}"), uplift(twins, f"uplift-{number}")]
    return [picture for picture in drawn if picture is not None]


def moved(twins: Twins, name: str) -> Picture | None:
    """What the profit difference consists of: value moved by fate, and the lines that belong to nobody.

    Currency units, means over replicates; what is nothing in every replicate is left out.
    """
    from matplotlib.ticker import MaxNLocator

    parts = _parts(twins)
    if not parts:
        return None
    effects, title = claims.together(parts), largest_part(twins.arm, parts)
    with sheet(name, title, height=1.0 + 0.32 * len(parts)) as drawing:
        axes = drawing.axes
        for place, effect in enumerate(reversed(effects.values())):
            axes.barh(place, effect.mean or 0.0, height=0.62, color=_color(effect), alpha=0.75)
            _reach(axes, effect, place)
        axes.axvline(0.0, color=MUTED, linewidth=1.0)
        axes.set_yticks(range(len(parts)), list(reversed(parts)))
        axes.grid(axis="y", visible=False)
        axes.grid(axis="x", visible=True)
        axes.xaxis.set_major_locator(MaxNLocator(6))
        tick_format("x", axes, wording.money)
    told = say(
        "Value moved: each person’s margin with the program less the same person’s without it. The bars add up to the"
        " profit difference."
    )
    return Picture(name, title, wording.sentences(told, _holding(twins)), drawing.svg)


def _parts(twins: Twins) -> dict[str, Floats]:
    """Return what the profit difference consists of, in currency units by replicate: fates, then the firm's lines."""
    fates = twins.everybody.fates
    amounts: dict[str, Amount] = {twin_words.fate(fate, reached=twins.reached): fates[fate] for fate in fates}
    amounts[say("lines that belong to nobody")] = twins.firm_lines
    return {part: np.array(amount.cents) / 100.0 for part, amount in amounts.items() if any(amount.cents)}


def largest_part(arm: str, parts: Mapping[str, Floats]) -> str:
    """Say what an arm's profit difference mostly is, where that is clear.

    Args:
        arm: its name.
        parts: what the difference consists of by name, currency units, one a replicate.
    """
    effects, replicates = claims.together(parts), len(next(iter(parts.values())))
    part = claims.largest(claims.clear(effects, replicates))
    if part is None:
        return say("{arm}: no part of the profit difference is clear", arm=wording.title(arm))
    values = {
        "arm": wording.title(arm),
        "part": wording.quoted(part),
        "money": wording.interval(effects[part], "profit", signed=True),
    }
    if part == claims.largest(effects):
        title = say("{arm}: the largest part of the profit difference is {part}, {money}", **values)
    else:
        title = say("{arm}: a clear part of the profit difference is {part}, {money}", **values)
    return claims.told(title, replicates)


def uplift(twins: Twins, name: str) -> Picture | None:
    """Value moved a head by tenth of the customers at the start, by what they spent before, with intervals."""
    values = {number: part.whole.a_head for number, part in enumerate(twins.deciles, 1)}
    effects = claims.together(values)
    if any(effect.mean is None for effect in effects.values()):
        return None
    title = gaining(twins.arm, values)
    with sheet(name, title) as drawing:
        axes = drawing.axes
        axes.axhline(0.0, color=MUTED, linewidth=1.0)
        for number, effect in effects.items():
            if effect.low is not None and effect.high is not None:
                axes.plot([number, number], [effect.low, effect.high], color=_color(effect), linewidth=2.5)
            axes.plot([number], [effect.mean or 0.0], "o", color=_color(effect), markersize=5.5)
        axes.set_xticks(list(effects), [digits(number) for number in effects])
        axes.set_xlabel(say("tenths of the customers by what they spent before, the highest first"))
        tick_format("y", axes, wording.money)
    told = say(
        "Value moved a head. A firm knows this rank beforehand: an uplift that rises or falls with it says whom to"
        " treat."
    )
    return Picture(name, title, wording.sentences(told, _holding(twins)), drawing.svg)


def gaining(name: str, tenths: Mapping[int, Floats]) -> str:
    """Say in which tenths of the customers an arm clearly gains; "most" only where the largest of all is among them.

    Args:
        name: of the arm.
        tenths: value moved a head by number of the tenth, one a replicate.
    """
    effects, replicates = claims.together(tenths), len(next(iter(tenths.values())))
    arm = wording.title(name)
    if replicates == 1:
        return say("One replicate does not tell in which tenth {arm} gains", arm=wording.quoted(name))
    found = {number: effect for number, effect in claims.clear(effects, replicates).items() if (effect.mean or 0) > 0}
    if not found:
        return say("{arm} clearly gains in no tenth of the customers", arm=arm)
    if len(found) == len(effects):
        places = say("all tenths")
    elif len(found) == 1:
        places = say("tenth {places}", places=_listed(list(found)))
    else:
        places = say("tenths {places}", places=_listed(list(found)))
    best = max(effects, key=lambda number: effects[number].mean or 0.0)
    if best not in found:
        return say("{arm} clearly gains in {places} of the customers", arm=arm, places=places)
    return say(
        "{arm} clearly gains in {places} of the customers, most in tenth {best}: {amount} a head",
        arm=arm,
        places=places,
        best=digits(best),
        amount=wording.interval(effects[best], "profit", signed=True),
    )


def _listed(numbers: Sequence[int]) -> str:
    return wording.listed([digits(number) for number in numbers])


def _holding(twins: Twins) -> str:
    if len(twins.replicates) == 1:
        return say("One replicate says nothing about luck.")
    return say("Means over replicates, with intervals that hold with 95 % all at once.")


def _color(effect: Interval) -> str:
    return GAIN if (effect.mean or 0.0) > 0 else LOSS


def _reach(axes: "Axes", effect: Interval, place: float) -> None:
    if effect.low is not None and effect.high is not None:
        axes.plot([effect.low, effect.high], [place, place], color=MUTED, linewidth=1.6)
