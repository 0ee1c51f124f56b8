import dataclasses
import json
import math

import numpy as np
import pytest

from analysis import wording
from analysis.comparison import STANDARD, Comparison
from tests.made_up import made_up


@pytest.fixture(scope="module")
def comparison(tmp_path_factory):
    return Comparison(made_up(tmp_path_factory.mktemp("study"), periods=24))


def altered(comparison, **columns):
    """Return the comparison with columns of its runs replaced."""
    runs = comparison.results.runs.assign(**columns)
    return Comparison(dataclasses.replace(comparison.results, runs=runs))


def test_the_json_has_every_standard_outcome_for_every_arm(comparison):
    printed = json.loads(json.dumps(comparison.as_dict(), allow_nan=False))
    assert list(printed) == ["scenario", "replicates", "reference", "folder", "outcomes"]
    assert printed["replicates"] == 8
    assert printed["reference"] == "nothing"
    assert set(STANDARD) <= set(printed["outcomes"])
    for arms in printed["outcomes"].values():
        assert list(arms) == ["nothing", "points", "more_staff"]
        for cell in arms.values():
            assert list(cell) == ["mean", "low", "high", "difference"]
            assert list(cell["difference"]) == ["mean", "low", "high"]


def test_the_scenarios_own_outcomes_come_first(comparison):
    assert comparison.outcomes[:5] == comparison.results.facts["outcomes"]


def test_an_outcome_that_no_run_defines_is_null_everywhere(comparison):
    nothing = {"mean": None, "low": None, "high": None}
    assert comparison.as_dict()["outcomes"]["abandonment_rate"]["points"] == {**nothing, "difference": nothing}


def test_differences_are_paired_by_replicate(comparison):
    profit = comparison.results.runs.pivot(index="replicate", columns="arm", values="profit")
    found = comparison.cells("profit")["points"].difference
    assert found.mean == pytest.approx((profit["points"] - profit["nothing"]).mean())


def test_rows_in_another_order_change_nothing(comparison):
    shuffled = comparison.results.runs.sample(frac=1.0, random_state=3)
    other = Comparison(dataclasses.replace(comparison.results, runs=shuffled))
    assert other.as_dict() == comparison.as_dict()


def test_one_replicate_gives_means_and_no_intervals(tmp_path):
    single = Comparison(made_up(tmp_path, replicates=1, periods=6))
    cell = single.as_dict()["outcomes"]["profit"]["points"]
    assert cell["mean"] is not None
    assert cell["difference"]["mean"] is not None
    assert (cell["low"], cell["high"], cell["difference"]["low"]) == (None, None, None)
    assert "says nothing about luck" in wording.explanation(single.verdict(), 0.5, 1)


def test_a_failed_run_leaves_its_replicate_out_of_means_and_differences(comparison):
    runs = comparison.results.runs
    kept = runs[~((runs["arm"] == "points") & (runs["replicate"] == 3))]
    partial = Comparison(dataclasses.replace(comparison.results, runs=kept))
    profit = runs.pivot(index="replicate", columns="arm", values="profit").drop(index=3)
    expected = (profit["points"] - profit["nothing"]).mean()
    assert partial.cells("profit")["points"].difference.mean == pytest.approx(expected)
    assert partial.cells("profit")["nothing"].mean.mean == pytest.approx(profit["nothing"].mean())  # of the same lives


def test_the_verdict_names_the_best_arm_and_its_lead_over_the_runner_up(comparison):
    runs = comparison.results.runs
    base = {"nothing": 100.0, "points": 140.0, "more_staff": 120.0}
    luck = runs["replicate"] * 10.0 + np.arange(len(runs)) % 3
    verdict = altered(comparison, profit=runs["arm"].map(base) + luck).verdict()
    assert (verdict.best, verdict.runner_up) == ("points", "more_staff")
    assert verdict.lead.mean == pytest.approx(20.0, abs=2.0)
    assert verdict.sure
    assert verdict.probability > 0.99
    assert verdict.alone
    assert verdict.selection.replicates_needed is None
    assert wording.headline(verdict, "nothing") == "Points gives the best profit."
    assert "With 95 % confidence no other is better, however often one looks" in wording.explanation(verdict, 2.0, 8)


