"""What customers are expected to be worth is what they bring, in worlds where nothing surprises.

With every loop off and nobody entering, the formula of `sim.value`, the simulation forward of `sim.forward` and the
closed form m r / (1 + i - r) must agree where all hold, and the Return on Customer is the discount rate. Each test
looks once, at independent people, and refuses a right world with a chance of at most 1 %. The seed was chosen before
the first look.
"""

from functools import cache

import numpy as np
import pytest

from sim.forward import forward
from sim.market import Market
from tests.theory.observed import Look, bare_world

CENTER = {"call_center": {"kind": "benchmark"}}
RATE = 0.10
POINTS = {"points": {"enrollment": 1000.0, "expected_breakage": 0.0, "pressure": 0.0}}


def market(kind, firms, customers=None, choose=None, years=1.0, **calendar):
    settings = {
        "customers": {"count": 4_000, "taste_sd": 0.5, "frailty_cv": 0.7} | (customers or {}),
        "choose": choose or {},
        "calendar": {"years": years} | calendar,
        "economics": {"discount_rate": RATE},
        "firms": {name: firm | CENTER for name, firm in firms.items()},
    }
    return Market(bare_world(kind, settings))


RIVALS = {"acme": {"brand": 0.3, "acquisition_cost": 100.0}, "bolt": {"brand": 0.1}, "cirrus": {"price": 0.93}}
SHOPS = {name: firm | {"direct_cost_share": 0.75, "acquisition_cost": 12.0} for name, firm in RIVALS.items()}
SHOPPING = {"rejoin_per_year": 0.5, "none_utility": 1.0}
LOST_FOR_GOOD = {"none_utility": 50.0, "rejoin_per_year": 0.0, "involuntary_per_year": 0.05, "reopen_per_year": 0.2}
HAZARD = 0.25


def lost_for_good(**customers):
    people = {"frailty_cv": 0.0, "revenue_cv": 0.0} | customers
    return market("subscription", {"acme": {"direct_cost_share": 0.4}}, people, LOST_FOR_GOOD)


def yearly(margin, hazard, dt):
    """Expected discounted margin by m r / (1 + i - r), a period long."""
    r, i = np.exp(-hazard * dt), (1.0 + RATE) ** dt - 1.0
    return margin * dt * r / (1.0 + i - r)


@cache
def futures(years=25.0):
    return forward(lost_for_good(), years, 2, terminal=False)


def test_where_leaving_is_for_good_formula_and_closed_form_are_one():
    each = yearly(12 * 40.0 * 0.6, HAZARD, 1.0 / 12.0)
    assert futures().for_good == pytest.approx(each, rel=1e-4)
    assert (futures().formula == futures().for_good).all()


def simulated(expected):
    """What people bring in lives simulated to the end (less than 2e-4 of it comes later), in standard errors."""
    look = Look()
    look.mean("each", futures().margin.ravel(), expected)
    return look.refused()


def test_where_leaving_is_for_good_simulation_and_formula_agree():
    assert simulated(float(futures().for_good.mean())) == {}


def test_a_hazard_seven_percent_higher_is_refused():
    """Power 95 % by the spread of a geometric lifetime over 8,000 lives."""
    assert simulated(yearly(12 * 40.0 * 0.6, 1.07 * HAZARD, 1.0 / 12.0))


def test_a_terminal_value_stands_for_what_is_not_simulated():
    short = forward(lost_for_good(), 1.0, 1)
    look = Look()
    look.mean("each", short.margin[0] + short.terminal[0], float(short.for_good.mean()))
    assert look.refused() == {}
    assert 0.5 < short.terminal.sum() / short.value.sum() < 0.8


def test_the_future_has_luck_of_its_own_and_does_not_touch_the_market():
    one, other = lost_for_good(), lost_for_good()
    forward(one, 0.5, 1)
    one.run()
    other.run()
    assert one.ledger.value.tobytes() == other.ledger.value.tobytes()
    again = forward(lost_for_good(), 1.0, 1, terminal=False)
    lived = one.ledger.value[:, 0]
    assert (again.margin[0] != lived).mean() > 0.1  # about a fifth leave in either
    assert (again.margin[0] == forward(lost_for_good(), 1.0, 1, terminal=False).margin[0]).all()


