"""What is known of who stays, who leaves and who speaks up."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from analysis.validation.check import Contrast, pattern
from analysis.validation.lab import BENCHMARK, Lab, apart, lived, past
from analysis.validation.patterns_feel import captives
from analysis.validation.results import Series
from sim.market import Market, Snapshot

FOR_GOOD = {"none_utility": 50.0, "rejoin_per_year": 0.0, "involuntary_per_year": 0.0}
FOCAL = 0
SECOND_THOUGHTS = {"second thoughts": {"choose.reopen_per_year": 0.0}}
CHOSEN_BY = ("satisfaction_push", "attributes", "commitment_bonus", "commitment_hold")
FELT = {"feelings in the choice": {f"choose.{name}": 0.0 for name in CHOSEN_BY}}


def with_acme(start: Snapshot) -> NDArray[np.bool_]:
    """Return who is a customer of the focal firm as the watch begins (N,)."""
    here: NDArray[np.bool_] = start.people.provider == FOCAL
    return here


def left(market: Market) -> NDArray[np.float64]:
    """Return who is no customer of the focal firm at the end, as 0 and 1 (N,)."""
    gone: NDArray[np.float64] = (market.people.provider != FOCAL).astype(np.float64)
    return gone


def shares(who: NDArray[np.bool_], of: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the share of ``of`` for whom ``who`` is true, in each of some groups of people (groups,)."""
    part: NDArray[np.float64] = apart(who & of) / np.maximum(apart(of), 1.0)
    return part


@pattern("Fader & Hardie 2007", needs={"differences in leaving": {"customers.frailty_cv": 0.0}})
def retention_rises_without_loyalty(lab: Lab) -> Contrast:
    """A cohort's retention rises with its age though nobody grows more loyal, for the frail leave first.

    Retention in the fifth year less that in the first, where every loop is off.
    """
    world = lab.bare(
        "subscription",
        {
            "calendar": {"years": 5.0},
            "customers": {"count": lab.size(8_000, 20_000), "frailty_cv": 0.7},
            "choose": FOR_GOOD | {"reopen_per_year": 0.4},
            "firms": {"acme": BENCHMARK},
        },
    )
    market, there = Market(world), [np.ones(world.customers.count, np.bool_)]
    while not market.done:
        market.step()
        if market.period % 12 == 0:
            there.append(market.people.customer[:, 0].copy())
    kept = [shares(after, before) for before, after in pairwise(there)]
    curve = Series("model", list(range(1, 6)), [float(each.mean()) for each in kept], along="year together")
    return Contrast({"year 5 less year 1": kept[4] - kept[0]}, 0.0, "share retained in a year", [curve])


@pattern("Rust & Zahorik 1993; Bolton 1998", needs={"dissatisfaction": {"choose.satisfaction_push": 0.0}})
def the_dissatisfied_leave(lab: Lab) -> Contrast:
    """Dissatisfied customers leave sooner than satisfied ones, whatever they think of rivals.

    Share of the lower half by satisfaction who leave within a year, less that of the upper half; what people expect of
    offers, habit and commitment are kept out of the choice.
    """
    apart_from_offers = {"attributes": 0.0, "commitment_bonus": 0.0, "habit_bonus": 0.0, "problem_push": 0.0}
    world = lab.telecom({"choose": apart_from_offers, "customers": {"frailty_cv": 0.0}})
    start = past(world)
    here, felt = with_acme(start), start.people.satisfaction[:, FOCAL]
    satisfied = felt > np.median(felt[here])
    gone = left(lived(world, start)) > 0.0
    low, high = shares(gone, here & ~satisfied), shares(gone, here & satisfied)
    return Contrast({"lower less upper half": low - high}, 0.0, "share that leaves in a year")


@pattern("Reichheld 1996; Jones & Sasser 1995", needs=SECOND_THOUGHTS)
def the_satisfied_leave_too(lab: Lab) -> Contrast:
    """Satisfied customers still leave: many reopen the choice though nothing is wrong.

    Share of those above the usual satisfaction who leave within a year; reasons of life alone take a fiftieth.
    """
    world = lab.telecom()
    start = past(world)
    content = with_acme(start) & (start.people.satisfaction[:, FOCAL] > world.feel.satisfaction_ref)
    gone = shares(left(lived(world, start)) > 0.0, content)
    return Contrast({"leavers among the satisfied": gone}, 0.05, "share that leaves in a year")


BY_FIFTH = np.arange(5)


def stays_by_satisfaction(lab: Lab, choose: Mapping[str, float]) -> tuple[NDArray[np.float64], list[float]]:
    """Return the share that stays for a year, of fifths by satisfaction and groups (5, groups), and each fifth's mean.

    In a market in which choices are reopened often and people differ much in how well a firm fits them.
    """
    often = {"reopen_per_year": 4.0, "satisfaction_push": 1.0}
    world = lab.telecom(
        {"choose": {**often, **choose}, "customers": {"match_sd": 0.2}, "calendar": {"burn_in_years": 6.0}}
    )
    start = past(world)
    here, felt = with_acme(start), start.people.satisfaction[:, FOCAL].astype(np.float64)
    fifth = np.searchsorted(np.quantile(felt[here], [0.2, 0.4, 0.6, 0.8]), felt)
    gone = left(lived(world, start)) > 0.0
    stays = np.array([1.0 - shares(gone, here & (fifth == part)) for part in BY_FIFTH])
    return stays, [float(100.0 * felt[here & (fifth == part)].mean()) for part in BY_FIFTH]


