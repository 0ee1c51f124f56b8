import dataclasses

import pytest

from analysis import executors, store
from analysis.budget import Budget
from analysis.carry_out import Ways, carry_out
from analysis.pilots import with_equal_outlays
from analysis.plan import Plan, Point
from analysis.runner import Run
from analysis.study import resumed
from sim.settings import BadInput
from sim.world import World

HERE = Ways(workers=1, progress=False)
HOURS = "firms.acme.call_center.staffing.hours_per_week"


def world(hours: float = 100.0, **programs) -> World:
    staffing = {"kind": "fixed", "hours_per_week": hours}
    settings = {
        "customers": {"count": 200},
        "calendar": {"years": 0.25, "burn_in_years": 0.0, "served_burn_in_years": 0.0},
        "firms": {"acme": {"call_center": {"kind": "own", "staffing": staffing}, "programs": programs}},
    }
    return World.model_validate(settings)


def plan(folder, **budget) -> Plan:
    arms = {"nothing": world(), "points": world(points={"earn": 1.0}), "people": world(110.0)}
    return Plan(
        name="made_up",
        verb="compare",
        question="",
        lesson="",
        reference="nothing",
        points=[Point({}, world(), arms)],
        fragments={"nothing": {}, "points": {}, "people": {"focal": "acme"}},
        outcomes=["profit"],
        replicates=2,
        population=None,
        folder=folder,
        command="ecrm compare scenario=made_up",
        budget=Budget(**{"match": "points", "by": {"people": HOURS}, "pilots": 3} | budget),
    )


@pytest.fixture
def pilot_runs(monkeypatch):
    """Let outlay be hours, 30 more with points, and luck that all arms share; note the replicates that were run."""
    import pyarrow as pa

    run_of = []

    def outlay(job):
        hours = job.world.firms["acme"].call_center.staffing.hours_per_week
        extra = 30.0 if job.world == world(points={"earn": 1.0}) else 0.0
        run_of.append(job.run.replicate)
        return Run(job.run, {"runs": pa.table({"program_outlay": [hours + extra + job.run.replicate % 7]})})

    monkeypatch.setattr(executors, "run", outlay)
    return run_of


def test_the_lever_is_solved_on_replicates_of_its_own_and_frozen_in_world_and_changes(tmp_path, pilot_runs):
    solved = with_equal_outlays(plan(tmp_path / "out"), HERE)
    assert solved.arms["people"].firms["acme"].call_center.staffing.hours_per_week == pytest.approx(130, rel=0.01)
    assert solved.arms["points"] == plan(tmp_path).arms["points"]
    assert solved.fragments["people"]["focal"] == "acme"
    staffing = solved.fragments["people"]["firms"]["acme"]["call_center"]["staffing"]
    assert staffing["hours_per_week"] == pytest.approx(130, rel=0.01)
    (said,) = solved.budgets
    assert said["target"] == pytest.approx(30)
    assert abs(said["error"]) <= 0.01
    assert min(pilot_runs) > 10_000


def test_a_budget_is_solved_once_and_kept_with_the_study(tmp_path, pilot_runs, monkeypatch):
    first = next(plan(tmp_path).runs())
    leave_one = lambda *rest: store.write_failure(tmp_path / "out", first, "Traceback")  # noqa: E731
    monkeypatch.setattr("analysis.carry_out._run_missing", leave_one)
    carry_out(plan(tmp_path / "out"), HERE)
    assert pilot_runs
    pilot_runs.clear()
    again = with_equal_outlays(plan(tmp_path / "out"), HERE)
    assert not pilot_runs
    assert again.arms == resumed(tmp_path / "out").arms
    assert again.budgets[0]["arm"] == "people"


@pytest.mark.parametrize(
    ("budget", "said"),
    [
        ({"match": "point"}, "nearest: points"),
        ({"match": "nothing"}, "budget.match = nothing: no such arm beside the reference"),
        ({"match": "people"}, "budget.by.people: is the arm to match"),
        ({"by": {"people": HOURS + "x"}}, f"nearest: {HOURS}"),
        ({"by": {"people": "kind"}}, "is no number"),
    ],
)
def test_a_budget_that_names_what_does_not_exist_is_refused(tmp_path, pilot_runs, budget, said):
    with pytest.raises(BadInput, match=said):
        with_equal_outlays(plan(tmp_path / "out", **budget), HERE)
    assert not (tmp_path / "out").exists()


def test_another_budget_is_solved_anew(tmp_path, pilot_runs, monkeypatch):
    first = next(plan(tmp_path).runs())
    monkeypatch.setattr(
        "analysis.carry_out._run_missing", lambda *rest: store.write_failure(tmp_path / "out", first, "Traceback")
    )
    carry_out(plan(tmp_path / "out"), HERE)
    pilot_runs.clear()
    with_equal_outlays(plan(tmp_path / "out", within=0.02), HERE)
    assert pilot_runs


def test_a_study_without_a_budget_is_left_as_it_is(tmp_path):
    bare = dataclasses.replace(plan(tmp_path), budget=None)
    assert with_equal_outlays(bare, HERE) is bare
