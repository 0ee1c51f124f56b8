import importlib.util
import json

import pytest
from typer.testing import CliRunner

from analysis.breakeven import BreakevenKeys, breakeven
from analysis.carry_out import Ways
from analysis.cli import app
from analysis.experiment import Experiment
from analysis.optimization import OptimizeKeys, optimize
from analysis.search_words import OTHERS, ask
from analysis.sensitivity_study import SensitivityKeys, sensitivity
from analysis.study import Status
from sim.settings import BadInput
from tests.made_up_runs import HERE, SCENARIO, lab

PRICE = "arms.other.firms.acme.price"
RANGE = f"{PRICE}=interval(0.5,1.9)"
VERBS = (sensitivity, optimize, breakeven)
QUICK = ("--workers", "1", "--quiet")


def plain(world, replicate):
    price = world.firms["acme"].price
    return {"profit": replicate + (10 * (1.2 - price) if price != 1.0 else 0.0), "churn_rate": 0.1}


def failing(world, replicate):
    """The third replicate of every arm with another price fails."""
    if replicate == 3 and world.firms["acme"].price != 1.0:
        raise ZeroDivisionError("the third")
    return plain(world, replicate)


@pytest.mark.parametrize("verb", ["sensitivity", "optimize", "breakeven"])
def test_runs_that_failed_are_told_and_make_the_exit_code_1(monkeypatch, tmp_path, verb):
    lab(monkeypatch, tmp_path, failing)
    words = [verb, "scenario=mine", RANGE, *QUICK]
    words += {"sensitivity": ["samples=2"], "optimize": ["trials=2"], "breakeven": []}[verb]
    shown = CliRunner().invoke(app, words)
    as_json = CliRunner().invoke(app, [*words, "--json"])
    assert shown.exit_code == as_json.exit_code == 1
    failures = json.loads(as_json.stdout)["failures"]
    assert failures >= 2
    folder = json.loads(as_json.stdout)["folder"]
    for told in (shown.stderr, as_json.stderr):
        assert f"{failures} runs failed; see" in told
    assert f"{failures} runs failed" in (tmp_path / folder / "report.html").read_text(encoding="utf-8")
    assert len(list((tmp_path / folder / "failures").iterdir())) == failures


def test_a_sensitivity_says_how_many_replicates_it_rests_on(monkeypatch, tmp_path):
    lab(monkeypatch, tmp_path, failing)
    found = sensitivity(["scenario=mine", "samples=2", RANGE], HERE)
    assert found.as_dict()["replicates"] == 3  # of four
    assert "the same 3 replicates" in found.page().table.note


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("word", "said"),
    [
        (f"{PRICE}=interval(-1,2)", f"{PRICE} from -1 to 2: firms.acme.price = -1"),
        (f"{PRICE}=interval(1,2000000000)", f"{PRICE} from 1 to 2e+09: firms.acme.price = 2"),
        ("customers.count=interval(300,500)", "allowed: customers.count=int(interval(300,500))"),
    ],
)
def test_a_bad_range_is_found_before_the_first_run(monkeypatch, tmp_path, verb, word, said):
    made = lab(monkeypatch, tmp_path, plain)
    with pytest.raises(BadInput) as refused:
        verb(["scenario=mine", "arm=other", word], HERE)
    assert said in str(refused.value)
    assert not made.done
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize("verb", VERBS)
def test_a_scenario_without_a_better_side_needs_an_outcome(monkeypatch, tmp_path, verb):
    lab(monkeypatch, tmp_path, plain, SCENARIO.replace("[profit, churn_rate]", "[program_outlay]"))
    with pytest.raises(BadInput, match=r"outcome: missing; of the scenario's outcomes \(program_outlay\) none has"):
        verb(["scenario=mine", RANGE], HERE)
    assert not (tmp_path / "results").exists()


def without(library, real=importlib.util.find_spec):
    return lambda name: None if name == library else real(name)


@pytest.mark.parametrize(
    ("verb", "words", "library"),
    [(optimize, [], "optuna"), (sensitivity, [], "SALib"), (sensitivity, ["method=sobol"], "SALib")],
)
def test_without_its_library_a_search_says_which_extra_it_needs(monkeypatch, tmp_path, verb, words, library):
    lab(monkeypatch, tmp_path, plain)
    monkeypatch.setattr("analysis.search_words.find_spec", without(library))
    with pytest.raises(BadInput, match=f"{library} is not installed; install the package with its extra `search`"):
        verb(["scenario=mine", RANGE, *words], HERE)
    assert not (tmp_path / "results").exists()


