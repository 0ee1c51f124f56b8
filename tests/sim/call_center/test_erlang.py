from decimal import Decimal, getcontext

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sim.call_center.erlang import erlang_a, erlang_b, erlang_c, servers_for, servers_for_each, square_root_staffing

EXACT = 1e-9  # relative


def by_counting(servers, arrival_rate, service_rate, patience_rate):
    """P(wait > 0), P(abandon), mean wait: stationary probabilities of the queue's length, in 50 digits."""
    getcontext().prec = 50
    arrivals, service, patience = (Decimal(rate) for rate in (arrival_rate, service_rate, patience_rate))
    busy, term = Decimal(0), Decimal(1)
    for number in range(servers):
        busy += term
        term = term * arrivals / (service * (number + 1))
    full, queue, waiting = Decimal(0), 0, Decimal(0)
    while True:
        full += term
        waiting += queue * term
        queue += 1
        following = term * arrivals / (servers * service + queue * patience)
        if following < term and following < full * Decimal("1e-30"):
            break
        term = following
    total = busy + full
    mean_wait = waiting / total / arrivals
    return float(full / total), float(patience * mean_wait), float(mean_wait)


@pytest.mark.parametrize(
    ("servers", "load", "blocking"),
    [  # pyworkforce and queuingSystem, from their own tests; the traffic tables of 1 % blocking
        (1, 1.0, 0.5),
        (10, 100 / 5, 0.5379631686320729),
        (190, 150 / 0.75, 0.08869684386923561),
        (1000, 1000 / 2, 1.6524151277513355e-86),
        (10, 4.461176857577692, 0.01),
        (20, 12.030614594900944, 0.01),
        (50, 37.9013980885249, 0.01),
        (0, 3.0, 1.0),
        (5, 0.0, 0.0),
    ],
)
def test_erlang_b_gives_the_published_blocking(servers, load, blocking):
    assert erlang_b(servers, load).blocking == pytest.approx(blocking, rel=1e-11)


@pytest.mark.parametrize(
    ("servers", "load", "waiting", "within", "level"),
    [  # pyworkforce's README (100 calls in 30 minutes of 3 minutes each), queuingSystem's tests
        (14, 10.0, 0.1741319335950498, 20 / 180, 0.8883500191794669),
        (35, 0.1 / 0.0033, 0.3121925015328496, 20 * 0.0033, 0.7710233599946846),
        (10, 5.0, 0.03610535915832015, 0.0, 1.0 - 0.03610535915832015),
    ],
)
def test_erlang_c_gives_the_published_waits(servers, load, waiting, within, level):
    queue = erlang_c(servers, load)
    assert queue.probability_of_waiting == pytest.approx(waiting, rel=1e-9)
    assert queue.service_level(within) == pytest.approx(level, rel=1e-9)
    assert queue.occupancy == pytest.approx(load / servers)
    assert queue.abandonment == 0.0


def test_erlang_c_gives_the_textbooks_queue_lengths():
    assert erlang_c(9, 7.0).mean_wait_offered * 7.0 == pytest.approx(1.3473148295486905, rel=1e-10)  # queuingSystem
    clinic = erlang_c(3, 2.0, handle_time=1 / 3)  # Gross & Harris: 6 patients an hour, 3 doctors
    assert clinic.mean_wait_offered == pytest.approx(4 / 27, rel=1e-12)


