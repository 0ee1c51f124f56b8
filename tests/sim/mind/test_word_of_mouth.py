import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.market import Market
from sim.mind.network import of_pairs
from sim.mind.parts.word_of_mouth import WordOfMouthSettings, sway, talk_rate, told_of
from sim.people.columns import NOBODY
from sim.people.feelings import FeelSettings
from sim.settings import numbers
from tests.sim.tiny import differing, over, repertoire, subscription

W, F = numbers(WordOfMouthSettings()), numbers(FeelSettings())
ERROR = 1e-4  # rate at which a test of frequencies refuses a sound model
shares = st.floats(0.0, 1.0)


def talking(make=subscription, changes=(), **word):
    """Return a market without a past in which people talk."""
    fresh = {"calendar": {"burn_in_years": 0.0, "served_burn_in_years": 0.0}}
    return Market(make(**over(over(fresh, dict(changes)), {"mind": {"word_of_mouth": {"active": True} | word}})))


def heard_by_all(market):
    """Let the part's turn of a period pass as if nothing else happened in it."""
    part = market.mind.parts["word_of_mouth"]
    part.feel(market, None, None)
    part.tell(market)
    return part.count(market)


def beliefs(market, firm=0):
    return np.einsum("ik,ik->i", market.people.importance, market.people.expectation[:, firm], dtype=float)


# --- rules ------------------------------------------------------------------------------------------------------------


@given(st.floats(0.0, 3.0))
def test_strong_feelings_are_told_more_and_bad_ones_most(distance):
    low, high = (1.0 / (1.0 + np.exp(-(np.log(0.72 / 0.28) + way))) for way in (-distance, distance))
    assert talk_rate(low, W, F) >= talk_rate(high, W, F) >= W.talk - 1e-9
    assert talk_rate(0.72, W, F) == pytest.approx(W.talk)


@given(shares, shares)
def test_what_is_told_rises_with_satisfaction_and_is_the_reference_at_the_anchor(one, other):
    low, high = sorted((one, other))
    assert 0.0 <= told_of(low, W, F) <= told_of(high, W, F) <= 1.0
    assert told_of(F.satisfaction_ref, W, F) == pytest.approx(F.performance_ref)


@given(shares, shares, shares)
def test_a_message_moves_belief_towards_what_is_told_and_never_beyond(belief, told, closeness):
    step = sway(belief, told, closeness, W, F)
    assert step * (told - belief) >= 0.0
    assert abs(step) <= abs(told - belief)


@given(st.floats(0.01, 0.25))
def test_good_and_bad_word_weigh_alike_at_the_anchor_and_bad_more_where_belief_is_high(gap):
    at = F.performance_ref
    assert sway(at, at + gap, 1.0, W, F) == pytest.approx(-sway(at, at - gap, 1.0, W, F))
    assert -sway(0.9, 0.9 - gap, 1.0, W, F) > -sway(0.6, 0.6 - gap, 1.0, W, F)
    assert sway(0.9, 0.9 + gap, 1.0, W, F) < sway(0.6, 0.6 + gap, 1.0, W, F)


# --- who hears what ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [subscription, repertoire])
def test_without_friends_and_reviews_talk_changes_nobody(make):
    silent = talking(make, friends=0.0, reviews=0.0)
    alone = Market(silent.world.model_copy(update={"mind": type(silent.world.mind)()}))
    silent.run()
    alone.run()
    assert differing(silent.people, alone.people) == []


def test_every_telling_is_heard_by_every_friend():
    market = talking(talk=6.0)
    part = market.mind.parts["word_of_mouth"]
    count = heard_by_all(market)
    sent = part.columns.tellings.astype(int) * np.diff(part.network.start)
    by_firm = [sent[market.people.provider == firm].sum() for firm in range(3)]
    assert count["word_heard"].tolist() == by_firm
    assert count["word_heard"].sum() > 100


@pytest.mark.parametrize(("period", "times"), [("month", 1), ("week", 4)])
def test_tellings_come_at_their_rate_whatever_the_period(period, times):
    market = talking(changes={"calendar": {"period": period, "years": 1.0}}, talk=6.0)
    here = market.people.satisfaction[np.arange(600), market.people.provider]
    a_year = sum(talk_rate(float(each), market.mind.parts["word_of_mouth"].rules, F) for each in here)
    told = 0
    for week in range(times):
        market.now = market.now._replace(period=week)
        told += int(heard_by_all(market)["tellings"].sum())
    expected = a_year * times * market.now.dt
    assert 2.0 * min(stats.poisson.cdf(told, expected), stats.poisson.sf(told - 1, expected)) > ERROR


