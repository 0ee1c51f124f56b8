"""The results folder: what was run, in words (``study.yaml``), and what came out, in tables (Parquet).

Every table begins with the columns ``scenario``, ``arm``, ``replicate``, ``period``, so that one DuckDB query reads
many folders at once. Files are written under a temporary name and renamed; ``study.yaml`` goes last, so a folder that
has one is whole.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from sim.settings import BadInput

if TYPE_CHECKING:
    import pandas as pd

KEYS = ["scenario", "arm", "replicate", "period"]
TABLES = ("runs", "periods", "events", "shares")
LIBRARIES = ("ecrm-workbench", "numpy", "numba", "mesa", "simpy", "pandas", "scipy")


@dataclass(frozen=True)
class Study:
    """The tidy tables of one study.

    Attributes:
        folder: where they are stored.
        facts: the content of ``study.yaml``: question, arms with their resolved settings, seed, versions, command.
        runs: one row a run (arm × replicate): the focal firm's outcomes, NaN where undefined.
        periods: one row a run, period and firm.
        events: one row a switch of provider, with its two causes.
        shares: one row a run and percentile of the initial customers by value: the quantile and the cumulated value.
        failures: traceback by ``(arm, replicate)`` of the runs that failed.
    """

    folder: Path
    facts: Mapping[str, Any]
    runs: "pd.DataFrame"
    periods: "pd.DataFrame"
    events: "pd.DataFrame"
    shares: "pd.DataFrame"
    failures: Mapping[tuple[str, int], str] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: str | Path) -> "Study":
        """Read a results folder.

        Raises:
            BadInput: the folder does not exist or holds no finished study.
        """
        import pandas as pd

        folder = Path(folder)
        if not (folder / "study.yaml").is_file():
            raise BadInput(f"folder = {folder}: not a results folder (no study.yaml); `ecrm compare` writes one")
        study = yaml.safe_load((folder / "study.yaml").read_text(encoding="utf-8"))
        tables = {table: pd.read_parquet(folder / f"{table}.parquet") for table in TABLES}
        failures = {
            (entry["arm"], entry["replicate"]): (folder / entry["traceback"]).read_text(encoding="utf-8")
            for entry in study["failures"]
        }
        return cls(folder, study, **tables, failures=failures)

    @property
    def arms(self) -> list[str]:
        """Names of the arms, in the scenario's order."""
        return list(self.facts["arms"])

    @property
    def reference(self) -> str:
        """Name of the arm that the others are compared with."""
        return str(self.facts["reference"])

    @property
    def focal(self) -> str:
        """Name of the firm whose outcomes are studied."""
        return str(self.facts["focal"])

    def save(self) -> None:
        """Write everything into the folder, whole or not at all."""
        failures = [
            {"arm": arm, "replicate": replicate, "traceback": f"failures/{arm}-{replicate}.txt"}
            for arm, replicate in self.failures
        ]
        with _writing(self.folder) as scratch:
            for entry, text in zip(failures, self.failures.values(), strict=True):
                path = scratch / str(entry["traceback"])
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8")
            for table in TABLES:
                getattr(self, table).to_parquet(scratch / f"{table}.parquet", index=False, compression="zstd")
            text = yaml.safe_dump({**self.facts, "failures": failures}, sort_keys=False, allow_unicode=True, width=120)
            (scratch / "study.yaml").write_text(text, encoding="utf-8")


def check_folder(folder: Path) -> None:
    """Refuse a folder that results cannot be put into: called before anything is simulated.

    Raises:
        BadInput: it is a file, or holds something that is not an earlier study's results.
    """
    if folder.exists() and not folder.is_dir():
        raise BadInput(f"folder = {folder}: is a file; give a new folder or one with earlier results")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "study.yaml").is_file():
        raise BadInput(f"folder = {folder}: holds other files; give a new folder or one with earlier results")


def write_text(path: Path, text: str) -> None:
    """Write a text file under a temporary name, then rename it: readers see the old file or the new one."""
    scratch = path.with_name(f".{path.name}.new")
    scratch.write_text(text, encoding="utf-8")
    scratch.replace(path)


def versions() -> dict[str, str]:
    """Return the versions that results depend on, with Python's and the processor's name."""
    import platform
    from importlib.metadata import PackageNotFoundError, version

    from sim.kernel import processor

    found = {"python": platform.python_version()}
    for library in LIBRARIES:
        with contextlib.suppress(PackageNotFoundError):
            found[library] = version(library)
    return found | {"processor": processor()}


@contextlib.contextmanager
def _writing(folder: Path) -> Iterator[Path]:
    """Give a scratch folder whose files are moved into ``folder`` when all are written; on failure nothing stays."""
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    scratch = folder / ".writing"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    try:
        yield scratch
    except BaseException:
        shutil.rmtree(scratch)
        for path in made:
            with contextlib.suppress(OSError):
                path.rmdir()
        raise
    for stale in ("study.yaml", "report.html"):
        (folder / stale).unlink(missing_ok=True)
    shutil.rmtree(folder / "failures", ignore_errors=True)
    for path in sorted(scratch.iterdir(), key=lambda path: path.name == "study.yaml"):
        path.replace(folder / path.name)
    scratch.rmdir()


@contextlib.contextmanager
def replacing(folder: str | Path, card: str, what: str) -> Iterator[Path]:
    """Give a scratch folder that takes the place of ``folder`` when all is written: whole or not at all.

    Args:
        folder: the folder; one of the same kind that is there already is replaced.
        card: the file by which a folder of this kind is known.
        what: the kind, for the message.

    Raises:
        BadInput: the path holds something else.
    """
    target = Path(folder)
    if target.exists() and not (target / card).is_file():
        raise BadInput(f"folder: {target} exists and is no {what}; give a new name")
    target.parent.mkdir(parents=True, exist_ok=True)
    draft, replaced = (target.with_name(f".{target.name}.{os.getpid()}.{part}") for part in ("new", "old"))
    draft.mkdir()
    try:
        yield draft
        if target.exists():
            target.rename(replaced)
        draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        shutil.rmtree(replaced, ignore_errors=True)
