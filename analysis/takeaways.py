"""The title of each picture: what it shows, in one sentence, with no more certainty than the intervals allow."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from analysis import curves, statistics, wording
from analysis.language import digits, local, say
from analysis.statistics import Floats, Interval
from analysis.store import Study

if TYPE_CHECKING:
    import pandas as pd


def _strongest(results: Study, values: Mapping[str, Floats]) -> tuple[str, Interval] | None:
    """The arm that differs most from the reference, with its paired difference."""
    others = [arm for arm in values if arm != results.reference]
    if not others or results.reference not in values:
        return None
    effects = {arm: statistics.paired_difference(values[arm], values[results.reference]) for arm in others}
    arm = max(effects, key=lambda arm: abs(effects[arm].mean or 0.0))
    return arm, effects[arm]


def keeping(results: Study, ends: Mapping[str, Floats], years: float) -> str:
    """Say how many more of the customers are kept at the end (``ends``: share kept in each replicate, by arm)."""
    span = wording.duration(years)
    found = _strongest(results, ends)
    if found is None:
        share = float(np.nanmean(next(iter(ends.values()))))
        return say("{share} of the customers are kept after {duration}", share=wording.percent(share), duration=span)
    arm, effect = found
    points = 100 * (effect.mean or 0.0)
    if effect.mean == 0.0:
        return say("Every policy keeps the same customers over {duration}", duration=span)
    if effect.low is not None and not effect.excludes_zero:
        return say("No policy clearly keeps more customers after {duration}", duration=span)
    values = {"arm": wording.title(arm), "points": digits(abs(points), 1), "duration": span}
    if points > 0:
        return say("{arm}: {points} points more customers kept after {duration}", **values)
    return say("{arm}: {points} points fewer customers kept after {duration}", **values)


def paying_back(results: Study, table: "pd.DataFrame") -> str:
    """Say when an arm has earned back what it costs (``table``: cumulated profit over the reference)."""
    span = wording.duration(table.index[-1])
    means = {arm: table[arm].mean(axis=1) for arm in table.columns.get_level_values(0).unique()}
    arm = max(means, key=lambda arm: float(means[arm].iloc[-1]))
    path = means[arm]
    if (path == 0).all():
        return say("No policy changes profit at all")
    effect = statistics.mean_interval(table[arm].iloc[-1].to_numpy(np.float64))
    if effect.low is not None and not effect.excludes_zero:
        reference = wording.quoted(results.reference)
        return say(
            "No policy clearly earns more than {reference} within {duration}", reference=reference, duration=span
        )
    paid_back = curves.payback(path)
    values = {"arm": wording.title(arm), "gain": wording.money(path.iloc[-1])}
    if paid_back is None:
        return say("No policy earns back what it costs within {duration}", duration=span)
    if paid_back == 0:
        return say("{arm} earns {gain} more in {duration}, ahead from the start", duration=span, **values)
    after = wording.duration(paid_back)
    return say("{arm} breaks even after {duration} and earns {gain} more", duration=after, **values)


def serving(results: Study, means: Mapping[str, float]) -> str:
    """Say how many contacts are answered in time (``means`` by arm)."""
    best = max(means, key=lambda arm: means[arm])
    share = wording.percent(means[best])
    if len(means) == 1:
        return say("{share} of contacts are answered in time", share=share)
    worst = min(means, key=lambda arm: means[arm])
    if means[best] - means[worst] < 0.005:
        return say("{share} of contacts are answered in time, whatever the policy", share=share)
    return say(
        "{share} of contacts are answered in time with {best}, {other} with {worst}",
        share=share,
        best=wording.quoted(best),
        other=wording.percent(means[worst]),
        worst=wording.quoted(worst),
    )


def leaving(results: Study, counts: "pd.DataFrame") -> str:
    """Say which cause of leaving a policy moves most (``counts``: leavers a run, by cause and arm)."""
    first = wording.cause(str(counts.index[-1]))
    if results.reference not in counts.columns or len(counts.columns) < 2:
        return say("Most of those who leave do so for: {cause}", cause=first)
    others = [arm for arm in counts.columns if arm != results.reference]
    change = {
        (str(cause), arm): float(row[arm]) - float(row[results.reference])
        for cause, row in counts.iterrows()
        for arm in others
    }
    cause, arm = max(change, key=lambda key: abs(change[key]))
    moved = change[cause, arm]
    if abs(moved) < 0.5:
        return say("Every policy leaves the causes as they were: most leave for {cause}", cause=first)
    values = {"arm": wording.title(arm), "count": digits(abs(moved)), "cause": wording.cause(cause)}
    if moved > 0:
        return say("{arm}: {count} more customers leave for {cause}", **values)
    return say("{arm}: {count} fewer customers leave for {cause}", **values)


def spreading(spread: "pd.DataFrame", results: Study) -> str:
    """Say how much of the value the best fifth of the customers bring (``spread``: cumulated value by arm)."""
    arm = results.reference if results.reference in spread.columns else spread.columns[0]
    curve = spread[arm]
    total, top = float(curve.iloc[-1]), float(np.interp(0.2, curve.index.to_numpy(np.float64), curve))
    if total <= 0:
        return say("Customers cost more than they bring")
    return say("The best fifth of the customers bring {share} of the value", share=wording.percent(top / total))


def differing(results: Study, rows: list[tuple[str, str, Interval]]) -> str:
    """Say which outcomes a policy clearly changes (``rows``: outcome, arm, difference)."""
    clear = {
        arm: [outcome for outcome, own, effect in rows if own == arm and effect.excludes_zero] for _, arm, _ in rows
    }
    arm = max(clear, key=lambda arm: len(clear[arm]))
    if not clear[arm]:
        return say("No clear difference to {reference}", reference=wording.quoted(results.reference))
    names = [wording.label(outcome).lower() for outcome in clear[arm][:3]]
    if len(clear[arm]) <= 3:
        return say("{arm} changes {outcomes}", arm=wording.title(arm), outcomes=wording.listed(names))
    return say(
        "{arm} changes {outcomes} and {count} more",
        arm=wording.title(arm),
        outcomes=wording.enumerated(names),
        count=len(clear[arm]) - 3,
    )


def holding_out(end: Interval, actual: float, weeks: int) -> str:
    """Say how many repeat purchases were simulated and how many really happened."""
    simulated = end.mean or 0.0
    return say(
        "{simulated} repeat purchases simulated in {weeks} weeks, {actual} really happened ({error} %)",
        simulated=digits(simulated),
        weeks=weeks,
        actual=digits(actual),
        error=local(f"{100 * (simulated / actual - 1 if actual else 0.0):+.0f}"),
    )
