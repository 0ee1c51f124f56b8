"""A points program: spend earns points, enough points are a reward, and points not used expire.

Points pressure: as a reward comes near, its owner leans towards the firm, and leans back once it is had (Kivetz,
Urminsky & Zheng 2006; Taylor & Neslin 2005). Points given at enrollment start that pull at once (endowed progress:
Nunes & Dreze 2006). Who likes incentives enrolls first, so members differ from others before the program does anything.
"""

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.draws import Decision, Key, uniform
from sim.firms.program import Program, ProgramSettings
from sim.kernel import double, kernel, loop
from sim.ledger import to_cents
from sim.people.buy import Purchases
from sim.people.columns import Flags, Floats
from sim.people.mathematics import chance_within
from sim.rule import rule
from sim.settings import numbers, setting

if TYPE_CHECKING:
    from sim.firms.firm import Firm
    from sim.market import Market


class PointsSettings(ProgramSettings):
    """The rules of the program and how people take to it."""

    earn: float = setting(1.0, "points earned per currency unit spent", "points", "the manager's choice", ge=0, le=1000)
    threshold: float = setting(250.0, "points that make a reward", "points", "the manager's choice", gt=0, le=1e9)
    reward: float = setting(5.0, "worth of a reward to its owner", "currency", "the manager's choice", ge=0, le=1e6)
    unit_cost: float = setting(0.8, "cost of a reward to the firm", "share of its worth", ge=0, le=1)
    endowed: float = setting(0.0, "points given at enrollment", "points", "the manager's choice", ge=0, le=1e9)
    expiry_months: float = setting(
        24.0, "points of a member who buys nothing for so long expire", "months", "the manager's choice", gt=0, le=600
    )
    expected_breakage: float = setting(
        0.2, "share of points expected never to be redeemed, for the accrual", "share", ge=0, lt=1
    )
    enrollment: float = setting(
        1.0, "hazard that a customer of mean incentive-seeking enrolls", "a year", ge=0, le=1000
    )
    self_selection: float = setting(
        1.5, "how much likelier incentive seekers enroll, from 0 to 1 on their scale", "log hazard", ge=0, le=20
    )
    pull: float = setting(
        1.0, "utility of the points a purchase earns, against their worth as a price cut", "factor", ge=0, le=10
    )
    pressure: float = setting(
        0.4, "utility of a reward at hand", "utility", "Taylor & Neslin 2005; [A] size", ge=0, le=10
    )
    pressure_shape: float = setting(
        3.0,
        "how late the pressure rises: power of the part of the way gone",
        "",
        "Kivetz, Urminsky & Zheng 2006; [A] size",
        ge=1,
        le=20,
    )
    growth: float = setting(
        0.4, "purchases added per utility of the program, before the market's cap (repertoire)", "", ge=0, le=10
    )


@rule(
    "points", 0.0, 250.0, lines=("sensitivity", 1.0, 2.0, 4.0),
    also=("points_pressure", "loyalty_program", "goal_gradient"),
)  # fmt: skip
@kernel
def lean(points: float, sensitivity: float, p: PointsSettings) -> float:
    """Return the utility that the program adds for a member with so many points.

    Equation: pull · ρ · earn · reward / threshold + pressure · min(1, points / threshold)^pressure_shape
    Units: points at least 0; ρ: price sensitivity, utility per log price; utility, at least 0
    Source: Kivetz, Urminsky & Zheng 2006; Taylor & Neslin 2005

    Points count as a price cut; the pressure is gone when the reward is had.
    """
    near = min(points / p.threshold, 1.0)
    pressed: float = near**p.pressure_shape
    return p.pull * sensitivity * p.earn * p.reward / p.threshold + p.pressure * pressed


@rule("incentive_seeking", 0.0, 1.0, also=("enrollment",), mean=0.3, reads={"mean": "customers.incentive_seeking_mean"})
@kernel
def eagerness(incentive_seeking: float, mean: float, p: PointsSettings) -> float:
    """Return the hazard that a customer enrolls: incentive seekers sooner.

    Equation: enrollment exp(self_selection (incentive_seeking - mean))
    Units: incentive_seeking and its mean over people 0-1; a hazard a year, at least 0
    Source: Leenheer et al. 2007 (members select themselves); [A] size
    """
    return p.enrollment * math.exp(p.self_selection * (incentive_seeking - mean))


@loop
def _enroll(
    first: int, last: int, period: int, key: Key, firm_id: int, customer: Flags, incentive_seeking: Floats, mean: float,
    p: PointsSettings, dt: float, member: Flags, points: Floats,
) -> None:  # fmt: skip
    """Let customers of the firm enroll; incentive seekers sooner."""
    for person in range(first, last):
        if customer[person] and not member[person]:
            eager = eagerness(double(incentive_seeking[person]), mean, p)
            if uniform(key, person, period, Decision.ENROL, firm_id) < chance_within(eager, dt):
                member[person] = True
                points[person] = p.endowed


@loop
def _offer(
    first: int, last: int, price_sensitivity: Floats, member: Flags, points: Floats, p: PointsSettings, pull: Floats,
    growth: Floats, at_stake: Floats,
) -> None:  # fmt: skip
    """Let members lean towards the firm, with their points at stake; the last three are the firm's columns (N,)."""
    for person in range(first, last):
        if member[person]:
            added = lean(double(points[person]), double(price_sensitivity[person]), p)
            pull[person] = double(pull[person]) + added
            growth[person] = double(growth[person]) + p.growth * added
            at_stake[person] = double(at_stake[person]) + double(points[person]) / p.threshold * p.reward


