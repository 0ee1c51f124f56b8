"""How often, where and for how much people buy where every loop is off, against formulas."""

from typing import Any

import numpy as np
from scipy import stats
from scipy.special import softmax

from analysis.compose import Tree, merge
from analysis.pareto_nbd import ParetoNBD
from analysis.repeat_buying import BGNBD
from analysis.validation.check import Sample, closed_form
from analysis.validation.closed_forms_people import RIVALS, utilities
from analysis.validation.lab import BENCHMARK, Lab, Watch
from analysis.validation.results import Series
from sim.firms.programs.points import Points
from sim.market import Market
from sim.world import World

ALIKE = {"purchase_shape": 1000.0, "lapses": False}  # everybody buys at nearly the same rate, and goes on
BOUGHT = 10.0  # orders a year
LAPSES = 5.0  # hazard a year


def one_shop(people: int, customers: Tree, years: float, **firm: Any) -> Tree:
    """Return a repertoire market of a single shop, whose buyers have nowhere else to go."""
    return {
        "customers": {"count": people} | customers,
        "calendar": {"years": years},
        "choose": {"outside_option": False, "rejoin_per_year": 0.0},
        "firms": {"acme": BENCHMARK | firm},
    }


def accounts(market: Market) -> Points:
    """Return the points program of the first firm."""
    program = market.firms[0].programs["points"]
    assert isinstance(program, Points)
    return program


def watched(world: World) -> tuple[Market, Watch]:
    """Return a market after its watched periods, and what was seen of each person."""
    market = Market(world)
    watch = Watch(market)
    market.run()
    return market, watch


@closed_form("Fader, Hardie & Lee 2005, equation 9", ("customers.purchase_rate", BOUGHT))
def repeat_purchases_are_bg_nbd(lab: Lab) -> Sample:
    """Buyers with gamma rates who lapse with a beta chance after each order buy as often as BG/NBD says.

    Orders in the first nine months after a first one; r = 4, a = .8, b = 4.
    """
    r, a, b = 4.0, 0.8, 4.0
    lapsing = {"purchase_rate": lab.input, "purchase_shape": r, "dropout_a": a, "dropout_b": b}
    market = Market(lab.bare("repertoire", one_shop(lab.size(20_000, 130_000), lapsing, 0.75)))
    watch, months, means = Watch(market), np.arange(1, 10), []
    while not market.done:
        market.step()
        means.append(float(watch.orders.mean()))

    def expected(rate: float, months: Any = 9) -> Any:
        return BGNBD(r, 52.0 * r / rate, a, b).expected_purchases(np.asarray(months) * 52.0 / 12.0)

    curves = (
        Series("formula", months.tolist(), expected(BOUGHT, months).tolist(), line=True),
        Series("model", months.tolist(), means, along="months"),
    )
    return Sample(watch.orders, lambda rate: float(expected(rate)), "orders in nine months", curves)


@closed_form("Schmittlein, Morrison & Colombo 1987 (Pareto/NBD)", ("choose.lapse_per_year", LAPSES))
def repeat_purchases_are_pareto_nbd(lab: Lab) -> Sample:
    """Buyers with gamma rates who lapse at a gamma hazard, buying or not, buy as often as Pareto/NBD says.

    Orders in the year after a first one; r = 4, s = 6.
    """
    r, s, rate = 4.0, 6.0, 12.0
    people = {"purchase_rate": rate, "purchase_shape": r, "lapses": False, "frailty_cv": s**-0.5}
    world = one_shop(lab.size(20_000, 220_000), people, 1.0)
    market = Market(lab.bare("repertoire", merge(world, {"choose": {"lapse_per_year": lab.input}})))
    watch, months, means = Watch(market), np.arange(1, 13), []
    while not market.done:
        market.step()
        means.append(float(watch.orders.mean()))

    def expected(hazard: float, months: Any = 12) -> Any:
        return ParetoNBD(r, 52.0 * r / rate, s, 52.0 * s / hazard).expected_purchases(np.asarray(months) * 52.0 / 12.0)

    curves = (
        Series("formula", months.tolist(), expected(LAPSES, months).tolist(), line=True),
        Series("model", months.tolist(), means, along="months"),
    )
    return Sample(watch.orders, lambda hazard: float(expected(hazard)), "orders in a year", curves)


