"""The checks against scanner panels hold, and each turns when what it rests on is taken away.

The verdicts are those of one look at the households held out; see docs/panels.md.
"""

from collections.abc import Callable

import pytest

from analysis.panels.choice import Likelihood
from analysis.panels.held_out import foretold, judged
from analysis.panels.scanner import halves, read
from analysis.validation import data_panels, limits, registry
from analysis.validation.check import Check
from analysis.validation.limits import not_run
from analysis.validation.registry import checks, chosen
from analysis.validation.words import expectation, interval
from sim.settings import BadInput

NAMES = ["brand_shares_of_other_households", "repeat_rates_of_other_households", "habit_helps_to_foretell_choices"]


@pytest.mark.parametrize("name", NAMES)
def test_what_was_fitted_to_half_of_the_households_holds_for_the_other_half(name: str) -> None:
    found = checks()[name].run()
    assert (found.kind, found.verdict) == ("data", True)
    assert all(panel in found.note for panel in ("Catsup", "Cracker", "Yogurt"))


@pytest.mark.parametrize(("name", "mechanism"), [(name, each) for name in NAMES for each in checks()[name].needs])
def test_without_what_it_rests_on_the_verdict_turns(name: str, mechanism: str) -> None:
    assert not checks()[name].without(mechanism).verdict


@pytest.mark.parametrize(
    ("rule", "broken"),
    [
        ("sim.people.buy.habit_after", lambda habit, bought, habit_step: habit),
        (
            "sim.people.choose.utility_of_offer",
            lambda valued, price, sensitivity, lure, habit, c: 0.0 * lure + c.habit_bonus * habit,
        ),
    ],
    ids=["no purchase moves habit", "utility forgets offers and tastes"],
)
def test_a_rule_of_the_model_that_is_broken_turns_the_verdict(
    rule: str, broken: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    fitted, there = data_panels._study("Yogurt").with_habit, halves(read("Yogurt"))[1]
    likely = Likelihood(there).of(fitted.values)[0].sum()
    monkeypatch.setattr(rule, broken)
    assert not all(each.within for each in judged(foretold(fitted, there)))
    assert Likelihood(there).of(fitted.values)[0].sum() < likely - 50.0


def test_a_share_is_shown_beside_the_range_foretold_with_all_errors_in_points() -> None:
    found = checks()[NAMES[0]].run()
    low, high = expectation(found).split(" to ")
    assert float(low) < float(interval(found)) < float(high)
    assert "Yogurt: yoplait +4.0, dannon −9.8" in found.note
    assert len(found.series) == 4


def test_settings_of_other_mechanisms_are_not_asked() -> None:
    unlike = {"feel.loss": 1.0, "mind.trust.on": False, "firms.bolt.price": 2.0}
    assert checks()[NAMES[2]].run(settings=unlike).measured == checks()[NAMES[2]].run().measured


def test_without_the_panels_the_checks_are_left_out_and_it_is_said_how_to_get_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def lacking(check: Check) -> Check:
        return Check(**vars(check) | {"missing": lambda: "no panels; install them"})

    found, known = checks()[NAMES[0]].run(), checks()
    shown = {name: lacking(check) if name in NAMES else check for name, check in known.items()}
    for module in (registry, limits):
        monkeypatch.setattr(module, "checks", lambda: shown)
    assert not {check.name for check in chosen([])} & set(NAMES)
    assert [each.why for each in not_run() if each.claim == found.claim] == ["no panels; install them"]
    with pytest.raises(BadInput, match=f"--only {NAMES[0]}: no panels; install them"):
        chosen(NAMES[:1])


def test_with_the_panels_they_are_not_among_what_is_not_run() -> None:
    assert data_panels.missing() is None
    assert not {checks()[name].claim for name in NAMES} & {each.claim for each in not_run()}
