"""Two processes for many lives."""

from collections.abc import Callable, Sequence
from typing import Any


def in_processes(work: Callable[..., Any], jobs: Sequence[tuple[Any, ...]]) -> list[Any]:
    """Return the work done for each job, in order, by two processes."""
    from joblib import Parallel, delayed

    return list(Parallel(n_jobs=2)(delayed(work)(*job) for job in jobs))
