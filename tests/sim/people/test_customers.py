import numpy as np
import pytest
from mesa.agentset import AbstractAgentSet

from sim.market import Market
from sim.people.customers import Customer, Customers
from tests.sim.tiny import subscription


@pytest.fixture(scope="module")
def market():
    """Return a market at its start; tests that write make one of their own."""
    return Market(subscription(calendar={"burn_in_years": 0.0}))


def test_a_market_shows_its_people_as_a_mesa_agent_set(market):
    assert isinstance(market.customers, AbstractAgentSet)
    assert len(market.customers) == 600
    assert {type(agent).__name__ for agent in market.agents} == {"Firm"}


def test_a_customer_is_a_view_of_its_row(market):
    customer = market.customers[7]
    assert customer.price_sensitivity == market.people.price_sensitivity[7]
    assert customer.satisfaction.tolist() == market.people.satisfaction[7].tolist()
    assert customer in market.customers
    assert customer not in market.customers.select(at_most=3)
    assert repr(customer) == "Customer(7)"


def test_what_is_written_through_the_face_is_in_the_columns():
    market = Market(subscription(calendar={"burn_in_years": 0.0}))
    market.customers[3].e_skill = 0.25
    market.customers.select(market.customers.get("e_skill") > 0.5).set("voice", 2.0)
    assert market.people.e_skill[3] == 0.25
    assert ((market.people.voice == 2.0) == (market.people.e_skill > 0.5)).all()


def test_a_column_that_people_do_not_have_is_named_with_those_they_have(market):
    with pytest.raises(AttributeError, match=r"moood: .*satisfaction"):
        market.customers.get("moood")
    with pytest.raises(AttributeError, match="moood"):
        _ = market.customers[0].moood


def test_a_mask_and_a_function_select_the_same_people(market):
    people = market.customers
    fast = people.select(people.get("provider") == 1)
    slow = people.select(lambda customer: customer.provider == 1)
    assert 0 < len(fast) < 600
    assert fast.rows.tolist() == slow.rows.tolist()


@pytest.mark.parametrize(("at_most", "count"), [(5, 5), (0.25, 150), (1, 1), (1.0, 600), (10_000, 600)])
def test_so_many_or_such_a_share_is_selected(market, at_most, count):
    assert len(market.customers.select(at_most=at_most)) == count


def test_groups_split_everybody(market):
    groups = market.customers.groupby("provider")
    assert sum(len(group) for group in groups.groups.values()) == 600
    assert set(groups.groups[1].get("provider")) == {1}


def test_aggregates_are_those_of_the_column(market):
    low, high = market.customers.agg("frailty", [np.min, np.max])
    assert (low, high) == (market.people.frailty.min(), market.people.frailty.max())


def test_sorting_keeps_the_order_of_equals(market):
    rows = market.customers.sort("provider", ascending=True).rows
    assert rows.tolist() == np.argsort(market.people.provider, kind="stable").tolist()


def test_each_customer_is_visited_in_row_order(market):
    assert market.customers.select(at_most=4).map(lambda customer: customer.unique_id) == [0, 1, 2, 3]


@pytest.mark.parametrize("name", ["add", "discard", "remove", "shuffle", "shuffle_do"])
def test_nobody_is_added_removed_or_shuffled(market, name):
    with pytest.raises(TypeError, match="fixed ids"):
        getattr(market.customers, name)(Customer(market, 0))


def test_a_selection_in_place_changes_the_set_itself(market):
    people = Customers(market)
    assert people.select(at_most=9, inplace=True) is people
    assert len(people) == 9
