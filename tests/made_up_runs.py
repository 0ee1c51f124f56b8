"""Worlds whose outcomes are a formula: plan, store, resume and analysis work as ever, nothing is simulated."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pytest

from analysis import carry_out, executors
from analysis.carry_out import Ways
from analysis.runner import Job, Run
from analysis.store import KEYS
from sim.world import World

HERE = Ways(workers=1, progress=False)
Rule = Callable[[World, int], Mapping[str, float]]  # world, replicate -> outcomes
SCENARIO = """
question: Does it pay?
world: {market: telecom}
settings: {customers: {count: 300}, calendar: {burn_in_years: 0.0}}
reference: usual
arms:
  usual: {}
  other: {firms: {acme: {brand: 1.0}}}
outcomes: [profit, churn_rate]
replicates: 4
"""


@dataclass
class Lab:
    """Where runs are made up.

    Attributes:
        rule: what a run brings; an arithmetic error is a run that failed.
        done: keys of the runs done, in order.
        stop_after: number of runs after which Ctrl-C is pressed.
    """

    rule: Rule
    done: list[str] = field(default_factory=list)
    stop_after: int | None = None

    def run(self, job: Job, *more: object) -> Run:
        """Do a job."""
        if self.stop_after is not None and len(self.done) >= self.stop_after:
            raise KeyboardInterrupt
        self.done.append(job.key)
        keys = {"scenario": job.scenario, "arm": job.run.arm, "replicate": job.run.replicate, "period": 1}
        try:
            came = self.rule(job.world, job.run.replicate)
        except ArithmeticError as error:
            return Run(job.run, {}, f"Traceback\n{error!r}")
        outcomes = {**keys, "point": job.run.point, **came, "key": job.key}
        row = pa.Table.from_pylist([outcomes])
        nothing = row.slice(1).select(KEYS)
        return Run(job.run, {"runs": row, "periods": nothing, "events": nothing, "shares": nothing})


def lab(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, rule: Rule, scenario: str = SCENARIO) -> Lab:
    """Work in an empty folder with the scenario ``mine``, and make up what its runs bring."""
    made = Lab(rule)
    monkeypatch.setattr(executors, "run", made.run)
    monkeypatch.setattr(carry_out, "run", made.run)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "scenario.yaml").write_text(scenario, encoding="utf-8")
    return made
