"""Records of contacts that ended, and the state of a center in between: plain data for every engine."""

import math
from enum import IntEnum
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from sim.call_center.contacts import ID, IDENTITY, Contacts, in_order

NOBODY = -1
NOT_BEGUN = -math.inf


class Ending(IntEnum):
    """How a contact ends."""

    ANSWERED = 0
    ABANDONED = 1
    BLOCKED = 2  # no telephone line was free
    CONTAINED = 3  # self-service met the need


class Records(NamedTuple):
    """Contacts that ended, as columns of equal length, in the order of their ends."""

    person: NDArray[np.int64]
    cause: NDArray[np.int8]
    slot: NDArray[np.int32]
    shadow: NDArray[np.int32]  # 0: the person's own
    attempt: NDArray[np.int32]
    period: NDArray[np.int32]  # in which the need arose
    priority: NDArray[np.int8]
    skill: NDArray[np.int8]  # that it asked for; -1: self-service
    arrival: NDArray[np.float64]  # minute of the clock
    wait: NDArray[np.float64]  # minutes until answered or hung up
    ending: NDArray[np.int8]  # an `Ending`
    called_back: NDArray[np.bool_]  # waited without a line, and was called back
    handle: NDArray[np.float64]  # minutes with an agent; 0 where nobody answered
    end: NDArray[np.float64]  # minute of the clock
    agent: NDArray[np.int32]  # -1 where nobody answered, and in a benchmark
    resolved: NDArray[np.bool_]
    quality: NDArray[np.float64]  # of the agent, a factor around 1; 0 where nobody answered
    again: NDArray[np.float64]  # minute at which the same need calls again; infinite where it does not

    @classmethod
    def blank(cls, rows: int) -> Self:
        """Return columns of ``rows`` zeros."""
        return cls._make(np.zeros(rows, kind) for kind in RECORD_COLUMNS)

    @classmethod
    def about(cls, contacts: Contacts) -> Self:
        """Return records of contacts of which nothing is known yet but who they are."""
        records = cls.blank(contacts.person.size)
        for name in IDENTITY:
            getattr(records, name)[:] = getattr(contacts, name)
        records.agent[:] = NOBODY
        return records

    @classmethod
    def of(cls, rows: list[tuple[Any, ...]]) -> Self:
        """Return the columns of ``rows``."""
        columns = zip(*rows, strict=True) if rows else [()] * len(RECORD_COLUMNS)
        return cls._make(np.array(column, kind) for column, kind in zip(columns, RECORD_COLUMNS, strict=True))

    @property
    def answered(self) -> NDArray[np.bool_]:
        """Whether an agent took the contact."""
        answered: NDArray[np.bool_] = self.ending == Ending.ANSWERED
        return answered

    @property
    def redial(self) -> NDArray[np.bool_]:
        """Whether who got nobody will call again."""
        redial: NDArray[np.bool_] = np.isfinite(self.again) & ~self.answered
        return redial

    @property
    def repeat(self) -> NDArray[np.bool_]:
        """Whether who was answered but not helped will call again."""
        repeat: NDArray[np.bool_] = np.isfinite(self.again) & self.answered
        return repeat

    def take(self, rows: NDArray[np.integer] | NDArray[np.bool_]) -> "Records":
        """Return some of the records."""
        places = np.flatnonzero(rows) if rows.dtype == bool else rows
        return Records._make(column.take(places) for column in self)

    @classmethod
    def together(cls, parts: list["Records"]) -> "Records":
        """Return several tables as one, in order."""
        return cls._make(np.concatenate(columns) for columns in zip(*parts, strict=True)).in_order()

    def in_order(self) -> "Records":
        """Return the records by end, those of one instant by their id."""
        return self.take(in_order(self.end, (getattr(self, name) for name in ID)))


RECORD_COLUMNS = (
    *(np.int64, np.int8, np.int32, np.int32, np.int32, np.int32, np.int8, np.int8),
    *(np.float64, np.float64, np.int8, np.bool_, np.float64, np.float64, np.int32, np.bool_, np.float64, np.float64),
)


class InHand(NamedTuple):
    """Contacts with agents: by the order of their agents' last changes, one agent's in the order of the answers."""

    contacts: Contacts
    agent: NDArray[np.int32]  # -1 in a benchmark
    answered: NDArray[np.float64]  # minute of the clock
    called_back: NDArray[np.bool_]
    remaining: NDArray[np.float64]  # work left at the agent's last change, minutes of an agent of speed 1
    since: NDArray[np.float64]  # minute of that change

    @classmethod
    def nothing(cls) -> Self:
        """Return an empty table."""
        return cls(Contacts.blank(0), np.zeros(0, np.int32), np.zeros(0), np.zeros(0, bool), np.zeros(0), np.zeros(0))

    def take(self, rows: NDArray[np.integer] | NDArray[np.bool_]) -> "InHand":
        """Return some of the rows."""
        columns: tuple[Any, ...] = self[1:]
        return InHand(self.contacts.take(rows), *(column[rows] for column in columns))


class CenterState(NamedTuple):
    """A center between two periods: plain data, which any engine can take up."""

    now: float  # minute of the clock
    waiting: Contacts  # in the order in which they joined; each hangs up at arrival + patience
    held: NDArray[np.bool_]  # (waiting,) waits to be called back, without a line
    in_hand: InHand
    to_come: Contacts  # further attempts, in the order in which they were decided
    available: NDArray[np.bool_]  # (agents,) on duty and not on a break
    since: NDArray[np.float64]  # (agents,) minute of an agent's last change

    @classmethod
    def at(cls, now: float) -> Self:
        """Return an empty center."""
        nobody = np.zeros(0, bool)
        return cls(now, Contacts.blank(0), nobody, InHand.nothing(), Contacts.blank(0), nobody, np.zeros(0))
