import functools
import os
import pickle
import signal

import pytest
from pandas.testing import assert_frame_equal

import sim.market
from analysis import carry_out as carrying
from analysis import executors, runner, store
from analysis.carry_out import StudyFailed, Ways
from analysis.plan import Plan, Point, RunId
from analysis.runner import Job, past_of
from analysis.store import KEYS, TABLES, Study
from analysis.study import Status, answer, expanded, resumed
from sim.settings import BadInput
from sim.world import World

HERE = Ways(workers=1, progress=False)
FIRMS = {"acme": {}, "bolt": {"brand": 0.2}}


def small(**acme):
    """Return a world of 300 people and three months."""
    settings = {
        "customers": {"count": 300},
        "calendar": {"years": 0.25, "burn_in_years": 0.25, "served_burn_in_years": 0.1},
        "firms": FIRMS | {"acme": acme},
    }
    return World.model_validate(settings)


def plan(folder, replicates=2, verb="compare", points=1, **arms):
    """Return a study of small worlds; with several points, a sweep over seeds."""

    def at(world, seed):
        return world.model_copy(update={"seed": seed})

    worlds = {"base": small(), **arms}
    return Plan(
        name="small",
        verb=verb,
        question="Does a higher price pay?",
        lesson="",
        reference="base",
        points=[
            Point(
                {"seed": seed} if points > 1 else {},
                at(small(), seed),
                {arm: at(world, seed) for arm, world in worlds.items()},
            )
            for seed in range(1, points + 1)
        ],
        fragments={arm: {} for arm in worlds},
        outcomes=["profit", "churn_rate"],
        replicates=replicates,
        population=None,
        folder=folder,
        command="ecrm compare scenario=small",
    )


