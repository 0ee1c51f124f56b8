"""The plan of a period: what the forecast needs, who there is, and so the roster."""

import math

import numpy as np

from sim.calendar import Window
from sim.call_center.hours import business_until, calling_hours
from sim.call_center.rules import Floats
from sim.call_center.settings import CallCenterSettings
from sim.call_center.staff import Staff, choices
from sim.call_center.staffing import (
    INTERVAL,
    agents_wanted,
    breaks_of,
    intervals,
    on_duty_counts,
    paid_hours,
    roster,
)
from sim.call_center.workforce import Workforce


def plan(settings: CallCenterSettings, workforce: Workforce, window: Window, offered: Floats) -> tuple[Staff, int]:
    """Hire for a period, and make its roster; return the staff and the number of hires.

    Args:
        settings: Of the center.
        workforce: Who works there; hires join it.
        window: The period; its bounds are whole half hours.
        offered: Contacts forecast for each skill in the period, customers represented included, shape (skills,).
    """
    hours = calling_hours(settings)
    weeks = business_until(hours, window.end) - business_until(hours, window.start)
    wanted = agents_wanted(settings, offered / weeks, workforce.pace(settings, window.start))
    needed = [_places(settings, window, group) for group in wanted]
    hires = workforce.staff_up(settings, window, needed)
    return _staff(settings, workforce, window, wanted, needed), hires


def _places(settings: CallCenterSettings, window: Window, wanted: Floats) -> int:
    """Return the agents that a group needs to fill its half hours and to work them off in their weekly hours."""
    paid = paid_hours(settings, float(wanted.sum()) * INTERVAL / 60.0)
    return max(int(on_duty_counts(wanted, window).max()), math.ceil(paid / settings.agents.hours_per_week))


def _staff(
    settings: CallCenterSettings, workforce: Workforce, window: Window, wanted: Floats, needed: list[int]
) -> Staff:
    """Return the staff; a group that is short of people is short in every half hour alike."""
    starts = intervals(window)
    on_duty = np.zeros((starts.size, len(workforce.agents)), bool)
    first = round(window.start / INTERVAL)
    for group, places in enumerate(needed):
        present = workforce.present(group)
        share = min(1.0, len(present) / places) if places else 1.0
        counts = np.minimum(on_duty_counts(wanted[group] * share, window), len(present))
        on_duty[:, present] = roster(counts, len(present), first)
    breaks = np.zeros_like(on_duty)
    if settings.agents.break_after_hours is not None:
        breaks = breaks_of(on_duty, first, settings.agents.break_after_hours)
    groups = np.array([agent.group for agent in workforce.agents], np.int64)
    speed, quality = workforce.speeds(settings, window.start)
    return Staff(speed, quality, choices(settings)[groups], starts, on_duty & ~breaks, breaks)
