import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.firms.programs.cross_sell import CrossSellSettings, chance_of_response
from sim.market import Market
from sim.mind.parts.holdings import HoldingsSettings, bought_extra, readiness, tie_of
from sim.people.feelings import FeelSettings
from sim.settings import numbers
from tests.sim.tiny import differing, over, programs, repertoire, subscription

SHARE = st.floats(0.01, 0.99)
HOLD, FEEL, SELL = numbers(HoldingsSettings()), numbers(FeelSettings()), numbers(CrossSellSettings())
ACTIVE = {"mind": {"holdings": {"active": True}}}
NOT_PRICED = {"mind": {"holdings": {"worth": 0.0, "tie": 0.0}}}


@given(SHARE, SHARE)
def test_at_the_anchor_readiness_is_one_and_it_rises_with_both_feelings(satisfaction, commitment):
    assert readiness(FEEL.satisfaction_ref, FEEL.commitment_ref, HOLD, FEEL) == pytest.approx(1.0)
    ready = readiness(satisfaction, commitment, HOLD, FEEL)
    assert ready <= readiness(min(satisfaction + 0.005, 1.0), commitment, HOLD, FEEL)
    assert ready <= readiness(satisfaction, min(commitment + 0.005, 1.0), HOLD, FEEL)


@given(st.integers(1, 10), st.floats(0.0, 10.0), st.floats(0.0, 20.0), st.integers(1, 5))
def test_each_category_adds_to_what_is_paid_and_to_what_leaving_costs(held, worth, tie, usual):
    own = numbers(HoldingsSettings(worth=worth, tie=tie, usual=float(usual)))
    assert bought_extra(held + 1, own) >= bought_extra(held, own) > -1.0
    assert tie_of(held + 1, own) - tie_of(held, own) == pytest.approx(tie)
    assert bought_extra(usual, own) == pytest.approx(0.0)
    assert tie_of(usual, own) == 0.0


@given(st.floats(0.0, 20.0), st.floats(0.01, 50.0))
def test_messages_tire(recent, ready):
    assert 0.0 <= chance_of_response(recent + 1.0, ready, SELL) <= chance_of_response(recent, ready, SELL) <= 1.0


@pytest.mark.parametrize("make", [subscription, repertoire])
def test_who_is_a_customer_holds_from_one_to_all_wanted_and_nobody_else_holds_any(make):
    market = Market(make(**ACTIVE))
    market.run()
    wanted, held = market.mind.parts["holdings"].columns
    customer = market.people.customer
    assert ((wanted >= 1) & (wanted <= 4)).all()
    assert ((held > 0) == customer).all()
    assert (held <= wanted[:, None]).all()
    assert (held > 1).any()


def test_categories_are_wanted_as_often_as_the_setting_says():
    """The mean of 20,000 binomials within 4.5 standard errors, once: at an error of 1 in 100,000."""
    calendar = {"years": 0.1, "burn_in_years": 0.0, "served_burn_in_years": 0.0}
    market = Market(subscription(**over(ACTIVE, {"customers": {"count": 20000}, "calendar": calendar})))
    wanted = market.mind.parts["holdings"].columns.wanted
    assert abs(wanted.mean() - 2.5) < 4.5 * np.sqrt(3 * 0.25 / 20000)


def test_a_fee_is_for_what_is_held_and_the_books_balance():
    """Twice the worth of a category: the same people hold and pay more, and the ledger has it."""
    free = over(ACTIVE, {"mind": {"holdings": {"tie": 0.0, "worth": 0.0}}})
    dear = over(ACTIVE, {"mind": {"holdings": {"tie": 0.0, "worth": 0.5}}})
    plain, priced = Market(subscription(**free)), Market(subscription(**dear))
    for market in (plain, priced):
        market.run()
        market.ledger.check()
    assert differing(plain.people, priced.people) == ["recent_spend"]
    held = priced.mind.parts["holdings"].columns.held[:, 0]
    paid = plain.people.customer[:, 0] & (plain.dealings.spend[0] > 0)
    ratio = priced.dealings.spend[0][paid] / plain.dealings.spend[0][paid]
    own = numbers(priced.world.mind.holdings)
    single, several = 1.0 + bought_extra(1, own), 1.0 + bought_extra(2, own)
    assert ratio.min() == pytest.approx(single, rel=1e-3)
    assert ratio[held[paid] > 1].max() >= several - 1e-3


