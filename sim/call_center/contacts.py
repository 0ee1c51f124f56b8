"""Contacts: who calls, why, when, and the luck that each one brings.

A contact's id is (person, cause, slot, shadow, attempt) in the period in which it all began. Everything that chance
decides about it is a pure function of that id and known before it starts: nothing that happens in the queue can
change it.
"""

import math
from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple, Self

import numpy as np
from numba import literal_unroll
from numpy.typing import ArrayLike, NDArray

from sim.calendar import Window
from sim.call_center.busyness import Profile, moment_in, profiles_of
from sim.call_center.rules import DRAWS, Callers, Luck, Rules, callers_of, id_number, luck, luck_of
from sim.call_center.settings import CallCenterSettings
from sim.call_center.ways_in import SELF_SERVED, WaysIn, serves_itself, skill_asked, ways_in
from sim.draws import Decision, Key, draw_pairs, uniform
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


def contacts_from(
    key: Key,
    window: Window,
    person: ArrayLike,
    cause: ArrayLike,
    slot: ArrayLike,
    priority: ArrayLike,
    patience_factor: ArrayLike,
    settings: CallCenterSettings,
    e_skill: ArrayLike = 0.5,
    familiarity: ArrayLike = 0.0,
    firm_id: int = 0,
) -> Contacts:
    """Make the contacts of a period, with those of the customers represented, in the order of their arrivals.

    Args:
        key: Seed and replicate.
        window: The period; every contact arrives within it, by the calling profile: in opening hours, e-mail at any.
        person: Ids, shape (contacts,).
        cause: A `Cause` each.
        slot: Number of the event among the person's own of that cause in the period, 0-255: with person and cause the
            contact's id.
        priority: 0-80 each; 0 is answered first, and by the agents of key accounts where there are any. Each rank of
            the skill asked for adds `TIERS`.
        patience_factor: The person's patience over the mean, > 0.
        settings: Of the firm's center. A benchmark has no queue to fill, so it gets the own contacts only.
        e_skill: The person's, 0-1: digital channels are asked for, and self-service succeeds, in proportion to it.
        familiarity: How well the firm knows the person's history, 0-1.
        firm_id: Whose busy days these are.

    Returns:
        The contacts; ``skill`` is the number of a skill of the center, or `SELF_SERVED` where nobody is needed.

    Raises:
        ValueError: A slot is outside 0-255, or a priority is negative.
    """
    rows = np.size(person)
    needs = Needs(
        np.asarray(person, np.int64),
        np.asarray(cause, np.int8),
        np.asarray(slot, np.int32),
        np.asarray(priority, np.int8),
        np.asarray(patience_factor, np.float64),
        np.full(rows, e_skill, np.float64),
        np.full(rows, familiarity, np.float64),
    )
    if rows and (needs.slot.min() < 0 or needs.slot.max() >= SLOTS):
        raise ValueError(f"slot = {needs.slot.min()} to {needs.slot.max()}: allowed are 0 to {SLOTS - 1}")
    if rows and not 0 <= needs.priority.min() <= needs.priority.max() <= 80:
        raise ValueError(f"priority = {needs.priority.min()} to {needs.priority.max()}: allowed are 0 to 80")
    represented = settings.customers_represented if settings.kind == "own" else 1.0
    each = np.empty(rows, np.int64)
    _count_shadows(key, window.period, needs, represented, each)
    contacts, number = Contacts.blank(int(each.sum())), np.empty(int(each.sum()), np.int64)
    _spread(window.period, needs, each, contacts, number)
    pairs = np.empty((1 + len(DRAWS), 2, number.size))
    for decision, pair in zip((Decision.CONTACT_TIME, *DRAWS), pairs, strict=True):
        draw_pairs(
            key, contacts.person, window.period, int(decision), number, pair
        )  # a plain number: quick to hand over
    profiles = profiles_of(settings, key, firm_id, window)
    _draw(key, window, ways_in(settings), profiles, callers_of(settings), needs, each, number, pairs, contacts)
    return contacts.in_order()


