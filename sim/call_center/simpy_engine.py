"""The queue, call by call: SimPy as a calendar of events.

The events, their guards, effects and ties are those of the table in docs/call_center.md. Each is one entry in SimPy's
calendar with one callback; there are no processes. Only who must wait gets a patience timer (SimPy cannot cancel
one): when it rings for somebody who was answered, nothing happens.
"""

from collections import deque
from collections.abc import Callable
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Any

import simpy
from simpy.events import EventPriority

from sim.call_center.contacts import NEVER, Contact, Contacts, Rules, call_again_at, chance_to_solve, next_attempt
from sim.call_center.records import NOBODY, CenterState, Outcome, Records
from sim.call_center.staff import Staff

# Events of one instant: by kind in this order, then in the order of their creation. Kinds come first so that a period's
# end, which creates nothing, cannot change who goes first.
_STOP, _ROSTER, _FINISH, _HANG_UP, _ARRIVE, _RETURN = map(EventPriority, range(6))


type Callbacks = list[Callable[[Any], None]]
"""What SimPy calls when an event happens; the entries of one kind share one list."""


class _Entry(simpy.Event):
    """One entry in the calendar: what happens, and to whom."""

    _ok = True
    _value = None

    def __init__(self, callbacks: Callbacks, subject: Any) -> None:
        self.callbacks = callbacks
        self.subject = subject


class _Calendar(simpy.Environment):
    """SimPy's calendar, with entries at an exact minute: ``now + (minute - now)`` may be another number."""

    def at(self, minute: float, kind: EventPriority, callbacks: Callbacks, subject: Any) -> _Entry:
        entry = _Entry(callbacks, subject)
        heappush(self._queue, (minute, kind, next(self._eid), entry))
        return entry


def serve(
    state: CenterState, contacts: Contacts, staff: Staff, rules: Rules, until: float
) -> tuple[CenterState, Records]:
    """Serve a stretch of the clock, from the state's ``now`` (included) to ``until`` (not included).

    Args:
        state: What is under way.
        contacts: Those that arrive in the stretch for the first time, in the order of their arrivals.
        staff: Agents, and their roster over the stretch.
        rules: How callers behave.
        until: Minute of the clock, later than the state's ``now``.

    Returns:
        The state at ``until``, and the records of the contacts that ended in the stretch. Both depend on the arguments
        alone, and a stretch served in pieces gives the records of the whole.

    Raises:
        ValueError: The stretch is empty, or a contact arrives outside it or out of order.
    """
    if not state.now < until:
        raise ValueError(f"until = {until}: allowed are minutes after {state.now}")
    arrival = contacts.arrival
    if arrival.size and not (state.now <= arrival[0] and arrival[-1] < until and (arrival[1:] >= arrival[:-1]).all()):
        raise ValueError(f"contacts must arrive in order, from minute {state.now} to before {until}")
    center = _Center(state, contacts, staff, rules, until)
    center.run()
    return center.state(), Records.of(center.ended)


