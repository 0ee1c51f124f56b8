"""The pictures of value: what customers return beside the discount rate, and value by the age of the relationship."""

from collections.abc import Mapping, Sequence

import numpy as np

from analysis import value_words, wording
from analysis.canvas import INK, MUTED, Picture, colors, sheet, tick_format
from analysis.language import say
from analysis.statistics import Interval
from analysis.value import Value


def of(values: Mapping[str, Value], reference: str, discount_rate: float) -> list[Picture]:
    """Return the pictures of value of a study's arms; one is left out where the study has no figures for it."""
    drawn = [returns(values, reference, discount_rate), tenure(values, reference)]
    return [picture for picture in drawn if picture is not None]


def returns(values: Mapping[str, Value], reference: str, discount_rate: float) -> Picture | None:
    """Return on Customer a year by arm, with 95 % intervals, beside the discount rate."""
    found = {arm: value.returns.whole for arm, value in values.items() if value.returns.whole.mean is not None}
    if not found:
        return None
    title = _returned(found, discount_rate)
    palette = colors(list(values), reference)
    with sheet("returns", title, height=1.2 + 0.36 * len(found)) as drawing:
        axes = drawing.axes
        for place, (arm, rate) in enumerate(found.items()):
            if rate.low is not None and rate.high is not None:
                axes.plot([rate.low, rate.high], [place, place], color=palette[arm], linewidth=2.5)
            axes.plot([rate.mean or 0.0], [place], "o", color=palette[arm], markersize=5.5)
        axes.axvline(discount_rate, color=INK, linewidth=1.4, linestyle=(0, (4, 2)))
        axes.set_yticks(range(len(found)), [wording.short(arm) for arm in found])
        axes.set_ylim(len(found) - 0.5, -0.5)
        axes.grid(axis="y", visible=False)
        axes.grid(axis="x", visible=True)
        axes.set_xlabel(say("Return on Customer a year; dashed: the discount rate"))
        tick_format("x", axes, wording.tick)
    note = say(
        "What all people brought, with what they are still expected to bring at the end, on what they were expected to"
        " bring at the start. Above the discount rate customers became worth more than was expected of them. 95 %"
        " intervals."
    )
    return Picture("returns", title, note, drawing.svg)


def _returned(found: Mapping[str, Interval], discount_rate: float) -> str:
    arm = max(found, key=lambda arm: found[arm].mean or 0.0)
    best = found[arm]
    words = {
        "arm": wording.title(arm),
        "rate": wording.percent(best.mean or 0.0, 1),
        "asked": wording.percent(discount_rate, 0),
    }
    if best.low is not None and best.low > discount_rate:
        return say("{arm} returns most on its customers: {rate} a year, more than the {asked} asked for", **words)
    if best.high is not None and best.high < discount_rate:
        return say("{arm} returns most on its customers: {rate} a year, less than the {asked} asked for", **words)
    return say("{arm} returns most on its customers: {rate} a year, where {asked} are asked for", **words)


def tenure(values: Mapping[str, Value], reference: str) -> Picture | None:
    """Margin a head and year by the age of the relationship at the start, by arm."""
    bands = {arm: value.tenure for arm, value in values.items() if value.tenure is not None}
    if not bands or reference not in bands:
        return None
    known = [name for name, band in bands[reference].items() if band.margin.mean is not None]
    if not known:
        return None
    heads = {name: bands[reference][name].margin.mean or 0.0 for name in known}
    best = max(known, key=lambda name: heads[name])
    title = say(
        "Customers of “{band}” bring most: {money} a head and year",
        band=value_words.band(best),
        money=wording.money(round(heads[best], 1)),
    )
    palette = colors(list(values), reference)
    thickness = 0.8 / len(bands)
    with sheet("tenure", title) as drawing:
        axes = drawing.axes
        for place, (arm, found) in enumerate(bands.items()):
            along = np.arange(len(known)) + (place - (len(bands) - 1) / 2) * thickness
            height = [found[name].margin.mean or 0.0 for name in known]
            axes.bar(along, height, width=thickness * 0.86, color=palette[arm], label=wording.short(arm))
        axes.axhline(0.0, color=MUTED, linewidth=1.0)
        axes.set_xticks(range(len(known)), _names(known))
        axes.set_xlabel(say("age of the relationship at the start"))
        tick_format("y", axes, wording.money)
        if len(bands) > 1:
            axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=len(bands), frameon=False, handlelength=0.9)
    note = say(
        "Margin a head and year over the time watched, payroll left out; who leaves counts to the end. Means over the"
        " replicates whose people are kept."
    )
    return Picture("tenure", title, note, drawing.svg)


def _names(bands: Sequence[str]) -> list[str]:
    return [value_words.band(name) for name in bands]
