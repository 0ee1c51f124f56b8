"""Values of queues that others have published or computed, each with its source; docs/queue_oracles.md lists them.

Formulas are held to the digits that the source gives. Traces are queues of a few contacts with known times, replayed
through the door to the last digit.
"""

import numpy as np
import pandas as pd
import pytest

from sim.call_center import serve
from sim.call_center.erlang import erlang_a, erlang_b, erlang_c, servers_for


@pytest.mark.parametrize(
    ("servers", "load", "blocking", "tolerance"),
    [
        pytest.param(1, 1.0, 0.5, 1e-12, id="erlangB_1_1"),  # pyworkforce, queuing/tests/test_erlang_b.py
        # queuingSystem, tests/modelling/capacity_planning/test_erlangb.py
        pytest.param(10, 100 / 5, 0.5379631686320729, 1e-12, id="erlangB_10_100over5"),
        pytest.param(190, 150 / 0.75, 0.08869684386923561, 1e-12, id="erlangB_190_150over0.75"),
        pytest.param(1000, 1000 / 2, 1.6524151277513355e-86, 1e-98, id="erlangB_1000_1000over2"),
    ],
)
def test_erlang_b_gives_the_blocking_that_others_compute(servers, load, blocking, tolerance):
    assert erlang_b(servers, load).blocking == pytest.approx(blocking, rel=0.0, abs=tolerance)


@pytest.mark.parametrize(
    ("lines", "load"),
    [
        pytest.param(10, 4.46, id="erlangB_table_N10_1pct"),
        pytest.param(20, 12.03, id="erlangB_table_N20_1pct"),
        pytest.param(50, 37.9, id="erlangB_table_N50_1pct"),
    ],
)
def test_the_traffic_tables_load_at_one_percent_blocking_is_between_a_little_less_and_a_little_more(lines, load):
    # the standard table, which rounds to 0.01 erlangs (37.9 to 0.1 is within the same)
    assert erlang_b(lines, load - 0.0051).blocking < 0.01 < erlang_b(lines, load + 0.0051).blocking


@pytest.mark.parametrize(
    ("max_occupancy", "servers", "level", "occupancy", "waiting"),
    [  # pyworkforce, queuing/tests/test_erlang.py: 100 calls in 30 minutes of 3 minutes, 80 % within 0.33 minutes
        pytest.param(0.85, 14, 0.888, 0.714, 0.174, id="erlangC_100per30_aht3"),
        pytest.param(0.70, 15, 0.941, 0.667, 0.102, id="erlangC_100per30_aht3_occ70"),
    ],
)
def test_erlang_c_staffs_as_pyworkforce_does(max_occupancy, servers, level, occupancy, waiting):
    found = servers_for(100 / 30, 1 / 3, service_level=0.8, within=0.33, occupancy=max_occupancy)
    queue = erlang_c(found, 10.0, 3.0)
    assert found == servers
    assert queue.service_level(0.33) == pytest.approx(level, abs=5e-4)
    assert queue.occupancy == pytest.approx(occupancy, abs=5e-4)
    assert queue.probability_of_waiting == pytest.approx(waiting, abs=5e-4)


def test_erlang_c_gives_the_sixteen_digits_of_pyworkforces_readme():
    """erlangC_readme_16digits."""
    queue = erlang_c(14, 10.0, 3.0)
    assert queue.service_level(20 / 60) == pytest.approx(0.8883500191794669, abs=1e-13)
    assert queue.probability_of_waiting == pytest.approx(0.1741319335950498, abs=1e-13)
    assert queue.occupancy == pytest.approx(0.7142857142857143, abs=1e-13)


def test_erlang_c_gives_the_values_of_queuing_system():
    """erlangC_felix_35, erlangC_felix_9_7, erlangC_felix_10_5 (tests/modelling/capacity_planning/test_erlangc.py)."""
    busy = erlang_c(35, 0.1 / 0.0033, 1 / 0.0033)
    assert busy.service_level(20.0) == pytest.approx(0.7710233599946846, abs=1e-10)
    assert busy.probability_of_waiting == pytest.approx(0.3121925015328496, abs=1e-10)
    nine = erlang_c(9, 7.0)
    assert nine.mean_wait_offered * 7.0 == pytest.approx(1.3473148295486905, abs=1e-10)
    assert (nine.mean_wait_offered + 1.0) * 7.0 == pytest.approx(8.34731482954869, abs=1e-10)
    assert erlang_c(10, 5.0).probability_of_waiting == pytest.approx(0.03610535915832015, abs=1e-10)


def test_erlang_c_gives_the_eye_clinic_of_gross_and_harris():
    """eye_clinic: 6 patients an hour, 3 doctors, 20 minutes each."""
    clinic = erlang_c(3, 2.0, 1 / 3)
    assert clinic.mean_wait_offered == pytest.approx(0.14814814814814814, abs=1e-12)
    assert clinic.mean_wait_offered * 6.0 == pytest.approx(0.8888888888888888, abs=1e-12)


def test_servers_for_gives_the_numbers_that_others_staff():
    """stimulus_staff_25; tijms_532_R1 and tijms_532_R250: Tijms, A First Course in Stochastic Models, table 5.3.2."""
    assert servers_for(25 / 900, 1 / 752, service_level=0.9, within=20.0) == 28
    for load, numbers in ((1.0, [2, 3, 3]), (250.0, [259, 268, 274])):
        assert [servers_for(load, 1.0, probability_of_waiting=chance) for chance in (0.5, 0.2, 0.1)] == numbers


