"""``ecrm optimize``: the best mix of what the firm can choose, checked on lives that the search has not seen.

Trials are asked of Optuna's tree-structured Parzen estimator (Bergstra et al. 2011; with several outcomes Ozaki et al.
2022), a batch at a time, whatever the number of processes. The most promising get more lives, and the winner fresh
ones: what wins among many looks better than it is (the optimizer's curse, Smith & Winkler 2006), and only fresh lives
tell by how much.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import ge, le
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import Field

from analysis.carry_out import Ways
from analysis.design import Span
from analysis.experiment import AS_IT_STANDS, Experiment, Outcomes, Values, check_reach, decisive, one_arm
from analysis.failure import Failure
from analysis.messages import no_such
from analysis.search_words import Asked, ask, need_extra
from analysis.statistics import Floats, Interval, mean_interval
from sim.metrics import METRICS
from sim.settings import BadInput, Settings

if TYPE_CHECKING:
    import optuna
    from rich.console import Console

SEED = 1  # the same words always give the same trials
FINALISTS = 5
FRONT = 8  # most finalists with several outcomes
MORE = 4  # times the replicates of a trial that a finalist has, and as many fresh ones at the end


class OptimizeKeys(Settings):
    """The keys of ``ecrm optimize`` itself."""

    outcome: tuple[str, ...] = Field(default=(), description="metrics to make best; the decisive one if not given")
    arm: str | None = Field(default=None, description="arm whose levers are looked for")
    trials: int = Field(default=50, ge=1, le=10_000, description="mixes to look at")
    batch: int = Field(default=5, ge=1, le=1_000, description="trials asked for at a time")
    constraint: tuple[str, ...] = Field(default=(), description="as in service_level>=0.8; may be said several times")


@dataclass(frozen=True)
class Constraint:
    """A bound on the mean of an arm's outcome: ``service_level>=0.8``."""

    outcome: str
    least: bool
    bound: float

    @classmethod
    def read(cls, text: str) -> "Constraint":
        """Read it.

        Raises:
            BadInput: it is not of this form, or the outcome is no metric.
        """
        parts = re.fullmatch(r"\s*(\w+)\s*(<=|>=)\s*([-+0-9.eE_]+)\s*", text)
        try:
            bound = float(parts[3]) if parts else float("nan")
        except ValueError:
            bound = float("nan")
        if parts is None or not np.isfinite(bound):
            raise BadInput(f"constraint = {text}: not understood; allowed: METRIC>=NUMBER or METRIC<=NUMBER")
        if parts[1] not in METRICS:
            raise no_such("metric", "constraint", text, list(METRICS), like=parts[1])
        return cls(parts[1], parts[2] == ">=", bound)

    def excess(self, value: float) -> float:
        """Return by how much a value breaks it; at most 0 where it is kept, infinite where it is not defined."""
        if not np.isfinite(value):
            return float("inf")
        return self.bound - value if self.least else value - self.bound

    def kept(self, value: float | None) -> bool:
        """Whether a mean keeps it."""
        return value is not None and (ge if self.least else le)(value, self.bound)

    def __str__(self) -> str:
        """Write it as it is read."""
        return f"{self.outcome}{'>=' if self.least else '<='}{self.bound:g}"


@dataclass(frozen=True)
class Trial:
    """A mix that was looked at: its values by key, its mean gain in each outcome, and whether it keeps all bounds."""

    values: Values
    gains: tuple[float, ...]
    excess: float

    @property
    def kept(self) -> bool:
        """Whether it keeps all constraints."""
        return self.excess <= 0


@dataclass(frozen=True)
class Mix:
    """A finalist.

    Attributes:
        values: by key.
        found: gain over the reference as it stands, by outcome, in the lives that chose it.
        confirmed: the same in lives that the search has not seen; empty: it was not confirmed.
        improvement: confirmed gain over the arm as it stands.
        limits: mean of each constraint's outcome in the lives that are the last word on this mix.
    """

    values: Values
    found: Mapping[str, Interval]
    confirmed: Mapping[str, Interval]
    improvement: Mapping[str, Interval]
    limits: Mapping[str, Interval]


