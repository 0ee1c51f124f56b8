"""Equity: what a firm's customers and everybody else are worth, year by year of the watch, and the return on that.

Return on Customer (Peppers & Rogers 2005) of a stretch of ``T`` years, as a rate a year:

    ((margins, carried to the end at the discount rate + equity at the end) / equity at the start)^(1/T) - 1

Margins are profit before fixed cost. Rewards count when they are earned, which is cash with the points outstanding
taken off equity. Equity is that of customers and of everybody else. Where nothing surprises and nobody enters, the
return is the discount rate: equity is what it promises, so what is earned is the price of waiting.
"""

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.people.experience import complaints_expected
from sim.value import Costs, Horizon, appraise

if TYPE_CHECKING:
    from sim.firms.firm import Firm
    from sim.market import Market

Floats = NDArray[np.float64]


class Experience(NamedTuple):
    """What the last twelve months tell of costs, currency units."""

    per_contact: float  # payroll included
    per_complaint: float = 0.0  # compensation
    per_purchase: float = 0.0  # messages


def learned(market: "Market", firm: "Firm") -> Experience:
    """Return what a firm's books of the last twelve months say of its costs; before any, what its center charges.

    What programs cost is asked of the books only while some run.
    """
    rows = market.reports.rows[firm.number][-market.world.calendar.per_year :]
    if not rows:
        return Experience(float(market.contact_cost[firm.number]))
    year = {
        name: sum(row[name] for row in rows)
        for name in ("service_cost", "own_contacts", "program_cost", "complaints", "outreach_cost", "purchases")
    }

    def each(cost: str, base: str) -> float:
        return year[cost] / year[base] if year[base] else 0.0

    per_contact = each("service_cost", "own_contacts")
    if not firm.running(market.year):
        return Experience(per_contact)
    return Experience(per_contact, each("program_cost", "complaints"), each("outreach_cost", "purchases"))


def expected_value(market: "Market", firm: "Firm", returns: bool = True) -> Floats:
    """Return what each person is worth to a firm from now on (N,), currency units: see `sim.value`.

    Args:
        market: between two periods.
        firm: one of its firms.
        returns: whether who leaves may return; else they are lost for good.
    """
    crowd, world = market.crowd, market.world
    worth = np.zeros(len(market.people.entry))
    horizon = Horizon(
        math.log1p(world.economics.discount_rate), world.calendar.dt, crowd.active_years, 1.0 if returns else 0.0
    )
    crowd.crew.run(
        appraise, market.period, market.people, firm.number, market.terms, market.offers, crowd.choosing,
        crowd.feeling, crowd.reopen, crowd.buying.growth_cap, _costs(market, firm), horizon, crowd.repertoire, worth,
    )  # fmt: skip
    return worth


def _costs(market: "Market", firm: "Firm") -> Costs:
    """Return what each person costs at today's levers."""
    world, books = market.world, learned(market, firm)
    share = np.full(len(market.people.entry), firm.settings.direct_cost_share)
    for program in firm.running(market.year):
        share += program.cost_share(market)
    return Costs(
        share=share,
        **books._asdict(),
        contacts_per_order=world.experience.order_questions * world.experience.questions,
        questions=float(world.experience.questions),
        complaints=complaints_expected(firm.levers.failures, world.experience),
        acquisition=firm.settings.acquisition_cost,
    )


class Year(NamedTuple):
    """The end of a year of the watch (of its last part, if it ends within one); NaN where undefined."""

    customer_equity: float
    prospect_equity: float
    return_on_customer: float  # in this year, a rate a year


class Equity:
    """A firm's equity, followed through the watch.

    Attributes:
        start: (N,) what each person was worth at the start of the watch, currency units, at the prices of then.
        now: (N,) the same when it was last asked.
        asked_in: the period that was ahead then.
        years: one entry for each year that is over.
    """

    def __init__(self, market: "Market", firm: "Firm") -> None:
        """Appraise everybody at the start of the watch."""
        self.market, self.firm = market, firm
        self.initial = market.people.customer[:, firm.number].copy()
        self.start = expected_value(market, firm)
        self.now = self.start
        self.years: list[Year] = []
        self._earned = self._earned_this_year = self._payroll = 0.0
        self._opening, self._since = float(self.start.sum()), 0
        self.asked_in = market.period

    def note(self, margin: float, payroll: float) -> None:
        """Note a period before its books are closed: profit before fixed cost, and payroll; currency units."""
        growth = (1.0 + self._rate) ** self.market.now.dt
        self._earned = self._earned * growth + margin
        self._earned_this_year = self._earned_this_year * growth + margin
        self._payroll = self._payroll * growth + payroll
        self._since += 1

    def close_year(self) -> Year:
        """Appraise everybody after the last period of a year, or of the watch."""
        self.now = expected_value(self.market, self.firm)
        self.asked_in = self.market.period
        here = self.market.people.customer[:, self.firm.number]
        closing = float(self.now.sum())
        gained = self._yield(self._earned_this_year + closing, self._opening, self._since)
        year = Year(float(self.now[here].sum()), float(self.now[~here].sum()), gained)
        self._opening, self._earned_this_year, self._since = closing, 0.0, 0
        self.years.append(year)
        return year

    @property
    def return_on_customer(self) -> float:
        """Of the watch so far, a rate a year; NaN if there was nothing to earn it on."""
        return self._yield(self._earned + float(self.now.sum()), float(self.start.sum()), self._periods)

    @property
    def return_on_present_customers(self) -> float:
        """The same on those who were customers at the start; payroll is theirs by their share of contacts."""
        market, number, mine = self.market, self.firm.number, self.initial
        contacts = market.dealings.contacts[number]
        share = float(contacts[mine].sum() / contacts.sum()) if contacts.any() else 0.0
        growth = (1.0 + self._rate) ** (self._periods * market.now.dt)
        earned = float(market.ledger.value[mine, number].sum()) * growth - self._payroll * share
        return self._yield(earned + float(self.now[mine].sum()), float(self.start[mine].sum()), self._periods)

    @property
    def _periods(self) -> int:
        return self.market.period - self.market.begins

    @property
    def _rate(self) -> float:
        return self.market.world.economics.discount_rate

    def _yield(self, closing: float, opening: float, periods: int) -> float:
        if opening <= 0.0 or closing <= 0.0 or not periods:
            return math.nan
        return float((closing / opening) ** (1.0 / (periods * self.market.now.dt))) - 1.0