def test_tornado_and_breakeven_need_no_extra(monkeypatch, tmp_path):
    lab(monkeypatch, tmp_path, plain)
    monkeypatch.setattr("analysis.search_words.find_spec", lambda _: None)
    assert sensitivity(["scenario=mine", RANGE, "method=tornado"], HERE).findings
    assert breakeven(["scenario=mine", RANGE], HERE).crossings


@pytest.mark.parametrize("verb", ["sensitivity", "optimize", "breakeven"])
def test_ctrl_c_ends_a_search_with_130_and_its_status_is_not_complete(monkeypatch, tmp_path, verb):
    made = lab(monkeypatch, tmp_path, plain)
    made.stop_after = 5
    words = [verb, "scenario=mine", RANGE, "folder=one", *QUICK, *({"optimize": ["trials=4"]}.get(verb, []))]
    stopped = CliRunner().invoke(app, words)
    assert stopped.exit_code == 130
    assert "go on with the same command" in stopped.stderr
    assert not Status.of(tmp_path / "one").complete
    made.stop_after = None
    assert CliRunner().invoke(app, words).exit_code == 0
    assert str(Status.of(tmp_path / "one")).endswith("; complete")
    (tmp_path / "one" / "report.html").unlink()  # as if it had ended between two batches
    assert f"go on: ecrm {verb} scenario=mine" in str(Status.of(tmp_path / "one"))


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([RANGE, f"{PRICE}=interval(1,2)"], "stands on the same command line; give one of the two"),
        ([RANGE, f"{PRICE}=1.5"], "stands on the same command line; give one of the two"),
        ([RANGE, "language=es"], "language=es: pages of searches are in English"),
        ([RANGE, "twins=5"], "belongs to `ecrm compare`"),
    ],
)
def test_words_that_contradict_or_are_for_others_are_refused(monkeypatch, tmp_path, verb, words, said):
    lab(monkeypatch, tmp_path, plain)
    with pytest.raises(BadInput) as refused:
        verb(["scenario=mine", *words], HERE)
    assert said in str(refused.value)


def test_keys_of_one_search_alone_are_known_to_the_others():
    by_verb = {"sensitivity": SensitivityKeys, "optimize": OptimizeKeys, "breakeven": BreakevenKeys}
    for key, verb in OTHERS.items():
        assert [name for name, keys in by_verb.items() if key in keys.model_fields] == [verb]
    with pytest.raises(BadInput, match="trials belongs to `ecrm optimize`"):
        ask("breakeven", ["trials=4"], BreakevenKeys)


def test_an_arm_that_is_not_looked_at_has_no_range(monkeypatch, tmp_path):
    lab(monkeypatch, tmp_path, plain)
    with pytest.raises(BadInput, match="arm other is not looked at, so it cannot matter; looked at: usual"):
        optimize(["scenario=mine", "arm=usual", RANGE], HERE)
    with pytest.raises(BadInput, match="arm usual is not looked at, so it cannot matter; looked at: other"):
        optimize(["scenario=mine", "arm=other", "arms.usual.firms.bolt.price=interval(1,2)"], HERE)


def test_ranges_of_the_command_line_replace_those_of_the_scenario(monkeypatch, tmp_path):
    own = "levers: {firms.bolt.price: {low: 0.8, high: 1.2}}\n"
    lab(monkeypatch, tmp_path, plain, SCENARIO + own)
    assert list(ask("optimize", ["scenario=mine"], OptimizeKeys, "levers").ranges) == ["firms.bolt.price"]
    asked = ask("optimize", ["scenario=mine", RANGE], OptimizeKeys, "levers")
    assert list(asked.ranges) == [PRICE]
    assert not ask("optimize", ["scenario=mine", "firms.bolt.price=1.1"], OptimizeKeys, "levers").ranges
    assert Experiment.of(asked, [], Ways()).ranges == asked.ranges


def test_the_terminal_says_what_varied_and_that_budgets_are_not_solved(monkeypatch, tmp_path):
    lab(monkeypatch, tmp_path, plain, SCENARIO + "budget: {match: other, by: {other: firms.acme.brand}}\n")
    result = CliRunner().invoke(app, ["sensitivity", "scenario=mine", "method=tornado", RANGE, *QUICK])
    assert "Varied: price from 0.5 to 1.9." in result.stdout
    assert "equal budgets are not solved here" in " ".join(result.stdout.split())
