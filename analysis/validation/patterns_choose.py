"""What is known of who stays and who leaves."""

import numpy as np
from numpy.typing import NDArray

from analysis.validation.check import Contrast, pattern
from analysis.validation.lab import BENCHMARK, Lab
from analysis.validation.results import Series
from sim.market import Market
from sim.world import World

FOR_GOOD = {"none_utility": 50.0, "rejoin_per_year": 0.0, "involuntary_per_year": 0.0}
GROUPS = 20  # of a cohort, each with shares of its own


def yearly_retention(world: World, years: int) -> NDArray[np.float64]:
    """Return the share of a cohort's groups that stays in each year, shape (years, GROUPS)."""
    market = Market(world)
    there = [np.ones(GROUPS)]
    for year in range(1, years + 1):
        while market.period < year * world.calendar.per_year:
            market.step()
        there.append(market.people.customer[:, 0].reshape(GROUPS, -1).mean(axis=1))
    counts = np.array(there)
    shares: NDArray[np.float64] = counts[1:] / counts[:-1]
    return shares


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
    kept = yearly_retention(world, 5)
    curve = Series("model", list(range(1, 6)), kept.mean(axis=1).tolist())
    return Contrast({"year 5 less year 1": kept[4] - kept[0]}, 0.0, "share retained in a year", [curve])
