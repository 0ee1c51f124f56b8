"""Who stays, joins and switches where every loop is off, against formulas."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from analysis.repeat_buying import SBG
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
    drawn = Series("formula", ages, [law(value, age) for age in ages], line=True, along="years")
    curves = drawn, Series("model", ages, shares)
    unit = f"share still there after {years[-1]:g} years"
    return Sample(market.people.customer[:, 0].copy(), lambda off: law(off, ages[-1]), unit, curves)


HAZARD, QUARTERS = 0.8, np.arange(0.25, 2.01, 0.25)


def leaving(lab: Lab, people: int, frailty_cv: float) -> World:
    """Return a world whose people leave for good at a yearly hazard, which is the input."""
    return lab.bare(
        "subscription",
        {
            "customers": {"count": lab.size(20_000, people), "frailty_cv": frailty_cv},
            "choose": LEFT_FOR_GOOD | {"reopen_per_year": lab.input},
            "calendar": {"years": 2.0},
            "firms": {"acme": BENCHMARK},
        },
    )


@closed_form("Schmittlein, Morrison & Colombo 1987", ("choose.reopen_per_year", HAZARD))
def constant_hazard(lab: Lab) -> Sample:
    """People with one hazard of leaving stay for exponential times: exp(−h t) of them are left."""
    return survival(leaving(lab, 140_000, 0.0), lambda h, t: float(np.exp(-h * t)), HAZARD, QUARTERS)


@closed_form("Vaupel, Manton & Stallard 1979", ("choose.reopen_per_year", HAZARD))
def gamma_frailty(lab: Lab) -> Sample:
    """Where hazards are gamma over people, (1 + h c² t)^(−1/c²) of a cohort are left."""
    cv = 0.7
    return survival(
        leaving(lab, 250_000, cv), lambda h, t: float((1.0 + h * cv * cv * t) ** (-1.0 / (cv * cv))), HAZARD, QUARTERS
    )


SBG_ALPHA, SBG_YEARS = 0.704, np.arange(1.0, 6.0)


@closed_form("Fader & Hardie 2007", ("customers.leaving_a", SBG_ALPHA))
def shifted_beta_geometric(lab: Lab) -> Sample:
    """Where yearly chances of leaving are beta over people, a cohort survives by the shifted-beta-geometric law.

    The parameters are those published for a regular subscription: α = .704, β = 1.182.
    """
    world = lab.bare(
        "subscription",
        {
            "customers": {"count": lab.size(20_000, 190_000), "leaving": "beta", "leaving_a": lab.input},
            "choose": LEFT_FOR_GOOD,
            "calendar": {"years": 5.0},
            "firms": {"acme": BENCHMARK},
        },
    )
    return survival(world, lambda a, t: float(SBG(a, 1.182).survival(t)), SBG_ALPHA, SBG_YEARS)


RIVALS: dict[str, dict[str, Any]] = {
    "acme": BENCHMARK | {"brand": 0.4},
    "bolt": BENCHMARK | {"price": 0.9, "level": {"product": 0.7}},
    "cirrus": BENCHMARK | {"price": 1.1, "level": {"service": 0.9}},
}


def utilities(world: World) -> NDArray[np.float64]:
    """Return the utility of each firm to people who are all alike and loyal to none."""
    weights = next(iter(world.customers.segments.values())).importance.model_dump()
    total = sum(weights.values())
    offers = [sum(weights[k] / total * getattr(firm.level, k) for k in weights) for firm in world.firms.values()]
    prices = np.log([firm.price for firm in world.firms.values()])
    brands = np.array([firm.brand for firm in world.firms.values()])
    value: NDArray[np.float64] = (
        world.choose.attributes * np.array(offers) - world.customers.price_sensitivity * prices + brands
    )
    return value


@closed_form("McFadden 1974; Guadagni & Little 1983", ("firms.acme.price", 1.0))
def newcomers_choose_by_logit(lab: Lab) -> Sample:
    """Who looks for a firm takes each with the chance of the multinomial logit.

    Shares of newcomers after a month of looking; who found none good enough looks on.
    """

    def world(price: float) -> World:
        newcomers = {
            "customers": {"count": lab.size(20_000, 90_000), "start": "prospects"},
            "choose": {"rejoin_per_year": 12.0, "none_utility": 3.5},
            "firms": RIVALS | {"acme": RIVALS["acme"] | {"price": price}},
        }
        return lab.bare("subscription", newcomers)

    def shares(price: float) -> NDArray[np.float64]:
        right = world(price)
        none, *chosen = softmax([right.choose.none_utility, *utilities(right)])
        found = -np.expm1(-right.choose.rejoin_per_year * right.calendar.dt * (1.0 - none))
        chances: NDArray[np.float64] = found * np.array(chosen) / (1.0 - none)
        return chances

    market = Market(world(lab.input))
    market.step()
    firms = list(RIVALS)
    seen = np.bincount(market.people.provider + 1, minlength=4)[1:] / len(market.people.provider)
    curves = Series("formula", firms, shares(1.0).tolist(), line=True), Series("model", firms, seen.tolist())
    took = market.people.provider == 0
    return Sample(took, lambda price: float(shares(price)[0]), "share that takes the first firm", curves)


def mean_stay(hazard: float, dt: float) -> float:
    """Return the mean periods with a firm: who came in the middle of a period counts half a one beyond the first."""
    return float(1.0 + np.exp(-1.5 * hazard * dt) / -np.expm1(-hazard * dt))


@closed_form("Lipstein 1959; Cox 1962 (alternating renewal)", ("firms.acme.price", 1.0))
def switching_settles_at_stationary_shares(lab: Lab) -> Sample:
    """Switching between two firms settles where as many go as come: shares are those of the mean stays.

    With a switching cost, and choices reopened twice a year, for five years.
    """

    def world(price: float) -> World:
        two = {
            "customers": {"count": lab.size(8_000, 60_000)},
            "calendar": {"years": 5.0},
            "choose": LEFT_FOR_GOOD
            | {"none_utility": -50.0, "reopen_per_year": 2.0, "procedural_cost": 0.5, "e_skill_relief": 0.0},
            "firms": {"acme": BENCHMARK | {"brand": 0.5, "price": price}, "bolt": BENCHMARK},
        }
        return lab.bare("subscription", two)

    def share(price: float) -> float:
        right = world(price)
        first, second = utilities(right)
        cost, dt = right.choose.procedural_cost, right.calendar.dt
        stays = [
            mean_stay(right.choose.reopen_per_year / (1.0 + np.exp(here - there + cost)), dt)
            for here, there in ((first, second), (second, first))
        ]
        return stays[0] / sum(stays)

    market, seen = Market(world(lab.input)), []
    while not market.done:
        market.step()
        seen.append(float((market.people.provider == 0).mean()))
    years = [(month + 1) / 12.0 for month in range(len(seen))]
    drawn = Series("formula", years, [share(1.0)] * len(years), line=True, along="years")
    curves = drawn, Series("model", years, seen)
    return Sample(market.people.provider == 0, share, "share of the first firm", curves)
