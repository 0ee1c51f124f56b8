"""The customers of the CDNOW log, fitted on weeks 1-39 and lived forward 39 weeks with every loop off.

200 replicates, one look. The conditional totals of the holdout by BG/NBD and by Pareto/NBD are closed forms, so the
mean over replicates must lie within 3 standard errors of them (a right world fails with a chance of .3 % each). The
other test is about the real customers: the mean absolute error of each customer's mean. Only the buying of a week is
lived, which makes 200 replicates a matter of seconds; that the rest of a week changes no order is tested to the bit.
"""

from functools import cache

import numpy as np
import pytest

from analysis.log_file import locate
from analysis.population import Lapse, Population, population
from analysis.purchase_log import read_log
from analysis.validation.lab import Watch
from sim.market import Market
from sim.settings import BadInput
from tests.theory.observed import world

LOG = "lifetimes:lifetimes/datasets/CDNOW_sample.txt"
COLUMNS = {"customer": 1, "date": 3, "amount": 5}
REPLICATES = 200
WEEKS = 39
GROUPS = {"market": "cdnow", "customers": "cdnow", "firms": "one_shop", "mind": "off"}


@cache
def customers(lapse: Lapse = "after_purchases") -> Population:
    try:
        locate(LOG)
    except BadInput as missing:
        pytest.skip(str(missing))
    return population(read_log(LOG, COLUMNS), "1997-09-30", lapse)


def lives(replicate, rate=1.0, lapse="after_purchases"):
    """A replicate of these customers, about to live the holdout; ``rate`` on everybody's rate of buying."""
    past = customers(lapse).imported()
    past = past._replace(alpha=past.alpha / rate, T=past.T / rate, t_x=past.t_x / rate)
    return Market(world(GROUPS, {"calendar": {"years": WEEKS / 52}}), replicate, past)


@cache
def orders(rate=1.0, replicates=REPLICATES, lapse="after_purchases"):
    """Holdout orders of each customer (replicates, N); with the loops off the rest of a period changes none."""
    seen = np.zeros((replicates, len(customers().ids)), np.int64)
    for replicate in range(replicates):
        market = lives(replicate + 1, rate, lapse)
        for week in range(WEEKS):
            now = market.now._replace(period=week)
            np.add.at(seen[replicate], market.crowd.buy(now, market.key, market.terms, 1.0).person, 1)
    return seen


def test_whole_weeks_bring_the_same_orders_to_the_bit():
    market = lives(1)
    watch = Watch(market)
    market.run()
    assert watch.orders.sum() > 1000
    assert (watch.orders == orders()[0]).all()


def expected(lapse="after_purchases"):
    people = customers(lapse)
    past = people.customers
    return people.buying.model.conditional_expected_purchases(WEEKS, past["x"], past["t_x"], past["T"])


def deviation(seen, lapse="after_purchases"):
    """Standard errors between the mean total of the replicates and the formula's."""
    totals = seen.sum(axis=1)
    return (totals.mean() - expected(lapse).sum()) / (totals.std(ddof=1) / np.sqrt(len(totals)))


def test_the_holdout_total_is_the_conditional_expectation_of_bg_nbd():
    assert expected().sum() == pytest.approx(1653, abs=1.0)
    assert abs(deviation(orders())) < 3.0


def test_with_lapses_by_time_it_is_that_of_pareto_nbd():
    assert expected("by_time").sum() == pytest.approx(1666, abs=1.0)
    assert abs(deviation(orders(lapse="by_time"), "by_time")) < 3.0


def test_customers_who_buy_five_percent_faster_are_refused():
    """Their total is 4 % higher, as some lapse sooner: with 40 replicates about 6 standard errors."""
    assert abs(deviation(orders(rate=1.05, replicates=40))) > 3.0


def test_each_customers_mean_is_as_near_to_the_truth_as_bg_nbd_says():
    actual = customers().customers["purchases"].to_numpy()
    assert actual.sum() == 1882
    error = np.abs(orders().mean(axis=0) - actual).mean()
    assert error <= 0.80
    assert error == pytest.approx(np.abs(expected() - actual).mean(), abs=0.02)
