"""A center known by its figures only: a rival's, or an outsourcer's. Nobody queues, everyone draws a wait.

Same contacts in, same records out as from a center with agents, and the same state in between, so that a firm may
change from one to the other.
"""

import math

import numpy as np
from numpy.typing import NDArray

from sim.call_center.contacts import Contacts, next_attempts, number_in
from sim.call_center.records import CenterState, Ending, InHand, Records
from sim.call_center.rules import NEVER, Rules, call_again_at, chance_to_solve
from sim.call_center.settings import BenchmarkSettings
from sim.draws import Decision, uniforms
from sim.kernel import kernel


def serve(
    state: CenterState, contacts: Contacts, figures: BenchmarkSettings, rules: Rules, until: float
) -> tuple[CenterState, Records]:
    """Serve a stretch of the clock, from the state's ``now`` (included) to ``until`` (not included).

    A caller waits with ``chance_of_wait``, for an exponential time of ``mean_wait_minutes``, and hangs up when that
    exceeds their patience; e-mail waits too, for nobody hangs up on it. Redials and repeats that fall into the stretch
    are served in it.
    """
    served, moment, records = state.in_hand.contacts, state.in_hand.answered, _answered(state.in_hand, rules, state.now)
    pending = contacts.and_also(state.waiting).and_also(state.to_come)
    ended, under_way, to_come = [], [], []
    while True:
        over = records.end < until
        calls_again = over & np.isfinite(records.again)
        further = next_attempts(rules, served.take(calls_again), records.again[calls_again])
        ended.append(records.take(over))
        under_way.append((served.take(~over), moment[~over], records.take(~over)))
        pending = pending.and_also(further)
        due = pending.arrival < until
        to_come.append(pending.take(~due))
        served, pending = pending.take(due), Contacts.blank(0)
        if not served.person.size:
            break
        moment, records = _records(served, figures, rules, state.now)
    return _state(under_way, to_come, until), Records.together(ended)


def _state(
    under_way: list[tuple[Contacts, NDArray[np.float64], Records]], to_come: list[Contacts], until: float
) -> CenterState:
    """Return what is under way at ``until``: those who have waited their time are with somebody."""
    contacts = Contacts.together([part for part, _, _ in under_way])
    records = Records._make(
        np.concatenate(columns) for columns in zip(*(part for _, _, part in under_way), strict=True)
    )
    moment = np.concatenate([part for _, part, _ in under_way])
    waits = moment >= until
    return CenterState.at(until)._replace(
        waiting=contacts.take(waits),
        held=np.zeros(int(waits.sum()), bool),
        in_hand=InHand(contacts, records.agent, moment, np.zeros(waits.size, bool), contacts.work, moment).take(~waits),
        to_come=Contacts.together(to_come),
    )


def finish(in_hand: InHand, rules: Rules, now: float) -> tuple[Records, Contacts]:
    """Return the records of contacts in hand, and the next attempts of those that call again."""
    records = _answered(in_hand, rules, now)
    calls_again = np.isfinite(records.again)
    return records, next_attempts(rules, in_hand.contacts.take(calls_again), records.again[calls_again])


def _answered(in_hand: InHand, rules: Rules, now: float) -> Records:
    """Return how the contacts go that were answered before the stretch; what is left takes an agent of speed 1."""
    contacts, end = in_hand.contacts, np.maximum(in_hand.since + in_hand.remaining, now)
    records = _by_somebody(contacts)
    records.wait[:] = in_hand.answered - contacts.arrival
    records.handle[:] = end - in_hand.answered
    records.end[:] = end
    close(contacts, rules, records, np.ones(end.size, bool))
    return records


def _records(
    contacts: Contacts, figures: BenchmarkSettings, rules: Rules, now: float
) -> tuple[NDArray[np.float64], Records]:
    """Return when each contact's wait ends, and how the contacts go."""
    records = _by_somebody(contacts)
    answered = np.zeros(contacts.person.size, bool)
    _decide(contacts, figures.chance_of_wait, figures.mean_wait_minutes, rules, now, records.wait, answered)
    records.ending[~answered] = Ending.ABANDONED
    records.quality[~answered] = 0.0
    moment = contacts.arrival + records.wait
    records.wait[answered] = (moment - contacts.arrival)[answered]  # as the clock shows it, also in a stored state
    records.end[:] = np.where(answered, moment + contacts.work, moment)
    records.handle[:] = records.end - moment
    close(contacts, rules, records, answered)
    return moment, records


def _by_somebody(contacts: Contacts) -> Records:
    """Return records of contacts that somebody of normal quality answers."""
    records = Records.about(contacts)
    records.quality[:] = 1.0
    return records


@kernel
def _decide(
    contacts: Contacts,
    chance_of_wait: float,
    mean_wait: float,
    rules: Rules,
    now: float,
    wait: NDArray[np.float64],
    answered: NDArray[np.bool_],
) -> None:
    """Write for each contact its wait, and whether it is answered."""
    for row in range(wait.size):
        person, period, arrival = int(contacts.person[row]), int(contacts.period[row]), float(contacts.arrival[row])
        first, second = uniforms(rules.key, person, period, Decision.WAITS, number_in(contacts, row))
        offered = -mean_wait * math.log(second) if first < chance_of_wait else 0.0
        if arrival + offered < now:  # who waited before these figures applied is answered when they do
            offered = now - arrival
        patience = float(contacts.patience[row])
        answered[row] = offered <= patience
        wait[row] = min(offered, patience)


@kernel
def close(contacts: Contacts, rules: Rules, records: Records, answered: NDArray[np.bool_]) -> None:
    """Write whether who answers, of the record's quality, solves each contact, and when its need calls again."""
    for row in range(answered.size):
        end, chance = float(records.end[row]), float(rules.skills.resolution[contacts.skill[row]])
        records.resolved[row] = answered[row] and float(contacts.resolution[row]) < chance_to_solve(
            chance, float(records.quality[row])
        )
        records.again[row] = NEVER
        if not answered[row]:
            records.again[row] = call_again_at(rules.opening, end, float(contacts.redial[row]))
        elif not records.resolved[row]:
            records.again[row] = call_again_at(rules.calling, end, float(contacts.repeat[row]))
