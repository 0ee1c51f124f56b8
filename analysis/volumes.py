"""Call volumes: how many calls come in each interval, read from a table as call centers keep it.

A row is an interval: when it starts (a time, or a date and a time), how many calls come in it and, if known, how long
one takes. Anything that cannot be read is refused with its line, so that no plan rests on rows that were dropped. A log
of single calls is counted into such a table: the mean week where it covers one, else day by day.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analysis.messages import nearest
from sim.settings import BadInput

if TYPE_CHECKING:
    from analysis.call_log import CallLog

STARTS = ["start", "interval_start", "interval", "time", "start_time", "datetime", "date_time", "timestamp", "period"]
CALLS = ["calls", "volume", "call_volume", "calls_offered", "offered", "contacts", "number_of_calls", "count"]
HANDLE = {  # the column's name tells its unit: minutes in one
    "handle_minutes": 1.0,
    "handle_time_minutes": 1.0,
    "aht_minutes": 1.0,
    "handle_seconds": 1.0 / 60.0,
    "handle_time_seconds": 1.0 / 60.0,
    "aht_seconds": 1.0 / 60.0,
}
UNIT_UNKNOWN = ("handle_time", "handle", "aht")
_CLOCKS = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M%p", "%I %p", "%I%p")
_NO_DATE = datetime(1900, 1, 1)


@dataclass(frozen=True, eq=False)
class Volumes:
    """Calls by interval, in order of time.

    Attributes:
        source: the file that was read.
        starts: when each interval begins; from 1900-01-01, a Monday, on where there are no dates.
        minutes: length of an interval.
        calls: calls in each, >= 0, fractions allowed (a forecast).
        handle_minutes: mean handle time of a call in each, > 0; NaN where the file does not tell.
        form: how a start is written: the time alone, with its date, or with its weekday.
        patience_minutes: mean of the exponential law of a log's patience; None in a table, and where too few hung up.
    """

    source: str
    starts: tuple[datetime, ...]
    minutes: float
    calls: NDArray[np.float64]
    handle_minutes: NDArray[np.float64]
    form: str
    patience_minutes: float | None = None

    @property
    def begins(self) -> NDArray[np.float64]:
        """Minutes from midnight of the first day to each start."""
        midnight = self.starts[0].replace(hour=0, minute=0, second=0, microsecond=0)
        return np.array([(start - midnight) / timedelta(minutes=1) for start in self.starts])

    @property
    def labels(self) -> list[str]:
        """Each start as a person writes it."""
        return [f"{start:{self.form}}" for start in self.starts]


def volumes_of(file: str | Path, interval: float | None = None) -> Volumes:
    """Read a table of volumes, or count a log of single calls.

    Args:
        file: its path.
        interval: length of an interval in minutes; None: as the rows of the table say, half hours for a log.

    Raises:
        BadInput: the file is neither, or something in it makes no sense.
    """
    if not _is_table(Path(file)):
        from analysis.call_log import kind_of, read_calls

        if kind_of(file) == "calls":
            return count(read_calls(file), interval or 30.0)
    return read_volumes(file, interval)


def _is_table(path: Path) -> bool:
    """Tell whether a file is meant as a table of volumes: by a column of calls, or as it is too narrow for a log."""
    if not path.is_file():
        return True
    with path.open("rb") as file:
        first = file.readline()
    names = re.split(r"[,;\t]", first.decode("utf-8-sig", errors="replace"))
    narrow = len(names) < 3 and not first.startswith(b"\x1f\x8b")  # compressed by gzip
    return narrow or any(_plain(name.strip('"')) in CALLS for name in names)


def count(log: "CallLog", minutes: float) -> Volumes:
    """Return the calls of a log that sought an agent, by interval of its mean week, or of each day if it is shorter.

    Handle time and patience are those of the whole log.

    Raises:
        BadInput: the interval does not divide a day.
    """
    if 1440.0 % minutes:
        raise BadInput(
            f"--interval = {minutes:g} minutes: a log is counted in intervals that divide a day, such as 30m"
        )
    from analysis.patience import fit_patience

    arrival = log.offered["arrival"]
    days = (log.last - log.first).days + 1
    begin = arrival.dt.floor(f"{round(minutes * 60)}s")
    weeks = np.ones(7)
    if days >= 7:
        weeks = np.bincount([(log.first.weekday() + day) % 7 for day in range(days)], minlength=7).astype(np.float64)
        begin = begin - begin.dt.normalize() + _NO_DATE + (timedelta(days=1) * begin.dt.day_of_week)
    table = begin.value_counts().sort_index()
    starts = tuple(moment.to_pydatetime() for moment in table.index)
    calls = table.to_numpy(np.float64) / np.array([weeks[start.weekday()] for start in starts])
    handle = float(log.calls.loc[log.calls["outcome"] == "answered", "handle"].mean()) / 60.0
    form = "%a %H:%M" if days >= 7 else "%m-%d %H:%M"
    patience = fit_patience(log.offered)
    mean = None if patience is None else patience.exponential_mean.value
    return Volumes(Path(log.source).name, starts, minutes, calls, np.full(len(starts), handle), form, mean)


def read_volumes(file: str | Path, interval: float | None = None) -> Volumes:
    """Read call volumes from a text file with a header; comma, semicolon or tab between the cells.

    Args:
        file: its path.
        interval: length of an interval in minutes; the distance between the rows when not given.

    Raises:
        BadInput: no such file, a column or number that is missing or makes no sense, or intervals that overlap.
    """
    path = Path(file)
    header, rows = _table(path)
    columns = _columns(path.name, header)
    starts = _starts(path.name, rows, columns)
    minutes = _interval(path.name, starts, rows, interval)
    calls = [_number(path.name, line, "calls", cells[columns["calls"]]) for line, cells in rows]
    if not sum(calls):
        raise BadInput(f"{path.name}: no calls in any interval; nobody is needed")
    handle = [_handle(path.name, line, cells, columns, header) for line, cells in rows]
    form = "%H:%M" if starts[0].year == _NO_DATE.year else "%m-%d %H:%M"
    return Volumes(path.name, tuple(starts), minutes, np.array(calls), np.array(handle), form)


def minutes_of(text: str) -> float:
    """Read a length of time: ``30m``, ``30 min``, ``1h``, ``0.5 h``, or minutes as a bare number.

    Raises:
        BadInput: not a length of time above 0 and up to a day.
    """
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(m|min|minutes?|h|hours?)?\s*", text)
    minutes = float(match[1]) * (60.0 if (match[2] or "m").startswith("h") else 1.0) if match else 0.0
    if not 0.0 < minutes <= 1440.0:
        raise BadInput(f"interval = {text}: not understood; allowed: a length up to a day, such as 30m or 1h")
    return minutes


def _table(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the header and the rows with their line numbers; empty lines are passed over."""
    if not path.is_file():
        there = [each.name for each in path.parent.iterdir() if each.is_file()] if path.parent.is_dir() else []
        near = nearest(path.name, there)
        raise BadInput(f"file = {path}: there is no such file{f'; nearest: {near}' if near else ''}")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(f"{path.name}: not a text file in UTF-8; save the table as CSV") from None
    first = text.partition("\n")[0]
    reader = csv.reader(text.splitlines(), delimiter=max(",;\t", key=first.count))
    lines = [(reader.line_num, [cell.strip() for cell in row]) for row in reader if any(map(str.strip, row))]
    if len(lines) < 2:
        raise BadInput(f"{path.name}: no rows below a header; needed: a header and a row for each interval")
    header = lines[0][1]
    for line, cells in lines[1:]:
        if len(cells) != len(header):
            raise BadInput(f"{path.name}, line {line}: {len(cells)} cells, but the header has {len(header)}")
    return header, lines[1:]


