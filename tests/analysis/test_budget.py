import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from analysis.budget import FIRST_PILOT, Budget, solve
from sim.settings import BadInput

NOISE = np.random.default_rng(6).normal(0.0, 30.0, 10)
TARGET = 3000.0 + NOISE


def counted(function):
    """Return outlay by pilot replicate, and the list of values that were tried."""
    tried = []

    def evaluate(value):
        tried.append(value)
        return function(value) + 0.9 * NOISE

    return evaluate, tried


def test_a_budget_says_which_arm_to_match_by_which_lever():
    lever = "firms.acme.call_center.staffing.hours_per_week"
    budget = Budget.model_validate({"match": "points", "by": {"people": lever}})
    assert (budget.within, budget.by) == (0.01, {"people": lever})
    assert list(budget.replicates()) == list(range(FIRST_PILOT, FIRST_PILOT + 10))
    assert FIRST_PILOT > 10_000  # the most a study may have: pilots are never the study's own
    for wrong in ({"match": "points", "by": {}}, {"match": "points", "by": {"people": lever}, "within": 0}):
        with pytest.raises(ValidationError):
            Budget.model_validate(wrong)


@given(st.floats(20.0, 500.0), st.floats(0.5, 2.0), st.floats(210.0, 4000.0))
def test_a_lever_is_found_at_which_the_arm_lays_out_as_much(wage, bend, start):
    evaluate, tried = counted(lambda hours: wage * np.sign(hours - 200.0) * abs(hours - 200.0) ** bend)
    found = solve(evaluate, TARGET, start, 0.0, 4e6)
    assert found.hit
    assert found.outlay == pytest.approx(found.target, rel=0.01)
    assert found.error == pytest.approx(found.outlay / found.target - 1)
    assert found.interval.low <= found.error <= found.interval.high
    assert found.evaluations == len(tried) == len(set(tried)) <= 30


def test_few_values_are_tried():
    evaluate, tried = counted(lambda hours: 45.0 * (hours - 262.0))
    solve(evaluate, TARGET, 291.0, 0.0, 4e6)
    assert len(tried) <= 6


def test_a_value_that_is_near_enough_is_left_as_it_is():
    evaluate, tried = counted(lambda hours: 10.1 * hours)
    found = solve(evaluate, TARGET, 298.0, 0.0, 1000.0)
    assert (found.value, tried) == (298.0, [298.0])


def test_a_lever_that_lowers_outlay_is_found_too():
    evaluate, _ = counted(lambda price: 100.0 * (50.0 - price))
    assert solve(evaluate, TARGET, 45.0, 0.0, 60.0).value == pytest.approx(20.0, abs=0.5)


def test_outlay_that_moves_in_whole_agents_is_matched_as_well_as_it_can_be_and_says_so():
    evaluate, tried = counted(lambda hours: 700.0 * math.floor(hours / 35.0))
    found = solve(evaluate, TARGET, 35.0, 0.0, 4e6)
    assert not found.hit
    assert 140 <= found.value < 175  # four agents lay out 2,800, five 3,500
    assert len(tried) <= 30
    assert found.in_words("people", "hours_per_week", "points").endswith(
        "it moves in steps, and no value comes within 1 %."
    )


def test_a_budget_that_is_out_of_reach_is_refused():
    evaluate, _ = counted(lambda hours: 10.0 * hours)
    with pytest.raises(BadInput, match=r"no value from 0 to 40 lays out as much .* nearest is 8. % too little"):
        solve(evaluate, TARGET, 10.0, 0.0, 40.0)
    with pytest.raises(BadInput, match=r"no value from 400 to 500 .* nearest is 3. % too much"):
        solve(evaluate, TARGET, 450.0, 400.0, 500.0)


def test_an_arm_that_lays_out_nothing_has_no_budget_to_match():
    evaluate, tried = counted(lambda hours: hours)
    with pytest.raises(BadInput, match=r"budget\.match: .*nothing to match"):
        solve(evaluate, np.zeros(10), 1.0, 0.0, 10.0)
    assert tried == []


def test_the_answer_is_told_in_words():
    evaluate, _ = counted(lambda hours: 10.0 * hours)
    said = solve(evaluate, TARGET, 300.0, 0.0, 1000.0).in_words("more_people", "hours_per_week", "points")
    assert re.fullmatch(
        r"hours_per_week = 300: “more people” lays out 3,0\d\d, “points” 3,0\d\d \([+−]0\.\d\d %\)\.", said
    )
