"""Studies with known variances: 250 each, so a mean of estimates is known to 6 % of its spread."""

import math

import numpy as np
import pytest
from scipy import stats

from analysis.uncertainty import split

POINTS, REPLICATES, STUDIES = 24, 6, 250
INPUTS, COMMON, OWN = 4.0, 2.0, 1.0  # variances of what we assume, of luck shared by all points, of luck at a point


def studies(inputs=INPUTS, common=COMMON, own=OWN, count=STUDIES):
    generator = np.random.default_rng([3, int(10 * inputs)])
    for _ in range(count):
        yield (
            100.0
            + math.sqrt(inputs) * generator.standard_normal((POINTS, 1))
            + math.sqrt(common) * generator.standard_normal((1, REPLICATES))
            + math.sqrt(own) * generator.standard_normal((POINTS, REPLICATES))
        )


def unbiased(estimates, truth):
    """Tell whether the mean of estimates is the truth, refused in error once in 1,000 times."""
    return stats.ttest_1samp(estimates, truth).pvalue > 0.001


def covered(intervals, truth):
    """Tell whether intervals cover the truth as often as 95 % less what 250 studies leave open (one-sided 1 %)."""
    hits = sum(found.low <= truth <= found.high for found in intervals)
    return stats.binom.cdf(hits, len(intervals), 0.95) > 0.01


def test_under_shared_luck_the_sources_are_found_without_bias_and_covered():
    found = [split(table) for table in studies()]
    assert unbiased([one.luck.mean for one in found], COMMON + OWN)
    assert unbiased([one.inputs.mean for one in found], INPUTS)
    assert covered([one.luck for one in found], COMMON + OWN)
    assert covered([one.inputs for one in found], INPUTS)
    assert covered([one.share for one in found], 3.0 / 7.0)


def test_with_luck_of_their_own_too():
    found = [split(table, shared_luck=False) for table in studies(common=0.0)]
    assert unbiased([one.luck.mean for one in found], OWN)
    assert unbiased([one.inputs.mean for one in found], INPUTS)
    assert covered([one.share for one in found], 0.2)


def test_taking_shared_luck_for_a_points_own_is_found_out():
    found = [split(table, shared_luck=False) for table in studies()]
    assert not covered([one.luck for one in found], COMMON + OWN)


def test_an_assumption_that_does_not_matter_is_said_not_to():
    found = [split(table) for table in studies(inputs=0.0)]
    estimates = [one.inputs.mean for one in found]
    assert unbiased(estimates, 0.0)
    assert min(estimates) < 0  # unbiased has its price, and is not hidden
    assert min(one.inputs.low for one in found) == 0.0
    said = next(one for one in found if not one.told_apart).in_words("the profit difference")
    assert said.endswith("these runs show no difference that what we assume makes.")
    assert sum(one.told_apart for one in found) <= stats.binom.ppf(0.99, STUDIES, 0.025)


def test_the_sentence_tells_luck_from_assumptions():
    said = split(next(studies())).in_words("the profit difference")
    assert "% of what we do not know about the profit difference is luck (95 % interval" in said
    assert "the rest is what we assume" in said


def test_the_exact_interval_of_the_share_is_that_of_the_f_distribution():
    """One-way: σ²(inputs) / σ²(luck) lies between (F / F(.975) − 1) / R and (F / F(.025) − 1) / R."""
    table = next(studies(common=0.0))
    f = REPLICATES * table.mean(axis=1).var(ddof=1) / table.var(axis=1, ddof=1).mean()
    ends = stats.f.ppf([0.975, 0.025], POINTS - 1, POINTS * (REPLICATES - 1))
    high, low = 1 / (1 + (f / ends - 1) / REPLICATES)
    found = split(table, shared_luck=False).share
    assert (found.low, found.high) == (pytest.approx(low, rel=0.03), pytest.approx(high, rel=0.03))


def test_neither_origin_nor_unit_matters_and_an_undefined_point_is_left_out():
    table = next(studies())
    plain, moved = split(table), split(np.vstack([50.0 - 3.0 * table, np.full((1, REPLICATES), np.nan)]))
    assert moved.points == plain.points == POINTS
    assert moved.luck.mean == pytest.approx(9.0 * plain.luck.mean)
    assert moved.share.low == pytest.approx(plain.share.low)


@pytest.mark.parametrize("table", [np.zeros((1, 5)), np.zeros((5, 1)), np.full((4, 4), 7.0), np.full((3, 3), np.nan)])
def test_where_no_source_can_be_told_nothing_is_said(table):
    assert split(table) is None
