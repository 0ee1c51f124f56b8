"""What a dashboard would say of a program, beside what the program did to the same people.

A dashboard sees one life of each customer. It sets *members* (whom the program reached) against other customers, or
members after against members before. Both mistake who members are, and what time brings, for the program. With twins
the same members are seen without the program too, so the mistake has a size and a name:

    members against others:  mean(with | members) - mean(with | others)
        = causal effect on members
        + selection    mean(without | members) - mean(without | others)
        + spill-over   mean(without | others) - mean(with | others)
    after against before:    mean(with, after | members) - mean(before | members)
        = causal effect on members
        + drift        mean(without, after | members) - mean(before | members)

Selection is people choosing the program (self-selection: heavy buyers join), or the program choosing people
(targeting); spill-over is what the program does to others, through a queue for one; drift is regression to the mean,
season, trend and leaving (Angrist & Pischke 2009, *Mostly Harmless Econometrics*, section 2.1 and chapter 5).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analysis.statistics import Interval, mean_interval

if TYPE_CHECKING:
    import pandas as pd

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

AGAINST_OTHERS = "members against others"
AGAINST_BEFORE = "after against before"
MEASURES = {"margin": "margin_cents", "stayed": "customer", "spend": "spend_after"}  # measure: column of persons
MONEY_COLUMNS = ("margin_cents",)


@dataclass(frozen=True)
class Reading:
    """A naive reading of one measure, a head.

    Attributes:
        kind: `AGAINST_OTHERS` or `AGAINST_BEFORE`.
        measure: ``margin`` (currency over the watch), ``stayed`` (share that are customers at the end), ``spend``
            (currency, of the last twelve months as they fade).
        naive: What the dashboard says the program did.
        causal: What it did to the same members.
        bias: The difference of the two.
        parts: What the bias consists of, by name: ``selection`` and ``spill-over``, or ``drift``.
    """

    kind: str
    measure: str
    naive: Interval
    causal: Interval
    bias: Interval
    parts: Mapping[str, Interval]


def readings(pairs: "Sequence[tuple[pd.DataFrame, pd.DataFrame]]", members: Sequence[Flags]) -> list[Reading]:
    """Return the naive readings of replicates, given as (reference, arm) tables of persons, and who is a member (N,).

    The others are customers at some time of the arm who are no members; replicates without members, or without others,
    say nothing about these.
    """
    lives = [(*pair, mine) for pair, mine in zip(pairs, members, strict=True)]
    read = [
        _read(AGAINST_OTHERS, measure, [_against_others(*each, column) for each in lives])
        for measure, column in MEASURES.items()
    ]
    read.append(_read(AGAINST_BEFORE, "spend", [_against_before(*each) for each in lives]))
    return [reading for reading in read if reading.naive.mean is not None]


def _read(kind: str, measure: str, rows: Sequence[Mapping[str, float]]) -> Reading:
    columns = {name: np.array([row[name] for row in rows], float) for name in rows[0]}
    naive, causal = columns.pop("naive"), columns.pop("causal")
    parts = {name: mean_interval(column) for name, column in columns.items()}
    return Reading(kind, measure, mean_interval(naive), mean_interval(causal), mean_interval(naive - causal), parts)


def _against_others(reference: "pd.DataFrame", arm: "pd.DataFrame", members: Flags, column: str) -> dict[str, float]:
    without, with_it = _values(reference, column), _values(arm, column)
    others = arm["ever_customer"].to_numpy(dtype=np.bool_) & ~members
    return {
        "naive": _mean(with_it[members]) - _mean(with_it[others]),
        "causal": _mean((with_it - without)[members]),
        "selection": _mean(without[members]) - _mean(without[others]),
        "spill-over": _mean((without - with_it)[others]),
    }


def _against_before(reference: "pd.DataFrame", arm: "pd.DataFrame", members: Flags) -> dict[str, float]:
    before = _values(arm, "spend_before")[members]
    without, with_it = (_values(table, "spend_after")[members] for table in (reference, arm))
    return {
        "naive": _mean(with_it - before),
        "causal": _mean(with_it - without),
        "drift": _mean(without - before),
    }


def _values(persons: "pd.DataFrame", column: str) -> Floats:
    values: Floats = persons[column].to_numpy(dtype=np.float64)
    return values / 100.0 if column in MONEY_COLUMNS else values


def _mean(values: Floats) -> float:
    return float(values.mean()) if values.size else float("nan")
