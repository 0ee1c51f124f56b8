"""How many servers do we need? The Erlang formulas, exact at any size.

Erlang-B is a center without a queue, Erlang-C one whose callers never hang up, Erlang-A (Palm 1957; Garnett,
Mandelbaum & Reiman 2002) one whose callers hang up after an exponential patience. Rates are per unit of time and
every time that comes back is in that same unit.

Waits are those of Zeltyn & Mandelbaum (2005, "Call centers with impatient customers"): with ``n`` servers of rate
``mu``, arrivals of rate ``lambda`` and patience of rate ``theta``, the wait that a caller of endless patience would
have has, above zero, the density ``v(x) = v(0) exp(g(x))`` with ``g(x) = lambda (1 - exp(-theta x)) / theta - n mu
x``. We integrate it by Gauss-Legendre panels around its mode, always relative to the value there: nothing overflows,
nothing cancels.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np

from sim.kernel import kernel

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_NEGLIGIBLE = -45.0  # exp(-45) is 3e-20 of the peak
_ENDLESS = 1e-100  # at fewer hang-ups per handle time than this, nobody ever hangs up

Base = Literal["offered", "answered"]


@dataclass(frozen=True, slots=True)
class Loss:
    """A center without a queue: who finds every server busy is turned away."""

    servers: int
    load: float
    blocking: float
    occupancy: float


@dataclass(frozen=True, slots=True)
class Delay:
    """A center with one queue: its figures in the long run.

    ``probability_of_waiting``, ``abandonment`` (share of offered calls that hang up) and ``occupancy`` lie in 0-1;
    waits are in the unit of time of the rates. ``mean_wait_offered`` is over all offered calls, those that hang up
    included, ``mean_wait_answered`` over answered ones.
    """

    servers: int
    arrival_rate: float
    service_rate: float
    patience_rate: float
    probability_of_waiting: float
    abandonment: float
    mean_wait_offered: float
    mean_wait_answered: float
    occupancy: float

    def service_level(self, within: float, of: Base = "offered") -> float:
        """Return the share of ``of`` (offered or answered calls) that is answered within ``within`` units of time."""
        if of not in ("offered", "answered"):
            raise ValueError(f"of = {of!r}: allowed are 'offered' and 'answered'")
        return _answered_within(self.servers, self.arrival_rate, self.service_rate, self.patience_rate, within, of)


def erlang_b(servers: int, load: float) -> Loss:
    """Return Erlang's loss formula for ``load`` (erlangs, >= 0) on ``servers`` (>= 0).

    ``B(0) = 1, B(n) = a B(n-1) / (n + a B(n-1))`` (Erlang 1917), the recurrence that is stable in the direction of
    ``n``.
    """
    _check(servers=servers, least=0, load=load)
    blocking = _blocking(servers, float(load))
    return Loss(servers, load, blocking, load * (1.0 - blocking) / servers if servers else 0.0)


def erlang_c(servers: int, load: float, handle_time: float = 1.0) -> Delay:
    """Return Erlang's delay formula for ``load`` (erlangs, >= 0) on ``servers`` (>= 1); times as ``handle_time``.

    With ``load >= servers`` the queue grows for ever: everyone waits, and the mean wait is infinite.
    """
    _check(handle_time=handle_time)
    return erlang_a(servers, load / handle_time, 1.0 / handle_time, 0.0)


def erlang_a(servers: int, arrival_rate: float, service_rate: float, patience_rate: float) -> Delay:
    """Return Erlang-A for ``servers`` (>= 1) and rates of arrivals (>= 0), service (> 0) and patience (>= 0).

    ``patience_rate`` is one over the mean patience; at 0 nobody hangs up and this is Erlang-C.
    """
    _check(servers=servers, arrival_rate=arrival_rate, service_rate=service_rate, patience_rate=patience_rate)
    waiting, abandonment, mean_wait, mean_wait_answered, _ = _figures(
        servers, float(arrival_rate), float(service_rate), float(patience_rate), 0.0
    )
    occupancy = min(1.0, arrival_rate * (1.0 - abandonment) / (servers * service_rate))
    rates = (arrival_rate, service_rate, patience_rate)
    return Delay(servers, *rates, waiting, abandonment, mean_wait, mean_wait_answered, occupancy)


def _answered_within(
    servers: int, arrival_rate: float, service_rate: float, patience_rate: float, within: float, of: Base
) -> float:
    """Return the share of offered or answered calls that is answered within a time."""
    rates = (float(arrival_rate), float(service_rate), float(patience_rate))
    share = _figures(servers, *rates, float(within))[4]
    return share if of == "offered" else share / (1.0 - erlang_a(servers, *rates).abandonment)


def square_root_staffing(load: float, beta: float) -> int:
    """Return ``ceil(load + beta sqrt(load))`` servers (Halfin & Whitt 1981) for a load in erlangs, at least 0.

    ``beta``, the safety staffing in standard deviations of the work at hand, buys about the same service at any size.
    """
    _check(load=load)
    if not math.isfinite(beta):
        raise ValueError(f"beta = {beta!r}: allowed are finite numbers")
    return max(0, math.ceil(load + beta * math.sqrt(load)))


def servers_for(
    arrival_rate: float,
    service_rate: float,
    patience_rate: float = 0.0,
    *,
    service_level: float | None = None,
    within: float = 0.0,
    of: Base = "offered",
    abandonment: float | None = None,
    probability_of_waiting: float | None = None,
    mean_wait_offered: float | None = None,
    mean_wait_answered: float | None = None,
    occupancy: float | None = None,
    blocking: float | None = None,
) -> int:
    """Return the smallest number of servers that meets every target given.

    Args:
        arrival_rate: Calls per unit of time, >= 0; without calls no server is needed.
        service_rate: Calls that one server handles per unit of time, > 0.
        patience_rate: One over the mean patience, >= 0; 0 is Erlang-C.
        service_level: At least this share (0 to below 1) of ``of`` is answered within ``within``.
        within: Units of time for ``service_level``.
        of: What ``service_level`` is a share of: ``offered`` or ``answered`` calls.
        abandonment: At most this share of offered calls hangs up; shares of a ceiling lie above 0 and below 1.
        probability_of_waiting: At most this share of calls waits at all.
        mean_wait_offered: At most this mean wait (above 0) over all offered calls.
        mean_wait_answered: At most this mean wait (above 0) over answered calls.
        occupancy: Servers are busy for at most this share of their time.
        blocking: At most this share would be turned away if nobody could wait (Erlang-B).

    Raises:
        ValueError: No target is given, or one that no number of servers can meet.
    """
    _check(arrival_rate=arrival_rate, service_rate=service_rate, patience_rate=patience_rate, within=within)
    ceilings = {
        "abandonment": abandonment,
        "probability_of_waiting": probability_of_waiting,
        "mean_wait_offered": mean_wait_offered,
        "mean_wait_answered": mean_wait_answered,
        "occupancy": occupancy,
        "blocking": blocking,
    }
    _check_targets(service_level, ceilings, patience_rate)
    if arrival_rate == 0.0:
        return 0
    limits = {name: limit for name, limit in ceilings.items() if limit is not None}

    def enough(servers: int) -> bool:
        rates = (arrival_rate, service_rate, patience_rate)
        queue = erlang_a(servers, *rates) if limits else None
        if any(getattr(queue, name) > limit for name, limit in limits.items() if name != "blocking"):
            return False
        if blocking is not None and erlang_b(servers, arrival_rate / service_rate).blocking > blocking:
            return False
        return service_level is None or _answered_within(servers, *rates, within, of) >= service_level

    return _smallest(enough, _guess(arrival_rate / service_rate))


def servers_for_each(
    arrival_rates: Sequence[float], service_rate: float, patience_rate: float, *, service_level: float, within: float
) -> list[int]:
    """Return `servers_for` a service level of offered calls, for many rates, each at least the one before.

    Between two rates that need the same number, all need it; else the one in the middle is looked for between theirs.
    """
    for rate in arrival_rates:
        _check(arrival_rate=rate, service_rate=service_rate, patience_rate=patience_rate, within=within)

    def enough(servers: int, rate: float) -> bool:
        return _figures(servers, rate, service_rate, patience_rate, within)[4] >= service_level

    def fill(first: int, last: int) -> None:
        least, most = each[first], each[last]
        if least == most:
            each[first:last] = [least] * (last - first)
        elif last - first > 1:
            middle = (first + last) // 2
            rate = arrival_rates[middle]
            each[middle] = least + bisect_left(range(least, most), True, key=lambda servers: enough(servers, rate))
            fill(first, middle)
            fill(middle, last)

    each = [0] * len(arrival_rates)
    calls = bisect_right(arrival_rates, 0.0)  # the first rate that needs anybody
    if calls < len(each):
        for end in {calls, len(each) - 1}:
            rate = arrival_rates[end]
            each[end] = _smallest(partial(enough, rate=rate), _guess(rate / service_rate))
        fill(calls, len(each) - 1)
    return each


def _guess(load: float) -> int:
    """Return a number of servers to begin a search with."""
    return max(1, square_root_staffing(load, 0.5))


def _smallest(enough: Callable[[int], bool], guess: int) -> int:
    """Return the smallest number from 1 that is ``enough``: gallop from the guess, then halve the bracket."""
    step = 1
    if enough(guess):
        high, low = guess, guess - 1
        while low >= 1 and enough(low):
            step *= 2
            high, low = low, low - step
        low = max(low, 0)
    else:
        low, high = guess, guess + 1
        while not enough(high):
            step *= 2
            low, high = high, high + step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


@kernel
def _blocking(servers: int, load: float) -> float:
    """Return Erlang-B's blocking probability."""
    blocking = 1.0
    for busy in range(1, servers + 1):
        blocking = load * blocking / (busy + load * blocking)
    return blocking


