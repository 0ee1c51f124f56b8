"""Which points to look at, and what the outcomes there say about each key: Morris, Sobol and tornado.

An outcome of a stochastic world is a mean over replicates that all points share. What a replicate's luck does to a key
is therefore common to all points, and the luck that is a point's own looks like an effect of every key: it raises each
total index by its share of the variance, and each mean elementary effect by what chance alone would give. Intervals
hold both for other points and for other luck; effects that luck alone would make are said to lie within the luck.
"""

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np

from analysis.crossed_luck import crossed_interval, error_interval, luck_alone
from analysis.design import Span, at
from analysis.failure import Failure
from analysis.statistics import Floats, Interval, paired_difference
from analysis.uncertainty import Sources, split
from sim.settings import BadInput

Method = Literal["morris", "sobol", "tornado"]
SEED = 1  # the same words always give the same points and the same intervals
RESAMPLES = 500
NORMAL = 1.959963984540054  # two-sided 95 % quantile: SALib gives its error as that many standard errors
LEVELS = 4  # of a Morris grid (Morris 1991)


@dataclass(frozen=True)
class Effect:
    """What one key does to an outcome.

    Attributes:
        key: the setting.
        figures: by name, with 95 % intervals.
        ranked_by: name of the figure that effects are ranked by.
        within_luck: whether chance alone would do as much; ``None`` where one replicate does not tell.
    """

    key: str
    figures: Mapping[str, Interval]
    ranked_by: str
    within_luck: bool | None

    @property
    def size(self) -> Interval:
        """What effects are ranked by, without its sign."""
        figure = self.figures[self.ranked_by]
        return figure.reflected() if (figure.mean or 0.0) < 0 else figure

    def may_exceed(self, other: "Effect") -> bool:
        """Whether this effect may be as large as a larger one: their intervals meet, or are not known."""
        high, low = self.size.high, other.size.low
        return high is None or low is None or high >= low

    def as_dict(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        figures = {name: figure.as_dict() for name, figure in self.figures.items()}
        return {"key": self.key, **figures, "within_luck": self.within_luck}


class Design(Protocol):
    """Points to look at, and how to read the outcomes there."""

    points: list[dict[str, Any]]

    def effects(self, outcomes: Floats) -> list[Effect]:
        """Return the effect of each key, the largest first; ``outcomes``: (points, replicates), none undefined."""

    def luck(self, outcomes: Floats) -> Sources | None:
        """Return how much of the variance is luck, where the points are a sample of what is not known."""


def design(method: Method, ranges: Mapping[str, Span], samples: int | None = None) -> Design:
    """Return the points of a method.

    Args:
        method: ``morris``, ``sobol`` or ``tornado``.
        ranges: of the keys that vary.
        samples: Morris: trajectories (10); Sobol: base points (64), a power of two; tornado: none.

    Raises:
        BadInput: no key varies, or the number of samples does not fit.
    """
    if not ranges:
        raise BadInput(
            "uncertainties: none; give a key a range, as in customers.price_sensitivity=interval(2,4),"
            " or the scenario its uncertainties"
        )
    if method == "tornado":
        if samples is not None:
            raise BadInput(f"samples = {samples}: a tornado has two points a key; leave samples out")
        return Tornado(ranges)
    return Morris(ranges, samples or 10) if method == "morris" else Sobol(ranges, samples or 64)


def indices(method: Design, outcomes: Floats) -> list[Effect]:
    """Return what the outcomes at a design's points say about each key, the largest effect first.

    Args:
        method: the design.
        outcomes: (points, replicates) or (points,); a replicate that is not defined everywhere is left out.

    Raises:
        Failure: no replicate is defined at all points.
    """
    return sorted(method.effects(defined(outcomes)), key=lambda effect: effect.size.mean or 0.0, reverse=True)


def foremost(effects: Sequence[Effect]) -> list[Effect]:
    """Return the largest effect that luck alone would not make, and all such that may be as large."""
    shown = [effect for effect in effects if effect.within_luck is False]
    return [effect for effect in shown if effect is shown[0] or effect.may_exceed(shown[0])]


def defined(outcomes: Floats) -> Floats:
    """Return the replicates that are defined at all points, (points, replicates).

    Raises:
        Failure: there is none.
    """
    table = outcomes.reshape(len(outcomes), -1)
    whole = table[:, np.isfinite(table).all(axis=0)]
    if not whole.size:
        undefined = int((~np.isfinite(table).any(axis=1)).sum())
        raise Failure(
            f"no replicate has the outcome at all {len(table)} points ({undefined} have none); narrow the ranges"
        )
    return whole


class Morris:
    """Elementary effects along random trajectories (Morris 1991; μ*: Campolongo et al. 2007).

    ``mu_star``: mean size of the change that a key makes over its whole range; ``mu``: with its sign; ``sigma``: spread
    of these changes, by curvature or by other keys.
    """

    def __init__(self, ranges: Mapping[str, Span], samples: int) -> None:
        from SALib.sample import morris

        self.ranges = ranges
        grid: Floats = morris.sample(_problem(ranges), samples, num_levels=LEVELS, seed=SEED)
        spans = list(ranges.items())
        self.points = [
            {key: _level(span, float(share)) for (key, span), share in zip(spans, row, strict=True)} for row in grid
        ]
        self.shares: Floats = np.array(
            [[(point[key] - span.low) / (span.high - span.low) for key, span in spans] for point in self.points]
        )

    def effects(self, outcomes: Floats) -> list[Effect]:
        """Return μ*, μ and σ of each key, in the outcome's unit, with intervals over trajectories and replicates."""
        return [
            self._effect(key, changes) for key, changes in zip(self.ranges, self._elementary(outcomes), strict=True)
        ]

    def luck(self, outcomes: Floats) -> Sources | None:
        """Return nothing: a screening's points are no sample of what is not known."""
        return None

    def _elementary(self, outcomes: Floats) -> Floats:
        """Return the elementary effects over a key's whole range, (keys, trajectories, replicates)."""
        keys = len(self.ranges)
        x = self.shares.reshape(-1, keys + 1, keys)
        y = outcomes.reshape(-1, keys + 1, outcomes.shape[1])
        steps, rises = np.diff(x, axis=1), np.diff(y, axis=1)  # each step moves one key
        moved = np.abs(steps).argmax(axis=2)
        slopes = rises / np.take_along_axis(steps, moved[:, :, None], axis=2)
        effects = np.empty((keys, len(x), outcomes.shape[1]))
        effects[moved, np.arange(len(x))[:, None]] = slopes
        return effects

    def _effect(self, key: str, changes: Floats) -> Effect:
        means = changes.mean(axis=1)
        figures = {
            "mu_star": crossed_interval(changes * np.where(means < 0, -1.0, 1.0)[:, None]),
            "mu": crossed_interval(changes),
            "sigma": Interval(float(means.std(ddof=1)) if len(means) > 1 else None, None, None),
        }
        return Effect(key, figures, "mu_star", luck_alone(changes))


class Sobol:
    """Shares of the variance (Sobol 1993; estimators: Saltelli et al. 2010, Jansen 1999, by SALib).

    ``total``: share in which a key has a part, alone or with others; ``first``: share that it explains alone.
    """

    def __init__(self, ranges: Mapping[str, Span], samples: int) -> None:
        from SALib.sample import sobol

        if samples & (samples - 1):
            below = 1 << (samples.bit_length() - 1)
            raise BadInput(f"samples = {samples}: a Sobol sample needs a power of two; nearest: {below} or {2 * below}")
        self.ranges = ranges
        shares: Floats = sobol.sample(_problem(ranges), samples, calc_second_order=False, seed=SEED)
        spans = list(ranges.items())
        self.points = [
            {key: at(span, float(share)) for (key, span), share in zip(spans, row, strict=True)} for row in shares
        ]

    def effects(self, outcomes: Floats) -> list[Effect]:
        """Return total and first-order index of each key with intervals over points and replicates.

        Their error is that of a bootstrap over points and of a jackknife over replicates (Efron & Tibshirani 1993,
        *An Introduction to the Bootstrap*, chapter 11): one set of replicates for all points. With fewer than five
        replicates that differ much they cover about 87 % instead of 95: an index is no straight line in its means.
        """
        means = outcomes.mean(axis=1)
        if np.ptp(means) == 0:
            nothing = Interval(0.0, 0.0, 0.0)
            figures = {"total": nothing, "first": nothing}
            return [Effect(key, figures, "total", luck_alone(self._changes(outcomes, key))) for key in self.ranges]
        found = self._analyzed(means)
        by_luck = self._jackknife(outcomes)
        effects = []
        for place, key in enumerate(self.ranges):
            figures = {
                name: error_interval(
                    float(found[symbol][place]),
                    [
                        ((float(found[f"{symbol}_conf"][place]) / NORMAL) ** 2, math.inf),
                        (by_luck[symbol][place], outcomes.shape[1] - 1),
                    ],
                )
                for name, symbol in (("total", "ST"), ("first", "S1"))
            }
            effects.append(Effect(key, figures, "total", luck_alone(self._changes(outcomes, key))))
        return effects

    def luck(self, outcomes: Floats) -> Sources | None:
        """Return how much of an outcome's variance is luck, by the points of the samples A and B alone."""
        independent = self._blocks(outcomes)[:, [0, -1]]
        return split(independent.reshape(-1, outcomes.shape[1]))

    def _analyzed(self, means: Floats) -> Mapping[str, Floats]:
        from SALib.analyze import sobol

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            found: Mapping[str, Floats] = sobol.analyze(
                _problem(self.ranges), means, calc_second_order=False, num_resamples=RESAMPLES, seed=SEED
            )
        return found

    def _jackknife(self, outcomes: Floats) -> dict[str, list[float]]:
        """Return the variance that replicates bring to each key's indices, by SALib's names; 0 if there is but one."""
        from SALib.analyze import sobol

        replicates = outcomes.shape[1]
        if replicates < 2:
            return dict.fromkeys(("ST", "S1"), [0.0] * len(self.ranges))
        left = (outcomes.sum(axis=1, keepdims=True) - outcomes) / (replicates - 1)  # means without one replicate each
        blocks = self._blocks(left - left.mean(axis=0))
        a, b = blocks[:, 0], blocks[:, -1]
        found: dict[str, list[float]] = {"ST": [], "S1": []}
        for place in range(1, len(self.ranges) + 1):
            found["ST"].append(_left_out(sobol.total_order(a, blocks[:, place], b)))
            found["S1"].append(_left_out(sobol.first_order(a, blocks[:, place], b)))
        return found

    def _changes(self, outcomes: Floats, key: str) -> Floats:
        """Return what moving a key alone, from sample A to B, changes, (base points, replicates)."""
        blocks = self._blocks(outcomes)
        return blocks[:, 1 + list(self.ranges).index(key)] - blocks[:, 0]

    def _blocks(self, outcomes: Floats) -> Floats:
        """Return the outcomes as SALib crosses its samples: in each block A, then A with one key of B each, then B."""
        return outcomes.reshape(-1, len(self.ranges) + 2, outcomes.shape[1])


class Tornado:
    """Each key at its low and its high end, the others as they stand; the first point is the scenario as it stands."""

    def __init__(self, ranges: Mapping[str, Span]) -> None:
        self.ranges = ranges
        ends: list[dict[str, Any]] = [{key: at(span, share)} for key, span in ranges.items() for share in (0.0, 1.0)]
        self.points = [{}, *ends]

    def effects(self, outcomes: Floats) -> list[Effect]:
        """Return for each key the outcome's change from low to high end, and at either from where it stands, paired.

        Effects are ranked by the largest of the three; one test looks at both ends.
        """
        here, ends = outcomes[0], outcomes[1:].reshape(len(self.ranges), 2, -1)
        effects = []
        for key, (low, high) in zip(self.ranges, ends, strict=True):
            figures = {
                "swing": paired_difference(high, low),
                "low": paired_difference(low, here),
                "high": paired_difference(high, here),
            }
            largest = max(figures, key=lambda name: abs(figures[name].mean or 0.0))
            effects.append(Effect(key, figures, largest, luck_alone(np.stack([low - here, high - here]))))
        return effects

    def luck(self, outcomes: Floats) -> Sources | None:
        """Return nothing: a tornado's points are no sample of what is not known."""
        return None


def _problem(ranges: Mapping[str, Span]) -> dict[str, Any]:
    return {"num_vars": len(ranges), "names": list(ranges), "bounds": [[0.0, 1.0]] * len(ranges)}


def _level(span: Span, share: float) -> float | int:
    """Return a level of a Morris grid: whole numbers are the nearest, so that any step of the grid moves them."""
    value = span.low + share * (span.high - span.low)
    return round(value) if span.whole else value


def _left_out(values: Floats) -> float:
    """Return the jackknife's variance of an estimate, from those that leave out one replicate each."""
    return float((len(values) - 1) * values.var())
