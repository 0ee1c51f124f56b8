"""A center known by its figures only: a rival's, or an outsourcer's. Nobody queues, everyone draws a wait.

Same contacts in, same records out as from a center with agents, and the same state in between, so that a firm may
change from one to the other.
"""

import math

import numpy as np
from numpy.typing import NDArray

from sim.call_center.contacts import (
    NEVER,
    Contacts,
    Rules,
    call_again_at,
    chance_to_solve,
    next_attempts,
    number_in,
)
from sim.call_center.records import NOBODY, CenterState, Outcome, Records
from sim.call_center.settings import BenchmarkSettings
from sim.draws import Decision, uniforms
from sim.kernel import kernel


def serve(
    state: CenterState, contacts: Contacts, figures: BenchmarkSettings, rules: Rules, until: float
) -> tuple[CenterState, Records]:
    """Serve a stretch of the clock, from the state's ``now`` (included) to ``until`` (not included).

    A caller waits with ``chance_of_wait``, for an exponential time of ``mean_wait_minutes``, and hangs up when that
    exceeds their patience. Redials and repeats that fall into the stretch are served in it.
    """
    served = Contacts.of([outcome.contact for outcome in state.in_hand])
    records = Records.of(list(state.in_hand))
    pending = contacts.and_also(Contacts.of([*state.waiting, *state.to_come]))
    ended, under_way, to_come = [], [], []
    while True:
        over = records.end < until
        calls_again = over & np.isfinite(records.again)
        further = next_attempts(rules, served.take(calls_again), records.again[calls_again])
        ended.append(records.take(over))
        under_way += _outcomes(served.take(~over), records.take(~over))
        pending = pending.and_also(further)
        due = pending.arrival < until
        to_come += pending.take(~due).rows()
        served, pending = pending.take(due), Contacts.blank(0)
        if not served.person.size:
            break
        records = _records(served, figures, rules, state.now)
    waits = [outcome.contact for outcome in under_way if outcome.contact.arrival + outcome.wait >= until]
    in_hand = [outcome for outcome in under_way if outcome.contact.arrival + outcome.wait < until]
    return CenterState(until, tuple(waits), tuple(in_hand), tuple(to_come)), Records.together(ended)


def _outcomes(contacts: Contacts, records: Records) -> list[Outcome]:
    """Return the outcomes of contacts under way, one by one."""
    names = ("wait", "answered", "handle", "end", "agent", "resolved", "quality", "again")
    columns = (getattr(records, name).tolist() for name in names)
    return [Outcome(*row) for row in zip(contacts.rows(), *columns, strict=True)]


def _records(contacts: Contacts, figures: BenchmarkSettings, rules: Rules, now: float) -> Records:
    """Return how the contacts go."""
    rows = contacts.person.size
    wait, again, answered, resolved = np.zeros(rows), np.zeros(rows), np.zeros(rows, bool), np.zeros(rows, bool)
    _decide(contacts, figures.chance_of_wait, figures.mean_wait_minutes, rules, now, wait, answered, resolved, again)
    handle = np.where(answered, contacts.work, 0.0)
    calls_again = np.isfinite(again)
    return Records(
        *contacts[:8],
        wait=wait,
        answered=answered,
        handle=handle,
        end=contacts.arrival + wait + handle,
        agent=np.full(rows, NOBODY, np.int32),
        resolved=resolved,
        quality=answered.astype(float),
        redial=calls_again & ~answered,
        repeat=calls_again & answered,
        again=again,
    )


@kernel
def _decide(
    contacts: Contacts,
    chance_of_wait: float,
    mean_wait: float,
    rules: Rules,
    now: float,
    wait: NDArray[np.float64],
    answered: NDArray[np.bool_],
    resolved: NDArray[np.bool_],
    again: NDArray[np.float64],
) -> None:
    """Write for each contact its wait, whether it is answered and solved, and when it calls again."""
    chance = chance_to_solve(rules.resolution, 1.0)
    for row in range(wait.size):
        person, period, arrival = int(contacts.person[row]), int(contacts.period[row]), float(contacts.arrival[row])
        first, second = uniforms(rules.key, person, period, Decision.WAITS, number_in(contacts, row))
        offered = -mean_wait * math.log(second) if first < chance_of_wait else 0.0
        if arrival + offered < now:  # who waited before these figures applied is answered when they do
            offered = now - arrival
        patience, work = float(contacts.patience[row]), float(contacts.work[row])
        answered[row] = offered <= patience
        wait[row] = min(offered, patience)
        resolved[row] = answered[row] and float(contacts.resolution[row]) < chance
        again[row] = NEVER
        if not answered[row]:
            again[row] = call_again_at(rules.opening, arrival + patience, float(contacts.redial[row]))
        elif not resolved[row]:
            again[row] = call_again_at(rules.calling, arrival + offered + work, float(contacts.repeat[row]))
