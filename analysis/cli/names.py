"""The verbs that explain: ``list`` and ``explain``."""

from typing import Annotated

import typer

from analysis.cli.app import Json, app, as_json, guarded


@app.command("list")
@guarded
def list_names(
    kind: Annotated[str, typer.Argument(metavar="scenarios|programs|strategies|settings|metrics")], json: Json = False
) -> None:
    """List scenarios, programs, strategies, settings or metrics."""
    from analysis import catalog

    rows = catalog.listing(kind)
    typer.echo(as_json(rows) if json else catalog.table(rows))


@app.command()
@guarded
def explain(name: str) -> None:
    """Explain a setting, metric, program or strategy by its name."""
    from analysis import catalog

    typer.echo(catalog.explain(name))
