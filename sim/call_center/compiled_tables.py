"""The compiled engine's tables: a center's state as arrays of records, made from plain data and read back into it.

An agent, a kind of work, a contact under way is one record, so that what an event needs of it lies together in memory.
A contact has a record, a *call*, only from its arrival until its need is met: the few under way stay in the processor's
cache. What no event touches is read from the contacts by row, when the records are put together. Queues, idle agents
and unused calls are linked lists through the records; -1 ends a list.
"""

from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from sim.call_center.contacts import Contacts
from sim.call_center.event_heaps import EVENT, about, clock
from sim.call_center.records import CenterState, Ending, InHand, Records
from sim.call_center.rules import Callers, Rules
from sim.call_center.staff import Staff
from sim.draws import Key

type Table = NDArray[np.void]


def _number(value: int) -> int:
    """Return a constant of the type of all numbers: for a literal Numba would compile each function anew."""
    return cast(int, np.int64(value))


KINDS = 5  # of events: 2 to 6 of the table
COMPLETION, PATIENCE, OVERFLOW, FIRST_ARRIVAL, FURTHER_ARRIVAL = map(_number, range(KINDS))
ANSWERED, ABANDONED, BLOCKED = map(_number, (Ending.ANSWERED, Ending.ABANDONED, Ending.BLOCKED))
NONE = _number(-1)  # the end of a list; no agent, no call

LUCK = ("arrival", "work", "patience", "resolution", "redial", "repeat", "accepts", "attempt")  # of one attempt
ROOT = ("person", "cause", "slot", "shadow", "period", "priority", "skill")  # of all attempts of one need
CALL = np.dtype(
    [
        *((name, np.float64) for name in ("arrival", "work", "patience", "resolution", "redial", "repeat")),
        ("remaining", np.float64),  # work left at the agent's last change
        ("answered", np.float64),
        ("row", np.int64),  # of the contact that it is, or a further attempt of
        ("attempt", np.int64),
        ("skill", np.int64),
        ("priority", np.int64),
        *((name, np.int64) for name in ("ticket", "before", "after")),  # place in the queue; ticket -1: not in it
        ("accepts", np.bool_),
        ("held", np.bool_),  # waits, or waited, to be called back
    ],
    align=True,
)
CLOSED = np.dtype(
    [
        ("row", np.int64),  # of the contact
        *((name, np.float64) for name in ("arrival", "wait", "handle", "end", "quality", "again")),
        ("agent", np.int32),
        ("attempt", np.int32),
        ("ending", np.int8),
        ("called_back", np.bool_),
        ("resolved", np.bool_),
    ],
    align=True,
)
AGENT = np.dtype(
    [
        *((name, np.float64) for name in ("speed", "quality", "since")),
        ("pattern", np.int64),  # of choices among skills
        ("in_hand", np.int64),  # contacts
        ("channel", np.int64),  # of those in hand
        ("first", np.int64),  # which of those in hand would end first
        ("renewed", np.int64),  # creation number of the next completion; -1: none
        *((name, np.int64) for name in ("bench", "before", "after")),  # place among those alike; bench -1: not there
        ("available", np.bool_),
    ],
    align=True,
)
SKILL = np.dtype(
    [
        *((name, np.float64) for name in ("overflow", "call_back_after", "mean_work", "resolution")),
        *((name, np.int64) for name in ("channel", "line", "at_once")),
        ("agents", np.int64),  # available whose first choice it is
        *((name, np.float64) for name in Callers._fields),
    ],
    align=True,
)
LIST = np.dtype([(name, np.int64) for name in ("first", "last", "size")], align=True)
CENTER = np.dtype(
    [
        *clock(KINDS),
        ("next", np.int64),  # row of the next first arrival
        ("attempts", np.int64),  # that are known of
        *((name, np.int64) for name in ("calls", "unused")),  # calls ever used; first of those not in use any more
        ("ended", np.int64),  # call that the event at hand closed; -1: none
        *((name, np.int64) for name in ("closed", "waiting", "in_use", "lines")),  # contacts, and telephone lines
        *((name, np.int64) for name in Key._fields),
        ("calling", np.float64, (169,)),
        ("opening", np.float64, (169,)),
    ],
    align=True,
)


class Desk(NamedTuple):
    """All tables of a center."""

    center: Any  # a record of `CENTER`
    events: Table  # (kinds, room) of `EVENT`
    contacts: Contacts  # those that wait, are in hand and are to come, and then first arrivals
    calls: Table  # (room,) of `CALL`
    closed: Table  # (room,) of `CLOSED`: attempts that ended, in order
    agents: Table  # (agents,) of `AGENT`
    hands: NDArray[np.int64]  # (agents, most at once): calls, in the order of the answers
    queues: Table  # (priorities, skills + 1) of `LIST`: calls that wait, in order of joining; last: how many
    benches: Table  # (patterns, places) of `LIST`: available agents alike, by their last change, then number
    skills: Table  # (skills,) of `SKILL`
    pace: NDArray[np.float64]  # (skills, most at once)
    choice: NDArray[np.int64]  # (patterns, skills)