def test_erlang_a_gives_the_published_figures():
    center = erlang_a(14, 100 / 30, 1 / 3, 1 / 5)  # pyworkforce: 100 calls in 30 minutes
    assert center.probability_of_waiting == pytest.approx(0.14526, abs=5.1e-6)
    assert center.abandonment == pytest.approx(0.013984, abs=5.1e-7)
    assert center.occupancy == pytest.approx(0.704297, abs=5.1e-7)
    assert center.mean_wait_offered == pytest.approx(0.069919, abs=5.1e-7)
    assert center.service_level(1 / 3) == pytest.approx(0.916792, abs=5.1e-7)
    solver = erlang_a(20, 1.0, 1 / 19, 0.1)  # line-solver 3.0.8
    assert solver.probability_of_waiting == pytest.approx(0.37889988960370136, rel=1e-9)
    assert solver.abandonment == pytest.approx(0.08101373649721011, rel=1e-9)
    assert solver.mean_wait_offered == pytest.approx(0.8101373649720961, rel=1e-9)
    assert solver.mean_wait_answered == pytest.approx(0.7194654046190249, rel=1e-9)
    assert solver.occupancy == pytest.approx(0.8730369503276505, rel=1e-9)
    assert solver.service_level(5.0) == pytest.approx(0.892995546, abs=5e-10)
    assert solver.service_level(5.0, of="answered") == pytest.approx(0.971718057, abs=5e-10)


@pytest.mark.parametrize(
    ("servers", "arrival_rate", "service_rate", "patience_rate"),
    [
        (1, 0.01, 1.0, 100.0),
        (3, 2.0, 1.0, 1e6),  # all but Erlang-B
        (3, 20.0, 1.0, 1e4),
        (5, 2.0, 1.0, 3.0),
        (100, 90.0, 1.0, 1e-4),  # all but Erlang-C
        (100, 100.7, 1.0, 1e-4),  # overloaded, and patient
        (20_000, 19_800.0, 1.0, 0.5),
        (20_000, 20_000.0, 1.0, 0.01),
        (20_000, 21_000.0, 1.0, 0.5),
        (20_000, 30_000.5, 1.0, 0.2),
        (20_000, 10.0, 1.0, 0.5),  # nobody ever waits
    ],
)
def test_erlang_a_is_exact_from_one_server_to_twenty_thousand(servers, arrival_rate, service_rate, patience_rate):
    queue = erlang_a(servers, arrival_rate, service_rate, patience_rate)
    waiting, abandonment, mean_wait = by_counting(servers, arrival_rate, service_rate, patience_rate)
    assert queue.probability_of_waiting == pytest.approx(waiting, rel=EXACT, abs=1e-300)
    assert queue.abandonment == pytest.approx(abandonment, rel=EXACT, abs=1e-300)
    assert queue.mean_wait_offered == pytest.approx(mean_wait, rel=EXACT, abs=1e-300)


@given(
    servers=st.integers(1, 60),
    load=st.floats(0.05, 2.0),
    patience_rate=st.floats(0.05, 5.0),
    within=st.floats(0.0, 3.0),
)
def test_service_level_is_the_integral_of_the_offered_wait(servers, load, patience_rate, within):
    """P(answered in time) = 1 - P(wait > 0) + integral of density x patience, by incomplete gamma functions."""
    from scipy.special import gammainc, gammaln

    arrival_rate = servers * load
    queue = erlang_a(servers, arrival_rate, 1.0, patience_rate)
    scale, power = arrival_rate / patience_rate, servers / patience_rate

    def log_integral(shape, low):
        part = gammainc(shape, scale) - gammainc(shape, low)
        return scale - shape * np.log(scale) + gammaln(shape) + np.log(np.maximum(part, 1e-300)), part

    whole, _ = log_integral(power, 0.0)
    early, part = log_integral(power + 1.0, scale * np.exp(-patience_rate * within))
    assume(part == 0.0 or part > 1e-6)  # else this formula, not ours, loses its digits
    chance = queue.probability_of_waiting * np.exp(early - whole) if part else 0.0
    assert queue.service_level(within) == pytest.approx(1.0 - queue.probability_of_waiting + chance, abs=1e-7)


@given(servers=st.integers(1, 300), load=st.floats(0.01, 3.0), patience_rate=st.floats(0.001, 50.0))
def test_figures_are_consistent(servers, load, patience_rate):
    queue = erlang_a(servers, servers * load, 1.0, patience_rate)
    assert 0.0 <= queue.probability_of_waiting <= 1.0 + 1e-12
    assert queue.abandonment == pytest.approx(patience_rate * queue.mean_wait_offered)
    levels = [queue.service_level(within) for within in (0.0, 0.1, 1.0, 10.0, 1e6)]
    assert (np.diff(levels) >= -1e-12).all()
    assert levels[0] == pytest.approx(1.0 - queue.probability_of_waiting, abs=1e-12)
    assert levels[-1] == pytest.approx(1.0 - queue.abandonment, abs=1e-12)
    assert queue.service_level(1e6, of="answered") == pytest.approx(1.0)


