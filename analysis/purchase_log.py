"""A purchase log: who bought when for how much, read from a text file as shops export it.

Separator, header, columns, date order and decimal sign are recognized or given; a line that cannot be used is kept
aside with its number and the reason, never dropped in silence. `summary` and `holdout` cut the log at a day into what
repeat-buying models are fitted on (purchase days x, recency t_x, age T) and what they are judged by.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.log_fields import find_columns, read_amounts, read_dates
from analysis.log_file import LOOK, Line, bad_lines, common_width, read_lines
from sim.settings import BadInput

UNKNOWN_CUSTOMER = {"", "nan", "null", "none", "n/a"}


@dataclass(frozen=True, eq=False)
class Log:
    """A purchase log in memory.

    Attributes:
        purchases: one row per customer and day, sorted by both: ``customer`` (str), ``date``, ``amount`` (cents, >= 0).
        bad: the lines that could not be used: ``line`` (1-based), ``why``, ``text``.
        source: the file reference that was read.
        rows: purchase lines that were used, before those of one day were merged.
        columns: role -> 1-based number of the column that was used.
    """

    purchases: pd.DataFrame
    bad: pd.DataFrame
    source: str
    rows: int
    columns: dict[str, int]

    @property
    def first(self) -> date:
        """Day of the first purchase."""
        return _day(self.purchases["date"].min())

    @property
    def last(self) -> date:
        """Day of the last purchase."""
        return _day(self.purchases["date"].max())


class Holdout(NamedTuple):
    """What the customers of a calibration period did after it."""

    customers: pd.DataFrame
    """Per customer (index, sorted): ``purchases`` (days with a purchase) and ``spend`` (currency units)."""
    weeks: pd.DataFrame
    """Per week after the calibration period (index 1, 2, ...): ``purchases`` and ``spend`` of all of them."""


def read_log(
    reference: str | Path,
    columns: Mapping[str, str | int] | None = None,
    date_format: str | None = None,
    decimal: str | None = None,
) -> Log:
    """Read a purchase log from a text file.

    Purchases of one customer on one day are one purchase. Zero amounts are purchases. Negative amounts (returns) are
    bad lines: they undo a purchase that the log does not name.

    Args:
        reference: a path or ``package:path``, see `log_file.locate`.
        columns: role (``customer``, ``date``, ``amount``) -> column name or 1-based number; guessed if left out.
        date_format: ``dmy``, ``mdy`` or a pattern such as ``%d %b %Y``, for dates that do not tell themselves.
        decimal: ``.`` or ``,``, for amounts that do not tell themselves.

    Raises:
        BadInput: the file cannot be read, a column is missing or ambiguous, or no line is usable.
    """
    header, lines = read_lines(reference)
    if not lines:
        raise BadInput(f"log: {reference} has a header and no purchases")
    width = common_width(lines, header, reference)
    whole = [line for line in lines if len(line.cells) == width]
    at = find_columns(columns or {}, header, [line.cells for line in whole[:LOOK]])
    read = _read(whole, at, date_format, decimal)
    bad = bad_lines(lines, width, dict(zip(read.index, read["why"], strict=True)))
    good = read[read["why"] == ""]
    if good.empty:
        first = bad.iloc[0]
        raise BadInput(f"log: {reference} has no usable line; line {first['line']} ({first['text']!r}): {first['why']}")
    return Log(_merge_days(good), bad, str(reference), len(good), {role: column + 1 for role, column in at.items()})


def _read(lines: list[Line], at: Mapping[str, int], date_format: str | None, decimal: str | None) -> pd.DataFrame:
    """Customer, date, amount in cents and, per line number, why the line is bad (empty: it is not)."""
    text = {role: [line.cells[column].strip() for line in lines] for role, column in at.items()}
    days, cents = read_dates(text["date"], date_format), read_amounts(text["amount"], decimal)
    purchases = zip(text["customer"], text["date"], text["amount"], strict=True)
    rows = [(who, days[day], cents[money], _why_bad(who, days, day, cents, money)) for who, day, money in purchases]
    columns = ["customer", "date", "amount", "why"]
    return pd.DataFrame(rows, columns=columns, index=[line.number for line in lines], dtype=object)


def _why_bad(
    customer: str, days: Mapping[str, date | None], day: str, cents: Mapping[str, int | None], amount: str
) -> str:
    value = cents[amount]
    if customer.casefold() in UNKNOWN_CUSTOMER:
        return "no customer"
    if days[day] is None:
        return f"{day[:40]!r} is not a date"
    if value is None:
        return f"{amount[:40]!r} is not an amount"
    return f"{amount!r} is negative (a return)" if value < 0 else ""


def _merge_days(good: pd.DataFrame) -> pd.DataFrame:
    typed = {
        "customer": good["customer"].astype(str),
        "date": pd.to_datetime(good["date"]).astype("datetime64[us]"),
        "amount": good["amount"].astype(np.int64),
    }
    return pd.DataFrame(typed).groupby(["customer", "date"]).agg({"amount": "sum"}).reset_index()


def as_day(key: str, value: date | str) -> date:
    """A day given as a date or as YYYY-MM-DD.

    Raises:
        BadInput: anything else; the message names the key.
    """
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        raise BadInput(f"{key}: {value!r} is not a day; write YYYY-MM-DD") from None


def summary(log: Log, until: date | str | None = None) -> pd.DataFrame:
    """What repeat-buying models need to know of each customer who bought by a day.

    Args:
        log: the purchase log.
        until: last day of the calibration period; the last day of the log when not given.

    Returns:
        A frame indexed by customer (sorted): ``x`` days with a repeat purchase, ``t_x`` weeks from the first to the
        last purchase, ``T`` weeks from the first purchase to `until`, ``spend_count`` and ``spend_mean`` of the repeat
        purchases with a positive amount (currency units; 0 when there are none), ``first`` day of the first purchase.

    Raises:
        BadInput: `until` is outside the log.
    """
    end = pd.Timestamp(_within(log, until))
    seen = log.purchases[log.purchases["date"] <= end]
    days = seen.groupby("customer")["date"].agg(["size", "min", "max"])
    paid = seen[(seen["date"] > seen.groupby("customer")["date"].transform("min")) & (seen["amount"] > 0)]
    spend = paid.groupby("customer")["amount"].agg(["size", "sum"]).reindex(days.index, fill_value=0)
    return pd.DataFrame(
        {
            "x": days["size"] - 1,
            "t_x": (days["max"] - days["min"]).dt.days / 7,
            "T": (end - days["min"]).dt.days / 7,
            "spend_count": spend["size"],
            "spend_mean": spend["sum"] / spend["size"].clip(lower=1) / 100,
            "first": days["min"],
        }
    )


def holdout(log: Log, until: date | str, end: date | str | None = None) -> Holdout:
    """What the customers who bought by a day did after it, customer by customer and week by week.

    Args:
        log: the purchase log.
        until: last day of the calibration period, before the last day of the log for the holdout not to be empty.
        end: last day of the holdout; the last day of the log when not given.

    Raises:
        BadInput: a day outside the log, or `end` before `until`.
    """
    start, stop = pd.Timestamp(_within(log, until)), pd.Timestamp(as_day("end", log.last if end is None else end))
    if not start <= stop <= pd.Timestamp(log.last):
        raise BadInput(
            f"end: {stop:%Y-%m-%d} is not between until ({start:%Y-%m-%d}) and the log's last day {log.last}"
        )
    known = pd.Index(sorted(set(log.purchases.loc[log.purchases["date"] <= start, "customer"])), name="customer")
    later = log.purchases[(log.purchases["date"] > start) & (log.purchases["date"] <= stop)]
    later = later[later["customer"].isin(known)]
    week = ((later["date"] - start).dt.days + 6) // 7
    weeks = pd.RangeIndex(1, ((stop - start).days + 6) // 7 + 1, name="week")
    return Holdout(_totals(later, later["customer"], known), _totals(later, week.rename("week"), weeks))


def _totals(
    purchases: pd.DataFrame, by: "pd.Series[str] | pd.Series[int]", index: "pd.Index[str] | pd.RangeIndex"
) -> pd.DataFrame:
    total = purchases.groupby(by)["amount"].agg(["size", "sum"]).reindex(index, fill_value=0)
    return pd.DataFrame({"purchases": total["size"], "spend": total["sum"] / 100})


def _within(log: Log, until: date | str | None) -> date:
    day = log.last if until is None else as_day("until", until)
    if not log.first <= day <= log.last:
        raise BadInput(f"until: {day} is outside the log, which goes from {log.first} to {log.last}")
    return day


def _day(stamp: pd.Timestamp) -> date:
    return stamp.date()
