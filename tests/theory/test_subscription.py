"""With every loop off subscribers leave by sBG, by months and weeks. (`ecrm validate` holds them to further laws.)

Every test looks once, at independent people, and refuses a right world with a chance of at most 1 %. Companions put one
input a few percent off, or break the rule: there the verdict must turn (power above 95 % each, from the formulas). The
seed was chosen before the first look.
"""

from functools import cache

import numpy as np
import pytest

from analysis.repeat_buying import SBG
from sim.market import Market
from tests.theory.observed import Look, world

REGULAR, HIGH_END = SBG(alpha=0.704, beta=1.182), SBG(alpha=0.668, beta=3.806)
SUBSCRIBERS = 100_000
YEARS = np.arange(1, 13)
TELECOM = {"market": "telecom", "customers": "telecom", "firms": "one_shop", "mind": "off"}
NO_WAY_BACK = {"none_utility": 50.0, "rejoin_per_year": 0.0, "involuntary_per_year": 0.0}


def subscribers(customers, choose, period="month", count=SUBSCRIBERS):
    """Who is still there at the end of years 1 to 12 (12, N), of one cohort whose open choices all end in leaving."""
    settings = {
        "customers": {"count": count} | customers,
        "choose": NO_WAY_BACK | choose,
        "calendar": {"period": period, "years": 12.0, "burn_in_years": 0.0, "served_burn_in_years": 0.0},
    }
    market = Market(world(TELECOM, settings))
    left = []
    while not market.done:
        market.step()
        if market.period % market.world.calendar.per_year == 0:
            left.append(market.people.customer[:, 0].copy())
    return np.array(left)


@cache
def cohort(model, period="month", count=SUBSCRIBERS):
    return subscribers({"leaving": "beta", "leaving_a": model.alpha, "leaving_b": model.beta}, {}, period, count)


def survives(look, name, seen, expected):
    for year, sample, share in zip(YEARS, seen, expected, strict=True):
        look.share(f"{name}: year {year}", sample, float(share))
    return look


def test_cohorts_survive_by_the_shifted_beta_geometric_law():
    look = Look()
    survives(look, "regular", cohort(REGULAR), REGULAR.survival(YEARS))
    survives(look, "high end", cohort(HIGH_END), HIGH_END.survival(YEARS))
    survives(look, "regular, by weeks", cohort(REGULAR, "week", 20_000), REGULAR.survival(YEARS))
    assert look.refused() == {}


@pytest.mark.parametrize("off", [SBG(1.05 * 0.704, 1.182), SBG(0.704, 1.05 * 1.182)], ids=["alpha +5%", "beta +5%"])
def test_a_cohort_with_one_parameter_five_percent_off_is_refused(off):
    assert survives(Look(), "off", cohort(off), REGULAR.survival(YEARS)).refused()
