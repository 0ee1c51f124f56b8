"""The models of repeat buying: against their published forms, on small numbers, and on real customers."""

import math
from importlib import metadata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special, stats

from analysis.purchase_log import holdout, read_log, summary
from analysis.repeat_buying import BGNBD, SBG, GammaGamma
from sim.settings import BadInput

CDNOW = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
POSITIVE = st.floats(0.05, 20.0)
MODELS = st.builds(BGNBD, r=st.floats(0.05, 5.0), alpha=st.floats(1.0, 50.0), a=POSITIVE, b=POSITIVE)
HISTORIES = st.tuples(st.integers(1, 60), st.floats(0.01, 1.0), st.floats(1.0, 100.0)).map(
    lambda h: (h[0], h[1] * h[2], h[2])
)
quick = settings(deadline=None, max_examples=50)


def published_expectation(model: BGNBD, t: float) -> float:
    """Equation 9 of Fader, Hardie & Lee (2005), as printed."""
    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    hyper = special.hyp2f1(r, b, a + b - 1, t / (alpha + t))
    return (a + b - 1) / (a - 1) * (1 - (alpha / (alpha + t)) ** r * hyper)


def published_conditional(model: BGNBD, t: float, x: float, t_x: float, age: float) -> float:
    """Equation 10 of Fader, Hardie & Lee (2005), as printed."""
    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    hyper = special.hyp2f1(r + x, b + x, a + b + x - 1, t / (alpha + age + t))
    top = (a + b + x - 1) / (a - 1) * (1 - ((alpha + age) / (alpha + age + t)) ** (r + x) * hyper)
    return top / (1 + (x > 0) * a / (b + x - 1 + (x == 0)) * ((alpha + age) / (alpha + t_x)) ** (r + x))


@pytest.mark.parametrize("model", [CDNOW, BGNBD(1.5, 10.0, 2.2, 3.1), BGNBD(0.1, 1.0, 0.3, 0.4)])
def test_expected_purchases_are_those_of_the_published_formulas(model):
    weeks = np.array([0.0, 1.0, 39.0, 156.0])
    assert model.expected_purchases(weeks) == pytest.approx([published_expectation(model, t) for t in weeks], rel=1e-9)
    for x, t_x, age in [(0, 0.0, 38.9), (2, 30.43, 38.86), (7, 10.0, 30.0), (26, 35.0, 39.0)]:
        printed = [published_conditional(model, t, x, t_x, age) for t in weeks]
        assert model.conditional_expected_purchases(weeks, x, t_x, age) == pytest.approx(printed, rel=1e-9, abs=1e-12)


def test_the_first_customer_of_the_published_example_is_expected_to_buy_one_more_time():
    # customer 1 of the paper's spreadsheet: x=2, t_x=30.43, T=38.86 gives 1.226 purchases in 39 weeks
    assert CDNOW.conditional_expected_purchases(39, 2, 30.43, 38.86) == pytest.approx(1.226, abs=5e-4)


def test_expectations_stay_finite_where_the_printed_formula_overflows_or_divides_by_zero():
    at_one, beside = (BGNBD(0.5, 5.0, a, 2.0).expected_purchases(39.0) for a in (1.0, 1.0 + 1e-9))
    assert at_one == pytest.approx(float(beside), rel=1e-7)
    loyal = BGNBD(0.5, 5.0, 0.02, 1e4).conditional_expected_purchases(10.0, 2000, 100.0, 100.0)
    assert loyal == pytest.approx(2000.5 / 105 * 10, rel=1e-3)


def test_the_likelihood_is_a_law_over_all_histories():
    model, age = BGNBD(0.8, 5.0, 0.9, 2.0), 10.0

    def density(t_x: float, x: int) -> float:
        orders = t_x ** (x - 1) / math.gamma(x)  # ways for the purchases before the last, each at any time before it
        return orders * math.exp(model.log_likelihood(x, t_x, age))

    silent = math.exp(model.log_likelihood(0, 0.0, age))
    bought = sum(integrate.quad(density, 0, age, args=(x,), epsrel=1e-9)[0] for x in range(1, 80))
    assert silent + bought == pytest.approx(1.0, abs=1e-8)


