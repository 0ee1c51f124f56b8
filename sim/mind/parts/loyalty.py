"""Loyalty read off: attitude and behavior apart, and what keeps customers. It moves nobody.

Attitude is what speaks for the firm against the best rival once habit, other pulls and the costs of leaving are left
out; behavior is the chance to stay, with all of these (Dick & Basu 1994).
"""

import math
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.kernel import double, inlined, kernel, loop
from sim.mind.part import Floats, Part, PartSettings
from sim.people.blocks import GRAIN
from sim.people.choose import (
    ChooseSettings,
    dissatisfaction,
    leaving_cost,
    pressure_on,
    spend_a_month,
    switching_cost,
    utility,
)
from sim.people.columns import NOBODY, People
from sim.people.feelings import FeelSettings
from sim.people.offers import Offers, Terms
from sim.rule import rule
from sim.settings import numbers, setting

if TYPE_CHECKING:
    from sim.market import Market

Doubles = NDArray[np.float64]


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


class Cell(IntEnum):
    """Dick & Basu's cells, as customers are counted."""

    TRUE = 0
    LATENT = 1
    SPURIOUS = 2
    NONE = 3


class Source(IntEnum):
    """What keeps a customer: terms of hazard and utility, each as an advantage over the best rival."""

    SATISFACTION = 0
    COMMITMENT = 1
    OFFER = 2
    PRICE = 3
    TASTE = 4
    HABIT = 5
    PULL = 6  # what programs and other parts of the mind (trust, word of mouth) add
    PROCEDURAL = 7
    BARRIER = 8
    RELATIONAL = 9
    FINANCIAL = 10


ATTITUDE = int(Source.TASTE) + 1  # the first sources, up to here, make the attitude
_SOURCES = len(Source)
_FIRST = 1 + len(Cell)  # counts: those seen, each cell, under each source, what each source adds
A_QUARTER = 0.25  # years


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


