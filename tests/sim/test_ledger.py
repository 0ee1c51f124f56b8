import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.ledger import RESULT, Account, Ledger, over_time, to_cents

PEOPLE, FIRMS = 6, 2
COSTS = [Account.DIRECT_COST, Account.SERVICE_COST, Account.OUTREACH_COST, Account.ACQUISITION_COST]
ROWS = st.lists(st.tuples(st.integers(0, PEOPLE - 1), st.integers(0, 100_000)), max_size=8)
POSTINGS = st.lists(
    st.tuples(
        st.sampled_from(["sell", "cost", "compensate", "accrue", "redeem", "expire", "staff", "fixed", "close"]),
        st.integers(0, FIRMS - 1),
        ROWS,
        st.sampled_from(COSTS),
    ),
    max_size=40,
)


class Books:
    """A ledger, and beside it the plainest possible account of the same postings."""

    def __init__(self):
        self.ledger = Ledger(PEOPLE, FIRMS, 0.1)
        self.years = 0.0
        self.paid = np.zeros(PEOPLE, np.int64)
        self.owed = np.zeros(FIRMS, np.int64)  # accrued - carried out by redemption - expired
        self.result = np.zeros((PEOPLE, FIRMS), np.int64)  # of persons, this period
        self.lines = np.zeros(FIRMS, np.int64)  # of nobody, this period

    def post(self, what, firm, rows, account):
        person = np.array([row[0] for row in rows], np.int64)
        cents = np.array([row[1] for row in rows], np.int64)
        ledger, total = self.ledger, int(cents.sum())
        if what == "sell":
            ledger.sell(firm, person, cents)
            np.subtract.at(self.paid, person, cents)
            np.add.at(self.result[:, firm], person, cents)
        elif what == "cost":
            ledger.spend(firm, account, cents, person)
            np.subtract.at(self.result[:, firm], person, cents)
        elif what == "compensate":
            ledger.compensate(firm, person, cents)
            np.add.at(self.paid, person, cents)
            np.subtract.at(self.result[:, firm], person, cents)
        elif what == "accrue":
            ledger.accrue_reward(firm, person, cents)
            self.owed[firm] += total
            np.subtract.at(self.result[:, firm], person, cents)
        elif what == "redeem":
            ledger.redeem_reward(firm, person, cents, cents[::-1])
            self.owed[firm] -= total
            np.add.at(self.result[:, firm], person, cents - cents[::-1])
        elif what == "expire":
            ledger.expire_reward(firm, person, cents)
            self.owed[firm] -= total
            np.add.at(self.result[:, firm], person, cents)
        elif what == "staff":
            ledger.pay_staff(firm, cents)
            self.lines[firm] -= total
        elif what == "fixed":
            ledger.spend(firm, Account.FIXED_COST, cents)
            self.lines[firm] -= total
        else:
            self.close()

    def close(self):
        self.years += 0.25
        self.ledger.close(self.years)
        self.result[:], self.lines[:] = 0, 0


@given(POSTINGS)
def test_after_any_postings_the_books_balance_and_agree_with_a_plain_account(postings):
    books = Books()
    for posting in postings:
        books.post(*posting)
        ledger = books.ledger
        assert (ledger.balance.sum(axis=1) == 0).all()
        assert (ledger.purse == books.paid).all()
        assert (-ledger.balance[:, Account.POINTS_LIABILITY] == books.owed).all()
        assert (ledger.margin_now == books.result).all()
        for firm in range(FIRMS):
            assert ledger.profit(firm) == books.result[:, firm].sum() + books.lines[firm]
    books.close()
    books.ledger.check()


@given(POSTINGS)
def test_cash_is_profit_but_for_what_is_owed_in_points(postings):
    books = Books()
    for posting in postings:
        books.post(*posting)
    result = -books.ledger.balance[:, [int(account) for account in RESULT]].sum(axis=1)
    assert (books.ledger.balance[:, Account.CASH] == result + books.owed).all()


@given(POSTINGS)
def test_margins_of_periods_add_up_and_are_discounted_to_the_start(postings):
    books = Books()
    total, value = np.zeros((PEOPLE, FIRMS), np.int64), np.zeros((PEOPLE, FIRMS))
    for posting in [*postings, ("close", 0, [], COSTS[0])]:
        before = books.result.copy()
        books.post(*posting)
        if posting[0] == "close":
            total += before
            value += before / 100.0 / 1.1**books.years
    assert (books.ledger.margin == total).all()
    assert books.ledger.value == pytest.approx(value, rel=1e-12, abs=1e-9)


def test_books_that_do_not_balance_are_found():
    ledger = Ledger(PEOPLE, FIRMS, 0.1)
    ledger.balance[0, Account.CASH] += 1
    with pytest.raises(AssertionError, match="debits"):
        ledger.check()


def test_money_that_people_paid_to_nobody_is_found():
    ledger = Ledger(PEOPLE, FIRMS, 0.1)
    ledger.purse[0] -= 1
    with pytest.raises(AssertionError, match="no firm booked"):
        ledger.check()


def test_a_period_starts_with_nothing_flown():
    books = Books()
    books.post("sell", 0, [(0, 500)], COSTS[0])
    books.post("staff", 0, [(0, 200)], COSTS[0])
    assert (books.ledger.profit(0), books.ledger.payroll[0]) == (300, 200)
    books.close()
    assert (books.ledger.profit(0), books.ledger.payroll[0]) == (0, 0)


@given(st.integers(-(10**9), 10**9), st.integers(1, 99).filter(lambda part: part != 50))  # a half is none in binary
def test_money_is_rounded_to_the_nearest_cent_once(cents, hundredths):
    part = hundredths / 100.0
    assert int(to_cents((cents + part) / 100.0)) == cents + (hundredths >= 50)


def test_what_a_program_costs_without_reaching_a_purse_keeps_the_books_in_order():
    ledger = Ledger(PEOPLE, FIRMS, 0.1)
    ledger.spend(0, Account.PROGRAM_COST, np.array([300]), np.array([0]))
    ledger.compensate(0, np.array([1]), np.array([200]))
    ledger.close(1.0)
    ledger.check()
    assert ledger.balance[0, Account.PROGRAM_COST] == 500
    assert ledger.purse.tolist()[:2] == [0, 200]


@given(st.integers(0, 10_000), st.sampled_from([4, 12, 52]), st.integers(1, 5))
def test_what_is_due_a_year_adds_up_in_any_periods(cents, periods, years):
    dt, person = 1.0 / periods, np.arange(2)
    paid = sum(over_time(cents / 100.0, n * dt, n * dt + dt, person) for n in range(periods * years))
    assert (paid == cents * years).all()
