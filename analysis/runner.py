"""Run the worlds of a study: every replicate of every arm, in processes, and gather their tables.

Jobs go out replicate by replicate, so that a study that is stopped early has whole pairs. A run that fails is recorded
with its traceback and the rest go on. Tables are put in order at the end: one process and many give the same bits.
"""

import hashlib
import os
import pickle
import signal
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.store import KEYS, TABLES
from sim.settings import BadInput

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from sim.market import Market
    from sim.people.imported import Imported
    from sim.world import World

PERCENTILES = 100
CACHED_PASTS = 2_000_000_000  # bytes


@dataclass(frozen=True)
class Job:
    """One run: a world and the luck of one replicate; ``past`` is the file of its burn-in, if it has one."""

    arm: str
    replicate: int
    world: "World"
    past: Path | None = None
    population: "Imported | None" = None


@dataclass(frozen=True)
class Run:
    """What came of a job: its tables, or the traceback of its failure."""

    arm: str
    replicate: int
    tables: "Mapping[str, pd.DataFrame]"
    failure: str | None = None


def run_jobs(jobs: Sequence[Job], workers: int | None = None, *, progress: bool = True) -> list[Run]:
    """Run jobs and return what came of them, in the order of the jobs.

    Args:
        jobs: in the order in which they are to be begun.
        workers: processes; as many as there are processors if ``None``. A single job runs here, on that many threads.
        progress: whether to show a bar with the remaining time on stderr.

    Returns:
        Fewer runs than jobs when the user pressed Ctrl-C or a process was killed: those that were done.

    Raises:
        BadInput: a world refused its input.
        KeyboardInterrupt: stopped before the first run was done.
    """
    workers = workers or os.cpu_count() or 1
    if len(jobs) == 1:
        with _bar(jobs[0].world.calendar.periods, "simulating", progress) as advance:
            return [run(jobs[0], threads=workers, each_period=advance)]
    done: list[Run] = []
    with _bar(len(jobs), f"running {len(jobs)} worlds", progress) as advance:
        try:
            for finished in _results(jobs, workers):
                done.append(finished)
                advance()
        except (KeyboardInterrupt, BrokenExecutor):
            if not done:
                raise
    place = {(job.arm, job.replicate): number for number, job in enumerate(jobs)}
    return sorted(done, key=lambda run: place[run.arm, run.replicate])


def run(job: Job, threads: int = 1, each_period: Callable[[], None] | None = None) -> Run:
    """Run one job; a failure is caught and becomes its result, bad input is not."""
    from sim.market import Market

    try:
        past = pickle.loads(job.past.read_bytes()) if job.past else None
        market = Market(job.world, job.replicate, population=job.population, start=past, threads=threads)
        while not market.done:
            market.step()
            if each_period:
                each_period()
        return Run(job.arm, job.replicate, _tables(market, job.world))
    except BadInput:
        raise
    except Exception:
        return Run(job.arm, job.replicate, {}, traceback.format_exc())


def tables(scenario: str, arms: Sequence[str], runs: Sequence[Run]) -> "dict[str, pd.DataFrame]":
    """Join the runs' tables, ordered by arm and replicate, each row with its keys in front."""
    import pandas as pd

    good = sorted((run for run in runs if run.failure is None), key=lambda run: (arms.index(run.arm), run.replicate))
    joined = {}
    for table in TABLES:
        keyed = {(scenario, run.arm, run.replicate): run.tables[table].set_index("period") for run in good}
        # The copy puts the many columns side by side in memory again, or adding the keys would be slow.
        joined[table] = pd.concat(keyed, names=KEYS).copy().reset_index() if keyed else pd.DataFrame(columns=KEYS)
    return joined


def past_of(world: "World", cache: Path, *, progress: bool = True) -> Path | None:
    """Return the file that holds a world's burn-in, living it first where the cache does not have it.

    Args:
        world: the world as it is before the levers of its arm start.
        cache: folder of burn-ins; the oldest are removed when it holds more than 2 GB.
        progress: whether to show a bar on stderr.

    Returns:
        ``None`` for a world without burn-in.
    """
    from sim.market import settle

    if world.calendar.burn_in == 0:
        return None
    file = cache / f"{world.past_key()}-{_code()}.pickle"
    if file.exists():
        file.touch()
        return file
    with _bar(None, "settling the market", progress):
        snapshot = settle(world, os.cpu_count() or 1)
    cache.mkdir(parents=True, exist_ok=True)
    scratch = file.with_suffix(f".{os.getpid()}")
    scratch.write_bytes(pickle.dumps(snapshot, protocol=5))
    scratch.replace(file)
    _prune(cache, CACHED_PASTS)
    return file


def _results(jobs: Sequence[Job], workers: int) -> Iterator[Run]:
    if workers == 1:
        yield from map(run, jobs)
        return
    from joblib import Parallel, delayed, parallel_config

    with parallel_config(backend="loky", inner_max_num_threads=1):
        pool = Parallel(n_jobs=min(workers, len(jobs)), return_as="generator_unordered")
        with closing(pool(delayed(_run_apart)(job) for job in jobs)) as finished:
            yield from finished


def _run_apart(job: Job) -> Run:
    """Run a job in a process of its own: Ctrl-C on the terminal is for the parent alone, which then ends this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return run(job)


def _tables(market: "Market", world: "World") -> "dict[str, pd.DataFrame]":
    import pandas as pd

    last = world.calendar.periods
    outcomes = {name: float("nan") if value is None else float(value) for name, value in market.outcomes().items()}
    persons = market.persons()
    present = persons[persons["initial_customer"]] if persons["initial_customer"].any() else persons
    return {
        "runs": pd.DataFrame([{"period": last, **outcomes}]),
        "periods": market.periods(),
        "events": market.events(),
        "shares": shares(present["value"].to_numpy(dtype=float)).assign(period=last),
    }


def shares(values: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> "pd.DataFrame":
    """Return how value is spread over people, at 101 points.

    Args:
        values: value of each person, in currency units.

    Returns:
        ``share``: 0, .01, ... 1 of the people, the most valuable first; ``value``: of the person at that place;
        ``cumulative``: what all up to that place bring, divided by the number of people (so it ends at the mean).
    """
    import numpy as np
    import pandas as pd

    ordered = np.sort(values)[::-1]
    total = np.concatenate([[0.0], np.cumsum(ordered)]) / max(len(values), 1)
    share = np.arange(PERCENTILES + 1) / PERCENTILES
    cumulative = np.interp(share * len(values), np.arange(len(total)), total)
    value = np.quantile(ordered, 1.0 - share) if len(values) else np.full(len(share), np.nan)
    return pd.DataFrame({"share": share, "value": value, "cumulative": cumulative})


def _code() -> str:
    """Return a fingerprint of the program: a past that another version lived is not ours."""
    from sim.kernel import SOURCES, processor

    digest = hashlib.sha256(processor().encode())
    for path in sorted(SOURCES.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _prune(cache: Path, most: int) -> None:
    """Remove the burn-ins that were not used for longest, until the rest fit."""
    files = sorted(cache.glob("*.pickle"), key=lambda file: file.stat().st_mtime, reverse=True)
    held = 0
    for file in files:
        held += file.stat().st_size
        if held > most:
            file.unlink(missing_ok=True)


@contextmanager
def _bar(total: int | None, doing: str, show: bool) -> Iterator[Callable[[], None]]:
    """Show a progress bar on stderr; the value given is to be called once for each step done."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()]
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not show) as bar:
        task = bar.add_task(doing, total=total)
        yield lambda: bar.advance(task)