@kernel
def _figures(
    servers: int, arrival_rate: float, service_rate: float, patience_rate: float, within: float
) -> tuple[float, float, float, float, float]:
    """Return P(wait > 0), P(abandon), mean wait of offered, of answered, P(answered within ``within``) of offered.

    The chance that all servers are busy, and the density of the offered wait just above zero, both follow from
    Erlang-B: ``v(0+) = n mu pi(n)`` with ``pi(n) = B / (A B + 1 - B)``, ``A = n mu J`` and ``J`` the integral of
    ``exp(g)``.
    """
    capacity = servers * service_rate
    blocking = _blocking(servers, arrival_rate / service_rate)
    if patience_rate < _ENDLESS * service_rate:
        spare = capacity - arrival_rate
        if spare <= 0.0:
            return 1.0, 0.0, math.inf, math.inf, 0.0
        waiting = blocking / (1.0 - arrival_rate / capacity * (1.0 - blocking))
        return waiting, 0.0, waiting / spare, waiting / spare, 1.0 - waiting * math.exp(-spare * within)
    mass, offered, answered, early, scale = _offered_wait(arrival_rate, capacity, patience_rate, within)
    density = capacity * blocking / (capacity * blocking * mass + (1.0 - blocking) * scale)
    waiting = density * mass
    mean_wait = density * offered
    abandonment = patience_rate * mean_wait
    # 1 - P(wait > 0) would lose digits when nearly everyone waits
    at_once = density * (1.0 - blocking) * scale / (capacity * blocking) if blocking > 0.0 else 1.0
    share = min(1.0, at_once + density * early)
    return waiting, abandonment, mean_wait, density * answered / (1.0 - abandonment), share


