import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.draws import Key
from sim.people.columns import NOBODY, Attribute
from sim.people.feel import Lived, feel
from sim.people.feelings import (
    FeelSettings,
    asymmetric,
    committed,
    encounter,
    judgment,
    justice,
    openness,
    pace_of,
    step_size,
)
from sim.people.offers import no_leanings
from sim.settings import numbers
from tests.sim.tiny import alike, terms

F = numbers(FeelSettings())
KEY = Key(1, 1)
SCALE = st.floats(0.0, 1.0)


# --- rules -----------------------------------------------------------------------------------------------------------


@given(st.floats(0.001, 1.0))
def test_a_loss_weighs_more_than_a_gain_of_the_same_size(gap):
    assert abs(asymmetric(-gap, F.gain, F.loss)) == pytest.approx(F.loss / F.gain * asymmetric(gap, F.gain, F.loss))
    assert F.loss > F.gain


def test_the_anchor_is_judged_as_the_anchor_whatever_the_slopes():
    for slope in (0.0, 3.0, 20.0):
        steep = numbers(FeelSettings(performance_slope=slope, disconfirmation_slope=slope))
        assert judgment(F.performance_ref, 0.0, steep) == pytest.approx(F.satisfaction_ref)
        assert committed(F.satisfaction_ref, 0.5, 0.0, numbers(FeelSettings(commitment_slope=slope))) == pytest.approx(
            0.5
        )


@given(SCALE, SCALE, st.floats(-0.5, 0.5))
def test_better_performance_is_judged_better_even_when_it_was_expected(one, other, gap):
    low, high = sorted((one, other))
    assert judgment(low, gap, F) <= judgment(high, gap, F)
    assert judgment(high, gap, F) <= judgment(high, gap + 0.1, F)


@given(st.floats(0.0, 40.0))
def test_the_longer_together_the_less_one_experience_moves_the_whole(tenure):
    assert F.memory_floor <= openness(tenure + 1.0, F) <= openness(tenure, F) <= F.memory_floor + F.memory_new
    assert step_size(0.35, 0.0, F) == pytest.approx(0.35)
    assert step_size(0.35, tenure + 1.0, F) < step_size(0.35, tenure, F) or tenure > 30.0


@given(st.floats(0.0, 60.0), st.floats(0.1, 60.0), st.floats(0.5, 1.5))
def test_a_contact_is_worse_the_longer_the_wait_and_worst_unanswered(wait, more, quality):
    def felt(minutes, answered=True, resolved=True):
        return encounter(0.7, minutes, answered, resolved, quality, 0.0, F)

    assert felt(wait) > felt(wait + more)
    assert felt(wait) - felt(wait, resolved=False) == pytest.approx(F.unresolved_weight)
    assert felt(wait, answered=False) < felt(wait, resolved=False)


def test_a_better_agent_is_felt_only_by_who_was_answered():
    assert encounter(0.7, 1.0, True, True, 1.2, 0.0, F) > encounter(0.7, 1.0, True, True, 0.9, 0.0, F)
    assert encounter(0.7, 1.0, False, False, 1.2, 0.0, F) == encounter(0.7, 1.0, False, False, 0.9, 0.0, F)


@given(st.floats(0.0, 100.0), st.floats(0.0, 2.0), st.floats(0.0, 100.0), st.floats(0.01, 1.0))
def test_justice_rises_with_speed_agent_and_compensation_and_is_never_more_than_full(wait, quality, money, severity):
    just = justice(wait, quality, money, severity, F)
    assert 0.0 <= just <= 1.0
    assert just >= justice(wait + 5.0, quality, money, severity, F)
    assert just <= justice(wait, quality + 0.5, money, severity, F)
    assert just <= justice(wait, quality, money + 10.0, severity, F)
    assert just >= justice(wait, quality, money, min(severity + 0.2, 1.0), F)


# --- a period ---------------------------------------------------------------------------------------------------------


def lived(failures=(), contacts=()):
    """Return what happened at firm 0: ``(person, severity)``, ``(person, wait, answered, resolved, cause, money)``."""
    rows = np.array(contacts, float).reshape(-1, 6)
    return Lived(
        failure_person=np.array([who for who, _ in failures], np.int64),
        failure_firm=np.zeros(len(failures), np.int8),
        failure_severity=np.array([severity for _, severity in failures], float),
        contact_person=rows[:, 0].astype(np.int64),
        contact_firm=np.zeros(len(rows), np.int8),
        contact_cause=rows[:, 4].astype(np.int8),
        contact_wait=rows[:, 1].copy(),
        contact_answered=rows[:, 2] > 0,
        contact_resolved=rows[:, 3] > 0,
        contact_quality=rows[:, 2].copy(),
        contact_compensation=rows[:, 5].copy(),
        contact_born=np.zeros(len(rows), np.int32),
        contact_index=np.arange(len(rows)),
    )


def live(people, dt=1.0 / 12.0, periods=1, offer=None, settings=None, **events):
    """Let subscribers of firm 0 live through periods; events happen in each."""
    f = settings or FeelSettings(encounter_noise=0.0)
    offer = offer or terms(people.taste.shape[1])
    for period in range(periods):
        feel(
            0, len(people.entry), period, KEY, people, lived(**events), offer,
            no_leanings(*people.taste.shape), numbers(f), pace_of(f, dt), False, 1.0, 0.5,
        )  # fmt: skip
    return people


def subscribers(count, firms=2):
    people = alike(count, firms)
    people.provider[:], people.customer[:, 0], people.since[:, 0] = 0, True, 0.0
    return people


