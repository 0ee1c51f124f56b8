"""A survey: customers are asked how satisfied they are. What is measured is not quite what they feel."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.draws import Decision, Key, uniform
from sim.firms.program import Program, ProgramSettings
from sim.kernel import loop
from sim.ledger import Account, to_cents
from sim.mind.parts.survey_response import SurveyResponse
from sim.people.columns import Flags
from sim.people.mathematics import chance_within
from sim.settings import setting

if TYPE_CHECKING:
    from sim.market import Market


class SurveySettings(ProgramSettings):
    """How many are asked, how often, how well."""

    sample: float = setting(0.1, "share of customers asked in each survey", "share", "the manager's choice", gt=0, le=1)
    surveys_per_year: float = setting(
        4.0, "surveys, spread evenly over the year", "a year", "the manager's choice", gt=0, le=52
    )
    noise: float = setting(0.08, "error of an answer, standard deviation", "scale of 0-1", ge=0, le=1)
    cost_per_invitation: float = setting(1.0, "cost of asking one customer", "currency", ge=0, le=1000)


@loop
def _invite(
    first: int, last: int, period: int, key: Key, firm_id: int, customer: Flags, chance: float, asked: Flags
) -> None:
    """Draw whom of the customers (N,) the survey asks in this period."""
    for person in range(first, last):
        asked[person] = customer[person] and uniform(key, person, period, Decision.SURVEY_SAMPLE, firm_id) < chance


class Survey(Program):
    """Ask a random sample of customers how satisfied they are; measured satisfaction differs from the true one."""

    settings_class = SurveySettings
    settings: SurveySettings
    needs = ("survey_response",)

    def outreach(self, market: "Market") -> None:
        """Ask, and pay for each invitation."""
        customer = np.ascontiguousarray(market.people.customer[:, self.firm.number])
        asked: NDArray[np.bool_] = np.zeros(len(customer), np.bool_)
        chance = chance_within(self.settings.sample * self.settings.surveys_per_year, market.now.dt)
        market.crowd.crew.run(_invite, market.now.period, market.key, self.firm.id, customer, chance, asked)
        who = np.flatnonzero(asked)
        cents = np.full(len(who), int(to_cents(self.settings.cost_per_invitation)), np.int64)
        market.ledger.spend(self.firm.number, Account.PROGRAM_COST, cents, who)
        people = market.mind.parts["survey_response"]
        assert isinstance(people, SurveyResponse)
        people.ask(market, self.firm, who, self.settings.noise)
