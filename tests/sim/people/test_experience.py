import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.draws import Decision, Key
from sim.people.columns import NOBODY
from sim.people.experience import (
    ExperienceSettings,
    Incident,
    chance_of_voice,
    count_incidents,
    experience,
    no_incidents,
)
from sim.people.feelings import FeelSettings
from sim.settings import numbers
from tests.sim.tiny import alike, drawn, terms

KEY = Key(7, 1)
F = numbers(FeelSettings())
MANY = 20_000
ERROR = 1e-4  # rate at which a test of frequencies refuses a sound model


def happen(people, dt=0.5, offer=None, period=0, season=1.0, **settings):
    """Let subscribers meet failures and questions; return what happened."""
    e = numbers(ExperienceSettings(**settings))
    offer = offer or terms()
    count = np.zeros((len(people.entry), 2), np.int16)
    count_incidents(
        0, len(count), period, KEY, people.provider, people.failure_proneness, people.contact_rate, offer.failures, e,
        season, dt, drawn(people, KEY, Decision.FAILURES, period), drawn(people, KEY, Decision.QUESTIONS, period),
        count,
    )  # fmt: skip
    offset = np.concatenate([[0], np.cumsum(count.sum(axis=1))])
    rows = no_incidents(int(offset[-1]))
    experience(0, len(count), period, KEY, people, offer, e, F, count, offset, rows)
    return rows


def subscribers(count=MANY):
    people = alike(count)
    people.provider[:] = 0
    people.contact_rate[:] = 2.0
    return people


@given(st.floats(0.0, 0.95), st.floats(-2.0, 2.0))
def test_the_loyal_complain_rather_than_stay_silent(commitment, readiness):
    e = numbers(ExperienceSettings())
    assert chance_of_voice(commitment, readiness, e, F) < chance_of_voice(commitment + 0.05, readiness, e, F)
    assert chance_of_voice(commitment, readiness, e, F) < chance_of_voice(commitment, readiness + 0.1, e, F)


def test_a_third_complains_at_the_anchor():
    assert chance_of_voice(F.commitment_ref, 0.0, numbers(ExperienceSettings(voice=-0.71)), F) == pytest.approx(
        0.33, abs=0.005
    )


@pytest.mark.parametrize("rate", [0.0, 0.6, 4.0])
def test_failures_come_at_the_firms_rate_up_to_the_ceiling(rate):
    rows = happen(subscribers(), offer=terms()._replace(failures=np.full(3, rate)))
    failures = int((rows.cause == Incident.FAILURE).sum())
    expected = stats.poisson(MANY * rate * 0.5)
    assert 2 * min(expected.cdf(failures), expected.sf(failures - 1)) > ERROR or failures == rate == 0


def test_questions_come_at_the_persons_rate_and_season_and_always_call():
    rows = happen(subscribers(), season=1.5)
    asked = rows.cause == Incident.QUESTION
    expected = stats.poisson(MANY * 2.0 * 1.5 * 0.5)
    assert 2 * min(expected.cdf(asked.sum()), expected.sf(asked.sum() - 1)) > ERROR
    assert rows.calls[asked].all()
    assert not rows.severity[asked].any()


def test_a_firm_that_fails_less_spares_failures_and_redraws_none():
    def failed(rate):
        rows = happen(subscribers(2000), offer=terms()._replace(failures=np.full(3, rate)))
        of = rows.cause == Incident.FAILURE
        return set(zip(rows.person[of].tolist(), rows.slot[of].tolist(), rows.severity[of].tolist(), strict=True))

    assert failed(0.3) < failed(0.6) < failed(3.0)


def test_severity_follows_its_beta():
    rows = happen(subscribers(), severity_a=1.0, severity_b=2.0)
    severity = rows.severity[rows.cause == Incident.FAILURE]
    assert stats.kstest(severity, stats.beta(1.0, 2.0).cdf).pvalue > ERROR


def test_a_failure_leaves_the_worse_of_two_problems_open_and_says_who_spoke_up():
    people = subscribers(2000)
    people.problem[:, 0] = 0.5
    rows = happen(people)
    failed = rows.cause == Incident.FAILURE
    worst = np.full(2000, 0.5)
    np.maximum.at(worst, rows.person[failed], rows.severity[failed])
    assert people.problem[:, 0] == pytest.approx(worst, rel=1e-6)
    spoke = np.unique(rows.person[failed & rows.calls])
    assert np.flatnonzero(people.voiced[:, 0]).tolist() == spoke.tolist()


def test_nothing_happens_to_who_has_no_firm_or_in_a_world_without_failures_and_questions():
    people = subscribers(500)
    people.provider[:] = NOBODY
    assert not happen(people).person.size
    assert not happen(subscribers(500), failures=False, questions=False).person.size


def test_incidents_are_sorted_by_person():
    assert (np.diff(happen(subscribers(500)).person) >= 0).all()
