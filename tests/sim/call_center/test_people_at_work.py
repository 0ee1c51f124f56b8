import math

import mesa
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.calendar import CalendarSettings, window
from sim.call_center.agents import learned
from sim.call_center.conduct import ConductSettings, conduct_of
from sim.call_center.morale import MoraleSettings, morale_after, morale_led_to, quality_of_mood
from sim.call_center.settings import CallCenterSettings
from sim.call_center.turnover import TurnoverSettings, quits_a_year
from sim.call_center.workforce import ServiceAgent, Workforce
from sim.draws import Key

KEY = Key(1, 1)
MONTHS = [window(CalendarSettings(), period) for period in range(120)]
MOOD = MoraleSettings()


def workforce(firm=17, key=KEY):
    return Workforce(mesa.Model(rng=1), key, firm)


def lived(settings, occupancy=0.8, places=40, months=MONTHS):
    """Yearly turnover of a center whose headcount is kept up, and the center."""
    people, quits, years = workforce(), 0, 0.0
    for month in months:
        people.staff_up(settings, month, [places])
        years += len(people.employed()) / 12.0
        quits += people.live(settings, month, occupancy)
    return quits / years, people


# --- rules ------------------------------------------------------------------------------------------------------------


def test_neutral_conduct_changes_nothing():
    assert conduct_of(ConductSettings()) == (1.0, 1.0, 0.0, 0.0)


def test_a_handle_time_target_costs_quality_and_morale():
    hurried = conduct_of(ConductSettings(handle_target=0.8))
    assert hurried.time == pytest.approx(0.8)
    assert hurried.quality == pytest.approx(0.8**0.6)
    assert hurried.morale < 0.0


def test_empowered_agents_take_longer_and_solve_more():
    free = conduct_of(ConductSettings(empowerment=1.0))
    assert free.time > 1.0
    assert free.quality > 1.0
    assert free.morale > 0.0


@pytest.mark.parametrize(("reward", "time", "quality"), [("speed", -1, -1), ("sales", 1, -1), ("satisfaction", 1, 1)])
def test_agents_do_what_they_are_rewarded_for(reward, time, quality):
    conduct = conduct_of(ConductSettings(reward=reward))
    assert np.sign(conduct.time - 1.0) == time
    assert np.sign(conduct.quality - 1.0) == quality
    assert (conduct.sale > 0.0) == (reward == "sales")


def test_training_pays_less_and_less():
    quality = [conduct_of(ConductSettings(training_hours=hours)).quality for hours in (0.0, 40.0, 80.0)]
    assert quality[1] - quality[0] > quality[2] - quality[1] > 0.0


@given(st.floats(0.1, 1.0), st.floats(0.0, 20.0), st.floats(0.0, 20.0))
def test_nobody_unlearns(start, sooner, later):
    early, late = (learned(start, tenure, 3.0) for tenure in sorted((sooner, later)))
    assert start - 1e-12 <= early <= late <= 1.0


def test_morale_falls_with_load_and_rises_with_pay():
    assert morale_led_to(20.0, 0.7, 0.0, MOOD) == pytest.approx(MOOD.reference)
    assert morale_led_to(20.0, 0.95, 0.0, MOOD) < morale_led_to(20.0, 0.85, 0.0, MOOD) < MOOD.reference
    assert morale_led_to(24.0, 0.7, 0.0, MOOD) > MOOD.reference > morale_led_to(16.0, 0.7, 0.0, MOOD)


def test_morale_halves_its_distance_in_a_half_life_however_time_is_cut():
    whole = morale_after(0.9, 0.5, 2.0 / 12.0, MOOD)
    half = morale_after(morale_after(0.9, 0.5, 1.0 / 12.0, MOOD), 0.5, 1.0 / 12.0, MOOD)
    assert whole == pytest.approx(0.7)
    assert half == pytest.approx(whole)


def test_moods_do_not_show_unless_they_are_said_to():
    assert quality_of_mood(0.1, MOOD) == 1.0


