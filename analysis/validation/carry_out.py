"""Run checks in processes and judge them; closed forms are judged all together."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from analysis.progress import bar
from analysis.validation.check import FAMILY_WISE, Check
from analysis.validation.registry import checks, family, off
from analysis.validation.results import Result
from analysis.validation.switches import Turned, switches, turn


def validate(chosen: Sequence[Check], fast: bool = False, workers: int = 1, progress: bool = False) -> list[Result]:
    """Run checks and return what came of each, in their order.

    Args:
        chosen: the checks.
        fast: in small samples.
        workers: processes; one: no process but this.
        progress: whether a bar is shown on stderr.
    """
    found: dict[str, Result] = {}
    with bar(len(chosen), "checks", progress) as step:
        for result in _done(partial(_run, fast=fast), [check.name for check in chosen], workers):
            found[result.name] = result
            step()
    return holm([found[check.name] for check in chosen], family())


def without(mechanism: str, chosen: Sequence[Check], workers: int = 1, progress: bool = False) -> list[Result]:
    """Run checks in small samples with a mechanism switched off; those that need it should be false.

    Raises:
        BadInput: no check needs a mechanism of this name.
    """
    everywhere, found = off(mechanism), {}
    with bar(len(chosen), "checks", progress) as step:
        tasks = [(check.name, check.needs.get(mechanism, everywhere)) for check in chosen]
        for result in _done(_run_with, tasks, workers):
            found[result.name] = result
            step()
    return [found[check.name] for check in chosen]


def turn_all(workers: int = 1, progress: bool = False) -> list[Turned]:
    """Turn every neutral switch and return what came of each, in their order."""
    found: dict[str, Turned] = {}
    every = switches()
    with bar(len(every), "switches", progress) as step:
        for turned in _done(turn, range(len(every)), workers):
            found[turned.mechanism] = turned
            step()
    return [found[switch.mechanism] for switch in every]


def holm(results: Sequence[Result], family: int) -> list[Result]:
    """Return results with the verdicts of closed forms by Holm's procedure at a family-wise `FAMILY_WISE`.

    The k-th smallest chance is held against FAMILY_WISE / (family - k + 1) until one is above (Holm 1979).

    Args:
        results: of checks of any kind.
        family: closed forms that there are, run or not.
    """
    chances = sorted((result.chance, result.name) for result in results if result.chance is not None)
    refused: set[str] = set()
    for rank, (chance, name) in enumerate(chances):
        if chance > FAMILY_WISE / (family - rank):
            break
        refused.add(name)
    return [
        result if result.chance is None else replace(result, verdict=result.name not in refused) for result in results
    ]


def _done[Task, Found](function: Callable[[Task], Found], tasks: Iterable[Task], workers: int) -> Iterator[Found]:
    """Yield what a function returns for each task, in any order."""
    if workers == 1:
        yield from map(function, tasks)
        return
    from joblib import Parallel, delayed, parallel_config

    with parallel_config(backend="loky", inner_max_num_threads=1):
        yield from Parallel(n_jobs=workers, return_as="generator_unordered", batch_size=1)(
            delayed(function)(task) for task in tasks
        )


def _run_with(task: tuple[str, Mapping[str, Any]]) -> Result:
    name, settings = task
    return checks()[name].run(True, settings=settings)


def _run(name: str, fast: bool) -> Result:
    return checks()[name].run(fast, family=family())
