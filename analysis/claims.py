"""What a title may claim: what its own data show beyond luck, and "most" only of the extreme.

Of many figures that are looked at at once some lie beyond their own 95 % interval by luck alone: of ten that are all
zero, in two studies out of five. So the intervals of a family hold together (Bonferroni: each with confidence
1 − .05 / how many).
"""

from collections.abc import Mapping

from numpy.typing import ArrayLike

from analysis.language import say
from analysis.statistics import CONFIDENCE, Interval, mean_interval


def together[K](values: Mapping[K, ArrayLike]) -> dict[K, Interval]:
    """Return the mean of each figure (values: one a replicate), with intervals that all hold with 95 % at once."""
    confidence = 1.0 - (1.0 - CONFIDENCE) / max(len(values), 1)
    return {name: mean_interval(each, confidence) for name, each in values.items()}


def clear[K](effects: Mapping[K, Interval], replicates: int) -> dict[K, Interval]:
    """Return the effects that are not zero, beyond luck; of a single replicate, which tells nothing of it: as seen."""
    if replicates == 1:
        return {name: effect for name, effect in effects.items() if effect.mean}
    return {name: effect for name, effect in effects.items() if effect.excludes_zero}


def largest[K](effects: Mapping[K, Interval]) -> K | None:
    """Return the name of the largest effect, up or down; ``None`` where there is none."""
    return max(effects, key=lambda name: abs(effects[name].mean or 0.0), default=None)


def told(title: str, replicates: int) -> str:
    """Return a title; where it rests on a single replicate it says so."""
    return title if replicates > 1 else say("{finding}, in one replicate", finding=title)
