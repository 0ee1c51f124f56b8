import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.tables import shares


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
    assert shares(np.array([]))["cumulative"].tolist() == [0.0] * 101
