"""Needs that demographics do not reveal: what people are like from outside tells little of what they want.

A person belongs to a demographic group as well as to a need segment. With a chance, `fidelity`, the group tells the
segment; else it tells nothing. A firm always sees the group; it knows the need itself as far as it knows the person
(the part `privacy`). People also differ in their taste for relationships: for who has much of it, the personal side of
an offer and a bond with the firm count more.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import Decision, Key, beta, uniform
from sim.kernel import double, kernel, loop
from sim.mind.part import Floats, Part, PartSettings
from sim.people.columns import Attribute, Bytes
from sim.people.offers import Leanings
from sim.rule import rule
from sim.settings import numbers, setting

if TYPE_CHECKING:
    from sim.firms.firm import Firm
    from sim.market import Market
    from sim.people.columns import People


class NeedsSettings(PartSettings):
    """How much demographics tell, and how people differ in what a relationship is worth to them."""

    fidelity: float = setting(
        0.2,
        "chance that a person's demographic group tells the need segment; else it is drawn by share",
        "0-1",
        "Haley 1968 (demographics predict benefits sought poorly); [A] size",
        ge=0,
        le=1,
    )
    taste_mean: float = setting(
        0.5, "mean taste for relationships", "0-1", "Bendapudi & Berry 1997; [A] size", gt=0.05, lt=0.95
    )
    taste_alike: float = setting(
        4.0, "how alike people are in that taste (the two parameters of its beta, added)", "", ge=0.1, le=1000
    )
    personal_ref: float = setting(
        0.62, "personal attribute at which that taste makes no difference", "attribute scale", gt=0, lt=1
    )


class Wants(NamedTuple):
    """The columns. Comment: range, unit."""

    demographic_group: Bytes  # (N,) number of the segment that the person looks like
    relationship_taste: NDArray[np.float32]  # (N,) 0-1


@rule(
    "taste", 0.0, 1.0, lines=("level", 0.42, 0.62, 0.82), also=("taste_for_relationships",),
    reads={"level": "level.personal"},
)  # fmt: skip
@kernel
def warmth_of(taste: float, level: float, n: NeedsSettings) -> float:
    """Return what a taste for relationships adds to the personal attribute: who has much of it feels more of it.

    Equation: (taste / taste_mean - 1) (level - personal_ref)
    Units: taste 0-1; level and personal_ref on the attribute scale (0-1), as the result
    Source: Bendapudi & Berry 1997 (relationships by desire); anchored at the mean taste and at personal_ref
    """
    return (taste / n.taste_mean - 1.0) * (level - n.personal_ref)


@rule(
    "taste", 0.0, 1.0, lines=("bond", 0.2, 0.5, 0.8), also=("weight_of_the_bond",), bond_slope=0.5,
    reads={"bond_slope": "feel.bond_slope"},
)  # fmt: skip
@kernel
def bond_counted(taste: float, bond: float, bond_slope: float, n: NeedsSettings) -> float:
    """Return what a taste for relationships adds to what commitment goes towards: the bond counts more for some.

    Equation: bond_slope (taste / taste_mean - 1) (B - 1/2)
    Units: taste and bond B 0-1; bond_slope (of commitment in the bond) and the result in log-odds
    Source: Bendapudi & Berry 1997; Morgan & Hunt 1994; anchored at the mean taste
    """
    return bond_slope * (taste / n.taste_mean - 1.0) * (bond - 0.5)


@loop
def _draw(
    first: int, last: int, key: Key, segment: Bytes, shares: NDArray[np.float64], n: NeedsSettings, wants: Wants
) -> None:
    """Draw the group and the taste of people in ``[first, last)``; ``shares`` (S,) cumulative."""
    a, b = n.taste_alike * n.taste_mean, n.taste_alike * (1.0 - n.taste_mean)
    for person in range(first, last):
        group = int(segment[person])
        if uniform(key, person, 0, Decision.LOOKS_LIKE_NEED, 0) >= n.fidelity:
            chance, group = uniform(key, person, 0, Decision.LOOKS_LIKE_NEED, 1), 0
            while group < shares.shape[0] - 1 and chance >= shares[group]:
                group += 1
        wants.demographic_group[person] = group
        wants.relationship_taste[person] = beta(key, person, 0, Decision.RELATIONSHIP_TASTE, 0, a, b)


@loop
def _lean(
    first: int, last: int, taste: NDArray[np.float32], people: "People", personal: NDArray[np.float64], slope: float,
    n: NeedsSettings, leanings: Leanings,
) -> None:  # fmt: skip
    """Let each person feel warmth and bond by own taste; ``personal`` (F,): each firm's level of that attribute."""
    for person in range(first, last):
        own = double(taste[person])
        for firm in range(personal.size):
            level = personal[firm] + double(people.match[person, firm])
            leanings.fit[person, firm] += np.float32(warmth_of(own, level, n))
            bond = double(people.bond[person, firm])
            leanings.commitment[person, firm] += np.float32(bond_counted(own, bond, slope, n))


