"""The compiled engine's agents: who is the best for a call, what they have in hand, and when it ends.

A term of the table of events in docs/call_center.md is a function of its name. Available agents who may take more sit
on benches, one for those alike in what they take and have in hand, by their last change: nobody is searched for.
"""

from sim.call_center.compiled_calls import leave_queue
from sim.call_center.compiled_tables import COMPLETION, NONE, Desk
from sim.call_center.event_heaps import schedule
from sim.call_center.rules import NEVER, work_left
from sim.kernel import woven


@woven
def best(desk: Desk, number: int, now: float) -> int:
    """Return the best agent who may take a call; -1 if there is none.

    First choice before second, then fewest in hand, then longest since their change.
    """
    call = desk.calls[number]
    skill = desk.skills[call["skill"]]
    for choice in range(1, 3):
        if choice == 2 and now < call["arrival"] + skill["overflow"]:
            break
        for in_hand in range(skill["at_once"]):
            found, bench = NONE, _bench(desk, in_hand, skill["channel"])
            for pattern in range(desk.choice.shape[0]):
                other = desk.benches[pattern, bench]["first"]
                able = other >= 0 and desk.choice[pattern, call["skill"]] == choice
                if able and (found < 0 or _sooner(desk, other, found)):
                    found = other
            if found >= 0:
                return found
    return NONE


@woven
def answer(desk: Desk, number: int, who: int, now: float) -> None:
    """An agent on a bench answers a call: the agent changes."""
    stand(desk, who)
    _take(desk, number, who, now)
    renew(desk, who)
    sit(desk, who)


@woven
def free(desk: Desk, who: int, now: float) -> bool:
    """While an available agent may take some waiting call, they answer it; return whether they did.

    The caller renews their completion and seats them: between two answers of one instant nobody looks.
    """
    before = desk.agents[who]["in_hand"]
    while desk.center["waiting"] > 0:
        number = _longest_waiting(desk, who, now)
        if number < 0:
            break
        leave_queue(desk, number)
        _take(desk, number, who, now)
    changed: bool = desk.agents[who]["in_hand"] > before
    return changed


@woven
def _longest_waiting(desk: Desk, who: int, now: float) -> int:
    """Return the call of the best class, and in it the first to join, that an agent may take; -1 without one."""
    agent, found = desk.agents[who], NONE
    for priority in range(desk.queues.shape[0]):
        if desk.queues[priority, desk.skills.size]["size"] == 0:
            continue
        for number in range(desk.skills.size):
            first = desk.queues[priority, number]["first"]
            if first < 0 or (found >= 0 and desk.calls[found]["ticket"] < desk.calls[first]["ticket"]):
                continue
            skill, choice = desk.skills[number], desk.choice[agent["pattern"], number]
            if agent["in_hand"] > 0 and (agent["channel"] != skill["channel"] or agent["in_hand"] >= skill["at_once"]):
                continue
            if choice == 1 or (choice == 2 and desk.calls[first]["arrival"] + skill["overflow"] <= now):
                found = first
        if found >= 0:
            break
    return found


@woven
def _take(desk: Desk, number: int, who: int, now: float) -> None:
    """A call comes into an agent's hands."""
    desk.calls[number]["answered"] = now
    settle(desk, who, now)
    into_hand(desk, number, who)


@woven
def into_hand(desk: Desk, number: int, who: int) -> None:
    """Put a call behind those that an agent has in hand."""
    agent, skill = desk.agents[who], desk.skills[desk.calls[number]["skill"]]
    desk.hands[who, agent["in_hand"]] = number
    agent["in_hand"] += 1
    agent["channel"] = skill["channel"]
    desk.center["in_use"] += skill["line"]


@woven
def settle(desk: Desk, who: int, now: float) -> None:
    """Before a change, work goes on at the old pace; the agent's ``since`` is now."""
    agent = desk.agents[who]
    for index in range(agent["in_hand"]):
        call = desk.calls[desk.hands[who, index]]
        rate = agent["speed"] * desk.pace[call["skill"], agent["in_hand"] - 1]
        call["remaining"] = work_left(call["remaining"], now - agent["since"], rate)
    agent["since"] = now


@woven
def renew(desk: Desk, who: int) -> None:
    """Create the agent's next completion, for the call in hand that would end first; it replaces the one before."""
    agent = desk.agents[who]
    soonest, agent["renewed"] = NEVER, NONE
    for index in range(agent["in_hand"]):
        call = desk.calls[desk.hands[who, index]]
        rate = agent["speed"] * desk.pace[call["skill"], agent["in_hand"] - 1]
        end = agent["since"] + call["remaining"] / rate
        if end < soonest:
            soonest, agent["first"] = end, index
    if agent["in_hand"] > 0:
        agent["renewed"] = schedule(desk.center, desk.events, COMPLETION, soonest, who)


@woven
def count_available(desk: Desk, who: int, more: int) -> None:
    """Count an agent in, or out, with those available whose first choice a skill is."""
    pattern = desk.agents[who]["pattern"]
    for skill in range(desk.skills.size):
        if desk.choice[pattern, skill] == 1:
            desk.skills[skill]["agents"] += more


@woven
def sit(desk: Desk, who: int) -> None:
    """Sit down among those with as much in hand who are alike, by the last change, then by number."""
    agent = desk.agents[who]
    if not agent["available"] or agent["in_hand"] >= desk.hands.shape[1]:
        return
    agent["bench"] = _bench(desk, agent["in_hand"], agent["channel"])
    bench = desk.benches[agent["pattern"], agent["bench"]]
    before, after = bench["last"], NONE
    while before >= 0 and _sooner(desk, who, before):
        before, after = desk.agents[before]["before"], before
    agent["before"], agent["after"] = before, after
    if before >= 0:
        desk.agents[before]["after"] = who
    else:
        bench["first"] = who
    if after >= 0:
        desk.agents[after]["before"] = who
    else:
        bench["last"] = who


@woven
def stand(desk: Desk, who: int) -> None:
    """Stand up from the bench, if the agent sits on one."""
    agent = desk.agents[who]
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


@woven
def _bench(desk: Desk, in_hand: int, channel: int) -> int:
    """Return the place on which agents sit who have so many contacts of a channel in hand."""
    most = desk.hands.shape[1]
    return 0 if in_hand == 0 else 1 + channel * (most - 1) + in_hand - 1


@woven
def _sooner(desk: Desk, one: int, other: int) -> bool:
    """Whether one agent's last change was before another's; of one instant, whether the number is lower."""
    since, others = desk.agents[one]["since"], desk.agents[other]["since"]
    sooner: bool = since < others or (since == others and one < other)
    return sooner
