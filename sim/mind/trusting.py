"""Trust: its settings, and the rules by which one person's trust in a firm is won and lost."""

from sim.kernel import kernel
from sim.mind.part import PartSettings
from sim.people.mathematics import logistic, logit
from sim.rule import rule
from sim.settings import setting

_EQUATION = "Maister, Green & Galford 2000; [A] size"
_ASYMMETRY = "Slovic 1993 (trust is lost faster than won); [A] size"


class TrustSettings(PartSettings):
    """How trust is won and lost, and what it does."""

    credibility_ref: float = setting(0.70, "credibility of a firm that keeps its promises", "0-1", gt=0.05, lt=0.95)
    reliability_ref: float = setting(0.83, "reliability of a firm that one does not know", "0-1", gt=0, lt=1)
    intimacy_ref: float = setting(0.35, "intimacy with a firm that one does not know", "0-1", gt=0, lt=1)
    credibility_slope: float = setting(
        5.0, "effect of delivery beyond or below the promise on credibility", "log-odds", _EQUATION, ge=0, le=50
    )
    rise_half_life: float = setting(24.0, "each part of trust grows with good custom", "months", gt=0, le=600)
    fall_half_life: float = setting(
        6.0, "credibility and intimacy wither when they are not lived up to", "months", _ASYMMETRY, gt=0, le=600
    )
    memory_half_life: float = setting(
        24.0, "who is not a customer forgets what set the firm apart", "months", gt=0, le=600
    )
    failure_fall: float = setting(
        0.4, "part of reliability lost by a failure of severity 1", "0-1", _ASYMMETRY, ge=0, le=1
    )
    recovery_rise: float = setting(
        0.3, "part of what reliability lacks that a just recovery restores", "0-1",
        "Tax, Brown & Chandrashekaran 1998; [A] size", ge=0, le=1,
    )  # fmt: skip
    betrayal_fall: float = setting(
        0.6, "part of credibility and intimacy lost by a full breach of privacy", "0-1",
        "Martin, Borah & Palmatier 2017; [A] size", ge=0, le=1,
    )  # fmt: skip
    orientation_half_life: float = setting(
        18.0, "a firm that was seen to act for the customer, or for itself, is seen as any other again", "months",
        gt=0, le=600,
    )  # fmt: skip
    pace_slope: float = setting(
        0.3, "effect of trust on how often a customer buys (repertoire market)", "log factor",
        "Covey 2006 (the speed of trust); [A] size", ge=0, le=10,
    )  # fmt: skip
    commitment_slope: float = setting(
        1.5, "effect of trust on commitment", "log-odds", "Morgan & Hunt 1994; [A] size", ge=0, le=50
    )
    pull_slope: float = setting(
        0.6, "effect of trust on the choice of a firm", "utility", "Sirdeshmukh, Singh & Sabol 2002; [A] size",
        ge=0, le=50,
    )  # fmt: skip


# --- rules about one person ------------------------------------------------------------------------------------------


@rule(
    "reliability", 0.0, 1.0, lines=("self_orientation", 0.5, 1.0, 2.0), also=("trust", "self_orientation"),
    credibility=0.7, intimacy=0.35,
)  # fmt: skip
@kernel
def trust_equation(credibility: float, reliability: float, intimacy: float, self_orientation: float) -> float:
    """Return the trust in a firm: what speaks for it over how much it looks after itself.

    Equation: min(1, (credibility + reliability + intimacy) / (3 self_orientation))
    Units: credibility, reliability, intimacy and the result 0-1; self_orientation from 0.5 (acts for the customer) over
        1 (as any firm) to 2
    Source: Maister, Green & Galford 2000 (the trust equation), on the scale 0-1
    """
    return min((credibility + reliability + intimacy) / (3.0 * self_orientation), 1.0)


