"""Morale: falls with a load that leaves no breath, rises with pay, training and a say in things."""

import math

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


def morale_led_to(pay: float, occupancy: float, conduct: float, settings: MoraleSettings) -> float:
    """Return the morale that present conditions lead to, 0-1.

    ``logistic(logit(reference) + pay_effect ln(pay / market) + conduct - load_effect (occupancy - calm)+ / 0.1)``;
    ``conduct`` is the shift of `sim.call_center.conduct`. Demands and resources: Demerouti et al. 2001.
    """
    s = settings
    strain = max(0.0, occupancy - s.calm_load) / 0.1
    paid = s.pay_effect * math.log(max(pay, 0.01) / s.market_pay)
    odds = math.log(s.reference / (1.0 - s.reference)) + paid + conduct - s.load_effect * strain
    return 1.0 / (1.0 + math.exp(-odds))


def morale_after(morale: float, led_to: float, years: float, settings: MoraleSettings) -> float:
    """Return morale some time later: the distance to where things lead halves every half-life."""
    return led_to + (morale - led_to) * math.exp2(-12.0 * years / settings.half_life_months)


def quality_of_mood(morale: float, settings: MoraleSettings) -> float:
    """Return the factor on quality: ``exp(effect (morale - reference))``."""
    return math.exp(settings.quality_effect * (morale - settings.reference))
