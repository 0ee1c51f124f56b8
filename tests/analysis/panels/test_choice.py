"""The likelihood of choice with habit: its rule, its slopes, what it finds where the truth is known.

Statistical tests look once, at a seed chosen beforehand, and refuse a right program with a chance of .1 %.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.panels.choice import NO_HABIT, Likelihood, fit, habits, names
from tests.analysis.made_up_panels import TRUTH, made_up, of


@given(st.floats(0.01, 1.0))
@settings(max_examples=20, deadline=None)
def test_habit_is_a_smoothed_past_and_never_more_than_one(step: float) -> None:
    panel = made_up(2, households=4)
    habit = habits(panel, step)
    first = panel.start[:-1]
    assert (habit[first] == 0.0).all()
    assert habit[first + 1] == pytest.approx(step * panel.bought[first])
    assert habit[first + 2] == pytest.approx(step * panel.bought[first + 1] + step * (1 - step) * panel.bought[first])
    assert habit.min() >= 0.0
    assert habit.sum(axis=1).max() <= 1.0 + 1e-12


@given(st.integers(0, 1000), st.floats(0.0, 3.0), st.floats(-2.0, 3.0), st.floats(0.05, 0.95))
@settings(max_examples=10, deadline=None)
def test_the_slopes_are_those_of_the_likelihood(seed: int, sd: float, bonus: float, step: float) -> None:
    likelihood = Likelihood(made_up(seed, households=5), nodes=32)
    values = of(likelihood.panel, taste_sd=sd, habit_bonus=bonus, habit_step=step)[0]
    steps = 1e-5 * np.eye(len(values))
    numeric = [(likelihood.of(values + h)[0] - likelihood.of(values - h)[0]) / 2e-5 for h in steps]
    assert likelihood.of(values)[1] == pytest.approx(np.array(numeric).T, abs=1e-5)


def test_without_taste_and_habit_it_is_the_plain_logit() -> None:
    panel = made_up(3, households=6)
    values = of(panel, taste_sd=0.0, habit_bonus=0.0, first_bought=0.0)[0]
    utility = np.array([0.0, 0.4, -0.6]) - 3.0 * panel.offers[..., 0] + 0.8 * panel.offers[..., 1]
    log_chance = utility - np.log(np.exp(utility).sum(axis=1, keepdims=True))
    later = np.concatenate(panel.rounds)
    expected = log_chance[later, panel.chosen[later]].sum()
    assert Likelihood(panel, nodes=8).of(values)[0].sum() == pytest.approx(expected)


def test_a_fit_finds_the_parameters_of_a_made_up_panel() -> None:
    panel = made_up(4, households=150)
    found = fit(panel)
    gap = found.values - of(panel)[0]
    distance = gap @ np.linalg.solve(found.moves.T @ found.moves, gap)
    assert distance < stats.chi2(len(gap)).isf(0.001)
    assert (found.errors < 0.6).all()


def test_lasting_taste_passes_for_habit_where_taste_is_left_out() -> None:
    panel = made_up(5, households=150, habit_bonus=0.0, habit_step=0.3)
    alike, with_taste = fit(panel, {"taste_sd": 0.0, "habit_step": 0.3}), fit(panel, {"habit_step": 0.3})
    bonus = names(panel).index("habit_bonus")
    assert alike.values[bonus] > 5.0 * alike.errors[bonus]
    assert abs(with_taste.values[bonus]) < stats.norm.isf(0.0005) * with_taste.errors[bonus]


def test_what_is_fixed_stays_and_is_not_counted() -> None:
    panel = made_up(6, households=30)
    free, without = fit(panel), fit(panel, NO_HABIT)
    assert (without["habit_bonus"], without["habit_step"]) == (0.0, 1.0)
    assert without.errors[-2:].tolist() == [0.0, 0.0]
    assert without.log_likelihood < free.log_likelihood
    penalty = np.log(free.purchases)
    assert free.bic == pytest.approx(len(TRUTH) * penalty - 2 * free.log_likelihood)
    assert without.bic == pytest.approx((len(TRUTH) - 2) * penalty - 2 * without.log_likelihood)
