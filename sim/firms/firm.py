"""A firm: levers, strategy, programs, call center and the reports of its past."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from sim.draws import stable_id
from sim.firms.program import Program
from sim.firms.settings import FirmSettings, Offer
from sim.firms.strategy import Strategy
from sim.people.offers import Terms
from sim.registry import chosen, registered

if TYPE_CHECKING:
    from sim.market import Market


@dataclass(frozen=True)
class Levers:
    """What a strategy can move."""

    price: float  # relative to the market's reference price
    failures: float  # a year, or an order
    brand: float  # utility
    level: Offer
    promise: Offer | None  # None: what is delivered

    def moved(self, **values: float) -> "Levers":
        """Return the levers with new values; attributes of the offer are named directly (``service=0.6``)."""
        attributes = {name: value for name, value in values.items() if name in Offer.model_fields}
        others: dict[str, Any] = {name: value for name, value in values.items() if name not in attributes}
        return replace(self, level=self.level.model_copy(update=attributes), **others)


class Firm(mesa.Agent):  # type: ignore[misc]
    """One firm of a market."""

    def __init__(self, model: "Market", name: str, number: int, settings: FirmSettings, people: int) -> None:
        """Found a firm; ``number`` is its column among the relationships of people."""
        super().__init__(model)
        self.name, self.number, self.id = name, number, stable_id(name)
        self.settings = settings
        self.levers = Levers(settings.price, settings.failures, settings.brand, settings.level, settings.promise)
        self.programs: dict[str, Program] = {
            program: registered("programs")[program](values, self, people)
            for program, values in chosen(settings.programs).items()
        }
        self.strategies: list[Strategy] = [
            registered("strategies")[strategy](values) for strategy, values in chosen(settings.strategy).items()
        ]

    def decide(self, year: float) -> None:
        """Let the strategies move the levers for a period that starts at ``year`` (below 0: burn-in)."""
        for strategy in self.strategies:
            strategy.decide(self, year)

    def running(self, year: float) -> list[Program]:
        """Return the programs that run in a period that starts at ``year``."""
        return [program for program in self.programs.values() if program.runs(year)]


def terms_of(firms: list[Firm], reference_price: float) -> Terms:
    """Return the levers of all firms as kernels read them."""

    def offers(choice: list[Offer]) -> Any:
        return np.array([list(dict(offer).values()) for offer in choice])

    levers = [firm.levers for firm in firms]
    price = np.array([lever.price for lever in levers])
    return Terms(
        ids=np.array([firm.id for firm in firms]),
        level=offers([lever.level for lever in levers]),
        promise=offers([lever.promise or lever.level for lever in levers]),
        price=price,
        fee=price * reference_price,
        brand=np.array([lever.brand for lever in levers]),
        failures=np.array([lever.failures for lever in levers]),
    )
