"""Every setting of a world a fifth less and a fifth more: does any one of them tip it?"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from analysis.compose import leaves, merge
from analysis.schema import field_at
from benchmarks.default_worlds.processes import in_processes
from benchmarks.default_worlds.reactions import YEARLY
from sim.market import Market
from sim.world import World

ROOMS = ("choose", "feel", "experience", "customers")
ANCHORS = ("feel.satisfaction_ref", "feel.performance_ref", "feel.commitment_ref", "choose.habit_ref")
MOST = {"churn": 0.05, "satisfaction": 5.0}  # that one setting may move at ±20 %
NOT_MOVED = ("customers.count", "opening", "profile", "experience.failure_ceiling")


class Move(NamedTuple):
    """What a setting a fifth lower and a fifth higher does, beside the world as it is."""

    path: str
    churn: tuple[float, float]  # change of churn_rate
    satisfaction: tuple[float, float]  # change in points

    def largest(self, what: str) -> float:
        """Return the larger of the two changes, without its sign."""
        return max(abs(change) for change in getattr(self, what))


def over(move: Move) -> bool:
    """Whether a setting moves the world by more than one setting may."""
    return any(move.largest(what) > limit for what, limit in MOST.items())


def movable(base: World) -> Iterator[tuple[str, float]]:
    """Yield every number above or below 0 among the people's settings and the focal firm's, by its path."""
    firm = f"firms.{base.focal_firm}"
    for path, value in leaves(base.model_dump(mode="json")):
        inside = path.split(".")[0] in ROOMS or path.startswith(firm + ".")
        if inside and isinstance(value, float) and value and not any(part in path for part in NOT_MOVED):
            yield path, value


def with_setting(base: World, path: str, value: float) -> World:
    """Return a world with one number changed, clipped to what it may be."""
    field = field_at(World, path.split("."))
    for bound in field.metadata if field else ():
        for name, side in (("ge", max), ("gt", max), ("le", min), ("lt", min)):
            limit = getattr(bound, name, None)
            if limit is not None:
                value = side(value, limit if name in ("ge", "le") else limit * (1.001 if side is max else 0.999))
    tree: dict[str, Any] = {}
    branch = tree
    *stem, leaf = path.split(".")
    for key in stem:
        branch = branch.setdefault(key, {})
    branch[leaf] = value
    return World.model_validate(merge(base.model_dump(mode="json"), tree))


def rest(base: World, path: str, factor: float) -> tuple[float, float]:
    """Return churn_rate and satisfaction of a world that settled with a setting times ``factor``; no path: as it is."""
    values = dict(movable(base))
    market = Market(with_setting(base, path, factor * values[path]) if path else base)
    market.run()
    counts = market.reports.counts(market.firm())
    churn, satisfaction = (YEARLY[name](counts, base.calendar.dt) for name in ("churn_rate", "satisfaction"))
    return churn or 0.0, satisfaction or 0.0


def tornado(quiet: World, served: World | None = None) -> list[Move]:
    """Move each setting by a fifth both ways, everybody's past included.

    Args:
        quiet: a world without a queue, in which settings are moved.
        served: a world that serves call by call, in which those of an own call center are; without it they stay.
    """
    center = f"firms.{quiet.focal_firm}.call_center."
    jobs: list[tuple[World, str, float]] = [(base, "", 1.0) for base in (quiet, served) if base]
    for path, _ in movable(quiet):
        queue = path.startswith(center) and not path.startswith(center + "benchmark")
        base = served if queue else quiet
        jobs += [(base, path, factor) for factor in (0.8, 1.2) if base]
    found = in_processes(rest, jobs)
    still = {id(job[0]): result for job, result in zip(jobs, found, strict=True) if not job[1]}
    changes = [np.subtract(result, still[id(job[0])]) for job, result in zip(jobs, found, strict=True)]
    first = len(still)
    return [
        Move(jobs[i][1], (changes[i][0], changes[i + 1][0]), (changes[i][1], changes[i + 1][1]))
        for i in range(first, len(jobs), 2)
    ]


def kind_of(path: str) -> str:
    """Say what a setting is: a lever of the firm, an anchor, or a rule or trait that should not tip the world."""
    if path in ANCHORS:
        return "anchor"
    return "lever" if path.startswith("firms.") else "rule"
