"""Trust: rules, what moves it, and that the anchor is neutral."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.market import Market
from sim.mind.trusting import (
    TrustSettings,
    betrayed,
    beyond_usual,
    credible,
    intimate,
    restored,
    shaken,
    towards,
    trust_equation,
)
from sim.people.columns import Attribute
from sim.people.mathematics import approach
from sim.settings import numbers
from tests.sim.tiny import over, repertoire, subscription

SHARE = st.floats(0.0, 1.0)
T = numbers(TrustSettings())
QUIET = {"experience": {"failures": False, "questions": False}, "choose": {"reopen_per_year": 0.0}}


def market(**changes) -> Market:
    return Market(subscription(**over({"customers": {"count": 300}, "mind": {"trust": {"active": True}}}, changes)))


@given(SHARE, SHARE, SHARE, st.floats(0.5, 2.0))
def test_trust_rises_with_each_part_falls_with_self_orientation_and_stays_a_share(c, r, i, s):
    now = trust_equation(c, r, i, s)
    assert 0.0 <= now <= 1.0
    assert trust_equation(1.0, r, i, s) >= now
    assert trust_equation(c, r, i, 2.0) <= now


def test_trust_is_the_mean_of_its_parts_over_self_orientation():
    assert trust_equation(0.6, 0.9, 0.3, 1.0) == pytest.approx(0.6)
    assert trust_equation(0.6, 0.9, 0.3, 2.0) == pytest.approx(0.3)
    assert trust_equation(0.6, 0.9, 0.3, 0.5) == 1.0


@given(SHARE, SHARE)
def test_two_half_periods_go_as_far_as_a_whole_one_up_and_down(now, target):
    half, whole = ([approach(months, years) for months in (24.0, 6.0)] for years in (1 / 24, 1 / 12))
    twice = towards(towards(now, target, *half), target, *half)
    assert twice == pytest.approx(towards(now, target, *whole), abs=1e-12)


@given(SHARE, SHARE, SHARE)
def test_parts_stay_shares_whatever_happens(part, severity, fairness):
    assert 0.0 <= shaken(part, severity, T) <= part
    assert part <= restored(part, fairness, T) <= 1.0
    assert 0.0 <= betrayed(part, 2.0 * severity, T) <= part


def test_a_promise_kept_is_credible_as_the_anchor_and_a_broken_one_less():
    assert credible(0.0, T) == pytest.approx(T.credibility_ref)
    assert credible(-0.1, T) < T.credibility_ref < credible(0.1, T)


def test_trust_in_a_firm_that_nobody_knows_moves_nothing():
    columns = market().mind.parts["trust"].columns
    *parts, orientation = (float(column[0, 0]) for column in columns)
    assert beyond_usual(trust_equation(*parts, 1.0 + orientation), T) == pytest.approx(0.0, abs=1e-7)
    prospects = market(customers={"start": "prospects"}, calendar={"burn_in_years": 0.0, "served_burn_in_years": 0.0})
    prospects.mind.lean()
    assert np.abs(prospects.offers.pull).max() < 1e-6
    assert np.abs(prospects.leanings.commitment).max() < 1e-6


@given(SHARE)
def test_a_bond_never_takes_intimacy_below_that_with_a_stranger(bond):
    assert T.intimacy_ref <= intimate(bond, T) <= 1.0
    assert intimate(0.0, T) == T.intimacy_ref


def test_flawless_custom_never_lowers_trust_and_who_leaves_forgets_it():
    young = {"start": "prospects", "match_sd": 0.0}
    fresh = {"years": 3.0, "burn_in_years": 0.0, "served_burn_in_years": 0.0}
    lived = market(customers=young, calendar=fresh, experience=QUIET["experience"])
    who = np.arange(300)
    trust = lived.mind.parts["trust"]
    before = np.array([trust.beyond(who, firm) for firm in range(3)])
    rose = fell = 0
    while not lived.done:
        lived.step()
        now = np.array([trust.beyond(who, firm) for firm in range(3)])
        mine = lived.people.customer.T
        assert (now[mine] >= before[mine] - 1e-6).all()
        assert (now[~mine] <= before[~mine] + 1e-6).all()
        rose, fell = rose + (now[mine] > before[mine]).sum(), fell + (now[~mine] < before[~mine] - 1e-6).sum()
        before = now
    assert rose > 5000
    assert fell > 500


def test_waits_that_customers_met_show_in_credibility():
    prompt, slow = market(**QUIET), market(**QUIET)
    slow.people.expectation[:, 0, Attribute.SERVICE] -= np.float32(0.2)  # what long waits have taught them
    for each in (prompt, slow):
        each.step()
    mine = prompt.people.customer[:, 0]
    believed = [each.mind.parts["trust"].columns.credibility[mine, 0] for each in (prompt, slow)]
    assert (believed[1] < believed[0]).all()


def test_who_trusts_buys_more_often():
    trusting = {"customers": {"count": 3000}, "mind": {"trust": {"active": True, "pull_slope": 0.0, "pace_slope": 2.0}}}
    worlds = [Market(repertoire(**over(trusting, {}))) for _ in range(2)]
    worlds[1].mind.parts["trust"].columns.orientation[:] = -0.3
    for each in worlds:
        each.step()
    plain, trusted = (sum(each.reports.counts(firm)["purchases"][-1] for firm in each.firms) for each in worlds)
    assert trusted > 1.3 * plain
    assert market().offers.growth.any() == 0.0


def test_a_firm_that_promises_too_much_loses_credibility_and_nobody_elses():
    lived = market(**QUIET, firms={"acme": {"promise": {"product": 1.0}}})
    lived.run()
    credibility, mine = lived.mind.parts["trust"].columns.credibility, lived.people.customer
    assert credibility[mine[:, 0], 0].mean() < credibility[mine[:, 1], 1].mean() - 0.05


def test_reliability_falls_with_failures_and_only_rises_without():
    spared, failing = market(**QUIET), market(choose=QUIET["choose"])
    before = spared.mind.parts["trust"].columns.reliability.copy()
    spared.run()
    failing.run()
    mine = spared.people.customer
    kept = spared.mind.parts["trust"].columns.reliability[mine]
    assert (kept > before[mine]).all()
    assert failing.mind.parts["trust"].columns.reliability[failing.people.customer].mean() < kept.mean() - 0.02


def test_just_recovery_gives_part_of_reliability_back():
    generous = {"firms": {"acme": {"programs": {"recovery": {"compensation": 100.0}}}}}
    worlds = [market(choose=QUIET["choose"], experience={"voice": 5.0}, **more) for more in ({}, generous)]
    for each in worlds:
        each.run()
    without, with_it = (each.mind.parts["trust"].columns.reliability for each in worlds)
    changed = without[:, 0] != with_it[:, 0]
    assert changed.sum() > 10
    assert (with_it[:, 0] >= without[:, 0]).all()


def test_betrayal_hits_as_hard_as_it_says_and_orientation_moves_trust():
    lived = market()
    trust = lived.mind.parts["trust"]
    before = trust.columns.credibility[:, 1].copy()
    who = np.arange(300)
    trust.betray(lived, 1, np.where(who < 100, 1.0, 0.0))
    assert np.allclose(trust.columns.credibility[:100, 1], before[:100] * 0.4)
    assert (trust.columns.credibility[100:, 1] == before[100:]).all()
    usual = trust.beyond(who[100:], 1)
    trust.orient(who[100:], 1, 0.5, np.full(200, 0.5))
    assert (trust.beyond(who[100:], 1) > usual).all()


def test_trust_is_counted_over_customers():
    lived = market()
    lived.step()
    columns, mine = lived.mind.parts["trust"].columns, lived.people.customer[:, 0]
    assert lived.outcomes()["self_orientation"] == 1.0
    assert lived.outcomes()["credibility"] == pytest.approx(100.0 * columns.credibility[mine, 0].mean(), rel=1e-5)
