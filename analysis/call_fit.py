"""What a call log says about callers: when they call, how long they keep an agent, how long they wait, who comes back.

Each estimate comes with a standard error or the number of calls behind it; together they are a firm's call-center
settings. Durations of the log are seconds, of the settings minutes.
"""

import math
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.call_log import ANSWERED, CallLog
from analysis.call_returns import Return, fit_redial, fit_repeat
from analysis.patience import Patience, fit_patience
from analysis.statistics import Estimate
from sim.call_center.settings import DAYS, CallCenterSettings
from sim.settings import BadInput

type Floats = NDArray[np.float64]

LEAST = 0.05  # an hour with fewer of the mean hour's calls is the edge of the opening, not an hour of it
SHORT = 10.0  # seconds: an answered call below it is a slip or a broken line, no conversation


@dataclass(frozen=True, eq=False)
class Arrivals:
    """When people call.

    Attributes:
        cells: mean offered calls of a date by weekday and hour, shape (7, 24), Monday first.
        days: weekdays on which calls are answered.
        opens: first hour of the opening window.
        closes: hour at which it ends.
        hour_weights: weight of each hour, mean 1 over the window, 0 outside, shape (24,).
        day_weights: weight of each weekday, mean 1 over the open ones, 0 else, shape (7,).
        outside: share of offered calls outside the opening window.
        misplaced: share of calls inside it that the product of the two weights puts into another hour of the week.
        daily: per date (index): offered ``calls`` and what its ``weekday`` brings on average (``expected``).
        missing: dates of an open weekday without a single call: a holiday, or a hole in the log.
        spread: coefficient of variation of a day's busyness, beyond its weekday and beyond Poisson.
    """

    cells: Floats
    days: tuple[str, ...]
    opens: int
    closes: int
    hour_weights: Floats
    day_weights: Floats
    outside: float
    misplaced: float
    daily: pd.DataFrame
    missing: tuple[date, ...]
    spread: Estimate


class HandleTime(NamedTuple):
    """How long an answered call keeps an agent."""

    mean: Estimate
    """Minutes, over all answered calls: those of no time took an agent's turn, too."""
    log_mean: float
    """Of the logarithm of seconds, calls of at least `SHORT` seconds."""
    log_sd: Estimate
    """Of the same calls."""
    short: float
    """Share of answered calls below `SHORT` seconds."""


@dataclass(frozen=True, eq=False)
class CallFit:
    """Everything that is fitted on a call log; None where the log has too little of it."""

    arrivals: Arrivals
    handle: HandleTime
    patience: Patience | None
    redial: Return | None
    repeat: Return | None

    def settings(self) -> dict[str, Any]:
        """Return the fragment of a firm's ``call_center`` settings that the log supports."""
        arrivals = self.arrivals
        fragment: dict[str, Any] = {
            "opening": {"days": list(arrivals.days), "opens": arrivals.opens, "closes": arrivals.closes},
            "profile": {
                "hours": _round(arrivals.hour_weights),
                "days": _round(arrivals.day_weights),
                "day_spread": _four(arrivals.spread.value),
            },
            "handle_time": {"mean_minutes": _four(self.handle.mean.value), "log_sd": _four(self.handle.log_sd.value)},
        }
        if self.patience is not None:
            fragment["patience"] = {
                "mean_minutes": _four(self.patience.mean),
                "shape": _four(self.patience.shape.value),
            }
        if self.redial is not None:
            minutes = self.redial.delay / 60.0
            fragment["redial"] = {"chance": _four(self.redial.share.value), "delay_minutes": _four(minutes)}
        if self.repeat is not None:
            # The setting is a chance of those whose problem stayed open; the log does not tell who they are.
            unresolved = 1.0 - CallCenterSettings().resolution
            chance = min(1.0, self.repeat.share.value / unresolved)
            fragment["repeat"] = {"chance": _four(chance), "delay_days": _four(self.repeat.delay / 86_400.0)}
        return fragment


def fit(log: CallLog) -> CallFit:
    """Fit everything that the log supports.

    Raises:
        BadInput: the log has fewer than two days with answered calls.
    """
    return CallFit(
        fit_arrivals(log),
        fit_handle_time(log.offered),
        fit_patience(log.offered),
        fit_redial(log),
        fit_repeat(log),
    )


