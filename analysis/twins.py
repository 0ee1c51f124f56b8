"""Twins: each person's life with a program beside the same person's life without it, in the same luck.

A replicate of an arm and of its reference hold the same people and the same chance events, so what differs between a
person's two lives is what the arm did. Every person has one fate, and value moved adds up: over all persons, plus the
firm lines that belong to nobody (payroll, hiring, fixed cost), it is the profit difference in integer cents.

Fates, exclusive and exhaustive, in both kinds of market. *Reached*: a program that the arm has, changes or lacks
against the reference offered, said or gave the person something in one of the two lives; programs that both have alike
count for nobody. *Custom*: being a customer at the end (repertoire: having bought lately).

| fate | reached | what differs |
|---|---|---|
| ``saved`` | yes | a customer at the end only with the program |
| ``lost`` | yes | a customer at the end only without it |
| ``subsidised`` | yes | custom and number of purchases as they would have been, but more was spent on the person |
| ``moved`` | yes | anything else: buys more or less, feels or waits otherwise; same custom at the end |
| ``saved_indirectly``, ``lost_indirectly`` | no | custom at the end: a queue, a message or the firm's levers changed |
| ``moved_indirectly`` | no | anything else, however small |
| ``unmoved`` | either | nothing |

How many are in each fate depends on how the luck of two lives is coupled (Pearl 2009, *Causality*, chapter 9: such
counts are not identified by data); the value moved over all of them does not.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.naive import Reading, readings
from analysis.statistics import Interval, mean_interval

if TYPE_CHECKING:
    import pandas as pd

Flags = NDArray[np.bool_]
Numbers = NDArray[np.int64]

FATES = (
    *("saved", "lost", "subsidised", "moved", "saved_indirectly", "lost_indirectly", "moved_indirectly", "unmoved"),
)
TIERS = {"top 20 %": 0.2, "next 30 %": 0.5, "lower 50 %": 1.0}  # upper end of each, of customers at the start
NEWCOMERS = "not customers yet"
DECILES = 10
FIRM_LINES = "firm_lines"  # payroll, hiring, fixed cost
# what a life consists of, as far as the firm is concerned
LIVED = (
    *("margin_cents", "value", "customer", "ever_customer", "satisfaction", "tenure_years", "given_cents", "cut_cents"),
    *("purchases", "spend_cents", "contacts", "wait_minutes", "spend_after"),
)


class Life(NamedTuple):
    """One run, person by person: `Market.persons`, and the firm's cents that belong to nobody."""

    persons: "pd.DataFrame"
    unallocated: int

    @property
    def profit(self) -> int:
        """Profit of the run in cents."""
        return int(self.persons["margin_cents"].sum()) + self.unallocated


class Pair(NamedTuple):
    """The lives of one replicate; ``frozen`` is the arm's where everybody waits as in the reference."""

    replicate: int
    reference: Life
    arm: Life
    frozen: Life | None = None


@dataclass(frozen=True)
class Amount:
    """Money by replicate, in integer cents."""

    cents: tuple[int, ...]

    @property
    def money(self) -> Interval:
        """Mean over replicates with its interval, currency units."""
        return mean_interval(np.array(self.cents) / 100.0)


@dataclass(frozen=True)
class Group(Amount):
    """A group of people by replicate: how many they are, and the value moved in them (``cents``)."""

    heads: tuple[int, ...]

    @property
    def people(self) -> Interval:
        """Mean number of people with its interval."""
        return mean_interval(self.heads)

    @property
    def each(self) -> Interval:
        """Value moved a head, currency units; replicates in which nobody is in the group are left out."""
        return mean_interval(self.a_head)

    @property
    def a_head(self) -> NDArray[np.float64]:
        """Value moved a head in each replicate (R,), currency units; NaN where nobody is in the group."""
        heads = np.array(self.heads, float)
        each = np.full(len(heads), np.nan)
        np.divide(self.cents, 100.0 * heads, out=each, where=heads > 0)
        return each


@dataclass(frozen=True)
class Part:
    """A part of the people, as a whole and by fate (all of `FATES`, in their order)."""

    whole: Group
    fates: Mapping[str, Group]


