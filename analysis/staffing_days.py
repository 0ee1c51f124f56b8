"""What a staffing plan does, call by call: the whole table of volumes lived through, again and again.

A formula forgets what the interval before left behind: callers who still wait, agents who still talk. Here calls come
as a Poisson stream at each interval's rate, take exponential handle times and have exponential patience, and agents
come and go with the plan. A call's luck depends on the seed, the run and its place in the stream alone, so another plan
meets the same callers.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analysis.staffing import Plan
from analysis.statistics import Interval, t_quantile
from sim.call_center import serve
from sim.call_center.strangers import draw_calls
from sim.draws import Key
from sim.settings import BadInput

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
USUAL_CALLS = 2_000_000
MOST_CALLS = 20_000_000  # minutes of computing; more would not make the answer better


@dataclass(frozen=True, eq=False)
class Measured:
    """Sums by run and interval, each of shape (runs, intervals); a call counts in the interval in which it comes.

    Attributes:
        calls: that came.
        in_time: of those, answered within the target's seconds.
        hung_up: of those, not answered.
        waited: minutes that they waited, whether answered or not.
        busy: minutes of work by agents on duty in the interval.
        staffed: minutes of agents on duty.
    """

    calls: Floats
    in_time: Floats
    hung_up: Floats
    waited: Floats
    busy: Floats
    staffed: Floats

    def service_level(self, place: int | None = None) -> Interval:
        """Share of offered calls answered in time: in one interval, or of all."""
        return self._ratio(self.in_time, self.calls, place)

    def abandonment(self, place: int | None = None) -> Interval:
        """Share of offered calls that hung up."""
        return self._ratio(self.hung_up, self.calls, place)

    def mean_wait(self, place: int | None = None) -> Interval:
        """Mean wait over all offered calls, in minutes."""
        return self._ratio(self.waited, self.calls, place)

    def occupancy(self, place: int | None = None) -> Interval:
        """Share of their time on duty in which agents are busy."""
        return self._ratio(self.busy, self.staffed, place)

    @staticmethod
    def _ratio(above: Floats, below: Floats, place: int | None) -> Interval:
        """Return sum / sum with its 95 % t interval over runs (delta method: Law 2015, section 9.3)."""
        x, y = (side.sum(axis=1) if place is None else side[:, place] for side in (above, below))
        if not y.sum():
            return Interval(None, None, None)
        ratio, runs = float(x.sum() / y.sum()), len(y)
        if runs == 1:
            return Interval(ratio, None, None)
        reach = t_quantile(runs - 1) * float(np.std(x - ratio * y, ddof=1)) / (float(y.mean()) * runs**0.5)
        return Interval(ratio, ratio - reach, ratio + reach)


def measure(found: Plan, runs: int, seed: int = 1) -> Measured:
    """Live through the table of volumes ``runs`` times with the agents of a plan, and count.

    Raises:
        BadInput: no runs, or so many calls that they would take hours.
    """
    most = max(1, int(MOST_CALLS / found.volumes.calls.sum()))
    if not 1 <= runs <= most:
        raise BadInput(f"--runs = {runs}: out of range; allowed here: 1 to {most}")
    if not 0 <= seed < 2**32:
        raise BadInput(f"--seed = {seed}: out of range; allowed: whole numbers from 0 to {2**32 - 1}")
    staff = shifts(found)
    counted = [_count(found, _serve(found, staff, Key(seed, run))) for run in range(1, runs + 1)]
    calls, in_time, hung_up, waited, busy = (np.array(each) for each in zip(*counted, strict=True))
    staffed = np.tile(found.agents * found.volumes.minutes, (runs, 1)).astype(np.float64)
    return Measured(calls, in_time, hung_up, waited, busy, staffed)


def usual_runs(found: Plan) -> int:
    """Return how many runs take seconds: a hundred, fewer where one has many calls."""
    return max(1, min(100, int(USUAL_CALLS / found.volumes.calls.sum())))


def shifts(found: Plan) -> "pd.DataFrame":
    """Return who is on duty when: ``agent``, ``start``, ``end`` (minutes), a row for each unbroken stretch.

    Agent n is on duty wherever the plan has more than n agents, so who starts, stays.
    """
    import pandas as pd

    begins, minutes = found.volumes.begins, found.volumes.minutes
    rows: list[tuple[int, float, float]] = []
    for agent in range(int(found.agents.max())):
        for begin in begins[found.agents > agent]:
            if rows and rows[-1][0] == agent and rows[-1][2] == begin:
                rows[-1] = (agent, rows[-1][1], begin + minutes)
            else:
                rows.append((agent, begin, begin + minutes))
    return pd.DataFrame(rows, columns=["agent", "start", "end"])


def _serve(found: Plan, staff: "pd.DataFrame", key: Key) -> "pd.DataFrame":
    """Draw one run's calls and serve them: ``arrival``, ``place`` (its interval) and what the queue did with each."""
    volumes = found.volumes
    clock = np.concatenate([[0.0], np.cumsum(volumes.calls)])
    room = int(clock[-1] + 10.0 * clock[-1] ** 0.5) + 50  # more would come once in 1e20 runs
    ticks, work, patience = (np.empty(room) for _ in range(3))
    draw_calls(key, ticks, work, patience)
    ticks = ticks[ticks < clock[-1]]
    place = np.searchsorted(clock, ticks, side="right") - 1
    arrival = volumes.begins[place] + (ticks - clock[place]) / volumes.calls[place] * volumes.minutes
    calls = slice(0, ticks.size)
    table = serve(
        arrival,
        work[calls] * found.handle_minutes[place],
        patience[calls] * found.demands.patience_minutes,
        staff=staff,
    )
    return table.assign(arrival=arrival, place=place)


def _count(found: Plan, served: "pd.DataFrame") -> tuple[Floats, ...]:
    """Return calls, in time, hung up, minutes waited and minutes busy, by interval."""
    place, answered, wait = (served[name].to_numpy() for name in ("place", "answered", "wait"))
    answered = answered.astype(bool)
    in_time = answered & (wait <= found.demands.seconds / 60.0)
    counts = (np.bincount(place, each, len(found.agents)) for each in (np.ones(len(place)), in_time, ~answered, wait))
    return *counts, _busy(found, served[answered])


def _busy(found: Plan, answered: "pd.DataFrame") -> Floats:
    """Return minutes of work in each interval by agents who are on duty in it (overtime is left out)."""
    begins, minutes, agents = found.volumes.begins, found.volumes.minutes, found.agents
    total = np.zeros(len(agents))
    agent, end = (answered[name].to_numpy() for name in ("agent", "end"))
    start = (answered["arrival"] + answered["wait"]).to_numpy()
    place = np.maximum(np.searchsorted(begins, start, side="right") - 1, 0)
    while place.size:  # one piece of each call at a time: most lie in one interval or two
        within = np.minimum(end, begins[place] + minutes) - np.maximum(start, begins[place])
        total += np.bincount(place, np.maximum(within, 0.0) * (agent < agents[place]), len(agents))
        place = place + 1
        goes_on = (place < len(agents)) & (end > begins[np.minimum(place, len(agents) - 1)])
        start, end, agent, place = start[goes_on], end[goes_on], agent[goes_on], place[goes_on]
    return total
