import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from analysis.statistics import (
    Interval,
    mean_interval,
    paired_difference,
    probability_best,
    refused,
    replicates_needed,
    t_quantile,
    variance_ratio,
)

numbers = st.floats(-1e6, 1e6)
samples = st.lists(numbers, min_size=2, max_size=30)


@given(samples)
def test_the_interval_is_the_textbook_t_interval(values):
    assume(np.std(values) > 1e-6)
    found = mean_interval(values)
    low, high = stats.t.interval(0.95, len(values) - 1, loc=np.mean(values), scale=stats.sem(values))
    assert found.mean == pytest.approx(np.mean(values), rel=1e-12, abs=1e-6)
    assert (found.low, found.high) == (pytest.approx(low, rel=1e-9, abs=1e-6), pytest.approx(high, rel=1e-9, abs=1e-6))


@given(samples, st.integers(1, 5))
def test_undefined_replicates_do_not_count(values, gaps):
    assert mean_interval([*values, *[math.nan] * gaps]) == mean_interval(values)


def test_one_replicate_has_a_mean_and_no_interval():
    assert mean_interval([3.0]) == Interval(3.0, None, None)


def test_without_a_defined_value_nothing_is_said():
    assert mean_interval([math.nan, math.nan]) == Interval(None, None, None)


@given(samples)
def test_an_arm_differs_from_itself_by_exactly_zero(values):
    assert paired_difference(values, values) == Interval(0.0, 0.0, 0.0)


def test_a_pair_counts_only_where_both_runs_are_defined():
    assert paired_difference([5.0, math.nan, 9.0], [4.0, 1.0, math.nan]) == Interval(1.0, None, None)


def test_shared_luck_shrinks_the_interval_of_a_difference_and_not_its_mean():
    luck = np.array([-50.0, 10.0, 40.0, 0.0, 25.0])
    own = np.array([0.1, -0.2, 0.0, 0.2, -0.1])
    found = paired_difference(luck + 3.0 + own, luck)
    assert found.mean == pytest.approx(3.0)
    assert found.excludes_zero
    assert not mean_interval(luck + 3.0).excludes_zero


def test_the_variance_ratio_is_that_of_independent_to_paired_luck():
    x, y = np.array([1.0, 2.0, 4.0, 8.0]), np.array([1.5, 2.0, 3.5, 8.5])
    assert variance_ratio(x, y) == pytest.approx((x.var(ddof=1) + y.var(ddof=1)) / (x - y).var(ddof=1))
    assert variance_ratio(x, x + 1.0) is None
    assert variance_ratio([1.0], [2.0]) is None


@given(st.lists(st.floats(-100, 100), min_size=3, max_size=20), st.floats(0.5, 50))
def test_the_replicates_needed_are_enough_and_one_less_is_not(differences, half_width):
    spread = float(np.std(differences, ddof=1))
    assume(spread > 1e-3)
    needed = replicates_needed(differences, half_width)
    if needed is None:
        assert t_quantile(99_999) * spread / math.sqrt(100_000) > half_width
        return
    assert t_quantile(needed - 1) * spread / math.sqrt(needed) <= half_width
    if needed > 2:
        assert t_quantile(needed - 2) * spread / math.sqrt(needed - 1) > half_width


def test_no_number_of_replicates_is_promised_for_a_hopeless_difference():
    assert replicates_needed([-1.0, 1.0], 1e-6) is None
    assert replicates_needed([1.0], 1.0) is None


@pytest.mark.parametrize("gap", [-1.0, 0.0, 0.4, 1.0, 3.0])
def test_between_two_arms_the_chance_of_being_best_is_the_one_sided_t_probability(gap):
    a = np.array([1.0, 2.5, 0.5, 3.0, 2.0, 1.5])
    b = a[::-1] - gap
    expected = 1.0 - stats.ttest_rel(a, b, alternative="greater").pvalue
    found = probability_best({"a": a, "b": b})
    # 20,000 draws: six standard errors of a share are .022; the draws are fixed, so this is decided once.
    assert found["a"] == pytest.approx(expected, abs=0.022)
    assert found["a"] + found["b"] == pytest.approx(1.0)


def test_arms_that_always_tie_share_the_chance():
    assert probability_best({"a": [1.0, 2.0], "b": [1.0, 2.0]})["a"] == pytest.approx(0.5, abs=0.022)


def test_one_replicate_gives_no_chance_of_being_best():
    assert probability_best({"a": [1.0], "b": [2.0]}) is None
    assert probability_best({"a": [1.0, math.nan], "b": [2.0, 3.0]}) is None


@given(st.lists(st.floats(0.0, 1.0), max_size=8), st.integers(0, 4))
def test_holm_s_procedure_is_that_of_its_adjusted_chances(chances, more):
    """The adjusted k-th smallest of m chances is the largest of (m - j + 1) p_j up to it (Wright 1992)."""
    family, worst, wanted = len(chances) + more, 0.0, set()
    for rank, place in enumerate(sorted(range(len(chances)), key=lambda place: chances[place])):
        worst = max(worst, chances[place] * (family - rank))
        assume(not math.isclose(worst, 0.05))
        wanted |= {place} if worst <= 0.05 else set()
    assert refused(chances, 0.05, family) == wanted
    assert refused(chances, 0.05) >= wanted
