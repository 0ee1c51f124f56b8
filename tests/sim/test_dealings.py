"""What a market says of each person: whom programs reach, what they cost, and books that add up to the cent."""

import numpy as np
import pytest

from sim.ledger import RESULT
from sim.market import Market, settle
from sim.registry import registered
from tests.sim.call_center.made_up_center import RICH
from tests.sim.tiny import BENCHMARK, EVERY_PROGRAM, over, programs, repertoire, subscription

OWN = RICH | {"kind": "own", "customers_represented": 4.0}
LINES = {"fixed_cost": 1234.56, "acquisition_cost": 7.77}
KINDS = pytest.mark.parametrize("kind", [subscription, repertoire])


def lived(world):
    market = Market(world)
    market.run()
    return market


@pytest.mark.parametrize("center", [OWN, BENCHMARK], ids=["own", "benchmark"])
@KINDS
def test_persons_and_firm_lines_that_belong_to_nobody_are_the_profit_in_cents(kind, center):
    acme = LINES | {"programs": EVERY_PROGRAM, "call_center": center | {"notice": {"avoided": 0.5, "price": 0.05}}}
    market = lived(kind(firms={"acme": acme, "bolt": LINES}))
    for firm in market.firms:
        reported = sum(round(100 * row["profit"]) for row in market.reports.rows[firm.number])
        persons = market.persons(firm.name)["margin_cents"].sum()
        assert persons + market.unallocated(firm.name) == reported
        assert reported == -market.ledger.balance[firm.number, list(RESULT)].sum()
    assert market.unallocated() < 0


@KINDS
def test_a_placebo_reaches_nobody_and_a_firm_without_programs_neither(kind):
    for chosen in ({}, {"placebo": {}}):
        persons = lived(kind(firms={"acme": {"call_center": OWN, "programs": chosen}})).persons()
        assert not persons.filter(like="reached").to_numpy().any()
        assert not persons[["given_cents", "cut_cents"]].to_numpy().any()


@KINDS
def test_a_program_reaches_whom_it_offers_something_or_pays(kind):
    market = lived(kind(**programs(points=EVERY_PROGRAM["points"])))
    member = market.firm().programs["points"].member
    assert member.any()
    assert not member.all()
    assert np.array_equal(market.persons()["reached"], member)
    assert (market.persons()["given_cents"][~member] == 0).all()


@KINDS
def test_who_is_compensated_is_reached_and_what_they_got_is_noted(kind):
    market = lived(kind(firms={"acme": {"failures": 2.0, "programs": {"recovery": {}}}}))
    persons, ledger = market.persons(), market.ledger
    assert persons["given_cents"].sum() == sum(round(100 * row["program_cost"]) for row in market.reports.rows[0]) > 0
    assert np.array_equal(persons["reached"], ledger.given[0] > 0)


@KINDS
def test_programs_of_one_firm_are_told_apart_by_whom_they_reach(kind):
    both = {"points": EVERY_PROGRAM["points"], "discount": EVERY_PROGRAM["discount"], "recovery": {}}
    market = lived(kind(firms={"acme": {"failures": 2.0, "programs": both}}))
    persons, chosen = market.persons(), market.firm().programs
    by_program = persons.filter(like="reached_")
    assert list(by_program) == [f"reached_{name}" for name in registered("programs")]
    assert np.array_equal(persons["reached"], by_program.any(axis=1))
    assert np.array_equal(persons["reached_points"], chosen["points"].member)
    assert np.array_equal(persons["reached_discount"], chosen["discount"].holds_until >= 0.0)
    assert (persons.loc[persons["reached_recovery"], "contacts"] > 0).all()
    assert persons["reached_recovery"].any()


@KINDS
def test_what_passed_between_firm_and_persons_adds_up_to_its_figures(kind):
    market = lived(kind(**over({"firms": {"acme": {"call_center": OWN}}}, programs(**EVERY_PROGRAM))))
    rows, persons = market.reports.rows[0], market.persons()
    sales = sum(round(100 * row["revenue"]) for row in rows)
    cuts = sum(row["price_cuts"] for row in rows)
    costs = sum(row["reward_cost"] + row["program_cost"] + row["outreach_cost"] for row in rows)
    assert persons["purchases"].sum() == sum(row["purchases"] for row in rows)
    assert persons["spend_cents"].sum() == sales
    assert persons["given_cents"].sum() == round(100 * costs)
    assert abs(persons["cut_cents"].sum() / 100 - cuts) <= 0.005 * persons["purchases"].sum()
    assert cuts > 0
    assert persons["contacts"].sum() > 0
    assert (persons["wait_minutes"][persons["contacts"] == 0] == 0).all()


def test_what_a_firm_knows_at_the_start_is_the_same_in_all_arms():
    bare = subscription()
    past = settle(bare)
    starts = []
    for world in (bare, subscription(**programs(**EVERY_PROGRAM))):
        market = Market(world, start=past)
        market.run()
        starts.append(market.persons()["spend_before"])
    assert starts[0].equals(starts[1])
    assert starts[0].any()


@pytest.mark.parametrize("kept", ["focal", "figures"])
def test_with_fewer_books_the_focal_firm_s_figures_are_the_same_and_rivals_have_none(kept):
    world = subscription(**programs(**EVERY_PROGRAM))
    whole, lean = Market(world), Market(world, kept=kept)
    whole.run()
    lean.run()
    assert lean.outcomes() == whole.outcomes()
    assert lean.periods().equals(whole.periods())
    assert lean.outcomes("bolt")["value_per_person"] is None
    lean.ledger.check()
    if kept == "focal":
        assert lean.persons().equals(whole.persons())
    with pytest.raises(RuntimeError, match="acme alone"):
        lean.persons("bolt")


def test_a_market_that_keeps_figures_alone_says_that_it_has_no_persons():
    market = Market(subscription(), kept="figures")
    market.step()
    with pytest.raises(RuntimeError, match="no persons"):
        market.persons()
