"""What is fitted on a call log, held against known laws. Bounds are four standard errors: wrong once in 15,000."""

import math

import numpy as np
import pandas as pd
import pytest

from analysis.call_fit import CallFit, fit, fit_day_spread
from analysis.call_log import CallLog
from analysis.call_returns import fit_redial
from analysis.patience import fit_patience, kaplan_meier, weibull
from sim.settings import BadInput
from tests.analysis.made_up_calls import DAY_SPREAD, HANDLE_LOG_SD, HANDLE_MEAN, WEIGHTS, made_up_calls


def as_log(calls: pd.DataFrame) -> CallLog:
    calls = calls.assign(priority="", wait=calls["wait"].astype(float), handle=calls["handle"].astype(float))
    return CallLog(calls.sort_values("arrival").reset_index(drop=True), pd.DataFrame(), "made up", {})


@pytest.fixture(scope="module")
def log() -> CallLog:
    return as_log(made_up_calls())


@pytest.fixture(scope="module")
def fitted(log) -> CallFit:
    return fit(log)


def test_opening_and_profile_are_found(fitted):
    arrivals = fitted.arrivals
    assert (arrivals.days, arrivals.opens, arrivals.closes) == (("mon", "tue", "wed", "thu", "fri"), 9, 15)
    shares = arrivals.hour_weights[9:15] / arrivals.hour_weights.sum()
    expected = WEIGHTS / WEIGHTS.sum()
    assert np.all(np.abs(shares - expected) < 4 * np.sqrt(expected / 9000))
    assert arrivals.day_weights[5:].tolist() == [0.0, 0.0]
    assert arrivals.day_weights[:5].mean() == pytest.approx(1.0)
    assert arrivals.outside == pytest.approx(0.0)


def test_the_spread_of_days_is_found(fitted):
    spread = fitted.arrivals.spread
    assert abs(spread.value - DAY_SPREAD) < 4 * spread.error


def test_days_that_are_poisson_have_no_spread():
    counts = np.random.default_rng(3).poisson(400.0, 200).astype(float)
    assert fit_day_spread(counts, np.arange(200) % 5).value < 0.03  # of 400 calls a day chance alone makes .05


def test_the_law_of_handle_times_is_found(fitted):
    handle = fitted.handle
    assert abs(60 * handle.mean.value - HANDLE_MEAN) < 4 * 60 * handle.mean.error + 1  # whole seconds, rounded up
    assert abs(handle.log_sd.value - HANDLE_LOG_SD) < 4 * handle.log_sd.error


def test_calls_of_no_time_count_in_the_mean_and_not_in_the_shape(log):
    short = log.calls.assign(handle=np.where(np.arange(len(log.calls)) % 10 == 0, 0.0, log.calls["handle"]))
    before, after = fit(log).handle, fit(as_log(short)).handle
    assert after.mean.value == pytest.approx(0.9 * before.mean.value, rel=0.03)
    assert after.log_sd.value == pytest.approx(before.log_sd.value, rel=0.03)
    assert after.short == pytest.approx(0.1, abs=0.01)


def test_kaplan_meier_by_hand():
    wait, hung_up = np.array([1.0, 2.0, 2.0, 3.0, 4.0]), np.array([True, True, False, False, True])
    curve = kaplan_meier(wait, hung_up)
    assert curve.index.tolist() == [1.0, 2.0, 4.0]
    assert curve["surviving"].tolist() == pytest.approx([4 / 5, 4 / 5 * 3 / 4, 0.0])
    assert curve["error"].iloc[0] == pytest.approx(math.sqrt(0.8 * 0.2 / 5))  # binomial, nobody censored before


@pytest.mark.parametrize("shape", [0.6, 1.0, 2.0])
def test_weibull_patience_is_found_behind_the_answers(shape):
    rng = np.random.default_rng(5)
    patience, offered = 200.0 * rng.weibull(shape, 8000), rng.exponential(120.0, 8000)
    found, scale = weibull(np.minimum(patience, offered), patience < offered)
    assert abs(found.value - shape) < 4 * found.error
    assert abs(scale / 200.0 - 1) < 4 / (shape * math.sqrt(found.n)) * 1.5  # the shape is estimated along


def test_the_mean_of_exponential_patience_is_time_waited_by_hang_ups(log):
    law = fit_patience(log.offered)
    gone = log.offered["outcome"] == "abandoned"
    assert law.exponential_mean.value == pytest.approx(log.offered["wait"].sum() / gone.sum() / 60)


def test_patience_that_outlasts_a_share_is_the_curves_quantile(log):
    law = fit_patience(log.offered)
    shares = np.linspace(0.999, 0.001, 500)
    patience = law.outlasting(shares)
    assert (np.diff(patience) >= 0).all()
    seen = patience <= law.survival.index[-1]
    at = law.survival["surviving"].reindex(patience[seen]).to_numpy()
    assert (at <= shares[seen]).all()
    assert np.isfinite(patience).all()


def returning(chance: float, delay: float) -> pd.DataFrame:
    """Return a log of 400 who hang up, of whom every so-manieth calls again after a delay, and 400 served for good."""
    start = pd.Timestamp("2024-01-02 09:00:00")
    rows = []
    for caller in range(400):
        rows.append((start + pd.Timedelta(seconds=caller), 10, 0, "abandoned", f"gone {caller}"))
        rows.append((start + pd.Timedelta(seconds=caller), 0, 100, "answered", f"served {caller}"))
        if caller % 100 < 100 * chance:
            again = start + pd.Timedelta(seconds=caller + 10 + delay)
            rows.append((again, 0, 100, "answered", f"gone {caller}"))
    rows.append((start + pd.Timedelta(days=3), 0, 100, "answered", "last"))
    frame = pd.DataFrame(rows, columns=["arrival", "wait", "handle", "outcome", "customer"])
    return frame.assign(agent="a")


def test_who_calls_again_after_hanging_up_is_counted():
    found = fit_redial(as_log(returning(0.4, 600.0)))
    assert found.share.value == pytest.approx(0.4)
    assert found.base == 0.0
    assert found.delay == pytest.approx(600.0, rel=0.03)


def test_a_log_without_customers_tells_nothing_about_calling_again(log):
    nameless = as_log(log.calls.assign(customer=""))
    assert fit(nameless).redial is None
    assert "redial" not in fit(nameless).settings()


def test_a_log_of_one_day_is_refused(log):
    with pytest.raises(BadInput, match="fewer than two days"):
        fit(as_log(log.calls.iloc[:50]))
