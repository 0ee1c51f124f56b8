"""Run a kernel over blocks of people on threads, so that neither threads nor blocks can change a bit.

A block is a whole number of grains. Whoever sums over people sums per grain, in a row of its own, and the rows are
added in grain order.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

GRAIN = 4096  # people


class Crew:
    """Threads that run kernels over blocks of people."""

    def __init__(self, people: int, threads: int = 1, block: int | None = None) -> None:
        """Cut ``people`` into blocks of ``block`` (rounded up to whole grains) for ``threads`` threads.

        Without ``block``, one thread takes everybody at once, and several take four grains at a time.
        """
        if block is None:
            block = people if threads == 1 else 4 * GRAIN
        size = max(1, -(-block // GRAIN)) * GRAIN
        self.people = people
        self.grains = max(1, -(-people // GRAIN))
        self.blocks = [(first, min(first + size, people)) for first in range(0, people, size)]
        self._pool = ThreadPoolExecutor(threads) if threads > 1 and len(self.blocks) > 1 else None

    def run(self, kernel: Callable[..., None], *arguments: Any) -> None:
        """Call ``kernel(first, last, *arguments)`` for every block; an error in one is raised here."""
        if self._pool is None:
            for first, last in self.blocks:
                kernel(first, last, *arguments)
            return
        for done in [self._pool.submit(kernel, first, last, *arguments) for first, last in self.blocks]:
            done.result()

    def summed(self, kernel: Callable[..., None], *arguments: Any, shape: tuple[int, ...]) -> NDArray[np.float64]:
        """Return what a kernel adds up, ``shape``: it takes sums per grain behind its ``arguments``."""
        sums = self.sums(*shape)
        self.run(kernel, *arguments, sums)
        return total(sums)

    def sums(self, *shape: int) -> NDArray[np.float64]:
        """Return zeros for sums per grain, shape ``(grains, *shape)``."""
        return np.zeros((self.grains, *shape))


def total(per_grain: NDArray[np.float64]) -> NDArray[np.float64]:
    """Add sums per grain in grain order."""
    result = np.zeros(per_grain.shape[1:])
    for row in per_grain:
        result += row
    return result
