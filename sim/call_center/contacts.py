"""Contacts: who calls, why, when, and the luck that each one brings.

A contact's id is (person, cause, slot, shadow, attempt) in the period in which it all began. Everything that chance
decides about it is a pure function of that id and known before it starts: nothing that happens in the queue can
change it.
"""

import math
from collections.abc import Iterable
from enum import IntEnum
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.calendar import Window
from sim.call_center.hours import Hours, business_until, calling_hours, moment_of, open_minutes, opening_hours
from sim.call_center.settings import CallCenterSettings
from sim.draws import Decision, Key, exponential, normal, uniform, uniforms
from sim.kernel import kernel

SLOTS = 256  # of one cause, person and period
LAST_ATTEMPT = 31
NEVER = math.inf


class Cause(IntEnum):
    """Why somebody calls. The numbers are part of a contact's id."""

    QUESTION = 0
    FAILURE = 1
    ORDER = 2


class Callers(NamedTuple):
    """How callers behave, as a kernel takes it."""

    log_mean: float  # of the work, log minutes
    log_sd: float
    patience: float  # mean, minutes
    redial_chance: float
    redial_delay: float  # mean, weeks of open time
    repeat_chance: float
    repeat_delay: float  # mean, weeks of calling time


class Rules(NamedTuple):
    """All that is fixed while contacts are served."""

    key: Key
    callers: Callers
    resolution: float  # chance to solve, at normal quality
    calling: Hours
    opening: Hours


class Contact(NamedTuple):
    """One contact: its id, when it calls, and its luck."""

    person: int
    cause: int
    slot: int
    shadow: int  # 0: the person's own; from 1: somebody like them, of the customers represented
    attempt: int
    period: int  # in which it all began
    priority: int  # 0 is answered first
    arrival: float  # minutes on the world's clock
    work: float  # minutes of an agent of speed 1
    patience: float  # minutes
    patience_factor: float  # of the person
    resolution: float  # solved where the chance to solve is above this
    redial: float  # delay of another call after hanging up, weeks of open time; infinite: none
    repeat: float  # delay of another call when nothing was solved, weeks of calling time; infinite: none


class Contacts(NamedTuple):
    """Contacts as columns of equal length, in the order of their arrivals; the meaning is that of `Contact`."""

    person: NDArray[np.int64]
    cause: NDArray[np.int8]
    slot: NDArray[np.int32]
    shadow: NDArray[np.int32]
    attempt: NDArray[np.int32]
    period: NDArray[np.int32]
    priority: NDArray[np.int8]
    arrival: NDArray[np.float64]
    work: NDArray[np.float64]
    patience: NDArray[np.float64]
    patience_factor: NDArray[np.float64]
    resolution: NDArray[np.float64]
    redial: NDArray[np.float64]
    repeat: NDArray[np.float64]

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
        return Contacts._make(column[rows] for column in self)

    def in_order(self) -> "Contacts":
        """Return the contacts by arrival, those of one instant by their id."""
        return self.take(
            np.lexsort((self.attempt, self.shadow, self.slot, self.cause, self.period, self.person, self.arrival))
        )

    def and_also(self, others: "Contacts") -> "Contacts":
        """Return these contacts and others."""
        pairs: Iterable[tuple[Any, Any]] = zip(self, others, strict=True)
        return Contacts._make(np.concatenate(pair) for pair in pairs)


COLUMNS = (np.int64, np.int8, np.int32, np.int32, np.int32, np.int32, np.int8, *[np.float64] * 7)


def rules_of(settings: CallCenterSettings, key: Key) -> Rules:
    """Return the rules that ``settings`` make for the luck of ``key``."""
    work = settings.handle_time
    callers = Callers(
        log_mean=math.log(work.mean_minutes) - work.log_sd * work.log_sd / 2.0,
        log_sd=work.log_sd,
        patience=settings.patience.mean_minutes,
        redial_chance=settings.redial.chance,
        redial_delay=settings.redial.delay_minutes / open_minutes(settings),
        repeat_chance=settings.repeat.chance,
        repeat_delay=settings.repeat.delay_days / 7.0,
    )
    resolution = settings.resolution if settings.kind == "own" else settings.benchmark.resolution
    return Rules(key, callers, resolution, calling_hours(settings), opening_hours(settings))


