"""Worlds whose outcomes are a formula: plan, store, resume and analysis work as ever, only the simulation is left out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest

from analysis import carry_out, executors
from analysis.carry_out import Ways
from analysis.runner import Job, Run
from analysis.tables import keyed
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
        rule: what a run brings.
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
        outcomes = {"period": 1, **self.rule(job.world, job.run.replicate), "key": job.key}
        nothing = pd.DataFrame({"period": pd.Series([], dtype="int64")})
        frames = {"runs": pd.DataFrame([outcomes]), "periods": nothing, "events": nothing, "shares": nothing}
        return Run(job.run, {table: keyed(frame, job.scenario, job.run) for table, frame in frames.items()})


def lab(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, rule: Rule, scenario: str = SCENARIO) -> Lab:
    """Work in an empty folder with the scenario ``mine``, and make up what its runs bring."""
    made = Lab(rule)
    monkeypatch.setattr(executors, "run", made.run)
    monkeypatch.setattr(carry_out, "run", made.run)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "scenario.yaml").write_text(scenario, encoding="utf-8")
    return made
