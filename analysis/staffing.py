"""How many agents do I need? For each interval by an Erlang formula, and what one agent more or less would change.

A formula takes every interval as if it lasted for ever at its own rate; `analysis.staffing_days` lives through the
whole table call by call, and tells how far that is from true.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis.messages import nearest
from analysis.volumes import Volumes
from sim.call_center.erlang import Delay, erlang_a, servers_for, square_root_staffing
from sim.settings import BadInput

Method = Literal["erlang-a", "erlang-c", "square-root"]
METHODS: Mapping[Method, str] = {
    "erlang-a": "Erlang-A: callers hang up when their patience ends",
    "erlang-c": "Erlang-C: nobody hangs up, which asks for more agents than are needed where callers do",
    "square-root": "square-root staffing: the work, and as many times its root as the busiest interval needs on top",
}

USUAL_PATIENCE = 3.0  # minutes, where nothing is known


@dataclass(frozen=True)
class Demands:
    """What is asked of a plan.

    Attributes:
        share: of offered calls that must be answered within ``seconds``, above 0 and below 1.
        seconds: the limit of ``share``, >= 0.
        patience_minutes: mean time until a waiting caller hangs up, above 0.
        handle_minutes: mean handle time where the table of volumes has none, above 0.
        max_abandonment: ceiling for the share of calls that hang up, if any, above 0 and below 1.
        max_occupancy: ceiling for the share of their time in which agents are busy, if any, above 0 and below 1.
        shrinkage: share of paid time in which an agent is not there for calls, from 0 to below 1.
        method: the formula.
        patience_source: where ``patience_minutes`` comes from, in words.
    """

    share: float
    seconds: float
    patience_minutes: float
    handle_minutes: float | None = None
    max_abandonment: float | None = None
    max_occupancy: float | None = None
    shrinkage: float = 0.0
    method: Method = "erlang-a"
    patience_source: str = "given"

    def __post_init__(self) -> None:
        """Refuse what no plan can meet.

        Raises:
            BadInput: a number out of range, or a ceiling that the method knows nothing of.
        """
        for name in ("patience_minutes", "handle_minutes"):
            value = getattr(self, name)
            if value is not None and not 0.0 < value < math.inf:
                raise BadInput(f"{_option(name)} = {value:g}: out of range; allowed: finite numbers above 0")
        if self.method == "erlang-c" and self.max_abandonment is not None:
            raise BadInput(
                "--max-abandonment: under --method erlang-c nobody hangs up; allowed with erlang-a and square-root"
            )

    @property
    def patience_rate(self) -> float:
        """Hang-ups per minute of waiting that the method assumes."""
        return 0.0 if self.method == "erlang-c" else 1.0 / self.patience_minutes


@dataclass(frozen=True, eq=False)
class Plan:
    """The agents that each interval needs, and what the formula expects of them.

    Attributes:
        volumes: calls by interval.
        demands: what was asked.
        handle_minutes: mean handle time in each interval.
        agents: on duty in each interval.
        expected: the formula's figures of each interval; None where there are no calls.
        beta: agents on top of the work, in roots of the work, with the square-root method.
    """

    volumes: Volumes
    demands: Demands
    handle_minutes: NDArray[np.float64]
    agents: NDArray[np.int64]
    expected: tuple[Delay | None, ...]
    beta: float | None = None

    @property
    def peak(self) -> int:
        """The interval that needs most agents; of several the one with most work."""
        return max(range(len(self.agents)), key=lambda place: (self.agents[place], self.load[place]))

    @property
    def load(self) -> NDArray[np.float64]:
        """Work in each interval: agents that would always be busy (erlangs)."""
        return self.volumes.calls * self.handle_minutes / self.volumes.minutes

    @property
    def scheduled(self) -> NDArray[np.int64]:
        """Agents to put on the roster so that, after shrinkage, enough are there."""
        return np.ceil(self.agents / (1.0 - self.demands.shrinkage) - 1e-9).astype(np.int64)

    @property
    def hours(self) -> float:
        """Hours on duty."""
        return float(self.agents.sum()) * self.volumes.minutes / 60.0

    @property
    def paid_hours(self) -> float:
        """Hours that are paid: breaks, training and absence come on top of those on duty."""
        return self.hours / (1.0 - self.demands.shrinkage)

    @property
    def shares(self) -> dict[str, float]:
        """Return service level and abandonment over all calls, and occupancy over all hours on duty."""
        calls = self.volumes.calls
        within = self.demands.seconds / 60.0
        answered = [0.0 if each is None else each.service_level(within) for each in self.expected]
        lost = [0.0 if each is None else each.abandonment for each in self.expected]
        busy = [0.0 if each is None else each.occupancy for each in self.expected]
        return {
            "service_level": float(np.dot(answered, calls) / calls.sum()),
            "abandonment": float(np.dot(lost, calls) / calls.sum()),
            "occupancy": float(np.dot(busy, self.agents) / self.agents.sum()),
        }


def plan(volumes: Volumes, demands: Demands) -> Plan:
    """Return the fewest agents that meet the demands in every interval, by the demanded method.

    Square-root staffing is ``load + beta sqrt(load)`` with the ``beta`` that Erlang-A needs where there is most work.

    Raises:
        BadInput: neither the table nor the demands say how long a call takes.
    """
    handle = np.where(np.isnan(volumes.handle_minutes), demands.handle_minutes or np.nan, volumes.handle_minutes)
    handle = np.where(np.isnan(handle) & (volumes.calls == 0.0), 1.0, handle)  # of no call
    if np.isnan(handle).any():
        raise BadInput(
            "--handle-minutes: missing; needed: how long a call takes, or a column handle_minutes in the file"
        )
    rates = volumes.calls / volumes.minutes
    if demands.method == "square-root":
        load = volumes.calls * handle / volumes.minutes
        busiest = int(load.argmax())
        needed = _agents(float(rates[busiest]), float(handle[busiest]), demands)
        beta = (needed - load[busiest]) / math.sqrt(load[busiest])
        # rounded, so that the busiest interval gets its own number again
        agents = [square_root_staffing(float(each), round(beta, 9) - 1e-9) if each else 0 for each in load]
    else:
        beta = None
        agents = [_agents(float(rate), float(each), demands) for rate, each in zip(rates, handle, strict=True)]
    expected = tuple(
        erlang_a(number, float(rate), 1.0 / float(each), demands.patience_rate) if number else None
        for number, rate, each in zip(agents, rates, handle, strict=True)
    )
    return Plan(volumes, demands, handle, np.array(agents, np.int64), expected, beta)


def _agents(rate: float, handle_minutes: float, demands: Demands) -> int:
    return servers_for(
        rate,
        1.0 / handle_minutes,
        demands.patience_rate,
        service_level=demands.share,
        within=demands.seconds / 60.0,
        abandonment=demands.max_abandonment,
        occupancy=demands.max_occupancy,
    )


def with_other_numbers(found: Plan, fewer: int = 2, more: int = 3) -> list[Delay]:
    """Return the formula's figures of the peak for some agents fewer and some more than it needs, at least one."""
    peak = found.peak
    rate, needed = float(found.volumes.calls[peak] / found.volumes.minutes), int(found.agents[peak])
    numbers = range(max(1, needed - fewer), needed + more + 1)
    return [erlang_a(n, rate, 1.0 / float(found.handle_minutes[peak]), found.demands.patience_rate) for n in numbers]