def test_endless_patience_is_erlang_c():
    almost, never = erlang_a(12, 10.0, 1.0, 1e-9), erlang_c(12, 10.0)
    assert almost.mean_wait_offered == pytest.approx(never.mean_wait_offered, rel=1e-6)
    assert almost.service_level(0.2) == pytest.approx(never.service_level(0.2), rel=1e-6)


def test_a_queue_that_nobody_leaves_and_that_cannot_keep_up_grows_for_ever():
    queue = erlang_c(10, 10.0)
    assert (queue.probability_of_waiting, queue.mean_wait_offered, queue.service_level(5.0)) == (1.0, np.inf, 0.0)


def test_servers_for_gives_the_published_numbers():
    # Tijms, A First Course in Stochastic Models, table 5.3.2
    for load, numbers in ((1.0, [2, 3, 3]), (250.0, [259, 268, 274])):
        assert [servers_for(load, 1.0, probability_of_waiting=chance) for chance in (0.5, 0.2, 0.1)] == numbers
    # pyworkforce: 100 calls in 30 minutes of 3 minutes, 80 % within 20 seconds
    assert servers_for(100 / 30, 1 / 3, service_level=0.8, within=0.33) == 14
    # 25 calls in 900 seconds of 752 seconds, 90 % within 20 seconds
    assert servers_for(25 / 900, 1 / 752, service_level=0.9, within=20.0) == 28


@given(
    arrival_rate=st.floats(0.01, 400.0),
    patience_rate=st.sampled_from([0.0, 5e-324]) | st.floats(1e-9, 1e9),
    service_level=st.floats(0.0, 0.999),
    within=st.floats(0.0, 1.0),
)
def test_servers_for_gives_the_smallest_number_that_is_enough(arrival_rate, patience_rate, service_level, within):
    servers = servers_for(arrival_rate, 1.0, patience_rate, service_level=service_level, within=within)
    assert erlang_a(servers, arrival_rate, 1.0, patience_rate).service_level(within) >= service_level
    if servers > 1:
        assert erlang_a(servers - 1, arrival_rate, 1.0, patience_rate).service_level(within) < service_level


@given(
    arrival_rates=st.lists(st.just(0.0) | st.floats(0.01, 400.0), max_size=12).map(sorted),
    patience_rate=st.just(0.0) | st.floats(1e-3, 1e3),
    service_level=st.floats(0.0, 0.999),
    within=st.floats(0.0, 1.0),
)
def test_many_rates_need_what_each_needs_alone(arrival_rates, patience_rate, service_level, within):
    target = {"service_level": service_level, "within": within}
    alone = [servers_for(rate, 1.0, patience_rate, **target) for rate in arrival_rates]
    assert servers_for_each(arrival_rates, 1.0, patience_rate, **target) == alone


def test_several_targets_are_met_at_once():
    alone = [
        servers_for(50.0, 1.0, 0.5, service_level=0.8, within=0.05),
        servers_for(50.0, 1.0, 0.5, abandonment=0.01),
        servers_for(50.0, 1.0, 0.5, mean_wait_offered=0.001),
        servers_for(50.0, 1.0, 0.5, service_level=0.99, within=0.05, of="answered"),
    ]
    assert len(set(alone)) > 1
    assert servers_for(
        50.0, 1.0, 0.5, service_level=0.8, within=0.05, abandonment=0.01, mean_wait_offered=0.001
    ) == max(alone[:3])
    assert servers_for(0.0, 1.0, service_level=0.8) == 0


