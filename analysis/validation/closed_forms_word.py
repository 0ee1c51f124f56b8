"""How word of mouth alone spreads where everybody knows everybody, against the logistic law."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from analysis.validation.check import Sample, closed_form
from analysis.validation.lab import BENCHMARK, Lab
from analysis.validation.results import Series
from sim.market import Market
from sim.mind.network import Network
from sim.mind.parts.word_of_mouth import WordOfMouth
from sim.world import World

TALK = 1.0  # tellings a year
WOKEN = 2.0  # people woken by a telling that everybody of a circle hears, if nobody had a firm
CIRCLE, CIRCLES, FIRST, MONTHS = 400, 10, 160, 13  # people of a circle, circles of a world, customers at first


def circles(people: int, size: int) -> Network:
    """Return the graph of circles of one size in which everybody knows everybody, and nobody anybody else."""
    within = np.arange(size - 1, dtype=np.int32)
    friends = [start + within + (within >= one) for start in range(0, people, size) for one in range(size)]
    start = np.arange(people + 1, dtype=np.int32) * np.int32(size - 1)
    return Network(start, np.concatenate(friends).astype(np.int32))


def told_alone(lab: Lab) -> World:
    """Return a market of prospects who join the one firm when they are told of it, and stay."""
    wake = 2.0 * WOKEN / CIRCLE  # of the closest friend; of a friend half as much on average
    word = {"active": True, "talk": lab.input, "talk_unhappy": 0.0, "talk_happy": 0.0, "friends": 0.0, "wake": wake}
    never = {"none_utility": -50.0, "reopen_per_year": 0.0, "involuntary_per_year": 0.0, "rejoin_per_year": 0.0}
    return lab.bare(
        "subscription",
        {
            "customers": {"start": "prospects", "count": CIRCLE * CIRCLES},
            "calendar": {"years": 2.0},
            "choose": never,
            "mind": {"word_of_mouth": word},
            "firms": {"acme": BENCHMARK},
        },
    )


def grown(world: World, replicate: int, friends: Network) -> NDArray[np.float64]:
    """Return customers of each circle after each month, (months + 1, circles)."""
    market = Market(world, replicate)
    market.mind.of(WordOfMouth).network = friends
    market.people.provider.reshape(CIRCLES, CIRCLE)[:, :FIRST] = 0
    counts = []
    for _ in range(MONTHS + 1):  # who is told in a month joins in the next
        market.step()
        counts.append((market.people.provider == 0).reshape(CIRCLES, CIRCLE).sum(axis=1))
    return np.array(counts, np.float64)


def pace(counts: NDArray[np.float64]) -> float:
    """Return the pace β at which x' = β x (1 - x) gives as many joiners as there were, month by month and by circle.

    Given a month's customers n of a circle of m, m - n people join with chance 1 - exp(-β n / m / 12): what came before
    is taken as it was, so that chance in early months does not pass for a pace.
    """
    here, joined = counts[:-1] / CIRCLE, np.diff(counts, axis=0).sum()

    def surplus(beta: float) -> float:
        return float((CIRCLE * (1.0 - here) * -np.expm1(-beta * here / 12.0)).sum() - joined)

    return float(brentq(surplus, 1e-3, 100.0))


def logistic(beta: float, years: float) -> float:
    """Return the share told by word of mouth alone, from the first ones on."""
    odds = FIRST / (CIRCLE - FIRST) * np.exp(beta * years)
    return float(odds / (1.0 + odds))


@closed_form("Bass 1969, imitation alone (the logistic law)", ("mind.word_of_mouth.talk", TALK))
def word_of_mouth_spreads_by_the_logistic_law(lab: Lab) -> Sample:
    """Where everybody knows everybody and nobody joins untold, customers grow as x' = β x (1 - x).

    β = tellings a year times the people whom each would wake. Estimated in each world from circles of 400 people, of
    whom 160 are customers at first, over 13 months.
    """
    world, friends = told_alone(lab), circles(CIRCLE * CIRCLES, CIRCLE)
    lives = [grown(world, replicate, friends) for replicate in range(1, lab.size(8, 80) + 1)]
    months = np.arange(MONTHS + 1)
    shares = np.mean(lives, axis=(0, 2)) / CIRCLE
    curves = (
        Series("formula", months.tolist(), [logistic(TALK * WOKEN, month / 12.0) for month in months], line=True),
        Series("model", months.tolist(), shares.tolist(), along="months"),
    )
    return Sample([pace(counts) for counts in lives], lambda talk: talk * WOKEN, "pace β a year", curves)
