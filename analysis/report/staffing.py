"""How a staffing plan is shown: on a terminal, as a picture, as a page that opens without a network, as JSON."""

import csv
import io
import math
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.files import write_text
from analysis.report.html import fill, inline
from analysis.report.staffing_picture import picture
from analysis.staffing import METHODS, Plan, with_other_numbers
from analysis.staffing_days import Measured
from analysis.statistics import Interval
from sim.call_center.erlang import Delay
from sim.settings import BadInput

if TYPE_CHECKING:
    from rich.console import Console

TOTAL = "all"


@dataclass(frozen=True)
class Table:
    """A table in words: ``groups`` are (name, columns) over the header, ``marked`` is the row to point at."""

    title: str
    groups: list[tuple[str, int]]
    columns: list[str]
    rows: list[list[str]]
    note: str
    marked: int = -1


@dataclass(frozen=True, eq=False)
class Answer:
    """A plan, and what came of it when it was lived through ``runs`` times."""

    plan: Plan
    measured: Measured
    runs: int
    seed: int

    def headline(self) -> str:
        """Return the answer in a line."""
        plan = self.plan
        paid = f", {plan.paid_hours:,.1f} paid" if plan.demands.shrinkage else ""
        return f"{plan.agents[plan.peak]} agents at the peak ({self._peak()}), {plan.hours:,.1f} hours on duty{paid}"

    def assumptions(self) -> str:
        """Return what the answer rests on."""
        plan, asked = self.plan, self.plan.demands
        handle = np.average(plan.handle_minutes, weights=plan.volumes.calls)
        ceilings = {"hang up": asked.max_abandonment, "busy": asked.max_occupancy}
        limits = "".join(f", {name} at most {100 * limit:g} %" for name, limit in ceilings.items() if limit)
        return (
            f"{plan.volumes.calls.sum():,.0f} calls in {len(plan.agents)} intervals of {plan.volumes.minutes:g} "
            f"minutes, {handle:.3g} minutes each; callers hang up after {asked.patience_minutes:.4g} minutes on "
            f"average ({asked.patience_source}). Target: {100 * asked.share:g} % answered within "
            f"{asked.seconds:g} seconds{limits}; "
            f"{100 * asked.shrinkage:g} % of paid time is spent elsewhere. By {METHODS[asked.method]}."
        )

    def intervals(self) -> Table:
        """Return agents, the formula's figures and the simulated ones of each interval, and of all together."""
        plan, measured = self.plan, self.measured
        rows = [
            [
                label,
                f"{plan.volumes.calls[place]:,.4g}",
                f"{plan.agents[place]}",
                *_expected(plan, place),
                *_simulated(measured, place),
            ]
            for place, label in enumerate(plan.volumes.labels)
        ]
        whole = [_number(plan.shares[name]) for name in ("service_level", "abandonment", "occupancy")]
        rows.append(
            [TOTAL, f"{plan.volumes.calls.sum():,.0f}", f"{plan.hours:,.5g} h", *whole, *_simulated(measured, None)]
        )
        note = (
            f"Simulated {self.runs} times, call by call, with what is left from interval to interval; "
            f"± half a 95 % interval. In percent: of all calls that come; busy: of the time on duty. {self.warning()}"
        ).strip()
        in_time = f"in {plan.demands.seconds:g} s"
        columns = ["start", "calls", "agents", *[in_time, "hang up", "busy"] * 2]
        return Table("Interval by interval", [("", 3), ("formula", 3), ("simulated", 3)], columns, rows, note)

    def warning(self) -> str:
        """Say in which intervals the simulation clearly misses the target that the formula promises."""
        plan = self.plan
        short = [
            f"{label} ({_number(level.mean)} %)"
            for place, label in enumerate(plan.volumes.labels)
            if (level := self.measured.service_level(place)).high is not None and level.high < plan.demands.share
        ]
        more = f" and {len(short) - 6} more" if len(short) > 6 else ""
        return f"Below the target: {', '.join(short[:6])}{more}." if short else ""

    def extra_agents(self) -> Table:
        """Return what some agents fewer and more would change at the peak, by formula."""
        plan, asked = self.plan, self.plan.demands
        choices = with_other_numbers(plan)
        calls = float(plan.volumes.calls[plan.peak])
        kept = [""] + [
            f"{calls * (before.abandonment - after.abandonment):+.1f}" for before, after in pairwise(choices)
        ]
        rows = [
            [
                f"{each.servers}",
                _percent(each.service_level(asked.seconds / 60.0)),
                _percent(each.abandonment),
                _wait(each.mean_wait_offered),
                _percent(each.occupancy),
                more,
            ]
            for each, more in zip(choices, kept, strict=True)
        ]
        marked = next(place for place, each in enumerate(choices) if each.servers == plan.agents[plan.peak])
        title = f"What each extra agent buys at the peak: {self._peak()}, {calls:,.4g} calls"
        note = "By formula. Mean wait is over all calls; calls won are those that one agent fewer would have lost."
        columns = ["agents", f"in {asked.seconds:g} s", "hang up", "mean wait", "busy", "calls won"]
        return Table(title, [], columns, rows, note, marked)

    def show(self, console: "Console") -> None:
        """Print the answer."""
        from rich.text import Text

        console.print(Text(self.headline(), style="bold"))
        console.print(Text(self.assumptions()))
        for table in (self.intervals(), self.extra_agents()):
            console.print()
            _show(table, console)

    def as_dict(self) -> dict[str, Any]:
        """Return everything, as printed by ``--json``; times in minutes, what has no end is null."""
        plan, asked, within = self.plan, self.plan.demands, self.plan.demands.seconds / 60.0
        return {
            "source": plan.volumes.source,
            "method": asked.method,
            "target": {"share": asked.share, "seconds": asked.seconds},
            "max_abandonment": asked.max_abandonment,
            "max_occupancy": asked.max_occupancy,
            "patience_minutes": asked.patience_minutes,
            "patience_source": asked.patience_source,
            "interval_minutes": plan.volumes.minutes,
            "runs": self.runs,
            "seed": self.seed,
            "intervals": [
                {
                    "start": label,
                    "calls": float(plan.volumes.calls[place]),
                    "handle_minutes": float(plan.handle_minutes[place]),
                    "agents": int(plan.agents[place]),
                    "scheduled": int(plan.scheduled[place]),
                    "expected": _delay(plan.expected[place], within),
                    "simulated": self._measured(place),
                }
                for place, label in enumerate(plan.volumes.labels)
            ],
            "all": {"expected": plan.shares, "simulated": self._measured(None)},
            "peak": {
                "start": self._peak(),
                "extra_agents": [
                    {"agents": each.servers} | (_delay(each, within) or {}) for each in with_other_numbers(plan)
                ],
            },
            "hours": plan.hours,
            "shrinkage": asked.shrinkage,
            "paid_hours": plan.paid_hours,
        }

    def write(self, folder: Path) -> None:
        """Write ``report.html``, ``staff.svg`` and ``staff.csv`` (the plan by interval) into a folder.

        Raises:
            BadInput: the folder cannot be made or written.
        """
        drawn = picture(self.plan)
        page = fill(
            "staffing.html.j2",
            source=self.plan.volumes.source,
            headline=self.headline(),
            assumptions=self.assumptions(),
            picture=inline(drawn),
            tables=[self.intervals(), self.extra_agents()],
        )
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_text(folder / "staff.svg", drawn.svg)
            write_text(folder / "staff.csv", _plan_as_csv(self.plan))
            write_text(folder / "report.html", page)
        except OSError as error:
            raise BadInput(f"--out = {folder}: cannot be written: {error.strerror}") from None

    def _peak(self) -> str:
        return self.plan.volumes.labels[self.plan.peak]

    def _measured(self, place: int | None) -> dict[str, Any]:
        measured = self.measured
        figures = (measured.service_level, measured.abandonment, measured.mean_wait, measured.occupancy)
        return {figure.__name__: figure(place).as_dict() for figure in figures}


