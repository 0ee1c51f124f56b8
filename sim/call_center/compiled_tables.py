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
from sim.kernel import loop

KINDS = 5  # of events: 2 to 6 of the table

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
    present = np.sum([np.bincount(part.priority, minlength=128) for part in parts], axis=0) > 0
    agents = _agents(state, staff, pattern)
    pace, holds = rules.skills.pace, np.bincount(state.in_hand.agent[state.in_hand.agent != NOBODY], minlength=1)
    most = max(
        pace.shape[1], int(holds.max())
    )  # who has more in hand than the rules allow now goes on at the last pace
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
        np.pad(pace, ((0, 0), (0, most - pace.shape[1])), "edge"),
        patterns.astype(np.int64),
    )
    rank, start = np.cumsum(present) - 1, 0
    for part in parts:
        _copy_in(desk.calls, start, part, rank)
        start += part.person.size
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


@loop
def _copy_in(calls: Table, start: int, contacts: Contacts, rank: NDArray[np.int64]) -> None:
    """Copy contacts into the table of calls, from row ``start`` on."""
    for row in range(contacts.person.size):
        call = calls[start + row]
        call["person"] = contacts.person[row]
        call["cause"] = contacts.cause[row]
        call["slot"] = contacts.slot[row]
        call["shadow"] = contacts.shadow[row]
        call["attempt"] = contacts.attempt[row]
        call["period"] = contacts.period[row]
        call["priority"] = contacts.priority[row]
        call["skill"] = contacts.skill[row]
        call["arrival"] = contacts.arrival[row]
        call["work"] = contacts.work[row]
        call["patience"] = contacts.patience[row]
        call["patience_factor"] = contacts.patience_factor[row]
        call["familiarity"] = contacts.familiarity[row]
        call["resolution"] = contacts.resolution[row]
        call["redial"] = contacts.redial[row]
        call["repeat"] = contacts.repeat[row]
        call["accepts"] = contacts.accepts[row]
        call["rank"] = rank[contacts.priority[row]]
        call["remaining"] = contacts.work[row]
        call["ticket"] = -1
        call["held"] = False


def records_of(desk: Desk) -> Records:
    """Return the contacts that ended."""
    size = int(desk.center["closed"])
    records = Records._make(np.empty(size, column.dtype) for column in Records.blank(0))
    _copy_out(desk.closed, desk.calls, records)
    return records


@loop
def _copy_out(closed: Table, calls: Table, records: Records) -> None:
    """Write the records of the contacts that ended."""
    for index in range(records.end.size):
        end = closed[index]
        call = calls[end["row"]]
        records.person[index] = call["person"]
        records.cause[index] = call["cause"]
        records.slot[index] = call["slot"]
        records.shadow[index] = call["shadow"]
        records.attempt[index] = call["attempt"]
        records.period[index] = call["period"]
        records.priority[index] = call["priority"]
        records.skill[index] = call["skill"]
        records.arrival[index] = call["arrival"]
        records.wait[index] = end["wait"]
        records.ending[index] = end["ending"]
        records.called_back[index] = end["called_back"]
        records.handle[index] = end["handle"]
        records.end[index] = end["end"]
        records.agent[index] = end["agent"]
        records.resolved[index] = end["resolved"]
        records.quality[index] = end["quality"]
        records.again[index] = end["again"]


def state_of(desk: Desk, now: float, agents: int, further: int) -> CenterState:
    """Return what is under way at ``now``; ``further`` is the kind of event of further arrivals."""
    calls = desk.calls[: desk.center["rows"]]
    queue = np.flatnonzero(calls["ticket"] >= 0) if desk.center["waiting"] else np.zeros(0, np.int64)
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
    for name in contacts._fields:
        getattr(contacts, name)[:] = calls[name]
    return contacts