def _columns(name: str, header: Sequence[str]) -> dict[str, int]:
    """Return where start, calls, and where they exist date and handle time, are."""
    plain = [_plain(cell) for cell in header]
    found = {}
    for role, names in (("start", STARTS), ("calls", CALLS), ("handle", list(HANDLE)), ("date", ["date", "day"])):
        place = next((plain.index(each) for each in names if each in plain), None)
        if place is not None:
            found[role] = place
    if "start" not in found and "date" in found:
        found["start"] = found.pop("date")
    for role, names in (("start", STARTS), ("calls", CALLS)):
        if role not in found:
            near = next((cell for cell in header if nearest(cell, names)), None)
            hint = f"; did you mean {near} by it?" if near else ""
            raise BadInput(
                f"{name}: no column {role}; it has {', '.join(header)}; allowed names: {', '.join(names)}{hint}"
            )
    unclear = next((cell for cell, each in zip(header, plain, strict=True) if each in UNIT_UNKNOWN), None)
    if unclear is not None and "handle" not in found:
        raise BadInput(f"{name}: column {unclear} has no unit; name it handle_minutes or handle_seconds")
    return found


def _starts(name: str, rows: Sequence[tuple[int, list[str]]], columns: Mapping[str, int]) -> list[datetime]:
    """Return when each interval starts, checked to be in order."""
    starts: list[datetime] = []
    for line, cells in rows:
        said = cells[columns["start"]]
        if "date" in columns:
            said = f"{cells[columns['date']]} {said}"
        start = _moment(said)
        if start is None:
            allowed = "a time such as 08:30, or a date and a time such as 2025-03-31 08:30"
            raise BadInput(f"{name}, line {line}: start = {said or 'nothing'}: not a time; allowed: {allowed}")
        if starts and (start.year == _NO_DATE.year) != (starts[0].year == _NO_DATE.year):
            raise BadInput(f"{name}, line {line}: start = {said}: some rows have a date and some have none")
        if starts and start <= starts[-1]:
            raise BadInput(
                f"{name}, line {line}: start = {said}: overlaps the row before; "
                "needed: one row for each interval, in order, with dates where they pass midnight"
            )
        starts.append(start)
    return starts


