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
from sim.value import Costs, Horizon, appraise, chance_of_return, considered, on_average, worth, worth_of_buyer
from tests.sim.tiny import alike, neutral, terms

RATES = st.floats(0.001, 5.0)


@given(st.floats(-500.0, 500.0), RATES, RATES, RATES, RATES, RATES, RATES, st.floats(0.01, 0.5), st.floats(0.0, 500.0))
def test_worth_is_the_reward_of_the_discounted_chain(margin, o_r, o_n, b_r, c_r, b_n, c_n, discount, cost):
    """With the firm, with a rival, with nobody: delta V = flow + generator V, the cost paid at each return."""
    generator = np.array([[-o_r - o_n, o_r, o_n], [b_r, -b_r - c_r, c_r], [b_n, c_n, -b_n - c_n]])
    flow = [margin, -b_r * cost, -b_n * cost]
    here, rival, nobody = np.linalg.solve(discount * np.eye(3) - generator, flow)
    from_rival = chance_of_return(b_r, c_r, b_n, c_n, discount)
    from_nobody = chance_of_return(b_n, c_n, b_r, c_r, discount)
    value = worth(margin, o_r + o_n, o_r * from_rival + o_n * from_nobody, discount, cost)
    assert value == pytest.approx(here, rel=1e-6, abs=1e-4)
    assert from_rival * (value - cost) == pytest.approx(rival, rel=1e-6, abs=1e-4)
    assert from_nobody * (value - cost) == pytest.approx(nobody, rel=1e-6, abs=1e-4)


def test_the_chance_of_a_return_is_the_discounted_integral_of_its_time():
    chain = np.array([[0.0, 0.0, 0.0], [0.4, -0.6, 0.2], [0.7, 0.1, -0.8]])  # returns are for good

    def flow(years: float) -> float:
        return 0.1 * math.exp(-0.1 * years) * float(expm(chain * years)[1, 0])

    integral = quad(flow, 0.0, 300.0, points=[1.0, 5.0, 20.0, 80.0])[0]
    assert chance_of_return(0.4, 0.2, 0.7, 0.1, 0.1) == pytest.approx(integral, rel=1e-6)


@given(RATES, st.floats(0.01, 0.5))
def test_a_customer_lost_for_good_is_worth_margin_over_discount_plus_leaving(leaving, discount):
    assert worth(100.0, leaving, 0.0, discount) == pytest.approx(100.0 / (discount + leaving))


def test_worth_nears_the_formula_of_yearly_retention_for_short_years():
    retention, rate = 0.85, 0.10
    periods = 1000  # the formula m r / (1 + i - r), with a period of a thousandth of a year
    r, i = retention ** (1 / periods), (1.0 + rate) ** (1 / periods) - 1.0
    formula = 100.0 / periods * r / (1.0 + i - r)
    assert worth(100.0, -math.log(retention), 0.0, math.log1p(rate)) == pytest.approx(formula, rel=1e-3)


@given(st.floats(-50.0, 50.0), RATES, RATES, RATES, st.floats(0.0, 1.0), st.floats(0.0, 0.99), st.floats(0.01, 0.5))
def test_a_buyer_is_worth_the_reward_of_the_discounted_chain(margin, orders, to_rivals, away, lapse, back, discount):
    """Bought here last, bought elsewhere; who lapsed is worth what a return at that discounted chance is."""
    system = np.array(
        [
            [discount + orders * lapse + to_rivals, -to_rivals - orders * lapse * back],
            [-away * (1.0 - lapse), discount + away - away * lapse * back],
        ]
    )
    expected = np.linalg.solve(system, [orders * margin, away * margin])
    found = worth_of_buyer(margin, orders, to_rivals, away, lapse, back, discount)
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-6)


@given(RATES, st.floats(0.001, 1.0), st.floats(0.01, 0.5))
def test_a_lone_shops_buyer_is_worth_the_discounted_purchases_of_bg_nbd(orders, lapse, discount):
    here, away = worth_of_buyer(1.0, orders, 0.0, orders, lapse, 0.0, discount)
    assert here == pytest.approx(orders / (discount + orders * lapse))
    assert away == pytest.approx(here)


@given(RATES, RATES, st.floats(0.01, 0.5))
def test_a_lone_shops_buyer_who_lapses_by_time_is_worth_the_purchases_until_then(orders, fading, discount):
    here, _ = worth_of_buyer(1.0, orders, 0.0, orders, 0.0, 0.0, discount, fading)
    assert here == pytest.approx(orders / (discount + fading))


