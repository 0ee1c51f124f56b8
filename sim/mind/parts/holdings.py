"""Categories held with a firm: who is content takes more of them there, pays more, and finds it harder to leave.

Everybody buys in some categories, here or elsewhere. At the usual number of them held with a firm nothing is added.
"""

import math
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from sim.draws import Decision, Key, uniform
from sim.kernel import double, inlined, kernel, loop
from sim.mind.part import Floats, Part, PartSettings, over_customers
from sim.people.blocks import GRAIN
from sim.people.buy import Purchases
from sim.people.columns import People
from sim.people.feel import is_customer
from sim.people.feelings import FeelSettings
from sim.people.mathematics import chance_within, logit
from sim.rule import rule
from sim.settings import numbers, setting

if TYPE_CHECKING:
    from sim.market import Market
    from sim.people.crowd import Felt
    from sim.people.experience import Incidents

_SIZE = "[A] calibrated so that the usual number is held in the default worlds"


class HoldingsSettings(PartSettings):
    """What people buy in, what makes them take more of it from one firm, and what follows."""

    categories: int = setting(4, "categories that people may buy in, the first included", "", ge=1, le=20)
    wants: float = setting(0.5, "chance that a person buys in each further one, here or elsewhere", "0-1", ge=0, le=1)
    take_per_year: float = setting(
        0.15, "hazard that a customer takes over a category bought elsewhere, at the anchor", "a year", _SIZE, ge=0,
        le=100,
    )  # fmt: skip
    drop_per_year: float = setting(
        0.1, "hazard that a further category is given up, at the anchor", "a year", _SIZE, ge=0, le=100
    )
    satisfaction_pull: float = setting(
        0.5, "effect of satisfaction on taking and keeping further categories", "per log-odds",
        "Verhoef, Franses & Hoekstra 2001: satisfaction and cross-buying; [A] size", ge=0, le=10,
    )  # fmt: skip
    commitment_pull: float = setting(
        1.0, "effect of commitment on the same", "per unit",
        "Verhoef, Franses & Hoekstra 2002: commitment and number of services; [A] size", ge=0, le=10,
    )  # fmt: skip
    worth: float = setting(0.3, "what a further category adds to what is paid, relative to the first", "", ge=0, le=10)
    tie: float = setting(
        0.3, "what a further category adds to the cost of leaving", "utility",
        "Prince & Greenstein 2014: bundles lower churn; [A] size", ge=0, le=20,
    )  # fmt: skip
    usual: float = setting(1.55, "categories held with a firm, at the anchor", "", _SIZE, ge=1, le=20)

    @model_validator(mode="after")
    def _usual_can_be_held(self) -> Self:
        if self.active and self.usual > self.categories:
            raise ValueError(f"usual = {self.usual}: there are only categories = {self.categories} to hold")
        return self


class Held(NamedTuple):
    """The columns. Comment: range, unit."""

    wanted: NDArray[np.int8]  # (N,) categories bought in, here or elsewhere, from 1
    held: NDArray[np.int8]  # (N, F) of these with each firm; 0: is not its customer


@rule("satisfaction", 0.3, 0.95, lines=("commitment", 0.3, 0.5, 0.7), also=("cross_buying",))
@kernel
def readiness(satisfaction: float, commitment: float, h: HoldingsSettings, f: FeelSettings) -> float:
    """Return the factor on the hazard of taking a further category; giving one up has its inverse.

    Equation: exp(satisfaction_pull (logit S - logit S_ref) + commitment_pull (L - L_ref))
    Units: satisfaction S and commitment L 0-1; a factor above 0, 1 at the anchor
    Source: Verhoef, Franses & Hoekstra 2001, 2002
    """
    pull = h.satisfaction_pull * (logit(satisfaction) - logit(f.satisfaction_ref))
    return math.exp(pull + h.commitment_pull * (commitment - f.commitment_ref))


@rule("held", 1, 6, also=("value_stream",))
@kernel
def bought_extra(held: int, h: HoldingsSettings) -> float:
    """Return the share by which a customer who holds so many categories pays more than usual.

    Equation: (1 + worth (held - 1)) / (1 + worth (usual - 1)) - 1
    Units: held from 1; a share above -1, 0 at the usual number
    Source: definition: each further category adds the same
    """
    return (1.0 + h.worth * (held - 1)) / (1.0 + h.worth * (h.usual - 1.0)) - 1.0


@rule("held", 1, 6, also=("one_stop", "one_stop_shopping"))
@kernel
def tie_of(held: int, h: HoldingsSettings) -> float:
    """Return what the categories held add to the cost of leaving.

    Equation: tie (held - usual)
    Units: held from 1; utility, 0 at the usual number
    Source: Prince & Greenstein 2014
    """
    return h.tie * (held - h.usual)


@loop
def _want(first: int, last: int, key: Key, categories: int, wants: float, wanted: NDArray[np.int8]) -> None:
    """Draw in how many categories each person buys."""
    for person in range(first, last):
        count = 1
        for category in range(1, categories):
            count += uniform(key, person, 0, Decision.WANTS, category) < wants
        wanted[person] = count


