"""Which points to look at, and what the outcomes there say about each key: Morris, Sobol and tornado.

An outcome of a stochastic world is a mean over replicates that all points share. The luck that is a point's own is left
in it, and looks like an effect of every key: it raises each total index by its share of the variance, and each mean
elementary effect by what chance alone would give. Effects that do not stand out of it are said to lie within the luck.
"""

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np

from analysis.design import Span, at
from analysis.failure import Failure
from analysis.statistics import Floats, Interval, mean_interval, paired_difference
from analysis.uncertainty import Sources, split
from sim.settings import BadInput

Method = Literal["morris", "sobol", "tornado"]
SEED = 1  # the same words always give the same points and the same intervals
RESAMPLES = 500
LEVELS = 4  # of a Morris grid (Morris 1991)


@dataclass(frozen=True)
class Effect:
    """What one key does to an outcome.

    Attributes:
        key: the setting.
        figures: by name, with 95 % intervals; effects are ranked by the first.
        within_luck: whether chance alone would do as much; ``None`` where one replicate does not tell.
    """

    key: str
    figures: Mapping[str, Interval]
    within_luck: bool | None

    @property
    def size(self) -> float:
        """What effects are ranked by."""
        return abs(next(iter(self.figures.values())).mean or 0.0)

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
    return sorted(method.effects(defined(outcomes)), key=lambda effect: effect.size, reverse=True)


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
        self.shares: Floats = morris.sample(_problem(ranges), samples, num_levels=LEVELS, seed=SEED)
        self.points = _points(ranges, self.shares)

    def effects(self, outcomes: Floats) -> list[Effect]:
        """Return μ*, μ and σ of each key with intervals, in the outcome's unit."""
        each = [self._elementary(column) for column in outcomes.T]
        changes: Floats = np.stack(each, axis=-1)  # (keys, trajectories, replicates)
        return [self._effect(key, changes[place]) for place, key in enumerate(self.ranges)]

    def luck(self, outcomes: Floats) -> Sources | None:
        """Return nothing: a screening's points are no sample of what is not known."""
        return None

    def _elementary(self, outcomes: Floats) -> Floats:
        """Return the elementary effects of one replicate, (keys, trajectories), over a key's whole range."""
        keys = len(self.ranges)
        x = self.shares.reshape(-1, keys + 1, keys)
        y = outcomes.reshape(-1, keys + 1)
        steps, rises = np.diff(x, axis=1), np.diff(y, axis=1)  # each step moves one key
        moved = np.abs(steps).argmax(axis=2)
        slopes = rises / np.take_along_axis(steps, moved[:, :, None], axis=2)[:, :, 0]
        effects = np.empty((keys, len(x)))
        np.put_along_axis(effects.T, moved, slopes, axis=1)
        return effects

    def _effect(self, key: str, changes: Floats) -> Effect:
        means = changes.mean(axis=1)
        size, mean = mean_interval(np.abs(means)), mean_interval(means)
        replicates = changes.shape[1]
        within = None
        if replicates > 1:
            error = math.sqrt(float(changes.var(axis=1, ddof=1).mean()) / replicates)
            within = (size.low if size.low is not None else 0.0) <= error * math.sqrt(2 / math.pi)  # of a normal's size
        spread = Interval(float(means.std(ddof=1)) if len(means) > 1 else None, None, None)
        return Effect(key, {"mu_star": size, "mu": mean, "sigma": spread}, within)


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
        self.points = _points(ranges, shares)

    def effects(self, outcomes: Floats) -> list[Effect]:
        """Return total and first-order index of each key with bootstrap intervals."""
        from SALib.analyze import sobol

        means = outcomes.mean(axis=1)
        if np.ptp(means) == 0:
            nothing = Interval(0.0, 0.0, 0.0)
            return [Effect(key, {"total": nothing, "first": nothing}, True) for key in self.ranges]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            found = sobol.analyze(
                _problem(self.ranges), means, calc_second_order=False, num_resamples=RESAMPLES, seed=SEED
            )
        floor = self.floor(outcomes)
        effects = []
        for place, key in enumerate(self.ranges):
            total, first = (_around(found[name][place], found[f"{name}_conf"][place]) for name in ("ST", "S1"))
            within = None if floor is None or total.low is None else total.low <= floor
            effects.append(Effect(key, {"total": total, "first": first}, within))
        return effects

    def luck(self, outcomes: Floats) -> Sources | None:
        """Return how much of an outcome's variance is luck, by the independent points among these."""
        return split(self._independent(outcomes))

    def floor(self, outcomes: Floats) -> float | None:
        """Return the share of the means' variance that is luck: what it adds to each total index."""
        sources = self.luck(outcomes)
        if sources is None or sources.inputs.mean is None:
            return None
        variance = float(self._independent(outcomes).mean(axis=1).var(ddof=1))
        return min(max(1 - sources.inputs.mean / variance, 0.0), 1.0)

    def _independent(self, outcomes: Floats) -> Floats:
        """Return the outcomes at the points of the two samples that SALib crosses: A first, B last in each block."""
        blocks = outcomes.reshape(-1, len(self.ranges) + 2, outcomes.shape[1])
        return blocks[:, [0, -1]].reshape(-1, outcomes.shape[1])


class Tornado:
    """Each key at its low and its high end, the others as they stand; the first point is the scenario as it stands."""

    def __init__(self, ranges: Mapping[str, Span]) -> None:
        self.ranges = ranges
        ends: list[dict[str, Any]] = [{key: at(span, share)} for key, span in ranges.items() for share in (0.0, 1.0)]
        self.points = [{}, *ends]

    def effects(self, outcomes: Floats) -> list[Effect]:
        """Return for each key the outcome's change from low to high end, and at either from where it stands, paired."""
        here, ends = outcomes[0], outcomes[1:].reshape(len(self.ranges), 2, -1)
        effects = []
        for key, (low, high) in zip(self.ranges, ends, strict=True):
            figures = {
                "swing": paired_difference(high, low),
                "low": paired_difference(low, here),
                "high": paired_difference(high, here),
            }
            known = here.size > 1
            moved = any(figure.excludes_zero for figure in figures.values())
            effects.append(Effect(key, figures, not moved if known else None))
        return effects

    def luck(self, outcomes: Floats) -> Sources | None:
        """Return nothing: a tornado's points are no sample of what is not known."""
        return None


def _problem(ranges: Mapping[str, Span]) -> dict[str, Any]:
    return {"num_vars": len(ranges), "names": list(ranges), "bounds": [[0.0, 1.0]] * len(ranges)}


def _points(ranges: Mapping[str, Span], shares: Floats) -> list[dict[str, Any]]:
    spans: Sequence[tuple[str, Span]] = list(ranges.items())
    return [{key: at(span, float(share)) for (key, span), share in zip(spans, row, strict=True)} for row in shares]


def _around(value: float, reach: float) -> Interval:
    return Interval(float(value), float(value - reach), float(value + reach))
