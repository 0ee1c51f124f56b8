"""The compiled engine's tables: a center's state as arrays of records, made from plain data and read back into it.

A contact, an agent, a kind of work is one record, so that what an event needs of it lies together in memory. Queues
and idle agents are linked lists through the records; -1 ends a list.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.call_center.contacts import Contacts
from sim.call_center.event_heaps import EVENT, about, clock
from sim.call_center.records import NOBODY, CenterState, InHand, Records
from sim.call_center.rules import Callers, Rules
from sim.call_center.staff import Staff
from sim.draws import Key

KINDS = 5  # of events: 2 to 6 of the table
BLOCK = 2_048  # rows copied at once: few enough to stay in the processor's cache

type Table = NDArray[np.void]

CALL = np.dtype(
    [
        *((name, np.float64) for name in ("arrival", "work", "patience", "resolution", "redial", "repeat")),
        *((name, np.int64) for name in ("skill", "rank")),  # rank of its class among those present, 0: the best
        ("remaining", np.float64),  # work left at the agent's last change
        ("answered", np.float64),
        *((name, np.int64) for name in ("ticket", "before", "after")),  # place in the queue; ticket -1: not in it
        *((name, np.int64) for name in ("person", "cause", "slot", "shadow", "attempt", "period", "priority")),
        *((name, np.float64) for name in ("patience_factor", "familiarity")),
        ("accepts", np.bool_),
        ("held", np.bool_),  # waits, or waited, to be called back
    ],
    align=True,
)
CLOSED = np.dtype(
    [
        ("row", np.int64),  # of the contact
        *((name, np.float64) for name in ("wait", "handle", "end", "quality", "again")),
        ("agent", np.int32),
        ("ending", np.int8),
        ("called_back", np.bool_),
        ("resolved", np.bool_),
    ],
    align=True,
)
AGENT = np.dtype(
    [
        *((name, np.float64) for name in ("speed", "quality", "since")),
        ("number", np.int64),  # -1: nobody, who finishes what a benchmark began
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
        *((name, np.int64) for name in ("rows", "next", "end")),  # rows in use, next first arrival, end of those
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
    calls: Table  # (room,) of `CALL`: waiting, in hand, to come, first arrivals, then further attempts
    closed: Table  # (room,) of `CLOSED`: contacts that ended, in order
    agents: Table  # (agents,) of `AGENT`
    hands: NDArray[np.int64]  # (agents, most at once): rows of contacts, in the order of the answers
    queues: Table  # (ranks, skills + 1) of `LIST`: contacts that wait, in order of joining; last: how many of the rank
    benches: Table  # (patterns, places) of `LIST`: available agents alike, by their last change, then number
    skills: Table  # (skills,) of `SKILL`
    pace: NDArray[np.float64]  # (skills, most at once)
    choice: NDArray[np.int64]  # (patterns, skills)


def desk_of(state: CenterState, contacts: Contacts, staff: Staff, rules: Rules) -> Desk:
    """Lay out the tables for a stretch; nobody is in a queue or in anybody's hands yet."""
    parts = (state.waiting, state.in_hand.contacts, state.to_come, contacts)
    rows = sum(part.person.size for part in parts)
    patterns, pattern = np.unique(staff.choice, axis=0, return_inverse=True)
    present = np.bincount(np.concatenate([part.priority for part in parts]), minlength=128) > 0
    agents = _agents(state, staff, pattern)
    most = max(rules.skills.pace.shape[1], int(np.bincount(state.in_hand.agent + 1, minlength=1).max()))
    places = 1 + (int(rules.skills.channel.max()) + 1) * (most - 1)
    room = 2 * rows + 64
    desk = Desk(
        _center(rules, rows, contacts.person.size),
        np.empty((KINDS, 2 * room + agents.size), EVENT),
        np.empty(room, CALL),
        np.empty(room, CLOSED),
        agents,
        np.zeros((agents.size, most), np.int64),
        _lists(int(present.sum()), staff.choice.shape[1] + 1),
        _lists(len(patterns), places),
        _skills(rules),
        np.ascontiguousarray(rules.skills.pace, np.float64),
        patterns.astype(np.int64),
    )
    _fill(desk.calls, parts, np.cumsum(present) - 1)
    return desk


