"""How expectation adapts where nothing else moves it, against its formula."""

import numpy as np

from analysis.validation.check import Sample, closed_form
from analysis.validation.lab import BENCHMARK, UNSETTLED, Lab
from analysis.validation.results import Series
from sim.market import Market
from sim.people.columns import Attribute

RATE = 0.08


@closed_form("Boulding et al. 1993", ("feel.expectation_rate", RATE))
def expectations_adapt(lab: Lab) -> Sample:
    """Expectation goes a fixed share of the way to what is experienced each month: (1 − a)^t of a gap is left.

    People who were promised .9 of a product and get .6, each by their own match with the firm.
    """
    quiet = {
        "calendar": {"years": 1.0},
        "customers": {"count": lab.size(5_000, 60_000), "match_sd": 0.12},
        "choose": {"reopen_per_year": 0.0, "involuntary_per_year": 0.0},
        "experience": {"failures": False, "questions": False},
        "feel": {"expectation_rate": lab.input, "promise_rate": 0.0},
        "firms": {"acme": BENCHMARK | {"level": {"product": 0.6}, "promise": {"product": 0.9}}},
    }
    market, months, means = Market(lab.world(UNSETTLED, quiet)), np.arange(1, 13), []
    while not market.done:
        market.step()
        means.append(float(market.people.expectation[:, 0, Attribute.PRODUCT].mean(dtype=np.float64)))

    def expected(rate: float, month: float = 12.0) -> float:
        return float(0.6 + 0.3 * (1.0 - rate) ** month)

    curves = (
        Series("formula", months.tolist(), [expected(RATE, month) for month in range(1, 13)], line=True),
        Series("model", months.tolist(), means, along="months"),
    )
    return Sample(market.people.expectation[:, 0, Attribute.PRODUCT], expected, "expectation after a year, 0–1", curves)