def patience_of(given: float | None, volumes: Volumes) -> tuple[float, str]:
    """Return the mean patience in minutes, and where it comes from: what is given goes before what a log tells."""
    if given is not None:
        return given, "given"
    if volumes.patience_minutes is not None:
        return volumes.patience_minutes, f"fitted on {volumes.source}"
    return USUAL_PATIENCE, f"assumed, {volumes.source} does not tell"


def share_of(option: str, text: str, *, from_zero: bool = False) -> float:
    """Read a share above 0 (or from 0 on) and below 1: ``5%`` or ``0.05``.

    Raises:
        BadInput: not such a share; a bare 5 is none.
    """
    match = re.fullmatch(r"\s*(\d*\.?\d+)\s*(%?)\s*", text)
    share = float(match[1]) / (100.0 if match[2] else 1.0) if match else -1.0
    if not 0.0 <= share < 1.0 or (share == 0.0 and not from_zero):
        least = "from" if from_zero else "above"
        raise BadInput(f"{option} = {text}: not a share; allowed: {least} 0% and below 100%, as in 5% or 0.05")
    return share


def method_of(text: str) -> Method:
    """Return the method of this name.

    Raises:
        BadInput: there is no such method.
    """
    for method in METHODS:
        if text == method:
            return method
    near = nearest(text, METHODS)
    raise BadInput(
        f"--method = {text}: no such method; allowed: {', '.join(METHODS)}{f'; nearest: {near}' if near else ''}"
    )


def target_of(text: str) -> tuple[float, float]:
    """Read ``80/20``: the percentage of calls (or the share, as in 0.8/20) that is answered within how many seconds.

    Raises:
        BadInput: not two such numbers.
    """
    match = re.fullmatch(r"\s*(\d*\.?\d+)\s*%?\s*/\s*(\d*\.?\d+)\s*s?\s*", text)
    share = float(match[1]) if match else 0.0
    if match and ("%" in text or share >= 1.0):
        share /= 100.0
    if match is None or not 0.0 < share < 1.0:
        raise BadInput(
            f"--target = {text}: not a target; allowed: percent/seconds with more than 0 and less than 100 percent, "
            "as in 80/20"
        )
    return share, float(match[2])


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")
