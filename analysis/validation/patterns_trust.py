"""What is known of how trust in a firm is won and lost."""

import numpy as np
from numpy.typing import NDArray

from analysis.compose import Tree
from analysis.validation.check import Contrast, pattern
from analysis.validation.lab import BENCHMARK, UNSETTLED, Lab, lived
from analysis.validation.patterns_feel import STAY
from analysis.validation.results import Series
from sim.market import Market
from sim.mind.parts.trust import Trust
from sim.mind.trusting import credible
from sim.settings import numbers
from sim.world import World

BOTH: Tree = {"mind": {"trust": {"active": True}, "privacy": {"active": True}}}
TRUST = {"trust": {"mind.trust.active": False}}


def quiet(lab: Lab, *layers: Tree) -> World:
    """Return a world of one firm that nobody leaves and where nothing happens; people can trust, and give data."""
    small = {
        "calendar": {"years": 1.0},
        "customers": {"count": lab.size(1_000, 4_000), "match_sd": 0.0},
        "choose": STAY,
        "experience": {"failures": False, "questions": False},
        "firms": {"acme": BENCHMARK},
    }
    return lab.world(UNSETTLED, small, BOTH, *layers)


def credibility(market: Market) -> NDArray[np.float64]:
    """Return the credibility of the firm to everybody (N,); 0 where nobody trusts."""
    trust = market.mind.find(Trust)
    found = trust.columns.credibility[:, 0] if trust else np.zeros(len(market.people.entry))
    return found.astype(np.float64)


@pattern("Slovic 1993", needs={"slow growth": {"mind.trust.rise_half_life": 6.0}, **TRUST})
def trust_falls_faster_than_it_rises(lab: Lab) -> Contrast:
    """Trust is lost faster than it is won: a year of broken promises undoes more than a year of kept ones builds.

    Of the same people: what credibility falls in a year in which the product is promised too good, less what it rises
    in a year of kept promises from where broken ones would lead.
    """
    broken = Market(quiet(lab, {"firms": {"acme": {"promise": {"product": 1.0}}}}))
    kept = Market(quiet(lab))
    trust = kept.mind.find(Trust)
    if trust:
        short = broken.terms.level[0, 0] - broken.terms.promise[0, 0]
        gaps = kept.people.importance[:, 0].astype(np.float64) * short
        trust.columns.credibility[:, 0] = [credible(gap, numbers(trust.settings)) for gap in gaps.tolist()]
    courses = [[credibility(market)] for market in (broken, kept)]
    for market, course in zip((broken, kept), courses, strict=True):
        while not market.done:
            market.step()
            course.append(credibility(market))
    fall, rise = courses[0][0] - courses[0][-1], courses[1][-1] - courses[1][0]
    months = list(range(len(courses[0])))
    curves = [
        Series(name, months, [float(each.mean()) for each in course])
        for name, course in zip(("broken promises", "kept promises"), courses, strict=True)
    ]
    return Contrast({"fall less rise": fall - rise}, 0.01, "credibility, 0-1", curves)


@pattern(
    "Maister, Green & Galford 2000",
    needs={"advice that is seen": {"firms.acme.programs.honest_advice.step": 0.0}},
    turned_by=dict.fromkeys(("trust", "commitment"), "advice that is seen"),
)
def honest_advice_makes_trust_and_commitment(lab: Lab) -> Contrast:
    """Who is advised against the firm's own interest trusts it more, and is more committed to it.

    After a year of honest advice, less without, of those advised.
    """
    plain = lived(quiet(lab))
    honest = lived(quiet(lab, {"firms": {"acme": {"programs": {"honest_advice": {}}}}}))
    advised = honest.firm().programs["honest_advice"].reached
    trust = [trusted(market)[advised] for market in (plain, honest)]
    committed = [market.people.commitment[advised, 0].astype(np.float64) for market in (plain, honest)]
    return Contrast({"trust": trust[1] - trust[0], "commitment": committed[1] - committed[0]}, 0.0, "0-1")


def trusted(market: Market) -> NDArray[np.float64]:
    """Return by how much everybody trusts the firm more than a stranger would (N,); 0 where nobody trusts."""
    everybody, trust = np.arange(len(market.people.entry)), market.mind.find(Trust)
    return trust.beyond(everybody, 0) if trust else np.zeros(len(everybody))


@pattern("Anderson & Weitz 1989", needs=TRUST, turned_by=dict.fromkeys(("first year", "second year"), "trust"))
def good_custom_makes_trust(lab: Lab) -> Contrast:
    """Customers trust a firm the more, the longer it served them without a failure.

    Trust after one year and after two of kept promises, each less a year before, of the same people.
    """
    market = Market(quiet(lab, {"calendar": {"years": 2.0}}))
    course = [trusted(market)]
    while not market.done:
        market.step()
        course.append(trusted(market))
    curve = Series("model", list(range(len(course))), [float(each.mean()) for each in course])
    years = {"first year": course[12] - course[0], "second year": course[24] - course[12]}
    return Contrast(years, 0.0, "trust, 0-1", [curve])
