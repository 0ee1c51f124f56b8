"""The queue, contact by contact: SimPy as a calendar of events. The readable reference.

The events, their guards, effects and ties are those of the table in docs/call_center.md. Each is one entry in SimPy's
calendar with one callback; there are no processes. SimPy cannot cancel an entry: a completion that was replaced, and a
patience or overflow that rings for somebody who is no longer waiting, find nothing to do.
"""

from collections import deque
from itertools import count
from typing import Any

import numpy as np
from simpy.events import EventPriority

from sim.call_center.calendar_of_events import Calendar, Callbacks, Entry
from sim.call_center.contacts import Contact, Contacts, next_attempt
from sim.call_center.records import NOBODY, CenterState, Ending, InHand, Records
from sim.call_center.rules import NEVER, Rules, call_again_at, chance_to_solve, expected_wait, work_left
from sim.call_center.staff import Staff

# Events of one instant: by kind in this order, then in the order of their creation. Kinds come first so that a period's
# end, which creates nothing, cannot change who goes first.
_STOP, _ROSTER, _COMPLETE, _HANG_UP, _OVERFLOW, _ARRIVE, _RETURN = map(EventPriority, range(7))


class _Waiting:
    """A contact in the queue."""

    __slots__ = ("contact", "held", "ticket")

    def __init__(self, contact: Contact, held: bool, ticket: int) -> None:
        self.contact, self.held, self.ticket = contact, held, ticket


class _Task:
    """A contact in an agent's hands."""

    __slots__ = ("answered", "called_back", "contact", "remaining")

    def __init__(self, contact: Contact, answered: float, called_back: bool, remaining: float) -> None:
        self.contact, self.answered, self.called_back, self.remaining = contact, answered, called_back, remaining


class _Agent:
    """An agent at work."""

    __slots__ = ("available", "chance", "choice", "number", "quality", "since", "speed", "tasks", "turn")

    def __init__(self, number: int, speed: float, quality: float, choice: list[int]) -> None:
        self.number, self.speed, self.quality, self.choice = number, speed, quality, choice
        self.chance: list[float] = []  # to solve a contact of each skill
        self.available = False
        self.since = 0.0  # minute of the last change
        self.turn = 0  # number of the last change, among those of all agents
        self.tasks: list[_Task] = []  # in the order of the answers


def serve(
    state: CenterState, contacts: Contacts, staff: Staff, rules: Rules, until: float
) -> tuple[CenterState, Records]:
    """Serve a stretch of the clock (see `sim.call_center.engines.serve`)."""
    center = _Center(state, contacts, staff, rules, until)
    center.run()
    return center.state(), Records.of(center.ended)


