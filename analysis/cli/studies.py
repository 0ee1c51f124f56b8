"""The verbs that run worlds: ``run``, ``compare``, ``sweep``, and those that look after a study folder."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from analysis.cli.app import Folder, Json, On, OnError, Quiet, Words, Workers, app, as_json, guarded

if TYPE_CHECKING:
    from analysis.carry_out import Ways
    from analysis.plan import Plan
    from analysis.store import Study


@app.command()
@guarded
def run(words: Words = None, json: Json = False, quiet: Quiet = False) -> None:
    """Run one world once.

    As in: ecrm run market=shop customers.count=5000 firms.acme.price=0.95
    """
    _answer("run", words or [], json=json, quiet=quiet)


@app.command()
@guarded
def compare(words: Words = None, json: Json = False, quiet: Quiet = False) -> None:
    """Compare the arms of a scenario.

    As in: ecrm compare scenario=points_or_service replicates=10
    """
    _answer("compare", words or [], json=json, quiet=quiet)


@app.command()
@guarded
def sweep(
    words: Words = None,
    resume: Annotated[Path | None, typer.Option(metavar="DIR", help="Go on with a study that was stopped.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count the runs, do none.")] = False,
    on: On = "processes",
    workers: Workers = None,
    on_error: OnError = "continue",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Run a grid or a sample of settings, as in Hydra; a sweep that is stopped goes on where it was.

    As in: ecrm sweep scenario=points_or_service firms.acme.price=0.9,1,1.1 replicates=10
    """
    from analysis.carry_out import Ways
    from analysis.scenario import plan
    from analysis.study import resumed
    from sim.settings import BadInput

    if resume is not None and words:
        raise BadInput(f"{words[0]}: --resume takes the plan of {resume} as it is; for more replicates: ecrm expand")
    if resume is None and not words:
        raise BadInput("nothing is swept; give KEY=1,2,3, as in firms.acme.price=0.9,1,1.1, or --resume DIR")
    asked = plan(words or [], "sweep") if resume is None else resumed(resume)
    if dry_run:
        typer.echo(as_json(_counts(asked)) if json else _counted(asked))
    else:
        _carry_on(asked, Ways(on, workers, on_error, not quiet), json=json)


