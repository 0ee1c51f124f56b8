"""Privacy: who gives data, what firms learn, what binds, and what happens when secret use or stolen data come out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from sim.ledger import Account
from sim.market import Market
from sim.mind.disclosing import (
    PrivacySettings,
    chance_to_disclose,
    chance_to_object,
    known,
    personal_fit,
    taken_hard,
    teaching_cost,
)
from sim.mind.parts.privacy import Request
from sim.settings import numbers
from tests.sim.tiny import over, programs, repertoire, subscription, trace

SHARE = st.floats(0.0, 1.0)
P = numbers(PrivacySettings())
BOTH = {"mind": {"trust": {"active": True}, "privacy": {"active": True}}}


def lived(*changes, make=subscription) -> Market:
    settings = BOTH
    for each in changes:
        settings = over(settings, each)
    market = Market(make(**settings))
    market.run()
    market.ledger.check()
    return market


def columns(market):
    return market.mind.parts["privacy"].columns


def over_people(rule) -> float:
    """Mean of a rule over the concern of people."""
    density = stats.beta(2.0, 2.0).pdf
    return integrate.quad(lambda concern: density(concern) * rule(concern), 0.0, 1.0)[0]


@pytest.mark.parametrize(
    ("reason", "share"), [(P.asked_clearly, 0.731), (P.asked_for_discount, 0.244), (P.just_asked, 0.1)]
)
def test_as_many_give_data_as_the_survey_says_where_trust_is_usual(reason, share):
    rule = lambda concern: chance_to_disclose(reason, 0.0, concern, 3.0, False, False, P)  # noqa: E731
    assert over_people(rule) == pytest.approx(share, abs=0.0005)


def test_four_percent_object_where_agreement_is_the_default():
    assert over_people(lambda concern: chance_to_object(concern, P)) == pytest.approx(0.04, abs=0.0005)


@given(st.floats(-3, 3), st.floats(-0.5, 0.5), SHARE, st.floats(1, 5))
def test_trust_prominence_pledge_and_control_speak_for_giving_data_and_concern_against(reason, trust, concern, level):
    now = chance_to_disclose(reason, trust, concern, level, False, False, P)
    assert chance_to_disclose(reason, trust + 0.1, concern, level, False, False, P) > now
    assert chance_to_disclose(reason, trust, concern, level + 1.0, False, False, P) > now
    assert chance_to_disclose(reason, trust, concern, level, True, False, P) > now
    assert chance_to_disclose(reason, trust, concern, level, False, True, P) > now
    assert chance_to_disclose(reason, trust, concern + 0.1, level, False, False, P) < now


@given(SHARE, st.floats(0.0, 3.0), st.booleans(), st.booleans())
def test_knowledge_stays_a_share_and_two_half_periods_make_a_whole_one(knowledge, years, learns, kept):
    twice = known(known(knowledge, years / 2, learns, kept, P), years / 2, learns, kept, P)
    assert twice == pytest.approx(known(knowledge, years, learns, kept, P), abs=1e-12)
    assert -1e-12 <= twice <= 1.0
    assert learns or twice <= knowledge


@given(SHARE, SHARE, st.floats(0.0, 3.0))
def test_what_is_not_known_costs_nothing_and_blows_are_shares(knowledge, concern, weight):
    assert teaching_cost(0.0, P) == personal_fit(0.0, P) == taken_hard(0.0, weight, P) == 0.0
    assert 0.0 <= teaching_cost(knowledge, P) <= P.teach
    assert 0.0 <= taken_hard(concern, weight, P) <= 1.0


def test_data_that_can_be_taken_along_bind_nobody():
    assert teaching_cost(1.0, numbers(PrivacySettings(portability=1.0))) == 0.0


@pytest.mark.parametrize("portability", [0.0, 0.5])
def test_who_agrees_brings_along_what_can_be_ported_of_what_others_were_taught(portability):
    told: dict = {"mind": {"privacy": {"portability": portability, "told": 0.0, "asked_clearly": 20.0}}}
    market = Market(subscription(**over(BOTH, told)))
    own, people = columns(market), market.people
    mine = people.customer[:, 0]
    own.knowledge[:, 1] = 0.8
    market.mind.parts["privacy"].ask(market, 0, np.flatnonzero(mine), Request(20.0, 3.0, False, False))
    assert own.consent[mine, 0].all()
    assert own.knowledge[mine, 0] == pytest.approx(0.8 * portability)
    assert not own.knowledge[~mine, 0].any()


def test_what_is_known_of_who_took_back_consent_neither_fits_nor_binds():
    market = Market(subscription(**BOTH))
    part, own = market.mind.parts["privacy"], columns(market)
    own.knowledge[:2, 0] = 0.5
    own.consent[0, 0] = True
    part.lean(market)
    assert market.offers.barrier[:2, 0] == pytest.approx([teaching_cost(0.5, P), 0.0])
    assert market.leanings.fit[:2, 0] == pytest.approx([personal_fit(0.5, P), 0.0])


def test_what_is_not_secret_cannot_come_out():
    with pytest.raises(ValueError, match=r"exposed_year = 1: only what is secret"):
        subscription(**over(BOTH, programs(data_use={"exposed_year": 1.0})))


def test_nobody_is_known_or_alarmed_where_nobody_asks():
    market = lived()
    assert not columns(market).consent.any()
    assert not columns(market).knowledge.any()
    assert not columns(market).alarm.any()


@pytest.mark.parametrize("make", [subscription, repertoire])
def test_a_request_is_answered_by_customers_and_only_who_agrees_becomes_known(make):
    market = lived(programs(data_request={"requests_per_year": 50.0, "cost_per_request": 0.1}), make=make)
    own = columns(market)
    assert own.consent[:, 0].sum() > 50
    assert not own.consent[:, 1:].any()
    assert (own.consent[:, 0] <= market.people.customer[:, 0]).all()
    assert (own.knowledge[own.consent] > 0.0).all()
    assert 0.5 < market.outcomes()["disclosure_rate"] < 0.9
    assert market.outcomes()["consent_share"] > 0.3


def test_each_is_asked_once_and_a_discount_is_paid_to_the_cent():
    plan = {"ask": "discount", "requests_per_year": 50.0, "cost_per_request": 0.1, "reward": 7.0}
    market = lived(programs(data_request=plan))
    counts = market.reports.counts(market.firm())
    asked, given_ = counts["data_asked"].sum(), counts["data_given"].sum()
    program = market.firm().programs["data_request"]
    assert 0 < given_ < asked
    assert program.reached.sum() <= asked
    assert market.ledger.balance[0, Account.PROGRAM_COST] == 700 * given_
    assert market.ledger.balance[0, Account.OUTREACH_COST] == 10 * asked


def test_agreement_by_default_is_nearly_everybodys():
    market = lived({"mind": {"privacy": {"consent_default": "opt_out"}}})
    assert 0.9 < columns(market).consent[market.people.customer].mean() < 1.0


def test_secret_use_teaches_the_firm_until_it_comes_out_and_then_trust_and_knowledge_fall():
    secret = lived(programs(data_use={"secret": True}))
    exposed = lived(programs(data_use={"secret": True, "exposed_year": 0.25, "legal_cost": 3.0}))
    assert columns(secret).knowledge[secret.people.customer[:, 0], 0].mean() > 0.05
    assert not columns(secret).alarm.any()
    assert not columns(exposed).knowledge.any()
    alarm, mine = columns(exposed).alarm[:, 0], exposed.people.customer[:, 0]
    assert alarm[mine].mean() > 1.5 * alarm[~mine].mean() > 0.0
    trust = [each.outcomes()["trust"] for each in (secret, exposed)]
    assert trust[1] < trust[0] - 3.0
    assert exposed.ledger.balance[0, Account.PROGRAM_COST] > 0
    assert exposed.reports.counts(exposed.firm())["left_by_ethics"].sum() > 0.0


def test_the_concerned_take_it_harder_and_a_broken_pledge_is_taken_hardest():
    use = {"secret": True, "exposed_year": 0.25}
    request = {"requests_per_year": 1e-3}
    plain = lived(programs(data_use=use, data_request=request))
    pledged = lived(programs(data_use=use, data_request=request | {"pledge": True}))
    later = lived(programs(data_use=use, data_request=request | {"pledge": True, "start_year": 0.4}))
    assert np.array_equal(columns(later).alarm, columns(lived(programs(data_use=use))).alarm)
    own = columns(plain)
    mine = plain.people.customer[:, 0] & pledged.people.customer[:, 0]
    assert np.corrcoef(own.concern[mine], own.alarm[mine, 0])[0, 1] > 0.5
    assert (columns(pledged).alarm[mine, 0] >= own.alarm[mine, 0]).all()
    assert columns(pledged).alarm[mine, 0].mean() > 1.1 * own.alarm[mine, 0].mean()


def test_stolen_data_alarm_only_those_of_whom_something_was_known_and_security_spares_them():
    asked = {"data_request": {"requests_per_year": 50.0}}
    robbed = lived(programs(**asked, data_use={"breach_per_year": 60.0}))
    guarded = lived(programs(**asked, data_use={"breach_per_year": 60.0, "security": 40.0}))
    own = columns(robbed)
    ever = market_asked(robbed)
    assert own.alarm[ever, 0].max() > 0.0
    assert not own.alarm[~ever, 0].any()
    assert not columns(guarded).alarm.any()


def market_asked(market):
    return market.firm().programs["data_request"].reached


def test_customers_who_edit_their_data_stay_known_longer_and_trust_more():
    plan = {"requests_per_year": 50.0}
    plain, edited = (lived(programs(data_request=plan | {"self_edit": each})) for each in (False, True))
    both = columns(plain).consent[:, 0] & columns(edited).consent[:, 0]
    assert (columns(edited).knowledge[both, 0] > columns(plain).knowledge[both, 0]).mean() > 0.9
    assert edited.outcomes()["trust"] > plain.outcomes()["trust"]


def test_honest_advice_costs_what_customers_are_spared_and_is_trusted():
    advice = {"occasions_per_year": 6.0, "forgone": 2.0}
    plain, honest = lived(), lived(programs(honest_advice=advice))
    reached = honest.firm().programs["honest_advice"].reached
    orientation = honest.mind.parts["trust"].columns.orientation
    assert honest.outcomes()["trust"] > plain.outcomes()["trust"] + 5.0
    assert (orientation[reached, 0] < 0.0).all()
    assert (orientation[~reached, 0] == 0.0).all()
    assert honest.ledger.balance[0, Account.PROGRAM_COST] >= 200 * reached.sum()


def test_threads_change_no_bit_of_what_programs_about_data_do():
    every = {
        "data_request": {"requests_per_year": 20.0, "self_edit": True},
        "data_use": {"secret": True, "exposed_year": 0.25, "breach_per_year": 3.0},
        "honest_advice": {},
        "hard_sell": {},
    }
    world = subscription(**over(BOTH, programs(**every)))
    markets = [Market(world, threads=threads) for threads in (1, 2)]
    for each in markets:
        each.run()
    assert trace(markets[0]) == trace(markets[1])


@pytest.mark.parametrize("make", [subscription, repertoire])
def test_honest_advice_is_expected_to_cost_what_customers_are_spared_in_a_year(make):
    market = lived(programs(honest_advice={"occasions_per_year": 3.0, "forgone": 2.0}), make=make)
    program, mine = market.firm().programs["honest_advice"], market.people.customer[:, 0]
    share = program.cost_share(market)
    assert not share[~mine].any()
    if make is subscription:
        paid = 12.0 * market.terms.fee[0] * market.people.revenue_level[mine]
        assert share[mine] == pytest.approx(np.minimum(6.0 / paid, 1.0), rel=1e-5)
    assert ((share[mine] > 0.0) & (share[mine] <= 1.0)).all()


def test_the_hard_sell_brings_money_at_once_and_distrust():
    plain, pressed = lived(), lived(programs(hard_sell={"occasions_per_year": 6.0, "sale": 10.0}))
    reached = pressed.firm().programs["hard_sell"].reached
    assert pressed.outcomes()["trust"] < plain.outcomes()["trust"] - 3.0
    assert (pressed.mind.parts["trust"].columns.orientation[reached, 0] > 0.0).all()
    sold = [-market.ledger.balance[0, Account.REVENUE] for market in (plain, pressed)]
    assert sold[1] >= sold[0] + 0.5 * 1000 * reached.sum()
