"""What every further part of the mind has in common. A part is one file in ``sim/mind/parts``."""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import Key
from sim.people.buy import Purchases
from sim.people.columns import Flags
from sim.people.experience import Incidents
from sim.people.moves import Moves
from sim.settings import Settings, setting

if TYPE_CHECKING:
    from sim.market import Market
    from sim.people.crowd import Felt

Floats = NDArray[np.float64]


class PartSettings(Settings):
    """A part is off unless it is active; off, none of its other settings changes a bit."""

    active: bool = setting(False, "whether this part of the mind is at work", source="the modeler's choice")


class NoColumns(NamedTuple):
    """Columns of a part that keeps nothing of people."""


class Part:
    """A part of the mind: columns of its own over people, and hooks that the period calls. Override only those needed.

    A part acts on choices and feelings through what it adds to ``market.offers`` and ``market.leanings`` in ``lean``;
    both are neutral before, but for what programs put there. In the other hooks it may move states of people, and its
    own. Every chance is a draw by person and decision (`sim.draws`); loops over people run on ``market.crowd.crew``.

    Parts act in the alphabetical order of their files: in a hook a part finds what earlier ones wrote there, and of
    later ones what the last period left (``referrals`` wakes who is invited before ``word_of_mouth`` lets those who are
    awake look again). So a file's name is part of the model: a part that is renamed may change figures.

    Attributes:
        columns: a named tuple of arrays of shape (N, ...): traits and states. They go with the settled past.
        needs: parts without which it would do nothing.
        counts: names of what `count` sums a period and firm; empty (NaN) in worlds where the part is off.
    """

    settings_class: type[PartSettings] = PartSettings
    needs: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()

    def __init__(self, settings: PartSettings, market: "Market") -> None:
        """Make room for a part of a market's people."""
        self.settings = settings
        self.columns: Any = self.empty(len(market.people.entry), len(market.firms))

    def empty(self, people: int, firms: int) -> Any:
        """Return the part's columns, neutral; a named tuple."""
        return NoColumns()

    def begin(self, market: "Market", key: Key) -> None:
        """Draw traits with the people's ``key``, and set the states in which lives begin; a past brings its own."""

    def lean(self, market: "Market") -> None:
        """Before anyone chooses: add to offers and leanings."""

    def hold_back(self, market: "Market", moves: Moves) -> None:
        """After subscribers decided and before anybody moves: hold back, or let go, who is bound."""

    def moved(self, market: "Market", moves: Moves) -> None:
        """After subscribers changed firm."""

    def bought(self, market: "Market", purchases: Purchases) -> None:
        """After purchases; ``purchases`` of all firms, sorted by person."""

    def met(self, market: "Market", incidents: Incidents) -> None:
        """After failures and questions happened, before those that call do: ``incidents.calls`` may be taken back."""

    def served(self, market: "Market", felt: "Felt") -> None:
        """After contacts ended, before anybody feels the period: expectations are still those with which it was met."""

    def feel(self, market: "Market", incidents: Incidents, felt: "Felt") -> None:
        """After everybody felt the period; ``felt``: the contacts that ended."""

    def tell(self, market: "Market") -> None:
        """At the end of the period's life: people talk."""

    def count(self, market: "Market") -> dict[str, Floats]:
        """Return the sums named in ``counts`` for the period, each (F,)."""
        return {}


def over_customers(customer: Flags, values: NDArray[np.float32]) -> Floats:
    """Return the sum over each firm's customers, ``customer`` (N, F), of ``values`` (N,); shape (F,), in row order."""
    return np.array([values[mine].astype(np.float64).sum() for mine in customer.T])
