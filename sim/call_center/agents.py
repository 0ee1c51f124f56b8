"""Agents as workers: what they cost, how they differ, and how they grow with tenure."""

import math

from sim.rule import rule
from sim.settings import Settings, setting

WEEK_HOURS = 168.0


class AgentSettings(Settings):
    """Who works there."""

    speed_sd: float = setting(0.1, "spread of agents' speed (mean 1, log standard deviation)", "log", ge=0, le=1)
    quality_sd: float = setting(
        0.1,
        "spread of agents' quality, a factor on the chance to solve (mean 1, log standard deviation)",
        "log",
        ge=0,
        le=1,
    )
    start_speed: float = setting(
        1.0, "speed on the first day, of that with experience (1: nobody learns)", "share", ge=0.1, le=1
    )
    start_quality: float = setting(
        1.0, "quality on the first day, of that with experience (1: nobody learns)", "share", ge=0.1, le=1
    )
    learning_months: float = setting(3.0, "months in which two thirds of the rest are learned", "months", gt=0, le=60)
    hours_per_week: float = setting(30.0, "paid hours of one agent", "hours a week", gt=0, le=WEEK_HOURS)
    shrinkage: float = setting(
        0.3,
        "share of paid hours not on duty (training, absence; breaks that are not in the roster)",
        "share",
        "custom in the industry",
        ge=0,
        lt=1,
    )
    break_after_hours: float | None = setting(
        None,
        "hours on duty above which the roster has a paid half-hour break; empty: no breaks in it",
        "hours",
        ge=1,
        le=24,
    )
    pay_per_hour: float = setting(20.0, "loaded pay for a paid hour", "currency", ge=0, le=1e4)


@rule(
    "tenure_years", 0.0, 2.0, lines=("start", 0.6, 0.8, 1.0), also=("learning", "learning_curve"), learning_months=3.0,
    reads={"start": "agents.start_speed agents.start_quality", "learning_months": "agents.learning_months"},
)  # fmt: skip
def learned(start: float, tenure_years: float, learning_months: float) -> float:
    """Return how good an agent is after a while, as a part of what it will be.

    Equation: 1 - (1 - start) exp(-12 tenure / learning_months)
    Units: tenure in years; start (start_speed or start_quality) and what is returned: shares, 0-1
    Source: Mazur & Hastie 1978 (the exponential learning curve)
    """
    return 1.0 - (1.0 - start) * math.exp(-12.0 * tenure_years / learning_months)
