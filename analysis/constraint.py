"""A bound on what a mix of levers may bring or cost: ``service_level>=0.8``."""

import re
from dataclasses import dataclass
from operator import ge, le

import numpy as np

from analysis.messages import no_such
from analysis.pilots import OUTLAY
from analysis.statistics import Interval
from sim.metrics import METRICS
from sim.settings import BadInput


@dataclass(frozen=True)
class Constraint:
    """A bound on the mean of an arm's outcome."""

    outcome: str
    least: bool
    bound: float

    @classmethod
    def read(cls, text: str) -> "Constraint":
        """Read it.

        Raises:
            BadInput: it is not of this form, or the outcome is no metric.
        """
        parts = re.fullmatch(r"\s*(\w+)\s*(<=|>=)\s*([-+0-9.eE_]+)\s*", text)
        try:
            bound = float(parts[3]) if parts else float("nan")
        except ValueError:
            bound = float("nan")
        if parts is None or not np.isfinite(bound):
            raise BadInput(f"constraint = {text}: not understood; allowed: METRIC>=NUMBER or METRIC<=NUMBER")
        if parts[1] not in METRICS:
            raise no_such("metric", "constraint", text, list(METRICS), like=parts[1])
        return cls(parts[1], parts[2] == ">=", bound)

    @property
    def over_reference(self) -> bool:
        """Whether the bound is on the difference to the reference, as studies show what an arm lays out."""
        return self.outcome == OUTLAY

    def excess(self, value: float | None) -> float:
        """Return by which share of the bound a value breaks it (by how much if the bound is 0).

        At most 0 where it is kept, infinite where the value is not defined.
        """
        if value is None or not np.isfinite(value):
            return float("inf")
        return (self.bound - value if self.least else value - self.bound) / (abs(self.bound) or 1.0)

    def judged(self, mean: Interval) -> str:
        """Return what is known of an outcome with this interval: "kept", "not kept" or "can’t tell"."""
        if mean.low is None or mean.high is None:
            return "can’t tell"
        held = {(ge if self.least else le)(end, self.bound) for end in (mean.low, mean.high)}
        return "can’t tell" if len(held) > 1 else "kept" if held == {True} else "not kept"

    def __str__(self) -> str:
        """Write it as it is read."""
        return f"{self.outcome}{'>=' if self.least else '<='}{self.bound:g}"
