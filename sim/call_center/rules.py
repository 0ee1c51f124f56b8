"""Rules of the queue: all that is fixed while contacts are served, and the scalar rules that every engine applies.

The engines are written independently of each other against the table of events in docs/call_center.md. They share what
is here, and nothing else.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.call_center.hours import Hours, business_until, calling_hours, moment_of, open_minutes, opening_hours
from sim.call_center.settings import CallCenterSettings
from sim.draws import Decision, Key, normal_of, uniforms
from sim.kernel import kernel, short
from sim.rule import rule
from sim.settings import once

LAST_ATTEMPT = 31
NEVER = math.inf
NO_LIMIT = 2**62
CHANNELS = ("phone", "chat", "email")

type Floats = NDArray[np.float64]


class Callers(NamedTuple):
    """How those behave who ask for each skill: arrays of shape (skills,)."""

    log_mean: Floats  # of the work, log minutes
    log_sd: Floats
    patience: Floats  # mean, minutes; infinite: nobody hangs up
    patience_shape: Floats  # of the Weibull law of patience; 1: exponential
    redial_chance: Floats
    redial_delay: Floats  # mean, weeks of open time
    repeat_chance: Floats
    repeat_delay: Floats  # mean, weeks of calling time
    call_back: Floats  # chance to accept a call-back
    screen_pop: Floats  # share of the work that known history saves


class Skills(NamedTuple):
    """What the kinds of work ask of agents and lines: arrays of shape (skills,) or (skills, most at once)."""

    channel: NDArray[np.int64]  # an agent's contacts in hand are all of one channel
    line: NDArray[np.bool_]  # takes a telephone line
    at_once: NDArray[np.int64]  # most that an agent has in hand of its channel
    pace: Floats  # (skills, most): pace of each of k + 1 at once, not rising in k; the same within a channel
    overflow: Floats  # minutes after which a second choice may take it; infinite: never
    call_back_after: Floats  # minutes of expected wait above which a call-back is offered; infinite: never
    mean_work: Floats  # minutes, for the expected wait
    resolution: Floats  # chance to solve, at normal quality


class Rules(NamedTuple):
    """All that is fixed while contacts are served."""

    key: Key
    callers: Callers
    skills: Skills
    lines: int  # telephone lines
    calling: Hours
    opening: Hours


def rules_of(settings: CallCenterSettings, key: Key) -> Rules:
    """Return the rules that ``settings`` make for the luck of ``key``."""
    return Rules(
        key,
        callers_of(settings),
        skills_of(settings),
        settings.lines or NO_LIMIT,
        calling_hours(settings),
        opening_hours(settings),
    )


@once
def callers_of(settings: CallCenterSettings) -> Callers:
    """Return how the callers of a center behave."""
    kinds = list(settings.skills.values())
    work = np.array([settings.handle_minutes_of(one) for one in kinds])
    log_sd = np.full(len(kinds), settings.handle_time.log_sd)
    spoken = np.array([one.channel != "email" for one in kinds])
    patience = np.array([settings.patience_minutes_of(one) for one in kinds])
    shape = settings.patience.shape
    every = np.ones(len(kinds))
    return Callers(
        log_mean=np.array([math.log(mean) for mean in work]) - log_sd * log_sd / 2.0,
        log_sd=log_sd,
        patience=np.where(spoken, patience / math.gamma(1.0 + 1.0 / shape), NEVER),
        patience_shape=every * shape,
        redial_chance=spoken * settings.redial.chance,
        redial_delay=every * (settings.redial.delay_minutes / open_minutes(settings)),
        repeat_chance=every * settings.repeat.chance,
        repeat_delay=every * (settings.repeat.delay_days / 7.0),
        call_back=every * (0.0 if settings.call_back.after_minutes is None else settings.call_back.accepted),
        screen_pop=every * settings.screen_pop,
    )


@once
def skills_of(settings: CallCenterSettings) -> Skills:
    """Return what the kinds of work of a center ask of agents and lines."""
    own = settings.kind == "own"
    kinds = list(settings.skills.values())
    pace = settings.chat.pace
    solo = (1.0,) * len(pace)
    limit = settings.call_back.after_minutes
    return Skills(
        channel=np.array([CHANNELS.index(one.channel) for one in kinds]),
        line=np.array([one.channel == "phone" for one in kinds]),
        at_once=np.array([len(pace) if one.channel == "chat" else 1 for one in kinds]),
        pace=np.array([pace if one.channel == "chat" else solo for one in kinds], float),
        overflow=np.array([NEVER if one.overflow_minutes is None else one.overflow_minutes for one in kinds], float),
        call_back_after=np.array(
            [NEVER if limit is None or one.channel != "phone" else limit for one in kinds], float
        ),
        mean_work=np.array([settings.handle_minutes_of(one) for one in kinds]),
        resolution=np.array(
            [settings.resolution_of(one) if own else settings.benchmark.resolution for one in kinds], float
        ),
    )  # fmt: skip


@kernel
def id_number(cause: int, slot: int, shadow: int, attempt: int) -> int:
    """Return the number (32 bits) that tells a person's contacts of one period apart: the ``index`` of their draws."""
    return ((cause * 256 + slot) * 65536 + shadow) * 32 + attempt


