"""From a study to its answer: run every arm, store the tables, compare, write the report."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from analysis.comparison import Comparison
from analysis.report.report import write_report
from analysis.report.terminal import show_comparison, show_run
from analysis.runner import Job, Run, past_of, run_jobs, tables
from analysis.store import Study, check_folder, versions
from sim.kernel import cache_folder

if TYPE_CHECKING:
    from rich.console import Console

    from analysis.population import Population
    from analysis.repeat_buying import Fit
    from analysis.scenario import Plan
    from sim.people.imported import Imported


class StudyFailed(RuntimeError):
    """Not one run of a study was done: its text names the first failure and where all tracebacks are."""


@dataclass(frozen=True)
class Answer:
    """A study that was run: ``results`` are stored, the report is written.

    Attributes:
        comparison: the arms side by side.
        single: whether one world was run once, rather than arms compared.
    """

    comparison: Comparison
    single: bool

    @property
    def results(self) -> Study:
        """The tidy tables."""
        return self.comparison.results

    def as_dict(self) -> dict[str, Any]:
        """Return what ``--json`` prints: numbers, ``None`` where undefined."""
        if not self.single:
            return self.comparison.as_dict()
        study = self.results.facts
        return {
            "scenario": study["scenario"],
            "seed": study["seed"],
            "periods": int(self.results.periods["period"].max()),
            "folder": str(self.results.folder),
            "outcomes": {
                outcome: self.comparison.cells(outcome)[self.results.reference].mean.mean
                for outcome in self.comparison.outcomes
            },
        }

    def show(self, console: "Console") -> None:
        """Print the answer, the table and where the report is."""
        (show_run if self.single else show_comparison)(self.comparison, console)


def run_once(plan: "Plan", *, progress: bool = True) -> Answer:
    """Run the reference arm of a study once, store and report it.

    Raises:
        BadInput: the folder or a setting is refused.
        StudyFailed: the run failed.
    """
    return Answer(_answer(plan, [plan.reference], 1, None, progress), single=True)


def compare(plan: "Plan", *, workers: int | None = None, progress: bool = True) -> Answer:
    """Run every replicate of every arm under common random numbers, store, compare and report them.

    Args:
        plan: what to run.
        workers: processes; as many as there are processors if ``None``.
        progress: whether to show progress on stderr.

    Raises:
        BadInput: the folder or a setting is refused.
        StudyFailed: not one run was done.
    """
    return Answer(_answer(plan, list(plan.arms), plan.replicates, workers, progress), single=False)


def _answer(plan: "Plan", arms: list[str], replicates: int, workers: int | None, progress: bool) -> Comparison:
    check_folder(plan.folder)
    people = plan.population.imported() if plan.population is not None else None
    jobs = _jobs(plan, arms, replicates, people, progress)
    runs = run_jobs(jobs, workers, progress=progress)
    failures = {(run.arm, run.replicate): run.failure for run in runs if run.failure is not None}
    facts = _facts(plan, arms, replicates, complete=len(runs) == len(jobs))
    results = Study(plan.folder, facts, **tables(plan.name, arms, runs), failures=failures)
    results.save()
    if len(failures) == len(runs):
        raise StudyFailed(_told(runs, plan))
    comparison = Comparison(results)
    write_report(comparison)
    return comparison


def _jobs(plan: "Plan", arms: list[str], replicates: int, people: "Imported | None", progress: bool) -> list[Job]:
    """Return all jobs, replicate by replicate; arms whose burn-in is the same share one, imported people have none."""
    cache = cache_folder() / "pasts"
    drawn = arms if people is None else []
    pasts = {arm: past_of(plan.arms[arm].before(plan.base), cache, progress=progress) for arm in drawn}
    return [
        Job(arm, replicate, plan.arms[arm], pasts.get(arm), people)
        for replicate in range(1, replicates + 1)
        for arm in arms
    ]


def _facts(plan: "Plan", arms: list[str], replicates: int, *, complete: bool) -> dict[str, Any]:
    """Return the content of ``study.yaml``: everything needed to understand and repeat the results."""
    return {
        "scenario": plan.name,
        "question": plan.question,
        "lesson": plan.lesson,
        "reference": plan.reference,
        "focal": plan.arms[plan.reference].focal_firm,
        "outcomes": list(plan.outcomes),
        "replicates": replicates,
        "seed": plan.seed,
        "command": plan.command,
        "complete": complete,
        "population": _source(plan.population) if plan.population is not None else None,
        "versions": versions(),
        "arms": {
            arm: {"changes": plan.fragments[arm], "settings": plan.arms[arm].model_dump(mode="json")} for arm in arms
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
            _fit("Buying (BG/NBD)", population.buying),
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


def _told(runs: list[Run], plan: "Plan") -> str:
    first = next(run.failure for run in runs if run.failure is not None)
    reason = first.strip().splitlines()[-1]
    return f"all {len(runs)} runs failed ({reason}); tracebacks: {plan.folder / 'failures'}"
