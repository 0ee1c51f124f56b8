"""Buy: fees of subscribers, purchases of repertoire buyers.

With every loop off the repertoire market is BG/NBD: purchases at a gamma rate, a beta chance to lapse after each one.
With ``choose.lapse_per_year`` and no such chance it is Pareto/NBD: a lapse at a gamma hazard, whether one buys or not.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import Decision, Key, gamma, poisson, uniform
from sim.kernel import double, inlined, kernel, loop
from sim.people.choose import ChooseSettings, preferred, pressure_on
from sim.people.columns import NEVER, NOBODY, Bytes, Counts, Floats, People
from sim.people.feel import begin
from sim.people.feelings import FeelSettings
from sim.people.mathematics import chance_within
from sim.people.offers import Offers, Terms, price_to
from sim.rule import rule
from sim.settings import Settings, setting


class BuySettings(Settings):
    """What customers buy."""

    reference_price: float = setting(
        40.0, "price that counts as 1: a month's fee of a firm at relative price 1", "currency", gt=0, le=1e6
    )
    growth_cap: float = setting(1.5, "most by which programs may raise a category's purchases", "factor", ge=1, le=5)
    active_within_months: float = setting(
        12.0,
        "who bought within this time counts as a customer (repertoire market)",
        "months",
        "the analyst's choice",
        gt=0,
        le=120,
    )


class Purchases(NamedTuple):
    """Money that changed hands in a period, one row per fee or order, sorted by person."""

    person: NDArray[np.int64]
    firm: NDArray[np.int8]
    slot: NDArray[np.int32]  # number of the purchase within the person's period
    cents: NDArray[np.int64]


def no_purchases(rows: int) -> Purchases:
    """Return ``rows`` empty rows."""
    kinds = (np.int64, np.int8, np.int32, np.int64)
    return Purchases._make(np.zeros(rows, kind) for kind in kinds)


MOST_PURCHASES = 255  # of one person in one period


@rule(
    "factor", 0.5, 1.5, lines=("level", 0.5, 1.0, 2.0), monthly=40.0, dt=1.0 / 12.0,
    reads={"monthly": "buy.reference_price firms.NAME.price"},
)  # fmt: skip
@kernel
def fee(monthly: float, factor: float, level: float, dt: float) -> int:
    """Return a subscriber's fee for a period.

    Equation: round(100 · monthly · factor · level · 12 dt)
    Units: monthly in currency units, the firm's fee; factor of offers on the price; level of the person around 1;
        dt in years; cents, at least 0
    Source: accounting identity: rounded once, so that books balance to the cent
    """
    return int(math.floor(monthly * factor * level * 12.0 * dt * 100.0 + 0.5))


@loop
def bill(
    provider: Bytes, revenue_level: Floats, monthly: NDArray[np.float64], price_cut: Floats, extra: Floats,
    dt: float, fees: Purchases,
) -> int:  # fmt: skip
    """Write everybody's fee to the first rows of ``fees``, one a subscriber, and return their number."""
    row = 0
    for person in range(provider.size):
        firm = int(provider[person])
        if firm != NOBODY:
            fees.person[row] = person
            fees.firm[row] = firm
            level = double(revenue_level[person]) * (1.0 + double(extra[person, firm]))
            fees.cents[row] = fee(double(monthly[firm]), 1.0 - double(price_cut[person, firm]), level, dt)
            row += 1
    return row


@loop
def remember_spend(recent: Floats, purchases: Purchases, fade: float) -> None:
    """Fade each relationship's ``recent`` spend (N, F) and add what was bought, in currency units, single precision."""
    for person in range(recent.shape[0]):
        for firm in range(recent.shape[1]):
            recent[person, firm] *= np.float32(fade)
    for row in range(purchases.person.size):
        recent[purchases.person[row], purchases.firm[row]] += np.float32(purchases.cents[row] / 100.0)


@loop
def count_candidates(
    first: int,
    last: int,
    period: int,
    key: Key,
    entry: Counts,
    purchase_rate: Floats,
    exposure: float,
    count: NDArray[np.int64],
) -> None:
    """Write to ``count`` (N,) the possible purchases in a period: Poisson of the rate times ``exposure``.

    ``exposure``: years x season x cap of growth.
    """
    for person in range(first, last):
        count[person] = 0
        if int(entry[person]) <= period:
            possible = poisson(key, person, period, Decision.PURCHASES, 0, double(purchase_rate[person]) * exposure)
            count[person] = min(possible, MOST_PURCHASES)


