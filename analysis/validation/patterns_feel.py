"""What is known of how experience becomes satisfaction."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from analysis.validation.check import Contrast, pattern
from analysis.validation.lab import BENCHMARK, UNSETTLED, Lab, lived
from analysis.validation.results import Series

STAY = {"reopen_per_year": 0.0, "involuntary_per_year": 0.0}


def judged(lab: Lab, product: float) -> NDArray[np.float64]:
    """Return the log-odds of satisfaction (N,) of people who expect .8 of a product and get ``product`` for a year.

    Nothing else happens to them, and they forget the past within months.
    """
    world = lab.world(
        UNSETTLED,
        {
            "calendar": {"years": 1.0},
            "customers": {"count": lab.size(1_000, 4_000), "match_sd": 0.0},
            "choose": STAY,
            "experience": {"failures": False, "questions": False},
            "feel": {"expectation_rate": 0.0, "promise_rate": 0.0, "memory_floor": 0.5},
            "firms": {"acme": BENCHMARK | {"level": {"product": product}, "promise": {"product": 0.8}}},
        },
    )
    odds: NDArray[np.float64] = logit(lived(world).people.satisfaction[:, 0].astype(np.float64))
    return odds


@pattern(
    "Anderson & Sullivan 1993",
    needs={"loss aversion": {"feel.loss": 1.0}, "disconfirmation": {"feel.disconfirmation_slope": 0.0}},
)
def shortfall_hurts_more(lab: Lab) -> Contrast:
    """Falling short of what was expected hurts more than as much beyond it pleases.

    The fall of satisfaction at .1 less of the product than expected, less its rise at .1 more, of the same people.
    """
    products = [0.6, 0.7, 0.8, 0.9, 1.0]
    odds = [judged(lab, product) for product in products]
    short, met, beyond = odds[1:4]
    curve = Series("model", [product - 0.8 for product in products], [float(each.mean()) for each in odds])
    return Contrast({"fall less rise": (met - short) - (beyond - met)}, 0.05, "log-odds of satisfaction", [curve])
