import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.people.mathematics import approach, chance_within, logistic, logit, monthly_approach

YEARS = st.floats(0.001, 5.0)


@given(st.floats(0.1, 200.0), YEARS, YEARS)
def test_a_state_with_a_half_life_goes_as_far_in_one_stretch_as_in_two(half_life, first, second):
    left = (1.0 - approach(half_life, first)) * (1.0 - approach(half_life, second))
    assert 1.0 - approach(half_life, first + second) == pytest.approx(left, abs=1e-12)


@given(st.floats(0.0, 0.9), YEARS, YEARS)
def test_a_state_with_a_monthly_rate_goes_as_far_in_one_stretch_as_in_two(rate, first, second):
    left = (1.0 - monthly_approach(rate, first)) * (1.0 - monthly_approach(rate, second))
    assert 1.0 - monthly_approach(rate, first + second) == pytest.approx(left, abs=1e-12)


@given(st.floats(0.0, 20.0), YEARS, YEARS)
def test_who_survives_two_stretches_survives_the_whole(hazard, first, second):
    survives = (1.0 - chance_within(hazard, first)) * (1.0 - chance_within(hazard, second))
    assert 1.0 - chance_within(hazard, first + second) == pytest.approx(survives, abs=1e-12)


def test_half_the_way_is_gone_after_a_half_life_and_the_rate_after_a_month():
    assert approach(9.0, 0.75) == pytest.approx(0.5)
    assert monthly_approach(0.08, 1.0 / 12.0) == pytest.approx(0.08)


@given(st.floats(-6.5, 6.5))
def test_log_odds_and_shares_are_inverse(x):
    assert logit(logistic(x)) == pytest.approx(x, abs=1e-9)


@given(st.floats(-800.0, 800.0))
def test_a_share_stays_between_nothing_and_all(x):
    assert 0.0 <= logistic(x) <= 1.0
    assert logistic(x) + logistic(-x) == pytest.approx(1.0)


@pytest.mark.parametrize("share", [-1.0, 0.0, 1.0, 2.0])
def test_log_odds_of_the_impossible_are_held_finite(share):
    assert abs(logit(share)) == pytest.approx(math.log(999.0))
