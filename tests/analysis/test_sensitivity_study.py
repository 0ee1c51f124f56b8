import json
import math
import re

import numpy as np
import pytest
from typer.testing import CliRunner

from analysis.cli import app
from analysis.failure import Failure
from analysis.sensitivity_study import sensitivity
from sim.settings import BadInput
from tests.made_up_runs import HERE, lab
from tests.theory.test_sensitivity import ishigami, ishigami_indices


def turned(share):
    return -math.pi + 2 * math.pi * share


def rule(world, replicate):
    """Ishigami's function in the arm `other`, nothing in the reference; luck that both arms share."""
    point = {
        "a": turned(world.customers.price_sensitivity - 1.0),
        "b": turned(world.firms["acme"].price - 0.5),
        "c": turned(world.firms["bolt"].price - 0.5),
    }
    luck = 100.0 * math.sin(replicate)
    return {"profit": luck + (ishigami(point) if world.firms["acme"].brand == 1.0 else 0.0), "churn_rate": 0.1}


THREE = [
    "customers.price_sensitivity=interval(1,2)",
    "firms.acme.price=interval(0.5,1.5)",
    "firms.bolt.price=interval(0.5,1.5)",
]


def test_sobol_indices_of_a_known_function_come_out_of_the_whole_machinery(monkeypatch, tmp_path):
    made = lab(monkeypatch, tmp_path, rule)
    words = ["scenario=mine", "replicates=1", "method=sobol", "samples=64", *THREE]
    found = sensitivity(words, HERE)
    assert len(made.done) == len(set(made.done)) == 2 * (1 + 64 * 5)
    names = dict(zip((word.partition("=")[0] for word in THREE), "abc", strict=True))
    for effect in found.findings[0].effects:
        for name, truth in zip(("first", "total"), ishigami_indices()[names[effect.key]], strict=True):
            figure = effect.figures[name]
            assert abs(figure.mean - truth) <= 3.6 / 1.96 * figure.half_width, (effect.key, name)
    assert (found.experiment.frame.folder / "report.html").is_file()


def test_stopped_at_any_moment_it_goes_on_and_finds_the_same(monkeypatch, tmp_path):
    made = lab(monkeypatch, tmp_path, rule)
    words = ["scenario=mine", "replicates=2", "samples=4", *THREE]
    whole = sensitivity([*words, "folder=whole"], HERE).as_dict()
    made.done.clear()
    for runs in (3, 20, 50):
        made.stop_after = runs
        with pytest.raises(Failure, match="go on with the same command"):
            sensitivity([*words, "folder=pieces"], HERE)
    made.stop_after = None
    pieces = sensitivity([*words, "folder=pieces"], HERE).as_dict()
    assert pieces | {"folder": ""} == whole | {"folder": ""}
    assert len(made.done) == len(set(made.done)) == 2 * 2 * (1 + 4 * 4)


def test_a_tornado_names_what_moves_the_outcome_and_what_is_luck(monkeypatch, tmp_path):
    def plain(world, replicate):
        noise = float(np.random.default_rng([replicate, int(1e6 * world.firms["bolt"].price)]).normal())
        strong = 50 * world.firms["acme"].price if world.firms["acme"].brand == 1.0 else 0.0
        return {"profit": strong + noise, "churn_rate": 0.1}

    lab(monkeypatch, tmp_path, plain)
    found = sensitivity(["scenario=mine", "method=tornado", "arm=other", *THREE[1:]], HERE)
    first, second = found.findings[0].effects
    assert (first.key, first.within_luck) == ("firms.acme.price", False)
    assert first.figures["swing"].mean == pytest.approx(50.0)
    assert second.within_luck is True
    page = found.page()
    assert page.headline == (
        "Acme price matters most: the profit difference of “other” to “usual” is 25.0 lower at the low end and 25.0"
        " higher at the high end than as the scenario stands."
    )
    assert "within the luck" in page.table.rows[1]


def test_one_replicate_is_not_told_as_certain(monkeypatch, tmp_path):
    lab(monkeypatch, tmp_path, rule)
    page = sensitivity(["scenario=mine", "replicates=1", "samples=2", *THREE], HERE).page()
    assert page.headline.startswith("With one replicate luck cannot be told from effects on the profit difference")
    assert {row[-1] for row in page.table.rows} == {"luck not known"}
    assert "the same 1 replicate at each" in page.table.note


