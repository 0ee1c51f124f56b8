"""Points of a scenario that a search asks for as it goes; one folder keeps all runs, and each is done once.

A search that is stopped is begun again by the same command: it asks for the same points in the same order, and what the
folder holds is not run again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis import store
from analysis.carry_out import StudyFailed, Ways, carry_out, same_study, told
from analysis.design import Span, at
from analysis.failure import Stopped
from analysis.messages import no_such
from analysis.plan import Plan, Point, digest
from analysis.scenario import plan, points
from analysis.search_words import Asked
from analysis.statistics import Floats
from sim.metrics import METRICS
from sim.settings import BadInput

if TYPE_CHECKING:
    from sim.world import World

Values = Mapping[str, Any]  # what a point sets, by key; nothing: the scenario as it stands
AS_IT_STANDS: Values = {}
INSIDE = 0.382  # of a range: a place that is no whole number, nor any other that a setting may single out


@dataclass(frozen=True)
class Outcomes:
    """What came out at some points.

    Attributes:
        rows: outcomes by run's key.
        keys: by arm, a list a point of a key a replicate.
    """

    rows: Mapping[str, Mapping[str, float]]
    keys: Mapping[str, list[list[str]]]

    def of(self, arm: str, outcome: str) -> Floats:
        """Return an arm's outcome, (points, replicates); NaN where a run failed or left it undefined."""
        nothing: Mapping[str, float] = {}
        return np.array(
            [[self.rows.get(key, nothing).get(outcome, np.nan) for key in row] for row in self.keys[arm]], np.float64
        )

    def difference(self, arm: str, reference: str, outcome: str) -> Floats:
        """Return an arm's outcome less the reference's at the same point and replicate, (points, replicates)."""
        return self.of(arm, outcome) - self.of(reference, outcome)


@dataclass
class Experiment:
    """A scenario whose keys a search varies.

    Attributes:
        frame: the scenario as it stands, which is also point 0 of the folder.
        words: of the command line, without those of the search.
        ways: how runs are carried out.
        ranges: of the keys that vary.
        unsolved: whether the scenario has equal budgets, which a search leaves as the arms' settings say.
        listed: all points so far, each with the arms and replicates that no earlier one has.
    """

    frame: Plan
    words: Sequence[str]
    ways: Ways = Ways()
    ranges: Mapping[str, Span] = field(default_factory=dict)
    unsolved: bool = False
    listed: list[Point] = field(default_factory=list)
    _keys: dict[str, None] = field(default_factory=dict)  # of all runs listed, in order
    _rows: dict[str, dict[str, float]] = field(default_factory=dict)
    _failed: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, asked: Asked[Any], arms: Sequence[str], ways: Ways = Ways()) -> "Experiment":
        """Begin, or go on with, the experiment that a command line asks for.

        Args:
            asked: the command line.
            arms: those that are run, besides the reference; none: all.
            ways: how runs are carried out.

        Raises:
            BadInput: a word or a range is refused, an arm does not exist, or the folder holds something else.
        """
        frame = plan(asked.rest, asked.verb)
        for arm in arms:
            if arm not in frame.arms:
                raise no_such("arm", "arm", arm, list(frame.arms))
        kept = [arm for arm in frame.arms if arm == frame.reference or not arms or arm in arms]
        check_reach(asked.ranges, kept)
        _check_ranges(asked)
        frame = replace(frame, points=[_with_arms(frame.points[0], kept)])
        search = digest([frame.fingerprint, frame.replicates, asked.verb, asked.question()])
        named = any(word.startswith("folder=") for word in asked.rest)
        folder = frame.folder if named else Path("results", f"{frame.name}-{asked.verb}-{search[:8]}")
        unsolved = frame.budget is not None
        frame = replace(frame, search=search, command=asked.command, folder=folder, budget=None)
        made = cls(frame, asked.rest, ways, asked.ranges, unsolved)
        made._go_on()
        return made

    @property
    def others(self) -> list[str]:
        """The arms besides the reference."""
        return [arm for arm in self.frame.arms if arm != self.frame.reference]

    @property
    def failures(self) -> int:
        """How many of its runs failed."""
        return len(self._failed)

    def keep(self, arm: str) -> None:
        """Leave out all arms but one and the reference."""
        kept = [each for each in self.frame.arms if each in (arm, self.frame.reference)]
        self.frame = replace(self.frame, points=[_with_arms(self.frame.points[0], kept)])

    def run(
        self, values: Sequence[Values], arms: Iterable[str] | None = None, replicates: tuple[int, int] | None = None
    ) -> Outcomes:
        """Run what is not done yet of some points, all in one go, and return what came out.

        Args:
            values: by key, one mapping a point.
            arms: which; all of the experiment's if ``None``.
            replicates: first and last; 1 to the study's if ``None``. The same replicate is the same luck everywhere.

        Raises:
            BadInput: a value is refused.
            Stopped: the user stopped the runs.
            StudyFailed: not one run was done.
        """
        arms = list(self.frame.arms if arms is None else arms)
        first, last = replicates or (1, self.frame.replicates)
        asked = [_with_arms(point, arms) for point in points(self.words, self.frame.verb, values)]
        if not self.listed:
            self._list(self.frame.points[0], (1, self.frame.replicates))
        for point in asked:
            self._list(point, (first, last))
        self._do()
        keys = {arm: [self.frame.keys_of(point.arms[arm], first, last) for point in asked] for arm in arms}
        return Outcomes(self._rows, keys)

    def _go_on(self) -> None:
        """Take up what an earlier call of the same command has done."""
        folder = self.frame.folder
        store.check_folder(folder)
        if not (folder / "study.yaml").is_file():
            return
        facts = store.read_facts(folder)
        if not same_study(facts, self.frame):
            raise BadInput(
                f"folder = {folder}: holds another study, or one of another version of the model; give a new folder"
                " or remove it"
            )
        self._rows = store.outcomes(folder)

    def _list(self, point: Point, replicates: tuple[int, int]) -> None:
        """Add a point's worlds to the plan, unless an earlier point has the same."""
        fresh: dict[str, World] = {}
        for arm, world in point.arms.items():
            keys = self.frame.keys_of(world, *replicates)
            if any(key not in self._keys for key in keys):
                fresh[arm] = world
                self._keys |= dict.fromkeys(keys)
        if fresh:
            self.listed.append(replace(point, arms=fresh, replicates=replicates))

    def _do(self) -> None:
        if all(key in self._rows or key in self._failed for key in self._keys):
            return
        last = max(point.replicates[1] for point in self.listed if point.replicates is not None)
        whole = replace(self.frame, points=list(self.listed), replicates=last)
        carry_out(whole, self.ways)
        self._rows = store.outcomes(whole.folder)
        self._failed = {whole.key(run) for run in store.failures(whole.folder)}
        if not self._rows:
            raise StudyFailed(told(whole.folder, f"all {len(self._failed)} runs failed"))
        left = sum(key not in self._rows and key not in self._failed for key in self._keys)
        if left:
            raise Stopped(f"stopped with {left:,} runs left; go on with the same command: {self.frame.command}")


