"""Models of repeat buying, fitted by maximum likelihood: how often, how long, for how much.

- `BGNBD`: purchases while alive, and a silent end after some purchase (Fader, Hardie & Lee 2005, "'Counting your
  customers' the easy way", Marketing Science 24).
- `GammaGamma`: spend per purchase (Fader & Hardie 2013, "The gamma-gamma model of monetary value").
- `SBG`: survival of subscribers (Fader & Hardie 2007, "How to project customer retention", J. of Interactive
  Marketing 21).

Time is in weeks wherever the data are. ``x`` counts repeat purchases, ``t_x`` is the time of the last one and ``T`` the
time of observation, both from the first purchase.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.settings import BadInput

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

type Floats = NDArray[np.float64]

# Where a fit looks. Below .02 a gamma or beta trait is all or nothing, and draws from it leave the numbers a computer
# has; above 10,000 everybody is alike. Rates are looked for in units of the mean age or spend.
SHAPE = (0.02, 1e4)
RATE = (1e-6, 1e6)
_MEAN_EXISTS = (1.05, 1e4)


@dataclass(frozen=True)
class Fit[Model]:
    """A model with its maximum-likelihood estimates and how sure they are.

    Attributes:
        model: the fitted model.
        log_likelihood: at the estimates.
        standard_errors: per parameter, from the curvature of the log-likelihood; None where the data do not bound the
            parameter (the estimate lies at the edge of the range that is searched).
        customers: number of customers fitted on.
    """

    model: Model
    log_likelihood: float
    standard_errors: dict[str, float | None]
    customers: int


@dataclass(frozen=True)
class BGNBD:
    """Buying at a rate λ ~ gamma(r, rate alpha) while alive; after each repeat purchase gone with p ~ beta(a, b).

    The first purchase starts the clock and is not counted. Parameters are positive; alpha is in weeks.
    """

    r: float
    alpha: float
    a: float
    b: float

    def log_likelihood(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> float:
        """Log-likelihood of customers (eq. 6 of Fader, Hardie & Lee 2005), arrays of equal shape ``(N,)``."""
        return float(_bgnbd_log_likelihood(np.array(astuple(self)), *floats(x, t_x, T))[0].sum())

    def expected_purchases(self, t: ArrayLike) -> Floats:
        """Mean number of repeat purchases of a new customer up to time `t` (eq. 9), the shape of `t`."""
        (time,) = floats(t)
        return self._still_to_come(time / self.alpha, np.zeros_like(time))

    def conditional_expected_purchases(self, t: ArrayLike, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """Mean number of purchases in the `t` weeks after `T` of customers with a known past (eq. 10)."""
        time, count, recency, age = np.broadcast_arrays(*floats(t, x, t_x, T))
        return self._still_to_come(time / (self.alpha + age), count) * self.probability_alive(count, recency, age)

    def probability_alive(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """Chance of being still alive at `T`; 1 for who never bought again, because one leaves after a purchase."""
        from scipy.special import expit

        count, recency, age = floats(x, t_x, T)
        again = count > 0
        odds_gone = math.log(self.a) - np.log(self.b + np.where(again, count, 1.0) - 1)
        odds_gone = odds_gone + (self.r + count) * (np.log(self.alpha + age) - np.log(self.alpha + recency))
        return np.where(again, expit(-odds_gone), 1.0)

    def _still_to_come(self, u: Floats, x: Floats) -> Floats:
        """Mean purchases to come of customers alive after x repeats, u = t / (alpha + T).

        The mean of (1 - (1 + p u)^-(r + x)) / p over p ~ beta(a, b + x). Equations 9 and 10 write it with a Gaussian
        hypergeometric function, which overflows for large x, a or b and divides by zero at a = 1.
        """
        purchases = np.empty(u.shape)
        for count in np.unique(x):
            same = x == count
            p, weight = _beta_quadrature(self.a, self.b + count)
            purchases[same] = -np.expm1(-(self.r + count) * np.log1p(np.multiply.outer(u[same], p))) @ (weight / p)
        return purchases

    @classmethod
    def fit(cls, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Fit["BGNBD"]:
        """Estimate the model from customers' histories, arrays of shape ``(N,)``.

        Raises:
            BadInput: nobody bought again, or the histories contradict themselves.
        """
        count, recency, age = floats(x, t_x, T)
        check_histories(count, recency, age)
        scale = float(age.mean())
        (rows, weights) = np.unique(np.stack([count, recency / scale, age / scale]), axis=1, return_counts=True)

        def objective(parameters: Floats) -> tuple[float, Floats]:
            value, gradient = _bgnbd_log_likelihood(parameters, *rows)
            return float(value @ weights), gradient @ weights

        starts = [(0.5, 0.3, 0.7, 2.5), (1.0, 0.5, 0.1, 2.0), (5.0, 2.0, 1.0, 1.0)]
        estimate, best, errors = maximize(objective, starts, [SHAPE, RATE, SHAPE, SHAPE])
        estimate[1], errors[1] = estimate[1] * scale, errors[1] * scale
        # densities of x purchases in units of `scale` weeks: one factor 1/scale per purchase goes back
        return fit_of(cls(*estimate.tolist()), best - float(count.sum()) * math.log(scale), errors, len(count))


def _bgnbd_log_likelihood(parameters: Floats, x: Floats, t_x: Floats, T: Floats) -> tuple[Floats, Floats]:
    """Log-likelihood of each customer, shape ``(N,)``, and its derivatives by the parameters, shape ``(4, N)``."""
    from scipy.special import digamma, expit, gammaln

    r, alpha, a, b = parameters
    again = x > 0
    log_stay = -(r + x) * np.log(alpha + T)
    log_left = np.where(again, math.log(a) - np.log(b + np.maximum(x, 1) - 1), -np.inf) - (r + x) * np.log(alpha + t_x)
    value = gammaln(r + x) - gammaln(r) + r * math.log(alpha) + np.logaddexp(log_stay, log_left)
    value += gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
    left = np.where(again, expit(log_left - log_stay), 0.0)
    stay = 1 - left
    by_r = digamma(r + x) - digamma(r) + math.log(alpha) - stay * np.log(alpha + T) - left * np.log(alpha + t_x)
    by_alpha = r / alpha - (r + x) * (stay / (alpha + T) + left / (alpha + t_x))
    shared = digamma(a + b) - digamma(a + b + x)
    by_b = shared + digamma(b + x) - digamma(b) - left / (b + np.maximum(x, 1) - 1)
    return value, np.stack([by_r, by_alpha, shared + left / a, by_b])


def _beta_quadrature(a: float, b: float) -> tuple[Floats, Floats]:
    """Nodes in (0, 1) and weights of a mean over beta(a, b): Gauss-Jacobi, by the eigenvalues of Golub & Welsch (1969).

    With 100 nodes purchases to come are right to 1e-6 for r up to 5 and horizons up to 100 alpha.
    """
    from scipy.linalg import eigh_tridiagonal

    s, n = a + b, np.arange(1.0, 100.0)
    center = (a - b) * (s - 2) / ((2 * n + s - 2) * (2 * n + s))
    n = n[1:]
    spread = (
        4 * n * (n + a - 1) * (n + b - 1) * (n + s - 2) / ((2 * n + s - 2) ** 2 * (2 * n + s - 1) * (2 * n + s - 3))
    )
    # the first terms apart: in the general formula they are 0/0 for some a + b
    center = np.concatenate([[(a - b) / s], center])
    spread = np.concatenate([[4 * a * b / (s * s * (s + 1))], spread])
    cosines, vectors = eigh_tridiagonal(center, np.sqrt(spread))
    return np.clip((1 + cosines) / 2, 1e-14, 1.0), vectors[0] ** 2


def check_histories(x: Floats, t_x: Floats, T: Floats) -> None:
    """Refuse histories that contradict themselves, or in which nobody bought again.

    Raises:
        BadInput: they do; the message names a customer.
    """
    if not (x > 0).any():
        raise BadInput(f"none of the {len(x)} customers bought again by the last day: there is no repeat buying to fit")
    wrong = (x < 0) | (t_x < 0) | (t_x > T) | ((x > 0) & (t_x == 0)) | ((x == 0) & (t_x > 0))
    if wrong.any():
        who = int(np.flatnonzero(wrong)[0])
        raise BadInput(
            f"customer {who} (from 0) has x={x[who]:g}, t_x={t_x[who]:g}, T={T[who]:g}; "
            "needed are x >= 0, 0 <= t_x <= T, and t_x > 0 exactly when x > 0"
        )


@dataclass(frozen=True)
class GammaGamma:
    """A purchase is worth z ~ gamma(p, rate ν) with ν ~ gamma(q, rate gamma), apart from how often one buys.

    Parameters are positive, gamma is in currency units; a mean spend exists when q > 1.
    """

    p: float
    q: float
    gamma: float

    def log_likelihood(self, count: ArrayLike, mean: ArrayLike) -> float:
        """Log-likelihood of customers with `count` >= 1 purchases of `mean` > 0, arrays of equal shape ``(N,)``."""
        return float(_gamma_gamma_log_likelihood(np.array(astuple(self)), *floats(count, mean))[0].sum())

    def expected_spend(self, count: ArrayLike, mean: ArrayLike) -> Floats:
        """Mean spend per purchase to come (currency units) of customers with a known past; `count` may be 0.

        p (gamma + x z) / (p x + q - 1): a weighted mean of the customer's own spend and everybody's.
        """
        purchases, own = floats(count, mean)
        spend: Floats = self.p * (self.gamma + purchases * own) / (self.p * purchases + self.q - 1)
        return spend

    @classmethod
    def fit(cls, count: ArrayLike, mean: ArrayLike) -> Fit["GammaGamma"]:
        """Estimate the model from customers' numbers of purchases and mean spend; who has none is left out.

        q is looked for above 1.05, so that a mean spend exists.

        Raises:
            BadInput: fewer than two customers have a repeat purchase with a positive amount.
        """
        purchases, own = floats(count, mean)
        purchases, own = purchases[purchases > 0], own[purchases > 0]
        if len(own) < 2:
            raise BadInput(
                f"{len(own)} customers have a repeat purchase with a positive amount; a spend fit needs 2 or more"
            )
        scale = float(own.mean())

        def objective(parameters: Floats) -> tuple[float, Floats]:
            value, gradient = _gamma_gamma_log_likelihood(parameters, purchases, own / scale)
            return float(value.sum()), gradient.sum(axis=1)

        starts = [(5.0, 3.0, 0.5), (1.0, 2.0, 1.0), (20.0, 10.0, 0.5)]
        estimate, best, errors = maximize(objective, starts, [SHAPE, _MEAN_EXISTS, RATE])
        estimate[2], errors[2] = estimate[2] * scale, errors[2] * scale
        return fit_of(cls(*estimate.tolist()), best - len(own) * math.log(scale), errors, len(own))


def _gamma_gamma_log_likelihood(parameters: Floats, x: Floats, z: Floats) -> tuple[Floats, Floats]:
    """Log-likelihood of each customer, shape ``(N,)``, and its derivatives by the parameters, shape ``(3, N)``."""
    from scipy.special import digamma, gammaln

    p, q, gamma = parameters
    total = gamma + x * z
    value = gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * math.log(gamma)
    value += (p * x - 1) * np.log(z) + p * x * np.log(x) - (p * x + q) * np.log(total)
    by_p = x * (digamma(p * x + q) - digamma(p * x) + np.log(x * z) - np.log(total))
    by_q = digamma(p * x + q) - digamma(q) + math.log(gamma) - np.log(total)
    return value, np.stack([by_p, by_q, q / gamma - (p * x + q) / total])


@dataclass(frozen=True)
class SBG:
    """A subscriber leaves at each renewal with a chance of his own, θ ~ beta(alpha, beta)."""

    alpha: float
    beta: float

    def survival(self, t: ArrayLike) -> Floats:
        """Share that is left after `t` renewals (0, 1, 2, ...): B(alpha, beta + t) / B(alpha, beta)."""
        from scipy.special import betaln

        (renewals,) = floats(t)
        share: Floats = np.exp(betaln(self.alpha, self.beta + renewals) - betaln(self.alpha, self.beta))
        return share


type Objective = Callable[[Floats], tuple[float, Floats]]


def maximize(
    objective: Objective, starts: Sequence[tuple[float, ...]], ranges: Sequence[tuple[float, float]]
) -> tuple[Floats, float, Floats]:
    """Maximize over positive parameters: estimates, log-likelihood, standard errors (NaN at the edge of the range).

    The search goes over the logarithms, from several starts, with the analytic gradient.
    """
    from scipy.optimize import minimize

    size = abs(objective(np.array(starts[0]))[0])  # the search stops at the same precision for any number of customers

    def loss(logs: Floats) -> tuple[float, Floats]:
        value, gradient = objective(np.exp(logs))
        return -value / size, -gradient * np.exp(logs) / size

    bounds = np.log(ranges)

    runs = [
        minimize(
            loss,
            np.log(start),
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            options={"maxiter": 2000, "ftol": 1e-14, "gtol": 1e-8},
        )
        for start in starts
    ]
    best = min(runs, key=lambda run: float(run.fun))
    logs: Floats = best.x
    inside = (logs > bounds[:, 0] + 1e-3) & (logs < bounds[:, 1] - 1e-3)
    return (
        np.exp(logs),
        -size * float(best.fun),
        np.exp(logs) * _log_errors(lambda at: size * loss(at)[1], logs, inside),
    )


def _log_errors(slope: Callable[[Floats], Floats], logs: Floats, inside: NDArray[np.bool_]) -> Floats:
    """Standard errors of the log parameters from the curvature of the loss; those at an edge are held fixed."""
    steps = 1e-4 * np.eye(len(logs))[inside]
    curvature = np.array([(slope(logs + step) - slope(logs - step))[inside] / 2e-4 for step in steps])
    errors = np.full(len(logs), np.nan)
    if inside.any() and np.linalg.eigvalsh(curvature + curvature.T).min() > 0:
        errors[inside] = np.sqrt(np.diag(np.linalg.inv((curvature + curvature.T) / 2)))
    return errors


def fit_of[Model: "DataclassInstance"](
    model: Model, log_likelihood: float, errors: Floats, customers: int
) -> Fit[Model]:
    """Return a fit with its errors by parameter, None where they are not known."""
    names = [field.name for field in fields(model)]
    return Fit(
        model,
        log_likelihood,
        {n: e if e == e else None for n, e in zip(names, errors.tolist(), strict=True)},
        customers,
    )


def floats(*arrays: ArrayLike) -> tuple[Floats, ...]:
    """Return arrays in double precision."""
    return tuple(np.asarray(array, dtype=np.float64) for array in arrays)
