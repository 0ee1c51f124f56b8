"""How long callers wait before they hang up, seen through the answers that end most waits first."""

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.call_log import ABANDONED
from analysis.statistics import Estimate

type Floats = NDArray[np.float64]

_SHAPES = (0.2, 5.0)  # Weibull shapes that are looked at: those that the settings allow


class Patience(NamedTuple):
    """How long callers wait before they hang up; who was answered is censored by the answer."""

    survival: pd.DataFrame
    """Kaplan & Meier (1958), by wait (seconds, index) that ended in hanging up: ``surviving``, its ``error``."""
    exponential_mean: Estimate
    """Minutes: all time waited by the number who hung up."""
    shape: Estimate
    """Of the Weibull law, by censored maximum likelihood."""
    scale: float
    """Of the same, seconds."""

    @property
    def mean(self) -> float:
        """Mean of the Weibull law, minutes: scale Γ(1 + 1/shape)."""
        return self.scale * math.gamma(1.0 + 1.0 / self.shape.value) / 60.0

    def outlasting(self, share: Floats) -> Floats:
        """Return the patience (seconds) that these shares of callers have at least, by the Kaplan-Meier curve.

        Where nobody was seen to wait so long the mean patience goes on, without memory.
        """
        surviving = self.survival["surviving"].to_numpy(np.float64)
        times = self.survival.index.to_numpy(np.float64)
        place = np.searchsorted(-surviving, -share, side="left")
        beyond = times[-1] + 60.0 * self.exponential_mean.value * np.log(np.maximum(surviving[-1] / share, 1.0))
        patience: Floats = np.where(place < len(times), times[np.minimum(place, len(times) - 1)], beyond)
        return patience


def fit_patience(offered: pd.DataFrame) -> Patience | None:
    """Fit the law of patience; None if fewer than ten callers hung up."""
    waited = offered[offered["wait"] > 0.0]
    wait, hung_up = waited["wait"].to_numpy(np.float64), (waited["outcome"] == ABANDONED).to_numpy()
    events = int(hung_up.sum())
    if events < 10:
        return None
    mean = float(wait.sum()) / events / 60.0
    shape, scale = weibull(wait, hung_up)
    return Patience(kaplan_meier(wait, hung_up), Estimate(mean, mean / math.sqrt(events), events), shape, scale)


def kaplan_meier(wait: Floats, hung_up: NDArray[np.bool_]) -> pd.DataFrame:
    """Share still waiting after each wait at which somebody hung up, as if nobody were ever answered.

    Args:
        wait: time waited, shape (calls,).
        hung_up: whether it ended by hanging up (else by an answer, which censors it), shape (calls,).

    Returns:
        ``surviving`` and its standard error ``error`` by wait (index, rising).
    """
    times, events = np.unique(wait[hung_up], return_counts=True)
    at_risk = len(wait) - np.searchsorted(np.sort(wait), times, side="left")
    surviving = np.cumprod(1.0 - events / at_risk)
    greenwood = np.cumsum(events / (at_risk * np.maximum(at_risk - events, 1)))
    return pd.DataFrame({"surviving": surviving, "error": surviving * np.sqrt(greenwood)}, pd.Index(times, name="wait"))


def weibull(wait: Floats, hung_up: NDArray[np.bool_]) -> tuple[Estimate, float]:
    """Shape and scale of a Weibull law, S(t) = exp(-(t / scale)^shape), by censored maximum likelihood.

    The scale has a closed form given the shape, scale^shape = Σ t^shape / events; the shape solves one equation
    (Cohen 1965). A shape at the edge of what the settings allow has no standard error.

    Args:
        wait: time waited, > 0, shape (calls,).
        hung_up: whether it ended by hanging up, shape (calls,); at least once.
    """
    from scipy.optimize import brentq

    unit = float(wait.max())  # powers of times up to 1 cannot overflow
    logs, events = np.log(wait / unit), int(hung_up.sum())

    def slope(shape: float) -> float:
        powers = np.exp(shape * logs)
        return float(powers @ logs / powers.sum() - 1.0 / shape - logs[hung_up].mean())

    low, high = _SHAPES
    inner = slope(low) < 0.0 < slope(high)
    shape = float(brentq(slope, low, high)) if inner else (low if slope(low) >= 0.0 else high)
    powers = np.exp(shape * logs)
    center = powers @ logs / powers.sum()
    information = events * (1.0 / shape**2 + powers @ (logs - center) ** 2 / powers.sum())
    scale = unit * float(powers.sum() / events) ** (1.0 / shape)
    return Estimate(shape, 1.0 / math.sqrt(information) if inner else None, events), scale
