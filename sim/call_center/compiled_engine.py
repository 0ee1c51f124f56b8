"""The compiled engine: the table of events in docs/call_center.md as loops over arrays.

It is written from the table alone and shares with the engine in SimPy the scalar rules of `sim.call_center.rules`, so
that their agreement proves something. An event is a function with the table's guard and effect; a term of the table is
a function of its name. Nothing is searched for: lists, counts and the calendar are kept up to date as contacts and
agents come and go.
"""

from typing import cast

import numpy as np
from numpy.typing import NDArray

from sim.call_center.compiled_tables import Desk, desk_of, holders, records_of, roomier, state_of
from sim.call_center.contacts import Contacts
from sim.call_center.event_heaps import ABOUT, BITS, schedule, take_next, woven
from sim.call_center.records import CenterState, Ending, Records
from sim.call_center.rules import (
    NEVER,
    Callers,
    Rules,
    call_again_at,
    chance_to_solve,
    expected_wait,
    id_number,
    luck,
    work_left,
)
from sim.call_center.staff import Staff
from sim.draws import Key
from sim.kernel import loop


def _number(value: int) -> int:
    """Return a constant of the type of all numbers: for a literal Numba would compile each function anew."""
    return cast(int, np.int64(value))


COMPLETION, PATIENCE, OVERFLOW, FIRST_ARRIVAL, FURTHER_ARRIVAL = map(_number, range(5))  # the table's 2 to 6
ANSWERED, ABANDONED, BLOCKED = map(_number, (Ending.ANSWERED, Ending.ABANDONED, Ending.BLOCKED))
FIRST_CHOICE, SECOND_CHOICE = map(_number, (1, 2))
ONE_MORE, ONE_LESS = map(_number, (1, -1))
NONE = _number(-1)  # the end of a list; no agent, no contact


def serve(
    state: CenterState, contacts: Contacts, staff: Staff, rules: Rules, until: float
) -> tuple[CenterState, Records]:
    """Serve a stretch of the clock: see `sim.call_center.engines.serve`, which checks the arguments."""
    desk = desk_of(state, contacts, staff, rules)
    minutes, on_duty = staff.rosters(state.now, until)
    waiting, in_hand = state.waiting.person.size, holders(state, staff.speed.size)
    _put_in_hands(desk, waiting, in_hand, state.in_hand.answered, state.in_hand.remaining, state.in_hand.called_back)
    _seat_all(desk, np.argsort(desk.agents["since"], kind="stable"))
    _take_up(desk, state.now, state.held, waiting + in_hand.size)
    done = 0
    while (done := _serve_stretch(desk, minutes, on_duty, done, until)) < minutes.size:
        desk = roomier(desk)
    return state_of(desk, until, staff.speed.size, FURTHER_ARRIVAL), records_of(desk)


# ---- what was under way


@loop
def _put_in_hands(
    desk: Desk,
    row: int,
    agents: NDArray[np.int64],
    answered: NDArray[np.float64],
    remaining: NDArray[np.float64],
    called_back: NDArray[np.bool_],
) -> None:
    """Give the contacts from ``row`` on to their agents as they were, and create the agents' next completions."""
    for index in range(agents.size):
        call, number = desk.calls[row + index], int(agents[index])
        call["answered"], call["remaining"], call["held"] = answered[index], remaining[index], called_back[index]
        _into_hand(desk, number, row + index)
        if index + 1 == agents.size or agents[index + 1] != number:
            _renew(desk, number)


@loop
def _seat_all(desk: Desk, order: NDArray[np.int64]) -> None:
    """Seat all available agents, and count them by first choice."""
    for number in order:
        if desk.agents[number]["available"]:
            _count_available(desk, int(number), ONE_MORE)
            _sit(desk, int(number))


@loop
def _take_up(desk: Desk, now: float, held: NDArray[np.bool_], further: int) -> None:
    """Queue those who wait, create further arrivals from row ``further`` on, and the first arrival."""
    for row in range(held.size):
        _join(desk, row, held[row], now)
    for row in range(further, desk.center["next"]):
        schedule(desk.center, desk.events, FURTHER_ARRIVAL, desk.calls[row]["arrival"], row)
    if desk.center["next"] < desk.center["end"]:
        desk.center["due"][FIRST_ARRIVAL] = desk.calls[desk.center["next"]]["arrival"]


