"""``ecrm optimize``: the best mix of what the firm can choose, checked on lives that the search has not seen.

Trials are asked of Optuna's tree-structured Parzen estimator (Bergstra et al. 2011; with several outcomes Ozaki et al.
2022), a batch at a time, whatever the number of processes. The most promising get more lives, and the winner fresh
ones: what wins among many looks better than it is (the optimizer's curse, Smith & Winkler 2006), and only fresh lives
tell by how much.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import Field

from analysis.carry_out import Ways, told
from analysis.constraint import Constraint
from analysis.design import Span
from analysis.experiment import AS_IT_STANDS, Experiment, Outcomes, Values, check_reach, decisive, one_arm
from analysis.failure import Failure
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
class Trial:
    """A mix that was looked at: its values by key, its mean gain in each outcome, and whether it keeps all bounds."""

    values: Values
    gains: tuple[float, ...]
    excess: float

    @property
    def kept(self) -> bool:
        """Whether it keeps all constraints."""
        return self.excess <= 0


@dataclass(frozen=True, eq=False)
class Mix:
    """A finalist.

    Attributes:
        values: by key.
        found: gain over the reference as it stands, by outcome, in the lives that chose it.
        limits: mean of each constraint's outcome in the lives that are the last word on this mix.
        gains: gain in each life that the search has not seen, by outcome; empty: it was not confirmed.
        improvement: gain over the arm as it stands in those lives.
    """

    values: Values
    found: Mapping[str, Interval]
    limits: Mapping[str, Interval]
    gains: Mapping[str, Floats] = field(default_factory=dict)
    improvement: Mapping[str, Interval] = field(default_factory=dict)

    @property
    def confirmed(self) -> dict[str, Interval]:
        """Mean gain by outcome in lives that the search has not seen."""
        return {name: mean_interval(gains) for name, gains in self.gains.items()}

    @property
    def valued(self) -> bool:
        """Whether it was confirmed, and its gains are defined there."""
        return bool(self.gains) and all(figure.mean is not None for figure in self.confirmed.values())

    def excess(self, constraints: Iterable[Constraint]) -> float:
        """Return by how much it breaks the constraint that it breaks most; at most 0 if it keeps all."""
        return max((bound.excess(self.limits[bound.outcome].mean) for bound in constraints), default=0.0)


@dataclass(frozen=True)
class Optimum:
    """What an optimization found.

    Attributes:
        best: one mix, or a Pareto front with several outcomes; empty if none keeps the constraints in fresh lives.
    """

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
        """Whether a mix keeps the constraints in lives that the search has not seen."""
        return bool(self.best)

    @property
    def closest(self) -> Mix:
        """The finalist that breaks the constraints least."""
        return min(self.finalists, key=lambda mix: mix.excess(self.constraints))

    def beats(self, mix: Mix) -> bool:
        """Whether one of the best is shown to beat the reference on an outcome, however many there were to try."""
        sure = 1 - 0.05 / (len(self.best) * len(self.outcomes))  # Bonferroni
        leads = [mean_interval(METRICS[name].sign * gains, sure) for name, gains in mix.gains.items()]
        return any(lead.low is not None and lead.low > 0 for lead in leads)

    def apart(self, one: Mix, other: Mix) -> bool:
        """Whether two of the best are told from each other on an outcome."""
        pairs = len(self.best) * (len(self.best) - 1) / 2
        sure = 1 - 0.05 / (pairs * len(self.outcomes))
        return any(mean_interval(one.gains[name] - other.gains[name], sure).excludes_zero for name in self.outcomes)

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
            "best": list(map(_as_dict, self.best)),
            "closest": None if self.kept else _as_dict(self.closest),
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

    def limit(self, came: Outcomes, bound: Constraint, replicates: tuple[int, int]) -> Floats:
        """Return the outcome that a constraint bounds, (mixes, lives)."""
        values = came.of(self.arm, bound.outcome)
        if not bound.over_reference:
            return values
        reference = self.experiment.frame.reference
        return values - self.experiment.run([AS_IT_STANDS], [reference], replicates).of(reference, bound.outcome)

    def trials(self, ranges: Mapping[str, Span], count: int, batch: int) -> list[Trial]:
        """Look at ``count`` mixes, a batch at a time."""
        import optuna

        study, spaces, done = _study(self.outcomes), _spaces(ranges), list[Trial]()
        while len(done) < count:
            asked = [study.ask(spaces) for _ in range(min(batch, count - len(done)))]
            values = [{key: each.params[key] for key in ranges} for each in asked]
            for each, trial in zip(asked, self.look(values, (1, self.experiment.frame.replicates)), strict=True):
                done.append(trial)
                if not np.isfinite([*trial.gains, trial.excess]).all():
                    study.tell(each, state=optuna.trial.TrialState.FAIL)
                    continue
                if self.constraints:
                    each.set_constraint("kept", trial.excess)
                study.tell(each, list(trial.gains))
        return done

    def look(self, values: Sequence[Values], replicates: tuple[int, int]) -> list[Trial]:
        """Return what some mixes bring on average."""
        came, gains = self.gains(values, replicates)
        means = np.array([_means(gains[name]) for name in self.outcomes])
        limits = [_means(self.limit(came, bound, replicates)) for bound in self.constraints]
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

    def finalists(self, chosen: Sequence[Values], lives: int) -> list[Mix]:
        """Return mixes with what they bring in the first ``lives``; those that keep the constraints are confirmed."""
        came, gains = self.gains(chosen, (1, lives))
        limits = [self.limit(came, bound, (1, lives)) for bound in self.constraints]
        mixes = [Mix(each, _intervals(gains, place), self._limits(limits, place)) for place, each in enumerate(chosen)]
        keeping = [mix for mix in mixes if mix.excess(self.constraints) <= 0]
        confirmed = iter(self.confirmed(keeping, (lives + 1, 2 * lives)))
        return [next(confirmed) if mix in keeping else mix for mix in mixes]

    def confirmed(self, mixes: Sequence[Mix], lives: tuple[int, int]) -> list[Mix]:
        """Return mixes with what they bring in lives that the search has not seen."""
        if not mixes:
            return []
        came, gains = self.gains([mix.values for mix in mixes], lives)
        limits = [self.limit(came, bound, lives) for bound in self.constraints]
        stands = self.experiment.run([AS_IT_STANDS], [self.arm], lives)
        changes = {name: came.of(self.arm, name) - stands.of(self.arm, name) for name in self.outcomes}
        return [
            replace(
                mix,
                limits=self._limits(limits, place),
                gains={name: table[place] for name, table in gains.items()},
                improvement=_intervals(changes, place),
            )
            for place, mix in enumerate(mixes)
        ]

    def _limits(self, tables: Sequence[Floats], place: int) -> dict[str, Interval]:
        return {
            bound.outcome: mean_interval(table[place]) for bound, table in zip(self.constraints, tables, strict=True)
        }


def optimize(words: Sequence[str], ways: Ways = Ways()) -> Optimum:
    """Find the best mix of a scenario's levers, and write its page.

    Args:
        words: what follows the verb.
        ways: how runs are carried out.

    Raises:
        BadInput: a word or the folder is refused.
        Failure: the runs were stopped, or no mix could be valued.
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
    chosen = [trial.values for trial in _promising(trials, outcomes)]
    finalists = search.finalists(chosen, lives) if chosen else []
    best = _best(finalists, outcomes, constraints)
    if not finalists or (not best and not constraints):
        said = "no mix has a value"
        raise Failure(
            told(experiment.frame.folder, said) if experiment.failures else f"{said}: it is not defined there"
        )
    found = Optimum(asked, experiment, search.arm, outcomes, constraints, trials, finalists, best)
    write(page(found), experiment.frame.folder)
    return found


