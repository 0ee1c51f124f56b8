import numpy as np
import pytest

from analysis.validation import registry
from analysis.validation.carry_out import holm, validate
from analysis.validation.check import Contrast, Finding, Sample, closed_form, data, pattern
from analysis.validation.lab import TELECOM, Lab, nested
from analysis.validation.registry import checks, chosen, family, mechanisms
from analysis.validation.words import usually
from sim.settings import BadInput

SPREAD = np.linspace(-1.0, 1.0, 101)


@closed_form("made up", ("rate", 10.0))
def made_up_form(lab: Lab) -> Sample:
    """Values lie around
    the input.

    All of them are looked at.
    """
    return Sample(lab.input + 0.1 * SPREAD, lambda rate: rate)


@closed_form("made up", ("price", 1.0))
def exact_form(lab: Lab) -> Sample:
    return Sample(np.full(5, lab.input - 1.0), lambda price: 0.0)


@pattern("made up", needs={"push": {"choose.satisfaction_push": 0.0}})
def made_up_pattern(lab: Lab) -> Contrast:
    push = lab.world().choose.satisfaction_push
    return Contrast({"strong": 2.0 * push + 0.1 * SPREAD, "weak": push + 0.1 * SPREAD}, bound=0.1)


def test_a_docstring_says_what_should_be_so_and_how_it_is_looked_at():
    assert made_up_form.claim == "Values lie around the input"
    assert made_up_form.method == "All of them are looked at."


def test_a_closed_form_holds_at_its_input_and_is_refused_two_percent_off():
    right, off = made_up_form.run(), made_up_form.run(off=True)
    assert right.verdict
    assert not off.verdict
    assert right.expected == off.expected == 10.0
    assert off.measured == pytest.approx(10.2)


def test_the_power_of_a_closed_form_is_that_of_the_t_test_at_its_standard_error():
    """50 values of spread 1 around 100: 2 off is 14 standard errors; around 5, .1 off is .7 of them."""
    strong = closed_form("", ("x", 100.0))(lambda lab: Sample(lab.input + np.tile([-1, 1], 25), lambda x: x))
    weak = closed_form("", ("x", 5.0))(lambda lab: Sample(lab.input + np.tile([-1, 1], 25), lambda x: x))
    assert strong.run().power > 0.999
    assert weak.run().power < 0.1


def test_values_without_spread_must_be_exact():
    assert exact_form.run().verdict
    assert not exact_form.run(off=True).verdict


def test_a_pattern_needs_each_of_its_differences_and_shows_the_weakest():
    found = made_up_pattern.run()
    assert found.verdict
    assert found.measured == pytest.approx(0.5)
    assert "weak" in found.note


def test_a_pattern_without_its_mechanism_is_false():
    assert not made_up_pattern.without("push").verdict


PUSHED = {"push": {"choose.satisfaction_push": 0.0}}


def two_differences(idle, turned_by):
    """A joint claim of which ``idle`` does not rest on the push."""

    def function(lab):
        push = lab.world().choose.satisfaction_push
        return Contrast({"pushed": push + 0.1 * SPREAD, "idle": idle + 0.1 * SPREAD})

    return pattern("made up", needs=PUSHED, turned_by=turned_by)(function)


def test_a_difference_that_its_mechanism_does_not_turn_is_named_though_the_claim_turns():
    check = two_differences(1.0, {"pushed": "push", "idle": "push"})
    without = check.without("push")
    assert not without.verdict
    assert without.still_true("push") == ("idle",)
    assert [each.verdict for each in without.differences] == [False, True]
    assert two_differences(1.0, {"pushed": "push"}).without("push").still_true("push") == ()


def test_what_turns_a_difference_is_a_mechanism_that_the_check_needs_and_a_difference_that_it_has():
    with pytest.raises(AssertionError, match="not in needs"):
        two_differences(1.0, {"pushed": "pull"})
    with pytest.raises(AssertionError, match="names no difference"):
        two_differences(1.0, {"pushes": "push"}).run()


def test_a_pattern_just_above_its_bound_is_not_clear():
    close = pattern("", {})(lambda lab: Contrast({"": [0.0, 0.2, 0.1]}, bound=0.05))
    assert close.run().measured > 0.05
    assert not close.run().verdict


def test_an_undefined_difference_is_never_shown_to_hold_and_is_null_in_json():
    found = pattern("", {})(lambda lab: Contrast({"fine": [1.0, 1.1], "undefined": [np.nan, 1.0]})).run()
    assert not found.verdict
    assert found.as_dict()["measured"] is None


