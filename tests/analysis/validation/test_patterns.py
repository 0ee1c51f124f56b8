"""Patterns hold, and each is false as soon as a mechanism that it needs is switched off."""

import pytest

from analysis.validation.carry_out import validate
from analysis.validation.registry import checks

PATTERNS = [check for check in checks().values() if check.kind == "pattern"]
QUICK = [
    checks()[name]
    for name in (
        "shortfall_hurts_more",
        "retention_rises_without_loyalty",
        "the_committed_speak_up",
        "delight_wears_off",
        "what_must_be_hurts_and_does_not_delight",
        "surveys_do_not_hear_everybody_alike",
        "trust_falls_faster_than_it_rises",
        "without_trust_no_data",
    )
]
CASES = [(check, mechanism) for check in PATTERNS for mechanism in check.needs]


def name_of(case: object) -> str:
    return getattr(case, "name", str(case))


def test_there_are_patterns_of_every_room():
    assert len(PATTERNS) >= 25


def test_quick_patterns_hold():
    assert [result.name for result in validate(QUICK, fast=True) if not result.verdict] == []


# each of its differences is within a world, so that no world is held against another
WITHIN_WORLDS = {"surveys_do_not_hear_everybody_alike"}


def takes_the_treatment_away(settings, found):
    """Tell whether settings would make the compared worlds alike: all have what one of them has already."""
    return all(
        any(
            len(values) > 1 and value in values and (name == each or (value is None and each.startswith(f"{name}.")))
            for each, values in found.settings.items()
        )
        for name, value in settings.items()
    )


def assert_turns(check, mechanism):
    found = check.without(mechanism, fast=True)
    assert not found.verdict
    assert found.still_true(mechanism) == ()


@pytest.mark.parametrize("check", QUICK, ids=name_of)
def test_a_quick_pattern_without_its_mechanism_is_false(check):
    for mechanism in check.needs:
        assert_turns(check, mechanism)


@pytest.mark.long
@pytest.mark.parametrize("check", PATTERNS, ids=name_of)
def test_a_pattern_holds_and_each_of_several_differences_has_its_mechanism(check):
    found = check.run(fast=True)
    assert found.verdict
    if len(found.differences) > 1:
        assert check.turned_by.keys() == {each.name for each in found.differences}
    taken = {name for name, settings in check.needs.items() if takes_the_treatment_away(settings, found)}
    assert not taken or check.name in WITHIN_WORLDS


@pytest.mark.long
@pytest.mark.parametrize(("check", "mechanism"), CASES, ids=name_of)
def test_a_pattern_without_a_mechanism_that_it_needs_is_false(check, mechanism):
    assert_turns(check, mechanism)
