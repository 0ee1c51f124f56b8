import numpy as np
import pytest
from scipy import stats

from sim.calendar import CalendarSettings, window
from sim.call_center.arrivals import contacts_from
from sim.call_center.busyness import busyness, moment_in, profiles_of
from sim.call_center.hours import DAY, calling_hours, moment_of
from sim.call_center.settings import CallCenterSettings
from sim.draws import Key

KEY = Key(5, 2)
MONTHS = [window(CalendarSettings(), period) for period in range(40)]
UNEVEN = CallCenterSettings(profile={"day_spread": 0.5}, customers_represented=1.0)


def test_days_that_are_alike_leave_the_profile_as_it_is():
    opening, _ = profiles_of(CallCenterSettings(), KEY, 1, MONTHS[0])
    hours = calling_hours(CallCenterSettings())
    for share in (0.0, 0.25, 0.7):
        begun, done = opening.business
        assert moment_in(opening, share) == moment_of(hours, begun + share * (done - begun))


def test_busyness_is_a_gamma_factor_of_mean_one():
    factors = np.concatenate([busyness(UNEVEN, KEY, 1, month)[1:-1] for month in MONTHS])
    assert stats.kstest(factors, stats.gamma(4.0, scale=0.25).cdf).pvalue > 1e-4  # one look


def test_a_day_that_two_periods_share_is_as_busy_in_both():
    assert MONTHS[0].end % DAY
    assert busyness(UNEVEN, KEY, 1, MONTHS[0])[-1] == busyness(UNEVEN, KEY, 1, MONTHS[1])[0]


def test_counts_of_days_scatter_as_the_spread_says():
    """Standard deviation of a day's count over its expectation: the spread; chance adds about a hundredth."""
    people = np.arange(4_000)
    nothing = np.zeros(people.size, int)
    ratios = []
    for month in MONTHS:
        contacts = contacts_from(KEY, month, people, nothing, nothing, nothing, np.ones(people.size), UNEVEN)
        opening, _ = profiles_of(CallCenterSettings(), KEY, 1, month)
        days = np.arange(month.start // DAY + 1, month.end // DAY) * DAY
        counts = np.histogram(contacts.arrival, days)[0]
        expected = np.diff([np.interp(day, *_cumulative(opening, month)) for day in days]) * people.size
        ratios.append((counts / np.maximum(expected, 1.0))[expected > 10.0])  # not on Sundays
    spread = np.concatenate(ratios).std()
    assert spread == pytest.approx(0.5, rel=0.1)


def _cumulative(profile, month):
    shares = np.linspace(0.0, 1.0, 2_001)
    return [moment_in(profile, min(share, 1.0 - 1e-12)) for share in shares], shares


def test_another_firm_has_other_busy_days():
    assert not np.array_equal(busyness(UNEVEN, KEY, 1, MONTHS[0]), busyness(UNEVEN, KEY, 2, MONTHS[0]))
