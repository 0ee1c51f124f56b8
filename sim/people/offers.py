"""What firms put before people in a period: the terms of each firm, and what its programs add for each person."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

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
    """What programs do to each relationship in this period; all neutral at the start of a period."""

    pull: NDArray[np.float32]  # (N, F) utility added
    price_factor: NDArray[np.float32]  # (N, F) on the price
    growth: NDArray[np.float32]  # (N, F) log factor on the purchase rate (repertoire market)
    at_stake: NDArray[np.float32]  # (N, F) money that leaving would forfeit, currency units


def no_offers(people: int, firms: int) -> Offers:
    """Return offers that do nothing."""

    def zeros() -> NDArray[np.float32]:
        return np.zeros((people, firms), np.float32)

    return Offers(zeros(), np.ones((people, firms), np.float32), zeros(), zeros())


def clear(offers: Offers, firm: int) -> None:
    """Make a firm's offers neutral again, in place."""
    offers.pull[:, firm] = 0.0
    offers.price_factor[:, firm] = 1.0
    offers.growth[:, firm] = 0.0
    offers.at_stake[:, firm] = 0.0
