import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.market import Market
from sim.mind.parts.standards import best_rivals, raised
from sim.people.columns import Attribute
from sim.people.mathematics import monthly_approach
from sim.world import World
from tests.sim.tiny import BENCHMARK, over, subscription

SCALE = st.floats(0.0, 1.0)
RATE = 0.05
QUIET = {
    "customers": {"count": 100},
    "choose": {"reopen_per_year": 0.0, "involuntary_per_year": 0.0},
    "experience": {"failures": False, "questions": False},
    "feel": {"expectation_rate": 0.0, "promise_rate": 0.0},
    "calendar": {"years": 1.0, "burn_in_years": 0.0, "served_burn_in_years": 0.0},
    "firms": {name: {"call_center": BENCHMARK, "level": {"product": 0.7}} for name in ("acme", "bolt", "cirrus")},
    "mind": {"standards": {"active": True, "rate": RATE}},
}


@given(SCALE, SCALE, SCALE)
def test_standards_rise_towards_the_best_rival_and_never_fall(expected, best, share):
    now = raised(expected, best, share)
    assert expected <= now <= max(expected, best) + 1e-12


@given(st.floats(0.0, 0.99), st.floats(0.1, 2.0))
def test_two_half_periods_raise_as_far_as_a_whole_one(rate, years):
    whole = raised(0.6, 0.8, monthly_approach(rate, years))
    half = monthly_approach(rate, years / 2.0)
    assert raised(raised(0.6, 0.8, half), 0.8, half) == pytest.approx(whole)


def test_the_best_rival_is_the_best_of_the_others():
    level = np.array([[0.8, 0.5], [0.7, 0.6], [0.6, 0.9]])
    assert best_rivals(level).tolist() == [[0.7, 0.9], [0.8, 0.9], [0.8, 0.6]]


def expected_of_acme(**changes):
    """Return what customers of acme expect of its product after a year, and of its convenience."""
    market = Market(subscription(**over(QUIET, changes)))
    market.run()
    mine = market.people.expectation[market.people.customer[:, 0], 0]
    return mine[:, Attribute.PRODUCT], mine[:, Attribute.CONVENIENCE]


@pytest.mark.parametrize("period", ["month", "week"])
def test_a_better_rival_is_soon_expected_whatever_the_period(period):
    better = {"firms": {"bolt": {"level": {"product": 0.9}}}, "calendar": {"period": period}}
    product, convenience = expected_of_acme(**better)
    assert product == pytest.approx(0.9 - 0.2 * (1.0 - RATE) ** 12, abs=1e-5)
    assert np.ptp(convenience) == 0.0


def test_a_firm_alone_is_held_against_itself():
    alone = {"firms": {"acme": {"call_center": BENCHMARK}}}
    market = Market(World.model_validate(QUIET | alone))
    before = market.people.expectation.copy()
    market.run()
    assert np.array_equal(market.people.expectation, before)
