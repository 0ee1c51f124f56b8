"""What no verdict is given on is said: on the terminal, on the page, as JSON."""

import html
import io
import json
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from analysis.cli import app
from analysis.validation import limits
from analysis.validation.report import show, write
from analysis.validation.results import Result
from analysis.validation.switches import Turned

HELD = Result("made_up", "data", "Ten is ten", "", "made up", "equal", 10.0, 10.0, 10.0, 10.0, True)
NOTHING = Turned("nothing", "choose.habit_hold=0", 3, True, True)


@pytest.fixture
def a_log_is_lacking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ECRM_BANK_LOG", raising=False)


@pytest.mark.usefixtures("a_log_is_lacking")
def test_what_is_not_run_and_what_is_not_held_to_are_printed_beside_a_whole_run(tmp_path: Path) -> None:
    console = Console(width=900, record=True, file=io.StringIO())
    show([HELD], [NOTHING], False, console)
    page = html.unescape(write([HELD], [NOTHING], False, tmp_path).read_text(encoding="utf-8"))
    for said in (console.export_text(), page):
        assert "ECRM_BANK_LOG=PATH ecrm validate" in said
        assert all(each.claim in said for each in limits.NOT_HELD)


def test_beside_a_single_check_they_are_not(tmp_path: Path) -> None:
    assert limits.NOT_HELD[0].claim not in write([HELD], [], False, tmp_path).read_text(encoding="utf-8")


@pytest.mark.usefixtures("a_log_is_lacking")
def test_json_has_both_lists(tmp_path: Path) -> None:
    words = ["validate", "--fast", "--only", "shortfall_hurts_more", "--workers", "1", "--json", "--out", str(tmp_path)]
    found = json.loads(CliRunner().invoke(app, words).stdout)
    assert len(found["not_held_to"]) == len(limits.NOT_HELD)
    assert any("ECRM_BANK_LOG" in each["why"] for each in found["not_run"])
    assert not {each["claim"] for each in found["not_run"]} & {each["claim"] for each in found["checks"]}