class _Center:
    """A center at work: its callers, its agents, and one method for each kind of event."""

    def __init__(self, state: CenterState, contacts: Contacts, staff: Staff, rules: Rules, until: float) -> None:
        self.calendar = _Calendar(state.now)
        self.rules = rules
        self.until = until
        self.speed, self.quality = staff.speed.tolist(), staff.quality.tolist()
        self.chance = [chance_to_solve(rules.resolution, quality) for quality in self.quality]
        self.ended: list[Outcome] = []
        self.ticket = count()
        self.waiting: dict[int, Contact] = {}  # by ticket, in the order of joining
        self.queues: list[deque[int]] = []  # tickets by priority; those of callers who hung up stay until met
        self.in_hand: dict[int, Outcome] = {}  # by ticket
        self.to_come: dict[int, Contact] = {}  # by ticket
        self.on_duty = state.on_duty
        self.idle = list(state.idle)  # a heap: longest idle first, then by number
        heapify(self.idle)
        self.arriving: Callbacks = [self.arrive]
        self.coming_back: Callbacks = [self.come_back]
        self.hanging_up: Callbacks = [self.hang_up]
        self.finishing: Callbacks = [self.finish]
        self.changing: Callbacks = [self.change_roster]
        self.arrivals = iter(contacts.rows())
        self.rosters = iter(staff.rosters(state.now, until))
        for contact in state.waiting:
            self.join(contact)
        for outcome in state.in_hand:
            self.take_in_hand(outcome)
        for contact in state.to_come:
            self.expect(contact)
        self.expect_arrival()
        self.expect_roster()

    def run(self) -> None:
        """Let everything happen before the end."""
        self.calendar.run(self.calendar.at(self.until, _STOP, [], None))

    def state(self) -> CenterState:
        """Return what is under way."""
        return CenterState(
            now=self.until,
            waiting=tuple(self.waiting.values()),
            in_hand=tuple(self.in_hand.values()),
            to_come=tuple(self.to_come.values()),
            idle=tuple(sorted(self.idle)),
            on_duty=self.on_duty,
        )

    # events

    def arrive(self, entry: _Entry) -> None:
        """A contact arrives for the first time; the next one is entered."""
        self.expect_arrival()
        self.ring(entry.subject)

    def come_back(self, entry: _Entry) -> None:
        """Somebody calls again."""
        self.ring(self.to_come.pop(entry.subject))

    def hang_up(self, entry: _Entry) -> None:
        """Patience runs out. Guard: still waiting."""
        contact = self.waiting.pop(entry.subject, None)
        if contact is not None:
            end = self.calendar.now
            again = NEVER if contact.redial == NEVER else call_again_at(self.rules.opening, end, contact.redial)
            self.close(Outcome(contact, contact.patience, False, 0.0, end, NOBODY, False, 0.0, again))

    def finish(self, entry: _Entry) -> None:
        """A contact ends; its agent takes the next one, is idle, or goes home."""
        outcome = self.in_hand.pop(entry.subject)
        self.close(outcome)
        if outcome.agent in self.on_duty:
            self.free(outcome.agent)

    def change_roster(self, entry: _Entry) -> None:
        """Agents come and go. Who leaves with a contact in hand finishes it; who comes is free unless still in one."""
        roster: frozenset[int] = entry.subject
        busy = {outcome.agent for outcome in self.in_hand.values()}
        coming = sorted(roster - self.on_duty - busy)
        if self.on_duty - roster:
            self.idle = [one for one in self.idle if one[1] in roster]
            heapify(self.idle)
        self.on_duty = roster
        for agent in coming:
            self.free(agent)
        self.expect_roster()

    # effects

    def ring(self, contact: Contact) -> None:
        """Answer at once if an agent is idle, else let the caller wait."""
        if self.idle:
            self.answer(contact, heappop(self.idle)[1])
        else:
            self.join(contact)

    def join(self, contact: Contact) -> None:
        """Put a caller in the queue of their class, and set their patience timer."""
        ticket = next(self.ticket)
        self.waiting[ticket] = contact
        while len(self.queues) <= contact.priority:
            self.queues.append(deque())
        self.queues[contact.priority].append(ticket)
        if contact.patience < NEVER:
            self.calendar.at(contact.arrival + contact.patience, _HANG_UP, self.hanging_up, ticket)

    def free(self, agent: int) -> None:
        """Give a free agent the first caller of the best class; without one the agent is idle."""
        for queue in self.queues:
            while queue:
                contact = self.waiting.pop(queue.popleft(), None)
                if contact is not None:
                    return self.answer(contact, agent)
        return heappush(self.idle, (self.calendar.now, agent))

    def answer(self, contact: Contact, agent: int) -> None:
        """Connect a caller with an agent: from here the contact's outcome is known."""
        now = self.calendar.now
        handle = contact.work / self.speed[agent]
        end = now + handle
        resolved = contact.resolution < self.chance[agent]
        again = NEVER if resolved or contact.repeat == NEVER else call_again_at(self.rules.calling, end, contact.repeat)
        wait = now - contact.arrival
        self.take_in_hand(Outcome(contact, wait, True, handle, end, agent, resolved, self.quality[agent], again))

    def take_in_hand(self, outcome: Outcome) -> None:
        """Let an agent be busy until the contact's end."""
        ticket = next(self.ticket)
        self.in_hand[ticket] = outcome
        self.calendar.at(outcome.end, _FINISH, self.finishing, ticket)

    def close(self, outcome: Outcome) -> None:
        """Record a contact that ended, and expect the next attempt if there is one."""
        self.ended.append(outcome)
        if outcome.again < NEVER:
            self.expect(next_attempt(self.rules, outcome.contact, outcome.again))

    def expect(self, contact: Contact) -> None:
        """Enter a further attempt of somebody who called before."""
        ticket = next(self.ticket)
        self.to_come[ticket] = contact
        self.calendar.at(contact.arrival, _RETURN, self.coming_back, ticket)

    def expect_arrival(self) -> None:
        """Enter the next first contact."""
        contact = next(self.arrivals, None)
        if contact is not None:
            self.calendar.at(contact.arrival, _ARRIVE, self.arriving, contact)

    def expect_roster(self) -> None:
        """Enter the next change of the roster."""
        change = next(self.rosters, None)
        if change is not None:
            self.calendar.at(change[0], _ROSTER, self.changing, change[1])
