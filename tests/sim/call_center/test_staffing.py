import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.calendar import CalendarSettings, Window, window
from sim.call_center.erlang import erlang_a
from sim.call_center.planning import plan
from sim.call_center.settings import CallCenterSettings
from sim.call_center.staffing import agents_wanted, largest_remainder, on_duty_counts, roster
from sim.call_center.workforce import Workforce
from sim.draws import Key

KEY = Key(1, 1)
MONTH = Window(0, 0.0, 43_680.0, 1 / 12)
MONTHS = [window(CalendarSettings(), period) for period in range(12)]


def wanted_by(settings, *contacts):
    """Agents wanted in each half hour of a week by the first group."""
    return agents_wanted(settings, np.array(contacts))[0]


def staff_of(settings, contacts, agents=None):
    import mesa

    return plan(settings, agents or Workforce(mesa.Model(rng=1), KEY, 17), MONTH, np.array([contacts]))[0]


def fixed(hours, **changes):
    return CallCenterSettings(staffing={"kind": "fixed", "hours_per_week": hours, **changes})


def test_the_target_is_met_in_every_half_hour_and_not_with_one_agent_less():
    settings = CallCenterSettings()
    wanted = wanted_by(settings, 8_000.0)
    monday_ten = 2 * 10
    share = settings.profile.hours[10] * 1.25 / (sum(settings.profile.hours[8:18]) * 6.0)
    load = 8_000.0 * share / 60.0
    agents = int(wanted[monday_ten])
    assert erlang_a(agents, load, 1 / 6, 1 / 3).service_level(20 / 60) >= 0.8
    assert erlang_a(agents - 1, load, 1 / 6, 1 / 3).service_level(20 / 60) < 0.8
    assert wanted[:16].sum() == 0.0  # closed before 8
    assert wanted[6 * 48 :].sum() == 0.0  # and on Sunday


def test_an_open_center_has_somebody_on_duty():
    wanted = wanted_by(CallCenterSettings(), 0.0)
    assert wanted.sum() == 6 * 10 * 2
    assert wanted.max() == 1.0


def test_fixed_hours_follow_the_load_and_add_up():
    settings = fixed(700.0)
    wanted = wanted_by(settings, 1.0)
    assert wanted.sum() / 2 == pytest.approx(700.0)
    assert wanted[20] / wanted[16] == pytest.approx(settings.profile.hours[10] / settings.profile.hours[8])


@given(st.floats(0.0, 2_000.0), st.floats(0.0, 1.0))
def test_over_the_weeks_the_hours_on_duty_are_those_that_were_set(hours, extra):
    wanted = wanted_by(fixed(hours, extra=extra), 1.0)
    year = sum(int(on_duty_counts(wanted, month).sum()) for month in MONTHS)
    assert year / 2 == pytest.approx(52 * hours * (1.0 + extra), abs=0.51)


def test_extra_hours_come_on_top():
    plain, more = CallCenterSettings(), CallCenterSettings(staffing={"extra": 0.1})
    assert wanted_by(more, 8_000.0).sum() == pytest.approx(1.1 * wanted_by(plain, 8_000.0).sum())
    counts = on_duty_counts(wanted_by(more, 8_000.0), MONTH)
    assert (counts >= on_duty_counts(wanted_by(plain, 8_000.0), MONTH)).all()


@given(st.lists(st.integers(0, 20_000), min_size=1, max_size=40), st.booleans())
def test_the_largest_remainders_get_what_is_left(thousandths, up):
    down, left = np.divmod(thousandths, 1_000)
    total = sum(thousandths) // 1_000 + (1 if up and sum(thousandths) % 1_000 else 0)
    whole = largest_remainder(np.array(thousandths) / 1_000, total)
    assert whole.sum() == total
    raised = whole > down
    assert (whole[raised] == down[raised] + 1).all()
    assert (whole[~raised] == down[~raised]).all()
    assert not raised.any() or raised.all() or left[raised].min() >= left[~raised].max()


@given(st.lists(st.integers(0, 6), min_size=1, max_size=200), st.integers(0, 400))
def test_each_half_hour_has_its_count(counts, first):
    assert (roster(np.array(counts), 6, first).sum(axis=1) == counts).all()


def test_hours_are_fair_and_shifts_are_whole():
    staff = staff_of(CallCenterSettings(), 30_000.0)
    hours = staff.on_duty.sum(axis=0) / 2
    assert hours.max() - hours.min() <= 10.0  # a day's opening hours
    # who is on duty in a half hour and needed in the next one stays
    counts = staff.on_duty.sum(axis=1)
    for before, after, fewer in zip(staff.on_duty, staff.on_duty[1:], counts[1:] >= counts[:-1], strict=False):
        if fewer and before.any():
            assert (before <= after).all()


def test_agents_work_their_contract_and_no_more():
    settings = CallCenterSettings(agents={"hours_per_week": 30.0, "shrinkage": 0.3})
    staff = staff_of(settings, 30_000.0)
    per_week = staff.on_duty.sum(axis=0) / 2 / (43_680 / 10_080)
    assert per_week.mean() / 0.7 <= 30.0 + 1.0
