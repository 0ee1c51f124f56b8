"""What is known of who gives data, what a firm that knows its customers gains, and what secret use costs."""

import numpy as np
from numpy.typing import NDArray

from analysis.compose import Tree
from analysis.validation.check import Contrast, pattern
from analysis.validation.lab import Lab, lived
from analysis.validation.patterns_choose import left
from analysis.validation.patterns_trust import BOTH, quiet
from analysis.validation.results import Series
from sim.market import Market
from sim.mind.parts.privacy import Privacy
from sim.mind.parts.trust import Trust
from sim.world import World


def asking(**request: str | int | float) -> Tree:
    """Return the settings of a request that soon reaches everybody."""
    return {"firms": {"acme": {"programs": {"data_request": {"requests_per_year": 50.0} | request}}}}


def gave(world: World, trusted: float = 1.0) -> NDArray[np.float64]:
    """Return who gave data when asked in the first month (rows of those asked), as 0 and 1.

    The same are asked whatever is said. ``trusted``: factor on the parts of trust in the firm.
    """
    market = Market(world)
    trust = market.mind.find(Trust)
    if trust:
        for part in trust.columns[:3]:
            part *= np.float32(trusted)
    market.step()
    asked = market.firm().programs["data_request"].reached
    given: NDArray[np.float64] = market.mind.of(Privacy).columns.consent[asked, 0].astype(np.float64)
    return given


@pattern(
    "[A] a survey of web users, quoted without a name, to which the model is calibrated",
    needs={"telling how data are used": {"mind.privacy.asked_clearly": -2.276}},
)
def clarity_beats_a_discount(lab: Lab) -> Contrast:
    """More people give data when they are told exactly how they are used than for a discount.

    Who gives data told, less who does for a discount, of the same people with the usual trust.
    """
    told, paid, neither = (gave(quiet(lab, asking(ask=ask))) for ask in ("clarity", "discount", "neither"))
    curve = Series("model: neither, discount, clarity", [0, 1, 2], [float(x.mean()) for x in (neither, paid, told)])
    return Contrast({"clarity less discount": told - paid}, 0.0, "share that gives data", [curve])


@pattern(
    "Milne & Boza 1999",
    needs={"trust in giving data": {"mind.privacy.trust_pull": 0.0}, "trust": {"mind.trust.active": False}},
)
def without_trust_no_data(lab: Lab) -> Contrast:
    """Who does not trust a firm does not give it data, however clearly it asks.

    Who gives data with the usual trust, less who does where all parts of trust are a third of that.
    """
    trusting, distrustful = (gave(quiet(lab, asking(ask="clarity")), trusted) for trusted in (1.0, 1.0 / 3.0))
    return Contrast({"trusted less distrusted": trusting - distrustful}, 0.1, "share that gives data")


@pattern(
    "Tsai, Egelman, Cranor & Acquisti 2011",
    needs={"prominence of the policy": {"mind.privacy.prominence_pull": 0.0}},
    turned_by={f"level {level} less {level - 1}": "prominence of the policy" for level in range(2, 6)},
)
def a_prominent_policy_brings_data(lab: Lab) -> Contrast:
    """The more prominently a firm shows its privacy policy, the more people give data.

    Who gives data at each of the five levels, less who does at the level below.
    """
    given = [gave(quiet(lab, asking(ask="clarity", prominence=level))) for level in range(1, 6)]
    steps = {f"level {level} less {level - 1}": given[level - 1] - given[level - 2] for level in range(2, 6)}
    curve = Series("model", [1, 2, 3, 4, 5], [float(each.mean()) for each in given])
    return Contrast(steps, 0.0, "share that gives data", [curve])


@pattern(
    "Johnson, Bellman & Lohse 2002",
    needs={"few bother to object": {"mind.privacy.objection": -1.045}},  # as many as would not give data when asked
)
def defaults_decide(lab: Lab) -> Contrast:
    """More people let their data be used where that is the default than where they are asked, however clearly.

    Consent by default, less consent of those who are asked and told how data are used, after a year.
    """
    opt_out: Tree = {"mind": {"privacy": {"consent_default": "opt_out"}}}
    worlds = quiet(lab, asking(ask="clarity")), quiet(lab, opt_out)
    asked, by_default = (lived(world).mind.of(Privacy).columns.consent[:, 0].astype(np.float64) for world in worlds)
    return Contrast({"default less asked": by_default - asked}, 0.05, "share that consents")


