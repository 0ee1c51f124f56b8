"""Where jobs run: here, in local processes, or on a Dask cluster. All give the same bits.

Each yields what came of the jobs as they finish, in any order. A process that dies is survived: the jobs that it may
have had in hand are tried again, one at a time; one whose process dies once more is recorded as failed.
"""

import os
import signal
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import partial
from itertools import islice
from typing import Any

from analysis.messages import show
from analysis.runner import Job, Run, run
from sim.settings import BadInput

DIED = "its process died (killed, or out of memory)"


def results(jobs: Iterable[Job], on: str = "processes", workers: int | None = None) -> Iterator[Run]:
    """Do jobs and yield what came of them.

    Args:
        jobs: begun in this order.
        on: ``processes`` (this machine), ``dask`` (a local cluster) or ``dask=ADDRESS``.
        workers: processes; as many as there are processors if ``None``. One: no process but this.

    Raises:
        BadInput: ``on`` is none of these, or Dask is not installed or not there.
    """
    workers = workers or os.cpu_count() or 1
    place, _, address = on.partition("=")
    if place == "dask":
        yield from _on_dask(jobs, address, workers)
    elif on != "processes":
        raise BadInput(f"--on {show(on)}: not a place to run; allowed: processes, dask, dask=ADDRESS")
    elif workers == 1:
        yield from map(run, jobs)
    else:
        yield from _in_processes(jobs, workers)


def _in_processes(jobs: Iterable[Job], workers: int) -> Iterator[Run]:
    from concurrent.futures import BrokenExecutor

    waiting = iter(jobs)
    while True:
        in_hand: dict[Any, Job] = {}
        try:
            yield from _pooled(_noted(waiting, in_hand), workers, in_hand)
            return
        except BrokenExecutor:
            yield from (_apart(job) for job in in_hand.values())


def _noted(jobs: Iterator[Job], in_hand: dict[Any, Job]) -> Iterator[Job]:
    """Note which jobs were given out."""
    for job in jobs:
        in_hand[job.run] = job
        yield job


def _pooled(jobs: Iterator[Job], workers: int, in_hand: dict[Any, Job]) -> Iterator[Run]:
    from joblib import Parallel, delayed, parallel_config

    with parallel_config(backend="loky", inner_max_num_threads=1, initializer=partial(_end_with, os.getpid())):
        pool = Parallel(n_jobs=workers, return_as="generator_unordered", batch_size=1, pre_dispatch=2 * workers)
        with closing(pool(delayed(_deaf_to_ctrl_c)(job) for job in jobs)) as finished:
            for each in finished:
                del in_hand[each.run]
                yield each


def _apart(job: Job) -> Run:
    """Do a job in a process of its own, so that if it dies we know of what."""
    from concurrent.futures import BrokenExecutor

    try:
        return next(_pooled(iter([job]), 2, {job.run: job}))
    except BrokenExecutor:
        return Run(job.run, {}, DIED)


def _deaf_to_ctrl_c(job: Job) -> Run:
    """Do a job in a process of its own: Ctrl-C on the terminal is for the parent alone, which then ends this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return run(job)


def _end_with(parent: int) -> None:
    """End this process soon after its parent's end: a study that is killed leaves no workers behind."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _on_dask(jobs: Iterable[Job], address: str, workers: int) -> Iterator[Run]:
    """Keep a few jobs in hand for each worker; Dask itself gives the jobs of a dead worker to another, three times."""
    with _client(address, workers) as client:
        from distributed import as_completed

        waiting = iter(jobs)
        ahead = 2 * max(len(client.scheduler_info()["workers"]), workers)
        begun = {_submit(client, job): job for job in islice(waiting, ahead)}
        finished = as_completed(list(begun))
        for future in finished:
            job = begun.pop(future)
            yield _came_of(future, job)
            for following in islice(waiting, 1):
                future = _submit(client, following)
                begun[future] = following
                finished.add(future)


def _submit(client: Any, job: Job) -> Any:
    return client.submit(run, job, pure=False)


def _came_of(future: Any, job: Job) -> Run:
    from distributed import KilledWorker

    try:
        answer: Run = future.result()
    except KilledWorker:
        return Run(job.run, {}, DIED)
    finally:
        future.release()
    return answer


def _client(address: str, workers: int) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise BadInput("--on dask: Dask is not installed; install the package with its extra `dask`") from None
    try:
        if address:
            return Client(address, timeout=20)
        return Client(n_workers=workers, threads_per_worker=1, host="127.0.0.1", dashboard_address=None)
    except (OSError, ValueError) as error:
        raise BadInput(f"--on dask={address}: no scheduler answers there ({error}); allowed: tcp://HOST:PORT") from None
