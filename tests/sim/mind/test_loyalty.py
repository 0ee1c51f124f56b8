import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.market import Market
from sim.mind.parts.loyalty import ATTITUDE, Cell, Source, chance_to_stay, loyalty_cell
from tests.sim.tiny import differing, over, programs, repertoire, subscription

UTILITY = st.floats(-20.0, 20.0)
SHARE = st.floats(0.0, 1.0)
ACTIVE = {"mind": {"loyalty": {"active": True}}}


@given(UTILITY, SHARE, UTILITY, SHARE)
def test_a_customer_is_in_the_cell_of_attitude_and_behavior(attitude, behavior, attitude_at, behavior_at):
    cell = Cell(loyalty_cell(attitude, behavior, attitude_at, behavior_at))
    assert (cell in (Cell.TRUE, Cell.LATENT)) == (attitude > attitude_at)
    assert (cell in (Cell.TRUE, Cell.SPURIOUS)) == (behavior >= behavior_at)


@given(st.floats(0.0, 50.0), SHARE)
def test_the_chance_to_stay_falls_with_the_hazard_and_rises_with_the_share(hazard, share):
    assert 0.0 <= chance_to_stay(hazard + 1.0, share) <= chance_to_stay(hazard, share) <= 1.0
    assert chance_to_stay(hazard, 1.0) == 1.0


@pytest.mark.parametrize("make", [subscription, repertoire])
def test_each_customer_is_in_one_cell_and_stays_for_at_most_one_thing(make):
    market = Market(make(**ACTIVE))
    market.run()
    for firm in market.firms:
        counts = market.reports.counts(firm)
        assert sum(counts[f"loyalty_{cell.name.lower()}"] for cell in Cell) == pytest.approx(counts["loyalty_seen"])
        largest = sum(counts[f"stays_for_{source.name.lower()}"] for source in Source)
        assert (largest <= counts["loyalty_seen"]).all()
        assert (largest > 0.5 * counts["loyalty_seen"]).all()


@pytest.mark.parametrize("make", [subscription, repertoire])
def test_it_moves_nobody(make):
    with_part, without = Market(make(**ACTIVE)), Market(make())
    with_part.run()
    without.run()
    assert differing(with_part.people, without.people) == []
    assert with_part.outcomes()["profit"] == without.outcomes()["profit"]


def seen(market):
    """Who was looked at in the last period (N,): one in three, by months."""
    return (np.arange(len(market.people.entry)) + market.now.period) % 3 == 0


@pytest.mark.parametrize("make", [subscription, repertoire])
def test_everybody_is_looked_at_once_in_a_quarter(make):
    dt = 1 / 12 if make is subscription else 1 / 52
    still = {"calendar": {"years": 13 * dt}, "choose": {"reopen_per_year": 0.0, "involuntary_per_year": 0.0}}
    market = Market(make(**over(ACTIVE, still)))
    periods = round(0.25 / dt)
    for _ in range(periods):
        market.step()
    counts = market.reports.counts(market.firm())
    assert counts["loyalty_seen"].sum() == pytest.approx(counts["customers"].mean(), rel=0.1)


def kept_by(source, make=subscription, **settings):
    market = Market(make(**over(ACTIVE, settings)))
    market.run()
    return market.outcomes()[f"kept_by.{source}"]


@pytest.mark.parametrize(
    ("source", "setting"),
    [
        ("satisfaction", "satisfaction_push"),
        ("commitment", "commitment_bonus"),
        ("offer", "attributes"),
        ("habit", "habit_bonus"),
        ("procedural", "procedural_cost"),
        ("relational", "relational_cost"),
    ],
)
def test_a_source_that_is_switched_off_keeps_nobody(source, setting):
    assert kept_by(source) != 0.0
    assert kept_by(source, choose={setting: 0.0}) == 0.0


def test_a_barrier_and_money_at_stake_are_sources_of_their_own():
    barrier = programs(exit_barrier={"utility": 0.7})
    assert kept_by("barrier") == 0.0
    assert kept_by("barrier", **barrier) == pytest.approx(
        0.7, abs=0.05
    )  # who joined in the period does not feel it yet
    assert kept_by("financial") == 0.0
    assert kept_by("financial", **programs(points={"enrollment": 6.0})) > 0.0


def test_the_kinds_of_cost_add_up_to_the_whole_cost_of_leaving():
    """Everybody alike: one cost for all, and its kinds sum to it."""
    market = Market(subscription(**over(ACTIVE, programs(exit_barrier={"utility": 0.7}))))
    market.run()
    people, c = market.people, market.crowd.choosing
    mine = people.customer[:, 0] & seen(market)
    effort = c.procedural_cost * (1.0 - c.e_skill_relief * people.e_skill[mine])
    costs = effort + c.relational_cost * people.bond[mine, 0] + market.offers.barrier[mine, 0]
    counts = market.reports.counts(market.firm())
    kinds = sum(counts[f"kept_by_{name}"][-1] for name in ("procedural", "barrier", "relational", "financial"))
    assert kinds == pytest.approx(costs.sum(), rel=1e-6)


def test_higher_costs_of_leaving_make_more_loyalty_spurious_and_none_true():
    def shares(cost):
        market = Market(
            subscription(**over(ACTIVE, {"choose": {"procedural_cost": cost}, "customers": {"count": 2000}}))
        )
        market.step()
        return market.outcomes()

    low, high = shares(0.0), shares(4.0)
    assert high["loyalty.spurious"] > low["loyalty.spurious"]
    assert high["loyalty.true"] + high["loyalty.latent"] == pytest.approx(
        low["loyalty.true"] + low["loyalty.latent"], abs=0.05
    )


def test_with_one_firm_the_reference_firm_is_the_rival():
    world = subscription(**ACTIVE)
    alone = Market(world.model_copy(update={"firms": {"acme": world.firms["acme"]}}))
    alone.run()
    people = alone.people
    mine = people.customer[:, 0] & seen(alone)
    better = (people.importance[mine] * (people.expectation[mine, 0] - world.feel.performance_ref)).sum(axis=1).mean()
    assert alone.outcomes()["kept_by.habit"] > 0.0
    counts = alone.reports.counts(alone.firm())
    mean = counts["kept_by_offer"][-1] / counts["loyalty_seen"][-1]
    assert mean == pytest.approx(world.choose.attributes * better, abs=1e-4)


def test_the_sources_of_attitude_come_first():
    assert {Source(place) for place in range(ATTITUDE)} == {
        Source.SATISFACTION, Source.COMMITMENT, Source.OFFER, Source.PRICE, Source.TASTE,
    }  # fmt: skip
