"""Real customers: each is an agent drawn from its own posterior, given what its purchase log says.

BG/NBD (Fader, Hardie & Lee 2005): purchases at a gamma rate, silent lapse after a purchase with a beta chance. Given
``x`` repeat purchases, the last at ``t_x``, watched until ``T``: alive with P(alive), and then rate ~ Gamma(r + x,
alpha + T) and chance ~ Beta(a, b + x), independent; who never bought again cannot have lapsed. Spend is gamma-gamma
(Fader & Hardie 2013).
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import Decision, Key, beta, gamma, uniform
from sim.kernel import double, kernel, loop
from sim.people.columns import People
from sim.people.feel import begin
from sim.people.feelings import FeelSettings
from sim.rule import rule

WEEKS_A_YEAR = 52.0


class Imported(NamedTuple):
    """What a log says of ``N`` customers, and the fitted laws of their kind. Times in weeks, money in currency."""

    x: NDArray[np.float64]  # (N,) repeat purchases
    t_x: NDArray[np.float64]  # (N,) time of the last, from the first
    T: NDArray[np.float64]  # (N,) time watched, from the first
    spend_count: NDArray[np.float64]  # (N,) repeat purchases with an amount
    spend_mean: NDArray[np.float64]  # (N,) their mean amount
    r: float  # rate ~ Gamma(r, alpha), a week
    alpha: float
    a: float  # chance to lapse ~ Beta(a, b)
    b: float
    p: float  # amount ~ Gamma(p, nu), nu ~ Gamma(q, gamma)
    q: float
    gamma: float


@rule("t_x", 0.0, 39.0, lines=("x", 1.0, 3.0, 8.0), watched=39.0, r=0.24, alpha=4.41, a=0.79, b=2.43, also=("p_alive",))
@kernel
def chance_alive(x: float, t_x: float, watched: float, r: float, alpha: float, a: float, b: float) -> float:
    """Return P(alive | x, t_x, T): the chance that a customer of a purchase log has not lapsed yet.

    Equation: 1 / (1 + a / (b + x - 1) ((alpha + T) / (alpha + t_x))^(r + x)), and 1 if x = 0
    Units: x repeat purchases, the last at t_x, watched until T, in weeks; r, alpha, a, b as fitted; a chance in [0, 1]
    Source: Fader, Hardie & Lee 2005 (BG/NBD); the curve is drawn at their fit to CDNOW
    """
    if x <= 0.0:
        return 1.0
    odds = math.log(a / (b + x - 1.0)) + (r + x) * math.log((alpha + watched) / (alpha + t_x))
    return 1.0 / (1.0 + math.exp(min(odds, 700.0)))


@loop
def draw_posterior(first: int, last: int, people: People, key: Key, log: Imported, firm: int, f: FeelSettings) -> None:
    """Give everybody in ``[first, last)`` rate, lapse, spend and state from their own posterior, with one firm."""
    for person in range(first, min(last, log.x.shape[0])):  # who enters later is no customer of the log
        begin(people, person, firm, f)
        x, t_x, watched = double(log.x[person]), double(log.t_x[person]), double(log.T[person])
        alive = uniform(key, person, 0, Decision.ALIVE, 0) < chance_alive(
            x, t_x, watched, log.r, log.alpha, log.a, log.b
        )
        rate = gamma(key, person, 0, Decision.PURCHASE_RATE, 0, log.r + x) / (log.alpha + watched)
        people.purchase_rate[person] = rate * WEEKS_A_YEAR
        people.dropout[person] = beta(key, person, 0, Decision.DROPOUT, 0, log.a, log.b + x)
        n = double(log.spend_count[person])
        nu = gamma(key, person, 0, Decision.SPEND_LEVEL, 0, log.q + log.p * n)
        people.spend_shape[person] = log.p
        people.spend_level[person] = log.p * (log.gamma + n * double(log.spend_mean[person])) / nu
        people.alive[person, firm] = alive
        people.provider[person] = firm
        people.since[person, firm] = (watched - t_x) / WEEKS_A_YEAR
        people.tenure[person, firm] = watched / WEEKS_A_YEAR
        recent = min(x + 1.0, (x + 1.0) * WEEKS_A_YEAR / max(watched, 1.0))
        people.recent_spend[person, firm] = recent * double(people.spend_level[person])
