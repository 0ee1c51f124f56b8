"""Standards of comparison: what the best firm of the market gives is soon expected of every firm."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.kernel import double, kernel, loop
from sim.mind.part import Part, PartSettings
from sim.people.columns import Flags, Floats
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
        "share of the way that expectation goes to the best rival's reputation in a month, where that is higher",
        "a month",
        "Cadotte, Woodruff & Jenkins 1987; [A] size",
        ge=0,
        lt=1,
    )


@rule(
    "expected", 0.4, 1.0, lines=("best", 0.6, 0.7, 0.8), also=("standards",), share=0.02,
    reads={"share": "mind.standards.rate"},
)  # fmt: skip
@kernel
def raised(expected: float, best: float, share: float) -> float:
    """Return the expectation of an attribute after people saw the best rival: standards rise with the market.

    Equation: E + share max(0, best - E)
    Units: E (``expected``) and ``best``, the level of the best rival, on the attribute scale (0-1); share of the way
        gone, 0-1
    Source: Cadotte, Woodruff & Jenkins 1987 (best-brand norm); [A] that a worse rival lowers no standard
    """
    return expected + share * max(0.0, best - expected)


@loop
def _look_around(
    first: int, last: int, customer: Flags, expectation: Floats, best: NDArray[np.float64], share: float
) -> None:
    """Raise what customers expect, ``expectation`` (N, F, 5); ``best`` (F, 5): the level of each firm's best rival."""
    for person in range(first, last):
        for firm in range(customer.shape[1]):
            if customer[person, firm]:
                for k in range(5):
                    now = raised(double(expectation[person, firm, k]), best[firm, k], share)
                    expectation[person, firm, k] = now


def best_rivals(level: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the highest level of an attribute among each firm's rivals, (F, 5); -inf for a firm without rivals."""
    rivals = np.repeat(level[None], len(level), axis=0)
    rivals[np.arange(len(level)), np.arange(len(level))] = -np.inf
    best: NDArray[np.float64] = rivals.max(axis=1)
    return best


class Standards(Part):
    """Standards of comparison: what the best firm of the market gives is soon expected of every firm."""

    settings_class = StandardsSettings
    settings: StandardsSettings

    def feel(self, market: "Market", incidents: Incidents, felt: "Felt") -> None:
        """Let customers see what rivals give."""
        people, share = market.people, monthly_approach(self.settings.rate, market.now.dt)
        best = best_rivals(market.terms.level)
        market.crowd.crew.run(_look_around, people.customer, people.expectation, best, share)
