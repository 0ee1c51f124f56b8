"""How large a difference counts: a share of the reference's mean (``1%``) or an amount in the outcome's unit (``500``).

The same words say how close to the best is as good as the best (``indifference``) and how narrow an interval is to be
(``until``).
"""

import math
import re
from collections.abc import Mapping
from typing import NamedTuple

from analysis.messages import no_such, show
from sim.settings import BadInput

ALLOWED = "a share of the reference's mean, as in 1%, or an amount in the outcome's own unit, as in 5000; above 0"


class Margin(NamedTuple):
    """A size of a difference: ``size`` is a share of the reference's mean if ``relative``, else an amount."""

    size: float
    relative: bool

    def of(self, reference: float) -> float:
        """Return the amount that it stands for, given the reference's mean, in the outcome's unit."""
        return self.size * abs(reference) if self.relative else self.size

    def __str__(self) -> str:
        """Return it as a user writes it: "1%", "5000"."""
        return f"{100 * self.size:g}%" if self.relative else f"{self.size:g}"


ONE_PERCENT = Margin(0.01, relative=True)


def read_margin(key: str, value: object) -> Margin:
    """Read ``1%``, ``0.5 %`` or ``5000``.

    Args:
        key: where it was said, for the message.
        value: a text or a number.

    Raises:
        BadInput: it is not a positive finite number, or no number at all.
    """
    found = re.fullmatch(r"\s*([0-9.eE+-]+)\s*(%?)\s*", str(value))
    try:
        size = float(found[1]) if found and not isinstance(value, bool) else math.nan
    except ValueError:
        size = math.nan
    if found is None or not 0 < size < math.inf:
        raise BadInput(f"{key} = {show(value)}: not a size of a difference; allowed: {ALLOWED}")
    return Margin(size / 100, relative=True) if found[2] else Margin(size, relative=False)


def read_margins(key: str, values: Mapping[str, object]) -> dict[str, Margin]:
    """Read a margin by outcome, as a scenario's ``indifference: {profit: 1%, churn_rate: 0.005}`` says it.

    Raises:
        BadInput: an outcome is no metric, or its margin cannot be read.
    """
    for outcome in values:
        check_outcome(key, outcome)
    return {outcome: read_margin(f"{key}.{outcome}", value) for outcome, value in values.items()}


def check_outcome(key: str, outcome: str) -> None:
    """Refuse a name that is no metric."""
    from sim.metrics import METRICS

    if outcome not in METRICS:
        raise no_such("metric", key, outcome, list(METRICS))