def test_a_check_on_data_judges_itself():
    found = data("")(lambda lab: Finding(1.0, 1.1, 0.9, 1.2, True)).run()
    assert (found.kind, found.verdict, found.relation) == ("data", True, "within")


def test_settings_of_the_lab_lie_over_those_of_a_world():
    lab = Lab(True, 0.0, {"firms.acme.price": 1.5, "feel.loss": 1.0})
    world = lab.world({"firms": {"acme": {"price": 2.0, "brand": 0.3}}})
    assert (world.firms["acme"].price, world.firms["acme"].brand, world.feel.loss) == (1.5, 0.3, 1.0)
    assert nested({"a.b": 1, "a.c": 2}) == {"a": {"b": 1, "c": 2}}


def test_a_result_says_which_settings_of_its_worlds_are_not_the_usual_ones():
    def function(lab):
        calm = {
            "feel": {"loss": 1.7},
            "calendar": {"years": 2.0},
            "choose": {"habit_bonus": lab.world().choose.habit_bonus},
        }
        for price in (1.0, 1.1):
            lab.of(TELECOM, calm, {"firms": {"acme": {"price": price}}})
        return Contrast({"": SPREAD})

    found = pattern("made up", PUSHED)(function).run(settings={"feel.gain": 0.3})
    assert found.settings == {"feel.loss": (2.0, 1.7), "firms.acme.price": (1.0, 1.1)}
    assert found.as_dict()["settings"] == {"feel.loss": [2.0, 1.7], "firms.acme.price": [1.0, 1.1]}


def test_a_pattern_in_a_world_of_its_own_strengths_is_looked_at_with_the_usual_ones_too():
    def function(lab):
        loud = {"choose": {"satisfaction_push": 2.0, "problem_push": 0.0}, "feel": {"loss": 3.0}}
        pushes = [lab.world(loud, {"feel": {"gain": gain}}).choose.satisfaction_push for gain in (0.5, 0.8)]
        return Contrast({"": pushes[0] - 1.0 + 0.1 * SPREAD})

    found = pattern("made up", PUSHED)(function).run(usual=True)
    assert found.verdict
    assert set(found.usual.settings) == {"choose.satisfaction_push", "feel.loss"}
    assert not found.usual.verdict
    assert found.usual.measured == pytest.approx(found.usual.settings["choose.satisfaction_push"] - 1.0)
    assert "NOT shown" in usually(found)
    assert made_up_pattern.run(usual=True).usual is None


def with_chances(*chances: float):
    base = made_up_form.run()
    return [base.__class__(**vars(base) | {"name": str(n), "chance": chance}) for n, chance in enumerate(chances)]


def test_holm_refuses_step_by_step():
    """1 % over 3, over 2, over 1: the published example of the procedure, scaled."""
    assert [r.verdict for r in holm(with_chances(0.0033, 0.004, 0.02), 3)] == [False, False, True]
    assert [r.verdict for r in holm(with_chances(0.0034, 0.004, 0.009), 3)] == [True, True, True]


def test_closed_forms_that_are_not_run_count_as_tests_too():
    assert [r.verdict for r in holm(with_chances(0.002), 1)] == [False]
    assert [r.verdict for r in holm(with_chances(0.002), 10)] == [True]


def test_every_check_has_a_claim_a_source_and_what_can_turn_it():
    for name, check in checks().items():
        assert check.name == name
        assert check.claim
        assert check.source
        assert check.needs or check.kind != "pattern"
        assert check.input[0] or check.kind != "closed_form"
    assert family() == sum(check.kind == "closed_form" for check in checks().values())


def test_one_name_of_a_mechanism_means_the_same_in_all_checks(monkeypatch):
    assert all(mechanisms()[name] == off for check in checks().values() for name, off in check.needs.items())
    other = pattern("made up", needs={"push": {"feel.loss": 1.0}})(made_up_pattern.function)
    monkeypatch.setattr(registry, "checks", lambda: {"one": made_up_pattern, "other": other})
    with pytest.raises(AssertionError, match="push means something else"):
        mechanisms()


def test_a_check_that_does_not_exist_is_refused_with_the_nearest_name():
    with pytest.raises(BadInput, match="nearest: constant_hazard"):
        chosen(["constant_hazrd"])


def test_results_come_in_the_order_of_their_checks_wherever_they_are_run():
    wanted = chosen(["shortfall_hurts_more", "constant_hazard"])
    here, there = validate(wanted, fast=True), validate(wanted, fast=True, workers=2)
    assert [result.name for result in here] == [check.name for check in wanted]
    assert [result.as_dict() for result in here] == [result.as_dict() for result in there]
