"""The study folder: what is to be run, in words (``study.yaml``), and what came out, in parts (Parquet).

A part holds many runs. Its tables lie in a folder each (``periods/part-1a2b.parquet``) and are written under temporary
names; that of ``runs`` is renamed last, and a run counts only where it stands there. So a study that is killed at any
moment is whole, and loses no more than what was in flight. DuckDB reads all parts with one query.
"""

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from analysis.files import write_text
from analysis.plan import POPULATION, WORLDS, RunId
from sim.settings import BadInput

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

KEYS = ["scenario", "arm", "replicate", "period", "point"]
TABLES = ("runs", "periods", "events", "shares")
PERSONS = "persons"  # a table that only some runs have
FAILURES = "failures"
CARDS = ("study.yaml", WORLDS, "report.html", "summary.csv")
LIBRARIES = ("ecrm-workbench", "numpy", "numba", "mesa", "simpy", "pandas", "scipy")


@dataclass(frozen=True)
class Study:
    """The tidy tables of one study. Each begins with the columns scenario, arm, replicate, period, point.

    Attributes:
        folder: where they are stored.
        facts: the content of ``study.yaml``: question, arms with their resolved settings, seed, versions, command; and
            ``complete``: whether all runs are done.
        runs: one row a run (point × arm × replicate): the focal firm's outcomes, NaN where undefined.
        periods: one row a run, period and firm.
        events: one row a switch of provider, with its two causes.
        shares: one row a run and percentile of the initial customers by value: the quantile and the cumulated value.
        failures: traceback of each run that failed.
    """

    folder: Path
    facts: Mapping[str, Any]
    runs: "pd.DataFrame"
    periods: "pd.DataFrame"
    events: "pd.DataFrame"
    shares: "pd.DataFrame"
    failures: Mapping[RunId, str] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: str | Path) -> "Study":
        """Read a study folder, done or not.

        Raises:
            BadInput: the folder does not exist or holds no study.
        """
        folder = Path(folder)
        facts = read_facts(folder)
        tables = {table: read_table(folder, facts, table) for table in TABLES}
        failed = failures(folder)
        whole = len(tables["runs"]) + len(failed) >= facts["planned"]
        return cls(folder, {**facts, "complete": whole}, **tables, failures=failed)

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

    @property
    def points(self) -> "pd.DataFrame":
        """What the sweep sets at each point: a row a point, a column a key; no columns without a sweep."""
        return points_of(self.facts)

    def at(self, point: int) -> "Study":
        """Return the study of one point of a sweep."""
        tables = {table: frame[frame["point"] == point] for table in TABLES for frame in [getattr(self, table)]}
        failed = {run: text for run, text in self.failures.items() if run.point == point}
        return Study(self.folder, self.facts, **tables, failures=failed)


def read_facts(folder: Path) -> dict[str, Any]:
    """Return the content of a study's ``study.yaml``.

    Raises:
        BadInput: the folder holds no study.
    """
    file = folder / "study.yaml"
    if not file.is_file():
        raise BadInput(
            f"folder = {folder}: not a study folder (no study.yaml); `ecrm compare` and `ecrm sweep` make one"
        )
    try:
        facts = yaml.load(file.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, UnicodeDecodeError):
        facts = None
    if not isinstance(facts, dict) or not facts.keys() >= {"verb", "planned", "replicates", "arms", "points"}:
        raise BadInput(f"{file}: damaged, or of an older version; run the study anew in another folder")
    return facts


def points_of(facts: Mapping[str, Any]) -> "pd.DataFrame":
    """Return what a sweep sets at each point: a row a point, a column a key; texts where values are no numbers."""
    import pandas as pd

    rows = [{key: _plain(value) for key, value in values.items()} for values in facts["points"]]
    return pd.DataFrame(rows, index=range(len(rows))).rename_axis("point")


def _plain(value: Any) -> Any:
    return (
        value if isinstance(value, int | float | str | None) else yaml.safe_dump(value, default_flow_style=True).strip()
    )


def read_table(folder: Path, facts: Mapping[str, Any], table: str) -> "pd.DataFrame":
    """Return a table of a study, its runs by point, arm and replicate, whatever parts they came in."""
    import pandas as pd

    joined = _joined(folder, table)
    if joined is None:
        return pd.DataFrame(columns=KEYS)
    frame: pd.DataFrame = joined.to_pandas()
    place = {arm: number for number, arm in enumerate(facts["arms"])}
    frame = frame[(frame["replicate"] <= facts["replicates"]) & frame["arm"].isin(place)]
    order = frame["arm"].map(place).astype("int64")
    frame = frame.assign(_arm=order).sort_values(["point", "_arm", "replicate"], kind="stable", ignore_index=True)
    return frame.drop(columns=["_arm", "key"], errors="ignore")


def _joined(folder: Path, table: str) -> "pa.Table | None":
    """Return the rows of all parts; None without any."""
    import pyarrow as pa

    files = [folder / table / name for name in parts(folder)]
    tables = [_part(file) for file in files if table != PERSONS or file.is_file()]  # some runs keep no persons
    if not tables:
        return None
    joined = pa.concat_tables(tables, promote_options="permissive")
    names = [name for name in joined.column_names if name not in KEYS]
    alike = all(rows.column_names == joined.column_names for rows in tables)
    return joined.select([*KEYS, *(names if alike else sorted(names))])  # an order that parts cannot change


