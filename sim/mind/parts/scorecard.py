"""The scorecard: what customers expect of each attribute, what they get, and what would be felt of it alone."""

from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.kernel import double, inlined, loop
from sim.mind.part import Floats, Part, PartSettings
from sim.people.blocks import GRAIN, total
from sim.people.columns import Attribute, People
from sim.people.experience import Incidents
from sim.people.feel import felt_gap, performance
from sim.people.feelings import FeelSettings, encounter, judgment
from sim.people.offers import Leanings, Terms

if TYPE_CHECKING:
    from sim.market import Market
    from sim.people.crowd import Felt


class Sum(IntEnum):
    """What is summed for each firm and attribute: over customers, of service over the contacts that ended.

    Attribute scale, 0-1; ``JUDGED`` is satisfaction, 0-1.
    """

    SEEN_BY = 0
    PERFORMANCE = 1
    EXPECTED = 2
    JUDGED = 3


@inlined
def _add(row: NDArray[np.float64], k: int, felt: float, expected: float, leanings: Leanings, f: FeelSettings) -> None:
    """Add one look at an attribute to ``row`` (5, sums): its judgment as if the whole offer were like it."""
    row[k, Sum.SEEN_BY] += 1.0
    row[k, Sum.PERFORMANCE] += felt
    row[k, Sum.EXPECTED] += expected
    row[k, Sum.JUDGED] += judgment(felt, felt_gap(felt - expected, k, leanings, f), f)


@loop
def _score_offers(
    first: int, last: int, people: People, terms: Terms, leanings: Leanings, f: FeelSettings, e_skill_ref: float,
    sums: NDArray[np.float64], weights: NDArray[np.float64],
) -> None:  # fmt: skip
    """Add what customers see of each firm to ``sums`` (grains, F, 5, sums), and ``weights`` (grains, F, 5, 1).

    Service is felt in contacts alone.
    """
    for person in range(first, last):
        grain = person // GRAIN
        for firm in range(people.customer.shape[1]):
            if people.customer[person, firm]:
                for k in range(5):
                    weights[grain, firm, k, 0] += double(people.importance[person, k])
                    if k != Attribute.SERVICE:
                        felt = performance(people, person, firm, k, terms, f, e_skill_ref)
                        if k == Attribute.PERSONAL:
                            felt += double(leanings.fit[person, firm])
                        expected = double(people.expectation[person, firm, k])
                        _add(sums[grain, firm], k, felt, expected, leanings, f)


@loop
def _score_contacts(
    person: NDArray[np.int64], firm: NDArray[np.int8], wait: NDArray[np.float64], answered: NDArray[np.bool_],
    resolved: NDArray[np.bool_], quality: NDArray[np.float64], people: People, terms: Terms, leanings: Leanings,
    f: FeelSettings, sums: NDArray[np.float64],
) -> None:  # fmt: skip
    """Add each contact that ended, without the luck of the day, to ``sums`` (F, 5, sums)."""
    k = Attribute.SERVICE
    for row in range(person.size):
        who, where = person[row], int(firm[row])
        level = double(terms.level[where, k]) + double(people.match[who, where])
        felt = encounter(level, wait[row], answered[row], resolved[row], quality[row], 0.0, f)
        _add(sums[where], k, felt, double(people.expectation[who, where, k]), leanings, f)


ATTRIBUTES = tuple(k.name.lower() for k in Attribute)


class Scorecard(Part):
    """The scorecard: by attribute what is expected, what is got, and the satisfaction that it calls for alone.

    The counts of an attribute are the sums in `Sum` and, over customers, its weight.
    """

    settings_class = PartSettings
    counts = tuple(
        f"{name}_{k}" for k in ATTRIBUTES for name in ("seen", "performance", "expected", "judged", "weight")
    )

    def __init__(self, settings: PartSettings, market: "Market") -> None:
        """Begin without contacts."""
        super().__init__(settings, market)
        self.service = np.zeros((len(market.firms), len(Attribute), len(Sum)))  # of the period's contacts

    def feel(self, market: "Market", incidents: Incidents, felt: "Felt") -> None:
        """Note how the contacts that ended were felt."""
        self.service[:] = 0.0
        _score_contacts(
            felt.person, felt.firm, felt.wait, felt.answered, felt.resolved, felt.quality, market.people, market.terms,
            market.leanings, market.crowd.feeling, self.service,
        )  # fmt: skip

    def count(self, market: "Market") -> dict[str, Floats]:
        """Return the sums of the period."""
        crowd, firms = market.crowd, len(market.firms)
        sums, weights = crowd.crew.sums(firms, len(Attribute), len(Sum)), crowd.crew.sums(firms, len(Attribute), 1)
        crowd.crew.run(
            _score_offers, market.people, market.terms, market.leanings, crowd.feeling, crowd.e_skill_ref, sums, weights
        )
        scores = np.concatenate([total(sums) + self.service, total(weights)], axis=2)
        return dict(zip(self.counts, scores.reshape(firms, -1).T, strict=True))
