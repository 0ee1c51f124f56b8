"""The ledger: double entry in integer cents, per person and firm.

Every posting debits one account and credits another by the same cents, so the books of a firm always balance, and sums
are exact in any order. Lines that belong to a person carry the person; payroll and fixed costs belong to nobody.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.kernel import loop

Cents = NDArray[np.int64]
type Kept = Literal["all", "focal", "figures"]  # of what passes between firms and persons, see `Market`


class Account(IntEnum):
    """The chart of accounts. Debits are positive: costs and assets grow by debit, revenue and liabilities by credit."""

    CASH = 0
    POINTS_LIABILITY = 1
    REVENUE = 2
    DIRECT_COST = 3
    REWARD_COST = 4
    BREAKAGE = 5
    SERVICE_COST = 6
    PROGRAM_COST = 7
    OUTREACH_COST = 8
    ACQUISITION_COST = 9
    FIXED_COST = 10


RESULT = tuple(account for account in Account if account >= Account.REVENUE)  # accounts of profit and loss
PROGRAMS = (Account.REWARD_COST, Account.BREAKAGE, Account.PROGRAM_COST, Account.OUTREACH_COST)  # spent on persons


def to_cents(money: float | NDArray[np.floating]) -> Cents:
    """Return currency units as integer cents, rounded once, halves up."""
    return np.floor(np.asarray(money, np.float64) * 100.0 + 0.5).astype(np.int64)


def each(money: float, person: NDArray[np.integer]) -> Cents:
    """Return the same sum of money (currency units) for each of these persons (rows,), rounded once."""
    return np.full(len(person), int(to_cents(money)), np.int64)


def over_time(money: float, since: float, until: float, person: NDArray[np.integer]) -> Cents:
    """Return what money a year comes to from ``since`` to ``until`` (years), for each of these persons (rows,).

    What is due by each end is rounded, not the period: so months and weeks add up to the same year.
    """
    # periods are not exact parts of a year: a millionth of a cent makes both sides of an end round alike
    due = to_cents(money * np.array([since, until]) + 1e-8)
    return np.full(len(person), due[1] - due[0], np.int64)


@loop
def _add(column: Cents, person: NDArray[np.int64], cents: Cents, sign: int) -> None:
    """Add ``sign`` times each row's cents to its person's place in a column; a person may have several rows."""
    for row in range(person.size):
        column[person[row]] += sign * cents[row]


@loop
def _realize(now: Cents, margin: Cents, value: NDArray[np.float64], weight: float) -> None:
    """Add a period's margins to those realized, and weighed to the value; begin the next with none."""
    for firm in range(now.shape[1]):
        for person in range(now.shape[0]):
            if now[person, firm] != 0:
                margin[person, firm] += now[person, firm]
                value[person, firm] += now[person, firm] * weight
                now[person, firm] = 0


