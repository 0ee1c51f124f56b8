"""Households lived forward: at the offers that they met, from their first purchase, with habit from simulated ones."""

import numpy as np
from numpy.typing import NDArray

from analysis.panels.choice import Fit, fixed_part, habit_after, utility
from analysis.panels.scanner import Floats, Panel

type Choices = NDArray[np.int8]


def bootstrap(fit: Fit, draws: int, generator: np.random.Generator) -> Floats:
    """Return estimates as they would be with other households to fit on, (draws, P).

    Households are drawn with replacement; the estimates follow by one Newton step from the fit, which is the bootstrap
    of the estimator to first order (Kline & Santos 2012, "A score based approach to wild bootstrap inference", J. of
    Econometric Methods 1) without a new search for each draw. An estimate at a bound of its range stays there, and
    none leaves it.
    """
    households = len(fit.moves)
    times = generator.multinomial(households, np.full(households, 1.0 / households), draws)
    return np.clip(fit.values + times @ fit.moves, fit.low, fit.high)


def live(panel: Panel, values: Floats, generator: np.random.Generator) -> Choices:
    """Return what a panel's households buy in simulated lives, (T, draws); their first purchases are the real ones.

    Args:
        panel: who the households are and what they are offered. Of their choices only the first is used.
        values: parameters of ``choice``, (draws, P): each life has its own.
        generator: draws tastes and choices.
    """
    *linear, sd, bonus, step = values.T
    design, draws = fixed_part(panel), len(values)
    taste = sd * generator.standard_normal((len(panel.ids), len(panel.brands), draws))
    habit = np.zeros_like(taste)
    chosen = np.repeat(panel.chosen[:, None].astype(np.int8), draws, axis=1)
    brands = np.arange(len(panel.brands), dtype=np.int8)[:, None]
    for rows in panel.rounds:
        who = panel.row_of[rows]
        habit[who] = habit_after(habit[who], chosen[rows - 1][:, None] == brands, step)
        lure = design[rows] @ np.array(linear) + taste[who]
        chosen[rows] = _choose(utility(lure, habit[who], bonus), generator.random((len(rows), draws)))
    return chosen


def _choose(utility: Floats, chance: Floats) -> Choices:
    """Return the alternatives chosen by logit: `utility` (n, J, draws), uniform `chance` (n, draws)."""
    odds = np.exp(utility - utility.max(axis=1, keepdims=True)).cumsum(axis=1)
    return (odds[:, :-1] < (chance * odds[:, -1])[:, None]).sum(axis=1).astype(np.int8)


def shares_and_repeats(panel: Panel, chosen: NDArray[np.integer]) -> dict[str, Floats]:
    """Return figures of lives ``(T, draws)``, each (draws,), over all purchases but the first.

    The share of purchases of each brand; the share of purchases after one of a brand that are of that brand again (NaN
    if there is none), by brand and overall.
    """
    later = np.concatenate(panel.rounds)
    now, last = chosen[later], chosen[later - 1]
    again = now == last
    figures = {f"share of {brand}": (now == index).mean(axis=0) for index, brand in enumerate(panel.brands)}
    figures["repeats"] = again.mean(axis=0)
    for index, brand in enumerate(panel.brands):
        chances = (last == index).sum(axis=0)
        with np.errstate(invalid="ignore"):
            figures[f"repeats of {brand}"] = (again & (last == index)).sum(axis=0) / chances
    return figures
