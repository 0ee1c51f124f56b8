"""Arms side by side: each outcome's mean, its paired difference to the reference, and which arm is best."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from analysis import statistics
from analysis.margin import ONE_PERCENT, Margin, read_margins
from analysis.selection import Selection, select
from analysis.statistics import Floats, Interval
from analysis.store import Study
from sim.metrics import METRICS

# Every comparison prints these, whatever else the scenario asks for; null where the world has no such thing.
STANDARD = (
    "profit",
    "customer_equity",
    "churn_rate",
    "retention_rate",
    "satisfaction",
    "service_level",
    "abandonment_rate",
    "value_per_person",
)


class Cell(NamedTuple):
    """One outcome in one arm: its mean, its paired difference to the reference, and what pairing gained."""

    mean: Interval
    difference: Interval
    variance_ratio: float | None


@dataclass(frozen=True)
class Verdict:
    """Which arm is best on one outcome, by how much, and how sure that is.

    Attributes:
        outcome: name of the metric that decides.
        best: the arm that was selected, or that leads where none could be.
        runner_up: the best of the others by its mean; ``None`` with one arm.
        lead: by how much ``best`` is better than the runner-up (positive is better), paired by replicate.
        probability: chance that ``best`` has the best true mean, given the replicates: a description, not what decides;
            ``None`` with one replicate.
        margin: how much worse than the best is as good as the best.
        selection: what may be said with confidence; ``None`` with one arm.
    """

    outcome: str
    best: str
    runner_up: str | None
    lead: Interval
    probability: float | None
    margin: Margin
    selection: Selection | None

    @property
    def sure(self) -> bool:
        """Whether ``best`` was selected: it is the best, or within the margin of it, with the stated confidence."""
        return self.selection is not None and self.selection.best is not None and not self.same

    @property
    def alone(self) -> bool:
        """Whether every other arm was shown to be worse than another one."""
        return self.sure and self.selection is not None and self.selection.alone

    @property
    def same(self) -> bool:
        """Whether the two arms did not differ at all."""
        return self.runner_up is not None and self.lead.mean == 0 and self.lead.half_width in (0, None)


@dataclass(frozen=True)
class Comparison:
    """The arms of a study side by side."""

    results: Study

    @cached_property
    def replicates(self) -> list[int]:
        """The replicates that finished in every arm, in order (all, if none did): like is compared with like."""
        arms = self.results.runs.groupby("replicate")["arm"].nunique()
        whole = arms[arms == len(self.results.arms)]
        return sorted(int(replicate) for replicate in (whole if len(whole) else arms).index)

    @property
    def outcomes(self) -> list[str]:
        """Names of all outcomes: the scenario's own first, then the standard ones, then whatever else was measured."""
        measured = [column for column in self.results.runs.columns if column in METRICS]
        return list(dict.fromkeys([*self.results.facts["outcomes"], *STANDARD, *measured]))

    def values(self, outcome: str) -> dict[str, Floats]:
        """Return one value a replicate for each arm, NaN where a run failed or left the outcome undefined."""
        runs = self.results.runs
        if outcome not in runs.columns:
            return {arm: np.full(len(self.replicates), np.nan) for arm in self.results.arms}
        table = runs.pivot(index="replicate", columns="arm", values=outcome)
        table = table.reindex(index=self.replicates, columns=self.results.arms)
        return {arm: table[arm].to_numpy(dtype=np.float64) for arm in self.results.arms}

    def cells(self, outcome: str) -> dict[str, Cell]:
        """Return for each arm the outcome's mean and its difference to the reference, with intervals."""
        values = self.values(outcome)
        reference = values[self.results.reference]
        return {
            arm: Cell(
                statistics.mean_interval(column),
                statistics.paired_difference(column, reference),
                statistics.variance_ratio(column, reference),
            )
            for arm, column in values.items()
        }

    def verdict(self, outcome: str | None = None) -> Verdict | None:
        """Say which arm is best, by how much and how sure.

        Args:
            outcome: the metric that decides; the first of the scenario's outcomes that has a better direction if
                ``None``.

        Returns:
            ``None`` when no outcome has a better direction or no run defined it.
        """
        outcome = outcome or next((name for name in self.outcomes if METRICS[name].better), None)
        if outcome is None:
            return None
        sign = METRICS[outcome].sign
        values = {arm: sign * column for arm, column in self.values(outcome).items() if np.isfinite(column).any()}
        if not values:
            return None
        # Arms are ranked where all of them are defined: a replicate that failed in one arm must not tip the scales.
        common = np.isfinite(np.column_stack(list(values.values()))).all(axis=1)
        values = {arm: column[common] if common.any() else column for arm, column in values.items()}
        return self._verdict(outcome, values)

    def _verdict(self, outcome: str, values: Mapping[str, Floats]) -> Verdict:
        """Return the verdict on values of which more is better."""
        margin = read_margins("indifference", self.results.facts.get("indifference", {})).get(outcome, ONE_PERCENT)
        if len(values) == 1:
            return Verdict(outcome, next(iter(values)), None, Interval(None, None, None), None, margin, None)
        reference = values.get(self.results.reference)
        zone = margin.of(0.0 if reference is None else float(np.nanmean(reference)))
        selection = select(values, zone)
        best = selection.leader
        runner_up = max((arm for arm in values if arm != best), key=lambda arm: float(np.nanmean(values[arm])))
        lead = statistics.paired_difference(values[best], values[runner_up])
        chances = statistics.probability_best(values)
        return Verdict(outcome, best, runner_up, lead, chances[best] if chances else None, margin, selection)

    def as_dict(self) -> dict[str, Any]:
        """Return what ``ecrm compare --json`` prints: plain numbers, ``None`` where undefined."""
        return {
            "scenario": self.results.facts["scenario"],
            "replicates": len(self.replicates),
            "reference": self.results.reference,
            "folder": str(self.results.folder),
            "outcomes": {
                outcome: {
                    arm: {**cell.mean.as_dict(), "difference": cell.difference.as_dict()}
                    for arm, cell in self.cells(outcome).items()
                }
                for outcome in self.outcomes
            },
        }
