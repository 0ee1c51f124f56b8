"""Value on a terminal and as JSON."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis import wording
from analysis.language import digits
from analysis.lifetime import Lifetime
from analysis.report.columns import tables
from analysis.statistics import Interval
from analysis.value import LOST, NEW, TIERS, Band, Migration, Value

if TYPE_CHECKING:
    from rich.console import Console

type Row = tuple[str, Sequence[str]]


def show_value(found: Mapping[str, Value], console: "Console") -> None:
    """Print where the value of each arm lies, moves and comes back, with half 95 % intervals over replicates."""
    for value in found.values():
        console.print(f"Value in {wording.quoted(value.arm)}", style="bold", markup=False)
        _print(console, ["", ""], _facts(value))
        if value.tenure is not None:
            heads = ["tenure at start", "customers", "margin a year", "expected then", "kept"]
            _print(console, heads, [(name, _band(band)) for name, band in value.tenure.items()])
        if value.migration is not None:
            _print(console, ["start, to the end", *TIERS, LOST], _moves(value.migration))
            if value.migration.difference:
                console.print("Shares of a start; below each, the paired difference to the reference.\n", style="dim")
        if value.indicators is not None:
            heads = ["foretells", "margin", "staying", "expected value"]
            rows = [
                (name, [wording.interval(each, "gini", signed=True) for each in (i.margin, i.staying, i.change)])
                for name, i in value.indicators.items()
            ]
            _print(console, heads, rows)
    if any(value.indicators for value in found.values()):
        console.print(
            "Foretells: rank correlation of a figure at the start with what came and with how expected value changed."
            " It need not be a cause, and who is unusually low or high returns towards the mean.\n"
        )


def show_lifetimes(found: Sequence[Lifetime], console: "Console") -> None:
    """Print expected lifetime values by simulation and by formula, a head."""
    heads = ["arm, at the", "customers", "simulated", "by formula", "lost for good"]
    rows = [
        (
            f"{wording.readable(each.arm)}, {each.moment}",
            [
                digits(each.customers),
                _money(each.lifetime_value),
                f"{wording.number(each.equity, 'profit')}\n{_percent(each.equity_error)}",
                f"{wording.number(each.lifetime_value_formula, 'profit')}\n{_percent(each.formula_error)}",
            ],
        )
        for each in found
    ]
    console.print("Expected lifetime value of a customer", style="bold")
    _print(console, heads, rows)
    for each in found[:1]:
        console.print(
            f"{each.lives} futures of {each.years:g} years with luck of their own, levers as they are; terminal value"
            f" by formula ({wording.percent(each.terminal_share)} of the first row). Below each formula its error. The"
            " formula counts returns after leaving; «lost for good» does not, and can be compared only where nobody"
            " returns."
        )


def as_dict(found: Mapping[str, Value], lives: Sequence[Lifetime]) -> dict[str, Any]:
    """Return what ``ecrm value --json`` prints: means with intervals, ``None`` where undefined."""
    return {
        "arms": {arm: _plain(value) for arm, value in found.items()},
        "lifetime_values": [_plain(each) for each in lives],
    }


def _facts(value: Value) -> list[Row]:
    lorenz, returns = value.lorenz, value.returns
    rows = [
        ("Return on Customer, a year", returns.whole),
        ("on customers of the start", returns.present_customers),
        *((f"by the end of year {year:g}", rate) for year, rate in returns.by_year.items()),
        ("value that the top fifth brings", lorenz.top_20),
        ("taken away by who costs more", lorenz.negative),
    ]
    shown: list[Row] = [(name, [_percent(rate)]) for name, rate in rows]
    if value.payback is not None:
        months = value.payback.months
        when = "not within the time watched" if months is None else f"after {months:.0f} months"
        shown.append(("has paid for itself", [f"{when}\n({wording.percent(value.payback.replicates)} of replicates)"]))
    return shown


def _band(band: Band) -> list[str]:
    return [wording.heads(band.people), _money(band.margin), _money(band.expected), _percent(band.kept)]


def _moves(migration: Migration) -> list[Row]:
    """Return a row a tier: the share that is in each at the end, and below it the difference to the reference."""

    def cell(origin: str, target: str) -> str:
        if (origin, target) not in migration.shares:
            return ""
        change = migration.difference.get((origin, target))
        below = "" if change is None else "\n" + wording.interval(change, wording.SHARE, signed=True)
        return _percent(migration.shares[origin, target]) + below

    return [(origin, [cell(origin, target) for target in (*TIERS, LOST)]) for origin in (*TIERS, NEW)]


def _print(console: "Console", heads: Sequence[str], rows: Sequence[Row]) -> None:
    for table in tables(heads, rows, console.width):
        console.print(table)
    console.print()


def _money(estimate: Interval) -> str:
    return wording.interval(estimate, "profit")


def _percent(estimate: Interval) -> str:
    return wording.interval(estimate, wording.SHARE)


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
