"""What came of a sweep: a row a point, with its values, each arm's mean and its paired difference to the reference."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import statistics, store, wording
from analysis.messages import show
from analysis.statistics import Interval
from analysis.uncertainty import Sources, split
from sim.metrics import METRICS

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console
    from rich.table import Table

MOST_ROWS = 40  # on a terminal


class SweepTable:
    """The arms at each point of a sweep, on the outcome that decides."""

    def __init__(self, folder: Path) -> None:
        """Read the runs of a study folder.

        Raises:
            BadInput: it holds no study.
        """
        self.folder, self.facts = folder, store.read_facts(folder)
        self.runs = store.read_table(folder, self.facts, "runs")
        self.arms, self.reference = list(self.facts["arms"]), str(self.facts["reference"])
        self.outcome: str = next(name for name in self.facts["outcomes"] if METRICS[name].better)
        points = self.runs["point"]
        self.cells = {point: self._cells(self.runs[points == point]) for point in map(int, points.unique())}

    def _cells(self, frame: "pd.DataFrame") -> dict[str, tuple[Interval, Interval]]:
        """Return mean and difference by arm at one point."""
        table = frame.pivot(index="replicate", columns="arm", values=self.outcome).reindex(columns=self.arms)
        base = table[self.reference].to_numpy()
        return {
            arm: (
                statistics.mean_interval(table[arm].to_numpy()),
                statistics.paired_difference(table[arm].to_numpy(), base),
            )
            for arm in self.arms
        }

    def sources(self) -> dict[str, Sources]:
        """Return, for a sampled sweep, how much of what is not known of each arm is luck, and how much is assumed.

        Of the paired difference to the reference; with one arm, of the outcome itself.
        """
        if not self.facts.get("sampled"):
            return {}
        table = self.runs.pivot(index=["point", "replicate"], columns="arm", values=self.outcome)
        found = {}
        for arm in [each for each in self.arms if each != self.reference] or self.arms:
            column = table[arm] - table[self.reference] if arm != self.reference else table[arm]
            sources = split(column.unstack("replicate").to_numpy())
            if sources is not None:
                found[arm] = sources
        return found

    @property
    def failures(self) -> int:
        """Number of runs that failed."""
        return len(store.failures(self.folder))

    @property
    def stopped(self) -> bool:
        """Whether the user stopped the study before all of its runs were done."""
        return len(self.runs) + self.failures < int(self.facts["planned"])

    def show(self, console: "Console") -> None:
        """Print the table, what it shows, and how far the sweep has come."""
        console.print(self.table())
        console.print(self.legend(), style="dim", soft_wrap=True)
        for arm, sources in self.sources().items():
            what = f"the difference that {wording.quoted(arm)} makes" if arm != self.reference else "it"
            console.print(sources.in_words(what), soft_wrap=True)
        missing = self.facts["planned"] - len(self.runs)
        if missing:
            console.print(f"{missing:,} runs are not done; go on: ecrm sweep --resume {self.folder}", style="yellow")

    def as_dict(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        return {
            "scenario": self.facts["scenario"],
            "folder": str(self.folder),
            "runs": len(self.runs),
            "failures": self.failures,
            "outcome": self.outcome,
            "share_of_luck": {arm: sources.share.as_dict() for arm, sources in self.sources().items()},
            "points": [
                {
                    "point": point,
                    "values": self.facts["points"][point],
                    "arms": {
                        arm: {**mean.as_dict(), "difference": difference.as_dict()}
                        for arm, (mean, difference) in cells.items()
                    },
                }
                for point, cells in self.cells.items()
            ],
        }

    def table(self) -> "Table":
        """Return the table for a terminal: as many points as it can show."""
        from rich.table import Table

        varied = sorted({key for values in self.facts["points"] for key in values})
        table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), title_justify="left")
        for head in ["point", *varied]:
            table.add_column(head, justify="right")
        for arm in self.arms:
            table.add_column(wording.readable(arm), justify="right", no_wrap=True)
        for point, cells in list(self.cells.items())[:MOST_ROWS]:
            values: Mapping[str, Any] = self.facts["points"][point]
            table.add_row(str(point), *(_short(values.get(key)) for key in varied), *map(self._cell, cells.items()))
        return table

    def _cell(self, entry: tuple[str, tuple[Interval, Interval]]) -> str:
        arm, (mean, difference) = entry
        if arm == self.reference or difference.mean is None:
            return wording.interval(mean, self.outcome)
        return wording.interval(difference, self.outcome, signed=True)

    def legend(self) -> str:
        """Return what the table shows, in a line."""
        text = f"{wording.label(self.outcome)}: {wording.quoted(self.reference)} as mean ± half a 95 % interval"
        if len(self.arms) > 1:
            text += ", the others as paired difference to it"
        if len(self.cells) > MOST_ROWS:
            text += f"; the first {MOST_ROWS} of {len(self.cells):,} points"
        return f'{text}; all of it: ecrm query {self.folder} "select * from runs join points using (point)"'


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else show(value)
