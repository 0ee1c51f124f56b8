"""``ecrm breakeven``: at which value of a key an arm's difference to the reference becomes zero.

All values see the same replicates, so the difference is one curve and its zero is found by Brent's method (1973) inside
a bracket. A zero is claimed only between two values at which a paired t test tells the difference from zero, with one
sign at either: chance alone crosses zero about every second time. The interval holds the values at which the test does
not tell it from zero (Fieller 1954, as a test turned round), and needs no straight line.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from analysis import search_report, wording
from analysis.carry_out import Ways
from analysis.design import Span, at
from analysis.experiment import Experiment, decisive, one_arm
from analysis.failure import Failure
from analysis.messages import show as written
from analysis.report.page import Page, Table
from analysis.report.report import Card
from analysis.search_pictures import crossing
from analysis.search_report import better, in_sentence, key_names, subject
from analysis.search_words import Asked, ask
from analysis.statistics import MOST_REPLICATES, Floats, Interval, mean_interval, replicates_needed
from sim.settings import BadInput, Settings

if TYPE_CHECKING:
    from rich.console import Console

FIRST_LOOK = 5  # values, ends included: sees a curve that turns, and gives a narrow bracket
PRECISION = 0.002  # of the range


class BreakevenKeys(Settings):
    """The keys of ``ecrm breakeven`` itself."""

    outcome: str | None = Field(default=None, description="metric; the scenario's decisive one if not given")
    arm: str | None = Field(default=None, description="arm whose difference to the reference is to be zero")


@dataclass
class Curve:
    """A difference at the values looked at so far.

    Attributes:
        look: returns the differences at some values, (values, replicates).
        seen: differences by value.
    """

    look: Callable[[Sequence[float]], Floats]
    seen: dict[float, Floats]

    def at(self, value: float) -> Interval:
        """Return the mean difference at a value, with its interval."""
        if value not in self.seen:
            self.see([value])
        return mean_interval(self.seen[value])

    def see(self, values: Sequence[float]) -> None:
        """Look at several values in one go.

        Raises:
            Failure: at one of them no replicate has a difference.
        """
        found = dict(zip(values, self.look(values), strict=True))
        nowhere = [f"{value:.4g}" for value, differences in found.items() if not np.isfinite(differences).any()]
        if nowhere:
            raise Failure(f"no replicate has the outcome in both arms at {', '.join(nowhere)}; narrow the range")
        self.seen |= found

    def points(self) -> list[tuple[float, Interval]]:
        """Return value and difference of all that was seen, in order."""
        return [(value, mean_interval(self.seen[value])) for value in sorted(self.seen)]

    def differing(self) -> list[tuple[float, Interval]]:
        """Return the points with any difference at all: without its program an arm is the reference."""
        return [(value, difference) for value, difference in self.points() if difference.mean]

    def told(self) -> list[tuple[float, Interval]]:
        """Return the points whose difference is told from zero."""
        return [(value, difference) for value, difference in self.points() if difference.excludes_zero]


def find(curve: Curve, span: Span) -> list[Interval]:
    """Return where a curve crosses zero within a range, each with its interval.

    Crossings that luck hides, or two between neighbors of the values first looked at, are not seen.

    Raises:
        Failure: at some value no replicate has a difference.
    """
    curve.see([float(at(span, share)) for share in np.linspace(0.0, 1.0, FIRST_LOOK)])
    found = []
    for (low, below), (high, above) in pairwise(curve.told()):
        if (below.mean or 0.0) * (above.mean or 0.0) < 0:
            root = _root(lambda value: curve.at(value).mean or 0.0, low, high, span)
            found.append(Interval(root, _edge(curve, root, -1, span), _edge(curve, root, 1, span)))
    return found


def _edge(curve: Curve, root: float, direction: int, span: Span) -> float:
    """Return up to where, on one side of a zero, the difference is not told from zero; a value beyond it is told."""

    def told(value: float) -> float:
        difference = curve.at(value)
        size = abs(difference.mean or 0.0)
        return -size if difference.half_width is None else size - difference.half_width

    outward = sorted(
        (value for value in curve.seen if direction * (value - root) >= 0), key=lambda value: direction * value
    )
    place = next(place for place, value in enumerate(outward) if told(value) > 0)
    inside, outside = [root, *outward][place], outward[place]
    return _root(told, inside, outside, span) if told(inside) < 0 else inside


def _root(function: Callable[[float], float], low: float, high: float, span: Span) -> float:
    from scipy.optimize import brentq

    return float(brentq(function, low, high, xtol=PRECISION * (span.high - span.low)))


@dataclass(frozen=True)
class Breakeven:
    """Where an arm breaks even with the reference."""

    asked: Asked[BreakevenKeys]
    experiment: Experiment
    arm: str
    outcome: str
    curve: Curve
    crossings: list[Interval]

    @property
    def key(self) -> str:
        """The key that varies."""
        return next(iter(self.asked.ranges))

    @property
    def span(self) -> Span:
        """Its range."""
        return self.asked.ranges[self.key]

    def as_dict(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        return {
            "scenario": self.experiment.frame.name,
            "folder": str(self.experiment.frame.folder),
            "key": self.key,
            "arm": self.arm,
            "reference": self.experiment.frame.reference,
            "outcome": self.outcome,
            "replicates": self.experiment.frame.replicates,
            "failures": self.experiment.failures,
            "breakeven": [{"value": found.mean, "low": found.low, "high": found.high} for found in self.crossings],
            "points": [{"value": value, **difference.as_dict()} for value, difference in self.curve.points()],
        }

    def show(self, console: "Console") -> None:
        """Print where it breaks even."""
        search_report.show(self.page(), self.experiment, console)

    def page(self) -> Page:
        """Return the page."""
        rows = [
            [f"{value:.4g}", wording.interval(difference, self.outcome, signed=True), self._side(difference)]
            for value, difference in self.curve.points()
        ]
        headline = self.headline()
        labels = self._name(), f"{in_sentence(self.outcome)} difference"
        shared = search_report.lives(self.experiment.frame.replicates)
        return Page(
            name=f"{wording.title(self.experiment.frame.name)}: break-even",
            headline=headline,
            explanation=self.explanation(),
            cards=[Card(self._name(), f"{found.mean:.4g}", self._reach(found)) for found in self.crossings],
            pictures=[
                crossing("breakeven", headline, self._note(), self.curve.points(), self.crossings, labels, self.outcome)
            ],
            table=Table(
                "Values looked at",
                [*labels, ""],
                rows,
                f"± half a 95 % interval; the same {shared} at each value.",
            ),
            notes=[self._note(), *search_report.caveats(self.experiment)],
            command_title="Repeat it",
            command=self.asked.command,
        )

    def headline(self) -> str:
        """Return the answer in a sentence."""
        arm, reference = wording.quoted(self.arm), wording.quoted(self.experiment.frame.reference)
        if len(self.crossings) > 1:
            places = wording.listed([f"{found.mean:.4g}" for found in self.crossings])
            return f"{wording.title(arm)} and {reference} break even at several values of {self._name()}: {places}."
        if self.crossings:
            found = self.crossings[0]
            first, last = (arm, reference) if self._good(self.curve.told()[0][1]) else (reference, arm)
            return (
                f"Break-even at {self._name()} = {found.mean:.4g} ({self._reach(found)}): below it {first} has the"
                f" better {in_sentence(self.outcome)}, above it {last}."
            )
        looked = f"at every value looked at, from {self.span.low:g} to {self.span.high:g}"
        told = self.curve.told()
        if not self.curve.differing():
            return (
                f"{wording.title(self._name())} and {arm} make no difference to {in_sentence(self.outcome)} {looked}."
            )
        if len(told) == len(self.curve.differing()):
            winner, loser = (arm, reference) if self._good(told[0][1]) else (reference, arm)
            return (
                f"No break-even of {self._name()} in this range: {wording.title(winner)} has the better"
                f" {in_sentence(self.outcome)} than {loser} {looked}."
            )
        if self.experiment.frame.replicates == 1:
            return f"Can’t tell: with one replicate luck cannot be told from what {self._name()} does."
        return f"Can’t tell: the luck of these replicates hides whether {arm} breaks even with {reference} {looked}."

    def explanation(self) -> str:
        """Return what stands behind the answer, and what would settle it."""
        (low, left), (high, right) = self.curve.points()[0], self.curve.points()[-1]
        what = subject(self.outcome, self.arm, self.experiment.frame.reference)
        text = (
            f"{wording.title(what)} is {wording.interval(left, self.outcome, signed=True)} at {low:g} and"
            f" {wording.interval(right, self.outcome, signed=True)} at {high:g}."
        )
        return text if self.crossings else " ".join([text, *self._next_step()])

    def _next_step(self) -> Iterator[str]:
        """Say what is told of values that do not settle the answer, and how many replicates would tell the rest."""
        arm, reference = wording.quoted(self.arm), wording.quoted(self.experiment.frame.reference)
        told = self.curve.told()
        untold = [point for point in self.curve.differing() if point not in told]
        if not untold:
            return
        alone = [f"{value:.4g}" for value, difference in untold if difference.half_width is None]
        if alone:
            yield f"One replicate says nothing about luck at {wording.listed(alone)}: run more, with replicates=20."
            return
        if told:
            places = wording.listed([f"{value:.4g}" for value, _ in told])
            side = self._side(told[0][1])
            yield f"{wording.title(arm)} is {side} at {places}, and not told from {reference} elsewhere."
        needed = {value: replicates_needed(self.curve.seen[value], abs(found.mean or 0.0)) for value, found in untold}
        hardest = max(needed, key=lambda value: needed[value] or math.inf)
        more = needed[hardest]
        if more is None:
            yield f"Even {MOST_REPLICATES:,} replicates would not tell at {hardest:.4g}, so close to zero is it there."
        else:
            yield f"About {more:,} replicates would tell at every value; {hardest:.4g} takes the most."

    def _reach(self, found: Interval) -> str:
        return f"95 % interval {found.low:.4g} to {found.high:.4g}"

    def _name(self) -> str:
        return key_names([self.key])[self.key]

    def _good(self, difference: Interval) -> bool:
        return better(difference.mean or 0.0, self.outcome)

    def _side(self, difference: Interval) -> str:
        if not difference.excludes_zero:
            return "not told from zero"
        return "better" if self._good(difference) else "worse"

    def _note(self) -> str:
        return (
            "A break-even is claimed where the difference is told from zero on both sides of it. Its interval holds the"
            " values at which the replicates do not tell the difference from zero. Two crossings between neighbors of"
            f" the {FIRST_LOOK} values first looked at are not seen."
        )


def breakeven(words: Sequence[str], ways: Ways = Ways()) -> Breakeven:
    """Find where an arm breaks even with the reference, and write its page.

    Args:
        words: what follows the verb; exactly one key has an interval.
        ways: how runs are carried out.

    Raises:
        BadInput: a word or the folder is refused.
        Failure: the runs were stopped or failed, or an outcome is not defined.
    """
    asked = ask("breakeven", words, BreakevenKeys)
    if len(asked.ranges) != 1 or any(span.whole for span in asked.ranges.values()):
        raise BadInput(
            f"{written(list(asked.ranges)) if asked.ranges else 'key'}: breakeven looks along one key whose values have"
            " no gaps; allowed: one KEY=interval(low,high)"
        )
    key, span = next(iter(asked.ranges.items()))
    experiment = Experiment.of(asked, [asked.keys.arm] if asked.keys.arm else [], ways)
    arm = one_arm(experiment, asked.keys.arm, [key])
    reference = experiment.frame.reference
    if arm == reference:
        raise BadInput(f"arm = {arm}: is the reference; breakeven compares another arm with it")
    outcome = decisive(asked.keys.outcome, experiment)

    def look(values: Sequence[float]) -> Floats:
        came = experiment.run([{key: value} for value in values], [reference, arm])
        return came.difference(arm, reference, outcome)

    curve = Curve(look, {})
    found = Breakeven(asked, experiment, arm, outcome, curve, find(curve, span))
    search_report.write(found.page(), experiment.frame.folder)
    return found
