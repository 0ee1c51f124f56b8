"""Panels made up from a known model: what is known of their households can be held against what a fit finds."""

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


def made_up(seed: int, households: int = 100, mean_purchases: float = 15.0, **other: float) -> Panel:
    """Return a panel of three brands that follows ``TRUTH``, but for ``other`` parameters, to the letter."""
    generator = np.random.default_rng(seed)
    lengths = 2 + generator.geometric(1.0 / (mean_purchases - 1.0), households)
    household = np.repeat(np.arange(households), lengths)
    rows = len(household)
    price, feature = generator.uniform(0.6, 1.4, (rows, 3)), generator.random((rows, 3)) < 0.2
    first = generator.integers(0, 3, rows)
    offers = np.stack([price, feature], axis=-1)
    panel = Panel("Trees", ("elm", "ash", "oak"), ("price", "feature"), household, first, offers)
    values = np.array([[{**TRUTH, **other}[name] for name in names(panel)]])
    return Panel(*(getattr(panel, field) for field in panel.__dataclass_fields__ if field not in ("chosen", "offers")),
                 live(panel, values, generator)[:, 0].astype(np.int64), offers)
