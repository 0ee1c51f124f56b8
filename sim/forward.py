"""Lifetime value by simulation: from a state of the market on, live many futures and average what each person brings.

A future starts from the people, call centers, accounts of programs and levers of the moment. Levers stay as they are
(no strategy decides any more; programs run on by their own plan), and its luck is a stream of its own, which no study
uses: never the path that the market itself goes on. A person's margin is what `Ledger` books on them, discounted to the
moment, less their share of each period's payroll by contacts; fixed cost is left out, as in `sim.value`.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.equity import expected_value
from sim.ledger import Account
from sim.market import Market

if TYPE_CHECKING:
    from sim.firms.firm import Firm

FIRST_FUTURE = 2_000_001  # studies have replicates 1 to 10,000, pilots follow 1,000,001
MOST_LIVES = 1_000  # of one state

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Future:
    """What each person of a market brings the focal firm from a moment on, currency units discounted to the moment.

    Attributes:
        years: horizon that was simulated.
        margin: (lives, N) within the horizon.
        terminal: (lives, N) what each is worth at its end by formula (`sim.value`), discounted; 0 if left out.
        formula: (N,) what each is worth at the moment by formula, returns after leaving included.
        for_good: (N,) the same as if who leaves never returned: m r / (1 + i - r), or BG/NBD's expected purchases.
        customer: (N,) who is a customer at the moment.
    """

    years: float
    margin: Floats
    terminal: Floats
    formula: Floats
    for_good: Floats
    customer: NDArray[np.bool_]

    @property
    def value(self) -> Floats:
        """Expected lifetime value of each person (N,), terminal value included: the mean over lives."""
        mean: Floats = (self.margin + self.terminal).mean(axis=0)
        return mean

    def totals(self, who: NDArray[np.bool_]) -> Floats:
        """Return what these people bring together in each life (lives,), terminal value included."""
        total: Floats = (self.margin + self.terminal)[:, who].sum(axis=1)
        return total


def forward(market: Market, years: float = 10.0, lives: int = 10, terminal: bool = True) -> Future:
    """Live ``lives`` futures of ``years`` from the market's present state on; the market itself is not touched.

    Args:
        market: between two periods.
        years: horizon of the simulation.
        lives: number of futures, each with its own luck.
        terminal: whether people are worth something at the horizon, by formula, or nothing.
    """
    firm = market.firm()
    margin, rest = np.zeros((2, lives, len(market.people.entry)))
    for number in range(lives):
        life = branch(market, FIRST_FUTURE + market.replicate * MOST_LIVES + number)
        margin[number] = _lived(life, round(years * market.world.calendar.per_year))
        if terminal:
            weight = life.ledger.discount(years)
            rest[number] = expected_value(life, life.firm(firm.name)) * weight
    return Future(
        years, margin, rest, expected_value(market, firm), expected_value(market, firm, returns=False),
        market.people.customer[:, firm.number].copy(),
    )  # fmt: skip


def branch(market: Market, replicate: int) -> Market:
    """Return a market that goes on from the present state of another in the luck of ``replicate``, levers frozen."""
    life = Market(market.world, replicate, market.population, market.snapshot(), market.threads, kept="figures")
    life.period = market.period
    life.reports.equity = None
    for firm, origin in zip(life.firms, market.firms, strict=True):
        firm.levers, firm.strategies = origin.levers, []
        for name, program in origin.programs.items():
            for what, column in vars(program).items():  # what a program knows of people: its columns
                if isinstance(column, np.ndarray):
                    setattr(firm.programs[name], what, column.copy())
    return life


def _lived(life: Market, periods: int) -> Floats:
    """Live so many periods and return each person's margin (N,), discounted to their start, payroll shared out."""
    firm: Firm = life.firm()
    ledger, contacts, number = life.ledger, life.dealings.contacts, firm.number
    paid, began, value = 0, contacts[number].copy(), np.zeros(len(life.people.entry))
    realized = ledger.margin[:, number].copy()
    for period in range(1, periods + 1):
        life.step()
        payroll = int(ledger.nobody[number, Account.SERVICE_COST]) - paid
        new = contacts[number] - began
        gained = (ledger.margin[:, number] - realized).astype(np.float64)
        if new.any():
            gained -= payroll * (new / new.sum())
        value += gained * (ledger.discount(period * life.now.dt) / 100.0)
        paid += payroll
        began, realized = contacts[number].copy(), ledger.margin[:, number].copy()
    return value
