import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.crossed_luck import crossed_interval, error_interval, luck_alone
from analysis.statistics import mean_interval

LIVES = arrays(np.float64, st.integers(2, 8), elements=st.integers(-50, 50).map(float))


@given(lives=LIVES, places=st.integers(1, 6))
def test_luck_that_all_places_share_is_judged_by_the_t_test_however_many_places_there_are(lives, places):
    changes = np.tile(lives, (places, 1))
    expected = mean_interval(lives)
    assert luck_alone(changes) == (not expected.excludes_zero)
    if places > 1:
        assert crossed_interval(changes) == pytest.approx(expected)


@given(lives=LIVES)
def test_places_that_replicates_do_not_move_have_the_interval_of_independent_places(lives):
    assert crossed_interval(np.tile(lives[:, None], (1, 3))) == pytest.approx(mean_interval(lives))
    assert crossed_interval(lives[:, None]) == pytest.approx(mean_interval(lives))


def test_where_nothing_varies_any_change_is_told():
    assert luck_alone(np.ones((3, 4))) is False
    assert luck_alone(np.zeros((3, 4))) is True
    assert luck_alone(np.ones((3, 1))) is None


def test_one_place_has_no_interval():
    assert crossed_interval(np.array([[1.0, 2.0, 3.0]])) == (2.0, None, None)


def test_changes_that_cancel_over_places_are_told_from_luck():
    ups_and_downs = np.array([[1.0], [-1.0]] * 5) + np.random.default_rng(1).normal(scale=0.1, size=(10, 5))
    assert luck_alone(ups_and_downs) is False


def test_an_error_has_the_freedom_of_its_sources_together():
    # Satterthwaite: equal variances with f degrees each have 2 f; t(8) = 2.306, times sqrt(1 + 1).
    assert error_interval(0.0, [(1.0, 4), (1.0, 4)]).high == pytest.approx(2.306 * math.sqrt(2), abs=1e-3)
    assert error_interval(0.0, [(1.0, math.inf)]).high == pytest.approx(1.960, abs=1e-3)
    assert error_interval(5.0, [(0.0, 4)]) == (5.0, 5.0, 5.0)
