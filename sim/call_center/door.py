"""A door for anyone who has only a queue: arrays in, a table out."""

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.call_center.contacts import Contacts
from sim.call_center.engines import Engine
from sim.call_center.engines import serve as serve_contacts
from sim.call_center.records import CenterState
from sim.call_center.rules import NEVER, NO_LIMIT, Rules, rules_of
from sim.call_center.settings import CallCenterSettings, SkillSettings
from sim.call_center.staff import Staff
from sim.draws import Key

if TYPE_CHECKING:
    import pandas as pd


def serve(
    arrival: ArrayLike,
    work: ArrayLike,
    patience: ArrayLike = NEVER,
    priority: ArrayLike | None = None,
    skill: ArrayLike | None = None,
    servers: int | None = None,
    staff: "pd.DataFrame | None" = None,
    lines: int | None = None,
    pace: tuple[float, ...] = (1.0,),
    engine: Engine = "auto",
) -> "pd.DataFrame":
    """Serve a queue to its end: longest waiting first inside a class, longest idle server first.

    Args:
        arrival: Times, finite, in any order and any unit, shape (contacts,).
        work: Time that each contact takes a server of speed 1, >= 0.
        patience: Time that each waits before hanging up, >= 0; infinite: never.
        priority: Class of each, 0-127; 0 is answered first. None: one class.
        skill: Kind of work of each, 0-19. None: one kind.
        servers: Number of servers who are always there and can do everything. None and no ``staff``: one.
        staff: Instead, a table of presence with a row for each stretch: ``agent`` (any label), ``start``, ``end`` in
            the unit of ``arrival``, and if need be ``skills`` (numbers in a list or a text with spaces; empty: all) and
            ``speed`` (1.0). Who goes off duty finishes the contact in hand.
        lines: At most so many contacts wait or are served; more are turned away. None: no limit.
        pace: Pace of each contact when a server has one, two, ... at once, not rising, from 1.
        engine: ``simpy``, ``compiled`` or ``auto``; the table does not depend on it.

    Returns:
        A table with one row per contact, in the order given: ``wait`` until answered or hung up, ``answered``,
        ``agent`` (its number, or its label in ``staff``; -1 where nobody answered), ``end``. Wait and end are
        infinite for those who are still in the queue when nobody comes any more.

    Raises:
        ValueError: A number is missing or out of range, or the lengths differ.
    """
    import pandas as pd

    contacts = _contacts(arrival, work, patience, priority, skill)
    skills = int(contacts.skill.max(initial=0)) + 1
    if servers is not None and staff is not None:
        raise ValueError("servers and staff are two ways to say who is there: give one of them")
    present, labels = _present(staff, skills) if staff is not None else _steady(servers, skills)
    columns = ["wait", "answered", "agent", "end"]
    if not contacts.person.size:
        return pd.DataFrame({name: [] for name in columns})
    contacts = contacts.in_order()
    start = CenterState.at(float(contacts.arrival[0]))
    _, records = serve_contacts(start, contacts, present, _rules(skills, lines, pace), NEVER, engine)
    rows = contacts.person.size
    wait, end, answered, number = np.full(rows, NEVER), np.full(rows, NEVER), np.zeros(rows, bool), np.full(rows, -1)
    for column, values in ((wait, records.wait), (end, records.end), (answered, records.answered)):
        column[records.person] = values
    number[records.person] = records.agent
    agent = np.where(number >= 0, labels[number], -1)
    return pd.DataFrame(dict(zip(columns, (wait, answered, agent, end), strict=True)))


def _steady(servers: int | None, skills: int) -> tuple[Staff, NDArray[Any]]:
    number = 1 if servers is None else servers
    if number < 1:
        raise ValueError(f"servers = {servers!r}: allowed are whole numbers from 1")
    return Staff.steady(number, skills), np.arange(number)


