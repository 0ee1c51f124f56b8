"""What a check found: a figure with its interval, a verdict, and the curves of its picture."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

Kind = Literal["closed_form", "pattern", "data"]
Relation = Literal["equal", "above", "within"]


class Series(NamedTuple):
    """A curve of a picture: of theory a line, of the model dots with their intervals where known.

    ``reach`` is half an interval at each point; ``along`` says what runs along the picture (one curve is enough).
    """

    name: str
    x: Sequence[float] | Sequence[str]
    y: Sequence[float]
    line: bool = False
    reach: Sequence[float] | None = None
    along: str = ""


class Difference(NamedTuple):
    """One difference of a pattern.

    Attributes:
        name: what it compares.
        measured: its mean.
        low: lower end of its interval.
        high: upper end.
        verdict: whether all of the interval lies above the bound.
        turned_by: the mechanism without which it is not there, where a claim has several differences.
    """

    name: str
    measured: float
    low: float
    high: float
    verdict: bool
    turned_by: str = ""

    def as_dict(self) -> Mapping[str, Any]:
        """Return the difference as ``--json`` prints it."""
        return self._asdict() | {name: _defined(getattr(self, name)) for name in ("measured", "low", "high")}


class Usual(NamedTuple):
    """What came of a pattern where the strengths of its worlds are the usual ones.

    Attributes:
        settings: the usual values, by their dotted names.
        measured: figure of the model.
        low: lower end of its interval.
        high: upper end.
        verdict: whether the claim holds there, too.
    """

    settings: Mapping[str, float]
    measured: float
    low: float
    high: float
    verdict: bool

    def as_dict(self) -> Mapping[str, Any]:
        """Return it as ``--json`` prints it."""
        return self._asdict() | {name: _defined(getattr(self, name)) for name in ("measured", "low", "high")}


@dataclass(frozen=True)
class Result:
    """What came of a check.

    Attributes:
        name: of the check.
        kind: what it holds the model to.
        claim: what should be so, as a sentence.
        method: how that was looked at.
        source: who says so.
        relation: whether the measured figure should equal the expected one, lie above it, or within its range.
        expected: value of the formula; of a pattern the bound that the figure must lie above.
        measured: figure of the model.
        low: lower end of its interval; where it should lie within a range, of that.
        high: upper end.
        verdict: whether the claim holds.
        unit: of the figures.
        chance: of a deviation as large if the formula holds (closed forms).
        power: chance that an input 2 % off would be refused (closed forms).
        needs: mechanisms that it rests on (patterns).
        note: what else a reader should know.
        series: curves of its picture.
        differences: each difference of a pattern, of which the weakest is its figure.
        settings: of its worlds that are not the usual ones, by their dotted names, each with its values in them.
        usual: what came of a pattern whose worlds have strengths that are not the usual ones, where they are.
    """

    name: str
    kind: Kind
    claim: str
    method: str
    source: str
    relation: Relation
    expected: float
    measured: float
    low: float
    high: float
    verdict: bool
    unit: str = ""
    chance: float | None = None
    power: float | None = None
    needs: tuple[str, ...] = ()
    note: str = ""
    series: tuple[Series, ...] = ()
    differences: tuple[Difference, ...] = ()
    settings: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    usual: Usual | None = None

    def still_true(self, mechanism: str) -> tuple[str, ...]:
        """Return what should have turned without a mechanism, if this is a result without it, and did not: differences.

        All of them where the claim stands, else those that rest on it by ``turned_by``.
        """
        return tuple(
            each.name for each in self.differences if each.verdict and (self.verdict or each.turned_by == mechanism)
        )

    def as_dict(self) -> Mapping[str, Any]:
        """Return the result as ``--json`` prints it."""
        return {
            "name": self.name,
            "kind": self.kind,
            "claim": self.claim,
            "method": self.method,
            "source": self.source,
            "relation": self.relation,
            "expected": _defined(self.expected),
            "measured": _defined(self.measured),
            "low": _defined(self.low),
            "high": _defined(self.high),
            "verdict": self.verdict,
            "unit": self.unit,
            "chance": self.chance,
            "power": self.power,
            "needs": list(self.needs),
            "note": self.note,
            "differences": [each.as_dict() for each in self.differences],
            "settings": {name: list(values) for name, values in self.settings.items()},
            "usual": self.usual and self.usual.as_dict(),
        }


def _defined(value: float) -> float | None:
    """Return a figure, or None where it is undefined: JSON has no NaN."""
    return value if math.isfinite(value) else None