def test_alive_and_expectation_follow_from_the_rate_and_the_chance_to_leave():
    model, x, t_x, age = BGNBD(0.8, 5.0, 0.9, 2.0), 3, 6.0, 10.0
    stays = special.beta(model.a, model.b + x) / (model.alpha + age) ** (model.r + x)
    leaves = special.beta(model.a + 1, model.b + x - 1) / (model.alpha + t_x) ** (model.r + x)
    assert model.probability_alive(x, t_x, age) == pytest.approx(stays / (stays + leaves), rel=1e-12)


@quick
@given(model=MODELS, age=st.floats(0.0, 200.0))
def test_who_never_bought_again_is_alive(model, age):
    assert model.probability_alive(0, 0.0, age) == 1.0


@quick
@given(model=MODELS, history=HISTORIES, silence=st.floats(0.1, 50.0))
def test_a_longer_silence_after_a_purchase_makes_life_and_purchases_less_likely(model, history, silence):
    x, t_x, age = history
    alive = model.probability_alive(x, t_x, np.array([age, age + silence]))
    future = model.conditional_expected_purchases(39.0, x, t_x, np.array([age, age + silence]))
    assert alive[1] < alive[0] < 1 or alive[1] == alive[0] == 0
    assert future[1] < future[0] or future[0] == 0


@quick
@given(model=MODELS)
def test_expected_purchases_rise_ever_more_slowly(model):
    purchases = model.expected_purchases(np.linspace(0.0, 100.0, 51))
    steps = np.diff(purchases)
    assert purchases[0] == 0
    assert (steps > 0).all()
    assert (np.diff(steps) < 1e-9 * purchases[-1]).all()


@quick
@given(model=MODELS, history=HISTORIES)
def test_a_fit_climbs_the_slope_that_the_likelihood_has(model, history):
    from analysis.repeat_buying import _bgnbd_log_likelihood

    columns = [np.array([float(value), 0.0]) for value in history[:2]] + [np.array([history[2], 7.0])]
    at = np.array([model.r, model.alpha, model.a, model.b])
    slope = _bgnbd_log_likelihood(at, *columns)[1].sum(axis=1)
    for parameter, step in enumerate(np.diag(1e-5 * at)):
        rise = BGNBD(*(at + step)).log_likelihood(*columns) - BGNBD(*(at - step)).log_likelihood(*columns)
        assert slope[parameter] * step[parameter] * 2 == pytest.approx(rise, rel=1e-4, abs=1e-9)


def simulated(model: BGNBD, customers: int) -> list[np.ndarray]:
    rng = np.random.default_rng(20050515)
    rate = rng.gamma(model.r, 1 / model.alpha, customers)
    leave = rng.beta(model.a, model.b, customers)
    age = rng.uniform(20.0, 60.0, customers)
    x, t_x = np.zeros(customers), np.zeros(customers)
    alive = np.ones(customers, bool)
    while alive.any():
        after = t_x + rng.exponential(1 / rate)
        alive &= after <= age
        x[alive] += 1
        t_x[alive] = after[alive]
        alive &= rng.random(customers) >= leave
    return [x, t_x, age]


def test_a_fit_finds_the_law_that_customers_were_drawn_from():
    # 20,000 customers; an estimate beyond 4 standard errors has a chance of 6 in 100,000 each
    truth = BGNBD(0.5, 6.0, 0.8, 2.5)
    fit = BGNBD.fit(*simulated(truth, 20_000))
    for name, error in fit.standard_errors.items():
        assert error is not None
        assert abs(getattr(fit.model, name) - getattr(truth, name)) < 4 * error
    assert fit.customers == 20_000


