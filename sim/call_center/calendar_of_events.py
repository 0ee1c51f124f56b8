"""SimPy as a calendar of events: an entry is an instant, a kind, and what to call."""

from collections.abc import Callable
from heapq import heappush
from typing import Any

import simpy
from simpy.events import EventPriority

type Callbacks = list[Callable[[Any], None]]
"""What SimPy calls when an event happens; the entries of one kind share one list."""


class Entry(simpy.Event):
    """One entry in the calendar: what happens, and to whom."""

    _ok = True
    _value = None

    def __init__(self, callbacks: Callbacks, subject: Any) -> None:
        self.callbacks = callbacks
        self.subject = subject


class Calendar(simpy.Environment):
    """SimPy's calendar, with entries at an exact minute: ``now + (minute - now)`` may be another number."""

    def at(self, minute: float, kind: EventPriority, callbacks: Callbacks, subject: Any) -> Entry:
        """Enter what happens at ``minute``; entries of one instant go by kind, then in the order of their creation."""
        entry = Entry(callbacks, subject)
        heappush(self._queue, (minute, kind, next(self._eid), entry))
        return entry
