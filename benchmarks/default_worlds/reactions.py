"""A world left alone for ten years, and the same ten years after a shock."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.default_worlds.processes import in_processes
from sim.market import Market, Snapshot, settle
from sim.metrics import METRICS
from sim.world import World

YEARLY: dict[str, Any] = {
    "churn_rate": METRICS["churn_rate"].rule,
    "satisfaction": METRICS["satisfaction"].rule,
    "share": METRICS["share_of_customers"].rule,
    "market share": METRICS["market_share"].rule,
    "revenue a customer": lambda counts, dt: float(counts["revenue"].sum()) / float(counts["customers"].sum()) / dt,
}
SHOCKS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "nothing": lambda firm: {},
    "price +10 %": lambda firm: {"price": 1.1 * firm.price},
    "failures × 2": lambda firm: {"failures": 2.0 * firm.failures},
    "service −.15": lambda firm: {"level": firm.level.model_copy(update={"service": firm.level.service - 0.15})},
    "product −.10": lambda firm: {"level": firm.level.model_copy(update={"product": firm.level.product - 0.10})},
}


def shocked(base: World, shock: str) -> World:
    """Return a world whose focal firm starts the watch with a shock."""
    firm = base.firms[base.focal_firm]
    changed = firm.model_copy(update=SHOCKS[shock](firm))
    return base.model_copy(update={"firms": {**base.firms, base.focal_firm: changed}})


def yearly(base: World, shock: str, replicate: int, start: Snapshot) -> NDArray[np.float64]:
    """Return the yearly means of ``YEARLY`` in one life, shape (figures, years)."""
    market = Market(shocked(base, shock), replicate, start=start)
    market.run()
    counts, calendar = market.reports.counts(market.firm()), base.calendar
    years = [slice(t, t + calendar.per_year) for t in range(0, calendar.periods, calendar.per_year)]
    parts = [{key: column[year] for key, column in counts.items()} for year in years]
    return np.array([[rule(part, calendar.dt) for part in parts] for rule in YEARLY.values()], float)


class Reaction(NamedTuple):
    """Ten years of a world, left alone and under each shock: figures by shock, shape (replicates, figures, years)."""

    steady: NDArray[np.float64]
    moved: dict[str, NDArray[np.float64]]  # paired differences from the life of the same luck without a shock

    def drift(self) -> NDArray[np.float64]:
        """Return the mean of each year from the third on, relative to the second: shape (figures, years)."""
        means = self.steady.mean(axis=0)
        return means[:, 2:] / means[:, 1:2] - 1.0

    def drift_errors(self) -> NDArray[np.float64]:
        """Return the standard errors of ``drift``: those of the mean difference, relative to the second year."""
        changes = self.steady[:, :, 2:] - self.steady[:, :, 1:2]
        errors: NDArray[np.float64] = changes.std(axis=0, ddof=1) / np.sqrt(len(changes))
        return errors / self.steady.mean(axis=0)[:, 1:2]


def reaction(base: World, replicates: int, pairs: int) -> Reaction:
    """Live a world for its years, ``replicates`` times alone and ``pairs`` times under each shock."""
    start = settle(base, threads=2)
    plan = [("nothing", r) for r in range(1, replicates + 1)]
    plan += [(shock, r) for shock in SHOCKS if shock != "nothing" for r in range(1, pairs + 1)]
    lives = dict(zip(plan, in_processes(yearly, [(base, shock, r, start) for shock, r in plan]), strict=True))
    moved = {
        shock: np.array([lives[shock, r] - lives["nothing", r] for r in range(1, pairs + 1)])
        for shock in SHOCKS
        if shock != "nothing"
    }
    return Reaction(np.array([lives["nothing", r] for r in range(1, replicates + 1)]), moved)
