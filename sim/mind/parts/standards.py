"""Standards of comparison: what the best firm of the market gives is soon expected of every firm."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.kernel import double, inlined, kernel, loop
from sim.mind.part import Part, PartSettings
from sim.people.columns import People
from sim.people.experience import Incidents
from sim.people.mathematics import monthly_approach
from sim.rule import rule
from sim.settings import setting

if TYPE_CHECKING:
    from sim.market import Market
    from sim.people.crowd import Felt


class StandardsSettings(PartSettings):
    """How fast standards rise with the market."""

    rate: float = setting(
        0.02,
        "share of how far the best rival is ahead of the own firm by which expectation rises in a month",
        "a month",
        "Cadotte, Woodruff & Jenkins 1987; [A] size",
        ge=0,
        lt=1,
    )


@rule(
    "expected", 0.4, 1.0, lines=("ahead", 0.0, 0.1, 0.2), also=("standards", "best_brand_norm"), level=0.7, share=0.02,
    reads={"share": "mind.standards.rate"},
)  # fmt: skip
@kernel
def raised(expected: float, level: float, ahead: float, share: float) -> float:
    """Return the expectation of an attribute after people saw the best rival: standards rise with the market.

    Equation: E + share max(0, min(ahead, P + ahead - E))
    Units: E (``expected``), the own firm's performance P (``level``) and how much the best rival is ``ahead`` of the
        firm, at least 0, on the attribute scale (0-1); share of the way gone, 0-1
    Source: Cadotte, Woodruff & Jenkins 1987 (best-brand norm); [A] that a worse rival lowers no standard
    """
    return expected + share * max(0.0, min(ahead, level + ahead - expected))


@loop
def _look_around(first: int, last: int, people: People, level: NDArray[np.float64], share: float) -> None:
    """Raise what customers expect by how much the firm that is best for them is ahead; ``level`` (F, 5)."""
    for person in range(first, last):
        for firm in range(level.shape[0]):
            if people.customer[person, firm]:
                best = _best(people, person, firm, level)
                for k in range(5):
                    got = level[firm, k] + double(people.match[person, firm])
                    ahead = max(0.0, level[best, k] - level[firm, k])
                    expected = double(people.expectation[person, firm, k])
                    people.expectation[person, firm, k] = raised(expected, got, ahead, share)


@inlined
def _best(people: People, person: int, firm: int, level: NDArray[np.float64]) -> int:
    """Return the firm that is best by a person's weights; the own one where none is better."""
    best, most = firm, 0.0
    for other in range(level.shape[0]):
        ahead = 0.0
        for k in range(5):
            ahead += double(people.importance[person, k]) * (level[other, k] - level[firm, k])
        if ahead > most:
            best, most = other, ahead
    return best


class Standards(Part):
    """Standards of comparison: what the best firm of the market gives is soon expected of every firm."""

    settings_class = StandardsSettings
    settings: StandardsSettings

    def feel(self, market: "Market", incidents: Incidents, felt: "Felt") -> None:
        """Let customers see what rivals give."""
        share = monthly_approach(self.settings.rate, market.now.dt)
        market.crowd.crew.run(_look_around, market.people, market.terms.level, share)
