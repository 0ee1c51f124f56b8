"""Turnover: agents quit, by morale and load; who takes their place comes with a lag, and starts slow."""

import math

from sim.call_center.morale import MoraleSettings
from sim.rule import rule
from sim.settings import Settings, setting


class TurnoverSettings(Settings):
    """Who quits, and who is hired."""

    quits: float = setting(
        0.0,
        "quits a year for an agent of reference morale under a calm load (0: nobody quits)",
        "a year",
        "published: 0.20-0.45 in all",
        ge=0,
        le=5,
    )
    morale_effect: float = setting(3.0, "effect of full morale lost, on the logarithm of quits", "log", ge=0, le=20)
    strained_load: float = setting(0.88, "occupancy above which load itself drives people away", "share", ge=0, le=1)
    load_effect: float = setting(0.4, "effect of 5 points of occupancy above it, on that logarithm", "log", ge=0, le=5)
    hiring_lag_months: float = setting(2.0, "months from a vacancy to the first day at work", "months", ge=0, le=36)
    hiring_ahead: float = setting(
        1.0,
        "share of the quits expected within that lag that is hired for in advance",
        "share",
        "the firm's choice",
        ge=0,
        le=5,
    )
    hiring_cost: float = setting(
        4_000.0,
        "cost of a hire: search, selection, first training",
        "currency",
        "[A] a tenth of a year's pay",
        ge=0,
        le=1e6,
    )


@rule(
    "occupancy", 0.5, 1.0, lines=("morale", 0.4, 0.65, 0.9), also=("turnover", "employee_turnover"),
    set_to={"quits": 0.3},
)  # fmt: skip
def quits_a_year(morale: float, occupancy: float, settings: TurnoverSettings, mood: MoraleSettings) -> float:
    """Return an agent's hazard of quitting: turnover follows dissatisfaction and workload.

    Equation: quits exp(morale_effect (reference - morale) + load_effect max(0, occupancy - strained_load) / 0.05)
    Units: morale and occupancy 0-1; a hazard a year, at least 0
    Source: Batt 2002; Whitt 2006
    """
    strain = max(0.0, occupancy - settings.strained_load) / 0.05
    return settings.quits * math.exp(settings.morale_effect * (mood.reference - morale) + settings.load_effect * strain)
