"""What is known of offers and loyalty programs: whom they reach is not whom they change."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.compose import Tree
from analysis.validation.check import Contrast, pattern
from analysis.validation.lab import BENCHMARK, SHOP, Lab, Watch, apart, lived, past
from analysis.validation.patterns_choose import FOCAL, left, with_acme
from analysis.validation.results import Series
from sim.firms.programs.points import Points
from sim.market import Market, Snapshot
from sim.world import World

WAKES = {"messages that wake sleepers": {"choose.outreach_push": 0.0}}


def offers(share: float) -> Tree:
    """Return the settings of a message a month with an offer that is ``share`` below the price."""
    program = {"share": share, "offers_per_year": 12.0, "lasts_months": 1.0, "cost_per_message": 0.0}
    return {"firms": {"acme": {"programs": {"discount": program}}}}


def left_by_offers(lab: Lab, share: float) -> tuple[NDArray[np.float64], Snapshot]:
    """Return who leaves within half a year of messages less who leaves without (N,), and the past of both."""
    half = {"calendar": {"years": 0.5}, "choose": {"outreach_push": 0.3}}  # as strong as in the trial of 2016
    base, treated = lab.telecom(half), lab.telecom(half, offers(share))
    start = past(base)
    return left(lived(treated, start)) - left(lived(base, start)), start


@pattern("Ascarza, Iyengar & Schleicher 2016", needs=WAKES)
def outreach_wakes_sleepers(lab: Lab) -> Contrast:
    """Contact with an offer can make customers leave who would not have thought of it.

    Who leaves within half a year of messages with one percent off, less who leaves without.
    """
    more, start = left_by_offers(lab, 0.01)
    return Contrast({"with less without messages": more[with_acme(start)]}, 0.0, "share that leaves in half a year")


@pattern(
    "Ascarza 2018",
    needs=WAKES,
    turned_by=dict.fromkeys(("riskiest less others", "riskiest less price sensitive"), *WAKES),
)
def the_riskiest_are_not_the_best_target(lab: Lab) -> Contrast:
    """Those likeliest to leave are not those whom an offer keeps best: its messages wake them most.

    Effect of monthly messages on leaving within half a year. With two percent off: of the fifth of customers most prone
    to leave, less the others'; with a quarter off: less that of the fifth that minds the price most. An offer that
    wakes nobody does most for the riskiest here, as risk scales whatever an offer does: the finding that it foretells
    no effect at all is not claimed.
    """
    more, start = left_by_offers(lab, 0.02)
    here, risk, minds = with_acme(start), start.people.frailty, start.people.price_sensitivity
    fifth = np.searchsorted(np.quantile(risk[here], [0.2, 0.4, 0.6, 0.8]), risk)
    effects = [of_those(more, here & (fifth == part)) for part in range(5)]
    curve = Series(
        "model", [1, 2, 3, 4, 5], [float(100.0 * effect.mean()) for effect in effects], along="fifth by risk"
    )
    large, _ = left_by_offers(lab, 0.25)
    sensitive = here & (minds > np.quantile(minds[here], 0.8))
    differences = {
        "riskiest less others": effects[4] - of_those(more, here & (fifth < 4)),
        "riskiest less price sensitive": of_those(large, here & (fifth == 4)) - of_those(large, sensitive),
    }
    return Contrast(differences, 0.0, "share that leaves in half a year", [curve])


def of_those(values: NDArray[np.float64], who: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the mean of ``who`` (N,) in each of many groups of people (groups,)."""
    return apart(values * who) / apart(who)


# --- a points program of one of three shops --------------------------------------------------------------------------


def shop(lab: Lab, *layers: Tree) -> World:
    """Return a small market of three shops, which nobody calls."""
    small = {
        "calendar": {"years": 1.0, "burn_in_years": 3.0, "served_burn_in_years": 0.0},
        "customers": {"count": lab.size(8_000, 20_000)},
        "experience": {"order_questions": 0.0},
        "firms": {"acme": BENCHMARK},
    }
    return lab.of(SHOP, small, *layers)


def points(**settings: Any) -> Tree:
    """Return the settings of a points program."""
    return {"firms": {"acme": {"programs": {"points": settings}}}}


def bought(world: World, start: Snapshot) -> tuple[Market, NDArray[np.int64]]:
    """Return a market after its watched periods, and everybody's orders at the first shop (N,)."""
    market = Market(world, start=start)
    watch = Watch(market)
    market.run()
    return market, watch.orders


def account(market: Market) -> Points:
    """Return the points program of the first shop."""
    program = market.firm().programs["points"]
    assert isinstance(program, Points)
    return program


ALL_ALIKE = {
    "customers.purchase_shape": 1000.0,
    "customers.taste_sd": 0.0,
    "customers.match_sd": 0.0,
    "customers.lapses": False,
}


IDLE = {f"firms.acme.programs.points.{name}": 0.0 for name in ("pull", "pressure", "growth")}


