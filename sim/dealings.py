"""Dealings: what passed between each firm and each person in the watch, from which twins are told apart.

Programs need not say whom they reach: it shows in what they put before people (``Offers``) and in what the books say
was spent on them while they are at work. So a new program is counted rightly without a line of its own.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.call_center.records import Ending, Records
from sim.kernel import double, loop
from sim.ledger import Kept, Ledger
from sim.people.buy import Purchases
from sim.people.offers import Offers

if TYPE_CHECKING:
    from sim.firms.program import Program


class Dealings:
    """Sums of the watch; a row a firm, so that one firm's column of people lies together.

    What never happens to a firm's people is never written, and costs no memory.

    Attributes:
        purchases: (F, N) fees paid or orders made.
        spend: (F, N) cents paid for them.
        cuts: (F, N) cents that programs took off their prices.
        contacts: (F, N) contacts that ended, further attempts included.
        waits: (F, N) minutes waited in them, until answered or hung up.
    """

    def __init__(self, people: int, firms: int, kept: Kept = "all", focal: int = 0) -> None:
        """Begin with nothing; ``kept`` of all firms or of the ``focal`` one (see `Market`), or its contacts alone."""
        self.only = None if kept == "all" else focal
        self.contacts: NDArray[np.int32] = np.zeros((firms, people), np.int32)
        people = people if kept != "figures" else 0
        self.purchases: NDArray[np.int32] = np.zeros((firms, people), np.int32)
        self.spend: NDArray[np.int64] = np.zeros((firms, people), np.int64)
        self.cuts: NDArray[np.int64] = np.zeros((firms, people), np.int64)
        self.waits: NDArray[np.float64] = np.zeros((firms, people))
        self._before = Offers._make(np.empty((len(Offers._fields), people), np.float32))

    @contextmanager
    def offering(self, program: "Program", offers: Offers, ledger: Ledger) -> Iterator[None]:
        """Note before whom a program puts something in here, and on whom it spends something."""
        if not self.purchases.size:
            yield
            return
        own = Offers._make(column[:, program.firm.number] for column in offers)
        for before, column in zip(self._before, own, strict=True):
            before[:] = column
        with ledger.noting(program.reached):
            yield
        _note_changes(self._before, own, program.reached)

    def note_purchases(self, firm: int, own: Purchases, offers: Offers) -> None:
        """Note a firm's purchases of this period, and what programs took off their prices, rounded once each."""
        if self.only not in (None, firm) or not self.purchases.size:
            return
        _add_purchases(
            self.purchases[firm], self.spend[firm], self.cuts[firm], own.person, own.cents, offers.price_cut[:, firm]
        )

    def note_contacts(self, firm: int, own: Records) -> None:
        """Note the contacts of a firm's own people that ended in this period; who met self-service is none."""
        if self.only not in (None, firm):
            return
        _add_contacts(self.contacts[firm], self.waits[firm], own.person, own.wait, own.ending != Ending.CONTAINED)


@loop
def _note_changes(before: Offers, now: Offers, reached: NDArray[np.bool_]) -> None:
    """Mark whose offers of a firm, columns (N,), are no longer what they were."""
    for person in range(reached.size):
        if (
            now.pull[person] != before.pull[person]
            or now.price_cut[person] != before.price_cut[person]
            or now.extra[person] != before.extra[person]
            or now.growth[person] != before.growth[person]
            or now.at_stake[person] != before.at_stake[person]
            or now.barrier[person] != before.barrier[person]
            or now.alarm[person] != before.alarm[person]
            or now.closed[person] != before.closed[person]
        ):
            reached[person] = True


@loop
def _add_purchases(
    purchases: NDArray[np.int32],
    spend: NDArray[np.int64],
    cuts: NDArray[np.int64],
    person: NDArray[np.int64],
    cents: NDArray[np.int64],
    price_cut: NDArray[np.float32],
) -> None:
    """Add each purchase, its cents and what was cut off its price to its person's place in three columns."""
    for row in range(person.size):
        who, factor = person[row], 1.0 - double(price_cut[person[row]])
        purchases[who] += 1
        spend[who] += cents[row]
        if factor != 1.0:
            cuts[who] += math.floor(cents[row] * (1.0 / factor - 1.0) + 0.5)


@loop
def _add_contacts(
    contacts: NDArray[np.int32],
    waits: NDArray[np.float64],
    person: NDArray[np.int64],
    wait: NDArray[np.float64],
    served: NDArray[np.bool_],
) -> None:
    """Add each contact that was served, and its wait, to its person's place in two columns."""
    for row in range(person.size):
        if served[row]:
            contacts[person[row]] += 1
            if waits.size:
                waits[person[row]] += wait[row]
