"""Payback: how long those who join need to bring back what it cost to win them."""

import numpy as np
from numpy.typing import NDArray

from sim.kernel import loop

NOT_JOINED = -1


@loop
def _note(
    new: NDArray[np.bool_],
    cents: NDArray[np.int64],
    period: int,
    joined: NDArray[np.int32],
    by_time: NDArray[np.int64],
) -> None:
    """Note who joined in a period, and add what joiners brought in it to the sums by time since then."""
    for person in range(joined.size):
        if new[person]:
            joined[person] = period
        if joined[person] != NOT_JOINED:
            by_time[period - joined[person]] += cents[person]


class Payback:
    """The margins of those who became a firm's customers for the first time in the watch, by time since then."""

    def __init__(self, people: int) -> None:
        """Begin with nobody."""
        self._joined: NDArray[np.int32] = np.full(people, NOT_JOINED, np.int32)
        self._cents: NDArray[np.int64] = np.zeros(0, np.int64)  # by periods since joining
        self._period = 0

    def note(self, new: NDArray[np.bool_], cents: NDArray[np.int64]) -> None:
        """Note a period: who joined in it (N,), and what everybody brought in it (N,), cents, acquisition taken off."""
        self._cents = np.append(self._cents, 0)
        _note(new, cents, self._period, self._joined, self._cents)
        self._period += 1

    def cumulated(self) -> NDArray[np.float64]:
        """Return the mean margin of a joiner up to the end of each period since joining, currency units.

        Each step is a mean over those who joined early enough to be seen so long, leavers included.
        """
        joined = np.bincount(self._joined[self._joined >= 0], minlength=self._period)[: self._period]
        seen = np.cumsum(joined)[::-1]  # who joined so many periods before the end
        seen = seen[seen > 0]
        steps: NDArray[np.float64] = np.cumsum(self._cents[: len(seen)] / seen) / 100.0
        return steps

    def months(self, dt: float) -> float:
        """Return after how many months the cumulated margin covers the cost; NaN if not within the watch."""
        covered = np.flatnonzero(self.cumulated() >= 0.0)
        return float(covered[0] + 1) * 12.0 * dt if covered.size else np.nan
