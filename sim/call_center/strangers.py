"""Calls of nobody in particular: the Poisson stream, handle times and patience that the Erlang formulas assume."""

import numpy as np
from numpy.typing import NDArray

from sim.draws import Decision, Key, exponential
from sim.kernel import kernel

Floats = NDArray[np.float64]


@kernel
def draw_calls(key: Key, clock: Floats, work: Floats, patience: Floats) -> None:
    """Fill three arrays of one length with the calls of a stream, in the order in which they come.

    ``clock`` gets the arrivals of a Poisson process of rate 1 (a busier hour is a clock that runs faster), ``work`` and
    ``patience`` exponentials of mean 1. The n-th call has the same luck however many follow it.
    """
    now = 0.0
    for call in range(clock.size):
        now += exponential(key, call, 0, Decision.CONTACT_TIME, 0)
        clock[call] = now
        work[call] = exponential(key, call, 0, Decision.WORK, 0)
        patience[call] = exponential(key, call, 0, Decision.PATIENCE, 0)