class _Center:
    """A center at work: its callers, its agents, and one method for each kind of event."""

    def __init__(self, state: CenterState, contacts: Contacts, staff: Staff, rules: Rules, until: float) -> None:
        self.calendar = Calendar(state.now)
        self.rules = rules
        self.until = until
        self.channel, self.line = rules.skills.channel.tolist(), rules.skills.line.tolist()
        self.at_once, self.pace = rules.skills.at_once.tolist(), rules.skills.pace.tolist()
        self.overflow, self.mean_work = rules.skills.overflow.tolist(), rules.skills.mean_work.tolist()
        self.call_back_after = rules.skills.call_back_after.tolist()
        columns = (staff.speed.tolist(), staff.quality.tolist(), staff.choice.tolist())
        self.agents = [_Agent(number, *row) for number, row in enumerate(zip(*columns, strict=True))]
        for agent in self.agents:
            agent.chance = [chance_to_solve(chance, agent.quality) for chance in rules.skills.resolution.tolist()]
        self.ended: list[tuple[Any, ...]] = []
        self.tickets, self.turns = count(), count()
        self.waiting: dict[int, _Waiting] = {}  # by ticket, in the order of joining
        self.queues: list[list[deque[int]]] = []  # tickets by class and skill; who left stays until met
        self.to_come: dict[int, Contact] = {}  # by ticket
        self.with_room: dict[int, _Agent] = {}  # available agents who may take more
        self.lines_in_use = 0
        self.arriving: Callbacks = [self.arrive]
        self.coming_back: Callbacks = [self.come_back]
        self.hanging_up: Callbacks = [self.hang_up]
        self.overflowing: Callbacks = [self.flow_over]
        self.completing: Callbacks = [self.complete]
        self.changing: Callbacks = [self.change_roster]
        self.arrivals = iter(contacts.rows())
        minutes, rows = staff.rosters(state.now, until)
        self.rosters = iter(zip(minutes.tolist(), rows.tolist(), strict=True))
        self.take_up(state)
        self.expect_arrival()
        self.expect_roster()

    def take_up(self, state: CenterState) -> None:
        """Carry on from a state: its events are created anew, in the order of its tables."""
        for agent, available, since in zip(self.agents, state.available.tolist(), state.since.tolist(), strict=False):
            agent.available, agent.since = available, since
        columns = (column.tolist() for column in state.in_hand[1:])
        for contact, number, answered, called_back, remaining, since in zip(
            state.in_hand.contacts.rows(), *columns, strict=True
        ):
            agent = self.agents[number]
            agent.since = since
            agent.tasks.append(_Task(contact, answered, called_back, remaining))
            self.lines_in_use += self.line[contact.skill]
        for number in dict.fromkeys(state.in_hand.agent.tolist()):
            self.changed(self.agents[number])
        for agent in self.agents:
            self.note_room(agent)
        for contact, held in zip(state.waiting.rows(), state.held.tolist(), strict=True):
            self.join(contact, held)
        for contact in state.to_come.rows():
            self.expect(contact)

    def run(self) -> None:
        """Let everything happen before the end."""
        self.calendar.run(self.calendar.at(self.until, _STOP, [], None))

    def state(self) -> CenterState:
        """Return what is under way."""
        waiting = list(self.waiting.values())
        return CenterState(
            now=self.until,
            waiting=Contacts.of([one.contact for one in waiting]),
            held=np.array([one.held for one in waiting], bool),
            in_hand=self.in_hand(),
            to_come=Contacts.of(list(self.to_come.values())),
            available=np.array([agent.available for agent in self.agents], bool),
            since=np.array([agent.since for agent in self.agents], float),
        )

    def in_hand(self) -> InHand:
        """Return the contacts with agents, by the order of the agents' last changes."""
        busy = sorted((agent for agent in self.agents if agent.tasks), key=lambda agent: agent.turn)
        rows = [(agent, task) for agent in busy for task in agent.tasks]
        return InHand(
            contacts=Contacts.of([task.contact for _, task in rows]),
            agent=np.array([agent.number for agent, _ in rows], np.int32),
            answered=np.array([task.answered for _, task in rows], float),
            called_back=np.array([task.called_back for _, task in rows], bool),
            remaining=np.array([task.remaining for _, task in rows], float),
            since=np.array([agent.since for agent, _ in rows], float),
        )

    # events

    def change_roster(self, entry: Entry) -> None:
        """Agents come and go. Who leaves with contacts in hand finishes them."""
        coming = []
        for agent, available in zip(self.agents, entry.subject, strict=True):
            if available and not agent.available:
                coming.append(agent)
            agent.available = available
            self.note_room(agent)
        for agent in coming:
            if not agent.tasks:
                agent.since = self.calendar.now
            if self.fill(agent):
                self.changed(agent)
        self.expect_roster()

    def complete(self, entry: Entry) -> None:
        """An agent's next completion. Guard: not replaced by a later change."""
        agent, task, turn = entry.subject
        if turn != agent.turn:
            return
        self.lines_in_use -= self.line[task.contact.skill]
        self.close_answered(agent, task)
        self.work_on(agent, task)
        agent.tasks.remove(task)
        if agent.available:
            self.fill(agent)
        self.changed(agent)

    def hang_up(self, entry: Entry) -> None:
        """Patience runs out. Guard: still waiting."""
        waiting = self.waiting.pop(entry.subject, None)
        if waiting is not None:
            self.lines_in_use -= self.line[waiting.contact.skill]
            self.close_unanswered(waiting.contact, Ending.ABANDONED, waiting.contact.patience)

    def flow_over(self, entry: Entry) -> None:
        """The time for a second choice has come. Guard: still waiting."""
        waiting = self.waiting.get(entry.subject)
        agent = self.best_for(waiting.contact) if waiting is not None else None
        if waiting is not None and agent is not None:
            self.take(agent, waiting.contact, self.leave_queue(waiting))
            self.changed(agent)

    def arrive(self, entry: Entry) -> None:
        """A contact arrives for the first time; the next one is entered."""
        self.expect_arrival()
        self.ring(entry.subject)

    def come_back(self, entry: Entry) -> None:
        """Somebody calls again."""
        self.ring(self.to_come.pop(entry.subject))

    # effects

    def ring(self, contact: Contact) -> None:
        """Block, answer, or let wait: for a call-back or on the line."""
        if self.line[contact.skill] and self.lines_in_use >= self.rules.lines:
            return self.close_unanswered(contact, Ending.BLOCKED, 0.0)
        agent = self.best_for(contact)
        if agent is not None:
            self.lines_in_use += self.line[contact.skill]
            self.take(agent, contact, False)
            return self.changed(agent)
        return self.join(contact, self.waits_for_call_back(contact))

    def waits_for_call_back(self, contact: Contact) -> bool:
        """Return whether a contact is offered a call-back and accepts it."""
        skill, limit = contact.skill, self.call_back_after[contact.skill]
        if not contact.accepts or limit == NEVER:
            return False
        others = (one.contact for one in self.waiting.values())
        ahead = sum(other.skill == skill and other.priority <= contact.priority for other in others)
        agents = sum(agent.available and agent.choice[skill] == 1 for agent in self.agents)
        return bool(expected_wait(ahead, agents, self.mean_work[skill]) > limit)

    def join(self, contact: Contact, held: bool) -> None:
        """Put a contact in the queue of its class and skill, and set its timers."""
        ticket = next(self.tickets)
        self.waiting[ticket] = _Waiting(contact, held, ticket)
        while len(self.queues) <= contact.priority:
            self.queues.append([deque() for _ in self.channel])
        self.queues[contact.priority][contact.skill].append(ticket)
        if not held:
            self.lines_in_use += self.line[contact.skill]
            if contact.patience < NEVER:
                self.calendar.at(contact.arrival + contact.patience, _HANG_UP, self.hanging_up, ticket)
        overflow = self.overflow[contact.skill]
        if 0.0 < overflow < NEVER and contact.arrival + overflow >= self.calendar.now:
            self.calendar.at(contact.arrival + overflow, _OVERFLOW, self.overflowing, ticket)

    def may_take(self, agent: _Agent, contact: Contact) -> bool:
        """Return whether an agent with room may take a contact now."""
        if agent.tasks and self.channel[agent.tasks[0].contact.skill] != self.channel[contact.skill]:
            return False
        choice, overflow = agent.choice[contact.skill], self.overflow[contact.skill]
        return choice == 1 or (choice == 2 and bool(contact.arrival + overflow <= self.calendar.now))

    def best_for(self, contact: Contact) -> _Agent | None:
        """Return the best agent who may take a contact: first choice, fewest in hand, longest since, lowest number."""
        may = [agent for agent in self.with_room.values() if self.may_take(agent, contact)] if self.with_room else []
        if len(may) < 2:
            return may[0] if may else None
        skill = contact.skill
        return min(may, key=lambda agent: (agent.choice[skill], len(agent.tasks), agent.since, agent.number))

    def fill(self, agent: _Agent) -> bool:
        """Give an agent what waits, while there is something that they may take; return whether there was."""
        took = False
        while self.waiting and self.has_room(agent):
            waiting = self.next_for(agent)
            if waiting is None:
                break
            self.take(agent, waiting.contact, self.leave_queue(waiting))
            took = True
        return took

    def next_for(self, agent: _Agent) -> _Waiting | None:
        """Return who has waited longest of the best class of those that an agent may take."""
        for queues in self.queues if self.waiting else ():
            heads = []
            for queue in queues:
                while queue and queue[0] not in self.waiting:
                    queue.popleft()
                if queue and self.may_take(agent, self.waiting[queue[0]].contact):
                    heads.append(queue[0])
            if heads:
                return self.waiting[min(heads)]
        return None

    def leave_queue(self, waiting: _Waiting) -> bool:
        """Take somebody out of the queue; return whether they are called back, which takes a line again."""
        del self.waiting[waiting.ticket]
        if waiting.held:
            self.lines_in_use += self.line[waiting.contact.skill]
        return waiting.held

    def take(self, agent: _Agent, contact: Contact, called_back: bool) -> None:
        """Put a contact in an agent's hands."""
        self.work_on(agent)
        agent.tasks.append(_Task(contact, agent.since, called_back, contact.work))

    def work_on(self, agent: _Agent, done: _Task | None = None) -> None:
        """Take the work done since the agent's last change off what remains of all but the one ``done``.

        The next stretch begins now.
        """
        now = self.calendar.now
        if len(agent.tasks) > (done is not None):
            rate, minutes = self.rate(agent), now - agent.since
            for task in agent.tasks:
                task.remaining = work_left(task.remaining, minutes, rate)
        agent.since = now

    def rate(self, agent: _Agent) -> float:
        """Return the work that an agent does for each contact in hand per minute."""
        tasks = agent.tasks
        paces: list[float] = self.pace[tasks[0].contact.skill]
        return agent.speed * paces[min(len(tasks), len(paces)) - 1]

    def changed(self, agent: _Agent) -> None:
        """Enter the next completion of an agent whose contacts in hand have changed; it replaces the one before."""
        agent.turn = next(self.turns)
        self.note_room(agent)
        if agent.tasks:
            rate, next_end, first = self.rate(agent), NEVER, None
            for task in agent.tasks:
                end = agent.since + task.remaining / rate
                if end < next_end or first is None:
                    next_end, first = end, task
            self.calendar.at(next_end, _COMPLETE, self.completing, (agent, first, agent.turn))

    def has_room(self, agent: _Agent) -> bool:
        """Return whether an agent may have more in hand."""
        tasks = agent.tasks
        return not tasks or len(tasks) < self.at_once[tasks[0].contact.skill]

    def note_room(self, agent: _Agent) -> None:
        """Note whether an agent is available and may have more in hand."""
        if agent.available and self.has_room(agent):
            self.with_room[agent.number] = agent
        else:
            self.with_room.pop(agent.number, None)

    def close_answered(self, agent: _Agent, task: _Task) -> None:
        """Record an answered contact that ends now, and expect the next attempt if there is one."""
        contact, end = task.contact, self.calendar.now
        resolved = contact.resolution < agent.chance[contact.skill]
        again = NEVER
        if not resolved and contact.repeat < NEVER:
            again = call_again_at(self.rules.calling, end, contact.repeat)
        wait, handle = task.answered - contact.arrival, end - task.answered
        how = (wait, Ending.ANSWERED, task.called_back, handle, end, agent.number, resolved, agent.quality, again)
        self.close(contact, how)

    def close_unanswered(self, contact: Contact, ending: Ending, wait: float) -> None:
        """Record a contact that nobody answered, and expect the next attempt if there is one."""
        end = self.calendar.now
        again = NEVER if contact.redial == NEVER else call_again_at(self.rules.opening, end, contact.redial)
        self.close(contact, (wait, ending, False, 0.0, end, NOBODY, False, 0.0, again))

    def close(self, contact: Contact, how: tuple[Any, ...]) -> None:
        """Record a contact that ended; ``how`` begins with its wait and ends with when it calls again."""
        self.ended.append((*contact[:9], *how))
        if how[-1] < NEVER:
            self.expect(next_attempt(self.rules, contact, how[-1]))

    def expect(self, contact: Contact) -> None:
        """Enter a further attempt of somebody who called before."""
        ticket = next(self.tickets)
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
