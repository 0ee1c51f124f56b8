import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.draws import Decision, Key
from sim.people.choose import ChooseSettings, choose, move, notice_prices, pressure, switching_cost
from sim.people.columns import NOBODY, Attribute
from sim.people.feelings import FeelSettings
from sim.people.moves import Reason, no_moves
from sim.settings import numbers
from tests.sim.tiny import alike, drawn, neutral, terms

C, F = ChooseSettings(), numbers(FeelSettings())
KEY = Key(5, 1)
MANY = 40_000
ERROR = 1e-4  # rate at which a test of shares refuses a sound model


# --- rules -----------------------------------------------------------------------------------------------------------


def pushed(satisfaction=F.satisfaction_ref, problem=0.0, price=0.0, outreach=0.0, commitment=0.5, **settings):
    c = numbers(ChooseSettings(**settings))
    return pressure(satisfaction, problem, price, outreach, commitment, c.habit_ref, 0.0, c, F)


def test_nothing_pushes_at_the_anchor_whatever_the_slopes():
    assert pushed() == pytest.approx(1.0)
    assert pushed(satisfaction_push=5.0, commitment_hold=3.0, habit_hold=2.0) == pytest.approx(1.0)


@given(st.floats(0.01, 0.98), st.floats(0.0, 0.9), st.floats(0.0, 3.0))
def test_dissatisfaction_problems_price_rises_and_messages_all_push(satisfaction, problem, salience):
    push = pushed(satisfaction, problem, salience, salience)
    assert push > pushed(satisfaction + 0.01, problem, salience, salience)
    assert push < pushed(satisfaction, problem + 0.1, salience, salience)
    assert push < pushed(satisfaction, problem, salience + 0.1, salience)
    assert push < pushed(satisfaction, problem, salience, salience + 0.1)


def test_commitment_holds_only_where_it_is_asked_to():
    assert pushed(commitment=0.9, commitment_hold=0.0) == pytest.approx(1.0)
    assert pushed(commitment=0.9, commitment_hold=2.0) == pytest.approx(math.exp(-0.8))


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 500.0), st.floats(1.0, 200.0))
def test_the_switching_cost_is_the_sum_of_its_three_kinds(e_skill, bond, money, spend):
    c = numbers(ChooseSettings(procedural_cost=0.4, e_skill_relief=0.5, relational_cost=0.3, money_horizon=24.0))
    procedural = switching_cost(e_skill, 0.0, 0.0, spend, 3.0, 0.0, c)
    relational = switching_cost(e_skill, bond, 0.0, spend, 3.0, 0.0, c) - procedural
    financial = switching_cost(e_skill, 0.0, money, spend, 3.0, 0.0, c) - procedural
    assert procedural == pytest.approx(0.4 * (1.0 - 0.5 * e_skill))
    assert relational == pytest.approx(0.3 * bond, abs=1e-9)
    assert financial == pytest.approx(3.0 * money / (spend * 24.0), abs=1e-9)
    assert switching_cost(e_skill, bond, money, spend, 3.0, 0.0, c) == pytest.approx(
        procedural + relational + financial
    )


# --- choices ---------------------------------------------------------------------------------------------------------


def decide(people, settings=C, offer=None, offers=None, reopen=1.5, dt=1.0):
    moves = no_moves(len(people.entry))
    choose(
        0, len(people.entry), 0, KEY, people, offer or terms(), offers or neutral(people), numbers(settings), F,
        reopen, dt, drawn(people, KEY, Decision.LEAVE_INVOLUNTARILY), drawn(people, KEY, Decision.REOPEN), moves,
    )  # fmt: skip
    return moves


def chance_to_leave(stay, people, settings, reopen=1.5):
    """Return the chance that a choice which opens at a Poisson rate is ever decided against the present firm."""
    firm = (column[0, 0] for column in (people.satisfaction, people.problem, people.commitment, people.habit))
    satisfaction, problem, commitment, habit = map(float, firm)
    push = pressure(satisfaction, problem, 0.0, 0.0, commitment, habit, 0.0, numbers(settings), F)
    return 1.0 - math.exp(-reopen * push * (1.0 - stay))


def test_choices_fall_as_the_logit_says():
    c = ChooseSettings(none_utility=2.5, involuntary_per_year=0.0, procedural_cost=0.4, e_skill_relief=0.5)
    people = alike(MANY)
    people.provider[:] = 0
    people.taste[:] = [0.2, -0.1, 0.4]
    people.habit[:] = [0.5, 0.0, 0.25]
    people.commitment[:] = 0.6
    people.bond[:, 0] = 0.5
    people.expectation[:, 1, Attribute.PRODUCT] = 0.9
    offer = terms()._replace(price=np.array([1.0, 1.05, 0.9]), brand=np.array([0.3, 0.1, 0.0]))
    offers = neutral(people)
    offers.pull[:, 0], offers.at_stake[:, 0], offers.price_cut[:, 1] = 0.15, 20.0, 0.05
    value = c.attributes * np.array([0.7, 0.2 * 0.9 + 0.8 * 0.7, 0.7]) - 3.0 * np.log([1.0, 1.05 * 0.95, 0.9])
    value += np.array([0.2 + 0.3 + 0.15, -0.1 + 0.1, 0.4]) + c.habit_bonus * np.array([0.5, 0.0, 0.25])
    value[0] += c.commitment_bonus * 0.6
    value[1:] -= switching_cost(0.5, 0.5, 20.0, 40.0, 3.0, 0.0, numbers(c))
    shares = np.exp([*value, c.none_utility])
    shares /= shares.sum()
    moves = decide(people, c, offer, offers)
    gone = moves.destination[moves.moved]
    assert stats.binomtest(len(gone), MANY, chance_to_leave(shares[0], people, c)).pvalue > ERROR
    seen = np.bincount(np.where(gone == NOBODY, 3, gone), minlength=4)[1:]
    assert stats.chisquare(seen, len(gone) * shares[1:] / shares[1:].sum()).pvalue > ERROR


