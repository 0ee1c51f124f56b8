"""The call center's queue against Erlang's formulas and their kin.

Independent replications, each from empty; the first contacts are left out. Times are in mean handle times.
"""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.validation.check import Sample, closed_form
from analysis.validation.lab import Lab
from sim.call_center.contacts import Contacts, next_attempts
from sim.call_center.door import serve
from sim.call_center.engines import serve as serve_contacts
from sim.call_center.erlang import erlang_a, erlang_b, erlang_c
from sim.call_center.records import CenterState, Ending
from sim.call_center.rules import NEVER, rules_of
from sim.call_center.settings import DAYS, CallCenterSettings
from sim.call_center.staff import Staff
from sim.draws import Decision, Key, exponential

SEED = 20_261_122
ARRIVALS = ("arrivals per mean handle time", 18.0)
SERVERS = 20
WARM_UP = 1_000  # contacts


class Seen(NamedTuple):
    """What contacts of one replication met."""

    wait: NDArray[np.float64]
    answered: NDArray[np.bool_]


def replications(
    lab: Lab, arrivals: float, figure: Callable[[Seen], float], patience: float = math.inf, lines: int | None = None
) -> list[float]:
    """Return a figure of each of some replications of a queue with exponential times."""
    figures = []
    for number in range(lab.size(40, 120)):
        rng = np.random.default_rng([SEED, number])
        size = WARM_UP + 6_000
        arrival = np.cumsum(rng.exponential(1.0 / arrivals, size))
        work, waits_for = rng.exponential(1.0, size), rng.exponential(1.0, size) * patience
        served = serve(arrival, work, waits_for, servers=SERVERS, lines=lines).iloc[WARM_UP:]
        figures.append(figure(Seen(served["wait"].to_numpy(), served["answered"].to_numpy())))
    return figures


@closed_form("Erlang 1917 (loss formula)", ARRIVALS)
def lost_calls_are_erlang_b(lab: Lab) -> Sample:
    """With as many lines as agents and no place to wait, Erlang's B formula gives the share turned away.

    20 lines at 18 calls per mean handle time.
    """
    lost = replications(lab, lab.input, lambda seen: 1.0 - seen.answered.mean(), lines=SERVERS)
    return Sample(lost, lambda load: erlang_b(SERVERS, load).blocking, "share turned away")


@closed_form("Erlang 1917 (delay formula)", ARRIVALS)
def waiting_is_erlang_c(lab: Lab) -> Sample:
    """Where nobody hangs up, Erlang's C formula gives the chance to wait.

    20 agents at 18 calls per mean handle time.
    """
    waits = replications(lab, lab.input, lambda seen: (seen.wait > 0.0).mean())
    return Sample(waits, lambda load: erlang_c(SERVERS, load).probability_of_waiting, "share that waits")


BUSY = ("arrivals per mean handle time", 20.0)


@closed_form("Palm 1957; Garnett, Mandelbaum & Reiman 2002 (Erlang A)", BUSY)
def hanging_up_is_erlang_a(lab: Lab) -> Sample:
    """Where callers hang up after exponential times, Erlang's A formula gives the share that does.

    20 agents at 20 calls per mean handle time, with a mean patience of one.
    """
    lost = replications(lab, lab.input, lambda seen: 1.0 - seen.answered.mean(), 1.0)
    return Sample(lost, lambda rate: erlang_a(SERVERS, rate, 1.0, 1.0).abandonment, "share that hangs up")


@closed_form("Palm 1957; Garnett, Mandelbaum & Reiman 2002 (Erlang A)", BUSY)
def waits_are_erlang_a(lab: Lab) -> Sample:
    """Where callers hang up after exponential times, Erlang's A formula gives the mean wait.

    20 agents at 20 calls per mean handle time, with a mean patience of two; all calls count.
    """
    waits = replications(lab, lab.input, lambda seen: seen.wait.mean(), 2.0)
    return Sample(waits, lambda rate: erlang_a(SERVERS, rate, 1.0, 0.5).mean_wait_offered, "mean handle times")


@closed_form("Mandelbaum & Zeltyn 2007", ("mean patience", 0.5))
def abandonment_is_wait_over_patience(lab: Lab) -> Sample:
    """Under exponential patience the share that hangs up is the mean wait over the mean patience.

    The share less that ratio, in a center with far too few agents: 20 at 32 calls per mean handle time.
    """
    patience = 0.5

    def beyond(seen: Seen) -> float:
        return float(1.0 - seen.answered.mean() - seen.wait.mean() / patience)

    def expected(true_patience: float) -> float:
        return erlang_a(SERVERS, 32.0, 1.0, 1.0 / true_patience).abandonment * (1.0 - true_patience / patience)

    return Sample(replications(lab, 32.0, beyond, lab.input), expected, "share beyond wait / patience")


