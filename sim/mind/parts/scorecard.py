"""The scorecard: what customers expect of each attribute, what they get, and what would be felt of it alone."""

from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.kernel import double, inlined, loop
from sim.mind.part import Floats, Part, PartSettings
from sim.people.blocks import GRAIN, total
from sim.people.columns import Attribute, People
from sim.people.feel import felt_gap, is_customer, performance
from sim.people.feelings import FeelSettings, encounter, judgment
from sim.people.offers import Leanings, Terms

if TYPE_CHECKING:
    from sim.market import Market
    from sim.people.crowd import Felt


class Sum(IntEnum):
    """What is summed for each firm and attribute: over customers, of service over the contacts that ended.

    Attribute scale, 0-1; ``JUDGED`` is satisfaction, 0-1.
    """

    SEEN = 0
    PERFORMANCE = 1
    EXPECTED = 2
    JUDGED = 3


@inlined
def _add(
    row: NDArray[np.float64], k: int, felt: float, expected: float, regard: float, leanings: Leanings, f: FeelSettings
) -> None:
    """Add one look at an attribute to ``row`` (5, sums): its judgment as if the whole offer were like it."""
    row[k, Sum.SEEN] += 1.0
    row[k, Sum.PERFORMANCE] += felt
    row[k, Sum.EXPECTED] += expected
    row[k, Sum.JUDGED] += judgment(felt + regard, felt_gap(felt - expected, k, leanings, f), f)


@loop
def _score_offers(
    first: int, last: int, period: int, people: People, terms: Terms, leanings: Leanings, f: FeelSettings,
    repertoire: bool, active_years: float, e_skill_ref: float, sums: NDArray[np.float64], weights: NDArray[np.float64],
) -> None:  # fmt: skip
    """Add what customers see of each firm to ``sums`` (grains, F, 5, sums), and ``weights`` (grains, F, 5, 1).

    Service is felt in contacts alone.
    """
    for person in range(first, last):
        if int(people.entry[person]) > period:
            continue
        grain = person // GRAIN
        for firm in range(terms.price.shape[0]):
            if is_customer(people, person, firm, repertoire, active_years):
                regard = double(leanings.regard[person, firm])
                for k in range(5):
                    weights[grain, firm, k, 0] += double(people.importance[person, k])
                    if k != Attribute.SERVICE:
                        felt = performance(people, person, firm, k, terms, f, e_skill_ref)
                        if k == Attribute.PERSONAL:
                            felt += double(leanings.fit[person, firm])
                        expected = double(people.expectation[person, firm, k])
                        _add(sums[grain, firm], k, felt, expected, regard, leanings, f)


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
        _add(sums[where], k, felt, double(people.expectation[who, where, k]), 0.0, leanings, f)


ATTRIBUTES = tuple(k.name.lower() for k in Attribute)


class Scorecard(Part):
    """The scorecard: by attribute what is expected, what is got, and the satisfaction that it calls for alone.

    All before anybody has felt the period, so that expectation does not contain yet what it is compared with. The
    counts of an attribute are the sums in `Sum` and, over customers, its weight.

    Attributes:
        scores: (F, 5, sums and weight) of the period.
    """

    settings_class = PartSettings
    counts = tuple(f"{name}_{k}" for k in ATTRIBUTES for name in (*(each.name.lower() for each in Sum), "weight"))

    def __init__(self, settings: PartSettings, market: "Market") -> None:
        """Begin with nothing seen."""
        super().__init__(settings, market)
        self.scores: Floats = np.zeros((len(market.firms), len(Attribute), len(Sum) + 1))

    def served(self, market: "Market", felt: "Felt") -> None:
        """Score what customers are about to feel: the offers, and the contacts that ended."""
        crowd, firms = market.crowd, len(market.firms)
        sums, weights = crowd.crew.sums(firms, len(Attribute), len(Sum)), crowd.crew.sums(firms, len(Attribute), 1)
        crowd.crew.run(
            _score_offers, market.now.period, market.people, market.terms, market.leanings, crowd.feeling,
            crowd.repertoire, crowd.active_years, crowd.e_skill_ref, sums, weights,
        )  # fmt: skip
        scores = total(sums)
        _score_contacts(
            felt.person, felt.firm, felt.wait, felt.answered, felt.resolved, felt.quality, market.people, market.terms,
            market.leanings, crowd.feeling, scores,
        )  # fmt: skip
        self.scores = np.concatenate([scores, total(weights)], axis=2)

    def count(self, market: "Market") -> dict[str, Floats]:
        """Return the sums of the period."""
        return dict(zip(self.counts, self.scores.reshape(len(market.firms), -1).T, strict=True))