def _show(table: Table, console: "Console") -> None:
    from rich.table import Table as RichTable
    from rich.text import Text

    console.print(Text(table.title, style="bold"))
    names = _spread(table.groups) or [""] * len(table.columns)
    lines = [names, table.columns, *table.rows]
    wide = [max(len(line[place]) for line in lines) for place in range(len(table.columns))]
    for places in _side_by_side(table, wide, console.width):
        drawn = RichTable(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
        for place in places:
            drawn.add_column(justify="left" if place == 0 else "right", no_wrap=True)
        if table.groups:
            drawn.add_row(*[Text(names[place], style="dim") for place in places])
        drawn.add_row(*[Text(table.columns[place], style="dim") for place in places])
        for row_place, row in enumerate(table.rows):
            marked = row_place == table.marked or row[0] == TOTAL
            drawn.add_row(*[row[place] for place in places], style="bold" if marked else "")
        console.print(drawn)
    console.print(Text(table.note, style="dim"))


def _side_by_side(table: Table, wide: list[int], width: int) -> list[list[int]]:
    """Return the columns of each part of a table: all at once or, where a number would be cut, a group at a time."""
    everything = list(range(len(wide)))
    if not table.groups or sum(wide) + 2 * (len(wide) - 1) <= width:
        return [everything]
    ends = list(accumulate(span for _, span in table.groups))
    return [[*everything[: ends[0]], *everything[start:end]] for start, end in pairwise(ends)]


def _spread(groups: list[tuple[str, int]]) -> list[str]:
    """Return the name of each group over its first column, nothing over the others."""
    return [name if place == 0 else "" for name, span in groups for place in range(span)]


def _expected(plan: Plan, place: int) -> list[str]:
    figures = plan.expected[place]
    if figures is None:
        return ["–"] * 3
    level = figures.service_level(plan.demands.seconds / 60.0)
    return [_number(level), _number(figures.abandonment), _number(figures.occupancy)]


def _simulated(measured: Measured, place: int | None) -> list[str]:
    level, lost = measured.service_level(place), measured.abandonment(place)
    return [_with_reach(level), _with_reach(lost), _number(measured.occupancy(place).mean)]


def _with_reach(share: Interval) -> str:
    half = share.half_width
    return _number(share.mean) + ("" if half is None else f" ± {100 * half:.1f}")


def _number(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f}"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _wait(minutes: float) -> str:
    return "grows" if math.isinf(minutes) else f"{60 * minutes:.0f} s"


def _delay(figures: Delay | None, within: float) -> dict[str, float | None] | None:
    if figures is None:
        return None
    wait = figures.mean_wait_offered
    return {
        "service_level": figures.service_level(within),
        "abandonment": figures.abandonment,
        "mean_wait": None if math.isinf(wait) else wait,
        "occupancy": figures.occupancy,
    }


def _plan_as_csv(plan: Plan) -> str:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["start", "calls", "handle_minutes", "agents", "scheduled"])
    columns = (plan.volumes.calls.tolist(), plan.handle_minutes.tolist(), plan.agents.tolist(), plan.scheduled.tolist())
    rows.writerows(zip(plan.volumes.labels, *columns, strict=True))
    return text.getvalue()
