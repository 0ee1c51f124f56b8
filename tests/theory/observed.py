"""Worlds for tests of theory, and verdicts over many figures at once."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy import stats

from analysis.compose import from_groups, merge
from analysis.validation.lab import bare
from sim.world import World

FAMILY_WISE = 0.01


def world(groups: Mapping[str, str], *settings: Mapping[str, Any]) -> World:
    """The world of these groups with settings over them, the last strongest."""
    return World.model_validate(merge(from_groups(groups), *settings))


def bare_world(kind: str, *settings: Mapping[str, Any]) -> World:
    """A world with every loop off and no history, whose people are all alike unless the settings say otherwise."""
    return World.model_validate(merge(bare(kind), *settings))


class Look:
    """Figures with the values and standard errors that theory gives them, looked at once.

    Each is tested two-sidedly at ``FAMILY_WISE`` over their number (Bonferroni), so a right world is refused with a
    chance of at most 1 %.
    """

    def __init__(self) -> None:
        self.z: dict[str, float] = {}

    def mean(self, name: str, sample: Any, expected: float) -> None:
        """The mean of independent persons."""
        values = np.asarray(sample, np.float64)
        self.z[name] = (values.mean() - expected) / (values.std(ddof=1) / np.sqrt(len(values)))

    def share(self, name: str, sample: Any, expected: float) -> None:
        """The share of independent persons for whom something is true."""
        values = np.asarray(sample, bool)
        self.z[name] = (values.mean() - expected) / np.sqrt(expected * (1.0 - expected) / len(values))

    def counts(self, name: str, observed: Any, expected: Any) -> None:
        """Numbers of independent persons in classes (chi-squared, as the normal deviation of the same chance)."""
        chance = stats.chisquare(observed, np.asarray(expected) * np.sum(observed)).pvalue
        self.z[name] = stats.norm.isf(max(chance, 1e-300) / 2.0)

    def refused(self) -> dict[str, float]:
        """The figures that theory does not explain, with their deviations in standard errors."""
        limit = stats.norm.isf(FAMILY_WISE / len(self.z) / 2.0)
        return {name: z for name, z in self.z.items() if abs(z) > limit}