def test_time_may_be_counted_in_days_or_weeks():
    x, t_x, age = simulated(BGNBD(0.5, 6.0, 0.8, 2.5), 2000)
    weeks, days = BGNBD.fit(x, t_x, age), BGNBD.fit(x, 7 * t_x, 7 * age)
    assert days.model.alpha == pytest.approx(7 * weeks.model.alpha, rel=1e-4)
    assert days.model.r == pytest.approx(weeks.model.r, rel=1e-4)
    assert days.log_likelihood == pytest.approx(weeks.log_likelihood - x.sum() * math.log(7), rel=1e-9)
    assert weeks.model.log_likelihood(x, t_x, age) == pytest.approx(weeks.log_likelihood, rel=1e-12)


def test_a_handful_of_customers_gets_a_usable_fit_that_owns_up_to_what_it_cannot_know():
    x = np.array([0.0] * 20 + [1, 1, 1, 2, 2, 3, 1, 1, 2, 1])
    fit = BGNBD.fit(x, np.where(x > 0, 30.0, 0.0), np.full(30, 40.0))
    assert None in fit.standard_errors.values()
    future = fit.model.conditional_expected_purchases(40.0, x, np.where(x > 0, 30.0, 0.0), 40.0)
    assert np.isfinite(future).all()
    assert (future >= 0).all()


@pytest.mark.parametrize(
    ("x", "t_x", "age", "says"),
    [
        ([0, 0], [0, 0], [5, 9], "none of the 2 customers bought again"),
        ([2, 1], [3, 9], [5, 8], "customer 1 .* t_x=9, T=8"),
        ([2, 1], [3, 0], [5, 8], "customer 1 .* t_x=0"),
    ],
)
def test_histories_without_repeat_buying_or_sense_are_refused(x, t_x, age, says):
    with pytest.raises(BadInput, match=says):
        BGNBD.fit(x, t_x, age)


def test_spend_is_the_law_of_a_gamma_mean_over_gamma_levels():
    model, x, z = GammaGamma(6.25, 3.74, 15.44), 3, 35.0

    def joint(level: float) -> float:
        own = stats.gamma.pdf(z, model.p * x, scale=1 / (level * x))
        return float(own * stats.gamma.pdf(level, model.q, scale=1 / model.gamma))

    likelihood, _ = integrate.quad(joint, 0, 20, epsrel=1e-10)
    mean, _ = integrate.quad(lambda level: model.p / level * joint(level) / likelihood, 0, 20, epsrel=1e-10)
    assert model.log_likelihood(x, z) == pytest.approx(math.log(likelihood), rel=1e-8)
    assert model.expected_spend(x, z) == pytest.approx(mean, rel=1e-7)


def test_expected_spend_goes_from_everybody_to_ones_own():
    model = GammaGamma(6.25, 3.74, 15.44)
    everybody = model.p * model.gamma / (model.q - 1)
    spend = model.expected_spend(np.array([0, 1, 10, 1e6]), 100.0)
    assert spend[0] == pytest.approx(everybody)
    assert (np.diff(spend) > 0).all()
    assert spend[-1] == pytest.approx(100.0, rel=1e-4)


def test_a_spend_fit_finds_the_law_that_amounts_were_drawn_from():
    # an estimate beyond 4 standard errors has a chance of 6 in 100,000 each
    rng = np.random.default_rng(2013)
    truth = GammaGamma(6.0, 4.0, 15.0)
    count = rng.integers(0, 6, 20_000).astype(float)
    level = rng.gamma(truth.q, 1 / truth.gamma, 20_000)
    mean = np.where(count > 0, rng.gamma(np.maximum(truth.p * count, 1)) / level / np.maximum(count, 1), 0.0)
    fit = GammaGamma.fit(count, mean)
    assert fit.customers == (count > 0).sum()
    for name, error in fit.standard_errors.items():
        assert error is not None
        assert abs(getattr(fit.model, name) - getattr(truth, name)) < 4 * error


