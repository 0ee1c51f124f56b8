from dataclasses import replace
from typing import Literal

import pytest

from analysis.validation import switches as module
from analysis.validation.carry_out import turn_all
from analysis.validation.switches import GROUND, Switch, moved, other_value, switches, turn
from sim.registry import registered
from sim.settings import Settings, setting

NAMES = [switch.mechanism for switch in switches()]


def turned(monkeypatch, switch: Switch):
    monkeypatch.setattr(module, "switches", lambda: (switch,))
    return turn(0)


def test_every_further_part_of_the_mind_has_its_switch():
    assert {name.replace("_", " ") for name in registered("parts")} <= set(NAMES)
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("switch", switches(), ids=NAMES)
def test_every_other_setting_of_a_switch_is_moved_words_and_what_is_empty_too(switch):
    assert moved(switch).keys() == set(switch.others)


class Room(Settings):
    """Settings of all kinds."""

    word: Literal["one", "two"] = setting("one", "a word")
    empty: float | None = setting(None, "a number or nothing", "years", gt=0, le=1)
    full: int = setting(3, "at its most", "", ge=0, le=3)
    flag: bool = setting(False, "a flag")
    fixed: Literal["only"] = setting("only", "no choice")


def test_another_value_is_legal_and_not_the_own():
    assert [other_value(Room(), name) for name in ("word", "empty", "full", "flag")] == ["two", 0.5, 1, True]
    with pytest.raises(LookupError, match="nothing else"):
        other_value(Room(), "fixed")


@pytest.mark.parametrize("name", ["loss aversion", "failures", "price rises that are noticed"])
def test_with_a_mechanism_off_its_other_settings_change_no_bit(name):
    found = turn(NAMES.index(name))
    assert (found.same, found.works, found.verdict) == (True, True, True)


def test_a_switch_that_leaves_something_on_is_found(monkeypatch):
    """Contacts that do not move satisfaction move expectation still."""
    half = next(switch for switch in GROUND if switch.mechanism == "contacts that are felt")
    found = turned(monkeypatch, replace(half, off={"feel.contact_step": 0.0}))
    assert not found.same
    assert not found.verdict


def test_a_switch_of_what_is_off_anyway_is_found(monkeypatch):
    found = turned(monkeypatch, Switch("nothing", {"choose.habit_hold": 0.0}, ("choose.habit_ref",)))
    assert not found.works
    assert not found.verdict


@pytest.mark.long
def test_every_switch_is_neutral():
    assert [found.mechanism for found in turn_all() if not found.verdict] == []
