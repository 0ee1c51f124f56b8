"""The verbs that search: ``sensitivity``, ``optimize`` and ``breakeven``. They differ in what they look for alone."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import typer

from analysis.cli.app import Json, On, OnError, Quiet, Words, Workers, app, as_json, guarded

if TYPE_CHECKING:
    from rich.console import Console

    from analysis.carry_out import Ways
    from analysis.experiment import Experiment


class _Found(Protocol):
    def as_dict(self) -> dict[str, Any]: ...
    def show(self, console: "Console") -> None: ...

    @property
    def experiment(self) -> "Experiment": ...


type Search = Callable[[Sequence[str], Ways], _Found]


def searching(load: Callable[[], Search]) -> Callable[[], Search]:
    """Make a verb of a function that loads a search: its name, and its docstring as the help."""

    def search(
        words: Words = None,
        on: On = "processes",
        workers: Workers = None,
        on_error: OnError = "continue",
        json: Json = False,
        quiet: Quiet = False,
    ) -> None:
        from rich.console import Console

        from analysis.carry_out import Ways
        from analysis.search_report import failed

        found = load()(words or [], Ways(on, workers, on_error, not quiet))
        if json:
            typer.echo(as_json(found.as_dict()))
        else:
            found.show(Console())
        for failures in failed(found.experiment):
            typer.echo(failures, err=True)
            raise typer.Exit(1)

    app.command(load.__name__, help=load.__doc__)(guarded(search))
    return load


@searching
def sensitivity() -> Search:
    """Say what the answer of a scenario depends on; stopped, the same command goes on.

    Keys of its own: method=morris, sobol or tornado; samples=N; outcome=METRIC; arm=NAME. KEY=interval(LOW,HIGH) is
    varied, or without any what the scenario lists as not well known.

    As in: ecrm sensitivity scenario=points_or_service method=sobol samples=64 replicates=5
    """
    from analysis.sensitivity_study import sensitivity

    return sensitivity


@searching
def optimize() -> Search:
    """Find the best mix of what the firm can choose, and check it on lives of its own.

    Keys of its own: outcome=METRIC (several: a Pareto front); constraint="METRIC>=NUMBER"; trials=N; batch=N; arm=NAME.
    KEY=interval(LOW,HIGH) is chosen, or without any what the scenario lists as its levers.

    As in: ecrm optimize scenario=points_or_service "arms.points.firms.acme.programs.points.reward=interval(1,4)"
    """
    from analysis.optimization import optimize

    return optimize


@searching
def breakeven() -> Search:
    """Find the value of a key at which an arm is as good as the reference: how much may a point cost?

    Keys of its own: outcome=METRIC; arm=NAME. One KEY=interval(LOW,HIGH) is looked along.

    As in: ecrm breakeven scenario=points_or_service "arms.points.firms.acme.programs.points.reward=interval(0,4)"
    """
    from analysis.breakeven import breakeven

    return breakeven
