"""Patterns hold, and each is false as soon as a mechanism that it needs is switched off."""

import pytest

from analysis.compose import overlaps
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


# modules whose joint claims do not say yet which mechanism turns which difference
UNDECLARED = ("loyalty", "trust", "satisfaction")


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
    if len(found.differences) > 1 and not check.function.__module__.endswith(UNDECLARED):
        assert check.turned_by.keys() == {each.name for each in found.differences}
    # what is switched off is not all that the compared worlds differ by
    treatment = [name for name, values in found.settings.items() if len(values) > 1]
    for mechanism, settings in check.needs.items():
        assert not all(any(overlaps(name, each) for each in treatment) for name in settings), mechanism


@pytest.mark.long
@pytest.mark.parametrize(("check", "mechanism"), CASES, ids=name_of)
def test_a_pattern_without_a_mechanism_that_it_needs_is_false(check, mechanism):
    assert_turns(check, mechanism)