@loop
def shop(
    first: int, last: int, period: int, key: Key, people: People, terms: Terms, offers: Offers, b: BuySettings,
    c: ChooseSettings, f: FeelSettings, offset: NDArray[np.int64], purchases: Purchases, dt: float,
) -> None:  # fmt: skip
    """Let repertoire buyers in ``[first, last)`` buy; rows from ``offset[person]``, firm NOBODY for no purchase."""
    for person in range(first, last):
        if int(people.entry[person]) <= period:
            _reconsider(key, people, person, period, terms, c, dt)
        for slot in range(int(offset[person + 1]) - int(offset[person])):
            row = int(offset[person]) + slot
            purchases.person[row] = person
            purchases.slot[row] = slot
            firm = preferred(key, people, person, period, slot, terms, offers, c, True, c.outside_option)
            happens = firm != NOBODY and _happens(key, person, period, slot, double(offers.growth[person, firm]), b)
            if happens and c.lapse_per_year > 0.0:
                moment = uniform(key, person, period, Decision.MOMENT_OF_PURCHASE, slot)
                happens = not _lapsed_by(moment * dt, key, people, person, period, firm, terms, offers, c, f)
            if happens:
                purchases.cents[row] = amount(key, people, person, period, slot, terms, offers, firm)
                _bought(key, people, person, period, slot, firm, offers, b, c, f)
            else:
                firm = NOBODY
            purchases.firm[row] = firm
        if c.lapse_per_year > 0.0 and int(people.entry[person]) <= period:
            for firm in range(terms.ids.shape[0]):
                if _lapsed_by(dt, key, people, person, period, firm, terms, offers, c, f):
                    people.alive[person, firm] = False


@inlined
def _lapsed_by(
    years: float, key: Key, people: People, person: int, period: int, firm: int, terms: Terms, offers: Offers,
    c: ChooseSettings, f: FeelSettings,
) -> bool:  # fmt: skip
    """Whether somebody who ever bought from a firm has silently lapsed from it within ``years`` of this period.

    What would have been bought of it in the rest of the period is not bought, of a rival neither.
    """
    if double(people.since[person, firm]) >= NEVER:
        return False
    hazard = c.lapse_per_year * double(people.frailty[person]) * pressure_on(people, person, firm, offers, c, f)
    return uniform(key, person, period, Decision.LAPSE, int(terms.ids[firm])) < chance_within(hazard, years)


@kernel
def _happens(key: Key, person: int, period: int, slot: int, growth: float, b: BuySettings) -> bool:
    """Thin the possible purchases: without programs one in ``growth_cap`` happens; programs add, and redraw none."""
    chance = min(math.exp(growth), b.growth_cap) / b.growth_cap
    return uniform(key, person, period, Decision.PURCHASE_HAPPENS, slot) < chance


@inlined
def amount(
    key: Key, people: People, person: int, period: int, slot: int, terms: Terms, offers: Offers, firm: int
) -> int:
    """Return the cents of a purchase: gamma of shape p around the person's level, at the firm's price, rounded once.

    What is bought in extra makes baskets larger.
    """
    shape = double(people.spend_shape[person])
    around = gamma(key, person, period, Decision.SPEND, slot, shape) / shape
    price = price_to(person, firm, terms, offers)
    price *= 1.0 + double(offers.extra[person, firm])
    return int(math.floor(double(people.spend_level[person]) * around * price * 100.0 + 0.5))


@rule("dropout", 0.0, 1.0, lines=("pressure", 0.5, 1.0, 3.0), also=("lapse",))
@kernel
def chance_to_lapse(dropout: float, pressure: float) -> float:
    """Return the chance that a buyer silently lapses from a firm after a purchase.

    Equation: 1 - (1 - p)^pressure
    Units: p = dropout, the person's own chance, 0-1; pressure: the factor of feelings, above 0, 1 at the anchor; 0-1
    Source: Fader, Hardie & Lee 2005 (BG/NBD, where pressure is 1); [A] pressure as proportional hazards
    """
    lapse: float = 1.0 - (1.0 - dropout) ** pressure
    return lapse


@rule("habit", 0.0, 1.0, lines=("bought", 0.0, 1.0), reads={"habit_step": "feel.habit_step"}, habit_step=0.15)
@kernel
def habit_after(habit: float, bought: float, habit_step: float) -> float:
    """Return a buyer's habit of a firm after a purchase.

    Equation: H + habit_step (bought - H)
    Units: habit H 0-1; bought: 1 if it was the firm's, 0 if another's; habit_step 0-1; 0-1
    Source: Guadagni & Little 1983 (loyalty as a smoothed past)
    """
    return habit + habit_step * (bought - habit)


@inlined
def _bought(
    key: Key, people: People, person: int, period: int, slot: int, firm: int, offers: Offers, b: BuySettings,
    c: ChooseSettings, f: FeelSettings,
) -> None:  # fmt: skip
    """Update what a purchase changes: relationship, habit, and the silent lapse that may follow any but the first."""
    if double(people.since[person, firm]) < NEVER:
        lapse = chance_to_lapse(double(people.dropout[person]), pressure_on(people, person, firm, offers, c, f))
        if uniform(key, person, period, Decision.DROP_OUT, slot) < lapse:
            people.alive[person, firm] = False
    if double(people.since[person, firm]) > b.active_within_months / 12.0:
        begin(people, person, firm, f)
    people.since[person, firm] = 0.0
    people.provider[person] = firm
    for other in range(people.habit.shape[1]):
        bought = 1.0 if other == firm else 0.0
        people.habit[person, other] = habit_after(double(people.habit[person, other]), bought, f.habit_step)


@inlined
def _reconsider(key: Key, people: People, person: int, period: int, terms: Terms, c: ChooseSettings, dt: float) -> None:
    """Let somebody who silently lapsed from a firm look at it again."""
    chance = chance_within(c.rejoin_per_year, dt)
    for firm in range(terms.ids.shape[0]):
        if people.alive[person, firm]:
            continue
        if uniform(key, person, period, Decision.RECONSIDER, int(terms.ids[firm])) < chance:
            people.alive[person, firm] = True
