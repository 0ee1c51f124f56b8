"""The verb ``validate``: the model's own proof."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.cli.app import Json, Quiet, Workers, app, as_json, guarded

if TYPE_CHECKING:
    from analysis.validation.results import Result
    from analysis.validation.switches import Turned


@app.command()
@guarded
def validate(
    fast: Annotated[bool, typer.Option("--fast", help="Small samples: less power, a minute or two.")] = False,
    only: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Only this check; may be repeated.")] = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for validation.html.")] = Path("results/validation"),
    without: Annotated[
        str,
        typer.Option(
            metavar="MECHANISM", help="Switch this off in all patterns, and say which change (ecrm list mechanisms)."
        ),
    ] = "",
    workers: Workers = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Hold the model to formulas, published patterns and data; exit with 1 if any claim fails.

    As in: ecrm validate --fast, or: ecrm validate --only constant_hazard; ecrm list checks shows their names
    """
    import os

    from analysis.validation import carry_out
    from analysis.validation.registry import chosen, off
    from analysis.validation.report import make, write

    checks, processes, progress = chosen(only or [], bool(without)), workers or os.cpu_count() or 1, not (quiet or json)
    settings = off(without) if without else {}
    make(out)
    results = carry_out.validate(checks, fast, processes, progress, settings)
    turned = [] if only or without else carry_out.turn_all(processes, progress)
    page = write(results, turned, fast, out, without)
    if without:
        _tell_changes(results, without, page, json)
    else:
        _tell(results, turned, fast, page, json)


def _tell(results: "list[Result]", turned: "list[Turned]", fast: bool, page: Path, json: bool) -> None:
    """Print what came of checks and switches; exit with 1 if one fails."""
    from rich.console import Console

    from analysis.validation.limits import as_dict
    from analysis.validation.report import show

    if json:
        checks_made, switches = ([each.as_dict() for each in found] for found in (results, turned))
        typer.echo(as_json({"checks": checks_made, "switches": switches, **as_dict()}))
    else:
        console = Console()
        show(results, turned, fast, console)
        console.print(f"page: {page}", soft_wrap=True)
    if not all([each.verdict for each in results] + [each.verdict for each in turned]):
        raise typer.Exit(1)


def _tell_changes(results: "list[Result]", without: str, page: Path, json: bool) -> None:
    """Print what switching a mechanism off changed; exit with 1 if something that needs it is still true."""
    from analysis.validation.registry import off
    from analysis.validation.words import changed

    still = {result.name: list(result.still_true(without)) for result in results if without in result.needs}
    if json:
        rows = [{**result.as_dict(), "still_true": still.get(result.name, [])} for result in results]
        typer.echo(as_json({"without": without, "settings": off(without), "checks": rows}))
    else:
        typer.echo(f"{changed(results, without)}\npage: {page}")
    if any(still.values()):
        raise typer.Exit(1)
