"""Small functions that rules share."""

import math

from sim.kernel import kernel


@kernel
def logistic(x: float) -> float:
    """Return 1 / (1 + e^-x), in (0, 1)."""
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-x))
    grown = math.exp(x)
    return grown / (1.0 + grown)


@kernel
def logit(share: float) -> float:
    """Return log-odds of a share, which is first held within [0.001, 0.999]."""
    held = min(max(share, 0.001), 0.999)
    return math.log(held / (1.0 - held))


@kernel
def approach(half_life: float, years: float) -> float:
    """Return the part of the way to its target that a state goes in ``years``: 1 - 2^(-12 years / half_life).

    ``half_life`` in months.
    """
    return -math.expm1(-12.0 * math.log(2.0) * years / half_life)


@kernel
def monthly_approach(rate: float, years: float) -> float:
    """Return the part of the way gone in ``years`` by a state that goes ``rate`` a month: 1 - (1 - rate)^(12 years)."""
    return -math.expm1(12.0 * years * math.log1p(-rate))


@kernel
def chance_within(hazard: float, years: float) -> float:
    """Return the chance that an event of this yearly hazard happens within ``years``: 1 - exp(-hazard years)."""
    return -math.expm1(-hazard * years)
