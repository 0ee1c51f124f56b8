"""Arrivals: the first attempts of a period, made of what brings people to the center."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.calendar import Window
from sim.call_center.busyness import Profile, moment_in, profiles_of
from sim.call_center.contacts import SLOTS, TIERS, Contacts, write_luck
from sim.call_center.rules import DRAWS, Callers, Luck, callers_of, id_number, luck_of
from sim.call_center.settings import CallCenterSettings
from sim.call_center.ways_in import SELF_SERVED, WaysIn, serves_itself, skill_asked, ways_in
from sim.draws import Decision, Key, draw_pairs, uniform
from sim.kernel import loop, woven


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
    firsts = _firsts(key, window.period, needs, each)
    pairs = np.empty((len(DRAWS), 2, firsts.person.size))
    for decision, pair in zip(DRAWS, pairs, strict=True):
        draw_pairs(key, firsts.person, window.period, int(decision), firsts.number, pair)  # a plain number: quick
    contacts = Contacts.blank(firsts.person.size)
    profiles = profiles_of(settings, key, firm_id, window)
    _draw(key, window, ways_in(settings), profiles, callers_of(settings), needs, firsts, pairs, contacts)
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


class Firsts(NamedTuple):
    """First attempts: columns of equal length."""

    person: NDArray[np.int64]
    need: NDArray[np.int64]  # row among the needs
    shadow: NDArray[np.int64]
    number: NDArray[np.int64]  # the `id_number`
    share: NDArray[np.float64]  # of the period's contacts that arrive before it


def _firsts(key: Key, period: int, needs: Needs, each: NDArray[np.int64]) -> Firsts:
    """Return the first attempts of all needs by their shares, so nearly by their arrivals."""
    need = np.arange(each.size).repeat(each)
    person, shadow, number = needs.person.take(need), np.empty_like(need), np.empty_like(need)
    _number(needs, each, shadow, number)
    share = np.empty((2, need.size))
    draw_pairs(key, person, period, int(Decision.CONTACT_TIME), number, share)
    order = np.argsort(share[0])
    return Firsts._make(column.take(order) for column in (person, need, shadow, number, share[0]))


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
def _number(needs: Needs, each: NDArray[np.int64], shadow: NDArray[np.int64], number: NDArray[np.int64]) -> None:
    """Write the shadow and the `id_number` of each first attempt, need by need."""
    row = 0
    for need in range(each.size):
        for which in range(each[need]):
            shadow[row] = which
            number[row] = id_number(int(needs.cause[need]), int(needs.slot[need]), which, 0)
            row += 1


@loop
def _draw(
    key: Key, window: Window, ways: WaysIn, profiles: tuple[Profile, Profile], callers: Callers, needs: Needs,
    firsts: Firsts, pairs: NDArray[np.float64], contacts: Contacts,
) -> None:  # fmt: skip
    """Write the first attempts: what each asks for, when it arrives, and the luck that ``pairs`` of uniforms make.

    A time is drawn by the profile of opening or of all hours, from the window's start to before its end. A try at
    self-service that failed leaves less patience.
    """
    latest = np.nextafter(window.end, window.start)
    for row in range(firsts.need.size):
        person, need, number = int(firsts.person[row]), firsts.need[row], int(firsts.number[row])
        e_skill, priority = needs.e_skill[need], int(needs.priority[need])
        met, in_vain = serves_itself(key, ways, person, window.period, number, e_skill)
        skill, in_menu = skill_asked(key, ways, person, window.period, number, e_skill, priority == 0)
        alone = met or in_menu
        moment = moment_in(profiles[1] if alone or ways.any_time[skill] else profiles[0], firsts.share[row])
        contacts.person[row], contacts.cause[row], contacts.slot[row] = person, needs.cause[need], needs.slot[need]
        contacts.shadow[row], contacts.period[row] = firsts.shadow[row], window.period
        contacts.priority[row] = priority + TIERS * ways.rank[skill]
        contacts.skill[row] = SELF_SERVED if alone else skill
        contacts.arrival[row] = min(max(moment, window.start), latest)
        contacts.patience_factor[row] = needs.patience_factor[need] * (ways.patience_after if in_vain else 1.0)
        contacts.familiarity[row] = needs.familiarity[need]
        write_luck(contacts, row, _luck_in(callers, contacts, row, pairs))


@woven
def _luck_in(callers: Callers, contacts: Contacts, row: int, pairs: NDArray[np.float64]) -> Luck:
    """Return the luck of a first attempt that its pairs of uniforms make, those of `DRAWS`."""
    return luck_of(
        callers,
        max(0, int(contacts.skill[row])),
        0,
        contacts.patience_factor[row],
        contacts.familiarity[row],
        (pairs[0, 0, row], pairs[0, 1, row]),
        (pairs[1, 0, row], pairs[1, 1, row]),
        (pairs[2, 0, row], pairs[2, 1, row]),
        (pairs[3, 0, row], pairs[3, 1, row]),
        (pairs[4, 0, row], pairs[4, 1, row]),
        (pairs[5, 0, row], pairs[5, 1, row]),
    )
