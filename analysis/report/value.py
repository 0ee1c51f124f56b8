"""Value on a terminal and as JSON."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.lifetime import Lifetime
from analysis.statistics import Interval
from analysis.value import LOST, NEW, TIERS, Migration, Value

if TYPE_CHECKING:
    from rich.console import Console

type Cells = Sequence[str]


def show_value(found: Mapping[str, Value], console: "Console") -> None:
    """Print where the value of each arm lies, moves and comes back, with half 95 % intervals over replicates."""
    for value in found.values():
        console.print(f"Value in {value.arm}", style="bold", markup=False)
        _table(console, ["", ""], _facts(value))
        if value.tenure is not None:
            heads = ["tenure at start", "customers", "margin a year", "expected then", "kept"]
            rows = [
                [name, _money(band.people), _money(band.margin), _money(band.expected), _percent(band.kept)]
                for name, band in value.tenure.items()
            ]
            _table(console, heads, rows)
        if value.migration is not None:
            _table(console, ["start, to the end", *TIERS, LOST], _moves(value.migration))
        if value.indicators is not None:
            heads = ["foretells", "margin", "staying", "expected value"]
            rows = [[name, *map(_points, (i.margin, i.staying, i.change))] for name, i in value.indicators.items()]
            _table(console, heads, rows)
    if any(value.indicators for value in found.values()):
        console.print(
            "Foretells: rank correlation of a figure at the start with what came and with how expected value changed."
            " It need not be a cause, and who is unusually low or high returns towards the mean.\n"
        )


def show_lifetimes(found: Sequence[Lifetime], console: "Console") -> None:
    """Print expected lifetime values by simulation and by formula, a head."""
    heads = ["arm", "at the", "customers", "simulated", "by formula", "error", "lost for good", "error"]
    rows = [
        [
            each.arm, each.moment, f"{each.customers:,}", _money(each.lifetime_value), f"{each.equity:,.1f}",
            _percent(each.equity_error), f"{each.lifetime_value_formula:,.1f}", _percent(each.formula_error),
        ]
        for each in found
    ]  # fmt: skip
    console.print("Expected lifetime value of a customer", style="bold")
    _table(console, heads, rows)
    for each in found[:1]:
        console.print(
            f"{each.lives} futures of {each.years:g} years with luck of their own, levers as they are; terminal value"
            f" by formula ({each.terminal_share:.0%} of the first row). The formula counts returns after leaving; «lost"
            " for good» does not, and can be compared only where nobody returns."
        )


def as_dict(found: Mapping[str, Value], lives: Sequence[Lifetime]) -> dict[str, Any]:
    """Return what ``ecrm value --json`` prints: means with intervals, ``None`` where undefined."""
    return {
        "arms": {arm: _plain(value) for arm, value in found.items()},
        "lifetime_values": [_plain(each) for each in lives],
    }


def _facts(value: Value) -> list[Cells]:
    lorenz, returns = value.lorenz, value.returns
    years = ", ".join(f"{year:g}: {_percent(rate)}" for year, rate in returns.by_year.items())
    rows = [
        ["Return on Customer, a year", _percent(returns.whole)],
        ["on customers of the start", _percent(returns.present_customers)],
        ["by the end of year", years],
        ["value that the top fifth brings", _percent(lorenz.top_20)],
        ["taken away by who costs more", _percent(lorenz.negative)],
    ]
    if value.payback is not None:
        months = value.payback.months
        when = "not within the time watched" if months is None else f"after {months:.0f} months"
        rows.append(["has paid for itself", f"{when} ({value.payback.replicates:.0%} of replicates)"])
    return list(rows)


def _moves(migration: Migration) -> list[Cells]:
    def cell(origin: str, target: str) -> str:
        if (origin, target) not in migration.shares:
            return ""
        change = migration.difference.get((origin, target))
        return _percent(migration.shares[origin, target]) + (f" ({_points(change, 100.0)})" if change else "")

    return [[origin, *(cell(origin, target) for target in (*TIERS, LOST))] for origin in (*TIERS, NEW)]


def _table(console: "Console", heads: Cells, rows: Sequence[Cells]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), show_header=any(heads))
    for place, head in enumerate(heads):
        table.add_column(head, justify="right" if place else "left", no_wrap=not place)
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)
    console.print()


def _money(estimate: Interval) -> str:
    return _with_reach(estimate, lambda x: f"{x:,.1f}")


def _percent(estimate: Interval) -> str:
    return _with_reach(estimate, lambda x: f"{100 * x:.1f}", " %")


def _points(estimate: Interval, scale: float = 1.0) -> str:
    return _with_reach(estimate, lambda x: f"{scale * x:+.{1 if scale > 1 else 2}f}")


def _with_reach(estimate: Interval, text: Callable[[float], str], unit: str = "") -> str:
    if estimate.mean is None:
        return "–"
    half = estimate.half_width
    return text(estimate.mean) + ("" if half is None else f" ± {text(half).lstrip('+')}") + unit


def _plain(value: Any) -> Any:
    """Return a result as JSON holds it; keys of two names are joined."""
    if isinstance(value, Interval):
        return value.as_dict()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {" -> ".join(key) if isinstance(key, tuple) else str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [None if each != each else each for each in value]
    return value
