"""Choose: stay, switch, join, leave.

A subscriber seldom thinks about it: a hazard reopens the choice, and then firms are compared (state-dependent logit). A
repertoire buyer compares at every purchase (``buy``), with the same utility.
"""

import math

import numpy as np
from numpy.typing import NDArray

from sim.draws import Decision, Key, gumbel, poisson_of, uniform
from sim.kernel import double, inlined, kernel, loop
from sim.people.columns import NOBODY, People
from sim.people.feel import begin
from sim.people.feelings import FeelSettings
from sim.people.mathematics import chance_within, logit
from sim.people.moves import Moves, Reason, two_largest
from sim.people.offers import Offers, Terms, price_to
from sim.rule import rule
from sim.settings import Settings, setting

_CALIBRATED = "[A] calibrated to the default worlds' targets"


class ChooseSettings(Settings):
    """What reopens a choice, and what decides it."""

    reopen_per_year: float = setting(
        0.51,
        "hazard of thinking about leaving, at the anchor",
        "a year",
        "Ho, Hogan & Scott Morton 2017; " + _CALIBRATED,
        ge=0,
        le=1e6,
    )
    satisfaction_push: float = setting(
        0.5, "effect of dissatisfaction on that hazard", "per log-odds", _CALIBRATED, ge=0, le=10
    )
    problem_push: float = setting(
        1.5, "effect of an open problem", "per severity", "Keaveney 1995; " + _CALIBRATED, ge=0, le=10
    )
    price_push: float = setting(
        0.25, "effect of a recent price rise", "per 10 %", "Keaveney 1995; " + _CALIBRATED, ge=0, le=10
    )
    outreach_push: float = setting(
        0.2, "a message wakes a sleeper", "per message", "Ascarza, Iyengar & Schleicher 2016; [A] size", ge=0, le=10
    )
    commitment_hold: float = setting(
        0.0, "commitment keeps the choice closed; off: it acts in the choice", "per unit", ge=0, le=20
    )
    habit_hold: float = setting(
        0.0, "habit keeps the choice closed; off: it acts in the choice", "per unit", ge=0, le=20
    )
    habit_ref: float = setting(0.8, "habit at the anchor", "0-1", _CALIBRATED, ge=0, le=1)
    involuntary_per_year: float = setting(
        0.02, "hazard of leaving for reasons of life (moving, ...)", "a year", ge=0, le=10
    )
    rejoin_per_year: float = setting(
        2.0, "hazard that somebody without a firm, or lapsed, looks again", "a year", ge=0, le=100
    )
    lapse_per_year: float = setting(
        0.0, "hazard of silently lapsing from a firm, buying or not, at frailty 1 (repertoire market)", "a year",
        "Schmittlein, Morrison & Colombo 1987", ge=0, le=100,
    )  # fmt: skip
    attributes: float = setting(
        5.0, "utility of the weighted offer", "utility", "Guadagni & Little 1983; " + _CALIBRATED, ge=0, le=50
    )
    commitment_bonus: float = setting(
        0.6, "utility of the present firm per commitment", "utility", _CALIBRATED, ge=0, le=20
    )
    habit_bonus: float = setting(
        0.4, "utility of a firm per habit", "utility", "Guadagni & Little 1983; " + _CALIBRATED, ge=0, le=20
    )
    none_utility: float = setting(
        -1.0, "utility of having no firm, or of buying elsewhere", "utility", _CALIBRATED, ge=-50, le=50
    )
    outside_option: bool = setting(
        True, "buying elsewhere is possible (repertoire market)", source="the modeler's choice"
    )
    procedural_cost: float = setting(
        0.4, "effort of switching for somebody without e-skill", "utility",
        "Burnham, Frels & Mahajan 2003; " + _CALIBRATED, ge=0, le=50,
    )  # fmt: skip
    e_skill_relief: float = setting(0.5, "part of that effort that full e-skill saves", "0-1", ge=0, le=1)
    relational_cost: float = setting(
        0.3, "loss of a full personal bond", "utility", "Burnham, Frels & Mahajan 2003; [A] size", ge=0, le=50
    )
    money_horizon: float = setting(
        24.0, "months of spending against which money at stake is weighed", "months", gt=0, le=600
    )


# the reason that an attribute's shortfall counts towards, in the order of Attribute; plain numbers, for kernels
_REASON_OF = tuple(
    int(reason)
    for reason in (
        Reason.CORE_FAILURE,
        Reason.PRICE,
        Reason.SERVICE_ENCOUNTER,
        Reason.INCONVENIENCE,
        Reason.SERVICE_ENCOUNTER,
    )
)


# --- rules about one person ------------------------------------------------------------------------------------------


