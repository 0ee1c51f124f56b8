"""Who knows whom: a graph of friends, drawn once, fixed for life, the same in all arms of a study.

A person's number of friends is Poisson around a gamma level, so some know many. Each end of a tie gets a random place
on a line, and neighbors on the line are tied: the configuration model (Bollobas 1980). The line is cut into short
pieces, and ties stay within them: so an added person moves only the ties in the few pieces where own ends fall, and
nobody's ties when added without friends. A person is never tied to itself; two may, rarely, be tied twice.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import Decision, Key, gamma, poisson, uniform
from sim.kernel import loop

MOST_FRIENDS = 1000
PIECE = 64  # ends in a piece of the line, at least; the odd one out of a piece is left free

Ids = NDArray[np.int32]


class Network(NamedTuple):
    """The friends of person ``i`` are ``friend[start[i]:start[i + 1]]``: 4 bytes a person and 4 an end of a tie."""

    start: Ids  # (N + 1,)
    friend: Ids  # (ends,)


@loop
def _count_friends(first: int, last: int, key: Key, mean: float, cv: float, wanted: Ids) -> None:
    """Draw how many friends each person would have: Poisson around a gamma level of this coefficient of variation."""
    for person in range(first, last):
        level = 1.0
        if cv > 1e-3:  # else all alike
            level = gamma(key, person, 0, Decision.FRIENDS, 0, 1.0 / (cv * cv)) * cv * cv
        wanted[person] = min(poisson(key, person, 0, Decision.FRIENDS, 1, mean * level), MOST_FRIENDS)


@loop
def _place(key: Key, wanted: Ids, owner: Ids, place: NDArray[np.float64]) -> None:
    """Give each end of a tie its owner and its place on the line."""
    end = 0
    for person in range(wanted.size):
        for number in range(wanted[person]):
            owner[end] = person
            place[end] = uniform(key, person, 0, Decision.TIE, number)
            end += 1


@loop
def _tie(one: Ids, other: Ids, free: Ids, friend: Ids) -> None:
    """Write each pair to both lists of friends; ``free`` (N,): the next free entry of each."""
    for pair in range(one.size):
        here, there = one[pair], other[pair]
        friend[free[here]] = there
        friend[free[there]] = here
        free[here] += 1
        free[there] += 1


def _neighbors(place: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the ends that are tied to each other: first with second, third with fourth, ... of each piece."""
    pieces = 2 ** max(0, int(np.log2(max(len(place), 1) / PIECE)))
    order = np.argsort(place, kind="stable")
    piece = np.floor(place[order] * pieces)
    rank = np.arange(len(order)) - np.searchsorted(piece, piece)
    left = np.flatnonzero((rank[:-1] % 2 == 0) & (piece[:-1] == piece[1:]))
    return order[left], order[left + 1]


@lru_cache(maxsize=1)  # the arms of a study, their past and their futures share it
def network(key: Key, people: int, mean: float, cv: float) -> Network:
    """Return who knows whom among ``people``, who have ``mean`` friends each; nobody may write to it.

    Args:
        key: of the people.
        people: how many there are.
        mean: friends of a person on average, before the few ends left free.
        cv: coefficient of variation of the gamma level around which the number is Poisson.
    """
    wanted = np.zeros(people, np.int32)
    _count_friends(0, people, key, mean, cv, wanted)
    ends = int(wanted.sum())
    owner, place = np.empty(ends, np.int32), np.empty(ends)
    _place(key, wanted, owner, place)
    left, right = _neighbors(place)
    others = owner[left] != owner[right]
    return of_pairs(people, owner[left][others], owner[right][others])


def of_pairs(people: int, one: Ids, other: Ids) -> Network:
    """Return the graph in which each of ``one`` (ties,) is tied to the same row of ``other``."""
    count = np.bincount(one, minlength=people) + np.bincount(other, minlength=people)
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int32)
    friend = np.empty(int(start[-1]), np.int32)
    _tie(one, other, start[:-1].copy(), friend)
    return Network(start, friend)
