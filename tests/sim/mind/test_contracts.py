import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.compose import world
from sim.ledger import Account
from sim.market import Market
from sim.mind.parts.contracts import STAYING, bound_for, months_until_free
from sim.people.moves import Reason
from sim.settings import BadInput
from tests.sim.tiny import differing, over, programs, repertoire, subscription

MONTHS = st.floats(0.01, 60.0)
RESTLESS = {"choose": {"reopen_per_year": 3.0, "involuntary_per_year": 0.3}, "mind": {"contracts": {"active": True}}}
YEAR = {"calendar": {"years": 1.0, "burn_in_years": 0.5, "served_burn_in_years": 0.0}}


def bound(**terms):
    """A market of restless people, of whom all customers of the first firm sign soon."""
    return Market(subscription(**over(over(RESTLESS, YEAR), programs(contract={"signing": 12.0} | terms))))


@given(left=MONTHS, notice=st.floats(0.0, 12.0), renewal=st.floats(0.0, 60.0))
def test_whoever_wants_to_leave_waits_for_the_end_and_at_least_for_the_notice(left, notice, renewal):
    wait = months_until_free(left, notice, renewal)
    assert wait >= left or (renewal == 0.0 and wait >= notice)
    assert wait >= min(notice, left)
    if left >= notice:
        assert wait == left


def test_who_misses_the_time_of_notice_is_bound_again():
    assert months_until_free(2.9, 3.0, 12.0) == pytest.approx(14.9)
    assert months_until_free(2.9, 3.0, 0.0) == 3.0


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


def test_who_gave_notice_goes_where_the_choice_fell_when_the_wait_is_over():
    market = bound(months=6.0)
    columns = market.mind.parts["contracts"].columns
    went = 0
    while not market.done:
        due, where = columns.notice_left.copy(), columns.going_to.copy()
        waiting = where != STAYING
        market.step()
        moves = market.crowd.moves
        free_to_go = waiting & (due <= 1.51) & (moves.cause != Reason.INVOLUNTARY)
        assert (market.people.provider[free_to_go] == where[free_to_go]).all()
        stays = waiting & (due > 1.51) & ~moves.moved
        assert (columns.going_to[stays] == where[stays]).all()
        assert (columns.notice_left[stays] == due[stays] - 1.0).all()
        went += int(free_to_go.sum())
    assert went > 50


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
    people, factor = market.people, market.offers.price_factor[:, 0]
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
