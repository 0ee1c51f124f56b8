import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.plan import RunId
from analysis.tables import shares, tables_of
from analysis.value import lorenz
from sim.market import Market
from tests.sim.tiny import subscription


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=300))
def test_cumulated_value_ends_at_the_mean_and_falls_only_at_the_end(values):
    table = shares(np.array(values))
    assert len(table) == 101
    assert table["cumulative"].iloc[0] == 0.0
    assert table["cumulative"].iloc[-1] == pytest.approx(np.mean(values), abs=1e-6 * (1 + max(map(abs, values))))
    assert table["value"].iloc[0] == max(values)
    assert table["value"].is_monotonic_decreasing
    steps = np.diff(table["cumulative"])
    assert (np.diff(steps) <= 1e-6 * (1 + max(map(abs, values)))).all()


def test_nobody_has_no_value():
    assert shares(np.array([])).empty


def test_value_is_spread_over_customers_at_the_start_and_over_nobody_else():
    market = Market(subscription())
    market.run()
    run = RunId(0, "base", 1)
    before = market.ledger.value[market.reports.initial[:, 0], 0]
    spread = tables_of(market, "study", run, "key")["shares"]
    assert spread["cumulative"][-1].as_py() == pytest.approx(before.mean())
    market.reports.initial[:] = False
    empty = tables_of(market, "study", run, "key")["shares"]
    assert (empty.num_rows, empty.schema) == (0, spread.schema)
    assert lorenz(empty.to_pandas()).top_20.mean is None
