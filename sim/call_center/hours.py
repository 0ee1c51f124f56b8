"""Opening hours, and the inner clock of a center: it runs while the center is open, faster when more people call.

A `Hours` table holds, for each hour of a week that begins on Monday, the share of the week's business done before it.
So "when does somebody call" and "how long until they call again" are both read off one monotone function and its
inverse.
"""

import math

import numpy as np
from numpy.typing import NDArray

from sim.call_center.settings import DAYS, CallCenterSettings
from sim.kernel import short
from sim.settings import once

WEEK = 10_080.0  # minutes
DAY = 1_440.0
HOUR = 60.0

type Hours = NDArray[np.float64]
"""Shape (169,): rises from 0 to 1, flat while the center is closed."""


@once
def calling_hours(settings: CallCenterSettings) -> Hours:
    """Return the table of offered contacts: the profile's weights in opening hours."""
    hours = np.asarray(settings.profile.hours)
    return _table(settings, np.outer(settings.profile.days, hours))


@once
def all_hours(settings: CallCenterSettings) -> Hours:
    """Return the table of contacts that need no open door: the profile's weights at all hours."""
    return _cumulated(np.outer(settings.profile.days, settings.profile.hours))


@once
def opening_hours(settings: CallCenterSettings) -> Hours:
    """Return the table of open time: every opening hour weighs the same."""
    return _table(settings, np.ones((7, 24)))


def open_minutes(settings: CallCenterSettings) -> float:
    """Return the minutes for which the center is open in a week."""
    return HOUR * len(settings.opening.days) * (settings.opening.closes - settings.opening.opens)


def _table(settings: CallCenterSettings, weights: NDArray[np.float64]) -> Hours:
    opening = settings.opening
    is_open = np.zeros((7, 24))
    is_open[[DAYS.index(day) for day in opening.days], opening.opens : opening.closes] = 1.0
    return _cumulated(weights * is_open)


def _cumulated(weights: NDArray[np.float64]) -> Hours:
    done = np.concatenate([[0.0], np.cumsum(weights.ravel())])
    table: Hours = np.minimum(done / done[-1], 1.0)
    return table


@short
def business_until(hours: Hours, minute: float) -> float:
    """Return the business done up to ``minute`` of the clock, in weeks: ``hours`` continued over all weeks."""
    week = math.floor(minute / WEEK)
    into = (minute - week * WEEK) / HOUR
    hour = min(int(into), 167)
    return week + float(hours[hour]) + (into - hour) * (float(hours[hour + 1]) - float(hours[hour]))


@short
def moment_of(hours: Hours, business: float) -> float:
    """Return the minute of the clock by which ``business`` (weeks) is done: the inverse of `business_until`.

    Business that is done when the center closes is followed by the next opening: the moment always lies in opening
    hours.
    """
    week = math.floor(business)
    part = business - week
    if part >= 1.0:  # rounded up: an instant before the week's end is its end
        week, part = week + 1, 0.0
    hour = min(int(np.searchsorted(hours, part, side="right")) - 1, 167)
    before = float(hours[hour])
    return week * WEEK + (hour + (part - before) / (float(hours[hour + 1]) - before)) * HOUR
