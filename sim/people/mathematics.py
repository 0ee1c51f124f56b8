"""Small functions that rules share."""

import math

from sim.kernel import kernel
from sim.rule import rule


@rule("x", -5.0, 5.0)
@kernel
def logistic(x: float) -> float:
    """Return the share that log-odds stand for.

    Equation: Λ(x) = 1 / (1 + e^-x)
    Units: x in log-odds, any number; a share in (0, 1)
    Source: definition (Berkson 1944)
    """
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-x))
    grown = math.exp(x)
    return grown / (1.0 + grown)


@rule("share", 0.01, 0.99)
@kernel
def logit(share: float) -> float:
    """Return log-odds of a share, which is first held within [0.001, 0.999].

    Equation: logit(s) = ln(s / (1 - s))
    Units: s a share, 0-1; log-odds in [-6.9, 6.9]
    Source: definition (Berkson 1944)
    """
    held = min(max(share, 0.001), 0.999)
    return math.log(held / (1.0 - held))


@rule("years", 0.0, 3.0, lines=("half_life", 4.0, 12.0, 36.0), also=("half_life",))
@kernel
def approach(half_life: float, years: float) -> float:
    """Return the part of the way to its target that a state goes in ``years``.

    Equation: 1 - 2^(-12 years / half_life)
    Units: half_life in months, above 0; the part in [0, 1)
    Source: definition of a half-life: two half periods go as far as a whole one
    """
    return -math.expm1(-12.0 * math.log(2.0) * years / half_life)


@rule("years", 0.0, 3.0, lines=("rate", 0.02, 0.08, 0.25))
@kernel
def monthly_approach(rate: float, years: float) -> float:
    """Return the part of the way gone in ``years`` by a state that goes ``rate`` of the rest each month.

    Equation: 1 - (1 - rate)^(12 years)
    Units: rate a month, in [0, 1); the part in [0, 1)
    Source: compound decay, as `approach`: two half periods go as far as a whole one
    """
    return -math.expm1(12.0 * years * math.log1p(-rate))


@rule("years", 0.0, 3.0, lines=("hazard", 0.1, 0.5, 2.0), also=("hazard",))
@kernel
def chance_within(hazard: float, years: float) -> float:
    """Return the chance that an event of this yearly hazard happens within ``years``.

    Equation: 1 - exp(-hazard years)
    Units: hazard a year, at least 0; a chance in [0, 1)
    Source: definition of a constant hazard (exponential waiting time)
    """
    return -math.expm1(-hazard * years)
