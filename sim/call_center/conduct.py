"""Conduct: how agents are led shows in how fast and how well they work, and in how they feel about it.

Leaders trade quickness against quality: a handle-time target or pay for speed shortens contacts and leaves more of them
unsolved; agents who may decide take longer and solve more. The sizes are assumptions, to be varied.
"""

import math
from typing import Literal, NamedTuple

from sim.settings import Settings, setting


class ConductSettings(Settings):
    """How agents are led. As given, everything is neutral."""

    handle_target: float = setting(
        1.0,
        "handle time that agents are held to, of what a contact takes",
        "ratio",
        "the firm's choice",
        ge=0.5,
        le=1.5,
    )
    quality_of_time: float = setting(
        0.6, "elasticity of quality with respect to that time", "ratio", "[A] hurried contacts solve less", ge=0, le=3
    )
    empowerment: float = setting(
        0.0, "how far agents may decide for themselves", "0-1", "the firm's choice", ge=0, le=1
    )
    empowered_quality: float = setting(0.10, "gain in quality of full empowerment", "share", ge=0, le=1)
    empowered_time: float = setting(0.06, "longer handle time with full empowerment", "share", ge=0, le=1)
    training_hours: float = setting(
        0.0, "paid hours of training for an agent a year, on top", "hours a year", "the firm's choice", ge=0, le=1_000
    )
    trained_quality: float = setting(0.10, "most that training adds to quality", "share", ge=0, le=1)
    training_scale: float = setting(40.0, "hours that bring two thirds of it", "hours a year", gt=0, le=1_000)
    empowered_morale: float = setting(0.5, "lift of morale by full empowerment", "log-odds", ge=0, le=5)
    trained_morale: float = setting(0.5, "most that training lifts morale", "log-odds", ge=0, le=5)
    hurried_morale: float = setting(
        2.0, "loss of morale with a target of no time at all, in proportion below 1", "log-odds", ge=0, le=20
    )
    reward: Literal["none", "speed", "sales", "satisfaction"] = setting(
        "none", "what agents are rewarded for", source="the firm's choice"
    )
    reward_strength: float = setting(
        0.06,
        "how much quicker (speed), better (satisfaction) or more selling (sales) it makes them",
        "share",
        ge=0,
        le=0.5,
    )
    sale_margin: float = setting(
        1.0, "margin of what is sold in a contact when agents are rewarded for sales", "currency", ge=0, le=1e4
    )


class Conduct(NamedTuple):
    """What leading does to an agent's work."""

    time: float  # factor on handle time
    quality: float  # factor on quality
    morale: float  # shift on morale's log-odds scale
    sale: float  # margin sold in an answered contact, currency units


def conduct_of(settings: ConductSettings) -> Conduct:
    """Return what ``settings`` do: factors that multiply, each 1 where its lever is neutral.

    Quality = target^elasticity x (1 + gain empowerment) x (1 + most (1 - exp(-training / scale))) x reward.
    """
    s = settings
    trained = 1.0 - math.exp(-s.training_hours / s.training_scale)
    strength = s.reward_strength
    time, quality, sale = {
        "none": (1.0, 1.0, 0.0),
        "speed": (1.0 - strength, 1.0 - strength, 0.0),
        "sales": (1.0 + strength, 1.0 - strength, s.sale_margin),
        "satisfaction": (1.0 + strength / 2.0, 1.0 + strength, 0.0),
    }[s.reward]
    return Conduct(
        time=time * s.handle_target * (1.0 + s.empowered_time * s.empowerment),
        quality=quality
        * s.handle_target**s.quality_of_time
        * (1.0 + s.empowered_quality * s.empowerment)
        * (1.0 + s.trained_quality * trained),
        morale=s.empowered_morale * s.empowerment
        + s.trained_morale * trained
        - s.hurried_morale * max(0.0, 1.0 - s.handle_target),
        sale=sale,
    )