def contacts_from(
    key: Key,
    window: Window,
    person: ArrayLike,
    cause: ArrayLike,
    slot: ArrayLike,
    priority: ArrayLike,
    patience_factor: ArrayLike,
    settings: CallCenterSettings,
) -> Contacts:
    """Make the contacts of a period, with those of the customers represented, in the order of their arrivals.

    Args:
        key: Seed and replicate.
        window: The period; every contact arrives within it, in opening hours, by the calling profile.
        person: Ids, shape (contacts,).
        cause: A `Cause` each.
        slot: Number of the event among the person's own of that cause in the period, 0-255: with person and cause the
            contact's id.
        priority: 0-127 each; 0 is answered first.
        patience_factor: The person's patience over the mean, > 0.
        settings: Of the firm's center. A benchmark has no queue to fill, so it gets the own contacts only.

    Raises:
        ValueError: A slot is outside 0-255, or a priority is negative.
    """
    kinds = (np.int64, np.int8, np.int32, np.int8, np.float64)
    columns = (person, cause, slot, priority, patience_factor)
    given = [np.asarray(column, kind) for column, kind in zip(columns, kinds, strict=True)]
    if given[2].size and (given[2].min() < 0 or given[2].max() >= SLOTS):
        raise ValueError(f"slot = {given[2].min()} to {given[2].max()}: allowed are 0 to {SLOTS - 1}")
    if given[3].size and given[3].min() < 0:
        raise ValueError(f"priority = {given[3].min()}: allowed are numbers from 0")
    represented = settings.customers_represented if settings.kind == "own" else 1.0
    each = np.zeros(given[0].size, np.int64)
    _count_shadows(key, window.period, given[0], given[1], given[2], represented, each)
    contacts = Contacts.blank(int(each.sum()))
    for column, values in zip(("person", "cause", "slot", "priority", "patience_factor"), given, strict=True):
        getattr(contacts, column)[:] = np.repeat(values, each)
    contacts.shadow[:] = np.arange(contacts.person.size) - np.repeat(np.cumsum(each) - each, each)
    contacts.period[:] = window.period
    rules = rules_of(settings, key)
    latest = float(np.nextafter(window.end, window.start))
    _draw_arrivals(key, rules.calling, contacts, window.start, window.end, latest)
    _draw_luck(key, rules.callers, contacts)
    return contacts.in_order()


@kernel
def id_number(cause: int, slot: int, shadow: int, attempt: int) -> int:
    """Return the number (32 bits) that tells a person's contacts of one period apart: the ``index`` of their draws."""
    return ((cause * 256 + slot) * 65536 + shadow) * 32 + attempt


@kernel
def luck(
    key: Key, callers: Callers, person: int, period: int, number: int, attempt: int, patience_factor: float
) -> tuple[float, float, float, float, float]:
    """Return a contact's work, patience, resolution, redial and repeat, from its id alone (see `Contact`)."""
    work = math.exp(callers.log_mean + callers.log_sd * normal(key, person, period, Decision.WORK, number))
    patience = callers.patience * patience_factor * exponential(key, person, period, Decision.PATIENCE, number)
    resolution = uniform(key, person, period, Decision.RESOLUTION, number)
    redial = again(key, person, period, Decision.REDIAL, number, attempt, callers.redial_chance, callers.redial_delay)
    repeat = again(key, person, period, Decision.REPEAT, number, attempt, callers.repeat_chance, callers.repeat_delay)
    return work, patience, resolution, redial, repeat


@kernel
def again(
    key: Key, person: int, period: int, decision: int, number: int, attempt: int, chance: float, mean: float
) -> float:
    """Return the delay (exponential, of that ``mean``) until the next attempt, infinite where there is none."""
    first, second = uniforms(key, person, period, decision, number)
    return -mean * math.log(second) if first < chance and attempt < LAST_ATTEMPT else NEVER


