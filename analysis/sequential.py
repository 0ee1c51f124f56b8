"""Run until an interval is narrow enough: ``until=profit:1%``.

Replicates are run in stages until the t interval of every arm's paired difference to the reference is as narrow as
wished (Chow & Robbins 1965, "On the asymptotic theory of fixed-width sequential confidence intervals for the mean").
Who stops when the spread seen happens to be small covers the truth a little less often than he says. A first stage of
20 replicates and stages that grow by at least a quarter keep that loss below one point: over normal differences the
95 % interval at the stop covers 94.1 to 95 %, whatever the width asked for (after a first stage of five, 92 to 94 %;
over differences of skewness .8, 93.4 to 94.3 %). Measured over 40,000 studies a width.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.margin import Margin, check_outcome, read_margin
from analysis.messages import show
from analysis.statistics import CONFIDENCE, paired_difference
from sim.settings import BadInput

FIRST_STAGE = 20
LEAST_GROWTH, MOST_GROWTH = 1.25, 2.0  # replicates after a stage, over those before


@dataclass(frozen=True)
class Until:
    """How narrow an interval is to be: half its length, on one outcome."""

    outcome: str
    half_width: Margin


def read_until(text: str) -> Until:
    """Read ``profit:1%`` (of the reference's mean) or ``profit:5000`` (in the outcome's unit).

    Raises:
        BadInput: it is not of this form, the outcome is no metric, or the half-width is no positive size.
    """
    outcome, colon, size = str(text).partition(":")
    if not colon:
        raise BadInput(
            f"until = {show(text)}: not an outcome with the half-width of its interval;"
            " allowed: OUTCOME:SIZE, as in profit:1% or profit:5000"
        )
    check_outcome("until", outcome.strip())
    return Until(outcome.strip(), read_margin("until", size))


@dataclass(frozen=True)
class Stopping:
    """When to stop running replicates.

    Attributes:
        until: how narrow the intervals are to be.
        reference: the arm that the others are compared with.
        most: replicates after which to stop in any case.
        first: replicates of the first stage, at least 2.
        confidence: of the intervals, in (0, 1).
    """

    until: Until
    reference: str
    most: int = 1_000
    first: int = FIRST_STAGE
    confidence: float = CONFIDENCE

    def next(self, values: Mapping[str, ArrayLike]) -> int:
        """Return how many replicates to run next; 0 when the intervals are narrow enough or no more may be run.

        Args:
            values: the outcome, one value a replicate run so far for each arm; NaN where it failed or is undefined.
        """
        run = len(np.atleast_1d(np.asarray(values[self.reference])))
        if run < self.first:
            return min(self.first, self.most) - run if run < self.most else 0
        excess = self.excess(values)
        if excess is None or excess <= 1:
            return 0
        wanted = run * min(max(excess * excess, LEAST_GROWTH), MOST_GROWTH)
        return max(min(math.ceil(wanted), self.most) - run, 0)

    def excess(self, values: Mapping[str, ArrayLike]) -> float | None:
        """Return how many times the widest interval is wider than wished: at most 1 when all are narrow enough.

        ``None`` where an arm and the reference have fewer than two replicates in common: there is no interval.
        """
        reference = np.asarray(values[self.reference], dtype=np.float64)
        others = [values[arm] for arm in values if arm != self.reference]
        reaches = [paired_difference(other, reference, self.confidence).half_width for other in others]
        if not np.isfinite(reference).any() or any(reach is None for reach in reaches):
            return None
        wished = self.until.half_width.of(float(np.nanmean(reference)))
        widest = max((reach for reach in reaches if reach is not None), default=0.0)
        return widest / wished if wished > 0 else math.inf if widest > 0 else 0.0
