"""One run: a world, its past, its people and the luck of a replicate; and the cache of pasts.

A run that fails is caught and becomes its result, so that the rest of a study goes on; bad input is not.
"""

import hashlib
import os
import pickle
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.plan import RunId
from sim.kernel import cache_folder
from sim.settings import BadInput

if TYPE_CHECKING:
    import pyarrow as pa

    from sim.market import Snapshot
    from sim.people.imported import Imported
    from sim.world import World

CACHED_PASTS = 8_000_000_000  # bytes


@dataclass(frozen=True)
class Job:
    """One run that is to be done.

    Attributes:
        run: which.
        world: its settings.
        before: the world of its past; None: imported people, who have none.
        key: what it is known by.
        scenario: the study's name, which its tables carry.
        model: version of the model that is to run it; None: whichever is here.
        population: imported people.
        persons: whether its people are kept one by one.
        frozen: arm, world and world of its past, of the lives that wait as this one; they need ``persons``.
    """

    run: RunId
    world: "World"
    before: "World | None" = None
    key: str = ""
    scenario: str = ""
    model: str | None = None
    population: "Imported | None" = None
    persons: bool = False
    frozen: "tuple[tuple[str, World, World | None], ...]" = ()


@dataclass(frozen=True)
class Run:
    """What came of a job: its tables, or the traceback of its failure; and the seconds of a processor that it took."""

    run: RunId
    tables: "Mapping[str, pa.Table]"
    failure: str | None = None
    seconds: float = 0.0


def run(job: Job, threads: int = 1, each_period: Callable[[], None] | None = None) -> Run:
    """Do one job.

    Args:
        job: the job.
        threads: for the people of its world; they cannot change a bit.
        each_period: called after each period.

    Raises:
        BadInput: the world refused its input.
    """
    from analysis.lives import persons_of
    from analysis.store import PERSONS
    from analysis.tables import tables_of
    from sim.market import Market

    begun = time.process_time()
    try:
        _check_model(job)
        start, keep = start_of(job.before), bool(job.frozen)
        market = Market(
            job.world,
            job.run.replicate,
            job.population,
            start,
            threads,
            keep_waits=keep,
            kept="focal" if job.persons else "figures",
        )
        while not market.done:
            market.step()
            if each_period:
                each_period()
        kept = {PERSONS: persons_of(market, job)} if job.persons else {}
        tables = tables_of(market, job.scenario, job.run, job.key) | kept
        return Run(job.run, tables, seconds=time.process_time() - begun)
    except BadInput:
        raise
    except Exception:
        return Run(job.run, {}, traceback.format_exc())


@cache
def model_version() -> str:
    """Return the version of the model: a fingerprint of the program and of the type of processor.

    Another version may give other bits, so runs of two versions are never mixed.
    """
    from sim.kernel import SOURCES, processor

    digest = hashlib.sha256(processor().encode())
    ours = [Path(__file__).with_name(name) for name in ("tables.py", "lives.py")]
    for path in [*sorted(SOURCES.rglob("*.py")), *ours]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _check_model(job: Job) -> None:
    if job.model is not None and job.model != model_version():
        raise RuntimeError(
            f"this worker has version {model_version()} of the model or another type of processor, and the study was"
            f" begun with {job.model}: their runs must not be mixed"
        )


# --- pasts ------------------------------------------------------------------------------------------------------------


def pasts() -> Path:
    """Return the folder of cached burn-ins."""
    return cache_folder() / "pasts"


def past_of(before: "World", threads: int = 1) -> Path:
    """Return the file that holds a world's burn-in, living it first where the cache does not have it.

    Two processes that want the same one do not both live it: the second waits.

    Args:
        before: the world as it is before the levers of its arm start.
        threads: to live it with.
    """
    from sim.market import settle

    file = pasts() / f"{before.past_key()}-{model_version()}.pickle"
    with _alone(file):
        if file.exists():
            file.touch()
            return file
        scratch = file.with_suffix(f".{os.getpid()}")
        scratch.write_bytes(pickle.dumps(settle(before, threads), protocol=5))
        scratch.replace(file)
    _prune(pasts(), CACHED_PASTS)
    return file


def start_of(before: "World | None") -> "Snapshot | None":
    """Return the past that a world has behind it; None where it has none."""
    return snapshot(past_of(before)) if before is not None and before.calendar.burn_in else None


@lru_cache(maxsize=2)
def snapshot(file: Path) -> "Snapshot":
    """Return the past that a file holds; a market copies what it changes of it."""
    past: Snapshot = pickle.loads(file.read_bytes())
    return past


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Let one process at a time make a file."""
    import fcntl

    file.parent.mkdir(parents=True, exist_ok=True)
    with open(file.with_suffix(".lock"), "a", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _prune(folder: Path, most: int) -> None:
    """Remove the burn-ins that were not used for longest, until the rest fit."""
    files = sorted(folder.glob("*.pickle"), key=lambda file: file.stat().st_mtime, reverse=True)
    held = 0
    for file in files:
        held += file.stat().st_size
        if held > most:
            file.unlink(missing_ok=True)
            file.with_suffix(".lock").unlink(missing_ok=True)