@pytest.fixture(autouse=True)
def cache(tmp_path_factory, monkeypatch):
    """Keep burn-ins of tests out of the user's cache."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setattr(runner, "cache_folder", lambda: folder)
    return folder


def same(first, second):
    for table in TABLES:
        assert_frame_equal(getattr(first, table), getattr(second, table), check_exact=True)


def carried_out(folder, on="processes", workers=1, **plan_of):
    carrying.carry_out(plan(folder, **plan_of), Ways(on, workers, progress=False))
    return Study.load(folder)


def test_one_process_and_two_give_the_same_tables_to_the_bit(tmp_path):
    arms = {"dear": small(price=1.2)}
    serial = carried_out(tmp_path / "serial", **arms)
    same(serial, carried_out(tmp_path / "parallel", workers=2, **arms))
    assert list(serial.runs[["arm", "replicate"]].itertuples(index=False, name=None)) == [
        ("base", 1),
        ("base", 2),
        ("dear", 1),
        ("dear", 2),
    ]
    for table in TABLES:
        assert list(getattr(serial, table).columns[: len(KEYS)]) == KEYS


def killing_workers(monkeypatch, *moments):
    """Kill a worker of the Dask cluster just before the jobs of these numbers are submitted; return whom."""
    submit, killed, submitted = executors._submit, [], []

    def killing(client, job):
        submitted.append(job)
        if len(submitted) in moments:
            killed.append(next(iter(client.run(os.getpid).values())))
            os.kill(killed[-1], signal.SIGKILL)
        return submit(client, job)

    monkeypatch.setattr(executors, "_submit", killing)
    return killed


@pytest.mark.parametrize(
    ("points", "replicates", "moments"), [(1, 6, (5,)), pytest.param(4, 100, (7, 90, 301), marks=pytest.mark.long)]
)
def test_a_dask_cluster_gives_the_same_tables_to_the_bit_though_workers_are_killed(
    tmp_path, monkeypatch, points, replicates, moments
):
    pytest.importorskip("distributed")
    killed = killing_workers(monkeypatch, *moments)
    dask = carried_out(tmp_path / "dask", on="dask", workers=2, replicates=replicates, points=points, verb="sweep")
    assert len(killed) == len(moments)
    assert not dask.failures
    assert len(dask.runs) == points * replicates
    same(dask, carried_out(tmp_path / "serial", replicates=replicates, points=points, verb="sweep"))


def test_a_place_that_is_not_there_is_refused_and_leaves_nothing(tmp_path):
    with pytest.raises(BadInput, match="allowed: processes, dask, dask=ADDRESS"):
        carried_out(tmp_path / "out", on="moon")
    assert not (tmp_path / "out").exists()


def test_arms_share_people_and_luck(tmp_path):
    found = answer(plan(tmp_path / "out", twin=small()), HERE)
    difference = found.as_dict()["outcomes"]["profit"]["twin"]["difference"]
    assert difference == {"mean": 0.0, "low": 0.0, "high": 0.0}
    assert "exactly the same profit" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_a_study_leaves_tables_settings_and_a_report(tmp_path):
    found = answer(plan(tmp_path / "out", dear=small(price=1.2)), HERE)
    loaded = Study.load(tmp_path / "out")
    assert loaded.arms == ["base", "dear"]
    assert loaded.facts["arms"]["dear"]["settings"]["firms"]["acme"]["price"] == 1.2
    assert loaded.facts["complete"]
    assert World.model_validate(loaded.facts["arms"]["dear"]["settings"]) == small(price=1.2)
    assert (tmp_path / "out" / "report.html").is_file()
    same(loaded, found.results)


def test_a_single_run_tells_its_seed_periods_and_outcomes(tmp_path):
    told = answer(plan(tmp_path / "out", 1, "run"), HERE).as_dict()
    assert list(told) == ["scenario", "seed", "periods", "folder", "outcomes"]
    assert (told["seed"], told["periods"]) == (1, 3)
    assert told["outcomes"]["profit"] is not None


def test_replicates_go_out_before_arms_and_points_so_that_a_stopped_study_has_whole_pairs(tmp_path):
    order = list(plan(tmp_path, replicates=2, points=2, dear=small(price=1.2)).runs())
    assert order[:4] == [RunId(0, "base", 1), RunId(0, "dear", 1), RunId(1, "base", 1), RunId(1, "dear", 1)]


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
    found = answer(plan(tmp_path / "out", dear=small(price=1.2)), HERE)
    assert list(found.results.failures) == [RunId(0, "dear", 2)]
    assert len(found.results.runs) == 3
    assert "no customers left" in (tmp_path / "out" / "failures" / "0-dear-2.txt").read_text()
    assert found.as_dict()["outcomes"]["profit"]["dear"]["difference"]["mean"] is not None


def test_a_study_of_which_nothing_runs_fails_with_one_message_and_keeps_the_tracebacks(tmp_path, monkeypatch):
    monkeypatch.setattr(sim.market, "Market", broken_in(1.0, 1))
    with pytest.raises(StudyFailed, match=r"all 1 runs failed \(ZeroDivisionError: no customers left\)"):
        answer(plan(tmp_path / "out", 1, "run"), HERE)
    assert (tmp_path / "out" / "failures" / "0-base-1.txt").is_file()


def test_a_failed_run_is_tried_again_when_the_study_is_resumed(tmp_path, monkeypatch):
    monkeypatch.setattr(sim.market, "Market", broken_in(1.2, 2))
    answer(plan(tmp_path / "out", dear=small(price=1.2)), HERE)
    monkeypatch.undo()
    monkeypatch.setattr(runner, "cache_folder", lambda: tmp_path / "cache")
    found = answer(resumed(tmp_path / "out"), HERE)
    assert not found.results.failures
    same(found.results, carried_out(tmp_path / "whole", dear=small(price=1.2)))


def test_a_study_stops_at_its_first_failure_if_it_is_told_to(tmp_path, monkeypatch):
    monkeypatch.setattr(sim.market, "Market", broken_in(1.0, 2))
    with pytest.raises(StudyFailed, match="stopped at the first run that failed"):
        carrying.carry_out(plan(tmp_path / "out", replicates=5), Ways(workers=1, on_error="stop", progress=False))
    assert Status.of(tmp_path / "out").done == 1


def die(marks, job):
    """Die in the place of a run: of its own in one replicate, as killed from outside in another."""
    if job.run.replicate == 2 or (job.run.replicate == 4 and not (marks / "killed").exists()):
        (marks / "killed").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return RUN(job)


RUN = runner.run


def test_a_worker_that_dies_is_survived_and_only_the_run_that_kills_it_fails(tmp_path, monkeypatch):
    monkeypatch.setattr(executors, "_deaf_to_ctrl_c", functools.partial(die, tmp_path))
    found = carried_out(tmp_path / "out", workers=2, replicates=5)
    assert found.failures == {RunId(0, "base", 2): executors.DIED}
    assert found.runs["replicate"].tolist() == [1, 3, 4, 5]


def test_bad_input_found_in_a_run_is_told_and_leaves_nothing(tmp_path, monkeypatch):
    def refuse(*args, **kwargs):
        raise BadInput("firms = acme: not these")

    monkeypatch.setattr(sim.market, "Market", refuse)
    with pytest.raises(BadInput, match="not these"):
        carrying.carry_out(plan(tmp_path / "a" / "b"), HERE)
    assert [path.name for path in tmp_path.iterdir()] == []


def stopping_at(count):
    begun = []

    def stopped(job, *rest):
        begun.append(job)
        if len(begun) == count:
            raise KeyboardInterrupt
        return RUN(job, *rest)

    return stopped


def test_a_study_that_is_stopped_keeps_the_runs_that_were_done_and_goes_on_from_there(tmp_path, monkeypatch):
    monkeypatch.setattr(executors, "run", stopping_at(4))
    found = answer(plan(tmp_path / "out", dear=small(price=1.2), replicates=5), HERE)
    loaded = Study.load(tmp_path / "out")
    assert not loaded.facts["complete"]
    assert list(zip(loaded.runs["arm"], loaded.runs["replicate"], strict=True)) == [
        ("base", 1),
        ("base", 2),
        ("dear", 1),
    ]
    assert "stopped before all runs were done" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert found.as_dict()["outcomes"]["profit"]["dear"]["mean"] is not None
    assert str(Status.of(tmp_path / "out")).startswith("3 of 10 runs done; go on: ecrm sweep --resume")
    monkeypatch.setattr(executors, "run", RUN)
    same(
        answer(resumed(tmp_path / "out"), HERE).results,
        carried_out(tmp_path / "b", dear=small(price=1.2), replicates=5),
    )


def test_a_study_stopped_before_its_first_run_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(executors, "run", stopping_at(1))
    with pytest.raises(KeyboardInterrupt):
        answer(plan(tmp_path / "out"), HERE)
    assert not (tmp_path / "out").exists()


def test_a_study_that_is_done_is_not_run_again_and_more_replicates_add_to_it(tmp_path, monkeypatch):
    first = carried_out(tmp_path / "out")
    monkeypatch.setattr(executors, "run", stopping_at(1))
    same(carried_out(tmp_path / "out"), first)
    monkeypatch.setattr(executors, "run", RUN)
    carrying.carry_out(expanded(tmp_path / "out", "+2"), HERE)
    more = Study.load(tmp_path / "out")
    same(more, carried_out(tmp_path / "four", replicates=4))
    assert first.runs.equals(more.runs[more.runs["replicate"] <= 2].reset_index(drop=True))


@pytest.mark.parametrize("wished", ["+x", "1", "-3", "+99999", ""])
def test_an_expansion_that_is_none_is_refused(tmp_path, wished):
    carried_out(tmp_path / "out")
    with pytest.raises(BadInput, match="allowed: \\+20"):
        expanded(tmp_path / "out", wished)


def test_runs_of_two_versions_of_the_model_are_never_mixed(tmp_path, monkeypatch):
    carried_out(tmp_path / "out", verb="sweep")
    monkeypatch.setattr("analysis.study.model_version", lambda: "another")
    with pytest.raises(BadInput, match="runs of two versions are never mixed"):
        resumed(tmp_path / "out")
    monkeypatch.setattr(carrying, "model_version", lambda: "another")
    with pytest.raises(BadInput, match="holds another study, or one of another version"):
        carried_out(tmp_path / "out", verb="sweep")
    assert Status.of(tmp_path / "out").done == 2


def test_a_worker_with_another_version_of_the_model_gives_no_run(tmp_path):
    failed = runner.run(Job(RunId(0, "base", 1), small(), model="of yesterday"))
    assert "must not be mixed" in failed.failure


def test_a_plan_comes_back_from_its_folder_as_it_was(tmp_path):
    wished = plan(tmp_path / "out", points=3, verb="sweep", dear=small(price=1.2))
    carrying.carry_out(wished, HERE)
    loaded = resumed(tmp_path / "out")
    assert loaded.points == wished.points
    assert loaded.fingerprint == wished.fingerprint
    assert Study.load(tmp_path / "out").points["seed"].tolist() == [1, 2, 3]
    assert Study.load(tmp_path / "out").at(1).runs["point"].tolist() == [1] * 4


def test_a_foreign_folder_is_refused_before_anything_is_simulated(tmp_path, monkeypatch):
    (tmp_path / "thesis.docx").write_text("years of work")
    monkeypatch.setattr(sim.market, "settle", lambda *args: pytest.fail("simulated"))
    with pytest.raises(BadInput, match="holds other files"):
        answer(plan(tmp_path), HERE)
    assert store.done(tmp_path) == set()


def test_a_burn_in_is_lived_once_and_shared_by_arms_that_differ_in_firms(tmp_path, monkeypatch):
    lived = []
    settle = sim.market.settle
    monkeypatch.setattr(sim.market, "settle", lambda world, *rest: lived.append(world) or settle(world, *rest))
    base, dear = small(), small(price=1.2)
    first, second = (past_of(arm.before(base)) for arm in (base, dear))
    assert first == second
    assert len(lived) == 1


def test_a_run_from_a_cached_burn_in_is_the_run_that_lives_its_own(tmp_path):
    cached = runner.run(Job(RunId(0, "base", 1), small(), small()))
    own = runner.run(Job(RunId(0, "base", 1), small()))
    assert all(cached.tables[table].equals(own.tables[table]) for table in TABLES)
    again = runner.run(Job(RunId(0, "base", 1), small(), small()))
    assert all(cached.tables[table].equals(again.tables[table]) for table in TABLES)


def test_the_burn_ins_used_longest_ago_are_removed_first(tmp_path):
    for age, name in enumerate(("new", "older", "oldest")):
        file = tmp_path / f"{name}.pickle"
        file.write_bytes(pickle.dumps(b"x" * 1000))
        os.utime(file, (1e9 - age, 1e9 - age))
    runner._prune(tmp_path, most=2500)
    assert sorted(file.stem for file in tmp_path.iterdir()) == ["new", "older"]


def test_a_process_that_finds_a_folder_at_work_leaves_everything_in_it(tmp_path):
    wished = plan(tmp_path / "out", verb="sweep")
    with carrying.prepared(wished, HERE):
        before = {path.name: path.read_bytes() for path in wished.folder.iterdir()}
        with pytest.raises(BadInput, match="another process is at work"):
            carrying.carry_out(wished, HERE)
        assert {path.name: path.read_bytes() for path in wished.folder.iterdir()} == before


@pytest.mark.parametrize(
    ("way", "said"),
    [({"on_error": "stp"}, "on_error = stp: .*nearest: stop"), ({"workers": 0}, "workers = 0: .*at least 1")],
)
def test_what_is_no_way_to_carry_a_study_out_is_refused(way, said):
    with pytest.raises(BadInput, match=said):
        Ways(**way)


@pytest.mark.parametrize("place", ["a_file/study", "/sys/study", "/proc/study"])
def test_a_folder_that_cannot_be_made_is_refused(tmp_path, place):
    (tmp_path / "a_file").write_text("not a folder", encoding="utf-8")
    with pytest.raises(BadInput, match=r"cannot be made \(.*\); give another"):
        carrying.carry_out(plan(tmp_path / place), HERE)


def test_a_comparison_never_takes_the_folder_of_a_sweep(tmp_path):
    held = carried_out(tmp_path / "out", verb="sweep", points=2)
    with pytest.raises(BadInput, match="holds another study"):
        carried_out(tmp_path / "out")
    same(Study.load(tmp_path / "out"), held)


def test_equal_worlds_in_two_places_of_a_plan_are_two_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(executors, "run", stopping_at(3))
    carrying.carry_out(plan(tmp_path / "out", placebo=small()), HERE)
    assert Status.of(tmp_path / "out").done == 2
    monkeypatch.setattr(executors, "run", RUN)
    carrying.carry_out(resumed(tmp_path / "out"), HERE)
    assert (Status.of(tmp_path / "out").done, len(Study.load(tmp_path / "out").runs)) == (4, 4)


def test_a_damaged_folder_is_one_message_that_names_the_file(tmp_path):
    carried_out(tmp_path / "out")
    next((tmp_path / "out" / "periods").iterdir()).write_bytes(b"PAR1 no more")
    with pytest.raises(BadInput, match="damaged"):
        Study.load(tmp_path / "out")
    (tmp_path / "out" / "worlds.json.gz").unlink()
    with pytest.raises(BadInput, match=r"worlds\.json\.gz is missing or damaged"):
        resumed(tmp_path / "out")
    (tmp_path / "out" / "study.yaml").write_text("")
    with pytest.raises(BadInput, match=r"study\.yaml: damaged"):
        Status.of(tmp_path / "out")
