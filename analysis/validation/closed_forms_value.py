"""What customers are worth, and what a program that does nothing does, where formulas know."""

import numpy as np
from numpy.typing import NDArray

from analysis.compose import Tree
from analysis.validation.check import Sample, closed_form
from analysis.validation.lab import BENCHMARK, TELECOM, Lab, lived, past
from analysis.validation.results import Series
from sim.firms.program import Program, ProgramSettings
from sim.market import Market
from sim.people.offers import cut_price
from sim.world import World

RATE = 0.10  # discount rate, a year
MARGIN = 12 * 40.0 * 0.6  # of a customer, a year
HAZARD = 0.5
HORIZON = 6.0  # years


def leaving_for_good(lab: Lab, hazard: float, people: int, years: float) -> World:
    """Return a world of customers alike who leave for good at a yearly ``hazard`` and cost 40 % of what they pay."""
    settings = {
        "customers": {"count": people, "revenue_cv": 0.0},
        "calendar": {"years": years},
        "choose": {
            "none_utility": 50.0,
            "rejoin_per_year": 0.0,
            "involuntary_per_year": 0.0,
            "reopen_per_year": hazard,
        },
        "economics": {"discount_rate": RATE},
        "firms": {"acme": BENCHMARK | {"direct_cost_share": 0.4}},
    }
    return lab.bare("subscription", settings)


def worth(hazard: float, years: float = np.inf) -> float:
    """Return m r / (1 + i − r), with a month's margin, retention and rate; for a horizon, less what comes later."""
    r, i = np.exp(-hazard / 12.0), (1.0 + RATE) ** (1.0 / 12.0) - 1.0
    return float(MARGIN / 12.0 * r / (1.0 + i - r) * (1.0 - (r / (1.0 + i)) ** (12.0 * years)))


def brought(world: World) -> NDArray[np.float64]:
    """Return what each person brought the firm, discounted to the start, currency units."""
    value: NDArray[np.float64] = lived(world).ledger.value[:, 0]
    return value


@closed_form("Gupta & Lehmann 2003; Gupta, Lehmann & Stuart 2004", ("choose.reopen_per_year", HAZARD))
def customer_lifetime_value(lab: Lab) -> Sample:
    """A customer brings m r / (1 + i − r): margin, retention and the discount rate say what one is worth.

    Books of six years, of customers alike; the formula less what comes later.
    """
    value = brought(leaving_for_good(lab, lab.input, lab.size(20_000, 110_000), HORIZON))
    return Sample(value, lambda hazard: worth(hazard, HORIZON), "currency")


@closed_form("Reichheld & Sasser 1990; Gupta, Lehmann & Stuart 2004", ("choose.reopen_per_year", -np.log(0.80)))
def five_points_of_retention(lab: Lab) -> Sample:
    """Five points more retention, from 80 % a year to 85 %, raise a customer's value as m r / (1 + i − r) says.

    The same customers with either retention, in the same luck; the value of ten years.
    """
    people, years = lab.size(6_000, 60_000), 10.0
    base, more = (brought(leaving_for_good(lab, hazard, people, years)) for hazard in (lab.input, -np.log(0.85)))
    gain = worth(-np.log(0.85), years)
    hazards = -np.log([0.80, 0.85])
    curves = (
        Series("formula", [80.0, 85.0], [worth(hazard, years) for hazard in hazards], line=True),
        Series("model", [80.0, 85.0], [float(base.mean()), float(more.mean())], along="retention a year, %"),
    )
    return Sample(more - base, lambda hazard: gain - worth(hazard, years), "currency gained a customer", curves)


@closed_form("Peppers & Rogers 2005", ("choose.reopen_per_year", HAZARD))
def return_on_customer_is_the_discount_rate(lab: Lab) -> Sample:
    """Where equity is what it promises and nothing surprises, customers return the discount rate.

    (What a year brings and what is left at its end) / (equity at its start) − 1, by person; the firm values its
    customers at the hazard that the formula knows.
    """
    people = lab.size(20_000, 350_000)
    promised = Market(leaving_for_good(lab, HAZARD, 100, 1.0)).reports.equity
    assert promised is not None
    equity = float(promised.start[0])
    market = lived(leaving_for_good(lab, lab.input, people, 1.0))
    closing = market.ledger.value[:, 0] * (1.0 + RATE) + equity * market.people.customer[:, 0]

    def expected(hazard: float) -> float:
        earned = worth(hazard, 1.0) * (1.0 + RATE)
        return (earned + worth(HAZARD) * float(np.exp(-hazard))) / worth(HAZARD) - 1.0

    return Sample(closing / equity - 1.0, expected, "return a year")


class Touch(Program):
    """Multiply the price of a single customer of the first firm."""

    def __init__(self, market: Market, factor: float) -> None:
        """Begin to act upon the first customer of the first firm of a market."""
        super().__init__(ProgramSettings(), market.firms[0], len(market.people.entry))
        self.whom, self.factor = int(np.flatnonzero(market.people.provider == 0)[0]), factor
        market.firms[0].programs["touch"] = self

    def plan(self, market: Market) -> None:
        """Change what the one pays."""
        who = np.arange(len(market.people.entry)) == self.whom
        cut_price(market.offers, who, 0, 1.0 - self.factor)


@closed_form("an identity: common random numbers", ("price of a single customer, times", 1.0))
def a_placebo_moves_nobody(lab: Lab) -> Sample:
    """A program that does nothing changes nothing for anyone: no purchase, feeling or cent.

    Two lives of the telecom world, with the mind's core alone and with all of its parts, one of them with a placebo:
    all that is known of people, of their minds and of money. Two percent on the price of one person would be seen.
    """
    short = {
        "calendar": {"years": 0.5, "burn_in_years": 1.0, "served_burn_in_years": 0.0},
        "customers": {"count": lab.size(1_000, 5_000)},
    }
    placebo: Tree = {"firms": {"acme": {"programs": {"placebo": {}}}}}
    unlike = 0
    for mind in ("core", "full"):
        groups = TELECOM | {"mind": mind}
        base = lab.of(groups, short)
        one, other = (Market(world, start=past(base)) for world in (base, lab.of(groups, short, placebo)))
        Touch(other, lab.input)
        one.run()
        other.run()
        unlike += sum(_unlike(a, b) for a, b in zip(_columns(one), _columns(other), strict=True))
    # a figure without spread: nothing but the exact value will do
    return Sample([unlike, unlike], lambda factor: 0.0, "entries that differ")


def _columns(market: Market) -> list[NDArray[np.generic]]:
    ledger = market.ledger
    return [*market.people, *market.mind.columns().values(), ledger.value, ledger.margin, ledger.purse]


def _unlike(one: NDArray[np.generic], other: NDArray[np.generic]) -> int:
    """Return how many entries differ; what is undefined in both is alike."""
    return int(((one != other) & ~((one != one) & (other != other))).sum())
