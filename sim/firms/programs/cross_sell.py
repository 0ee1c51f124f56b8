"""Cross-selling: messages that offer customers a further category; who gets too many of them hears none."""

import math
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from sim.draws import Decision, Key, uniform
from sim.firms.program import Program, ProgramSettings
from sim.kernel import double, kernel, loop
from sim.mind.parts.holdings import Holdings, HoldingsSettings, readiness
from sim.people.columns import Floats
from sim.people.feelings import FeelSettings
from sim.people.mathematics import approach
from sim.rule import rule
from sim.settings import numbers, setting

if TYPE_CHECKING:
    from sim.firms.firm import Firm
    from sim.market import Market


class CrossSellSettings(ProgramSettings):
    """Whom the messages reach, how often, and what they bring about."""

    target: Literal["all", "single", "valuable"] = setting(
        "all", "customers aimed at: all; single: who holds one category; valuable: the upper half by recent spend",
        source="the manager's choice",
    )  # fmt: skip
    offers_per_year: float = setting(
        2.0, "messages to each customer aimed at", "a year", "the manager's choice", ge=0, le=52
    )
    cost_per_message: float = setting(0.5, "cost of one message", "currency", ge=0, le=1000)
    response: float = setting(
        0.05, "chance that a reader at the anchor takes a category bought elsewhere", "a message", ge=0, le=1
    )
    fatigue: float = setting(
        0.5, "how much each recent message lowers the response to the next", "log chance",
        "Venkatesan & Kumar 2004: returns to contacts diminish; [A] size", ge=0, le=10,
    )  # fmt: skip
    fatigue_half_life: float = setting(6.0, "time in which half of it is forgotten", "months", gt=0, le=120)


@rule(
    "recent", 0.0, 6.0, lines=("ready", 0.5, 1.0, 2.0),
    also=("message_fatigue", "permission_marketing", "cross_selling"),
)  # fmt: skip
@kernel
def chance_of_response(recent: float, ready: float, s: CrossSellSettings) -> float:
    """Return the chance that a message makes its reader take a further category.

    Equation: min(1, response ready exp(-fatigue recent))
    Units: recent messages, at least 0, forgotten by half-lives; ready: the factor of `readiness`, above 0; 0-1
    Source: Venkatesan & Kumar 2004 (returns to contacts diminish); [A] form and size
    """
    return min(s.response * ready * math.exp(-s.fatigue * recent), 1.0)


@loop
def _read(
    who: NDArray[np.int64], times: NDArray[np.int64], period: int, key: Key, firm_id: int, wanted: NDArray[np.int8],
    satisfaction: Floats, commitment: Floats, s: CrossSellSettings, h: HoldingsSettings, f: FeelSettings,
    recent: Floats, held: NDArray[np.int8],
) -> None:  # fmt: skip
    """Draw who takes a category at one of the messages that reach each of ``who``; columns (N,) of the firm."""
    for row in range(who.size):
        person = int(who[row])
        for message in range(times[row]):
            if held[person] < wanted[person]:
                ready = readiness(double(satisfaction[person]), double(commitment[person]), h, f)
                takes = chance_of_response(double(recent[person]), ready, s)
                held[person] += uniform(key, person, period, Decision.TAKE_UP, firm_id | message << 24) < takes
            recent[person] = double(recent[person]) + 1.0


class CrossSell(Program):
    """Offer customers a further category by messages; each makes its reader think of the firm, too."""

    settings_class = CrossSellSettings
    settings: CrossSellSettings
    needs = ("holdings",)

    def __init__(self, settings: CrossSellSettings, firm: "Firm", people: int) -> None:
        """Start with nobody tired of messages."""
        super().__init__(settings, firm, people)
        self.recent: Floats = np.zeros(people, np.float32)  # messages, forgotten by half-lives

    def aimed(self, market: "Market") -> NDArray[np.bool_]:
        """Return whom the program aims at (N,): customers, by what they hold and spend."""
        people, number = market.people, self.firm.number
        customers: NDArray[np.bool_] = people.customer[:, number]
        some = customers
        if self.settings.target == "single":
            some = market.mind.of(Holdings).columns.held[:, number] == 1
        elif self.settings.target == "valuable" and customers.any():
            some = people.recent_spend[:, number] >= np.median(people.recent_spend[customers, number])
        return customers & some

    def outreach(self, market: "Market") -> None:
        """Send the period's messages."""
        part, people, number = market.mind.of(Holdings), market.people, self.firm.number
        who, times = self.occasions(market, self.aimed(market), self.settings.offers_per_year, Decision.CROSS_SELL)
        self.recent *= np.float32(1.0 - approach(self.settings.fatigue_half_life, market.now.dt))
        _read(
            who, times, market.now.period, market.key, self.firm.id, part.columns.wanted,
            people.satisfaction[:, number], people.commitment[:, number], numbers(self.settings),
            numbers(part.settings), market.crowd.feeling, self.recent, part.columns.held[:, number],
        )  # fmt: skip
        self.send(market, who, times, self.settings.cost_per_message)
