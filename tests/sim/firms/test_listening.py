import numpy as np
import pytest

from sim.market import Market
from tests.sim.tiny import programs, subscription


def listening(**program):
    settings = programs(listening=program) | {"mind": {"feedback": {"active": True}}}
    market = Market(subscription(calendar={"burn_in_years": 0.0}, **settings))
    market._open()
    market._decide()
    return market, market.mind.parts["feedback"], market.firm().programs["listening"]


def voiced(complaints):
    return np.arange(complaints), np.zeros(complaints, np.int8), np.linspace(0.0, 1.0, complaints)


def test_capacity_that_is_not_used_lasts_a_quarter():
    market, part, program = listening(capacity=2.4)
    a_month = 0.2 * market.people.customer[:, 0].sum()
    part.voiced = voiced(0)
    for months in (1, 2, 3, 3, 3):
        program.settle(market)
        assert program.spare[0] == pytest.approx(months * a_month)
    part.voiced = voiced(600)
    program.settle(market)
    assert part.used[0] == int(4 * a_month)


def test_a_firm_that_stops_to_listen_acts_upon_nothing_more():
    market, part, program = listening(end_year=1.0)
    market.now = market.now._replace(period=12)
    part.voiced = voiced(50)
    program.settle(market)
    assert part.used[0] == 0
    assert market.ledger.balance.sum(axis=0).any() == 0