# ---- the events


@loop
def _serve_stretch(
    desk: Desk, minutes: NDArray[np.float64], on_duty: NDArray[np.bool_], begin: int, until: float
) -> int:
    """Let everything happen before ``until`` from roster change ``begin`` on.

    Returns:
        The roster change in which the tables need more room before it can go on; as many as there are: all is done.
    """
    for change in range(begin, minutes.size):
        if not _serve_until(desk, minutes[change]):
            return change
        _change_roster(desk, on_duty[change], minutes[change])
    return minutes.size if _serve_until(desk, until) else minutes.size - 1


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
        if desk.center["rows"] == desk.calls.size:
            return False
        if kind == FIRST_ARRIVAL:
            _ring(desk, _next_caller(desk), now)
        elif kind == COMPLETION:
            _complete(desk, take_next(desk.center, desk.events, kind), now)
        elif kind == PATIENCE:
            _lose_patience(desk, take_next(desk.center, desk.events, kind) & ABOUT, now)
        elif kind == OVERFLOW:
            _overflow(desk, take_next(desk.center, desk.events, kind) & ABOUT, now)
        else:
            _ring(desk, take_next(desk.center, desk.events, kind) & ABOUT, now)


@woven
def _change_roster(desk: Desk, on_duty: NDArray[np.bool_], now: float) -> None:
    """Event 1: who leaves is gone or finishes what is in hand; who comes is free, lowest number first."""
    for number in range(on_duty.size):
        agent = desk.agents[number]
        if agent["available"] and not on_duty[number]:
            _stand(desk, number)
            agent["available"] = False
            _count_available(desk, number, ONE_LESS)
    for number in range(on_duty.size):
        agent = desk.agents[number]
        if on_duty[number] and not agent["available"]:
            agent["available"] = True
            _count_available(desk, number, ONE_MORE)
            if agent["in_hand"] == 0:
                agent["since"] = now
            _sit(desk, number)
            _free(desk, number, now)


@woven
def _complete(desk: Desk, tag: int, now: float) -> None:
    """Event 2: the contact that ends first is closed, the agent changes and is free."""
    number = tag & ABOUT
    agent = desk.agents[number]
    if agent["renewed"] != tag >> BITS:  # replaced by a later one
        return
    index = int(agent["first"])
    row = desk.hands[number, index]
    call = desk.calls[row]
    desk.center["in_use"] -= desk.skills[call["skill"]]["line"]
    _close(desk, row, now, ANSWERED, number, call["answered"] - call["arrival"])
    _stand(desk, number)
    _work(desk, number, now)
    for later in range(index + 1, agent["in_hand"]):
        desk.hands[number, later - 1] = desk.hands[number, later]
    agent["in_hand"] -= 1
    _renew(desk, number)
    if agent["available"]:
        _sit(desk, number)
        _free(desk, number, now)


@woven
def _lose_patience(desk: Desk, row: int, now: float) -> None:
    """Event 3: who still waits hangs up."""
    call = desk.calls[row]
    if call["ticket"] >= 0:
        _leave_queue(desk, row)
        _close(desk, row, now, ABANDONED, NONE, call["patience"])


@woven
def _overflow(desk: Desk, row: int, now: float) -> None:
    """Event 4: who still waits may now be answered by a second choice."""
    call = desk.calls[row]
    if call["ticket"] >= 0:
        agent = _best(desk, row, now)
        if agent >= 0:
            _leave_queue(desk, row)
            _answer(desk, row, agent, now)


@woven
def _next_caller(desk: Desk) -> int:
    """Return the row of the first arrival that is due, and make the one after it due."""
    row = int(desk.center["next"])
    desk.center["next"] = row + 1
    desk.center["due"][FIRST_ARRIVAL] = desk.calls[row + 1]["arrival"] if row + 1 < desk.center["end"] else NEVER
    return row


