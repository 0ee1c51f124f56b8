import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.market import Market
from sim.mind.parts.contracts import STAYING
from sim.mind.parts.loyalty import ATTITUDE, Cell, Loyalty, Source
from sim.mind.staying import chance_to_buy_again, chance_to_stay, loyalty_cell, share_of_choice
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


@given(UTILITY, UTILITY, st.floats(-20.0, 700.0))
def test_the_share_of_a_choice_rises_with_the_firm_and_is_a_logit_share(own, none, others):
    share = share_of_choice(own, none, others)
    assert 0.0 <= share <= share_of_choice(own + 1.0, none, others) <= 1.0
    assert share == pytest.approx(1.0 / (1.0 + np.exp(none - own) + np.exp(others - own)))


@given(st.floats(0.0, 50.0), SHARE)
def test_who_buys_again_chose_the_firm_and_did_not_lapse(hazard, share):
    assert chance_to_buy_again(0.0, share) == share
    assert 0.0 <= chance_to_buy_again(hazard, share) <= share


@pytest.mark.parametrize("make", [subscription, repertoire])
def test_each_customer_is_in_one_cell_and_stays_for_at_most_one_thing(make):
    market = Market(make(**ACTIVE))
    market.run()
    for firm in market.firms:
        counts = market.reports.counts(firm)
        assert sum(counts[f"loyalty_{cell.name.lower()}"] for cell in Cell) == pytest.approx(counts["loyalty_seen"])
        largest = sum(counts[f"stays_for_{source.name.lower()}"] for source in Source)
        assert (largest <= counts["loyalty_seen"]).all()
        assert largest.sum() > 0.5 * counts["loyalty_seen"].sum()  # who silently lapsed stays for nothing


@pytest.mark.parametrize("make", [subscription, repertoire])
def test_it_moves_nobody(make):
    with_part, without = Market(make(**ACTIVE)), Market(make())
    with_part.run()
    without.run()
    assert differing(with_part.people, without.people) == []
    assert with_part.outcomes()["profit"] == without.outcomes()["profit"]


@pytest.mark.parametrize("make", [subscription, repertoire])
def test_everybody_is_looked_at_once_in_half_a_year(make):
    dt = 1 / 12 if make is subscription else 1 / 52
    still = {"calendar": {"years": 26 * dt}, "choose": {"reopen_per_year": 0.0, "involuntary_per_year": 0.0}}
    market = Market(make(**over(ACTIVE, still)))
    periods = round(0.5 / dt)
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
    assert kept_by("barrier") == 0.0
    assert kept_by("barrier", **programs(exit_barrier={"utility": 0.7})) > 0.0
    assert kept_by("financial") == 0.0
    assert kept_by("financial", **programs(points={"enrollment": 6.0})) > 0.0


def test_trust_is_a_source_apart_from_programs():
    market = Market(subscription(**over(ACTIVE, {"mind": {"trust": {"active": True}}})))
    market.step()
    market.mind.clear()
    market.mind.lean()  # so that what people choose by has today's trust in it
    counts = market.mind.of(Loyalty).count(market)
    assert (counts["kept_by_trust"] != 0.0).all()
    assert np.abs(counts["kept_by_pull"]).max() < 1e-5  # what single precision leaves
    assert kept_by("trust") == kept_by("pull") == 0.0
    members = programs(points={"enrollment": 6.0})
    assert kept_by("trust", **members) == 0.0 < kept_by("pull", **members)


@pytest.mark.parametrize(
    ("source", "setting", "make"),
    [
        ("commitment", "commitment_bonus", subscription),
        ("satisfaction", "satisfaction_push", subscription),
        ("satisfaction", "satisfaction_push", repertoire),
        ("procedural", "procedural_cost", subscription),
        ("relational", "relational_cost", subscription),
    ],
)
def test_a_source_is_the_fall_of_the_chance_to_stay_without_it(source, setting, make):
    """The same people, looked at again by somebody to whom the source means nothing."""
    market = Market(make(**ACTIVE))
    market.step()
    part, crowd = market.mind.of(Loyalty), market.crowd
    seen = part.count(market)
    crowd.choosing = crowd.choosing._replace(**{setting: 0.0})
    without = part.count(market)
    fall = seen["stays_a_year"] - without["stays_a_year"]
    assert np.allclose(seen[f"kept_by_{source}"], fall, rtol=1e-9, atol=1e-9)
    assert (np.abs(fall) > 0.0).all()


def test_attitude_is_0_at_the_anchor_where_firms_are_alike():
    """Everybody at the anchor: with the threshold a hair above 0 attitude is low, a hair below it is high."""
    cells = []
    for attitude_at in (1e-3, -1e-3):
        settings = {"mind": {"loyalty": {"active": True, "attitude_at": attitude_at}}}
        market = Market(subscription(**settings))
        people, feel = market.people, market.world.feel
        people.commitment[:], people.satisfaction[:], people.taste[:] = feel.commitment_ref, feel.satisfaction_ref, 0.0
        people.expectation[:] = 0.7
        market.terms = market.terms._replace(price=np.ones(3), brand=np.zeros(3))
        cells.append(market.mind.of(Loyalty).count(market))
    low, high = cells
    assert low["loyalty_true"].sum() + low["loyalty_latent"].sum() == 0.0
    assert high["loyalty_spurious"].sum() + high["loyalty_none"].sum() == 0.0


def test_who_wants_to_leave_and_is_only_bound_is_not_loyal():
    bound = over(programs(contract={"signing": 1000.0}), {"mind": {"contracts": {"active": True}}})
    restless = {"choose": {"reopen_per_year": 6.0}, "mind": {"loyalty": {"stays_at": 1e-300}}}
    market = Market(subscription(**over(over(ACTIVE, bound), restless)))
    for _ in range(4):
        market.step()
    going = market.mind.parts["contracts"].columns.going_to
    market.mind.clear()
    market.mind.lean()  # what people see at the start of the next period
    everybody = market.mind.of(Loyalty).count(market)
    looked_at = (np.arange(len(going)) + market.now.period) % 6 == 0  # one in six, by months
    wants = looked_at & (going != STAYING)
    assert wants.sum() > 10
    market.offers.closed[:] = False  # as if nobody wanted to
    more = market.mind.of(Loyalty).count(market)
    staying, all_of_them = (each["loyalty_true"].sum() + each["loyalty_spurious"].sum() for each in (everybody, more))
    assert all_of_them - staying == wants.sum()


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
    assert alone.outcomes()["kept_by.habit"] > 0.0
    alone.people.expectation[:] = world.feel.performance_ref
    assert np.abs(alone.mind.of(Loyalty).count(alone)["kept_by_offer"]).max() < 1e-4
    alone.people.expectation[:] += np.float32(0.05)
    assert (alone.mind.of(Loyalty).count(alone)["kept_by_offer"] > 0.0).all()


def test_the_sources_of_attitude_come_first():
    assert {Source(place) for place in range(ATTITUDE)} == {
        Source.COMMITMENT, Source.OFFER, Source.PRICE, Source.TASTE, Source.TRUST,
    }  # fmt: skip
