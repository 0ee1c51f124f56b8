"""What present customers, and everybody else, are worth: expected future margin in closed form, per person.

Everything stays as it is now: levers, offers, feelings. Then a person is a Markov chain, and with delta = ln(1 +
discount rate) the expected discounted margin V solves delta V = flow + (generator) V.

*Subscription.* With the firm, with a rival, with nobody; margin m a year while with the firm; A: cost of acquisition,
paid at each return. With alpha the discounted chance of a return, E exp(-delta time until then),

    with the firm:  V = (m - A x) / (delta + leaving - x),  x = leaving to a rival alpha_rival + to nobody alpha_nobody
    elsewhere:      alpha (V - A)

Without returns this is m / (delta + leaving), the continuous form of m r / (1 + i - r) (Gupta & Lehmann 2003); returns
after leaving follow Rust, Lemon & Zeithaml 2004.

*Repertoire.* Orders come at a rate and fall on the firm with one chance if it was the last one bought from, with
another if it was not; after an order the buyer may lapse (Fader, Hardie & Lee 2005), and come back. Without rivals and
returns this is BG/NBD's expected discounted purchases at one's own rate and chance, rate / (delta + rate x chance).

*Timing.* A fee is paid at the end of the period by who is still there, so half a period's margin less than by the
continuous formula (the first term of Euler and Maclaurin; the next is below 1e-4 of the value); orders are booked at
the end of the period, half a period late on average.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernel import double, inlined, kernel, loop
from sim.people.choose import ChooseSettings, leaving_cost, pressure_on, utility
from sim.people.columns import NOBODY, People
from sim.people.feelings import FeelSettings
from sim.people.offers import Offers, Terms, price_to
from sim.rule import rule


class Costs(NamedTuple):
    """What customers cost a firm, at levers that stay as they are."""

    share: NDArray[np.float64]  # (N,) of revenue: direct cost, and what its programs give each person
    per_contact: float  # currency units, payroll included, by the books of the last twelve months
    per_complaint: float  # on top: what programs compensate
    per_purchase: float  # messages, for each fee or order
    contacts_per_order: float  # complaints left out (repertoire market)
    questions: float  # 1 where subscribers ask at rates of their own, 0 where nobody does
    complaints: float  # a year or an order, of somebody of mean failure-proneness
    acquisition: float  # currency units, each time that somebody joins


class Horizon(NamedTuple):
    """How the future is weighed."""

    discount: float  # ln(1 + discount rate) > 0
    dt: float  # length of a period, years
    active_years: float  # who has not bought for so long is acquired anew (repertoire market)
    returns: float  # 1: who leaves may return; 0: lost for good


@rule(
    "back", 0.0, 1.0, lines=("onward", 0.0, 0.5, 1.0), other_back=0.2, other_onward=0.5, discount=0.0953,
    reads={"discount": "economics.discount_rate"},
)  # fmt: skip
@kernel
def chance_of_return(back: float, onward: float, other_back: float, other_onward: float, discount: float) -> float:
    """Return the discounted chance, E exp(-discount time), to come back to the firm from one of two places elsewhere.

    Equation: (back (δ + b' + o') + onward b') / ((δ + back + onward) (δ + b' + o') - onward o')
    Units: back and onward: hazards a year to return, and to go to the other place; b' = other_back and
        o' = other_onward: the same from there; δ = discount = ln(1 + discount rate); in [0, 1]
    Source: first passage of a Markov chain with two states elsewhere (Rust, Lemon & Zeithaml 2004: returns)
    """
    here = discount + back + onward
    there = discount + other_back + other_onward
    return (back * there + onward * other_back) / (here * there - onward * other_onward)


@rule(
    "leaving", 0.05, 1.0, lines=("regained", 0.0, 0.02, 0.04),
    also=("lifetime_value", "customer_lifetime_value", "clv"), margin=100.0, discount=0.0953, acquisition=0.0,
    reads={"discount": "economics.discount_rate", "acquisition": "firms.NAME.acquisition_cost"},
)  # fmt: skip
@kernel
def worth(margin: float, leaving: float, regained: float, discount: float, acquisition: float = 0.0) -> float:
    """Return the expected discounted margin of a customer.

    Equation: V = (m - A x) / (δ + o - x)
    Units: m = margin a year with the firm and A = acquisition at each return, in currency units; o = leaving, a year;
        x = regained: the sum of each hazard of leaving times the discounted chance of a return, below o;
        δ = discount = ln(1 + discount rate) > 0; V in currency units
    Source: Gupta & Lehmann 2003 (m / (δ + o) without returns); returns after Rust, Lemon & Zeithaml 2004
    """
    return (margin - acquisition * regained) / (discount + leaving - regained)


@kernel
def worth_of_buyer(
    margin: float,
    orders: float,
    to_rivals: float,
    orders_away: float,
    lapse: float,
    back: float,
    discount: float,
    fading: float = 0.0,
) -> tuple[float, float]:
    """Return the expected discounted margin of a buyer: of one who bought here last, and of one who bought elsewhere.

    ``margin`` an order; ``orders`` and ``orders_away`` a year here, of the two; ``to_rivals``: orders a year that take
    the first one elsewhere; ``lapse``: chance after each order here; ``back``: discounted chance to return from that,
    as one who bought elsewhere; ``fading``: hazard a year to lapse whether one orders or not.
    """
    lost = orders * lapse + fading
    stays = discount + lost + to_rivals
    goes = lost * back + to_rivals
    comes = orders_away * (1.0 - lapse)
    waits = discount + orders_away * (1.0 - lapse * back) + fading * (1.0 - back)
    determinant = stays * waits - goes * comes
    return (
        margin * (orders * waits + goes * orders_away) / determinant,
        margin * (stays * orders_away + comes * orders) / determinant,
    )


@rule(
    "lapses", 0.0, 5.0, lines=("renewal", 0.1, 0.5, 2.0), weighed=1.0, rivals=2.0, number=2, others=1.0,
    reads={"renewal": "economics.discount_rate choose.rejoin_per_year"},
)  # fmt: skip
@kernel
def considered(weighed: float, rivals: float, number: int, others: float, lapses: float, renewal: float) -> float:
    """Return the weight of rivals that a buyer has not silently lapsed from, over the discounted future.

    Equation: the x for which x (renewal + lapses e / (others + e + x (1 - 1 / number))) = weighed
    Units: rivals: sum of exp utility of ``number`` of them, e = rivals / number; weighed: the same, each times discount
        (if not lapsed from) + rejoining; others: exp utility of the firm and of buying nowhere; lapses: orders a year
        times the chance; renewal = discount + rejoining, and lapsing by time, a year; x in the unit of exp utility
    Source: our derivation: a rival is a chain too, lapsed from after its orders and looked at again; a mean rival is
        among the alternatives when it is ordered from
    """
    each = rivals / number
    left = 1.0 - 1.0 / number
    base = others + each
    slope = renewal * base + lapses * each - weighed * left
    return 2.0 * weighed * base / (slope + math.sqrt(slope * slope + 4.0 * renewal * left * weighed * base))


@rule("left", 0.1, 2.0, lines=("number", 1, 2, 4), rivals=2.0, others=1.0)
@kernel
def on_average(left: float, rivals: float, number: int, others: float) -> float:
    """Return the weight of rivals that gives the mean share of the firm, where each is considered or not.

    Equation: E 1 / (others + X) ≈ (1 + Var X / (others + left)^2) / (others + left), X of mean left,
        Var X = rivals / number · left (1 - left / rivals)
    Units: all weights are sums of exp utility, at least 0
    Source: Taylor series to the second order: who has lapsed from all rivals buys here more than who is between them
        buys less
    """
    whole = others + left
    variance = rivals / number * left * (1.0 - left / rivals)
    return max(whole / (1.0 + variance / (whole * whole)) - others, 0.0)


class Shares(NamedTuple):
    """The chances that an open choice falls on the firm, and on nobody; the rest is the rivals'."""

    here: float  # of its customer, or who bought here last
    here_nobody: float
    away: float  # of somebody else's
    away_nobody: float
    free: float  # of who has no firm
    free_nobody: float


