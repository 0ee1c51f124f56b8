import numpy as np
import pytest

from sim.market import Market
from tests.sim.tiny import subscription


def lived(changes, years=1.0):
    """Return the levers of the first firm in each month, and the market at its end."""
    strategy = {"schedule": {"changes": changes}}
    calendar = {"years": years, "burn_in_years": 0.25}
    market = Market(subscription(firms={"acme": {"strategy": strategy, "price": 1.0}}, calendar=calendar))
    levers = []
    while not market.done:
        market.step()
        levers.append(market.firm("acme").levers)
    return levers, market


def test_a_lever_moves_in_the_month_of_its_year_and_stays():
    levers, _ = lived([{"year": 0.5, "price": 1.2}])
    assert [lever.price for lever in levers] == [1.0] * 6 + [1.2] * 6


def test_later_entries_win_whatever_their_order_and_other_levers_stay():
    levers, market = lived([{"year": 0.75, "price": 0.9}, {"year": 0.25, "price": 1.1, "service": 0.5}])
    assert [lever.price for lever in levers] == [1.0] * 3 + [1.1] * 6 + [0.9] * 3
    assert [lever.level.service for lever in levers] == [0.72] * 3 + [0.5] * 9
    assert {lever.failures for lever in levers} == {0.6}
    assert market.terms.price[0] == 0.9
    assert market.terms.level[0, 2] == 0.5


def test_nothing_is_moved_in_the_burn_in():
    strategy = {"schedule": {"changes": [{"year": 0.0, "price": 1.3}]}}
    market = Market(subscription(firms={"acme": {"strategy": strategy}}), replicate=0)
    while market.period < market.begins:
        market.step()
        assert market.firm("acme").levers.price == 1.0


def test_a_scheduled_rise_is_noticed_and_a_cut_is_not():
    levers, market = lived([{"year": 0.25, "price": 0.8}, {"year": 0.5, "price": 0.88}], years=0.5)
    assert levers[-1].price == 0.8
    assert (market.people.price_salience == 0.0).all()
    mine = market.people.provider == 0
    market._open()
    market._decide()
    assert market.people.price_salience[mine] == pytest.approx(1.0, abs=1e-5)
    assert not np.any(market.people.price_salience[~mine])