def test_quits_rise_with_low_morale_and_with_an_occupancy_over_ninety():
    turnover = TurnoverSettings(quits=0.3)
    calm = quits_a_year(MOOD.reference, 0.8, turnover, MOOD)
    assert calm == pytest.approx(0.3)
    assert quits_a_year(0.4, 0.8, turnover, MOOD) > calm
    assert quits_a_year(MOOD.reference, 0.93, turnover, MOOD) == pytest.approx(0.3 * math.exp(0.4))


# --- the workforce ----------------------------------------------------------------------------------------------------


def test_where_nobody_quits_the_agents_stay_for_good():
    turnover, people = lived(CallCenterSettings(), occupancy=0.99)
    assert turnover == 0.0
    assert [agent.number for agent in people.employed()] == list(range(40))


def test_agents_quit_at_the_rate_that_is_set():
    """400 agent-years at .3: a Poisson count of 120, one look at 1 in 10,000."""
    turnover, people = lived(CallCenterSettings(turnover={"quits": 0.3}))
    assert turnover == pytest.approx(0.3, abs=4.0 * math.sqrt(0.3 / 400.0))
    assert len(people.agents) > len(people.employed()) > 30


def test_hires_come_after_the_lag_and_are_ordered_ahead():
    settings = CallCenterSettings(turnover={"quits": 0.6, "hiring_lag_months": 3.0, "hiring_ahead": 0.0})
    ahead = CallCenterSettings(turnover={"quits": 0.6, "hiring_lag_months": 3.0})
    short, full = (len(lived(one)[1].employed()) for one in (settings, ahead))
    assert short < 40
    assert full > short


def test_new_agents_start_slow():
    settings = CallCenterSettings(agents={"start_speed": 0.6}, turnover={"quits": 0.3})
    _, people = lived(settings)
    now = MONTHS[-1].end
    for agent in people.employed():
        assert agent.speed(settings, now) / agent.talent == pytest.approx(learned(0.6, agent.tenure(now), 3.0))
    assert people.pace(settings, now) < 1.0


def test_the_first_agents_have_the_tenures_of_a_center_that_has_always_been_there():
    people = workforce()
    people.staff_up(CallCenterSettings(turnover={"quits": 0.5}), MONTHS[0], [2_000])
    tenures = [agent.tenure(0.0) for agent in people.agents]
    assert np.mean(tenures) == pytest.approx(2.0, abs=4.0 * 2.0 / math.sqrt(2_000))


def test_agents_are_mesa_agents_of_the_world_they_work_in():
    model = mesa.Model(rng=1)
    people = Workforce(model, KEY, 17)
    people.staff_up(CallCenterSettings(), MONTHS[0], [3])
    assert list(model.agents_by_type[ServiceAgent]) == people.agents


def test_an_agent_is_the_same_person_in_every_replicate_and_whoever_else_is_there():
    few, many, other_luck, other_firm = (
        workforce(17), workforce(17), workforce(17, Key(1, 9)), workforce(18),
    )  # fmt: skip
    for people, places in ((few, 3), (many, 30), (other_luck, 3), (other_firm, 3)):
        people.staff_up(CallCenterSettings(), MONTHS[0], [places])
    speeds = [people.speeds(CallCenterSettings(), 0.0)[0][:3] for people in (few, many, other_luck, other_firm)]
    assert np.array_equal(speeds[0], speeds[1])
    assert np.array_equal(speeds[0], speeds[2])
    assert not np.array_equal(speeds[0], speeds[3])


def test_agents_without_spread_are_all_alike():
    settings = CallCenterSettings(agents={"speed_sd": 0.0, "quality_sd": 0.0})
    people = workforce()
    people.staff_up(settings, MONTHS[0], [5])
    assert [column.tolist() for column in people.speeds(settings, 0.0)] == [[1.0] * 5] * 2


def test_a_workforce_survives_being_stored():
    settings = CallCenterSettings(turnover={"quits": 0.5})
    _, people = lived(settings, months=MONTHS[:30])
    other = workforce()
    other.restore(people.state(), settings)
    for month in MONTHS[30:60]:
        assert people.staff_up(settings, month, [40]) == other.staff_up(settings, month, [40])
        assert people.live(settings, month, 0.9) == other.live(settings, month, 0.9)
    assert people.state() == other.state()
