"""What present customers, and everybody else, are worth: expected future margin in closed form, per person.

A person is with the firm or away, leaves at hazard o and returns at hazard b, and yields margin m a year while there.
With delta = ln(1 + discount rate), the expected discounted margin is

    with:  (m (delta + b) - A o b) / (delta (delta + o + b))
    away:  (m - A (delta + o)) b / (delta (delta + o + b))

where A is the cost of acquisition, paid at each return.

With b = 0 this is m / (delta + o), the continuous form of m r / (1 + i - r) (Gupta & Lehmann 2003); returns after
leaving follow Rust, Lemon & Zeithaml 2004. A repertoire buyer lapses after a purchase: o = rate x share x chance.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernel import double, inlined, kernel, loop
from sim.people.choose import ChooseSettings, leaving_cost, pressure_on, utility
from sim.people.columns import NOBODY, People
from sim.people.feelings import FeelSettings
from sim.people.offers import Offers, Terms


class Costs(NamedTuple):
    """What customers cost a firm, at levers that stay as they are."""

    share: NDArray[np.float64]  # (N,) of revenue: direct cost, and what its programs give each person
    per_contact: float  # currency units, payroll included, by the books of the last twelve months
    contacts_per_order: float  # repertoire market
    questions: float  # 1 where subscribers ask at rates of their own, 0 where nobody does
    complaints: float  # a year, of a subscriber of mean failure-proneness
    acquisition: float  # currency units, each time that somebody joins


@kernel
def worth(
    margin: float, leaving: float, returning: float, discount: float, present: bool, acquisition: float = 0.0
) -> float:
    """Return the expected discounted margin of a person, currency units; see the module for the equation.

    ``margin`` a year while with the firm; ``leaving``, ``returning`` hazards a year; ``discount`` = ln(1 + rate) > 0;
    ``acquisition`` is paid at each return.
    """
    if present:
        gained = margin * (discount + returning) - acquisition * leaving * returning
    else:
        gained = (margin - acquisition * (discount + leaving)) * returning
    return gained / (discount * (discount + leaving + returning))


@inlined
def _shares(
    people: People, person: int, firm: int, terms: Terms, offers: Offers, c: ChooseSettings, repertoire: bool
) -> tuple[float, float]:
    """Return the chances that an open choice falls on ``firm``: as its customer, and as somebody else's or nobody's."""
    bonus = c.commitment_bonus * double(people.commitment[person, firm])
    barrier = leaving_cost(people, person, firm, terms, offers, c, repertoire)
    others = 0.0 if repertoire and not c.outside_option else math.exp(c.none_utility)
    rivals = 0.0
    own = 0.0
    for other in range(terms.price.shape[0]):
        value = utility(people, person, other, terms, offers, c)
        if other == firm:
            own = value
        else:
            rivals += math.exp(value)
    # who is elsewhere has to leave that firm first; of a rival yet to come we only know the barrier of our own
    present = int(people.provider[person])
    hurdle = barrier if present == firm else leaving_cost(people, person, present, terms, offers, c, repertoire)
    here = math.exp(own + bonus)
    away = math.exp(own - hurdle)
    return here / (here + rivals * math.exp(-barrier) + others), away / (away + rivals + others)


@loop
def appraise(
    first: int, last: int, period: int, people: People, firm: int, terms: Terms, offers: Offers, c: ChooseSettings,
    f: FeelSettings, reopen: float, growth_cap: float, costs: Costs, discount: float, repertoire: bool,
    value: NDArray[np.float64],
) -> None:  # fmt: skip
    """Write to ``value`` (N,) what each person in ``[first, last)`` is worth to ``firm``, currency units."""
    for person in range(first, last):
        value[person] = 0.0
        if int(people.entry[person]) > period:
            continue
        share, share_away = _shares(people, person, firm, terms, offers, c, repertoire)
        present = int(people.provider[person]) == firm
        push = pressure_on(people, person, firm, c, f) if people.customer[person, firm] else 1.0
        factor = double(offers.price_factor[person, firm])
        if repertoire:
            orders = double(people.purchase_rate[person]) * (share if present else share_away)
            orders *= min(math.exp(double(offers.growth[person, firm])), growth_cap)
            revenue = orders * double(people.spend_level[person]) * double(terms.price[firm]) * factor
            contacts = orders * costs.contacts_per_order
            leaving = orders * (1.0 - (1.0 - double(people.dropout[person])) ** push)
            returning = c.rejoin_per_year
            present = bool(people.alive[person, firm])
        else:
            revenue = 12.0 * double(terms.fee[firm]) * factor * double(people.revenue_level[person])
            contacts = costs.questions * double(people.contact_rate[person])
            contacts += costs.complaints * double(people.failure_proneness[person])
            hazard = double(people.frailty[person]) * reopen
            leaving = c.involuntary_per_year + hazard * push * (1.0 - share)
            returning = (c.rejoin_per_year if int(people.provider[person]) == NOBODY else hazard) * share_away
        margin = revenue * (1.0 - double(costs.share[person])) - contacts * costs.per_contact
        value[person] = worth(margin, leaving, returning, discount, present, costs.acquisition)
