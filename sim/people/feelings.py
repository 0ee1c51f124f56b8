"""Feelings: how experience becomes expectation, satisfaction and commitment. The settings, and rules about one person.

What is felt all the time relaxes by time; a contact or a failure is a step of its own. So the length of a period does
not matter. ``feel`` walks everybody through a period with these rules.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernel import kernel, loop
from sim.people.mathematics import approach, logistic, logit, monthly_approach
from sim.rule import rule
from sim.settings import Settings, numbers, setting

_PROTOTYPE = "[A] calibrated to the default worlds' targets"


class FeelSettings(Settings):
    """How experience becomes feeling."""

    satisfaction_ref: float = setting(0.72, "satisfaction at the anchor", "0-1", _PROTOTYPE, gt=0.05, lt=0.95)
    performance_ref: float = setting(0.74, "weighted performance at the anchor", "0-1", _PROTOTYPE, gt=0, lt=1)
    performance_slope: float = setting(
        6.5, "direct effect of performance on satisfaction", "log-odds", "Churchill & Surprenant 1982", ge=0, le=50
    )
    disconfirmation_slope: float = setting(
        3.0, "effect of performance beyond or below expectation", "log-odds", "Oliver 1980", ge=0, le=50
    )
    gain: float = setting(1.0, "weight of being better than expected", "", "Anderson & Sullivan 1993", ge=0, le=10)
    loss: float = setting(2.0, "weight of being worse than expected", "", "Anderson & Sullivan 1993", ge=0, le=10)
    memory_floor: float = setting(
        0.08,
        "share of the way to today's judgment gone in a month, at long tenure",
        "a month",
        "Bolton 1998",
        gt=0,
        lt=1,
    )
    memory_new: float = setting(0.17, "what a newcomer goes more", "a month", "Bolton 1998", ge=0, lt=0.9)
    memory_years: float = setting(3.0, "time scale on which a newcomer settles", "years", gt=0, le=50)
    expectation_rate: float = setting(
        0.08,
        "share of the way that expectation goes to experience in a month",
        "a month",
        "Boulding et al. 1993",
        ge=0,
        lt=1,
    )
    expectation_step: float = setting(0.15, "the same at a contact, for service", "a contact", ge=0, le=1)
    promise_rate: float = setting(
        0.02, "share of the way to the promise in a month", "a month", "Boulding et al. 1993", ge=0, lt=1
    )
    contact_step: float = setting(
        0.35, "share of the way to its judgment that one contact moves a newcomer", "", ge=0, le=1
    )
    failure_step: float = setting(0.35, "the same for a failure", "", ge=0, le=1)
    encounter_focus: float = setting(0.3, "weight that a contact puts on service beyond the usual", "0-1", ge=0, le=1)
    encounter_noise: float = setting(0.20, "spread of how well a contact goes", "attribute scale", ge=0, le=1)
    wait_weight: float = setting(
        0.10, "loss per e-folding of the wait over the tolerable", "attribute scale", ge=0, le=2
    )
    tolerable_wait: float = setting(1.0, "wait at which callers begin to mind", "minutes", gt=0, le=120)
    unresolved_weight: float = setting(0.25, "loss when the matter is not resolved", "attribute scale", ge=0, le=2)
    abandoned_weight: float = setting(0.20, "loss when the caller hung up unanswered", "attribute scale", ge=0, le=2)
    quality_weight: float = setting(0.20, "gain per unit of the agent's quality above 1", "attribute scale", ge=0, le=2)
    usual_service: float = setting(
        0.10, "loss of a usual contact, at which service counts as its level", "attribute scale", ge=0, le=1
    )
    failure_loss: float = setting(
        0.40, "loss of product performance in a failure of severity 1", "attribute scale", ge=0, le=2
    )
    price_loss: float = setting(
        0.18,
        "loss of price fairness by a fresh rise of 10 %",
        "attribute scale",
        "Kahneman, Knetsch & Thaler 1986; [A] size",
        ge=0,
        le=1,
    )
    problem_loss: float = setting(
        0.10, "lasting loss of product performance while a problem is open", "attribute scale", ge=0, le=2
    )
    problem_half_life: float = setting(4.0, "an open problem that nobody solves fades", "months", gt=0, le=600)
    recovery_lift: float = setting(
        0.10,
        "lift of satisfaction by a recovery felt as just",
        "of the way to 1",
        "Smith, Bolton & Wagner 1999",
        ge=0,
        le=1,
    )
    procedural_justice: float = setting(
        0.35, "justice of a quick answer", "0-1", "Smith, Bolton & Wagner 1999", ge=0, le=1
    )
    interactional_justice: float = setting(
        0.30, "justice of a good agent", "0-1", "Smith, Bolton & Wagner 1999", ge=0, le=1
    )
    distributive_justice: float = setting(
        0.50, "justice of full compensation", "0-1", "Smith, Bolton & Wagner 1999", ge=0, le=1
    )
    fair_compensation: float = setting(
        20.0, "compensation that counts as full for severity 1", "currency", gt=0, le=1e6
    )
    commitment_ref: float = setting(0.5, "commitment at the anchor", "0-1", _PROTOTYPE, gt=0.05, lt=0.95)
    commitment_slope: float = setting(2.5, "effect of satisfaction on commitment", "log-odds", _PROTOTYPE, ge=0, le=50)
    bond_slope: float = setting(0.5, "effect of the personal bond on commitment", "log-odds", ge=0, le=50)
    commitment_rate: float = setting(0.06, "share of the way that commitment goes in a month", "a month", ge=0, lt=1)
    habit_half_life: float = setting(12.0, "habit grows with custom and fades without", "months", gt=0, le=600)
    habit_step: float = setting(
        0.15, "share of the way that one purchase moves habit (repertoire)", "", "Guadagni & Little 1983", ge=0, le=1
    )
    bond_half_life: float = setting(36.0, "the personal bond grows with custom", "months", gt=0, le=600)
    belief_half_life: float = setting(
        24.0, "beliefs about other firms drift to their public reputation", "months", gt=0, le=600
    )
    memory_half_life: float = setting(24.0, "what a former customer still feels on coming back", "months", gt=0, le=600)
    price_half_life: float = setting(9.0, "a price rise is forgotten", "months", gt=0, le=600)
    outreach_half_life: float = setting(1.0, "a message is forgotten", "months", gt=0, le=600)


# --- rules about one person ------------------------------------------------------------------------------------------


@rule(
    "gap", -0.4, 0.4, lines=("loss", 1.0, 2.0, 3.0), also=("disconfirmation", "loss_aversion"), gain=1.0,
    reads={"gain": "feel.gain", "loss": "feel.loss"},
)  # fmt: skip
@kernel
def asymmetric(gap: float, gain: float, loss: float) -> float:
    """Return how strongly a gap between experience and expectation is felt: a loss weighs more than a gain.

    Equation: gain · gap where gap > 0, loss · gap else
    Units: gap = performance - expectation on the attribute scale (0-1), so in [-1, 1]; gain and loss are weights, the
        settings feel.gain and feel.loss
    Source: Anderson & Sullivan 1993; Kahneman & Tversky 1979 (losses loom larger)
    """
    return gain * gap if gap > 0.0 else loss * gap


@rule(
    "performance", 0.4, 1.0, lines=("disconfirmation", -0.2, 0.0, 0.2),
    also=("satisfaction", "customer_satisfaction", "csat"),
)  # fmt: skip
@kernel
def judgment(performance: float, disconfirmation: float, f: FeelSettings) -> float:
    """Return the satisfaction S* that an experience calls for.

    Equation: S* = Λ(logit S_ref + performance_slope (P - P_ref) + disconfirmation_slope D)
    Units: P and P_ref on the attribute scale (0-1); D = Σ w asymmetric(gap), in about [-1, 1]; S* in (0, 1)
    Source: Oliver 1980 (expectancy-disconfirmation); Churchill & Surprenant 1982 (direct effect of performance)

    Anchored at S_ref and P_ref, so that a slope can change without moving the level.
    """
    direct = f.performance_slope * (performance - f.performance_ref)
    return logistic(logit(f.satisfaction_ref) + direct + f.disconfirmation_slope * disconfirmation)


@rule("tenure", 0.0, 15.0, also=("memory",))
@kernel
def openness(tenure: float, f: FeelSettings) -> float:
    """Return the share of the way to today's judgment that a customer of ``tenure`` years goes in a month.

    Equation: memory_floor + memory_new exp(-tenure / memory_years)
    Units: tenure in years, at least 0; a share a month, in (0, 1)
    Source: Bolton 1998: the longer together, the less one experience moves the whole
    """
    return f.memory_floor + f.memory_new * math.exp(-tenure / f.memory_years)


@rule("tenure", 0.0, 15.0, lines=("step", 0.2, 0.35, 0.5), reads={"step": "feel.contact_step feel.failure_step"})
@kernel
def step_size(step: float, tenure: float, f: FeelSettings) -> float:
    """Return how far one event moves satisfaction: ``step`` for a newcomer, less in proportion to openness.

    Equation: step openness(tenure) / openness(0)
    Units: tenure in years; step (contact_step or failure_step) and what is returned: shares of the way, 0-1
    Source: Bolton 1998
    """
    return step * openness(tenure, f) / (f.memory_floor + f.memory_new)


@rule(
    "wait", 0.0, 15.0, lines=("quality", 0.8, 1.0, 1.2), also=("waiting", "waiting_time", "service_quality"),
    level=0.72, answered=True, resolved=True, noise=0.0,
    reads={"level": "level.service", "noise": "feel.encounter_noise"},
)  # fmt: skip
@kernel
def encounter(
    level: float, wait: float, answered: bool, resolved: bool, quality: float, noise: float, f: FeelSettings
) -> float:
    """Return the service performance of one contact.

    Equation: level + usual_service + noise - wait_weight ln(1 + wait / tolerable_wait)
        + quality_weight (quality - 1) if it was answered
        - unresolved_weight if the matter is open - abandoned_weight if the caller hung up
    Units: wait in minutes; quality around 1; the rest on the attribute scale (0-1, which noise may leave)
    Source: Taylor 1994 (waiting lowers evaluations); Dixon, Freeman & Toman 2010 (a matter left open is worst)
    """
    felt = level + f.usual_service + noise - f.wait_weight * math.log1p(wait / f.tolerable_wait)
    if not answered:
        return felt - f.unresolved_weight - f.abandoned_weight
    felt += f.quality_weight * (quality - 1.0)
    return felt if resolved else felt - f.unresolved_weight


@rule(
    "compensation", 0.0, 30.0, lines=("severity", 0.25, 0.5, 1.0), also=("recovery_justice", "perceived_justice"),
    wait=2.0, quality=1.0,
    reads={"compensation": "recovery.compensation"},
)  # fmt: skip
@kernel
def justice(wait: float, quality: float, compensation: float, severity: float, f: FeelSettings) -> float:
    """Return the justice of a recovery: procedural (time), interactional (agent), distributive (compensation).

    Equation: min(1, procedural_justice / (1 + wait / (5 tolerable_wait)) + interactional_justice quality / 2
        + distributive_justice min(1, compensation / (fair_compensation severity)))
    Units: wait in minutes; quality around 1; compensation in currency units; severity in (0, 1]; justice in [0, 1]
    Source: Smith, Bolton & Wagner 1999
    """
    procedural = f.procedural_justice / (1.0 + wait / (5.0 * f.tolerable_wait))
    interactional = f.interactional_justice * min(max(0.5 * quality, 0.0), 1.0)
    distributive = f.distributive_justice * min(compensation / (f.fair_compensation * max(severity, 0.05)), 1.0)
    return min(procedural + interactional + distributive, 1.0)


@rule(
    "severity", 0.0, 1.0, lines=("weight", 0.2, 0.4, 0.6), also=("failure", "service_failure"), satisfaction=0.72,
    loss=2.0,
    reads={"loss": "feel.loss"},
)  # fmt: skip
@kernel
def after_failure(satisfaction: float, severity: float, weight: float, loss: float, f: FeelSettings) -> float:
    """Return the satisfaction that a failure calls for: the product falls short of what was expected by its severity.

    Equation: Λ(logit S - (performance_slope + disconfirmation_slope · loss) failure_loss · severity (1/2 + weight))
    Units: satisfaction S 0-1; severity in [0, 1]; weight: importance of the product, 0-1; loss: weight of falling
        short in the product, feel.loss but for the product's class; in (0, 1)
    Source: Anderson & Sullivan 1993 (a loss weighs more); Smith, Bolton & Wagner 1999 (severity); [A] size
    """
    short = f.failure_loss * severity
    fall = f.performance_slope * short + f.disconfirmation_slope * loss * short
    return logistic(logit(satisfaction) - fall * (0.5 + weight))


@rule("fair", 0.0, 1.0, lines=("satisfaction", 0.4, 0.6, 0.8), also=("recovery", "service_recovery"))
@kernel
def recovered(satisfaction: float, fair: float, f: FeelSettings) -> float:
    """Return satisfaction after a complaint was resolved.

    Equation: S + recovery_lift · justice (1 - S)
    Units: satisfaction S and the justice of the recovery (fair) 0-1; in [0, 1]
    Source: Smith, Bolton & Wagner 1999; de Matos, Henrique & Rossi 2007 (the lift is small)
    """
    return satisfaction + f.recovery_lift * fair * (1.0 - satisfaction)


@rule("satisfaction", 0.0, 1.0, lines=("bond", 0.0, 0.5, 1.0), also=("commitment",), lean=0.0)
@kernel
def committed(satisfaction: float, bond: float, lean: float, f: FeelSettings) -> float:
    """Return the commitment L* that satisfaction and bond call for.

    Equation: L* = Λ(logit L_ref + commitment_slope (S - S_ref) + bond_slope (B - 1/2) + lean)
    Units: satisfaction S and bond B 0-1; lean: what further parts of the mind add (trust), log-odds; L* in (0, 1)
    Source: Morgan & Hunt 1994
    """
    lift = f.commitment_slope * (satisfaction - f.satisfaction_ref) + f.bond_slope * (bond - 0.5)
    return logistic(logit(f.commitment_ref) + lift + lean)


# --- how far states go in a period ------------------------------------------------------------------------------------


class Pace(NamedTuple):
    """How far states that relax by time go in one period: the same for everybody, so worked out once."""

    dt: float  # years
    tenure: NDArray[np.float64]  # that grew from 0 by so many periods, years, as people's columns keep it
    promise: NDArray[np.float64]  # for each of these tenures
    satisfaction: NDArray[np.float64]  # the same
    expectation: float
    commitment: float
    habit: float
    bond: float
    belief: float
    problem: float
    fresh_problem: float  # one that came up within the period: half as long ago
    price: float
    outreach: float


LONGEST = 60.0  # years of tenure for which the pace is looked up


@rule("tenure", 0.0, 15.0, also=("promise",), dt=1.0 / 12.0)
@kernel
def to_promise(tenure: float, f: FeelSettings, dt: float) -> float:
    """Return how far expectation goes to the promise in ``dt``: who knows the firm believes its promises less.

    Equation: (1 - (1 - promise_rate)^(12 dt)) exp(-tenure / memory_years)
    Units: tenure and dt in years; a share of the way, in [0, 1)
    Source: Boulding et al. 1993 (will-expectation follows what firms say); [A] fading with tenure
    """
    return monthly_approach(f.promise_rate, dt) * math.exp(-tenure / f.memory_years)


@rule("tenure", 0.0, 15.0, dt=1.0 / 12.0)
@kernel
def to_judgment(tenure: float, f: FeelSettings, dt: float) -> float:
    """Return how far satisfaction goes to today's judgment in ``dt``.

    Equation: 1 - (1 - openness(tenure))^(12 dt)
    Units: tenure and dt in years; a share of the way, in (0, 1)
    Source: Bolton 1998
    """
    return monthly_approach(openness(tenure, f), dt)


@loop
def _by_tenure(
    f: FeelSettings,
    dt: float,
    tenure: NDArray[np.float64],
    promise: NDArray[np.float64],
    satisfaction: NDArray[np.float64],
) -> None:
    """Write the pace for tenures of 0, 1, 2, ... periods."""
    for age in range(tenure.size):
        if age > 0:
            tenure[age] = np.float32(tenure[age - 1] + dt)
        promise[age] = to_promise(tenure[age], f, dt)
        satisfaction[age] = to_judgment(tenure[age], f, dt)


@kernel
def pace_at(tenure: float, f: FeelSettings, pace: Pace) -> tuple[float, float]:
    """Return `to_promise` and `to_judgment` of a period, looked up for who was a customer for whole periods."""
    age = min(int(tenure / pace.dt + 0.5), pace.tenure.size - 1)
    if pace.tenure[age] == tenure:
        return pace.promise[age], pace.satisfaction[age]
    return to_promise(tenure, f, pace.dt), to_judgment(tenure, f, pace.dt)


def pace_of(f: FeelSettings, dt: float) -> Pace:
    """Return the pace of a period of ``dt`` years."""
    tenure, promise, satisfaction = np.zeros((3, round(LONGEST / dt) + 1))
    _by_tenure(numbers(f), dt, tenure, promise, satisfaction)
    return Pace(
        dt=dt,
        tenure=tenure,
        promise=promise,
        satisfaction=satisfaction,
        expectation=monthly_approach(f.expectation_rate, dt),
        commitment=monthly_approach(f.commitment_rate, dt),
        habit=approach(f.habit_half_life, dt),
        bond=approach(f.bond_half_life, dt),
        belief=approach(f.belief_half_life, dt),
        problem=approach(f.problem_half_life, dt),
        fresh_problem=approach(f.problem_half_life, 0.5 * dt),
        price=approach(f.price_half_life, dt),
        outreach=approach(f.outreach_half_life, dt),
    )
