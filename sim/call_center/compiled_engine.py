"""The compiled engine: the table of events in docs/call_center.md as loops over arrays.

It is written from the table alone and shares with the engine in SimPy the scalar rules of `sim.call_center.rules`, so
that their agreement proves something. An event is a function with the table's guard and effect. Nothing is searched
for: lists, counts and the calendar are kept up to date as contacts and agents come and go.
"""

import numpy as np
from numpy.typing import NDArray

from sim.call_center.compiled_agents import answer, best, count_available, free, into_hand, renew, settle, sit, stand
from sim.call_center.compiled_calls import begin, close, follow, join, leave_queue, wants_call_back
from sim.call_center.compiled_tables import (
    ABANDONED,
    ANSWERED,
    BLOCKED,
    COMPLETION,
    FIRST_ARRIVAL,
    FURTHER_ARRIVAL,
    NONE,
    PATIENCE,
    Desk,
    desk_of,
    records_of,
    roomier,
    state_of,
)
from sim.call_center.contacts import Contacts
from sim.call_center.event_heaps import ABOUT, BITS, schedule, take_next
from sim.call_center.records import CenterState, InHand, Records
from sim.call_center.rules import NEVER, Rules
from sim.call_center.staff import Staff
from sim.kernel import loop, woven


def serve(
    state: CenterState, contacts: Contacts, staff: Staff, rules: Rules, until: float
) -> tuple[CenterState, Records]:
    """Serve a stretch of the clock: see `sim.call_center.engines.serve`, which checks the arguments."""
    desk = desk_of(state, contacts, staff, rules)
    minutes, on_duty = staff.rosters(state.now, until)
    order = np.argsort(desk.agents["since"], kind="stable")
    _take_up(desk, state.now, state.held, state.in_hand, state.in_hand.agent.astype(np.int64), order)
    done = 0
    while (done := _serve_stretch(desk, minutes, on_duty, done, until)) < minutes.size:
        desk = roomier(desk)
    return state_of(desk, until), records_of(desk)


@loop
def _take_up(
    desk: Desk,
    now: float,
    held: NDArray[np.bool_],
    in_hand: InHand,
    holder: NDArray[np.int64],
    order: NDArray[np.int64],
) -> None:
    """Begin the calls under way and create their events anew: who waits, is in hand, is to come, and arrives first."""
    for row in range(desk.center["next"]):
        begin(desk, row)
    for index in range(holder.size):
        number, who = held.size + index, int(holder[index])
        call = desk.calls[number]
        call["answered"], call["remaining"] = in_hand.answered[index], in_hand.remaining[index]
        call["held"] = in_hand.called_back[index]
        into_hand(desk, number, who)
        if index + 1 == holder.size or holder[index + 1] != who:
            renew(desk, who)
    for who in order:
        if desk.agents[who]["available"]:
            count_available(desk, int(who), 1)
            sit(desk, int(who))
    for number in range(held.size):
        join(desk, number, held[number], now)
    for number in range(held.size + holder.size, desk.center["next"]):
        schedule(desk.center, desk.events, FURTHER_ARRIVAL, desk.calls[number]["arrival"], number)
    _await_next(desk)


@loop
def _serve_stretch(
    desk: Desk, minutes: NDArray[np.float64], on_duty: NDArray[np.bool_], done: int, until: float
) -> int:
    """Let everything happen before ``until`` after ``done`` roster changes.

    Returns:
        The roster change in which the tables need more room before it can go on; as many as there are: all is done.
    """
    for change in range(done, minutes.size + 1):
        if not _serve_until(desk, minutes[change] if change < minutes.size else until):
            return min(change, minutes.size - 1)
        if change < minutes.size:
            _change_roster(desk, on_duty[change], minutes[change])
    return minutes.size


