"""A calendar of events: a binary heap for each kind, and the time at which each kind is due next.

Events of one kind go by time, those of one instant in the order of their creation. An event carries a tag: the number
of its creation above, what it is about (a row of a table) below. The heaps are an array ``events`` of `EVENT`, shape
(kinds, room); what else a calendar needs is in a record with the fields of `clock`. Nothing is ever taken out of the
middle: an event that no longer holds finds its guard closed.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.kernel import woven

EVENT = np.dtype([("time", np.float64), ("tag", np.int64)], align=True)
BITS = 32  # of a tag, for what the event is about
ABOUT = (1 << BITS) - 1


def clock(kinds: int) -> list[tuple[Any, ...]]:
    """Return the fields that a record needs to keep a calendar of so many ``kinds`` of events."""
    return [
        ("due", np.float64, (kinds,)),  # time of the next event of each kind; infinite: none
        ("size", np.int64, (kinds,)),  # events to come of each kind
        ("created", np.int64),  # how many events there ever were
    ]


def about(clock: Any, events: NDArray[np.void], kind: int) -> NDArray[np.int64]:
    """Return what the events of a kind are about, in the order of their creation."""
    what: NDArray[np.int64] = np.sort(events[kind, : clock["size"][kind]]["tag"]) & ABOUT
    return what


@woven
def schedule(clock: Any, events: NDArray[np.void], kind: int, time: float, what: int) -> int:
    """Create an event about ``what`` (0 to 2^32 - 1); return the number of its creation."""
    number, end = int(clock["created"]), int(clock["size"][kind])
    clock["created"] = number + 1
    clock["size"][kind] = end + 1
    _rise(events[kind], end, time, (number << BITS) | what)
    clock["due"][kind] = events[kind, 0]["time"]
    return number


@woven
def take_next(clock: Any, events: NDArray[np.void], kind: int) -> int:
    """Take the next event of a kind off the calendar; return its tag.

    The hole at the top sinks to the bottom, and the last event rises from there: nearly all belong there, and no
    processor could guess at each step whether this one does.
    """
    heap, last = events[kind], int(clock["size"][kind]) - 1
    tag = int(heap[0]["tag"])
    clock["size"][kind] = last
    hole, child = 0, 1
    while child < last:
        if child + 1 < last:
            child += _before(heap[child + 1], heap[child])
        heap[hole]["time"] = heap[child]["time"]
        heap[hole]["tag"] = heap[child]["tag"]
        hole, child = child, 2 * child + 1
    _rise(heap, hole, heap[last]["time"], heap[last]["tag"])
    clock["due"][kind] = heap[0]["time"] if last > 0 else np.inf
    return tag


@woven
def _rise(heap: NDArray[np.void], hole: int, time: float, tag: int) -> None:
    """Put an event into a hole of a heap, or above it as far as it goes before others."""
    while hole > 0:
        above = heap[(hole - 1) >> 1]
        if above["time"] < time or (above["time"] == time and above["tag"] < tag):
            break
        heap[hole]["time"] = above["time"]
        heap[hole]["tag"] = above["tag"]
        hole = (hole - 1) >> 1
    heap[hole]["time"] = time
    heap[hole]["tag"] = tag


@woven
def _before(one: np.void, other: np.void) -> int:
    """Return 1 where an event goes before another, else 0: a number to count with, not a branch to guess."""
    return int((one["time"] < other["time"]) | ((one["time"] == other["time"]) & (one["tag"] < other["tag"])))
