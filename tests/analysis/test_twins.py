"""Twins: the same person with and without a program."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.naive import AGAINST_BEFORE, AGAINST_OTHERS
from analysis.twins import DECILES, FATES, LIVED, NEWCOMERS, Life, Pair, Twins, fates
from sim.market import Market, settle
from tests.sim.test_dealings import OWN
from tests.sim.tiny import EVERY_PROGRAM, over, programs, repertoire, subscription

REPLICATES = 3
CENTER = {"firms": {"acme": {"call_center": OWN, "fixed_cost": 500.0}}}


def life_of(world, replicate, past):
    market = Market(world, replicate, start=past)
    market.run()
    profit = sum(round(100 * row["profit"]) for row in market.reports.rows[0])
    return Life(market.persons(), market.unallocated()), profit


def twins_of(kind, changes, both=None):
    """Return the twins of an arm with changes, in a reference without them; ``both`` are changes that both have."""
    bare = over(CENTER, both or {})
    past, pairs, profits = settle(kind(**bare)), [], []
    for replicate in range(1, REPLICATES + 1):
        (reference, without), (arm, with_it) = (
            life_of(kind(**settings), replicate, past) for settings in (bare, over(bare, changes))
        )
        pairs.append(Pair(replicate, reference, arm))
        profits.append(with_it - without)
    differing = tuple(changes["firms"]["acme"].get("programs", {}))
    return Twins("arm", "nothing", pairs, ("everyone",), differing), tuple(profits)


@pytest.fixture(scope="module", params=[subscription, repertoire], ids=["subscription", "repertoire"])
def busy(request):
    """Return the twins of an arm with every program, and its profit difference in cents a replicate."""
    return twins_of(request.param, programs(**EVERY_PROGRAM))


def total(groups):
    return tuple(np.sum([group.cents for group in groups], axis=0).tolist())


def test_value_moved_over_persons_and_firm_lines_is_the_profit_difference_in_cents(busy):
    twins, profits = busy
    assert twins.difference.cents == profits
    assert total([twins.everybody.whole, twins.firm_lines]) == profits
    assert any(profits)


def test_every_way_to_cut_the_people_adds_up_to_all_of_them(busy):
    twins, _ = busy
    newcomers = twins.tiers[NEWCOMERS]
    for cut in (
        twins.everybody.fates.values(),
        [part.whole for part in twins.segments.values()],
        [part.whole for part in twins.tiers.values()],
        [part.whole for part in (*twins.deciles, newcomers)],
        [group for part in twins.tiers.values() for group in part.fates.values()],
    ):
        groups = list(cut)
        assert total(groups) == twins.everybody.whole.cents
        assert np.sum([group.heads for group in groups], axis=0).tolist() == [600] * REPLICATES


def test_deciles_are_even_and_fall_by_spend_before(busy):
    twins, _ = busy
    heads = np.array([part.whole.heads for part in twins.deciles])
    assert len(heads) == DECILES
    assert np.ptp(heads, axis=0).max() <= 1


def test_programs_pay_people_for_what_they_would_have_done(busy):
    twins, _ = busy
    subsidised = twins.everybody.fates["subsidised"]
    assert min(subsidised.heads) > 50
    assert max(subsidised.cents) < 0


@pytest.mark.parametrize("kind", [subscription, repertoire])
def test_a_placebo_moves_nobody(kind):
    twins, profits = twins_of(kind, programs(placebo={}))
    assert profits == twins.firm_lines.cents == twins.everybody.whole.cents == (0,) * REPLICATES
    assert twins.everybody.fates["unmoved"].heads == (600,) * REPLICATES
    assert twins.readings == []


def test_more_staff_reaches_nobody_and_what_it_moves_is_moved_indirectly():
    staff = {"firms": {"acme": {"call_center": {"staffing": {"kind": "fixed", "hours_per_week": 400.0}}}}}
    twins, _ = twins_of(subscription, staff)
    heads = {name: sum(group.heads) for name, group in twins.everybody.fates.items()}
    assert [name for name in ("saved", "lost", "subsidised", "moved") if heads[name]] == []
    assert heads["moved_indirectly"] > 0
    assert max(twins.firm_lines.cents) < 0


def test_an_arm_with_the_programs_of_the_reference_reaches_nobody(busy):
    twins, profits = busy
    same = replace(twins, programs=())
    heads = {name: sum(group.heads) for name, group in same.everybody.fates.items()}
    assert [name for name in ("saved", "lost", "subsidised", "moved") if heads[name]] == []
    assert heads["unmoved"] == sum(twins.everybody.fates["unmoved"].heads)
    assert total([*same.everybody.fates.values(), same.firm_lines]) == profits
    assert same.readings == []
    assert not same.reached


def test_only_programs_that_the_reference_has_not_count_as_reaching_somebody():
    """Both arms have points; who was never compensated is not reached by the arm, member or not."""
    service = {"firms": {"acme": {"failures": 3.0}}}
    both = over(programs(points=EVERY_PROGRAM["points"]), service)
    twins, _ = twins_of(subscription, programs(recovery={}), both)
    direct = ("saved", "lost", "subsidised", "moved")
    for at, pair in enumerate(twins.pairs):
        paid = pair.arm.persons["reached_recovery"].to_numpy()
        assert paid.any()
        assert (pair.arm.persons["reached_points"] & ~paid).any()
        reached = sum(twins.everybody.fates[name].heads[at] for name in direct)
        assert 0 < reached <= paid.sum()
    margin = next(reading for reading in twins.readings if reading.measure == "margin")
    moved = [
        (pair.arm.persons["margin_cents"] - pair.reference.persons["margin_cents"])[
            pair.arm.persons["reached_recovery"]
        ]
        for pair in twins.pairs
    ]
    assert margin.causal.mean == pytest.approx(np.mean([each.mean() / 100.0 for each in moved]))


def test_a_naive_reading_is_the_effect_on_members_plus_its_named_bias(busy):
    twins, _ = busy
    kinds = {(reading.kind, reading.measure) for reading in twins.readings}
    assert kinds == {*((AGAINST_OTHERS, name) for name in ("margin", "stayed", "spend")), (AGAINST_BEFORE, "spend")}
    for reading in twins.readings:
        parts = sum(part.mean for part in reading.parts.values())
        assert reading.bias.mean == pytest.approx(parts, abs=1e-9)
        assert reading.naive.mean == pytest.approx(reading.causal.mean + reading.bias.mean, abs=1e-9)


def test_members_differ_from_others_before_the_program_does_anything():
    """Who stays long enough to enroll is worth more; the program itself costs money."""
    twins, _ = twins_of(subscription, programs(points=EVERY_PROGRAM["points"]))
    reading = next(reading for reading in twins.readings if reading.measure == "margin")
    assert reading.causal.high < 0 < reading.naive.low
    assert reading.parts["selection"].low > 0


# --- fates, on made-up lives ---

WHOLE = st.integers(0, 2)
FLAGS = {name: st.booleans() for name in ("customer", "reached_points", "reached_recovery")}
ROW = st.fixed_dictionaries(dict.fromkeys(LIVED, WHOLE) | FLAGS)
LIVES = st.lists(st.tuples(ROW, ROW), min_size=1, max_size=12)


@given(LIVES, st.sets(st.sampled_from(["points", "recovery"])).map(sorted))
def test_every_person_has_the_fate_that_its_definition_says(lives, programs):
    reference, arm = (pd.DataFrame([pair[side] for pair in lives]) for side in (0, 1))
    for (before, after), number in zip(lives, fates(reference, arm, programs), strict=True):
        reached = any(life[f"reached_{name}"] for name in programs for life in (before, after))
        custom = (before["customer"], after["customer"])
        spent = [life["given_cents"] + life["cut_cents"] for life in (before, after)]
        paid_for_nothing = spent[1] > spent[0] and before["purchases"] == after["purchases"]
        same = all(before[name] == after[name] for name in LIVED)
        expected = {
            "saved": custom == (False, True) and reached,
            "lost": custom == (True, False) and reached,
            "subsidised": custom[0] == custom[1] and reached and paid_for_nothing,
            "moved": custom[0] == custom[1] and reached and not paid_for_nothing and not same,
            "saved_indirectly": custom == (False, True) and not reached,
            "lost_indirectly": custom == (True, False) and not reached,
            "moved_indirectly": custom[0] == custom[1] and not reached and not same,
            "unmoved": same,
        }
        assert [name for name, holds in expected.items() if holds] == [FATES[number]]
