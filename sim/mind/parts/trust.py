"""Trust: what a person makes of a firm's word, its record and its closeness, over how much it looks after itself."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernel import double, inlined, loop
from sim.mind.part import Floats, Part
from sim.mind.trusting import (
    TrustSettings,
    betrayed,
    beyond_usual,
    credible,
    intimate,
    restored,
    shaken,
    towards,
    trust_equation,
)
from sim.people.blocks import GRAIN
from sim.people.columns import Attribute, Flags, People
from sim.people.experience import Incident, Incidents
from sim.people.feel import is_customer
from sim.people.feelings import FeelSettings, justice
from sim.people.mathematics import approach
from sim.people.offers import Leanings, Offers, Terms
from sim.settings import numbers

if TYPE_CHECKING:
    from sim.market import Market
    from sim.people.crowd import Felt

_MIDDLING = 0.5  # severity at which the justice of a recovery is looked at: the problem itself may be gone by then


class Trusting(NamedTuple):
    """The columns. Comment: range, unit."""

    credibility: NDArray[np.float32]  # (N, F) 0-1
    reliability: NDArray[np.float32]  # (N, F) 0-1
    intimacy: NDArray[np.float32]  # (N, F) 0-1
    orientation: NDArray[np.float32]  # (N, F) self-orientation less 1, that of any firm: -0.5 to 1


# --- loops -----------------------------------------------------------------------------------------------------------


class Pace(NamedTuple):
    """How far trust goes in a period."""

    rise: float
    fall: float
    memory: float
    orientation: float


@inlined
def trust_in(columns: Trusting, person: int, firm: int) -> float:
    """Return ``trust_equation`` for a person and a firm."""
    return trust_equation(
        double(columns.credibility[person, firm]),
        double(columns.reliability[person, firm]),
        double(columns.intimacy[person, firm]),
        1.0 + double(columns.orientation[person, firm]),
    )


@loop
def _lean(
    first: int, last: int, columns: Trusting, t: TrustSettings, repertoire: bool, offers: Offers, leanings: Leanings
) -> None:
    """Let trust beyond or below the anchor act on choice, commitment and, of buyers, on how often they buy."""
    for person in range(first, last):
        for firm in range(columns.credibility.shape[1]):
            beyond = beyond_usual(trust_in(columns, person, firm), t)
            offers.pull[person, firm] = double(offers.pull[person, firm]) + t.pull_slope * beyond
            if repertoire:
                offers.growth[person, firm] = double(offers.growth[person, firm]) + t.pace_slope * beyond
            lean = double(leanings.commitment[person, firm]) + t.commitment_slope * beyond
            leanings.commitment[person, firm] = lean


@inlined
def _kept(people: People, person: int, firm: int, terms: Terms) -> float:
    """Return how much more a firm delivers to a person than it promises; service is known by own contacts, if any."""
    gap = 0.0
    for k in range(5):
        got = double(terms.level[firm, k]) + double(people.match[person, firm])
        if k == Attribute.SERVICE:
            got = double(people.expectation[person, firm, k])
        gap += double(people.importance[person, k]) * (got - double(terms.promise[firm, k]))
    return gap


@loop
def _relax(
    first: int, last: int, period: int, people: People, terms: Terms, columns: Trusting, t: TrustSettings, pace: Pace,
    repertoire: bool, active_years: float,
) -> None:  # fmt: skip
    """Let trust grow or wither by what customers live through; who is none forgets."""
    for person in range(first, last):
        if int(people.entry[person]) > period:
            continue
        for firm in range(terms.price.shape[0]):
            credibility = double(columns.credibility[person, firm])
            reliability = double(columns.reliability[person, firm])
            intimacy = double(columns.intimacy[person, firm])
            if is_customer(people, person, firm, repertoire, active_years):
                bond = double(people.bond[person, firm])
                gap = _kept(people, person, firm, terms)
                credibility = towards(credibility, credible(gap, t), pace.rise, pace.fall)
                reliability = towards(reliability, 1.0, pace.rise, pace.fall)
                intimacy = towards(intimacy, intimate(bond, t), pace.rise, pace.fall)
            else:
                credibility += pace.memory * (t.credibility_ref - credibility)
                reliability += pace.memory * (t.reliability_ref - reliability)
                intimacy += pace.memory * (t.intimacy_ref - intimacy)
            columns.credibility[person, firm] = credibility
            columns.reliability[person, firm] = reliability
            columns.intimacy[person, firm] = intimacy
            if columns.orientation[person, firm] != 0.0:  # what is never written takes no memory
                columns.orientation[person, firm] = double(columns.orientation[person, firm]) * (1.0 - pace.orientation)


@loop
def _fail(incidents: Incidents, failure: int, t: TrustSettings, reliability: NDArray[np.float32]) -> None:
    """Let each failure shake the reliability of its firm."""
    for row in range(incidents.person.size):
        if int(incidents.cause[row]) == failure:
            person, firm = int(incidents.person[row]), int(incidents.firm[row])
            left = shaken(double(reliability[person, firm]), double(incidents.severity[row]), t)
            reliability[person, firm] = left


@loop
def _recover(
    person: NDArray[np.int64], firm: NDArray[np.int8], wait: NDArray[np.float64], quality: NDArray[np.float64],
    compensation: NDArray[np.float64], f: FeelSettings, t: TrustSettings, reliability: NDArray[np.float32],
) -> None:  # fmt: skip
    """Let each complaint that was resolved restore part of the firm's reliability."""
    for row in range(person.size):
        who, where = int(person[row]), int(firm[row])
        fair = justice(double(wait[row]), double(quality[row]), double(compensation[row]), _MIDDLING, f)
        reliability[who, where] = restored(double(reliability[who, where]), fair, t)


