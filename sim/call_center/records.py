"""Records of contacts that ended, and the state of a center in between: plain data for every engine."""

import math
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from sim.call_center.contacts import Contact

NOBODY = -1
NOT_BEGUN = -math.inf


class Outcome(NamedTuple):
    """How one contact went."""

    contact: Contact
    wait: float  # minutes until answered or hung up
    answered: bool
    handle: float  # minutes with an agent
    end: float  # minute of the clock
    agent: int
    resolved: bool
    quality: float  # of the agent
    again: float  # minute at which the same need calls again; infinite: it does not


class Records(NamedTuple):
    """Contacts that ended, as columns of equal length, in the order of their ends."""

    person: NDArray[np.int64]
    cause: NDArray[np.int8]
    slot: NDArray[np.int32]
    shadow: NDArray[np.int32]  # 0: the person's own
    attempt: NDArray[np.int32]
    period: NDArray[np.int32]  # in which the need arose
    priority: NDArray[np.int8]
    arrival: NDArray[np.float64]  # minute of the clock
    wait: NDArray[np.float64]  # minutes until answered or hung up
    answered: NDArray[np.bool_]
    handle: NDArray[np.float64]  # minutes with an agent; 0 where nobody answered
    end: NDArray[np.float64]  # minute of the clock
    agent: NDArray[np.int32]  # -1 where nobody answered, and in a benchmark
    resolved: NDArray[np.bool_]
    quality: NDArray[np.float64]  # of the agent, a factor around 1; 0 where nobody answered
    redial: NDArray[np.bool_]  # hung up, and will call again
    repeat: NDArray[np.bool_]  # was answered but not helped, and will call again
    again: NDArray[np.float64]  # minute of that call; infinite where there is none

    @classmethod
    def of(cls, outcomes: list[Outcome]) -> Self:
        """Return the columns of ``outcomes``."""
        contact, wait, answered, handle, end, agent, resolved, quality, again = (
            zip(*outcomes, strict=True) if outcomes else [()] * len(Outcome._fields)
        )
        person, cause, slot, shadow, attempt, period, priority, arrival = (
            list(zip(*contact, strict=True))[:8] if contact else [()] * 8
        )
        was_answered, calls_again = np.array(answered, bool), np.isfinite(np.array(again, float))
        return cls(
            person=np.array(person, np.int64),
            cause=np.array(cause, np.int8),
            slot=np.array(slot, np.int32),
            shadow=np.array(shadow, np.int32),
            attempt=np.array(attempt, np.int32),
            period=np.array(period, np.int32),
            priority=np.array(priority, np.int8),
            arrival=np.array(arrival, float),
            wait=np.array(wait, float),
            answered=was_answered,
            handle=np.array(handle, float),
            end=np.array(end, float),
            agent=np.array(agent, np.int32),
            resolved=np.array(resolved, bool),
            quality=np.array(quality, float),
            redial=calls_again & ~was_answered,
            repeat=calls_again & was_answered,
            again=np.array(again, float),
        )

    def take(self, rows: NDArray[np.integer] | NDArray[np.bool_]) -> "Records":
        """Return some of the records."""
        return Records._make(column[rows] for column in self)

    @classmethod
    def together(cls, parts: list["Records"]) -> "Records":
        """Return several tables as one, by end, those of one instant by their id."""
        whole = cls._make(np.concatenate(columns) for columns in zip(*parts, strict=True))
        order = (whole.attempt, whole.shadow, whole.slot, whole.cause, whole.period, whole.person, whole.end)
        return whole.take(np.lexsort(order))


class CenterState(NamedTuple):
    """A center between two periods: plain data, which any engine can take up."""

    now: float = NOT_BEGUN  # minute of the clock
    waiting: tuple[Contact, ...] = ()  # in the order in which they joined; each hangs up at arrival + patience
    in_hand: tuple[Outcome, ...] = ()  # with an agent, in the order in which they were answered
    to_come: tuple[Contact, ...] = ()  # redials and repeats, in the order in which they were decided
    idle: tuple[tuple[float, int], ...] = ()  # (idle since, agent) of those on duty without a contact
    on_duty: frozenset[int] = frozenset()
