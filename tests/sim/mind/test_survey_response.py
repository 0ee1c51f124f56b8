import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.market import Market
from sim.mind.parts.survey_response import SurveyResponseSettings, answered_as, chance_to_answer
from sim.settings import numbers
from tests.sim.tiny import over, programs, subscription

A = numbers(SurveyResponseSettings())
SCALE = st.floats(0.0, 1.0)
EVEN = numbers(SurveyResponseSettings(extremity=0.0, warmth=0.0, rate=0.4))


@given(SCALE, st.floats(0.1, 0.9))
def test_at_the_anchor_the_rate_answers_and_without_effects_everywhere(satisfaction, anchor):
    assert chance_to_answer(anchor, anchor, A) == pytest.approx(A.rate)
    assert chance_to_answer(satisfaction, anchor, EVEN) == pytest.approx(0.4)


@given(SCALE, SCALE)
def test_the_further_a_feeling_is_from_the_anchor_the_more_answer(one, other):
    fair = numbers(SurveyResponseSettings(warmth=0.0))
    near, far = sorted((one, other), key=lambda s: abs(s - 0.5))
    assert chance_to_answer(near, 0.5, fair) <= chance_to_answer(far, 0.5, fair) + 1e-12


@given(SCALE, st.floats(-2.0, 2.0))
def test_an_answer_stays_on_the_scale(satisfaction, error):
    assert 0.0 <= answered_as(satisfaction, error) <= 1.0
    assert answered_as(satisfaction, 0.0) == satisfaction


def surveyed(people=600, **how):
    survey = {"sample": 1.0, "surveys_per_year": 12.0, "noise": 0.0} | how.pop("survey", {})
    settings = {"customers": {"count": people}, "mind": {"survey_response": {"active": True} | how}}
    market = Market(subscription(**over(settings, programs(survey=survey))))
    market.step()
    return market


def test_without_noise_and_non_response_what_is_measured_is_what_is():
    found = surveyed(rate=0.999, extremity=0.0, warmth=0.0).outcomes()
    assert found["response_rate"] > 0.98
    assert found["survey_bias"] == pytest.approx(0.0, abs=0.5)


def test_who_feels_well_answers_more_so_what_is_measured_is_too_high():
    assert surveyed(warmth=5.0, extremity=0.0).outcomes()["survey_bias"] > 1.0
    assert surveyed(warmth=-5.0, extremity=0.0).outcomes()["survey_bias"] < -1.0


def test_a_survey_changes_nobody():
    plain = Market(subscription())
    plain.step()
    assert np.array_equal(surveyed().people.satisfaction, plain.people.satisfaction)


def test_a_firm_that_asks_nobody_measures_nothing():
    market = surveyed()
    assert market.outcomes("bolt")["measured_satisfaction"] is None
    assert market.outcomes("bolt")["response_rate"] is None