@dataclass(frozen=True)
class Optimum:
    """What an optimization found: ``best`` holds one mix, or a Pareto front with several outcomes."""

    asked: Asked[OptimizeKeys]
    experiment: Experiment
    arm: str
    outcomes: list[str]
    constraints: list[Constraint]
    trials: list[Trial]
    finalists: list[Mix]
    best: list[Mix]

    @property
    def kept(self) -> bool:
        """Whether any mix that was looked at keeps the constraints."""
        return any(trial.kept for trial in self.trials)

    def as_dict(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        return {
            "scenario": self.experiment.frame.name,
            "folder": str(self.experiment.frame.folder),
            "arm": self.arm,
            "reference": self.experiment.frame.reference,
            "outcomes": self.outcomes,
            "constraints": [str(each) for each in self.constraints],
            "constraints_kept": self.kept,
            "failures": self.experiment.failures,
            "trials": [
                {"values": dict(trial.values), "kept": trial.kept}
                | {
                    name: gain if np.isfinite(gain) else None
                    for name, gain in zip(self.outcomes, trial.gains, strict=True)
                }
                for trial in self.trials
            ],
            "best": [
                {
                    "values": dict(mix.values),
                    **{
                        name: {outcome: figure.as_dict() for outcome, figure in getattr(mix, name).items()}
                        for name in ("found", "confirmed", "improvement", "limits")
                    },
                }
                for mix in self.best
            ],
        }

    def show(self, console: "Console") -> None:
        """Print the best mix."""
        from analysis.optimization_page import page
        from analysis.search_report import show

        show(page(self), self.experiment, console)


@dataclass(frozen=True)
class Search:
    """The running of trials."""

    experiment: Experiment
    arm: str
    outcomes: list[str]
    constraints: list[Constraint]

    def gains(self, values: Sequence[Values], replicates: tuple[int, int]) -> tuple[Outcomes, dict[str, Floats]]:
        """Run some mixes; return what came, and by outcome the gain over the reference as it stands, (mixes, lives)."""
        reference = self.experiment.frame.reference
        here = self.experiment.run([AS_IT_STANDS], [reference], replicates)
        came = self.experiment.run(values, [self.arm], replicates)
        return came, {name: came.of(self.arm, name) - here.of(reference, name) for name in self.outcomes}

    def trials(self, ranges: Mapping[str, Span], count: int, batch: int) -> list[Trial]:
        """Look at ``count`` mixes, a batch at a time."""
        import optuna

        study, spaces, done = _study(self.outcomes), _spaces(ranges), list[Trial]()
        while len(done) < count:
            asked = [study.ask(spaces) for _ in range(min(batch, count - len(done)))]
            values = [{key: each.params[key] for key in ranges} for each in asked]
            for told, trial in zip(asked, self.look(values, (1, self.experiment.frame.replicates)), strict=True):
                done.append(trial)
                if not np.isfinite([*trial.gains, trial.excess]).all():
                    study.tell(told, state=optuna.trial.TrialState.FAIL)
                    continue
                if self.constraints:
                    told.set_constraint("kept", trial.excess)
                study.tell(told, list(trial.gains))
        return done

    def look(self, values: Sequence[Values], replicates: tuple[int, int]) -> list[Trial]:
        """Return what some mixes bring on average."""
        came, gains = self.gains(values, replicates)
        means = np.array([_means(gains[name]) for name in self.outcomes])
        limits = [_means(came.of(self.arm, bound.outcome)) for bound in self.constraints]
        return [
            Trial(
                each,
                tuple(float(mean) for mean in means[:, place]),
                max(
                    (bound.excess(limit[place]) for bound, limit in zip(self.constraints, limits, strict=True)),
                    default=0.0,
                ),
            )
            for place, each in enumerate(values)
        ]

    def mixes(self, chosen: Sequence[Values], lives: int) -> list[Mix]:
        """Return finalists with what they bring in the first ``lives`` replicates."""
        came, gains = self.gains(chosen, (1, lives))
        return [
            Mix(
                each,
                {name: mean_interval(gains[name][place]) for name in self.outcomes},
                {},
                {},
                {bound.outcome: mean_interval(came.of(self.arm, bound.outcome)[place]) for bound in self.constraints},
            )
            for place, each in enumerate(chosen)
        ]

    def confirmed(self, mixes: Sequence[Mix], lives: tuple[int, int]) -> list[Mix]:
        """Return mixes with what they bring in lives that the search has not seen."""
        came, gains = self.gains([mix.values for mix in mixes], lives)
        stands = self.experiment.run([AS_IT_STANDS], [self.arm], lives)
        return [
            Mix(
                mix.values,
                mix.found,
                {name: mean_interval(gains[name][place]) for name in self.outcomes},
                {
                    name: mean_interval(came.of(self.arm, name)[place] - stands.of(self.arm, name)[0])
                    for name in self.outcomes
                },
                {bound.outcome: mean_interval(came.of(self.arm, bound.outcome)[place]) for bound in self.constraints},
            )
            for place, mix in enumerate(mixes)
        ]


def optimize(words: Sequence[str], ways: Ways = Ways()) -> Optimum:
    """Find the best mix of a scenario's levers, and write its page.

    Args:
        words: what follows the verb.
        ways: how runs are carried out.

    Raises:
        BadInput: a word or the folder is refused.
        Failure: the runs were stopped, or no trial could be valued.
    """
    from analysis.optimization_page import page
    from analysis.search_report import write

    need_extra("optuna", "ecrm optimize")
    asked = ask("optimize", words, OptimizeKeys, "levers")
    if not asked.ranges:
        raise BadInput(
            "levers: none; give a key a range, as in firms.acme.price=interval(0.9,1.1), or the scenario its levers"
        )
    keys = asked.keys
    constraints = [Constraint.read(text) for text in keys.constraint]
    experiment = Experiment.of(asked, [keys.arm] if keys.arm else [], ways)
    outcomes = _outcomes(keys.outcome, experiment)
    arm = one_arm(experiment, keys.arm, asked.ranges)
    check_reach(asked.ranges, [arm])
    search = Search(experiment, arm, outcomes, constraints)
    trials = search.trials(asked.ranges, keys.trials, keys.batch)
    lives = MORE * experiment.frame.replicates
    finalists = search.mixes([trial.values for trial in _promising(trials, outcomes)], lives)
    best = search.confirmed(_winners(finalists, outcomes, constraints), (lives + 1, 2 * lives))
    found = Optimum(asked, experiment, search.arm, outcomes, constraints, trials, finalists, best)
    write(page(found), experiment.frame.folder)
    return found


def pareto(points: Sequence[Sequence[float]], outcomes: Sequence[str]) -> list[int]:
    """Return the places of the points that no other beats: better in one outcome and as good in all others."""
    signs = np.array([-1.0 if METRICS[name].better == "down" else 1.0 for name in outcomes])
    table = signs * np.array(points, dtype=np.float64).reshape(len(points), len(outcomes))
    return [
        place for place, row in enumerate(table) if not ((table >= row).all(axis=1) & (table > row).any(axis=1)).any()
    ]


def _promising(trials: Sequence[Trial], outcomes: Sequence[str]) -> list[Trial]:
    """Return the trials that get more lives, each mix once: the best that keep the constraints, or nearly do."""
    distinct = {tuple(trial.values.items()): trial for trial in trials if np.isfinite(trial.gains).all()}
    valued = list(distinct.values())
    if not valued:
        raise Failure("no trial has a value: its runs failed, or the outcome is not defined there")
    kept = [trial for trial in valued if trial.kept]
    if not kept:
        return sorted(valued, key=lambda trial: trial.excess)[:FINALISTS]
    if len(outcomes) == 1:
        sign = -1.0 if METRICS[outcomes[0]].better == "down" else 1.0
        return sorted(kept, key=lambda trial: -sign * trial.gains[0])[:FINALISTS]
    front = sorted((kept[place] for place in pareto([trial.gains for trial in kept], outcomes)), key=lambda t: t.gains)
    spread = np.linspace(0, len(front) - 1, min(FRONT, len(front))).round().astype(int)
    return [front[place] for place in spread]


def _winners(mixes: Sequence[Mix], outcomes: Sequence[str], constraints: Sequence[Constraint]) -> list[Mix]:
    """Return the mix or the front that is best among those that keep the constraints, or among all if none does."""
    keeping = [mix for mix in mixes if all(bound.kept(mix.limits[bound.outcome].mean) for bound in constraints)]
    valued = [mix for mix in keeping or mixes if all(figure.mean is not None for figure in mix.found.values())]
    front = pareto([[mix.found[name].mean or 0.0 for name in outcomes] for mix in valued], outcomes)
    return [valued[place] for place in (front if len(outcomes) > 1 else front[:1])]


def _outcomes(asked: Sequence[str], experiment: Experiment) -> list[str]:
    names = [decisive(name, experiment) for name in asked or (None,)]
    for name in names:
        if METRICS[name].better is None:
            raise BadInput(f"outcome = {name}: more of it is neither better nor worse; set a constraint on it instead")
    return list(dict.fromkeys(names))


def _study(outcomes: Sequence[str]) -> "optuna.Study":
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    directions: list[Literal["minimize", "maximize"]] = [
        "minimize" if METRICS[name].better == "down" else "maximize" for name in outcomes
    ]
    sampler = optuna.samplers.TPESampler(seed=SEED, multivariate=True)
    return optuna.create_study(directions=directions, sampler=sampler)


def _spaces(ranges: Mapping[str, Span]) -> "dict[str, optuna.distributions.BaseDistribution]":
    from optuna.distributions import FloatDistribution, IntDistribution

    return {
        key: IntDistribution(int(span.low), int(span.high)) if span.whole else FloatDistribution(span.low, span.high)
        for key, span in ranges.items()
    }


def _means(table: Floats) -> Floats:
    """Return the mean of each row over its defined values; NaN without any."""
    counts = np.isfinite(table).sum(axis=1)
    sums = np.nansum(table, axis=1)
    means: Floats = np.divide(sums, counts, out=np.full(len(table), np.nan), where=counts > 0)
    return means
