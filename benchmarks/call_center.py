"""How fast the queue is: contacts a second, beside a SimPy model in the usual style (a process for each caller).

Run it with ``python benchmarks/call_center.py``. Both serve the same callers with the same patience, in one run, and
must agree on how many are answered; a further row adds what only our engine has: agents, shifts, redials and repeats.
"""

import time
from collections.abc import Callable, Generator

import numpy as np
import simpy

from sim.calendar import CalendarSettings, window
from sim.call_center import CallCenter, CallCenterSettings, contacts_from, simpy_engine
from sim.call_center.contacts import NEVER, Contacts, rules_of
from sim.call_center.erlang import servers_for
from sim.call_center.records import CenterState
from sim.call_center.staff import Staff
from sim.draws import Key

SERVERS, CALLERS, ROUNDS = 20, 30_000, 5
KEY = Key(1, 1)


def callers() -> Contacts:
    rng = np.random.default_rng(1)
    contacts = Contacts.blank(CALLERS)
    contacts.person[:] = np.arange(CALLERS)
    contacts.arrival[:] = np.cumsum(rng.exponential(1 / SERVERS, CALLERS))
    contacts.work[:] = rng.exponential(1.0, CALLERS)
    contacts.patience[:] = rng.exponential(2.0, CALLERS)
    contacts.redial[:] = NEVER
    contacts.repeat[:] = NEVER
    return contacts


def process_style(contacts: Contacts) -> int:
    """Serve with a process for each caller, as SimPy's own example of reneging does; return how many are answered."""
    env = simpy.Environment()
    servers = simpy.Resource(env, SERVERS)
    answered = []

    def call(arrival: float, work: float, patience: float) -> Generator[simpy.Event]:
        with servers.request() as request:
            result = yield request | env.timeout(patience)
            if request in result:
                answered.append(arrival)
                yield env.timeout(work)

    def source() -> Generator[simpy.Event]:
        for contact in contacts.rows():
            yield env.timeout(contact.arrival - env.now)
            env.process(call(contact.arrival, contact.work, contact.patience))

    env.process(source())
    env.run()
    return len(answered)


def event_style(contacts: Contacts) -> int:
    """Serve with the call center's own engine; return how many are answered."""
    rules = rules_of(CallCenterSettings(), KEY)
    _, records = simpy_engine.serve(CenterState(now=0.0), contacts, Staff.steady(SERVERS), rules, NEVER)
    return int(records.answered.sum())


def month_of_a_center() -> int:
    """Plan and serve a month of a center with 7,000 customers' calls, each for four; return its contacts."""
    settings, month = CallCenterSettings(), window(CalendarSettings(), 0)
    people, zeros = np.arange(7_000), np.zeros(7_000, int)
    center = CallCenter(settings, 1, KEY)
    center.plan(month, 7_000 * 12 / 52)
    center.serve(contacts_from(KEY, month, people, zeros, zeros, zeros, np.ones(7_000), settings), month)
    return int(center.tally["contacts"])


def seconds(work: Callable[[], int]) -> float:
    """Return the shortest of several runs, after one that compiles."""
    work()
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


def main() -> None:
    contacts = callers()
    assert event_style(contacts) == process_style(contacts)
    process, event, month = (
        seconds(work) for work in (lambda: process_style(contacts), lambda: event_style(contacts), month_of_a_center)
    )
    offered = month_of_a_center()
    staffing = seconds(lambda: servers_for(100.0, 1.0, 0.5, service_level=0.8, within=0.05))
    print(f"{'queue of 20 servers with patience':<52} contacts a second   ratio")
    print(f"{'  SimPy, a process for each caller':<52} {CALLERS / process:>17,.0f}   {1:>5.1f}")
    print(f"{'  SimPy as a calendar of events (ours)':<52} {CALLERS / event:>17,.0f}   {process / event:>5.1f}")
    print(f"{'a month of a center: shifts, redials, repeats (ours)':<52} {offered / month:>17,.0f}")
    print(f"servers for a target at 100 erlangs: {1e6 * staffing:,.0f} microseconds")


if __name__ == "__main__":
    main()
