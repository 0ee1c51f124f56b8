"""Stacks of minutes: a loop puts minutes away by kind, and NumPy adds up those of each kind.

So a loop need not sum, and sums are as exact as NumPy's of a column: by halves.
"""

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from sim.kernel import woven


class Stacks(NamedTuple):
    """Minutes by kind: those of a kind are ``minutes[kind, : size[kind]]``."""

    minutes: NDArray[np.float64]
    size: NDArray[np.int64]

    @classmethod
    def empty(cls, kinds: int, room: int) -> Self:
        """Return ``kinds`` stacks with ``room`` for so many minutes each."""
        return cls(np.empty((kinds, room)), np.zeros(kinds, np.int64))

    def sums(self) -> list[float]:
        """Return the sum of each stack."""
        return [float(stack[:size].sum()) for stack, size in zip(self.minutes, self.size.tolist(), strict=True)]


@woven
def put(stacks: Stacks, kind: int, minutes: float) -> None:
    """Put minutes on the stack of a kind."""
    stacks.minutes[kind, stacks.size[kind]] = minutes
    stacks.size[kind] += 1
