"""Who stays, joins and switches where every loop is off, against formulas."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from analysis.validation.check import Sample, closed_form
from analysis.validation.lab import BENCHMARK, Lab
from analysis.validation.results import Series
from sim.market import Market
from sim.world import World

LEFT_FOR_GOOD = {"none_utility": 50.0, "rejoin_per_year": 0.0, "involuntary_per_year": 0.0}
Law = Callable[[float, float], float]  # of the input and the years since everybody joined


def survival(world: World, law: Law, value: float, years: NDArray[np.float64]) -> Sample:
    """Return who of a cohort is a customer after the last of ``years``, with the curve beside the law's."""
    market, shares = Market(world), [1.0]
    for year in years:
        while market.period < round(year * world.calendar.per_year):
            market.step()
        shares.append(float(market.people.customer[:, 0].mean()))
    ages = [0.0, *years.tolist()]
    curves = Series("formula", ages, [law(value, age) for age in ages], line=True), Series("model", ages, shares)
    unit = f"share still there after {years[-1]:g} years"
    return Sample(market.people.customer[:, 0].copy(), lambda off: law(off, ages[-1]), unit, curves)


HAZARD, QUARTERS = 0.8, np.arange(0.25, 2.01, 0.25)


def leaving(lab: Lab, frailty_cv: float) -> World:
    """Return a world whose people leave for good at a yearly hazard, which is the input."""
    return lab.bare(
        "subscription",
        {
            "customers": {"count": lab.size(20_000, 120_000), "frailty_cv": frailty_cv},
            "choose": LEFT_FOR_GOOD | {"reopen_per_year": lab.input},
            "calendar": {"years": 2.0},
            "firms": {"acme": BENCHMARK},
        },
    )


@closed_form("Schmittlein, Morrison & Colombo 1987", ("choose.reopen_per_year", HAZARD))
def constant_hazard(lab: Lab) -> Sample:
    """People with one hazard of leaving stay for exponential times: exp(−h t) of them are left."""
    return survival(leaving(lab, 0.0), lambda h, t: float(np.exp(-h * t)), HAZARD, QUARTERS)


@closed_form("Vaupel, Manton & Stallard 1979", ("choose.reopen_per_year", HAZARD))
def gamma_frailty(lab: Lab) -> Sample:
    """Where hazards are gamma over people, (1 + h c² t)^(−1/c²) of a cohort are left."""
    cv = 0.7
    return survival(
        leaving(lab, cv), lambda h, t: float((1.0 + h * cv * cv * t) ** (-1.0 / (cv * cv))), HAZARD, QUARTERS
    )
