"""The verb ``validate``: the model's own proof."""

from pathlib import Path
from typing import Annotated

import typer

from analysis.cli.app import Json, Quiet, Workers, app, as_json, guarded


@app.command()
@guarded
def validate(
    fast: Annotated[bool, typer.Option("--fast", help="Small samples: less power, a minute or two.")] = False,
    only: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Only this check; may be repeated.")] = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for validation.html.")] = Path("results/validation"),
    workers: Workers = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Hold the model to formulas, published patterns and data; exit with 1 if any claim fails.

    As in: ecrm validate --fast, or: ecrm validate --only constant_hazard
    """
    import os

    from rich.console import Console

    from analysis.validation.carry_out import validate as carry_out
    from analysis.validation.registry import chosen, left_out
    from analysis.validation.report import make, show, write

    checks = chosen(only or [])
    make(out)
    results = carry_out(checks, fast, workers or os.cpu_count() or 1, progress=not (quiet or json))
    file = write(results, fast, out)
    if json:
        typer.echo(as_json({"checks": [result.as_dict() for result in results]}))
        typer.echo(left_out(), err=True, nl=bool(left_out()))
    else:
        console = Console()
        show(results, fast, console)
        console.print(f"page: {file}", soft_wrap=True)
    if not all(result.verdict for result in results):
        raise typer.Exit(1)
