"""Tough customers: some people judge the same performance harder, and the firm cannot see who."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import Decision, Key, normal
from sim.kernel import kernel, loop
from sim.mind.part import Floats, Part, PartSettings, over_customers
from sim.rule import rule
from sim.settings import setting

if TYPE_CHECKING:
    from sim.market import Market


class ToughnessSettings(PartSettings):
    """How much people differ in how hard they judge."""

    sd: float = setting(1.0, "spread of toughness over people", "standard deviations", ge=0, le=5)
    severity: float = setting(
        0.04,
        "performance that one standard deviation of toughness takes off",
        "attribute scale",
        "Mittal & Kamakura 2001: customers' standards of satisfaction differ; [A] size",
        ge=0,
        le=1,
    )


class Tough(NamedTuple):
    """The columns. Comment: range, unit."""

    toughness: NDArray[np.float32]  # (N,) around 0, standard deviations


@rule(
    "toughness", -3.0, 3.0, lines=("severity", 0.0, 0.04, 0.08), also=("tough_customers",),
    reads={"severity": "mind.toughness.severity"},
)  # fmt: skip
@kernel
def seen_by(toughness: float, severity: float) -> float:
    """Return what toughness adds to performance as a person sees it: the mean person sees what is there.

    Equation: - severity toughness
    Units: toughness in standard deviations around 0; severity (0-1) and the result on the attribute scale
    Source: Mittal & Kamakura 2001 (customers differ in their standards of satisfaction)
    """
    return -severity * toughness


@loop
def _draw(first: int, last: int, key: Key, sd: float, toughness: NDArray[np.float32]) -> None:
    for person in range(first, last):
        toughness[person] = sd * normal(key, person, 0, Decision.TOUGHNESS, 0)


@loop
def _look(first: int, last: int, toughness: NDArray[np.float32], severity: float, regard: NDArray[np.float32]) -> None:
    """Add to how each person looks at every firm, ``regard`` (N, F)."""
    for person in range(first, last):
        for firm in range(regard.shape[1]):
            regard[person, firm] += np.float32(seen_by(toughness[person], severity))


class Toughness(Part):
    """Tough customers: some judge the same performance harder."""

    settings_class = ToughnessSettings
    settings: ToughnessSettings
    columns: Tough
    counts = ("toughness",)

    def empty(self, people: int, firms: int) -> Tough:
        """Return columns of people who are all alike."""
        return Tough(np.zeros(people, np.float32))

    def begin(self, market: "Market", key: Key) -> None:
        """Draw how tough each person is, for life."""
        market.crowd.crew.run(_draw, key, self.settings.sd, self.columns.toughness)

    def lean(self, market: "Market") -> None:
        """Let people see performance with their own eyes."""
        market.crowd.crew.run(_look, self.columns.toughness, self.settings.severity, market.leanings.regard)

    def count(self, market: "Market") -> dict[str, Floats]:
        """Return the sum of customers' toughness: a firm that keeps only the easy ones looks better than it is."""
        return {"toughness": over_customers(market.people.customer, self.columns.toughness)}