@kernel
def _offered_wait(
    arrival_rate: float, capacity: float, patience_rate: float, within: float
) -> tuple[float, float, float, float, float]:
    """Integrate ``exp(g(x) - g(mode))`` over the offered wait ``x``, panel by panel, from the mode to both sides.

    Returns the integral itself; that times the mean of min(wait, patience); that times x and the chance to be patient
    for x; that times the chance to be patient, up to ``within`` alone; and ``exp(-g(mode))``.
    """
    mode = max(0.0, math.log(arrival_rate / capacity) / patience_rate) if arrival_rate > 0.0 else 0.0
    scale = math.exp(-capacity * _hung_up(patience_rate, -mode))
    steepest = min(arrival_rate, capacity)  # arrivals that would stay for the wait at the mode
    mass = offered = answered = early = 0.0
    for direction in (1.0, -1.0):
        near = 0.0  # counted from the mode, as everything here
        while direction > 0.0 or near > -mode:
            staying = steepest * math.exp(-patience_rate * near)
            # steps short against slope, curvature and patience; the last matters less the more of it has run out
            fading = 2.0 * patience_rate / (1.0 + patience_rate * max(0.0, near))
            width = 1.0 / (abs(staying - capacity) / 4.0 + math.sqrt(staying * patience_rate) / 1.5 + fading)
            far = max(-mode, near + direction * width)
            if min(near, far) < within - mode < max(near, far):
                far = within - mode  # the panel ends where the integrand of the last integral does
            half = abs(far - near) / 2.0
            height = 0.0
            for node in range(16):
                past = (near + far) / 2.0 + direction * half * _NODES[node]
                height = -steepest * _hung_up(patience_rate, past) - (capacity - steepest) * past
                weight = half * _WEIGHTS[node] * math.exp(height)
                x = mode + past
                patient = math.exp(-patience_rate * x)
                mass += weight
                offered += weight * (-math.expm1(-patience_rate * x)) / patience_rate
                answered += weight * x * patient
                if past < within - mode:
                    early += weight * patient
            near = far
            if height < _NEGLIGIBLE:
                break
    return mass, offered, answered, early, scale


