import numpy as np
import pytest

from sim.people.census import Count, census
from sim.people.columns import NOBODY
from sim.people.moves import no_moves
from tests.sim.tiny import alike


def counted(people, moves=None, repertoire=False, period=0):
    sums = np.zeros((1, people.taste.shape[1], len(Count)))
    census(0, len(people.entry), period, people, repertoire, 1.0, moves or no_moves(len(people.entry)), sums)
    return {count: sums[0, :, count] for count in Count}


def five():
    """Return five people: two of firm 0, one of firm 1, one of nobody, one who enters later."""
    people = alike(5, firms=2)
    people.provider[:] = [0, 0, 1, NOBODY, NOBODY]
    people.entry[4] = 9
    return people


def test_everybody_in_the_market_is_a_customer_or_a_prospect_of_each_firm():
    figures = counted(five())
    assert figures[Count.CUSTOMERS].tolist() == [2, 1]
    assert figures[Count.PROSPECTS].tolist() == [2, 3]


def test_who_was_not_there_before_has_joined_and_who_is_no_more_has_left():
    people = five()
    people.customer[[2, 3], 0] = True
    figures = counted(people)
    assert figures[Count.CUSTOMERS_START].tolist() == [2, 0]
    assert figures[Count.JOINED].tolist() == [2, 1]
    assert figures[Count.LEFT].tolist() == [2, 0]
    assert (people.customer[:, 0] == [True, True, False, False, False]).all()
    assert not any(counted(people)[count].any() for count in (Count.JOINED, Count.LEFT))


def test_a_switch_is_out_of_one_firm_and_into_another():
    moves = no_moves(5)
    moves.moved[[2, 3]] = True
    moves.origin[:], moves.destination[:] = [0, 0, 0, 1, 0], [0, 0, 1, NOBODY, 0]
    figures = counted(five(), moves)
    assert figures[Count.SWITCHED_OUT].tolist() == [1, 0]
    assert figures[Count.SWITCHED_IN].tolist() == [0, 1]


def test_feelings_are_summed_over_customers_alone():
    people = five()
    people.satisfaction[:, 0] = [0.25, 0.5, 1.0, 1.0, 1.0]
    people.problem[[0, 3], 0] = 0.4
    people.tenure[:, 0] = [1.0, 2.0, 8.0, 8.0, 8.0]
    figures = counted(people)
    assert figures[Count.SATISFACTION][0] == 0.75
    assert figures[Count.SATISFACTION_SQUARED][0] == 0.0625 + 0.25
    assert figures[Count.OPEN_PROBLEMS][0] == 1
    assert figures[Count.TENURE][0] == 3.0


@pytest.mark.parametrize(("since", "customer"), [(0.0, True), (1.0, True), (1.01, False)])
def test_a_shops_customer_is_who_bought_lately_whatever_was_bought_last(since, customer):
    people = alike(1, firms=2)
    people.provider[:] = 1
    people.since[0, 0] = since
    assert bool(counted(people, repertoire=True)[Count.CUSTOMERS][0]) is customer
