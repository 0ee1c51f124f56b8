"""Moves: who changed firm in a period, and why."""

from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernel import double, kernel


class Reason(IntEnum):
    """Main causes of a switch (after Keaveney 1995)."""

    NONE = 0
    PRICE = 1
    CORE_FAILURE = 2
    SERVICE_ENCOUNTER = 3
    RESPONSE_TO_FAILURE = 4
    INCONVENIENCE = 5
    COMPETITION = 6
    INVOLUNTARY = 7
    WHIM = 8
    ETHICS = 9


_WHIM = int(Reason.WHIM)  # a plain number, for kernels


class Moves(NamedTuple):
    """Who changed firm in a period. ``origin == destination`` with NOBODY: nobody moved."""

    origin: NDArray[np.int8]  # (N,)
    destination: NDArray[np.int8]  # (N,)
    moved: NDArray[np.bool_]  # (N,)
    reopened: NDArray[np.int8]  # (N,) times that the choice was open
    cause: NDArray[np.int8]  # (N,) Reason that weighed most
    second_cause: NDArray[np.int8]  # (N,)


def no_moves(people: int) -> Moves:
    """Return moves of nobody."""
    kinds = (np.int8, np.int8, np.bool_, np.int8, np.int8, np.int8)
    return Moves._make(np.zeros(people, kind) for kind in kinds)


@kernel
def two_largest(weight: NDArray[np.float64]) -> tuple[int, int]:
    """Return the two reasons of largest positive ``weight``, one of each `Reason`; WHIM, NONE: there are fewer."""
    main = _WHIM
    second = 0
    largest = 0.0
    next_largest = 0.0
    for cause in range(weight.shape[0]):
        value = double(weight[cause])
        if value > largest:
            main, second, next_largest, largest = cause, (main if largest > 0.0 else 0), largest, value
        elif value > next_largest:
            second, next_largest = cause, value
    return main, second
