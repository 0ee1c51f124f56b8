"""What is known of contracts, exit barriers, kinds of loyalty and categories held."""

from itertools import pairwise
from typing import Any

import numpy as np

from analysis.compose import Tree
from analysis.validation.check import Contrast, pattern
from analysis.validation.lab import Lab, apart, lived, past
from analysis.validation.patterns_choose import FELT, FOCAL, SECOND_THOUGHTS, left, shares, with_acme
from analysis.validation.results import Series
from sim.market import Market
from sim.mind.parts.holdings import Holdings
from sim.people.columns import NOBODY
from sim.world import World

TERMS = "firms.acme.programs.contract"
BOUND = {"being bound": {f"{TERMS}.exit_fee": 0.0, f"{TERMS}.notice_months": 0.0}}  # whoever wants to go buys out free


def program(name: str, **settings: Any) -> Tree:
    """Return the settings of a program of the focal firm."""
    return {"firms": {"acme": {"programs": {name: settings}}}}


# --- contracts and barriers ------------------------------------------------------------------------------------------


def under_contract(lab: Lab, years: float, **terms: Any) -> World:
    """Return a market in which all present customers of the focal firm sign a contract at once."""
    active = {"calendar": {"years": years, "burn_in_years": 6.0}, "mind": {"contracts": {"active": True}}}
    return lab.telecom(active, program("contract", signing=1000.0, **terms))


@pattern("Farrell & Klemperer 2007; Ascarza & Hardie 2013", needs=BOUND)
def contracts_shift_leaving_to_their_end(lab: Lab) -> Contrast:
    """Under contract customers leave when it ends, though they may have decided long before.

    Share of customers that leaves in the four months around the end of a contract of a year, which all had signed, less
    the share that leaves in months 4 to 7.
    """
    market = Market(world := under_contract(lab, 1.25), start=past(world))
    stays = [market.people.provider == FOCAL]
    while not market.done:
        market.step()
        stays.append(stays[-1] & (market.people.provider == FOCAL))
    gone = [shares(before & ~after, stays[0]) for before, after in pairwise(stays)]
    curve = Series("model", list(range(1, len(gone) + 1)), [float(100.0 * each.mean()) for each in gone])
    difference = sum(gone[10:14]) - sum(gone[3:7])
    return Contrast({"around the end less before": difference}, 0.0, "share that leaves", [curve])


@pattern("Miller, Sahni & Strulov-Shlain 2023", needs=BOUND)
def contracts_that_renew_hold_longer(lab: Lab) -> Contrast:
    """Contracts that go on by themselves keep customers who would have left at the end.

    Who has left after 20 months of contracts of a year with three months of notice that end, less who has left where
    they renew.
    """
    renewing = under_contract(lab, 20 / 12, notice_months=3.0)
    ending = under_contract(lab, 20 / 12, notice_months=3.0, renews=False)
    start = past(renewing)
    more = left(lived(ending, start)) - left(lived(renewing, start))
    return Contrast({"ending less renewing": more[with_acme(start)]}, 0.0, "share that has left after 20 months")


@pattern(
    "Jones, Mothersbaugh & Beatty 2000; Colgate & Lang 2001",
    needs=SECOND_THOUGHTS | FELT,
    turned_by={
        "kept with less without": "second thoughts",
        "satisfaction without less with": "feelings in the choice",
        "third year with less without": "second thoughts",
    },
)
def a_barrier_that_goes_lets_out_the_unhappy(lab: Lab) -> Contrast:
    """An exit barrier keeps customers while it stands, the dissatisfied among them, and loses them when it goes.

    Two years with a barrier, then one without, against three years without: leaving in the first two years less;
    satisfaction of customers after two years lower, though nobody minds the barrier; leaving in the third year more.
    """
    years = {"calendar": {"years": 3.0}}
    walled = program("exit_barrier", utility=3.0, annoyance=0.0, end_year=2.0)
    start = past(lab.telecom())
    held, freed, felt = [], [], []
    for market in (Market(lab.telecom(years), start=start), Market(lab.telecom(years, walled), start=start)):
        while market.year < 2.0 - 1e-6:
            market.step()
        here = market.people.provider == FOCAL
        held.append(shares(here, with_acme(start)))
        felt.append(apart(market.people.satisfaction[:, FOCAL] * here) / apart(here))
        market.run()
        freed.append(shares(market.people.provider != FOCAL, here))
    differences = {
        "kept with less without": held[1] - held[0],
        "satisfaction without less with": felt[0] - felt[1],
        "third year with less without": freed[1] - freed[0],
    }
    return Contrast(differences, 0.0, "share, or satisfaction 0-1")


