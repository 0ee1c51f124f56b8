import os
import pickle
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

import sim.market
from analysis import runner
from analysis.runner import Job, past_of, run_jobs, shares, tables
from analysis.store import KEYS, TABLES, Study
from analysis.study import StudyFailed, compare, run_once
from sim.settings import BadInput
from sim.world import World

FIRMS = {"acme": {}, "bolt": {"brand": 0.2}}


def small(**acme):
    """Return a world of 300 people and three months."""
    settings = {
        "customers": {"count": 300},
        "calendar": {"years": 0.25, "burn_in_years": 0.25, "served_burn_in_years": 0.1},
        "firms": FIRMS | {"acme": acme},
    }
    return World.model_validate(settings)


def study(folder, replicates=2, **arms):
    return SimpleNamespace(
        name="small",
        question="Does a higher price pay?",
        lesson="",
        reference="base",
        base=small(),
        arms={"base": small(), **arms},
        fragments={arm: {} for arm in ("base", *arms)},
        outcomes=["profit", "churn_rate"],
        replicates=replicates,
        population=None,
        folder=folder,
        command="ecrm compare scenario=small",
        seed=1,
    )


@pytest.fixture(autouse=True)
def cache(tmp_path_factory, monkeypatch):
    """Keep burn-ins of tests out of the user's cache."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setattr("analysis.study.cache_folder", lambda: folder)
    return folder


@pytest.fixture(scope="module")
def jobs():
    return [
        Job(arm, replicate, world)
        for replicate in (1, 2)
        for arm, world in {"base": small(), "dear": small(price=1.2)}.items()
    ]


def same(first, second):
    for table in TABLES:
        assert_frame_equal(first[table], second[table], check_exact=True)


def test_one_process_and_two_give_the_same_tables_to_the_bit(jobs):
    arms = ["base", "dear"]
    serial = tables("small", arms, run_jobs(jobs, workers=1, progress=False))
    parallel = tables("small", arms, run_jobs(jobs, workers=2, progress=False))
    same(serial, parallel)
    assert list(serial["runs"][["arm", "replicate"]].itertuples(index=False, name=None)) == [
        ("base", 1),
        ("base", 2),
        ("dear", 1),
        ("dear", 2),
    ]
    for table in TABLES:
        assert list(serial[table].columns[:4]) == KEYS


def test_arms_share_people_and_luck(tmp_path):
    answer = compare(study(tmp_path / "out", twin=small()), workers=1, progress=False)
    difference = answer.as_dict()["outcomes"]["profit"]["twin"]["difference"]
    assert difference == {"mean": 0.0, "low": 0.0, "high": 0.0}
    assert "exactly the same profit" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_a_study_leaves_tables_settings_and_a_report(tmp_path):
    answer = compare(study(tmp_path / "out", dear=small(price=1.2)), workers=1, progress=False)
    loaded = Study.load(tmp_path / "out")
    assert loaded.arms == ["base", "dear"]
    assert loaded.facts["arms"]["dear"]["settings"]["firms"]["acme"]["price"] == 1.2
    assert loaded.facts["complete"]
    assert World.model_validate(loaded.facts["arms"]["dear"]["settings"]) == small(price=1.2)
    assert (tmp_path / "out" / "report.html").is_file()
    for table in TABLES:
        assert_frame_equal(getattr(loaded, table), getattr(answer.results, table), check_dtype=False)


def test_a_single_run_tells_its_seed_periods_and_outcomes(tmp_path):
    answer = run_once(study(tmp_path / "out"), progress=False).as_dict()
    assert list(answer) == ["scenario", "seed", "periods", "folder", "outcomes"]
    assert (answer["seed"], answer["periods"]) == (1, 3)
    assert answer["outcomes"]["profit"] is not None


def broken_in(arm_price, replicate):
    """Return a market that fails in one run."""

    class Broken(sim.market.Market):
        def step(self):
            if self.world.firms["acme"].price == arm_price and self.replicate == replicate:
                raise ZeroDivisionError("no customers left")
            super().step()

    return Broken


def test_a_run_that_fails_is_recorded_and_the_rest_go_on(tmp_path, monkeypatch):
    monkeypatch.setattr(sim.market, "Market", broken_in(1.2, 2))
    answer = compare(study(tmp_path / "out", dear=small(price=1.2)), workers=1, progress=False)
    assert list(answer.results.failures) == [("dear", 2)]
    assert len(answer.results.runs) == 3
    assert "no customers left" in (tmp_path / "out" / "failures" / "dear-2.txt").read_text()
    assert answer.as_dict()["outcomes"]["profit"]["dear"]["difference"]["mean"] is not None


def test_a_study_of_which_nothing_runs_fails_with_one_message_and_keeps_the_tracebacks(tmp_path, monkeypatch):
    monkeypatch.setattr(sim.market, "Market", broken_in(1.0, 1))
    with pytest.raises(StudyFailed, match=r"all 1 runs failed \(ZeroDivisionError: no customers left\)"):
        run_once(study(tmp_path / "out"), progress=False)
    assert (tmp_path / "out" / "failures" / "base-1.txt").is_file()


def test_bad_input_found_in_a_run_is_told_and_leaves_nothing(tmp_path, monkeypatch):
    def refuse(*args, **kwargs):
        raise BadInput("firms = acme: not these")

    monkeypatch.setattr(sim.market, "Market", refuse)
    with pytest.raises(BadInput, match="not these"):
        run_jobs([Job("base", 1, small())], progress=False)
    assert list(tmp_path.iterdir()) == []


def test_a_study_that_is_stopped_keeps_the_runs_that_were_done(tmp_path, monkeypatch):
    begun = []

    def stopped(job, **options):
        begun.append(job)
        if len(begun) == 4:
            raise KeyboardInterrupt
        return runner_run(job, **options)

    runner_run = runner.run
    monkeypatch.setattr(runner, "run", stopped)
    answer = compare(study(tmp_path / "out", dear=small(price=1.2), replicates=5), workers=1, progress=False)
    loaded = Study.load(tmp_path / "out")
    assert not loaded.facts["complete"]
    assert list(zip(loaded.runs["arm"], loaded.runs["replicate"], strict=True)) == [
        ("base", 1),
        ("base", 2),
        ("dear", 1),
    ]
    assert "stopped before all runs were done" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert answer.as_dict()["outcomes"]["profit"]["dear"]["mean"] is not None


def test_a_study_stopped_before_its_first_run_leaves_nothing(tmp_path, monkeypatch):
    def stopped(job, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(runner, "run", stopped)
    with pytest.raises(KeyboardInterrupt):
        compare(study(tmp_path / "out"), workers=1, progress=False)
    assert not (tmp_path / "out").exists()


def test_a_foreign_folder_is_refused_before_anything_is_simulated(tmp_path, monkeypatch):
    (tmp_path / "thesis.docx").write_text("years of work")
    monkeypatch.setattr(sim.market, "settle", lambda *args: pytest.fail("simulated"))
    with pytest.raises(BadInput, match="holds other files"):
        compare(study(tmp_path), progress=False)


def test_a_burn_in_is_lived_once_and_shared_by_arms_that_differ_in_firms(tmp_path, monkeypatch):
    lived = []
    settle = sim.market.settle
    monkeypatch.setattr(sim.market, "settle", lambda world, *rest: lived.append(world) or settle(world, *rest))
    base, dear = small(), small(price=1.2)
    first, second = (past_of(arm.before(base), tmp_path, progress=False) for arm in (base, dear))
    assert first == second
    assert len(lived) == 1
    assert [path.suffix for path in tmp_path.iterdir()] == [".pickle"]


def test_a_run_from_a_cached_burn_in_is_the_run_that_lives_its_own(tmp_path):
    past = past_of(small(), tmp_path, progress=False)
    cached = run_jobs([Job("base", 1, small(), past)], progress=False)
    own = run_jobs([Job("base", 1, small())], progress=False)
    same(tables("small", ["base"], cached), tables("small", ["base"], own))


def test_the_burn_ins_used_longest_ago_are_removed_first(tmp_path):
    for age, name in enumerate(("new", "older", "oldest")):
        file = tmp_path / f"{name}.pickle"
        file.write_bytes(pickle.dumps(b"x" * 1000))
        os.utime(file, (1e9 - age, 1e9 - age))
    runner._prune(tmp_path, most=2500)
    assert sorted(file.stem for file in tmp_path.iterdir()) == ["new", "older"]


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=300))
def test_cumulated_value_ends_at_the_mean_and_falls_only_at_the_end(values):
    table = shares(np.array(values))
    assert len(table) == 101
    assert table["cumulative"].iloc[0] == 0.0
    assert table["cumulative"].iloc[-1] == pytest.approx(np.mean(values), abs=1e-6 * (1 + max(map(abs, values))))
    assert table["value"].iloc[0] == max(values)
    assert table["value"].is_monotonic_decreasing
    steps = np.diff(table["cumulative"])
    assert (np.diff(steps) <= 1e-6 * (1 + max(map(abs, values)))).all()


def test_nobody_has_no_value():
    assert shares(np.array([]))["cumulative"].tolist() == [0.0] * 101
