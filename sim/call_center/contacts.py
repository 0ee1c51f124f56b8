"""Contacts: who calls, why, when, and the luck that each one brings.

A contact's id is (person, cause, slot, shadow, attempt) in the period in which it all began. Everything that chance
decides about it is a pure function of that id and known before it starts: nothing that happens in the queue can
change it.
"""

from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple, Self

import numpy as np
from numba import literal_unroll
from numpy.typing import NDArray

from sim.call_center.rules import Callers, Luck, Rules, id_number, luck
from sim.draws import Key
from sim.kernel import loop, woven

SLOTS = 256  # of one cause, person and period
TIERS = 2  # of customers: a skill of the next rank comes after all of them


class Cause(IntEnum):
    """Why somebody calls. The numbers are part of a contact's id."""

    QUESTION = 0
    FAILURE = 1
    ORDER = 2


class Contact(NamedTuple):
    """One contact: its id, when it calls, and its luck."""

    person: int
    cause: int
    slot: int
    shadow: int  # 0: the person's own; from 1: somebody like them, of the customers represented
    attempt: int
    period: int  # in which it all began
    priority: int  # 0 is answered first
    skill: int  # kind of work that it asks for
    arrival: float  # minutes on the world's clock
    work: float  # minutes of an agent of speed 1
    patience: float  # minutes
    patience_factor: float  # of the person
    familiarity: float  # how well the firm's agents know the story, 0-1
    resolution: float  # solved where the chance to solve is above this
    redial: float  # delay of another call after hanging up, weeks of open time; infinite: none
    repeat: float  # delay of another call when nothing was solved, weeks of calling time; infinite: none
    accepts: bool  # a call-back, where one is offered


class Contacts(NamedTuple):
    """Contacts as columns of equal length, in the order of their arrivals; the meaning is that of `Contact`."""

    person: NDArray[np.int64]
    cause: NDArray[np.int8]
    slot: NDArray[np.int32]
    shadow: NDArray[np.int32]
    attempt: NDArray[np.int32]
    period: NDArray[np.int32]
    priority: NDArray[np.int8]
    skill: NDArray[np.int8]
    arrival: NDArray[np.float64]
    work: NDArray[np.float64]
    patience: NDArray[np.float64]
    patience_factor: NDArray[np.float64]
    familiarity: NDArray[np.float64]
    resolution: NDArray[np.float64]
    redial: NDArray[np.float64]
    repeat: NDArray[np.float64]
    accepts: NDArray[np.bool_]

    @classmethod
    def of(cls, rows: list[Contact]) -> Self:
        """Return the columns of ``rows``."""
        columns = zip(*rows, strict=True) if rows else [()] * len(COLUMNS)
        return cls._make(np.array(column, kind) for column, kind in zip(columns, COLUMNS, strict=True))

    @classmethod
    def blank(cls, rows: int) -> Self:
        """Return columns of ``rows`` zeros."""
        return cls._make(np.zeros(rows, kind) for kind in COLUMNS)

    def rows(self) -> list[Contact]:
        """Return the contacts one by one."""
        return list(map(Contact._make, zip(*(column.tolist() for column in self), strict=True)))

    def take(self, rows: NDArray[np.integer] | NDArray[np.bool_]) -> "Contacts":
        """Return some of the contacts."""
        places = np.flatnonzero(rows) if rows.dtype == bool else rows
        return Contacts._make(column.take(places) for column in self)

    def in_order(self) -> "Contacts":
        """Return the contacts by arrival, those of one instant by their id."""
        if (self.arrival[1:] > self.arrival[:-1]).all():
            return self
        return self.take(in_order(self.arrival, (getattr(self, name) for name in ID)))

    @classmethod
    def together(cls, parts: "list[Contacts]") -> "Contacts":
        """Return several tables as one."""
        return cls._make(np.concatenate(columns) for columns in zip(*parts, strict=True))

    def and_also(self, others: "Contacts") -> "Contacts":
        """Return these contacts and others."""
        return Contacts.together([self, others])


def in_order(moment: NDArray[np.float64], others: Iterable[NDArray[np.integer]]) -> NDArray[np.intp]:
    """Return the rows by their moment; rows of one instant by ``others``, the last first: asked for when needed."""
    rows = np.argsort(moment)
    ordered = moment[rows]
    ties = (ordered[1:] == ordered[:-1]).any()
    return np.lexsort((*others, moment)) if ties else rows


ID = ("attempt", "shadow", "slot", "cause", "period", "person")  # the last first
IDENTITY = Contacts._fields[:9]  # who, why, when and for what: the columns that records begin with
COLUMNS = (np.int64, np.int8, np.int32, np.int32, np.int32, np.int32, np.int8, np.int8, *[np.float64] * 8, np.bool_)


def next_attempt(rules: Rules, contact: Contact, arrival: float) -> Contact:
    """Return the contact's next attempt, at ``arrival``: same root, new work, patience and outcome.

    Now the story is known: its familiarity is 1.
    """
    attempt = contact.attempt + 1
    number = id_number(contact.cause, contact.slot, contact.shadow, attempt)
    work, patience, resolution, redial, repeat, accepts = luck(
        rules.key, rules.callers, contact.skill, contact.person, contact.period, number, attempt,
        contact.patience_factor, 1.0,
    )  # fmt: skip
    return contact._replace(
        attempt=attempt,
        arrival=arrival,
        work=work,
        patience=patience,
        familiarity=1.0,
        resolution=resolution,
        redial=redial,
        repeat=repeat,
        accepts=accepts,
    )


def next_attempts(rules: Rules, contacts: Contacts, arrival: NDArray[np.float64]) -> Contacts:
    """Return the next attempt of many contacts: `next_attempt` by columns."""
    further = contacts.take(np.arange(arrival.size))
    further.attempt[:] += 1
    further.arrival[:] = arrival
    further.familiarity[:] = 1.0
    _draw_luck(rules.key, rules.callers, further)
    return further


@woven
def number_in(contacts: Contacts, row: int) -> int:
    """Return the `id_number` of one row."""
    return id_number(
        int(contacts.cause[row]), int(contacts.slot[row]), int(contacts.shadow[row]), int(contacts.attempt[row])
    )


@woven
def call_again(key: Key, callers: Callers, contacts: Contacts, row: int, arrival: float, further: int) -> None:
    """Write to row ``further`` the next attempt of the contact in ``row``: `next_attempt` in a table."""
    for column in literal_unroll(contacts):
        column[further] = column[row]
    contacts.attempt[further] += 1
    contacts.arrival[further] = arrival
    contacts.familiarity[further] = 1.0
    _draw_luck_of(key, callers, contacts, further)


@loop
def _draw_luck(key: Key, callers: Callers, contacts: Contacts) -> None:
    """Give each contact its luck."""
    for row in range(contacts.person.size):
        _draw_luck_of(key, callers, contacts, row)


@woven
def _draw_luck_of(key: Key, callers: Callers, contacts: Contacts, row: int) -> None:
    drawn = luck(
        key,
        callers,
        max(0, int(contacts.skill[row])),
        int(contacts.person[row]),
        int(contacts.period[row]),
        number_in(contacts, row),
        int(contacts.attempt[row]),
        float(contacts.patience_factor[row]),
        float(contacts.familiarity[row]),
    )
    write_luck(contacts, row, drawn)


@woven
def write_luck(contacts: Contacts, row: int, drawn: Luck) -> None:
    """Write its luck to a row."""
    (
        contacts.work[row],
        contacts.patience[row],
        contacts.resolution[row],
        contacts.redial[row],
        contacts.repeat[row],
        contacts.accepts[row],
    ) = drawn
