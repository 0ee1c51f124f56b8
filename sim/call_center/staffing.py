"""Staffing: how many agents each half hour needs, and which of them come.

A plan repeats the same week of 336 half hours, as the forecast does. Where it asks for parts of an agent (fixed hours,
extra hours) the half hours with the largest remainders get a whole one, and the weeks together get the hours exactly.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import Window
from sim.call_center.erlang import servers_for_each, square_root_staffing
from sim.call_center.hours import DAY, WEEK, calling_hours, opening_hours
from sim.call_center.rules import Floats
from sim.call_center.settings import CallCenterSettings
from sim.call_center.staff import choices
from sim.kernel import kernel

INTERVAL = 30.0  # minutes
_PER_WEEK = int(WEEK / INTERVAL)
_PER_DAY = int(DAY / INTERVAL)


def intervals(window: Window) -> NDArray[np.float64]:
    """Return the starts of a period's half hours; its bounds are whole half hours."""
    first, last = round(window.start / INTERVAL), round(window.end / INTERVAL)
    return np.arange(first, last, dtype=float) * INTERVAL


def agents_wanted(settings: CallCenterSettings, offered: Floats, pace: float = 1.0) -> Floats:
    """Return the agents wanted on duty in each half hour of a week, Monday first; fractions are allowed.

    ``fixed`` spreads its hours in proportion to the load. The others take what a half hour needs, by the target
    (``erlang_a``, ``erlang_c``) or by the square-root rule, and at least one of each group while the center is open.
    E-mail waits, so its work is spread evenly over open time.

    Args:
        settings: Of the center.
        offered: Contacts forecast for each skill in a week, shape (skills,).
        pace: Work done in a minute by an agent, 1: as the handle times have it.

    Returns:
        Shape (groups, 336).
    """
    calling = np.repeat(np.diff(calling_hours(settings)) / 2.0, 2)
    opening = np.repeat(np.diff(opening_hours(settings)) / 2.0, 2)
    loads = _group_loads(settings, offered)
    there = np.array([[group.share > 0.0] for group in settings.groups.values()])
    if settings.staffing.kind == "fixed":
        hours = settings.staffing.hours_per_week * 60.0 / INTERVAL
        work = np.array([calling * load.spoken * load.minutes / load.slots + opening * load.written for load in loads])
        work = work if work.any() else np.tile(calling, (len(loads), 1)) * there
        wanted = work * (hours / work.sum())
    else:
        wanted = np.array([_needed(settings, load, calling, opening, pace) for load in loads])
    planned: Floats = wanted * there * (1.0 + settings.staffing.extra)
    return planned


class Load(NamedTuple):
    """What a group of agents is to do in a week."""

    spoken: float  # contacts by telephone and chat
    minutes: float  # their mean handle time, minutes
    patience: float  # their mean patience, minutes
    slots: int  # contacts that an agent has at once: above 1 where all of them are chats
    written: float  # minutes of e-mail


def _group_loads(settings: CallCenterSettings, offered: Floats) -> list[Load]:
    """Return the load of each group: contacts that are the first choice of several groups go by the groups' sizes.

    Several chats at once count with what an agent does of them together, in a group that also takes calls.
    """
    kinds = list(settings.skills.values())
    pace = settings.chat.pace
    work = np.array([settings.handle_minutes_of(one) for one in kinds])
    patience = np.array([settings.patience_minutes_of(one) for one in kinds])
    written, chat = (np.array([one.channel == channel for one in kinds]) for channel in ("email", "chat"))
    takes = (choices(settings) == 1) * np.array([[group.share] for group in settings.groups.values()])
    loads = []
    for part in takes / np.maximum(takes.sum(axis=0), 1e-12):
        mine = part * offered
        spoken = mine * ~written
        total = float(spoken.sum())
        only_chat = total > 0.0 and not (spoken * ~chat).any()
        gain = pace[-1] if only_chat else max(one * (more + 1) for more, one in enumerate(pace))
        minutes = work / np.where(chat, gain, 1.0)
        loads.append(
            Load(
                spoken=total,
                minutes=float((spoken * minutes).sum()) / total if total else settings.handle_time.mean_minutes,
                patience=float((spoken * patience).sum()) / total if total else settings.patience.mean_minutes,
                slots=len(pace) if only_chat else 1,
                written=float((mine * work)[written].sum()),
            )
        )
    return loads


def _needed(settings: CallCenterSettings, load: Load, calling: Floats, opening: Floats, pace: float) -> Floats:
    """Return the agents that a group needs in each half hour of a week, shape (336,)."""
    rates, place = np.unique(np.round(calling * load.spoken / INTERVAL, 12), return_inverse=True)
    needed = np.array(_agents_for(settings, rates.tolist(), load, pace))
    mail = opening * load.written / pace / INTERVAL / settings.staffing.email_load
    wanted: Floats = np.maximum(needed[place] + mail, opening > 0.0)
    return wanted * _with_breaks(settings)


