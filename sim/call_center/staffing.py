"""Staffing: how many agents each half hour needs, and which of them come.

A plan repeats the same week of 336 half hours, as the forecast does. Where it asks for parts of an agent (fixed hours,
extra hours) the half hours with the largest remainders get a whole one, and the weeks together get the hours exactly.
"""

import math

import numpy as np
from numpy.typing import NDArray

from sim.calendar import Window
from sim.call_center.erlang import servers_for
from sim.call_center.hours import DAY, WEEK, business_until, calling_hours, opening_hours
from sim.call_center.settings import CallCenterSettings
from sim.call_center.staff import Staff, agents_of
from sim.draws import Key

INTERVAL = 30.0  # minutes
_PER_WEEK = int(WEEK / INTERVAL)
_PER_DAY = int(DAY / INTERVAL)


def plan(
    settings: CallCenterSettings, key: Key, firm_id: int, window: Window, contacts: float, known: int = 0
) -> Staff:
    """Return the staff of a period.

    Args:
        settings: Of the center.
        key: Seed and replicate; agents are drawn from the seed alone.
        firm_id: The firm, whose agents these are.
        window: The period; its bounds are whole half hours.
        contacts: Contacts expected in the period, those of customers represented included.
        known: Agents that the firm has had already; it never has fewer.
    """
    hours = calling_hours(settings)
    weeks = business_until(hours, window.end) - business_until(hours, window.start)
    wanted = agents_wanted(settings, contacts / weeks)
    counts = on_duty_counts(wanted, window)
    paid = paid_hours(settings, float(wanted.sum()) * INTERVAL / 60.0)
    agents = max(known, int(counts.max()), math.ceil(paid / settings.agents.hours_per_week))
    speed, quality = agents_of(key, firm_id, agents, settings.agents)
    first = round(window.start / INTERVAL)
    starts = np.arange(first, first + counts.size, dtype=float) * INTERVAL
    return Staff(speed, quality, starts, roster(counts, agents, first))


def agents_wanted(settings: CallCenterSettings, contacts_per_week: float) -> NDArray[np.float64]:
    """Return the agents wanted on duty in each half hour of a week, Monday first, shape (336,); fractions are allowed.

    ``fixed`` spreads its hours in proportion to the load; ``erlang_a`` takes the fewest agents that meet the target
    at the half hour's forecast, and at least one while the center is open.
    """
    share = np.repeat(np.diff(calling_hours(settings)) / 2.0, 2)
    if settings.staffing.kind == "fixed":
        wanted = share * settings.staffing.hours_per_week * 60.0 / INTERVAL
    else:
        is_open = np.repeat(np.diff(opening_hours(settings)) > 0.0, 2)
        loads, place = np.unique(np.round(share * contacts_per_week / INTERVAL, 12), return_inverse=True)
        needed = np.array([_agents_for(settings, float(load)) for load in loads])
        wanted = np.maximum(needed[place], is_open).astype(float)
    return wanted * (1.0 + settings.staffing.extra)


def _agents_for(settings: CallCenterSettings, contacts_per_minute: float) -> int:
    return servers_for(
        contacts_per_minute,
        1.0 / settings.handle_time.mean_minutes,
        1.0 / settings.patience.mean_minutes,
        service_level=settings.target.share,
        within=settings.target.within_seconds / 60.0,
    )


def on_duty_counts(wanted: NDArray[np.float64], window: Window) -> NDArray[np.int64]:
    """Return the whole number of agents on duty in each half hour of the window."""
    first, last = round(window.start / INTERVAL), round(window.end / INTERVAL)
    weeks = range(first // _PER_WEEK, -(-last // _PER_WEEK))
    total = round(float(wanted.sum()), 6)
    whole = [largest_remainder(wanted, math.floor((week + 1) * total) - math.floor(week * total)) for week in weeks]
    begin = first - weeks[0] * _PER_WEEK
    return np.concatenate(whole)[begin : begin + last - first]


def largest_remainder(shares: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Return whole numbers that add up to ``total``, each its share rounded down, or up where the remainder is largest.

    Hamilton's method; ``total`` is the sum of the shares rounded down or up. Equal remainders: the first goes up.
    """
    whole = np.floor(shares + 1e-9)
    up = np.argsort(-np.round(shares - whole, 9), kind="stable")[: max(0, total - int(whole.sum()))]
    whole[up] += 1.0
    return whole.astype(np.int64)


def roster(counts: NDArray[np.int64], agents: int, first: int) -> NDArray[np.bool_]:
    """Return who is on duty, shape (intervals, agents), so that each half hour has its count and hours are fair.

    On each day the agents stand in a row, those with the fewest hours in the period so far at the front (equal hours:
    the row begins one further each day), and a half hour takes as many as it needs from the front: who starts, stays.
    """
    on_duty = np.zeros((counts.size, agents), bool)
    hours = np.zeros(agents)
    day = (np.arange(counts.size) + first) // _PER_DAY
    for today in np.unique(day):
        rows = day == today
        place = np.empty(agents, np.int64)
        place[np.lexsort(((np.arange(agents) - today) % max(agents, 1), hours))] = np.arange(agents)
        on_duty[rows] = place[None, :] < counts[rows, None]
        hours += on_duty[rows].sum(axis=0)
    return on_duty


def paid_hours(settings: CallCenterSettings, hours_on_duty: float) -> float:
    """Return the hours that are paid for hours on duty: breaks, training and absence come on top."""
    return hours_on_duty / (1.0 - settings.agents.shrinkage)
