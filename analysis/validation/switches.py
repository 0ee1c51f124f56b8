"""Neutral switches: each mechanism can be turned off exactly, and then its other settings do nothing.

For each switch three small worlds live in the same luck: with the mechanism off; off with its other settings moved,
which must give the same to the bit; and on, which must not.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from analysis.compose import merge
from analysis.schema import bounds, choices
from analysis.validation.lab import BENCHMARK, SHOP, TELECOM, UNSETTLED, Lab, lived
from sim.registry import registered
from sim.world import World

CENTER = "firms.acme.call_center."
STATES = ("provider", "satisfaction", "commitment", "expectation", "tenure", "since", "problem", "alive")


@dataclass(frozen=True)
class Switch:
    """How a mechanism is turned off.

    Attributes:
        mechanism: its name.
        off: settings that turn it off, by their dotted names.
        others: settings of the mechanism that then do nothing.
        on: settings with which it is at work, where the defaults are off.
        groups: market in which it is at work.
        queue: whether calls are served one by one.
        beside: what is at work in all three worlds: parts of the mind that its programs act on, too.
    """

    mechanism: str
    off: Mapping[str, Any]
    others: tuple[str, ...] = ()
    on: Mapping[str, Any] | None = None
    groups: str = "telecom"
    queue: bool = False
    beside: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Turned:
    """What came of turning a mechanism off.

    Attributes:
        mechanism: its name.
        off: what turns it off, as words of the command line.
        others: number of its other settings that were moved.
        same: whether the worlds with it off are equal to the bit, whatever its other settings are.
        works: whether the world with it on differs.
    """

    mechanism: str
    off: str
    others: int
    same: bool
    works: bool

    @property
    def verdict(self) -> bool:
        """Whether it is a neutral switch."""
        return self.same and self.works

    def as_dict(self) -> dict[str, Any]:
        """Return the row as ``--json`` prints it."""
        return {**asdict(self), "verdict": self.verdict}


def _of(room: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{room}.{name}" for name in names)


HAZARD = _of("choose", "satisfaction_push", "problem_push", "price_push", "outreach_push", "habit_ref")
ENCOUNTER = _of(
    "feel", "encounter_focus", "encounter_noise", "wait_weight", "unresolved_weight", "abandoned_weight",
    "quality_weight", "usual_service",
)  # fmt: skip
MORALE = _of("morale", "pay_effect", "load_effect", "half_life_months")
GROUND = (
    Switch("differences in leaving", {"customers.frailty_cv": 0.0}, _of("customers", "leaving_a", "leaving_b")),
    Switch("silent lapse", {"customers.lapses": False}, _of("customers", "dropout_a", "dropout_b"), groups="shop"),
    Switch("thinking about leaving", {"choose.reopen_per_year": 0.0}, HAZARD),
    Switch("procedural switching cost", {"choose.procedural_cost": 0.0}, ("choose.e_skill_relief",)),
    Switch("the personal bond", {"choose.relational_cost": 0.0, "feel.bond_slope": 0.0}, ("feel.bond_half_life",)),
    Switch("habit", {"choose.habit_bonus": 0.0}, _of("feel", "habit_step"), groups="shop"),
    Switch("loss aversion", {"feel.loss": 1.0}),
    Switch("commitment in the choice", {"choose.commitment_bonus": 0.0}),
    Switch(
        "price rises that are noticed", {"choose.price_push": 0.0, "feel.price_loss": 0.0}, ("feel.price_half_life",)
    ),
    Switch("messages that wake sleepers", {"choose.outreach_push": 0.0}, ("feel.outreach_half_life",)),
    Switch(
        "failures",
        {"experience.failures": False},
        (
            *_of("experience", "failure_ceiling", "severity_a", "severity_b", "voice", "voice_loyalty"),
            *_of("feel", "failure_step", "failure_loss", "problem_loss", "problem_half_life", "recovery_lift"),
        ),
    ),
    Switch(
        "questions", {"experience.questions": False}, _of("customers", "contacts_per_year", "contacts_shape")
    ),
    Switch("questions with an order", {"experience.order_questions": 0.0}, groups="shop"),
    Switch(
        "contacts that are felt",
        {"feel.contact_step": 0.0, "feel.expectation_step": 0.0},
        ENCOUNTER,
    ),
    Switch("a lift by recovery", {"feel.recovery_lift": 0.0}),
    Switch(
        "memory that lengthens with tenure", {"feel.memory_new": 0.0, "feel.promise_rate": 0.0}, ("feel.memory_years",)
    ),
    Switch("buying elsewhere", {"choose.outside_option": False}, ("choose.none_utility",), groups="shop"),
    Switch("growth of the category", {"buy.growth_cap": 1.0}, ("firms.acme.programs.points.growth",), groups="shop"),
    Switch("redialling", {f"{CENTER}redial.chance": 0.0}, (f"{CENTER}redial.delay_minutes",), queue=True),
    Switch("repeat calls", {f"{CENTER}repeat.chance": 0.0}, (f"{CENTER}repeat.delay_days",), queue=True),
    Switch(
        "what agents learn",
        {f"{CENTER}agents.start_speed": 1.0, f"{CENTER}agents.start_quality": 1.0},
        (f"{CENTER}agents.learning_months",),
        queue=True,
    ),
    Switch(
        "quits and moods of agents",
        {f"{CENTER}turnover.quits": 0.0, f"{CENTER}morale.quality_effect": 0.0},
        (*(CENTER + name for name in MORALE), f"{CENTER}turnover.morale_effect", f"{CENTER}turnover.load_effect"),
        queue=True,
    ),
    Switch(
        "the queue", {f"{CENTER}kind": "benchmark"}, (f"{CENTER}staffing.square_root", f"{CENTER}tools_per_contact"),
        queue=True,
    ),
)  # fmt: skip


def switches() -> tuple[Switch, ...]:
    """Return every switch: of the ground floor, and of each further part of the mind, found by its settings."""
    parts, programs = [], registered("programs")
    for name, part in registered("parts").items():
        others = tuple(f"mind.{name}.{each}" for each in part.settings_class.model_fields if each != "active")
        on: dict[str, Any] = {f"mind.{name}.active": True}
        acting = {program: each.needs for program, each in programs.items() if name in each.needs}
        on |= {f"firms.acme.programs.{program}": {} for program in acting}
        with_it = {need for needs in (part.needs, *acting.values()) for need in needs if need != name}
        on |= {f"mind.{need}.active": True for need in with_it}
        beside = {f"mind.{need}.active": True for need in with_it if name not in registered("parts")[need].needs}
        off = {f"mind.{name}.active": False}
        parts.append(Switch(name.replace("_", " "), off, others, {**beside, **on}, beside=beside))
    return (*GROUND, *parts)


def turn(number: int) -> Turned:
    """Live the three worlds of a switch, by its place among `switches`."""
    switch = switches()[number]
    others, neutral = moved(switch), {**switch.beside, **switch.off}
    on, off, off_and_moved = (
        _fingerprint(_world(switch, settings)) for settings in (switch.on or {}, neutral, {**others, **neutral})
    )
    said = " ".join(f"{name}={_word(value)}" for name, value in switch.off.items())
    return Turned(switch.mechanism, said, len(others), off == off_and_moved, on != off)


def _world(switch: Switch, settings: Mapping[str, Any]) -> World:
    """Return a small market in which much happens: programs, a price rise, half a year."""
    rise = {"schedule": {"changes": [{"year": 0.1, "price": 1.08}]}}
    programs = {"points": {"enrollment": 6.0}, "discount": {"share": 0.05, "offers_per_year": 6.0}, "recovery": {}}
    center = {"call_center": {"customers_represented": 40.0}} if switch.queue else BENCHMARK
    busy = {
        "calendar": {"years": 0.25 if switch.queue else 0.5},
        "customers": {"count": 400},
        "firms": {"acme": {"programs": programs, "strategy": rise} | center},
    }
    quiet = merge(*({"firms": {firm: BENCHMARK}} for firm in ("bolt", "cirrus")))
    return Lab(True, 0.0, settings).of(SHOP if switch.groups == "shop" else TELECOM, UNSETTLED, busy, quiet)


def moved(switch: Switch) -> dict[str, Any]:
    """Return the other settings of a switch with values that are not those of its world."""
    world, found = _world(switch, switch.on or {}), {}
    for name in switch.others:
        *path, last = name.split(".")
        room: Any = world
        for key in path:
            room = room[key] if isinstance(room, dict) else getattr(room, key)
        found[name] = other_value(room, last)
    return found


def other_value(settings: BaseModel, name: str) -> Any:
    """Return a legal value of a setting that is not its own: another number, word, or all of a room's settings.

    Raises:
        LookupError: it can be nothing else.
    """
    now, field = getattr(settings, name), type(settings).model_fields[name]
    if isinstance(now, BaseModel):
        return {inner: other_value(now, inner) for inner in type(now).model_fields}
    for value in _others(now, field):
        if value != now and _allowed(settings, name, value):
            return value
    raise LookupError(f"{name} = {now} can be nothing else")


def _others(now: Any, field: FieldInfo) -> Iterator[Any]:
    if isinstance(now, bool):
        yield not now
    yield from choices(field)
    least, most = bounds(field)
    if isinstance(now, int | float):
        yield type(now)((now + min(most, 2.0 * abs(now) + 1.0)) / 2)
        yield type(now)((now + max(least, 0.0)) / 2)
        yield from (now + 1, now - 1)
    if now is None:
        yield (max(least, 0.0) + min(most, max(least, 0.0) + 2.0)) / 2


def _allowed(settings: BaseModel, name: str, value: Any) -> bool:
    try:
        type(settings).model_validate(settings.model_dump() | {name: value})
    except ValueError:
        return False
    return True


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)


def _fingerprint(world: World) -> str:
    """Return a fingerprint of feelings, whose customers people are, what they brought and all figures, to the bit.

    What is remembered and does nothing, as a price rise that nobody minds, may differ.
    """
    market = lived(world)
    digest = hashlib.sha256()
    for column in (*(getattr(market.people, name) for name in STATES), market.ledger.margin):
        digest.update(np.ascontiguousarray(column).tobytes())
    digest.update(repr(market.outcomes()).encode())  # parts that only tell change nothing else
    return digest.hexdigest()
