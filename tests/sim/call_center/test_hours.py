import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.call_center.hours import DAY, HOUR, WEEK, business_until, calling_hours, moment_of, open_minutes, opening_hours
from sim.call_center.settings import CallCenterSettings

OFFICE = CallCenterSettings()  # Monday to Saturday, 8 to 18


def is_open(minute):
    return 0 <= minute % WEEK < 6 * DAY and 8 * HOUR <= minute % DAY < 18 * HOUR


def test_business_stands_still_while_the_center_is_closed():
    hours = opening_hours(OFFICE)
    assert business_until(hours, 8 * HOUR) == 0.0
    assert business_until(hours, 18 * HOUR) == business_until(hours, DAY + 8 * HOUR) == pytest.approx(1 / 6)
    assert business_until(hours, 6 * DAY) == business_until(hours, WEEK) == 1.0
    assert open_minutes(OFFICE) == 6 * 10 * HOUR


def test_a_busy_hour_and_a_busy_day_do_more_business():
    hours, profile = calling_hours(OFFICE), OFFICE.profile
    at_eight, at_ten = (business_until(hours, (at + 1) * HOUR) - business_until(hours, at * HOUR) for at in (8, 10))
    assert at_ten / at_eight == pytest.approx(profile.hours[10] / profile.hours[8])
    monday, saturday = (business_until(hours, (at + 1) * DAY) - business_until(hours, at * DAY) for at in (0, 5))
    assert monday / saturday == pytest.approx(profile.days[0] / profile.days[5])


@given(st.floats(-3.0, 300.0))
def test_moment_of_is_the_inverse_and_lies_in_opening_hours(business):
    for hours in (opening_hours(OFFICE), calling_hours(OFFICE)):
        moment = moment_of(hours, business)
        assert business_until(hours, moment) == pytest.approx(business, abs=1e-9)
        assert is_open(moment) or is_open(moment - 1e-6)


@given(st.lists(st.floats(-2 * WEEK, 50 * WEEK), min_size=2, max_size=20))
def test_business_never_runs_backwards(minutes):
    hours = calling_hours(OFFICE)
    done = [business_until(hours, minute) for minute in sorted(minutes)]
    assert (np.diff(done) >= 0.0).all()
