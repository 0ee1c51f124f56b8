import json
import math

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
    assert page.headline.startswith("Acme price matters most: from its low to its high end the profit difference")
    assert "within the luck" in page.table.rows[1]


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
        (["until=profit:1%", THREE[0]], "no such key"),
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