def first_and_last(
    orders: NDArray[np.int64], luck: NDArray[np.float64], more_luck: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return when the first and the last of a period's orders are, as parts of the period, 0-1, shape as ``orders``.

    Orders of a Poisson process fall anywhere in it: last = luck^(1/n), first = last (1 - more_luck^(1/(n - 1))), as the
    largest of n uniforms and the least of the others.

    Args:
        orders: n, at least 1.
        luck: uniforms.
        more_luck: further uniforms, which count where n is above 1.
    """
    last = luck ** (1.0 / orders)
    return np.where(orders > 1, last * (1.0 - more_luck ** (1.0 / np.maximum(orders - 1, 1))), last), last


_MINUTES = 1e-5  # years, about five minutes: times are kept as float32


class Points(Program):
    """Points for spend, a reward at a threshold, expiry: liability, breakage and points pressure included.

    Expiry goes by the time since a member's last order, or enrollment, to the day: an order falls anywhere in its
    period, so that months and weeks let as many points expire. Subscribers buy all the time.
    """

    settings_class = PointsSettings
    settings: PointsSettings

    def __init__(self, settings: PointsSettings, firm: "Firm", people: int) -> None:
        """Open empty accounts."""
        super().__init__(settings, firm, people)
        self.rules = numbers(settings)
        self.member: Flags = np.zeros(people, np.bool_)
        self.points: Floats = np.zeros(people, np.float32)
        self.carried: NDArray[np.int64] = np.zeros(people, np.int64)  # liability of each account, cents
        self.bought: Floats = np.zeros(people, np.float32)  # last order, or enrollment; years since the watch began

    def plan(self, market: "Market") -> None:
        """Enroll customers and put the program's pull before members."""
        now, people, offers, firm = market.now, market.people, market.offers, self.firm
        crew, mean = market.crowd.crew, market.world.customers.incentive_seeking_mean
        already = self.member.copy()
        customer = people.customer[:, firm.number]
        crew.run(
            _enroll, now.period, market.key, firm.id, customer, people.incentive_seeking, mean, self.rules,
            now.dt, self.member, self.points,
        )  # fmt: skip
        new = np.flatnonzero(self.member & ~already)
        self.bought[new] = market.year
        self._accrue(market, new, self.points[new].astype(np.float64))
        pull, growth, at_stake = (
            offers.pull[:, firm.number],
            offers.growth[:, firm.number],
            offers.at_stake[:, firm.number],
        )
        crew.run(_offer, people.price_sensitivity, self.member, self.points, self.rules, pull, growth, at_stake)

    def after_purchase(self, market: "Market", purchases: Purchases) -> None:
        """Let old points expire, credit points for what members spent, and redeem every reward that is reached."""
        mine = self.member[purchases.person]
        self._note_orders(market, purchases.person[mine])
        person, spent = purchases.person[mine], purchases.cents[mine] / 100.0
        np.add.at(self.points, person, (spent * self.settings.earn).astype(np.float32))
        self._accrue(market, person, spent * self.settings.earn)
        self._redeem(market, np.unique(person))

    def cost_share(self, market: "Market") -> NDArray[np.float64]:
        """Return what members' points are expected to cost (N,), as a share of what they pay."""
        return np.where(self.member, self.settings.earn * self._cost_of_a_point(), 0.0)

    def _cost_of_a_point(self) -> float:
        """Return the expected cost of a point, currency units: unit cost x (1 - expected breakage)."""
        p = self.settings
        return p.reward * p.unit_cost / p.threshold * (1.0 - p.expected_breakage)

    def _accrue(self, market: "Market", person: NDArray[np.int64], points: NDArray[np.float64]) -> None:
        cents = to_cents(points * self._cost_of_a_point())
        np.add.at(self.carried, person, cents)
        market.ledger.accrue_reward(self.firm.number, person, cents)

    def _redeem(self, market: "Market", person: NDArray[np.int64]) -> None:
        points = self.points[person].astype(np.float64)
        rewards = np.floor(points / self.settings.threshold)
        who, rewards, points = person[rewards > 0], rewards[rewards > 0], points[rewards > 0]
        used = rewards * self.settings.threshold
        carried = np.floor(self.carried[who] * (used / points) + 0.5).astype(np.int64)
        cost = to_cents(rewards * self.settings.reward * self.settings.unit_cost)
        self.points[who] = points - used
        self.carried[who] -= carried
        market.ledger.redeem_reward(self.firm.number, who, carried, cost)

    def _note_orders(self, market: "Market", person: NDArray[np.int64]) -> None:
        """Note when members buy (rows: orders of a period); points that were not used until then may be lost."""
        who, orders = np.unique(person, return_counts=True)
        if market.world.kind == "subscription":
            first, last = np.zeros(len(who)), np.ones(len(who))
        else:
            luck = (self.luck(market, decision)[who] for decision in (Decision.LAST_ORDER, Decision.FIRST_ORDER))
            first, last = first_and_last(orders, *luck)
        self._expire(market, who, market.year + first * market.now.dt)
        self.bought[who] = market.year + last * market.now.dt

    def settle(self, market: "Market") -> None:
        """Let the points of members who bought nothing for too long expire; all, once the program has ended."""
        member = np.flatnonzero(self.member)
        until = np.full(len(member), np.inf if self.ended(market.year) else market.year + market.now.dt)
        self._expire(market, member, until)

    def _expire(self, market: "Market", who: NDArray[np.int64], until: NDArray[np.float64]) -> None:
        """Let the points of members who bought nothing for too long before ``until`` (rows, years) expire."""
        silent = until - self.bought[who] > self.settings.expiry_months / 12.0 + _MINUTES
        lost = who[silent & (self.points[who] > 0.0)]
        market.ledger.expire_reward(self.firm.number, lost, self.carried[lost])
        self.points[lost] = 0.0
        self.carried[lost] = 0
