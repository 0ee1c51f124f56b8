"""The verb ``validate``: the model's own proof."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.cli.app import Json, Quiet, Workers, app, as_json, guarded

if TYPE_CHECKING:
    from analysis.validation.check import Check


@app.command()
@guarded
def validate(
    fast: Annotated[bool, typer.Option("--fast", help="Small samples: less power, a minute or two.")] = False,
    only: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Only this check; may be repeated.")] = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for validation.html.")] = Path("results/validation"),
    without: Annotated[
        str, typer.Option(metavar="MECHANISM", help="Switch this off in all patterns, and say which change.")
    ] = "",
    workers: Workers = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Hold the model to formulas, published patterns and data; exit with 1 if any claim fails.

    As in: ecrm validate --fast, or: ecrm validate --only constant_hazard
    """
    import os

    from rich.console import Console

    from analysis.validation import carry_out
    from analysis.validation.registry import chosen, left_out
    from analysis.validation.report import make, show, write

    checks, processes, progress = chosen(only or []), workers or os.cpu_count() or 1, not (quiet or json)
    if without:
        _without(without, [check for check in checks if check.kind == "pattern"], processes, progress)
        return
    make(out)
    results = carry_out.validate(checks, fast, processes, progress)
    turned = [] if only else carry_out.turn_all(processes, progress)
    file = write(results, turned, fast, out)
    if json:
        checks_made, switches = ([each.as_dict() for each in found] for found in (results, turned))
        typer.echo(as_json({"checks": checks_made, "switches": switches}))
        typer.echo(left_out(), err=True, nl=bool(left_out()))
    else:
        console = Console()
        show(results, turned, fast, console)
        console.print(f"page: {file}", soft_wrap=True)
    if not all([each.verdict for each in results] + [each.verdict for each in turned]):
        raise typer.Exit(1)


def _without(mechanism: str, checks: "list[Check]", processes: int, progress: bool) -> None:
    from analysis.validation import carry_out, words

    results = carry_out.without(mechanism, checks, processes, progress)
    typer.echo(words.changed(results, mechanism) or "nothing changes")
    if any(result.verdict for result in results if mechanism in result.needs):
        raise typer.Exit(1)