def test_without_worth_and_tie_what_is_held_changes_nobody():
    with_part, without = Market(subscription(**over(ACTIVE, NOT_PRICED))), Market(subscription())
    with_part.run()
    without.run()
    assert differing(with_part.people, without.people) == []
    assert with_part.outcomes()["profit"] == without.outcomes()["profit"]


def test_the_content_come_to_hold_more():
    free = over(over(ACTIVE, NOT_PRICED), {"customers": {"count": 6000}, "calendar": {"years": 2.0}})
    market = Market(subscription(**free))
    market.run()
    columns, satisfaction = market.mind.parts["holdings"].columns, market.people.satisfaction[:, 0]
    wanting = market.people.customer[:, 0] & (columns.wanted == 3)
    content = satisfaction > np.median(satisfaction[wanting])
    more, less = (columns.held[wanting & group, 0].astype(float) for group in (content, ~content))
    error = np.sqrt(more.var() / more.size + less.var() / less.size)
    assert more.mean() - less.mean() > 4.0 * error


def test_messages_sell_categories_cost_money_and_are_for_those_aimed_at():
    settings = over(ACTIVE, programs(cross_sell={"offers_per_year": 12.0, "response": 0.3, "target": "single"}))
    sold, unsold = Market(subscription(**settings)), Market(subscription(**ACTIVE))
    sold.step()
    unsold.step()
    held, before = (each.mind.parts["holdings"].columns.held[:, 0] for each in (sold, unsold))
    reached = sold.firm().programs["cross_sell"].reached
    assert (held[~reached] == before[~reached]).all()
    assert held[reached].sum() > before[reached].sum()
    sold.run()
    unsold.run()
    assert sold.outcomes()["categories_held"] > unsold.outcomes()["categories_held"]
    assert sold.outcomes()["outreach_cost"] == pytest.approx(0.5 * round(sold.outcomes()["outreach_cost"] / 0.5))
    assert sold.outcomes()["outreach_cost"] > 0.0


def held_after(period):
    calendar = {"period": period, "years": 2.0, "burn_in_years": 0.5, "served_burn_in_years": 0.0}
    settings = over(over(ACTIVE, NOT_PRICED), {"calendar": calendar, "customers": {"count": 4000}})
    market = Market(subscription(**settings))
    market.run()
    return market.mind.parts["holdings"].columns.held[market.people.customer].astype(float)


def test_weeks_and_months_lead_to_as_many_categories():
    """Two means of other luck: more than four standard errors apart, once, at 1 in 15,000."""
    weeks, months = held_after("week"), held_after("month")
    error = np.sqrt(weeks.var() / weeks.size + months.var() / months.size)
    assert abs(weeks.mean() - months.mean()) < 4.0 * error


def test_what_is_usual_can_be_held():
    with pytest.raises(ValueError, match=r"usual = 9.0: there are only categories = 4 to hold"):
        subscription(mind={"holdings": {"active": True, "usual": 9.0}})


def test_a_share_of_wallet_is_never_above_1_where_more_is_bought_than_rates_let_expect():
    market = Market(repertoire(**ACTIVE))
    market.step()
    part = market.mind.parts["holdings"]
    part.orders, part.possible = np.array([5.0, 2.0, 0.0]), np.array([4.0, 4.0, 4.0])
    counts = part.count(market)
    assert (counts["wallet_here"] / counts["wallet"]).tolist() == [1.0, 0.5, 0.0]


@pytest.mark.parametrize("make", [subscription, repertoire])
def test_a_share_of_wallet_is_a_share(make):
    market = Market(make(**ACTIVE))
    market.run()
    assert 0.0 < market.outcomes()["share_of_wallet"] <= 1.0
