import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from sim.calendar import MINUTES_A_YEAR, CalendarSettings, window

SEASONS = st.lists(st.floats(0.05, 20.0), min_size=12, max_size=12).map(tuple)


@given(SEASONS, st.sampled_from(["month", "week"]), st.integers(0, 60))
def test_the_season_of_a_year_averages_one_wherever_the_year_begins(season, period, start):
    calendar = CalendarSettings(season=season, period=period)
    weights = [calendar.season_in(start + step) for step in range(calendar.per_year)]
    assert np.mean(weights) == pytest.approx(1.0, abs=1e-9)


@given(SEASONS)
def test_a_month_has_its_own_weight(season):
    calendar = CalendarSettings(season=season, period="month")
    weights = [calendar.season_in(month) for month in range(12)]
    assert weights == pytest.approx([weight * 12.0 / sum(season) for weight in season], rel=1e-9)


def test_a_week_has_the_integral_of_the_weights_it_covers():
    season = tuple(float(month) for month in range(1, 13))
    calendar = CalendarSettings(season=season, period="week")
    for week in (0, 4, 30, 51, 57):
        start, end = week / 52.0, (week + 1) / 52.0
        edges = [month / 12.0 for month in range(25) if start < month / 12.0 < end]
        integral = quad(lambda year: season[int(year * 12.0) % 12] / 6.5, start, end, points=edges or None)[0]
        assert calendar.season_in(week) == pytest.approx(52.0 * integral, rel=1e-9)


def test_without_a_season_every_period_is_alike():
    assert {CalendarSettings().season_in(period) for period in range(30)} == {1.0}


@pytest.mark.parametrize("period", ["month", "week"])
def test_periods_tile_the_clock_without_gap_or_overlap(period):
    calendar = CalendarSettings(period=period)
    windows = [window(calendar, number) for number in range(2 * calendar.per_year)]
    assert windows[0].start == 0.0
    assert all(one.end == other.start for one, other in pairwise(windows))
    assert windows[-1].end == 2 * MINUTES_A_YEAR
    assert math.fsum(one.dt for one in windows) == pytest.approx(2.0)


def test_years_become_whole_periods_and_at_least_one_is_watched():
    calendar = CalendarSettings(period="week", years=0.001, burn_in_years=0.5, served_burn_in_years=3.0)
    assert (calendar.periods, calendar.burn_in, calendar.served_burn_in) == (1, 26, 26)