def test_word_of_a_firm_moves_how_credible_it_is_where_trust_is_at_work():
    market = talking(changes={"mind": {"trust": {"active": True}}}, talk=50.0, reviews=0.0)
    people, credibility = market.people, market.mind.parts["trust"].columns.credibility
    people.provider[:], people.expectation[:], before = NOBODY, 0.7, credibility.copy()
    people.provider[:2], people.satisfaction[0, 0], people.satisfaction[1, 1] = [0, 1], 0.2, 0.97
    pairs = np.repeat(np.arange(2, dtype=np.int32), 100), np.arange(2, 202, dtype=np.int32)
    market.mind.parts["word_of_mouth"].network = of_pairs(600, *pairs)
    heard_by_all(market)
    moved = credibility - before
    assert (moved[2:102, 0] < 0.0).all()
    assert (moved[102:202, 1] > 0.0).all()
    moved[2:102, 0] = moved[102:202, 1] = 0.0
    assert not moved.any()


def test_an_unhappy_customer_lowers_what_friends_believe_and_nobody_elses():
    market = talking(talk=0.0, talk_happy=0.0, talk_unhappy=500.0, reviews=0.0)
    people, part = market.people, market.mind.parts["word_of_mouth"]
    people.provider[:] = NOBODY
    people.provider[0], people.satisfaction[0, 0], people.expectation[:] = 0, 0.2, 0.7
    part.network = of_pairs(600, np.array([0, 0], np.int32), np.array([5, 9], np.int32))
    before = beliefs(market)
    heard_by_all(market)
    assert np.flatnonzero(beliefs(market) < before).tolist() == [5, 9]
    assert np.array_equal(beliefs(market)[[0, 1]], before[[0, 1]])
    assert (people.expectation[:, 1:] == np.float32(0.7)).all()


def test_customers_of_the_firm_listen_less_than_strangers():
    market = talking(talk=100.0, reviews=0.0)
    people, part = market.people, market.mind.parts["word_of_mouth"]
    people.expectation[:], people.provider[:300], people.provider[300:] = 0.9, 0, NOBODY
    part.network = of_pairs(600, np.zeros(599, np.int32), np.arange(1, 600, dtype=np.int32))
    heard_by_all(market)
    moved = 0.9 - beliefs(market)
    assert 0.0 < moved[1:300].mean() < 0.5 * moved[300:].mean()


def test_reviews_move_strangers_towards_what_customers_feel_and_nobody_else():
    market = talking(friends=0.0, reviews=0.1)
    people = market.people
    people.satisfaction[:, 0], people.expectation[:, 0] = 0.3, 0.8
    mine = people.provider == 0
    rating = heard_by_all(market)
    assert rating["rated"][0] / rating["raters"][0] == pytest.approx(told_of(0.3, W, F), abs=1e-6)
    assert (people.expectation[mine, 0] == np.float32(0.8)).all()
    assert beliefs(market)[~mine] == pytest.approx(0.8 + 0.1 * (told_of(0.3, W, F) - 0.8), abs=1e-6)


def test_weeks_and_months_of_reviews_lead_to_the_same_belief():
    after = []
    for period, times in (("month", 12), ("week", 52)):
        market = talking(changes={"calendar": {"period": period, "years": 1.0}}, friends=0.0, reviews=0.1)
        market.people.expectation[:, 0] = 0.5
        for _ in range(times):
            heard_by_all(market)
        after.append(beliefs(market)[market.people.provider != 0])
    assert after[0] == pytest.approx(after[1], abs=1e-4)


@pytest.mark.parametrize(("wake", "joins"), [(0.0, False), (1.0, True)])
def test_only_who_hears_of_a_firm_looks_for_one_where_nobody_does_so_alone(wake, joins):
    alone = {"rejoin_per_year": 0.0, "none_utility": -50.0}
    market = talking(changes={"choose": alone, "customers": {"start": "prospects"}}, wake=wake, talk=12.0)
    people, part = market.people, market.mind.parts["word_of_mouth"]
    people.provider[:20] = 0
    friends = {int(each) for i in range(20) for each in part.network.friend[slice(*part.network.start[i : i + 2])]}
    market.step()
    woken = set(np.flatnonzero(part.columns.woken).tolist())
    market.step()
    joined = set(np.flatnonzero(people.provider[20:] != NOBODY) + 20)
    assert bool(woken) is joins
    assert woken <= friends
    assert joined == woken


def test_who_silently_lapsed_from_a_shop_hears_of_it_and_looks_at_it_again():
    market = talking(repertoire, wake=1.0, talk=50.0, changes={"choose": {"rejoin_per_year": 0.0}})
    market.people.alive[:300, 0] = False
    heard_by_all(market)
    again = market.people.alive[:300, 0]
    assert 0 < again.sum() < 300