LITTLE = 11.0


@closed_form("Little 1961", ("arrivals per mean handle time", LITTLE))
def as_many_wait_as_littles_law_says(lab: Lab) -> Sample:
    """As many wait on average as arrive during a mean wait: L = λ W.

    The queue seen at regular instants of a fixed time, less arrivals × the mean wait of a fixed number of callers: both
    means are then free of bias. 10 agents at 11 calls per mean handle time, who hang up after two.
    """
    gaps = [_queue_less_flow(lab.input, number) for number in range(lab.size(5, 36))]
    return Sample(gaps, lambda rate: erlang_a(10, rate, 1.0, 0.5).mean_wait_offered * (rate - LITTLE), "contacts")


def _queue_less_flow(arrivals: float, number: int) -> float:
    """Return the mean number seen waiting less `LITTLE` x the mean wait, of one replication after its warm-up."""
    rng = np.random.default_rng([SEED, number])
    callers, spare, looks = 6_000, 1_000, 1_000
    size = WARM_UP + callers + spare
    contacts = Contacts.blank(size)
    contacts.person[:] = np.arange(size)
    contacts.patience_factor[:] = 1.0
    contacts.arrival[:] = np.cumsum(rng.exponential(1.0 / arrivals, size))
    contacts.work[:] = rng.exponential(1.0, size)
    contacts.patience[:] = rng.exponential(2.0, size)
    contacts.redial[:] = contacts.repeat[:] = NEVER
    rules, staff = rules_of(CallCenterSettings(), Key(SEED, number)), Staff.steady(10)
    state, waits, waiting = CenterState.at(0.0), np.full(size, np.nan), []
    instants = np.linspace(WARM_UP / LITTLE, (WARM_UP + callers) / LITTLE, looks)
    for begin, end in pairwise([0.0, *instants.tolist(), float(contacts.arrival[-1]) + 100.0]):
        due = contacts.take((contacts.arrival >= begin) & (contacts.arrival < end))
        state, records = serve_contacts(state, due, staff, rules, end, "simpy")
        waits[records.person] = records.wait
        waiting.append(state.waiting.person.size)
    return float(np.mean(waiting[:-1]) - LITTLE * waits[WARM_UP : WARM_UP + callers].mean())


RETRIALS = 0.2  # a mean handle time


@closed_form("Falin & Templeton 1997 (M/M/1/1 with retrials)", ("arrivals per mean handle time", 0.5))
def callers_turned_away_try_again(lab: Lab) -> Sample:
    """Callers who find one line busy and try again fill the orbit as the theory of retrial queues says.

    Mean number that will call again, at half the load of one agent and a retrial rate of .2 per mean handle time.
    """

    def orbit(rate: float) -> float:
        return rate * rate / (1.0 - rate) + rate * rate / (RETRIALS * (1.0 - rate))

    seen = [_orbit(lab.input, number) for number in range(1, lab.size(8, 60) + 1)]
    return Sample(seen, orbit, "callers in orbit")


def _orbit(arrivals: float, number: int) -> float:
    """Return the mean number in orbit of one replication, its first part left out."""
    calls, warm_up, key = 20_000, 2_000.0, Key(SEED, number)
    settings = CallCenterSettings.model_validate(
        {
            "opening": {"days": DAYS, "opens": 0, "closes": 24},
            "handle_time": {"mean_minutes": 1.0, "log_sd": math.sqrt(math.log(2.0))},  # an exponential's two moments
            "redial": {"chance": 1.0, "delay_minutes": 1.0 / RETRIALS},
            "repeat": {"chance": 0.0},
            "lines": 1,
        }
    )
    rules, first = rules_of(settings, key), Contacts.blank(calls)
    first.person[:] = np.arange(calls)
    first.attempt[:] = -1
    first.patience_factor[:] = 1.0
    gaps = np.array([exponential(key, call, 0, int(Decision.CONTACT_TIME), 0) for call in range(calls)]) / arrivals
    contacts = next_attempts(rules, first, np.cumsum(gaps))
    until = float(contacts.arrival[-1]) + 1e-3
    _, records = serve_contacts(CenterState.at(0.0), contacts, Staff.steady(1), rules, until)
    blocked = records.take(records.ending == Ending.BLOCKED)
    in_orbit = np.minimum(blocked.again, until) - np.maximum(blocked.end, warm_up)
    return float(np.maximum(in_orbit, 0.0).sum() / (until - warm_up))