@rule(
    "attitude", -2.0, 2.0, lines=("behavior", 0.6, 0.79, 1.0), attitude_at=0.0, behavior_at=0.8,
    also=("dick_and_basu", "attitudinal_loyalty"), cells={0: "true", 1: "latent", 2: "spurious", 3: "none"},
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


@loop
def _look(
    first: int, last: int, period: int, stride: int, people: People, terms: Terms, offers: Offers, c: ChooseSettings,
    f: FeelSettings, own: LoyaltySettings, reopen: float, repertoire: bool, room: Doubles, sums: Doubles,
) -> None:  # fmt: skip
    """Add to ``sums`` (grains, F, counts) the customers in ``[first, last)``, one person in ``stride`` in turn.

    ``room`` (grains, F + sources): utilities of firms, then what each source adds.
    """
    firms = terms.price.shape[0]
    turn = (period + first) % stride
    for person in range(first + (stride - turn) % stride, last, stride):
        here = room[person // GRAIN]
        ties = 0
        for firm in range(firms):
            ties += people.customer[person, firm]
        if ties:
            for firm in range(firms):
                here[firm] = utility(people, person, firm, terms, offers, c)
            for firm in range(firms):
                if people.customer[person, firm]:
                    _weigh(people, person, firm, terms, offers, c, f, repertoire, here)
                    behavior = double(people.habit[person, firm])
                    if not repertoire:
                        behavior = _staying(people, person, firm, terms, offers, c, f, reopen, here)
                    _count(here[firms:], behavior, own, repertoire, sums[person // GRAIN, firm])


@inlined
def _weigh(
    people: People, person: int, firm: int, terms: Terms, offers: Offers, c: ChooseSettings, f: FeelSettings,
    repertoire: bool, here: Doubles,
) -> None:  # fmt: skip
    """Write what each source adds for the firm, against the best rival, behind the utilities in ``here``.

    Without a rival the reference firm stands in: performance at the anchor, at the reference price.
    """
    firms = terms.price.shape[0]
    rival = NOBODY
    for other in range(firms):
        if other != firm and (rival == NOBODY or here[other] > here[rival]):
            rival = other
    satisfaction, commitment = double(people.satisfaction[person, firm]), double(people.commitment[person, firm])
    habit, sensitivity = double(people.habit[person, firm]), double(people.price_sensitivity[person])
    offer = 0.0
    for k in range(5):
        there = double(people.expectation[person, rival, k]) if rival != NOBODY else f.performance_ref
        offer += double(people.importance[person, k]) * (double(people.expectation[person, firm, k]) - there)
    dearer = double(terms.price[firm]) * double(offers.price_factor[person, firm])
    taste = double(people.taste[person, firm]) + double(terms.brand[firm])
    lead, pull = habit, double(offers.pull[person, firm])
    if rival != NOBODY:
        dearer /= double(terms.price[rival]) * double(offers.price_factor[person, rival])
        taste -= double(people.taste[person, rival]) + double(terms.brand[rival])
        lead -= double(people.habit[person, rival])
        pull -= double(offers.pull[person, rival])
    here[firms + Source.SATISFACTION] = -dissatisfaction(satisfaction, c, f)
    kept = c.commitment_bonus * commitment + c.commitment_hold * (commitment - f.commitment_ref)
    here[firms + Source.COMMITMENT] = kept
    here[firms + Source.OFFER] = c.attributes * offer
    here[firms + Source.PRICE] = -sensitivity * math.log(dearer)
    here[firms + Source.TASTE] = taste
    here[firms + Source.HABIT] = c.habit_bonus * lead + c.habit_hold * (habit - c.habit_ref)
    here[firms + Source.PULL] = pull
    e_skill, bond = double(people.e_skill[person]), double(people.bond[person, firm])
    spend = spend_a_month(people, person, firm, terms, offers, repertoire)
    money = double(offers.at_stake[person, firm])
    effort = switching_cost(e_skill, 0.0, 0.0, spend, sensitivity, 0.0, c)
    here[firms + Source.PROCEDURAL] = effort
    here[firms + Source.BARRIER] = double(offers.barrier[person, firm])
    here[firms + Source.RELATIONAL] = switching_cost(e_skill, bond, 0.0, spend, sensitivity, 0.0, c) - effort
    here[firms + Source.FINANCIAL] = switching_cost(e_skill, 0.0, money, spend, sensitivity, 0.0, c) - effort


@inlined
def _staying(
    people: People, person: int, firm: int, terms: Terms, offers: Offers, c: ChooseSettings, f: FeelSettings,
    reopen: float, here: Doubles,
) -> float:  # fmt: skip
    """Return a subscriber's chance to stay for a year, with habit, programs and the costs of leaving."""
    kept = here[firm] + c.commitment_bonus * double(people.commitment[person, firm])
    cost = leaving_cost(people, person, firm, terms, offers, c, False)
    away = math.exp(c.none_utility - kept)
    for other in range(terms.price.shape[0]):
        if other != firm:
            away += math.exp(here[other] - cost - kept)
    hazard = double(people.frailty[person]) * reopen * pressure_on(people, person, firm, offers, c, f)
    return chance_to_stay(0.0 if offers.closed[person, firm] else hazard, 1.0 / (1.0 + away))


@inlined
def _count(sources: Doubles, behavior: float, own: LoyaltySettings, repertoire: bool, row: Doubles) -> None:
    """Count a customer: in a cell, under the largest source, if it is above 0, and with what each source adds."""
    attitude = 0.0
    largest = -1
    for source in range(_SOURCES):
        added = sources[source]
        if source < ATTITUDE:
            attitude += added
        if added > (sources[largest] if largest >= 0 else 0.0):
            largest = source
        row[_FIRST + _SOURCES + source] += added
    row[0] += 1.0
    row[1 + loyalty_cell(attitude, behavior, own.attitude_at, own.habit_at if repertoire else own.stays_at)] += 1.0
    if largest >= 0:
        row[_FIRST + largest] += 1.0


class Loyalty(Part):
    """Loyalty read off: true, latent, spurious or none, and what keeps customers. It moves nobody."""

    settings_class = LoyaltySettings
    settings: LoyaltySettings
    counts = (
        "loyalty_seen",
        *(f"loyalty_{cell.name.lower()}" for cell in Cell),
        *(f"stays_for_{source.name.lower()}" for source in Source),
        *(f"kept_by_{source.name.lower()}" for source in Source),
    )

    def count(self, market: "Market") -> dict[str, Floats]:
        """Return the customers in each cell and under each source, and the sums of what sources add, utility.

        Everybody is looked at once in a quarter of a year, in turn; ``loyalty_seen``: customers looked at now.
        """
        crowd, firms = market.crowd, len(market.firms)
        room = crowd.crew.sums(firms + _SOURCES)
        stride = max(round(A_QUARTER / market.now.dt), 1)
        sums = crowd.crew.summed(
            _look, market.now.period, stride, market.people, market.terms, market.offers, crowd.choosing,
            crowd.feeling, numbers(self.settings), crowd.reopen, crowd.repertoire, room,
            shape=(firms, len(self.counts)),
        )  # fmt: skip
        return dict(zip(self.counts, sums.T, strict=True))
