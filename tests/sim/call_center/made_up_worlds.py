"""Centers with every feature mixed: skills, chats, classes, lines, call-backs, overflow, rosters, further attempts."""

import math
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

from sim.call_center.contacts import Contacts, next_attempts
from sim.call_center.hours import calling_hours, opening_hours
from sim.call_center.rules import NEVER, NO_LIMIT, Callers, Rules, Skills
from sim.call_center.settings import DAYS, CallCenterSettings
from sim.call_center.staff import Staff
from sim.draws import Key

WEEK = 10_080.0  # minutes
PHONE, CHAT, EMAIL = range(3)
UNITS = (NEVER, 1.0, 0.25, 1 / 60)  # times are multiples of it, so that ties abound; infinite: any time
ROUND_THE_CLOCK = CallCenterSettings(
    opening={"days": DAYS, "opens": 0, "closes": 24}, profile={"hours": (1.0,) * 24, "days": (1.0,) * 7}
)
OFFICE_HOURS = CallCenterSettings(opening={"days": DAYS, "opens": 0, "closes": 3})


class World(NamedTuple):
    contacts: Contacts
    staff: Staff
    rules: Rules
    until: float  # minutes; the world begins at 0
    cuts: list[float]  # rising, between 0 and ``until``


def world(seed: int, size: int, agents: int, minutes: float, unit: float) -> World:
    """A center of ``size`` first contacts in ``minutes``; what its rules are is up to the ``seed``."""
    chance = np.random.default_rng([seed, size, agents])
    rules = _rules(chance, seed, busy=max(agents, 1) * minutes / max(size, 1))
    contacts = _contacts(chance, rules, size, minutes, unit)
    until = minutes if chance.random() < 0.8 else NEVER
    cuts = on_grid(chance.uniform(0.0, minutes, 3), unit)
    return World(
        contacts, _staff(chance, agents, rules, minutes), rules, until, sorted({*cuts.tolist()} - {0.0, minutes})
    )


@st.composite
def made_up_worlds(draw) -> World:
    """Up to 60 first contacts in four hours and up to 6 agents."""
    return world(
        seed=draw(st.integers(0, 2**32 - 1)),
        size=draw(st.integers(0, 60)),
        agents=draw(st.integers(0, 6)),
        minutes=240.0,
        unit=draw(st.sampled_from((NEVER, *UNITS))),
    )


def on_grid(times: np.ndarray, unit: float) -> np.ndarray:
    return times if math.isinf(unit) else np.floor(times / unit) * unit


def _rules(chance: np.random.Generator, seed: int, busy: float) -> Rules:
    """``busy``: minutes of work that keep the agents about busy with each contact."""
    kinds = int(chance.integers(1, 6))
    channel = chance.choice([PHONE, PHONE, CHAT, CHAT, EMAIL], kinds)
    most = int(chance.integers(2, 5))
    paces = np.minimum.accumulate(np.column_stack([np.ones(3), chance.choice([1.0, 0.6, 0.5, 0.3], (3, most - 1))]), 1)
    limits = np.array([1, most, int(chance.integers(1, most + 1))])
    mean_work = busy * chance.choice([0.5, 1.0, 1.5], kinds) + 0.1

    def one_of(*values: float) -> np.ndarray:
        return chance.choice(values, kinds).astype(float)

    callers = Callers(
        log_mean=np.log(mean_work) - 0.3,
        log_sd=one_of(0.0, 0.8, 0.8),
        patience=np.where(channel == EMAIL, NEVER, mean_work * one_of(0.2, 1.0, 3.0, NEVER)),
        patience_shape=one_of(1.0, 0.8),
        redial_chance=one_of(0.0, 0.5, 0.9),
        redial_delay=one_of(5.0, 30.0) / WEEK,
        repeat_chance=one_of(0.0, 0.5, 0.9),
        repeat_delay=one_of(5.0, 60.0) / WEEK,
        call_back=one_of(0.0, 0.5, 1.0) * (channel == PHONE),
        screen_pop=one_of(0.0, 0.3),
    )
    skills = Skills(
        channel=channel,
        line=channel == PHONE,
        at_once=limits[channel],
        pace=paces[channel],
        overflow=one_of(0.0, 1.0, 5.0, NEVER),
        call_back_after=np.where(channel == PHONE, one_of(0.0, 1.0, 5.0, NEVER), NEVER),
        mean_work=mean_work,
        resolution=one_of(0.3, 0.7, 1.0),
    )
    settings = ROUND_THE_CLOCK if chance.random() < 0.7 else OFFICE_HOURS
    lines = int(chance.choice([NO_LIMIT, 3, 8]))
    return Rules(Key(seed, 1), callers, skills, lines, calling_hours(settings), opening_hours(settings))


def _contacts(chance: np.random.Generator, rules: Rules, size: int, minutes: float, unit: float) -> Contacts:
    """First contacts with their luck, some of one person."""
    before = Contacts.blank(size)
    before.person[:] = chance.integers(0, 3 + size // 2, size)
    before.slot[:] = np.arange(size) % 256
    before.shadow[:] = np.arange(size) // 256
    before.cause[:] = chance.integers(0, 3, size)
    before.attempt[:] = -1
    before.skill[:] = chance.integers(0, rules.skills.channel.size, size)
    before.priority[:] = chance.choice([[0], [0, 1], [0, 3, 127]][int(chance.integers(3))], size)
    before.patience_factor[:] = chance.choice([0.5, 1.0, 2.0], size)
    contacts = next_attempts(rules, before, on_grid(chance.uniform(0.0, minutes, size), unit))
    for column in (contacts.work, contacts.patience):
        column[:] = on_grid(column, unit)
    return contacts.in_order()


def _staff(chance: np.random.Generator, agents: int, rules: Rules, minutes: float) -> Staff:
    """Agents of up to three groups, whose shifts change each half hour, or never."""
    groups = chance.choice([0, 1, 1, 2], (3, rules.skills.channel.size))
    starts = np.arange(0.0, minutes, 30.0) if chance.random() < 0.8 else np.array([-NEVER])
    on_duty = chance.random((starts.size, agents)) < chance.choice([0.5, 0.8, 1.0])
    return Staff(
        speed=chance.choice([0.5, 1.0, 1.0, 2.0], agents),
        quality=chance.choice([0.5, 1.0, 1.5], agents),
        choice=groups[chance.integers(0, 3, agents)].astype(np.int8),
        starts=starts,
        on_duty=on_duty,
        breaks=~on_duty,
    )
