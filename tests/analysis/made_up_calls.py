"""A made-up call log whose laws are known: Poisson-gamma days, lognormal handle times, Weibull patience, redials."""

import heapq
import math
from pathlib import Path

import numpy as np
import pandas as pd

WEIGHTS = np.array([1.0, 2.0, 3.0, 2.0, 1.5, 1.0])  # 9:00 to 15:00
HANDLE_MEAN, HANDLE_LOG_SD = 240.0, 0.8
PATIENCE_SHAPE, PATIENCE_SCALE = 0.8, 180.0
DAY_SPREAD = 0.25


def made_up_calls(days: int = 60, a_day: float = 160.0, agents: int = 4, wrap_up: float = 0.0) -> pd.DataFrame:
    """Return calls of weekdays from Monday 2024-01-01, served first come first served by agents who are always there.

    Columns: ``arrival`` (time stamp), ``wait`` and ``handle`` (whole seconds), ``outcome``, ``agent``, ``customer``.
    """
    rng = np.random.default_rng(4)
    rows = []
    for day in pd.bdate_range("2024-01-01", periods=days):
        busy = rng.gamma(1 / DAY_SPREAD**2, DAY_SPREAD**2)
        hours = rng.choice(len(WEIGHTS), rng.poisson(a_day * busy), p=WEIGHTS / WEIGHTS.sum())
        arrivals = np.sort(9 * 3600 + 3600 * hours + rng.uniform(0, 3600, len(hours)))
        rows += _served(day, arrivals, rng, agents, wrap_up)
    return pd.DataFrame(rows, columns=["arrival", "wait", "handle", "outcome", "agent", "customer"])


def _served(day: pd.Timestamp, arrivals: np.ndarray, rng: np.random.Generator, agents: int, wrap_up: float) -> list:
    free = [(0.0, agent) for agent in range(agents)]
    rows = []
    center = math.log(HANDLE_MEAN) - HANDLE_LOG_SD**2 / 2
    for arrival in arrivals:
        at, agent = free[0]
        offered, patience = max(0.0, at - arrival), PATIENCE_SCALE * rng.weibull(PATIENCE_SHAPE)
        work = math.ceil(math.exp(center + HANDLE_LOG_SD * rng.normal()))
        answered = patience > offered
        if answered:
            heapq.heapreplace(free, (arrival + offered + work + wrap_up, agent))
        wait = math.ceil(min(offered, patience))
        rows.append(
            (
                (day + pd.Timedelta(seconds=int(arrival))),
                wait,
                work if answered else 0,
                "answered" if answered else "abandoned",
                f"agent {agent}" if answered else "",
                f"c{rng.integers(10_000)}",
            )
        )
    return rows


def write_calls(file: Path, calls: pd.DataFrame) -> Path:
    """Write calls as a telephone system might: day and time apart, waits with a colon."""
    table = pd.DataFrame(
        {
            "Call date": calls["arrival"].dt.strftime("%d/%m/%Y"),
            "Time": calls["arrival"].dt.strftime("%H:%M:%S"),
            "Queue time": [f"{wait // 60}:{wait % 60:02}" for wait in calls["wait"]],
            "Talk time": calls["handle"],
            "Outcome": calls["outcome"],
            "Agent": calls["agent"],
            "Customer": calls["customer"],
        }
    )
    table.to_csv(file, index=False, sep=";")
    return file
