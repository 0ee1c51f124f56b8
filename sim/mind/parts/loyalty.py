"""Loyalty read off: attitude and behavior apart, and what keeps customers. It moves nobody.

Attitude is what speaks for the firm against the best rival once habit, other pulls and the costs of leaving are left
out, 0 at the anchor; behavior is the chance to stay, with all of these (Dick & Basu 1994). What keeps a customer is
measured on one scale: the fall of that chance if it were taken away.
"""

import math
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.kernel import double, inlined, loop
from sim.mind.part import Floats, Part
from sim.mind.parts.trust import Trust, Trusting, trust_in
from sim.mind.staying import LoyaltySettings, chance_to_buy_again, chance_to_stay, loyalty_cell, share_of_choice
from sim.mind.trusting import TrustSettings, beyond_usual
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
from sim.people.offers import Offers, Terms, price_to
from sim.settings import numbers

if TYPE_CHECKING:
    from sim.market import Market

Doubles = NDArray[np.float64]


class Cell(IntEnum):
    """Dick & Basu's cells, as customers are counted."""

    TRUE = 0
    LATENT = 1
    SPURIOUS = 2
    NONE = 3


class Source(IntEnum):
    """What keeps a customer: terms of utility, of the hazard and of the cost of leaving. The first make the attitude.

    Neutral is: commitment, habit beyond the best rival's, bond, barrier, money at stake and effort: none; offer, price,
    taste and brand, trust, and what programs and invitations add: as of the best rival; satisfaction: at the anchor.
    """

    COMMITMENT = 0
    OFFER = 1
    PRICE = 2
    TASTE = 3
    TRUST = 4
    SATISFACTION = 5
    HABIT = 6
    PULL = 7
    PROCEDURAL = 8
    BARRIER = 9
    RELATIONAL = 10
    FINANCIAL = 11


ATTITUDE = int(Source.TRUST) + 1  # the first sources, up to here, make the attitude
_SOURCES = len(Source)
_LURE, _CALM, _COST = 0, _SOURCES, 2 * _SOURCES  # where a source's utility, log factor on the hazard, and cost stand
_FIRST = 2 + len(Cell)  # counts: those seen, their chance to stay, each cell, under each source, what each source adds
_NOBODY_TRUSTS = Trusting(*np.zeros((len(Trusting._fields), 0, 0), np.float32))
_NONE = -700.0  # utility of what cannot be chosen
HALF_A_YEAR = 0.5  # years


