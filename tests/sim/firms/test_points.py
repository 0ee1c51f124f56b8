import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.firms.programs.points import PointsSettings, first_and_last, lean
from sim.ledger import Account
from sim.market import Market
from sim.people.buy import Purchases
from sim.settings import numbers
from tests.sim.tiny import programs, subscription

ERROR = 1e-4  # rate at which a test of frequencies refuses a sound model


def begun(**points):
    """Return a market without a past before its first choice, and the points program of its first firm."""
    market = Market(subscription(**programs(points=points), calendar={"burn_in_years": 0.0, "years": 1.0}))
    market._open()
    return market, market.firm("acme").programs["points"]


def enrolled(**points):
    """Return the same with every customer a member who has nothing yet."""
    market, program = begun(enrollment=0.0, **points)
    program.member[:] = True
    return market, program


def spend(market, program, person, currency):
    who = np.full(1, person)
    program.after_purchase(
        market, Purchases(who, np.zeros(1, np.int8), np.zeros(1, np.int32), np.array([100 * currency]))
    )


def liability(market):
    return -int(market.ledger.balance[0, Account.POINTS_LIABILITY])


def test_spend_earns_points_and_accrues_their_expected_cost():
    market, program = enrolled(earn=2.0, threshold=100.0, reward=5.0, unit_cost=0.8, expected_breakage=0.25)
    spend(market, program, 3, 20)
    assert program.points[3] == 40.0
    assert liability(market) == program.carried[3] == 40 / 100 * 500 * 0.8 * 0.75
    assert market.ledger.margin_now[3, 0] == -120


def test_who_is_no_member_earns_nothing():
    market, program = enrolled()
    program.member[3] = False
    spend(market, program, 3, 20)
    assert program.points[3] == liability(market) == 0


def test_a_reward_is_had_at_the_threshold_and_costs_what_it_really_costs():
    market, program = enrolled(threshold=100.0, reward=5.0, unit_cost=0.8, expected_breakage=0.25)
    spend(market, program, 3, 99)
    assert market.ledger.reward_cash[0] == 0
    spend(market, program, 3, 131)
    assert program.points[3] == pytest.approx(30.0, abs=1e-4)
    assert market.ledger.reward_cash[0] == 2 * 400
    assert liability(market) == program.carried[3] == pytest.approx(30 / 100 * 300, abs=1)
    assert market.ledger.flow(0, Account.REWARD_COST) == 800 + liability(market)


def test_points_of_who_buys_nothing_expire_and_their_liability_is_released_as_breakage():
    market, program = enrolled(expiry_months=6.0)
    spend(market, program, 3, 50)
    spend(market, program, 4, 50)
    owed = liability(market)
    program.bought[[3, 4]] = market.year + market.now.dt - np.array([0.51, 0.49])
    program.settle(market)
    assert program.points[[3, 4]].tolist() == [0.0, 50.0]
    assert -market.ledger.balance[0, Account.BREAKAGE] == owed - liability(market) == owed // 2
    assert program.carried[3] == 0


def test_an_order_that_comes_too_late_saves_no_points_but_earns_new_ones():
    market, program = enrolled(expiry_months=6.0, expected_breakage=0.0)
    spend(market, program, 3, 50)
    program.bought[3] = market.year - 0.51
    spend(market, program, 3, 20)
    assert program.points[3] == 20.0
    assert program.bought[3] == pytest.approx(market.year + market.now.dt)
    assert program.carried[3] == liability(market)


@given(st.lists(st.tuples(st.integers(1, 255), st.floats(0.0, 1.0, exclude_max=True), st.floats(0.0, 1.0)), min_size=1))
def test_the_first_order_of_a_period_is_not_after_the_last_and_a_single_one_is_both(rows):
    orders, luck, more_luck = (np.array(column) for column in zip(*rows, strict=True))
    first, last = first_and_last(orders, luck, more_luck)
    assert ((first >= 0.0) & (first <= last) & (last <= 1.0)).all()
    assert (first[orders == 1] == last[orders == 1]).all()


@given(st.floats(0.0, 249.0), st.floats(0.5, 6.0))
def test_the_pressure_rises_towards_the_reward_late_and_is_gone_after_it(points, sensitivity):
    p = numbers(PointsSettings(threshold=250.0))
    always = lean(0.0, sensitivity, p)
    assert lean(points, sensitivity, p) <= lean(points + 1.0, sensitivity, p)
    assert lean(points, sensitivity, p) - always == pytest.approx(p.pressure * (points / 250.0) ** p.pressure_shape)
    assert always == pytest.approx(p.pull * sensitivity * p.earn * p.reward / 250.0)


def test_the_pressure_resets_with_the_reward():
    market, program = enrolled(threshold=100.0, pressure=0.4)
    for currency in (90, 20):
        spend(market, program, 3, currency)
    near, after = (lean(float(points), 3.0, program.rules) for points in (90.0, program.points[3]))
    assert program.points[3] == pytest.approx(10.0, abs=1e-4)
    assert after < near


def test_points_given_at_enrollment_are_there_at_once_and_are_accrued():
    market, program = begun(enrollment=1000.0, self_selection=0.0, endowed=40.0, threshold=200.0)
    program.plan(market)
    customers = market.people.customer[:, 0]
    assert (program.member == customers).all()
    assert (program.points[customers] == 40.0).all()
    assert liability(market) == program.carried.sum() > 0
    pull = market.offers.pull[customers, 0]
    bare = [lean(0.0, float(s), program.rules) for s in market.people.price_sensitivity[customers]]
    assert (pull > np.float32(bare)).all()
    assert (market.offers.pull[:, 1:] == 0.0).all()


def test_what_leaving_forfeits_is_the_worth_of_the_points():
    market, program = enrolled(threshold=100.0, reward=5.0)
    spend(market, program, 3, 60)
    program.plan(market)
    assert market.offers.at_stake[3, 0] == pytest.approx(3.0)
    assert market.offers.at_stake[3, 1] == 0.0


def test_incentive_seekers_enroll_first_and_only_customers_do():
    market, program = begun(enrollment=2.0, self_selection=6.0)
    program.plan(market)
    people, customers = market.people, market.people.customer[:, 0]
    assert not (program.member & ~customers).any()
    seeking = people.incentive_seeking
    members, others = seeking[program.member], seeking[customers & ~program.member]
    assert len(members) > 10
    assert stats.mannwhitneyu(members, others, alternative="greater").pvalue < ERROR


def test_without_self_selection_members_are_like_others():
    market, program = begun(enrollment=6.0, self_selection=0.0)
    program.plan(market)
    customers = market.people.customer[:, 0]
    enrolled_share = program.member[customers].mean()
    chance = 1.0 - np.exp(-6.0 / 12.0)
    assert stats.binomtest(int(program.member.sum()), int(customers.sum()), chance).pvalue > ERROR, enrolled_share


def test_who_is_a_member_stays_one_and_gets_the_gift_once():
    market, program = begun(enrollment=1000.0, self_selection=0.0, endowed=10.0)
    program.plan(market)
    before, owed = program.points.copy(), liability(market)
    program.plan(market)
    assert (program.points == before).all()
    assert liability(market) == owed