def parts(folder: Path) -> list[str]:
    """Return the names of the parts that are whole."""
    return sorted(path.name for path in (folder / "runs").glob("part-*.parquet"))


def done(folder: Path, replicates: int = 1 << 40) -> set[str]:
    """Return the keys of the runs that a folder holds, up to a replicate."""
    import pyarrow.compute as pc

    keys: set[str] = set()
    for name in parts(folder):
        runs = _part(folder / "runs" / name, ["key", "replicate"])
        keys.update(runs.filter(pc.field("replicate") <= replicates)["key"].to_pylist())
    return keys


def _part(path: Path, columns: list[str] | None = None) -> "pa.Table":
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.read_table(path, columns=columns)
    except (OSError, pa.ArrowInvalid) as error:
        said = str(error).splitlines()[0]
        raise BadInput(
            f"{path}: missing or damaged ({said}); remove {path.name} from all tables of its study and go on with"
            " ecrm sweep --resume"
        ) from None


def outcomes(folder: Path) -> dict[str, dict[str, float]]:
    """Return the outcomes of every run that a folder holds, by the run's key; NaN where undefined."""
    joined = _joined(folder, "runs")
    if joined is None:
        return {}
    frame: pd.DataFrame = joined.to_pandas().set_index("key").drop(columns=KEYS)
    rows: list[Any] = frame.to_dict(orient="records")
    return dict(zip(map(str, frame.index), rows, strict=True))


def go_on(folder: Path, facts: Mapping[str, Any]) -> str:
    """Return the command that goes on with a study that was stopped."""
    return str(facts["command"]) if facts.get("search") else f"ecrm sweep --resume {folder}"


def write_part(folder: Path, tables: Mapping[str, "pa.Table"]) -> None:
    """Write the tables of some runs as one part; its name follows from their keys."""
    import pyarrow.parquet as pq

    keys = "\n".join(sorted(tables["runs"]["key"].to_pylist()))
    name = f"part-{hashlib.sha256(keys.encode()).hexdigest()[:16]}.parquet"
    for table in sorted(tables, key=lambda table: table == "runs"):  # a run is done when its row is in place
        target = folder / table / name
        target.parent.mkdir(exist_ok=True)
        scratch = target.with_name(f".{name}.{os.getpid()}")
        pq.write_table(tables[table], scratch, compression="zstd")
        scratch.replace(target)


def failures(folder: Path) -> dict[RunId, str]:
    """Return the traceback of each run that failed."""
    found = {}
    for path in sorted((folder / FAILURES).glob("*.txt")):
        point, _, rest = path.stem.partition("-")
        arm, _, replicate = rest.rpartition("-")
        found[RunId(int(point), arm, int(replicate))] = path.read_text(encoding="utf-8")
    return found


def write_failure(folder: Path, run: RunId, text: str) -> None:
    """Record a run that failed, with its traceback."""
    path = folder / FAILURES / f"{run.point}-{run.arm}-{run.replicate}.txt"
    path.parent.mkdir(exist_ok=True)
    write_text(path, text)


def forget_failures(folder: Path) -> None:
    """Remove the records of failed runs: they are to be tried again."""
    shutil.rmtree(folder / FAILURES, ignore_errors=True)


def clear(folder: Path) -> None:
    """Remove an earlier study from a folder; what is not a study's stays."""
    for name in CARDS:  # the card first: without it nothing is a study
        (folder / name).unlink(missing_ok=True)
    for name in (*TABLES, PERSONS, FAILURES, POPULATION):
        shutil.rmtree(folder / name, ignore_errors=True)


def sweep_up(folder: Path) -> None:
    """Remove what a killed study left half-written. The folder must be locked."""
    whole = set(parts(folder))
    for table in (*TABLES, PERSONS):
        for path in (folder / table).glob("*"):
            if path.name not in whole:
                path.unlink()


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder for this process alone; the lock ends with the process, however that ends.

    Raises:
        BadInput: another process is at work there.
    """
    import fcntl

    try:
        file = open(folder / ".lock", "a", encoding="utf-8")  # noqa: SIM115 - closed below
    except OSError as error:
        raise BadInput(f"folder = {folder}: cannot be written ({error.strerror}); give another") from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BadInput(
                f"folder = {folder}: another process is at work there; wait for it or give another"
            ) from None
        yield


def busy(folder: Path) -> bool:
    """Whether a process is at work in a folder."""
    try:
        with locked(folder):
            return False
    except BadInput:
        return True


def check_folder(folder: Path) -> None:
    """Refuse a folder that results cannot be put into: called before anything is simulated.

    Raises:
        BadInput: it is a file, or holds something that is not an earlier study's results.
    """
    if folder.exists() and not folder.is_dir():
        raise BadInput(f"folder = {folder}: is a file; give a new folder or one with earlier results")
    if (folder / "study.yaml").is_file() or not folder.is_dir():
        return
    ours = (*CARDS, *TABLES, PERSONS, FAILURES, POPULATION)  # left by a study that was killed at its very start or end
    if any(path.name not in ours and not path.name.startswith(".") for path in folder.iterdir()):
        raise BadInput(f"folder = {folder}: holds other files; give a new folder or one with earlier results")


def write_facts(folder: Path, facts: Mapping[str, Any]) -> None:
    """Write ``study.yaml``."""
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    write_text(
        folder / "study.yaml", yaml.dump(dict(facts), Dumper=dumper, sort_keys=False, allow_unicode=True, width=120)
    )


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
