"""One line and nobody waits: who is turned away tries again after an exponential time (Falin & Templeton 1997).

With one server the mean number in orbit and the chance to be turned away depend on the handle time by its first two
moments alone, so a lognormal with the second moment of an exponential has the published values of M/M/1/1 with
retrials. One look over two figures at 1 %; the seed was chosen before it.
"""

import math
from functools import cache

import numpy as np
import pytest
from scipy import stats

from sim.call_center.contacts import Contacts, next_attempts
from sim.call_center.engines import serve
from sim.call_center.records import CenterState, Ending
from sim.call_center.rules import rules_of
from sim.call_center.settings import DAYS, CallCenterSettings
from sim.call_center.staff import Staff
from sim.draws import Decision, Key, exponential

ARRIVALS, RETRIALS = 0.5, 0.2  # a minute; the mean handle time is a minute
ORBIT, TURNED_AWAY = 3.0, 0.5
REPLICATIONS, CALLS, WARM_UP = 60, 20_000, 2_000.0
SEED = 20_260_104
SETTINGS = CallCenterSettings(
    opening={"days": DAYS, "opens": 0, "closes": 24},
    handle_time={"mean_minutes": 1.0, "log_sd": math.sqrt(math.log(2.0))},
    redial={"chance": 1.0, "delay_minutes": 1.0 / RETRIALS},
    repeat={"chance": 0.0},
    lines=1,
)


def formula(arrivals: float) -> tuple[float, float]:
    """Mean number in orbit, and the chance of a first call to be turned away, at a mean handle time of 1."""
    load = arrivals
    orbit = load * load / (1.0 - load) + arrivals * load / (RETRIALS * (1.0 - load))
    return orbit, load


@cache
def look() -> np.ndarray:
    """Both figures less their published values, shape (replications, 2)."""
    return np.array([replication(number) for number in range(1, REPLICATIONS + 1)]) - (ORBIT, TURNED_AWAY)


def replication(number: int) -> tuple[float, float]:
    key = Key(SEED, number)
    rules = rules_of(SETTINGS, key)
    before = Contacts.blank(CALLS)
    before.person[:] = np.arange(CALLS)
    before.attempt[:] = -1
    before.patience_factor[:] = 1.0
    gaps = [exponential(key, call, 0, int(Decision.CONTACT_TIME), 0) / ARRIVALS for call in range(CALLS)]
    contacts = next_attempts(rules, before, np.cumsum(gaps))
    until = float(contacts.arrival[-1]) + 1e-3
    _, records = serve(CenterState.at(0.0), contacts, Staff.steady(1), rules, until)
    blocked = records.take(records.ending == Ending.BLOCKED)
    in_orbit = np.minimum(blocked.again, until) - np.maximum(blocked.end, WARM_UP)
    first = records.take((records.attempt == 0) & (records.arrival > WARM_UP))
    return np.maximum(in_orbit, 0.0).sum() / (until - WARM_UP), (first.ending == Ending.BLOCKED).mean()


def limit(number: int) -> float:
    return stats.t.ppf(1.0 - 0.01 / 2.0 / 2.0, number - 1)


def errors() -> np.ndarray:
    return look().std(axis=0, ddof=1) / math.sqrt(REPLICATIONS)


def test_the_formula_has_the_published_values():
    assert formula(ARRIVALS) == pytest.approx((ORBIT, TURNED_AWAY), abs=1e-12)


def test_callers_who_are_turned_away_and_try_again_fill_the_orbit_as_published():
    assert (np.abs(look().mean(axis=0)) <= limit(REPLICATIONS) * errors()).all()


def test_arrivals_two_percent_off_would_be_refused_with_95_percent_power():
    off = np.abs(np.subtract(formula(1.02 * ARRIVALS), formula(ARRIVALS)))
    power = stats.nct.sf(limit(REPLICATIONS), REPLICATIONS - 1, off / errors())
    assert power.max() >= 0.95
