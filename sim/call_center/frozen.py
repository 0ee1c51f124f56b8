"""A center where everybody waits as in another life of the same people: what a program does without the queue.

A program that changes who calls changes everyone's waits. With the queue frozen at a reference's waits only its direct
effect is left; the rest of the total effect went through the queue. Payroll, hires and the center's own figures are the
reference's too.

A contact that the reference knows (same id) waits, is answered and is talked to as there. One that it does not know
waits as long as the last contact answered there that had arrived before it, at the same firm, of the same skill and
priority (of any, where there was none), and hangs up when that exceeds its patience. A benchmark has no queue to
freeze: its contacts draw their waits by the reference's figures.
"""

from typing import NamedTuple

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.calendar import Window
from sim.call_center import benchmark
from sim.call_center.center import CallCenter, CenterSnapshot, self_served
from sim.call_center.contacts import SLOTS, Cause, Contacts, next_attempts
from sim.call_center.records import Ending, Records
from sim.call_center.rules import LAST_ATTEMPT, Floats, rules_of
from sim.call_center.settings import CallCenterSettings
from sim.call_center.tally import Tally
from sim.call_center.ways_in import SELF_SERVED
from sim.draws import Key

PERIODS = 8192  # more than any world lives


class Answered(NamedTuple):
    """Contacts that were answered, with those of the customers represented: how long one had to wait, and when."""

    skill: NDArray[np.int8]
    priority: NDArray[np.int8]
    arrival: Floats
    wait: Floats
    quality: Floats


class Waits:
    """What the contacts of one center met, period by period, for another life of the same people."""

    def __init__(self, center: CallCenter) -> None:
        """Begin to remember; nothing is known yet."""
        self.center = center
        self.own: list[Records] = []
        self.told: list[Floats] = []  # for each of them, from which minute on its end is known
        self.answered: list[Answered] = []
        self.tallies: list[Tally] = []
        self.wages: list[tuple[float, float]] = []

    def note(self, records: Records, window: Window) -> None:
        """Note a period that the center has served; a benchmark's figures say all there is to know."""
        if self.center.settings.kind == "benchmark":
            return
        own = records.take((records.shadow == 0) & (records.skill != SELF_SERVED))
        self.own.append(own)
        # an agent who got quicker between two periods may have finished a moment before the second began
        self.told.append(np.maximum(own.end, window.start))
        answered = records.take(records.answered)
        self.answered.append(Answered(*(getattr(answered, name) for name in Answered._fields)))
        self.tallies.append(self.center.tally)
        self.wages.append(self.center.wages(window.dt))

    def met(self) -> tuple[Records, Floats]:
        """Return what own contacts met, sorted by `_number`, and when that is known: never of who is under way."""
        state = self.center.snapshot().state
        under_way = state.waiting.and_also(state.in_hand.contacts)
        endless = Records.about(under_way.take(under_way.shadow == 0))
        known = Records._make(np.concatenate(columns) for columns in zip(*self.own, endless, strict=True))
        told = np.concatenate([*self.told, np.full(endless.end.size, np.inf)])
        order = np.argsort(_number(known), kind="stable")
        return known.take(order), told[order]


def frozen(settings: CallCenterSettings, firm_id: int, key: Key, model: mesa.Model | None, waits: Waits) -> CallCenter:
    """Return a center in which contacts wait as those of another life did, whatever ``settings`` say of that."""
    then = waits.center.settings
    as_then = settings.model_copy(update={"kind": then.kind, "benchmark": then.benchmark})
    if then.kind == "benchmark":
        return CallCenter(as_then, firm_id, key, model)
    return FrozenCenter(as_then, firm_id, key, model, waits)


