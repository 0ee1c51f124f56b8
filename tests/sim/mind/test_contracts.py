import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.compose import world
from sim.ledger import Account
from sim.market import Market
from sim.mind.parts.contracts import STAYING, bound_for, buys_out, months_until_free
from sim.people.moves import Reason
from sim.settings import BadInput
from tests.sim.tiny import differing, over, programs, repertoire, subscription

MONTHS = st.floats(0.01, 60.0)
RESTLESS = {"choose": {"reopen_per_year": 3.0, "involuntary_per_year": 0.3}, "mind": {"contracts": {"active": True}}}
YEAR = {"calendar": {"years": 1.0, "burn_in_years": 0.5, "served_burn_in_years": 0.0}}


def bound(**terms):
    """A market of restless people, of whom all customers of the first firm sign soon."""
    return Market(subscription(**over(over(RESTLESS, YEAR), programs(contract={"signing": 12.0} | terms))))


@given(left=MONTHS, notice=st.floats(0.0, 60.0), renewal=st.floats(0.1, 60.0))
def test_whoever_wants_to_leave_waits_for_an_end_of_the_contract_and_at_least_for_the_notice(left, notice, renewal):
    wait = months_until_free(left, notice, renewal)
    assert wait >= notice - 1e-9
    assert (wait - left) / renewal == pytest.approx(round((wait - left) / renewal), abs=1e-6)
    assert wait == left or wait < notice + renewal + 1e-9
    assert months_until_free(left, notice, 0.0) == max(left, notice)


def test_who_misses_the_time_of_notice_is_bound_again():
    assert months_until_free(2.9, 3.0, 12.0) == pytest.approx(14.9)
    assert months_until_free(2.9, 3.0, 0.0) == 3.0


def test_a_monthly_contract_with_three_months_of_notice_binds_for_three_months():
    assert months_until_free(0.5, 3.0, 1.0) == pytest.approx(3.5)


@given(wait=MONTHS, notice=MONTHS, exit_fee=st.floats(0.0, 1e6), a_month=st.floats(0.0, 1e4))
def test_a_fee_is_paid_only_by_who_would_pay_more_while_waiting(wait, notice, exit_fee, a_month):
    assert buys_out(wait, notice, exit_fee, a_month) == (a_month * (wait - notice) > exit_fee)
    assert not buys_out(wait, notice, float("nan"), a_month)


@given(st.floats(0.0, 120.0), st.floats(0.0, 5.0))
def test_being_bound_never_adds_to_a_firm(months, reluctance):
    assert bound_for(months, reluctance) <= 0.0
    assert bound_for(12.0, reluctance) == pytest.approx(-reluctance)


def test_nobody_leaves_by_choice_before_the_end_of_a_contract():
    market = bound(months=4.0, notice_months=0.0)
    left_early = left = 0
    while not market.done:
        before = market.mind.parts["contracts"].columns.contract_left.copy()
        market.step()
        moves = market.crowd.moves
        chose = moves.moved & (moves.origin == 0) & (moves.cause != Reason.INVOLUNTARY)
        left += int(chose.sum())
        left_early += int((chose & (before > 1.01)).sum())
    assert left > 100
    assert left_early == 0


def test_who_gave_notice_goes_where_the_choice_fell_when_the_contract_ends():
    market = bound(months=6.0, notice_months=2.0)
    columns = market.mind.parts["contracts"].columns
    went = 0
    while not market.done:
        left, where = columns.contract_left.copy(), columns.going_to.copy()
        market.step()
        moves = market.crowd.moves
        waits = (where != STAYING) & (moves.cause != Reason.INVOLUNTARY)
        goes, noticed = waits & (left <= 1.01), waits & (left > 1.01) & (left <= 2.01)
        assert (market.people.provider[goes] == where[goes]).all()
        assert (columns.going_to[noticed] == where[noticed]).all()
        assert not moves.moved[waits & (left > 1.01)].any()
        went += int(goes.sum())
    assert went > 50


def share_won_back(**feelings):
    """Return how many of those who want to leave a firm do not, where their feelings for it change on the way."""
    market = bound(months=6.0, signing=1000.0)
    for _ in range(3):
        market.step()
    waiting = market.mind.parts["contracts"].columns.going_to >= 0
    assert waiting.sum() > 50
    for name, level in feelings.items():
        getattr(market.people, name)[waiting, 0] = level
    gone, back = np.zeros_like(waiting), np.zeros_like(waiting)
    for _ in range(6):
        market.step()
        gone |= market.crowd.moves.moved
        back |= waiting & ~gone & (market.mind.parts["contracts"].columns.going_to == STAYING)
    assert (gone | back)[waiting].all()
    return back[waiting].mean()


def test_who_wants_to_leave_can_be_won_back_until_notice_is_due_and_not_by_luck():
    assert share_won_back(commitment=0.0, habit=0.0) < 0.02
    assert share_won_back(commitment=1.0, habit=1.0) > 0.2


