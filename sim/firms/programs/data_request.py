"""A request for data: customers are asked to let the firm know and use what it learns about them."""

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from sim.draws import Decision
from sim.firms.program import Program, ProgramSettings
from sim.ledger import Account, each
from sim.mind.parts.privacy import Privacy, Request
from sim.people.mathematics import chance_within
from sim.settings import setting

if TYPE_CHECKING:
    from sim.firms.firm import Firm
    from sim.market import Market


class DataRequestSettings(ProgramSettings):
    """How data are asked for, and what is offered in turn."""

    ask: Literal["clarity", "discount", "neither"] = setting(
        "clarity", "customers are told exactly how data are used, or get a discount for them, or neither",
        source="the manager's choice",
    )  # fmt: skip
    prominence: int = setting(
        3, "how the privacy policy is shown: 5 highlighted, 4 shown, 3 in passing, 2 without emphasis, 1 not at all",
        "level", "the manager's choice", ge=1, le=5,
    )  # fmt: skip
    pledge: bool = setting(False, "it is pledged in public not to sell or share data", source="the manager's choice")
    self_edit: bool = setting(False, "customers can see and edit their data", source="the manager's choice")
    requests_per_year: float = setting(
        2.0,
        "rate at which each customer who was not asked yet is asked",
        "a year",
        "the manager's choice",
        gt=0,
        le=365,
    )
    reward: float = setting(
        5.0, "discount paid to who gives data for it", "currency", "the manager's choice", ge=0, le=1e5
    )
    cost_per_request: float = setting(0.2, "cost of asking", "currency", ge=0, le=1000)


class DataRequest(Program):
    """Ask customers, each once, to give data: by telling how they are used, for a discount, or neither."""

    settings_class = DataRequestSettings
    settings: DataRequestSettings
    needs = ("privacy",)

    def __init__(self, settings: DataRequestSettings, firm: "Firm", people: int) -> None:
        """Start with nobody asked."""
        super().__init__(settings, firm, people)
        self.asked: NDArray[np.bool_] = np.zeros(people, np.bool_)

    def plan(self, market: "Market") -> None:
        """Let customers edit their data, if they can."""
        market.mind.of(Privacy).edited[self.firm.number] = self.settings.self_edit

    def outreach(self, market: "Market") -> None:
        """Ask some of those who were not asked since they became customers; who gives data for a discount gets it."""
        privacy, firm, s = market.mind.of(Privacy), self.firm, self.settings
        customer = market.people.customer[:, firm.number]
        self.asked &= customer
        due = customer & ~self.asked & ~privacy.columns.consent[:, firm.number]
        due &= self.luck(market, Decision.ASK) < chance_within(s.requests_per_year, market.now.dt)
        self.asked |= due
        self.reached |= due  # a question shows in no offer
        who = np.flatnonzero(due)
        market.ledger.spend(firm.number, Account.OUTREACH_COST, each(s.cost_per_request, who), who)
        reasons = {"clarity": "asked_clearly", "discount": "asked_for_discount", "neither": "just_asked"}
        reason = float(getattr(privacy.settings, reasons[s.ask]))
        willing = who[
            privacy.ask(market, firm.number, who, Request(reason, float(s.prominence), s.pledge, s.self_edit))
        ]
        if s.ask == "discount":
            market.ledger.compensate(firm.number, willing, each(s.reward, willing))