def test_a_spend_fit_needs_two_customers_who_paid_again():
    with pytest.raises(BadInput, match="1 customers have a repeat purchase"):
        GammaGamma.fit([0, 2], [0.0, 9.5])


@pytest.mark.parametrize(
    ("model", "later"),
    [(SBG(0.704, 1.182), [22.0, 20.4, 19.1, 18.0, 17.0]), (SBG(0.668, 3.806), [46.0, 43.6, 41.4, 39.5, 37.8])],
)
def test_survival_of_subscribers_projects_the_published_years(model, later):
    # Fader & Hardie (2007), regular and high-end customers, fitted on years 0-7; the years 8-12, in percent
    assert 100 * model.survival(np.arange(8, 13)) == pytest.approx(later, abs=0.06)


@quick
@given(alpha=POSITIVE, beta=POSITIVE)
def test_the_share_that_renews_rises_with_age(alpha, beta):
    survival = SBG(alpha, beta).survival(np.arange(20))
    renewed = survival[1:] / survival[:-1]
    age = np.arange(1, 20)
    assert survival[0] == 1.0
    assert renewed == pytest.approx((beta + age - 1) / (alpha + beta + age - 1), rel=1e-9)


@pytest.fixture(scope="module")
def cdnow():
    try:
        metadata.distribution("lifetimes")
    except metadata.PackageNotFoundError:
        pytest.skip("the package that carries the CDNOW log is not installed")
    log = read_log("lifetimes:lifetimes/datasets/CDNOW_sample.txt", {"customer": 1, "date": 3, "amount": 5})
    return log, summary(log, "1997-09-30")


def test_the_cdnow_log_holds_the_published_customers(cdnow):
    log, table = cdnow
    assert (log.rows, len(log.bad), len(table)) == (6919, 0, 2357)
    histogram = np.bincount(np.minimum(table["x"], 7))
    assert histogram.tolist() == [1411, 439, 214, 100, 62, 38, 29, 64]
    assert table["x"].sum() == 2457
    weeks = holdout(log, "1997-09-30").weeks["purchases"].to_numpy()
    assert weeks.reshape(3, 13).sum(axis=1).tolist() == [726, 661, 495]


def test_the_cdnow_fits_are_the_published_ones(cdnow):
    _, table = cdnow
    buying = BGNBD.fit(table["x"], table["t_x"], table["T"])
    found = (buying.model.r, buying.model.alpha, buying.model.a, buying.model.b)
    assert found == pytest.approx((0.243, 4.414, 0.793, 2.426), abs=6e-4)
    assert buying.log_likelihood == pytest.approx(-9582.43, abs=0.01)
    spend = GammaGamma.fit(table["spend_count"], table["spend_mean"])
    assert (spend.model.p, spend.model.q, spend.model.gamma) == pytest.approx((6.25, 3.74, 15.44), abs=6e-3)
    assert spend.customers == 946


def test_the_cdnow_holdout_is_forecast_as_published(cdnow):
    log, table = cdnow
    actual = holdout(log, "1997-09-30").customers
    model = BGNBD.fit(table["x"], table["t_x"], table["T"]).model
    forecast = model.conditional_expected_purchases(39.0, table["x"], table["t_x"], table["T"])
    assert actual["purchases"].sum() == 1882
    assert forecast.sum() == pytest.approx(1653, abs=0.6)
    assert np.abs(forecast - actual["purchases"]).mean() == pytest.approx(0.785, abs=6e-4)
    spend = GammaGamma.fit(table["spend_count"], table["spend_mean"]).model
    value = forecast * spend.expected_spend(table["spend_count"], table["spend_mean"])
    assert actual["spend"].sum() == pytest.approx(70_976, abs=1)
    assert value.sum() == pytest.approx(59_933, rel=1e-3)