def pareto(points: Sequence[Sequence[float]], outcomes: Sequence[str]) -> list[int]:
    """Return the places of the points that no other beats: better in one outcome and as good in all others."""
    signs = np.array([METRICS[name].sign for name in outcomes])
    table = signs * np.array(points, dtype=np.float64).reshape(len(points), len(outcomes))
    return [
        place for place, row in enumerate(table) if not ((table >= row).all(axis=1) & (table > row).any(axis=1)).any()
    ]


def _promising(trials: Sequence[Trial], outcomes: Sequence[str]) -> list[Trial]:
    """Return the trials that get more lives, each mix once: the best that keep the constraints, or nearly do."""
    distinct = {tuple(trial.values.items()): trial for trial in trials if np.isfinite(trial.gains).all()}
    valued = list(distinct.values())
    kept = [trial for trial in valued if trial.kept]
    if not kept:
        return sorted(valued, key=lambda trial: trial.excess)[:FINALISTS]
    if len(outcomes) == 1:
        return sorted(kept, key=lambda trial: -METRICS[outcomes[0]].sign * trial.gains[0])[:FINALISTS]
    front = sorted((kept[place] for place in pareto([trial.gains for trial in kept], outcomes)), key=lambda t: t.gains)
    spread = np.linspace(0, len(front) - 1, min(FRONT, len(front))).round().astype(int)
    return [front[place] for place in spread]


def _best(mixes: Sequence[Mix], outcomes: Sequence[str], constraints: Sequence[Constraint]) -> list[Mix]:
    """Return the mix or the front that is best of those that keep the constraints in fresh lives.

    A single mix is chosen by what was found, so that what is confirmed of it stays free of the optimizer's curse; of a
    front only mixes stay that no other beats in fresh lives.
    """
    keeping = [mix for mix in mixes if mix.valued and mix.excess(constraints) <= 0]
    if len(outcomes) == 1:
        return sorted(keeping, key=lambda mix: -METRICS[outcomes[0]].sign * (mix.found[outcomes[0]].mean or 0.0))[:1]
    figures = [mix.confirmed for mix in keeping]
    return [
        keeping[place]
        for place in pareto([[each[name].mean or 0.0 for name in outcomes] for each in figures], outcomes)
    ]


def _intervals(tables: Mapping[str, Floats], place: int) -> dict[str, Interval]:
    return {name: mean_interval(table[place]) for name, table in tables.items()}


def _as_dict(mix: Mix) -> dict[str, Any]:
    parts = {"found": mix.found, "confirmed": mix.confirmed, "improvement": mix.improvement, "limits": mix.limits}
    return {
        "values": dict(mix.values),
        **{name: {outcome: figure.as_dict() for outcome, figure in part.items()} for name, part in parts.items()},
    }


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
