"""Who calls again because of how a call ended: after hanging up (redial) and after being served (repeat)."""

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.call_log import ABANDONED, ANSWERED, CallLog
from analysis.statistics import Estimate

type Floats = NDArray[np.float64]

REDIAL_WINDOW = 4 * 3600.0  # seconds after hanging up in which another call counts as a redial
REPEAT_WINDOW = 3 * 86_400.0  # seconds after being served
WEEK = 7 * 86_400.0


class Return(NamedTuple):
    """Calling again because of how a call ended."""

    share: Estimate
    """Chance beyond what the same customers' other business explains."""
    base: float
    """Share who would have called in that time anyway."""
    delay: float
    """Mean delay of those calls, seconds."""


def fit_redial(log: CallLog) -> Return | None:
    """Fit who calls again within `REDIAL_WINDOW` of hanging up, beyond those who do after being served."""
    gone, served = _ends(log, ABANDONED, REDIAL_WINDOW), _ends(log, ANSWERED, REDIAL_WINDOW)
    delays, control = (_delays(log, ends, 0.0, REDIAL_WINDOW) for ends in (gone, served))
    return _beyond(delays, control, REDIAL_WINDOW)


def fit_repeat(log: CallLog) -> Return | None:
    """Fit who calls again within `REPEAT_WINDOW` of being served, beyond those who call a week after those days."""
    served = _ends(log, ANSWERED, WEEK + REPEAT_WINDOW)
    delays, control = (_delays(log, served, after, REPEAT_WINDOW) for after in (0.0, WEEK))
    return _beyond(delays, control, REPEAT_WINDOW)


def _ends(log: CallLog, outcome: str, watched: float) -> pd.DataFrame:
    """Customer and end (seconds) of the calls with this outcome that the log can watch for so long after."""
    calls = log.calls[(log.calls["customer"] != "") & (log.calls["outcome"] == outcome)]
    end = _since(log, calls) + calls["wait"] + calls["handle"]
    last = float(_since(log, log.calls).iloc[-1])
    return pd.DataFrame({"customer": calls["customer"], "end": end})[end + watched <= last]


def _since(log: CallLog, calls: pd.DataFrame) -> "pd.Series[float]":
    since: pd.Series[float] = (calls["arrival"] - log.calls["arrival"].iloc[0]).dt.total_seconds()
    return since


def _delays(log: CallLog, ends: pd.DataFrame, after: float, window: float) -> Floats:
    """Delay until each customer's first call in ``(end + after, end + after + window]``, less `after`; NaN without."""
    codes, customers = pd.factorize(log.calls["customer"])
    span = float(_since(log, log.calls).iloc[-1]) + 2 * (after + window) + 1.0  # no window reaches the next customer
    calls = np.sort(codes * span + _since(log, log.calls).to_numpy())
    start = customers.get_indexer(pd.Index(ends["customer"])) * span + ends["end"].to_numpy() + after
    place = np.searchsorted(calls, start, side="right")
    delay = np.append(calls, np.inf)[place] - start
    return np.where(delay <= window, delay, np.nan)


def _beyond(delays: Floats, control: Floats, window: float) -> Return | None:
    """What is left of the delays when the control's are taken off; None if that is nothing.

    A call comes by the end or by other business, whichever is first. Independent of each other, what survives both is
    the product of what survives each, so the ratio of the two curves belongs to the end alone.
    """
    if min(len(delays), len(control)) < 30:
        return None
    share, base = float(np.isfinite(delays).mean()), float(np.isfinite(control).mean())
    if share <= base or base >= 1.0:
        return None
    times = np.linspace(0.0, window, 721)
    silent = [1.0 - np.searchsorted(np.sort(each), times, side="right") / len(each) for each in (delays, control)]
    left = silent[0] / silent[1]
    delay = float(np.trapezoid(left - left[-1], times)) / (1.0 - left[-1])
    error = math.sqrt(share * (1 - share) / len(delays) + base * (1 - base) / len(control)) / (1 - base)
    return Return(Estimate(float(1.0 - left[-1]), error, len(delays)), base, max(delay, 1.0))
