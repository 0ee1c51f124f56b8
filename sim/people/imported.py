"""Real customers: each is an agent drawn from its own posterior, given what its purchase log says.

BG/NBD (Fader, Hardie & Lee 2005): purchases at a gamma rate, silent lapse after a purchase with a beta chance. Given
``x`` repeat purchases, the last at ``t_x``, watched until ``T``: alive with P(alive), and then rate ~ Gamma(r + x,
alpha + T) and chance ~ Beta(a, b + x), independent; who never bought again cannot have lapsed. Under Pareto/NBD
(Schmittlein, Morrison & Colombo 1987) a buyer lapses at a hazard of his own whether he buys or not: Gamma(s, beta + T)
for who is alive. Spend is gamma-gamma (Fader & Hardie 2013).
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
_STEPS = 200  # of the integral over the time of a lapse; ten times as many change a chance by below 1e-4


class Imported(NamedTuple):
    """What a log says of ``N`` customers, and the fitted laws of their kind. Times in weeks, money in currency."""

    x: NDArray[np.float64]  # (N,) repeat purchases
    t_x: NDArray[np.float64]  # (N,) time of the last, from the first
    T: NDArray[np.float64]  # (N,) time watched, from the first
    spend_count: NDArray[np.float64]  # (N,) repeat purchases with an amount
    spend_mean: NDArray[np.float64]  # (N,) their mean amount
    r: float  # rate ~ Gamma(r, alpha), a week
    alpha: float
    p: float  # amount ~ Gamma(p, nu), nu ~ Gamma(q, gamma)
    q: float
    gamma: float
    a: float = 0.0  # chance to lapse after a purchase ~ Beta(a, b); 0: nobody does
    b: float = 0.0
    s: float = 0.0  # hazard to lapse ~ Gamma(s, beta), a week; 0: nobody does
    beta: float = 0.0

    @property
    def lapse_per_year(self) -> float:
        """Mean hazard of lapsing by time of a new customer."""
        return WEEKS_A_YEAR * self.s / self.beta if self.s > 0.0 else 0.0


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


@rule("t_x", 0.0, 39.0, lines=("x", 0.0, 1.0, 8.0), watched=39.0, r=0.553, alpha=10.58, s=0.606, beta=11.67)
@kernel
def chance_alive_by_time(x: float, t_x: float, watched: float, r: float, alpha: float, s: float, beta: float) -> float:
    """Return P(alive | x, t_x, T) where buyers lapse at a hazard of their own, whether they buy or not.

    Equation: 1 / (1 + s ∫ ((alpha + T) / (alpha + y))^(r + x) (beta + T)^s / (beta + y)^(s + 1) dy), y from t_x to T
    Units: x repeat purchases, the last at t_x, watched until T, in weeks; r, alpha, s, beta as fitted; in (0, 1]
    Source: Schmittlein, Morrison & Colombo 1987 (Pareto/NBD); the curve is drawn at the fit to CDNOW
    """
    gone, silence = 0.0, watched - t_x
    for step in range(_STEPS):
        place = (step + 0.5) / _STEPS  # closer together after t_x, where those who bought often lapsed if they did
        y = t_x + silence * place * place * place
        log_odds = (r + x) * math.log((alpha + watched) / (alpha + y)) + s * math.log((beta + watched) / (beta + y))
        gone += math.exp(log_odds) / (beta + y) * 3.0 * place * place * silence / _STEPS
    return 1.0 / (1.0 + s * gone)


@loop
def draw_posterior(
    first: int, last: int, people: People, key: Key, log: Imported, firm: int, f: FeelSettings, lapse_per_year: float
) -> None:
    """Give everybody in ``[first, last)`` rate, lapse, spend and state from their own posterior, with one firm.

    ``lapse_per_year``: the hazard by time at frailty 1.
    """
    for person in range(first, min(last, log.x.shape[0])):  # who enters later is no customer of the log
        begin(people, person, firm, f)
        x, t_x, watched = double(log.x[person]), double(log.t_x[person]), double(log.T[person])
        if log.s > 0.0:
            chance = chance_alive_by_time(x, t_x, watched, log.r, log.alpha, log.s, log.beta)
            weekly = gamma(key, person, 0, Decision.FRAILTY, 0, log.s) / (log.beta + watched)
            people.frailty[person] = weekly * WEEKS_A_YEAR / lapse_per_year
            people.dropout[person] = 0.0
        else:
            chance = chance_alive(x, t_x, watched, log.r, log.alpha, log.a, log.b)
            people.dropout[person] = beta(key, person, 0, Decision.DROPOUT, 0, log.a, log.b + x)
        alive = uniform(key, person, 0, Decision.ALIVE, 0) < chance
        rate = gamma(key, person, 0, Decision.PURCHASE_RATE, 0, log.r + x) / (log.alpha + watched)
        people.purchase_rate[person] = rate * WEEKS_A_YEAR
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
