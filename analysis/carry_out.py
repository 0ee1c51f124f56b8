"""Carry out a plan: run what its folder does not hold yet, and store what comes, part by part."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from analysis import store
from analysis.executors import results
from analysis.failure import Failure, OnError
from analysis.messages import no_such
from analysis.pilots import with_equal_outlays
from analysis.plan import Plan, RunId
from analysis.progress import bar
from analysis.runner import Job, Run, model_version, past_of, run
from sim.settings import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from analysis.population import Population
    from analysis.repeat_buying import Fit
    from sim.people.imported import Imported
    from sim.world import World

SHARE_OF_WRITING = 0.02  # of the time; so a study that is killed loses little, and a long one is not slowed


@dataclass(frozen=True)
class Ways:
    """How a plan is carried out; nothing here can change a result.

    Attributes:
        on: where runs are done: ``processes``, ``dask`` or ``dask=ADDRESS``.
        workers: processes; as many as there are processors if ``None``.
        on_error: whether a failed run is recorded and the rest ``continue``, or they ``stop``.
        progress: whether to show a bar with the remaining time on stderr.
    """

    on: str = "processes"
    workers: int | None = None
    on_error: OnError = "continue"
    progress: bool = True

    def __post_init__(self) -> None:
        """Refuse what is no way.

        Raises:
            BadInput: ``on_error`` is none of its choices, or there is no worker.
        """
        if self.on_error not in get_args(OnError):
            raise no_such("choice", "on_error", self.on_error, get_args(OnError))
        if self.workers is not None and self.workers < 1:
            raise BadInput(f"workers = {self.workers}: out of range; allowed: a whole number of at least 1")


class StudyFailed(Failure):
    """A study has no run to show, or was to stop: its text names the first failure and where all tracebacks are."""


def carry_out(plan: Plan, ways: Ways = Ways()) -> None:
    """Run what the plan's folder does not hold yet.

    Runs that an earlier call finished are kept if the folder holds the same worlds by the same version of the model;
    runs that failed are tried again. When the user presses Ctrl-C, what was done is stored.

    Raises:
        BadInput: the folder is refused, or a world its input; nothing is left behind of a study without a run.
        KeyboardInterrupt: stopped before the first run was done.
        StudyFailed: ``ways.on_error`` is ``stop`` and a run failed.
    """
    with prepared(plan, ways) as ready:
        _run_missing(ready, ways)


@contextmanager
def prepared(plan: Plan, ways: Ways) -> Iterator[Plan]:
    """Solve the plan's budget and hold its folder, made ready for the runs; if none came to stand in it, it goes again.

    Raises:
        BadInput: the folder is refused.
    """
    store.check_folder(plan.folder)
    made = [path for path in (plan.folder, *plan.folder.parents) if not path.exists()]
    try:
        plan.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"folder = {plan.folder}: cannot be made ({error.strerror}); give another") from None
    with store.locked(plan.folder):  # first of all: what another process does there is not ours to undo
        try:
            _check_place(plan)
            plan = with_equal_outlays(plan, ways)
            _prepare(plan)
            yield plan
        finally:
            if not store.parts(plan.folder) and not store.failures(plan.folder):
                _unmake(plan.folder, made)


def run_point(plan: Plan, point: int) -> None:
    """Run what a folder that another process prepared does not hold yet of one point."""
    _run_missing(plan, Ways(workers=1, progress=False), point)


def missing(plan: Plan, held: set[str]) -> Iterator[RunId]:
    """Yield the runs of a plan that are not done, in the order in which they are to be begun."""
    return (run for run in plan.runs() if plan.key(run) not in held)


def _prepare(plan: Plan) -> None:
    """Make the folder the plan's own; an earlier study with other worlds goes, what a killed one left is swept up."""
    if (plan.folder / "study.yaml").is_file():
        if not same_study(store.read_facts(plan.folder), plan):
            store.clear(plan.folder)
        store.sweep_up(plan.folder)
        store.forget_failures(plan.folder)
    plan.save_worlds()
    store.write_facts(plan.folder, facts_of(plan))


def same_study(facts: "Mapping[str, Any]", plan: Plan) -> bool:
    """Whether a folder's study (its ``facts``) is the plan's: one question by one version of the model."""
    question = ("search", plan.search) if plan.search else ("fingerprint", plan.fingerprint)
    same = facts.get(question[0]) == question[1] or (plan.budget is not None and facts.get("asked") == plan.unsolved)
    return same and facts.get("model") == model_version()


def _check_place(plan: Plan) -> None:
    """Refuse the folder of another sweep or search: they take long, so one is never thrown away."""
    if not (plan.folder / "study.yaml").is_file():
        return
    earlier = store.read_facts(plan.folder)
    quick = {plan.verb, earlier["verb"]} <= {"run", "compare"}
    if not quick and not same_study(earlier, plan):
        raise BadInput(
            f"folder = {plan.folder}: holds another study, or one of another version of the model; give a new folder,"
            f" remove it, or go on with it: {store.go_on(plan.folder, earlier)}"
        )


def _run_missing(plan: Plan, ways: Ways, point: int | None = None) -> None:
    todo = [each for each in missing(plan, store.done(plan.folder)) if point in (None, each.point)]
    if len(todo) == 1 and ways.on == "processes":
        _run_here(plan, todo[0], ways)
        return
    jobs = _jobs(plan, todo, ways.progress)
    writer = Writer(plan.folder)
    try:
        with bar(len(todo), f"running {len(todo)} worlds", ways.progress) as advance:
            for finished in results(jobs, ways.on, ways.workers):
                writer.add(finished)
                advance()
                if finished.failure is not None and ways.on_error == "stop":
                    raise StudyFailed(told(plan.folder, "stopped at the first run that failed"))
    except KeyboardInterrupt:
        if not writer.written and not store.parts(plan.folder):
            raise
    finally:
        writer.flush()


