"""Who is in the world: people as columns.

A row is a person for life. Columns are float32 at rest; rules and sums work in float64. ``N`` people, ``F`` firms, five
attributes of an offer. Ids mean the same in every arm: an entrant has a row from the start and an ``entry`` period.
"""

from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Bytes = NDArray[np.int8]
Flags = NDArray[np.bool_]
Counts = NDArray[np.int32]

NOBODY = -1  # provider of a person without one
NEVER = 1.0e6  # years since somebody who never was there was last there


class Attribute(IntEnum):
    """What an offer consists of."""

    PRODUCT = 0
    PRICE_FAIRNESS = 1
    SERVICE = 2
    CONVENIENCE = 3
    PERSONAL = 4


class People(NamedTuple):
    """The columns. Comment: range, unit."""

    # traits, drawn once
    entry: Counts  # (N,) period from which the person is in the world
    segment: Bytes  # (N,) need segment
    importance: Floats  # (N, 5) weights of the attributes, sum to 1
    frailty: Floats  # (N,) of leaving, mean 1 (gamma); with the beta kind a yearly hazard of its own
    price_sensitivity: Floats  # (N,) utility per log price
    revenue_level: Floats  # (N,) of a subscriber's fee, mean 1
    purchase_rate: Floats  # (N,) category purchases a year
    spend_level: Floats  # (N,) mean spend per purchase, currency units
    spend_shape: Floats  # (N,) gamma shape of the amounts around it
    dropout: Floats  # (N,) chance to lapse after a purchase
    failure_proneness: Floats  # (N,) mean 1
    contact_rate: Floats  # (N,) questions a year
    patience: Floats  # (N,) factor on the center's mean patience
    voice: Floats  # (N,) readiness to complain, log-odds around 0
    e_skill: Floats  # (N,) 0-1
    incentive_seeking: Floats  # (N,) 0-1
    taste: Floats  # (N, F) lasting and known, utility
    match: Floats  # (N, F) lasting, felt only by using the firm, attribute scale
    # states of a person
    provider: Bytes  # (N,) firm of a subscriber, or the firm bought from last; NOBODY
    price_salience: Floats  # (N,) tenths of recent price rise
    contact_salience: Floats  # (N,) recent outreach that made one think of the firm
    # states of a relationship
    alive: Flags  # (N, F) has not silently lapsed for good
    customer: Flags  # (N, F) counted as a customer at the end of the last period
    since: Floats  # (N, F) years since last with, or last purchase; NEVER
    tenure: Floats  # (N, F) years of the present relationship
    expectation: Floats  # (N, F, 5) will-expectation per attribute, 0-1
    satisfaction: Floats  # (N, F) 0-1
    commitment: Floats  # (N, F) 0-1
    habit: Floats  # (N, F) 0-1
    bond: Floats  # (N, F) personal bond, 0-1
    problem: Floats  # (N, F) severity of the open problem, 0 none - 1
    voiced: Flags  # (N, F) the open problem was brought to the firm
    recent_spend: Floats  # (N, F) spend that fades over twelve months, currency units


def copy_of(people: People) -> People:
    """Return the same people in arrays of their own."""
    return People._make(column.copy() for column in people)
