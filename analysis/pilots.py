"""Pilot runs: the lever of an arm is solved so that the arm lays out what another one does, and is then frozen."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis import store
from analysis.budget import Budget, Solved, solve
from analysis.compose import leaves, merge
from analysis.executors import results
from analysis.messages import no_such
from analysis.plan import Plan, RunId
from analysis.progress import bar
from analysis.runner import Job, model_version
from analysis.schema import bounds, field_at
from sim.settings import BadInput

if TYPE_CHECKING:
    from analysis.carry_out import Ways
    from analysis.statistics import Floats
    from sim.world import World

OUTLAY = "program_outlay"


def with_equal_outlays(plan: Plan, ways: "Ways") -> Plan:
    """Return the plan with its budget solved, by a solution that its folder holds or by pilot runs.

    Raises:
        BadInput: the budget names an arm or a lever that does not exist, or no value of the lever will do.
    """
    if plan.budget is None:
        return plan
    earlier = store.read_facts(plan.folder) if (plan.folder / "study.yaml").is_file() else {}
    if (earlier.get("asked"), earlier.get("model")) == (plan.unsolved, model_version()):
        held = Plan.load(plan.folder, earlier)
        return replace(
            plan, points=held.points, fragments=held.fragments, budgets=held.budgets, asked=held.asked, budget=None
        )
    solved = plan
    with bar(None, "making the arms' outlays equal", ways.progress):
        for point in range(len(plan.points)):
            for arm, lever in plan.budget.by.items():
                solved = _solved(solved, plan.budget, point, arm, lever, ways)
    return replace(solved, asked=plan.unsolved, budget=None)


def _solved(plan: Plan, budget: Budget, point: int, arm: str, lever: str, ways: "Ways") -> Plan:
    """Return the plan with one lever of one arm solved at one point."""
    others = [each for each in plan.arms if each != plan.reference]
    for key, name in (("budget.match", budget.match), (f"budget.by.{arm}", arm)):
        if name not in others:
            raise no_such("arm beside the reference", key, name, others)
    if arm == budget.match:
        allowed = ", ".join(each for each in others if each != arm) or "none"
        raise BadInput(f"budget.by.{arm}: is the arm to match; allowed: {allowed}")
    worlds = plan.points[point].arms
    low, high, start = _lever(worlds[arm], arm, lever)

    def outlay(world: "World") -> "Floats":
        return _pilot(plan, world, point, budget.replicates(), ways)

    base = outlay(worlds[plan.reference])
    found = solve(
        _in_type_of(start, lambda value: outlay(_with(worlds[arm], lever, value)) - base),
        outlay(worlds[budget.match]) - base,
        start,
        low,
        high,
        budget.within,
    )
    return _frozen(plan, point, arm, lever, found, budget.match)


def _lever(world: "World", arm: str, lever: str) -> tuple[float, float, float]:
    """Return the bounds of a lever and the value at which the search begins."""
    from sim.world import World

    values = dict(leaves(world.model_dump()))
    field = field_at(World, lever.split("."))
    if lever not in values or field is None:
        raise no_such("setting", f"budget.by.{arm}", lever, list(values))
    if isinstance(values[lever], bool) or not isinstance(values[lever], int | float):
        raise BadInput(f"budget.by.{arm} = {lever}: is no number; allowed: a lever that is one")
    return (*bounds(field), values[lever])


def _in_type_of(start: Any, evaluate: "Callable[[Any], Floats]") -> "Callable[[float], Floats]":
    return lambda value: evaluate(round(value) if isinstance(start, int) else value)


def _frozen(plan: Plan, point: int, arm: str, lever: str, found: Solved, match: str) -> Plan:
    """Return the plan with the solution in its world, in its arm's changes and in its words."""
    points = list(plan.points)
    worlds = {**points[point].arms, arm: _with(points[point].arms[arm], lever, found.value)}
    points[point] = replace(points[point], arms=worlds)
    said = {
        "point": point,
        "arm": arm,
        "match": match,
        "lever": lever,
        **found._asdict(),
        "interval": found.interval.as_dict(),
    }
    said["text"] = found.in_words(arm, lever, match)
    fragments = {**plan.fragments, arm: merge(plan.fragments[arm], _tree(lever, found.value))}
    return replace(plan, points=points, fragments=fragments, budgets=[*plan.budgets, said])


def _pilot(plan: Plan, world: "World", point: int, replicates: range, ways: "Ways") -> "Floats":
    """Return a world's outlay in each pilot replicate."""
    before = world.before(plan.points[point].base) if plan.population is None else None
    people = plan.population.imported() if plan.population is not None else None

    def jobs() -> Iterator[Job]:
        for replicate in replicates:
            yield Job(RunId(point, "pilot", replicate), world, before, population=people)

    found = {}
    for finished in results(jobs(), ways.on, ways.workers):
        if finished.failure is not None:
            raise RuntimeError(f"a pilot run failed: {finished.failure.strip().splitlines()[-1]}")
        found[finished.run.replicate] = finished.tables["runs"][OUTLAY][0].as_py()
    return np.array([found[replicate] for replicate in replicates])


def _with(world: "World", lever: str, value: Any) -> "World":
    from sim.world import World

    return World.model_validate(merge(world.model_dump(), _tree(lever, value)))


def _tree(key: str, value: Any) -> dict[str, Any]:
    tree: Any = value
    for part in reversed(key.split(".")):
        tree = {part: tree}
    return dict(tree)
