"""Money adds up to the cent, in worlds of both kinds with every program, a moving price and people who enter."""

from functools import cache

import numpy as np
import pytest

from sim.ledger import RESULT, Account
from sim.market import Market
from sim.registry import registered
from tests.theory.observed import world

PROGRAMS = {
    "points": {"threshold": 30.0, "earn": 0.7, "reward": 4.0, "endowed": 7.0, "expiry_months": 3.0, "enrollment": 4.0},
    "discount": {"share": 0.07, "offers_per_year": 4.0},
    "recovery": {"compensation": 9.99},
    "placebo": {},
    "exit_barrier": {"cost": 1.11},
    "cross_sell": {"offers_per_year": 4.0, "cost_per_message": 0.33},
    "data_request": {"ask": "discount", "requests_per_year": 4.0},
    "data_use": {"secret": True, "exposed_year": 0.5},
    "honest_advice": {"occasions_per_year": 2.0},
    "hard_sell": {},
    "survey": {"cost_per_invitation": 0.77},
    "tailored_offer": {},
    "referral": {},
    "community": {},
    "listening": {},
}
MARKETS = {"subscription": PROGRAMS | {"contract": {"exit_fee": 33.33, "discount": 0.05}}, "repertoire": PROGRAMS}
FOCAL = {
    "fixed_cost": 12345.67,
    "acquisition_cost": 33.33,
    "strategy": {"schedule": {"changes": [{"year": 0.5, "price": 1.1}]}},
}
WORLDS = {
    "subscription": {"market": "telecom", "customers": "telecom", "firms": "three_rivals", "mind": "full"},
    "repertoire": {"market": "shop", "customers": "shop", "firms": "three_shops", "mind": "full"},
}


class Books:
    """A world that was lived, what each firm reported as profit (cents), and its payroll."""

    def __init__(self, kind):
        calendar = {"years": 1.0, "burn_in_years": 1.0, "served_burn_in_years": 0.25, "entrants_per_year": 0.05}
        settings = {
            "customers": {"count": 500},
            "calendar": calendar,
            "firms": {"acme": FOCAL | {"programs": MARKETS[kind]}},
        }
        self.market = Market(world(WORLDS[kind], settings))
        self.ledger = self.market.ledger
        self.payroll = np.zeros(len(self.market.firms), np.int64)
        self._close, self.ledger.close = self.ledger.close, self._note_and_close
        self.market.run()
        self.profit = np.array(
            [sum(round(100.0 * row["profit"]) for row in rows) for rows in self.market.reports.rows], np.int64
        )

    def _note_and_close(self, years):
        self.payroll += self.ledger.payroll
        self._close(years)

    def missing(self):
        """Cents by which profit differs from persons less firm lines, per firm; and purses from what firms booked."""
        balance = self.ledger.balance
        lines = self.payroll + balance[:, Account.FIXED_COST]
        received = -balance[:, Account.REVENUE] - self.ledger.compensated
        return {
            "persons less firm lines are profit": self.ledger.margin.sum(axis=0) - lines - self.profit,
            "accounts are profit": -balance[:, RESULT].sum(axis=1) - self.profit,
            "debits are credits": balance.sum(axis=1),
            "purses are what firms received": np.array([-self.ledger.purse.sum() - received.sum()]),
        }


books = cache(Books)


def wrong(kind):
    return {name for name, cents in books(kind).missing().items() if cents.any()}


@pytest.mark.parametrize("kind", WORLDS)
def test_money_adds_up_to_the_cent(kind):
    assert wrong(kind) == set()
    books(kind).ledger.check()


@pytest.mark.parametrize("kind", WORLDS)
def test_every_account_was_used(kind):
    """So that nothing adds up for want of money; all programs are on."""
    assert (books(kind).ledger.balance[0] != 0).all()
    assert set(MARKETS["subscription"]) == set(registered("programs"))
    others = {name for name, program in registered("programs").items() if kind not in program.markets}
    assert set(MARKETS[kind]) == set(registered("programs")) - others


@pytest.mark.parametrize("column", ["margin", "purse", "payroll", "profit"])
def test_one_cent_too_many_is_found(column):
    kept = books("repertoire")
    cents = getattr(kept if column in ("payroll", "profit") else kept.ledger, column)
    cents.flat[0] += 1
    try:
        assert wrong("repertoire")
    finally:
        cents.flat[0] -= 1