CEILINGS = {
    "abandonment": (0.001, 0.5),
    "probability_of_waiting": (0.001, 0.9),
    "mean_wait_offered": (0.001, 2.0),
    "mean_wait_answered": (0.001, 2.0),
    "occupancy": (0.05, 0.99),
}


@pytest.mark.parametrize("target", CEILINGS)
@given(data=st.data(), arrival_rate=st.floats(0.1, 300.0), patience_rate=st.floats(0.05, 5.0))
def test_a_ceiling_is_kept_by_the_smallest_number_that_is_enough(target, data, arrival_rate, patience_rate):
    ceiling = data.draw(st.floats(*CEILINGS[target]))
    servers = servers_for(arrival_rate, 1.0, patience_rate, **{target: ceiling})
    assert getattr(erlang_a(servers, arrival_rate, 1.0, patience_rate), target) <= ceiling
    if servers > 1:
        assert getattr(erlang_a(servers - 1, arrival_rate, 1.0, patience_rate), target) > ceiling


def test_servers_for_a_blocking_gives_the_traffic_tables():
    # the standard table of 1 % blocking: 10, 20 and 50 lines carry 4.46, 12.03 and 37.90 erlangs
    for lines, load in ((10, 4.46), (20, 12.03), (50, 37.90)):
        assert servers_for(load, 1.0, blocking=0.01) == lines
        assert servers_for(load + 0.01, 1.0, blocking=0.01) == lines + 1


def test_every_target_can_be_met_at_twenty_thousand_servers():
    targets = {"service_level": 0.8, "within": 0.01, "abandonment": 0.01, "occupancy": 0.99, "blocking": 0.01}
    servers = servers_for(20_000.0, 1.0, 0.5, **targets)
    assert servers == max(
        servers_for(20_000.0, 1.0, 0.5, service_level=0.8, within=0.01),
        *(
            servers_for(20_000.0, 1.0, 0.5, **{name: targets[name]})
            for name in ("abandonment", "occupancy", "blocking")
        ),
    )


def test_square_root_staffing_rounds_up():
    assert square_root_staffing(100.0, 0.5) == 105
    assert square_root_staffing(10.0, 1.0) == 14
    assert square_root_staffing(0.0, 1.0) == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: erlang_b(-1, 1.0), "servers = -1: allowed are whole numbers from 0"),
        (lambda: erlang_b(1, -1.0), "load = -1.0: allowed are finite numbers from 0"),
        (lambda: erlang_c(0, 1.0), "servers = 0: allowed are whole numbers from 1"),
        (lambda: erlang_c(2, 1.0, 0.0), "handle_time = 0.0: allowed are finite numbers above 0"),
        (lambda: erlang_a(1, 1.0, 0.0, 1.0), "service_rate = 0.0: allowed are finite numbers above 0"),
        (lambda: erlang_a(1, float("nan"), 1.0, 1.0), "arrival_rate = nan"),
        (
            lambda: erlang_a(1, 1.0, 1.0, 1.0).service_level(1.0, of="all"),
            "of = 'all': allowed are 'offered' and 'answered'",
        ),
        (lambda: servers_for(1.0, 1.0), "servers_for needs a target"),
        (lambda: servers_for(1.0, 1.0, service_level=1.0), "service_level = 1.0: allowed are shares from 0 to below 1"),
        (lambda: servers_for(1.0, 1.0, 1.0, abandonment=0.0), "abandonment = 0.0: allowed are shares above 0"),
        (lambda: servers_for(1.0, 1.0, abandonment=0.1), "with patience_rate = 0 nobody hangs up"),
        (lambda: servers_for(1.0, 1.0, occupancy=1.0), "occupancy = 1.0: allowed are shares above 0 and below 1"),
        (lambda: servers_for(1.0, 1.0, mean_wait_answered=-1.0), "mean_wait_answered = -1.0: allowed are finite"),
        (lambda: servers_for(1.0, 1.0, service_level=0.8, within=-1.0), "within = -1.0: allowed are finite numbers"),
        (lambda: square_root_staffing(1.0, float("nan")), "beta = nan: allowed are finite numbers"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
