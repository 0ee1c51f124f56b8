"""Dealings: what passed between each firm and each person in the watch, from which twins are told apart.

Programs need not say whom they reach: it shows in what they put before people (``Offers``) and in what the books say
was spent on them. So a new program is counted rightly without a line of its own.
"""

import numpy as np
from numpy.typing import NDArray

from sim.call_center.records import Ending, Records
from sim.ledger import Ledger
from sim.people.buy import Purchases
from sim.people.offers import Offers


class Dealings:
    """Sums of the watch; a row a firm, so that one firm's column of people lies together.

    Attributes:
        offered: (F, N) whether a program of the firm ever put something before the person.
        purchases: (F, N) fees paid or orders made.
        spend: (F, N) cents paid for them.
        cuts: (F, N) cents that programs took off their prices.
        contacts: (F, N) contacts that ended, further attempts included.
        waits: (F, N) minutes waited in them, until answered or hung up.
    """

    def __init__(self, people: int, firms: int) -> None:
        """Begin with nothing."""
        self.offered: NDArray[np.bool_] = np.zeros((firms, people), np.bool_)
        self.purchases: NDArray[np.int64] = np.zeros((firms, people), np.int64)
        self.spend: NDArray[np.int64] = np.zeros((firms, people), np.int64)
        self.cuts: NDArray[np.int64] = np.zeros((firms, people), np.int64)
        self.contacts: NDArray[np.int64] = np.zeros((firms, people), np.int64)
        self.waits: NDArray[np.float64] = np.zeros((firms, people))

    def note_offers(self, firm: int, offers: Offers) -> None:
        """Note before whom a firm's programs put something in this period."""
        for column, neutral in zip(offers, (0.0, 1.0, 0.0, 0.0), strict=True):
            self.offered[firm] |= column[:, firm] != neutral

    def note_purchases(self, firm: int, own: Purchases, offers: Offers) -> None:
        """Note a firm's purchases of this period, and what programs took off their prices, rounded once each."""
        np.add.at(self.purchases[firm], own.person, 1)
        np.add.at(self.spend[firm], own.person, own.cents)
        factor = offers.price_factor[own.person, firm].astype(np.float64)
        cut = np.flatnonzero(factor != 1.0)
        if cut.size:
            off = np.floor(own.cents[cut] * (1.0 / factor[cut] - 1.0) + 0.5).astype(np.int64)
            np.add.at(self.cuts[firm], own.person[cut], off)

    def note_contacts(self, firm: int, own: Records) -> None:
        """Note the contacts of a firm's own people that ended in this period; who met self-service is none."""
        served = own.ending != Ending.CONTAINED
        np.add.at(self.contacts[firm], own.person[served], 1)
        np.add.at(self.waits[firm], own.person[served], own.wait[served])

    def reached(self, firm: int, ledger: Ledger) -> NDArray[np.bool_]:
        """Return to whom (N,) the firm's programs offered, said or gave something in the watch."""
        reached: NDArray[np.bool_] = self.offered[firm] | ledger.reached[:, firm]
        return reached
