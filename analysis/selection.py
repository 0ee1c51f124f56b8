"""Which arm is best: named only when it is sure enough, at whatever number of replicates one looks.

A study is looked at, expanded, and looked at again, so an interval that is right at one look is wrong here. The
procedure stands on a confidence sequence: intervals of a paired difference that cover the truth at all numbers of
replicates at once. Arm b is selected when the sequence of (b − l) lies above −zone for every arm l still in the race;
an arm leaves the race when the sequence shows it worse than another one. A wrong selection needs the sequence of a pair
with the truly best arm to be wrong: k − 1 pairs share the error (Bonferroni). So

    P(the arm that is selected is worse than the best by more than zone) <= 1 − confidence

for any true means, any variances, any correlation by common random numbers, and any number of looks, as long as the
differences are normal (exact) or many (nearly). Sources: the sequence, Lai (1976), "On confidence sequences", and Wang
and Ramdas (2025), "Anytime-valid t-tests and confidence sequences for Gaussian means with unknown variance"; selection
by lower bounds on the difference to the best, Hsu (1984) and Nelson and Matejcik (1995).

Why not the procedure of Kim and Nelson (2001), which also takes paired luck and unequal variances? It promises the
right arm only if the best leads by the zone, needs a first stage of some ten replicates whose variance it trusts for
ever, and with a small zone goes on long after the winner is plain. Over 2 to 10 arms it was about as fast where arms
are as near as the zone, and took up to twice as many replicates where they are further apart.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.statistics import CONFIDENCE, Floats, fewest_replicates

SPREAD = 1.0  # variance of the effects, in variances of a pair's difference, for which the sequence is tightest


@dataclass(frozen=True)
class Selection:
    """What can be said about the best arm after some replicates.

    Attributes:
        best: the arm that was selected: at least within ``zone`` of the best, with ``confidence``; ``None`` if it
            cannot be told yet.
        leader: the arm with the best mean of those still in the race (of those that may be selected, if any).
        near: the other arms still in the race; once an arm is selected, they are as good to within ``zone`` or worse.
        eliminated: for each arm that was shown to be worse than another one, after how many replicates.
        replicates: how many were seen.
        replicates_needed: how many, in all, are expected to decide if means and spreads stay as they are; ``None`` when
            it is decided, when fewer than two are known, or when more than 100,000 would be needed.
        zone: how much worse than the best is as good as the best, in the outcome's unit.
        confidence: least probability that the selection, once made, is right.
    """

    best: str | None
    leader: str
    near: tuple[str, ...]
    eliminated: dict[str, int]
    replicates: int
    replicates_needed: int | None
    zone: float
    confidence: float

    @property
    def status(self) -> Literal["selected", "needs more"]:
        """Whether an arm was selected."""
        return "needs more" if self.best is None else "selected"

    @property
    def alone(self) -> bool:
        """Whether all arms but the best were shown to be worse than another one."""
        return self.best is not None and not self.near

    @property
    def more(self) -> int | None:
        """How many more replicates are expected to decide."""
        return None if self.replicates_needed is None else self.replicates_needed - self.replicates


def select(values: Mapping[str, ArrayLike], zone: float, confidence: float = CONFIDENCE) -> Selection:
    """Select the best arm, or say that more replicates are needed.

    May be asked after every replicate, with all replicates so far: what it says keeps its confidence.

    Args:
        values: one value a replicate for each arm, in the same order of replicates, higher is better; NaN where
            undefined or (for an eliminated arm) no longer run.
        zone: how much worse than the best is as good as the best, in the outcome's unit; 0: the best alone will do.
        confidence: least probability that the arm selected is within ``zone`` of the best, in (.5, 1).

    Raises:
        ValueError: there is no arm or no replicate, or the zone is negative.
    """
    arms = list(values)
    table = np.column_stack([np.asarray(values[arm], dtype=np.float64) for arm in arms])
    if not len(table) or zone < 0:
        raise ValueError(f"needs a replicate and a zone that is not negative, not {len(table)} and {zone}")
    # Each end of a two-sided sequence errs half as often as both do, so k − 1 one-sided errors share 1 − confidence.
    each = 1 - 2 * (1 - confidence) / max(len(arms) - 1, 1)
    lows = _lower_bounds(table, each)
    eliminated = _eliminated(lows)
    race = [arm for arm in range(len(arms)) if arm not in eliminated]
    good = [arm for arm in race if all(lows[-1, arm, other] >= -zone for other in race if other != arm)]
    whole = table[np.isfinite(table[:, race]).all(axis=1)]
    means = whole.mean(axis=0) if len(whole) else np.zeros(len(arms))
    leader = max(good or race, key=lambda arm: means[arm])
    needed = None if good else _needed(whole[:, [leader]] - whole[:, race], zone, each)
    return Selection(
        best=arms[leader] if good else None,
        leader=arms[leader],
        near=tuple(arms[arm] for arm in race if arm != leader),
        eliminated={arms[arm]: when for arm, when in eliminated.items()},
        replicates=len(table),
        replicates_needed=None if needed is None else needed + len(table) - len(whole),
        zone=zone,
        confidence=confidence,
    )


def sequence_reach(replicates: ArrayLike, confidence: float = CONFIDENCE) -> Floats:
    """Return the half-width of the confidence sequence of a mean, in standard errors s / √n.

    For normal replicates of unknown variance and an effect of N(0, g σ²), the likelihood ratio against a mean μ is

        M(n) = (1 + g n)^(−1/2) · ((1 + x) / (1 + x / (1 + g n)))^(n/2),   x = t² / (n − 1),   t = (mean − μ) √n / s,

    a martingale of mean 1, so the μ with M(n) < 1 / (1 − confidence) cover the true one at all n at once (Ville's
    inequality; Wang & Ramdas 2025, section 4). This is the t at which M(n) gets there. Here g = 1.

    Args:
        replicates: n >= 2, of any shape.
        confidence: probability that no interval of the sequence ever misses, in (0, 1).

    Returns:
        Of the same shape; infinite where n is too small for any interval (below 5 at 95 %).
    """
    n = np.asarray(replicates, dtype=np.float64)
    growth = 1 + SPREAD * n
    ratio = (np.sqrt(growth) / (1 - confidence)) ** (2 / n)
    finite = ratio < growth
    with np.errstate(divide="ignore", invalid="ignore"):
        x = np.where(finite, (ratio - 1) / (1 - ratio / growth), np.inf)
    return np.asarray(np.sqrt(x * (n - 1)), dtype=np.float64)


def _lower_bounds(table: Floats, confidence: float) -> Floats:
    """Return the highest lower end so far of the sequence of each paired difference, of shape (n, k, k).

    Entry [r, a, b] is about arm a less arm b after replicates 0 to r: −∞ where nothing can be said, 0 on the diagonal.
    """
    difference = table[:, :, None] - table[:, None, :]
    paired = np.isfinite(difference)
    n = np.maximum(paired.cumsum(axis=0), 1)
    # Sums of squares about a point near the mean lose no digits to cancellation.
    near = np.where(paired, difference, 0).sum(axis=0) / np.maximum(paired.sum(axis=0), 1)
    off = np.where(paired, difference - near, 0)
    mean = off.cumsum(axis=0) / n
    squares = np.maximum((off * off).cumsum(axis=0) - n * mean * mean, 0)
    error = np.sqrt(squares / np.maximum(n - 1, 1) / n)
    reach = np.append([np.inf, np.inf], sequence_reach(np.arange(2, len(table) + 1), confidence))[n]
    told = np.isfinite(reach)
    low = np.where(told, near + mean - np.where(told, reach, 0) * error, -np.inf)
    low[:, np.arange(table.shape[1]), np.arange(table.shape[1])] = 0
    return np.asarray(np.maximum.accumulate(low, axis=0), dtype=np.float64)


def _eliminated(lows: Floats) -> dict[int, int]:
    """Return which arms were shown worse than one still in the race, and after how many replicates, in that order."""
    above = lows > 0
    first = above.argmax(axis=0) + 1
    shown = sorted((int(first[pair]), *pair) for pair in zip(*np.nonzero(above[-1]), strict=True))
    out: dict[int, int] = {}
    for when, winner, loser in shown:
        if winner not in out and loser not in out:
            out[int(loser)] = when
    return out


def _needed(leads: NDArray[np.float64], zone: float, confidence: float) -> int | None:
    """Return how many replicates put the leader's sequences above −zone, if means and spreads stay as they are."""
    if len(leads) < 2:
        return None
    room = leads.mean(axis=0) + zone
    spread = leads.std(axis=0, ddof=1)

    def enough(replicates: int) -> bool:
        reach = float(sequence_reach(replicates, confidence))
        return math.isfinite(reach) and bool((room >= reach * spread / math.sqrt(replicates)).all())

    return fewest_replicates(enough, len(leads))
