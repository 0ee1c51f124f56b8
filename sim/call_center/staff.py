"""Staff: who the agents are as an engine sees them, and who is available when."""

import math
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from sim.call_center.settings import CallCenterSettings
from sim.settings import once


class Staff(NamedTuple):
    """Agents and their roster: from ``starts[i]`` until the next start, agent ``a`` is on duty where ``on_duty[i, a]``.

    Agents are numbered from 0 and keep their number from period to period.
    """

    speed: NDArray[np.float64]  # shape (agents,): work done per minute
    quality: NDArray[np.float64]  # shape (agents,): factor on the chance to solve
    choice: NDArray[np.int8]  # shape (agents, skills): 1 first choice, 2 second choice, 0 never
    starts: NDArray[np.float64]  # shape (intervals,): minutes, rising; before the first nobody is on duty
    on_duty: NDArray[np.bool_]  # shape (intervals, agents): and not on a break
    breaks: NDArray[np.bool_]  # shape (intervals, agents): on a paid break

    @classmethod
    def steady(cls, servers: int, skills: int = 1) -> Self:
        """Return ``servers`` equal agents of every skill who never go home."""
        alike, able = np.ones(servers), np.ones((servers, skills), np.int8)
        always = np.ones((1, servers), bool)
        return cls(alike, alike, able, np.array([-math.inf]), always, ~always)

    def rosters(self, since: float, until: float) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return who is available at ``since``, and then at each change before ``until``: minutes, (rows, agents)."""
        first = int(np.searchsorted(self.starts, since, side="right")) - 1
        last = max(first + 1, int(np.searchsorted(self.starts, until, side="left")))
        rows = self.on_duty[max(first, 0) : last]
        minutes = np.maximum(self.starts[max(first, 0) : last], since)
        if first < 0:
            rows = np.concatenate([np.zeros((1, self.speed.size), bool), rows])
            minutes = np.concatenate([[since], minutes])
        changed = np.concatenate([[True], (rows[1:] != rows[:-1]).any(axis=1)])
        return minutes[changed], rows[changed]


@once
def choices(settings: CallCenterSettings) -> NDArray[np.int8]:
    """Return what each group takes, shape (groups, skills): 1 first choice, 2 second choice, 0 never."""
    table = np.zeros((len(settings.groups), len(settings.skills)), np.int8)
    for row, group in zip(table, settings.groups.values(), strict=True):
        first = group.first or tuple(settings.skills)
        for place, skill in enumerate(settings.skills):
            row[place] = 1 if skill in first else 2 if skill in group.second else 0
    return table
