"""The hard sell: the firm presses customers into sales that are not in their interest."""

from typing import TYPE_CHECKING

import numpy as np

from sim.draws import Decision
from sim.firms.program import Program, ProgramSettings
from sim.firms.programs.honest_advice import see
from sim.ledger import Account, to_cents
from sim.settings import setting

if TYPE_CHECKING:
    from sim.market import Market


class HardSellSettings(ProgramSettings):
    """How often, and for how much."""

    occasions_per_year: float = setting(
        1.0, "occasions on which a customer is pressed into a sale", "a year", "the manager's choice", gt=0, le=52
    )
    sale: float = setting(10.0, "what the customer pays more on each", "currency", "the manager's choice", ge=0, le=1e5)
    orientation: float = setting(
        1.5, "self-orientation that pressing shows; 1: as any firm", "1-2", "the manager's choice", ge=1, le=2
    )
    step: float = setting(
        0.3, "how far one such occasion moves what a customer thinks of the firm", "part of the way",
        "Maister, Green & Galford 2000; [A] size", ge=0, le=1,
    )  # fmt: skip


class HardSell(Program):
    """Press customers into sales: revenue now, and a firm that is seen to look after itself."""

    settings_class = HardSellSettings
    settings: HardSellSettings
    needs = ("trust",)

    def outreach(self, market: "Market") -> None:
        """Sell to customers who have an occasion; what is sold costs its share of direct cost."""
        s, firm = self.settings, self.firm
        who, times = self.occasions(
            market, market.people.customer[:, firm.number], s.occasions_per_year, Decision.PRESS
        )
        see(market, firm, who, s.orientation, s.step, times)
        cents = times * int(to_cents(s.sale))
        market.ledger.sell(firm.number, who, cents)
        cost = np.floor(cents * firm.settings.direct_cost_share + 0.5).astype(np.int64)
        market.ledger.spend(firm.number, Account.DIRECT_COST, cost, who)
        self.reached[who] = True
