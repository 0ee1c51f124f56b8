"""What a check is: one function with a decorator; its docstring says what should be so, then how that is looked at.

As in::

    @pattern("Anderson & Sullivan 1993", needs={"loss aversion": {"feel.loss": 1.0}})
    def shortfall_hurts_more(lab: Lab) -> Contrast:
        '''Falling short of what was expected hurts more than as much beyond it pleases.

        The fall of satisfaction at .1 less of the product, less its rise at .1 more.
        '''
        return Contrast({"fall less rise": a_difference_for_each_person}, unit="log-odds")

A **closed form** returns a `Sample` of independent values whose mean a formula of one input gives; the world takes that
input from ``lab.input``, which is 2 % off in the companion run. A **pattern** returns a `Contrast`: paired differences
that must all be clearly above a bound; with a mechanism that it needs switched off they must not be, and each of many
differences has its mechanism (``turned_by``). What is switched off is how people or queues respond, never that in which
the compared worlds differ: without a treatment any model shows no effect. A check on **data** judges itself and returns
a `Finding`.

Closed forms are tested two-sidedly by Student's t over their values, all together by Holm's procedure at a family-wise
1 %. A pattern must lie above its bound with all of a 99 % interval; each of its contrasts must (intersection-union:
no correction is needed). Seeds are fixed, and there is one look.
"""

import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics import t_quantile
from analysis.validation.lab import Lab
from analysis.validation.results import Difference, Kind, Relation, Result, Series, Usual

FAMILY_WISE = 0.01  # chance that any closed form refuses a right model
PATTERN_CONFIDENCE = 0.99
OFF = 1.02  # factor on the input of a companion run

Needs = Mapping[str, Mapping[str, Any]]  # the settings that switch each mechanism off, by its name


class Sample(NamedTuple):
    """Independent values of the model whose mean is ``formula(input)``."""

    values: ArrayLike
    formula: Callable[[float], float]
    unit: str = ""
    series: Sequence[Series] = ()
    note: str = ""


class Contrast(NamedTuple):
    """Independent paired differences, by what they compare: the mean of each must lie above ``bound``."""

    differences: Mapping[str, ArrayLike]
    bound: float = 0.0
    unit: str = ""
    series: Sequence[Series] = ()
    note: str = ""


class Finding(NamedTuple):
    """A figure that was judged by the check itself."""

    expected: float
    measured: float
    low: float
    high: float
    verdict: bool
    relation: Relation = "within"
    unit: str = ""
    series: Sequence[Series] = ()
    note: str = ""


