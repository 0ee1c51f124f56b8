"""What every retention program has in common. A program is one file in ``sim/firms/programs``."""

from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from sim.draws import Decision, draw_column, poisson_of
from sim.kernel import loop
from sim.ledger import Account, to_cents
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

    def occasions(
        self, market: "Market", whom: NDArray[np.bool_], a_year: float, decision: Decision
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return who of ``whom`` (N,) something befalls in this period that does ``a_year``, and how often each.

        Poisson counts, so that months and weeks bring as many; more often only adds to whom it befalls already.
        """
        times = np.zeros(len(whom), np.int16)
        _befall(self.luck(market, decision), whom, a_year * market.now.dt, times)
        who = np.flatnonzero(times)
        return who, times[who].astype(np.int64)

    def send(self, market: "Market", who: NDArray[np.int64], times: NDArray[np.int64], cost: float) -> None:
        """Send each of ``who`` so many messages, which make them think of the firm; each costs (currency units)."""
        market.people.contact_salience[who] += times.astype(np.float32)
        market.ledger.spend(self.firm.number, Account.OUTREACH_COST, times * int(to_cents(cost)), who)

    def settle(self, market: "Market") -> None:
        """At the end of the period, also after the program has ended: expiry, fees."""


@loop
def _befall(chance: NDArray[np.float64], whom: NDArray[np.bool_], mean: float, times: NDArray[np.int16]) -> None:
    """Write to ``times`` (N,) how often each of ``whom`` has an occasion in a period, by the uniform ``chance``."""
    for person in range(chance.size):
        times[person] = poisson_of(chance[person], mean) if whom[person] else 0