@woven
def _ring(desk: Desk, row: int, now: float) -> None:
    """Events 5 and 6: blocked, or answered by the best agent, or into the queue."""
    call = desk.calls[row]
    if desk.skills[call["skill"]]["line"] and desk.center["in_use"] >= desk.center["lines"]:
        _close(desk, row, now, BLOCKED, NONE, 0.0)
        return
    agent = _best(desk, row, now)
    if agent >= 0:
        _answer(desk, row, agent, now)
    else:
        _join(desk, row, _wants_call_back(desk, row), now)


# ---- the terms: contacts


@woven
def _wants_call_back(desk: Desk, row: int) -> bool:
    """Whether a call-back is offered, by the expected wait, and accepted."""
    call = desk.calls[row]
    skill = desk.skills[call["skill"]]
    if not call["accepts"] or not skill["call_back_after"] < NEVER:
        return False
    ahead = desk.queues[0, call["skill"]]["size"]
    for rank in range(1, call["rank"] + 1):
        ahead += desk.queues[rank, call["skill"]]["size"]
    longer: bool = expected_wait(ahead, skill["agents"], skill["mean_work"]) > skill["call_back_after"]
    return longer


@woven
def _join(desk: Desk, row: int, held: bool, now: float) -> None:
    """Join the end of the queue; create the end of patience and the overflow, if it is still to come."""
    call = desk.calls[row]
    skill = desk.skills[call["skill"]]
    queue = desk.queues[call["rank"], call["skill"]]
    call["held"], call["before"], call["after"] = held, queue["last"], NONE
    if queue["last"] >= 0:
        desk.calls[queue["last"]]["after"] = row
    else:
        queue["first"] = row
    queue["last"] = row
    _count_waiting(desk, row, ONE_MORE)
    call["ticket"] = desk.center["created"]
    desk.center["created"] += 1
    if not held:
        desk.center["in_use"] += skill["line"]
        if call["arrival"] + call["patience"] < NEVER:
            schedule(desk.center, desk.events, PATIENCE, call["arrival"] + call["patience"], row)
    if skill["overflow"] != 0.0 and now <= call["arrival"] + skill["overflow"] < NEVER:
        schedule(desk.center, desk.events, OVERFLOW, call["arrival"] + skill["overflow"], row)


@woven
def _leave_queue(desk: Desk, row: int) -> None:
    """Leave the queue, and the line if the contact waited on it."""
    call = desk.calls[row]
    queue = desk.queues[call["rank"], call["skill"]]
    if call["before"] >= 0:
        desk.calls[call["before"]]["after"] = call["after"]
    else:
        queue["first"] = call["after"]
    if call["after"] >= 0:
        desk.calls[call["after"]]["before"] = call["before"]
    else:
        queue["last"] = call["before"]
    _count_waiting(desk, row, ONE_LESS)
    call["ticket"] = NONE
    if not call["held"]:
        desk.center["in_use"] -= desk.skills[call["skill"]]["line"]


@woven
def _count_waiting(desk: Desk, row: int, more: int) -> None:
    call = desk.calls[row]
    desk.queues[call["rank"], call["skill"]]["size"] += more
    desk.queues[call["rank"], desk.skills.size]["size"] += more
    desk.center["waiting"] += more


@woven
def _close(desk: Desk, row: int, now: float, ending: int, number: int, wait: float) -> None:
    """Record a contact that ends, and let it call again if its need does; ``number`` is the agent's who answered."""
    call, record = desk.calls[row], desk.closed[desk.center["closed"]]
    desk.center["closed"] += 1
    record["row"], record["ending"], record["wait"], record["end"] = row, ending, wait, now
    if ending == ANSWERED:
        agent = desk.agents[number]
        record["handle"], record["called_back"] = now - call["answered"], call["held"]
        record["agent"], record["quality"] = agent["number"], agent["quality"]
        chance = chance_to_solve(desk.skills[call["skill"]]["resolution"], agent["quality"])
        record["resolved"] = call["resolution"] < chance
        delay = NEVER if record["resolved"] else call["repeat"]
        record["again"] = call_again_at(desk.center["calling"], now, delay)
    else:
        record["handle"], record["called_back"] = 0.0, False
        record["agent"], record["quality"] = NONE, 0.0
        record["resolved"] = False
        record["again"] = call_again_at(desk.center["opening"], now, call["redial"])
    if record["again"] < NEVER:
        _call_again(desk, row, record["again"])


