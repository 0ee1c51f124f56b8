"""Privacy: its settings, and the rules by which one person gives data, is known, and minds what becomes of them."""

import math
from typing import Literal

from sim.kernel import kernel
from sim.mind.part import PartSettings
from sim.people.mathematics import logistic
from sim.rule import rule
from sim.settings import setting

_SURVEY = (
    "[A] calibrated: 73.1 % give data told how they are used, 24.4 % for a discount (a survey quoted without a name)"
)
_LEARNING = "Peppers & Rogers 1993 (the learning relationship); [A] size"


class PrivacySettings(PartSettings):
    """Who gives data, what the firm makes of them, and what is minded."""

    consent_default: Literal["opt_in", "opt_out"] = setting(
        "opt_in", "who becomes a customer: has not agreed to the use of data until asked, or has unless objecting",
        source="the law of the place",
    )  # fmt: skip
    portability: float = setting(
        0.0, "part of what was taught to a firm that one can take along to another", "0-1", "the law of the place",
        ge=0, le=1,
    )  # fmt: skip
    concern_mean: float = setting(
        0.5, "mean privacy concern of people", "0-1", "Kumaraguru & Cranor 2005; [A] size", gt=0, lt=1
    )
    concern_concentration: float = setting(
        4.0, "how alike people are in it: 2 is as spread as can be around .5, 100 nearly all alike (beta)", "",
        "Kumaraguru & Cranor 2005; [A] size", gt=0, le=1000,
    )  # fmt: skip
    asked_clearly: float = setting(
        1.045, "readiness to give data when told exactly how they are used", "log-odds", _SURVEY, ge=-20, le=20
    )
    asked_for_discount: float = setting(
        -1.181, "readiness to give data for a discount alone", "log-odds", _SURVEY, ge=-20, le=20
    )
    just_asked: float = setting(-2.276, "readiness to give data for neither: a tenth does", "log-odds", ge=-20, le=20)
    concern_push: float = setting(2.0, "effect of concern on giving data, and on objecting", "log-odds", ge=0, le=20)
    trust_pull: float = setting(
        3.0, "effect of trust on giving data", "log-odds", "Milne & Boza 1999; [A] size", ge=0, le=20
    )
    prominence_pull: float = setting(
        0.25, "effect of each level at which the privacy policy is shown more prominently", "log-odds",
        "Tsai, Egelman, Cranor & Acquisti 2011; [A] size", ge=0, le=20,
    )  # fmt: skip
    pledge_pull: float = setting(
        0.4, "effect of a public pledge not to sell or share data", "log-odds",
        "Andrade, Kaltcheva & Weitz 2002; [A] size", ge=0, le=20,
    )  # fmt: skip
    control_pull: float = setting(
        0.3, "effect of being able to edit one's data", "log-odds",
        "Brandimarte, Acquisti & Loewenstein 2013; [A] size", ge=0, le=20,
    )  # fmt: skip
    control_shows: float = setting(
        0.1, "how far that shows a firm to act for the customer", "part of the way", ge=0, le=1
    )
    objection: float = setting(
        -3.269, "readiness to object where agreement is the default: 4 % do", "log-odds",
        "Johnson, Bellman & Lohse 2002", ge=-20, le=20,
    )  # fmt: skip
    told: float = setting(0.3, "knowledge that given data bring", "part of the way to 1", ge=0, le=1)
    learning_half_life: float = setting(
        18.0, "a firm learns from a subscriber's use", "months", _LEARNING, gt=0, le=600
    )
    learning_step: float = setting(
        0.05, "what a firm learns from a contact, or from an order", "part of the way to 1", _LEARNING, ge=0, le=1
    )
    knowledge_half_life: float = setting(24.0, "knowledge of a customer goes out of date", "months", gt=0, le=600)
    control_keeps: float = setting(
        2.0, "factor on that half-life where customers edit their data", "factor", ge=1, le=100
    )
    fit: float = setting(
        0.2, "performance of the personal attribute that full knowledge adds", "attribute scale", _LEARNING, ge=0, le=1
    )
    annoyance: float = setting(
        0.05, "performance that is lost to misses where half is known", "attribute scale", ge=0, le=1
    )
    teach: float = setting(
        0.8, "effort to teach another firm what this one knows in full", "utility",
        "Burnham, Frels & Mahajan 2003; [A] size", ge=0, le=50,
    )  # fmt: skip
    outrage: float = setting(
        0.6, "how hard a person of mean concern takes it when secret use, or all one's data, come out", "0-1",
        "Martin, Borah & Palmatier 2017; [A] size", ge=0, le=1,
    )  # fmt: skip
    broken_pledge: float = setting(1.5, "how much harder when it was pledged otherwise", "factor", ge=1, le=10)
    transparency: float = setting(0.5, "part of that which people who are no customers come to feel", "0-1", ge=0, le=1)
    alarm: float = setting(
        1.0, "effect of a full blow on the hazard of thinking about leaving", "log factor",
        "Janakiraman, Lim & Rishika 2018; [A] size", ge=0, le=20,
    )  # fmt: skip
    alarm_half_life: float = setting(9.0, "alarm fades", "months", gt=0, le=600)
    withdrawal: float = setting(0.5, "share who take back their consent after a full blow", "0-1", ge=0, le=1)


