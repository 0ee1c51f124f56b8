"""The command ``ecrm``. Reads the line, calls the study, prints; everything heavy is imported when a verb needs it."""

import functools
import json as json_module
import shlex
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    import pandas as pd


def guarded[**P](verb: Callable[P, None]) -> Callable[P, None]:
    """Make a verb exit with 2 on bad input and with 1 on a failure, with a line on stderr and never a traceback."""

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


@app.command("list")
@guarded
def list_names(
    kind: Annotated[str, typer.Argument(metavar="scenarios|programs|strategies|settings|metrics")], json: Json = False
) -> None:
    """List scenarios, programs, strategies, settings or metrics."""
    from analysis import catalog

    rows = catalog.listing(kind)
    typer.echo(_as_json(rows) if json else catalog.table(rows))


@app.command()
@guarded
def explain(name: str) -> None:
    """Explain a setting, metric, program or strategy by its name."""
    from analysis import catalog

    typer.echo(catalog.explain(name))


@app.command("import")
@guarded
def import_log(
    file: Annotated[str, typer.Argument(help="A purchase log or a call log, as text; its columns tell which.")],
    kind: Annotated[
        Literal["calls", "purchases"] | None, typer.Option(help="What the file is, where its columns do not tell.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(help="Purchases: last day of the calibration; later rows are the holdout.")
    ] = None,
    columns: Annotated[
        str | None, typer.Option(help="Columns by name or number: customer=id,date=3,amount=5; guessed if not given.")
    ] = None,
    date_format: Annotated[
        str | None, typer.Option(help="How dates are written: dmy, mdy, or a pattern such as %d/%m/%Y.")
    ] = None,
    decimal: Annotated[
        str | None, typer.Option(help="Purchases: decimal sign of amounts, . or a comma, where they do not tell.")
    ] = None,
    folder: Annotated[Path | None, typer.Option(help="Where the result is stored; results/NAME by default.")] = None,
) -> None:
    """Make a population of a purchase log, or call-center settings of a call log."""
    from analysis.call_log import kind_of
    from sim.settings import BadInput

    chosen = _columns(columns)
    target = folder or Path("results", Path(file).name.partition(".")[0])
    if (kind or kind_of(file, chosen)) == "purchases":
        _import_purchases(file, until, chosen, date_format, decimal, target)
    elif until is not None or decimal is not None:
        raise BadInput(f"{'until' if until is not None else 'decimal'}: is for purchase logs; {file} is a call log")
    else:
        _import_calls(file, chosen, date_format, target)


@app.command()
@guarded
def replay(
    file: Annotated[str, typer.Argument(help="Call log that names the agents.")],
    fit_until: Annotated[
        str | None, typer.Option(help="Last day on which the wrap-up time is fitted; later days test it.")
    ] = None,
    first: Annotated[str | None, typer.Option(help="Priority of the callers who are answered first.")] = None,
    columns: Annotated[str | None, typer.Option(help="Columns by name or number: arrival=3,wait=queue.")] = None,
    date_format: Annotated[str | None, typer.Option(help="How dates are written: dmy, mdy, or a pattern.")] = None,
    folder: Annotated[Path | None, typer.Option(help="Where the report goes; results/NAME-replay by default.")] = None,
    json: Json = False,
) -> None:
    """Replay a call log: its real callers meet a simulated queue, to see how far the model can be trusted.

    As in: ecrm replay calls.csv --fit-until 2025-03-15
    """
    from analysis import replay_report
    from analysis.call_log import read_calls
    from analysis.purchase_log import as_day
    from analysis.replay import replay as replay_calls

    until = as_day("fit_until", fit_until) if fit_until is not None else None
    replayed = replay_calls(read_calls(file, _columns(columns), date_format), until, first)
    target = folder or Path("results", Path(file).name.partition(".")[0] + "-replay")
    words = ["--fit-until", str(replayed.fit_until), *(["--first", first] if first is not None else [])]
    replay_report.save(replayed, target, ["ecrm", "replay", file, *words])
    if json:
        typer.echo(_as_json(replay_report.as_dict(replayed)))
    else:
        typer.echo(f"{replay_report.summary(replayed)}\nreport: {target / replay_report.CARD}")


@app.command()
@guarded
def staff(
    file: Annotated[
        str,
        typer.Argument(help="Table of call volumes (columns start, calls, if known handle_minutes), or a call log."),
    ],
    handle_minutes: Annotated[float | None, typer.Option(help="Mean handle time, where the file has none.")] = None,
    patience_minutes: Annotated[
        float | None, typer.Option(help="Mean time until a waiting caller hangs up; else as a log tells, or 3.")
    ] = None,
    target: Annotated[
        str, typer.Option(help="Percentage of calls that is answered within how many seconds.")
    ] = "80/20",
    max_abandonment: Annotated[str | None, typer.Option(help="Most calls that may hang up, as in 5%.")] = None,
    max_occupancy: Annotated[str | None, typer.Option(help="Most that agents may be busy, as in 85%.")] = None,
    shrinkage: Annotated[str, typer.Option(help="Paid time that is not for calls: breaks, training, absence.")] = "30%",
    interval: Annotated[
        str | None, typer.Option(help="Length of an interval, as in 30m; else as the rows say.")
    ] = None,
    method: Annotated[str, typer.Option(help="erlang-a, erlang-c or square-root.")] = "erlang-a",
    runs: Annotated[
        int | None, typer.Option(help="How often the plan is simulated; 100, fewer where there are many calls.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the simulation's luck.")] = 1,
    out: Annotated[Path | None, typer.Option(help="Folder for page, picture and plan; results/staff-NAME.")] = None,
    json: Json = False,
) -> None:
    """How many agents do I need? By formula and by simulation, with what each extra agent buys.

    As in: ecrm staff volumes.csv --handle-minutes 6 --target 80/20
    """
    from analysis import staffing
    from analysis.volumes import minutes_of, volumes_of

    share, seconds = staffing.target_of(target)
    volumes = volumes_of(file, None if interval is None else minutes_of(interval))
    patience, source = staffing.patience_of(patience_minutes, volumes)
    demands = staffing.Demands(
        share=share,
        seconds=seconds,
        patience_minutes=patience,
        patience_source=source,
        handle_minutes=handle_minutes,
        max_abandonment=None if max_abandonment is None else staffing.share_of("--max-abandonment", max_abandonment),
        max_occupancy=None if max_occupancy is None else staffing.share_of("--max-occupancy", max_occupancy),
        shrinkage=staffing.share_of("--shrinkage", shrinkage, from_zero=True),
        method=staffing.method_of(method),
    )
    plan = staffing.plan(volumes, demands)
    from rich.console import Console

    from analysis.report.staffing import Answer
    from analysis.staffing_days import measure, usual_runs

    runs = usual_runs(plan) if runs is None else runs
    answer = Answer(plan, measure(plan, runs, seed), runs, seed)
    folder = out or Path("results", f"staff-{Path(file).name.partition('.')[0]}")
    answer.write(folder)
    if json:
        typer.echo(_as_json(answer.as_dict()))
    else:
        answer.show(Console())
        typer.echo(f"page, picture and plan: {folder}")


def _import_purchases(
    file: str,
    until: str | None,
    columns: dict[str, str | int] | None,
    date_format: str | None,
    decimal: str | None,
    target: Path,
) -> None:
    from analysis.population import population
    from analysis.purchase_log import read_log

    people = population(read_log(file, columns, date_format, decimal), until)
    people.save(target)
    _show_bad(people.bad, target)
    typer.echo(
        f"{len(people.ids)} customers of {people.source}, {people.first} to {people.until}; {len(people.bad)} lines not"
        f" used\nbuying: {_rounded(people.buying.model)}\nspend: {_rounded(people.spend.model)}\n"
        f"use it: ecrm run market=cdnow {shlex.quote(f'population={target}')}"
    )
    vague = [
        name for fit in (people.buying, people.spend) for name, error in fit.standard_errors.items() if error is None
    ]
    if vague:
        typer.echo(f"note: this log says too little about {', '.join(vague)}; forecasts from it are vague", err=True)


def _import_calls(file: str, columns: dict[str, str | int] | None, date_format: str | None, target: Path) -> None:
    from analysis.call_log import read_calls
    from analysis.call_report import CallStudy

    study = CallStudy.of(read_calls(file, columns, date_format))
    study.save(target)
    _show_bad(study.log.bad, target)
    typer.echo(
        f"{study.summary()}\nreport: {target / 'report.html'}\nuse it: ecrm run {shlex.quote(f'calls={target}')}"
    )


def _show_bad(bad: "pd.DataFrame", target: Path) -> None:
    """Name the lines of a log that were not used."""
    for row in bad.head(10).itertuples():
        typer.echo(f"line {row.line} not used: {row.why}: {row.text}", err=True)
    if len(bad) > 10:
        typer.echo(f"... and {len(bad) - 10} more, in {target}/bad_rows.parquet", err=True)


def _answer(verb: Literal["run", "compare"], words: list[str], *, json: bool, quiet: bool) -> None:
    """Run a study and print what came out; exit with 1 if any run failed."""
    from analysis.scenario import plan

    asked = plan(words, verb)
    from rich.console import Console

    from analysis import study as studies

    try:
        answer = (studies.run_once if verb == "run" else studies.compare)(asked, progress=not quiet)
    except studies.StudyFailed as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    if json:
        typer.echo(_as_json(answer.as_dict()))
    else:
        answer.show(Console())
    if answer.results.failures:
        typer.echo(f"{len(answer.results.failures)} runs failed; see {answer.results.folder / 'failures'}", err=True)
        raise typer.Exit(1)


def _as_json(value: Any) -> str:
    return json_module.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)


def _rounded(model: Any) -> str:
    """Return a fitted model's parameters, four figures each."""
    return ", ".join(f"{name} = {value:.4g}" for name, value in vars(model).items())


def _columns(text: str | None) -> dict[str, str | int] | None:
    """Read ``customer=id,date=3`` into a column by role; numbers count from 1."""
    from sim.settings import BadInput

    if text is None:
        return None
    pairs = [part.partition("=") for part in text.split(",")]
    for role, _, column in pairs:
        if not role or not column:
            raise BadInput(f"columns = {text}: not understood; allowed: ROLE=COLUMN,... as in customer=COLUMN,date=3")
    return {role: int(column) if column.isdigit() else column for role, _, column in pairs}


def _keep_traceback() -> str:
    """Store the traceback of the failure at hand where the user can find it, and return the file's name."""
    with tempfile.NamedTemporaryFile("w", prefix="ecrm-", suffix=".txt", delete=False, encoding="utf-8") as file:
        file.write(traceback.format_exc())
    return file.name


def main() -> None:
    """Run the command."""
    app()