@loop
def _bind(
    first: int, last: int, held: NDArray[np.int8], h: HoldingsSettings, extra: NDArray[np.float32],
    barrier: NDArray[np.float32],
) -> None:  # fmt: skip
    """Let what is held show in what is paid, ``extra``, and in what leaving costs, ``barrier``; both (N, F)."""
    for person in range(first, last):
        for firm in range(held.shape[1]):
            count = max(int(held[person, firm]), 1)
            extra[person, firm] = double(extra[person, firm]) + bought_extra(count, h)
            barrier[person, firm] = double(barrier[person, firm]) + tie_of(count, h)


@loop
def _change(
    first: int, last: int, period: int, key: Key, people: People, ids: NDArray[np.int64], columns: Held,
    h: HoldingsSettings, f: FeelSettings, dt: float, repertoire: bool, active_years: float, sums: NDArray[np.float64],
) -> None:  # fmt: skip
    """Let customers take categories and give them up, at most one of them in a period.

    What customers hold and want is added to ``sums`` (grains, F, 2).
    """
    for person in range(first, last):
        for firm in range(ids.size):
            now = 0
            if int(people.entry[person]) <= period and is_customer(people, person, firm, repertoire, active_years):
                now = max(int(columns.held[person, firm]), 1)
                if columns.wanted[person] > 1:
                    chance = uniform(key, person, period, Decision.TAKE_OR_DROP, int(ids[firm]))
                    now += _step(people, person, firm, now, int(columns.wanted[person]), chance, h, f, dt)
                sums[person // GRAIN, firm, 0] += now
                sums[person // GRAIN, firm, 1] += columns.wanted[person]
            columns.held[person, firm] = now


@inlined
def _step(
    people: People, person: int, firm: int, held: int, wanted: int, chance: float, h: HoldingsSettings,
    f: FeelSettings, dt: float,
) -> int:  # fmt: skip
    """Return the change of the number held that a uniform, ``chance``, picks: 1, 0 or -1."""
    ready = readiness(double(people.satisfaction[person, firm]), double(people.commitment[person, firm]), h, f)
    taking = (wanted - held) * h.take_per_year * ready
    dropping = (held - 1) * h.drop_per_year / ready
    both = taking + dropping
    change = 0
    happens = chance_within(both, dt)
    if chance < happens:
        change = 1 if chance * both < happens * taking else -1
    return change


class Holdings(Part):
    """Categories held: the content take more of them from one firm, pay it more and find it harder to leave."""

    settings_class = HoldingsSettings
    settings: HoldingsSettings
    columns: Held
    counts = ("categories", "wallet_here", "wallet")

    def __init__(self, settings: HoldingsSettings, market: "Market") -> None:
        """Begin with nothing held or bought."""
        super().__init__(settings, market)
        # of the period: orders of who was a customer before it, and those that their rates lead to expect
        self.orders, self.possible = np.zeros((2, len(market.firms)))
        self.held, self.wanted = np.zeros((2, len(market.firms)))  # at its end, by customers

    def empty(self, people: int, firms: int) -> Held:
        """Return columns of people who want one category and hold none."""
        return Held(np.ones(people, np.int8), np.zeros((people, firms), np.int8))

    def begin(self, market: "Market", key: Key) -> None:
        """Draw what people want; who is a customer holds one category."""
        settings = self.settings
        market.crowd.crew.run(_want, key, settings.categories, settings.wants, self.columns.wanted)
        self.columns.held[:] = market.people.customer

    def lean(self, market: "Market") -> None:
        """Let what is held show in what is paid, and in what leaving costs."""
        offers, own = market.offers, numbers(self.settings)
        market.crowd.crew.run(_bind, self.columns.held, own, offers.extra, offers.barrier)

    def bought(self, market: "Market", purchases: Purchases) -> None:
        """Count what buyers who are customers bought of their firm."""
        if market.crowd.repertoire:
            customer = market.people.customer
            for firm in range(len(market.firms)):
                buyers = purchases.person[purchases.firm == firm]
                self.orders[firm] = np.count_nonzero(customer[buyers, firm])
            self.possible = over_customers(customer, market.people.purchase_rate) * (market.now.dt * market.season)

    def feel(self, market: "Market", incidents: "Incidents", felt: "Felt") -> None:
        """Let customers take categories and give them up."""
        crowd, own = market.crowd, numbers(self.settings)
        sums = crowd.crew.summed(
            _change, market.now.period, market.key, market.people, market.terms.ids, self.columns, own, crowd.feeling,
            market.now.dt, crowd.repertoire, crowd.active_years, shape=(len(market.firms), 2),
        )  # fmt: skip
        self.held, self.wanted = sums.T

    def count(self, market: "Market") -> dict[str, Floats]:
        """Return the categories held, and what customers bought here and could buy anywhere.

        Of subscribers: categories held and wanted. Of buyers: orders, and the orders that their rates lead to expect,
        or those made here if these are more.
        """
        if market.crowd.repertoire:
            wallet = np.maximum(self.possible, self.orders)
            return {"categories": self.held, "wallet_here": self.orders.copy(), "wallet": wallet}
        return {"categories": self.held, "wallet_here": self.held, "wallet": self.wanted}
