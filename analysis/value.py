"""Value: where it lies, where it moves, what foretells it, what it returns, and when a program has paid for itself.

Realized value of all replicates is read from the tables that every study keeps; tenure, tiers and indicators need
people one by one, as a study keeps them for its first replicates (``twins=N``). Everything is per arm, means over
replicates with t intervals, and as a paired difference to the reference where one is asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analysis import curves
from analysis.statistics import Interval, mean_interval, paired_difference

if TYPE_CHECKING:
    import pandas as pd

    from analysis.store import Study

Floats = NDArray[np.float64]

BANDS = {"up to 1 year": 1.0, "1 to 2 years": 2.0, "2 to 5 years": 5.0, "5 years on": np.inf}  # upper ends
TIERS = ("top 20 %", "next 30 %", "rest")  # of customers at the start, by what each was expected to bring
LIMITS = (0.8, 0.5)  # quantiles of that value at which the upper two begin
LOST, NEW = "lost", "new"
INDICATORS = {  # today's figures of a person: column, and what it is
    "satisfaction": "satisfaction_before",
    "commitment": "commitment_before",
    "habit": "habit_before",
    "open problem": "problem_before",
    "tenure": "tenure_before",
    "time since purchase": "since_before",
    "spend of last year": "spend_before",
}


@dataclass(frozen=True)
class Lorenz:
    """How realized value is spread over those who were customers at the start, the most valuable first.

    Attributes:
        people: share of them, 0, .01, ... 1.
        value: share of all positive value that they bring; ends below 1 where some cost more than they bring.
        top_20: share that the top fifth brings.
        negative: what those who cost more than they bring take away, as a share of positive value.
    """

    people: tuple[float, ...]
    value: tuple[float, ...]
    top_20: Interval
    negative: Interval


@dataclass(frozen=True)
class Returns:
    """Return on Customer: rates a year, of the whole watch and of each of its years (by the year's end)."""

    whole: Interval
    present_customers: Interval
    by_year: Mapping[float, Interval]


@dataclass(frozen=True)
class Payback:
    """When the cumulated difference in profit to the reference turns positive for good, within the time watched.

    Attributes:
        months: of the mean over replicates; None if it is not positive at the end.
        replicates: share of them in which it is positive at the end.
    """

    months: float | None
    replicates: float


@dataclass(frozen=True)
class Band:
    """Customers at the start whose relationship was so old then.

    Attributes:
        people: how many.
        margin: realized, undiscounted, payroll left out, a head and year watched; leavers count to the end.
        expected: what each was expected to bring from the start on, by formula.
        kept: share who are customers at the end.
    """

    people: Interval
    margin: Interval
    expected: Interval
    kept: Interval


@dataclass(frozen=True)
class Migration:
    """Where people of each tier of the start are at the end: shares of each row, which add up to 1.

    Rows: `TIERS`, and ``new``: no customers at the start who are at the end. Columns: `TIERS`, by the limits in money
    of the start, and ``lost``.
    """

    shares: Mapping[tuple[str, str], Interval]
    difference: Mapping[tuple[str, str], Interval]  # to the reference; empty for the reference itself


@dataclass(frozen=True)
class Indicator:
    """How a figure of the start goes with what came, over customers at the start: Spearman's rank correlations.

    It foretells; it need not cause. Expected value is computed from some of these figures, and what is unusually low
    or high returns towards the mean, so a correlation with its change may be negative for a good thing.

    Attributes:
        margin: with what each brought over the watch.
        staying: with being a customer at the end.
        change: with the change of expected value from the start to the end.
    """

    margin: Interval
    staying: Interval
    change: Interval


@dataclass(frozen=True)
class Value:
    """The value of one arm; what needs people one by one is None where the study kept none."""

    arm: str
    lorenz: Lorenz
    returns: Returns
    payback: Payback | None  # None for the reference
    tenure: Mapping[str, Band] | None
    migration: Migration | None
    indicators: Mapping[str, Indicator] | None


def value_of(study: "Study", persons: "pd.DataFrame | None" = None) -> dict[str, Value]:
    """Return the value of each arm of a study of one point, by its name.

    Args:
        study: its tables.
        persons: `Market.persons` of some runs with the columns ``arm`` and ``replicate``; None: not kept.
    """
    periods = study.periods[study.periods["firm"] == study.focal]
    reference = _of(persons, study.reference)
    years = float(periods["year"].max())
    return {
        arm: Value(
            arm,
            lorenz(study.shares[study.shares["arm"] == arm]),
            returns(study.runs[study.runs["arm"] == arm], periods[periods["arm"] == arm]),
            None if arm == study.reference else payback(_profit(periods, arm), _profit(periods, study.reference)),
            *_of_people(_of(persons, arm), reference if arm != study.reference else {}, years),
        )
        for arm in study.arms
    }


def _of(persons: "pd.DataFrame | None", arm: str) -> "dict[int, pd.DataFrame]":
    """Return the people of an arm by replicate."""
    if persons is None:
        return {}
    mine = persons[persons["arm"] == arm]
    return {int(number): mine[mine["replicate"] == number] for number in sorted(set(mine["replicate"]))}


def _of_people(
    people: "dict[int, pd.DataFrame]", reference: "dict[int, pd.DataFrame]", years: float
) -> tuple[Mapping[str, Band], Migration, Mapping[str, Indicator]] | tuple[None, None, None]:
    if not people:
        return None, None, None
    frames = list(people.values())
    return tenure_bands(frames, years), migration(people, reference), indicators(frames)


# --- from tables that every study keeps -------------------------------------------------------------------------------


def lorenz(shares: "pd.DataFrame") -> Lorenz:
    """Return the curve of an arm's ``shares``: its cumulated value over what all positive values add up to.

    Without customers at the start there are no shares, and no curve.
    """
    if shares.empty:
        return Lorenz((), (), Interval(None, None, None), Interval(None, None, None))
    curves = np.array([rows["cumulative"].to_numpy(np.float64) for _, rows in shares.groupby("replicate")])
    points = next(iter(rows["share"].to_numpy(np.float64) for _, rows in shares.groupby("replicate")))
    positive = curves.max(axis=1, keepdims=True)
    relative = np.divide(curves, positive, out=np.full_like(curves, np.nan), where=positive > 0.0)
    fifth = int(np.argmin(np.abs(points - 0.2)))
    return Lorenz(
        tuple(points.tolist()),
        tuple(relative.mean(axis=0).tolist()),
        mean_interval(relative[:, fifth]),
        mean_interval(1.0 - relative[:, -1]),
    )


def returns(runs: "pd.DataFrame", periods: "pd.DataFrame") -> Returns:
    """Return an arm's Return on Customer; ``periods`` of the focal firm have it at each year's end."""
    ends = periods.dropna(subset=["return_on_customer"])
    return Returns(
        mean_interval(runs["return_on_customer"]),
        mean_interval(runs["return_on_present_customers"]),
        {
            float(year): mean_interval(ends.loc[ends["year"] == year, "return_on_customer"])
            for year in sorted(set(ends["year"]))
        },
    )


def _profit(periods: "pd.DataFrame", arm: str) -> "pd.DataFrame":
    """Return an arm's profit: a row a period by its year, a column a replicate."""
    return periods[periods["arm"] == arm].pivot(index="year", columns="replicate", values="profit")


def payback(profit: "pd.DataFrame", reference: "pd.DataFrame") -> Payback:
    """Return when an arm has paid for itself; both tables have a row a period and a column a replicate."""
    cumulated = (profit - reference).dropna(axis=1).cumsum()
    years = curves.payback(cumulated.mean(axis=1))
    return Payback(None if years is None else 12.0 * years, float((cumulated.iloc[-1] > 0.0).mean()))


# --- from people one by one -------------------------------------------------------------------------------------------


def tenure_bands(people: "Sequence[pd.DataFrame]", years: float) -> dict[str, Band]:
    """Return value by the age of the relationship at the start; a table a replicate, ``years`` watched."""
    present = [table[table["initial_customer"]] for table in people]
    low, bands = 0.0, {}
    for name, high in BANDS.items():
        inside = [table[(table["tenure_before"] >= low) & (table["tenure_before"] < high)] for table in present]
        bands[name] = Band(
            mean_interval([len(table) for table in inside]),
            mean_interval([table["margin_cents"].mean() / (100.0 * years) for table in inside]),
            mean_interval([table["expected_value_before"].mean() for table in inside]),
            mean_interval([table["customer"].mean() for table in inside]),
        )
        low = high
    return bands


def migration(people: "Mapping[int, pd.DataFrame]", reference: "Mapping[int, pd.DataFrame]") -> Migration:
    """Return the moves between tiers, by replicate; with those of the same replicates in the reference, if any."""
    moves = {number: _moves(table) for number, table in people.items()}
    others = {number: _moves(table) for number, table in reference.items() if number in moves}
    both = list(others)
    cells = next(iter(moves.values()))
    return Migration(
        {cell: mean_interval([each[cell] for each in moves.values()]) for cell in cells},
        {
            cell: paired_difference([moves[each][cell] for each in both], [others[each][cell] for each in both])
            for cell in cells
            if both
        },
    )


def _moves(table: "pd.DataFrame") -> dict[tuple[str, str], float]:
    """Return the share of each start that is at each end; NaN where nobody started there."""
    before, after = (table[name].to_numpy(np.float64) for name in ("expected_value_before", "expected_value"))
    present, stays = (table[name].to_numpy(np.bool_) for name in ("initial_customer", "customer"))
    limits = np.quantile(before[present], LIMITS) if present.any() else np.zeros(len(LIMITS))
    start = np.where(present, _tier(before, limits), len(TIERS))
    end = np.where(stays, _tier(after, limits), len(TIERS))
    shares = {}
    for row, origin in enumerate((*TIERS, NEW)):
        mine = (start == row) & (stays if origin == NEW else True)
        for column, target in enumerate((*TIERS, LOST)):
            if (origin, target) != (NEW, LOST):
                shares[origin, target] = float((end[mine] == column).mean()) if mine.any() else np.nan
    return shares


def _tier(value: Floats, limits: Floats) -> NDArray[np.int64]:
    """Return the tier of each value, 0 the highest."""
    tier: NDArray[np.int64] = (value[:, np.newaxis] < limits).sum(axis=1)
    return tier


def indicators(people: "Sequence[pd.DataFrame]") -> dict[str, Indicator]:
    """Return what figures of the start foretell; a table a replicate. Figures that do not vary have no correlation."""
    found = [_correlations(table[table["initial_customer"]]) for table in people]
    return {
        name: Indicator(*(mean_interval([each[name][place] for each in found]) for place in range(3)))
        for name in INDICATORS
    }


def _correlations(table: "pd.DataFrame") -> dict[str, tuple[float, ...]]:
    """Return rank correlations with margin, staying and the change of expected value; NaN where one does not vary."""
    came = {
        "margin": table["margin_cents"],
        "staying": table["customer"].astype(np.float64),
        "change": table["expected_value"] - table["expected_value_before"],
    }
    came_ranked = [_ranks(column) for column in came.values()]
    figures = {name: _ranks(table[column]) for name, column in INDICATORS.items()}
    return {name: tuple(_correlation(ranked, each) for each in came_ranked) for name, ranked in figures.items()}


def _ranks(column: "pd.Series[float]") -> Floats:
    return np.asarray(column.rank(), np.float64)


def _correlation(x: Floats, y: Floats) -> float:
    x, y = x - x.mean(), y - y.mean()
    spread = float(np.sqrt((x @ x) * (y @ y)))
    return float(x @ y) / spread if spread > 0.0 else np.nan
