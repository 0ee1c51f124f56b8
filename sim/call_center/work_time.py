"""Work time: for how long agents were busy in a period, by channel and by what their roster had them do."""

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from sim.by_owner import by_owner
from sim.calendar import Window
from sim.call_center.records import CenterState, Records
from sim.call_center.rules import CHANNELS
from sim.call_center.stacks import Stacks, put
from sim.call_center.staff import Staff
from sim.call_center.staffing import INTERVAL
from sim.kernel import loop, woven

BUSY, ON_DUTY, ON_BREAK = 0, 1, 2  # kinds of minutes: all; of them, those rostered on duty, and for a break
BUSY_OF = 3  # from here on, of each channel
KINDS = BUSY_OF + len(CHANNELS)


def busy_minutes(
    channels: NDArray[np.int64], window: Window, after: CenterState, records: Records, staff: Staff
) -> list[float]:
    """Return the minutes of a period in which agents had something in hand, by kind.

    Several chats at once make one stretch; what an agent has in hand is all of one channel.

    Args:
        channels: Of each skill.
        window: The period.
        after: The center at its end.
        records: Of the contacts that ended in it.
        staff: Who the agents are, and their roster.

    Returns:
        `KINDS` sums.
    """
    mine = np.flatnonzero(records.agent >= 0)  # a benchmark's contacts have no agent of ours
    under_way = after.in_hand.take(after.in_hand.agent >= 0)
    ended = records.end.take(mine)
    agent = np.concatenate([records.agent.take(mine), under_way.agent])
    skill = np.concatenate([records.skill.take(mine), under_way.contacts.skill])
    since = np.concatenate([ended - records.handle.take(mine), under_way.answered])
    until = np.concatenate([ended, np.full(under_way.agent.size, window.end)])
    stacks = Stacks.empty(KINDS, agent.size)
    there = [staff.on_duty, staff.breaks] if staff.breaks.any() else [staff.on_duty]
    rosters = tuple(map(_Roster.of, there))
    _stretches(agent, channels[skill], since, until, by_owner(agent, staff.speed.size, since), window, rosters, stacks)
    return stacks.sums()


class _Roster(NamedTuple):
    """Who is there in each half hour, and in how many before it; shape (intervals, agents)."""

    there: NDArray[np.bool_]
    so_far: NDArray[np.int32]

    @classmethod
    def of(cls, there: NDArray[np.bool_]) -> Self:
        so_far = np.zeros(there.shape, np.int32)
        _accumulate(there, so_far)
        return cls(there, so_far)


@loop
def _accumulate(there: NDArray[np.bool_], so_far: NDArray[np.int32]) -> None:
    for row in range(1, there.shape[0]):
        for who in range(there.shape[1]):
            so_far[row, who] = so_far[row - 1, who] + there[row - 1, who]


@loop
def _stretches(
    agent: NDArray[np.int32],
    channel: NDArray[np.int64],
    since: NDArray[np.float64],
    until: NDArray[np.float64],
    order: NDArray[np.int64],
    window: Window,
    rosters: tuple[_Roster, ...],
    stacks: Stacks,
) -> None:
    """Stack up the minutes of each stretch: none begins before those before it, of the same agent, have ended."""
    before, busy_until = -1, 0.0
    for row in order:
        who, start, end = agent[row], max(since[row], window.start), min(until[row], window.end)
        if who == before:
            start, end = max(start, busy_until), max(end, busy_until)
        before, busy_until = who, end
        put(stacks, BUSY, end - start)
        put(stacks, BUSY_OF + channel[row], end - start)
        start, end = start - window.start, end - window.start
        for kind in range(len(rosters)):
            put(stacks, ON_DUTY + kind, _covered(rosters[kind], who, end) - _covered(rosters[kind], who, start))


@woven
def _covered(roster: _Roster, who: int, minute: float) -> float:
    """Return the minutes of an agent that a roster covers, up to a ``minute`` of the period."""
    place = minute / INTERVAL
    interval = min(int(place), roster.there.shape[0] - 1)
    part = (place - interval) * INTERVAL if roster.there[interval, who] else 0.0
    minutes: float = roster.so_far[interval, who] * INTERVAL + part
    return minutes