@inlined
def _shares(
    people: People, person: int, firm: int, terms: Terms, offers: Offers, c: ChooseSettings, discount: float,
    repertoire: bool,
) -> Shares:  # fmt: skip
    """Return a person's chances; of a rival yet to come we only know the barrier of our own."""
    present = int(people.provider[person])
    barrier = leaving_cost(people, person, firm, terms, offers, c, repertoire)
    elsewhere = present not in (firm, NOBODY)
    hurdle = leaving_cost(people, person, present, terms, offers, c, repertoire) if elsewhere else barrier
    none = 0.0 if repertoire and not c.outside_option else math.exp(c.none_utility)
    own = utility(people, person, firm, terms, offers, c)
    rivals = 0.0
    burdened = 0.0  # rivals, to somebody who is with one of them
    weighed = 0.0
    for other in range(terms.price.shape[0]):
        if other != firm:
            value = utility(people, person, other, terms, offers, c)
            rivals += math.exp(value)
            looked_at = discount * people.alive[person, other] + c.rejoin_per_year
            weighed += math.exp(value) * looked_at
            if elsewhere and other == present:
                value += c.commitment_bonus * double(people.commitment[person, other])
            elif elsewhere:
                value -= hurdle
            burdened += math.exp(value)
    kept = math.exp(own + c.commitment_bonus * double(people.commitment[person, firm]))
    if repertoire and rivals > 0.0:
        lapses = double(people.purchase_rate[person]) * double(people.dropout[person])
        number = terms.price.shape[0] - 1
        renewal = discount + c.rejoin_per_year + c.lapse_per_year * double(people.frailty[person])
        left = considered(weighed, rivals, number, kept + none, lapses, renewal)
        left = on_average(left, rivals, number, kept + none)
        burdened *= left / rivals
        rivals = left
    here = kept + rivals * math.exp(-barrier) + none
    if terms.price.shape[0] == 1 and repertoire:  # with no rival to buy from, the firm is always the last
        return Shares(kept / here, none / here, kept / here, none / here, kept / here, none / here)
    won = math.exp(own - hurdle)
    away, free = won + burdened + none, math.exp(own) + rivals + none
    return Shares(kept / here, none / here, won / away, none / away, math.exp(own) / free, none / free)


