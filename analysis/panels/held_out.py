"""Does choice with habit foretell other households? One half is fitted, the other is lived forward and compared.

Each life of the held-out half is drawn with other estimates (a bootstrap of the households fitted on), other tastes and
other luck, so its figures spread as real ones should. A figure lies in its interval if a figure as far out as the real
one is not too rare among lives; all figures of all panels are judged together, by Holm (1979), at a family-wise 5 %.

The likelihood of the held-out half compares two models, each fitted on the other half: with habit, and with
``habit_bonus = 0``, which may explain repeat buying by taste alone.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from analysis.panels.choice import NO_HABIT, Fit, Likelihood, fit
from analysis.panels.forward import bootstrap, live, shares_and_repeats
from analysis.panels.scanner import Floats, Panel, halves
from analysis.statistics import refused

LIVES = 4000
LEVEL = 0.05
NODES_OF_COMPARISON = 8192


class Figure(NamedTuple):
    """A share or a repeat rate of the households held out.

    Attributes:
        panel: its name.
        name: of the figure.
        expected: mean over lives.
        measured: of the real households.
        low: end of the 95 % predictive interval, for this figure alone.
        high: its other end.
        chance: two-sided, that a life's figure is as far out as the real one.
        within: whether the figure is not refused, judged with all others.
    """

    panel: str
    name: str
    expected: float
    measured: float
    low: float
    high: float
    chance: float
    within: bool = True

    @property
    def error(self) -> float:
        """Expected less measured, in points (hundredths)."""
        return 100.0 * (self.expected - self.measured)


class Gain(NamedTuple):
    """What habit adds to the log-likelihood of the households held out, with a 95 % interval over other households."""

    gain: float
    low: float
    high: float


class Study(NamedTuple):
    """One panel: the fits of one half, the figures of the other, unjudged; what habit adds for each of its (N,)."""

    panel: str
    with_habit: Fit
    without: Fit
    figures: list[Figure]
    gains: Floats


def study(panel: Panel, fixed: Mapping[str, float] | None = None, lives: int = LIVES) -> Study:
    """Fit one half of a panel's households and foretell the other.

    Args:
        panel: all households.
        fixed: parameters of the judged model held at a value, to see what the check does with a broken model.
        lives: how often the other half is lived.
    """
    here, there = halves(panel)
    with_habit, without = fit(here, fixed), fit(here, NO_HABIT)
    likelihood = Likelihood(there, NODES_OF_COMPARISON)
    gains = likelihood.of(with_habit.values)[0] - likelihood.of(without.values)[0]
    return Study(panel.name, with_habit, without, foretold(with_habit, there, lives), gains)


def foretold(fitted: Fit, panel: Panel, lives: int = LIVES) -> list[Figure]:
    """Return the figures of a panel beside those of its lives with a fitted model, each unjudged."""
    generator = np.random.default_rng(0)
    lived = shares_and_repeats(panel, live(panel, bootstrap(fitted, lives, generator), generator))
    real = shares_and_repeats(panel, panel.chosen[:, None])
    return [_figure(panel.name, name, lived[name], float(real[name][0])) for name in lived]


def _figure(panel: str, name: str, lived: Floats, measured: float) -> Figure:
    """Return a figure; its chance is that of a rank, counting the real figure among the lives (never 0)."""
    lived = lived[np.isfinite(lived)]
    low, high = np.quantile(lived, [LEVEL / 2, 1 - LEVEL / 2]).tolist()
    below, above = int((lived <= measured).sum()), int((lived >= measured).sum())
    chance = min(1.0, 2.0 * (min(below, above) + 1) / (len(lived) + 1))
    return Figure(panel, name, float(lived.mean()), measured, low, high, chance)


def gain(*panels: Floats) -> Gain:
    """Return the sum over households of one or more panels with the percentile interval of their bootstrap."""
    generator = np.random.default_rng(0)
    totals = sum(generator.choice(gains, (LIVES, len(gains))).sum(axis=1) for gains in panels)
    low, high = np.quantile(totals, [LEVEL / 2, 1 - LEVEL / 2]).tolist()
    return Gain(float(sum(gains.sum() for gains in panels)), low, high)


def judged(figures: Sequence[Figure], level: float = LEVEL) -> list[Figure]:
    """Return figures with their verdicts, at a family-wise ``level`` by Holm's procedure."""
    without = refused([figure.chance for figure in figures], level)
    return [figure._replace(within=index not in without) for index, figure in enumerate(figures)]