@app.command()
@guarded
def expand(
    folder: Folder,
    replicates: Annotated[str, typer.Argument(metavar="replicates=+N", help="How many more, or how many in all.")],
    on: On = "processes",
    workers: Workers = None,
    on_error: OnError = "continue",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Add replicates to a study; what was run is kept.

    As in: ecrm expand results/points_or_service-1a2b3c4d replicates=+20
    """
    from analysis.carry_out import Ways
    from analysis.study import expanded

    wished = expanded(folder, _value_of("replicates", replicates))
    _carry_on(wished, Ways(on, workers, on_error, not quiet), json=json)


@app.command()
@guarded
def status(folder: Folder, json: Json = False) -> None:
    """Say how far a study has come."""
    from analysis.study import Status

    found = Status.of(folder)
    typer.echo(as_json(found.as_dict()) if json else str(found))


@app.command()
@guarded
def query(
    folder: Folder,
    sql: Annotated[str, typer.Argument(help="Over the tables runs, periods, events, shares and points.")],
    json: Json = False,
) -> None:
    """Ask the tables of a study in SQL.

    As in: ecrm query results/mine "select arm, avg(profit) from runs group by arm"
    """
    from analysis.query import query as ask

    found = ask(folder, sql)
    if json:
        typer.echo(found.to_json(orient="records", indent=2, date_format="iso"))
    else:
        typer.echo(found.to_string(index=False))


@app.command()
@guarded
def twins(folder: Folder, json: Json = False) -> None:
    """Show who was saved, lost, or paid for nothing: each person with and without an arm.

    As in: ecrm twins results/mine
    """
    from rich.console import Console

    from analysis.lives import twins_of
    from analysis.report.twins import as_dict, show_twins
    from analysis.store import Study
    from sim.settings import BadInput

    study = Study.load(folder)
    found = twins_of(study)
    if not found:
        raise BadInput(f"folder = {folder}: {_why_no_twins(study)}")
    if json:
        typer.echo(as_json({arm: as_dict(each) for arm, each in found.items()}))
        return
    for each in found.values():
        show_twins(each, Console())


def _why_no_twins(study: "Study") -> str:
    """Say what a study lacks to show people beside themselves."""
    from analysis.lives import lived

    if len(study.arms) == 1:
        return f"has one arm, {study.arms[0]}; there is nobody to compare its people with"
    if lived(study) is None:
        return "keeps no people; `ecrm compare ... twins=5` keeps those of 5 replicates"
    return f"keeps people, but no arm has those of {study.reference}, or its replicates are not run yet"


@app.command()
@guarded
def report(
    folder: Folder,
    language: Annotated[str | None, typer.Argument(metavar="language=en|es|zh", show_default=False)] = None,
) -> None:
    """Write the report of a study anew, in any language.

    As in: ecrm report results/mine language=es
    """
    from analysis.study import reported

    reported(folder, None if language is None else _value_of("language", language))
    typer.echo(f"report: {folder / 'report.html'}")


def _answer(verb: Literal["run", "compare"], words: list[str], *, json: bool, quiet: bool) -> None:
    """Run a study and print what came out; exit with 1 if any run failed."""
    from analysis.carry_out import Ways
    from analysis.scenario import plan

    _carry_on(plan(words, verb), Ways(progress=not quiet), json=json)


def _carry_on(plan: "Plan", ways: "Ways", *, json: bool) -> None:
    """Carry a plan out and print what came: the answer of one point, or the table of a sweep."""
    from rich.console import Console

    from analysis.study import answer, swept

    found = answer(plan, ways) if plan.verb != "sweep" else swept(plan, ways)
    if json:
        typer.echo(as_json(found.as_dict()))
    else:
        found.show(Console())
    if found.failures:
        typer.echo(f"{found.failures} runs failed; see {plan.folder / 'failures'}", err=True)
        raise typer.Exit(1)
    if found.stopped:
        raise typer.Exit(130)  # as a shell says that Ctrl-C ended a program


def _value_of(key: str, word: str) -> str:
    """Return the value of a word ``key=value``.

    Raises:
        BadInput: it is another key.
    """
    from sim.settings import BadInput

    said, equals, value = word.rpartition("=")
    if equals and said != key:
        raise BadInput(f"{word}: no such key; allowed: {key}=VALUE")
    return value


def _counts(plan: "Plan") -> dict[str, int | str]:
    """Count a plan's runs."""
    from analysis.study import left_to_do

    planned, left = left_to_do(plan)
    return {"folder": str(plan.folder), "planned": planned, "done": planned - left, "left": left}


def _counted(plan: "Plan") -> str:
    """Explain a sweep by counting its runs."""
    from analysis.study import left_to_do

    all_runs, left = left_to_do(plan)
    arms = len(plan.arms)
    factors = [*plan.design, f"{arms} arm{'s' if arms > 1 else ''}", f"{plan.replicates} replicates"]
    pasts = {point.base.past_key() for point in plan.points if point.base.calendar.burn_in}
    lines = [f"{' × '.join(factors)} = {all_runs:,} runs", f"{all_runs - left:,} are done, {left:,} are left"]
    if pasts and plan.population is None:
        lines.append(f"{len(pasts):,} burn-in{'s' if len(pasts) > 1 else ''}, each lived once")
    if plan.budget is not None and left == all_runs:
        lines.append(
            f"before them, at each point, some {8 * plan.budget.pilots} pilot runs make the arms' outlays equal"
        )
    return "\n".join([*lines, f"folder: {plan.folder}"])