class Ledger:
    """The books of ``firms`` firms and the purses of ``people`` persons.

    A firm's column of persons lies together in memory, and what is never written costs none.
    """

    def __init__(self, people: int, firms: int, discount_rate: float, kept: Kept = "all", focal: int = 0) -> None:
        """Open empty books.

        Args:
            people: how many persons there are.
            firms: how many firms.
            discount_rate: a year, by which margins are weighed.
            kept: whose books are kept by person: all firms', or those of the ``focal`` firm (see `Market`).
            focal: its number.
        """
        self.only = None if kept == "all" else focal
        self.balance: Cents = np.zeros((firms, len(Account)), np.int64)  # debits - credits since the watch began
        self.opening: Cents = self.balance.copy()  # at the start of the period
        self.margin: Cents = np.zeros((firms, people), np.int64).T  # (N, F) realized, of a person with a firm
        self.margin_now: Cents = np.zeros((firms, people), np.int64).T  # in this period
        self.nobody: Cents = np.zeros((firms, len(Account)), np.int64)  # of the balance, what belongs to no person
        spent_on = people if kept != "figures" else 0
        self.given: Cents = np.zeros((firms, spent_on), np.int64)  # what programs spent on a person, less breakage
        self.concerned: NDArray[np.bool_] = np.zeros(people, np.bool_)  # by such postings of the program at work
        self.value: NDArray[np.float64] = np.zeros((firms, people)).T  # realized and discounted, currency units
        self.purse: Cents = np.zeros(people, np.int64)  # cash in and out of a person's pocket; with all books
        self.reward_cash: Cents = np.zeros(firms, np.int64)  # redeemed in this period
        self.payroll: Cents = np.zeros(firms, np.int64)  # and hiring, in this period
        self.compensated: Cents = np.zeros(firms, np.int64)  # paid to persons since the watch began
        self.discount_rate = discount_rate

    def post(
        self, firm: int, debit: Account, credit: Account, cents: Cents, person: NDArray[np.int64] | None = None
    ) -> None:
        """Debit one account of a firm and credit another by ``cents`` (>= 0), for these persons or for nobody."""
        if not cents.size:
            return
        amount = int(cents.sum())
        self.balance[firm, debit] += amount
        self.balance[firm, credit] -= amount
        if person is None:
            self.nobody[firm, debit] += amount
            self.nobody[firm, credit] -= amount
            return
        if debit in PROGRAMS or credit in PROGRAMS:
            self.concerned[person] = True
        if self.only not in (None, firm):
            return
        sign = (credit in RESULT) - (debit in RESULT)
        if sign:
            _add(self.margin_now[:, firm], person, cents, sign)
        if self.given.size and (debit in PROGRAMS or credit in PROGRAMS):
            _add(self.given[firm], person, cents, -sign)

    @contextmanager
    def noting(self, concerned: NDArray[np.bool_]) -> Iterator[None]:
        """Mark in a column (N,) whom postings to the accounts of programs concern in here."""
        outside, self.concerned = self.concerned, concerned
        yield
        self.concerned = outside

    def sell(self, firm: int, person: NDArray[np.int64], cents: Cents) -> None:
        """Book what persons pay."""
        self.post(firm, Account.CASH, Account.REVENUE, cents, person)
        self._pay(person, cents, -1)

    def spend(self, firm: int, account: Account, cents: Cents, person: NDArray[np.int64] | None = None) -> None:
        """Book a cost that is paid at once."""
        self.post(firm, account, Account.CASH, cents, person)

    def compensate(self, firm: int, person: NDArray[np.int64], cents: Cents) -> None:
        """Book money given to persons for a failure."""
        self.spend(firm, Account.PROGRAM_COST, cents, person)
        self.compensated[firm] += int(cents.sum())
        self._pay(person, cents, 1)

    def _pay(self, person: NDArray[np.int64], cents: Cents, sign: int) -> None:
        if self.only is None:
            _add(self.purse, person, cents, sign)

    def accrue_reward(self, firm: int, person: NDArray[np.int64], cents: Cents) -> None:
        """Book the expected cost of points earned: a cost now, a liability until they are redeemed or expire."""
        self.post(firm, Account.REWARD_COST, Account.POINTS_LIABILITY, cents, person)

    def redeem_reward(self, firm: int, person: NDArray[np.int64], carried: Cents, cost: Cents) -> None:
        """Book redeemed points: the carried liability goes, the real cost is paid, the difference trues up the cost."""
        self.post(firm, Account.POINTS_LIABILITY, Account.CASH, carried, person)
        self.post(firm, Account.REWARD_COST, Account.CASH, np.maximum(cost - carried, 0), person)
        self.post(firm, Account.CASH, Account.REWARD_COST, np.maximum(carried - cost, 0), person)
        self.reward_cash[firm] += int(cost.sum())

    def expire_reward(self, firm: int, person: NDArray[np.int64], carried: Cents) -> None:
        """Book expired points: their carried liability is released as breakage."""
        self.post(firm, Account.POINTS_LIABILITY, Account.BREAKAGE, carried, person)

    def pay_staff(self, firm: int, cents: Cents) -> None:
        """Book payroll or hiring, which belong to no person."""
        self.spend(firm, Account.SERVICE_COST, cents)
        self.payroll[firm] += int(cents.sum())

    def flow(self, firm: int, account: Account) -> int:
        """Return debits - credits of an account in this period, cents."""
        return int(self.balance[firm, account] - self.opening[firm, account])

    def profit(self, firm: int) -> int:
        """Return revenue - all accrued costs of this period, cents."""
        return -sum(self.flow(firm, account) for account in RESULT)

    def unallocated(self, firm: int) -> int:
        """Return the profit lines of the watch that belong to no person, cents: payroll, hiring, fixed cost (< 0)."""
        return -int(self.nobody[firm, list(RESULT)].sum())

    def discount(self, years: float) -> float:
        """Return the weight of money that comes ``years`` after the start: (1 + rate)^-years."""
        return float((1.0 + self.discount_rate) ** -years)

    def close(self, years: float) -> None:
        """Close a period that ends at ``years`` after the start: realize margins, open the next."""
        _realize(self.margin_now, self.margin, self.value, self.discount(years) / 100.0)
        self.opening[:] = self.balance
        self.reward_cash[:] = 0
        self.payroll[:] = 0

    def check(self) -> None:
        """Verify that the books balance and that people paid what firms booked.

        Raises:
            AssertionError: they do not; a defect of this program.
        """
        assert (self.balance.sum(axis=1) == 0).all(), "debits and credits differ"
        paid = self.balance[:, Account.REVENUE] + self.compensated
        if self.only is None:
            assert self.purse.sum() == paid.sum(), "people paid, or were compensated with, what no firm booked"
        assert (self.margin_now == 0).all(), "a period was not closed"
