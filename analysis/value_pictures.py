"""The pictures of value: what customers return beside the discount rate, and value by the age of the relationship."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from analysis import claims, statistics, value_words, wording
from analysis.canvas import INK, MUTED, Picture, colors, sheet, tick_format
from analysis.language import say
from analysis.statistics import Floats, Interval
from analysis.value import Band


def returns(rates: Mapping[str, Floats], reference: str, discount_rate: float) -> Picture | None:
    """Return on Customer a year by arm, with 95 % intervals, beside the discount rate.

    Args:
        rates: by arm, one a replicate, NaN where undefined; the same replicates in each arm.
        reference: the arm that is drawn in gray.
        discount_rate: a year.
    """
    found = {arm: statistics.mean_interval(each) for arm, each in rates.items()}
    found = {arm: rate for arm, rate in found.items() if rate.mean is not None}
    if not found:
        return None
    title = returning({arm: rates[arm] for arm in found}, discount_rate)
    palette = colors(list(rates), reference)
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
    told = say(
        "What all people brought, with what they are still expected to bring at the end, on what they were expected to"
        " bring at the start. Above the discount rate customers became worth more than was expected of them."
    )
    single = all(rate.low is None for rate in found.values())
    luck = say("One replicate says nothing about luck.") if single else say("95 % intervals.")
    return Picture("returns", title, wording.sentences(told, luck), drawing.svg)


def returning(rates: Mapping[str, Floats], discount_rate: float) -> str:
    """Say what the leading arm returns on its customers; "most" only where it clearly leads each of the others."""
    found = {arm: statistics.mean_interval(each) for arm, each in rates.items()}
    arm = max(found, key=lambda arm: found[arm].mean or 0.0)
    best, replicates = found[arm], len(rates[arm])
    leads = {name: statistics.paired_difference(rates[arm], each) for name, each in rates.items() if name != arm}
    values = {
        "arm": wording.title(arm),
        "rate": wording.percent(best.mean or 0.0, 1),
        "asked": wording.tick(discount_rate),
    }
    if best.low is not None and best.low > discount_rate:
        rate = say("{rate} a year, more than the {asked} asked for", **values)
    elif best.high is not None and best.high < discount_rate:
        rate = say("{rate} a year, less than the {asked} asked for", **values)
    else:
        rate = say("{rate} a year, where {asked} are asked for", **values)
    ahead = [lead for lead in claims.clear(leads, replicates).values() if (lead.mean or 0.0) > 0]
    if leads and len(ahead) == len(leads):
        title = say("{arm}: customers return most, {rate}", arm=values["arm"], rate=rate)
    else:
        title = say("{arm}: customers return {rate}", arm=values["arm"], rate=rate)
    return claims.told(title, replicates)


def tenure(bands: Mapping[str, Mapping[str, Band]], reference: str) -> Picture | None:
    """Margin a head and year by the age of the relationship at the start, by arm, with 95 % intervals."""
    if reference not in bands:
        return None
    known = [name for name, band in bands[reference].items() if band.margin.mean is not None]
    if not known:
        return None
    margins = {arm: {name: found[name].margin for name in known} for arm, found in bands.items()}
    title = bringing(margins, reference)
    palette = colors(list(bands), reference)
    thickness = 0.8 / len(bands)
    with sheet("tenure", title) as drawing:
        axes = drawing.axes
        for place, (arm, found) in enumerate(margins.items()):
            along = np.arange(len(known)) + (place - (len(bands) - 1) / 2) * thickness
            height = [margin.mean or 0.0 for margin in found.values()]
            reach = [margin.half_width or 0.0 for margin in found.values()]
            axes.bar(along, height, width=thickness * 0.86, color=palette[arm], label=wording.short(arm))
            axes.errorbar(along, height, yerr=reach, fmt="none", ecolor=INK, elinewidth=1.0)
        axes.axhline(0.0, color=MUTED, linewidth=1.0)
        axes.set_xticks(range(len(known)), _names(known))
        axes.set_xlabel(say("age of the relationship at the start"))
        tick_format("y", axes, wording.money)
        if len(bands) > 1:
            axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=len(bands), frameon=False, handlelength=0.9)
    note = say(
        "Margin a head and year over the time watched, payroll left out; who leaves counts to the end. Means over the"
        " replicates whose people are kept, with 95 % intervals where there are several."
    )
    return Picture("tenure", title, note, drawing.svg)


def bringing(margins: Mapping[str, Mapping[str, Interval]], reference: str) -> str:
    """Say which age brings most, or costs least, where that is clear and the same in every arm."""
    replicates = 1 if all(margin.low is None for found in margins.values() for margin in found.values()) else 2
    leaders = {_leader(found, replicates) for found in margins.values()}
    best = leaders.pop() if len(leaders) == 1 else None
    if best is None:
        return claims.told(say("No age of the relationship clearly brings most"), replicates)
    name, brings = best
    values = {"band": value_words.band(name), "money": wording.interval(margins[reference][name], "profit")}
    if brings:
        title = say("Customers of “{band}” bring most: {money} a head and year", **values)
    else:
        title = say("No customers bring anything, those of “{band}” cost least: {money} a head and year", **values)
    return claims.told(title, replicates)


def _leader(margins: Mapping[str, Interval], replicates: int) -> tuple[str, bool] | None:
    """Return the band whose interval lies above all others', and whether it lies above zero (else: below)."""
    spans = {name: _span(margin, replicates) for name, margin in margins.items()}
    best = max(spans, key=lambda name: spans[name])
    low, high = spans.pop(best)
    apart = bool(spans) and all(low > top for _, top in spans.values())
    return (best, low > 0) if apart and (low > 0 or high < 0) else None


def _span(margin: Interval, replicates: int) -> tuple[float, float]:
    """Return the ends of an interval, without end where it is not known; of a single replicate its value twice."""
    if margin.low is not None and margin.high is not None:
        return margin.low, margin.high
    if replicates == 1 and margin.mean is not None:
        return margin.mean, margin.mean
    return -math.inf, math.inf


def _names(bands: Sequence[str]) -> list[str]:
    return [value_words.band(name) for name in bands]