def test_where_less_is_better_the_lowest_arm_wins(comparison):
    runs = comparison.results.runs
    churn = runs["arm"].map({"nothing": 0.20, "points": 0.15, "more_staff": 0.18}) + runs["replicate"] * 0.001
    verdict = altered(comparison, churn_rate=churn).verdict("churn_rate")
    assert verdict.best == "points"
    assert verdict.lead.mean == pytest.approx(0.03)
    assert "3.0" in wording.difference(verdict.lead.mean, "churn_rate")


def wobbling(comparison):
    """Return a comparison in which points leads more_staff by 5 ± 21, and nothing is far behind."""
    runs = comparison.results.runs
    wobble = np.where(runs["replicate"] % 2 == 0, 30.0, -20.0)
    return altered(
        comparison,
        profit=1000.0 + np.where(runs["arm"] == "points", wobble, 0.0) - np.where(runs["arm"] == "nothing", 500.0, 0.0),
    )


def with_indifference(comparison, **margins):
    facts = {**comparison.results.facts, "indifference": margins}
    return Comparison(dataclasses.replace(comparison.results, facts=facts))


def test_a_lead_that_luck_may_have_made_is_called_unsettled(comparison):
    verdict = wobbling(comparison).verdict()
    assert verdict.best == "points"
    assert not verdict.sure
    assert verdict.selection.status == "needs more"
    assert verdict.selection.eliminated == {"nothing": 5}  # the first number at which the sequence says anything
    assert 8 < verdict.selection.replicates_needed < 1000
    assert wording.headline(verdict, "nothing").startswith("Can’t tell yet")
    explained = wording.explanation(verdict, 2.0, 8)
    assert "That is too little to name the best to within 1 % with 95 % confidence" in explained
    assert f"about {verdict.selection.more:,} more replicates would do" in explained


def test_an_arm_that_is_as_good_as_the_best_to_within_the_scenarios_margin_is_named(comparison):
    verdict = with_indifference(wobbling(comparison), profit="10%").verdict()  # of the reference's 500
    assert verdict.selection.zone == pytest.approx(50.0)
    assert verdict.sure
    assert not verdict.alone
    assert wording.headline(verdict, "nothing") == "Points gives the best profit, to within 10 %."
    assert "no other is better by more than 10 %" in wording.explanation(verdict, 2.0, 8)


def test_a_margin_may_be_an_amount_of_the_outcomes_unit(comparison):
    verdict = with_indifference(wobbling(comparison), profit=50, churn_rate=0.005).verdict()
    assert verdict.selection.zone == 50.0
    assert wording.headline(verdict, "nothing") == "Points gives the best profit, to within 50.0."


def test_a_reference_that_others_may_beat_by_less_than_the_margin_is_said_to_be_so(comparison):
    verdict = with_indifference(wobbling(comparison), profit=100).verdict()
    said = wording.headline(dataclasses.replace(verdict, best="nothing"), "nothing")
    assert said == "No policy beats “nothing” on profit by more than 100."


def test_when_the_reference_wins_the_headline_says_that_no_policy_beats_it(comparison):
    runs = comparison.results.runs
    profit = runs["arm"].map({"nothing": 3.0, "points": 2.0, "more_staff": 1.0}) + runs["replicate"]
    verdict = altered(comparison, profit=profit).verdict()
    assert wording.headline(verdict, "nothing") == "No policy beats “nothing” on profit."


def test_arms_that_are_the_same_are_not_ranked(comparison):
    verdict = altered(comparison, profit=comparison.results.runs["replicate"] * 1.5).verdict()
    assert verdict.same
    assert not verdict.sure
    assert "exactly the same profit" in wording.headline(verdict, "nothing")


def test_a_single_arm_has_nothing_to_be_compared_with(tmp_path):
    verdict = Comparison(made_up(tmp_path, arms=("nothing",), periods=6)).verdict()
    assert verdict.runner_up is None
    assert "nothing to compare" in wording.headline(verdict, "nothing")


def test_a_study_in_which_nothing_is_defined_has_no_verdict(comparison):
    assert altered(comparison, profit=math.nan).verdict("profit") is None
