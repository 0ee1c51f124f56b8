"""The verdict on held-out households: right for a right model, turned by a broken one. Looked at once."""

import numpy as np
import pytest
from scipy import stats

from analysis.panels.choice import NO_HABIT
from analysis.panels.held_out import Figure, gain, judged, study
from tests.analysis.made_up_panels import made_up


def figure(chance: float) -> Figure:
    return Figure("Trees", "repeats", 0.5, 0.4, 0.45, 0.55, chance)


def test_figures_are_refused_by_holm_and_not_one_by_one() -> None:
    assert [each.within for each in judged([figure(0.03), figure(0.9), figure(0.04)])] == [True, True, True]
    # .01 <= .05 / 3 is refused, .02 <= .05 / 2 then too, .2 > .05 ends it
    assert [each.within for each in judged([figure(0.02), figure(0.2), figure(0.01)])] == [False, True, False]


def test_an_error_is_in_points() -> None:
    assert figure(0.5).error == pytest.approx(10.0)


def test_a_right_model_foretells_the_other_half_and_habit_helps() -> None:
    # a right model is refused with a chance of at most 5 %; this seed was the first
    found = study(made_up(7, habit_bonus=2.5))
    assert all(each.within for each in judged(found.figures))
    assert gain(found.gains).low > 0.0


def test_the_verdict_turns_when_choices_leave_no_habit() -> None:
    panel = made_up(8, households=200, taste_sd=0.5, habit_bonus=2.5)
    broken = study(panel, {**NO_HABIT, "taste_sd": 0.0, "first_bought": 0.0})
    assert not all(each.within for each in judged(broken.figures))
    assert gain(study(panel, NO_HABIT, lives=100).gains).gain == 0.0


@pytest.mark.long
def test_intervals_hold_their_figures_as_often_as_they_say() -> None:
    # seven figures of each of 60 panels; chances of a panel hang together, so the panel's number outside is the unit
    outside = []
    for seed in range(60):
        found = study(made_up(100 + seed), lives=1000)
        outside.append(np.mean([not each.low <= each.measured <= each.high for each in found.figures]))
    error = np.std(outside, ddof=1) / np.sqrt(len(outside))
    assert abs(np.mean(outside) - 0.05) < stats.norm.isf(0.005) * error