@given(RATES, st.integers(1, 5), RATES, RATES, st.floats(0.01, 0.9), st.booleans())
def test_rivals_are_considered_as_often_as_their_own_chain_says(rivals, number, others, lapses, discount, alive):
    """With A the discounted part of time: discount (A - alive) = rejoining (1 - A) - lapsing A."""
    rejoin, each = 0.5, rivals / number
    weighed = rivals * (discount * alive + rejoin)
    part = considered(weighed, rivals, number, others, lapses, discount + rejoin) / rivals
    lapsing = lapses * each / (others + each + part * (rivals - each))
    assert discount * (part - alive) == pytest.approx(rejoin * (1.0 - part) - lapsing * part, abs=1e-9)
    assert 0.0 < part <= 1.0 + 1e-12


@given(st.floats(0.01, 0.99), st.integers(1, 6))
def test_a_share_is_taken_on_average_over_the_rivals_considered(chance, number):
    others, each = 3.0, 1.0
    exact = sum(
        math.comb(number, k) * chance**k * (1.0 - chance) ** (number - k) / (others + k * each)
        for k in range(number + 1)
    )
    left = on_average(chance * number * each, number * each, number, others)
    assert 1.0 / (others + left) == pytest.approx(exact, rel=0.02)
    assert abs(1.0 / (others + left) - exact) <= abs(1.0 / (others + chance * number) - exact)


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


DT = 1.0 / 12.0


def costs(people, contacts_per_order=0.0):
    return Costs(np.full(len(people.entry), 0.4), 5.0, 0.0, 0.0, contacts_per_order, 1.0, 0.0, 0.0)


def appraised(people, *, repertoire=False, choice=CHOICE, firms=3, reopen=0.6, returns=1.0, contacts=0.0):
    value = np.zeros(len(people.entry))
    appraise(
        0, len(value), 5, people, 0, terms(firms), neutral(people), numbers(choice), numbers(FEELINGS), reopen, 1.5,
        costs(people, contacts), Horizon(0.1, DT, 1.0, returns), repertoire, value,
    )  # fmt: skip
    return value


def subscribers():
    """With the firm, with a rival, with nobody."""
    people = alike(3)
    people.provider[:] = [0, 1, NOBODY]
    people.customer[0, 0] = people.customer[1, 1] = True
    people.contact_rate[:] = 2.0
    people.satisfaction[:] = FEELINGS.satisfaction_ref
    return people


MARGIN = 12 * 40.0 * (1 - 0.4) - 2.0 * 5.0


def test_a_subscriber_is_worth_the_formula_at_their_own_hazards():
    utility = 5.0 * 0.7
    barrier = switching_cost(0.5, 0.0, 0.0, 40.0, 3.0, 0.0, numbers(CHOICE))
    kept, burdened, free, none = (math.exp(x) for x in (utility + 0.6 * 0.5, utility - barrier, utility, 1.0))
    at_home, abroad = kept + 2 * burdened + none, burdened + 2 * free + none  # of a rival yet to come
    there = burdened + kept + burdened + none  # with a rival that is known
    nowhere = 3 * free + none
    to_rival, to_nobody = 0.6 * 2 * burdened / at_home, 0.03 + 0.6 * none / at_home
    join, join_rival = 1.5 * free / nowhere, 1.5 * 2 * free / nowhere

    def value(open_choices):
        """The chain's solution: with the firm, with a rival, with nobody."""
        back, onward = 0.6 * burdened / open_choices, 0.03 + 0.6 * none / open_choices
        rates = [[0.0, to_rival, to_nobody], [back, 0.0, onward], [join, join_rival, 0.0]]
        generator = np.array(rates) - np.diag(np.sum(rates, axis=1))
        return np.linalg.solve(0.1 * np.eye(3) - generator, [MARGIN, 0.0, 0.0])

    expected = [value(abroad)[0] - MARGIN * DT / 2, value(there)[1], value(abroad)[2]]
    assert appraised(subscribers()) == pytest.approx(expected, rel=1e-5)


def test_who_is_lost_for_good_is_worth_nothing():
    for_good = appraised(subscribers(), returns=0.0)
    assert 0.0 < for_good[0] < appraised(subscribers())[0]
    assert (for_good[1:] == 0.0).all()


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
    margin = 30.0 * 0.6 - 0.3 * 5.0
    value = appraised(people, repertoire=True, choice=choice, firms=1, contacts=0.3)
    assert value[0] == pytest.approx(12.0 * margin / (0.1 + 12.0 * 0.05) * math.exp(-0.1 * DT / 2), rel=1e-6)
