"""What the pictures draw: a quantity over time in every run, its mean and band, and differences in percent."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis import statistics
from analysis.comparison import Comparison
from analysis.statistics import Floats, Interval
from analysis.store import Study

if TYPE_CHECKING:
    import pandas as pd


def by_run(
    results: Study, measure: "Callable[[pd.DataFrame], Floats]", needs: list[str] | None = None
) -> "pd.DataFrame | None":
    """Apply ``measure`` to the focal firm's periods of every run.

    Returns:
        One row a year (end of period), one column for each arm and replicate (NaN where the run was not done); ``None``
        when a needed column is missing or all NaN.
    """
    import pandas as pd

    periods = results.periods
    if any(column not in periods.columns or periods[column].isna().all() for column in needs or []):
        return None
    own = periods[periods["firm"] == results.focal].sort_values("period")
    columns = {
        key: pd.Series(measure(run), index=run["year"].to_numpy())
        for key, run in own.groupby(["arm", "replicate"], observed=True)
    }
    every = pd.MultiIndex.from_product([results.arms, sorted(own["replicate"].unique())])
    return pd.DataFrame(columns).reindex(columns=every) if columns else None


def mean_band(table: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the mean of each row (one column a replicate) with its 95 % interval, NaN where there is none."""
    rows = [statistics.mean_interval(row) for row in table]
    return tuple(np.array([np.nan if x is None else x for x in side]) for side in zip(*rows, strict=True))  # type: ignore[return-value]


def spread_band(table: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the mean of each row and the range that holds the middle 95 % of single runs."""
    low, high = np.quantile(table, [0.025, 0.975], axis=1)
    return table.mean(axis=1), low, high


def kept(periods: "pd.DataFrame") -> Floats:
    """Return the share of customers kept, Π(1 − left / customers at start), for each period of one run."""
    start = periods["customers_start"].to_numpy(np.float64)
    left = periods["left"].to_numpy(np.float64)
    return np.cumprod(1.0 - np.divide(left, start, out=np.zeros_like(left), where=start > 0))


def over_reference(results: Study, table: "pd.DataFrame | None") -> "pd.DataFrame | None":
    """Return what the other arms have over the reference, paired by replicate; ``None`` where there is no such pair.

    Columns are arms and replicates; rows may be anything.
    """
    if table is None or results.reference not in table.columns:
        return None
    others = [arm for arm in results.arms if arm != results.reference and arm in table.columns]
    # Both sides have one column a replicate: the subtraction pairs them.
    reference = table.xs(results.reference, axis=1)
    return join({arm: table.xs(arm, axis=1).sub(reference) for arm in others}) if others else None


def cumulated_profit(results: Study) -> "pd.DataFrame | None":
    """Return the profit since the start of every run, undiscounted, laid out as by `by_run`."""
    return by_run(results, lambda periods: periods["profit"].to_numpy(dtype=np.float64).cumsum(), needs=["profit"])


def causes(results: Study) -> "pd.DataFrame | None":
    """Return how many customers left the focal firm in each run, by main cause.

    Returns:
        One row a cause, one column for each arm and replicate that was run; ``None`` where nobody left.
    """
    import pandas as pd

    events = results.events
    gone = events[events["origin"] == results.focal] if len(events) else events
    if gone.empty:
        return None
    counts = gone.groupby(["cause", "arm", "replicate"], observed=True).size().unstack(["arm", "replicate"])
    done = results.runs[["arm", "replicate"]].drop_duplicates()
    runs = [(arm, number) for arm in results.arms for number in done.loc[done["arm"] == arm, "replicate"]]
    columns = pd.MultiIndex.from_tuples(runs, names=["arm", "replicate"])
    return counts.reindex(columns=columns).fillna(0.0).astype(np.float64)


def payback(path: "pd.Series[float]") -> float | None:
    """Return the years after which cumulated profit over the reference is seen above zero for good.

    Args:
        path: by years at the end of each period; zero is not above zero.

    Returns:
        The end of the first period of the last stretch above zero: 0 if that is all of them, ``None`` if it is empty.
    """
    behind = np.flatnonzero(~(path.to_numpy() > 0.0))
    if not behind.size:
        return 0.0
    return None if behind[-1] == len(path) - 1 else float(path.index[behind[-1] + 1])


def join(tables: Mapping[str, Any]) -> "pd.DataFrame":
    """Put the arms' tables (one column a replicate) side by side, columns (arm, replicate)."""
    import pandas as pd

    joined: pd.DataFrame = pd.concat(tables, axis=1)
    return joined


def relative(comparison: Comparison, outcome: str, others: list[str]) -> list[tuple[str, str, Interval]]:
    """Return (outcome, arm, difference as a share of the reference's mean) for the arms where that is defined."""
    cells = comparison.cells(outcome)
    base = cells[comparison.results.reference].mean.mean
    if not base:
        return []
    rows = []
    for arm in others:
        effect = cells[arm].difference
        if effect.mean is not None:
            low, high = (None if end is None else end / abs(base) for end in (effect.low, effect.high))
            rows.append((outcome, arm, Interval(effect.mean / abs(base), low, high)))
    return rows