def desk_of(state: CenterState, contacts: Contacts, staff: Staff, rules: Rules) -> Desk:
    """Lay out the tables for a stretch; nobody is in a queue or in anybody's hands yet."""
    under_way = state.waiting.person.size + state.in_hand.agent.size + state.to_come.person.size
    if under_way:
        contacts = Contacts.together([state.waiting, state.in_hand.contacts, state.to_come, contacts])
    choice, pattern = _alike(staff.choice)
    priorities = int(contacts.priority.max(initial=0)) + 1
    agents = _agents(state, staff, pattern)
    pace, holds = rules.skills.pace, np.bincount(state.in_hand.agent, minlength=1)
    most = max(pace.shape[1], int(holds.max()))  # who has more in hand than is allowed now goes on at the last pace
    places = 1 + (int(rules.skills.channel.max()) + 1) * (most - 1)
    room = 2 * contacts.person.size + 64
    return Desk(
        _center(rules, contacts.person.size, under_way),
        np.empty((KINDS, 2 * room + agents.size), EVENT),
        contacts,
        np.empty(room, CALL),
        np.empty(room, CLOSED),
        agents,
        np.zeros((agents.size, most), np.int64),
        _lists(priorities, choice.shape[1] + 1),
        _lists(len(choice), places),
        _skills(rules),
        pace.take(np.minimum(np.arange(most), pace.shape[1] - 1), axis=1),
        choice,
    )


def roomier(desk: Desk) -> Desk:
    """Return the same tables with room for twice as many contacts."""
    room = desk.calls.size
    return desk._replace(
        events=np.concatenate([desk.events, np.empty((KINDS, 2 * room), EVENT)], axis=1),
        calls=np.concatenate([desk.calls, np.empty(room, CALL)]),
        closed=np.concatenate([desk.closed, np.empty(room, CLOSED)]),
    )


def _center(rules: Rules, contacts: int, under_way: int) -> Any:
    center = np.zeros(1, CENTER)[0]
    center["due"] = np.inf
    center["next"], center["attempts"] = under_way, contacts
    center["unused"] = center["ended"] = -1
    center["lines"] = rules.lines
    center["seed"], center["replicate"] = rules.key
    center["calling"], center["opening"] = rules.calling, rules.opening
    return center


def _alike(choice: NDArray[np.int8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the different rows of ``choice``, and which of them each agent has."""
    rows = [row.tobytes() for row in choice]
    patterns = {row: number for number, row in enumerate(dict.fromkeys(rows))}
    distinct = np.frombuffer(b"".join(patterns), np.int8).reshape(-1, choice.shape[1])
    return distinct.astype(np.int64), np.array([patterns[row] for row in rows], np.int64)


def _agents(state: CenterState, staff: Staff, pattern: NDArray[np.int64]) -> Table:
    agents, known = np.zeros(staff.speed.size, AGENT), state.available.size
    agents["speed"], agents["quality"], agents["pattern"] = staff.speed, staff.quality, pattern
    agents["since"][:known] = state.since
    agents["available"][:known] = state.available
    agents["renewed"] = agents["bench"] = -1
    return agents


def _skills(rules: Rules) -> Table:
    skills = np.zeros(rules.skills.channel.size, SKILL)
    for name in ("overflow", "call_back_after", "mean_work", "resolution", "channel", "line", "at_once"):
        skills[name] = getattr(rules.skills, name)
    for name, column in zip(Callers._fields, rules.callers, strict=True):
        skills[name] = column
    return skills


def _lists(rows: int, columns: int) -> Table:
    lists = np.full((rows, columns), -1, np.int64).repeat(3).view(LIST).reshape(rows, columns)
    lists["size"] = 0
    return lists


def records_of(desk: Desk) -> Records:
    """Return the contacts that ended."""
    closed = desk.closed[: desk.center["closed"]]
    ended = {name: np.ascontiguousarray(closed[name]) for name in CLOSED.names or ()}
    row = ended.pop("row")
    return Records(**{name: getattr(desk.contacts, name).take(row) for name in ROOT}, **ended)


def state_of(desk: Desk, now: float) -> CenterState:
    """Return what is under way at ``now``."""
    ticket = desk.calls["ticket"][: desk.center["calls"]]
    queue = np.flatnonzero(ticket >= 0)
    queue = queue[np.argsort(ticket[queue])]
    busy = np.flatnonzero(desk.agents["in_hand"])
    busy = busy[np.argsort(desk.agents["renewed"][busy])]
    who = np.repeat(busy, desk.agents["in_hand"][busy])
    held = np.concatenate([desk.hands[agent, : desk.agents["in_hand"][agent]] for agent in busy] or [busy])
    in_hand = InHand(
        _contacts(desk, held),
        who.astype(np.int32),
        desk.calls["answered"][held],
        desk.calls["held"][held],
        desk.calls["remaining"][held],
        desk.agents["since"][who],
    )
    return CenterState(
        now,
        _contacts(desk, queue),
        desk.calls["held"][queue],
        in_hand,
        _contacts(desk, about(desk.center, desk.events, FURTHER_ARRIVAL)),
        desk.agents["available"].copy(),
        desk.agents["since"].copy(),
    )


def _contacts(desk: Desk, calls: NDArray[np.int64]) -> Contacts:
    """Return calls as contacts; of a further attempt the story is known."""
    table = desk.calls[calls]
    contacts = desk.contacts.take(table["row"])
    contacts.familiarity[table["attempt"] > contacts.attempt] = 1.0
    for name in LUCK:
        getattr(contacts, name)[:] = table[name]
    return contacts
