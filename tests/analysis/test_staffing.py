from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.report.staffing_picture import picture
from analysis.staffing import Demands, method_of, plan, share_of, target_of, with_other_numbers
from analysis.volumes import Volumes
from sim.call_center.erlang import erlang_a, erlang_c
from sim.settings import BadInput


def volumes(*calls, minutes=30.0, handle=float("nan")):
    starts = tuple(datetime(1900, 1, 1, 8) + place * timedelta(minutes=minutes) for place in range(len(calls)))
    return Volumes("calls.csv", starts, minutes, np.array(calls, float), np.full(len(calls), handle), "%H:%M")


def demands(**changes):
    return Demands(**({"share": 0.8, "seconds": 20.0, "patience_minutes": 3.0, "handle_minutes": 6.0} | changes))


@settings(deadline=None, max_examples=50)
@given(
    calls=st.lists(st.just(0.0) | st.floats(1e-9, 300.0), min_size=1, max_size=4).filter(any),
    share=st.floats(0.3, 0.98),
)
def test_each_interval_gets_the_fewest_agents_that_meet_the_target(calls, share):
    found = plan(volumes(*calls), demands(share=share))
    for agents, each in zip(found.agents, calls, strict=True):
        if not each:
            assert agents == 0
            continue
        assert erlang_a(agents, each / 30, 1 / 6, 1 / 3).service_level(1 / 3) >= share
        assert agents == 1 or erlang_a(agents - 1, each / 30, 1 / 6, 1 / 3).service_level(1 / 3) < share


def test_erlang_c_gives_the_published_number_with_and_without_shrinkage():
    # pyworkforce: 100 calls in 30 minutes of 3 minutes each, 80 % within 20 seconds, 30 % shrinkage, 85 % and 70 % busy
    table = volumes(100.0)
    for busy, agents, scheduled in ((0.85, 14, 20), (0.70, 15, 22)):
        asked = demands(handle_minutes=3.0, method="erlang-c", shrinkage=0.3, max_occupancy=busy)
        found = plan(table, asked)
        assert (found.agents.tolist(), found.scheduled.tolist()) == ([agents], [scheduled])
        assert found.expected[0] == erlang_c(agents, 10.0, 3.0)
    assert found.paid_hours == pytest.approx(15 * 0.5 / 0.7)


def test_ceilings_are_kept_beside_the_target():
    found = plan(volumes(120.0), demands(max_abandonment=0.01))
    assert found.expected[0].abandonment <= 0.01
    assert found.agents[0] > plan(volumes(120.0), demands()).agents[0]
    idle = plan(volumes(120.0), demands(max_occupancy=0.6))
    assert idle.expected[0].occupancy <= 0.6


def test_square_root_staffing_is_exact_where_there_is_most_work_and_follows_the_root_elsewhere():
    found = plan(volumes(30.0, 120.0, 0.0, 480.0), demands(method="square-root"))
    assert found.agents[3] == plan(volumes(480.0), demands()).agents[0]
    safety = found.agents - found.load
    assert found.beta == pytest.approx(safety[3] / np.sqrt(found.load[3]))
    assert (np.abs(safety[:2] - found.beta * np.sqrt(found.load[:2])) <= 1.0).all()
    assert found.agents[2] == 0
    assert found.expected[2] is None


def test_handle_times_of_the_file_go_before_the_one_that_is_given():
    table = volumes(60.0, handle=3.0)
    assert plan(table, demands()).load.tolist() == [6.0]
    assert plan(table, demands(handle_minutes=None)).load.tolist() == [6.0]
    with pytest.raises(BadInput, match="--handle-minutes: missing; needed: how long a call takes"):
        plan(volumes(60.0), demands(handle_minutes=None))


def test_one_agent_more_serves_better_at_the_peak():
    found = plan(volumes(20.0, 120.0, 60.0), demands())
    assert found.peak == 1
    choices = with_other_numbers(found)
    assert [each.servers for each in choices] == list(range(found.agents[1] - 2, found.agents[1] + 4))
    levels = [each.service_level(1 / 3) for each in choices]
    assert levels == sorted(levels)
    assert levels[1] < 0.8 <= levels[2]
    assert with_other_numbers(plan(volumes(0.1), demands()))[0].servers == 1


def test_a_calmer_target_saves_three_to_eight_percent_of_the_staff_where_callers_wait():
    # 400 calls an hour of 6 minutes, 80 % in 120 seconds instead of 20
    strict, calm = (
        plan(volumes(400.0, minutes=60.0), demands(seconds=each, method="erlang-c")).agents[0] for each in (20.0, 120.0)
    )
    assert 0.03 <= 1.0 - calm / strict <= 0.08


def test_the_picture_of_a_lax_target_says_whose_work_is_lost_and_no_negative_price():
    lax = plan(volumes(120.0), demands(seconds=120.0))
    assert (lax.agents[0], lax.load[0]) == (21, 24.0)
    lost = 24.0 * lax.expected[0].abandonment
    assert lost >= 3.0  # at least what 21 agents who never pause leave of the work of 24
    drawn = picture(lax)
    assert drawn.title == f"21 agents at 08:00 for the work of 24: that of {lost:.2g} hangs up"
    assert ">25</text>" in drawn.svg  # the axis goes beyond the work, not only beyond the agents
    strict = picture(plan(volumes(120.0), demands()))
    assert strict.title == "27 agents at 08:00 do the work of 24: 11 % of their time is the price of the target"


@pytest.mark.parametrize(
    ("text", "meaning"),
    [("80/20", (0.8, 20.0)), ("80%/20s", (0.8, 20.0)), (" 0.9 / 30", (0.9, 30.0)), ("99.5/0", (0.995, 0.0))],
)
def test_a_target_is_read_as_people_write_it(text, meaning):
    assert target_of(text) == pytest.approx(meaning)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: target_of("100/20"), "--target = 100/20: not a target; .* less than 100 percent"),
        (lambda: target_of("80"), "--target = 80: not a target"),
        (lambda: target_of("0/20"), "not a target"),
        (lambda: share_of("--max-occupancy", "100%"), "--max-occupancy = 100%: not a share; allowed: above 0%"),
        (lambda: share_of("--max-abandonment", "5"), "as in 5% or 0.05"),
        (lambda: share_of("--max-abandonment", "0%"), "above 0%"),
        (lambda: share_of("--shrinkage", "-3%", from_zero=True), "from 0%"),
        (lambda: method_of("erlang_a"), "no such method; allowed: erlang-a, erlang-c, square-root; nearest: erlang-a"),
        (lambda: demands(patience_minutes=0.0), "--patience-minutes = 0: out of range"),
        (lambda: demands(handle_minutes=float("inf")), "--handle-minutes = inf: out of range"),
        (lambda: demands(method="erlang-c", max_abandonment=0.05), "nobody hangs up"),
    ],
)
def test_demands_that_nothing_meets_are_refused(call, said):
    with pytest.raises(BadInput, match=said):
        call()


def test_shares_are_read_with_and_without_a_sign():
    assert share_of("x", "5%") == share_of("x", "0.05") == 0.05
    assert share_of("x", "0", from_zero=True) == 0.0
