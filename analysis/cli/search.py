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


class _Found(Protocol):
    def as_dict(self) -> dict[str, Any]: ...
    def show(self, console: "Console") -> None: ...


def _print(found: _Found, json: bool) -> None:
    from rich.console import Console

    if json:
        typer.echo(as_json(found.as_dict()))
    else:
        found.show(Console())
