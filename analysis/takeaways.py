"""The title of each picture: what it shows, in one sentence, with no more certainty than the intervals allow."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from analysis import statistics, wording
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
        return f"{100 * share:.0f} % of the customers are kept after {span}"
    arm, effect = found
    points = 100 * (effect.mean or 0.0)
    if effect.mean == 0.0:
        return f"Every policy keeps the same customers over {span}"
    if effect.low is not None and not effect.excludes_zero:
        return f"No policy clearly keeps more customers after {span}"
    more = "more" if points > 0 else "fewer"
    return f"{wording.title(arm)}: {abs(points):.1f} points {more} customers kept after {span}"


def paying_back(results: Study, table: "pd.DataFrame") -> str:
    """Say when an arm has earned back what it costs (``table``: cumulated profit over the reference)."""
    span = wording.duration(table.index[-1])
    means = {arm: table[arm].mean(axis=1) for arm in table.columns.get_level_values(0).unique()}
    arm = max(means, key=lambda arm: float(means[arm].iloc[-1]))
    path = means[arm]
    if (path == 0).all():
        return "No policy changes profit at all"
    effect = statistics.mean_interval(table[arm].iloc[-1].to_numpy(np.float64))
    if effect.low is not None and not effect.excludes_zero:
        return f"No policy clearly earns more than {wording.quoted(results.reference)} within {span}"
    if path.iloc[-1] < 0:
        return f"No policy earns back what it costs within {span}"
    below = path.index[path.to_numpy() < 0]
    if len(below) == 0:
        return f"{wording.title(arm)} earns {wording.money(path.iloc[-1])} more in {span}, ahead from the start"
    gain = wording.money(path.iloc[-1])
    return f"{wording.title(arm)} breaks even after {wording.duration(below[-1])} and earns {gain} more"


def serving(results: Study, means: Mapping[str, float]) -> str:
    """Say how many contacts are answered in time (``means`` by arm)."""
    best = max(means, key=lambda arm: means[arm])
    text = f"{100 * means[best]:.0f} % of contacts are answered in time"
    if len(means) == 1:
        return text
    worst = min(means, key=lambda arm: means[arm])
    if means[best] - means[worst] < 0.005:
        return f"{text}, whatever the policy"
    return f"{text} with {wording.quoted(best)}, {100 * means[worst]:.0f} % with {wording.quoted(worst)}"


def leaving(results: Study, counts: "pd.DataFrame") -> str:
    """Say which cause of leaving a policy moves most (``counts``: leavers a run, by cause and arm)."""
    first = str(counts.index[-1]).replace("_", " ")
    if results.reference not in counts.columns or len(counts.columns) < 2:
        return f"Most of those who leave do so for: {first}"
    others = [arm for arm in counts.columns if arm != results.reference]
    change = {
        (str(cause), arm): float(row[arm]) - float(row[results.reference])
        for cause, row in counts.iterrows()
        for arm in others
    }
    cause, arm = max(change, key=lambda key: abs(change[key]))
    moved = change[cause, arm]
    if abs(moved) < 0.5:
        return f"Every policy leaves the causes as they were: most leave for {first}"
    more = "more" if moved > 0 else "fewer"
    return f"{wording.title(arm)}: {abs(moved):,.0f} {more} customers leave for {cause.replace('_', ' ')}"


def spreading(curves: "pd.DataFrame", results: Study) -> str:
    """Say how much of the value the best fifth of the customers bring (``curves``: cumulated value by arm)."""
    arm = results.reference if results.reference in curves.columns else curves.columns[0]
    curve = curves[arm]
    total, top = float(curve.iloc[-1]), float(np.interp(0.2, curve.index.to_numpy(np.float64), curve))
    if total <= 0:
        return "Customers cost more than they bring"
    return f"The best fifth of the customers bring {100 * top / total:.0f} % of the value"


def differing(results: Study, rows: list[tuple[str, str, Interval]]) -> str:
    """Say which outcomes a policy clearly changes (``rows``: outcome, arm, difference)."""
    clear = {
        arm: [outcome for outcome, own, effect in rows if own == arm and effect.excludes_zero] for _, arm, _ in rows
    }
    arm = max(clear, key=lambda arm: len(clear[arm]))
    if not clear[arm]:
        return f"No clear difference to {wording.quoted(results.reference)}"
    names = [wording.label(outcome).lower() for outcome in clear[arm][:3]]
    more = f" and {len(clear[arm]) - 3} more" if len(clear[arm]) > 3 else ""
    return f"{wording.title(arm)} changes {', '.join(names) + more if more else wording.listed(names)}"


def holding_out(end: Interval, actual: float, weeks: int) -> str:
    """Say how many repeat purchases were simulated and how many really happened."""
    simulated = end.mean or 0.0
    error = simulated / actual - 1 if actual else 0.0
    return (
        f"{simulated:,.0f} repeat purchases simulated in {weeks} weeks, {actual:,.0f} really happened "
        f"({100 * error:+.0f} %)".replace("-", "−")
    )
