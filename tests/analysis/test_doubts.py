"""What the report says would change the answer: no more certainty than the verdict has, no less doubt than the data."""

import dataclasses

import numpy as np
import pytest

from analysis.comparison import Comparison
from analysis.report.doubts import doubts
from analysis.report.report import render
from tests.made_up import made_up


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return made_up(tmp_path_factory.mktemp("study"), arms=("nothing", "points"), periods=12)


def with_figures(results, **columns):
    """Return a comparison of which the second arm's outcomes exceed the first's, all 100, by these, one a replicate."""
    runs = results.runs.copy()
    for name, over in columns.items():
        runs.loc[runs["arm"] == "nothing", name] = 100.0
        runs.loc[runs["arm"] == "points", name] = 100.0 + np.asarray(over)
    facts = {**results.facts, "indifference": {"profit": 0.01}}
    return Comparison(dataclasses.replace(results, runs=runs, facts=facts))


def text(comparison, about):
    return next(doubt.text for doubt in doubts(comparison) if doubt.about == about)


SPREAD = np.array([-3.0, -2.0, -1.0, -0.5, 0.5, 1.0, 2.0, 3.0])


def test_a_lead_is_beyond_luck_only_where_the_verdict_is_sure(results):
    near, sure = with_figures(results, profit=1.8 + SPREAD), with_figures(results, profit=50.0 + SPREAD)
    for comparison in (near, sure):
        assert comparison.verdict().lead.excludes_zero
    assert not near.verdict().sure
    assert "too little for several looks" in text(near, "Luck")
    assert "Chance to be the best" not in render(near)
    assert "beyond luck" in text(sure, "Luck")
    assert "Chance to be the best" in render(sure)


def test_an_outcome_by_which_the_leader_is_clearly_worse_is_named_and_so_is_one_that_cannot_be_told(results):
    comparison = with_figures(results, profit=50.0 + SPREAD, satisfaction=-20.0 + SPREAD, service_level=0.1 * SPREAD)
    said = text(comparison, "The measure that decides")
    assert "“Nothing” is clearly better than “points” by" in said
    assert "satisfaction" in said.partition(".")[0]
    assert "service level" in said.partition("Whether another policy is better by")[2]


def test_real_people_are_not_drawn_anew_by_another_seed(results):
    assert "seed=2" in text(Comparison(results), "The people")
    real = dataclasses.replace(results, facts={**results.facts, "population": {"customers": 2}})
    assert "seed=2" not in text(Comparison(real), "The people")
    assert "drawn anew in each" in text(Comparison(real), "The people")


def test_one_replicate_says_nothing_about_luck(tmp_path):
    assert (
        text(Comparison(made_up(tmp_path, periods=3, replicates=1)), "Luck") == "One replicate says nothing about luck."
    )
