"""The compiled engine's calls: contacts under way, from their arrival through the queue to their end.

A term of the table of events in docs/call_center.md is a function of its name.
"""

from sim.call_center.compiled_tables import ANSWERED, FURTHER_ARRIVAL, NONE, OVERFLOW, PATIENCE, Desk
from sim.call_center.event_heaps import schedule
from sim.call_center.rules import NEVER, Callers, call_again_at, chance_to_solve, expected_wait, id_number, luck
from sim.draws import Key
from sim.kernel import woven


@woven
def begin(desk: Desk, row: int) -> int:
    """Return a call for the contact of a row: one that is not in use any more, if there is one."""
    number = int(desk.center["unused"])
    if number >= 0:
        desk.center["unused"] = desk.calls[number]["after"]
    else:
        number = int(desk.center["calls"])
        desk.center["calls"] = number + 1
    call, contacts = desk.calls[number], desk.contacts
    call["row"], call["attempt"] = row, contacts.attempt[row]
    call["skill"], call["priority"] = contacts.skill[row], contacts.priority[row]
    call["arrival"], call["patience"] = contacts.arrival[row], contacts.patience[row]
    call["work"] = call["remaining"] = contacts.work[row]
    call["resolution"], call["accepts"] = contacts.resolution[row], contacts.accepts[row]
    call["redial"], call["repeat"] = contacts.redial[row], contacts.repeat[row]
    call["ticket"], call["held"] = NONE, False
    return number


@woven
def wants_call_back(desk: Desk, number: int) -> bool:
    """Whether a call-back is offered, by the expected wait, and accepted."""
    call = desk.calls[number]
    skill = desk.skills[call["skill"]]
    if not call["accepts"] or not skill["call_back_after"] < NEVER:
        return False
    ahead = desk.queues[0, call["skill"]]["size"]
    for priority in range(1, call["priority"] + 1):
        ahead += desk.queues[priority, call["skill"]]["size"]
    longer: bool = expected_wait(ahead, skill["agents"], skill["mean_work"]) > skill["call_back_after"]
    return longer


@woven
def join(desk: Desk, number: int, held: bool, now: float) -> None:
    """Join the end of the queue; create the end of patience and the overflow, if it is still to come."""
    call, center = desk.calls[number], desk.center
    skill = desk.skills[call["skill"]]
    queue = desk.queues[call["priority"], call["skill"]]
    call["held"], call["before"], call["after"] = held, queue["last"], NONE
    if queue["last"] >= 0:
        desk.calls[queue["last"]]["after"] = number
    else:
        queue["first"] = number
    queue["last"] = number
    queue["size"] += 1
    desk.queues[call["priority"], desk.skills.size]["size"] += 1
    center["waiting"] += 1
    call["ticket"] = center["created"]
    center["created"] += 1
    if not held:
        center["in_use"] += skill["line"]
        if call["arrival"] + call["patience"] < NEVER:
            schedule(center, desk.events, PATIENCE, call["arrival"] + call["patience"], number)
    if skill["overflow"] != 0.0 and now <= call["arrival"] + skill["overflow"] < NEVER:
        schedule(center, desk.events, OVERFLOW, call["arrival"] + skill["overflow"], number)


@woven
def leave_queue(desk: Desk, number: int) -> None:
    """Leave the queue, and the line if the contact waited on it."""
    call, center = desk.calls[number], desk.center
    queue = desk.queues[call["priority"], call["skill"]]
    if call["before"] >= 0:
        desk.calls[call["before"]]["after"] = call["after"]
    else:
        queue["first"] = call["after"]
    if call["after"] >= 0:
        desk.calls[call["after"]]["before"] = call["before"]
    else:
        queue["last"] = call["before"]
    queue["size"] -= 1
    desk.queues[call["priority"], desk.skills.size]["size"] -= 1
    center["waiting"] -= 1
    call["ticket"] = NONE
    if not call["held"]:
        center["in_use"] -= desk.skills[call["skill"]]["line"]


@woven
def close(desk: Desk, number: int, now: float, ending: int, who: int, wait: float) -> None:
    """Record a contact that ends; ``who`` is the agent who answered. Whether it calls again, `follow` says."""
    call, record = desk.calls[number], desk.closed[desk.center["closed"]]
    desk.center["closed"] += 1
    desk.center["ended"] = number
    record["row"], record["attempt"], record["arrival"] = call["row"], call["attempt"], call["arrival"]
    record["ending"], record["wait"], record["end"], record["again"] = ending, wait, now, NEVER
    if ending == ANSWERED:
        agent = desk.agents[who]
        record["handle"], record["called_back"] = now - call["answered"], call["held"]
        record["agent"], record["quality"] = who, agent["quality"]
        chance = chance_to_solve(desk.skills[call["skill"]]["resolution"], agent["quality"])
        record["resolved"] = call["resolution"] < chance
    else:
        record["handle"], record["called_back"] = 0.0, False
        record["agent"], record["quality"] = NONE, 0.0
        record["resolved"] = False


@woven
def follow(desk: Desk) -> None:
    """After an event that closed a call: let its need call again, or use the call for another contact."""
    number, center = int(desk.center["ended"]), desk.center
    call, record = desk.calls[number], desk.closed[center["closed"] - 1]
    center["ended"] = NONE
    answered, now = record["ending"] == ANSWERED, record["end"]
    if record["resolved"] or not (call["repeat"] if answered else call["redial"]) < NEVER:
        call["after"] = center["unused"]
        center["unused"] = number
    else:
        if answered:
            record["again"] = call_again_at(center["calling"], now, call["repeat"])
        else:
            record["again"] = call_again_at(center["opening"], now, call["redial"])
        _call_again(desk, number, record["again"])


@woven
def _call_again(desk: Desk, number: int, arrival: float) -> None:
    """Make a call the next attempt of its need: same root, new luck."""
    call, contacts, skills = desk.calls[number], desk.contacts, desk.skills
    row, attempt = int(call["row"]), int(call["attempt"]) + 1
    callers = Callers(
        skills["log_mean"], skills["log_sd"], skills["patience"], skills["patience_shape"], skills["redial_chance"],
        skills["redial_delay"], skills["repeat_chance"], skills["repeat_delay"], skills["call_back"],
        skills["screen_pop"],
    )  # fmt: skip
    work, patience, resolution, redial, repeat, accepts = luck(
        Key(desk.center["seed"], desk.center["replicate"]),
        callers,
        call["skill"],
        int(contacts.person[row]),
        int(contacts.period[row]),
        id_number(int(contacts.cause[row]), int(contacts.slot[row]), int(contacts.shadow[row]), attempt),
        attempt,
        contacts.patience_factor[row],
        1.0,
    )
    call["attempt"], call["arrival"], call["work"], call["remaining"] = attempt, arrival, work, work
    call["patience"], call["resolution"], call["accepts"] = patience, resolution, accepts
    call["redial"], call["repeat"], call["held"] = redial, repeat, False
    desk.center["attempts"] += 1
    schedule(desk.center, desk.events, FURTHER_ARRIVAL, arrival, number)