def test_only_those_whose_notice_is_due_count_as_having_given_it():
    market = bound(months=12.0, signing=1000.0, notice_months=2.0)
    for _ in range(6):
        market.step()
    columns = market.mind.parts["contracts"].columns
    assert (columns.going_to != STAYING).sum() > 50
    native = columns.contract_left == 6.0
    assert native.any()
    noticed = market.reports.counts(market.firm())["on_notice"][-1]
    assert noticed == ((columns.going_to != STAYING) & (columns.contract_left < 2.01)).sum()
    assert noticed < 0.1 * (columns.going_to != STAYING).sum()


def test_a_fee_that_is_worth_more_than_the_wait_is_never_paid_and_scares_nobody():
    dear, none = bound(months=3.0, exit_fee=1e6), bound(months=3.0)
    for market in (dear, none):
        market.run()
    assert dear.outcomes()["exit_fees"] == 0.0
    assert differing(dear.people, none.people) == []


def test_an_exit_fee_is_paid_once_by_each_who_does_not_wait_and_is_revenue():
    market = bound(months=12.0, exit_fee=30.0)
    paid, fees = 0.0, 0.0
    while not market.done:
        purse = market.ledger.purse.copy()
        before = market.ledger.balance[0, Account.REVENUE]
        market.step()
        fees = sum(market.dealings.spend[0]) / 100.0
        paid += market.mind.parts["contracts"].exit_fees[0]
        assert (purse >= market.ledger.purse).all()
        assert market.ledger.balance[0, Account.REVENUE] < before
    market.ledger.check()
    assert paid > 0.0
    assert paid % 30.0 == 0.0
    assert -market.ledger.balance[0, Account.REVENUE] / 100.0 == pytest.approx(fees + paid)
    assert market.outcomes()["exit_fees"] == pytest.approx(paid)


def test_the_reasons_of_life_let_everybody_go_at_once_and_for_nothing():
    calm = over(RESTLESS, {"choose": {"reopen_per_year": 0.0, "involuntary_per_year": 2.0}})
    market = Market(subscription(**over(over(calm, YEAR), programs(contract={"signing": 12.0, "exit_fee": 30.0}))))
    market.run()
    assert market.outcomes()["left"] > 100
    assert market.outcomes()["exit_fees"] == 0.0


def test_without_the_program_nobody_is_bound_and_not_a_bit_differs():
    with_part, without = (Market(subscription(mind={"contracts": {"active": on}})) for on in (True, False))
    with_part.run()
    without.run()
    assert differing(with_part.people, without.people) == []
    assert with_part.outcomes()["contract_share"] == 0.0


def test_a_contract_that_does_not_renew_runs_out_when_the_program_has_ended():
    market = bound(months=3.0, end_year=0.25)
    market.run()
    assert not market.mind.parts["contracts"].columns.contract_left.any()


def test_the_discount_is_for_those_under_contract_and_the_program_has_reached_them():
    market = bound(months=24.0, discount=0.2, signing=1.0)
    market.step()
    market.step()
    people, factor = market.people, 1.0 - market.offers.price_cut[:, 0]
    under = (people.provider == 0) & (market.mind.parts["contracts"].columns.contract_left > 0.0)
    joined_now = people.tenure[:, 0] < 1.5 / 12.0
    assert (factor[under] == np.float32(0.8)).all()
    assert (factor[(people.provider == 0) & ~under & ~joined_now] == 1.0).all()
    assert market.firm().programs["contract"].reached[under].all()


def left_in_two_years(period):
    calendar = {"period": period, "years": 2.0, "burn_in_years": 0.5, "served_burn_in_years": 0.0}
    settings = over(RESTLESS, {"calendar": calendar, "customers": {"count": 4000}})
    market = Market(subscription(**over(settings, programs(contract={"months": 5.0, "signing": 6.0}))))
    market.run()
    return market.outcomes()["left"]


def test_weeks_and_months_let_as_many_go():
    """Two worlds of other luck: a difference above four standard errors of two counts, once, at 1 in 15,000."""
    weeks, months = left_in_two_years("week"), left_in_two_years("month")
    assert abs(weeks - months) < 4.0 * np.sqrt(weeks + months)


def test_contracts_are_for_subscribers_and_need_their_part():
    with pytest.raises(
        ValueError, match=r"firms.acme.programs.contract: it acts on a part that is off: mind.contracts"
    ):
        subscription(**programs(contract={}))
    with pytest.raises(ValueError, match=r"firms.acme.programs.contract: not in a repertoire market; in subscription"):
        repertoire(**over(programs(contract={}), {"mind": {"contracts": {"active": True}}}))
    with pytest.raises(BadInput, match=r"exit_fee"):
        world("market=telecom", "mind.contracts.active=true", "firms.acme.programs.contract.exit_fee=-3")
