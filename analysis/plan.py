"""A plan: everything that is to be run, resolved and checked, as a study folder keeps it.

A run is known by its key: a fingerprint of its world's settings and people, its replicate, and the version of the
model. A folder keeps its plan, so that a study can be resumed or expanded without the files that it was made from.
"""

import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from analysis.files import write_bytes
from sim.settings import BadInput

if TYPE_CHECKING:
    from analysis.budget import Budget
    from analysis.population import Population
    from sim.world import World

WORLDS = "worlds.json.gz"
POPULATION = "population"
_AS_THEY_ARE = (
    "verb", "question", "lesson", "reference", "outcomes", "replicates", "command", "design", "sampled", "words",
    "language", "indifference", "until", "budgets", "asked", "twins", "most",
)  # fmt: skip
Verb = Literal["run", "compare", "sweep", "sensitivity", "optimize", "breakeven"]


class RunId(NamedTuple):
    """Which run of a study: point of the sweep (0 without one), arm, replicate (from 1)."""

    point: int
    arm: str
    replicate: int


@dataclass(frozen=True)
class Point:
    """The worlds of one point of a sweep.

    Attributes:
        values: what the sweep sets here, by key; empty without a sweep.
        base: the world without any arm's changes; all arms come out of its past.
        arms: world by arm.
        replicates: the first and the last that are run here; ``None``: all of the plan's.
    """

    values: dict[str, Any]
    base: "World"
    arms: "dict[str, World]"
    replicates: tuple[int, int] | None = None

    def has(self, replicate: int) -> bool:
        """Whether a replicate is run here."""
        return self.replicates is None or self.replicates[0] <= replicate <= self.replicates[1]


