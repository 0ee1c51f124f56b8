"""What is known of repeat buying among brands, and of how unequal buyers are."""

import numpy as np
from numpy.typing import NDArray

from analysis.validation.check import Contrast, pattern
from analysis.validation.lab import SHOP, Lab, Watch, apart, past
from analysis.validation.patterns_programs import shop
from analysis.validation.results import Series
from sim.market import Market

SHOPS = ("acme", "bolt", "cirrus")


COMPARED = {"buyers who compare brands": {"customers.taste_sd": 10.0}}


@pattern(
    "Ehrenberg, Goodhardt & Barwise 1990",
    needs=COMPARED,
    turned_by=dict.fromkeys(("reach", "orders a buyer"), "buyers who compare brands"),
)
def double_jeopardy(lab: Lab) -> Contrast:
    """Small brands suffer twice: they have fewer buyers, and these buy them less often.

    Share of people who buy in a year, and orders a buyer, of the largest of three shops less the smallest.
    """
    offer = lab.of(SHOP).firms["acme"].model_dump(include={"price", "level"})
    brands = {name: offer | {"brand": brand} for name, brand in zip(SHOPS, (1.2, 0.6, 0.0), strict=True)}
    world = shop(lab, {"firms": brands})
    market = Market(world, start=past(world))
    watches = [Watch(market, number) for number in range(3)]
    market.run()
    reach = [apart(watch.orders > 0) / apart(np.ones(len(watch.orders))) for watch in watches]
    often = [apart(watch.orders) / apart(watch.orders > 0) for watch in watches]
    bought_by, bought = ([float(each.mean()) for each in figure] for figure in (reach, often))
    curve = Series("orders a buyer", bought_by, bought, along="share of people who buy")
    differences = {"reach": reach[0] - reach[2], "orders a buyer": often[0] - often[2]}
    return Contrast(differences, 0.0, "share of people, or orders a year", [curve])


def share_of_top(value: NDArray[np.float64], part: float) -> NDArray[np.float64]:
    """Return the share of a total that the largest ``part`` of buyers bring, in each of some groups of people."""
    groups = np.array_split(value, 40)
    tops = [np.sort(group[group > 0.0])[::-1] for group in groups]
    return np.array([top[: round(part * top.size)].sum() / top.sum() for top in tops])


UNEQUAL = {"inequality of buyers": {"customers.purchase_shape": 1000.0, "customers.spend_q": 1000.0}}


@pattern("Schmittlein, Cooper & Morrison 1993", needs=UNEQUAL)
def the_top_fifth_brings_most(lab: Lab) -> Contrast:
    """A fifth of customers brings most of the revenue.

    Share of a year's revenue of the first shop that the top fifth of its buyers brings.
    """
    world = shop(lab)
    market = Market(world, start=past(world))
    watch = Watch(market)
    market.run()
    spent = watch.cents.astype(np.float64)
    parts = [0.1, 0.2, 0.4, 0.6, 0.8, 1.0]
    curve = Series(
        "model",
        parts,
        [float(share_of_top(spent, part).mean()) for part in parts],
        along="share of buyers, the largest first",
    )
    return Contrast({"top fifth": share_of_top(spent, 0.2)}, 0.5, "share of revenue", [curve])


@pattern("Twedt 1964", needs={"unequal rates of buying": {"customers.purchase_shape": 1000.0}})
def the_heavy_half_buys_most(lab: Lab) -> Contrast:
    """The heavy half of a category's buyers buys most of its volume: four fifths and more.

    Share of all shops' orders of a year that the heavier half of their buyers makes.
    """
    world = shop(lab, {"customers": {"purchase_shape": 1.0}})
    market = Market(world, start=past(world))
    watches = [Watch(market, number) for number in range(3)]
    market.run()
    orders = np.sum([watch.orders for watch in watches], axis=0).astype(np.float64)
    return Contrast({"heavy half": share_of_top(orders, 0.5)}, 0.8, "share of orders")


@pattern(
    "Guadagni & Little 1983; Keane 1997",
    needs={"state dependence": {"choose.habit_bonus": 0.0, "choose.commitment_bonus": 0.0}},
)
def a_trial_leaves_a_habit(lab: Lab) -> Contrast:
    """A purchase makes the next one likelier: who was brought in by a month of displays comes back after it.

    Orders of the three months after a month in which the shop stood out, less those of the same people without it.
    """
    month = [{"year": 0.0, "brand": 1.3}, {"year": 1 / 12, "brand": 0.3}]
    display = {"firms": {"acme": {"strategy": {"schedule": {"changes": month}}}}}
    loyal = {"choose": {"habit_bonus": 1.5}, "calendar": {"years": 1.0 / 3.0}}
    base = shop(lab, loyal)
    later = []
    for layer in ({}, display):
        market = Market(shop(lab, loyal, layer), start=past(base))
        watch = Watch(market)
        while market.year < 5.0 / 52.0:
            market.step()
        early = watch.orders.copy()
        market.run()
        later.append(watch.orders - early)
    return Contrast({"after displays less without": later[1] - later[0]}, 0.0, "orders in a quarter")