# --- with returns, rivals and programs -------------------------------------------------------------------------------

KINDS = {
    "subscribers": ("subscription", RIVALS, {}),
    "subscribers with points": ("subscription", RIVALS | {"acme": RIVALS["acme"] | {"programs": POINTS}}, {}),
    "buyers": ("repertoire", SHOPS, SHOPPING),
    "buyers with points": ("repertoire", SHOPS | {"acme": SHOPS["acme"] | {"programs": POINTS}}, SHOPPING),
}


@cache
def settled(name):
    """A stationary market after two years, in which nothing is learnt, and every customer is a member."""
    kind, firms, choose = KINDS[name]
    lived = market(kind, firms, {"purchase_rate": 8.0}, choose, years=2.0)
    lived.run()
    return lived


@cache
def future(name):
    return forward(settled(name), 8.0, 3)


@pytest.mark.long
@pytest.mark.parametrize("name", KINDS)
def test_equity_of_a_stationary_market_is_what_people_bring(name):
    """Within 2 % of the truth, which the formula may miss, and what 12,000 lives leave uncertain (one look at 1 %)."""
    found, who = future(name), future(name).customer
    lived = (found.margin + found.terminal)[:, who].mean(axis=0)  # a person's lives share its hazards
    missed = lived - found.formula[who]
    error = missed.std(ddof=1) / np.sqrt(missed.size)
    assert abs(missed.mean()) < 0.02 * lived.mean() + 2.576 * error


# --- Return on Customer ----------------------------------------------------------------------------------------------


def test_expected_margins_and_equity_return_the_discount_rate_by_formula():
    """A month on: who stays pays, and is worth as much as before."""
    dt = 1.0 / 12.0
    worth = float(futures().for_good.mean())
    after = np.exp(-HAZARD * dt) * (12 * 40.0 * 0.6 * dt + worth)
    assert (after / worth) ** 12 - 1.0 == pytest.approx(RATE, abs=1e-4)


def surprise(before, earned, after):
    """What persons brought and are worth, over what their equity promised: mean 0 where the return is the rate."""
    look = Look()
    look.mean("gain", earned + after - before, 0.0)
    return look.refused()


@pytest.mark.parametrize("name", KINDS)
def test_the_return_on_customers_of_a_closed_world_is_the_discount_rate(name):
    """The next year of a stationary market; margins and equity at its end are discounted to its start."""
    year = forward(settled(name), 1.0, 1)
    assert surprise(year.formula, year.margin[0], year.terminal[0]) == {}


def test_the_return_of_a_run_is_that_of_its_persons():
    lived = lost_for_good(count=20_000)
    lived.run()
    equity, earned = lived.reports.equity, lived.ledger.value[:, 0]
    found = lived.outcomes()
    gain = (earned.sum() * (1.0 + RATE) + equity.now.sum()) / equity.start.sum() - 1.0
    assert found["return_on_customer"] == pytest.approx(gain, abs=1e-9)
    assert found["return_on_present_customers"] == pytest.approx(gain, abs=1e-9)  # nobody joins
    assert surprise(equity.start, earned, equity.now / (1.0 + RATE)) == {}


def test_a_firm_that_fails_to_see_a_hazard_of_leaving_earns_less_than_the_rate():
    """Equity that promises people stay 20 % longer than they do is refused; power above 99 %."""
    lived = lost_for_good(count=20_000)
    lived.run()
    equity = lived.reports.equity
    stays_longer = (HAZARD + np.log1p(RATE)) / (HAZARD / 1.2 + np.log1p(RATE))
    after = equity.now / (1.0 + RATE)
    assert surprise(stays_longer * equity.start, lived.ledger.value[:, 0], stays_longer * after)