@dataclass(frozen=True)
class Effect:
    """A figure's total effect = the direct one, with every wait as in the reference, + what goes through the queue.

    Lines that belong to nobody, as payroll, are no doing of persons or of the queue: they have a total alone.
    """

    figure: str
    total: Interval
    direct: Interval | None = None
    queue: Interval | None = None


@dataclass(frozen=True)
class Twins:
    """An arm's people beside themselves in the reference.

    Attributes:
        arm: its name.
        reference: the other's.
        pairs: their lives, a pair a replicate.
        segment_names: of the need segments, in the order of their numbers.
        programs: of the firm, whose settings differ between the two: the arm itself reaches nobody by another.
    """

    arm: str
    reference: str
    pairs: Sequence[Pair]
    segment_names: Sequence[str] = ()
    programs: Sequence[str] = ()

    @property
    def replicates(self) -> list[int]:
        """The replicates compared."""
        return [pair.replicate for pair in self.pairs]

    @cached_property
    def reached(self) -> bool:
        """Whether programs that differ between the arms reached anybody."""
        lives = [life for pair in self.pairs for life in (pair.reference, pair.arm)]
        return any(bool(reached_by(life.persons, self.programs).any()) for life in lives)

    @cached_property
    def everybody(self) -> Part:
        """All persons of the world."""
        return self._part([np.ones(len(pair.arm.persons), np.bool_) for pair in self.pairs])

    @cached_property
    def segments(self) -> dict[str, Part]:
        """People by need segment."""
        of_each = [pair.reference.persons["segment"].to_numpy() for pair in self.pairs]
        return {
            name: self._part([segments == number for segments in of_each])
            for number, name in enumerate(self.segment_names)
        }

    @cached_property
    def tiers(self) -> dict[str, Part]:
        """People by what they spent with the firm in the year before the watch; last who was no customer then."""
        places = [_place(pair) for pair in self.pairs]
        low, parts = 0.0, {}
        for name, high in TIERS.items():
            parts[name] = self._part([(place >= low) & (place < high) for place in places])
            low = high
        return parts | {NEWCOMERS: self._part([~np.isfinite(place) for place in places])}

    @cached_property
    def deciles(self) -> list[Part]:
        """Customers at the start by tenths of that spend, the highest first: what the program moved in each.

        A firm can know this rank beforehand: an uplift that rises or falls with it says whom to treat.
        """
        tenths = [_place(pair) * DECILES for pair in self.pairs]
        return [self._part([(tenth >= number) & (tenth < number + 1) for tenth in tenths]) for number in range(DECILES)]

    @cached_property
    def firm_lines(self) -> Amount:
        """Difference of what belongs to nobody: payroll, hiring, fixed cost (a higher cost is negative)."""
        return Amount(tuple(pair.arm.unallocated - pair.reference.unallocated for pair in self.pairs))

    @cached_property
    def difference(self) -> Amount:
        """Profit of the arm less that of the reference."""
        return Amount(tuple(pair.arm.profit - pair.reference.profit for pair in self.pairs))

    @cached_property
    def spent(self) -> Amount:
        """What programs spent on persons, price cuts included, over the reference."""
        return Amount(tuple(int(_spent(pair.arm).sum() - _spent(pair.reference).sum()) for pair in self.pairs))

    @cached_property
    def readings(self) -> list[Reading]:
        """What a dashboard would have said of those reached, beside the truth; empty where nobody was, or everybody."""
        if not self.reached:
            return []
        members = [reached_by(pair.arm.persons, self.programs) for pair in self.pairs]
        return readings([(pair.reference.persons, pair.arm.persons) for pair in self.pairs], members)

    @cached_property
    def effects(self) -> list[Effect]:
        """Total effects beside direct ones; empty without lives in which the queue is frozen."""
        frozen = [pair for pair in self.pairs if pair.frozen is not None]
        if not frozen:
            return []
        lines = [(pair.arm.unallocated - pair.reference.unallocated) / 100.0 for pair in frozen]
        margin, *others = (_effect(name, figure, frozen) for name, figure in FIGURES.items())
        return [margin, Effect(FIRM_LINES, mean_interval(lines)), *others]

    def _part(self, chosen: Sequence[Flags]) -> Part:
        """Return the people that ``chosen`` marks in each replicate, (N,) each."""
        marks = list(zip(self._fates, self._moved, chosen, strict=True))
        by_fate = {
            name: _group([(moved, mine & (fate == number)) for fate, moved, mine in marks])
            for number, name in enumerate(FATES)
        }
        return Part(_group([(moved, mine) for _, moved, mine in marks]), by_fate)

    @cached_property
    def _fates(self) -> list[NDArray[np.int8]]:
        return [fates(pair.reference.persons, pair.arm.persons, self.programs) for pair in self.pairs]

    @cached_property
    def _moved(self) -> list[Numbers]:
        """Value moved in each person, cents."""
        return [_column(pair.arm, "margin_cents") - _column(pair.reference, "margin_cents") for pair in self.pairs]


