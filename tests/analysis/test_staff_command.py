"""``ecrm staff`` as it is typed."""

import json
import re

import pytest
from typer.testing import CliRunner

from analysis.cli import app

DAY = ["start,calls", "08:00,40", "08:30,75", "09:00,0", "09:30,60"]


@pytest.fixture
def day(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "day.csv").write_text("\n".join(DAY) + "\n", encoding="utf-8")
    return tmp_path


def staff(*words):
    return CliRunner().invoke(app, ["staff", "day.csv", "--runs", "3", *words])


def test_it_says_how_many_agents_each_interval_needs_and_writes_page_picture_and_plan(day):
    result = staff("--handle-minutes", "6")
    assert result.exit_code == 0, result.output
    assert re.search(r"^18 agents at the peak \(08:30\), .* hours on duty, .* paid$", result.stdout, re.MULTILINE)
    assert re.search(r"^08:00 +40 +10 ", result.stdout, re.MULTILINE)
    assert "…" not in result.stdout  # nothing is cut off at 80 columns
    folder = day / "results" / "staff-day"
    assert sorted(each.name for each in folder.iterdir()) == ["report.html", "staff.csv", "staff.svg"]
    assert (folder / "staff.csv").read_text(encoding="utf-8").splitlines()[2] == "08:30,75.0,6.0,18,26"


def test_the_page_needs_no_network_and_says_what_the_terminal_says(day):
    result = staff("--handle-minutes", "6", "--out", "there")
    page = (day / "there" / "report.html").read_text(encoding="utf-8")
    assert result.stdout.splitlines()[0] in page
    assert "<script" not in page
    assert not re.search(r"""(src|href)=["']?https?:""", page)
    assert page.count("<svg") == 1


def test_the_picture_is_the_same_to_the_byte(day):
    for folder in ("one", "two"):
        staff("--handle-minutes", "6", "--out", folder)
    assert (day / "one" / "staff.svg").read_bytes() == (day / "two" / "staff.svg").read_bytes()


def test_json_has_every_figure_and_nothing_else_is_printed(day):
    result = staff("--handle-minutes", "6", "--json", "--method", "erlang-c")
    answer = json.loads(result.stdout)
    assert [each["agents"] for each in answer["intervals"]][2] == 0
    assert answer["intervals"][2]["expected"] is None
    assert answer["intervals"][1]["expected"]["abandonment"] == 0.0
    assert answer["intervals"][1]["simulated"]["abandonment"]["mean"] is not None
    assert len(answer["peak"]["extra_agents"]) == 6
    assert answer["hours"] == sum(each["agents"] for each in answer["intervals"]) / 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "--handle-minutes: missing"),
        (["--handle-minutes", "6", "--target", "100/20"], "--target = 100/20"),
        (["--handle-minutes", "6", "--max-occupancy", "110%"], "--max-occupancy = 110%"),
        (["--handle-minutes", "6", "--method", "erlang-d"], "--method = erlang-d"),
        (["--handle-minutes", "6", "--interval", "45m"], "overlap"),
        (["--handle-minutes", "6", "--runs", "0"], "--runs = 0"),
    ],
)
def test_bad_input_is_one_message_and_nothing_is_written(day, words, said):
    result = staff(*words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert not (day / "results").exists()


def test_a_folder_that_cannot_be_written_is_bad_input(day):
    result = staff("--handle-minutes", "6", "--out", "day.csv/there")
    assert result.exit_code == 2
    assert "--out = day.csv/there: cannot be written" in result.stderr


def test_callers_of_a_log_are_as_patient_as_the_log_says_unless_patience_is_given(tmp_path, monkeypatch):
    # 40 callers wait 30 seconds each and every other one hangs up: 1,200 seconds of waiting, 20 times, is a minute
    monkeypatch.chdir(tmp_path)
    rows = [f"2025-03-03 08:{minute:02}:00,30,{'0,hangup' if minute % 2 else '120,answered'}" for minute in range(40)]
    (tmp_path / "day.csv").write_text("\n".join(["arrival,wait,handle,outcome", *rows]), encoding="utf-8")
    fitted = staff()
    assert "callers hang up after 1 minutes on average (fitted on day.csv)" in " ".join(fitted.stdout.split())
    answer = json.loads(staff("--json").stdout)
    assert (answer["patience_minutes"], answer["patience_source"]) == (1.0, "fitted on day.csv")
    given = " ".join(staff("--patience-minutes", "2").stdout.split())
    assert "callers hang up after 2 minutes on average (given)" in given


def test_a_table_tells_no_patience_so_it_is_assumed(day):
    said = " ".join(staff("--handle-minutes", "6").stdout.split())
    assert "callers hang up after 3 minutes on average (assumed, day.csv does not tell)" in said


def test_no_number_is_cut_where_a_table_is_wider_than_the_terminal(day):
    starts = [f"2025-03-03 {8 + half // 2:02}:{30 * (half % 2):02},{calls}" for half, calls in enumerate((4, 9, 1200))]
    (day / "day.csv").write_text("\n".join(["start,calls", *starts]), encoding="utf-8")
    result = staff("--handle-minutes", "6", "--target", "80/120")
    assert "…" not in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert len(re.findall(r"^03-03 09:00 +1,200 +[0-9]+ ", result.stdout, re.MULTILINE)) == 2  # formula, simulated


def test_a_call_log_is_counted_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = [f"2025-03-03 08:{minute:02}:00,{minute % 3},{120 + minute}" for minute in range(60)]
    (tmp_path / "day.csv").write_text("\n".join(["arrival,wait,handle", *rows]), encoding="utf-8")
    result = staff()
    assert result.exit_code == 0, result.output
    assert re.search(r"^03-03 08:30 +30 ", result.stdout, re.MULTILINE)
