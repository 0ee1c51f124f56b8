"""What a center did in a period: counts and minutes, from which the metrics are made.

Everything counts in the period in which it happens: a contact is offered when it arrives, answered when it is answered,
and its handle time is known when it ends. So ``offered = answered + abandoned + waiting_at_end - waiting_at_start``.

A loop counts, and stacks up minutes by kind.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.calendar import Window
from sim.call_center.contacts import Contacts
from sim.call_center.hours import WEEK
from sim.call_center.records import CenterState, Ending, Records
from sim.call_center.rules import CHANNELS, NEVER
from sim.call_center.settings import CallCenterSettings
from sim.call_center.stacks import Stacks, put
from sim.call_center.staff import Staff
from sim.call_center.staffing import INTERVAL, paid_hours
from sim.call_center.work_time import BUSY, BUSY_OF, KINDS, ON_BREAK, ON_DUTY, busy_minutes
from sim.kernel import loop
from sim.settings import once

type Tally = dict[str, float]

_ANSWERED, _ABANDONED, _BLOCKED = map(int, (Ending.ANSWERED, Ending.ABANDONED, Ending.BLOCKED))
COUNT = np.dtype(
    [
        ("ended", np.int64, (len(Ending),)),
        ("again", np.int64, (len(Ending),)),  # of them, those that call again
        ("in_time", np.int64, (len(CHANNELS),)),  # answered within the target's seconds
        ("once", np.int64),  # answered, and not followed by another within a week
        ("called_back", np.int64),
    ]
)
# stacks of contacts that ended: wait of those answered (0) and of those who hung up (1), as in `Ending`, ...
HANDLE, WAIT_OF, HANDLE_OF = 2, 3, 3 + len(CHANNELS)  # ..., and from the last two one for each channel


def tally(
    settings: CallCenterSettings,
    window: Window,
    contacts: Contacts,
    before: CenterState,
    after: CenterState,
    records: Records,
    staff: Staff | None,
) -> Tally:
    """Return the period's sums, contacts of customers represented included.

    Counts: ``contacts`` (attempts) = ``contained`` + ``blocked`` + ``offered``; ``answered``, ``answered_within`` (the
    target's seconds), ``abandoned``, ``called_back``, ``waiting_at_start``, ``waiting_at_end``, ``backlog`` (e-mails
    and promised call-backs among those), ``handled`` (answered contacts that ended), ``handled_once`` (of those, not
    followed by another on the same need within 7 days), ``redials`` (of abandoned contacts), ``blocked_redials`` and
    ``repeats`` (decided in the period); of contacts that ended, by channel, ``waited_phone`` (answered or abandoned),
    ``in_time_phone``, ``handled_phone`` and so on.
    Minutes: ``wait_minutes`` of all whose wait ended, ``wait_minutes_answered``, ``handle_minutes`` of ``handled``,
    ``busy_minutes`` (also ``busy_minutes_phone``), ``break_minutes``, ``staffed_minutes`` (on duty, on breaks,
    overtime), and by channel
    ``wait_minutes_phone``, ``handle_minutes_phone`` and so on. Hours: ``staffed_hours``, ``paid_hours``.
    """
    count, stacks = _ended(settings, records)
    minutes = stacks.sums()
    ended, again = count["ended"].tolist(), count["again"].tolist()
    within = settings.target.within_seconds / 60.0
    waits_before, waits_after = _waits(before), _waits(after)
    wait_answered = float(minutes[_ANSWERED] + waits_after.sum() - waits_before.sum())
    attempts = contacts.person.size + before.to_come.person.size - after.to_come.person.size + sum(again)
    mail = _channels(settings)[after.waiting.skill] == CHANNELS.index("email")
    return {
        "contacts": attempts,
        "contained": ended[Ending.CONTAINED],
        "blocked": ended[_BLOCKED],
        "offered": attempts - ended[Ending.CONTAINED] - ended[_BLOCKED],
        "answered": ended[_ANSWERED] + waits_after.size - waits_before.size,
        "answered_within": int(count["in_time"].sum() + (waits_after <= within).sum() - (waits_before <= within).sum()),
        "abandoned": ended[_ABANDONED],
        "called_back": int(count["called_back"]),
        "waiting_at_start": before.waiting.person.size,
        "waiting_at_end": after.waiting.person.size,
        "backlog": int((after.held | mail).sum()),
        "handled": ended[_ANSWERED],
        "handled_once": int(count["once"]),
        "redials": again[_ABANDONED],
        "blocked_redials": again[_BLOCKED],
        "repeats": again[_ANSWERED],
        "wait_minutes": wait_answered + minutes[_ABANDONED],
        "wait_minutes_answered": wait_answered,
        "handle_minutes": minutes[HANDLE],
        **_by_channel(count, stacks.size, minutes),
        **_time(settings, window, after, records, staff),
    }


def _waits(state: CenterState) -> NDArray[np.float64]:
    return state.in_hand.answered - state.in_hand.contacts.arrival


@once
def _channels(settings: CallCenterSettings) -> NDArray[np.int64]:
    """Return the channel of each skill, and at the end -1 for self-service."""
    return np.array([*(CHANNELS.index(one.channel) for one in settings.skills.values()), -1])


def _ended(settings: CallCenterSettings, records: Records) -> tuple[Any, Stacks]:
    """Return counts of the contacts that ended, a record of `COUNT`, and their minutes."""
    count, stacks = np.zeros(1, COUNT)[0], Stacks.empty(HANDLE_OF + len(CHANNELS), records.end.size)
    _count(records, _channels(settings), settings.target.within_seconds / 60.0, count, stacks)
    return count, stacks


@loop
def _count(records: Records, channels: NDArray[np.int64], within: float, count: Any, stacks: Stacks) -> None:
    """Count the contacts that ended, and stack up their minutes."""
    for row in range(records.end.size):
        ending, wait = int(records.ending[row]), records.wait[row]
        count["ended"][ending] += 1
        count["again"][ending] += records.again[row] < NEVER
        count["called_back"] += records.called_back[row]
        if ending > _ABANDONED:
            continue
        channel = channels[records.skill[row]]
        put(stacks, ending, wait)
        put(stacks, WAIT_OF + channel, wait)
        if ending == _ANSWERED:
            put(stacks, HANDLE, records.handle[row])
            put(stacks, HANDLE_OF + channel, records.handle[row])
            count["in_time"][channel] += wait <= within
            count["once"] += not records.again[row] - records.end[row] <= WEEK


def _by_channel(count: Any, size: NDArray[np.int64], minutes: list[float]) -> Tally:
    counts: Tally = {}
    for number, name in enumerate(CHANNELS):
        counts[f"waited_{name}"] = float(size[WAIT_OF + number])
        counts[f"wait_minutes_{name}"] = minutes[WAIT_OF + number]
        counts[f"in_time_{name}"] = float(count["in_time"][number])
        counts[f"handled_{name}"] = float(size[HANDLE_OF + number])
        counts[f"handle_minutes_{name}"] = minutes[HANDLE_OF + number]
    return counts


def _time(
    settings: CallCenterSettings, window: Window, after: CenterState, records: Records, staff: Staff | None
) -> Tally:
    """Return what the agents' time was spent on: staffed = busy + idle + breaks."""
    minutes, staffed, resting = [0.0] * KINDS, 0.0, 0.0
    if staff is not None:
        minutes = busy_minutes(_channels(settings), window, after, records, staff)
        overtime = max(0.0, minutes[BUSY] - minutes[ON_DUTY] - minutes[ON_BREAK])
        resting = float(np.count_nonzero(staff.breaks)) * INTERVAL - minutes[ON_BREAK]
        staffed = float(np.count_nonzero(staff.on_duty | staff.breaks)) * INTERVAL + overtime
    return {f"busy_minutes_{name}": minutes[BUSY_OF + number] for number, name in enumerate(CHANNELS)} | {
        "busy_minutes": minutes[BUSY],
        "break_minutes": resting,
        "staffed_minutes": staffed,
        "available_minutes": staffed - resting,
        "staffed_hours": staffed / 60.0,
        "paid_hours": paid_hours(settings, staffed / 60.0),
    }
