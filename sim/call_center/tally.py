"""What a center did in a period: counts and minutes, from which the metrics are made.

Everything counts in the period in which it happens: a contact is offered when it arrives, answered when it is answered,
and its handle time is known when it ends. So ``offered = answered + abandoned + waiting_at_end - waiting_at_start``.
"""

import numpy as np
from numpy.typing import NDArray

from sim.calendar import Window
from sim.call_center.contacts import Contacts
from sim.call_center.hours import WEEK
from sim.call_center.records import CenterState, Outcome, Records
from sim.call_center.settings import CallCenterSettings
from sim.call_center.staff import Staff
from sim.call_center.staffing import INTERVAL, paid_hours

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

    Counts: ``contacts`` (attempts), ``offered``, ``answered``, ``answered_within`` (the target's seconds),
    ``abandoned``, ``waiting_at_start``, ``waiting_at_end``, ``handled`` (answered contacts that ended),
    ``handled_once`` (of those, not followed by another on the same need within 7 days), ``redials`` and ``repeats``
    (decided in the period).
    Minutes: ``wait_minutes`` of all whose wait ended, ``wait_minutes_answered``, ``handle_minutes`` of ``handled``,
    ``busy_minutes``, ``staffed_minutes`` (rostered and overtime). Hours: ``staffed_hours``, ``paid_hours``.
    """
    answered = records.answered
    within = settings.target.within_seconds / 60.0
    hung_up = records.wait[~answered]
    waits = records.wait[answered]
    waits_before, waits_after = _waits(before.in_hand), _waits(after.in_hand)
    wait_answered = float(waits.sum() + waits_after.sum() - waits_before.sum())
    calls_again = int(np.isfinite(records.again).sum())
    offered = contacts.person.size + len(before.to_come) + calls_again - len(after.to_come)
    busy, overtime = _busy_and_overtime(window, after, records, staff)
    staffed = overtime + (float(staff.on_duty.sum()) * INTERVAL if staff else 0.0)
    return {
        "contacts": offered,
        "offered": offered,
        "answered": waits.size + waits_after.size - waits_before.size,
        "answered_within": int(
            (waits <= within).sum() + (waits_after <= within).sum() - (waits_before <= within).sum()
        ),
        "abandoned": hung_up.size,
        "waiting_at_start": len(before.waiting),
        "waiting_at_end": len(after.waiting),
        "handled": waits.size,
        "handled_once": int((answered & ~(records.again - records.end <= WEEK)).sum()),
        "redials": int(records.redial.sum()),
        "repeats": int(records.repeat.sum()),
        "wait_minutes": wait_answered + float(hung_up.sum()),
        "wait_minutes_answered": wait_answered,
        "handle_minutes": float(records.handle[answered].sum()),
        "busy_minutes": busy,
        "staffed_minutes": staffed,
        "staffed_hours": staffed / 60.0,
        "paid_hours": paid_hours(settings, staffed / 60.0),
    }


def _waits(in_hand: tuple[Outcome, ...]) -> NDArray[np.float64]:
    return np.array([outcome.wait for outcome in in_hand], float)


def _busy_and_overtime(
    window: Window, after: CenterState, records: Records, staff: Staff | None
) -> tuple[float, float]:
    """Return the minutes in which agents had a contact in hand, and those of them that the roster did not foresee."""
    ended = records.answered
    agent = np.concatenate([records.agent[ended], [outcome.agent for outcome in after.in_hand]]).astype(np.int64)
    end = np.concatenate([records.end[ended], [outcome.end for outcome in after.in_hand]])
    handle = np.concatenate([records.handle[ended], [outcome.handle for outcome in after.in_hand]])
    since = np.maximum(end - handle, window.start)
    until = np.minimum(end, window.end)
    busy = float((until - since).sum())
    if staff is None:
        return busy, 0.0
    ours = agent >= 0  # a contact taken over from a benchmark has no agent of ours
    foreseen = rostered_minutes(staff, agent[ours], until[ours]) - rostered_minutes(staff, agent[ours], since[ours])
    return busy, max(0.0, float((until - since)[ours].sum() - foreseen.sum()))


def rostered_minutes(staff: Staff, agent: NDArray[np.int64], until: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for how long each agent is on duty by the roster, from its start ``until`` a minute of its half hours."""
    done = np.concatenate([np.zeros((1, staff.speed.size)), np.cumsum(staff.on_duty * INTERVAL, axis=0)])
    place = (until - staff.starts[0]) / INTERVAL
    interval = np.minimum(place.astype(np.int64), staff.starts.size - 1)
    part = (place - interval) * (done[interval + 1, agent] - done[interval, agent])
    result: NDArray[np.float64] = done[interval, agent] + part
    return result
