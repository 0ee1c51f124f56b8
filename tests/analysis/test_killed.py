"""A sweep that is killed again and again ends as one that never was."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pandas.testing import assert_frame_equal

from analysis import store
from analysis.store import TABLES, Study
from analysis.study import Status

SMALL = (
    "calendar.years=0.5",
    "calendar.burn_in_years=0.25",
    "calendar.served_burn_in_years=0.1",
)
ECRM = [sys.executable, "-c", "from analysis.cli import main; main()"]


def begin(*words: str) -> subprocess.Popen[str]:
    """Start the command in a session of its own, with its workers."""
    return subprocess.Popen(
        [*ECRM, *words, "--quiet"], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )


def sweep(folder: Path, points: int, replicates: int, people: int) -> list[str]:
    size = f"customers.count={people}"
    return ["sweep", f"seed=range(1,{points + 1})", f"replicates={replicates}", f"folder={folder}", size, *SMALL]


def finish(process: subprocess.Popen[str]) -> None:
    out, err = process.communicate(timeout=1500)
    assert process.returncode == 0, out + err


def kill_at_random_moments(folder: Path, words: list[str], kills: int, longest: float) -> int:
    """Kill a sweep at moments spread over its start and its work; return how many of the kills hit it unfinished."""
    moments, hit = random.Random(1), 0
    for _ in range(kills):
        process = begin(*again(folder, words))
        time.sleep(moments.uniform(0.0, longest))
        process.send_signal(signal.SIGKILL)
        _, err = process.communicate(timeout=60)  # ends when its workers have ended, too
        assert process.returncode in (0, -signal.SIGKILL), err
        hit += process.returncode != 0
    return hit


def again(folder: Path, words: list[str]) -> list[str]:
    """Return how a user goes on: with the folder where a study stands in it, else with the same words."""
    return ["sweep", "--resume", str(folder)] if (folder / "study.yaml").is_file() else words


def assert_as_if_never_killed(killed: Path, whole: Path, runs: int) -> None:
    assert Status.of(killed).done == runs
    first, second = Study.load(killed), Study.load(whole)
    assert len(first.runs) == runs
    assert not first.runs.duplicated(["point", "arm", "replicate"]).any()
    for table in TABLES:
        assert_frame_equal(getattr(first, table), getattr(second, table), check_exact=True)
        names = {path.name for path in (killed / table).iterdir()}
        assert names == set(store.parts(killed))  # nothing half-written is left


def test_a_sweep_killed_three_times_ends_as_one_that_never_was(tmp_path):
    words = sweep(tmp_path / "killed", 4, 5, 300)
    kill_at_random_moments(tmp_path / "killed", words, 3, 8.0)
    finish(begin(*again(tmp_path / "killed", words)))
    finish(begin(*sweep(tmp_path / "whole", 4, 5, 300)))
    assert_as_if_never_killed(tmp_path / "killed", tmp_path / "whole", 20)


@pytest.mark.long
def test_a_sweep_of_400_runs_killed_at_30_random_moments_ends_as_one_that_never_was(tmp_path):
    words = sweep(tmp_path / "killed", 4, 100, 3000)
    hit = kill_at_random_moments(tmp_path / "killed", words, 30, 8.0)
    assert hit == 30
    finish(begin(*again(tmp_path / "killed", words)))
    finish(begin(*sweep(tmp_path / "whole", 4, 100, 3000)))
    assert_as_if_never_killed(tmp_path / "killed", tmp_path / "whole", 400)
