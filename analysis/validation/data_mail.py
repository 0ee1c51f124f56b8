"""A randomized e-mail trial: what the mail did, fitted to half of its people, is foretold for the other half.

In the trial of Hillstrom (2008, "The MineThatData e-mail analytics challenge") 64,000 customers of the last year got
one of two e-mails or none, and were watched for two weeks. The file cannot be carried along. Who has it says where it
is: ``ECRM_MAIL_TRIAL=hillstrom.csv ecrm validate``.

Each person is a customer of whom a log says: one purchase, ``recency`` months ago, and none since. Rates of buying are
gamma over people (NBD); the mail multiplies everybody's by one factor, and leaves amounts as they are. These are three
numbers. Nothing else tells recent buyers from others, or who is mailed.
"""

import hashlib
import os
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.panels.held_out import LEVEL, Figure, judged
from analysis.validation.check import Finding, data
from analysis.validation.data_calls import given
from analysis.validation.lab import ONE_SHOP, Lab, Watch
from analysis.validation.results import Series
from sim.firms.programs.discount import Discount
from sim.market import Market
from sim.people.imported import Imported

type Floats = NDArray[np.float64]

PATH = "ECRM_MAIL_TRIAL"
COLUMNS = ["recency", "segment", "conversion", "spend"]
NO_MAIL = "No E-Mail"
WEEKS = 2
MONTHS = ((1, 4), (5, 8), (9, 12))  # bands of recency
FIGURES = 8
REMINDER = "firms.shop.programs.discount.reminder"


class Trial(NamedTuple):
    """People of the trial, (N,) each."""

    silence: Floats  # weeks since the last purchase
    mailed: NDArray[np.bool_]
    bought: NDArray[np.bool_]
    spend: Floats


class Law(NamedTuple):
    """What one half says: ln r, ln alpha (weeks) of the rates of buying, ln factor of a mail; and of amounts."""

    logs: Floats  # (3,)
    errors: Floats  # (3, 3) their covariance
    shape: float  # of the gamma of amounts
    mean: float  # currency an order


def missing() -> str | None:
    """Return why there is no trial to read and how to get it; None if it is there."""
    return given(PATH, "needs the e-mail trial of Hillstrom 2008, a file with recency, segment, conversion, spend")


@data("Hillstrom 2008", needs={"reminders by mail": {REMINDER: 0.0}}, missing=missing)
def a_mail_does_to_others_what_it_did_to_some(lab: Lab) -> Finding:
    """A mail's effect on purchases and spend, fitted to half of the people of a trial, is that on the other half.

    Shares of buyers with and without mail, by months since the last purchase, and what people spend: shown is the
    figure, of eight, that is least like what was foretold, with the predictive interval in which it must lie: all eight
    are judged together (Holm, family-wise 5 %). One factor on the rate of buying is fitted, the same for everybody.
    Buyers are few: what is off by less than about a third would pass.
    """
    there = _halves(os.environ[PATH])[1]
    law = _fitted(os.environ[PATH])
    generator = np.random.default_rng(0)
    logs = generator.multivariate_normal(law.logs, law.errors, lab.size(30, 80))
    lives = [_lived(lab, law, values, there, number + 1) for number, values in enumerate(logs)]
    seen = _figures(there, there.bought, there.spend)
    figures = judged([_figure(name, np.array([life[name] for life in lives]), seen[name]) for name in seen])
    worst = min(figures, key=lambda figure: figure.chance)
    said = ", ".join(f"{figure.name} {figure.expected:.3g} ({figure.measured:.3g})" for figure in figures)
    verdict = all(figure.within for figure in figures)
    return Finding(
        worst.expected, worst.measured, worst.low, worst.high, verdict, unit=worst.name,
        series=_curves(figures), note=f"foretold (seen): {said}; the mail's factor {np.exp(law.logs[2]):.2f}",
    )  # fmt: skip


