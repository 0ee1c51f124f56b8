"""What is known of how experience becomes satisfaction."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from analysis.compose import merge
from analysis.validation.check import Contrast, pattern
from analysis.validation.lab import BENCHMARK, UNSETTLED, Lab, lived
from analysis.validation.results import Series
from sim.market import Market
from sim.world import World

STAY = {"reopen_per_year": 0.0, "involuntary_per_year": 0.0}
QUIET = {"failures": False, "questions": False}
NEVER_FAILS = {"failures": 0.0}


def captives(lab: Lab, *layers: Mapping[str, Any]) -> World:
    """Return a world of one firm whose customers all stay and have no match of their own with it."""
    stay = {
        "calendar": {"years": 1.0},
        "customers": {"count": lab.size(1_500, 5_000), "match_sd": 0.0},
        "choose": STAY,
        "firms": {"acme": BENCHMARK},
    }
    return lab.world(UNSETTLED, stay, *layers)


def satisfaction(market: Market) -> NDArray[np.float64]:
    """Return everybody's satisfaction with the first firm (N,), 0-100."""
    return 100.0 * market.people.satisfaction[:, 0].astype(np.float64)


def monthly(world: World) -> NDArray[np.float64]:
    """Return everybody's satisfaction at the end of each month (months, N), 0-100."""
    market, seen = Market(world), []
    while not market.done:
        market.step()
        seen.append(satisfaction(market))
    return np.array(seen)


@pattern(
    "Anderson & Sullivan 1993",
    needs={"loss aversion": {"feel.loss": 1.0}, "disconfirmation": {"feel.disconfirmation_slope": 0.0}},
)
def shortfall_hurts_more(lab: Lab) -> Contrast:
    """Falling short of what was expected hurts more than as much beyond it pleases.

    The fall of satisfaction at .1 less of the product than expected, less its rise at .1 more, of the same people.
    """
    fixed = {"expectation_rate": 0.0, "promise_rate": 0.0, "memory_floor": 0.5}
    products = [0.6, 0.7, 0.8, 0.9, 1.0]
    offers = [{"level": {"product": product}, "promise": {"product": 0.8}} for product in products]
    lives = [
        lived(captives(lab, {"experience": QUIET, "feel": fixed, "firms": {"acme": BENCHMARK | offer}}))
        for offer in offers
    ]
    odds = [logit(life.people.satisfaction[:, 0].astype(np.float64)) for life in lives]
    short, met, beyond = odds[1:4]
    gaps = [product - 0.8 for product in products]
    curve = Series("model", gaps, [float(each.mean()) for each in odds], along="delivered less expected")
    return Contrast({"fall less rise": (met - short) - (beyond - met)}, 0.05, "log-odds of satisfaction", [curve])


@pattern(
    "Rust & Oliver 2000; Boulding et al. 1993",
    needs={"adapting expectations": {"feel.expectation_rate": 0.0, "feel.promise_rate": 0.0}},
)
def delight_wears_off(lab: Lab) -> Contrast:
    """An improvement delights at first; then it is expected, and part of the delight is gone.

    What .1 more of the product adds to satisfaction at its height, less what it adds four years later.
    """
    calm = {"calendar": {"years": 5.0}, "experience": QUIET}
    better = {"firms": {"acme": {"strategy": {"schedule": {"changes": [{"year": 0.0, "product": 0.9}]}}}}}
    lift = monthly(captives(lab, calm, better)) - monthly(captives(lab, calm))
    mean = lift.mean(axis=1)
    height = int(mean[:24].argmax())
    curve = Series("model", [(month + 1) / 12.0 for month in range(60)], mean.tolist(), along="years")
    return Contrast({"height less what is left": lift[height] - lift[-1]}, 0.2, "points of satisfaction", [curve])


def fall_of_one_bad_month(lab: Lab, year: float) -> NDArray[np.float64]:
    """Return how far everybody's satisfaction falls in a month in which things fail, ``year`` years together (N,)."""
    month = [{"year": year, "failures": 4.0}, {"year": year + 1 / 12, "failures": 0.0}]
    bad = {"firms": {"acme": {"strategy": {"schedule": {"changes": month}}}}}
    calm = {"calendar": {"years": year + 1 / 12}, "experience": {"questions": False, "voice": -20.0}}
    quiet = {"firms": {"acme": NEVER_FAILS}}
    good, spoiled = (lived(captives(lab, calm, quiet, layer)) for layer in ({}, bad))
    return satisfaction(good) - satisfaction(spoiled)


