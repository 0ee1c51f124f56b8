"""Rows by their owner: a person's contacts, an agent's stretches of work."""

import numpy as np
from numpy.typing import NDArray

from sim.kernel import loop, woven


def by_owner(owner: NDArray[np.integer], owners: int, *keys: NDArray[np.number]) -> NDArray[np.int64]:
    """Return the rows by owner, an owner's few by their keys, the first key first; rows alike stay as they come.

    Args:
        owner: of each row, from 0 to below ``owners``.
        owners: how many there are.
        keys: a number a row each; whole numbers up to 2^53.
    """
    first, known = np.zeros((2, owners), np.int32)
    order = np.empty(owner.size, np.int64)
    _place(owner, np.array(keys, np.float64), first, known, order)
    return order


@loop
def _place(
    owner: NDArray[np.integer],
    keys: NDArray[np.float64],
    first: NDArray[np.int32],
    known: NDArray[np.int32],
    order: NDArray[np.int64],
) -> None:
    """Write the rows to ``order``: an owner's rows, nearly in order, go from ``first`` on; both counts are zeros."""
    for row in range(owner.size):
        first[owner[row]] += 1
    end = 0
    for who in range(first.size):
        count = int(first[who])
        first[who] = end
        end += count
    for row in range(owner.size):
        start = first[owner[row]]
        place = start + known[owner[row]]
        known[owner[row]] += 1
        while place > start and _after(keys, order[place - 1], row):
            order[place] = order[place - 1]
            place -= 1
        order[place] = row


@woven
def _after(keys: NDArray[np.float64], one: int, other: int) -> bool:
    """Whether a row comes after another by the first key in which they differ."""
    for key in range(keys.shape[0]):
        if keys[key, one] != keys[key, other]:
            return bool(keys[key, one] > keys[key, other])
    return False