def fit_arrivals(log: CallLog) -> Arrivals:
    """Fit opening hours, profile and the spread of days.

    A weekday is open if calls are answered on at least half of its dates; an hour belongs to the opening window if it
    has answered calls on at least half of the open dates and brings at least `LEAST` of an hour's mean. There is one
    window for all days, as in the settings.

    Raises:
        BadInput: fewer than two days have answered calls.
    """
    calls = log.offered.assign(day=log.offered["arrival"].dt.normalize(), hour=log.offered["arrival"].dt.hour)
    answered = calls[calls["outcome"] == ANSWERED]
    dates = pd.DatetimeIndex(sorted(calls["day"].unique()))
    if answered["day"].nunique() < 2:
        raise BadInput(f"log: {log.source} has answered calls on fewer than two days; a profile needs more")
    grid = _grid(calls, dates)
    served = _grid(answered, dates) > 0
    weekday = dates.day_of_week.to_numpy()
    often = [bool((weekday == day).any()) and served[weekday == day].any(axis=1).mean() >= 0.5 for day in range(7)]
    usual = served[np.isin(weekday, np.flatnonzero(often))].mean(axis=0) >= 0.5
    hours = np.flatnonzero(usual & (grid.sum(axis=0) >= LEAST * grid.sum() / 24.0))
    if not hours.size:
        raise BadInput(f"log: no hour of the day has answered calls on half of the days of {log.source}")
    opens, closes = int(hours[0]), int(hours[-1]) + 1
    cells = np.array(
        [grid[weekday == day].mean(axis=0) if (weekday == day).any() else np.zeros(24) for day in range(7)]
    )
    window = np.zeros((7, 24), bool)
    window[np.flatnonzero(often), opens:closes] = True
    inside = np.where(window, cells, 0.0)
    by_hour, by_day = inside.sum(axis=0), inside.sum(axis=1)
    product = np.outer(by_day, by_hour) / inside.sum()
    daily = _daily(dates, weekday, grid.sum(axis=1), often)
    return Arrivals(
        cells=cells,
        days=tuple(DAYS[day] for day in np.flatnonzero(often)),
        opens=opens,
        closes=closes,
        hour_weights=by_hour / by_hour[opens:closes].mean(),
        day_weights=by_day / by_day[np.flatnonzero(often)].mean(),
        outside=1.0 - float(inside.sum() / cells.sum()),
        misplaced=float(np.abs(inside - product).sum() / 2 / inside.sum()),
        daily=daily,
        missing=_missing(dates, often),
        spread=fit_day_spread(daily["calls"].to_numpy(np.float64), daily["weekday"].to_numpy()),
    )


def _grid(calls: pd.DataFrame, dates: pd.DatetimeIndex) -> Floats:
    """Calls by date and hour, shape (dates, 24)."""
    counts = np.zeros((len(dates), 24))
    np.add.at(counts, (dates.get_indexer(pd.Index(calls["day"])), calls["hour"].to_numpy()), 1.0)
    return counts


def _daily(dates: pd.DatetimeIndex, weekday: NDArray[Any], calls: Floats, often: list[bool]) -> pd.DataFrame:
    frame = pd.DataFrame({"weekday": weekday, "calls": calls}, index=pd.Index(dates, name="date"))
    frame = pd.DataFrame(frame[np.asarray(often)[weekday]])
    frame["expected"] = frame.groupby("weekday")["calls"].transform("mean")
    return frame


def _missing(dates: pd.DatetimeIndex, often: list[bool]) -> tuple[date, ...]:
    everyday = pd.date_range(dates[0], dates[-1])
    return tuple(day.date() for day in everyday if often[day.day_of_week] and day not in dates)


def fit_day_spread(calls: Floats, weekday: NDArray[Any]) -> Estimate:
    """Coefficient of variation of a day's busyness beyond its weekday's mean and beyond Poisson.

    A day's calls are Poisson given its busyness, a gamma of mean 1 and this coefficient, so that their variance is
    μ + (coefficient · μ)². Estimated by moments within weekdays, its standard error by leaving out a day at a time.

    Args:
        calls: offered calls a day, shape (days,).
        weekday: the weekday of each, shape (days,).
    """
    value = _day_spread(calls, weekday)
    days = np.arange(len(calls))
    left_out = np.array([_day_spread(calls[days != day], weekday[days != day]) for day in days])
    error = math.sqrt((len(days) - 1) / len(days) * float(((left_out - left_out.mean()) ** 2).sum()))
    return Estimate(value, error, len(days))


def _day_spread(calls: Floats, weekday: NDArray[Any]) -> float:
    excess = squared_means = 0.0
    for day in np.unique(weekday):
        same = calls[weekday == day]
        if len(same) > 1:
            excess += (len(same) - 1) * (same.var(ddof=1) - same.mean())
            squared_means += (len(same) - 1) * same.mean() ** 2
    return math.sqrt(max(excess, 0.0) / squared_means) if squared_means > 0.0 else 0.0


def fit_handle_time(offered: pd.DataFrame) -> HandleTime:
    """Fit the mean handle time on all answered calls, and the lognormal's shape on those that were conversations.

    The mean keeps the calls of no time, so that the work asked of agents is that of the log; their logarithm is
    undefined or far out, so that they would decide the shape.
    """
    seconds = offered.loc[offered["outcome"] == ANSWERED, "handle"].to_numpy(np.float64)
    logs = np.log(seconds[seconds >= SHORT])
    if len(logs) < 2:
        raise BadInput(f"log: fewer than two answered calls last {SHORT:g} seconds; are handle times in minutes?")
    mean = Estimate(
        float(seconds.mean()) / 60.0, float(seconds.std(ddof=1)) / 60.0 / math.sqrt(len(seconds)), len(seconds)
    )
    sd = float(logs.std(ddof=1))
    return HandleTime(
        mean, float(logs.mean()), Estimate(sd, sd / math.sqrt(2 * len(logs)), len(logs)), 1.0 - len(logs) / len(seconds)
    )


def _round(weights: Floats) -> list[float]:
    return [_four(float(weight)) for weight in weights]


def _four(value: float) -> float:
    """Round to four figures: more would only look exact."""
    return float(f"{value:.4g}")
