"""What every retention program has in common. A program is one file in ``sim/firms/programs``."""

from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from sim.draws import Decision, draw_column
from sim.people.buy import Purchases
from sim.settings import Settings, setting

if TYPE_CHECKING:
    from sim.call_center.records import Records
    from sim.firms.firm import Firm
    from sim.market import Market


_ROUNDING = 1e-9  # years: a period's start, counted in twelfths, is not exact


class ProgramSettings(Settings):
    """When a program runs. Time counts from the end of the burn-in."""

    start_year: float = setting(0.0, "when it starts", "years", "the manager's choice", ge=0, le=50)
    end_year: float | None = setting(None, "when it ends; empty: never", "years", "the manager's choice", ge=0, le=50)

    @model_validator(mode="after")
    def _some_time(self) -> Self:
        if self.end_year is not None and self.end_year <= self.start_year:
            raise ValueError(f"end_year = {self.end_year}: a program ends after its start_year = {self.start_year}")
        return self


class Program:
    """A retention program of one firm: hooks that the period calls. Override only those needed.

    A program may read what its firm can know, set ``market.offers`` for its firm's column, and post money. It keeps
    what it knows of people in columns of its own, shape (N,).

    Attributes:
        reached: (N,) whom it offered, said or gave something in the watch; the market notes it (`sim.dealings`).
        needs: parts of the mind without which it would do nothing.
        markets: kinds of market in which it makes sense.
    """

    settings_class: type[ProgramSettings] = ProgramSettings
    needs: tuple[str, ...] = ()
    markets: tuple[str, ...] = ("subscription", "repertoire")

    def __init__(self, settings: ProgramSettings, firm: "Firm", people: int) -> None:
        """Prepare a program for ``people`` persons."""
        self.settings = settings
        self.firm = firm
        self.reached: NDArray[np.bool_] = np.zeros(people, np.bool_)

    def runs(self, year: float) -> bool:
        """Whether the program is on in a period that starts at ``year`` (below 0: burn-in)."""
        return year + _ROUNDING >= self.settings.start_year and not self.ended(year)

    def ended(self, year: float) -> bool:
        """Whether the program is over in a period that starts at ``year``."""
        return self.settings.end_year is not None and year + _ROUNDING >= self.settings.end_year

    def plan(self, market: "Market") -> None:
        """Before anyone chooses: enroll people, put offers before them."""

    def outreach(self, market: "Market") -> None:
        """Send messages."""

    def after_purchase(self, market: "Market", purchases: Purchases) -> None:
        """After the firm's customers paid; ``purchases`` are the firm's."""

    def compensation(self, market: "Market", records: "Records") -> NDArray[np.int64]:
        """Return what each of the firm's ended contacts is compensated with, in cents, shape as ``records``."""
        return np.zeros(len(records.person), np.int64)

    def cost_share(self, market: "Market") -> NDArray[np.float64]:
        """Return what the program costs for each person (N,), as a share of what the person pays; for forecasts."""
        return np.zeros(len(market.people.entry))

    def luck(self, market: "Market", decision: Decision, period: int | None = None) -> NDArray[np.float64]:
        """Return everybody's uniform (N,) of a decision about the firm, in this period unless another is named."""
        drawn = np.empty(len(market.people.entry))
        when = market.now.period if period is None else period
        market.crowd.crew.run(draw_column, market.key, when, int(decision), self.firm.id, drawn)
        return drawn

    def settle(self, market: "Market") -> None:
        """At the end of the period, also after the program has ended: expiry, fees."""
