import numpy as np
import pytest
from scipy import stats

from analysis.staffing import plan
from analysis.staffing_days import measure, shifts, usual_runs
from sim.settings import BadInput
from tests.analysis.test_staffing import demands, volumes


def test_agents_come_and_go_with_the_plan_and_who_starts_stays():
    found = plan(volumes(30.0, 60.0, 0.0, 60.0), demands())
    table = shifts(found)
    for place, begin in enumerate(found.volumes.begins):
        present = table[(table["start"] <= begin) & (table["end"] > begin)]
        assert sorted(present["agent"]) == list(range(found.agents[place]))
    first = table[table["agent"] == 0]
    assert first[["start", "end"]].to_numpy().tolist() == [[480.0, 540.0], [570.0, 600.0]]


def test_counts_add_up():
    found = plan(volumes(40.0, 90.0, 20.0), demands())
    measured = measure(found, runs=5)
    assert measured.calls.shape == (5, 3)
    assert (measured.in_time + measured.hung_up <= measured.calls).all()
    assert (measured.busy <= measured.staffed + 1e-9).all()
    assert measured.staffed[0].tolist() == (found.agents * 30.0).tolist()
    total = measured.calls.sum()
    assert measured.service_level().mean == pytest.approx(measured.in_time.sum() / total)
    assert measured.mean_wait(1).mean == pytest.approx(measured.waited[:, 1].sum() / measured.calls[:, 1].sum())


def test_the_same_seed_gives_the_same_figures_and_another_seed_other_luck():
    found = plan(volumes(40.0, 90.0), demands())
    first, again, other = (measure(found, runs=3, seed=seed) for seed in (1, 1, 2))
    assert (first.waited == again.waited).all()
    assert (first.waited != other.waited).any()


def test_another_plan_meets_the_same_callers():
    table = volumes(40.0, 90.0)
    few, many = (measure(plan(table, demands(share=share)), runs=3) for share in (0.5, 0.95))
    assert (few.calls == many.calls).all()
    assert few.hung_up.sum() > many.hung_up.sum()


def test_calls_come_at_the_rate_of_each_interval():
    """Counts of 40 runs in 3 intervals against their Poisson means: chi-squared at 1 %, one look."""
    expected = np.array([12.0, 60.0, 25.0])
    calls = measure(plan(volumes(*expected), demands()), runs=40).calls.sum(axis=0)
    assert stats.chi2.sf(((calls - 40 * expected) ** 2 / (40 * expected)).sum(), 3) > 0.01


def test_a_long_interval_gives_what_the_formula_expects():
    """Three figures over 40 runs of 20 hours at one rate: t at 1 % / 3, one look; a target 2 % off would be refused."""
    table = volumes(*[240.0] * 10, minutes=120.0)
    found = plan(table, demands())
    measured, expected = measure(found, runs=40), found.expected[0]
    settled = slice(2, None)  # the first four hours fill the empty center
    calls = measured.calls[:, settled].sum(axis=1)
    figures = {
        "in time": (measured.in_time, expected.service_level(1 / 3), calls),
        "hung up": (measured.hung_up, expected.abandonment, calls),
        "busy": (measured.busy, expected.occupancy, measured.staffed[:, settled].sum(axis=1)),
    }
    limit = stats.t.ppf(1.0 - 0.01 / 3 / 2, 39)
    deviations = {}
    for name, (counted, value, base) in figures.items():
        ratio = counted[:, settled].sum(axis=1) / base
        error = ratio.std(ddof=1) / np.sqrt(40)
        deviations[name] = (ratio.mean() - value) / error
        if name == "busy":
            assert stats.nct.sf(limit, 39, 0.02 * value / error) > 0.95
    assert {name: each for name, each in deviations.items() if abs(each) > limit} == {}


def test_a_single_run_has_no_interval_and_an_interval_without_calls_no_share():
    measured = measure(plan(volumes(40.0, 0.0), demands()), runs=1)
    assert measured.service_level(0).half_width is None
    assert measured.service_level(1).mean is None


def test_many_calls_are_simulated_fewer_times():
    assert usual_runs(plan(volumes(40.0, 90.0), demands())) == 100
    assert usual_runs(plan(volumes(100_000.0), demands())) == 20
    assert usual_runs(plan(volumes(3_000_000.0), demands())) == 1


@pytest.mark.parametrize(("runs", "seed", "said"), [(0, 1, "--runs = 0"), (10**7, 1, "1 to"), (1, -1, "--seed = -1")])
def test_runs_and_seeds_out_of_range_are_refused(runs, seed, said):
    with pytest.raises(BadInput, match=said):
        measure(plan(volumes(40.0), demands()), runs, seed)
