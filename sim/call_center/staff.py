"""Staff: who the agents are, and who is on duty when."""

import math
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.call_center.settings import AgentSettings
from sim.draws import Decision, Key, normal

INTERVAL = 30.0  # minutes


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

    @classmethod
    def nobody(cls) -> Self:
        """Return no staff."""
        return cls.steady(0)

    def rostered_minutes(self, agent: ArrayLike, since: ArrayLike, until: ArrayLike) -> NDArray[np.float64]:
        """Return the minutes between ``since`` and ``until`` for which each ``agent`` is on duty by the roster."""
        if not self.speed.size or not np.isfinite(self.starts).all():
            return np.zeros(np.shape(agent)) if not self.speed.size else np.asarray(until) - np.asarray(since)
        lengths = np.diff(self.starts)[:, None]
        done = np.concatenate([np.zeros((1, self.speed.size)), np.cumsum(self.on_duty[:-1] * lengths, axis=0)])
        return self._duty_until(done, agent, until) - self._duty_until(done, agent, since)
