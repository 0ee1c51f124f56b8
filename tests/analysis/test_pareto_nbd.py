"""Pareto/NBD: its published form, a law over all histories, and the published fit to CDNOW."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special

from analysis.log_file import locate
from analysis.pareto_nbd import ParetoNBD, _log_likelihood
from analysis.purchase_log import read_log, summary
from sim.settings import BadInput

POSITIVE = st.floats(0.05, 20.0)
MODELS = st.builds(ParetoNBD, r=st.floats(0.05, 5.0), alpha=POSITIVE, s=POSITIVE, beta=POSITIVE)
HISTORIES = st.tuples(st.integers(1, 60), st.floats(0.01, 1.0), st.floats(1.0, 100.0)).map(
    lambda h: (h[0], h[1] * h[2], h[2])
)
quick = settings(deadline=None, max_examples=50)


def printed(model: ParetoNBD, x: float, t_x: float, age: float) -> float:
    """The likelihood as Fader & Hardie (2005, "A note on deriving the Pareto/NBD model") print it, for α >= β."""
    r, alpha, s, beta = model.r, model.alpha, model.s, model.beta
    whole = r + s + x

    def part(t: float) -> float:
        return special.hyp2f1(whole, s + 1, whole + 1, (alpha - beta) / (alpha + t)) / (alpha + t) ** whole

    alive = 1.0 / ((alpha + age) ** (r + x) * (beta + age) ** s)
    gone = s / whole * (part(t_x) - part(age))
    return special.poch(r, x) * alpha**r * beta**s * (alive + gone)


@pytest.mark.parametrize(("x", "t_x", "age"), [(0, 0.0, 38.9), (2, 30.43, 38.86), (7, 10.0, 30.0), (26, 35.0, 39.0)])
def test_the_likelihood_is_the_published_one(x, t_x, age):
    model = ParetoNBD(0.553, 11.669, 0.606, 10.578)
    assert model.log_likelihood([x], [t_x], [age]) == pytest.approx(math.log(printed(model, x, t_x, age)), abs=1e-9)


def test_the_likelihood_is_a_law_over_all_histories():
    model, age = ParetoNBD(0.8, 5.0, 0.9, 2.0), 10.0

    def density(t_x: float, x: int) -> float:
        orders = t_x ** (x - 1) / math.gamma(x)  # ways for the purchases before the last, each at any time before it
        return orders * math.exp(model.log_likelihood([x], [t_x], [age]))

    silent = math.exp(model.log_likelihood([0], [0.0], [age]))
    bought = sum(integrate.quad(density, 0, age, args=(x,), epsrel=1e-7)[0] for x in range(1, 60))
    assert silent + bought == pytest.approx(1.0, abs=1e-6)


@quick
@given(model=MODELS, history=HISTORIES)
def test_a_fit_climbs_the_slope_that_the_likelihood_has(model, history):
    at, past = np.array([model.r, model.alpha, model.s, model.beta]), [np.array([float(each)]) for each in history]
    for number, value in enumerate(at):
        step = np.eye(4)[number] * 1e-5 * value
        above, below = (_log_likelihood(at + sign * step, *past)[0][0] for sign in (1.0, -1.0))
        slope = _log_likelihood(at, *past)[1][number, 0]
        assert (above - below) / (2e-5 * value) == pytest.approx(slope, rel=1e-4, abs=1e-5)


@quick
@given(model=MODELS, weeks=st.floats(0.1, 100.0))
def test_a_new_customer_is_one_without_a_past(model, weeks):
    assert model.conditional_expected_purchases(weeks, 0, 0.0, 0.0) == pytest.approx(model.expected_purchases(weeks))


@quick
@given(model=MODELS, history=HISTORIES, silence=st.floats(0.1, 50.0))
def test_a_longer_silence_makes_life_less_likely(model, history, silence):
    x, t_x, age = history
    alive = model.probability_alive([x, x], [t_x, t_x], [age, age + silence])
    assert alive[1] < alive[0] <= 1 or alive[1] == alive[0] == 0


def test_mean_time_alive_has_no_gap_where_the_hazard_has_shape_one():
    at_one, beside = (ParetoNBD(0.5, 5.0, s, 4.0).expected_purchases(39.0) for s in (1.0, 1.0 + 1e-7))
    assert at_one == pytest.approx(float(beside), rel=1e-5)


def test_the_fit_to_cdnow_is_the_published_one():
    try:
        reference = "lifetimes:lifetimes/datasets/CDNOW_sample.txt"
        locate(reference)
    except BadInput as missing:
        pytest.skip(str(missing))
    past = summary(read_log(reference, {"customer": 1, "date": 3, "amount": 5}), "1997-09-30")
    found = ParetoNBD.fit(past["x"], past["t_x"], past["T"])
    assert found.log_likelihood == pytest.approx(-9594.98, abs=0.01)
    fitted = [found.model.r, found.model.alpha, found.model.s, found.model.beta]
    assert fitted == pytest.approx([0.553, 10.578, 0.606, 11.669], abs=2e-3)
