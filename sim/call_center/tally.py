"""What a center did in a period: counts and minutes, from which the metrics are made.

Everything counts in the period in which it happens: a contact is offered when it arrives, answered when it is answered,
and its handle time is known when it ends. So ``offered = answered + abandoned + waiting_at_end - waiting_at_start``.
"""

import numpy as np
from numpy.typing import NDArray

from sim.calendar import Window
from sim.call_center.contacts import Contacts
from sim.call_center.hours import WEEK
from sim.call_center.records import CenterState, Ending, Records
from sim.call_center.rules import CHANNELS
from sim.call_center.settings import CallCenterSettings
from sim.call_center.staff import Staff
from sim.call_center.staffing import INTERVAL, paid_hours
from sim.kernel import kernel

type Tally = dict[str, float]


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
    answered, abandoned, blocked, contained = (records.ending == ending for ending in Ending)
    again = np.isfinite(records.again)
    within = settings.target.within_seconds / 60.0
    hung_up = records.wait[abandoned]
    waits = records.wait[answered]
    waits_before, waits_after = _waits(before), _waits(after)
    wait_answered = float(waits.sum() + waits_after.sum() - waits_before.sum())
    attempts = contacts.person.size + before.to_come.person.size - after.to_come.person.size
    attempts += int(again.sum())
    offered = attempts - int(contained.sum()) - int(blocked.sum())
    return {
        "contacts": attempts,
        "contained": int(contained.sum()),
        "blocked": int(blocked.sum()),
        "offered": offered,
        "answered": waits.size + waits_after.size - waits_before.size,
        "answered_within": int(
            (waits <= within).sum() + (waits_after <= within).sum() - (waits_before <= within).sum()
        ),
        "abandoned": hung_up.size,
        "called_back": int(records.called_back.sum()),
        "waiting_at_start": before.waiting.person.size,
        "waiting_at_end": after.waiting.person.size,
        "backlog": int((after.held | (_channel(settings, after.waiting.skill) == CHANNELS.index("email"))).sum()),
        "handled": waits.size,
        "handled_once": int((answered & ~(records.again - records.end <= WEEK)).sum()),
        "redials": int((again & abandoned).sum()),
        "blocked_redials": int((again & blocked).sum()),
        "repeats": int((again & answered).sum()),
        "wait_minutes": wait_answered + float(hung_up.sum()),
        "wait_minutes_answered": wait_answered,
        "handle_minutes": float(records.handle[answered].sum()),
        **_by_channel(settings, records),
        **_time(settings, window, after, records, staff),
    }


def _waits(state: CenterState) -> NDArray[np.float64]:
    return state.in_hand.answered - state.in_hand.contacts.arrival


def _channel(settings: CallCenterSettings, skill: NDArray[np.int8]) -> NDArray[np.int64]:
    """Return the channel of each contact, -1 for self-service."""
    channels = np.array([*(CHANNELS.index(one.channel) for one in settings.skills.values()), -1])
    of_each: NDArray[np.int64] = channels[skill]
    return of_each


def _by_channel(settings: CallCenterSettings, records: Records) -> Tally:
    within = settings.target.within_seconds / 60.0
    waited = (records.ending == Ending.ANSWERED) | (records.ending == Ending.ABANDONED)
    channel, counts = np.where(waited, _channel(settings, records.skill), -1), {}
    for number, name in enumerate(CHANNELS):
        mine = np.flatnonzero(channel == number)
        wait, answered = records.wait[mine], records.answered[mine]
        counts[f"waited_{name}"] = float(mine.size)
        counts[f"wait_minutes_{name}"] = float(wait.sum())
        counts[f"in_time_{name}"] = float((wait[answered] <= within).sum())
        counts[f"handled_{name}"] = float(answered.sum())
        counts[f"handle_minutes_{name}"] = float(records.handle[mine][answered].sum())
    return counts


def _time(
    settings: CallCenterSettings, window: Window, after: CenterState, records: Records, staff: Staff | None
) -> Tally:
    """Return what the agents' time was spent on: staffed = busy + idle + breaks."""
    busy = staffed = resting = 0.0
    by_channel = dict.fromkeys((f"busy_minutes_{name}" for name in CHANNELS), 0.0)
    if staff is not None:
        agent, skill, since, until = _busy(window, after, records)
        minutes, channel = until - since, _channel(settings, skill)
        busy = float(minutes.sum())
        for number, name in enumerate(CHANNELS):
            by_channel[f"busy_minutes_{name}"] = float(minutes[channel == number].sum())
        on_duty = rostered_minutes(staff, staff.on_duty, agent, since, until)
        on_break = rostered_minutes(staff, staff.breaks, agent, since, until)
        overtime = max(0.0, busy - on_duty - on_break)
        resting = float(staff.breaks.sum()) * INTERVAL - on_break
        staffed = float((staff.on_duty | staff.breaks).sum()) * INTERVAL + overtime
    return by_channel | {
        "busy_minutes": busy,
        "break_minutes": resting,
        "staffed_minutes": staffed,
        "available_minutes": staffed - resting,
        "staffed_hours": staffed / 60.0,
        "paid_hours": paid_hours(settings, staffed / 60.0),
    }


def _busy(
    window: Window, after: CenterState, records: Records
) -> tuple[NDArray[np.int64], NDArray[np.int8], NDArray[np.float64], NDArray[np.float64]]:
    """Return the stretches of the period in which agents had something in hand: agent, skill, since, until.

    Several chats at once make one stretch; what an agent has in hand is all of one channel.
    """
    mine = records.agent >= 0
    agent = np.concatenate([records.agent[mine], after.in_hand.agent]).astype(np.int64)
    skill = np.concatenate([records.skill[mine], after.in_hand.contacts.skill])
    since = np.concatenate([(records.end - records.handle)[mine], after.in_hand.answered])
    until = np.concatenate([records.end[mine], np.full(after.in_hand.agent.size, window.end)])
    ours = agent >= 0  # a benchmark's contacts have no agent of ours
    order = np.lexsort((since[ours], agent[ours]))
    agent, since, until = agent[ours][order], np.maximum(since[ours][order], window.start), until[ours][order]
    until = np.minimum(until, window.end)
    _cut_overlaps(agent, since, until)
    return agent, skill[ours][order], since, until


@kernel
def _cut_overlaps(agent: NDArray[np.int64], since: NDArray[np.float64], until: NDArray[np.float64]) -> None:
    """Let each stretch begin no earlier than those before it, of the same agent, have ended."""
    for row in range(1, agent.size):
        if agent[row] == agent[row - 1]:
            since[row] = max(float(since[row]), float(until[row - 1]))
            until[row] = max(float(until[row]), float(until[row - 1]))


def rostered_minutes(
    staff: Staff,
    roster: NDArray[np.bool_],
    agent: NDArray[np.int64],
    since: NDArray[np.float64],
    until: NDArray[np.float64],
) -> float:
    """Return how many of the agents' minutes between ``since`` and ``until`` a roster covers."""
    if not roster.any():
        return 0.0
    done = np.concatenate([np.zeros((1, staff.speed.size)), np.cumsum(roster * INTERVAL, axis=0)])

    def covered(minute: NDArray[np.float64]) -> NDArray[np.float64]:
        place = (minute - staff.starts[0]) / INTERVAL
        interval = np.minimum(place.astype(np.int64), staff.starts.size - 1)
        part = (place - interval) * (done[interval + 1, agent] - done[interval, agent])
        minutes: NDArray[np.float64] = done[interval, agent] + part
        return minutes

    return float((covered(until) - covered(since)).sum())