@pattern("Bolton 1998", needs={"memory that lengthens with tenure": {"feel.memory_new": 0.0}})
def long_customers_are_moved_less(lab: Lab) -> Contrast:
    """The longer somebody has been a customer, the less one bad month moves satisfaction.

    The fall in a month in which things fail, of newcomers less that of the same people eight years on.
    """
    years = [0.0, 2.0, 5.0, 8.0]
    falls = [fall_of_one_bad_month(lab, year) for year in years]
    curve = Series("model", years, [float(fall.mean()) for fall in falls], along="years together")
    return Contrast({"newcomers less old customers": falls[0] - falls[-1]}, 0.0, "points of satisfaction", [curve])


def called(lab: Lab, figures: Mapping[str, float], **layers: Any) -> World:
    """Return a world of captives who often ask a patient question of a center of these figures."""
    center = {
        "call_center": {
            "kind": "benchmark",
            "benchmark": {"chance_of_wait": 1.0, "resolution": 1.0, **figures},
            "patience": {"mean_minutes": 1e6},
            "repeat": {"chance": 0.0},
        }
    }
    return captives(lab, {"experience": {"failures": False}, "firms": {"acme": center}}, layers)


@pattern("Taylor 1994", needs={"waits that are felt": {"feel.wait_weight": 0.0}})
def waiting_lowers_satisfaction(lab: Lab) -> Contrast:
    """The longer callers wait, the less satisfied they are, though all are answered and helped in the end.

    Satisfaction after a year of waits of a minute less that of waits of ten.
    """
    waits = [0.1, 1.0, 3.0, 10.0]
    felt = [satisfaction(lived(called(lab, {"mean_wait_minutes": wait}))) for wait in waits]
    curve = Series("model", waits, [float(each.mean()) for each in felt], along="minutes")
    return Contrast({"short less long waits": felt[1] - felt[3]}, 0.0, "points of satisfaction", [curve])


@pattern("Dixon, Freeman & Toman 2010", needs={"matters left unresolved": {"feel.unresolved_weight": 0.0}})
def an_open_matter_hurts_more_than_a_wait(lab: Lab) -> Contrast:
    """A quick contact that solves nothing hurts more than a long wait for one that does.

    Satisfaction after a year of ten-minute waits and solutions less that of no waits and none.
    """
    slow = satisfaction(lived(called(lab, {"mean_wait_minutes": 10.0})))
    idle = satisfaction(lived(called(lab, {"mean_wait_minutes": 0.1, "resolution": 0.0})))
    return Contrast({"slow but solved less quick but open": slow - idle}, 0.0, "points of satisfaction")


@pattern("Kahneman, Knetsch & Thaler 1986", needs={"fairness of a price": {"feel.price_loss": 0.0}})
def a_price_rise_feels_unfair(lab: Lab) -> Contrast:
    """A price rise takes satisfaction, and is remembered for months.

    What a tenth more takes, half a year later. A cut pleases nobody here: the model has no such gain, so that a rise
    which takes more than a cut gives would show nothing.
    """

    def year(price: float) -> NDArray[np.float64]:
        step = {"strategy": {"schedule": {"changes": [{"year": 0.0, "price": price}]}}}
        return monthly(captives(lab, {"experience": QUIET, "firms": {"acme": step}}))

    same, dearer = year(1.0), year(1.1)
    curve = Series("model", list(range(1, 13)), (dearer - same).mean(axis=1).tolist(), along="months")
    return Contrast({"without less with": same[5] - dearer[5]}, 0.0, "points of satisfaction", [curve])


@pattern("Smith, Bolton & Wagner 1999", needs={"distributive justice": {"feel.distributive_justice": 0.0}})
def compensation_restores(lab: Lab) -> Contrast:
    """Complainers whose failure is made good with money are more satisfied than with an answer alone.

    Satisfaction of the same people after a year of failures, with and without a recovery program.
    """
    complain = {"experience": {"questions": False, "voice": 3.0}, "firms": {"acme": {"failures": 2.0}}}
    paid = {"firms": {"acme": {"programs": {"recovery": {"compensation": 20.0}}}}}
    without, with_money = (lived(captives(lab, merge(complain, layer))) for layer in ({}, paid))
    return Contrast({"paid less not": satisfaction(with_money) - satisfaction(without)}, 0.0, "points of satisfaction")
