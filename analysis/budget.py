"""Equal budgets: one lever of an arm is solved so that it lays out what another arm does.

The scenario says which (``budget: {match: points, by: {people: firms.acme.call_center.staffing.hours_per_week}}``). The
lever is solved on pilot replicates that the study itself does not have, under common random numbers, and then frozen:
the study's own luck has no part in it, so its intervals stay honest.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from pydantic import Field

from analysis.statistics import Floats, Interval, mean_interval
from analysis.wording import money, quoted
from sim.settings import BadInput, Settings

FIRST_PILOT = 1_000_001  # studies have replicates 1 to 10,000
MOST_EVALUATIONS = 30


class Budget(Settings):
    """Which arms are to lay out as much as another one, and by which lever each."""

    match: str = Field(description="the arm whose outlay over the reference the others are to have")
    by: dict[str, str] = Field(min_length=1, description="the lever to solve for, by arm")
    within: float = Field(default=0.01, gt=0, le=0.5, description="error that is allowed, as a share of the outlay")
    pilots: int = Field(default=10, ge=2, le=1_000, description="replicates on which it is solved, not the study's own")

    def replicates(self) -> range:
        """Return the numbers of the pilot replicates."""
        return range(FIRST_PILOT, FIRST_PILOT + self.pilots)


class Solved(NamedTuple):
    """A lever's value at which an arm lays out what it should.

    Attributes:
        value: of the lever.
        outlay: mean outlay over the reference there, in currency units.
        target: mean outlay over the reference that was to be matched.
        error: outlay / target − 1.
        interval: of the error, over the pilot replicates: how near to the target other replicates may be expected.
        within: the error that was allowed.
        evaluations: how many values of the lever were tried.
    """

    value: float
    outlay: float
    target: float
    error: float
    interval: Interval
    within: float
    evaluations: int

    @property
    def hit(self) -> bool:
        """Whether the error is as small as was asked for; where outlay moves in steps it may not be."""
        return abs(self.error) <= self.within

    def in_words(self, arm: str, lever: str, match: str) -> str:
        """Return a sentence that says what was found, and that it missed if it did."""
        found = f"{lever} = {self.value:,.6g}: {quoted(arm)} lays out {money(self.outlay)}"
        off = f"{100 * self.error:+.2f} %".replace("-", "−")
        against = f"{quoted(match)} {money(self.target)} ({off})"
        missed = "" if self.hit else f"; it moves in steps, and no value comes within {100 * self.within:g} %"
        return f"{found}, {against}{missed}."


def solve(
    evaluate: Callable[[float], Floats], target: ArrayLike, start: float, low: float, high: float, within: float = 0.01
) -> Solved:
    """Return the value of a lever at which an arm lays out the target.

    From ``start`` the lever is moved by growing steps until the target lies between two values, then Brent's (1973)
    method closes in and stops at the first value that is near enough. Outlay is taken to rise, or to fall, with the
    lever.

    Args:
        evaluate: outlay over the reference, one a pilot replicate, at a value of the lever; in currency units.
        target: outlay over the reference of the arm to match, in the same pilot replicates.
        start: the first value to try, in [low, high].
        low: the least value of the lever.
        high: the greatest.
        within: error of the mean outlay that is allowed, as a share of the target.

    Raises:
        BadInput: the target is not above 0, or no value of the lever reaches it.
    """
    from scipy.optimize import brentq

    wanted = np.asarray(target, dtype=np.float64)
    aim = float(wanted.mean())
    if not aim > 0:
        raise BadInput(f"budget.match: that arm lays out {money(aim)} over the reference; nothing to match")
    tried: dict[float, Floats] = {}

    def gap(value: float) -> float:
        """Return the error at a value, or 0 where it is small enough: Brent's method stops there."""
        if value not in tried:
            tried[value] = np.asarray(evaluate(value), dtype=np.float64)
        error = float(tried[value].mean()) / aim - 1
        return 0.0 if abs(error) <= within else error

    ends = _bracket(gap, start, low, high)
    if ends[0] != ends[1]:
        most = max(MOST_EVALUATIONS - len(tried), 1)
        brentq(gap, *ends, xtol=1e-7 * abs(ends[1] - ends[0]), maxiter=most, disp=False)
    best = min(tried, key=lambda value: abs(float(tried[value].mean()) - aim))
    outlay = float(tried[best].mean())
    interval = mean_interval((tried[best] - wanted) / aim)
    return Solved(best, outlay, aim, outlay / aim - 1, interval, within, len(tried))


def _bracket(gap: Callable[[float], float], start: float, low: float, high: float) -> tuple[float, float]:
    """Return two values of which one lays out too little and one too much; the same twice if it is near enough."""
    smallest = abs(start) / 4 or (high - low) / 100
    reached: list[float] = []
    for direction in (1, -1):
        near, here, step = start, gap(start), smallest
        while here != 0:
            far = min(max(near + direction * step, low), high)
            there = gap(far)
            if here * there <= 0:
                return near, far
            if far == near or abs(there) > abs(here):
                break
            near, here, step = far, there, 2 * step
        if here == 0:
            return near, near
        reached.append(here)
    nearest = min(reached, key=abs)
    raise BadInput(
        f"budget.by: no value from {low:g} to {high:g} lays out as much as the arm to match;"
        f" the nearest is {100 * abs(nearest):.0f} % too {'much' if nearest > 0 else 'little'}"
    )
