"""A world lived by weeks and by months is the same world: churn, spend and contacts a customer-year agree within 3 %.

Equivalence, not absence of a difference: two one-sided tests at 5 % each (TOST, Schuirmann 1987), that is, the 90 %
interval of the ratio of weeks to months lies within 1/1.03 and 1.03. A pair of worlds that truly differ by 3 % passes
with a chance of at most 5 % for each figure. Without a queue persons do not meet, so the standard error comes from the
people themselves, who are the same in both worlds: it is that of a ratio of totals over independent persons.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from analysis.validation.lab import Watch
from sim.market import Market
from tests.theory.observed import world

MARGIN = np.log(1.03)
PEOPLE, YEARS = 24_000, 8.0
TELECOM = {"market": "telecom", "customers": "telecom", "firms": "three_rivals", "mind": "core"}
BENCHMARK = {"firms": {"acme": {"call_center": {"kind": "benchmark"}}}}


class Totals(NamedTuple):
    """Of each person over the years watched (N,)."""

    years: NDArray[np.float64]  # as a customer of any firm
    left: NDArray[np.float64]  # times that a firm was left
    spend: NDArray[np.float64]  # cents
    contacts: NDArray[np.float64]  # that ended, calls again included


def lived(period, people, years, *settings):
    """Live the default telecom world by weeks or months, after two years to settle."""
    calendar = {"period": period, "years": years, "burn_in_years": 2.0, "served_burn_in_years": 0.5}
    market = Market(world(TELECOM, {"customers": {"count": people}, "calendar": calendar}, *settings), threads=2)
    watches = [Watch(market, firm.number) for firm in market.firms]
    with_a_firm, left = np.zeros(people), np.zeros(people)
    while not market.done:
        before = market.people.customer.copy()
        market.step()
        now = market.people.customer
        with_a_firm += now.any(axis=1) * market.now.dt
        left += (before & ~now).sum(axis=1)
    spend, contacts = (sum(getattr(watch, name) for watch in watches) for name in ("cents", "contacts"))
    return Totals(with_a_firm, left, spend.astype(float), contacts.astype(float))


def log_ratio(weeks, months, name):
    """Log of the ratio of two worlds' figures a customer-year, and its standard error (linearized over persons)."""
    part = [getattr(each, name) / getattr(each, name).sum() - each.years / each.years.sum() for each in (weeks, months)]
    rate = [getattr(each, name).sum() / each.years.sum() for each in (weeks, months)]
    people = len(weeks.years)
    return np.log(rate[0] / rate[1]), np.sqrt(people) * (part[0] - part[1]).std(ddof=1)


def interval(weeks, months, name):
    """90 % interval of the ratio."""
    middle, error = log_ratio(weeks, months, name)
    reach = stats.norm.isf(0.05) * error
    return np.exp([middle - reach, middle + reach])


def equivalent(weeks, months, name):
    low, high = np.log(interval(weeks, months, name))
    return low > -MARGIN and high < MARGIN


@cache
def default_world(period):
    return lived(period, PEOPLE, YEARS, BENCHMARK)


FIGURES = ("left", "spend", "contacts")


@pytest.mark.parametrize("name", FIGURES)
def test_weeks_and_months_agree_in_the_default_telecom_world(name):
    assert equivalent(default_world("week"), default_world("month"), name)


@pytest.mark.parametrize("name", FIGURES)
def test_the_look_is_large_enough_to_find_agreement(name):
    """Worlds that truly agree would pass with a chance of at least 95 %."""
    _, error = log_ratio(default_world("week"), default_world("month"), name)
    assert 2.0 * stats.norm.cdf(MARGIN / error - stats.norm.isf(0.05)) - 1.0 >= 0.95


def test_a_world_whose_choices_open_five_percent_more_often_is_refused():
    often = 1.05 * world(TELECOM).choose.reopen_per_year
    faster = lived("month", PEOPLE, YEARS, BENCHMARK, {"choose": {"reopen_per_year": often}})
    assert not equivalent(default_world("week"), faster, "left")


@pytest.mark.long
@pytest.mark.parametrize("name", FIGURES)
def test_weeks_and_months_agree_when_every_contact_is_served(name):
    assert equivalent(served("week"), served("month"), name)


@cache
def served(period):
    """With agents and a queue; the people's luck in it is shared, so the standard error above is a little too small."""
    return lived(period, PEOPLE, YEARS)
