"""The checks against scanner panels hold, and each turns when what it rests on is taken away.

The verdicts are those of one look at the households held out; see docs/panels.md.
"""

import pytest

from analysis.validation import data_panels, registry
from analysis.validation.check import Check
from analysis.validation.registry import checks, chosen, left_out
from analysis.validation.words import expectation, explanation, interval
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
    monkeypatch.setattr(registry, "checks", lambda: shown)
    assert [check.name for check in chosen([])] == [name for name in known if name not in NAMES]
    assert left_out() == "3 checks are left out: no panels; install them."
    assert explanation([found], False).endswith(left_out())
    with pytest.raises(BadInput, match=f"--only {NAMES[0]}: no panels; install them"):
        chosen(NAMES[:1])


def test_with_the_panels_nothing_is_left_out() -> None:
    assert data_panels.missing() is None
    assert left_out() == ""
