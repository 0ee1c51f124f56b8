"""Expected lifetime value of an arm's customers by simulation forward, beside the formulas and their errors."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from analysis.statistics import Interval, mean_interval

if TYPE_CHECKING:
    from analysis.plan import Plan
    from sim.forward import Future


@dataclass(frozen=True)
class Lifetime:
    """What those who are customers of the focal firm at a moment are expected to bring, currency units a head.

    Fixed cost is left out. A negative error: the formula is below the simulation.

    Attributes:
        arm: whose.
        moment: the start of the watch, before anything of the arm is felt, or its end; levers stay as they are then.
        years: simulated forward.
        lives: futures that were simulated.
        customers: how many they are.
        lifetime_value: by simulation, terminal value included; the interval is over lives.
        terminal_share: of that, what is the formula's worth at the horizon, discounted.
        equity: by formula, returns after leaving included: what simulation should give.
        equity_error: equity / lifetime value - 1.
        lifetime_value_formula: by formula, each at their own hazard, lost for good when they leave.
        formula_error: of that; to be compared only where leaving is for good.
        for_good: whether it is: the formula is the same with and without returns.
    """

    arm: str
    moment: Literal["start", "end"]
    years: float
    lives: int
    customers: int
    lifetime_value: Interval
    terminal_share: float
    equity: float
    equity_error: Interval
    lifetime_value_formula: float
    formula_error: Interval
    for_good: bool


def lifetimes(plan: "Plan", years: float = 10.0, lives: int = 5) -> Iterator[Lifetime]:
    """Yield the lifetime values of each arm at the start and at the end of its first replicate.

    Args:
        plan: of a study of one point.
        years: horizon of the simulation; what lies beyond is the formula's.
        lives: futures from each moment, each with luck of its own that no study uses.
    """
    from analysis.runner import start_of
    from sim.forward import forward
    from sim.market import Market

    people = plan.population.imported() if plan.population is not None else None
    for arm, world in plan.arms.items():
        before = world.before(plan.base) if people is None else None
        market = Market(world, 1, people, start_of(before), kept="figures")
        yield _lifetime(arm, "start", forward(market, years, lives))
        market.run()
        yield _lifetime(arm, "end", forward(market, years, lives))


def _lifetime(arm: str, moment: Literal["start", "end"], future: "Future") -> Lifetime:
    mine = future.customer
    heads = int(mine.sum())
    each = future.totals(mine) / max(heads, 1)
    equity, for_good = (float(worth[mine].sum()) / max(heads, 1) for worth in (future.formula, future.for_good))
    whole, rest = each.mean(), future.terminal[:, mine].sum(axis=1).mean() / max(heads, 1)
    return Lifetime(
        arm=arm,
        moment=moment,
        years=future.years,
        lives=len(each),
        customers=heads,
        lifetime_value=mean_interval(each),
        terminal_share=float(rest / whole) if whole else 0.0,
        equity=equity,
        equity_error=_error(equity, each),
        lifetime_value_formula=for_good,
        formula_error=_error(for_good, each),
        for_good=bool(np.allclose(future.formula, future.for_good)),
    )


def _error(formula: float, simulated: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> Interval:
    """Return formula / simulation - 1, with the interval of the simulation."""
    found = mean_interval(simulated)
    low, high = (formula / end - 1.0 if end else None for end in (found.high, found.low))
    return Interval(formula / found.mean - 1.0 if found.mean else None, low, high)
