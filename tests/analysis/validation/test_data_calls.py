"""Checks against a call log: not run without one, true for a log of known truth, false with half of its agents."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from analysis import replay
from analysis.validation import data_calls
from analysis.validation.limits import not_run
from analysis.validation.registry import checks, chosen
from sim.settings import BadInput
from tests.analysis.made_up_calls import made_up_calls, write_calls

NAMES = [
    "a_replayed_log_gives_its_abandonment",
    "a_replayed_log_gives_its_mean_wait",
    "a_replayed_log_gives_who_need_not_wait",
]


@pytest.fixture
def made_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    file = tmp_path / "calls.csv"
    write_calls(file, made_up_calls(days=12, a_day=220.0, wrap_up=60.0))
    read = data_calls.read_calls
    monkeypatch.setattr(data_calls, "read_calls", lambda path: read(path, date_format="dmy"))
    monkeypatch.setenv("ECRM_BANK_LOG", str(file))
    data_calls._replay.cache_clear()
    yield
    data_calls._replay.cache_clear()


@pytest.mark.usefixtures("made_up")
def test_a_replayed_log_gives_what_befell_its_callers() -> None:
    found = [checks()[name].run() for name in NAMES]
    assert [each.verdict for each in found] == [True] * 3
    assert all(each.low < each.expected < each.high for each in found)


@pytest.mark.usefixtures("made_up")
def test_with_half_of_the_agents_it_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = replay.presence

    def half(*given: object) -> pd.DataFrame:
        staff = whole(*given)  # type: ignore[arg-type]
        return staff[staff["agent"] % 2 == 0].reset_index(drop=True)

    monkeypatch.setattr(replay, "presence", half)
    assert [checks()[name].run().verdict for name in NAMES] == [False] * 3


def test_without_a_log_they_are_named_as_not_run_and_never_held(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for path, why in ((None, "ECRM_BANK_LOG=PATH"), (str(tmp_path / "none"), "is no file")):
        monkeypatch.delenv("ECRM_BANK_LOG", raising=False)
        if path is not None:
            monkeypatch.setenv("ECRM_BANK_LOG", path)
        lacking = {each.claim: each.why for each in not_run()}
        assert all(why in lacking[checks()[name].claim] for name in NAMES)
        assert not {check.name for check in chosen([])} & set(NAMES)
        with pytest.raises(BadInput, match="--only a_replayed_log_gives_its_mean_wait"):
            chosen([NAMES[1]])