def test_expectation_adapts_to_what_is_delivered_and_only_the_level_stays_felt():
    offer = terms(1)
    offer.level[:], offer.promise[:] = 0.8, 0.8
    people = live(subscribers(1, firms=1), periods=400, offer=offer)
    assert people.expectation[0, 0, [0, 1, 3, 4]] == pytest.approx(0.8, abs=1e-3)
    assert people.satisfaction[0, 0] == pytest.approx(
        judgment(0.8 * 0.8 + 0.2 * people.expectation[0, 0, 2], 0.0, F), abs=2e-3
    )


@pytest.mark.parametrize("column", ["expectation", "commitment", "habit", "bond", "problem", "price_salience"])
def test_what_relaxes_by_time_goes_as_far_in_weeks_as_in_months(column):
    def after_a_year(dt, periods):
        people = subscribers(1)
        people.tenure[:], people.problem[:], people.price_salience[:], people.bond[:] = 30.0, 0.6, 1.0, 0.2
        # satisfaction stands still, and commitment does not follow the bond: what is left relaxes on its own
        settings = FeelSettings(
            performance_slope=0.0, disconfirmation_slope=0.0, problem_loss=0.0, price_loss=0.0, bond_slope=0.0
        )
        people.satisfaction[:] = settings.satisfaction_ref
        return getattr(live(people, dt, periods, settings=settings), column)

    months, weeks = after_a_year(1.0 / 12.0, 12), after_a_year(1.0 / 52.0, 52)
    assert weeks == pytest.approx(months, rel=1e-5)


def test_one_failure_hurts_a_newcomer_more_than_a_customer_of_old():
    people = subscribers(4)
    people.tenure[2:] = 20.0
    live(people, failures=[(1, 0.8), (3, 0.8)])
    fine, hurt, fine_old, hurt_old = people.satisfaction[:, 0]
    assert fine - hurt > fine_old - hurt_old > 0.0


def test_a_worse_failure_hurts_more():
    people = live(subscribers(3), failures=[(1, 0.3), (2, 0.9)])
    assert people.satisfaction[0, 0] > people.satisfaction[1, 0] > people.satisfaction[2, 0]


def test_an_open_problem_fades_with_its_half_life_and_is_forgotten_in_the_end():
    people = subscribers(1)
    people.problem[0, 0], people.voiced[0, 0] = 0.8, True
    live(people, periods=4)
    assert people.problem[0, 0] == pytest.approx(0.4, rel=1e-5)
    live(people, periods=40)
    assert people.problem[0, 0] == 0.0
    assert not people.voiced[0, 0]


def test_a_recovery_shrinks_the_problem_by_its_justice_and_lifts_satisfaction():
    people = subscribers(4)
    people.problem[:, 0] = 0.5
    live(people, contacts=[(1, 2.0, 1, 0, 1, 0.0), (2, 2.0, 1, 1, 1, 0.0), (3, 2.0, 1, 1, 1, 20.0)])
    silent, unsolved, solved, compensated = people.problem[:, 0]
    assert silent == unsolved > solved > compensated
    assert people.satisfaction[1, 0] < people.satisfaction[2, 0] < people.satisfaction[3, 0]


def test_a_question_answered_closes_no_problem():
    people = subscribers(2)
    people.problem[:, 0] = 0.5
    live(people, contacts=[(1, 0.0, 1, 1, 0, 0.0)])
    assert people.problem[0, 0] == people.problem[1, 0]


def test_the_contacts_of_others_are_not_felt():
    one, other = subscribers(2), subscribers(2)
    live(one, contacts=[(0, 1.0, 1, 1, 0, 0.0)])
    live(other, contacts=[(0, 1.0, 1, 1, 0, 0.0), (1, 30.0, 0, 0, 0, 0.0)])
    assert one.satisfaction[0, 0] == other.satisfaction[0, 0]


def test_beliefs_about_a_firm_one_is_not_with_drift_to_its_reputation():
    people = subscribers(1)
    offer = terms(2)
    offer.level[1] = 0.5
    live(people, periods=24, offer=offer)
    assert people.expectation[0, 1] == pytest.approx(
        0.6, abs=1e-4
    )  # half of the way from .7 in a half-life of 24 months


def test_habit_grows_with_custom_and_fades_without():
    people = subscribers(1)
    people.habit[0] = [0.0, 1.0]
    live(people, periods=12)
    assert people.habit[0] == pytest.approx([0.5, 0.5], abs=1e-5)


def test_who_is_not_there_yet_feels_nothing():
    people = subscribers(2)
    people.entry[1] = 100
    before = people.expectation[1].copy(), people.satisfaction[1].copy()
    offer = terms(2)
    offer.level[:] = 0.2
    live(people, periods=5, offer=offer)
    assert (people.expectation[1] == before[0]).all()
    assert (people.satisfaction[1] == before[1]).all()


def test_a_fresh_price_rise_is_felt_as_less_fair_and_forgotten():
    people = subscribers(2)
    people.price_salience[1] = 2.0
    live(people)
    assert people.expectation[1, 0, Attribute.PRICE_FAIRNESS] < people.expectation[0, 0, Attribute.PRICE_FAIRNESS]
    assert people.satisfaction[1, 0] < people.satisfaction[0, 0]
    live(people, periods=8)
    assert people.price_salience[1] == pytest.approx(1.0, rel=1e-5)


def test_nobody_feels_for_a_firm_that_nobody_is_with():
    people = alike(1, firms=2)
    people.provider[:] = NOBODY
    before = people.satisfaction.copy()
    live(people, periods=3)
    assert (people.satisfaction == before).all()
