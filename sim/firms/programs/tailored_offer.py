"""An offer tailored to what a customer is taken to need: it fits who is judged rightly, and annoys who is not."""

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from sim.draws import Decision
from sim.firms.program import Program, ProgramSettings
from sim.ledger import Account, Cents, each, over_time
from sim.mind.parts.needs import Needs
from sim.settings import setting

if TYPE_CHECKING:
    from sim.firms.firm import Firm
    from sim.market import Market


class TailoredOfferSettings(ProgramSettings):
    """By what the offer is tailored, and what that is worth to people."""

    by: Literal["need", "demographics", "nothing"] = setting(
        "need",
        "what a customer's need is told from: need: research and data, else demographics; demographics alone; nothing:"
        " everybody gets the offer for the largest segment",
        source="the manager's choice",
    )
    insight: float = setting(
        0.7, "chance that research finds a customer's need", "0-1", "Haley 1968; [A] size", ge=0, le=1
    )
    gain: float = setting(
        0.15, "what a fitting offer adds to the personal attribute", "attribute scale",
        "Simonson 2005; [A] size", ge=0, le=1,
    )  # fmt: skip
    annoyance: float = setting(
        0.08, "what an offer that does not fit takes from it", "attribute scale", "Simonson 2005; [A] size", ge=0, le=1
    )
    cost_per_year: float = setting(3.0, "cost of tailoring, for each customer", "currency a year", ge=0, le=1e4)
    cost_of_research: float = setting(2.0, "cost of researching a customer's need, once", "currency", ge=0, le=1e4)


class TailoredOffer(Program):
    """Tailor the offer to what each customer is taken to need: by need, by demographics, or by nothing."""

    settings_class = TailoredOfferSettings
    settings: TailoredOfferSettings
    needs = ("needs",)

    def __init__(self, settings: TailoredOfferSettings, firm: "Firm", people: int) -> None:
        """Begin with nobody researched."""
        super().__init__(settings, firm, people)
        self.researched: NDArray[np.bool_] = np.zeros(people, np.bool_)

    def plan(self, market: "Market") -> None:
        """Put the offer before every customer; research whose need is not known yet."""
        own = self.firm.number
        customer = market.people.customer[:, own]
        if self.settings.by == "need":
            new = np.flatnonzero(customer & ~self.researched)
            self._pay(market, new, each(self.settings.cost_of_research, new))
            self.researched |= customer
        fits = self.judged_as(market) == market.people.segment
        fit = np.where(fits, self.settings.gain, -self.settings.annoyance).astype(np.float32)
        market.leanings.fit[customer, own] += fit[customer]
        who = np.flatnonzero(customer)
        self._pay(market, who, over_time(self.settings.cost_per_year, market.year, market.year + market.now.dt, who))

    def judged_as(self, market: "Market") -> NDArray[np.int64]:
        """Return the need segment that each person is taken to belong to (N,)."""
        part = market.mind.of(Needs)
        if self.settings.by == "nothing":
            return np.full(len(market.people.segment), part.shares.argmax())
        guessed = part.guessed()
        if self.settings.by == "demographics":
            return guessed
        found = self.luck(market, Decision.NEED_RESEARCHED, period=0) < self.settings.insight  # for life
        return np.where(part.known(market, self.firm) | found, market.people.segment, guessed)

    def _pay(self, market: "Market", person: NDArray[np.int64], cents: Cents) -> None:
        market.ledger.spend(self.firm.number, Account.PROGRAM_COST, cents, person)
