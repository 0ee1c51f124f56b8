"""What all verbs of the command share: the app, its options, and how it ends on bad input and on failure."""

import functools
import json as json_module
import signal
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from analysis import failure


def guarded[**P](verb: Callable[P, None]) -> Callable[P, None]:
    """Make a verb exit with 2 on bad input and with 1 on a failure, with a line on stderr and never a traceback.

    A search that the user stopped exits with 130, as a shell says that Ctrl-C ended a program.
    """

    @functools.wraps(verb)
    def call(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            verb(*args, **kwargs)
        except typer.Exit:
            raise
        except Exception as error:
            from sim.settings import BadInput

            if isinstance(error, BadInput):
                typer.echo(str(error), err=True)
                raise typer.Exit(2) from None
            if isinstance(error, failure.Failure):
                typer.echo(str(error), err=True)
                raise typer.Exit(130 if isinstance(error, failure.Stopped) else 1) from None
            typer.echo(f"failed: {type(error).__name__}: {error}; traceback: {_keep_traceback()}", err=True)
            raise typer.Exit(1) from None

    return call


app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Simulate customers, rival firms and a call center; compare what policies do before paying for them.",
)

Words = Annotated[list[str] | None, typer.Argument(metavar="KEY=VALUE", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print results as JSON on stdout, and nothing else there.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Show no progress.")]
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a study, as `compare` and `sweep` make one.")]
On = Annotated[str, typer.Option("--on", help="Where to run: processes, dask, or dask=ADDRESS of a scheduler.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Processes; as many as there are processors by default.")]
OnError = Annotated[failure.OnError, typer.Option(help="Whether a run that fails is recorded and the rest go on.")]


def as_json(value: Any) -> str:
    """Return a result as JSON: null where a figure is undefined, never NaN."""
    return json_module.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)


def _keep_traceback() -> str:
    """Store the traceback of the failure at hand where the user can find it, and return the file's name."""
    with tempfile.NamedTemporaryFile("w", prefix="ecrm-", suffix=".txt", delete=False, encoding="utf-8") as file:
        file.write(traceback.format_exc())
    return file.name


def main() -> None:
    """Run the command; a request to end is taken as Ctrl-C is: what was done is stored, and workers end."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    app()