@pattern(
    "Jones & Sasser 1995",
    needs=FELT,
    turned_by=dict.fromkeys(("open less twice the captive market", "upper less lower slope"), "feelings in the choice"),
)
def staying_is_convex_where_rivals_compete(lab: Lab) -> Contrast:
    """Where switching is easy only the very satisfied stay; where it is hard, all do: the curve is steep, or flat.

    Of fifths by satisfaction: the rise of staying from lowest to highest, in an open market and more than in a captive
    one; and the slope of the open market's curve above its middle less that below.
    """
    easy = {"procedural_cost": 0.0, "relational_cost": 0.0, "commitment_bonus": 0.0, "habit_bonus": 0.0}
    hard = {"procedural_cost": 8.0, "relational_cost": 0.0}
    (open_, at), (captive, at_captive) = (stays_by_satisfaction(lab, choose) for choose in (easy, hard))
    curves = (
        Series("open market", at, open_.mean(axis=1).tolist(), along="satisfaction"),
        Series("captive market", at_captive, captive.mean(axis=1).tolist()),
    )
    rise, flat = open_[4] - open_[0], captive[4] - captive[0]
    upper, lower = (open_[4] - open_[2]) / (at[4] - at[2]), (open_[2] - open_[0]) / (at[2] - at[0])
    differences = {"open less twice the captive market": rise - 2.0 * flat, "upper less lower slope": upper - lower}
    return Contrast(differences, 0.0, "share that stays", curves)


@pattern(
    "Burnham, Frels & Mahajan 2003; Colgate & Lang 2001",
    needs=SECOND_THOUGHTS | FELT,
    turned_by={"freed": "second thoughts", "dissatisfied less satisfied": "feelings in the choice"},
)
def barriers_keep_the_dissatisfied(lab: Lab) -> Contrast:
    """Barriers keep dissatisfied customers, who leave when the barrier goes.

    More people leave in the year in which a high cost of switching falls than in one in which it stays; and more of the
    dissatisfied half than of the other.
    """
    walled = lab.telecom({"choose": {"procedural_cost": 3.0}})
    start = past(walled)
    opened = walled.model_copy(update={"choose": lab.telecom({"choose": {"procedural_cost": 0.2}}).choose})
    here, felt = with_acme(start), start.people.satisfaction[:, FOCAL]
    sad = felt < np.median(felt[here])
    freed = left(lived(opened, start)) - left(lived(walled, start))
    low, high = (apart(freed * (here & part)) / apart(here & part) for part in (sad, ~sad))
    return Contrast(
        {"freed": freed[here], "dissatisfied less satisfied": low - high}, 0.0, "share that leaves in a year"
    )


@pattern(
    "Keaveney 1995",
    needs={"price rises that are noticed": {"choose.price_push": 0.0, "feel.price_loss": 0.0}},
)
def a_price_rise_is_remembered(lab: Lab) -> Contrast:
    """A price rise that was taken back still makes people leave half a year later.

    Who leaves in months 7 to 12 after a month at a tenth more, less who leaves without, of those who are still there
    after six months in either case.
    """
    month = [{"year": 0.0, "price": 1.1}, {"year": 1 / 12, "price": 1.0}]
    plain = lab.telecom()
    start = past(plain)
    gone = []
    for layer in ({}, {"firms": {"acme": {"strategy": {"schedule": {"changes": month}}}}}):
        market = Market(lab.telecom(layer), start=start)
        while market.period < market.begins + 6:
            market.step()
        stayed = market.people.provider == FOCAL
        market.run()
        gone.append((stayed, left(market)))
    both = gone[0][0] & gone[1][0] & with_acme(start)
    return Contrast({"with less without": (gone[1][1] - gone[0][1])[both]}, 0.0, "share that leaves in a year")


@pattern("Hirschman 1970", needs={"voice of the loyal": {"experience.voice_loyalty": 0.0}})
def the_committed_speak_up(lab: Lab) -> Contrast:
    """After a failure the committed complain and the others keep silent.

    Share of failures that is brought to the firm, of the upper third by commitment less the lower, among people who
    stay for three years and differ in how well the firm fits them.
    """
    settings = {
        "calendar": {"years": 3.0},
        "customers": {"count": lab.size(8_000, 20_000), "match_sd": 0.2},
        "experience": {"questions": False},
        "firms": {"acme": {"call_center": {"benchmark": {"resolution": 0.0}}}},
    }
    market = Market(captives(lab, settings))
    people = market.people
    failed, voiced = np.zeros((2, 3, len(people.voice)))
    while not market.done:
        third = np.searchsorted(np.quantile(people.commitment[:, FOCAL], [1 / 3, 2 / 3]), people.commitment[:, FOCAL])
        before = people.problem[:, FOCAL].copy()
        market.step()
        new = (before == 0.0) & (people.problem[:, FOCAL] > 0.0) & (market.year > 1.0)
        for part in range(3):
            failed[part] += new & (third == part)
            voiced[part] += new & (third == part) & people.voiced[:, FOCAL]
    rates = [apart(voiced[part]) / np.maximum(apart(failed[part]), 1.0) for part in range(3)]
    curve = Series("model", ["least", "middle", "most committed"], [float(rate.mean()) for rate in rates])
    return Contrast(
        {"most less least committed": rates[2] - rates[0]}, 0.0, "share of failures that is voiced", [curve]
    )