@woven
def _call_again(desk: Desk, row: int, arrival: float) -> None:
    """Append the next attempt of a need: same root, new luck, and its story is known now."""
    further = desk.center["rows"]
    desk.center["rows"] += 1
    desk.calls[further] = desk.calls[row]
    call = desk.calls[further]
    call["attempt"] += 1
    number = id_number(call["cause"], call["slot"], call["shadow"], call["attempt"])
    skills, center = desk.skills, desk.center
    callers = Callers(
        skills["log_mean"], skills["log_sd"], skills["patience"], skills["patience_shape"], skills["redial_chance"],
        skills["redial_delay"], skills["repeat_chance"], skills["repeat_delay"], skills["call_back"],
        skills["screen_pop"],
    )  # fmt: skip
    key = Key(center["seed"], center["replicate"])
    work, patience, resolution, redial, repeat, accepts = luck(
        key, callers, call["skill"], call["person"], call["period"], number, call["attempt"],
        call["patience_factor"], 1.0,
    )  # fmt: skip
    call["arrival"], call["work"], call["remaining"], call["patience"] = arrival, work, work, patience
    call["resolution"], call["redial"], call["repeat"], call["accepts"] = resolution, redial, repeat, accepts
    call["familiarity"], call["held"], call["ticket"] = 1.0, False, NONE
    schedule(desk.center, desk.events, FURTHER_ARRIVAL, arrival, further)


# ---- the terms: agents


@woven
def _best(desk: Desk, row: int, now: float) -> int:
    """Return the best agent who may take a contact: first choice before second; -1 if there is none."""
    call = desk.calls[row]
    skill = desk.skills[call["skill"]]
    found = _best_among(desk, call["skill"], FIRST_CHOICE)
    if found < 0 and call["arrival"] + skill["overflow"] <= now:
        found = _best_among(desk, call["skill"], SECOND_CHOICE)
    return found


@woven
def _best_among(desk: Desk, skill_number: int, choice: int) -> int:
    """Return the best agent with a skill as first or second choice: fewest in hand, longest since their change."""
    skill = desk.skills[skill_number]
    for in_hand in range(skill["at_once"]):
        bench = _bench(desk, in_hand, skill["channel"])
        best = NONE
        for pattern in range(desk.choice.shape[0]):
            other = desk.benches[pattern, bench]["first"]
            if other >= 0 and desk.choice[pattern, skill_number] == choice and (best < 0 or _sooner(desk, other, best)):
                best = other
        if best >= 0:
            return best
    return NONE


@woven
def _sooner(desk: Desk, one: int, other: int) -> bool:
    """Whether one agent's last change was before another's; of one instant, whether the number is lower."""
    since, others = desk.agents[one]["since"], desk.agents[other]["since"]
    sooner: bool = since < others or (since == others and one < other)
    return sooner


@woven
def _free(desk: Desk, number: int, now: float) -> None:
    """While an available agent may take some waiting contact, they answer it."""
    while desk.center["waiting"] > 0:
        row = _longest_waiting(desk, number, now)
        if row < 0:
            return
        _leave_queue(desk, row)
        _answer(desk, row, number, now)


@woven
def _longest_waiting(desk: Desk, number: int, now: float) -> int:
    """Return the contact of the best class, and in it the first to join, that an agent may take; -1 without one."""
    best = NONE
    for rank in range(desk.queues.shape[0]):
        if desk.queues[rank, desk.skills.size]["size"] > 0:
            for skill in range(desk.skills.size):
                row = desk.queues[rank, skill]["first"]
                sooner = row >= 0 and (best < 0 or desk.calls[row]["ticket"] < desk.calls[best]["ticket"])
                if sooner and _may_take(desk, number, row, now):
                    best = row
            if best >= 0:
                return best
    return best


