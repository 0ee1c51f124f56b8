import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.market import Market
from sim.mind.parts.standards import raised
from sim.people.columns import Attribute
from sim.people.mathematics import monthly_approach
from sim.world import World
from tests.sim.tiny import BENCHMARK, over, subscription

SCALE = st.floats(0.0, 1.0)
RATE = 0.05
QUIET = {
    "customers": {"count": 100, "match_sd": 0.0},
    "choose": {"reopen_per_year": 0.0, "involuntary_per_year": 0.0},
    "experience": {"failures": False, "questions": False},
    "feel": {"expectation_rate": 0.0, "promise_rate": 0.0},
    "calendar": {"years": 1.0, "burn_in_years": 0.0, "served_burn_in_years": 0.0},
    "firms": {name: {"call_center": BENCHMARK, "level": {"product": 0.7}} for name in ("acme", "bolt", "cirrus")},
    "mind": {"standards": {"active": True, "rate": RATE}},
}


@given(SCALE, SCALE, SCALE, SCALE)
def test_standards_rise_towards_what_the_best_rival_would_give_and_never_fall(expected, level, ahead, share):
    now = raised(expected, level, ahead, share)
    assert expected <= now <= max(expected, level + ahead) + 1e-12
    assert raised(expected, level, 0.0, share) == expected


@given(st.floats(0.0, 0.99), st.floats(0.1, 2.0))
def test_two_half_periods_raise_as_far_as_a_whole_one(rate, years):
    whole = raised(0.6, 0.6, 0.2, monthly_approach(rate, years))
    half = monthly_approach(rate, years / 2.0)
    assert raised(raised(0.6, 0.6, 0.2, half), 0.6, 0.2, half) == pytest.approx(whole)


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


def test_where_firms_are_alike_standards_are_as_without_them():
    """People whom the firm suits and people whom it does not: nobody is measured by a rival that is no better."""
    alike = {"customers": {"match_sd": 0.12}, "feel": {"expectation_rate": 0.08}}
    worlds = [subscription(**over(over(QUIET, alike), {"mind": {"standards": {"active": on}}})) for on in (True, False)]
    markets = [Market(world) for world in worlds]
    for market in markets:
        market.run()
    assert np.array_equal(markets[0].people.expectation, markets[1].people.expectation)


def test_the_norm_is_the_one_firm_that_is_best_on_the_whole():
    """A rival that is ahead in one attribute and worse on the whole sets no standard."""
    worse = {"firms": {"bolt": {"level": {"product": 0.75, "convenience": 0.2, "personal": 0.2}}}}
    equal = {"customers": {"importance_concentration": 0.0}}
    product, _ = expected_of_acme(**over(worse, equal))
    assert np.ptp(product) == 0.0
    assert product[0] == pytest.approx(0.7)


def test_a_firm_alone_is_held_against_itself():
    alone = {"firms": {"acme": {"call_center": BENCHMARK}}}
    market = Market(World.model_validate(QUIET | alone))
    before = market.people.expectation.copy()
    market.run()
    assert np.array_equal(market.people.expectation, before)