@kernel
def _hung_up(patience_rate: float, wait: float) -> float:
    """Return ``x - (1 - exp(-theta x)) / theta``: what a wait of x loses to patience; by its series where small."""
    z = patience_rate * wait
    if abs(z) < 1e-3:
        return wait * z / 2.0 * (1.0 - z / 3.0 * (1.0 - z / 4.0 * (1.0 - z / 5.0 * (1.0 - z / 6.0))))
    return wait + math.expm1(-z) / patience_rate


def _check(least: int = 1, **values: float) -> None:
    """Raise for a number of servers below ``least``, or a load or rate that is negative, infinite or not a number."""
    for name, value in values.items():
        positive = name in ("service_rate", "handle_time")
        if name == "servers":
            if value != int(value) or value < least:
                raise ValueError(f"servers = {value!r}: allowed are whole numbers from {least}")
        elif not (0.0 <= value < math.inf) or (positive and value == 0.0):
            raise ValueError(f"{name} = {value!r}: allowed are finite numbers {'above' if positive else 'from'} 0")


def _check_targets(service_level: float | None, ceilings: dict[str, float | None], patience_rate: float) -> None:
    """Raise when there is no target, or one that no number of servers meets or that any number does."""
    if service_level is None and all(limit is None for limit in ceilings.values()):
        raise ValueError(f"servers_for needs a target: service_level, {', '.join(ceilings)}")
    if service_level is not None and not 0.0 <= service_level < 1.0:
        raise ValueError(f"service_level = {service_level!r}: allowed are shares from 0 to below 1")
    for name, limit in ceilings.items():
        wait = name.startswith("mean_wait")
        if limit is not None and not 0.0 < limit < (math.inf if wait else 1.0):
            allowed = "finite numbers above 0" if wait else "shares above 0 and below 1"
            raise ValueError(f"{name} = {limit!r}: allowed are {allowed}")
    if patience_rate == 0.0 and ceilings["abandonment"] is not None:
        raise ValueError(f"abandonment = {ceilings['abandonment']!r}: with patience_rate = 0 nobody hangs up")