@kernel
def call_again_at(hours: Hours, end: float, delay: float) -> float:
    """Return when a need that was not met at ``end`` calls again, ``delay`` weeks of the center's inner clock later.

    Who hung up waits in open time: those who hung up at closing time are spread over the next morning as they would
    have been over the evening, and no crowd waits for the door to open. Who was not helped waits in calling time,
    which runs fast in busy hours: repeat calls follow the same day and week as first calls.
    """
    return max(end, moment_of(hours, business_until(hours, end) + delay)) if delay < NEVER else NEVER


@kernel
def chance_to_solve(chance: float, quality: float) -> float:
    """Return the chance that an agent of ``quality`` (around 1) solves a contact: chance x quality, at most 1."""
    return min(1.0, chance * quality)


def next_attempt(rules: Rules, contact: Contact, arrival: float) -> Contact:
    """Return the contact's next attempt, at ``arrival``: same root, new work, patience and outcome."""
    person, cause, slot, shadow, attempt, period, priority, *_ = contact
    number = id_number(cause, slot, shadow, attempt + 1)
    factor = contact.patience_factor
    work, patience, resolution, redial, repeat = luck(
        rules.key, rules.callers, person, period, number, attempt + 1, factor
    )
    return Contact(
        person, cause, slot, shadow, attempt + 1, period, priority,
        arrival, work, patience, factor, resolution, redial, repeat,
    )  # fmt: skip


def next_attempts(rules: Rules, contacts: Contacts, arrival: NDArray[np.float64]) -> Contacts:
    """Return the next attempt of many contacts: `next_attempt` by columns."""
    further = contacts.take(np.arange(arrival.size))
    further.attempt[:] += 1
    further.arrival[:] = arrival
    _draw_luck(rules.key, rules.callers, further)
    return further


@kernel
def number_in(contacts: Contacts, row: int) -> int:
    """Return the `id_number` of one row."""
    return id_number(
        int(contacts.cause[row]), int(contacts.slot[row]), int(contacts.shadow[row]), int(contacts.attempt[row])
    )


@kernel
def _count_shadows(
    key: Key,
    period: int,
    person: NDArray[np.integer],
    cause: NDArray[np.integer],
    slot: NDArray[np.integer],
    represented: float,
    each: NDArray[np.int64],
) -> None:
    """Write for each own contact how many contacts it stands for: ``represented``, its fraction by chance."""
    whole = math.floor(represented)
    for row in range(each.size):
        number = id_number(int(cause[row]), int(slot[row]), 0, 0)
        more = uniform(key, int(person[row]), period, Decision.SHADOWS, number) < represented - whole
        each[row] = whole + 1 if more else whole


@kernel
def _draw_arrivals(key: Key, calling: Hours, contacts: Contacts, start: float, end: float, latest: float) -> None:
    """Give each contact its time between ``start`` and ``latest``, by the calling profile."""
    begun = business_until(calling, start)
    done = business_until(calling, end)
    for row in range(contacts.person.size):
        number = number_in(contacts, row)
        share = uniform(key, int(contacts.person[row]), int(contacts.period[row]), Decision.CONTACT_TIME, number)
        contacts.arrival[row] = min(max(moment_of(calling, begun + share * (done - begun)), start), latest)


@kernel
def _draw_luck(key: Key, callers: Callers, contacts: Contacts) -> None:
    """Give each contact its luck."""
    for row in range(contacts.person.size):
        work, patience, resolution, redial, repeat = luck(
            key,
            callers,
            int(contacts.person[row]),
            int(contacts.period[row]),
            number_in(contacts, row),
            int(contacts.attempt[row]),
            float(contacts.patience_factor[row]),
        )
        contacts.work[row] = work
        contacts.patience[row] = patience
        contacts.resolution[row] = resolution
        contacts.redial[row] = redial
        contacts.repeat[row] = repeat