def _moment(text: str) -> datetime | None:
    """Read a time, a date and a time, or the first time of a span such as 08:00-08:30."""
    text = re.sub(r"(\d:\d\d)\s*[-–]\s*\d{1,2}:\d\d(:\d\d)?$", r"\1", text.strip())
    for clock in _CLOCKS:
        try:
            return datetime.strptime(text.upper(), clock)
        except ValueError:
            continue
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=None) if ":" in text or "T" in text else None


def _interval(
    name: str, starts: Sequence[datetime], rows: Sequence[tuple[int, list[str]]], given: float | None
) -> float:
    """Return an interval's length in minutes, checked against the distances between the rows."""
    gaps = [(after - before) / timedelta(minutes=1) for before, after in pairwise(starts)]
    length = given if given is not None else min(gaps, default=30.0)
    for (line, _), gap in zip(rows[1:], gaps, strict=True):
        if gap < length:
            raise BadInput(
                f"{name}, line {line}: starts {gap:g} minutes after the row before; intervals of {length:g} overlap"
            )
        if given is None and gap % length > 1e-9:
            raise BadInput(
                f"{name}, line {line}: starts {gap:g} minutes after the row before, others {length:g}; "
                "say how long an interval is, as in --interval 30m"
            )
    return length


def _number(name: str, line: int, key: str, text: str, above_zero: bool = False) -> float:
    """Read a finite number from 0 (or above it); thousands commas are understood."""
    allowed = f"finite numbers {'above' if above_zero else 'from'} 0"
    try:
        value = float(re.sub(r"(?<=\d),(?=\d{3}(\D|$))", "", text))
    except ValueError:
        raise BadInput(f"{name}, line {line}: {key} = {text or 'nothing'}: not a number; allowed: {allowed}") from None
    if not np.isfinite(value) or value < 0.0 or (above_zero and value == 0.0):
        raise BadInput(f"{name}, line {line}: {key} = {text}: out of range; allowed: {allowed}")
    return value


def _handle(name: str, line: int, cells: Sequence[str], columns: Mapping[str, int], header: Sequence[str]) -> float:
    """Return the handle time of an interval in minutes; NaN without such a column, or where a cell says nothing."""
    place = columns.get("handle")
    if place is None or not cells[place]:
        return float("nan")
    return _number(name, line, header[place], cells[place], above_zero=True) * HANDLE[_plain(header[place])]


def _plain(name: str) -> str:
    """Return a column's name in small letters, with _ between the words."""
    return re.sub(r"\W+", "_", name.casefold()).strip("_")
