"""A door for anyone who has only a queue: arrays in, a table out."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from sim.call_center.contacts import NEVER, Contacts, rules_of
from sim.call_center.records import CenterState
from sim.call_center.settings import CallCenterSettings
from sim.call_center.simpy_engine import serve as serve_contacts
from sim.call_center.staff import Staff
from sim.draws import Key

if TYPE_CHECKING:
    import pandas as pd


def serve(
    arrival: ArrayLike,
    work: ArrayLike,
    patience: ArrayLike = NEVER,
    priority: ArrayLike | None = None,
    servers: int = 1,
) -> "pd.DataFrame":
    """Serve a queue to its end: longest waiting first inside a class, longest idle server first.

    Args:
        arrival: Times, finite, in any order and any unit, shape (contacts,).
        work: Time that each contact takes, >= 0.
        patience: Time that each waits before hanging up, >= 0; infinite: never.
        priority: Class of each, 0-127; 0 is answered first. None: one class.
        servers: Number of servers, at least 1.

    Returns:
        A table with one row per contact, in the order given: ``wait`` until answered or hung up, ``answered``,
        ``agent`` (-1 where nobody answered), ``end``.

    Raises:
        ValueError: A number is missing or out of range, or the lengths differ.
    """
    import pandas as pd

    contacts = _contacts(arrival, work, patience, priority)
    if servers < 1:
        raise ValueError(f"servers = {servers!r}: allowed are whole numbers from 1")
    columns = ["wait", "answered", "agent", "end"]
    if not contacts.person.size:
        return pd.DataFrame({name: [] for name in columns})
    contacts = contacts.in_order()
    rules = rules_of(CallCenterSettings(), Key(0, 0))  # of no effect: nobody calls twice
    start = CenterState(now=float(contacts.arrival[0]))
    _, records = serve_contacts(start, contacts, Staff.steady(servers), rules, NEVER)
    order = np.argsort(records.person)
    return pd.DataFrame({name: getattr(records, name)[order] for name in columns})


def _contacts(arrival: ArrayLike, work: ArrayLike, patience: ArrayLike, priority: ArrayLike | None) -> Contacts:
    """Return contacts that call once, numbered in the order given."""
    given = {
        "arrival": np.atleast_1d(np.asarray(arrival, float)),
        "work": np.asarray(work, float),
        "patience": np.asarray(patience, float),
        "priority": np.asarray(0 if priority is None else priority),
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
        getattr(contacts, name)[:] = values
    if (np.asarray(given["priority"]) > 127).any():
        raise ValueError(f"priority = {given['priority'].max()}: allowed are 0 to 127")
    contacts.person[:] = np.arange(rows)
    contacts.redial[:] = NEVER
    contacts.repeat[:] = NEVER
    return contacts
