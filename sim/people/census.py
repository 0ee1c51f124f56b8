"""Census: who is a customer of whom at the end of a period, who came, who went, and how they feel."""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from sim.kernel import double, inlined, loop
from sim.people.blocks import GRAIN
from sim.people.columns import NOBODY, People
from sim.people.feel import is_customer
from sim.people.moves import Moves


class Count(IntEnum):
    """What the census sums per firm."""

    CUSTOMERS_START = 0
    CUSTOMERS = 1
    JOINED = 2
    LEFT = 3
    SWITCHED_IN = 4
    SWITCHED_OUT = 5
    SATISFACTION = 6
    SATISFACTION_SQUARED = 7
    COMMITMENT = 8
    TENURE = 9
    OPEN_PROBLEMS = 10
    REOPENED = 11
    PROSPECTS = 12


@loop
def census(
    first: int, last: int, period: int, people: People, repertoire: bool, active_years: float, moves: Moves,
    sums: NDArray[np.float64],
) -> None:  # fmt: skip
    """Add the people in ``[first, last)`` to ``sums`` (grains, F, counts), and note who is a customer now."""
    for person in range(first, last):
        if int(people.entry[person]) > period:
            continue
        row = sums[person // GRAIN]
        for firm in range(people.customer.shape[1]):
            before = bool(people.customer[person, firm])
            now = is_customer(people, person, firm, repertoire, active_years)
            people.customer[person, firm] = now
            if now:
                _count_customer(people, person, firm, row)
                row[firm, Count.JOINED] += not before
            else:
                row[firm, Count.PROSPECTS] += 1
            if before:
                row[firm, Count.CUSTOMERS_START] += 1
                row[firm, Count.LEFT] += not now
                row[firm, Count.REOPENED] += int(moves.reopened[person])
        origin, destination = int(moves.origin[person]), int(moves.destination[person])
        if moves.moved[person] and origin != NOBODY and destination != NOBODY:
            row[destination, Count.SWITCHED_IN] += 1
            row[origin, Count.SWITCHED_OUT] += 1


@inlined
def _count_customer(people: People, person: int, firm: int, row: NDArray[np.float64]) -> None:
    satisfaction = double(people.satisfaction[person, firm])
    row[firm, Count.CUSTOMERS] += 1
    row[firm, Count.SATISFACTION] += satisfaction
    row[firm, Count.SATISFACTION_SQUARED] += satisfaction * satisfaction
    row[firm, Count.COMMITMENT] += double(people.commitment[person, firm])
    row[firm, Count.TENURE] += double(people.tenure[person, firm])
    row[firm, Count.OPEN_PROBLEMS] += double(people.problem[person, firm]) > 0.0
