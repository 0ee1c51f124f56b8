import json
import math

import numpy as np
import pytest
from typer.testing import CliRunner

from analysis.breakeven import Curve, breakeven, find
from analysis.cli import app
from analysis.design import Span
from analysis.failure import Failure
from sim.settings import BadInput
from tests.made_up_runs import HERE, lab

KEY = "arms.other.firms.acme.price"


def straight(root, luck):
    """The arm `other` earns 100 × (root − price) more; the luck of a replicate moves that by its share of `luck`."""

    def rule(world, replicate):
        price = world.firms["acme"].price
        shift = luck * (replicate % 4 - 1.5)
        return {"profit": 7.0 * replicate + (100 * (root - price) + shift if price != 1.0 else 0.0)}

    return rule


def test_a_known_root_is_found_with_an_interval_that_follows_from_the_luck(monkeypatch, tmp_path):
    made = lab(monkeypatch, tmp_path, straight(1.37, luck=2.0))
    found = breakeven(["scenario=mine", f"{KEY}=interval(1.1,1.9)"], HERE)
    (root,) = found.crossings
    assert root.mean == pytest.approx(1.37, abs=0.002)
    # Four replicates shifted by -3, -1, 1, 3: t(3) x s / 2 = 3.182 x 2.582 / 2 = 4.108, over a slope of 100.
    assert (root.low, root.high) == (pytest.approx(1.37 - 0.0411, abs=0.003), pytest.approx(1.37 + 0.0411, abs=0.003))
    assert found.headline().startswith("Break-even at price = 1.37 (95 % interval 1.3")
    assert "below it “other” has the better profit, above it “usual”" in found.headline()
    assert len(made.done) == len(set(made.done))
    assert (found.experiment.frame.folder / "report.html").is_file()


@pytest.mark.parametrize(
    ("root", "luck", "said"),
    [
        (3.0, 1.0, "No break-even of price in this range: “Other” has the better profit than “usual” at every value"),
        (0.5, 1.0, "No break-even of price in this range: “Usual” has the better profit than “other” at every value"),
        (2.0, 60.0, "Can’t tell: the luck of these replicates hides whether “other” breaks even with “usual”"),
    ],
)
def test_where_there_is_no_root_it_says_which_side_it_is_on_or_that_luck_hides_it(
    monkeypatch, tmp_path, root, luck, said
):
    lab(monkeypatch, tmp_path, straight(root, luck))
    found = breakeven(["scenario=mine", f"{KEY}=interval(1.1,1.9)"], HERE)
    assert found.crossings == []
    assert found.headline().startswith(said)


def test_a_root_that_luck_hides_on_one_side_is_not_claimed_and_the_next_step_is_said(monkeypatch, tmp_path):
    lab(monkeypatch, tmp_path, straight(1.8, luck=10.0))
    found = breakeven(["scenario=mine", f"{KEY}=interval(1.1,1.9)"], HERE)
    assert found.crossings == []
    assert found.headline().startswith("Can’t tell")
    # Differences 70, 50, 30, 10, -10 +- 20.54 = 3.182 x 12.91 / 2; ten is told where t(n - 1) x 12.91 / sqrt(n) <= 10.
    assert "“Other” is better at 1.1, 1.3 and 1.5, and not told from “usual” elsewhere." in found.explanation()
    assert "About 9 replicates would tell at every value" in found.explanation()


def test_one_replicate_is_not_told_as_certain(monkeypatch, tmp_path):
    lab(monkeypatch, tmp_path, straight(1.5, luck=1.0))
    found = breakeven(["scenario=mine", "replicates=1", f"{KEY}=interval(1.1,1.9)"], HERE)
    assert found.crossings == []
    assert found.headline().startswith("Can’t tell: with one replicate luck")
    assert "says nothing about luck at 1.1, 1.3, 1.5, 1.7 and 1.9: run more" in found.explanation()
    assert "the same 1 replicate at each value" in found.page().table.note


def test_pure_luck_is_seldom_said_to_break_even():
    # A false root needs two looks that err, with either sign: of five looks at 5 % less than 20 x .025 x .025 = 1.3 %
    # of studies. One look at 1,000 of them; more than 25 have a chance below .001.
    generator = np.random.default_rng(1)
    curves = [Curve(lambda values: generator.normal(size=(len(values), 5)), {}) for _ in range(1000)]
    assert sum(bool(find(curve, Span(low=0, high=1))) for curve in curves) <= 25


def test_a_root_is_found_between_told_values_and_covered_as_often_as_stated():
    # The test at the true root errs at 5 %: of 400 studies with luck in level and slope, 366 to 393 cover (.999).
    generator, covered, found = np.random.default_rng(2), 0, 0
    for _ in range(400):
        level, slope = generator.normal(scale=1.0, size=(2, 6))
        curve = Curve(lambda values, a=level, b=slope: np.array([(10 + b) * (x - 0.4) + a for x in values]), {})
        for root in find(curve, Span(low=0, high=1)):
            found += 1
            covered += root.low - 0.002 <= 0.4 <= root.high + 0.002
    assert found == 400
    assert 366 <= covered <= 393


def test_where_the_outcome_is_not_defined_it_fails_and_names_the_values(monkeypatch, tmp_path):
    lab(monkeypatch, tmp_path, lambda world, _: {"profit": math.nan})
    with pytest.raises(Failure, match=r"no replicate has the outcome in both arms at 1.1, .* narrow the range"):
        breakeven(["scenario=mine", f"{KEY}=interval(1.1,1.9)"], HERE)


def test_a_second_call_runs_nothing_and_prints_the_same(monkeypatch, tmp_path):
    made = lab(monkeypatch, tmp_path, straight(1.37, luck=2.0))
    words = ["breakeven", "scenario=mine", f"{KEY}=interval(1.1,1.9)", "--json", "--workers", "1", "--quiet"]
    first, count = CliRunner().invoke(app, words), len(made.done)
    again = CliRunner().invoke(app, words)
    assert (first.exit_code, again.stdout, len(made.done)) == (0, first.stdout, count)
    assert json.loads(first.stdout)["breakeven"][0]["value"] == pytest.approx(1.37, abs=0.002)


def test_an_end_at_which_the_arm_is_the_reference_is_no_break_even():
    curve = Curve(lambda values: np.array([[-x, -2 * x] for x in values]), {})
    assert find(curve, Span(low=0, high=4)) == []


def test_every_crossing_of_a_curve_that_turns_is_found():
    curve = Curve(lambda values: np.array([[(x - 1) * (x - 4), (x - 1) * (x - 4)] for x in values]), {})
    roots = find(curve, Span(low=0, high=5.5))
    assert [root.mean for root in roots] == [pytest.approx(1, abs=0.02), pytest.approx(4, abs=0.02)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "allowed: one KEY=interval(low,high)"),
        ([f"{KEY}=interval(1,2)", "firms.bolt.price=interval(1,2)"], "looks along one key"),
        (["customers.count=int(interval(10,20))"], "no gaps"),
        (["firms.acme.price=interval(1,2)", "arm=usual"], "is the reference"),
    ],
)
def test_a_word_that_cannot_be_used_is_refused(monkeypatch, tmp_path, words, said):
    lab(monkeypatch, tmp_path, straight(1, 1))
    with pytest.raises(BadInput) as refused:
        breakeven(["scenario=mine", *words], HERE)
    assert said in str(refused.value)
