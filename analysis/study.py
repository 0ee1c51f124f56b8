"""From a plan to its answer: run it, read the tables, compare, write the report."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from analysis import store
from analysis.answer import Answer
from analysis.carry_out import StudyFailed, Ways, carry_out, missing, same_study, told
from analysis.comparison import Comparison
from analysis.plan import Plan
from analysis.report.report import write_report
from analysis.runner import model_version
from analysis.sequential import Stopping, read_until
from analysis.store import Study
from analysis.sweep_table import SweepTable
from sim.settings import BadInput


def answer(plan: Plan, ways: Ways = Ways()) -> Answer:
    """Run a plan of one point under common random numbers, store, compare and report it.

    Raises:
        BadInput: the folder or a setting is refused.
        StudyFailed: not one run was done.
    """
    if plan.until:
        _until_narrow(plan, ways)
    else:
        carry_out(plan, ways)
    return reported(plan.folder)


def _until_narrow(plan: Plan, ways: Ways) -> None:
    """Run replicates in stages until the interval that ``plan.until`` speaks of is narrow enough."""
    until = read_until(plan.until)
    stopping = Stopping(until, plan.reference, most=plan.most)
    values: dict[str, Any] = {arm: [] for arm in plan.arms}
    done = 0
    while more := stopping.next(values):
        done += more
        carry_out(replace(plan, replicates=done), ways)
        runs = store.read_table(plan.folder, store.read_facts(plan.folder), "runs")
        if len(runs) + len(store.failures(plan.folder)) < done * len(plan.arms):
            return  # the user pressed Ctrl-C
        table = runs.pivot(index="replicate", columns="arm", values=until.outcome)
        table = table.reindex(index=range(1, done + 1), columns=list(plan.arms))
        values = {arm: table[arm] for arm in plan.arms}


def swept(plan: Plan, ways: Ways = Ways()) -> SweepTable:
    """Run a plan of many points, and return what came out at each.

    Raises:
        BadInput: the folder or a setting is refused.
        StudyFailed: not one run was done.
    """
    carry_out(plan, ways)
    table = SweepTable(plan.folder)
    if table.runs.empty:
        raise StudyFailed(told(plan.folder, f"all {table.failures} runs failed"))
    return table


def reported(folder: Path, language: str | None = None) -> Answer:
    """Read a study folder of one point and write its report.

    Args:
        folder: of the study.
        language: of the report; that of the study if ``None``.

    Raises:
        BadInput: the folder holds no study, or a sweep, or there is no such language.
        StudyFailed: it holds no run.
    """
    study = Study.load(folder)
    if study.facts.get("search"):
        raise BadInput(f"folder = {folder}: a search has a page of its own, written by {study.facts['command']}")
    if study.runs.empty:
        raise StudyFailed(told(folder, f"all {len(study.failures)} runs failed"))
    if len(study.facts["points"]) > 1:
        raise BadInput(f"folder = {folder}: holds a sweep of {len(study.facts['points'])} points; see ecrm query")
    comparison = Comparison(study)
    write_report(comparison, language or study.facts["language"])
    return Answer(comparison, single=study.facts["verb"] == "run")


@dataclass(frozen=True)
class Status:
    """How far a study has come.

    Attributes:
        folder: of the study.
        planned: runs of the plan.
        done: runs that are stored.
        failed: runs that failed and are not done since.
        complete: whether nothing is left to do; a search is complete when its page is written.
        busy: whether a process is at work on it.
        go_on: the command that goes on with it.
    """

    folder: Path
    planned: int
    done: int
    failed: int
    complete: bool
    busy: bool
    go_on: str

    @classmethod
    def of(cls, folder: Path) -> "Status":
        """Read it off a study folder.

        Raises:
            BadInput: the folder holds no study.
        """
        facts = store.read_facts(folder)
        done, failed = len(store.done(folder, facts["replicates"])), len(store.failures(folder))
        complete = (folder / "report.html").is_file() if facts.get("search") else done >= facts["planned"]
        return cls(folder, facts["planned"], done, failed, complete, store.busy(folder), store.go_on(folder, facts))

    def as_dict(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        return {**self.__dict__, "folder": str(self.folder), "left": self.left}

    @property
    def left(self) -> int:
        """Runs that are still to be done, failed ones among them."""
        return max(self.planned - self.done, 0)

    def __str__(self) -> str:
        """Say it in a line."""
        parts = [f"{self.done:,} of {self.planned:,} runs done"]
        if self.failed:
            parts.append(f"{self.failed:,} failed (tracebacks: {self.folder / store.FAILURES})")
        parts.append("a process is at work" if self.busy else "complete" if self.complete else f"go on: {self.go_on}")
        return "; ".join(parts)


def resumed(folder: Path) -> Plan:
    """Return the plan that a folder keeps.

    Raises:
        BadInput: the folder holds no study, or one of another version of the model.
    """
    facts = store.read_facts(folder)
    if facts.get("search"):
        raise BadInput(
            f"folder = {folder}: what it runs next follows from what came before; go on with its own command:"
            f" {facts['command']}"
        )
    if facts.get("model") != model_version():
        raise BadInput(
            f"folder = {folder}: begun with version {facts['model']} of the model (or on another type of processor);"
            f" this is {model_version()}, and runs of two versions are never mixed; run it anew: {facts['command']}"
        )
    return Plan.load(folder, facts)


def expanded(folder: Path, replicates: str) -> Plan:
    """Return the plan that a folder keeps with other replicates: ``+20`` more, or ``40`` in all.

    Raises:
        BadInput: not a number, fewer than there are, or the folder holds no study.
    """
    plan = resumed(folder)
    more, digits = replicates.startswith("+"), replicates.removeprefix("+")
    wished = (plan.replicates if more else 0) + (int(digits) if digits.isdigit() else -1)
    if not digits.isdigit() or not plan.replicates <= wished <= 10_000:
        raise BadInput(
            f"replicates = {replicates}: no whole number, or fewer than the {plan.replicates} there are; allowed: +20"
            f" (so many more) or a whole number from {plan.replicates} to 10000"
        )
    return replace(plan, replicates=wished, until="")


def left_to_do(plan: Plan) -> tuple[int, int]:
    """Return how many runs a plan has, and how many of them its folder does not hold yet."""
    facts = store.read_facts(plan.folder) if (plan.folder / "study.yaml").is_file() else {}
    same = same_study(facts, plan)
    if same and plan.budget is not None:
        plan = replace(Plan.load(plan.folder, facts), replicates=plan.replicates)
    held = store.done(plan.folder) if same else set()
    return sum(1 for _ in plan.runs()), sum(1 for _ in missing(plan, held))