def reached_by(persons: "pd.DataFrame", programs: Sequence[str]) -> Flags:
    """Return whom (N,) any of these programs reached in a life."""
    reached: Flags = persons[[f"reached_{name}" for name in programs]].to_numpy(dtype=np.bool_).any(axis=1)
    return reached


def fates(reference: "pd.DataFrame", arm: "pd.DataFrame", programs: Sequence[str]) -> NDArray[np.int8]:
    """Return each person's fate (N,), as a number in `FATES`; see the module for what each means.

    Args:
        reference: `Market.persons` without the program.
        arm: The same people in the same luck with it.
        programs: Those that differ between the two lives.
    """
    reached = reached_by(reference, programs) | reached_by(arm, programs)
    without, with_it = (table["customer"].to_numpy(dtype=np.bool_) for table in (reference, arm))
    differs = np.zeros(len(arm), np.bool_)
    for column in LIVED:
        differs |= reference[column].to_numpy() != arm[column].to_numpy()
    more = (arm["given_cents"] + arm["cut_cents"] > reference["given_cents"] + reference["cut_cents"]).to_numpy()
    as_ever = (reference["purchases"] == arm["purchases"]).to_numpy()
    saved, lost = with_it & ~without, without & ~with_it
    cases = [~differs, saved & reached, lost & reached, saved, lost, reached & more & as_ever, reached]
    names = ("unmoved", "saved", "lost", "saved_indirectly", "lost_indirectly", "subsidised", "moved")
    return np.select(cases, [FATES.index(name) for name in names], FATES.index("moved_indirectly")).astype(np.int8)


def _place(pair: Pair) -> NDArray[np.float64]:
    """Return the place (N,) in [0, 1) of customers at the start by spend before it, highest first; infinite: others."""
    persons = pair.reference.persons
    rows = np.flatnonzero(persons["initial_customer"].to_numpy(dtype=np.bool_))
    order = np.argsort(-persons["spend_before"].to_numpy(dtype=np.float64)[rows], kind="stable")
    place = np.full(len(persons), np.inf)
    place[rows[order]] = np.arange(rows.size) / max(rows.size, 1)
    return place


def _group(marked: Sequence[tuple[Numbers, Flags]]) -> Group:
    return Group(
        cents=tuple(int(moved[mine].sum()) for moved, mine in marked),
        heads=tuple(int(mine.sum()) for _, mine in marked),
    )


def _column(life: Life, name: str) -> Numbers:
    return life.persons[name].to_numpy(dtype=np.int64)


def _spent(life: Life) -> Numbers:
    return _column(life, "given_cents") + _column(life, "cut_cents")


def _effect(name: str, figure: Callable[[Life], float], pairs: Sequence[Pair]) -> Effect:
    table = np.array(
        [[figure(life) for life in (pair.reference, pair.frozen, pair.arm) if life is not None] for pair in pairs]
    )
    without, frozen, with_it = table.T
    return Effect(
        name, mean_interval(with_it - without), mean_interval(frozen - without), mean_interval(with_it - frozen)
    )


def _margin(life: Life) -> float:
    return float(_column(life, "margin_cents").sum()) / 100.0


def _customers(life: Life) -> float:
    return float(_column(life, "customer").sum())


def _satisfaction(life: Life) -> float:
    persons = life.persons
    return float(persons.loc[persons["ever_customer"], "satisfaction"].mean())


FIGURES = {"margin": _margin, "customers": _customers, "satisfaction": _satisfaction}
