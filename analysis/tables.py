"""The tables of one run, each row with its keys in front."""

from typing import TYPE_CHECKING

import numpy as np

from analysis.plan import RunId

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from sim.market import Market

PERCENTILES = 100


def tables_of(market: "Market", scenario: str, run: RunId, key: str) -> "dict[str, pa.Table]":
    """Return the tables of a market that was lived to its end, in Arrow's form."""
    import pandas as pd

    last = market.world.calendar.periods
    outcomes = {name: float("nan") if value is None else float(value) for name, value in market.outcomes().items()}
    focal = market.firm().number
    value, initial = market.ledger.value[:, focal], market.reports.initial[:, focal]
    frames = {
        "runs": pd.DataFrame([{"period": last, **outcomes, "key": key}]),
        "periods": market.periods(),
        "events": market.events(),
        "shares": shares(value[initial] if initial.any() else value).assign(period=last),
    }
    return {table: keyed(frame, scenario, run) for table, frame in frames.items()}


def keyed(frame: "pd.DataFrame", scenario: str, run: RunId) -> "pa.Table":
    """Return a run's table with the keys in front; ``period`` is a column of the frame."""
    import pyarrow as pa

    rows, columns = len(frame), {name: pa.array(column) for name, column in frame.items()}
    keys = {
        "scenario": pa.repeat(scenario, rows),
        "arm": pa.repeat(run.arm, rows),
        "replicate": pa.repeat(pa.scalar(run.replicate, pa.int64()), rows),
        "period": columns.pop("period").cast(pa.int64()),
        "point": pa.repeat(pa.scalar(run.point, pa.int64()), rows),
    }
    return pa.table(keys | {name: _plain(column) for name, column in columns.items()})


def _plain(column: "pa.Array") -> "pa.Array":
    """Return words as words, however they are kept."""
    import pyarrow as pa

    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def shares(values: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> "pd.DataFrame":
    """Return how value is spread over people, at 101 points.

    Args:
        values: value of each person, in currency units.

    Returns:
        ``share``: 0, .01, ... 1 of the people, the most valuable first; ``value``: of the person at that place;
        ``cumulative``: what all up to that place bring, divided by the number of people (so it ends at the mean).
    """
    import pandas as pd

    ordered = np.sort(values)[::-1]
    total = np.concatenate([[0.0], np.cumsum(ordered)]) / max(len(values), 1)
    share = np.arange(PERCENTILES + 1) / PERCENTILES
    cumulative = np.interp(share * len(values), np.arange(len(total)), total)
    value = np.quantile(ordered, 1.0 - share) if len(values) else np.full(len(share), np.nan)
    return pd.DataFrame({"share": share, "value": value, "cumulative": cumulative})
