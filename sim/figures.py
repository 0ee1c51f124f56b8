"""How figures follow from the counts of periods, and what a row of the table of figures holds."""

from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Columns = Mapping[str, Floats]  # counts by name, (periods,) of one stretch or (periods, stretches) of many
Rule = Callable[[Columns, float], Floats]  # of the counts and the length of a period in years; NaN: undefined
# name, definition, unit, base, which way is better, labels (English, Spanish, Chinese), rule (None: from persons)
Row = tuple[str, str, str, str, Literal["up", "down"] | None, tuple[str, str, str], Rule | None]


def over(top: Floats, base: Floats) -> Floats:
    """Return ``top / base``, NaN where the base is 0."""
    ratio: Floats = np.divide(top, base, out=np.full(np.shape(base), np.nan), where=base != 0.0)
    return ratio


def ratio(top: str, bottom: str, scale: float = 1.0) -> Rule:
    """Return ``scale`` times the sum of one count over the sum of another, NaN where that is 0."""
    return lambda counts, dt: over(scale * counts[top].sum(axis=0), counts[bottom].sum(axis=0))


def total(name: str) -> Rule:
    """Return the sum of a count."""
    return lambda counts, dt: counts[name].sum(axis=0)


def last(name: str) -> Rule:
    """Return a count of the last period."""
    return lambda counts, dt: counts[name][-1]


def per_year(top: str, bottom: str) -> Rule:
    """Return the sum of one count per year of another."""
    return lambda counts, dt: over(counts[top].sum(axis=0), counts[bottom].sum(axis=0) * dt)
