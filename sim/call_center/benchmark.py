"""A center known by its figures only: a rival's, or an outsourcer's. Nobody queues, everyone draws a wait.

Same contacts in, same records out as from a center with agents, and the same state in between, so that a firm may
change from one to the other.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.call_center.contacts import ID, IDENTITY, Contacts, call_again, in_order, next_attempts, number_in
from sim.call_center.records import NOBODY, CenterState, Ending, InHand, Records
from sim.call_center.rules import NEVER, Rules, call_again_at, chance_to_solve
from sim.call_center.settings import BenchmarkSettings
from sim.draws import Decision, uniforms
from sim.kernel import loop, woven


def serve(
    state: CenterState, contacts: Contacts, figures: BenchmarkSettings, rules: Rules, until: float
) -> tuple[CenterState, Records]:
    """Serve a stretch of the clock, from the state's ``now`` (included) to ``until`` (not included).

    A caller waits with ``chance_of_wait``, for an exponential time of ``mean_wait_minutes``, and hangs up when that
    exceeds their patience; e-mail waits too, for nobody hangs up on it. Redials and repeats that fall into the stretch
    are served in it.
    """
    courses = _courses(state.in_hand, [contacts, state.waiting, state.to_come], state.now)
    chance, mean_wait, held = figures.chance_of_wait, figures.mean_wait_minutes, state.in_hand.agent.size
    row, known = 0, held + contacts.person.size + state.waiting.person.size + state.to_come.person.size
    while row < known:
        row, known = _run(courses, row, known, held, chance, mean_wait, rules, state.now, until)
        courses = _roomier(courses) if row < known else courses
    begun = courses.contacts.arrival[:known] < until
    over = begun & (courses.end[:known] < until)
    state_then = _state(courses, np.flatnonzero(begun & ~over), np.flatnonzero(~begun), until)
    ended = np.flatnonzero(over)
    order = in_order(courses.end.take(ended), (getattr(courses.contacts, name).take(ended) for name in ID))
    return state_then, _records(courses, ended.take(order))


def finish(in_hand: InHand, rules: Rules, now: float) -> tuple[Records, Contacts]:
    """Return the records of contacts in hand, and the next attempts of those that call again."""
    courses, held = _courses(in_hand, [], now), in_hand.agent.size
    _run(courses, 0, held, held, 0.0, 0.0, rules, now, now)
    records = _records(courses, np.arange(held))
    calls_again = np.isfinite(records.again)
    return records, next_attempts(rules, in_hand.contacts.take(calls_again), records.again[calls_again])


class Courses(NamedTuple):
    """How contacts go that somebody of normal quality answers: columns, with room for further attempts."""

    contacts: Contacts
    wait: NDArray[np.float64]  # minutes
    moment: NDArray[np.float64]  # at which the wait ends
    end: NDArray[np.float64]
    answered: NDArray[np.bool_]
    resolved: NDArray[np.bool_]
    again: NDArray[np.float64]  # minute at which the same need calls again


def _not_begun(contacts: Contacts) -> Courses:
    rows = contacts.person.size
    wait, moment, end, again = np.zeros((4, rows))
    answered, resolved = np.zeros((2, rows), bool)
    return Courses(contacts, wait, moment, end, answered, resolved, again + NEVER)


def _together(parts: list[Courses]) -> Courses:
    columns: list[Any] = [np.concatenate(column) for column in list(zip(*parts, strict=True))[1:]]
    return Courses(Contacts.together([part.contacts for part in parts]), *columns)


def _roomier(courses: Courses) -> Courses:
    """Return the same table with twice the room."""
    return _together([courses, _not_begun(Contacts.blank(courses.end.size))])


def _courses(in_hand: InHand, others: list[Contacts], now: float) -> Courses:
    """Lay out the table: contacts in hand, whose work left takes an agent of speed 1, and those to be served."""
    parts = [in_hand.contacts, *others]
    room = Contacts.blank(64 + sum(part.person.size for part in parts) // 3)  # further attempts are seldom more
    courses = _not_begun(Contacts.together([*parts, room]))
    held = slice(in_hand.agent.size)
    courses.wait[held] = in_hand.answered - in_hand.contacts.arrival
    courses.moment[held] = in_hand.answered
    courses.end[held] = np.maximum(in_hand.since + in_hand.remaining, now)
    courses.answered[held] = True
    return courses


def _state(courses: Courses, under_way: NDArray[np.intp], to_come: NDArray[np.intp], until: float) -> CenterState:
    """Return what is under way at ``until``: those who have waited their time are with somebody."""
    waits = courses.moment[under_way] >= until
    waiting, served = courses.contacts.take(under_way[waits]), courses.contacts.take(under_way[~waits])
    moment, held = courses.moment[under_way[~waits]], np.zeros(waiting.person.size, bool)
    nobody, never = np.full(moment.size, NOBODY, np.int32), np.zeros(moment.size, bool)
    in_hand = InHand(served, nobody, moment, never, served.work, moment)
    return CenterState(until, waiting, held, in_hand, courses.contacts.take(to_come), held[:0], moment[:0])


def _records(courses: Courses, rows: NDArray[np.integer]) -> Records:
    """Return the records of contacts that ended."""
    answered, end = courses.answered[rows], courses.end[rows]
    return Records(
        **{name: getattr(courses.contacts, name).take(rows) for name in IDENTITY},
        wait=courses.wait[rows],
        ending=np.where(answered, np.int8(Ending.ANSWERED), np.int8(Ending.ABANDONED)),
        called_back=np.zeros(rows.size, bool),
        handle=end - courses.moment[rows],
        end=end,
        agent=np.full(rows.size, NOBODY, np.int32),
        resolved=courses.resolved[rows],
        quality=answered.astype(float),
        again=courses.again[rows],
    )


@loop
def _run(
    courses: Courses, row: int, known: int, held: int, chance_of_wait: float, mean_wait: float, rules: Rules,
    now: float, until: float,
) -> tuple[int, int]:  # fmt: skip
    """Let contacts from ``row`` on go their ways, further attempts included, as far as there is room.

    Returns:
        The row that comes next, and the number of rows that are known.
    """
    while row < known and known < courses.end.size:
        contacts = courses.contacts
        if contacts.arrival[row] < until:
            if row >= held:
                _answer(courses, row, chance_of_wait, mean_wait, rules, now)
            courses.resolved[row], courses.again[row] = _closed(
                contacts, row, rules, courses.answered[row], 1.0, courses.end[row]
            )
            if courses.end[row] < until and courses.again[row] < NEVER:
                call_again(rules.key, rules.callers, contacts, row, courses.again[row], known)
                known += 1
        row += 1
    return row, known


@woven
def _answer(courses: Courses, row: int, chance_of_wait: float, mean_wait: float, rules: Rules, now: float) -> None:
    """Write a contact's wait, whether it is answered, and when it ends."""
    contacts = courses.contacts
    person, period, arrival = int(contacts.person[row]), int(contacts.period[row]), float(contacts.arrival[row])
    first, second = uniforms(rules.key, person, period, Decision.WAITS, number_in(contacts, row))
    offered = -mean_wait * math.log(second) if first < chance_of_wait else 0.0
    if arrival + offered < now:  # who waited before these figures applied is answered when they do
        offered = now - arrival
    patience = float(contacts.patience[row])
    answered = offered <= patience
    moment = arrival + min(offered, patience)
    courses.answered[row] = answered
    courses.moment[row] = moment
    courses.wait[row] = moment - arrival if answered else patience  # as the clock shows it, also in a stored state
    courses.end[row] = moment + float(contacts.work[row]) if answered else moment


@loop
def close(contacts: Contacts, rules: Rules, records: Records, answered: NDArray[np.bool_]) -> None:
    """Write whether who answers, of the record's quality, solves each contact, and when its need calls again."""
    for row in range(answered.size):
        records.resolved[row], records.again[row] = _closed(
            contacts, row, rules, answered[row], records.quality[row], records.end[row]
        )


@woven
def _closed(
    contacts: Contacts, row: int, rules: Rules, answered: bool, quality: float, end: float
) -> tuple[bool, float]:
    """Return whether a contact that ends is solved, and when its need calls again."""
    chance = float(rules.skills.resolution[contacts.skill[row]])
    resolved = answered and float(contacts.resolution[row]) < chance_to_solve(chance, quality)
    again = NEVER
    if not answered:
        again = call_again_at(rules.opening, end, float(contacts.redial[row]))
    elif not resolved:
        again = call_again_at(rules.calling, end, float(contacts.repeat[row]))
    return resolved, again
