"""Morale: falls with a load that leaves no breath, rises with pay, training and a say in things."""

import math

from sim.rule import rule
from sim.settings import Settings, setting


class MoraleSettings(Settings):
    """How agents feel about their work, 0-1."""

    reference: float = setting(0.65, "morale at market pay and a calm load", "0-1", gt=0, lt=1)
    market_pay: float = setting(20.0, "pay for an hour that others offer", "currency", gt=0, le=1e4)
    pay_effect: float = setting(1.5, "effect of the logarithm of pay over market pay", "log-odds", ge=0, le=10)
    calm_load: float = setting(
        0.80,
        "occupancy up to which there is breath between contacts",
        "share",
        "[A] strain is reported from 85-90 %",
        ge=0,
        le=1,
    )
    load_effect: float = setting(0.9, "effect of a tenth of occupancy above it", "log-odds", ge=0, le=10)
    half_life_months: float = setting(2.0, "half-life of the way to where things lead", "months", gt=0, le=60)
    quality_effect: float = setting(
        0.0, "effect on the logarithm of quality, from none to full morale (0: moods do not show)", "log", ge=0, le=2
    )


@rule(
    "occupancy", 0.5, 1.0, lines=("pay", 16.0, 20.0, 24.0), also=("morale", "employee_satisfaction"), conduct=0.0,
    reads={
        "pay": "agents.pay_per_hour",
        "conduct": "conduct.empowered_morale conduct.trained_morale conduct.hurried_morale",
    },
)  # fmt: skip
def morale_led_to(pay: float, occupancy: float, conduct: float, settings: MoraleSettings) -> float:
    """Return the morale that present conditions lead to.

    Equation: Λ(logit reference + pay_effect ln(pay / market_pay) + conduct
        - load_effect max(0, occupancy - calm_load) / 0.1)
    Units: pay an hour, currency units; occupancy 0-1; conduct: the shift in log-odds by how agents are led (see
        `sim.call_center.conduct`); morale in (0, 1)
    Source: Demerouti et al. 2001 (demands and resources)
    """
    strain = max(0.0, occupancy - settings.calm_load) / 0.1
    paid = settings.pay_effect * math.log(max(pay, 0.01) / settings.market_pay)
    usual = math.log(settings.reference / (1.0 - settings.reference))
    odds = usual + paid + conduct - settings.load_effect * strain
    return 1.0 / (1.0 + math.exp(-odds))


@rule("years", 0.0, 1.0, lines=("morale", 0.3, 0.65, 0.9), led_to=0.5)
def morale_after(morale: float, led_to: float, years: float, settings: MoraleSettings) -> float:
    """Return morale some time later: the distance to where things lead halves every half-life.

    Equation: led_to + (morale - led_to) 2^(-12 years / half_life_months)
    Units: morale and led_to 0-1
    Source: [A] an adaptation level approached at a constant rate, as every state that relaxes by time
    """
    return led_to + (morale - led_to) * math.exp2(-12.0 * years / settings.half_life_months)


@rule("morale", 0.0, 1.0, set_to={"quality_effect": 0.4}, also=("service_profit_chain",))
def quality_of_mood(morale: float, settings: MoraleSettings) -> float:
    """Return the factor of an agent's morale on quality.

    Equation: exp(quality_effect (morale - reference))
    Units: morale 0-1; the factor is around 1, and 1 where quality_effect is 0
    Source: Heskett et al. 1994 (service-profit chain); [A] form
    """
    return math.exp(settings.quality_effect * (morale - settings.reference))