def decisive(asked: str | None, experiment: Experiment) -> str:
    """Return the outcome that is asked for, or the scenario's decisive one: the first that has a better side.

    Raises:
        BadInput: it is no metric, or the scenario has none with a better side.
    """
    if asked is not None and asked not in METRICS:
        raise no_such("metric", "outcome", asked, list(METRICS))
    sided = [name for name in experiment.frame.outcomes if METRICS[name].better]
    if asked is None and not sided:
        raise BadInput(
            f"outcome: missing; of the scenario's outcomes ({', '.join(experiment.frame.outcomes)}) none has a better"
            " side; allowed: outcome=METRIC, as in outcome=profit"
        )
    return asked or sided[0]


def one_arm(experiment: Experiment, asked: str | None, keys: Iterable[str]) -> str:
    """Return the arm that is asked for, or the only one that it can be; the experiment keeps no other.

    Raises:
        BadInput: there are several.
    """
    reached = _reached(keys)
    likely = sorted(reached) if len(reached) == 1 else experiment.others
    if asked is not None:
        likely = [asked]
    if len(likely) > 1:
        raise BadInput(f"arm: missing; the scenario has several; allowed: {', '.join(experiment.others)}")
    arm = likely[0] if likely else experiment.frame.reference
    experiment.keep(arm)
    return arm


def check_reach(keys: Iterable[str], arms: Sequence[str]) -> None:
    """Refuse keys of arms that are not looked at: nothing would depend on them.

    Raises:
        BadInput: the first of them is named.
    """
    for key in keys:
        for arm in _reached([key]) - set(arms):
            raise BadInput(f"{key}: arm {arm} is not looked at, so it cannot matter; looked at: {', '.join(arms)}")


def _reached(keys: Iterable[str]) -> set[str]:
    """Return the arms that keys reach into."""
    return {key.split(".")[1] for key in keys if key.startswith("arms.")}


def _check_ranges(asked: Asked[Any]) -> None:
    """Build the worlds at both ends of each range and inside it, so that a bad one is not found after hours.

    Raises:
        BadInput: a range is refused; settings that are whole numbers need one of whole numbers.
    """
    for key, span in asked.ranges.items():
        for share in (0.0, 1.0, INSIDE):
            try:
                points(asked.rest, asked.verb, [{key: at(span, share)}])
            except BadInput as error:
                whole = f"int(interval({span.low:g},{span.high:g}))"
                hint = f"; allowed: {key}={whole}" if "not a whole number" in str(error) else ""
                raise BadInput(f"{key} from {span.low:g} to {span.high:g}: {error}{hint}") from None


def _with_arms(point: Point, arms: Iterable[str]) -> Point:
    return replace(point, arms={arm: point.arms[arm] for arm in arms})
