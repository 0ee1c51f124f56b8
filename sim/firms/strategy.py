"""What every strategy has in common. A strategy is one file in ``sim/firms/strategies``."""

from typing import TYPE_CHECKING

from sim.settings import Settings

if TYPE_CHECKING:
    from sim.firms.firm import Firm


class Strategy:
    """Moves the levers of one firm, reading what the firm can know: its books and reports of the periods before."""

    settings_class: type[Settings] = Settings

    def __init__(self, settings: Settings) -> None:
        """Take the strategy's settings."""
        self.settings = settings

    def decide(self, firm: "Firm", year: float) -> None:
        """Set ``firm.levers`` for a period that starts at ``year`` (below 0: burn-in)."""
