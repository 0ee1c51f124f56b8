import json

import numpy as np
import pytest
from typer.testing import CliRunner

from analysis.breakeven import Curve, breakeven, find
from analysis.cli import app
from analysis.design import Span
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


def test_luck_leaves_an_end_of_the_interval_open(monkeypatch, tmp_path):
    lab(monkeypatch, tmp_path, straight(1.8, luck=10.0))
    found = breakeven(["scenario=mine", f"{KEY}=interval(1.1,1.9)"], HERE)
    (root,) = found.crossings
    assert root.low == pytest.approx(1.8 - 0.205, abs=0.01)
    assert root.high is None
    assert "above 1.9" in found.headline()


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
        ([f"{KEY}=interval(1,2)", "arm=usual"], "is the reference"),
    ],
)
def test_a_word_that_cannot_be_used_is_refused(monkeypatch, tmp_path, words, said):
    lab(monkeypatch, tmp_path, straight(1, 1))
    with pytest.raises(BadInput) as refused:
        breakeven(["scenario=mine", *words], HERE)
    assert said in str(refused.value)
