"""Run checks in processes and judge them; closed forms are judged all together."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from analysis.progress import bar
from analysis.statistics import refused
from analysis.validation.check import FAMILY_WISE, Check
from analysis.validation.registry import checks, family
from analysis.validation.results import Result
from analysis.validation.switches import Turned, switches, turn


def validate(
    chosen: Sequence[Check],
    fast: bool = False,
    workers: int = 1,
    progress: bool = False,
    settings: Mapping[str, Any] | None = None,
) -> list[Result]:
    """Run checks and return what came of each, in their order.

    Args:
        chosen: the checks.
        fast: in small samples.
        workers: processes; one: no process but this.
        progress: whether a bar is shown on stderr.
        settings: over those of every world of the checks, as those that switch a mechanism off.
    """
    found: dict[str, Result] = {}
    run = partial(_run, fast=fast, settings=settings or {})
    with bar(len(chosen), "checks", progress) as step:
        for result in _done(run, [check.name for check in chosen], workers):
            found[result.name] = result
            step()
    return holm([found[check.name] for check in chosen], family())


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

    Args:
        results: of checks of any kind.
        family: closed forms that there are, run or not.
    """
    formulas = [place for place, result in enumerate(results) if result.chance is not None]
    rejected = refused([result.chance for result in results if result.chance is not None], FAMILY_WISE, family)
    found = list(results)
    for number, place in enumerate(formulas):
        found[place] = replace(results[place], verdict=number not in rejected)
    return found


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


def _run(name: str, fast: bool, settings: Mapping[str, Any]) -> Result:
    return checks()[name].run(fast, settings=settings, family=family(), usual=not (fast or settings))