def roomier(desk: Desk) -> Desk:
    """Return the same tables with room for twice as many contacts."""
    room = desk.calls.size
    return desk._replace(
        events=np.concatenate([desk.events, np.empty((KINDS, 2 * room), EVENT)], axis=1),
        calls=np.concatenate([desk.calls, np.empty(room, CALL)]),
        closed=np.concatenate([desk.closed, np.empty(room, CLOSED)]),
    )


def _center(rules: Rules, rows: int, first_arrivals: int) -> Any:
    center = np.zeros(1, CENTER)[0]
    center["due"] = np.inf
    center["rows"] = center["end"] = rows
    center["next"] = rows - first_arrivals
    center["lines"] = rules.lines
    center["seed"], center["replicate"] = rules.key
    center["calling"], center["opening"] = rules.calling, rules.opening
    return center


def _agents(state: CenterState, staff: Staff, pattern: NDArray[np.intp]) -> Table:
    """Return the agents, and behind them a nobody for each contact that a benchmark began."""
    size, known = staff.speed.size, state.available.size
    nobody = int((state.in_hand.agent == NOBODY).sum())
    agents = np.zeros(size + nobody, AGENT)
    agents["speed"], agents["quality"], agents["number"] = 1.0, 1.0, NOBODY
    agents["speed"][:size] = staff.speed
    agents["quality"][:size] = staff.quality
    agents["number"][:size] = np.arange(size)
    agents["pattern"][:size] = pattern.ravel()
    agents["since"][:known] = state.since
    agents["available"][:known] = state.available
    agents["since"][size:] = state.in_hand.since[state.in_hand.agent == NOBODY]
    agents["renewed"] = agents["bench"] = -1
    return agents


def holders(state: CenterState, agents: int) -> NDArray[np.int64]:
    """Return who of the table of agents has each contact in hand: nobody is somebody behind the ``agents``."""
    who, nobody = state.in_hand.agent.astype(np.int64), state.in_hand.agent == NOBODY
    who[nobody] = agents + np.arange(nobody.sum())
    return who


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


def _fill(calls: Table, parts: tuple[Contacts, ...], rank: NDArray[np.int64]) -> None:
    """Copy contacts into the table of calls, one part after the other."""
    start = 0
    for part in parts:
        for begin in range(0, part.person.size, BLOCK):
            size = min(BLOCK, part.person.size - begin)
            block = calls[start : start + size]
            for name, column in zip(part._fields, part, strict=True):
                block[name] = column[begin : begin + size]
            block["rank"] = rank[block["priority"]]
            block["remaining"], block["ticket"], block["held"] = block["work"], -1, False
            start += size


def records_of(desk: Desk) -> Records:
    """Return the contacts that ended."""
    closed = desk.closed[: desk.center["closed"]]
    records = Records._make(np.empty(closed.size, column.dtype) for column in Records.blank(0))
    for begin in range(0, closed.size, BLOCK):
        ends = closed[begin : begin + BLOCK]
        calls = desk.calls[ends["row"]]
        for name, column in zip(records._fields, records, strict=True):
            column[begin : begin + ends.size] = (ends if name in CLOSED.names else calls)[name]  # type: ignore[operator]
    return records


def state_of(desk: Desk, now: float, agents: int, further: int) -> CenterState:
    """Return what is under way at ``now``; ``further`` is the kind of event of further arrivals."""
    calls = desk.calls[: desk.center["rows"]]
    queue = np.flatnonzero(calls["ticket"] >= 0)
    queue = queue[np.argsort(calls["ticket"][queue])]
    busy = np.flatnonzero(desk.agents["in_hand"])
    busy = busy[np.argsort(desk.agents["renewed"][busy])]
    who = np.repeat(busy, desk.agents["in_hand"][busy])
    held = np.concatenate([desk.hands[agent, : desk.agents["in_hand"][agent]] for agent in busy] or [busy])
    in_hand = InHand(
        _contacts(calls[held]),
        desk.agents["number"][who].astype(np.int32),
        calls["answered"][held],
        calls["held"][held],
        calls["remaining"][held],
        desk.agents["since"][who],
    )
    return CenterState(
        now,
        _contacts(calls[queue]),
        calls["held"][queue],
        in_hand,
        _contacts(calls[about(desk.center, desk.events, further)]),
        desk.agents["available"][:agents].copy(),
        desk.agents["since"][:agents].copy(),
    )


def _contacts(calls: Table) -> Contacts:
    contacts = Contacts.blank(calls.size)
    for name, column in zip(contacts._fields, contacts, strict=True):
        column[:] = calls[name]
    return contacts