@pattern(
    "Leenheer et al. 2007",
    needs={"differences between buyers": ALL_ALIKE, "what points move": IDLE},
    turned_by={"gap less three times the effect": "differences between buyers", "effect": "what points move"},
)
def members_buy_more_without_the_program(lab: Lab) -> Contrast:
    """Members buy much more than others, and the program causes little of it: heavy buyers join first.

    Orders of a year: what members order more than others, less three times what the program adds to them; and what it
    adds.
    """
    base, treated = shop(lab), shop(lab, points(enrollment=1.0))
    start = past(base)
    (_, without), (market, orders) = bought(base, start), bought(treated, start)
    member = account(market).member
    inside, outside = apart(orders * member) / apart(member), apart(orders * ~member) / apart(~member)
    added = apart((orders - without) * member) / apart(member)
    gaps = {"gap less three times the effect": inside - outside - 3.0 * added, "effect": added}
    means = [float(each.mean()) for each in (outside, inside, inside - added)]
    bars = Series("orders a year", ["others", "members", "without program"], means)
    return Contrast(gaps, 0.0, "orders a year", [bars])


@pattern("Liu 2007", needs={"worth of points": {"firms.acme.programs.points.pull": 0.0}})
def light_buyers_change_more(lab: Lab) -> Contrast:
    """Light buyers change more than heavy ones, who had given the shop most of what they had to give.

    Orders added by a program that every customer joins at once, in percent of those without: of the half who gave the
    shop the smaller share of their purchases, less the other half.
    """
    worth = points(enrollment=1000.0, self_selection=0.0, reward=20.0, pressure=0.0, growth=0.0)
    wide = {"customers": {"taste_sd": 1.0}}
    base, treated = shop(lab, wide), shop(lab, wide, worth)
    start = past(base)
    (_, without), (_, orders) = bought(base, start), bought(treated, start)
    here, spend = start.people.customer[:, FOCAL], start.people.recent_spend
    part = spend[:, FOCAL] / np.maximum(spend.sum(axis=1), 1e-9)
    heavy = part > np.median(part[here])
    light_gain, heavy_gain = (
        100.0 * apart((orders - without) * (here & who)) / apart(without * (here & who)) for who in (~heavy, heavy)
    )
    return Contrast({"light less heavy": light_gain - heavy_gain}, 0.0, "percent more orders")


EVEN = {"purchase_shape": 1000.0, "lapses": False, "spend_p": 1000.0, "spend_q": 1000.0, "spend_gamma": 40.0}
PRESSURE = {"points pressure": {"firms.acme.programs.points.pressure": 0.0}}


@pattern("Kivetz, Urminsky & Zheng 2006; Taylor & Neslin 2005", needs=PRESSURE)
def buying_speeds_up_before_a_reward(lab: Lab) -> Contrast:
    """The nearer a reward, the more members buy; once it is had they fall back.

    Orders of member-months with more than four fifths of the points, in percent of those with less than one fifth, of
    buyers who are all alike.
    """
    rules = {"enrollment": 1000.0, "self_selection": 0.0, "pressure": 1.0, "growth": 0.0, "reward": 1.0}
    settings = {
        "calendar": {"years": 2.0},
        "customers": {"count": lab.size(3_000, 10_000), "purchase_rate": 12.0} | EVEN,
        "choose": {"outside_option": False},
        "firms": {"acme": BENCHMARK | {"programs": {"points": rules}}, "bolt": BENCHMARK},
    }
    market = Market(lab.bare("repertoire", settings))
    watch, program = Watch(market), account(market)
    orders, months = np.zeros((2, 5, len(watch.orders)))
    while not market.done:
        before, member = watch.orders.copy(), program.member.copy()
        near = np.minimum(5.0 * program.points / program.settings.threshold, 4.99).astype(int)
        market.step()
        for part in range(5):
            orders[part] += (watch.orders - before) * (member & (near == part))
            months[part] += member & (near == part)
    speed = np.array([apart(orders[part]) / apart(months[part]) for part in range(5)])
    percent = 100.0 * speed / speed[0]
    curve = Series(
        "model", [0.1, 0.3, 0.5, 0.7, 0.9], percent.mean(axis=1).tolist(), along="part of the way to a reward"
    )
    return Contrast({"near less far": percent[4] - percent[0]}, 0.0, "percent of orders just after a reward", [curve])


@pattern("Nunes & Drèze 2006", needs=PRESSURE)
def a_head_start_speeds_up(lab: Lab) -> Contrast:
    """Members who are given a head start on a longer way reach the reward sooner than on the short way without one.

    Share with a first reward within a year: 300 points of which 50 are given, less 250 points.
    """
    plain = {"enrollment": 1000.0, "self_selection": 0.0, "pressure": 2.0, "pull": 0.0}
    start = past(shop(lab, points(**plain)))
    done = []
    for threshold, given in ((250.0, 0.0), (300.0, 50.0)):
        market = Market(shop(lab, points(**plain, threshold=threshold, endowed=given)), start=start)
        watch, program = Watch(market), account(market)
        market.run()
        had = watch.cents / 100.0 + given - program.points > 0.5 * threshold  # what is not there was redeemed
        done.append((had & program.member).astype(np.float64))
    here = start.people.customer[:, FOCAL]
    return Contrast({"head start less none": (done[1] - done[0])[here]}, 0.0, "share with a reward")
