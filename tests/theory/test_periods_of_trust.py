"""Trust, knowledge and alarm come out the same by weeks and by months: equivalence within 3 %, as in `test_periods`.

Two one-sided tests at 5 % each: the 90 % interval of the ratio of weeks to months lies within 1/1.03 and 1.03.
"""

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from sim.market import Market
from sim.world import World
from tests.sim.tiny import BENCHMARK, over, programs

MARGIN = np.log(1.03)
PEOPLE = 3_000
WORLD = {
    "customers": {"count": PEOPLE},
    "choose": {"reopen_per_year": 0.0, "involuntary_per_year": 0.0},  # the same customers in both
    "firms": {"acme": {"call_center": BENCHMARK}},
    "mind": {"trust": {"active": True}, "privacy": {"active": True, "withdrawal": 0.0}},
}
MUCH = programs(
    data_request={"requests_per_year": 2.0, "self_edit": True},
    data_use={"secret": True, "exposed_year": 1.0},
    honest_advice={"occasions_per_year": 3.0},
)
FIGURES = ("credibility", "reliability", "intimacy", "orientation", "consent", "knowledge", "alarm")


@cache
def lived(period: str, alarm_half_life: float = 9.0) -> tuple[NDArray[np.bool_], dict[str, NDArray[np.float64]]]:
    """Return who is a customer of the first firm after two years (N,), and what customers feel, 0 for others."""
    calendar = {"period": period, "years": 2.0, "burn_in_years": 2.0, "served_burn_in_years": 0.0}
    changes = {"calendar": calendar, "mind": {"privacy": {"alarm_half_life": alarm_half_life}}}
    market = Market(World.model_validate(over(over(WORLD, MUCH), changes)))
    market.run()
    mine = market.people.customer[:, 0]
    return mine, {name: market.mind.columns()[name][:, 0] * mine.astype(np.float64) for name in FIGURES}


def interval(one, other, name: str) -> NDArray[np.float64]:
    """Return the 90 % interval of the log ratio of two worlds' means over customers, linearized over persons."""
    (mine, felt), (theirs, they_felt) = one, other
    part = [x / x.sum() - who / who.sum() for who, x in ((mine, felt[name]), (theirs, they_felt[name]))]
    means = [x.sum() / who.sum() for who, x in ((mine, felt[name]), (theirs, they_felt[name]))]
    reach = stats.norm.isf(0.05) * np.sqrt(PEOPLE) * (part[0] - part[1]).std(ddof=1)
    return np.log(means[0] / means[1]) + np.array([-reach, reach])


def equivalent(one, other, name: str) -> bool:
    low, high = interval(one, other, name)
    return bool(low > -MARGIN and high < MARGIN)


@pytest.mark.parametrize("name", FIGURES)
def test_weeks_and_months_agree(name):
    assert equivalent(lived("week"), lived("month"), name)


def test_a_world_that_calms_down_a_tenth_sooner_is_refused():
    assert not equivalent(lived("week"), lived("month", 8.1), "alarm")