@loop
def _look(
    first: int, last: int, period: int, stride: int, people: People, terms: Terms, offers: Offers,
    trusting: Trusting, t: TrustSettings, c: ChooseSettings, f: FeelSettings, own: LoyaltySettings, reopen: float,
    repertoire: bool, room: Doubles, sums: Doubles,
) -> None:  # fmt: skip
    """Add to ``sums`` (grains, F, counts) the customers in ``[first, last)``, one person in ``stride`` in turn.

    ``room`` (grains, F + 3 sources): utilities of firms, then what each source adds to utility, hazard and cost.
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
                    _weigh(people, person, firm, terms, offers, trusting, t, c, f, repertoire, here)
                    row = sums[person // GRAIN, firm]
                    stays = _sources(people, person, firm, terms, offers, c, f, reopen, repertoire, here, row)
                    behavior = double(people.habit[person, firm]) if repertoire else stays
                    commitment = double(people.commitment[person, firm]) - f.commitment_ref
                    attitude = c.commitment_bonus * commitment
                    for source in range(1, ATTITUDE):
                        attitude += here[firms + _LURE + source]
                    behavior_at = own.habit_at if repertoire else own.stays_at
                    row[0] += 1.0
                    row[1] += stays
                    row[2 + loyalty_cell(attitude, behavior, own.attitude_at, behavior_at)] += 1.0


@inlined
def _weigh(
    people: People, person: int, firm: int, terms: Terms, offers: Offers, trusting: Trusting, t: TrustSettings,
    c: ChooseSettings, f: FeelSettings, repertoire: bool, here: Doubles,
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
    sensitivity = double(people.price_sensitivity[person])
    offer = 0.0
    for k in range(5):
        there = double(people.expectation[person, rival, k]) if rival != NOBODY else f.performance_ref
        offer += double(people.importance[person, k]) * (double(people.expectation[person, firm, k]) - there)
    dearer = price_to(person, firm, terms, offers)
    taste = double(people.taste[person, firm]) + double(terms.brand[firm])
    habit, pull = double(people.habit[person, firm]), double(offers.pull[person, firm])
    trust = 0.0
    if trusting.credibility.size:
        trust = t.pull_slope * beyond_usual(trust_in(trusting, person, firm), t)
    pull -= trust
    if rival != NOBODY:
        dearer /= price_to(person, rival, terms, offers)
        taste -= double(people.taste[person, rival]) + double(terms.brand[rival])
        habit -= double(people.habit[person, rival])
        pull -= double(offers.pull[person, rival])
        if trusting.credibility.size:
            there = t.pull_slope * beyond_usual(trust_in(trusting, person, rival), t)
            trust -= there
            pull += there
    here[firms:] = 0.0
    lure, calm, cost = firms + _LURE, firms + _CALM, firms + _COST
    here[lure + Source.COMMITMENT] = c.commitment_bonus * commitment
    here[lure + Source.OFFER] = c.attributes * offer
    here[lure + Source.PRICE] = -sensitivity * math.log(dearer)
    here[lure + Source.TASTE] = taste
    here[lure + Source.TRUST] = trust
    here[lure + Source.HABIT] = c.habit_bonus * habit
    here[lure + Source.PULL] = pull
    here[calm + Source.COMMITMENT] = c.commitment_hold * commitment
    here[calm + Source.SATISFACTION] = -dissatisfaction(satisfaction, c, f)
    here[calm + Source.HABIT] = c.habit_hold * habit
    e_skill, bond = double(people.e_skill[person]), double(people.bond[person, firm])
    spend = spend_a_month(people, person, firm, terms, offers, repertoire)
    money = double(offers.at_stake[person, firm])
    effort = switching_cost(e_skill, 0.0, 0.0, spend, sensitivity, 0.0, c)
    here[cost + Source.PROCEDURAL] = effort
    here[cost + Source.BARRIER] = double(offers.barrier[person, firm])
    here[cost + Source.RELATIONAL] = switching_cost(e_skill, bond, 0.0, spend, sensitivity, 0.0, c) - effort
    here[cost + Source.FINANCIAL] = switching_cost(e_skill, 0.0, money, spend, sensitivity, 0.0, c) - effort


@inlined
def _sources(
    people: People, person: int, firm: int, terms: Terms, offers: Offers, c: ChooseSettings, f: FeelSettings,
    reopen: float, repertoire: bool, here: Doubles, row: Doubles,
) -> float:  # fmt: skip
    """Return the chance to stay, and add to ``row`` by how much it falls without each source, and which is the largest.

    A buyer compares from the firm of the last purchase: only there do commitment and the cost of leaving speak for it.
    Who wants to leave and is only bound (``offers.closed``) does not stay, whatever the source.
    """
    firms = terms.price.shape[0]
    present = int(people.provider[person])
    cost = leaving_cost(people, person, present, terms, offers, c, repertoire)
    largest = _NONE
    rivals = 0.0
    for other in range(firms):
        if other != firm:
            largest = max(largest, here[other])
    for other in range(firms):
        if other != firm and people.alive[person, other]:
            bonus = cost + c.commitment_bonus * double(people.commitment[person, other]) if other == present else 0.0
            rivals += math.exp(here[other] + bonus - largest)
    others = largest + math.log(rivals) if rivals > 0.0 else _NONE
    none = c.none_utility if c.outside_option or not repertoire else _NONE
    value = here[firm]
    if firm == present:
        value += c.commitment_bonus * double(people.commitment[person, firm])
    else:
        value -= cost
        others -= cost
        cost = 0.0
        for source in range(Source.PROCEDURAL, _SOURCES):
            here[firms + _COST + source] = 0.0
        here[firms + _LURE + Source.COMMITMENT] = 0.0
    hazard = pressure_on(people, person, firm, offers, c, f)
    hazard *= (
        -math.log1p(-min(double(people.dropout[person]), 0.999999))
        if repertoire
        else (double(people.frailty[person]) * reopen)
    )
    stays = 0.0
    if people.alive[person, firm] and not offers.closed[person, firm]:
        stays = _chance(hazard, share_of_choice(value, none, others - cost), repertoire)
        most, most_by = 0.0, -1
        for source in range(_SOURCES):
            lure, calm = here[firms + _LURE + source], here[firms + _CALM + source]
            part = here[firms + _COST + source]
            if lure != 0.0 or calm != 0.0 or part != 0.0:
                share = share_of_choice(value - lure, none, others - max(cost - part, 0.0))
                fall = stays - _chance(hazard * math.exp(calm), share, repertoire)
                row[_FIRST + _SOURCES + source] += fall
                if fall > most:
                    most, most_by = fall, source
        if most_by >= 0:
            row[_FIRST + most_by] += 1.0
    return stays


@inlined
def _chance(hazard: float, share: float, repertoire: bool) -> float:
    return chance_to_buy_again(hazard, share) if repertoire else chance_to_stay(hazard, share)


class Loyalty(Part):
    """Loyalty read off: true, latent, spurious or none, and what keeps customers. It moves nobody."""

    settings_class = LoyaltySettings
    settings: LoyaltySettings
    counts = (
        "loyalty_seen",
        "stays_a_year",
        *(f"loyalty_{cell.name.lower()}" for cell in Cell),
        *(f"stays_for_{source.name.lower()}" for source in Source),
        *(f"kept_by_{source.name.lower()}" for source in Source),
    )

    def count(self, market: "Market") -> dict[str, Floats]:
        """Return the customers in each cell and under each source, and by how much each raises the chance to stay.

        Everybody is looked at once in half a year, in turn; ``loyalty_seen``: customers looked at now.
        """
        crowd, firms = market.crowd, len(market.firms)
        room = crowd.crew.sums(firms + 3 * _SOURCES)
        trust = market.mind.find(Trust)
        trusting, t = (trust.columns, trust.settings) if trust else (_NOBODY_TRUSTS, TrustSettings())
        stride = max(round(HALF_A_YEAR / market.now.dt), 1)
        sums = crowd.crew.summed(
            _look, market.now.period, stride, market.people, market.terms, market.offers, trusting, numbers(t),
            crowd.choosing, crowd.feeling, numbers(self.settings), crowd.reopen, crowd.repertoire, room,
            shape=(firms, len(self.counts)),
        )  # fmt: skip
        return dict(zip(self.counts, sums.T, strict=True))
