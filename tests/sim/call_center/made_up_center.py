"""Small centers that Hypothesis makes up: contacts that call again, classes, rosters; on whole minutes or any time."""

from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

from sim.call_center.contacts import Contact, Contacts
from sim.call_center.records import CenterState
from sim.call_center.rules import NEVER, rules_of
from sim.call_center.settings import DAYS, CallCenterSettings
from sim.call_center.staff import Staff
from sim.draws import Key

ALWAYS_OPEN = CallCenterSettings(
    opening={"days": DAYS, "opens": 0, "closes": 24},
    profile={"hours": (1.0,) * 24, "days": (1.0,) * 7},
    handle_time={"mean_minutes": 10.0},
    patience={"mean_minutes": 8.0},
    redial={"chance": 0.7, "delay_minutes": 15.0},
    repeat={"chance": 0.7, "delay_days": 0.02},
    resolution=0.6,
)
# a center with every feature
RICH = {
    "skills": {
        "phone": {"share": 6.0, "overflow_minutes": 2.0},
        "key": {"key_accounts": True, "overflow_minutes": 1.0},
        "chat": {"channel": "chat", "share": 3.0, "handle_minutes": 8.0},
        "mail": {"channel": "email", "share": 2.0, "handle_minutes": 10.0},
    },
    "groups": {
        "line": {"share": 3.0, "first": ("phone",), "second": ("key",)},
        "account": {"first": ("key",), "second": ("phone",)},
        "desk": {"share": 2.0, "first": ("chat", "mail")},
    },
    "priority": 0.2,
    "lines": 12,
    "call_back": {"after_minutes": 2.0},
    "self_service": {"tried": 0.3},
    "voice_menu": {"contained": 0.1},
    "screen_pop": 0.1,
    "profile": {"day_spread": 0.3},
    "agents": {"start_speed": 0.7, "start_quality": 0.8, "break_after_hours": 4.0},
    "conduct": {"handle_target": 0.95, "empowerment": 0.5, "training_hours": 20.0, "reward": "satisfaction"},
    "morale": {"quality_effect": 0.3},
    "turnover": {"quits": 0.8, "hiring_lag_months": 1.0},
    "customers_represented": 20.0,
}
RULES = rules_of(ALWAYS_OPEN, Key(11, 3))
HORIZON = 240.0  # minutes


class MadeUp(NamedTuple):
    contacts: Contacts
    staff: Staff


def calls(arrival, work, patience=NEVER, priority=0, redial=NEVER, repeat=NEVER, resolution=0.0) -> Contacts:
    """Contacts of different people, numbered in the order given."""
    contacts = Contacts.blank(len(arrival))
    contacts.person[:] = np.arange(len(arrival))
    contacts.patience_factor[:] = 1.0
    given = {
        "arrival": arrival,
        "work": work,
        "patience": patience,
        "priority": priority,
        "redial": redial,
        "repeat": repeat,
        "resolution": resolution,
    }
    for name, values in given.items():
        getattr(contacts, name)[:] = values
    return contacts


def begin() -> CenterState:
    return CenterState.at(0.0)


def shifts(*on_duty: list[bool], starts: list[float]) -> Staff:
    """Equal agents; a row for each stretch of the clock."""
    rows = np.array(on_duty, bool)
    agents = rows.shape[1]
    return Staff(
        np.ones(agents), np.ones(agents), np.ones((agents, 1), np.int8), np.array(starts), rows, np.zeros_like(rows)
    )


def under_way(state: CenterState) -> list[Contact]:
    return [*state.waiting.rows(), *state.in_hand.contacts.rows(), *state.to_come.rows()]


def columns(table) -> list[np.ndarray]:
    """The columns of a table and of the tables in it."""
    parts = [columns(part) if isinstance(part, tuple) else [np.asarray(part)] for part in table]
    return [column for part in parts for column in part]


def same(first, second) -> bool:
    """Whether two tables are equal to the bit."""
    pairs = list(zip(columns(first), columns(second), strict=True))
    return all(a.dtype == b.dtype and a.tobytes() == b.tobytes() for a, b in pairs)


@st.composite
def made_up(draw, roster_changes: bool = True) -> MadeUp:
    """Up to 25 contacts in four hours and up to 4 agents; half the time on whole minutes, where ties abound."""
    whole = draw(st.booleans())
    size = draw(st.integers(0, 25))

    def minutes(low: float, high: float):
        value = st.integers(int(low), int(high)).map(float) if whole else st.floats(low, high)
        return draw(st.lists(value, min_size=size, max_size=size))

    def chances(*values: float):
        return draw(st.lists(st.sampled_from(values), min_size=size, max_size=size))

    delay = 15.0 / 10_080.0
    contacts = calls(
        arrival=minutes(0, HORIZON - 1),
        work=minutes(0, 40),
        patience=[NEVER if endless else wait for endless, wait in zip(chances(0, 0, 1), minutes(0, 30), strict=True)],
        priority=chances(0, 1, 3),
        redial=chances(NEVER, delay, 2 * delay),
        repeat=chances(NEVER, delay, 2 * delay),
        resolution=chances(0.1, 0.5, 0.9),
    )
    agents = draw(st.integers(0, 4))
    intervals = 8 if roster_changes else 1
    on_duty = draw(
        st.lists(st.lists(st.booleans(), min_size=agents, max_size=agents), min_size=intervals, max_size=intervals)
    )
    speed = draw(st.lists(st.sampled_from([0.5, 1.0, 2.0]), min_size=agents, max_size=agents))
    quality = draw(st.lists(st.sampled_from([0.5, 1.0, 1.5]), min_size=agents, max_size=agents))
    staff = Staff(
        np.array(speed, float),
        np.array(quality, float),
        np.ones((agents, 1), np.int8),
        np.arange(intervals) * 30.0,
        np.array(on_duty, bool).reshape(intervals, agents),
        np.zeros((intervals, agents), bool),
    )
    return MadeUp(contacts.in_order(), staff)