def _with_breaks(settings: CallCenterSettings) -> float:
    """Return the agents that must be there for one at work: who is there all day has a half hour's break."""
    day, after = settings.opening.closes - settings.opening.opens, settings.agents.break_after_hours
    return 1.0 if after is None or day <= after else day / (day - INTERVAL / 60.0)


def _agents_for(settings: CallCenterSettings, rates: list[float], load: Load, pace: float) -> list[int]:
    """Return the agents that rising rates of contacts, a minute, need."""
    kind, target, minutes = settings.staffing.kind, settings.target, load.minutes / pace
    if kind == "square_root":
        places = [square_root_staffing(rate * minutes, settings.staffing.square_root) for rate in rates]
    else:
        places = servers_for_each(
            rates,
            1.0 / minutes,
            1.0 / load.patience if kind == "erlang_a" else 0.0,
            service_level=target.share,
            within=target.within_seconds / 60.0,
        )
    return [-(-one // load.slots) for one in places]


def on_duty_counts(wanted: NDArray[np.float64], window: Window) -> NDArray[np.int64]:
    """Return the whole number of agents on duty in each half hour of the window."""
    first, last = round(window.start / INTERVAL), round(window.end / INTERVAL)
    weeks = range(first // _PER_WEEK, -(-last // _PER_WEEK))
    total = round(float(wanted.sum()), 6)
    hours = [math.floor((week + 1) * total) - math.floor(week * total) for week in weeks]
    whole = {one: largest_remainder(wanted, one) for one in set(hours)}
    begin = first - weeks[0] * _PER_WEEK
    return np.concatenate([whole[one] for one in hours])[begin : begin + last - first]


def largest_remainder(shares: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Return whole numbers that add up to ``total``, each its share rounded down, or up where the remainder is largest.

    Hamilton's method; ``total`` is the sum of the shares rounded down or up. Equal remainders: the first goes up.
    """
    whole = np.floor(shares + 1e-9)
    up = np.argsort(-np.round(shares - whole, 9), kind="stable")[: max(0, total - int(whole.sum()))]
    whole[up] += 1.0
    return whole.astype(np.int64)


@kernel
def roster(counts: NDArray[np.int64], agents: int, first: int) -> NDArray[np.bool_]:
    """Return who is on duty, shape (intervals, agents), so that each half hour has its count and hours are fair.

    On each day the agents stand in a row, those with the fewest hours in the period so far at the front (equal hours:
    the row begins one further each day), and a half hour takes as many as it needs from the front: who starts, stays.
    """
    on_duty = np.zeros((counts.size, agents), np.bool_)
    row = everybody = np.arange(agents)
    hours = np.zeros_like(row)
    for half_hour in range(counts.size):
        today = (first + half_hour) // _PER_DAY
        if half_hour == 0 or today * _PER_DAY == first + half_hour:
            row = np.argsort(hours * agents + (everybody - today) % max(agents, 1))
        for who in row[: counts[half_hour]]:
            on_duty[half_hour, who] = True
            hours[who] += 1
    return on_duty


def _days(first: int, count: int) -> Iterator[tuple[int, slice]]:
    """Return the days on which ``count`` half hours from the ``first`` of the clock lie, each with its half hours."""
    for today in range(first // _PER_DAY, -(-(first + count) // _PER_DAY)):
        midnight = today * _PER_DAY - first
        yield today, slice(max(midnight, 0), midnight + _PER_DAY)


def breaks_of(on_duty: NDArray[np.bool_], first: int, after_hours: float) -> NDArray[np.bool_]:
    """Return when agents are on a break, shape (intervals, agents): a half hour near the middle of each long day.

    Who is on duty for more than ``after_hours`` on a day has one; agents take turns over five half hours, so that not
    all are away at once.
    """
    breaks = np.zeros_like(on_duty)
    for _, rows in _days(first, on_duty.shape[0]):
        for agent in np.flatnonzero(on_duty[rows].sum(axis=0) * INTERVAL > after_hours * 60.0):
            there = rows.start + np.flatnonzero(on_duty[rows, agent])
            breaks[there[min(max(there.size // 2 + agent % 5 - 2, 0), there.size - 1)], agent] = True
    return breaks


def paid_hours(settings: CallCenterSettings, hours_on_duty: float) -> float:
    """Return the hours that are paid for hours on duty: breaks, training and absence come on top."""
    return hours_on_duty / (1.0 - settings.agents.shrinkage)
