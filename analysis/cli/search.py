"""The verbs that search: ``sensitivity``, ``optimize`` and ``breakeven``."""

from typing import TYPE_CHECKING, Any, Protocol

import typer

from analysis.cli.app import Json, Quiet, Words, app, as_json, guarded
from analysis.cli.studies import On, OnError, Workers

if TYPE_CHECKING:
    from rich.console import Console


@app.command()
@guarded
def sensitivity(
    words: Words = None,
    on: On = "processes",
    workers: Workers = None,
    on_error: OnError = "continue",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Say what the answer of a scenario depends on; stopped, the same command goes on.

    As in: ecrm sensitivity scenario=points_or_service method=sobol samples=64 replicates=5
    """
    from analysis.carry_out import Ways
    from analysis.sensitivity_study import sensitivity as find

    _print(find(words or [], Ways(on, workers, on_error, not quiet)), json)


@app.command()
@guarded
def optimize(
    words: Words = None,
    on: On = "processes",
    workers: Workers = None,
    on_error: OnError = "continue",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Find the best mix of what the firm can choose, and check it on lives of its own.

    As in: ecrm optimize scenario=points_or_service "arms.points.firms.acme.programs.points.reward=interval(1,4)"
    """
    from analysis.carry_out import Ways
    from analysis.optimization import optimize as find

    _print(find(words or [], Ways(on, workers, on_error, not quiet)), json)


@app.command()
@guarded
def breakeven(
    words: Words = None,
    on: On = "processes",
    workers: Workers = None,
    on_error: OnError = "continue",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Find the value of a key at which an arm is as good as the reference: how much may a point cost?

    As in: ecrm breakeven scenario=points_or_service "arms.points.firms.acme.programs.points.reward=interval(0,4)"
    """
    from analysis.breakeven import breakeven as find
    from analysis.carry_out import Ways

    _print(find(words or [], Ways(on, workers, on_error, not quiet)), json)


class _Found(Protocol):
    def as_dict(self) -> dict[str, Any]: ...
    def show(self, console: "Console") -> None: ...


def _print(found: _Found, json: bool) -> None:
    from rich.console import Console

    if json:
        typer.echo(as_json(found.as_dict()))
    else:
        found.show(Console())
