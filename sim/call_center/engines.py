"""Two engines for one queue: the readable reference and its fast twin, equal to the bit."""

from typing import Literal

from sim.call_center.contacts import Contacts
from sim.call_center.records import CenterState, Records
from sim.call_center.rules import Rules
from sim.call_center.staff import Staff

type Engine = Literal["auto", "simpy", "compiled"]

SMALL = 2_000  # contacts; below it the compiled engine's start costs more than it saves


def serve(
    state: CenterState, contacts: Contacts, staff: Staff, rules: Rules, until: float, engine: Engine = "auto"
) -> tuple[CenterState, Records]:
    """Serve a stretch of the clock, from the state's ``now`` (included) to ``until`` (not included).

    Args:
        state: What is under way.
        contacts: Those that arrive in the stretch for the first time, in the order of their arrivals.
        staff: Agents, and their roster over the stretch.
        rules: How callers behave, and what the kinds of work ask of agents.
        until: Minute of the clock, later than the state's ``now``.
        engine: ``simpy``, ``compiled``, or ``auto``: the first for few contacts, the second for many. No bit of what is
            returned depends on it.

    Returns:
        The state at ``until``, and the records of the contacts that ended in the stretch, in the order of their ends.
        Both depend on the arguments alone, and a stretch served in pieces gives the records of the whole.

    Raises:
        ValueError: The stretch is empty, a contact arrives outside it or out of order, or is in a benchmark's hands.
    """
    if not state.now < until:
        raise ValueError(f"until = {until}: allowed are minutes after {state.now}")
    if engine not in ("auto", "simpy", "compiled"):
        raise ValueError(f"engine = {engine!r}: allowed are auto, simpy, compiled")
    arrival = contacts.arrival
    if arrival.size and not (state.now <= arrival[0] and arrival[-1] < until and (arrival[1:] >= arrival[:-1]).all()):
        raise ValueError(f"contacts must arrive in order, from minute {state.now} to before {until}")
    if (state.in_hand.agent < 0).any():
        raise ValueError("the state has contacts in a benchmark's hands: finish them there first")
    if state.available.size > staff.speed.size:
        raise ValueError(f"staff of {staff.speed.size}: the state knows {state.available.size} agents")
    if engine == "simpy" or (engine == "auto" and arrival.size < SMALL):
        from sim.call_center.simpy_engine import serve as chosen
    else:
        from sim.call_center.compiled_engine import serve as chosen
    return chosen(state, contacts, staff, rules, until)
