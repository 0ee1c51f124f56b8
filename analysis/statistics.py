"""How sure a mean or a difference is: t intervals, paired differences, the chance of being best.

A run may leave an outcome undefined (service level without contacts). Values are therefore arrays of floats in which
NaN stands for undefined; a replicate counts where it is defined, a pair where both of its runs are. What cannot be
said (an interval from one replicate) is ``None``, never NaN.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

CONFIDENCE = 0.95
MOST_REPLICATES = 100_000
Floats = NDArray[np.float64]


class Estimate(NamedTuple):
    """An estimate: its value, standard error (None: not known) and the number of calls or days behind it."""

    value: float
    error: float | None
    n: int


class Interval(NamedTuple):
    """A mean over replicates with its confidence interval, in the outcome's unit; ``None`` where undefined."""

    mean: float | None
    low: float | None
    high: float | None

    @property
    def excludes_zero(self) -> bool:
        """Whether all of the interval lies on one side of zero."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)

    @property
    def half_width(self) -> float | None:
        """Half the length of the interval."""
        return None if self.low is None or self.high is None else (self.high - self.low) / 2

    def reflected(self) -> "Interval":
        """Return the interval of the negative quantity."""
        low, high = (None if end is None else -end for end in (self.high, self.low))
        return Interval(None if self.mean is None else -self.mean, low, high)

    def as_dict(self) -> dict[str, float | None]:
        """Return ``{"mean", "low", "high"}``, as printed by ``--json``."""
        return self._asdict()


def t_quantile(freedom: float, confidence: float = CONFIDENCE) -> float:
    """Return the two-sided quantile of Student's t: P(|t| <= quantile) = confidence with ``freedom`` >= 1 degrees."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, (1 + confidence) / 2))


def refused(chances: Sequence[float], level: float, family: int | None = None) -> set[int]:
    """Return which hypotheses Holm's procedure refuses at a family-wise ``level``, by their places.

    The k-th smallest chance of m is refused if those before it are and it is at most level / (m - k + 1) (Holm 1979,
    Scandinavian Journal of Statistics 6).

    Args:
        chances: of each hypothesis that was looked at, 0-1.
        level: chance that any right hypothesis is refused.
        family: m, hypotheses that there are, looked at or not; those looked at if None.
    """
    count, found = len(chances) if family is None else family, set()
    for rank, place in enumerate(sorted(range(len(chances)), key=lambda place: chances[place])):
        if chances[place] > level / (count - rank):
            break
        found.add(place)
    return found


def mean_interval(values: ArrayLike, confidence: float = CONFIDENCE) -> Interval:
    """Return the mean of independent replicates with its t interval.

    mean ± t(n − 1) · s / √n over the n defined values (Law 2015, *Simulation Modeling and Analysis*, eq. 4.12).

    Args:
        values: one value a replicate, NaN where undefined.
        confidence: coverage of the interval, in (0, 1).

    Returns:
        All ``None`` without a defined value; no interval with only one.
    """
    defined = _defined(np.asarray(values, dtype=np.float64))
    if defined.size == 0:
        return Interval(None, None, None)
    mean = float(defined.mean())
    if defined.size == 1:
        return Interval(mean, None, None)
    reach = t_quantile(defined.size - 1, confidence) * float(defined.std(ddof=1)) / math.sqrt(defined.size)
    return Interval(mean, mean - reach, mean + reach)


def paired_difference(values: ArrayLike, reference: ArrayLike, confidence: float = CONFIDENCE) -> Interval:
    """Return the mean of ``values − reference`` with its t interval, replicate by replicate.

    Under common random numbers both arms of a replicate share their luck, so the pair's difference varies far less than
    either arm does (Law 2015, section 10.2.1).
    """
    return mean_interval(np.asarray(values, dtype=np.float64) - np.asarray(reference, dtype=np.float64), confidence)


def variance_ratio(values: ArrayLike, reference: ArrayLike) -> float | None:
    """Return how many times smaller common random numbers made the variance of a difference.

    (Var X + Var Y) / Var(X − Y): 1 for independent luck; ``None`` with fewer than two pairs or no variance at all.
    """
    x, y = (np.asarray(side, dtype=np.float64) for side in (values, reference))
    both = np.isfinite(x) & np.isfinite(y)
    if both.sum() < 2:
        return None
    paired = float((x - y)[both].var(ddof=1))
    return float(x[both].var(ddof=1) + y[both].var(ddof=1)) / paired if paired > 0 else None


def replicates_needed(differences: ArrayLike, half_width: float, confidence: float = CONFIDENCE) -> int | None:
    """Return the smallest number of replicates whose t interval is expected to reach ``half_width``.

    The spread is taken from the ``differences`` at hand; ``None`` when it is unknown (fewer than two), or when more
    than 100,000 replicates would be needed.
    """
    defined = _defined(np.asarray(differences, dtype=np.float64))
    if defined.size < 2 or half_width <= 0:
        return None
    spread = float(defined.std(ddof=1))

    def enough(replicates: int) -> bool:
        return t_quantile(replicates - 1, confidence) * spread / math.sqrt(replicates) <= half_width

    return fewest_replicates(enough, above=1)


def fewest_replicates(enough: Callable[[int], bool], above: int) -> int | None:
    """Return the smallest number of replicates ``above`` a number that is enough; ``None`` if 100,000 are not.

    Args:
        enough: whether a number will do; if it does, so do all larger ones.
        above: a number that will not do.
    """
    if not enough(MOST_REPLICATES):
        return None
    low, high = above, MOST_REPLICATES
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def probability_best(values: Mapping[str, Sequence[float] | Floats], draws: int = 20_000) -> dict[str, float] | None:
    """Return for each arm the probability that its true mean is the highest, given the replicates seen.

    It describes what the replicates at hand say and promises nothing: whoever stops when it is high is wrong more often
    than it says. The arm to name is the one of :func:`analysis.selection.select`.

    The posterior of the arms' means under a flat prior is a multivariate t around the sample means with the replicates'
    own covariance (Chick & Inoue 2001), drawn ``draws`` times with fixed random numbers: two calls agree. Arms that tie
    in a draw share it.

    Args:
        values: one array a replicate per arm, in the same order of replicates; higher is better.
        draws: size of the sample; the error is below .004.

    Returns:
        ``None`` when fewer than two replicates have all arms defined.
    """
    table = np.column_stack([np.asarray(column, dtype=np.float64) for column in values.values()])
    table = table[np.isfinite(table).all(axis=1)]
    n = len(table)
    if n < 2:
        return None
    generator = np.random.default_rng(0)
    mean = table.mean(axis=0)
    # A normal vector times the centered replicates has their covariance, singular or not.
    normal = generator.standard_normal((draws, n)) @ (table - mean) / math.sqrt(n * (n - 1))
    means = mean + normal * np.sqrt((n - 1) / generator.chisquare(n - 1, (draws, 1)))
    best = means == means.max(axis=1, keepdims=True)
    shares = (best / best.sum(axis=1, keepdims=True)).mean(axis=0)
    return {arm: float(share) for arm, share in zip(values, shares, strict=True)}


def _defined(values: Floats) -> Floats:
    return values[np.isfinite(values)]
