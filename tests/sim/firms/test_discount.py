import numpy as np
import pytest
from scipy import stats

from sim.ledger import Account
from sim.market import Market
from sim.people.columns import NOBODY
from tests.sim.tiny import programs, repertoire, subscription

ERROR = 1e-4  # rate at which a test of frequencies refuses a sound model


def begun(kind=subscription, **discount):
    """Return a market without a past, in which everybody is a customer of some firm, before its first choice."""
    market = Market(kind(**programs(discount=discount), calendar={"burn_in_years": 0.0, "years": 1.0}))
    market._open()
    market._decide()
    return market


def test_a_general_discount_lowers_the_price_of_every_customer_and_of_nobody_else():
    market = begun(share=0.2)
    factor, mine = 1.0 - market.offers.price_cut, market.people.customer[:, 0]
    assert factor[mine, 0] == pytest.approx(0.8)
    assert (factor[~mine, 0] == 1.0).all()
    assert (factor[:, 1:] == 1.0).all()


def test_customers_pay_the_lower_price_and_the_cut_is_reported():
    dear = Market(subscription(calendar={"burn_in_years": 0.0, "years": 1 / 12}))
    cheap = Market(subscription(**programs(discount={"share": 0.2}), calendar={"burn_in_years": 0.0, "years": 1 / 12}))
    members = cheap.people.customer[:, 0].copy()
    dear.run()
    cheap.run()
    stayed = members & (dear.people.provider == 0) & (cheap.people.provider == 0)
    assert cheap.ledger.purse[stayed] / dear.ledger.purse[stayed] == pytest.approx(0.8, abs=0.001)
    paid = -cheap.ledger.purse[members & (cheap.people.provider == 0)].sum() / 100.0
    assert cheap.reports.rows[0][0]["price_cuts"] == pytest.approx(paid * 0.25, rel=1e-4)


@pytest.mark.parametrize("target", ["new", "valuable", "quiet"])
def test_a_target_is_a_part_of_the_customers_with_what_the_firm_can_know(target):
    market = begun(repertoire, share=0.2, target=target)
    people = market.people
    people.tenure[:300, 0], people.recent_spend[:, 0], people.since[:200, 0] = 2.0, np.arange(600), 0.4
    aimed = market.firm("acme").programs["discount"].aimed(market)
    customers = people.customer[:, 0]
    assert not (aimed & ~customers).any()
    known = {
        "new": people.tenure[:, 0] < 1.0,
        "valuable": people.recent_spend[:, 0] >= np.median(people.recent_spend[customers, 0]),
        "quiet": people.since[:, 0] > 0.25,
    }[target]
    assert (aimed == (customers & known)).all()
    assert 0 < aimed.sum() < customers.sum()


@pytest.mark.parametrize("period", ["week", "month"])
@pytest.mark.parametrize("a_year", [4.0, 52.0])
def test_as_many_messages_go_out_as_planned_whatever_the_period(period, a_year):
    """Poisson counts: one look at each, at 1 in 10,000."""
    calendar = {"period": period, "years": 1.0, "burn_in_years": 0.0}
    settings = programs(discount={"share": 0.1, "offers_per_year": a_year, "cost_per_message": 0.01})
    market, customer_years = Market(subscription(**settings, calendar=calendar)), 0.0
    while not market.done:
        customer_years += float(market.people.customer[:, 0].sum()) * market.world.calendar.dt
        market.step()
    messages = int(market.ledger.balance[0, Account.OUTREACH_COST])
    low, high = stats.poisson.interval(1.0 - ERROR, a_year * customer_years)
    assert low <= messages <= high


def test_an_offer_by_message_reaches_its_share_costs_wakes_and_holds_its_time():
    market = begun(share=0.1, offers_per_year=6.0, lasts_months=2.0, cost_per_message=0.4)
    customers = int(market.people.customer[:, 0].sum())
    assert (market.offers.price_cut == 0.0).all()
    market._reach_out()
    reached = market.people.contact_salience > 0.0
    assert stats.binomtest(int(reached.sum()), customers, 1.0 - np.exp(-0.5)).pvalue > ERROR
    assert market.ledger.balance[0, Account.OUTREACH_COST] == 40 * market.people.contact_salience.sum()
    assert (market.offers.price_cut[reached, 0] > 0.0).all()
    held = market.firm("acme").programs["discount"].holds_until[reached]
    assert held == pytest.approx(2.0 / 12.0)
    months = [bool(np.float32(held[0]) > month / 12.0) for month in range(4)]
    assert months == [True, True, False, False]


def test_a_lower_price_keeps_people_who_would_leave():
    def stay(**changes):
        market = Market(subscription(**changes, calendar={"years": 1.0}))
        market.run()
        return float(market.reports.counts(market.firm("acme"))["customers"][-1])

    assert stay(**programs(discount={"share": 0.4})) > stay()


def test_in_a_shop_a_lower_price_brings_purchases():
    def orders(**changes):
        market = Market(repertoire(**changes))
        market.run()
        return market.outcomes()["purchases"]

    assert orders(**programs(discount={"share": 0.3})) > orders()


def test_nobody_is_aimed_at_where_nobody_is_a_customer():
    market = Market(subscription(**programs(discount={"target": "valuable"}), calendar={"burn_in_years": 0.0}))
    market.people.customer[:], market.people.provider[:] = False, NOBODY
    assert not market.firm("acme").programs["discount"].aimed(market).any()
