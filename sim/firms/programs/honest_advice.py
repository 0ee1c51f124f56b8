"""Honest advice: the firm tells customers what is best for them, also where it costs a sale."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.draws import Decision
from sim.firms.program import Program, ProgramSettings
from sim.ledger import to_cents
from sim.mind.parts.trust import Trust
from sim.settings import setting

if TYPE_CHECKING:
    from sim.firms.firm import Firm
    from sim.market import Market


class HonestAdviceSettings(ProgramSettings):
    """How often, and at what price."""

    occasions_per_year: float = setting(
        1.0, "occasions on which a customer can be advised against the firm's own interest", "a year", gt=0, le=52
    )
    forgone: float = setting(
        4.0, "what the customer gets back on each, as the sale was not in the customer's interest", "currency",
        "the manager's choice", ge=0, le=1e5,
    )  # fmt: skip
    orientation: float = setting(
        0.6, "self-orientation that such advice shows; 1: as any firm", "0.5-1", "the manager's choice", ge=0.5, le=1
    )
    step: float = setting(
        0.3, "how far one such occasion moves what a customer thinks of the firm", "part of the way",
        "Maister, Green & Galford 2000; [A] size", ge=0, le=1,
    )  # fmt: skip


def see(
    market: "Market", firm: "Firm", who: NDArray[np.int64], orientation: float, step: float, times: NDArray[np.int64]
) -> None:
    """Let these persons (rows,) see so many times by what self-orientation a firm acts; each time goes ``step``."""
    market.mind.of(Trust).orient(who, firm.number, orientation, 1.0 - np.power(1.0 - step, times.astype(np.float64)))


class HonestAdvice(Program):
    """Advise in the customer's interest and forgo sales, so that the firm is seen to look less after itself."""

    settings_class = HonestAdviceSettings
    settings: HonestAdviceSettings
    needs = ("trust",)

    def outreach(self, market: "Market") -> None:
        """Advise customers who have an occasion; each occasion costs the firm what the customer is spared."""
        s, firm = self.settings, self.firm
        who, times = self.occasions(
            market, market.people.customer[:, firm.number], s.occasions_per_year, Decision.ADVISE
        )
        see(market, firm, who, s.orientation, s.step, times)
        market.ledger.compensate(firm.number, who, times * int(to_cents(s.forgone)))
        self.reached[who] = True

    def cost_share(self, market: "Market") -> NDArray[np.float64]:
        """Return what customers are expected to be spared (N,), as a share of what they pay."""
        people, terms, firm = market.people, market.terms, self.firm.number
        a_year = 12.0 * terms.fee[firm] * people.revenue_level.astype(np.float64)
        if market.crowd.repertoire:
            a_year = people.recent_spend[:, firm].astype(np.float64)
        spared = self.settings.occasions_per_year * self.settings.forgone
        return np.where(people.customer[:, firm], np.minimum(spared / np.maximum(a_year, 0.01), 1.0), 0.0)
