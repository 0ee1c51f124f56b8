"""Staff: who the agents are, and who is on duty when."""

import math
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from sim.call_center.settings import AgentSettings
from sim.draws import Decision, Key, normal


class Staff(NamedTuple):
    """Agents and their roster: from ``starts[i]`` until the next start, agent ``a`` is on duty where ``on_duty[i, a]``.

    Agents are numbered from 0 and keep their number, and so their speed and quality, from period to period.
    """

    speed: NDArray[np.float64]  # shape (agents,): work done per minute
    quality: NDArray[np.float64]  # shape (agents,): factor on the chance to solve
    starts: NDArray[np.float64]  # shape (intervals,): minutes, rising; before the first nobody is on duty
    on_duty: NDArray[np.bool_]  # shape (intervals, agents)

    @classmethod
    def steady(cls, servers: int) -> Self:
        """Return ``servers`` equal agents who never go home."""
        return cls(np.ones(servers), np.ones(servers), np.array([-math.inf]), np.ones((1, servers), bool))

    def rosters(self, since: float, until: float) -> list[tuple[float, frozenset[int]]]:
        """Return who is on duty at ``since``, and then at each change before ``until``: (minute, agents)."""
        first = int(np.searchsorted(self.starts, since, side="right")) - 1
        last = int(np.searchsorted(self.starts, until, side="left"))
        rosters = [(since, self._agents(first) if first >= 0 else frozenset())]
        for interval in range(first + 1, last):
            if interval == 0 or (self.on_duty[interval] != self.on_duty[interval - 1]).any():
                rosters.append((float(self.starts[interval]), self._agents(interval)))
        return rosters

    def _agents(self, interval: int) -> frozenset[int]:
        return frozenset(np.flatnonzero(self.on_duty[interval]).tolist())


def agents_of(
    key: Key, firm_id: int, agents: int, settings: AgentSettings
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return speed and quality of a firm's first ``agents`` agents: lognormal, mean 1.

    Agents are people of the world, not luck of a replicate, so they are drawn with replicate 0.
    """
    past = Key(key.seed, 0)
    spreads = (settings.speed_sd, settings.quality_sd)
    draws = [
        [normal(past, firm_id, 0, Decision.AGENT, 2 * agent + which) for agent in range(agents)] for which in (0, 1)
    ]
    speed, quality = (np.exp(sd * np.array(draw) - sd * sd / 2.0) for sd, draw in zip(spreads, draws, strict=True))
    return speed, quality