class FrozenCenter(CallCenter):
    """A center whose contacts wait as those of another life did."""

    def __init__(
        self, settings: CallCenterSettings, firm_id: int, key: Key, model: mesa.Model | None, waits: Waits
    ) -> None:
        """Open a center that answers by ``waits``, from the first period of the watch on."""
        super().__init__(settings, firm_id, key, model)
        self._waits = waits
        self._met, self._told = waits.met()
        self._numbers = _number(self._met)
        answered = Answered._make(np.concatenate(columns) for columns in zip(*waits.answered, strict=True))
        self._answered = Answered._make(column[np.argsort(answered.arrival, kind="stable")] for column in answered)
        self._pending = Contacts.blank(0)
        self._period = -1

    def restore(self, snapshot: CenterSnapshot) -> None:
        """Take up what is under way; who stands for the customers represented is not needed."""
        super().restore(snapshot)
        state = snapshot.state
        under_way = Contacts.together([state.waiting, state.in_hand.contacts, state.to_come])
        self._pending = under_way.take(under_way.shadow == 0)

    def plan(self, window: Window, forecast: float) -> None:
        """Plan nothing: staff is as it was."""

    def serve(self, contacts: Contacts, window: Window) -> Records:
        """Return the records of own contacts that end in a period; the `tally` is the remembered one."""
        self._period += 1
        self.tally = self._waits.tallies[self._period]
        alone = contacts.skill == SELF_SERVED
        pending = contacts.take((contacts.shadow == 0) & ~alone).and_also(self._pending)
        ended, later = [self_served(contacts.take(alone & (contacts.shadow == 0)))], []
        rules = rules_of(self.settings, self.key)
        while pending.person.size:
            records, told = self._outcome(pending)
            benchmark.close(pending, rules, records, records.answered)
            over = told < window.end
            again = over & np.isfinite(records.again)
            ended.append(records.take(over))
            later.append(pending.take(~over))
            pending = next_attempts(rules, pending.take(again), records.again[again])
        self._pending = Contacts.together([Contacts.blank(0), *later])
        return Records.together(ended)

    def wages(self, years: float) -> tuple[float, float]:
        """Return the remembered payroll and cost of hires."""
        return self._waits.wages[self._period]

    def _outcome(self, contacts: Contacts) -> tuple[Records, Floats]:
        """Return how contacts wait, are answered and are talked to, and when that is known."""
        numbers = _number(contacts)
        place = np.minimum(np.searchsorted(self._numbers, numbers), max(self._numbers.size - 1, 0))
        known = self._numbers[place] == numbers if self._numbers.size else np.zeros(numbers.size, bool)
        records = Records.about(contacts)
        self._wait_anew(contacts, records, np.flatnonzero(~known))
        met = self._met.take(place[known])
        for name in ("wait", "ending", "called_back", "handle", "quality"):
            getattr(records, name)[known] = getattr(met, name)
        later = contacts.arrival[known] - met.arrival
        records.end[known] = met.end + later
        told = records.end.copy()
        told[known] = self._told[place[known]] + later
        return records, told

    def _wait_anew(self, contacts: Contacts, records: Records, rows: NDArray[np.intp]) -> None:
        """Write the outcome of contacts that the reference does not know, served by an agent of speed 1."""
        wait, quality = np.zeros(rows.size), np.ones(rows.size)
        kinds = np.column_stack([contacts.skill[rows], contacts.priority[rows]])
        for skill, priority in np.unique(kinds, axis=0):
            mine = np.flatnonzero((kinds == (skill, priority)).all(axis=1))
            alike = self._alike(skill, priority)
            last = np.searchsorted(alike.arrival, contacts.arrival[rows[mine]], side="right") - 1
            found = last >= 0
            wait[mine[found]], quality[mine[found]] = alike.wait[last[found]], alike.quality[last[found]]
        patience = contacts.patience[rows]
        answered = wait <= patience
        records.ending[rows] = np.where(answered, Ending.ANSWERED, Ending.ABANDONED)
        records.wait[rows] = np.minimum(wait, patience)
        records.quality[rows] = np.where(answered, quality, 0.0)
        records.handle[rows] = np.where(answered, contacts.work[rows], 0.0)
        records.end[rows] = contacts.arrival[rows] + records.wait[rows] + records.handle[rows]

    def _alike(self, skill: int, priority: int) -> Answered:
        answered = self._answered
        same = (answered.skill == skill) & (answered.priority == priority)
        return Answered._make(column[same] for column in answered) if same.any() else answered


def _number(contacts: Contacts | Records) -> NDArray[np.int64]:
    """Return a number for each own contact that no other has: person, period, cause, slot, attempt."""
    number = contacts.person.astype(np.int64) * PERIODS + contacts.period
    number = (number * len(Cause) + contacts.cause) * SLOTS + contacts.slot
    numbers: NDArray[np.int64] = number * (LAST_ATTEMPT + 1) + contacts.attempt
    return numbers