DRAWS = (Decision.WORK, Decision.PATIENCE, Decision.RESOLUTION, Decision.REDIAL, Decision.REPEAT, Decision.CALL_BACK)
type Pair = tuple[float, float]
type Luck = tuple[float, float, float, float, float, bool]  # work, patience, resolution, redial, repeat, accepts


@short
def luck(
    key: Key,
    callers: Callers,
    skill: int,
    person: int,
    period: int,
    number: int,
    attempt: int,
    patience_factor: float,
    familiarity: float,
) -> Luck:
    """Return a contact's work, patience, resolution, redial, repeat and whether it accepts a call-back.

    All are functions of the contact's id alone: person, period and ``number`` (see `id_number`).
    """
    return luck_of(
        callers,
        skill,
        attempt,
        patience_factor,
        familiarity,
        uniforms(key, person, period, Decision.WORK, number),
        uniforms(key, person, period, Decision.PATIENCE, number),
        uniforms(key, person, period, Decision.RESOLUTION, number),
        uniforms(key, person, period, Decision.REDIAL, number),
        uniforms(key, person, period, Decision.REPEAT, number),
        uniforms(key, person, period, Decision.CALL_BACK, number),
    )


@short
def luck_of(
    callers: Callers, skill: int, attempt: int, patience_factor: float, familiarity: float,
    work: Pair, patience: Pair, resolution: Pair, redial: Pair, repeat: Pair, call_back: Pair,
) -> Luck:  # fmt: skip
    """Return the `luck` that pairs of uniforms make, one pair for each of the `DRAWS`.

    Patience is Weibull (exponential where its shape is 1) times the person's factor; work is lognormal, less what known
    history saves: ``work (1 - screen_pop x familiarity)``.
    """
    minutes = math.exp(callers.log_mean[skill] + callers.log_sd[skill] * normal_of(work))
    waits = NEVER
    if callers.patience[skill] < NEVER:
        spell = -math.log(patience[0])
        if callers.patience_shape[skill] != 1.0:
            spell = spell ** (1.0 / callers.patience_shape[skill])
        waits = callers.patience[skill] * patience_factor * spell
    return (
        minutes * (1.0 - callers.screen_pop[skill] * familiarity),
        waits,
        resolution[0],
        again(redial, attempt, callers.redial_chance[skill], callers.redial_delay[skill]),
        again(repeat, attempt, callers.repeat_chance[skill], callers.repeat_delay[skill]),
        call_back[0] < callers.call_back[skill],
    )


@short
def again(pair: Pair, attempt: int, chance: float, mean: float) -> float:
    """Return the delay (exponential, of that ``mean``) until the next attempt, infinite where there is none."""
    return -mean * math.log(pair[1]) if pair[0] < chance and attempt < LAST_ATTEMPT else NEVER


@short
def call_again_at(hours: Hours, end: float, delay: float) -> float:
    """Return when a need that was not met at ``end`` calls again, ``delay`` weeks of the center's inner clock later.

    Who hung up waits in open time: those who hung up at closing time are spread over the next morning as they would
    have been over the evening, and no crowd waits for the door to open. Who was not helped waits in calling time,
    which runs fast in busy hours: repeat calls follow the same day and week as first calls.
    """
    return max(end, moment_of(hours, business_until(hours, end) + delay)) if delay < NEVER else NEVER


@rule(
    "quality", 0.5, 1.5, lines=("chance", 0.5, 0.7, 0.9), also=("resolution",),
    reads={"chance": "call_center.resolution skills.NAME.resolution"},
)  # fmt: skip
@kernel
def chance_to_solve(chance: float, quality: float) -> float:
    """Return the chance that an agent solves a contact.

    Equation: min(1, chance · quality)
    Units: chance of a usual agent, 0-1; quality around 1; a chance in [0, 1]
    Source: [A] quality acts in proportion
    """
    return min(1.0, chance * quality)


@rule(
    "ahead", 0, 20, lines=("agents", 5, 10, 20), mean_work=6.0,
    reads={"mean_work": "handle_time.mean_minutes skills.NAME.handle_minutes"},
)  # fmt: skip
@kernel
def expected_wait(ahead: int, agents: int, mean_work: float) -> float:
    """Return the wait to expect behind others in the queue; infinite without agents.

    Equation: (ahead + 1) mean_work / agents
    Units: ahead: callers, at least 0; mean_work and the wait in minutes
    Source: Whitt 1999 (predicting waits from the number ahead)
    """
    return (ahead + 1) * mean_work / agents if agents > 0 else NEVER


@rule("minutes", 0.0, 10.0, lines=("rate", 0.6, 1.0, 1.4), remaining=6.0, reads={"rate": "chat.pace"})
@kernel
def work_left(remaining: float, minutes: float, rate: float) -> float:
    """Return what is left of a contact's work after some minutes at a rate.

    Equation: max(0, remaining - minutes · rate)
    Units: remaining in minutes of an agent of speed 1; rate around 1, less for each of several chats at once
    Source: definition of speed (processor sharing: Kleinrock 1967)
    """
    return max(0.0, remaining - minutes * rate)