def test_who_lapsed_from_a_firm_passes_it_over_and_weighs_the_others_as_before():
    c = ChooseSettings(none_utility=-50.0, involuntary_per_year=0.0, commitment_bonus=0.0, procedural_cost=0.0)
    people = alike(MANY)
    people.provider[:] = 0
    people.alive[:, 1] = False
    people.taste[:, 2] = 0.5
    moves = decide(people, c)
    assert set(moves.destination[moves.moved]) == {2}
    leave = chance_to_leave(1.0 / (1.0 + math.exp(0.5)), people, c)
    assert stats.binomtest(int(moves.moved.sum()), MANY, leave).pvalue > ERROR


def test_nobody_thinks_about_it_in_a_world_without_hazard():
    people = alike(500)
    people.provider[:] = 0
    moves = decide(people, ChooseSettings(involuntary_per_year=0.0), reopen=0.0, dt=1.0)
    assert not moves.moved.any()
    assert not moves.reopened.any()


def test_life_alone_takes_people_away_at_its_own_hazard():
    people = alike(MANY)
    people.provider[:] = 0
    moves = decide(people, ChooseSettings(involuntary_per_year=0.3), reopen=0.0, dt=0.25)
    gone = int(moves.moved.sum())
    assert (moves.cause[moves.moved] == Reason.INVOLUNTARY).all()
    assert (moves.destination[moves.moved] == NOBODY).all()
    assert stats.binomtest(gone, MANY, 1.0 - math.exp(-0.3 * 0.25)).pvalue > ERROR


def test_a_moment_of_taste_belongs_to_the_firm_not_to_its_place_in_the_list():
    people, swapped = alike(2000), alike(2000)
    for column in (people, swapped):
        column.provider[:] = NOBODY
    settings = ChooseSettings(rejoin_per_year=20.0)
    order = [2, 0, 1]
    offer = terms()._replace(brand=np.array([0.3, 0.0, -0.2]))
    moved = offer._replace(ids=offer.ids[order], brand=offer.brand[order])
    one = decide(people, settings, offer, dt=1.0).destination
    other = decide(swapped, settings, moved, dt=1.0).destination
    assert (one == np.array([*order, NOBODY])[other]).all()


# --- reasons ---------------------------------------------------------------------------------------------------------


def why(change, destination=1, offer=None, offers=None):
    """Return main and second cause of one customer of firm 0 who leaves for another after a change."""
    people = alike(1)
    people.provider[:] = 0
    change(people)
    moves = no_moves(1)
    moves.origin[:], moves.destination[:], moves.moved[:] = 0, destination, True
    f = numbers(FeelSettings())
    move(
        np.array([0]), people, offer or terms(), offers or neutral(people), numbers(C), f, moves, np.zeros(len(Reason))
    )
    assert people.provider[0] == destination
    return Reason(moves.cause[0]), Reason(moves.second_cause[0])


def satisfied(people):
    people.satisfaction[:] = 0.9


def test_a_leaver_whom_nothing_moved_left_on_a_whim():
    assert why(satisfied) == (Reason.WHIM, Reason.NONE)


def test_a_dearer_firm_is_left_for_its_price():
    dear = terms()._replace(price=np.array([1.3, 1.0, 1.0]))
    assert why(satisfied, offer=dear) == (Reason.PRICE, Reason.NONE)


def test_a_fresh_price_rise_is_a_price_too():
    def rise(people):
        satisfied(people)
        people.price_salience[:] = 2.0

    assert why(rise)[0] == Reason.PRICE


@pytest.mark.parametrize(
    ("attribute", "reason"),
    [
        (Attribute.PRODUCT, Reason.CORE_FAILURE),
        (Attribute.PRICE_FAIRNESS, Reason.PRICE),
        (Attribute.SERVICE, Reason.SERVICE_ENCOUNTER),
        (Attribute.CONVENIENCE, Reason.INCONVENIENCE),
        (Attribute.PERSONAL, Reason.SERVICE_ENCOUNTER),
    ],
)
def test_what_falls_short_of_the_rival_is_the_cause(attribute, reason):
    def short(people):
        satisfied(people)
        people.expectation[:, 0, attribute] = 0.3

    assert why(short)[0] == reason


@pytest.mark.parametrize(("voiced", "reason"), [(False, Reason.CORE_FAILURE), (True, Reason.RESPONSE_TO_FAILURE)])
def test_an_open_problem_is_a_failure_or_a_failed_response_to_it(voiced, reason):
    def trouble(people):
        satisfied(people)
        people.problem[:, 0], people.voiced[:, 0] = 0.8, voiced

    assert why(trouble) == (reason, Reason.NONE)


def test_a_rivals_name_or_offer_lures():
    lure = terms()._replace(brand=np.array([0.0, 0.6, 0.0]))
    assert why(satisfied, offer=lure) == (Reason.COMPETITION, Reason.NONE)


def test_the_second_cause_is_the_second_largest():
    dear = terms()._replace(price=np.array([1.3, 1.0, 1.0]), brand=np.array([0.0, 0.3, 0.0]))
    assert why(satisfied, offer=dear) == (Reason.PRICE, Reason.COMPETITION)


def test_only_customers_of_the_firm_notice_its_price():
    people = alike(3)
    people.provider[:] = [0, 1, NOBODY]
    notice_prices(0, 3, people, np.array([1.5, 0.0, 0.0]))
    assert people.price_salience.tolist() == [1.5, 0.0, 0.0]