@rule("satisfaction", 0.05, 0.95)
@kernel
def dissatisfaction(satisfaction: float, c: ChooseSettings, f: FeelSettings) -> float:
    """Return the push of dissatisfaction on the hazard of thinking about leaving.

    Equation: satisfaction_push (logit S_ref - logit S)
    Units: S and S_ref 0-1; a log factor on the hazard, 0 at the anchor
    Source: Keaveney 1995; Bolton 1998 (satisfaction and the length of relationships)
    """
    return c.satisfaction_push * (logit(f.satisfaction_ref) - logit(satisfaction))


@rule(
    "satisfaction", 0.05, 0.95, lines=("problem", 0.0, 0.5, 1.0), also=("hazard_of_leaving", "defection"),
    price_salience=0.0, contact_salience=0.0, commitment=0.5, habit=0.8, alarm=0.0,
)  # fmt: skip
@kernel
def pressure(
    satisfaction: float, problem: float, price_salience: float, contact_salience: float, commitment: float,
    habit: float, alarm: float, c: ChooseSettings, f: FeelSettings,
) -> float:  # fmt: skip
    """Return the factor on the hazard of thinking about leaving, 1 at the anchor.

    Equation: exp(satisfaction_push (logit S_ref - logit S) + problem_push problem + price_push price_salience
        + outreach_push contact_salience - commitment_hold (L - L_ref) - habit_hold (H - H_ref) + alarm)
    Units: satisfaction S, commitment L, habit H and problem 0-1; price_salience in tenths of a price rise;
        contact_salience in messages; alarm, what further parts of the mind add, a log factor; the factor is above 0
    Source: Keaveney 1995 (triggers); Ho, Hogan & Scott Morton 2017 (inattention); Ascarza, Iyengar & Schleicher 2016
    """
    push = dissatisfaction(satisfaction, c, f) + c.problem_push * problem
    push += c.price_push * price_salience + c.outreach_push * contact_salience
    push -= c.commitment_hold * (commitment - f.commitment_ref) + c.habit_hold * (habit - c.habit_ref)
    return math.exp(push + alarm)


@inlined
def pressure_on(people: People, person: int, firm: int, offers: Offers, c: ChooseSettings, f: FeelSettings) -> float:
    """Return ``pressure`` for a person's relationship with a firm."""
    return pressure(
        double(people.satisfaction[person, firm]),
        double(people.problem[person, firm]),
        double(people.price_salience[person]),
        double(people.contact_salience[person]),
        double(people.commitment[person, firm]),
        double(people.habit[person, firm]),
        double(offers.alarm[person, firm]),
        c,
        f,
    )


@rule(
    "money", 0.0, 200.0, lines=("e_skill", 0.2, 0.6, 1.0), also=("exit_barrier", "lock_in"), bond=0.5,
    spend_a_month=40.0, sensitivity=3.0, barrier=0.0,
)  # fmt: skip
@kernel
def switching_cost(
    e_skill: float, bond: float, money: float, spend_a_month: float, sensitivity: float, barrier: float,
    c: ChooseSettings,
) -> float:  # fmt: skip
    """Return the switching cost: procedural + relational + financial.

    Equation: C = max(0, procedural_cost (1 - e_skill_relief e_skill) + relational_cost bond
        + ρ money / (spend_a_month · money_horizon) + barrier)
    Units: e_skill and bond 0-1; money that leaving forfeits and spend_a_month in currency units; ρ = sensitivity,
        utility per log price; barrier: what further parts of the mind and programs add; C in utility, at least 0
    Source: Burnham, Frels & Mahajan 2003
    """
    procedural = c.procedural_cost * (1.0 - c.e_skill_relief * e_skill)
    financial = sensitivity * money / (max(spend_a_month, 0.01) * c.money_horizon)
    return max(procedural + c.relational_cost * bond + financial + barrier, 0.0)


@inlined
def spend_a_month(people: People, person: int, firm: int, terms: Terms, offers: Offers, repertoire: bool) -> float:
    """Return what a person spends at a firm in a month, currency units: the fee, or the person's own rate and level."""
    monthly = double(terms.fee[firm]) * double(people.revenue_level[person])
    if repertoire:
        monthly = double(people.purchase_rate[person]) * double(people.spend_level[person]) / 12.0
    return monthly * (1.0 + double(offers.extra[person, firm]))


