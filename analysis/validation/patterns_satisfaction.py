"""What is known of kinds of attributes, standards, tough customers, surveys, needs, and of people who go online."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from analysis.compose import Tree
from analysis.validation.check import Contrast, pattern
from analysis.validation.lab import BENCHMARK, Lab, apart, lived
from analysis.validation.patterns_feel import QUIET, captives, satisfaction
from analysis.validation.results import Series
from sim.market import Market
from sim.mind.parts.survey_response import SurveyResponse

Floats = NDArray[np.float64]

FIXED: Tree = {
    "experience": QUIET,
    "feel": {"expectation_rate": 0.0, "promise_rate": 0.0, "memory_floor": 0.5},
}
GAPS: Mapping[str, Mapping[str, Any]] = {"disconfirmation": {"feel.disconfirmation_slope": 0.0}}

# --- kinds of attributes ---------------------------------------------------------------------------------------------


def curve(lab: Lab, attribute: str, kind: str, expected: float) -> Floats:
    """Return log-odds of satisfaction (3, N) of people who get .1 less of an attribute than expected, as much, more."""
    kano = {"mind": {"kano": {"active": True, attribute: kind}}}
    odds = []
    for gap in (-0.1, 0.0, 0.1):
        offer = BENCHMARK | {"level": {attribute: expected + gap}, "promise": {attribute: expected}}
        life = lived(captives(lab, FIXED, kano, {"firms": {"acme": offer}}))
        odds.append(logit(life.people.satisfaction[:, 0].astype(np.float64)))
    return np.array(odds)


def beside_linear(lab: Lab, attribute: str, kind: str, expected: float) -> tuple[Floats, Floats, list[Series]]:
    """Return how much more a shortfall hurts than where the attribute is linear, how much more a surplus pleases."""
    own, linear = (curve(lab, attribute, each, expected) for each in (kind, "linear"))
    (hurts, pleases), (usual_hurt, usual_pleasure) = ((each[1] - each[0], each[2] - each[1]) for each in (own, linear))
    series = [
        Series(name.replace("_", " "), [-0.1, 0.0, 0.1], [float(level.mean()) for level in odds])
        for name, odds in ((kind, own), ("linear", linear))
    ]
    return hurts - usual_hurt, pleases - usual_pleasure, series


@pattern(
    "Kano, Seraku, Takahashi & Tsuji 1984; Matzler & Sauerwein 2002",
    needs=GAPS,
    turned_by=dict.fromkeys(("shortfall hurts more", "surplus pleases less"), "disconfirmation"),
)
def what_must_be_hurts_and_does_not_delight(lab: Lab) -> Contrast:
    """What must be hurts more where it falls short than other attributes do, and pleases less where there is more.

    Product .1 below and above what is expected, where it must be and where it is linear, for the same people.
    """
    hurts, pleases, series = beside_linear(lab, "product", "must_be", 0.8)
    differences = {"shortfall hurts more": hurts, "surplus pleases less": -pleases}
    return Contrast(differences, 0.02, "log-odds of satisfaction", series)


@pattern(
    "Kano, Seraku, Takahashi & Tsuji 1984; Matzler & Sauerwein 2002",
    needs=GAPS,
    turned_by=dict.fromkeys(("surplus pleases more", "shortfall hurts less"), "disconfirmation"),
)
def what_delights_lifts_and_is_not_missed(lab: Lab) -> Contrast:
    """What delights pleases more where there is more of it than other attributes do, and is missed less.

    The personal side .1 below and above what is expected, where it delights and where it is linear.
    """
    hurts, pleases, series = beside_linear(lab, "personal", "delight", 0.6)
    differences = {"surplus pleases more": pleases, "shortfall hurts less": -hurts}
    return Contrast(differences, 0.01, "log-odds of satisfaction", series)


# --- who judges, and against what ------------------------------------------------------------------------------------


@pattern(
    "Cadotte, Woodruff & Jenkins 1987",
    needs={
        "standards of comparison": {"mind.standards.active": False},
        "disconfirmation": {"feel.disconfirmation_slope": 0.0},
    },
)
def standards_rise_with_the_market(lab: Lab) -> Contrast:
    """A firm that stays as it is satisfies less when a rival becomes better, though nobody leaves.

    Satisfaction of its customers two years after a rival's product rose by .15, less than where no rival moved.
    """
    stay = {"calendar": {"years": 2.0}, "experience": QUIET, "mind": {"standards": {"active": True}}}
    rises = {"strategy": {"schedule": {"changes": [{"year": 0.0, "product": 0.95}]}}}
    lives = [lived(captives(lab, stay, {"firms": {"bolt": BENCHMARK | rival}})) for rival in ({}, rises)]
    mine = lives[0].people.provider == 0
    still, moved = (satisfaction(life)[mine] for life in lives)
    return Contrast({"rival stays less rival improves": still - moved}, 0.2, "points of satisfaction")


@pattern("Mittal & Kamakura 2001", needs={"toughness": {"mind.toughness.severity": 0.0}})
def tough_customers_judge_lower(lab: Lab) -> Contrast:
    """Who has higher standards is less satisfied with the same firm.

    Satisfaction after a year of the easier half of customers less that of the tougher half, in forty groups.
    """
    market = lived(captives(lab, {"mind": {"toughness": {"active": True}}}))
    tough = market.mind.columns()["toughness"] > 0.0
    felt = satisfaction(market)
    easy_mean, tough_mean = (apart(felt * half) / apart(half) for half in (~tough, tough))
    return Contrast({"easy less tough": easy_mean - tough_mean}, 0.0, "points of satisfaction")


# --- surveys ---------------------------------------------------------------------------------------------------------


def answerers(lab: Lab, **effect: float) -> tuple[Floats, NDArray[np.bool_]]:
    """Return everybody's satisfaction (N,), 0-100, and who answers when all are asked."""
    response = {"survey_response": {"active": True, "extremity": 0.0, "warmth": 0.0} | effect}
    spread = {"customers": {"match_sd": 0.12, "count": lab.size(8_000, 20_000)}, "mind": response}
    market = lived(captives(lab, spread))
    answers = market.mind.of(SurveyResponse).ask(market, market.firm(), np.arange(len(market.people.entry)), 0.0)
    return satisfaction(market), ~np.isnan(answers)


