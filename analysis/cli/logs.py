"""The verbs that read logs: ``import``, ``replay`` and ``staff``."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from analysis.cli.app import Json, app, as_json, guarded

if TYPE_CHECKING:
    import pandas as pd

    from analysis.population import Population


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
    lapse: Annotated[
        Literal["after_purchases", "by_time"] | None,
        typer.Option(help="Purchases: customers silently lapse after_purchases (BG/NBD, the default) or by_time."),
    ] = None,
    decimal: Annotated[
        str | None, typer.Option(help="Purchases: decimal sign of amounts, . or a comma, where they do not tell.")
    ] = None,
    folder: Annotated[Path | None, typer.Option(help="Where the result is stored; results/NAME by default.")] = None,
) -> None:
    """Make a population of a purchase log, or call-center settings of a call log."""
    from analysis.call_log import kind_of
    from analysis.population import population
    from analysis.purchase_log import read_log
    from sim.settings import BadInput

    chosen = _columns(columns)
    target = folder or Path("results", Path(file).name.partition(".")[0])
    if (kind or kind_of(file, chosen)) == "purchases":
        people = population(read_log(file, chosen, date_format, decimal), until, lapse or "after_purchases")
        _save_purchases(people, target)
        return
    for name, given in (("until", until), ("lapse", lapse), ("decimal", decimal)):
        if given is not None:
            raise BadInput(f"{name}: is for purchase logs; {file} is a call log")
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
        typer.echo(as_json(replay_report.as_dict(replayed)))
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
        typer.echo(as_json(answer.as_dict()))
    else:
        answer.show(Console())
        typer.echo(f"page, picture and plan: {folder}")


def _save_purchases(people: "Population", target: Path) -> None:
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