@woven
def _may_take(desk: Desk, number: int, row: int, now: float) -> bool:
    """Whether an available agent may take a contact."""
    agent, call = desk.agents[number], desk.calls[row]
    skill = desk.skills[call["skill"]]
    if agent["in_hand"] > 0 and (agent["channel"] != skill["channel"] or agent["in_hand"] >= skill["at_once"]):
        return False
    choice = desk.choice[agent["pattern"], call["skill"]]
    able: bool = choice == 1 or (choice == 2 and call["arrival"] + skill["overflow"] <= now)
    return able


@woven
def _answer(desk: Desk, row: int, number: int, now: float) -> None:
    """A contact comes into an agent's hands: the agent changes."""
    call = desk.calls[row]
    call["answered"] = now
    _stand(desk, number)
    _work(desk, number, now)
    _into_hand(desk, number, row)
    _renew(desk, number)
    _sit(desk, number)


@woven
def _into_hand(desk: Desk, number: int, row: int) -> None:
    agent, skill = desk.agents[number], desk.skills[desk.calls[row]["skill"]]
    desk.hands[number, agent["in_hand"]] = row
    agent["in_hand"] += 1
    agent["channel"] = skill["channel"]
    desk.center["in_use"] += skill["line"]


@woven
def _work(desk: Desk, number: int, now: float) -> None:
    """Before a change, work goes on at the old pace; the agent's ``since`` is now."""
    agent = desk.agents[number]
    for index in range(agent["in_hand"]):
        call = desk.calls[desk.hands[number, index]]
        rate = agent["speed"] * desk.pace[call["skill"], agent["in_hand"] - 1]
        call["remaining"] = work_left(call["remaining"], now - agent["since"], rate)
    agent["since"] = now


@woven
def _renew(desk: Desk, number: int) -> None:
    """Create the agent's next completion, for the contact in hand that would end first; it replaces the one before."""
    agent = desk.agents[number]
    soonest, agent["renewed"] = NEVER, NONE
    for index in range(agent["in_hand"]):
        call = desk.calls[desk.hands[number, index]]
        rate = agent["speed"] * desk.pace[call["skill"], agent["in_hand"] - 1]
        end = agent["since"] + call["remaining"] / rate
        if end < soonest:
            soonest, agent["first"] = end, index
    if agent["in_hand"] > 0:
        agent["renewed"] = schedule(desk.center, desk.events, COMPLETION, soonest, number)


@woven
def _count_available(desk: Desk, number: int, more: int) -> None:
    """Count an agent in, or out, with those available whose first choice a skill is."""
    pattern = desk.agents[number]["pattern"]
    for skill in range(desk.skills.size):
        if desk.choice[pattern, skill] == 1:
            desk.skills[skill]["agents"] += more


@woven
def _bench(desk: Desk, in_hand: int, channel: int) -> int:
    """Return the place on which agents sit who have so many contacts of a channel in hand."""
    most = desk.hands.shape[1]
    return 0 if in_hand == 0 else 1 + channel * (most - 1) + in_hand - 1


@woven
def _sit(desk: Desk, number: int) -> None:
    """Sit down among those with as much in hand who are alike, by the last change, then by number."""
    agent = desk.agents[number]
    if not agent["available"] or agent["in_hand"] >= desk.hands.shape[1]:
        return
    agent["bench"] = _bench(desk, agent["in_hand"], agent["channel"])
    bench = desk.benches[agent["pattern"], agent["bench"]]
    before, after = bench["last"], NONE
    while before >= 0 and _sooner(desk, number, before):
        before, after = desk.agents[before]["before"], before
    agent["before"], agent["after"] = before, after
    if before >= 0:
        desk.agents[before]["after"] = number
    else:
        bench["first"] = number
    if after >= 0:
        desk.agents[after]["before"] = number
    else:
        bench["last"] = number


@woven
def _stand(desk: Desk, number: int) -> None:
    """Stand up from the bench, if the agent sits on one."""
    agent = desk.agents[number]
    if agent["bench"] < 0:
        return
    bench = desk.benches[agent["pattern"], agent["bench"]]
    if agent["before"] >= 0:
        desk.agents[agent["before"]]["after"] = agent["after"]
    else:
        bench["first"] = agent["after"]
    if agent["after"] >= 0:
        desk.agents[agent["after"]]["before"] = agent["before"]
    else:
        bench["last"] = agent["before"]
    agent["bench"] = NONE