def _run_here(plan: Plan, only: RunId, ways: Ways) -> None:
    """Do a single run with all processors, and show its periods."""
    workers = ways.workers or os.cpu_count() or 1
    job = next(_jobs(plan, [only], ways.progress))
    writer = Writer(plan.folder)
    with bar(job.world.calendar.periods, "simulating", ways.progress) as advance:
        writer.add(run(job, workers, advance))
    writer.flush()


def _jobs(plan: Plan, todo: list[RunId], progress: bool) -> Iterator[Job]:
    """Return the jobs; a past that all share is lived first, with all processors, others where they are needed."""
    people = plan.population.imported() if plan.population is not None else None
    first = {(run.point, run.arm): run for run in todo if people is None}.values()
    before = [plan.world(run).before(plan.points[run.point].base) for run in first]
    lived = {world.past_key(): world for world in before if world.calendar.burn_in}
    if len(lived) == 1:
        with bar(None, "settling the market", progress):
            past_of(next(iter(lived.values())), os.cpu_count() or 1)
    return (_job(plan, run, people) for run in todo)


def _job(plan: Plan, run: RunId, people: "Imported | None") -> Job:
    base = plan.points[run.point].base

    def before(world: "World") -> "World | None":
        return world.before(base) if people is None else None

    return Job(
        run,
        world := plan.world(run),
        before(world),
        plan.key(run),
        plan.name,
        model_version(),
        people,
        persons=run.replicate <= plan.twins,
        frozen=tuple((arm, other, before(other)) for arm, other in plan.frozen(run).items()),
    )


@dataclass
class Writer:
    """Gathers finished runs and writes them as parts: at once at first, then as often as costs little."""

    folder: Path
    gathered: "list[Mapping[str, pa.Table]]" = field(default_factory=list)
    written: int = 0
    next_write: float = 0.0

    def add(self, finished: Run) -> None:
        """Take a run; failures are recorded at once."""
        if finished.failure is not None:
            store.write_failure(self.folder, finished.run, finished.failure)
            return
        self.gathered.append(finished.tables)
        if time.monotonic() >= self.next_write:
            self.flush()

    def flush(self) -> None:
        """Write what was gathered as one part."""
        import pyarrow as pa

        if not self.gathered:
            return
        begun = time.monotonic()
        names = {name for tables in self.gathered for name in tables}
        store.write_part(
            self.folder,
            {
                name: pa.concat_tables(
                    [tables[name] for tables in self.gathered if name in tables], promote_options="permissive"
                )
                for name in names
            },
        )
        self.written += len(self.gathered)
        self.gathered = []
        now = time.monotonic()
        self.next_write = now + (now - begun) / SHARE_OF_WRITING


def _unmake(folder: Path, made: list[Path]) -> None:
    """Take away a folder in which nothing came to stand."""
    store.clear(folder)
    (folder / ".lock").unlink(missing_ok=True)
    for path in made:
        try:
            path.rmdir()
        except OSError:
            return


def told(folder: Path, what: str) -> str:
    """Return what failed, with the first reason and where the tracebacks are."""
    first = next(iter(store.failures(folder).values()), None)
    if first is None:
        return f"folder = {folder}: no run is done yet; see ecrm status {folder}"
    reason = first.strip().splitlines()[-1]
    return f"{what} ({reason}); tracebacks: {folder / store.FAILURES}"


# --- study.yaml -------------------------------------------------------------------------------------------------------


def facts_of(plan: Plan) -> dict[str, Any]:
    """Return the content of ``study.yaml``: everything needed to understand and repeat the results."""
    return {
        "scenario": plan.name,
        "verb": plan.verb,
        "question": plan.question,
        "lesson": plan.lesson,
        "reference": plan.reference,
        "focal": plan.arms[plan.reference].focal_firm,
        "outcomes": list(plan.outcomes),
        "indifference": plan.indifference,
        "until": plan.until,
        "language": plan.language,
        "words": plan.words,
        "budgets": plan.budgets,
        "replicates": plan.replicates,
        "twins": plan.twins,
        "planned": sum(1 for _ in plan.runs()),
        "seed": plan.seed,
        "command": plan.command,
        "population": _source(plan.population) if plan.population is not None else None,
        "versions": store.versions(),
        "model": model_version(),
        "fingerprint": plan.fingerprint,
        "asked": plan.asked,
        "most": plan.most,
        "search": plan.search,
        "design": plan.design,
        "sampled": plan.sampled,
        "points": [point.values for point in plan.points],
        "arms": {
            arm: {"changes": plan.fragments[arm], "settings": world.model_dump(mode="json")}
            for arm, world in plan.arms.items()
        },
    }


def _source(population: "Population") -> dict[str, Any]:
    """Return where imported customers come from and how sure their fits are."""
    return {
        "source": population.source,
        "customers": len(population.ids),
        "first": population.first.isoformat(),
        "until": population.until.isoformat(),
        "end": population.end.isoformat(),
        "bad_rows": len(population.bad),
        "weekly_purchases": [int(count) for count in population.weeks["purchases"]],
        "fits": [
            _fit(f"Buying ({population.law})", population.buying),
            _fit("Spend (gamma-gamma)", population.spend),
        ],
    }


def _fit(name: str, fit: "Fit[Any]") -> dict[str, Any]:
    values: Mapping[str, float] = asdict(fit.model)
    return {
        "name": name,
        "estimates": {
            parameter: {"value": float(value), "standard_error": fit.standard_errors.get(parameter)}
            for parameter, value in values.items()
        },
    }
