"""An exit barrier: leaving is made hard, by forms, hotlines and things that fit nowhere else."""

from typing import TYPE_CHECKING

import numpy as np

from sim.firms.program import Program, ProgramSettings
from sim.ledger import Account, over_time
from sim.settings import setting

if TYPE_CHECKING:
    from sim.market import Market


class ExitBarrierSettings(ProgramSettings):
    """How hard it is to leave, and what that costs."""

    utility: float = setting(
        1.0, "added to what leaving costs a customer", "utility", "Burnham, Frels & Mahajan 2003; [A] size", ge=0, le=50
    )
    annoyance: float = setting(
        0.01, "performance that being held takes off, as customers see it", "attribute scale",
        "Jones, Mothersbaugh & Beatty 2000: barriers hold, and do not please; [A] size", ge=0, le=1,
    )  # fmt: skip
    cost: float = setting(0.0, "cost of upholding it", "currency a customer-year", ge=0, le=1000)


class ExitBarrier(Program):
    """Make leaving hard: customers stay who would have gone, and do not like it; from its end they may go."""

    settings_class = ExitBarrierSettings
    settings: ExitBarrierSettings

    def plan(self, market: "Market") -> None:
        """Put the barrier before all customers."""
        customers, number = market.people.customer[:, self.firm.number], self.firm.number
        market.offers.barrier[customers, number] += np.float32(self.settings.utility)
        market.leanings.regard[customers, number] -= np.float32(self.settings.annoyance)
        who = np.flatnonzero(customers)
        cost = over_time(self.settings.cost, market.year, market.year + market.now.dt, who)
        market.ledger.spend(self.firm.number, Account.PROGRAM_COST, cost, who)
