"""Choice among brands with tastes and habit, fitted by maximum simulated likelihood.

Household i's utility of brand j at its t-th purchase is the utility by which the model's own buyers compare firms
(``sim.people.choose.utility_of_offer``, called here), with what a panel knows of an offer in its ``lure``:

    U[i,j,t] = brand[j] + taste_sd z[i,j] − price_sensitivity price[j,t] + feature feature[j,t] + display display[j,t]
               + first_bought 1{i bought j first} + habit_bonus H[i,j,t] + Gumbel

    H[i,j,t+1] = H[i,j,t] + habit_step (1{i bought j at t} − H[i,j,t]),   H = 0 before the first purchase

so that choice is a logit given z, standard normal tastes that last. H is Guadagni & Little's (1983, Marketing Science
2) loyalty, by the rule of the model's own buyers (``sim.people.buy.habit_after``, called here). Without tastes, H would
be credited with all lasting differences between households (Heckman 1981, "Heterogeneity and state dependence"). The
first purchase is taken as given. It tells something about the taste behind it, which ``first_bought`` lets in
(Wooldridge 2005, J. of Applied Econometrics 20).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.panels.scanner import Floats, Panel
from sim.people import buy, choose
from sim.settings import numbers

NO_HABIT: Mapping[str, float] = {"habit_bonus": 0.0}
NODES = 1024  # points over which tastes are averaged; 32 times as many change log-likelihoods of the panels by about 1
_BOUNDS = {"taste_sd": (0.0, 20.0), "habit_bonus": (-20.0, 20.0), "habit_step": (0.01, 1.0)}
_STARTS = {"taste_sd": 1.0, "habit_bonus": 1.0, "habit_step": 0.3}
_NUDGE = 1e-5  # of a parameter of habit, for slopes: those of the model's rules, whatever they are
_CHOOSING: Any = numbers(choose.ChooseSettings())


def names(panel: Panel) -> tuple[str, ...]:
    """Return the parameters' names: brands relative to the first, then what an offer counts, taste and habit."""
    offer = ["price_sensitivity" if column == "price" else column for column in panel.columns]
    return (*panel.brands[1:], *offer, "first_bought", "taste_sd", "habit_bonus", "habit_step")


def fixed_part(panel: Panel) -> Floats:
    """Return what the linear parameters are multiplied with, (T, J, number of linear parameters)."""
    rows, brands = panel.bought.shape
    which = np.broadcast_to(np.eye(brands)[:, 1:], (rows, brands, brands - 1))
    signs = np.where(np.array(panel.columns) == "price", -1.0, 1.0)
    first = panel.bought[panel.start[panel.row_of]]
    return np.concatenate([which, signs * panel.offers, first[..., None]], axis=-1)


def habit_after(habit: Floats, bought: ArrayLike, step: float | Floats) -> Floats:
    """Return habits after a purchase by the rule of the model's buyers, place by place."""
    rule: Any = buy.habit_after  # of numbers; arrays go through it place by place
    after: Floats = rule(habit, np.asarray(bought, np.float64), step)
    return after


def utility(lure: Floats, habit: Floats, bonus: float | Floats) -> Floats:
    """Return utilities by the rule of the model's buyers, place by place; ``lure`` is all but the habit's."""
    rule: Any = choose.utility_of_offer
    found: Floats = rule(0.0, 1.0, 0.0, lure, habit, _CHOOSING._replace(habit_bonus=bonus))
    return found


def habits(panel: Panel, step: float) -> Floats:
    """Return every household's habit at each purchase, before it, (T, J)."""
    habit = np.zeros_like(panel.bought)
    for rows in panel.rounds:
        habit[rows] = habit_after(habit[rows - 1], panel.bought[rows - 1], step)
    return habit