def test_erlang_a_gives_the_values_of_pyworkforce_and_line_solver():
    """erlangA_100per30_p5_c14 (queuing/tests/test_abandonment.py), benchmark_MM20M_line_solver (qsys_erlanga)."""
    center = erlang_a(14, 100 / 30, 1 / 3, 1 / 5)
    assert center.probability_of_waiting == pytest.approx(0.14526, abs=5.1e-6)
    assert center.abandonment == pytest.approx(0.013984, abs=5.1e-7)
    assert center.occupancy == pytest.approx(0.704297, abs=5.1e-7)
    assert center.mean_wait_offered == pytest.approx(0.069919, abs=5.1e-7)  # "average speed of answer" there
    assert center.service_level(20 / 60) == pytest.approx(0.916792, abs=5.1e-7)
    twenty = erlang_a(20, 1.0, 1 / 19, 0.1)
    assert twenty.abandonment == pytest.approx(0.08101373649721011, abs=1e-8)
    assert twenty.mean_wait_offered == pytest.approx(0.8101373649720961, abs=1e-8)
    assert twenty.probability_of_waiting == pytest.approx(0.37889988960370136, abs=1e-8)
    assert twenty.occupancy == pytest.approx(0.8730369503276505, abs=1e-8)
    assert twenty.mean_wait_answered == pytest.approx(0.7194654046190249, abs=1e-8)


def test_an_agent_with_three_chats_at_full_speed_has_the_states_of_three_agents():
    """ciw_capacitated_ps (test_capacitated_ps): up to three at once, arrivals of rate 10, each served at rate 12."""
    states = [
        0.4321329639889196,
        0.3601108033240997,
        0.1500461680517082,
        0.041679491125474505,
        0.011577636423742918,
        0.003216010117706367,
        0.0008933361438073241,
    ]
    queue = erlang_c(3, 10 / 12)
    assert queue.probability_of_waiting == pytest.approx(1.0 - sum(states[:3]), abs=1e-10)
    assert np.array(states[4:]) / states[3:-1] == pytest.approx(queue.occupancy, abs=1e-10)
    assert states[3] / (1.0 - queue.occupancy) == pytest.approx(queue.probability_of_waiting, abs=1e-10)
    assert states[2] / sum(states[:3]) == pytest.approx(erlang_b(2, 10 / 12).blocking, abs=1e-10)


def test_two_hang_up_in_the_same_instant():
    """ciw_trace_simultaneous_reneging (tests/test_node.py)."""
    served = serve([3, 4, 5, 20], 20, [100, 7, 6, 100])
    assert served["answered"].tolist() == [True, False, False, True]
    assert served["end"].tolist() == [23.0, 11.0, 11.0, 43.0]
    assert served["wait"].tolist() == [0.0, 7.0, 6.0, 3.0]


def test_a_better_class_is_answered_first_without_interrupting_anyone():
    """ciw_trace_priority_nonpreemptive (tests/test_node.py, the first half of test_preemptive_priorities)."""
    served = serve([1.5, 5, 7.5], [5, 5, 4], priority=[1, 1, 0])
    assert served["wait"].tolist() == [0.0, 1.5, 4.0]
    assert served["end"].tolist() == [6.5, 11.5, 15.5]


def test_the_bank_of_simpys_documentation_loses_its_third_customer():
    """simpy_bank_renege: the draws of seed 42 in that example; its log is rounded to four digits."""
    arrival = [0.0, 10.200602872748009, 12.726464729449145, 34.99934572496295, 40.47980731892786]
    work = [3.859488768899587, 13.550076105583113, 12.0, 2.960600351517892, 2.6603000299641653]
    patience = [1.0500215104453339, 2.472942428328025, 1.1738776652588323, 1.0595944388761407, 1.0530719393677272]
    served = serve(arrival, work, patience)
    assert served["answered"].tolist() == [True, True, False, True, True]
    assert served["end"].tolist() == pytest.approx([3.8595, 23.7507, 13.9003, 37.9599, 43.1401], abs=1e-4)
    assert served["wait"][2] == pytest.approx(1.174, abs=1e-3)


def test_who_finds_three_there_does_not_join():
    """ciw_trace_balking (tests/test_simulation.py, test_baulking): with room for three, who finds it full is gone."""
    served = serve(np.arange(5.0, 55.0, 5.0), 21.0, lines=3)
    gone = (served["end"] == np.arange(5.0, 55.0, 5.0)) & ~served["answered"]
    assert (np.flatnonzero(gone) * 5 + 5).tolist() == [20, 25, 35, 40, 45]
    assert served["wait"][:2].tolist() == [0.0, 16.0]
    assert served["end"][:2].tolist() == [26.0, 47.0]


def test_overtime_is_what_agents_who_stay_across_a_boundary_finish_after_their_shift():
    """ciw_overtime_doc with our rule: Ciw replaces every server at a boundary and finds a third overtime of 4."""
    staff = pd.DataFrame({"agent": [0, 1], "start": [0.0, 4.0], "end": [10.0, 10.0]})
    served = serve([3, 6, 9], 5, staff=staff)
    assert sorted(end - 10.0 for end in served["end"] if end > 10.0) == [1.0, 4.0]
