"""The title of each picture: what it shows, in one sentence, with no more certainty than the intervals allow."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from analysis import claims, curves, statistics, wording
from analysis.comparison import Cell
from analysis.language import digits, local, say
from analysis.statistics import Floats, Interval
from analysis.store import Study
from analysis.value import Lorenz

if TYPE_CHECKING:
    import pandas as pd


def keeping(results: Study, ends: Mapping[str, Floats], years: float) -> str:
    """Say how many more of the customers are kept at the end (``ends``: share kept in each replicate, by arm)."""
    span, replicates = wording.duration(years), _replicates(results)
    others = [arm for arm in ends if arm != results.reference]
    if not others or results.reference not in ends:
        share = float(np.nanmean(next(iter(ends.values()))))
        title = say("{share} of the customers are kept after {duration}", share=wording.percent(share), duration=span)
        return claims.told(title, replicates)
    effects = {arm: statistics.paired_difference(ends[arm], ends[results.reference]) for arm in others}
    return claims.told(_kept(effects, replicates, span), replicates)


def _kept(effects: Mapping[str, Interval], replicates: int, span: str) -> str:
    if not any(map(_differs, effects.values())):
        return say("Every policy keeps the same customers over {duration}", duration=span)
    arm = claims.largest(claims.clear(effects, replicates))
    if arm is None:
        return say("No policy clearly keeps more customers after {duration}", duration=span)
    effect = effects[arm]
    gains = (effect.mean or 0.0) > 0
    points = wording.points(effect if gains else effect.reflected())
    values = {"arm": wording.title(arm), "points": points, "duration": span}
    if gains:
        return say("{arm}: {points} points more customers kept after {duration}", **values)
    return say("{arm}: {points} points fewer customers kept after {duration}", **values)


def earning(results: Study, table: "pd.DataFrame") -> str:
    """Say what the only arm earned (``table``: its cumulated profit)."""
    end = statistics.mean_interval(table[results.arms[0]].iloc[-1].to_numpy(np.float64))
    title = say(
        "Profit adds up to {profit} in {duration}",
        profit=wording.interval(end, "profit"),
        duration=wording.duration(table.index[-1]),
    )
    return claims.told(title, _replicates(results))


def paying_back(results: Study, table: "pd.DataFrame") -> str:
    """Say when an arm has earned back what it costs (``table``: cumulated profit over the reference)."""
    replicates, span = _replicates(results), wording.duration(table.index[-1])
    arms = table.columns.get_level_values(0).unique()
    if (table.fillna(0.0) == 0.0).to_numpy().all():
        return claims.told(say("No policy changes profit at all"), replicates)
    effects = {arm: statistics.mean_interval(table[arm].iloc[-1].to_numpy(np.float64)) for arm in arms}
    found = claims.clear(effects, replicates)
    ahead = {arm: effect for arm, effect in found.items() if (effect.mean or 0.0) > 0}
    arm = claims.largest(ahead)
    if arm is not None:
        title = _ahead(arm, ahead[arm], curves.payback(table[arm].mean(axis=1)), span)
    elif len(found) == len(arms):
        title = say("No policy earns back what it costs within {duration}", duration=span)
    else:
        reference = wording.quoted(results.reference)
        title = say(
            "No policy clearly earns more than {reference} within {duration}", reference=reference, duration=span
        )
    return claims.told(title, replicates)


def _ahead(arm: str, effect: Interval, paid_back: float | None, span: str) -> str:
    values = {"arm": wording.title(arm), "gain": wording.interval(effect, "profit")}
    if not paid_back:
        return say("{arm} earns {gain} more in {duration}, ahead from the start", duration=span, **values)
    return say(
        "{arm} breaks even after {duration} and earns {gain} more", duration=wording.duration(paid_back), **values
    )


def serving(results: Study, cells: Mapping[str, Cell]) -> str:
    """Say how many contacts are answered in time (``cells``: the service level by arm)."""
    means = {arm: cell.mean.mean for arm, cell in cells.items() if cell.mean.mean is not None}
    replicates, reference = _replicates(results), results.reference
    effects = {arm: cells[arm].difference for arm in means if arm != reference}
    arm = claims.largest(claims.clear(effects, replicates))
    if not effects or reference not in means:
        share = wording.percent(next(iter(means.values())))
        title = say("{share} of contacts are answered in time", share=share)
    elif not any(map(_differs, effects.values())):
        share = wording.percent(means[reference])
        title = say("{share} of contacts are answered in time, whatever the policy", share=share)
    elif arm is None:
        title = say("No policy clearly changes how many contacts are answered in time")
    else:
        best, worst = sorted((arm, reference), key=lambda name: means[name], reverse=True)
        share, other = wording.told_apart(means[best], means[worst])
        title = say(
            "{share} of contacts are answered in time with {best}, {other} with {worst}",
            share=share,
            best=wording.quoted(best),
            other=other,
            worst=wording.quoted(worst),
        )
    return claims.told(title, replicates)


def leaving(results: Study, counts: "pd.DataFrame") -> str:
    """Say which cause of leaving a policy moves most.

    Args:
        results: the study.
        counts: leavers by cause (rows), arm and replicate (columns); NaN where a run was not done.
    """
    over, replicates = curves.over_reference(results, counts), _replicates(results)
    return claims.told(_first_cause(counts) if over is None else _changed_cause(over, replicates), replicates)


def _changed_cause(over: "pd.DataFrame", replicates: int) -> str:
    arms = over.columns.get_level_values(0).unique()
    changes = {(str(cause), arm): row[arm].to_numpy(np.float64) for cause, row in over.iterrows() for arm in arms}
    effects = claims.together(changes)
    found = claims.largest(_clear_counts(effects, replicates))
    if not any(map(_differs, effects.values())):
        return say("Every policy leaves the causes of leaving as they were")
    if found is None:
        return say("No policy clearly changes why customers leave")
    return say(
        "{arm} changes how many leave for {cause}: {change} a run",
        arm=wording.title(found[1]),
        cause=wording.cause(found[0]),
        change=wording.interval(effects[found], "profit", signed=True),
    )


def _first_cause(counts: "pd.DataFrame") -> str:
    """Say the most frequent cause of the only arm, where it clearly is."""
    first, *others = counts.mean(axis=1).sort_values(ascending=False).index
    top = counts.loc[first].to_numpy(np.float64)
    leads = claims.together({str(other): top - counts.loc[other].to_numpy(np.float64) for other in others})
    if len(_clear_counts(leads, counts.shape[1])) < len(leads):
        return say("No cause of leaving is clearly the most frequent")
    return say("The most frequent cause of leaving: {cause}", cause=wording.cause(str(first)))


def _clear_counts[K](effects: Mapping[K, Interval], replicates: int) -> dict[K, Interval]:
    """Return the clear effects on counts; the same small count in a few replicates is chance, not certainty."""
    found = claims.clear(effects, replicates)
    return {name: effect for name, effect in found.items() if replicates == 1 or effect.half_width}


def spreading(found: Lorenz, replicates: int) -> str:
    """Say how much of the value the best fifth of the customers bring."""
    if found.top_20.mean is None:
        return claims.told(say("No customer at the start brings more than they cost"), replicates)
    share = wording.percent(found.top_20.mean)
    title = say("The best fifth of the customers at the start bring {share} of their positive value", share=share)
    return claims.told(title, replicates)


def differing(results: Study, rows: Sequence[tuple[str, str, Interval]]) -> str:
    """Say which outcomes a policy clearly changes (``rows``: outcome, arm, difference)."""
    replicates = _replicates(results)
    found = claims.clear({(arm, outcome): effect for outcome, arm, effect in rows}, replicates)
    clear = {arm: [outcome for name, outcome in found if name == arm] for _, arm, _ in rows}
    arm = max(clear, key=lambda arm: len(clear[arm]))
    names = [wording.label(outcome).lower() for outcome in clear[arm]]
    if not names:
        title = say("No clear difference to {reference}", reference=wording.quoted(results.reference))
    elif len(names) <= 3:
        title = say("{arm} changes {outcomes}", arm=wording.title(arm), outcomes=wording.listed(names))
    else:
        title = say(
            "{arm} changes {outcomes} and {count} more",
            arm=wording.title(arm),
            outcomes=wording.enumerated(names[:3]),
            count=len(names) - 3,
        )
    return claims.told(title, replicates)


def holding_out(end: Interval, actual: float, weeks: int) -> str:
    """Say how many repeat purchases were simulated and how many really happened."""
    simulated = end.mean or 0.0
    values = {"simulated": digits(simulated), "weeks": weeks, "actual": digits(actual)}
    if not actual:
        return say("{simulated} repeat purchases simulated in {weeks} weeks, {actual} really happened", **values)
    return say(
        "{simulated} repeat purchases simulated in {weeks} weeks, {actual} really happened ({error} %)",
        error=local(f"{100 * (simulated / actual - 1):+.0f}"),
        **values,
    )


def _replicates(results: Study) -> int:
    return int(results.runs["replicate"].nunique())


def _differs(effect: Interval) -> bool:
    """Whether any replicate differs from the reference."""
    return bool(effect.mean) or bool(effect.half_width)
