"""Pareto/NBD: repeat buying that ends silently at a time of its own, whether one buys or not.

Purchases at a rate λ ~ gamma(r, rate alpha) until a time that is exponential with rate μ ~ gamma(s, rate beta)
(Schmittlein, Morrison & Colombo 1987, "Counting your customers", Management Science 33). BG/NBD lets customers leave
after purchases only (`analysis.repeat_buying`). Time is in weeks wherever the data are.
"""

import math
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.repeat_buying import RATE, SHAPE, Fit, check_histories, fit_of, floats, maximize

type Floats = NDArray[np.float64]

NODES = 48  # of the quadrature over the time of leaving; twice as many change CDNOW's log-likelihood by below 1e-9


@dataclass(frozen=True)
class ParetoNBD:
    """Buying at a rate λ ~ gamma(r, rate alpha) until an unseen time, exponential with rate μ ~ gamma(s, rate beta).

    The first purchase starts the clock and is not counted. Parameters are positive; alpha and beta are in weeks.
    """

    r: float
    alpha: float
    s: float
    beta: float

    def log_likelihood(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> float:
        """Log-likelihood of customers with these histories, arrays of equal shape ``(N,)``."""
        return float(_log_likelihood(np.array(astuple(self)), *floats(x, t_x, T))[0].sum())

    def expected_purchases(self, t: ArrayLike) -> Floats:
        """Mean number of repeat purchases of a new customer up to time `t`, the shape of `t`."""
        (time,) = floats(t)
        return self.r / self.alpha * self._time_alive(time, 0.0)

    def conditional_expected_purchases(self, t: ArrayLike, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """Mean number of purchases in the `t` weeks after `T` of customers with a known past."""
        time, count, recency, age = np.broadcast_arrays(*floats(t, x, t_x, T))
        rate = (self.r + count) / (self.alpha + age)
        return rate * self._time_alive(time, age) * self.probability_alive(count, recency, age)

    def probability_alive(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """Chance of being still alive at `T`."""
        alive: Floats = _weights(np.array(astuple(self)), *floats(x, t_x, T))[0][0]
        return alive

    def _time_alive(self, t: Floats, age: Floats | float) -> Floats:
        """Mean time alive within the next `t`, alive at `age`: E (1 - e^(-μ t)) / μ, μ ~ gamma(s, beta + age)."""
        since = self.beta + age
        growth = np.log1p(t / since)
        if self.s == 1.0:
            return np.asarray(since * growth)
        return np.asarray(since * -np.expm1((1.0 - self.s) * growth) / (self.s - 1.0))

    @classmethod
    def fit(cls, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Fit["ParetoNBD"]:
        """Estimate the model from customers' histories, arrays of shape ``(N,)``.

        Raises:
            BadInput: nobody bought again, or the histories contradict themselves.
        """
        count, recency, age = floats(x, t_x, T)
        check_histories(count, recency, age)
        scale = float(age.mean())
        rows, weights = np.unique(np.stack([count, recency / scale, age / scale]), axis=1, return_counts=True)

        def objective(parameters: Floats) -> tuple[float, Floats]:
            value, gradient = _log_likelihood(parameters, *rows)
            return float(value @ weights), gradient @ weights

        starts = [(0.5, 0.3, 0.6, 0.4), (1.0, 0.5, 1.5, 1.0), (5.0, 2.0, 0.2, 1.0)]
        estimate, best, errors = maximize(objective, starts, [SHAPE, RATE, SHAPE, RATE])
        for times in (estimate, errors):
            times[1], times[3] = times[1] * scale, times[3] * scale
        # densities of x purchases in units of `scale` weeks: one factor 1/scale per purchase goes back
        return fit_of(cls(*estimate.tolist()), best - float(count.sum()) * math.log(scale), errors, len(count))


def _weights(parameters: Floats, x: Floats, t_x: Floats, T: Floats) -> tuple[Floats, Floats, Floats]:
    """Return how likely each time of leaving is, the log of their sum, and the times.

    The likelihood of a history is, but for a factor, (α + T)^-(r+x) (β + T)^-s, for who is alive at T, and the integral
    of s (α + y)^-(r+x) (β + y)^-(s+1) over times y of leaving between t_x and T.

    Returns:
        Chances (1 + NODES, N): of being alive, then of leaving at each node; (N,); times (1 + NODES, N), T first.
    """
    r, alpha, s, beta = parameters
    nodes, widths = np.polynomial.legendre.leggauss(NODES)
    place, widths = (each.reshape(-1, *[1] * T.ndim) for each in (0.5 + 0.5 * nodes, widths))
    # closer together after the last purchase, where those who bought often left if they did
    times = np.concatenate([T[None], t_x + (T - t_x) * place**3])
    with np.errstate(divide="ignore"):  # who bought at T has no time to leave
        density = np.log(1.5 * widths * place**2 * (T - t_x)) + math.log(s) - np.log(beta + times[1:])
    logs = -(r + x) * np.log(alpha + times) - s * np.log(beta + times)
    logs[1:] += density
    top = logs.max(axis=0)
    chances = np.exp(logs - top)
    total = chances.sum(axis=0)
    return chances / total, top + np.log(total), times


def _log_likelihood(parameters: Floats, x: Floats, t_x: Floats, T: Floats) -> tuple[Floats, Floats]:
    """Log-likelihood of each customer, shape ``(N,)``, and its derivatives by the parameters, shape ``(4, N)``."""
    from scipy.special import digamma, gammaln

    r, alpha, s, beta = parameters
    chances, log_sum, times = _weights(parameters, x, t_x, T)
    left = 1.0 - chances[0]
    value = gammaln(r + x) - gammaln(r) + r * math.log(alpha) + s * math.log(beta) + log_sum
    slopes = [
        digamma(r + x) - digamma(r) + math.log(alpha) - (chances * np.log(alpha + times)).sum(axis=0),
        r / alpha - (r + x) * (chances / (alpha + times)).sum(axis=0),
        math.log(beta) + left / s - (chances * np.log(beta + times)).sum(axis=0),
        s / beta - s * (chances / (beta + times)).sum(axis=0) - (chances[1:] / (beta + times[1:])).sum(axis=0),
    ]
    return value, np.stack(slopes)
