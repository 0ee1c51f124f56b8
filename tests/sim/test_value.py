import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.linalg import expm

from sim.people.choose import ChooseSettings, switching_cost
from sim.people.columns import NOBODY
from sim.people.feelings import FeelSettings
from sim.settings import numbers
from sim.value import Costs, appraise, worth
from tests.sim.tiny import alike, neutral, terms

RATES = st.floats(0.001, 5.0)


def chain(leaving, returning):
    """Return the generator of being with the firm (0) and away (1)."""
    return np.array([[-leaving, leaving], [returning, -returning]])


@given(st.floats(-500.0, 500.0), RATES, RATES, st.floats(0.01, 0.5), st.booleans())
def test_worth_is_the_reward_of_the_discounted_chain(margin, leaving, returning, discount, present):
    value = np.linalg.solve(discount * np.eye(2) - chain(leaving, returning), [margin, 0.0])
    assert worth(margin, leaving, returning, discount, present) == pytest.approx(value[0 if present else 1], abs=1e-6)


@pytest.mark.parametrize("present", [True, False])
def test_worth_is_the_discounted_integral_of_the_margin(present):
    def flow(years: float) -> float:
        return math.exp(-0.1 * years) * float(expm(chain(0.4, 0.7) * years)[0 if present else 1, 0])

    integral = quad(flow, 0.0, 300.0, points=[1.0, 5.0, 20.0, 80.0])[0]
    assert worth(50.0, 0.4, 0.7, 0.1, present) == pytest.approx(50.0 * integral, rel=1e-6)


@given(RATES, st.floats(0.01, 0.5))
def test_a_customer_lost_for_good_is_worth_margin_over_discount_plus_leaving(leaving, discount):
    assert worth(100.0, leaving, 0.0, discount, True) == pytest.approx(100.0 / (discount + leaving))
    assert worth(100.0, leaving, 0.0, discount, False) == 0.0


def test_worth_nears_the_formula_of_yearly_retention_for_short_years():
    retention, rate = 0.85, 0.10
    periods = 1000  # the formula m r / (1 + i - r), with a period of a thousandth of a year
    r, i = retention ** (1 / periods), (1.0 + rate) ** (1 / periods) - 1.0
    formula = 100.0 / periods * r / (1.0 + i - r)
    assert worth(100.0, -math.log(retention), 0.0, math.log1p(rate), True) == pytest.approx(formula, rel=1e-3)


@given(RATES, RATES, st.floats(0.01, 0.5))
def test_who_is_with_the_firm_is_worth_more_than_who_is_away(leaving, returning, discount):
    with_firm = worth(100.0, leaving, returning, discount, True)
    assert with_firm > worth(100.0, leaving, returning, discount, False)
    assert with_firm > worth(100.0, 1.1 * leaving, returning, discount, True)
    assert with_firm < worth(100.0, leaving, 1.1 * returning, discount, True)


@given(RATES, RATES, RATES, st.floats(0.0, 500.0))
def test_a_return_costs_its_acquisition_each_time(leaving, returning, rate, cost):
    # the two states' values solve: rate W = m + o (A - W) and rate A = b (W - cost - A)
    here = worth(100.0, leaving, returning, rate, True, cost)
    away = worth(100.0, leaving, returning, rate, False, cost)
    assert rate * here == pytest.approx(100.0 + leaving * (away - here), rel=1e-9, abs=1e-6)
    assert rate * away == pytest.approx(returning * (here - cost - away), rel=1e-9, abs=1e-6)


# --- appraised people ------------------------------------------------------------------------------------------------

CHOICE = ChooseSettings(
    attributes=5.0,
    commitment_bonus=0.6,
    none_utility=1.0,
    involuntary_per_year=0.03,
    rejoin_per_year=1.5,
    commitment_hold=0.0,
    habit_hold=0.0,
)
FEELINGS = FeelSettings()


def appraised(people, *, repertoire=False, choice=CHOICE, rate=0.1, contacts=0.0):
    value = np.zeros(len(people.entry))
    appraise(
        0, len(value), 5, people, 0, terms(), neutral(people), numbers(choice), numbers(FEELINGS), 0.6, 1.5,
        Costs(np.full(len(value), 0.4), 5.0, contacts, 1.0, 0.0, 0.0), rate, repertoire, value,
    )  # fmt: skip
    return value


def test_a_subscriber_is_worth_the_formula_at_their_own_hazards():
    people = alike(2)
    people.provider[:] = [0, NOBODY]
    people.customer[0, 0] = True
    people.contact_rate[:] = 2.0
    people.satisfaction[:] = FEELINGS.satisfaction_ref
    utility = 5.0 * 0.7
    barrier = switching_cost(0.5, 0.0, 0.0, 40.0, 3.0, numbers(CHOICE))
    own, rival, none = math.exp(utility + 0.6 * 0.5), 2 * math.exp(utility - barrier), math.exp(1.0)
    share = own / (own + rival + none)
    back = math.exp(utility - barrier)
    share_away = back / (back + 2 * math.exp(utility) + none)
    margin = 12 * 40.0 * (1 - 0.4) - 2.0 * 5.0
    leaving = 0.03 + 0.6 * (1 - share)
    with_firm = worth(margin, leaving, 0.6 * share_away, 0.1, True)
    free = math.exp(utility) / (3 * math.exp(utility) + none)  # nobody's customer has no firm to leave first
    away = worth(margin, leaving, 1.5 * free, 0.1, False)
    assert appraised(people) == pytest.approx([with_firm, away], rel=1e-5)


def test_who_has_not_entered_yet_is_worth_nothing_yet():
    people = alike(2)
    people.entry[1] = 6
    first, second = appraised(people)
    assert first > 0.0 == second


def test_who_lapsed_for_good_from_a_shop_is_worth_nothing_to_it():
    people = alike(2)
    people.provider[:] = 0
    people.alive[1, 0] = False
    here, gone = appraised(people, repertoire=True, choice=CHOICE.model_copy(update={"rejoin_per_year": 0.0}))
    assert here > 0.0 == gone


def test_a_lone_shop_without_an_outside_option_has_its_customers_whole_rate():
    people = alike(1, firms=1)
    people.provider[:] = 0
    people.purchase_rate[:], people.spend_level[:], people.dropout[:] = 12.0, 30.0, 0.05
    choice = CHOICE.model_copy(update={"outside_option": False, "rejoin_per_year": 0.0})
    value = np.zeros(1)
    appraise(
        0, 1, 5, people, 0, terms(1), neutral(people), numbers(choice), numbers(FEELINGS), 1.0, 1.5,
        Costs(np.full(1, 0.4), 5.0, 0.3, 1.0, 0.0, 0.0), 0.1, True, value,
    )  # fmt: skip
    margin = 12.0 * (30.0 * 0.6 - 0.3 * 5.0)
    assert value[0] == pytest.approx(worth(margin, 12.0 * 0.05, 0.0, 0.1, True), rel=1e-6)