@rule(
    "price", 0.6, 1.6, lines=("sensitivity", 1.0, 3.0, 5.0), also=("utility", "perceived_value"), valued=0.74, lure=0.0,
    habit=0.0,
    reads={"price": "firms.NAME.price", "lure": "firms.NAME.brand"},
)  # fmt: skip
@kernel
def utility_of_offer(
    valued: float, price: float, sensitivity: float, lure: float, habit: float, c: ChooseSettings
) -> float:
    """Return the utility of a firm's offer, but for the present firm's bonus and the taste of the moment.

    Equation: attributes · valued - ρ ln(price) + lure + habit_bonus H
    Units: valued = Σ w E, the weighted expectation, 0-1; price relative to the market's, above 0; ρ = sensitivity,
        utility per log price; lure = taste + brand + pull of programs, in utility; habit H 0-1; in utility
    Source: Guadagni & Little 1983; Rust, Lemon & Zeithaml 2004
    """
    return c.attributes * valued - sensitivity * math.log(price) + lure + c.habit_bonus * habit


@inlined
def utility(people: People, person: int, firm: int, terms: Terms, offers: Offers, c: ChooseSettings) -> float:
    """Return ``utility_of_offer`` of a firm to a person."""
    valued = 0.0
    for k in range(5):
        valued += double(people.importance[person, k]) * double(people.expectation[person, firm, k])
    price = price_to(person, firm, terms, offers)
    lure = double(people.taste[person, firm]) + double(terms.brand[firm]) + double(offers.pull[person, firm])
    sensitivity, habit = double(people.price_sensitivity[person]), double(people.habit[person, firm])
    return utility_of_offer(valued, price, sensitivity, lure, habit, c)


@inlined
def leaving_cost(
    people: People, person: int, firm: int, terms: Terms, offers: Offers, c: ChooseSettings, repertoire: bool
) -> float:
    """Return the switching cost of leaving ``firm``, 0 for who has none."""
    cost = 0.0
    if firm != NOBODY:
        spend = spend_a_month(people, person, firm, terms, offers, repertoire)
        bond, money = double(people.bond[person, firm]), double(offers.at_stake[person, firm])
        e_skill, sensitivity = double(people.e_skill[person]), double(people.price_sensitivity[person])
        cost = switching_cost(e_skill, bond, money, spend, sensitivity, double(offers.barrier[person, firm]), c)
    return cost


NO_FIRM = 0  # id of the alternative «no firm» among the stable ids of firms


@kernel
def moment(key: Key, person: int, period: int, firm_id: int, occasion: int) -> float:
    """Return the taste of the moment (Gumbel) for a firm at the ``occasion``-th choice (0-255) of a period."""
    return gumbel(key, person, period, Decision.TASTE_OF_THE_DAY, firm_id | occasion << 24)


@inlined
def preferred(
    key: Key, people: People, person: int, period: int, occasion: int, terms: Terms, offers: Offers, c: ChooseSettings,
    repertoire: bool, none_allowed: bool,
) -> int:  # fmt: skip
    """Return the firm with the highest utility for a person now, or NOBODY.

    The present firm has the bonus of commitment, kappa_L L; every other is burdened with the cost of leaving it. A firm
    from which the person has silently lapsed is passed over.
    """
    present = int(people.provider[person])
    barrier = leaving_cost(people, person, present, terms, offers, c, repertoire)
    best = NOBODY
    highest = c.none_utility + moment(key, person, period, NO_FIRM, occasion) if none_allowed else -1.0e300
    for firm in range(terms.price.shape[0]):
        value = utility(people, person, firm, terms, offers, c) + moment(
            key, person, period, int(terms.ids[firm]), occasion
        )
        value += c.commitment_bonus * double(people.commitment[person, firm]) if firm == present else -barrier
        if people.alive[person, firm] and value > highest:
            highest = value
            best = firm
    return best


@rule(
    "chance", 0.01, 0.99, lines=("hazard", 0.5, 2.0, 6.0), dt=1.0, also=("inertia", "inattention"),
    reads={"hazard": "choose.reopen_per_year choose.rejoin_per_year"},
)  # fmt: skip
@kernel
def occasions_of(chance: float, hazard: float, dt: float) -> int:
    """Return how often a choice opens in a period, for the luck that a person has in it.

    Equation: the chance-quantile of Poisson(min(hazard · dt, 30))
    Units: chance: a uniform number in (0, 1); hazard a year; dt in years; a number of times, at least 0
    Source: Ho, Hogan & Scott Morton 2017 (a hazard of attention)

    To open it at most once a period would lose more choices the longer the period is.
    """
    return poisson_of(chance, min(hazard * dt, 30.0))


# --- a period of choices ---------------------------------------------------------------------------------------------