@rule("trust", 0.0, 1.0, also=("trust_effect",))
@kernel
def beyond_usual(trust: float, t: TrustSettings) -> float:
    """Return how much more a firm is trusted than one that a person does not know: at the anchor trust moves nothing.

    Equation: T - (credibility_ref + reliability_ref + intimacy_ref) / 3; commitment_slope times it leans commitment
        (log-odds), pull_slope times it the choice of the firm (utility), pace_slope times it how often one buys there
        (log factor)
    Units: trust T 0-1; the result in [-1, 1]
    Source: Morgan & Hunt 1994 (trust leads to commitment); Sirdeshmukh, Singh & Sabol 2002 (and to loyalty); Covey
        2006 (and speeds buying)
    """
    return trust - (t.credibility_ref + t.reliability_ref + t.intimacy_ref) / 3.0


@rule("gap", -0.4, 0.4, also=("over_promise", "credibility"))
@kernel
def credible(gap: float, t: TrustSettings) -> float:
    """Return the credibility that a firm's delivery calls for.

    Equation: Λ(logit credibility_ref + credibility_slope gap)
    Units: gap = Σ w (delivered - promised) on the attribute scale, in [-1, 1], where delivered is level + match, but of
        service what one has come to expect by own contacts; the result in (0, 1)
    Source: Maister, Green & Galford 2000 (credibility: words that prove true); [A] form
    """
    return logistic(logit(t.credibility_ref) + t.credibility_slope * gap)


@rule("bond", 0.0, 1.0, also=("closeness", "intimacy"))
@kernel
def intimate(bond: float, t: TrustSettings) -> float:
    """Return the intimacy that a personal bond calls for: as with a firm that one does not know, and more by the bond.

    Equation: intimacy_ref + (1 - intimacy_ref) B
    Units: bond B and the result 0-1
    Source: Maister, Green & Galford 2000 (intimacy); [A] form
    """
    return t.intimacy_ref + (1.0 - t.intimacy_ref) * bond


@rule(
    "now", 0.0, 1.0, lines=("target", 0.2, 0.5, 0.8), rise=0.03, fall=0.11, also=("speed_of_trust",),
    reads={"rise": "mind.trust.rise_half_life", "fall": "mind.trust.fall_half_life"},
)  # fmt: skip
@kernel
def towards(now: float, target: float, rise: float, fall: float) -> float:
    """Return where a part of trust is after a period: slow up, fast down.

    Equation: now + rise (target - now) if the target is above, else now + fall (target - now)
    Units: now, target and the result 0-1; rise and fall: parts of the way in a period, by their half-lives
    Source: Slovic 1993 (trust is fragile: created slowly, destroyed fast)
    """
    return now + (rise if target > now else fall) * (target - now)


@rule("severity", 0.0, 1.0, lines=("reliability", 0.4, 0.6, 0.8), also=("reliability",))
@kernel
def shaken(reliability: float, severity: float, t: TrustSettings) -> float:
    """Return the reliability that a failure leaves.

    Equation: reliability (1 - failure_fall severity)
    Units: all 0-1
    Source: Slovic 1993; [A] size
    """
    return reliability * (1.0 - t.failure_fall * severity)


@rule("fairness", 0.0, 1.0, lines=("reliability", 0.4, 0.6, 0.8), also=("trust_repair",))
@kernel
def restored(reliability: float, fairness: float, t: TrustSettings) -> float:
    """Return the reliability after a recovery: justice restores part of what is lacking.

    Equation: reliability + recovery_rise fairness (1 - reliability)
    Units: all 0-1; fairness: the justice of the recovery
    Source: Tax, Brown & Chandrashekaran 1998 (justice of complaint handling raises trust); [A] size
    """
    return reliability + t.recovery_rise * fairness * (1.0 - reliability)


@rule("hit", 0.0, 1.0, lines=("part", 0.4, 0.6, 0.8), also=("betrayal",))
@kernel
def betrayed(part: float, hit: float, t: TrustSettings) -> float:
    """Return the credibility, or the intimacy, that a breach of privacy leaves.

    Equation: part (1 - betrayal_fall hit)
    Units: part and the result 0-1; hit: how hard the person takes it, held within 0-1
    Source: Martin, Borah & Palmatier 2017 (breaches cost trust); [A] size
    """
    return part * (1.0 - t.betrayal_fall * min(max(hit, 0.0), 1.0))
