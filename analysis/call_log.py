"""A call log: who called when, waited how long, and was answered by whom or hung up; as a telephone system exports it.

Columns are recognized by their names or given. A line that cannot be used is kept aside with its number and the reason,
never dropped in silence. Times of day may stand in the column of the day or in one of their own; waits and handle times
are seconds (minutes where the column's name says so) or written with colons.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from analysis.log_fields import SYNONYMS as OF_PURCHASES
from analysis.log_fields import given_column, guess_by_name, read_dates
from analysis.log_file import Line, bad_lines, common_width, read_lines
from sim.settings import BadInput

NEEDED = ("arrival", "wait", "handle")
ANSWERED, ABANDONED, IN_MENU = "answered", "abandoned", "left in the menu"

# Whole names, best first: lower case, letters and digits only.
SYNONYMS: Mapping[str, str] = {
    "arrival": """
        arrival arrivaltime arrivedat calltime callstart callstarttime starttime datetime timestamp calldatetime
        calldate date day fecha llegada 日期 时间 来电时间
    """,
    "time": "time timeofday callclock hour clock vruexit vruentry hora 时刻",
    "wait": """
        wait waittime waitseconds waitminutes waiting waitingtime queuetime queueseconds timeinqueue qtime queuewait
        waitingtimeseconds waitlengthseconds waitlength speedofanswer speedofanswerinseconds asa espera tiempodeespera
        等待时间 排队时间
    """,
    "handle": """
        handle handletime handleseconds handleminutes aht servicetime serviceseconds sertime talktime talkseconds
        servicelengthseconds servicelength duration callduration calldurationseconds avgtalkduration talkduration
        duracion tiempodeservicio 服务时间 通话时间 通话时长
    """,
    "outcome": """
        outcome callresult result disposition status callstatus answered answeredyn abandoned abandonedyn resultado
        结果 状态
    """,
    "agent": "agent agentid agentname server serverid operator operatorid rep representative agente 坐席 客服",
    "customer": """
        customer customerid custid caller callerid callernumber clientid client phonenumber ani cliente 客户 客户编号
    """,
    "priority": "priority class callerclass tier prioridad 优先级",
}
ROLES = tuple(SYNONYMS)

_WORDS = {
    ANSWERED: """
        agent answered answer served handled completed complete connected accepted ok atendida atendido 已接 接通
    """,
    ABANDONED: """
        hang hangup abandoned abandon abandonedinqueue lost missed unanswered noanswer callerhungup disconnected
        abandonada abandonado 放弃 未接
    """,
    IN_MENU: "ivr menu contained selfservice leftinmenu leftinivr",
}
_OUTCOMES = {word: outcome for outcome, words in _WORDS.items() for word in words.split()}
_YES, _NO = {"y", "yes", "true", "1", "si", "sí", "是"}, {"n", "no", "false", "0", "否"}
_NO_CALL = {"phantom", "test"}  # lines that the telephone system itself marks as no real call
_NOBODY = {"", "0", "nan", "null", "none", "n/a", "noserver", "noagent", "anonymous", "unknown"}
_CLOCK = re.compile(
    r"(?:^|[T\s])(\d{1,2}):(\d\d)(?::(\d\d(?:[.,]\d+)?))?\s*([AaPp])?\.?[Mm]?\.?\s*(?:Z|UTC|[+-]\d\d:?\d\d)?$"
)
_SIX_DIGITS = ("%y%m%d", "%d%m%y", "%m%d%y")
_LONGEST = 86_400.0  # seconds; beyond a day a wait or handle time is a slip


@dataclass(frozen=True, eq=False)
class CallLog:
    """A call log in memory.

    Attributes:
        calls: one row per call, sorted by ``arrival`` (time stamp at which an agent was asked for): ``wait`` and
            ``handle`` (seconds, >= 0), ``outcome`` (answered, abandoned or left in the menu), ``agent``, ``customer``,
            ``priority`` (text; empty: not known).
        bad: the lines that could not be used: ``line`` (1-based), ``why``, ``text``.
        source: the file reference that was read.
        columns: role -> 1-based number of the column that was used.
    """

    calls: pd.DataFrame
    bad: pd.DataFrame
    source: str
    columns: dict[str, int]

    @property
    def offered(self) -> pd.DataFrame:
        """The calls that sought an agent: answered or abandoned."""
        return self.calls[self.calls["outcome"] != IN_MENU]

    @property
    def first(self) -> date:
        """Day of the first call."""
        return _day(self.calls["arrival"].iloc[0])

    @property
    def last(self) -> date:
        """Day of the last call."""
        return _day(self.calls["arrival"].iloc[-1])


def kind_of(reference: str | Path, columns: Mapping[str, str | int] | None = None) -> Literal["calls", "purchases"]:
    """Tell a call log (it has waits or handle times) from a purchase log by its columns.

    Raises:
        BadInput: the file cannot be read, or looks like both.
    """
    header, _ = read_lines(reference)
    roles = set(columns or ())
    calls = {*roles, *(guess_by_name(header, SYNONYMS) if header else ())} & {"wait", "handle"}
    purchases = {*roles, *(guess_by_name(header, OF_PURCHASES) if header else ())} & {"amount"}
    if calls and purchases:
        raise BadInput(
            f"kind: {reference} has {' and '.join(sorted(calls))} as a call log and amount as a purchase log; "
            "give --kind calls or --kind purchases"
        )
    return "calls" if calls else "purchases"


def read_calls(
    reference: str | Path, columns: Mapping[str, str | int] | None = None, date_format: str | None = None
) -> CallLog:
    """Read a call log from a text file, plain or compressed by gzip.

    Args:
        reference: a path or ``package:path``, see `log_file.locate`.
        columns: role (`ROLES`) -> column name or 1-based number; guessed by name if left out.
        date_format: ``dmy``, ``mdy`` or a pattern such as ``%y%m%d``, for dates that do not tell themselves.

    Raises:
        BadInput: the file cannot be read, a column is missing, or no line is usable.
    """
    header, lines = read_lines(reference)
    if not lines:
        raise BadInput(f"log: {reference} has a header and no calls")
    width = common_width(lines, header, reference)
    at = _columns(columns or {}, header, width)
    whole = [line for line in lines if len(line.cells) == width]
    read = _read(whole, at, header, date_format)
    bad = bad_lines(lines, width, dict(zip(read.index, read["why"], strict=True)))
    good = read[read["why"] == ""].drop(columns="why")
    if good.empty:
        first = bad.iloc[0]
        raise BadInput(f"log: {reference} has no usable line; line {first['line']} ({first['text']!r}): {first['why']}")
    calls = good.sort_values("arrival", kind="stable").reset_index(drop=True)
    return CallLog(calls, bad, str(reference), {role: column + 1 for role, column in at.items()})


def _columns(given: Mapping[str, str | int], header: list[str] | None, width: int) -> dict[str, int]:
    found = {role: given_column(role, name, header, width, ROLES) for role, name in given.items()}
    taken = set(found.values())
    guess = guess_by_name(header, SYNONYMS) if header else {}
    found |= {role: column for role, column in guess.items() if role not in found and column not in taken}
    missing = [role for role in NEEDED if role not in found]
    if missing:
        has = f"its columns are {', '.join(header)}" if header else f"it has no header and {width} columns"
        raise BadInput(
            f"columns: cannot tell which column is {' and '.join(missing)}: {has}; "
            f"give for example columns={{{', '.join(f'{role}: {place}' for place, role in enumerate(missing, 1))}}}; "
            f"the columns of a call log are {', '.join(ROLES)}"
        )
    return found


def _read(lines: list[Line], at: Mapping[str, int], header: list[str] | None, date_format: str | None) -> pd.DataFrame:
    """One row per line, with the reason why it is bad (empty: it is not)."""
    text = {role: [line.cells[column].strip() for line in lines] for role, column in at.items()}
    name = {role: _letters(header[column]) if header else "" for role, column in at.items()}
    nothing = [""] * len(lines)
    arrival = _arrivals(text["arrival"], text.get("time"), date_format)
    wait, handle = (_durations(text[role], name[role]) for role in ("wait", "handle"))
    agent, customer = (_distinct(text.get(role, nothing), _somebody) for role in ("agent", "customer"))
    if "outcome" in text:
        outcome = _distinct(text["outcome"], lambda cell: _outcome(cell, name["outcome"]))
    else:
        outcome = [ANSWERED if who or (work or 0) > 0 else ABANDONED for who, work in zip(agent, handle, strict=True)]
    rows = [
        _row(*values)
        for values in zip(arrival, wait, handle, outcome, agent, customer, text.get("priority", nothing), strict=True)
    ]
    frame = pd.DataFrame(rows, columns=[*_FIELDS, "why"], index=[line.number for line in lines])
    return frame.astype({"arrival": "datetime64[us]", "wait": np.float64, "handle": np.float64})


_FIELDS = ("arrival", "wait", "handle", "outcome", "agent", "customer", "priority")


def _row(
    arrival: datetime | None,
    wait: float | None,
    handle: float | None,
    outcome: str,
    agent: str,
    customer: str,
    priority: str,
) -> tuple[datetime | None, float, float, str, str, str, str, str]:
    """Return the fields of a call and why it cannot be used: only what the call needs must be there."""
    if outcome == ABANDONED:
        handle = 0.0  # what a system notes as service of a caller who hung up is no work of an agent's
        outcome = IN_MENU if wait == 0.0 else ABANDONED
    why = ""
    if arrival is None:
        why = "no day and time of arrival"
    elif outcome not in _WORDS:
        why = outcome
    elif wait is None or not 0.0 <= wait <= _LONGEST:
        why = "no wait from 0 to a day"
    elif outcome == ANSWERED and (handle is None or not 0.0 <= handle <= _LONGEST):
        why = "no handle time from 0 to a day"
    return arrival, wait or 0.0, handle or 0.0, outcome, agent, customer, priority, why


def _arrivals(days: list[str], times: list[str] | None, date_format: str | None) -> list[datetime | None]:
    """Day and time of each call; the time from behind the day, or from a column of its own."""
    day_of = read_dates(days, date_format or _six_digits(days))
    clock = _distinct(days, _clock)
    if times is not None and all(seconds is None for seconds in clock):
        clock = _distinct(times, _clock)
    if all(seconds is None for seconds in clock):
        raise BadInput(f"columns: no time of day in cells such as {(times or days)[0]!r}; give time=COLUMN")
    whole = [None if day is None else datetime(day.year, day.month, day.day) for day in (day_of[cell] for cell in days)]
    return [
        None if day is None or seconds is None else day + pd.Timedelta(seconds=seconds).to_pytimedelta()
        for day, seconds in zip(whole, clock, strict=True)
    ]


def _six_digits(days: Iterable[str]) -> str | None:
    """Return the order of days such as 990131, if the column has such and shows it."""
    distinct = {cell for cell in days if re.fullmatch(r"\d{6}", cell)}
    if not distinct:
        return None
    fits = [order for order in _SIX_DIGITS if all(day is not None for day in read_dates(distinct, order).values())]
    if len(fits) != 1:
        raise BadInput(
            f"date_format: days such as {min(distinct)!r} do not show the order of day, month and year; "
            "give for example date_format=%y%m%d"
        )
    return fits[0]


def _clock(cell: str) -> float | None:
    """Seconds since midnight of a time of day at the end of a cell."""
    match = _CLOCK.search(cell)
    if match is None:
        return None
    hour, minute, second = int(match[1]), int(match[2]), float((match[3] or "0").replace(",", "."))
    if match[4]:
        hour = hour % 12 + (12 if match[4] in "Pp" else 0)
    return None if hour > 23 or minute > 59 or second >= 60 else 3600.0 * hour + 60.0 * minute + second


def _seconds(cell: str, heading: str) -> float | None:
    """A duration in seconds: 153, 2:33 or 0:02:33; a number in minutes where the heading says so."""
    if not re.fullmatch(r"-?\d+([.,]\d+)?|\d+:\d\d(:\d\d)?([.,]\d+)?", cell):
        return None
    value = 0.0
    for part in cell.replace(",", ".").split(":"):
        value = 60.0 * value + float(part)
    in_minutes = ":" not in cell and re.search(r"minutes?$|mins?$|minutos$|分钟", heading) is not None
    return 60.0 * value if in_minutes else value


def _durations(cells: list[str], heading: str) -> list[float | None]:
    return _distinct(cells, lambda cell: _seconds(cell, heading))


def _outcome(cell: str, heading: str) -> str:
    """Return the outcome, or what is wrong with it."""
    word = _letters(cell)
    if word in _YES | _NO:
        return ANSWERED if (word in _YES) != heading.startswith("abandon") else ABANDONED
    if word in _NO_CALL:
        return f"the log itself marks it as no call ({cell})"
    return _OUTCOMES.get(word, f"{cell[:40]!r} is not an outcome that is known, such as answered or abandoned")


def _somebody(cell: str) -> str:
    return "" if cell.casefold().replace("_", "").replace(" ", "") in _NOBODY else cell


def _letters(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _distinct[Value](cells: list[str], read: Callable[[str], Value]) -> list[Value]:
    """Read each different cell once."""
    known = {cell: read(cell) for cell in set(cells)}
    return [known[cell] for cell in cells]


def _day(stamp: pd.Timestamp) -> date:
    return stamp.date()
