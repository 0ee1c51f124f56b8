import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.selection import select, sequence_reach

LUCK = np.random.default_rng(20).normal(0.0, 1.0, (60, 3))
tables = st.integers(0, 10_000).map(lambda seed: np.random.default_rng(seed).normal([0.0, 0.5, 1.0], 1.0, (30, 3)))


def named(table):
    return dict(zip("abcdefghij", table.T, strict=False))


def test_an_arm_that_leads_clearly_is_selected_and_the_others_are_eliminated():
    found = select(named(LUCK + np.array([0.0, 8.0, 4.0])), zone=0.5)
    assert (found.status, found.best, found.leader, found.alone) == ("selected", "b", "b", True)
    assert list(found.eliminated) == ["a", "c"]
    assert 5 <= found.eliminated["a"] <= found.eliminated["c"] < 30
    assert found.replicates_needed is None


def test_arms_alike_are_told_apart_by_nothing_but_one_is_within_a_wide_zone():
    table = named(LUCK)
    assert select(table, zone=0.05).best is None
    wide = select(table, zone=5.0)
    assert wide.best == wide.leader
    assert not wide.alone
    assert len(wide.near) == 2
    assert wide.eliminated == {}


def test_what_is_not_decided_says_how_many_replicates_would_do():
    table = LUCK[:10] * 0.2 + [0.0, 0.1, 0.0]
    found = select(named(table), zone=0.02)
    assert found.status == "needs more"
    assert found.more == found.replicates_needed - 10 > 0
    lead = found.leader
    for other in found.near:
        gaps = named(table)[lead] - named(table)[other]
        reach = sequence_reach(found.replicates_needed, 1 - 0.1 / 2) / math.sqrt(found.replicates_needed)
        assert gaps.mean() + 0.02 >= reach * gaps.std(ddof=1)


@pytest.mark.parametrize("replicates", [1, 2, 4])
def test_a_few_replicates_decide_nothing_however_far_the_arms_are_apart(replicates):
    found = select(named(LUCK[:replicates] + np.array([0.0, 1e6, 0.0])), zone=1.0)
    assert found.best is None
    assert found.leader == "b"
    assert (found.replicates_needed is None) == (replicates == 1)


def test_a_hopeless_study_promises_no_number():
    tie = np.tile([[1.0, -1.0], [-1.0, 1.0]], (10, 1))
    assert select(named(tie), zone=1e-9).replicates_needed is None


@settings(max_examples=50)
@given(tables, st.integers(6, 29))
def test_more_replicates_bring_no_arm_back(table, early):
    before, after = select(named(table[:early]), 0.3), select(named(table), 0.3)
    assert before.eliminated.items() <= after.eliminated.items()
    assert before.best is None or after.best is not None


@settings(max_examples=50)
@given(tables, st.floats(0.1, 100.0), st.floats(-1e4, 1e4), st.permutations([0, 1, 2]))
def test_neither_unit_nor_origin_nor_shared_luck_nor_the_order_of_arms_matters(table, unit, origin, order):
    shared = np.random.default_rng(1).normal(0.0, 5.0, (30, 1))
    plain = select(named(table), 0.3)
    moved = np.round((table + shared) * unit + origin, 9)
    other = select({"abc"[arm]: moved[:, arm] for arm in order}, 0.3 * unit)
    assert (other.best, other.eliminated) == (plain.best, plain.eliminated)


def test_an_eliminated_arm_need_not_be_run_on():
    table = LUCK + np.array([0.0, 0.3, -20.0])
    whole = select(named(table), 1.0)
    stopped = table.copy()
    stopped[whole.eliminated["c"] :, 2] = np.nan
    found = select(named(stopped), 1.0)
    assert (found.best, found.near, found.eliminated) == (whole.best, whole.near, whole.eliminated)


def test_replicates_that_failed_are_not_counted_as_seen():
    gaps = LUCK[:10] * 0.2 + np.array([0.0, 0.1, 0.0])
    holed = np.insert(gaps, 4, np.full((3, 3), np.nan), axis=0)
    whole, found = select(named(gaps), 0.02), select(named(holed), 0.02)
    assert (found.leader, found.more, found.replicates) == (whole.leader, whole.more, 13)


def test_arms_that_are_the_same_are_within_any_zone_of_each_other():
    assert select({"a": LUCK[:, 0], "b": LUCK[:, 0]}, 0.0).best is not None


def test_one_arm_is_the_best_of_one():
    assert select({"a": [1.0]}, 0.0).best == "a"


def test_nothing_to_select_from_is_refused():
    with pytest.raises(ValueError, match="needs a replicate"):
        select({"a": [], "b": []}, 1.0)
    with pytest.raises(ValueError, match="not negative"):
        select({"a": [1.0]}, -1.0)


def test_the_reach_is_where_the_likelihood_ratio_reaches_its_bound():
    n = np.array([6.0, 10.0, 100.0, 10_000.0])
    x = sequence_reach(n, 0.9) ** 2 / (n - 1)
    ratio = (1 + n) ** -0.5 * ((1 + x) / (1 + x / (1 + n))) ** (n / 2)
    assert ratio == pytest.approx(np.full(4, 10.0), rel=1e-9)
    assert math.isinf(sequence_reach(2))
