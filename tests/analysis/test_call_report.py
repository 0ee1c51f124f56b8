"""An imported call log: its folder, its report, and a world that takes its settings."""

import re
from pathlib import Path

import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner

from analysis.cli import app
from analysis.scenario import plan
from sim.settings import BadInput
from tests.analysis.made_up_calls import made_up_calls, write_calls


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("calls")
    file = write_calls(folder / "calls.csv", made_up_calls(days=30))
    file.write_text(file.read_text() + "someday;9:00:00;0:05;60;answered;a;b\n")
    result = CliRunner().invoke(app, ["import", str(file), "--date-format", "dmy", "--folder", str(folder / "mine")])
    assert result.exit_code == 0, result.output
    assert "line" in result.stderr
    assert "someday" in result.stderr
    assert f"calls={folder / 'mine'}" in result.stdout
    return folder / "mine"


def test_the_settings_are_a_fragment_that_a_world_takes(imported: Path) -> None:
    fragment = yaml.safe_load((imported / "settings.yaml").read_text())
    assert {"opening", "profile", "handle_time", "patience"} <= set(fragment)
    center = plan([f"calls={imported}"], "run").arms["world"].firms["acme"].call_center
    assert (center.opening.opens, center.opening.closes) == (9, 15)
    assert center.handle_time.mean_minutes == fragment["handle_time"]["mean_minutes"]
    assert center.patience.shape == fragment["patience"]["shape"]
    assert center.profile.day_spread == fragment["profile"]["day_spread"]


def test_the_line_is_stronger_than_the_log_and_rivals_keep_their_centers(imported: Path) -> None:
    words = [f"calls={imported}", "firms.acme.call_center.handle_time.mean_minutes=9"]
    firms = plan(words, "run").arms["world"].firms
    assert firms["acme"].call_center.handle_time.mean_minutes == 9
    assert firms["acme"].call_center.opening.opens == 9
    others = [firm for name, firm in firms.items() if name != "acme"]
    plain = plan([], "run").arms["world"].firms
    assert others == [plain[name] for name in firms if name != "acme"]


def test_every_arm_of_a_scenario_has_the_log(imported: Path) -> None:
    arms = plan(["scenario=points_or_service", f"calls={imported}"], "compare").arms
    assert {world.firms["acme"].call_center.opening.opens for world in arms.values()} == {9}


def test_the_report_shows_data_against_fit_and_loads_nothing(imported: Path) -> None:
    page = (imported / "report.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 5
    assert not re.search(r"(src|href)=\"(?!data:|#)", page)
    assert "Kaplan" in page
    assert "Lines not used: 1" in page


def test_lines_that_were_not_used_are_kept(imported: Path) -> None:
    bad = pd.read_parquet(imported / "bad_rows.parquet")
    assert len(bad) == 1
    assert "time of arrival" in bad["why"].iloc[0]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda folder: None, "no imported call log"),
        (lambda folder: folder.mkdir(), "ecrm import"),
        (lambda folder: (folder.mkdir(), (folder / "settings.yaml").write_text("a: [1,")), "not readable as YAML"),
        (lambda folder: (folder.mkdir(), (folder / "settings.yaml").write_text("- 1")), "holds no settings"),
        (
            lambda folder: (folder.mkdir(), (folder / "settings.yaml").write_text("patience: {mean_minuts: 3}")),
            "nearest: .*mean_minutes",
        ),
    ],
)
def test_a_folder_that_is_no_call_log_gives_one_message(tmp_path: Path, make, said: str) -> None:
    make(tmp_path / "mine")
    with pytest.raises(BadInput, match=said):
        plan([f"calls={tmp_path / 'mine'}"], "run")


def test_a_slip_in_the_folder_is_answered_with_the_nearest_name(imported: Path) -> None:
    with pytest.raises(BadInput, match=r"did you mean .*mine"):
        plan([f"calls={imported.parent / 'mien'}"], "run")


def test_an_option_for_purchases_is_refused_for_calls_and_nothing_is_written(tmp_path: Path) -> None:
    file = write_calls(tmp_path / "calls.csv", made_up_calls(days=3))
    words = ["import", str(file), "--until", "2024-01-02", "--folder", str(tmp_path / "mine")]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 2
    assert "purchase" in result.output
    assert not (tmp_path / "mine").exists()


def test_a_folder_with_something_else_is_kept(tmp_path: Path) -> None:
    file = write_calls(tmp_path / "calls.csv", made_up_calls(days=3))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    result = CliRunner().invoke(app, ["import", str(file), "--date-format", "dmy", "--folder", str(tmp_path / "mine")])
    assert result.exit_code == 2
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter.txt"]
