"""The verb ``value``: where a study's value lies and moves, and what customers are expected to bring."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.cli.app import Json, app, as_json, guarded

if TYPE_CHECKING:
    from analysis.plan import Plan
    from analysis.store import Study
    from analysis.value import Value


@app.command()
@guarded
def value(
    words: Annotated[list[str], typer.Argument(metavar="DIR | scenario=NAME KEY=VALUE", show_default=False)],
    years: Annotated[float, typer.Option(min=0.1, max=50, help="Horizon of the simulation forward.")] = 10.0,
    lives: Annotated[int, typer.Option(min=0, max=1000, help="Futures simulated; 0: only the study's tables.")] = 0,
    json: Json = False,
) -> None:
    """Show where value lies, moves and comes back; with --lives, simulate what customers are expected to bring.

    As in: ecrm value results/mine, or: ecrm value scenario=points_or_service --lives 5
    """
    from rich.console import Console

    from analysis.lifetime import lifetimes
    from analysis.report.value import as_dict, show_lifetimes, show_value

    study = _study(words) if Path(words[0]).is_dir() or "=" not in words[0] else None
    found = _values(study) if study is not None else {}
    lived = list(lifetimes(_plan(words, study), years, lives or 5)) if lives or study is None else []
    if json:
        typer.echo(as_json(as_dict(found, lived)))
        return
    console = Console()
    show_value(found, console)
    if lived:
        show_lifetimes(lived, console)


def _study(words: list[str]) -> "Study":
    from analysis.store import Study
    from sim.settings import BadInput

    if len(words) > 1:
        raise BadInput(f"{words[1]}: a study is as it was run; give its folder alone, or scenario=NAME and settings")
    study = Study.load(words[0])
    if len(study.points) > 1:
        raise BadInput(f"folder = {words[0]}: a sweep of {len(study.points)} points; `ecrm value` takes one world")
    return study


def _values(study: "Study") -> "dict[str, Value]":
    from analysis.carry_out import StudyFailed
    from analysis.lives import lived
    from analysis.value import value_of

    if study.runs.empty:
        raise StudyFailed(f"folder = {study.folder}: holds no run")
    persons = lived(study)
    if persons is None:
        typer.echo(
            "tenure, tiers and indicators need people one by one, which this study did not keep:"
            " `ecrm compare ... twins=5` keeps those of 5 replicates",
            err=True,
        )
    return value_of(study, persons)


def _plan(words: list[str], study: "Study | None") -> "Plan":
    from analysis.scenario import plan
    from analysis.study import resumed

    return resumed(Path(words[0])) if study is not None else plan(words, "compare")
