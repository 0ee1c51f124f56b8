import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.firms.programs.referral import keener
from sim.ledger import Account
from sim.market import Market
from sim.mind.parts.referrals import ReferralsSettings, invitation
from sim.people.columns import NOBODY
from sim.people.feelings import FeelSettings
from sim.settings import numbers
from sim.world import World
from tests.sim.tiny import over, programs, repertoire, subscription

R, F = numbers(ReferralsSettings()), numbers(FeelSettings())
TALK = {"mind": {"word_of_mouth": {"active": True, "talk": 6.0}}}


def inviting(make=subscription, changes=(), **referrals):
    mind = over(TALK, {"mind": {"referrals": {"active": True, "invite": 0.2} | referrals}})
    return Market(make(**over(over({"calendar": {"burn_in_years": 0.0, "years": 1.0}}, dict(changes)), mind)))


def lived(market):
    market.run()
    return market, market.mind.parts["referrals"].columns


@given(st.floats(0.05, 0.95), st.floats(0.05, 0.95), st.floats(-0.5, 0.5), st.floats(0.0, 5.0))
def test_the_happier_and_the_keener_invite_more_and_those_first_whom_the_firm_suits(one, other, match, keenness):
    low, high = sorted((one, other))
    chance = invitation(low, match, 0.0, R, F)
    assert 0.0 <= chance <= invitation(high, match, 0.0, R, F) <= 1.0
    assert chance <= invitation(low, match + 0.1, keenness, R, F) <= 1.0
    assert invitation(F.satisfaction_ref, 0.0, 0.0, R, F) == pytest.approx(R.invite)


@given(st.floats(0.0, 1000.0), st.floats(0.1, 100.0))
def test_a_reward_makes_keener_up_to_its_appeal(reward, half):
    assert 0.0 <= keener(reward, 1.2, half) <= 1.2
    assert keener(half, 1.2, half) == pytest.approx(0.6)


@pytest.mark.parametrize("make", [subscription, repertoire])
def test_who_came_by_an_invitation_was_invited_by_a_friend_who_was_with_that_firm(make):
    market, columns = lived(inviting(make))
    friends = market.mind.parts["word_of_mouth"].network
    who = np.flatnonzero(columns.referrer != NOBODY)
    assert len(who) > 10
    for person in who:
        assert columns.referrer[person] in friends.friend[friends.start[person] : friends.start[person + 1]]
    known = market.people.tenure[columns.referrer[who], columns.referred_to[who]] > 0.0
    assert known.all()


def test_every_referral_is_one_of_those_who_joined_and_referrers_brought_them():
    market, columns = lived(inviting())
    for firm in market.firms:
        counts = market.reports.counts(firm)
        assert (counts["referrals"] <= counts["joined"]).all()
        assert (counts["referrers"] <= counts["referred"]).all()
        here = (columns.referrer != NOBODY) & (columns.referred_to == firm.number)
        assert counts["referred"][-1] == (here & market.people.customer[:, firm.number]).sum()


def value_of(program=None, acquisition=0.0, **part):
    """Return a year's market, and the sum of what its first firm's referrals were worth."""
    changes = over(
        {"firms": {"acme": {"acquisition_cost": acquisition}}}, programs(referral=program) if program else {}
    )
    market, _ = lived(inviting(changes=changes, counted_years=50.0, **part))
    return market, market.reports.counts(market.firm("acme"))["referral_margin"].sum()


def test_of_the_referred_who_would_have_come_anyway_only_the_acquisition_that_they_spare_counts():
    market, value = value_of(acquisition=150.0, own_doing=0.0)
    assert value == pytest.approx(150.0 * market.reports.counts(market.firm("acme"))["referrals"].sum())
    assert value > 0.0


def test_of_those_who_would_not_have_come_the_margin_counts_too():
    market, margin = value_of(own_doing=1.0)
    _, half = value_of(own_doing=0.5)
    assert half == pytest.approx(margin / 2.0)
    counts = market.reports.counts(market.firm("acme"))
    assert (counts["referral_margin"].sum() > 0.0) & (counts["referral_margin"] <= counts["gross_margin"]).all()


@pytest.mark.parametrize("own_doing", [0.0, 1.0])
def test_rewards_on_both_sides_are_taken_off_referral_value_in_full(own_doing):
    """Twice the same people: a welcome that is worth nothing to them, and a reward that makes nobody keener."""
    kinds = ({"reward": 0.0, "welcome": 0.0, "appeal": 0.0}, {"reward": 3.0, "welcome": 0.01, "appeal": 0.0})
    (_, free), (market, paid) = (value_of(kind, own_doing=own_doing) for kind in kinds)
    referrals = market.reports.counts(market.firm("acme"))["referrals"].sum()
    assert free - paid == pytest.approx(3.01 * referrals)


@pytest.mark.parametrize("spared", [0.0, 0.4, 1.0])
def test_acquisition_is_spent_on_who_comes_unless_an_invitation_spares_it(spared):
    market, _ = value_of(acquisition=100.0, acquisition_spared=spared)
    counts = market.reports.counts(market.firm("acme"))
    joined, referred = counts["joined"].sum(), counts["referrals"].sum()
    assert counts["acquisition_cost"].sum() == pytest.approx(100.0 * (joined - spared * referred))
    market.ledger.check()


def test_without_word_of_mouth_there_are_no_invitations_which_is_said():
    with pytest.raises(ValueError, match=r"mind\.referrals\.active: it acts on a part .*mind\.word_of_mouth\.active"):
        subscription(mind={"referrals": {"active": True}})


def test_an_invitation_pulls_and_is_forgotten_after_a_while():
    market = inviting(half_life=1.0)
    part = market.mind.parts["referrals"]
    part.columns.inviter[7], part.columns.invited_to[7], part.columns.freshness[7] = 3, 1, 1.0
    part.lean(market)
    assert market.offers.pull[7, 1] == pytest.approx(R.pull)
    market.mind.parts["word_of_mouth"].columns.tellings[:] = 0
    for months in range(1, 6):
        part.tell(market)
        assert part.columns.freshness[7] == pytest.approx(0.5**months if months < 5 else 0.0)
    assert part.columns.inviter[7] == NOBODY


def test_company_leans_commitment_only_while_the_friend_is_there():
    market = inviting()
    part, people = market.mind.parts["referrals"], market.people
    part.columns.referrer[:2], part.columns.referred_to[:2] = [5, 6], 0
    people.customer[[0, 1, 5], 0], people.customer[6, 0] = True, False
    part.lean(market)
    assert market.leanings.commitment[:2, 0] == pytest.approx([R.company, 0.0])
    people.customer[0, 0] = False
    part.lean(market)
    assert part.columns.referrer[:2].tolist() == [NOBODY, 6]


def test_a_program_pays_both_sides_of_each_referral_and_brings_more_of_them():
    with_program, _ = lived(inviting(changes=programs(referral={"reward": 20.0, "welcome": 30.0})))
    without, _ = lived(inviting())
    counts = with_program.reports.counts(with_program.firm("acme"))
    assert with_program.ledger.balance[0, Account.PROGRAM_COST] == 5000 * counts["referrals"].sum()
    assert counts["referrals"].sum() > without.reports.counts(without.firm("acme"))["referrals"].sum()
    assert with_program.firm("acme").programs["referral"].reached.any()
    with_program.ledger.check()


def test_a_program_that_needs_a_part_is_refused_without_it():
    with pytest.raises(ValueError, match=r"referral.*mind\.word_of_mouth\.active"):
        World.model_validate(over({"firms": {"acme": {}}}, programs(referral={})))
