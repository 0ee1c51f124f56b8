"""A discount: a lower price for everybody, or for those whom the firm aims at; or nothing but a message."""

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from sim.draws import Decision
from sim.firms.program import Program, ProgramSettings
from sim.people.offers import cut_price
from sim.settings import setting

if TYPE_CHECKING:
    from sim.firms.firm import Firm
    from sim.market import Market


class DiscountSettings(ProgramSettings):
    """How much, for whom, how often."""

    share: float = setting(
        0.10,
        "taken off the price; 0: messages bring nothing but a reminder",
        "share",
        "the manager's choice",
        ge=0,
        lt=1,
    )
    target: Literal["all", "new", "valuable", "quiet"] = setting(
        "all",
        "customers aimed at: all; new: tenure below a year; valuable: the upper half by recent spend;"
        " quiet: no purchase for a season",
        source="the manager's choice",
    )
    offers_per_year: float = setting(
        0.0,
        "messages that bring a limited offer to each customer aimed at; 0: the discount is simply always there",
        "a year",
        ge=0,
        le=52,
    )
    lasts_months: float = setting(3.0, "time for which an offer holds", "months", "the manager's choice", gt=0, le=60)
    cost_per_message: float = setting(0.5, "cost of one message", "currency", ge=0, le=1000)
    growth: float = setting(
        1.5, "purchases added per unit of log price, before the market's cap (repertoire)", "elasticity",
        "[A] half of the mean promotional price elasticity of Bijmolt, van Heerde & Pieters 2005", ge=0, le=10,
    )  # fmt: skip
    reminder: float = setting(
        0.0, "purchases added while a message is fresh, whatever the price, before the market's cap (repertoire)",
        "log factor", "Hillstrom 2008", ge=0, le=5,
    )  # fmt: skip


class Discount(Program):
    """Lower the price, for all customers or for those aimed at; a message wakes sleepers too."""

    settings_class = DiscountSettings
    settings: DiscountSettings

    def __init__(self, settings: DiscountSettings, firm: "Firm", people: int) -> None:
        """Start with nobody holding an offer."""
        super().__init__(settings, firm, people)
        self.holds_until: NDArray[np.float32] = np.full(people, -1.0, np.float32)  # years since the burn-in

    def aimed(self, market: "Market") -> NDArray[np.bool_]:
        """Return whom the program aims at (N,), by what the firm can know: its customers' tenure, spend and silence."""
        people, firm = market.people, self.firm.number
        customers = people.customer[:, firm]
        if self.settings.target == "new":
            return customers & (people.tenure[:, firm] < 1.0)
        if self.settings.target == "valuable":
            spend = people.recent_spend[:, firm]
            return customers & (spend >= np.median(spend[customers])) if customers.any() else customers
        if self.settings.target == "quiet":
            return customers & (people.since[:, firm] > 0.25)
        return customers

    def outreach(self, market: "Market") -> None:
        """Send limited offers, if there are any; each message makes its reader think of the firm."""
        if not self.settings.offers_per_year:
            return
        who, times = self.occasions(market, self.aimed(market), self.settings.offers_per_year, Decision.REACH)
        self.send(market, who, times, self.settings.cost_per_message)
        self.holds_until[who] = market.year + self.settings.lasts_months / 12.0
        fresh = self.holds_until > market.year
        self._offer(market, fresh)
        market.offers.growth[fresh, self.firm.number] += np.float32(self.settings.reminder)

    def plan(self, market: "Market") -> None:
        """Put the lower price before those aimed at, unless it comes by message."""
        if not self.settings.offers_per_year:
            self._offer(market, self.aimed(market))

    def _offer(self, market: "Market", to: NDArray[np.bool_]) -> None:
        cut_price(market.offers, to, self.firm.number, self.settings.share)
        market.offers.growth[to, self.firm.number] += np.float32(-np.log1p(-self.settings.share) * self.settings.growth)