@inlined
def _subscriber(
    people: People, person: int, firm: int, terms: Terms, offers: Offers, c: ChooseSettings, f: FeelSettings,
    reopen: float, costs: Costs, horizon: Horizon,
) -> float:  # fmt: skip
    """Return what a person is worth to ``firm`` in a subscription market, currency units."""
    present = int(people.provider[person])
    shares = _shares(people, person, firm, terms, offers, c, horizon.discount, False)
    hazard = double(people.frailty[person]) * reopen
    pressed = hazard * (pressure_on(people, person, present, offers, c, f) if present != NOBODY else 1.0)
    at_home, abroad = (pressed, hazard) if present == firm else (hazard, pressed)
    lost = c.involuntary_per_year
    to_nobody = lost + at_home * shares.here_nobody
    to_rival = at_home * (1.0 - shares.here - shares.here_nobody)
    back, onward = abroad * shares.away, lost + abroad * shares.away_nobody
    join, join_rival = c.rejoin_per_year * shares.free, c.rejoin_per_year * (1.0 - shares.free - shares.free_nobody)
    from_rival = horizon.returns * chance_of_return(back, onward, join, join_rival, horizon.discount)
    from_nobody = horizon.returns * chance_of_return(join, join_rival, back, onward, horizon.discount)
    fee = 12.0 * double(terms.fee[firm]) * (1.0 - double(offers.price_cut[person, firm]))
    fee *= 1.0 + double(offers.extra[person, firm])
    complaints = costs.complaints * double(people.failure_proneness[person])
    contacts = costs.questions * double(people.contact_rate[person]) + complaints
    margin = fee * double(people.revenue_level[person]) * (1.0 - double(costs.share[person]))
    margin -= contacts * costs.per_contact + complaints * costs.per_complaint + costs.per_purchase / horizon.dt
    acquisition = costs.acquisition * math.exp(-0.5 * horizon.discount * horizon.dt)
    regained = to_rival * from_rival + to_nobody * from_nobody
    value = worth(margin, to_rival + to_nobody, regained, horizon.discount, acquisition)
    if present == firm:
        return value - 0.5 * horizon.dt * margin
    return (from_nobody if present == NOBODY else from_rival) * (value - acquisition)