# --- kinds of loyalty ------------------------------------------------------------------------------------------------


def spurious(lab: Lab, seed: int, effort: float) -> float:
    """Return the share of the focal firm's customers in a small market who stay though a rival has more to offer."""
    small = {
        "seed": seed,
        "calendar": {"burn_in_years": 1.0},
        "customers": {"count": lab.size(800, 3_000)},
        "choose": {"procedural_cost": effort},
        "mind": {"loyalty": {"active": True}},
    }
    return lived(lab.telecom(small)).outcomes()["loyalty.spurious"] or 0.0


@pattern("Dick & Basu 1994", needs=SECOND_THOUGHTS)
def costs_of_leaving_make_loyalty_spurious(lab: Lab) -> Contrast:
    """Where leaving costs much, more customers stay who would prefer a rival.

    Share of spurious loyalty at a high cost of switching less that at none, in eight markets.
    """
    costs = [0.0, 3.0]
    found = np.array([[spurious(lab, seed, cost) for cost in costs] for seed in range(1, 9)])
    curve = Series("model", costs, found.mean(axis=0).tolist())
    return Contrast({"high less no cost": found[:, 1] - found[:, 0]}, 0.0, "share of customers", [curve])


# --- categories held -------------------------------------------------------------------------------------------------


HOLDING: Tree = {"calendar": {"burn_in_years": 6.0}, "mind": {"holdings": {"active": True}}}


@pattern(
    "Prince & Greenstein 2014",
    needs=SECOND_THOUGHTS,
    turned_by=dict.fromkeys(("one less several", "untied less tied"), "second thoughts"),
)
def who_holds_more_stays_partly_by_it(lab: Lab) -> Contrast:
    """Customers who hold several categories leave less, and in part because they hold them.

    Share of holders of one category who leave in a year less that of holders of several; and of the latter, who leaves
    where what they hold does not tie them less who leaves where it does.
    """
    tied, free = (lab.telecom(HOLDING, {"mind": {"holdings": {"tie": tie}}}) for tie in (0.8, 0.0))
    start = past(tied)
    market = Market(tied, start=start)
    several, here = market.mind.of(Holdings).columns.held[:, FOCAL] > 1, with_acme(start)
    market.run()
    gone = left(market) > 0.0
    apart_by = shares(gone, here & ~several) - shares(gone, here & several)
    caused = (left(lived(free, start)) - left(market))[here & several]
    return Contrast({"one less several": apart_by, "untied less tied": caused}, 0.0, "share that leaves in a year")


@pattern(
    "Verhoef, Franses & Hoekstra 2001",
    needs={"content people take more": {"mind.holdings.satisfaction_pull": 0.0, "mind.holdings.commitment_pull": 0.0}},
)
def the_satisfied_buy_more_categories(lab: Lab) -> Contrast:
    """Satisfied customers take further categories from their firm.

    Of customers who hold one category and buy others elsewhere: the share of those who stayed that holds more two years
    later, of the upper half by satisfaction less the lower.
    """
    world = lab.telecom({"calendar": {"years": 2.0}}, HOLDING)
    market = Market(world, start=past(world))
    everybody, firm = np.arange(world.customers.count), market.people.provider.copy()
    columns = market.mind.of(Holdings).columns
    single = (firm != NOBODY) & (columns.held[everybody, firm] == 1) & (columns.wanted > 1)
    felt = market.people.satisfaction[everybody, firm].copy()
    content = felt > np.median(felt[single])
    market.run()
    stayed, more = single & (market.people.provider == firm), columns.held[everybody, firm] > 1
    upper, lower = shares(more, stayed & content), shares(more, stayed & ~content)
    return Contrast({"upper less lower half": upper - lower}, 0.0, "share that holds more after two years")
