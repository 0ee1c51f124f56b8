"""What firms put before people in a period: the terms of each firm, and what is added for each person.

Programs add to it, and the further parts of the mind: what they make of a firm shows where choices are made.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernel import double, inlined, loop

Doubles = NDArray[np.float64]


class Terms(NamedTuple):
    """The levers of ``F`` firms as kernels read them; rebuilt when a lever moves."""

    ids: NDArray[np.int64]  # (F,) stable ids
    level: Doubles  # (F, 5) what is delivered per attribute, 0-1; also the firm's public reputation
    promise: Doubles  # (F, 5) what is promised
    price: Doubles  # (F,) relative to the market's reference price
    fee: Doubles  # (F,) a month, currency units (subscription)
    brand: Doubles  # (F,) utility
    failures: Doubles  # (F,) a year (subscription) or an order (repertoire), for a person of mean proneness


class Offers(NamedTuple):
    """What is added to each relationship in this period; all 0 at the start of a period."""

    pull: NDArray[np.float32]  # (N, F) utility added
    price_cut: NDArray[np.float32]  # (N, F) share taken off the price, below 1
    extra: NDArray[np.float32]  # (N, F) share by which more is bought for a fee or at a purchase, above -1
    growth: NDArray[np.float32]  # (N, F) log factor on the purchase rate (repertoire market)
    at_stake: NDArray[np.float32]  # (N, F) money that leaving would forfeit, currency units
    barrier: NDArray[np.float32]  # (N, F) utility that leaving would cost besides
    alarm: NDArray[np.float32]  # (N, F) log factor on the hazard of thinking about leaving: ethics and privacy
    closed: NDArray[np.bool_]  # (N, F) a contract keeps the choice closed (subscription)


def no_offers(people: int, firms: int) -> Offers:
    """Return offers that do nothing."""

    def zeros() -> NDArray[np.float32]:
        return np.zeros((people, firms), np.float32)

    closed = np.zeros((people, firms), np.bool_)
    return Offers(zeros(), zeros(), zeros(), zeros(), zeros(), zeros(), zeros(), closed)


@inlined
def price_to(person: int, firm: int, terms: Terms, offers: Offers) -> float:
    """Return the price that a firm asks of a person, relative to the market's reference price."""
    return double(terms.price[firm]) * (1.0 - double(offers.price_cut[person, firm]))


def cut_price(offers: Offers, to: NDArray[np.bool_], firm: int, share: float) -> None:
    """Take a share off what a firm's price still is to some persons ``to`` (N,)."""
    offers.price_cut[to, firm] = 1 - (1 - offers.price_cut[to, firm]) * np.float32(1.0 - share)


@loop
def clear(offers: Offers, firm: int) -> None:
    """Make a firm's offers neutral again, in place. What is neutral is not written: memory never written costs none."""
    for person in range(offers.pull.shape[0]):
        for column in (
            offers.pull, offers.price_cut, offers.extra, offers.growth, offers.at_stake, offers.barrier, offers.alarm,
        ):  # fmt: skip
            if column[person, firm] != 0.0:
                column[person, firm] = 0.0
        if offers.closed[person, firm]:
            offers.closed[person, firm] = False


class Leanings(NamedTuple):
    """What the further parts of the mind add to feelings in this period; all 0 without them."""

    fit: NDArray[np.float32]  # (N, F) performance of the personal attribute, attribute scale
    regard: NDArray[np.float32]  # (N, F) performance as a whole, attribute scale: how a person looks at the firm
    commitment: NDArray[np.float32]  # (N, F) what commitment goes towards, log-odds
    gain: Doubles  # (5,) weight of being better than expected in each attribute
    loss: Doubles  # (5,) weight of being worse than expected in it


def no_leanings(people: int, firms: int) -> Leanings:
    """Return leanings of nobody."""
    fit, regard, commitment = (np.zeros((people, firms), np.float32) for _ in range(3))
    return Leanings(fit, regard, commitment, np.zeros(5), np.zeros(5))
