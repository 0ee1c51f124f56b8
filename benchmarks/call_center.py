"""How fast the queue is: contacts a second, beside a SimPy model in the usual style and Ciw.

Run it with ``python -m benchmarks.call_center``. All serve the same contacts in one run, in turns, and must agree on
how many are answered; there are enough of them that the rate of each model is steady. The compiled engine serves many
more at the same load as well. A ratio is the median over the rounds of rates by processor time, against a process for
each caller in SimPy.
"""

import heapq
import statistics
import time
from collections.abc import Callable, Generator
from functools import partial
from typing import Any

import ciw
import numpy as np
import simpy

from sim.call_center import CallCenterSettings, Contacts
from sim.call_center.contacts import Contact, next_attempts
from sim.call_center.engines import Engine, serve
from sim.call_center.records import CenterState
from sim.call_center.rules import NEVER, Rules, rules_of
from sim.call_center.staff import Staff
from sim.draws import Key

SERVERS, CALLERS, MANY_CALLERS, ROUNDS = 20, 30_000, 200_000, 5
KINDS = 4  # of work in the second case: each agent takes two of them
WEEK = 10_080.0
SETTINGS = CallCenterSettings.model_validate(
    {
        "skills": {f"kind_{number}": {} for number in range(KINDS)},
        "opening": {"days": ("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "opens": 0, "closes": 24},
        "handle_time": {"mean_minutes": 6.0},
        "patience": {"mean_minutes": 3.0},
        "redial": {"chance": 0.5, "delay_minutes": 30.0},
        "repeat": {"chance": 0.0},
    }
)


def callers(size: int, rules: Rules, load: float, redial: bool) -> Contacts:
    """First contacts at a steady rate for a ``load`` of the servers; three classes where they may redial."""
    chance = np.random.default_rng(1)
    before = Contacts.blank(size)
    before.person[:] = np.arange(size)
    before.attempt[:] = -1
    before.patience_factor[:] = 1.0
    if redial:
        before.skill[:] = chance.integers(0, KINDS, size)
        before.priority[:] = chance.integers(0, 3, size)
    contacts = next_attempts(rules, before, np.cumsum(chance.exponential(6.0 / (load * SERVERS), size)))
    if not redial:
        contacts.redial[:] = NEVER
    contacts.repeat[:] = NEVER
    return contacts


def two_kinds_each(agents: int) -> Staff:
    """Agents who take two of the kinds of work each."""
    staff = Staff.steady(agents, KINDS)
    staff.choice[:] = 0
    for agent in range(agents):
        staff.choice[agent, [agent % KINDS, (agent + 1) % KINDS]] = 1
    return staff


def process_style_fcfs(contacts: Contacts) -> int:
    """Serve with a process for each caller, as SimPy's own example of reneging does; return how many are answered."""
    env = simpy.Environment()
    servers = simpy.Resource(env, SERVERS)
    answered = []

    def call(arrival: float, work: float, patience: float) -> Generator[simpy.Event, Any]:
        with servers.request() as request:
            result = yield request | env.timeout(patience)
            if request in result:
                answered.append(arrival)
                yield env.timeout(work)

    def source() -> Generator[simpy.Event, Any]:
        for contact in contacts.rows():
            yield env.timeout(contact.arrival - env.now)
            env.process(call(contact.arrival, contact.work, contact.patience))

    env.process(source())
    env.run()
    return len(answered)


class SkilledDesk:
    """Agents with skills and a queue for each skill by class: what SimPy's resources do not have, in its style."""

    def __init__(self, env: simpy.Environment, staff: Staff) -> None:
        self.env = env
        self.takes = [np.flatnonzero(row).tolist() for row in staff.choice]
        self.idle = dict.fromkeys(range(len(self.takes)))  # the longest idle first
        self.queues: list[list[tuple[int, int, simpy.Event]]] = [[] for _ in range(KINDS)]
        self.joined = 0
        self.gone: set[simpy.Event] = set()

    def request(self, skill: int, priority: int) -> simpy.Event:
        """Return an event that happens when an agent answers; its value is the agent."""
        event = self.env.event()
        agent = next((agent for agent in self.idle if skill in self.takes[agent]), None)
        if agent is None:
            self.joined += 1
            heapq.heappush(self.queues[skill], (priority, self.joined, event))
        else:
            del self.idle[agent]
            event.succeed(agent)
        return event

    def release(self, agent: int) -> None:
        """Give the agent the best waiting caller, or let them be idle."""
        for skill in self.takes[agent]:
            while self.queues[skill] and self.queues[skill][0][2] in self.gone:
                self.gone.remove(heapq.heappop(self.queues[skill])[2])
        waiting = [self.queues[skill] for skill in self.takes[agent] if self.queues[skill]]
        if waiting:
            heapq.heappop(min(waiting, key=lambda queue: queue[0][:2]))[2].succeed(agent)
        else:
            self.idle[agent] = None


def process_style_skills(attempts: list[list[Contact]], staff: Staff) -> int:
    """Serve with a process for each caller, who redials after hanging up; return how many calls are answered."""
    env = simpy.Environment()
    desk = SkilledDesk(env, staff)
    answered = []

    def call(tries: tuple[Contact, ...]) -> Generator[simpy.Event, Any]:
        for contact in tries:
            answer = desk.request(contact.skill, contact.priority)
            yield answer | env.timeout(contact.patience)
            if answer.triggered:
                answered.append(contact.person)
                yield env.timeout(contact.work)
                desk.release(answer.value)
                return
            desk.gone.add(answer)
            if contact.redial == NEVER:
                return
            yield env.timeout(contact.redial * WEEK)

    def source() -> Generator[simpy.Event, Any]:
        for tries in zip(*attempts, strict=True):
            yield env.timeout(tries[0].arrival - env.now)
            env.process(call(tries))

    env.process(source())
    env.run()
    return len(answered)


class OfCaller(ciw.dists.Distribution):  # type: ignore[misc]
    """Numbers known beforehand, one for each caller."""

    def __init__(self, numbers: list[float]) -> None:
        self.numbers = numbers

    def sample(self, t: float | None = None, ind: Any = None) -> float:
        """Return the caller's number."""
        return self.numbers[ind.id_number - 1]


def in_ciw(contacts: Contacts) -> int:
    """Serve one class with patience in Ciw; return how many are answered."""
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Sequential([*np.diff(contacts.arrival, prepend=0.0).tolist(), NEVER])],
        service_distributions=[OfCaller(contacts.work.tolist())],
        reneging_time_distributions=[OfCaller(contacts.patience.tolist())],
        number_of_servers=[SERVERS],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(float(contacts.arrival[-1]) + 1_000.0)
    return sum(record.record_type == "service" for record in simulation.get_all_records())


def ours(engine: Engine, contacts: Contacts, staff: Staff, rules: Rules) -> int:
    """Serve with one of the call center's own engines; return how many are answered."""
    _, records = serve(CenterState.at(0.0), contacts, staff, rules, NEVER, engine)
    return int(records.answered.sum())


def compare(title: str, models: dict[str, Callable[[], int]], many: Callable[[], int]) -> None:
    """Run each model in turns and print contacts a second and ratios; the last model also with many more contacts."""
    counts = {name: model() for name, model in models.items()}  # a first time, which compiles
    assert len(set(counts.values())) == 1, counts
    many()
    rows = [(name, CALLERS, model) for name, model in models.items()] + [(list(models)[-1], MANY_CALLERS, many)]
    rounds: list[list[float]] = []
    for _ in range(ROUNDS):
        rounds.append([])
        for _, size, model in rows:
            start = time.process_time()
            model()
            rounds[-1].append(size / (time.process_time() - start))
    print(f"{title:<68} contacts    a second    ratio")
    for (name, size, _), rates in zip(rows, zip(*rounds, strict=True), strict=True):
        ratio = statistics.median(rate / peers[0] for rate, peers in zip(rates, rounds, strict=True))
        print(f"  {name:<66} {size:>8,} {statistics.median(rates):>11,.0f} {ratio:>8.1f}")


def first_come_first_served() -> None:
    rules, staff = rules_of(SETTINGS, Key(1, 1)), Staff.steady(SERVERS, KINDS)
    contacts, many = (callers(size, rules, load=1.0, redial=False) for size in (CALLERS, MANY_CALLERS))
    models = {
        "SimPy, a process for each caller": partial(process_style_fcfs, contacts),
        "Ciw": partial(in_ciw, contacts),
        "ours, SimPy as a calendar of events": partial(ours, "simpy", contacts, staff, rules),
        "ours, compiled": partial(ours, "compiled", contacts, staff, rules),
    }
    title = f"{SERVERS} servers at load 1.0, patience"
    compare(title, models, partial(ours, "compiled", many, staff, rules))


def skills_and_redials() -> None:
    rules, staff = rules_of(SETTINGS, Key(1, 1)), two_kinds_each(SERVERS)
    contacts, many = (callers(size, rules, load=1.1, redial=True) for size in (CALLERS, MANY_CALLERS))
    attempts = [contacts]
    while len(attempts) < 32:
        attempts.append(next_attempts(rules, attempts[-1], contacts.arrival))
    tries = [contacts.rows() for contacts in attempts]
    models = {
        "SimPy, a process for each caller": partial(process_style_skills, tries, staff),
        "ours, SimPy as a calendar of events": partial(ours, "simpy", contacts, staff, rules),
        "ours, compiled": partial(ours, "compiled", contacts, staff, rules),
    }
    title = f"{SERVERS} agents of two skills each, three classes, patience, redials"
    compare(title, models, partial(ours, "compiled", many, staff, rules))


def main() -> None:
    first_come_first_served()
    skills_and_redials()


if __name__ == "__main__":
    main()
