"""What tests of the simulation share."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="session")
def fresh_python() -> Callable[..., str]:
    """Return a function that runs code in a Python of its own, compiled or plain, and returns what it prints."""

    def run(code: str, *, compiled: bool = True, folder: Path = ROOT, **environment: str) -> str:
        switch = {} if compiled else {"NUMBA_DISABLE_JIT": "1"}
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            cwd=folder,
            env=os.environ | switch | environment,
        )
        return done.stdout

    return run
