"""A community: the firm hosts a place where its customers meet and help each other."""

from typing import TYPE_CHECKING

import numpy as np

from sim.firms.program import Program, ProgramSettings
from sim.ledger import Account, over_time
from sim.mind.parts.community import Community as Communities
from sim.settings import setting

if TYPE_CHECKING:
    from sim.market import Market


class CommunityProgramSettings(ProgramSettings):
    """What it costs."""

    cost_per_member: float = setting(2.0, "cost of hosting and moderating, a member", "currency a year", ge=0, le=1e5)


class Community(Program):
    """Host a community of customers, who answer each other's questions."""

    settings_class = CommunityProgramSettings
    settings: CommunityProgramSettings
    needs = ("community",)

    def plan(self, market: "Market") -> None:
        """Keep the doors open in this period."""
        market.mind.of(Communities).hosted[self.firm.number] = True

    def settle(self, market: "Market") -> None:
        """Pay for the members."""
        if self.runs(market.year):
            members = np.flatnonzero(market.mind.of(Communities).columns.community == self.firm.number)
            cost = over_time(self.settings.cost_per_member, market.year, market.year + market.now.dt, members)
            market.ledger.spend(self.firm.number, Account.OUTREACH_COST, cost, members)