@dataclass(frozen=True)
class Likelihood:
    """The simulated likelihood of a panel's choices after each household's first.

    Tastes are averaged over ``nodes`` points of a scrambled Sobol sequence, the same at every call and for every
    household (Train 2009, *Discrete Choice Methods with Simulation*, chapters 6, 9 and 10).
    """

    panel: Panel
    nodes: int = NODES

    @cached_property
    def tastes(self) -> Floats:
        """Standard normal tastes, (J, nodes)."""
        from scipy.special import ndtri
        from scipy.stats import qmc

        return np.asarray(ndtri(qmc.Sobol(len(self.panel.brands), rng=0).random(self.nodes).T), dtype=np.float64)

    @cached_property
    def design(self) -> Floats:
        """What the linear parameters are multiplied with, (T, J, parameters)."""
        return fixed_part(self.panel)

    def of(self, values: Floats) -> tuple[Floats, Floats]:
        """Return each household's log-likelihood, (N,), and its derivatives by the parameters, (N, P)."""
        *linear, sd, bonus, step = values.tolist()
        lure, habit = self.design @ np.array(linear), habits(self.panel, step)
        known = utility(lure, habit, bonus)
        by_bonus = utility(lure, habit, bonus + _NUDGE) - utility(lure, habit, bonus - _NUDGE)
        lower, upper = (utility(lure, habits(self.panel, step + nudge), bonus) for nudge in (-_NUDGE, _NUDGE))
        by_habit = np.stack([by_bonus, upper - lower], axis=-1) / (2.0 * _NUDGE)
        by_known = np.concatenate([self.design, by_habit], axis=-1)
        spans = [slice(first + 1, end) for first, end in zip(self.panel.start[:-1], self.panel.start[1:], strict=True)]
        parts = [self._household(known[span], by_known[span], self.panel.bought[span], sd) for span in spans]
        return np.array([value for value, _ in parts]), np.array([score for _, score in parts])

    def _household(self, known: Floats, by_known: Floats, bought: Floats, sd: float) -> tuple[float, Floats]:
        """Return one household's log-likelihood and score.

        exp(U) is a product of what changes and what lasts, so the sums over brands are products of matrices.
        """
        known = known - known.max(axis=1, keepdims=True)  # or exp overflows
        changing, lasting = np.exp(known), np.exp(sd * self.tastes)
        total, times = changing @ lasting, bought.sum(axis=0)
        given = (bought * known).sum() + sd * (times @ self.tastes) - np.log(total).sum(axis=0)
        top = given.max()
        weight = np.exp(given - top)
        value = float(top + np.log(weight.mean()))
        weight /= weight.sum()
        rest = weight / total
        surprise = bought - changing * (rest @ lasting.T)
        by_linear = np.einsum("tj,tjp->p", surprise, by_known)
        by_sd = times @ (self.tastes @ weight) - ((changing.T @ rest) * lasting * self.tastes).sum()
        return value, np.concatenate([by_linear[:-2], [by_sd], by_linear[-2:]])


@dataclass(frozen=True)
class Fit:
    """Estimates of a panel's choices.

    Attributes:
        names: of the parameters, (P,).
        values: their estimates, (P,).
        low: where their ranges begin, (P,).
        high: where they end, (P,).
        moves: how the estimates move when a household is doubled, to first order, (N, P); sums to 0 over households.
        log_likelihood: at the estimates.
        purchases: how many choices were fitted.
    """

    names: tuple[str, ...]
    values: Floats
    low: Floats
    high: Floats
    moves: Floats
    log_likelihood: float
    purchases: int

    @property
    def errors(self) -> Floats:
        """Standard errors that allow any dependence within households, (P,); 0 for what is fixed or at a bound."""
        return np.sqrt((self.moves**2).sum(axis=0))

    @property
    def bic(self) -> float:
        """Schwarz's (1978) criterion; less is better."""
        return -2.0 * self.log_likelihood + float((self.low < self.high).sum() * np.log(self.purchases))

    def __getitem__(self, name: str) -> float:
        """Return the estimate of a parameter."""
        return float(self.values[self.names.index(name)])


def fit(panel: Panel, fixed: Mapping[str, float] | None = None) -> Fit:
    """Estimate the parameters from a panel, some of them ``fixed`` at a value; without a bonus the step is, too."""
    from scipy.optimize import minimize

    likelihood, named = Likelihood(panel), names(panel)
    held = dict(fixed or {})
    if held.get("habit_bonus") == 0.0:
        held["habit_step"] = 1.0  # any value would do
    bounds = [(held[name],) * 2 if name in held else _BOUNDS.get(name, (-50.0, 50.0)) for name in named]
    start = [held.get(name, _STARTS.get(name, 0.0)) for name in named]

    def loss(values: Floats) -> tuple[float, Floats]:
        value, score = likelihood.of(values)
        return -float(value.mean()), -score.mean(axis=0)

    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-11, "gtol": 1e-5})
    low, high = np.array(bounds).T
    inside = (found.x > low) & (found.x < high)
    moves = _moves(likelihood, found.x, inside)
    purchases = len(panel.household) - len(panel.ids)
    return Fit(named, found.x, low, high, moves, -float(found.fun) * len(panel.ids), purchases)


def _moves(likelihood: Likelihood, values: Floats, inside: NDArray[np.bool_]) -> Floats:
    """Return each household's score times the inverse of the curvature, see ``Fit.moves``; 0 at a bound."""
    steps = 1e-4 * np.eye(len(values))[inside]
    slopes = [(likelihood.of(values + step)[1] - likelihood.of(values - step)[1]).sum(axis=0) for step in steps]
    curvature = -np.array(slopes)[:, inside] / 2e-4
    moves = np.zeros((len(likelihood.panel.ids), len(values)))
    moves[:, inside] = np.linalg.solve((curvature + curvature.T) / 2, likelihood.of(values)[1][:, inside].T).T
    return moves
