"""Panels made up from a known model: what is known of their households can be held against what a fit finds."""

from dataclasses import replace

import numpy as np

from analysis.panels.choice import names
from analysis.panels.forward import live
from analysis.panels.scanner import Panel

TRUTH = {
    "ash": 0.4,
    "oak": -0.6,
    "price_sensitivity": 3.0,
    "feature": 0.8,
    "first_bought": 0.9,
    "taste_sd": 1.2,
    "habit_bonus": 1.5,
    "habit_step": 0.4,
}


def made_up(seed: int, households: int = 100, mean_purchases: float = 18.0, **other: float) -> Panel:
    """Return a panel of three brands that follows ``TRUTH``, but for ``other`` parameters, to the letter.

    Purchases per household are two and a geometric number, first brands even, prices even in .6-1.4, a fifth featured.
    """
    generator = np.random.default_rng(seed)
    household = np.repeat(np.arange(households), 2 + generator.geometric(1.0 / (mean_purchases - 2.0), households))
    rows = len(household)
    price, feature = generator.uniform(0.6, 1.4, (rows, 3)), generator.random((rows, 3)) < 0.2
    first = generator.integers(0, 3, rows)
    offers = np.stack([price, feature], axis=-1)
    panel = Panel("Trees", ("elm", "ash", "oak"), ("price", "feature"), household, first, offers)
    return replace(panel, chosen=live(panel, of(panel, **other), generator)[:, 0].astype(np.int64))


def of(panel: Panel, lives: int = 1, **other: float) -> np.ndarray:
    """Return the parameters of ``TRUTH``, but for ``other``, for a number of lives, (lives, P)."""
    return np.tile([{**TRUTH, **other}[name] for name in names(panel)], (lives, 1))