@loop
def _betray(first: int, last: int, hit: NDArray[np.float64], t: TrustSettings, parts: Trusting, firm: int) -> None:
    """Take from credibility and intimacy of everybody whom a breach of privacy hits."""
    for person in range(first, last):
        if hit[person] > 0.0:
            parts.credibility[person, firm] = betrayed(double(parts.credibility[person, firm]), double(hit[person]), t)
            parts.intimacy[person, firm] = betrayed(double(parts.intimacy[person, firm]), double(hit[person]), t)


@loop
def _beyond(person: NDArray[np.int64], firm: int, columns: Trusting, t: TrustSettings, found: Floats) -> None:
    for row in range(person.size):
        found[row] = beyond_usual(trust_in(columns, int(person[row]), firm), t)


@loop
def _sum(first: int, last: int, customer: Flags, columns: Trusting, sums: NDArray[np.float64]) -> None:
    """Add customers' trust, its three parts and what divides them to ``sums`` (grains, F, 5)."""
    for person in range(first, last):
        row = sums[person // GRAIN]
        for firm in range(customer.shape[1]):
            if customer[person, firm]:
                row[firm, 0] += trust_in(columns, person, firm)
                row[firm, 1] += double(columns.credibility[person, firm])
                row[firm, 2] += double(columns.reliability[person, firm])
                row[firm, 3] += double(columns.intimacy[person, firm])
                row[firm, 4] += 1.0 + double(columns.orientation[person, firm])


# --- the part --------------------------------------------------------------------------------------------------------


class Trust(Part):
    """Trust by the trust equation: slow up, fast down; it moves commitment, the choice of a firm and disclosure."""

    settings_class = TrustSettings
    settings: TrustSettings
    columns: Trusting
    counts = ("trust", "credibility", "reliability", "intimacy", "self_orientation")

    def empty(self, people: int, firms: int) -> Trusting:
        """Return columns of people who know no firm."""
        t, shape = self.settings, (people, firms)
        levels = (t.credibility_ref, t.reliability_ref, t.intimacy_ref)
        parts = (np.full(shape, level, np.float32) for level in levels)
        return Trusting._make((*parts, np.zeros(shape, np.float32)))

    def lean(self, market: "Market") -> None:
        """Let trust act on choice, commitment and the pace of buying."""
        crowd = market.crowd
        crowd.crew.run(_lean, self.columns, numbers(self.settings), crowd.repertoire, market.offers, market.leanings)

    def feel(self, market: "Market", incidents: Incidents, felt: "Felt") -> None:
        """Let time, failures and recoveries move trust."""
        t, dt, crowd = self.settings, market.now.dt, market.crowd
        pace = Pace(
            rise=approach(t.rise_half_life, dt),
            fall=approach(t.fall_half_life, dt),
            memory=approach(t.memory_half_life, dt),
            orientation=approach(t.orientation_half_life, dt),
        )
        crowd.crew.run(
            _relax, market.now.period, market.people, market.terms, self.columns, numbers(t), pace, crowd.repertoire,
            crowd.active_years,
        )  # fmt: skip
        _fail(incidents, int(Incident.FAILURE), numbers(t), self.columns.reliability)
        helped = (felt.cause == Incident.FAILURE) & felt.resolved
        _recover(
            felt.person[helped], felt.firm[helped], felt.wait[helped], felt.quality[helped],
            felt.compensation[helped], crowd.feeling, numbers(t), self.columns.reliability,
        )  # fmt: skip

    def beyond(self, person: NDArray[np.int64], firm: int) -> Floats:
        """Return by how much these persons (rows,) trust a firm more than one that they do not know."""
        found = np.zeros(len(person))
        _beyond(person, firm, self.columns, numbers(self.settings), found)
        return found

    def betray(self, market: "Market", firm: int, hit: Floats) -> None:
        """Let a breach of privacy by a firm hit everybody as hard as ``hit`` (N,) says, 0-1."""
        market.crowd.crew.run(_betray, hit, numbers(self.settings), self.columns, firm)

    def orient(self, person: NDArray[np.int64], firm: int, towards: float, step: Floats) -> None:
        """Let these persons see a firm act by a self-orientation ``towards``; ``step`` (rows,): parts of the way."""
        now = self.columns.orientation[person, firm].astype(np.float64)
        self.columns.orientation[person, firm] = now + step * (towards - 1.0 - now)

    def count(self, market: "Market") -> dict[str, Floats]:
        """Return sums of customers' trust and of what makes it."""
        shape = len(market.firms), len(self.counts)
        sums = market.crowd.crew.summed(_sum, market.people.customer, self.columns, shape=shape)
        return dict(zip(self.counts, sums.T, strict=True))