@rule(
    "trust", -0.4, 0.4, lines=("reason", -2.276, -1.181, 1.045),
    also=("disclosure", "disclose", "self_disclosure", "privacy_policy"), concern=0.5, prominence=3.0, pledge=False,
    control=False,
    reads={
        "reason": "mind.privacy.asked_clearly mind.privacy.asked_for_discount mind.privacy.just_asked",
        "prominence": "data_request.prominence",
        "pledge": "data_request.pledge",
        "control": "data_request.self_edit",
    },
)  # fmt: skip
@kernel
def chance_to_disclose(
    reason: float, trust: float, concern: float, prominence: float, pledge: bool, control: bool, p: PrivacySettings
) -> float:
    """Return the chance that a customer who is asked gives data.

    Equation: Λ(reason + trust_pull trust - concern_push (concern - 1/2) + prominence_pull (prominence - 3)
        + pledge_pull if there is a pledge + control_pull if one can edit one's data)
    Units: reason in log-odds (asked_clearly, asked_for_discount or just_asked); trust beyond the usual, in [-1, 1];
        concern 0-1; prominence of the policy from 1 (nothing said) to 5 (highlighted); a chance in (0, 1)
    Source: Milne & Boza 1999 (trust and concern); the reasons are calibrated [A] to 73.1 %, 24.4 % and a tenth
    """
    odds = reason + p.trust_pull * trust - p.concern_push * (concern - 0.5) + p.prominence_pull * (prominence - 3.0)
    odds += p.pledge_pull if pledge else 0.0
    return logistic(odds + (p.control_pull if control else 0.0))


@rule("concern", 0.0, 1.0, also=("opt_out", "opt_in", "permission", "privacy_concern"))
@kernel
def chance_to_object(concern: float, p: PrivacySettings) -> float:
    """Return the chance that a new customer objects where agreement is the default.

    Equation: Λ(objection + concern_push (concern - 1/2))
    Units: concern 0-1; a chance in (0, 1)
    Source: Johnson, Bellman & Lohse 2002 (96 % stay in where that is the default)
    """
    return logistic(p.objection + p.concern_push * (concern - 0.5))


@rule(
    "years", 0.0, 6.0, lines=("learns", 0, 1), knowledge=0.3, kept=False, also=("customer_knowledge",),
    reads={"kept": "data_request.self_edit"},
)  # fmt: skip
@kernel
def known(knowledge: float, years: float, learns: bool, kept: bool, p: PrivacySettings) -> float:
    """Return what a firm knows of a person after some time: it learns from use, and what it knows goes out of date.

    Equation: K* + (K - K*) e^(-12 (a + b) years), K* = a / (a + b);
        a = ln 2 / learning_half_life if it learns, else 0; b = ln 2 / knowledge_half_life,
        / control_keeps if customers keep their data up
    Units: knowledge K and the result 0-1; years at least 0
    Source: Peppers & Rogers 1993 (the learning relationship); a linear stock, so two half periods make a whole one
    """
    learning = math.log(2.0) / p.learning_half_life if learns else 0.0
    losing = math.log(2.0) / (p.knowledge_half_life * (p.control_keeps if kept else 1.0))
    full = learning / (learning + losing)
    return full + (knowledge - full) * math.exp(-12.0 * (learning + losing) * years)


@rule("knowledge", 0.0, 1.0, also=("personalization", "customization"))
@kernel
def personal_fit(knowledge: float, p: PrivacySettings) -> float:
    """Return what knowledge of a person adds to personal performance: it fits, but where half is known it misses too.

    Equation: fit K - 4 annoyance K (1 - K)
    Units: knowledge K 0-1; the result on the attribute scale
    Source: Peppers & Rogers 1993; White, Zahay, Thorbjornsen & Shavitt 2008 (ill-fitting messages annoy); [A] form
    """
    return p.fit * knowledge - 4.0 * p.annoyance * knowledge * (1.0 - knowledge)


@rule("knowledge", 0.0, 1.0, also=("learning_relationship",))
@kernel
def teaching_cost(knowledge: float, p: PrivacySettings) -> float:
    """Return the cost of having to teach another firm what the present one knows.

    Equation: teach K (1 - portability)
    Units: knowledge K and portability 0-1; utility
    Source: Peppers & Rogers 1993; Burnham, Frels & Mahajan 2003 (procedural cost)
    """
    return p.teach * knowledge * (1.0 - p.portability)


@rule(
    "concern", 0.0, 1.0, lines=("weight", 0.2, 0.6, 1.0), also=("outrage", "privacy_violation"),
    reads={"weight": "mind.privacy.outrage mind.privacy.broken_pledge mind.privacy.transparency"},
)  # fmt: skip
@kernel
def taken_hard(concern: float, weight: float, p: PrivacySettings) -> float:
    """Return how hard a person takes what comes out about the use of data.

    Equation: min(1, weight concern / concern_mean)
    Units: concern 0-1; weight: how hard at mean concern, at least 0; the result 0-1
    Source: Martin, Borah & Palmatier 2017; [A] form
    """
    return min(weight * concern / p.concern_mean, 1.0)
