"""The further parts of the mind that a market's people have, and the period's calls to them, in alphabetical order."""

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.draws import Key
from sim.mind.part import Floats, Part
from sim.people.buy import Purchases
from sim.people.experience import Incidents
from sim.people.moves import Moves
from sim.people.offers import clear
from sim.registry import registered

if TYPE_CHECKING:
    from sim.market import Market
    from sim.people.crowd import Felt


class Mind:
    """The parts that are on.

    Attributes:
        parts: by name.
    """

    def __init__(self, market: "Market") -> None:
        """Make the parts that a market's world switches on."""
        self.market = market
        chosen = {name: getattr(market.world.mind, name) for name in registered("parts")}
        self.parts: dict[str, Part] = {
            name: registered("parts")[name](settings, market) for name, settings in chosen.items() if settings.active
        }

    def find[Kind: Part](self, kind: type[Kind]) -> Kind | None:
        """Return the part of a class; None where it is off."""
        return next((part for part in self.parts.values() if isinstance(part, kind)), None)

    def of[Kind: Part](self, kind: type[Kind]) -> Kind:
        """Return the part of a class, for programs that say in ``needs`` that it is on.

        Raises:
            LookupError: it is off.
        """
        part = self.find(kind)
        if part is None:
            raise LookupError(f"{kind.__name__} is off")
        return part

    def begin(self, key: Key) -> None:
        """Draw the traits of people with their ``key``, and set the states in which lives begin."""
        for part in self.parts.values():
            part.begin(self.market, key)

    def clear(self) -> None:
        """Make room for what programs and parts add in this period: everything neutral."""
        if self.parts:
            for firm in self.market.firms:
                clear(self.market.offers, firm.number)
        if self.parts or any(firm.programs for firm in self.market.firms):
            for column in self.market.leanings:
                column[:] = 0.0

    def lean(self) -> None:
        """Let parts add to what is chosen by and felt."""
        for part in self.parts.values():
            part.lean(self.market)

    def hold_back(self, moves: Moves) -> None:
        """Let parts hold back who is bound."""
        for part in self.parts.values():
            part.hold_back(self.market, moves)

    def moved(self, moves: Moves) -> None:
        """Let parts see who changed firm."""
        for part in self.parts.values():
            part.moved(self.market, moves)

    def bought(self, purchases: Purchases) -> None:
        """Let parts see what was bought."""
        for part in self.parts.values():
            part.bought(self.market, purchases)

    def met(self, incidents: Incidents) -> None:
        """Let parts see what happened."""
        for part in self.parts.values():
            part.met(self.market, incidents)

    def served(self, felt: "Felt") -> None:
        """Let parts see the contacts that ended."""
        for part in self.parts.values():
            part.served(self.market, felt)

    def feel(self, incidents: Incidents, felt: "Felt") -> None:
        """Let parts feel the period."""
        for part in self.parts.values():
            part.feel(self.market, incidents, felt)

    def tell(self) -> None:
        """Let people talk."""
        for part in self.parts.values():
            part.tell(self.market)

    def count(self) -> dict[str, Floats]:
        """Return what parts count of the period, each (F,); NaN for parts that are off."""
        nothing = np.full(len(self.market.firms), np.nan)
        counts = {name: nothing for part in registered("parts").values() for name in part.counts}
        for part in self.parts.values():
            counts |= part.count(self.market)
        return counts

    def columns(self) -> dict[str, Any]:
        """Return all columns of the parts that are on, by name."""
        return {name: column for part in self.parts.values() for name, column in part.columns._asdict().items()}

    def snapshot(self) -> dict[str, Any]:
        """Return copies of the columns of each part that is on."""
        return {name: _copy(part.columns) for name, part in self.parts.items()}

    def restore(self, columns: dict[str, Any]) -> None:
        """Take up the columns of a settled past."""
        for name, part in self.parts.items():
            part.columns = _copy(columns[name])


def _copy(columns: Any) -> Any:
    return type(columns)._make(column.copy() for column in columns)
