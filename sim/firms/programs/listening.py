"""Listening: complaining is made easy, and what customers say is acted upon."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.firms.program import Program, ProgramSettings
from sim.ledger import Account, each
from sim.mind.parts.feedback import Feedback
from sim.people.mathematics import approach
from sim.settings import setting

if TYPE_CHECKING:
    from sim.firms.firm import Firm
    from sim.market import Market


class ListeningSettings(ProgramSettings):
    """How easy it is to complain, and how much is acted upon."""

    ease: float = setting(
        0.7, "readiness to complain that an easy way adds", "log-odds", "Fornell & Wernerfelt 1987; [A] size",
        ge=0, le=10,
    )  # fmt: skip
    capacity: float = setting(
        0.2, "complaints that can be acted upon, the gravest first", "a customer-year", "the manager's choice",
        ge=0, le=1000,
    )  # fmt: skip
    cost: float = setting(8.0, "cost of acting upon a complaint", "currency", ge=0, le=1e5)


class Listening(Program):
    """Make complaining easy, and mend the causes of what customers complain of."""

    settings_class = ListeningSettings
    settings: ListeningSettings
    needs = ("feedback",)

    def __init__(self, settings: ListeningSettings, firm: "Firm", people: int) -> None:
        """Start with nothing mended."""
        super().__init__(settings, firm, people)
        self.fixes: NDArray[np.float64] = np.zeros(1)  # complaints acted upon, per customer, fading
        self.spare: NDArray[np.float64] = np.zeros(1)  # complaints for which there was capacity, of the last quarter

    def plan(self, market: "Market") -> None:
        """Open an easy way to complain."""
        part, firm = market.mind.of(Feedback), self.firm.number
        part.ease[firm], part.fixes[firm] = self.settings.ease, self.fixes[0]

    def settle(self, market: "Market") -> None:
        """Act upon the period's complaints, as far as the capacity goes; what was mended fades."""
        part, firm = market.mind.of(Feedback), self.firm.number
        self.fixes *= 1.0 - approach(part.settings.half_life, market.now.dt)
        if self.runs(market.year):
            self._act(market, part)
        part.fixes[firm] = self.fixes[0]

    def _act(self, market: "Market", part: Feedback) -> None:
        firm, customers = self.firm.number, int(market.people.customer[:, self.firm.number].sum())
        person, of, severity = part.voiced
        mine = np.flatnonzero(of == firm)
        room = self.spare[0] + self.settings.capacity * customers * market.now.dt
        gravest = mine[np.argsort(-severity[mine], kind="stable")][: int(room)]
        self.spare[0] = min(room - len(gravest), 0.25 * self.settings.capacity * customers)
        self.fixes += len(gravest) / max(customers, 1)
        part.used[firm] = len(gravest)
        cost = each(self.settings.cost, gravest)
        market.ledger.spend(firm, Account.OUTREACH_COST, cost, np.sort(person[gravest]))
