import pytest

from sim.call_center import benchmark
from sim.call_center.engines import serve
from sim.call_center.settings import BenchmarkSettings
from sim.call_center.staff import Staff
from tests.sim.call_center.made_up_center import RULES, begin, calls


@pytest.mark.parametrize("engine", ["auto", "simpy", "compiled"])
def test_contacts_outside_the_stretch_or_out_of_order_are_refused(engine):
    for arrivals in ([5.0, 4.0], [-1.0], [60.0]):
        with pytest.raises(ValueError, match=r"arrive in order, from minute 0\.0 to before 60\.0"):
            serve(begin(), calls(arrivals, [1.0] * len(arrivals)), Staff.steady(1), RULES, 60.0, engine)
    with pytest.raises(ValueError, match=r"until = 0\.0: allowed are minutes after 0\.0"):
        serve(begin(), calls([], []), Staff.steady(1), RULES, 0.0, engine)
    with pytest.raises(ValueError, match="staff of 1: the state knows 2 agents"):
        serve(
            begin()._replace(available=Staff.steady(2).on_duty[0]), calls([], []), Staff.steady(1), RULES, 1.0, engine
        )


@pytest.mark.parametrize("engine", ["auto", "simpy", "compiled"])
def test_contacts_in_a_benchmarks_hands_are_refused(engine):
    state, _ = benchmark.serve(begin(), calls([0.0], [9.0]), BenchmarkSettings(chance_of_wait=0.0), RULES, 5.0)
    assert state.in_hand.agent.tolist() == [-1]
    with pytest.raises(ValueError, match="in a benchmark's hands"):
        serve(state, calls([], []), Staff.steady(1), RULES, 60.0, engine)