# --- what a firm that knows its customers gains -----------------------------------------------------------------------


def telecom(lab: Lab, years: float, *layers: Tree) -> World:
    """Return a telecom market whose people have just joined, who trust and may give data."""
    size = {"calendar": {"years": years, "burn_in_years": 0.0}, "customers": {"count": lab.size(6_000, 20_000)}}
    return lab.telecom(size, BOTH, *layers)


@pattern(
    "Peppers & Rogers 1993",
    needs={
        "fit": {"mind.privacy.fit": 0.0},
        "learning": {
            "mind.privacy.told": 0.0,
            "mind.privacy.learning_step": 0.0,
            "mind.privacy.learning_half_life": 600.0,
        },
    },
)
def being_known_pleases(lab: Lab) -> Contrast:
    """A firm that learns from its customers serves them better, and they are more satisfied.

    Satisfaction after two years of those who let their data be used then, less where nobody was asked; of the same
    people.
    """
    two_years: Tree = {"calendar": {"years": 2.0}}
    asked, not_asked = lived(quiet(lab, two_years, asking(ask="clarity"))), lived(quiet(lab, two_years))
    known = asked.mind.of(Privacy).columns.consent[:, 0]
    gain = (asked.people.satisfaction - not_asked.people.satisfaction)[known, 0].astype(np.float64)
    return Contrast({"asked less not asked": gain}, 0.002, "satisfaction, 0-1")


WITHOUT_FIT: Tree = {"mind": {"privacy": {"fit": 0.0, "annoyance": 0.0}}}
TEACHING = {"the cost of teaching another firm": {"mind.privacy.teach": 0.0}}


@pattern("Peppers & Rogers 1993", needs=TEACHING)
def what_was_taught_keeps_customers(lab: Lab) -> Contrast:
    """Who has taught a firm stays, for another would have to be taught: also where being known does not please.

    Who has left after a year without requests for data, less with them, of those with the firm at the start.
    """
    worlds = telecom(lab, 1.0, WITHOUT_FIT), telecom(lab, 1.0, WITHOUT_FIT, asking(ask="clarity"))
    without, with_it = (gone(world) for world in worlds)
    return Contrast({"without less with data": without - with_it}, 0.0, "share that leaves in a year")


@pattern("Burnham, Frels & Mahajan 2003; the right to take data along", needs=TEACHING)
def portable_data_free_customers(lab: Lab) -> Contrast:
    """Where customers can take along what they taught a firm, it binds them less.

    Who has left after a year where all of it can be taken along, less where none can; the firm asks for data in both.
    """
    portable: Tree = {"mind": {"privacy": {"portability": 1.0}}}
    worlds = (telecom(lab, 1.0, WITHOUT_FIT, asking(ask="clarity"), more) for more in (portable, {}))
    free, bound = (gone(world) for world in worlds)
    return Contrast({"portable less not": free - bound}, 0.0, "share that leaves in a year")


def gone(world: World) -> NDArray[np.float64]:
    """Return who has left the focal firm, as 0 and 1, of its customers at the start (rows)."""
    market = Market(world)
    there = market.people.provider == 0
    market.run()
    away: NDArray[np.float64] = left(market)[there]
    return away


# --- what secret use costs when it comes out --------------------------------------------------------------------------

IN_COURT = 5.0  # currency units a customer


@pattern("Martin, Borah & Palmatier 2017", needs={"outrage": {"mind.privacy.outrage": 0.0}})
def lost_trust_costs_more_than_the_court(lab: Lab) -> Contrast:
    """When secret use of data comes out, customers' lost trust can cost a firm more than the court does.

    In a market with two rivals, without gains from the knowledge itself: discounted margin of three years with each
    customer, where it never comes out less where it does after a quarter of a year, the court left out. It
    must be above what a court might take (5 a customer, [A]).
    """
    no_use: Tree = {"mind": {"privacy": {"fit": 0.0, "annoyance": 0.0, "teach": 0.0}}}
    use = {"secret": True, "legal_cost": 0.0}
    worths = []
    for more in ({}, {"exposed_year": 0.25}):
        program: Tree = {"firms": {"acme": {"programs": {"data_use": use | more}}}}
        market = Market(telecom(lab, 3.0, no_use, program))
        there = market.people.provider == 0
        market.run()
        worths.append(market.ledger.value[there, 0])
    return Contrast({"not exposed less exposed": worths[0] - worths[1]}, IN_COURT, "currency a customer")