@closed_form("Fader & Hardie 2013", ("customers.spend_gamma", 64.0))
def amounts_are_gamma_gamma(lab: Lab) -> Sample:
    """Amounts are gamma around levels that are inverse gamma over people: their mean is p γ / (q − 1).

    First orders of a month; p = 6.25, q = 12.
    """
    p, q = 6.25, 12.0
    customers = ALIKE | {"purchase_rate": 12.0, "spend_p": p, "spend_q": q, "spend_gamma": lab.input}
    market = Market(lab.bare("repertoire", one_shop(lab.size(12_000, 50_000), customers, 1.0)))
    bought = market.crowd.buy(market.now, market.key, market.terms, 1.0)
    amounts = bought.cents[bought.slot == 0] / 100.0
    heights, edges = np.histogram(amounts, bins=np.arange(0.0, 121.0, 8.0), density=True)
    middles = 0.5 * (edges[1:] + edges[:-1])
    # gamma of shape p whose rate is itself gamma: a beta prime law
    theory = stats.betaprime(p, q, scale=64.0).pdf(middles)
    curves = (
        Series("formula", middles.tolist(), theory.tolist(), line=True),
        Series("model", middles.tolist(), heights.tolist(), along="currency an order"),
    )
    return Sample(amounts, lambda gamma: p * gamma / (q - 1.0), "currency an order", curves)


@closed_form("McFadden 1974; Guadagni & Little 1983", ("firms.acme.price", 1.0))
def orders_are_shared_by_logit(lab: Lab) -> Sample:
    """Each order goes to a shop, or elsewhere, with the chance of the multinomial logit."""

    def world(price: float) -> World:
        shops = merge(RIVALS, {"acme": {"price": price}})
        settings = {
            "customers": ALIKE | {"count": lab.size(2_000, 12_000), "purchase_rate": 12.0},
            "calendar": {"years": 1.0},
            "choose": {"none_utility": 3.0},
            "firms": shops,
        }
        return lab.bare("repertoire", settings)

    def orders(price: float) -> Any:
        right = world(price)
        return right.customers.purchase_rate * softmax([*utilities(right), right.choose.none_utility])[:3]

    market = Market(world(lab.input))
    watches = [Watch(market, number) for number in range(3)]
    market.run()
    seen = [float(watch.orders.mean()) for watch in watches]
    curves = Series("formula", list(RIVALS), orders(1.0).tolist(), line=True), Series("model", list(RIVALS), seen)
    return Sample(watches[0].orders, lambda price: float(orders(price)[0]), "orders a year at the first shop", curves)


REWARD: dict[str, Any] = {
    "enrollment": 1000.0, "pull": 0.0, "pressure": 0.0, "growth": 0.0, "expiry_months": 600.0
}  # fmt: skip
EVEN = ALIKE | {"spend_p": 1000.0, "spend_q": 1000.0, "spend_gamma": 0.999}  # every order is about 1 currency unit


@closed_form("Erlang's law of the fourth arrival; Taylor & Neslin 2005", ("customers.purchase_rate", 4.0))
def time_to_a_reward(lab: Lab) -> Sample:
    """Who buys at a Poisson rate and needs four orders has the reward after an Erlang-distributed time.

    Orders are of one size; shares of members with a reward by each month of a year.
    """
    needed = 4
    program = {"points": REWARD | {"threshold": needed - 0.5, "reward": 0.01}}
    people = EVEN | {"purchase_rate": lab.input}
    market = Market(lab.bare("repertoire", one_shop(lab.size(8_000, 45_000), people, 1.0, programs=program)))
    watch, points, had = Watch(market), accounts(market), []
    while not market.done:
        market.step()
        # what was earned and is not there was redeemed
        had.append(watch.cents / 100.0 - points.points > 1.0)

    def chance(rate: float, month: float = 12.0) -> float:
        return float(stats.gamma(needed).cdf(rate * month / 12.0))

    months = list(range(1, 13))
    curves = (
        Series("formula", months, [chance(4.0, month) for month in months], line=True),
        Series("model", months, [float(each.mean()) for each in had], along="months"),
    )
    return Sample(had[-1], chance, "share with a reward within a year", curves)


@closed_form("the longest gap of a Poisson process; Breugelmans et al. 2015", ("customers.purchase_rate", 3.0))
def points_break(lab: Lab) -> Sample:
    """Points that expire after a silence are lost as the gaps of a Poisson process say, lived by months or by weeks.

    With a rate r and half a year S, silences above T = 5.5 months: exp(−r T) (1 + r (S − T)). Half of the people are
    counted by the month, half by the week.
    """
    silence, half = 5.5 / 12.0, 0.5
    program = {"points": REWARD | {"threshold": 1e6, "endowed": 1000.0, "expiry_months": 12.0 * silence}}
    people = EVEN | {"purchase_rate": lab.input}
    settings = one_shop(lab.size(10_000, 75_000), people, half, programs=program)
    lost = []
    for period in ("month", "week"):
        market, _ = watched(lab.bare("repertoire", settings, {"calendar": {"period": period}}))
        lost.append(accounts(market).points < 500.0)  # what was bought since gave a few points

    def chance(rate: float) -> float:
        return float(np.exp(-rate * silence) * (1.0 + rate * (half - silence)))

    return Sample(np.concatenate(lost), chance, "share whose points expired")
