import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.ledger import Account
from sim.market import Market
from sim.mind.parts.community import CommunitySettings, crowd_answers
from sim.people.columns import NOBODY
from sim.people.mathematics import chance_within
from sim.settings import numbers
from tests.sim.tiny import over, programs, subscription

C = numbers(CommunitySettings())
ERROR = 1e-4  # rate at which a test of frequencies refuses a sound model


def hosting(program=(), changes=(), **community):
    """Return a market of a year, without a past, in which the first firm hosts a community."""
    settings = {"calendar": {"burn_in_years": 0.0, "years": 1.0}, "mind": {"community": {"active": True} | community}}
    return Market(subscription(**over(over(settings, programs(community=dict(program))), dict(changes))))


@given(st.floats(0.0, 1e5), st.floats(0.0, 1e5))
def test_more_members_answer_more_up_to_a_limit(one, other):
    low, high = sorted((one, other))
    assert 0.0 == crowd_answers(0.0, C) <= crowd_answers(low, C) <= crowd_answers(high, C) <= C.answered


def test_customers_join_at_their_hazard_and_others_do_not():
    market = hosting(join_per_year=2.0)
    market.people.e_skill[:] = 1.0
    market._open()
    market._decide()
    market.mind.lean()
    member, mine = market.mind.parts["community"].columns.community == 0, market.people.customer[:, 0]
    assert not member[~mine].any()
    assert stats.binomtest(int(member.sum()), int(mine.sum()), chance_within(2.0, 1 / 12)).pvalue > ERROR


def test_members_who_leave_the_firm_or_whose_community_is_closed_are_none():
    market = hosting({"end_year": 0.5}, join_per_year=20.0)
    part = market.mind.parts["community"]
    for month in range(12):
        market.step()
        member = part.columns.community != NOBODY
        assert (part.columns.belonging[~member] == 0.0).all()
        assert member.any() == (month < 6)


def test_questions_that_the_crowd_answers_never_reach_the_center():
    with_crowd, without = hosting(join_per_year=50.0, answered=1.0, size=1.0), hosting(answered=0.0)
    for market in (with_crowd, without):
        market.people.e_skill[:] = 1.0
        market.run()
    solved, alone = (market.outcomes() for market in (with_crowd, without))
    assert alone["crowd_solved_share"] == 0.0
    assert solved["crowd_solved_share"] > 0.5
    assert solved["contact_rate"] < 0.7 * alone["contact_rate"]
    counts = with_crowd.reports.counts(with_crowd.firm("acme"))
    calls = counts["questions_asked"] - counts["crowd_answered"] + counts["complaints"]
    assert counts["own_contacts"] == pytest.approx(calls)


def test_belonging_grows_by_its_half_life_and_leans_commitment():
    market = hosting(join_per_year=0.0, belonging_half_life=1.0)
    part, people = market.mind.parts["community"], market.people
    part.columns.community[3], people.customer[3, 0] = 0, True
    for grown in (0.5, 0.75, 0.875):
        market.mind.clear()
        part.hosted[0] = True
        part.lean(market)
        assert part.columns.belonging[3] == pytest.approx(grown)
        assert market.leanings.commitment[3, 0] == pytest.approx(C.commitment * grown)
    assert np.flatnonzero(market.leanings.commitment).tolist() == [9]  # of person 3 with firm 0


def test_members_cost_and_are_those_whom_the_program_reached():
    market = hosting({"cost_per_member": 12.0}, join_per_year=5.0)
    market.step()
    member = market.mind.parts["community"].columns.community == 0
    assert market.ledger.balance[0, Account.OUTREACH_COST] == 100 * member.sum()
    assert (market.firm("acme").programs["community"].reached == member).all()
    market.ledger.check()
