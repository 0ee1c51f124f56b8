"""A survey: customers are asked how satisfied they are. What is measured is not quite what they feel."""

from typing import TYPE_CHECKING

import numpy as np

from sim.draws import Decision
from sim.firms.program import Program, ProgramSettings
from sim.ledger import Account, each
from sim.mind.parts.survey_response import SurveyResponse
from sim.settings import setting

if TYPE_CHECKING:
    from sim.market import Market


class SurveySettings(ProgramSettings):
    """How many are asked, how often, how well."""

    sample: float = setting(0.1, "share of customers asked in each survey", "share", "the manager's choice", gt=0, le=1)
    surveys_per_year: float = setting(
        4.0, "surveys, spread evenly over the year", "a year", "the manager's choice", gt=0, le=12
    )
    noise: float = setting(0.08, "error of an answer, standard deviation", "scale of 0-1", ge=0, le=1)
    cost_per_invitation: float = setting(1.0, "cost of asking one customer", "currency", ge=0, le=1000)


class Survey(Program):
    """Ask a random sample of customers how satisfied they are; measured satisfaction differs from the true one."""

    settings_class = SurveySettings
    settings: SurveySettings
    needs = ("survey_response",)

    def outreach(self, market: "Market") -> None:
        """Ask in periods in which a survey is due, and pay for each invitation."""
        ends = market.year + np.array([0.0, market.now.dt])
        before, due = np.floor(self.settings.surveys_per_year * ends + 1e-9)  # ends are not exact parts of a year
        if due == before:
            return
        asked = self.luck(market, Decision.SURVEY_SAMPLE) < self.settings.sample
        who = np.flatnonzero(market.people.customer[:, self.firm.number] & asked)
        cost = each(self.settings.cost_per_invitation, who)
        market.ledger.spend(self.firm.number, Account.PROGRAM_COST, cost, who)
        market.mind.of(SurveyResponse).ask(market, self.firm, who, self.settings.noise)
