import subprocess
import sys
from pathlib import Path

import pytest
from pandas.testing import assert_frame_equal

from analysis.carry_out import Ways, carry_out
from analysis.scenario import plan
from analysis.store import TABLES, Study

WORDS = [
    *("market=telecom", "customers.count=300", "calendar.years=0.25"),
    *("calendar.burn_in_years=0.25", "calendar.served_burn_in_years=0.1"),
    *("seed=1,2", "replicates=2"),
]


def multirun(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the stock entry as a user does."""
    command = [sys.executable, "-m", "analysis.hydra_app", "-m", *words, f"folder={folder / 'out'}"]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=600, check=False)


def test_a_multirun_gives_the_tables_of_a_sweep_to_the_bit_and_a_repeated_one_runs_nothing(tmp_path):
    first = multirun(tmp_path, *WORDS)
    assert first.returncode == 0, first.stderr
    assert "4 of 4 runs done; complete" in first.stderr
    parts = sorted((tmp_path / "out" / "runs").iterdir())
    times = [part.stat().st_mtime_ns for part in parts]
    again = multirun(tmp_path, *WORDS)
    assert again.returncode == 0, again.stderr
    assert [part.stat().st_mtime_ns for part in sorted((tmp_path / "out" / "runs").iterdir())] == times
    carry_out(plan([*WORDS, f"folder={tmp_path / 'sweep'}"], "sweep"), Ways(workers=1, progress=False))
    one, other = Study.load(tmp_path / "out"), Study.load(tmp_path / "sweep")
    for table in TABLES:
        assert_frame_equal(getattr(one, table), getattr(other, table), check_exact=True)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("customers.cuont=5", "nearest: customers.count"),
        ("samples=8", "for samples and pairs: ecrm sweep"),
        ("seed=tag(p,choice(1,2))", "ecrm sweep"),
        ("firms.acme.price=interval(0.9,1)", "Hydra's sweeper takes grids alone; for samples and pairs: ecrm sweep"),
    ],
)
def test_bad_input_is_one_message_and_leaves_nothing(tmp_path, word, said):
    done = multirun(tmp_path, word)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