@loop
def choose(
    first: int, last: int, period: int, key: Key, people: People, terms: Terms, offers: Offers, c: ChooseSettings,
    f: FeelSettings, reopen: float, dt: float, fate: NDArray[np.float64], whim: NDArray[np.float64], moves: Moves,
) -> None:  # fmt: skip
    """Let subscribers in ``[first, last)`` decide to stay, switch, join or leave; ``reopen`` a year at frailty 1.

    ``fate`` and ``whim`` (N,): everybody's draws of LEAVE_INVOLUNTARILY and REOPEN.
    """
    # who moved in the last period did so in its middle, on average, and has been exposed since then
    since_a_move = 1.5 * dt
    settled_leave = chance_within(c.involuntary_per_year, dt)
    moved_leave = chance_within(c.involuntary_per_year, since_a_move)
    for person in range(first, last):
        firm = int(people.provider[person])
        best = firm
        occasions = 0
        years, torn_away = (since_a_move, moved_leave) if moves.moved[person] else (dt, settled_leave)
        moves.reopened[person] = 0
        moves.cause[person] = Reason.NONE
        if int(people.entry[person]) > period:
            pass
        elif firm == NOBODY:
            occasions = occasions_of(uniform(key, person, period, Decision.RECONSIDER, 0), c.rejoin_per_year, years)
        elif fate[person] < torn_away:
            best = NOBODY
            moves.cause[person] = Reason.INVOLUNTARY
        else:
            hazard = double(people.frailty[person]) * reopen * pressure_on(people, person, firm, offers, c, f)
            occasions = 0 if offers.closed[person, firm] else occasions_of(whim[person], hazard, years)
        for occasion in range(occasions):
            if best == firm:
                best = preferred(key, people, person, period, occasion, terms, offers, c, False, True)
                moves.reopened[person] += 1
        moves.origin[person] = firm
        moves.destination[person] = best
        moves.moved[person] = best != firm


@loop
def move(
    movers: NDArray[np.int64], people: People, terms: Terms, offers: Offers, c: ChooseSettings, f: FeelSettings,
    moves: Moves, weight: NDArray[np.float64],
) -> None:  # fmt: skip
    """Let those who decided so change firm, and note why; ``weight``, one of each `Reason`, is room to weigh them."""
    for row in range(movers.shape[0]):
        person = int(movers[row])
        origin, destination = int(moves.origin[person]), int(moves.destination[person])
        moves.second_cause[person] = Reason.NONE
        if origin != NOBODY and int(moves.cause[person]) != Reason.INVOLUNTARY:
            main, second = reasons(people, person, origin, destination, terms, offers, c, f, weight)
            moves.cause[person] = main
            moves.second_cause[person] = second
        people.provider[person] = destination
        if destination != NOBODY:
            begin(people, person, destination, f)


@inlined
def reasons(
    people: People,
    person: int,
    origin: int,
    destination: int,
    terms: Terms,
    offers: Offers,
    c: ChooseSettings,
    f: FeelSettings,
    weight: NDArray[np.float64],
) -> tuple[int, int]:
    """Return the two causes that moved a leaver most: the largest terms of hazard and utility, summed by cause.

    Dissatisfaction counts towards the attributes by where the present firm falls short; WHIM: none speaks for leaving.
    """
    weight[:] = 0.0
    sad = max(dissatisfaction(double(people.satisfaction[person, origin]), c, f), 0.0)
    short = 0.0
    for k in range(5):
        short += double(people.importance[person, k]) * (1.0 - min(double(people.expectation[person, origin, k]), 0.99))
    for k in range(5):
        here = double(people.expectation[person, origin, k])
        there = double(people.expectation[person, destination, k]) if destination != NOBODY else f.performance_ref
        share = double(people.importance[person, k])
        weight[_REASON_OF[k]] += c.attributes * share * (there - here) + sad * share * (1.0 - min(here, 0.99)) / short
    weight[Reason.PRICE] += c.price_push * double(people.price_salience[person])
    failed = c.problem_push * double(people.problem[person, origin])
    weight[Reason.RESPONSE_TO_FAILURE if people.voiced[person, origin] else Reason.CORE_FAILURE] += failed
    weight[Reason.COMPETITION] += c.outreach_push * double(people.contact_salience[person])
    weight[Reason.ETHICS] += double(offers.alarm[person, origin])
    if destination != NOBODY:
        dearer = price_to(person, origin, terms, offers)
        dearer /= price_to(person, destination, terms, offers)
        weight[Reason.PRICE] += double(people.price_sensitivity[person]) * math.log(dearer)
        lure = double(people.taste[person, destination]) - double(people.taste[person, origin])
        lure += double(terms.brand[destination]) - double(terms.brand[origin])
        weight[Reason.COMPETITION] += (
            lure + double(offers.pull[person, destination]) - double(offers.pull[person, origin])
        )
    return two_largest(weight)


@loop
def notice_prices(first: int, last: int, people: People, rise: NDArray[np.float64]) -> None:
    """Make customers of a firm notice that its price rose; ``rise`` (F,) is ln(new / old) / ln(1.1), at least 0."""
    for person in range(first, last):
        firm = int(people.provider[person])
        if firm != NOBODY:
            people.price_salience[person] = double(people.price_salience[person]) + double(rise[firm])
