"""What the report says of how a study was set up."""

import dataclasses
import io

import pytest
from rich.console import Console

from analysis import wording
from analysis.comparison import Comparison
from analysis.language import say, speaking
from analysis.report.report import render
from analysis.report.setup import equal_outlays, facts
from analysis.report.terminal import show_comparison
from analysis.sequential import Stopping, read_until
from analysis.statistics import paired_difference
from tests.made_up import made_up

SOLVED = {
    "point": 0,
    "arm": "more_staff",
    "match": "points",
    "lever": "firms.acme.call_center.staffing.hours_per_week",
    "value": 291.25,
    "outlay": 3311.0,
    "target": 3300.0,
    "error": 0.0033,
    "within": 0.01,
}


@pytest.fixture(scope="module")
def comparison(tmp_path_factory):
    return Comparison(made_up(tmp_path_factory.mktemp("study"), periods=12))


def told(comparison, **changes):
    return Comparison(dataclasses.replace(comparison.results, facts={**comparison.results.facts, **changes}))


def test_outlays_that_were_made_equal_are_told_with_lever_and_error(comparison):
    found = next(iter(equal_outlays({"budgets": [SOLVED]})))
    assert (found.arm, found.match, found.error, found.missed) == ("“More staff”", "“points”", "+0.33 %", "")
    page = render(told(comparison, budgets=[SOLVED]))
    assert "Made to cost the same" in page
    assert "<code>firms.acme.call_center.staffing.hours_per_week = 291.25</code>" in page


def test_a_lever_that_comes_no_nearer_is_confessed():
    assert next(iter(equal_outlays({"budgets": [{**SOLVED, "error": -0.04}]}))).missed == "1 %"


def test_it_is_said_how_small_a_difference_counts_as_none(comparison):
    assert facts(comparison, 1.0)["Counts as equal"] == "differences in profit below 1 % of the reference’s"
    in_money = told(comparison, indifference={"profit": 5000})
    assert facts(in_money, 1.0)["Counts as equal"] == "differences in profit below 5,000"


@pytest.mark.parametrize(
    ("until", "says"),
    [
        ("profit:90%", "by itself after 8 replicates: every 95 % interval of a difference in profit is ± 90 %"),
        ("profit:0.0001%", "after 8 replicates, as many as were allowed: the widest"),
        (None, None),
    ],
)
def test_a_study_that_stops_by_itself_says_so_and_one_that_had_to_stop_too(comparison, until, says):
    stopped = facts(told(comparison, until=until), 1.0).get("Stopped")
    assert stopped == says if says is None else stopped.startswith(says)


def test_replicates_that_would_do_are_named_and_four_times_as_many_halve_an_interval(comparison):
    half = paired_difference(*(comparison.values("profit")[arm] for arm in ("points", "nothing"))).half_width
    widest = Stopping(read_until(f"profit:{half}"), comparison.results.reference).excess(comparison.values("profit"))
    stopped = facts(told(comparison, until=f"profit:{half * widest / 2}"), 1.0)["Stopped"]
    assert stopped.endswith("about 32 replicates would do")  # of 8; the interval is twice as wide as asked for


@pytest.mark.parametrize("language", ["en", "es", "zh"])
def test_an_outcome_that_is_not_defined_is_said_to_have_no_interval(comparison, language):
    results = comparison.results
    undefined = dataclasses.replace(results, runs=results.runs.assign(profit=float("nan")))
    with speaking(language):
        stopped = facts(told(Comparison(undefined), until="profit:1%"), 1.0)[say("Stopped")]
        assert stopped == say(
            "after {count} replicates: {outcome} is defined in fewer than two pairs of an arm and the reference, so"
            " there is no interval to narrow",
            count=8,
            outcome=wording.label("profit").lower(),
        )
        assert ("interval to narrow" in stopped) == (language == "en")


def test_the_terminal_says_whether_what_was_waited_for_came(comparison):
    console = Console(width=200, file=io.StringIO())
    show_comparison(told(comparison, until="profit:90%"), console)
    assert "Stopped by itself after 8 replicates: every 95 % interval" in console.file.getvalue()


def test_the_command_that_tells_what_the_answer_depends_on_repeats_this_study(comparison):
    asked = "ecrm compare 'scenario=my own/shop' customers.count=5000 seed=3 replicates=2 twins=2 folder=out"
    page = render(told(comparison, command=asked))
    assert "<code>ecrm sensitivity &#39;scenario=my own/shop&#39; customers.count=5000 seed=3</code>" in page


@pytest.mark.parametrize(
    ("more", "heading"), [("replicates=2 seed=3", "What to look for"), ("customers.count=50", "About the scenario")]
)
def test_a_lesson_stands_as_the_scenario_s_own_where_settings_were_changed(comparison, more, heading):
    assert f"<h2>{heading}" in render(told(comparison, command=f"ecrm compare scenario=made_up {more}"))
