"""What luck does to a mean over places and replicates, where every place lives the same replicates.

A change at place t (a trajectory, a sampled point, an end of a range) in replicate r is y = μ + place t + luck of r +
luck of r at t. What a replicate brings is common to all places, so more places do not average it out.
"""

import math
from collections.abc import Sequence

import numpy as np

from analysis.statistics import CONFIDENCE, Floats, Interval, t_quantile


def crossed_interval(values: Floats, confidence: float = CONFIDENCE) -> Interval:
    """Return the mean over places and replicates with its interval for other places and other luck.

    Two-way random effects (Searle, Casella & McCulloch 1992, *Variance Components*, chapter 4): the variance of the
    mean is v = s²(means of places) / T + s²(means of replicates) / R − s²(rest) / (T R), at least each of the first
    two, so that a rest which comes out too large cannot make it small. See :func:`error_interval` for its t; with two
    places or replicates that differ much it covers about 90 % instead of 95.

    Args:
        values: (places, replicates), all defined. One replicate: luck is not in the interval.
        confidence: coverage of the interval, in (0, 1).

    Returns:
        No interval with one place.
    """
    places, replicates = values.shape
    mean, of_place, of_replicate = float(values.mean()), values.mean(axis=1), values.mean(axis=0)
    if places < 2:
        return Interval(mean, None, None)
    by_place = float(of_place.var(ddof=1)) / places
    if replicates < 2:
        return error_interval(mean, [(by_place, places - 1)], confidence=confidence)
    by_luck = float(of_replicate.var(ddof=1)) / replicates
    rest = values - of_place[:, None] - of_replicate + mean
    twice = float((rest**2).sum()) / ((places - 1) * (replicates - 1) * places * replicates)
    return error_interval(mean, [(by_place, places - 1), (by_luck, replicates - 1)], twice, confidence)


def error_interval(
    value: float, sources: Sequence[tuple[float, float]], twice: float = 0.0, confidence: float = CONFIDENCE
) -> Interval:
    """Return an estimate's t interval from the sources of its error (Satterthwaite 1946).

    v² / Σ (v_i² / f_i) degrees of freedom, at most all of them.

    Args:
        value: the estimate.
        sources: a variance of it and that variance's degrees of freedom (``math.inf``: known), each.
        twice: variance that more than one source holds; the whole is at least the largest source.
        confidence: coverage of the interval, in (0, 1).
    """
    present = [(variance, freedom) for variance, freedom in sources if variance > 0]
    if not present:
        return Interval(value, value, value)
    variance = max(sum(each for each, _ in present) - twice, *(each for each, _ in present))
    doubt = sum(each**2 / freedom for each, freedom in present)
    freedom = min(variance**2 / doubt if doubt else math.inf, sum(freedom for _, freedom in present))
    reach = t_quantile(max(freedom, 1.0), confidence) * math.sqrt(variance)
    return Interval(value, value - reach, value + reach)


def luck_alone(changes: Floats, level: float = 1 - CONFIDENCE) -> bool | None:
    """Whether luck alone would do as much as these changes: none of them is told from zero.

    One test of all places over replicates: R |m|² / tr S ~ F(ν, ν (R − 1)) under luck alone, with m the mean and S the
    covariance of a replicate's changes and ν = (tr S)² / tr S² (Box 1954; Greenhouse & Geisser 1959). It holds whether
    a replicate's luck is common to all places (then ν = 1 and it is the t test) or each place has its own, where it
    errs less often than ``level``.

    Args:
        changes: (places, replicates), all defined.
        level: how often luck alone may be called an effect.

    Returns:
        ``None`` with one replicate, which says nothing about luck.
    """
    from scipy.special import fdtrc

    replicates = changes.shape[1]
    if replicates < 2:
        return None
    means = changes.mean(axis=1)
    rest = changes - means[:, None]
    products = rest.T @ rest / (replicates - 1)  # has the eigenvalues of S
    trace = float(np.trace(products))
    if trace == 0:
        return not means.any()
    freedom = trace**2 / float((products**2).sum())
    ratio = replicates * float(means @ means) / trace
    return float(fdtrc(freedom, freedom * (replicates - 1), ratio)) > level