def _halves(path: str) -> tuple[Trial, Trial]:
    """Return the people to fit on and those held out, in the order of SHA-256 of "mail ROW" of the file's rows."""
    rows = pd.read_csv(path, usecols=COLUMNS)
    lot = [hashlib.sha256(f"mail {row}".encode()).hexdigest() for row in range(len(rows))]
    drawn = rows.iloc[np.argsort(lot, kind="stable")]
    return _trial(drawn.iloc[: len(rows) // 2]), _trial(drawn.iloc[len(rows) // 2 :])


def _trial(rows: pd.DataFrame) -> Trial:
    silence = (rows["recency"].to_numpy(np.float64) - 0.5) * 52.0 / 12.0
    mailed = (rows["segment"] != NO_MAIL).to_numpy()
    return Trial(silence, mailed, rows["conversion"].to_numpy() > 0, rows["spend"].to_numpy(np.float64))


def chance_to_buy(logs: Floats, silence: Floats, mailed: NDArray[np.bool_]) -> Floats:
    """Return the chance to buy within the trial: 1 - ((α + T) / (α + T + weeks f))^r, f = 1 without mail (NBD)."""
    r, alpha, factor = np.exp(logs)
    waited = alpha + silence
    chance: Floats = -np.expm1(-r * np.log1p(WEEKS * np.where(mailed, factor, 1.0) / waited))
    return chance


@cache
def _fitted(path: str) -> Law:
    """Fit the law to the first half by maximum likelihood; errors from the curvature."""
    from scipy.optimize import minimize

    here = _halves(path)[0]

    def loss(logs: Floats) -> float:
        chance = np.clip(chance_to_buy(logs, here.silence, here.mailed), 1e-12, 1.0 - 1e-12)
        return -float(np.log(np.where(here.bought, chance, 1.0 - chance)).sum())

    bounds = [(-8.0, 4.0), (-2.0, 8.0), (-3.0, 3.0)]
    options: Any = {"xatol": 1e-5, "fatol": 1e-6, "maxiter": 2000}
    best: Floats = minimize(loss, np.array([-2.0, 2.0, 0.5]), method="Nelder-Mead", bounds=bounds, options=options).x
    steps = 1e-2 * np.eye(3)
    curvature = [[_bend(loss, best, one, other) for other in steps] for one in steps]
    amounts = here.spend[here.bought]
    shape = float((amounts.mean() / amounts.std(ddof=1)) ** 2)
    return Law(best, np.linalg.inv(np.array(curvature) / 1e-4), shape, float(amounts.mean()))


def _bend(loss: Any, at: Floats, one: Floats, other: Floats) -> float:
    """Return the second difference of a function along two steps."""
    corners = ((a * b, loss(at + a * one / 2.0 + b * other / 2.0)) for a in (1.0, -1.0) for b in (1.0, -1.0))
    return float(sum(sign * value for sign, value in corners))


def _lived(lab: Lab, law: Law, logs: Floats, people: Trial, replicate: int) -> dict[str, float]:
    """Return the figures of a life of the two weeks, of those without a mail and of those with one."""
    bought, spend = np.zeros(len(people.mailed), np.bool_), np.zeros(len(people.mailed))
    for mailed in (False, True):
        who = people.mailed == mailed
        watch = _two_weeks(lab, law, logs, people.silence[who], mailed, replicate)
        bought[who], spend[who] = watch.orders > 0, watch.cents / 100.0
    return _figures(people, bought, spend)


def _two_weeks(lab: Lab, law: Law, logs: Floats, silence: Floats, mailed: bool, replicate: int) -> Watch:
    """Let customers of this silence live the trial; ``mailed``: all hold a fresh message from the start."""
    r, alpha, factor = np.exp(logs).tolist()
    # next to no message goes out but those that all hold already
    mail = {"share": 0.0, "reminder": max(float(np.log(factor)), 0.0), "offers_per_year": 1e-9}
    years = {"calendar": {"years": WEEKS / 52}, "buy": {"growth_cap": 5.0, "active_within_months": 13.0}}
    world = lab.of(ONE_SHOP, years, {"firms": {"shop": {"programs": {"discount": mail}}}})
    none = np.zeros(silence.size)
    spread = {"p": law.shape, "q": 1000.0, "gamma": 999.0 * law.mean / law.shape}
    market = Market(world, replicate, Imported(none, none, silence, none, none, r, alpha, a=1.0, b=1000.0, **spread))
    program = market.firms[0].programs["discount"]
    assert isinstance(program, Discount)
    program.holds_until[:] = 1.0 if mailed else -1.0
    watch = Watch(market)
    market.run()
    return watch


def _figures(people: Trial, bought: NDArray[np.bool_], spend: Floats) -> dict[str, float]:
    """Return shares of buyers by arm and band of recency, and mean spend by arm."""
    found = {}
    month = people.silence * 12.0 / 52.0 + 0.5
    for arm, who in (("no mail", ~people.mailed), ("mail", people.mailed)):
        for first, last in MONTHS:
            found[f"buyers, {arm}, {first} to {last} months"] = float(
                bought[who & (month > first - 0.1) & (month < last + 0.1)].mean()
            )
        found[f"spend, {arm}"] = float(spend[who].mean())
    return found


def _figure(name: str, lived: Floats, measured: float) -> Figure:
    """Return a figure with its predictive interval: Student's t over lives, which differ in law and luck."""
    from scipy import stats

    mean, spread = float(lived.mean()), float(lived.std(ddof=1) * np.sqrt(1.0 + 1.0 / lived.size))
    law = stats.t(lived.size - 1, mean, spread)
    low, high = law.interval(1.0 - LEVEL / FIGURES)  # of the rarest of all, by Holm's procedure
    return Figure(
        "trial", name, mean, measured, float(low), float(high), float(2.0 * law.sf(mean + abs(measured - mean)))
    )


def _curves(figures: list[Figure]) -> tuple[Series, ...]:
    """Return shares of buyers by arm: foretold with intervals, and seen."""
    buyers = [figure for figure in figures if figure.name.startswith("buyers")]
    names = [figure.name.removeprefix("buyers, ").removesuffix(" months") for figure in buyers]
    reach = [(figure.high - figure.low) / 2.0 for figure in buyers]
    return (
        Series("seen", names, [figure.measured for figure in buyers], line=True),
        Series("foretold", names, [figure.expected for figure in buyers], reach=reach, along="months since a purchase"),
    )