@pattern(
    "Peterson & Wilson 1992; Anderson 1998",
    needs={
        "answers that depend on the feeling": {
            "mind.survey_response.extremity": 0.0,
            "mind.survey_response.warmth": 0.0,
        }
    },
    turned_by=dict.fromkeys(("measured too high", "extremes heard too much"), "answers that depend on the feeling"),
)
def surveys_do_not_hear_everybody_alike(lab: Lab) -> Contrast:
    """What a survey measures is not what customers feel where answering depends on the feeling.

    Satisfaction of who answers less that of all, where the content answer rather; and how far it lies from the
    anchor, where strong feelings make people answer. In forty groups.
    """
    felt, answers = answerers(lab, warmth=2.0)
    rosy = apart(felt * answers) / apart(answers) - apart(felt) / apart(np.ones_like(felt))
    felt, answers = answerers(lab, extremity=4.0)
    far = np.abs(felt - 72.0)
    loud = apart(far * answers) / apart(answers) - apart(far) / apart(np.ones_like(far))
    return Contrast({"measured too high": rosy, "extremes heard too much": loud}, 0.0, "points of satisfaction")


# --- needs -----------------------------------------------------------------------------------------------------------

SEGMENTS = {"careful": {"share": 0.3}, "demanding": {"share": 0.5}, "personal": {"share": 0.2}}


@pattern(
    "Haley 1968",
    needs={
        "needs that demographics hide": {"mind.needs.fidelity": 1.0},
        "offers that fit or annoy": {
            "firms.acme.programs.tailored_offer.gain": 0.0,
            "firms.acme.programs.tailored_offer.annoyance": 0.0,
        },
    },
)
def needs_beat_demographics(lab: Lab) -> Contrast:
    """An offer tailored by need satisfies more than one tailored by demographics, which reveal needs poorly.

    Satisfaction after a year of the same customers, by need less by demographics.
    """
    segments = {"customers": {"segments": SEGMENTS}, "mind": {"needs": {"active": True}}}
    offers = [{"programs": {"tailored_offer": {"by": by}}} for by in ("need", "demographics", "nothing")]
    felt = [satisfaction(lived(captives(lab, segments, {"firms": {"acme": offer}}))) for offer in offers]
    means = Series("model", ["need", "demographics", "nothing"], [float(each.mean()) for each in felt])
    return Contrast({"by need less by demographics": felt[0] - felt[1]}, 0.0, "points of satisfaction", [means])


# --- going online ----------------------------------------------------------------------------------------------------


def contacts(lab: Lab, **spread: float) -> Floats:
    """Return the contacts of customers with agents in two years, in forty groups of people."""
    center = {"call_center": BENCHMARK["call_center"] | {"self_service": {"tried": 0.6, "coverage": 0.7}}}
    start = {"adoption": {"active": True, "online_at_start": 0.2} | spread}
    market = Market(captives(lab, {"calendar": {"years": 2.0}, "mind": start, "firms": {"acme": center}}))
    market.run()
    return apart(market.dealings.contacts[0])


@pattern(
    "Bass 1969; Meuter et al. 2005",
    needs={"self-service": {"firms.acme.call_center.self_service.tried": 0.0}},
)
def the_e_channel_takes_contacts_off_agents(lab: Lab) -> Contrast:
    """As people go online, self-service takes contacts off the agents.

    Contacts in two years where nobody more goes online, less where most do, in forty groups of people.
    """
    few, many = contacts(lab, innovation=1e-9, imitation=0.0), contacts(lab, innovation=0.3, imitation=1.5)
    return Contrast({"few online less many online": few - many}, 0.0, "contacts of a group")
