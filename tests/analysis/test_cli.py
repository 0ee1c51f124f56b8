import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analysis.breakeven import BreakevenKeys
from analysis.cli import app
from analysis.optimization import OptimizeKeys
from analysis.sensitivity_study import SensitivityKeys

SMALL = ["customers.count=300", "calendar.years=1", "calendar.burn_in_years=1", "calendar.served_burn_in_years=0"]
SCENARIO = """
question: Does a lower price pay?
reference: usual
arms:
  usual: {}
  cheap: {firms: {acme: {price: 0.9}}}
outcomes: [profit, churn_rate]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "scenario.yaml").write_text(SCENARIO)
    return tmp_path


def ecrm(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(words))
    return result.exit_code, result.stdout, result.stderr


def test_run_prints_only_json_on_stdout_when_asked(folder: Path) -> None:
    code, out, _ = ecrm("run", *SMALL, "seed=3", "folder=here", "--json")
    assert code == 0
    answer = json.loads(out)
    assert list(answer) == ["scenario", "seed", "periods", "folder", "outcomes"]
    assert (answer["seed"], answer["periods"], answer["folder"]) == (3, 12, "here")
    assert (folder / "here" / "report.html").is_file()
    assert all(value is None or isinstance(value, int | float) for value in answer["outcomes"].values())


def test_compare_prints_each_arms_difference_to_the_reference(folder: Path) -> None:
    code, out, _ = ecrm("compare", "scenario=mine", "replicates=2", *SMALL, "--json", "--quiet")
    assert code == 0
    answer = json.loads(out)
    assert list(answer) == ["scenario", "replicates", "reference", "folder", "outcomes"]
    assert (answer["scenario"], answer["replicates"], answer["reference"]) == ("mine", 2, "usual")
    assert list(answer["outcomes"]["profit"]) == ["usual", "cheap"]
    cheap = answer["outcomes"]["profit"]["cheap"]
    assert set(cheap) == {"mean", "low", "high", "difference"}
    assert set(cheap["difference"]) == {"mean", "low", "high"}
    standard = {"profit", "customer_equity", "churn_rate", "retention_rate", "satisfaction", "service_level"}
    assert standard | {"abandonment_rate", "value_per_person"} <= set(answer["outcomes"])


def test_a_person_reads_where_the_report_is(folder: Path) -> None:
    code, out, _ = ecrm("run", *SMALL, "--quiet")
    assert code == 0
    assert "report.html" in out


def test_a_failed_run_exits_with_1_and_says_where_the_traceback_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from analysis import study

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("no customers")

    monkeypatch.setattr(study, "answer", fail)
    code, out, err = ecrm("run", *SMALL)
    assert (code, out) == (1, "")
    assert len(err.splitlines()) == 1
    assert "Traceback" not in err
    kept = Path(err.strip().rpartition("traceback: ")[2])
    assert "ZeroDivisionError: no customers" in kept.read_text()
    kept.unlink()


def test_a_study_without_a_single_run_exits_with_1(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from analysis import study

    def fail(*_: object, **__: object) -> None:
        raise study.StudyFailed("all 2 runs failed; tracebacks: here")

    monkeypatch.setattr(study, "answer", fail)
    assert ecrm("compare", "scenario=mine") == (1, "", "all 2 runs failed; tracebacks: here\n")


@pytest.mark.parametrize("kind", ["scenarios", "programs", "strategies", "rules", "settings", "metrics"])
def test_whatever_is_listed_has_a_name_and_can_be_explained(folder: Path, kind: str) -> None:
    code, out, _ = ecrm("list", kind, "--json")
    assert code == 0
    names = [row["name"] for row in json.loads(out)]
    assert names
    assert ecrm("list", kind)[1].count("\n") == len(names)
    code, out, _ = ecrm("explain", names[-1])
    assert code == 0
    assert out.startswith(f"{names[-1]} (")


def test_scenarios_are_listed_with_question_and_arms() -> None:
    rows = json.loads(ecrm("list", "scenarios", "--json")[1])
    assert all(list(row) == ["name", "question", "arms"] for row in rows)
    assert {"points_or_service", "cdnow"} <= {row["name"] for row in rows}


def test_a_setting_is_explained_by_its_path_in_any_firm_or_by_its_last_name() -> None:
    for name in ("firms.acme.price", "firms.NAME.price", "price"):
        code, out, _ = ecrm("explain", name)
        assert code == 0
        assert "firms.NAME.price (setting)" in out
        assert "a number above 0" in out
        assert "default: 1.0" in out


def test_a_metric_is_explained_with_its_definition_and_unit() -> None:
    assert "unit: share a year" in ecrm("explain", "churn_rate")[1]


def test_import_makes_a_population_and_names_bad_lines(folder: Path) -> None:
    rows = [f"{who},2025-0{month}-{day:02d},10.5" for who in range(1, 30) for month in (1, 2, 4, 6) for day in (who,)]
    rows = [row for place, row in enumerate(rows) if place % 3 != 1 and "2025-02-29" not in row]
    (folder / "log.csv").write_text("customer,date,amount\n" + "\n".join([*rows, "7,yesterday,3"]) + "\n")
    code, out, err = ecrm("import", "log.csv", "--until", "2025-05-01", "--columns", "customer=1")
    assert code == 0, err
    assert "29 customers of log.csv" in out
    assert "population=results/log" in out
    assert "line " in err
    assert "yesterday" in err
    assert (folder / "results" / "log" / "customers.parquet").is_file()


def test_the_command_is_installed() -> None:
    command = Path(sys.executable).parent / "ecrm"
    done = subprocess.run([command, "--help"], capture_output=True, text=True, check=True)
    assert all(verb in done.stdout for verb in ("run", "compare", "list", "explain", "import"))


@pytest.mark.parametrize(
    ("verb", "keys"), [("sensitivity", SensitivityKeys), ("optimize", OptimizeKeys), ("breakeven", BreakevenKeys)]
)
def test_the_help_of_a_search_names_its_own_keys(verb, keys):
    code, out, _ = ecrm(verb, "--help")
    assert code == 0
    assert all(f"{key}=" in out for key in keys.model_fields)