@loop
def _know(
    first: int, last: int, key: Key, firm_id: int, knowledge: NDArray[np.float32], known: NDArray[np.bool_]
) -> None:
    """Write whose need a firm knows: each person's luck stays the same, so who is known is so until it is forgotten."""
    for person in range(first, last):
        share = double(knowledge[person])
        known[person] = share > 0.0 and uniform(key, person, 0, Decision.NEED_KNOWN, firm_id) < share


def best_guess(shares: NDArray[np.float64], fidelity: float) -> NDArray[np.int64]:
    """Return the most likely need segment of each demographic group, shape (S,): by Bayes' rule.

    P(segment | group) is in proportion to share (fidelity [segment = group] + (1 - fidelity) share of the group).
    """
    likely = shares[:, None] * (fidelity * np.eye(len(shares)) + (1.0 - fidelity) * shares[None, :])
    guess: NDArray[np.int64] = likely.argmax(axis=0)
    return guess


class Needs(Part):
    """Needs that demographics do not reveal, and a taste for relationships."""

    settings_class = NeedsSettings
    settings: NeedsSettings
    columns: Wants
    counts = ("needs_guessed", "needs_known")

    def __init__(self, settings: NeedsSettings, market: "Market") -> None:
        """Work out what a demographic group is taken to need."""
        super().__init__(settings, market)
        shares = np.array([segment.share for segment in market.world.customers.segments.values()])
        self.shares = shares / shares.sum()
        self.guess = best_guess(self.shares, settings.fidelity)

    def empty(self, people: int, firms: int) -> Wants:
        """Return columns of people who all look alike."""
        return Wants(np.zeros(people, np.int8), np.full(people, self.settings.taste_mean, np.float32))

    def begin(self, market: "Market", key: Key) -> None:
        """Draw what people look like, and what relationships are to them, for life."""
        segment, cumulative = market.people.segment, np.cumsum(self.shares)
        market.crowd.crew.run(_draw, key, segment, cumulative, numbers(self.settings), self.columns)

    def lean(self, market: "Market") -> None:
        """Let taste for relationships weigh the personal side of each offer."""
        personal = np.ascontiguousarray(market.terms.level[:, Attribute.PERSONAL])
        slope, taste = market.world.feel.bond_slope, self.columns.relationship_taste
        market.crowd.crew.run(_lean, taste, market.people, personal, slope, numbers(self.settings), market.leanings)

    def guessed(self) -> NDArray[np.int64]:
        """Return the need segment that each person's demographics suggest (N,)."""
        seen: NDArray[np.int64] = self.guess[self.columns.demographic_group]
        return seen

    def known(self, market: "Market", firm: "Firm") -> NDArray[np.bool_]:
        """Return whose need segment a firm knows (N,), by its knowledge of them; nobody's without `privacy`."""
        known = np.zeros(len(market.people.segment), np.bool_)
        knowledge = market.mind.columns().get("knowledge")
        if knowledge is not None:
            own = np.ascontiguousarray(knowledge[:, firm.number])
            market.crowd.crew.run(_know, market.key, firm.id, own, known)
        return known

    def count(self, market: "Market") -> dict[str, Floats]:
        """Count customers whose need is guessed rightly by demographics, and whose need the firm knows."""
        right, customer = self.guessed() == market.people.segment, market.people.customer.T
        known = [self.known(market, firm) for firm in market.firms]
        counts = (
            [np.count_nonzero(own & right) for own in customer],
            [np.count_nonzero(own & who) for own, who in zip(customer, known, strict=True)],
        )
        return dict(zip(self.counts, np.array(counts, np.float64), strict=True))
