"""A firm's call center through the periods: it plans, serves, counts, and carries on where it was."""

from typing import NamedTuple

from sim.calendar import Window
from sim.call_center import benchmark, simpy_engine
from sim.call_center.contacts import LAST_ATTEMPT, Contacts, rules_of
from sim.call_center.hours import WEEK
from sim.call_center.records import NOT_BEGUN, CenterState, Records
from sim.call_center.settings import CallCenterSettings
from sim.call_center.staff import Staff
from sim.call_center.staffing import plan
from sim.call_center.tally import Tally, tally
from sim.draws import Key


class CenterSnapshot(NamedTuple):
    """A center between two periods: all that it remembers."""

    state: CenterState
    offered: float | None  # contacts in the last period
    agents: int  # that it has had


class CallCenter:
    """The call center of one firm.

    Attributes:
        settings: What a strategy may change between periods.
        key: Seed and replicate of the luck of its callers.
        staff: This period's agents and roster; None in a benchmark and before the first plan.
        tally: The last period's counts, minutes and hours (see `sim.call_center.tally`).
    """

    def __init__(self, settings: CallCenterSettings, firm_id: int, key: Key) -> None:
        """Open a center with nothing under way; ``firm_id`` is the stable id that its agents are drawn from."""
        self.settings = settings
        self.firm_id = firm_id
        self.key = key
        self.staff: Staff | None = None
        self.tally: Tally = {}
        self._memory = CenterSnapshot(CenterState(), None, 0)

    def plan(self, window: Window, forecast: float) -> None:
        """Make the roster of a period.

        The first one is made for ``forecast``: the needs of the firm's own customers expected in a week. Each
        stands for the customers represented and calls until it is met. The others are made for what the last period
        brought.
        """
        if self.settings.kind == "benchmark":
            self.staff = None
            return
        _, offered, agents = self._memory
        if offered is None:
            unmet = (1.0 - self.settings.resolution) * self.settings.repeat.chance
            attempts = 1.0 / max(1.0 - unmet, 1.0 / (LAST_ATTEMPT + 1))
            weeks = (window.end - window.start) / WEEK
            offered = forecast * weeks * self.settings.customers_represented * attempts
        self.staff = plan(self.settings, self.key, self.firm_id, window, offered, agents)
        self._memory = self._memory._replace(agents=self.staff.speed.size)

    def serve(self, contacts: Contacts, window: Window) -> Records:
        """Serve a period; return the records of the contacts that ended in it, and keep the `tally`.

        Raises:
            ValueError: The window does not follow the last one, or an own center has no plan.
        """
        before, _, agents = self._memory
        if before.now == NOT_BEGUN:
            before = before._replace(now=window.start)
        if before.now != window.start:
            raise ValueError(f"the center stands at minute {before.now}; a period from {window.start} does not follow")
        rules = rules_of(self.settings, self.key)
        if self.settings.kind == "benchmark":
            after, records = benchmark.serve(before, contacts, self.settings.benchmark, rules, window.end)
        elif self.staff is not None:
            after, records = simpy_engine.serve(before, contacts, self.staff, rules, window.end)
        else:
            raise ValueError("plan the staff before contacts are served")
        self.tally = tally(self.settings, window, contacts, before, after, records, self.staff)
        self._memory = CenterSnapshot(after, self.tally["offered"], agents)
        return records

    def snapshot(self) -> CenterSnapshot:
        """Return all that the center remembers; plain data."""
        return self._memory

    def restore(self, snapshot: CenterSnapshot) -> None:
        """Carry on from a snapshot."""
        self._memory = snapshot
