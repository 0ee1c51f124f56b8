"""The tables of one run, each row with its keys in front."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from analysis.plan import RunId

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from sim.market import Market

type Columns = Mapping[str, NDArray[Any]] | pd.DataFrame  # by name, of equal length

PERCENTILES = 100


def tables_of(market: "Market", scenario: str, run: RunId, key: str) -> "dict[str, pa.Table]":
    """Return the tables of a market that was lived to its end, in Arrow's form."""
    last = market.world.calendar.periods
    outcomes = {name: np.array([value], np.float64) for name, value in market.outcomes().items()}
    focal = market.firm().number
    value, initial = market.ledger.value[:, focal], market.reports.initial[:, focal]
    tables: dict[str, Columns] = {
        "runs": {"period": np.array([last]), **outcomes, "key": np.array([key], object)},
        "periods": market.reports.by_period(),
        "events": market.events(),
        "shares": shares(value[initial]).assign(period=last),
    }
    return {table: keyed(columns, scenario, run) for table, columns in tables.items()}


def keyed(columns: Columns, scenario: str, run: RunId) -> "pa.Table":
    """Return a run's table with the keys in front; ``period`` is one of the columns."""
    import pyarrow as pa

    table = {name: _arrow(column) for name, column in columns.items()}
    rows = len(table["period"])
    keys = {
        "scenario": pa.repeat(scenario, rows),
        "arm": pa.repeat(run.arm, rows),
        "replicate": pa.repeat(pa.scalar(run.replicate, pa.int64()), rows),
        "period": table.pop("period").cast(pa.int64()),
        "point": pa.repeat(pa.scalar(run.point, pa.int64()), rows),
    }
    return pa.table(keys | table)


def _arrow(column: "NDArray[Any] | pd.Series[Any]") -> "pa.Array":
    """Return a column in Arrow's form: NaN as nothing, and words as words, however they are kept."""
    import pyarrow as pa

    array = pa.array(column, pa.large_string() if column.dtype == object else None, from_pandas=True)
    return array.cast(pa.string()) if pa.types.is_dictionary(array.type) else array


def shares(values: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> "pd.DataFrame":
    """Return how value is spread over people, at 101 points.

    Args:
        values: value of each person, in currency units.

    Returns:
        ``share``: 0, .01, ... 1 of the people, the most valuable first; ``value``: of the person at that place;
        ``cumulative``: what all up to that place bring, divided by the number of people (so it ends at the mean).
        No rows without people.
    """
    import pandas as pd

    if not len(values):
        return pd.DataFrame({name: np.empty(0) for name in ("share", "value", "cumulative")})

    ordered = np.sort(values)[::-1]
    total = np.concatenate([[0.0], np.cumsum(ordered)]) / len(values)
    share = np.arange(PERCENTILES + 1) / PERCENTILES
    cumulative = np.interp(share * len(values), np.arange(len(total)), total)
    value = np.quantile(ordered, 1.0 - share)
    return pd.DataFrame({"share": share, "value": value, "cumulative": cumulative})
