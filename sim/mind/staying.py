"""Loyalty: where high begins, and the rules by which one customer's chance to stay, and cell, are read off."""

import math

from sim.kernel import kernel
from sim.mind.part import PartSettings
from sim.rule import rule
from sim.settings import setting

_HUGE = 700.0  # of which the exponential is finite


class LoyaltySettings(PartSettings):
    """Where high begins."""

    attitude_at: float = setting(
        0.0, "advantage over the best rival from which attitude counts as high", "utility",
        "Dick & Basu 1994: attitude relative to rivals; [A] threshold", ge=-50, le=50,
    )  # fmt: skip
    stays_at: float = setting(
        0.8, "chance to stay for a year from which behavior counts as high (subscription)", "0-1",
        "[A] about the mean of the default telecom world", ge=0, le=1,
    )  # fmt: skip
    habit_at: float = setting(
        0.5, "habit, the fading share of purchases, from which behavior counts as high (repertoire)", "0-1",
        "Cunningham 1956: the larger part of purchases", ge=0, le=1,
    )  # fmt: skip


@rule(
    "own",
    -2.0,
    2.0,
    lines=("others", -1.0, 0.0, 1.0),
    none=-1.0,
    also=("logit_share",),
    reads={"none": "choose.none_utility"},
)
@kernel
def share_of_choice(own: float, none: float, others: float) -> float:
    """Return the chance that an open choice falls on a firm.

    Equation: 1 / (1 + e^(none - own) + e^(others - own))
    Units: utilities: of the firm, of none, and of all others as one, ln Σ e^u; in (0, 1]
    Source: McFadden 1974 (the logit model)
    """
    return 1.0 / (1.0 + math.exp(min(none - own, _HUGE)) + math.exp(min(others - own, _HUGE)))


@rule(
    "hazard", 0.0, 3.0, lines=("share", 0.2, 0.5, 0.8), also=("stay_probability", "behavioral_loyalty"),
    reads={"hazard": "choose.reopen_per_year"},
)  # fmt: skip
@kernel
def chance_to_stay(hazard: float, share: float) -> float:
    """Return the chance that a subscriber is still there in a year, if nothing changes and life does not interfere.

    Equation: exp(-hazard (1 - share))
    Units: hazard of an open choice a year, at least 0; share: chance that it falls on the present firm, 0-1; in (0, 1]
    Source: definition: leaving is a thinned Poisson process
    """
    return math.exp(-hazard * (1.0 - share))


@rule("hazard", 0.0, 1.0, lines=("share", 0.2, 0.5, 0.8), reads={"hazard": "customers.dropout_a customers.dropout_b"})
@kernel
def chance_to_buy_again(hazard: float, share: float) -> float:
    """Return the chance that a buyer's next purchase is from a firm and that no silent lapse follows.

    Equation: share exp(-hazard)
    Units: hazard of lapsing at a purchase, -pressure ln(1 - dropout), at least 0; share: chance that a choice falls on
        the firm, 0-1; in [0, 1]
    Source: Fader, Hardie & Lee 2005
    """
    return share * math.exp(-hazard)


@rule(
    "attitude", -2.0, 2.0, lines=("behavior", 0.6, 0.79, 1.0), attitude_at=0.0, behavior_at=0.8,
    also=("dick_and_basu", "attitudinal_loyalty"),
    cells={0: "true", 1: "latent", 2: "spurious", 3: "none"},
    reads={"attitude_at": "mind.loyalty.attitude_at", "behavior_at": "mind.loyalty.stays_at mind.loyalty.habit_at"},
)  # fmt: skip
@kernel
def loyalty_cell(attitude: float, behavior: float, attitude_at: float, behavior_at: float) -> int:
    """Return the cell of a customer: 0 true loyalty, 1 latent, 2 spurious, 3 none.

    Equation: 0 where A > A* and B >= B*; 1 where A > A* and B < B*; 2 where A <= A* and B >= B*; 3 where A <= A* and
        B < B*
    Units: attitude A: utility beyond the best rival's; behavior B: chance to stay for a year, or habit, 0-1;
        A* = attitude_at and B* = behavior_at, from where each counts as high
    Source: Dick & Basu 1994
    """
    high = attitude > attitude_at
    if behavior >= behavior_at:
        return 0 if high else 2
    return 1 if high else 3
