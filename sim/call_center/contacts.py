"""Contacts: who calls, why, when, and the luck that each one brings.

A contact's id is (person, cause, slot, shadow, attempt) in the period in which it all began. Everything that chance decides
about it is a pure function of that id and known before it starts: nothing that happens in the queue can change it.
"""

import math
from enum import IntEnum
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.calendar import Window
from sim.call_center.hours import Hours, business_until, calling_hours, moment_of, open_minutes, opening_hours
from sim.call_center.settings import CallCenterSettings
from sim.draws import Decision, Key, exponential, normal, uniform, uniforms
from sim.kernel import kernel

SLOTS = 256  # of one cause, person and period
SHADOWS = 65_536
LAST_ATTEMPT = 31
NEVER = math.inf


class Cause(IntEnum):
    """Why somebody calls. The numbers are part of a contact's id."""

    QUESTION = 0
    FAILURE = 1
    ORDER = 2


class Rules(NamedTuple):
    """What decides how callers behave, as a kernel takes it."""

    key: Key
    log_mean: float  # of the work, log minutes
    log_sd: float
    patience: float  # mean, minutes
    redial_chance: float
    redial_delay: float  # weeks of open time
    repeat_chance: float
    repeat_delay: float  # weeks of calling time
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
        return cls(*(np.array(column, kind) for column, kind in zip(columns, COLUMNS, strict=True)))

    @classmethod
    def blank(cls, rows: int) -> Self:
        """Return columns of ``rows`` zeros."""
        return cls(*(np.zeros(rows, kind) for kind in COLUMNS))

    def rows(self) -> list[Contact]:
        """Return the contacts one by one."""
        return list(map(Contact._make, zip(*(column.tolist() for column in self), strict=True)))

    def take(self, rows: NDArray[np.integer] | NDArray[np.bool_]) -> Self:
        """Return some of the contacts."""
        return type(self)(*(column[rows] for column in self))

    def in_order(self) -> Self:
        """Return the contacts by arrival, those of one instant by their id."""
        number = ((self.cause * np.int64(SLOTS) + self.slot) * SHADOWS + self.shadow) * 32 + self.attempt
        return self.take(np.lexsort((number, self.period, self.person, self.arrival)))


COLUMNS = (np.int64, np.int8, np.int32, np.int32, np.int32, np.int32, np.int8, *[np.float64] * 7)


def rules_of(settings: CallCenterSettings, key: Key) -> Rules:
    """Return the rules that ``settings`` make for the luck of ``key``."""
    own = settings.kind == "own"
    return Rules(
        key=key,
        log_mean=math.log(settings.handle_time.mean_minutes) - settings.handle_time.log_sd * settings.handle_time.log_sd / 2.0,
        log_sd=settings.handle_time.log_sd,
        patience=settings.patience.mean_minutes,
        redial_chance=settings.redial.chance,
        redial_delay=settings.redial.delay_minutes / open_minutes(settings),
        repeat_chance=settings.repeat.chance,
        repeat_delay=settings.repeat.delay_days / 7.0,
        resolution=settings.resolution if own else settings.benchmark.resolution,
        calling=calling_hours(settings),
        opening=opening_hours(settings),
    )


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
    given = [np.asarray(column) for column in (person, cause, slot, priority, patience_factor)]
    if given[2].size and not (0 <= given[2].min() and given[2].max() < SLOTS):
        raise ValueError(f"slot = {given[2].min()} to {given[2].max()}: allowed are 0 to {SLOTS - 1}")
    if given[3].size and given[3].min() < 0:
        raise ValueError(f"priority = {given[3].min()}: allowed are numbers from 0")
    represented = settings.customers_represented if settings.kind == "own" else 1.0
    each = np.zeros(given[0].size, np.int64)
    _count_shadows(key, window.period, given[0].astype(np.int64), given[1].astype(np.int64), given[2].astype(np.int64), represented, each)
    contacts = Contacts.blank(int(each.sum()))
    for column, values in zip(("person", "cause", "slot", "priority", "patience_factor"), given, strict=True):
        getattr(contacts, column)[:] = np.repeat(values, each)
    contacts.shadow[:] = np.arange(contacts.person.size) - np.repeat(np.cumsum(each) - each, each)
    contacts.period[:] = window.period
    _draw(rules_of(settings, key), contacts, float(window.start), float(window.end), float(np.nextafter(window.end, window.start)))
    return contacts.in_order()


@kernel
def id_number(cause: int, slot: int, shadow: int, attempt: int) -> int:
    """Return the number (32 bits) that tells a person's contacts of one period apart: the ``index`` of their draws."""
    return ((cause * 256 + slot) * 65536 + shadow) * 32 + attempt