@woven
def _serve_until(desk: Desk, until: float) -> bool:
    """Let the events before ``until`` happen; return False where the tables need more room first."""
    due = desk.center["due"]
    while True:
        kind = COMPLETION
        for other in range(1, due.size):
            if due[other] < due[kind]:
                kind = other
        now = due[kind]
        if now >= until:
            return True
        if desk.center["attempts"] == desk.closed.size:
            return False
        tag = _arrive(desk) if kind == FIRST_ARRIVAL else take_next(desk.center, desk.events, kind)
        number = tag & ABOUT
        if kind == COMPLETION:
            _complete(desk, number, tag >> BITS, now)
        elif kind in (FIRST_ARRIVAL, FURTHER_ARRIVAL):
            _ring(desk, number, now)
        elif 0 <= desk.calls[number]["ticket"] < tag >> BITS:  # still waits: a later contact's call has a later ticket
            if kind == PATIENCE:
                _lose_patience(desk, number, now)
            else:
                _overflow(desk, number, now)
        if desk.center["ended"] >= 0:
            follow(desk)


@woven
def _arrive(desk: Desk) -> int:
    """Begin a call for the first arrival that is due, and make the one after it due."""
    row = int(desk.center["next"])
    desk.center["next"] = row + 1
    _await_next(desk)
    return begin(desk, row)


@woven
def _await_next(desk: Desk) -> None:
    """Make the next first arrival due."""
    row, arrival = int(desk.center["next"]), desk.contacts.arrival
    desk.center["due"][FIRST_ARRIVAL] = arrival[row] if row < arrival.size else NEVER


@woven
def _change_roster(desk: Desk, on_duty: NDArray[np.bool_], now: float) -> None:
    """Event 1: who leaves is gone or finishes what is in hand; who comes is free, lowest number first."""
    for who in range(on_duty.size):
        agent = desk.agents[who]
        if agent["available"] and not on_duty[who]:
            stand(desk, who)
            agent["available"] = False
            count_available(desk, who, -1)
    for who in range(on_duty.size):
        agent = desk.agents[who]
        if on_duty[who] and not agent["available"]:
            agent["available"] = True
            count_available(desk, who, 1)
            if agent["in_hand"] == 0:
                agent["since"] = now
            if free(desk, who, now):
                renew(desk, who)
            sit(desk, who)


@woven
def _complete(desk: Desk, who: int, renewal: int, now: float) -> None:
    """Event 2: the call that ends first is closed, the agent changes and is free."""
    agent = desk.agents[who]
    if agent["renewed"] != renewal:  # replaced by a later one
        return
    stand(desk, who)
    settle(desk, who, now)
    index = int(agent["first"])
    number = desk.hands[who, index]
    for later in range(index + 1, agent["in_hand"]):
        desk.hands[who, later - 1] = desk.hands[who, later]
    agent["in_hand"] -= 1
    call = desk.calls[number]
    desk.center["in_use"] -= desk.skills[call["skill"]]["line"]
    close(desk, number, now, ANSWERED, who, call["answered"] - call["arrival"])
    if agent["available"]:
        free(desk, who, now)
    renew(desk, who)
    sit(desk, who)


@woven
def _lose_patience(desk: Desk, number: int, now: float) -> None:
    """Event 3: who still waits hangs up."""
    leave_queue(desk, number)
    close(desk, number, now, ABANDONED, NONE, desk.calls[number]["patience"])


@woven
def _overflow(desk: Desk, number: int, now: float) -> None:
    """Event 4: who still waits may now be answered by a second choice."""
    who = best(desk, number, now)
    if who >= 0:
        leave_queue(desk, number)
        answer(desk, number, who, now)


@woven
def _ring(desk: Desk, number: int, now: float) -> None:
    """Events 5 and 6: blocked, or answered by the best agent, or into the queue."""
    if desk.skills[desk.calls[number]["skill"]]["line"] and desk.center["in_use"] >= desk.center["lines"]:
        close(desk, number, now, BLOCKED, NONE, 0.0)
        return
    who = best(desk, number, now)
    if who >= 0:
        answer(desk, number, who, now)
    else:
        join(desk, number, wants_call_back(desk, number), now)
