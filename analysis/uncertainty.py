"""Luck and what we assume, apart: how much of what is not known about a difference is either.

A study that samples its assumptions (points) and runs several replicates at each has two sources of variance. Luck
would make two lives differ even if every assumption were known; inputs would make their expectations differ even
without luck. More replicates average luck out; only better data narrow the inputs.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics import CONFIDENCE, Floats, Interval

DRAWS = 10_000


@dataclass(frozen=True)
class Sources:
    """The variance of an outcome of one life with unknown inputs, by its source.

    Attributes:
        luck: variance that replicates bring at known inputs, in the outcome's unit squared.
        inputs: variance of the expectation over the inputs. The estimate is unbiased, so it may be below 0: then the
            points differ less than their luck alone would make them; its interval ends at 0.
        share: luck's share of both, in 0 to 1.
        points: samples of the inputs.
        replicates: at each point.
        shared_luck: whether the points had their luck in common.
    """

    luck: Interval
    inputs: Interval
    share: Interval
    points: int
    replicates: int
    shared_luck: bool

    @property
    def told_apart(self) -> bool:
        """Whether inputs were shown to matter at all: their interval lies above 0."""
        return self.inputs.low is not None and self.inputs.low > 0

    def in_words(self, what: str) -> str:
        """Return the finding as a sentence; ``what`` is what is not known: "the profit difference"."""
        share, low, high = (100 * (end or 0.0) for end in self.share)
        text = f"{share:.0f} % of what we do not know about {what} is luck (95 % interval {low:.0f} to {high:.0f} %)"
        if not self.told_apart:
            return f"{text}; these runs show no difference that what we assume makes."
        return f"{text}; the rest is what we assume, and more replicates do not narrow it."


def split(values: ArrayLike, *, shared_luck: bool = True, confidence: float = CONFIDENCE) -> Sources | None:
    """Split the variance of an outcome, or of a paired difference, into luck and inputs.

    Random-effects analysis of variance (Searle, Casella & McCulloch 1992, *Variance Components*, chapters 3 and 4).
    Where each point has luck of its own, y = μ + input + luck; where replicate r is the same luck at all points (common
    random numbers), y = μ + input + luck of r + luck of r at this point. The components are unbiased. Their intervals
    are generalized ones (Weerahandi 1993): each mean square is set to MS · f / χ²(f), drawn 10,000 times with fixed
    random numbers; exact for the share where luck is not shared.

    Args:
        values: of shape (points, replicates); points are equally likely samples of the inputs. A point with a value
            that is not defined is left out.
        shared_luck: whether replicate r is the same luck at every point.
        confidence: coverage of the intervals, in (0, 1).

    Returns:
        ``None`` with fewer than two points or two replicates, or where nothing varies: no source can be told.
    """
    table = np.asarray(values, dtype=np.float64)
    table = table[np.isfinite(table).all(axis=1)]
    points, replicates = table.shape
    if points < 2 or replicates < 2 or np.ptp(table) == 0:
        return None
    squares, freedom = _mean_squares(table, shared_luck)
    generator = np.random.default_rng(0)
    drawn = squares * freedom / generator.chisquare(freedom, (DRAWS, len(freedom)))
    luck, inputs = (float(variance) for variance in _components(squares, points, replicates))
    lucks, inputses = _components(drawn, points, replicates)
    inputses = np.maximum(inputses, 0)

    def interval(value: float, draws: Floats) -> Interval:
        low, high = np.quantile(draws, [(1 - confidence) / 2, (1 + confidence) / 2])
        return Interval(value, float(low), float(high))

    return Sources(
        luck=interval(luck, lucks),
        inputs=interval(inputs, inputses),
        share=interval(luck / (luck + max(inputs, 0.0)), lucks / (lucks + inputses)),
        points=points,
        replicates=replicates,
        shared_luck=shared_luck,
    )


def _mean_squares(table: Floats, shared_luck: bool) -> tuple[Floats, Floats]:
    """Return the mean squares (of points, of the rest, and of replicates where luck is shared) and their freedoms."""
    points, replicates = table.shape
    of_point, of_replicate = table.mean(axis=1, keepdims=True), table.mean(axis=0, keepdims=True)
    between = replicates * of_point.var(ddof=1)
    if not shared_luck:
        rest = ((table - of_point) ** 2).sum() / (points * (replicates - 1))
        return np.array([between, rest]), np.array([points - 1.0, points * (replicates - 1.0)])
    freedom = (points - 1.0) * (replicates - 1.0)
    rest = ((table - of_point - of_replicate + table.mean()) ** 2).sum() / freedom
    common = points * of_replicate.var(ddof=1)
    return np.array([between, rest, common]), np.array([points - 1.0, freedom, replicates - 1.0])


def _components(squares: Floats, points: int, replicates: int) -> tuple[Floats, Floats]:
    """Return the variances of luck and of inputs that mean squares (last axis) are expected to come from."""
    between, rest = squares[..., 0], squares[..., 1]
    inputs = (between - rest) / replicates
    if squares.shape[-1] == 2:
        return rest, inputs
    return (squares[..., 2] + (points - 1) * rest) / points, inputs  # of all points, and of this point