class Needs(NamedTuple):
    """What brings contacts: columns of equal length, with the meaning that they have for `contacts_from`."""

    person: NDArray[np.int64]
    cause: NDArray[np.int8]
    slot: NDArray[np.int32]
    priority: NDArray[np.int8]
    patience_factor: NDArray[np.float64]
    e_skill: NDArray[np.float64]
    familiarity: NDArray[np.float64]


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
def _count_shadows(key: Key, period: int, needs: Needs, represented: float, each: NDArray[np.int64]) -> None:
    """Write for each need how many contacts it stands for: ``represented``, its fraction by chance."""
    whole = math.floor(represented)
    for row in range(each.size):
        each[row] = whole
        if represented > whole:
            number = id_number(int(needs.cause[row]), int(needs.slot[row]), 0, 0)
            chance = uniform(key, int(needs.person[row]), period, Decision.SHADOWS, number)
            each[row] += chance < represented - whole


@loop
def _spread(
    period: int, needs: Needs, each: NDArray[np.int64], contacts: Contacts, number: NDArray[np.int64]
) -> None:  # fmt: skip
    """Write who makes the first attempts of all needs, and the `id_number` of each."""
    row = 0
    for need in range(each.size):
        for shadow in range(each[need]):
            contacts.person[row], contacts.cause[row] = needs.person[need], needs.cause[need]
            contacts.slot[row], contacts.shadow[row], contacts.period[row] = needs.slot[need], shadow, period
            contacts.familiarity[row] = needs.familiarity[need]
            number[row] = number_in(contacts, row)
            row += 1


@loop
def _draw(
    key: Key, window: Window, ways: WaysIn, profiles: tuple[Profile, Profile], callers: Callers, needs: Needs,
    each: NDArray[np.int64], number: NDArray[np.int64], pairs: NDArray[np.float64], contacts: Contacts,
) -> None:  # fmt: skip
    """Write what the first attempts ask for, when they arrive, and the luck that ``pairs`` of uniforms make.

    A time is drawn by the profile of opening or of all hours, from the window's start to before its end. A try at
    self-service that failed leaves less patience.
    """
    latest = np.nextafter(window.end, window.start)
    row = 0
    for need in range(each.size):
        e_skill, rank, patience_factor = needs.e_skill[need], int(needs.priority[need]), needs.patience_factor[need]
        for _ in range(each[need]):
            who = (int(contacts.person[row]), window.period, int(number[row]))
            met, in_vain = serves_itself(key, ways, *who, e_skill)
            skill, in_menu = skill_asked(key, ways, *who, e_skill, rank == 0)
            contacts.priority[row] = rank + TIERS * ways.rank[skill]
            contacts.skill[row] = SELF_SERVED if met or in_menu else skill
            contacts.patience_factor[row] = patience_factor * (ways.patience_after if in_vain else 1.0)
            at_any_time = contacts.skill[row] == SELF_SERVED or ways.any_time[skill]
            moment = moment_in(profiles[1] if at_any_time else profiles[0], pairs[0, 0, row])
            contacts.arrival[row] = min(max(moment, window.start), latest)
            _write_luck(contacts, row, _luck_in(callers, contacts, row, pairs))
            row += 1


@woven
def _luck_in(callers: Callers, contacts: Contacts, row: int, pairs: NDArray[np.float64]) -> Luck:
    """Return the luck of a first attempt that its pairs of uniforms make, those of `DRAWS` from the second on."""
    return luck_of(
        callers,
        max(0, int(contacts.skill[row])),
        0,
        contacts.patience_factor[row],
        contacts.familiarity[row],
        (pairs[1, 0, row], pairs[1, 1, row]),
        (pairs[2, 0, row], pairs[2, 1, row]),
        (pairs[3, 0, row], pairs[3, 1, row]),
        (pairs[4, 0, row], pairs[4, 1, row]),
        (pairs[5, 0, row], pairs[5, 1, row]),
        (pairs[6, 0, row], pairs[6, 1, row]),
    )


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
    _write_luck(contacts, row, drawn)


@woven
def _write_luck(contacts: Contacts, row: int, drawn: Luck) -> None:
    (
        contacts.work[row],
        contacts.patience[row],
        contacts.resolution[row],
        contacts.redial[row],
        contacts.repeat[row],
        contacts.accepts[row],
    ) = drawn
