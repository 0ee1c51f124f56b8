"""When contacts arrive: by the profile of hours and weekdays, on days of which some are busier than others.

Counts of calls scatter from day to day far more than chance alone would let them (Jongbloed & Koole 2001; Brown et al.
2005). A day's busyness is a gamma factor of mean 1. It moves contacts to busy days; how many there are in a period is
the business of those who call.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calendar import Window
from sim.call_center.hours import DAY, Hours, all_hours, business_until, calling_hours, moment_of
from sim.call_center.settings import CallCenterSettings
from sim.draws import Decision, Key, gamma
from sim.kernel import short


class Profile(NamedTuple):
    """How a period's contacts spread over its time: ``share`` of them arrive until ``business`` is done."""

    hours: Hours
    business: NDArray[np.float64]  # weeks, rising
    share: NDArray[np.float64]  # rises from 0 to 1


def profiles_of(settings: CallCenterSettings, key: Key, firm_id: int, window: Window) -> tuple[Profile, Profile]:
    """Return a period's profile in opening hours, and the one at all hours."""
    factors = busyness(settings, key, firm_id, window)
    opening, always = (_profile(hours, window, factors) for hours in (calling_hours(settings), all_hours(settings)))
    return opening, always


def busyness(settings: CallCenterSettings, key: Key, firm_id: int, window: Window) -> NDArray[np.float64]:
    """Return the busyness of each day of a period, mean 1, shape (days,); of the whole period where days are alike."""
    spread = settings.profile.day_spread
    if spread <= 0.0:
        return np.ones(1)
    shape, busy = 1.0 / (spread * spread), int(Decision.BUSY_DAY)  # Numba takes long to look at a member of an enum
    return np.array([gamma(key, firm_id, day, busy, 0, shape) / shape for day in _days(window)])


def _days(window: Window) -> range:
    return range(int(window.start // DAY), int(-(-window.end // DAY)))


def _profile(hours: Hours, window: Window, factors: NDArray[np.float64]) -> Profile:
    midnights = [day * DAY for day in _days(window)][1:] if factors.size > 1 else []
    business = np.array([business_until(hours, bound) for bound in (window.start, *midnights, window.end)])
    done = np.zeros(business.size)
    np.cumsum((business[1:] - business[:-1]) * factors, out=done[1:])
    return Profile(hours, business, done / done[-1])


@short
def moment_in(profile: Profile, share: float) -> float:
    """Return the minute of the clock until which ``share`` of a period's contacts arrive."""
    day = min(int(np.searchsorted(profile.share, share, side="right")), profile.share.size - 1) - 1
    before, width = profile.share[day], profile.share[day + 1] - profile.share[day]
    part = (share - before) / width
    return moment_of(profile.hours, profile.business[day] + part * (profile.business[day + 1] - profile.business[day]))