def test_settings_that_are_not_told_apart_are_named_together(monkeypatch, tmp_path):
    def twins(world, replicate):
        earned = 50 * world.firms["acme"].price + 50 * world.firms["bolt"].price + 0.1 * replicate
        return {"profit": earned if world.firms["acme"].brand == 1.0 else 0.0}

    lab(monkeypatch, tmp_path, twins)
    found = sensitivity(["scenario=mine", "method=sobol", "samples=16", *THREE], HERE)
    assert found.page().headline in (
        f"{one} price and {other} price matter most to the profit difference of “other” to “usual” (not told apart)."
        for one, other in (("Acme", "bolt"), ("Bolt", "acme"))
    )
    shown = [
        float(part) for row in found.page().table.rows for cell in row[2:4] for part in re.findall(r"[-\d.]+", cell)
    ]
    assert min(shown) >= 0
    assert max(shown) <= 100


def test_points_count_as_better_or_worse_only_where_that_is_told(monkeypatch, tmp_path):
    def step(world, replicate):
        price = world.firms["acme"].price
        luck = 0.01 * replicate if price != 1.0 else 10.0 * (-1) ** replicate
        return {"profit": 100 * (price - 1.0) + luck if world.firms["acme"].brand == 1.0 else 0.0}

    lab(monkeypatch, tmp_path, step)
    found = sensitivity(["scenario=mine", "method=tornado", THREE[1]], HERE)
    (finding,) = found.findings
    assert (finding.for_better, finding.for_worse, finding.points) == (1, 1, 3)
    assert "at 1 and worse at 1; not told at 1." in found.page().explanation


def test_the_scenarios_own_uncertainties_are_varied(monkeypatch, tmp_path):
    scenario = (
        "question: q\nworld: {market: telecom}\nsettings: {calendar: {burn_in_years: 0.0}}\nreference: only\n"
        "arms: {only: {}}\noutcomes: [profit]\nreplicates: 2\n"
        "uncertainties: {firms.acme.price: {low: 0.8, high: 1.2}, customers.price_sensitivity: {low: 1, high: 2}}\n"
    )
    lab(monkeypatch, tmp_path, lambda world, _: {"profit": world.firms["acme"].price}, scenario)
    result = CliRunner().invoke(
        app, ["sensitivity", "scenario=mine", "customers.price_sensitivity=2", "samples=2", "--json", "--workers", "1"]
    )
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert [effect["key"] for effect in answer["arms"]["only"]["effects"]] == ["firms.acme.price"]
    assert answer["arms"]["only"]["effects"][0]["mu_star"]["mean"] == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["methd=sobol"], "methd = sobol: no such key; allowed: method, samples, outcome, arm; nearest: method"),
        (["method=sobl", THREE[0]], "nearest: sobol"),
        (
            ["method=sobol", "samples=63", THREE[0]],
            "samples = 63: a Sobol sample needs a power of two; nearest: 32 or 64",
        ),
        (["method=tornado", "samples=4", THREE[0]], "two points a key"),
        ([], "uncertainties: none"),
        (
            ["firms.acme.price=1,2"],
            "several values at once; allowed here: one value, or firms.acme.price=interval(low,high)",
        ),
        (["outcome=profits", THREE[0]], "nearest: profit"),
        (["arm=othr", THREE[0]], "nearest: other"),
        (["until=profit:1%", THREE[0]], "belongs to `ecrm compare`"),
        (["method=morris", "method=sobol", THREE[0]], "stands twice"),
        (["firms.acme.prise=interval(1,2)"], "nearest: firms.acme.price"),
    ],
)
def test_a_word_that_cannot_be_used_is_refused_and_nothing_is_left(monkeypatch, tmp_path, words, said):
    lab(monkeypatch, tmp_path, rule)
    with pytest.raises(BadInput) as refused:
        sensitivity(["scenario=mine", *words], HERE)
    assert said in str(refused.value)
    assert not (tmp_path / "results").exists()


def test_a_folder_of_another_search_is_refused_and_kept(monkeypatch, tmp_path):
    made = lab(monkeypatch, tmp_path, rule)
    sensitivity(["scenario=mine", "samples=2", THREE[0], "folder=one"], HERE)
    count = len(made.done)
    with pytest.raises(BadInput, match="holds another study"):
        sensitivity(["scenario=mine", "samples=3", THREE[0], "folder=one"], HERE)
    assert len(made.done) == count
    result = CliRunner().invoke(app, ["sweep", "--resume", "one"])
    assert "go on with its own command: ecrm sensitivity scenario=mine" in result.stderr
