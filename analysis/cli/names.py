"""The verbs that explain: ``list`` and ``explain``."""

from pathlib import Path
from typing import Annotated

import typer

from analysis.cli.app import Json, app, as_json, guarded

Out = Annotated[Path, typer.Option(help="Folder for the picture of a rule.")]


@app.command("list")
@guarded
def list_names(
    kind: Annotated[
        str, typer.Argument(metavar="scenarios|programs|strategies|parts|rules|settings|metrics|checks|mechanisms")
    ],
    json: Json = False,
) -> None:
    """List what there is of a kind: scenarios, parts of the mind, rules, checks of `ecrm validate`, ..."""
    from analysis import catalog

    rows = catalog.listing(kind)
    typer.echo(as_json(rows) if json else catalog.table(rows))


@app.command()
@guarded
def explain(name: str, out: Out = Path("results/rules"), json: Json = False) -> None:
    """Explain a rule, setting, metric, program, part, strategy or scenario by a name of it; draw a rule's curve."""
    from analysis import catalog, rules

    found = catalog.find(name)
    for kind, row in found:
        if kind == "rules":
            rule = rules.rules()[row["name"]]
            row["given"] = rule.given | rule.set_to
            row["curve"] = rules.curve(rule, rules.IN_PICTURES if json else rules.IN_TABLES)
            row["picture"] = str(rules.draw(rule, out))
    if json:
        typer.echo(as_json([{"kind": kind, **row} for kind, row in found]))
    else:
        typer.echo("\n\n".join(catalog.explain(kind, row) for kind, row in found))