@inlined
def _buyer(
    people: People, person: int, firm: int, terms: Terms, offers: Offers, c: ChooseSettings, f: FeelSettings,
    growth_cap: float, costs: Costs, horizon: Horizon,
) -> float:  # fmt: skip
    """Return what a person is worth to ``firm`` in a repertoire market, currency units."""
    shares = _shares(people, person, firm, terms, offers, c, horizon.discount, True)
    rate = double(people.purchase_rate[person])
    grown = rate * min(math.exp(double(offers.growth[person, firm])), growth_cap)
    orders, orders_away = grown * shares.here, grown * shares.away
    to_rivals = rate * (1.0 - shares.here - shares.here_nobody)
    push = pressure_on(people, person, firm, offers, c, f) if people.customer[person, firm] else 1.0
    lapse = 1.0 - (1.0 - double(people.dropout[person])) ** push
    fading = c.lapse_per_year * double(people.frailty[person]) * push
    back = horizon.returns * c.rejoin_per_year / (c.rejoin_per_year + horizon.discount)
    revenue = double(people.spend_level[person]) * price_to(person, firm, terms, offers)
    revenue *= 1.0 + double(offers.extra[person, firm])
    complaints = costs.complaints
    margin = revenue * (1.0 - double(costs.share[person])) - costs.per_purchase
    margin -= (costs.contacts_per_order + complaints) * costs.per_contact + complaints * costs.per_complaint
    # who orders after so long a silence is acquired anew: by chance, after a lapse, or from never having been one
    frequent = 1.0 - math.exp(-orders_away * horizon.active_years)
    entry = costs.acquisition * frequent * orders_away / (orders_away + horizon.discount)
    again = entry * math.exp(-c.rejoin_per_year * horizon.active_years)
    margin -= costs.acquisition * math.exp(-orders * horizon.active_years) + lapse * back * again
    here, away = worth_of_buyer(margin, orders, to_rivals, orders_away, lapse, back, horizon.discount, fading)
    value = here if int(people.provider[person]) == firm else away
    to_pay = again if people.customer[person, firm] else entry
    if not people.alive[person, firm]:
        value = back * (away - to_pay)
    elif not people.customer[person, firm]:
        value -= to_pay
    return value * math.exp(-0.5 * horizon.discount * horizon.dt)


@loop
def appraise(
    first: int, last: int, period: int, people: People, firm: int, terms: Terms, offers: Offers, c: ChooseSettings,
    f: FeelSettings, reopen: float, growth_cap: float, costs: Costs, horizon: Horizon, repertoire: bool,
    value: NDArray[np.float64],
) -> None:  # fmt: skip
    """Write to ``value`` (N,) what each person in ``[first, last)`` is worth to ``firm``, currency units."""
    for person in range(first, last):
        value[person] = 0.0
        if int(people.entry[person]) > period:
            continue
        if repertoire:
            value[person] = _buyer(people, person, firm, terms, offers, c, f, growth_cap, costs, horizon)
        else:
            value[person] = _subscriber(people, person, firm, terms, offers, c, f, reopen, costs, horizon)
