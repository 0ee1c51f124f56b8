"""What a firm does with data: use them in secret until it comes out, and guard them, well or badly."""

import math
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from sim.draws import Decision, uniform
from sim.firms.program import Program, ProgramSettings
from sim.firms.programs.data_request import DataRequest
from sim.ledger import Account, Cents, each, over_time
from sim.mind.parts.privacy import Privacy
from sim.people.mathematics import chance_within
from sim.settings import setting

if TYPE_CHECKING:
    from sim.firms.firm import Firm
    from sim.market import Market


class DataUseSettings(ProgramSettings):
    """Whether data are used without consent, when that comes out, and how well they are guarded."""

    secret: bool = setting(
        False, "data of all customers are collected and used without consent", source="the manager's choice"
    )
    exposed_year: float | None = setting(
        None, "when the secret use comes out, and ends; empty: never", "years", "the modeler's choice", ge=0, le=50
    )
    legal_cost: float = setting(5.0, "cost in court of what came out", "currency a customer", ge=0, le=1e5)
    breach_per_year: float = setting(0.0, "hazard that data are stolen, without security", "a year", ge=0, le=100)
    security: float = setting(
        0.0, "spending on security", "currency a customer a year", "the manager's choice", ge=0, le=1000
    )
    security_scale: float = setting(
        2.0, "spending that brings the hazard down to 37 %", "currency a customer a year", ge=0.01, le=1000
    )
    breach_cost: float = setting(5.0, "cost of each customer's data that are stolen", "currency", ge=0, le=1e5)

    @model_validator(mode="after")
    def _something_to_find_out(self) -> Self:
        if self.exposed_year is not None and not self.secret:
            raise ValueError(f"exposed_year = {self.exposed_year:g}: only what is secret comes out; set secret = true")
        return self


class DataUse(Program):
    """Use data without consent until that comes out; guard data against theft. A broken pledge is taken harder."""

    settings_class = DataUseSettings
    settings: DataUseSettings
    needs = ("privacy",)

    def __init__(self, settings: DataUseSettings, firm: "Firm", people: int) -> None:
        """Start with nothing known outside."""
        super().__init__(settings, firm, people)
        self.came_out: NDArray[np.bool_] = np.zeros(1, np.bool_)  # an array, so that a simulated future knows it

    def plan(self, market: "Market") -> None:
        """Collect in secret, or be found out; pay for security, and be robbed or not."""
        s, customer = self.settings, market.people.customer[:, self.firm.number]
        exposed = s.exposed_year is not None and market.year >= s.exposed_year - 1e-9
        if s.secret and not self.came_out[0]:
            self.reached |= customer
            if exposed:
                self.came_out[0] = True
                self._scandal(market, customer, s.legal_cost, leak=False)
            else:
                market.mind.of(Privacy).secret[self.firm.number] = True
        who = np.flatnonzero(customer)
        self._pay(market, who, over_time(s.security, market.year, market.year + market.now.dt, who))
        hazard = s.breach_per_year * math.exp(-s.security / s.security_scale)
        luck = uniform(market.key, self.firm.id, market.now.period, int(Decision.BREACH), 0)
        if luck < chance_within(hazard, market.now.dt):
            held = customer & (market.mind.of(Privacy).columns.knowledge[:, self.firm.number] > 0.0)
            self.reached |= held
            self._scandal(market, held, s.breach_cost, leak=True)

    def _scandal(self, market: "Market", concerned: NDArray[np.bool_], cost: float, leak: bool) -> None:
        """Let it come out, at a cost for each of those ``concerned`` (N,); a theft breaks no pledge not to sell."""
        privacy = market.mind.of(Privacy)
        weight = privacy.settings.outrage * (
            privacy.settings.broken_pledge if self._pledged(market) and not leak else 1.0
        )
        privacy.come_out(market, self.firm.number, weight, leak)
        who = np.flatnonzero(concerned)
        self._pay(market, who, each(cost, who))

    def _pledged(self, market: "Market") -> bool:
        """Whether the firm has pledged in public by now not to sell or share data."""
        request = self.firm.programs.get("data_request")
        begun = request is not None and (request.runs(market.year) or request.ended(market.year))
        return begun and isinstance(request, DataRequest) and request.settings.pledge

    def _pay(self, market: "Market", who: NDArray[np.int64], cents: Cents) -> None:
        market.ledger.spend(self.firm.number, Account.PROGRAM_COST, cents, who)
