"""The clock of a world: periods, years, minutes, seasons.

A year is 52 weeks. A period is a month (a twelfth of a year, 43,680 minutes) or a week (10,080 minutes). The clock
counts minutes from the first instant of the burn-in, a Monday 00:00, and is one for people and call centers.
"""

from typing import Literal, NamedTuple

from sim.settings import Settings, setting

MINUTES_A_YEAR = 524_160  # 52 weeks


class CalendarSettings(Settings):
    """How time is cut, how long a world is watched, and how long it settles before."""

    period: Literal["month", "week"] = setting("month", "length of one period", source="the modeler's choice")
    years: float = setting(5.0, "time watched, after the burn-in", "years", "the modeler's choice", gt=0, le=50)
    burn_in_years: float = setting(20.0, "time lived before the watch starts, shared by all arms", "years", ge=0, le=60)
    served_burn_in_years: float = setting(
        1.0, "last part of the burn-in in which every call is served by the center itself", "years", ge=0, le=60
    )
    season: tuple[float, ...] = setting(
        (), "weight of each twelfth of a year in purchases and questions; empty: none", "relative", max_length=12
    )
    entrants_per_year: float = setting(
        0.0, "people who enter the market a year, over the first stock", "share", ge=0, le=1
    )

    def model_post_init(self, context: object) -> None:
        """Refuse a season that is not twelve positive weights."""
        if self.season and (len(self.season) != 12 or min(self.season) <= 0.0):
            raise ValueError("a season is twelve weights above 0, or empty")

    @property
    def per_year(self) -> int:
        """Periods in a year: 12 or 52."""
        return 12 if self.period == "month" else 52

    @property
    def dt(self) -> float:
        """Length of a period, in years."""
        return 1.0 / self.per_year

    @property
    def periods(self) -> int:
        """Periods watched (at least one)."""
        return max(1, round(self.years * self.per_year))

    @property
    def burn_in(self) -> int:
        """Periods lived before."""
        return round(self.burn_in_years * self.per_year)

    @property
    def served_burn_in(self) -> int:
        """Periods at the end of the burn-in whose calls are served one by one."""
        return min(self.burn_in, round(self.served_burn_in_years * self.per_year))

    def season_in(self, period: int) -> float:
        """Return the mean seasonal weight of a period (mean over a year: 1), from the exact integral of the weights."""
        if not self.season:
            return 1.0
        start = period * self.dt
        return (self._season_until(start + self.dt) - self._season_until(start)) * self.per_year

    def _season_until(self, year: float) -> float:
        """Return the integral of the normalized season from 0 to ``year`` (operational time)."""
        mean = sum(self.season) / 12.0
        whole, rest = divmod(year * 12.0, 12.0)
        months = int(rest)
        partial = sum(self.season[:months]) + self.season[min(months, 11)] * (rest - months)
        return whole + partial / (12.0 * mean)


class Window(NamedTuple):
    """One period on the clock."""

    period: int  # counted from the start of the burn-in
    start: float  # minutes
    end: float
    dt: float  # years


def window(settings: CalendarSettings, period: int) -> Window:
    """Return a period's stretch of the clock."""
    length = MINUTES_A_YEAR // settings.per_year
    return Window(period, float(period * length), float((period + 1) * length), settings.dt)