@kernel
def luck(
    rules: Rules, person: int, period: int, number: int, attempt: int, patience_factor: float
) -> tuple[float, float, float, float, float]:
    """Return a contact's work, patience, resolution, redial and repeat, from its id alone (see `Contact`)."""
    key = rules.key
    work = math.exp(rules.log_mean + rules.log_sd * normal(key, person, period, Decision.WORK, number))
    patience = rules.patience * patience_factor * exponential(key, person, period, Decision.PATIENCE, number)
    resolution = uniform(key, person, period, Decision.RESOLUTION, number)
    redial = again(key, person, period, Decision.REDIAL, number, attempt, rules.redial_chance, rules.redial_delay)
    repeat = again(key, person, period, Decision.REPEAT, number, attempt, rules.repeat_chance, rules.repeat_delay)
    return work, patience, resolution, redial, repeat


@kernel
def again(key: Key, person: int, period: int, decision: int, number: int, attempt: int, chance: float, mean: float) -> float:
    """Return the delay (exponential, of that ``mean``) until the next attempt, infinite where there is none."""
    first, second = uniforms(key, person, period, decision, number)
    return -mean * math.log(second) if first < chance and attempt < LAST_ATTEMPT else NEVER


@kernel
def redial_at(rules: Rules, end: float, delay: float) -> float:
    """Return when who hung up at ``end`` calls again: the delay runs in opening hours only.

    So those who hung up at closing time are spread over the next morning as they would have been over the evening, and no
    crowd waits for the door to open.
    """
    return max(end, moment_of(rules.opening, business_until(rules.opening, end) + delay)) if delay < NEVER else NEVER


@kernel
def repeat_at(rules: Rules, end: float, delay: float) -> float:
    """Return when who was not helped at ``end`` calls again: the delay runs as the profile does, fast in busy hours.

    So repeat calls follow the same day and week as first calls.
    """
    return max(end, moment_of(rules.calling, business_until(rules.calling, end) + delay)) if delay < NEVER else NEVER


@kernel
def solves(resolution: float, chance: float, quality: float) -> bool:
    """Return whether a contact with that draw is solved by an agent of ``quality``: chance x quality, at most 1."""
    return resolution < min(1.0, chance * quality)


def next_attempt(rules: Rules, contact: Contact, arrival: float) -> Contact:
    """Return the contact's next attempt, at ``arrival``: same root, new work, patience and outcome."""
    attempt = contact.attempt + 1
    number = id_number(contact.cause, contact.slot, contact.shadow, attempt)
    work, patience, resolution, redial, repeat = luck(
        rules, contact.person, contact.period, number, attempt, contact.patience_factor
    )
    return contact._replace(
        attempt=attempt, arrival=arrival, work=work, patience=patience, resolution=resolution, redial=redial, repeat=repeat
    )


@kernel
def _count_shadows(
    key: Key, period: int, person: NDArray[np.int64], cause: NDArray[np.int64], slot: NDArray[np.int64], represented: float, each: NDArray[np.int64]
) -> None:
    """Write for each own contact how many contacts it stands for: ``represented``, its fraction by chance."""
    whole = int(math.floor(represented))
    for row in range(each.size):
        number = id_number(int(cause[row]), int(slot[row]), 0, 0)
        more = uniform(key, int(person[row]), period, Decision.SHADOWS, number) < represented - whole
        each[row] = whole + 1 if more else whole


@kernel
def _draw(rules: Rules, contacts: Contacts, start: float, end: float, latest: float) -> None:
    """Fill in the arrivals and the luck of contacts whose ids are set."""
    begun = business_until(rules.calling, start)
    done = business_until(rules.calling, end)
    for row in range(contacts.person.size):
        person, period, attempt = int(contacts.person[row]), int(contacts.period[row]), int(contacts.attempt[row])
        number = id_number(int(contacts.cause[row]), int(contacts.slot[row]), int(contacts.shadow[row]), attempt)
        share = uniform(rules.key, person, period, Decision.CONTACT_TIME, number)
        arrival = moment_of(rules.calling, begun + share * (done - begun))
        contacts.arrival[row] = min(max(arrival, start), latest)
        work, patience, resolution, redial, repeat = luck(
            rules, person, period, number, attempt, float(contacts.patience_factor[row])
        )
        contacts.work[row] = work
        contacts.patience[row] = patience
        contacts.resolution[row] = resolution
        contacts.redial[row] = redial
        contacts.repeat[row] = repeat