@dataclass(frozen=True)
class Plan:
    """Everything that is to be run, resolved and checked.

    Attributes:
        name: the scenario's name, or the market group's without a scenario.
        verb: of the command that asked for it.
        question: what is asked; empty without a scenario.
        lesson: text of the scenario's ``lesson.md``; empty if there is none.
        reference: the arm that the others are compared with.
        points: of the sweep; one without a sweep.
        fragments: what each arm changes of the world.
        outcomes: metrics to compare, the decisive one first.
        replicates: lives of each world.
        population: real customers, or None for drawn ones.
        folder: where results are stored.
        command: the exact command that repeats the study.
        design: the factors of a sweep in words.
        sampled: whether its points are a sample of what may be, rather than a grid.
        twins: first replicates in which people are kept one by one, with and without each arm.
        words: question and lesson by language, where the scenario has them in others than the first.
        language: of the report.
        indifference: by outcome, how much worse than the best is as good as the best.
        until: when to stop running replicates; empty: when all are run.
        budget: which arms are to lay out as much as another, before it is solved.
        budgets: what was solved, a mapping of figures each.
        asked: fingerprint of the worlds before their budget was solved, and of the budget.
        most: replicates after which a study stops that runs ``until``.
        search: fingerprint of the question whose answers choose the points; empty where all are known beforehand.
    """

    name: str
    verb: Verb
    question: str
    lesson: str
    reference: str
    points: list[Point]
    fragments: dict[str, dict[str, Any]]
    outcomes: list[str]
    replicates: int
    population: "Population | None"
    folder: Path
    command: str
    design: list[str] = field(default_factory=list)
    sampled: bool = False
    twins: int = 0
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    language: str = "en"
    indifference: dict[str, Any] = field(default_factory=dict)
    until: str = ""
    budget: "Budget | None" = None
    budgets: list[dict[str, Any]] = field(default_factory=list)
    asked: str = ""
    most: int = 0
    search: str = ""

    @property
    def arms(self) -> "dict[str, World]":
        """The worlds of the first point, by arm."""
        return self.points[0].arms

    @property
    def base(self) -> "World":
        """The first point's world without any arm's changes."""
        return self.points[0].base

    @property
    def seed(self) -> int:
        """The seed that all arms share."""
        return self.arms[self.reference].seed

    def in_folder(self, folder: Path) -> "Plan":
        """Return the same plan, stored elsewhere."""
        return replace(self, folder=folder)

    def runs(self) -> Iterator[RunId]:
        """Yield all runs, replicate by replicate: a study that is stopped early has whole pairs."""
        for replicate in range(1, self.replicates + 1):
            for number, point in enumerate(self.points):
                for arm in point.arms if point.has(replicate) else ():
                    yield RunId(number, arm, replicate)

    def world(self, run: RunId) -> "World":
        """Return the world of a run."""
        return self.points[run.point].arms[run.arm]

    def frozen(self, run: RunId) -> "dict[str, World]":
        """Return the worlds that are also to be lived with the waits of a run: of the arms that have its people."""
        if run.arm != self.reference or run.replicate > self.twins:
            return {}
        arms, people = self.points[run.point].arms, _lived_by(self.world(run))
        return {arm: world for arm, world in arms.items() if arm != run.arm and _lived_by(world) == people}

    def key(self, run: RunId) -> str:
        """Return the key of a run within its model's version."""
        place = "" if self.search else f"{run.point}-{run.arm}-"  # two places of a plan may hold equal worlds
        return f"{place}{self._fingerprints[run.point, run.arm]}-{run.replicate}"

    def keys_of(self, world: "World", first: int, last: int) -> list[str]:
        """Return the keys that a world's runs have in a search, whether the plan lists them or not."""
        mark = self._mark(world)
        return [f"{mark}-{replicate}" for replicate in range(first, last + 1)]

    @property
    def unsolved(self) -> str:
        """A fingerprint of what was asked for, a budget that is still to be solved included."""
        return digest([self.fingerprint, self.budget and self.budget.model_dump(mode="json")])

    @cached_property
    def fingerprint(self) -> str:
        """A fingerprint of all worlds and what is kept of them: of what decides the results, replicates apart."""
        worlds = [[point, arm, mark] for (point, arm), mark in self._fingerprints.items()]
        return digest([worlds, self.twins])

    @cached_property
    def _fingerprints(self) -> dict[tuple[int, str], str]:
        return {
            (number, arm): self._mark(world)
            for number, point in enumerate(self.points)
            for arm, world in point.arms.items()
        }

    def _mark(self, world: "World") -> str:
        return digest([world.model_dump(mode="json"), self._people])

    @cached_property
    def _people(self) -> Any:
        return _people(self.population)

    # --- in a folder --------------------------------------------------------------------------------------------------

    def save_worlds(self) -> None:
        """Write the worlds and the imported people into the folder, each world once."""
        numbers: dict[str, int] = {}
        worlds: list[Any] = []

        def number_of(world: "World") -> int:
            values = world.model_dump(mode="json")
            mark = digest(values)
            if mark not in numbers:
                numbers[mark] = len(worlds)
                worlds.append(values)
            return numbers[mark]

        points = [
            {
                "values": point.values,
                "base": number_of(point.base),
                "arms": {arm: number_of(world) for arm, world in point.arms.items()},
            }
            for point in self.points
        ]
        text = json.dumps({"points": points, "worlds": worlds})
        write_bytes(self.folder / WORLDS, gzip.compress(text.encode(), mtime=0))
        if self.population is not None:
            self.population.save(self.folder / POPULATION)

    @classmethod
    def load(cls, folder: Path, facts: Mapping[str, Any]) -> "Plan":
        """Read the plan of a study folder; ``facts`` is the content of its ``study.yaml``."""
        from analysis.population import Population
        from sim.world import World

        content = _worlds(folder)
        worlds = [World.model_validate(values) for values in content["worlds"]]
        points = [
            Point(each["values"], worlds[each["base"]], {arm: worlds[place] for arm, place in each["arms"].items()})
            for each in content["points"]
        ]
        people = Population.load(folder / POPULATION) if facts["population"] is not None else None
        plan = cls(
            **{name: facts[name] for name in _AS_THEY_ARE},
            name=facts["scenario"],
            points=points,
            fragments={arm: entry["changes"] for arm, entry in facts["arms"].items()},
            population=people,
            folder=folder,
        )
        if plan.fingerprint != facts["fingerprint"]:
            raise BadInput(f"folder = {folder}: its plan was changed by hand; make the study anew in another folder")
        return plan


def _lived_by(world: "World") -> Any:
    """Return what tells whose lives a world holds: its people, their luck, its time, and how many firms it has."""
    parts = world.model_dump(include={"kind", "seed", "population_seed", "customers", "calendar"})
    return parts, list(world.firms), world.focal_firm


def _worlds(folder: Path) -> Any:
    try:
        return json.loads(gzip.decompress((folder / WORLDS).read_bytes()))
    except (OSError, EOFError, ValueError) as error:
        raise BadInput(f"folder = {folder}: {WORLDS} is missing or damaged ({error}); run the study anew") from None


def _people(population: "Population | None") -> Any:
    """Return what tells one imported population from another."""
    if population is None:
        return None
    people = population.imported()
    marks = [value if isinstance(value, float) else hashlib.sha256(value.tobytes()).hexdigest() for value in people]
    return [population.source, str(population.until), marks]


def digest(values: Any) -> str:
    """Return a fingerprint of plain values."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]
