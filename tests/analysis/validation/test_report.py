"""The answer of ``ecrm validate``, on the terminal, as JSON and as a page."""

import io
import json
import re
from dataclasses import replace

import pytest
from rich.console import Console
from typer.testing import CliRunner

from analysis.cli import app
from analysis.validation import registry, words
from analysis.validation.check import Contrast, Sample, closed_form, pattern
from analysis.validation.report import show, write
from analysis.validation.results import Series
from analysis.validation.switches import Turned

KEYS = {"name", "kind", "expected", "measured", "low", "high", "verdict"}
NOTHING = Turned("nothing <much>", "choose.habit_hold=0", 3, False, True)


@closed_form("made up", ("rate", 10.0))
def made_up_form(lab):
    """Values lie around <ten>."""
    theory = Series("formula", [0.0, 1.0], [9.0, 10.0], line=True, along="years")
    return Sample(
        [lab.input - 0.1, lab.input + 0.1], lambda rate: rate, "units", (theory, Series("model", [1.0], [10.0]))
    )


@pattern("made up", needs={"push": {"choose.satisfaction_push": 0.0}})
def made_up_pattern(lab):
    """Differences are positive."""
    push = lab.world().choose.satisfaction_push
    lab.world({"feel": {"loss": 1.75}})
    return Contrast({"difference": [push - 0.01, push, push + 0.01]}, unit="points")


RESULTS = [made_up_form.run(), made_up_pattern.run()]


@pytest.fixture
def two_checks(monkeypatch):
    made_up = {"made_up_form": made_up_form, "made_up_pattern": made_up_pattern}
    monkeypatch.setattr(registry, "checks", lambda: made_up)
    monkeypatch.setattr("analysis.validation.carry_out.checks", lambda: made_up)


def validate(*words_of_it):
    return CliRunner().invoke(app, ["validate", "--workers", "1", *words_of_it])


def test_the_page_has_a_picture_of_each_check_and_loads_nothing(tmp_path):
    page = write(RESULTS, [NOTHING], False, tmp_path).read_text()
    assert page.count("<svg") == 2
    assert not re.search(r"""(src|href)=["'](?!data:|#)|@import|url\((?!#)""", page)
    assert "Values lie around &lt;ten&gt;" in page
    assert "nothing &lt;much&gt;" in page
    assert "rests on: push" in page
    assert "not the usual ones: feel.loss 2.0 or 1.75" in page


def test_the_same_results_give_the_same_page(tmp_path):
    one = write(RESULTS, [], True, tmp_path).read_bytes()
    assert write(RESULTS, [], True, tmp_path).read_bytes() == one


def test_the_terminal_says_claim_source_expectation_figure_and_verdict():
    console = Console(width=150, record=True, file=io.StringIO())
    show([*RESULTS, replace(RESULTS[0], verdict=False)], [NOTHING], False, console)
    said = console.export_text()
    for wanted in (
        "Differences are positive",
        "made up",
        "above 0",
        "0.5 (",
        "holds",
        "FAILS",
        "1 of 3 checks fail; 1 of 1 switches fail",
    ):
        assert wanted in said


def test_json_has_every_check_and_ends_with_0_where_all_hold(two_checks, tmp_path):
    done = validate("--json", "--only", "made_up_form", "--only", "made_up_pattern", "--out", str(tmp_path))
    assert done.exit_code == 0
    printed = json.loads(done.stdout)["checks"]
    assert all(check.keys() >= KEYS for check in printed)
    assert [check["kind"] for check in printed] == ["closed_form", "pattern"]
    assert (tmp_path / "validation.html").is_file()


def test_a_claim_that_fails_ends_with_1(two_checks, monkeypatch, tmp_path):
    false = pattern("made up", needs={"push": {}})(lambda lab: Contrast({"": [-1.0, 0.0, 1.0]}))
    monkeypatch.setattr(registry, "checks", lambda: {false.name: false})
    monkeypatch.setattr("analysis.validation.carry_out.checks", lambda: {false.name: false})
    done = validate("--only", false.name, "--out", str(tmp_path))
    assert done.exit_code == 1
    assert "FAILS" in done.stdout


def test_without_a_mechanism_it_says_what_changes(two_checks, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = validate("--without", "push")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[0] == "false, as it should be: made_up_pattern"
    assert "nearest: push" in validate("--without", "pusch").stderr


def test_a_pattern_that_is_true_without_what_it_needs_ends_with_1(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    idle = pattern("made up", needs={"push": {"feel.loss": 1.0}})(made_up_pattern.function)
    for module in ("registry", "carry_out"):
        monkeypatch.setattr(f"analysis.validation.{module}.checks", lambda: {idle.name: idle})
    done = validate("--without", "push")
    assert done.exit_code == 1
    assert done.stdout.splitlines()[0] == "STILL TRUE: made_up_pattern"


def test_without_a_mechanism_there_is_a_page_and_json_as_with_all(two_checks, tmp_path):
    done = validate("--without", "push", "--fast", "--json", "--out", str(tmp_path))
    found = json.loads(done.stdout)
    assert (found["without"], found["settings"]) == ("push", {"choose.satisfaction_push": 0.0})
    assert [(row["name"], row["verdict"], row["still_true"]) for row in found["checks"]] == [
        ("made_up_pattern", False, [])
    ]
    page = (tmp_path / "validation.html").read_text()
    assert "Without push" in page
    assert "ecrm validate --fast --without" in page


def test_without_a_mechanism_a_check_that_is_no_pattern_is_refused(two_checks, tmp_path):
    done = validate("--without", "push", "--only", "made_up_form", "--out", str(tmp_path / "x"))
    assert done.exit_code == 2
    assert "--only made_up_form: no pattern" in done.stderr
    assert not (tmp_path / "x").exists()


def test_a_name_or_a_folder_that_cannot_be_is_refused_before_anything_runs(tmp_path):
    done = validate("--only", "constant_hazrd", "--out", str(tmp_path / "x"))
    assert done.exit_code == 2
    assert "nearest: constant_hazard" in done.stderr
    assert not (tmp_path / "x").exists()
    (tmp_path / "file").write_text("")
    done = validate("--only", "constant_hazard", "--out", str(tmp_path / "file"))
    assert done.exit_code == 2
    assert "cannot be made" in done.stderr


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.20196, "0.202"),
        (458.617, "458.6"),
        (12345.6, "12,346"),
        (-0.0051, "−0.0051"),
        (0.0, "0"),
        (2.2e-7, "2.2e−07"),
    ],
)
def test_figures_have_three_or_four_digits(value, text):
    assert words.figure(value) == text
