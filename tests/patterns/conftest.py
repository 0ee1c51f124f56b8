"""Settled default worlds, lived once for all tests of a process."""

from typing import Any, NamedTuple

import pytest

from benchmarks.default_worlds.targets import default
from sim.market import Snapshot, settle
from sim.world import World

SMALL: dict[str, Any] = {"people": 16_000, "burn_in_years": 14.0}
SEEN = 70_000 / (0.4 * 16_000)  # customers for whom one of the focal firm's stands, as many in all as in the full world


class Settled(NamedTuple):
    base: World
    start: Snapshot

    def with_rule(self, room: str, **values: float) -> World:
        """The same world and past, but a rule is another from the first watched day on."""
        return self.base.model_copy(update={room: getattr(self.base, room).model_copy(update=values)})


@pytest.fixture(scope="session")
def telecom() -> Settled:
    """The queue is served for the last quarter, which teaches it its load; most tests go on without one."""
    served = default("telecom", **SMALL, queue=True, represented=SEEN, served_burn_in_years=0.25)
    return Settled(default("telecom", **SMALL, years=2.0), settle(served))


@pytest.fixture(scope="session")
def shop() -> Settled:
    base = default("shop", 4_000, years=1.0, burn_in_years=5.0)
    return Settled(base, settle(base))