@dataclass(frozen=True)
class Check:
    """One check.

    Attributes:
        name: of its function.
        kind: what it holds the model to.
        claim: what should be so, as a sentence.
        method: how that is looked at.
        source: who says so.
        function: what runs it in a lab.
        input: name and value of the closed form's input, named as the setting or quantity that it is.
        needs: mechanisms that a pattern rests on, each with the settings that switch it off.
        turned_by: for each difference of a joint claim, the mechanism in ``needs`` without which it is not there.
        missing: says what it lacks to be run here and how to get it; None if nothing.
    """

    name: str
    kind: Kind
    claim: str
    method: str
    source: str
    function: Callable[[Lab], Sample | Contrast | Finding]
    input: tuple[str, float] = ("", math.nan)
    needs: Needs = field(default_factory=dict)
    turned_by: Mapping[str, str] = field(default_factory=dict)
    missing: Callable[[], str | None] = lambda: None

    def run(
        self,
        fast: bool = False,
        off: bool = False,
        settings: Mapping[str, Any] | None = None,
        family: int = 1,
        usual: bool = False,
    ) -> Result:
        """Run the check once.

        Args:
            fast: in small samples.
            off: with the model's input 2 % off, as its companion does: the verdict should be false.
            settings: settings over those of every world of the check, as ``{"feel.loss": 1.0}``.
            family: number of closed forms that are judged together.
            usual: whether a pattern is looked at with the usual strengths, too, where its worlds have others.
        """
        value = self.input[1]
        lab = Lab(fast, value * OFF if off else value, settings or {})
        found = self.function(lab)
        if isinstance(found, Sample):
            result = self._of_sample(found, family)
        else:
            result = self._of_contrast(found) if isinstance(found, Contrast) else self._of_finding(found)
        strengths = lab.strengths() if usual and isinstance(found, Contrast) else {}
        return replace(
            result, settings=lab.unusual(), usual=self._with(strengths, fast, settings or {}) if strengths else None
        )

    def _with(self, strengths: Mapping[str, float], fast: bool, settings: Mapping[str, Any]) -> Usual:
        found = self.run(fast, settings={**strengths, **settings})
        return Usual(strengths, found.measured, found.low, found.high, found.verdict)

    def without(self, mechanism: str, fast: bool = False) -> Result:
        """Run the check with a mechanism that it needs switched off: the verdict should be false."""
        return self.run(fast, settings=self.needs[mechanism])

    def _of_sample(self, found: Sample, family: int) -> Result:
        from scipy import stats

        mean, error, freedom = _mean(found.values)
        expected, if_off = found.formula(self.input[1]), found.formula(self.input[1] * OFF)
        reach = t_quantile(freedom, 1.0 - FAMILY_WISE / family)
        gap = abs(mean - expected)
        # without spread only the exact value will do, and anything else is refused
        chance = float(2.0 * stats.t.sf(gap / error, freedom)) if error else float(gap == 0.0)
        power = float(stats.nct.sf(reach, freedom, abs(if_off - expected) / error)) if error else 1.0
        return Result(
            relation="equal", expected=expected, measured=mean, low=mean - reach * error, high=mean + reach * error,
            verdict=chance > FAMILY_WISE / family, unit=found.unit, chance=chance, power=power, note=found.note,
            series=tuple(found.series), **self._said(),
        )  # fmt: skip

    def _of_contrast(self, found: Contrast) -> Result:
        differences = tuple(
            _difference(name, values, found.bound, self.turned_by.get(name, ""))
            for name, values in found.differences.items()
        )
        assert self.turned_by.keys() <= found.differences.keys(), f"{self.name}: turned_by names no difference"
        weakest = min(differences, key=lambda each: np.nan_to_num(each.low, nan=-math.inf))  # undefined: not shown
        many = f"shown: {weakest.name}, the weakest of {len(differences)} differences"
        shown = many if len(differences) > 1 else weakest.name
        return Result(
            relation="above", expected=found.bound, measured=weakest.measured, low=weakest.low, high=weakest.high,
            verdict=weakest.verdict, unit=found.unit, note="; ".join(filter(None, (shown, found.note))),
            series=tuple(found.series), differences=differences, **self._said(),
        )  # fmt: skip

    def _of_finding(self, found: Finding) -> Result:
        return Result(**found._replace(series=tuple(found.series))._asdict(), **self._said())

    def _said(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "kind": self.kind,
            "claim": self.claim,
            "method": self.method,
            "source": self.source,
            "needs": tuple(self.needs),
        }


def closed_form(source: str, input: tuple[str, float]) -> Callable[[Callable[[Lab], Sample]], Check]:
    """Make a function that returns a `Sample` a check against its formula of ``input``: a name and a value."""
    return lambda function: _check("closed_form", source, function, input=input)


def pattern(
    source: str, needs: Needs, turned_by: Mapping[str, str] | None = None
) -> Callable[[Callable[[Lab], Contrast]], Check]:
    """Make a function that returns a `Contrast` a check of a pattern that rests on the mechanisms in ``needs``.

    Where it has several differences, ``turned_by`` names for each one the mechanism without which it is not there: a
    difference that nothing turns could not fail.
    """
    turned_by = turned_by or {}
    assert needs.keys() >= set(turned_by.values()), "turned_by names a mechanism that is not in needs"
    return lambda function: _check("pattern", source, function, needs=needs, turned_by=turned_by)


def data(
    source: str, needs: Needs | None = None, missing: Callable[[], str | None] = lambda: None
) -> Callable[[Callable[[Lab], Finding]], Check]:
    """Make a function that returns a `Finding` a check against data, unless something is ``missing``."""
    return lambda function: _check("data", source, function, needs=needs or {}, missing=missing)


def _check(kind: Kind, source: str, function: Callable[[Lab], Sample | Contrast | Finding], **more: Any) -> Check:
    claim, _, method = (" ".join(part.split()) for part in (inspect.getdoc(function) or "").partition("\n\n"))
    return Check(function.__name__, kind, claim.rstrip("."), method, source, function, **more)


def _difference(name: str, values: ArrayLike, bound: float, turned_by: str) -> Difference:
    mean, error, freedom = _mean(values)
    reach = t_quantile(freedom, PATTERN_CONFIDENCE) * error
    return Difference(name, mean, mean - reach, mean + reach, mean - reach > bound, turned_by)


def _mean(values: ArrayLike) -> tuple[float, float, int]:
    """Return the mean of independent values, its standard error and its degrees of freedom."""
    sample = np.asarray(values, np.float64)
    return float(sample.mean()), float(sample.std(ddof=1) / math.sqrt(sample.size)), sample.size - 1
