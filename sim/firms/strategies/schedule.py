"""The strategy of a calendar: at given times levers take given values."""

from typing import TYPE_CHECKING

from sim.firms.strategy import Strategy
from sim.settings import Settings, setting

if TYPE_CHECKING:
    from sim.firms.firm import Firm


class Change(Settings):
    """One entry of a lever calendar: from ``year`` on, the levers that are named have these values."""

    year: float = setting(
        0.0, "when, counted from the end of the burn-in", "years", "the manager's choice", ge=0, le=50
    )
    price: float | None = setting(None, "price relative to the market's reference price", "factor", "", gt=0, le=100)
    failures: float | None = setting(None, "failures a customer meets", "a year / an order", "", ge=0, le=100)
    brand: float | None = setting(None, "pull of the name", "utility", "", ge=-20, le=20)
    product: float | None = setting(None, "level of the product", "0-1", "", ge=0, le=1)
    price_fairness: float | None = setting(None, "level of price fairness", "0-1", "", ge=0, le=1)
    service: float | None = setting(None, "level of service encounters", "0-1", "", ge=0, le=1)
    convenience: float | None = setting(None, "level of convenience", "0-1", "", ge=0, le=1)
    personal: float | None = setting(None, "level of personal attention", "0-1", "", ge=0, le=1)


class ScheduleSettings(Settings):
    """A lever calendar."""

    changes: tuple[Change, ...] = setting((), "entries, in any order", source="the manager's choice", max_length=1000)


class Schedule(Strategy):
    """Move levers by a calendar: at given times they take given values."""

    settings_class = ScheduleSettings
    settings: ScheduleSettings

    def decide(self, firm: "Firm", year: float) -> None:
        """Apply every entry whose time has come, the latest last."""
        for change in sorted(self.settings.changes, key=lambda change: change.year):
            if change.year <= year + 1e-9:
                firm.levers = firm.levers.moved(**change.model_dump(exclude={"year"}, exclude_none=True))