def _present(table: "pd.DataFrame", skills: int) -> tuple[Staff, NDArray[Any]]:
    """Return the staff that a table of presence makes, and the agents' labels."""
    missing = {"agent", "start", "end"} - set(table.columns)
    if missing:
        raise ValueError(
            f"staff has no column {', '.join(sorted(missing))}; it has: {', '.join(map(str, table.columns))}"
        )
    start, end = table["start"].to_numpy(float), table["end"].to_numpy(float)
    if not (start < end).all() or np.isnan(start).any() or np.isnan(end).any():
        raise ValueError("staff: each stretch must start before it ends")
    labels, agent = np.unique(table["agent"].to_numpy(), return_inverse=True)
    moments = np.unique(np.concatenate([start, end]))
    comings = np.zeros((moments.size, labels.size), np.int64)
    np.add.at(comings, (np.searchsorted(moments, start), agent), 1)
    np.add.at(comings, (np.searchsorted(moments, end), agent), -1)
    on_duty = comings.cumsum(axis=0) > 0
    speed, choice = np.ones(labels.size), np.ones((labels.size, skills), np.int8)
    if "speed" in table:
        speed[agent] = table["speed"].to_numpy(float)
        if not (speed > 0.0).all():
            raise ValueError("staff: speeds must be above 0")
    if "skills" in table:
        for row, text in zip(agent, table["skills"], strict=True):
            able = [int(one) for one in (text.split() if isinstance(text, str) else text)]
            choice[row] = 0 if able else 1
            choice[row, [one for one in able if one < skills]] = 1
    labels = labels if labels.dtype.kind == "i" else labels.astype(object)
    return Staff(speed, np.ones(labels.size), choice, moments, on_duty, np.zeros_like(on_duty)), labels


def _rules(skills: int, lines: int | None, pace: tuple[float, ...]) -> Rules:
    """Return the rules of a plain queue: nobody calls twice."""
    if not pace or pace[0] != 1.0 or min(pace) <= 0.0 or any(a < b for a, b in pairwise(pace)):
        raise ValueError(f"pace = {pace}: allowed are numbers above 0 that do not rise, from 1")
    kinds = {str(number): SkillSettings() for number in range(skills)}
    rules = rules_of(CallCenterSettings(skills=kinds), Key(0, 0))
    many = rules.skills._replace(at_once=np.full(skills, len(pace)), pace=np.tile(np.array(pace, float), (skills, 1)))
    return rules._replace(skills=many, lines=NO_LIMIT if lines is None else lines)


def _contacts(
    arrival: ArrayLike, work: ArrayLike, patience: ArrayLike, priority: ArrayLike | None, skill: ArrayLike | None
) -> Contacts:
    """Return contacts that call once, numbered in the order given."""
    given = {
        "arrival": np.atleast_1d(np.asarray(arrival, float)),
        "work": np.asarray(work, float),
        "patience": np.asarray(patience, float),
        "priority": np.asarray(0 if priority is None else priority),
        "skill": np.asarray(0 if skill is None else skill),
    }
    rows = given["arrival"].size
    contacts = Contacts.blank(rows)
    for name, values in given.items():
        if values.shape not in ((), (rows,)):
            raise ValueError(
                f"{name} has shape {values.shape}: allowed is one number, or one for each of {rows} arrivals"
            )
        if np.isnan(values).any() or (name != "patience" and np.isinf(values).any()):
            raise ValueError(f"{name} holds a number that is missing or infinite")
        if name != "arrival" and (values < 0).any():
            raise ValueError(f"{name} = {values.min()}: allowed are numbers from 0")
        if name in ("priority", "skill") and (values != np.floor(values)).any():
            raise ValueError(f"{name} holds a fraction: allowed are whole numbers")
        getattr(contacts, name)[:] = values
    for name, most in (("priority", 127), ("skill", 19)):
        if (given[name] > most).any():
            raise ValueError(f"{name} = {given[name].max()}: allowed are 0 to {most}")
    contacts.person[:] = np.arange(rows)
    contacts.redial[:] = NEVER
    contacts.repeat[:] = NEVER
    return contacts
