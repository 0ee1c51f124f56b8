"""Settled default worlds, lived once for all tests of a process."""

from typing import NamedTuple

import pytest

from analysis.compose import world
from benchmarks.default_worlds.targets import NO_QUEUE, SHOP, TELECOM
from sim.market import Snapshot, settle
from sim.world import World


class Settled(NamedTuple):
    base: World
    start: Snapshot

    def with_rule(self, room: str, **values: float) -> World:
        """The same world and past, but a rule is another from the first watched day on."""
        return self.base.model_copy(update={room: getattr(self.base, room).model_copy(update=values)})


def settled(*words: str) -> Settled:
    base = world(*words, NO_QUEUE)
    return Settled(base, settle(base))


@pytest.fixture(scope="session")
def telecom() -> Settled:
    return settled(*TELECOM, "customers.count=20000", "calendar.years=2")


@pytest.fixture(scope="session")
def shop() -> Settled:
    return settled(*SHOP, "customers.count=5000", "calendar.years=1", "calendar.burn_in_years=6")
