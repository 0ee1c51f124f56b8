"""Replay a call log: the real callers meet a simulated queue, so the model is held against what happened to them.

The log has arrivals, handle times and who answered, but neither rosters nor the work between calls. Agents are taken
to be present from call to call while the gaps stay short, and one wrap-up time after each call is fitted on the first
days. The later days test it: nothing of how their callers fared goes in but the handle times and who was there.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.call_fit import HandleTime, fit_handle_time
from analysis.call_log import ABANDONED, ANSWERED, CallLog
from analysis.messages import no_such
from analysis.patience import Patience, fit_patience
from sim.call_center import serve
from sim.draws import Decision, Key, normal, uniform
from sim.settings import BadInput

type Floats = NDArray[np.float64]

GAP = 600.0  # seconds between two calls up to which an agent counts as present
LONGEST_WRAP_UP = 120.0  # seconds
LIVES = 5  # draws of patience and of unknown work; figures are their means
FIGURES = ("share abandoned", "share without wait", "mean wait")


class Figures(NamedTuple):
    """How callers fared: shares, and the mean wait over all in seconds."""

    abandoned: float
    without_wait: float
    mean_wait: float


@dataclass(frozen=True, eq=False)
class Replay:
    """A replayed log.

    Attributes:
        log: what was replayed.
        fit_until: last day of the days on which the wrap-up time was fitted.
        wrap_up: the time after each call, seconds.
        presence: stretches of presence: ``agent``, ``start``, ``end`` (seconds since the log's first midnight).
        errors: by wrap-up time tried (index): the three standardized errors on the days of the fit.
        calls: per call that sought an agent: ``arrival`` (time stamp), ``tested`` (after `fit_until`), ``wait`` and
            ``abandoned`` of the log, ``replayed_wait`` and ``replayed_abandoned`` per life, shape (calls, lives).
        waits: waits of each life, shape (calls, lives).
        left: who hung up in each life, shape (calls, lives).
    """

    log: CallLog
    fit_until: date
    wrap_up: float
    presence: pd.DataFrame
    errors: pd.DataFrame
    calls: pd.DataFrame
    waits: Floats
    left: NDArray[np.bool_]

    def seen(self, which: NDArray[np.bool_]) -> Figures:
        """Return how these callers fared in the log."""
        return figures(self.calls["wait"].to_numpy()[which], self.calls["abandoned"].to_numpy()[which])

    def replayed(self, which: NDArray[np.bool_]) -> tuple[Figures, Figures]:
        """Return how they fared in the replay, the mean of all lives, and the standard deviation between lives."""
        lives = np.array([figures(self.waits[which, life], self.left[which, life]) for life in range(LIVES)])
        return Figures(*lives.mean(axis=0)), Figures(*lives.std(axis=0, ddof=1))

    @property
    def tested(self) -> NDArray[np.bool_]:
        """Which calls came after the days of the fit."""
        return self.calls["tested"].to_numpy()


def replay(log: CallLog, fit_until: date | None = None, first: str | None = None, seed: int = 1) -> Replay:
    """Fit the wrap-up time on the days up to one, and replay all of the log with it.

    Args:
        log: the call log; it must name the agents.
        fit_until: last day of the fit; the middle of the log's days when not given.
        first: priority label of the callers who are answered first; nobody when not given.
        seed: of the draws of patience and of unknown work.

    Raises:
        BadInput: the log names no agents, no day is left to fit or to test, or no call has the label.
    """
    offered = log.offered.reset_index(drop=True)
    until = _fit_until(offered, fit_until)
    tested = (offered["arrival"].dt.normalize() > pd.Timestamp(until)).to_numpy()
    early = offered[~tested]
    patience, handle = fit_patience(early), fit_handle_time(early)
    if patience is None:
        raise BadInput(f"fit_until: up to {until} fewer than ten callers hung up; the law of patience needs more")
    midnight = offered["arrival"].iloc[0].normalize()
    arrival = (offered["arrival"] - midnight).dt.total_seconds().to_numpy()
    staff, priority = presence(offered, arrival), _priority(offered, first)
    lives = [_draw(offered, patience, handle, Key(seed, life)) for life in range(1, LIVES + 1)]

    def serve_all(which: NDArray[np.bool_], wrap_up: float) -> tuple[Floats, NDArray[np.bool_]]:
        served = [
            serve(arrival[which], work[which] + wrap_up, patient[which], priority[which], staff=staff)
            for work, patient in lives
        ]
        waits = np.stack([table["wait"].to_numpy(np.float64) for table in served], axis=1)
        return waits, np.stack([~table["answered"].to_numpy(np.bool_) for table in served], axis=1)

    errors = fit_wrap_up(early, partial(serve_all, ~tested))
    wrap_up = float(errors.index[errors.sum(axis=1).argmin()])
    waits, left = serve_all(np.ones(len(offered), np.bool_), wrap_up)
    calls = pd.DataFrame(
        {
            "arrival": offered["arrival"],
            "tested": tested,
            "wait": offered["wait"],
            "abandoned": offered["outcome"] == ABANDONED,
        }
    )
    return Replay(log, until, wrap_up, staff, errors, calls, waits, left)


def figures(wait: Floats, abandoned: NDArray[np.bool_]) -> Figures:
    """Return how callers fared; a wait below a second, the log's unit, is none."""
    return Figures(float(abandoned.mean()), float((wait < 1.0).mean()), float(wait.mean()))


def presence(offered: pd.DataFrame, arrival: Floats) -> pd.DataFrame:
    """Return when each agent was there: from call to call, as long as the gaps between calls stay below `GAP`.

    Args:
        offered: the calls that sought an agent.
        arrival: seconds at which they came, shape (calls,).

    Returns:
        ``agent`` (a number), ``start``, ``end`` (seconds), a row for each stretch.

    Raises:
        BadInput: no call names its agent.
    """
    known = ((offered["outcome"] == ANSWERED) & (offered["agent"] != "")).to_numpy()
    if not known.any():
        raise BadInput("log: no answered call names its agent; who was there cannot be told: give agent=COLUMN")
    start = (arrival + offered["wait"].to_numpy(np.float64))[known]
    end = start + np.maximum(offered["handle"].to_numpy(np.float64)[known], 1.0)  # there for a second at least
    calls = pd.DataFrame({"agent": pd.factorize(offered["agent"][known], sort=True)[0], "start": start, "end": end})
    calls = calls.sort_values(["agent", "start"], kind="stable")
    until = calls.groupby("agent")["end"].cummax().groupby(calls["agent"]).shift(fill_value=-math.inf)
    stretch = (calls["start"] - until >= GAP).cumsum()  # an agent's first call always begins one
    grouped = calls.groupby(stretch.to_numpy())
    return grouped.agg({"agent": "first", "start": "min", "end": "max"}).reset_index(drop=True)


def fit_wrap_up(early: pd.DataFrame, serve_with: Callable[[float], tuple[Floats, NDArray[np.bool_]]]) -> pd.DataFrame:
    """Try wrap-up times on the days of the fit, in steps of ten seconds and then of one around the best.

    Args:
        early: the calls of those days.
        serve_with: waits and who hung up, shape (calls, lives), with a wrap-up time in seconds.

    Returns:
        By wrap-up time (index, rising), per figure, how many standard errors of the log's own figure (from day to day)
        the replay is off.
    """
    wait, left = early["wait"].to_numpy(np.float64), (early["outcome"] == ABANDONED).to_numpy()
    target, error = np.array(figures(wait, left)), _errors_by_day(early, wait, left)

    def off(wrap_up: float) -> Floats:
        waits, gone = serve_with(wrap_up)
        lives = [figures(waits[:, life], gone[:, life]) for life in range(waits.shape[1])]
        distance: Floats = np.abs(np.mean(lives, axis=0) - target) / error
        return distance

    tried = {wrap_up: off(wrap_up) for wrap_up in np.arange(0.0, LONGEST_WRAP_UP + 1.0, 10.0).tolist()}
    best = min(tried, key=lambda wrap_up: tried[wrap_up].sum())
    for wrap_up in np.arange(max(best - 9.0, 0.0), best + 10.0, 1.0).tolist():
        if wrap_up not in tried:
            tried[wrap_up] = off(wrap_up)
    table = pd.DataFrame.from_dict(tried, orient="index", columns=list(FIGURES)).sort_index()
    return table.rename_axis("wrap_up")


def _errors_by_day(calls: pd.DataFrame, wait: Floats, left: NDArray[np.bool_]) -> Floats:
    """Standard errors of the three figures, leaving out a day at a time: calls of a day share its luck."""
    day = calls["arrival"].dt.normalize().to_numpy()
    days = np.unique(day)
    without = np.array([figures(wait[day != each], left[day != each]) for each in days])
    errors: Floats = np.sqrt((len(days) - 1) / len(days) * ((without - without.mean(axis=0)) ** 2).sum(axis=0))
    return np.maximum(errors, 1e-9)


def _draw(offered: pd.DataFrame, patience: Patience, handle: HandleTime, key: Key) -> tuple[Floats, Floats]:
    """Return work and patience of every caller, seconds.

    Work is the log's where the call was answered, drawn from the fitted law where it was not. Patience is drawn for
    everybody, those who hung up included: their own wait would tell the replay whom to lose.
    """
    work, sd = offered["handle"].to_numpy(np.float64).copy(), handle.log_sd.value
    center = math.log(60.0 * handle.mean.value) - sd * sd / 2.0
    for row in np.flatnonzero((offered["outcome"] == ABANDONED).to_numpy()).tolist():
        work[row] = math.exp(center + sd * normal(key, row, 0, Decision.WORK, 0))
    shares = np.array([uniform(key, row, 0, Decision.PATIENCE, 0) for row in range(len(offered))])
    return work, patience.outlasting(shares)


def _fit_until(offered: pd.DataFrame, given: date | None) -> date:
    days = sorted(set(offered["arrival"].dt.date))
    if len(days) < 4:
        raise BadInput(
            f"log: {len(days)} days with calls; a replay needs at least four, to fit on some and test on others"
        )
    until = days[(len(days) - 1) // 2] if given is None else given
    if not days[1] <= until < days[-1]:
        raise BadInput(
            f"fit_until: {until} leaves too few days to fit or none to test; allowed: {days[1]} to {days[-2]}"
        )
    return until


def _priority(offered: pd.DataFrame, first: str | None) -> NDArray[np.int64]:
    labels = sorted(set(offered["priority"]))
    if first is not None and first not in labels:
        raise no_such("priority", "first", first, labels)
    return np.where(offered["priority"] == first, 0, 1).astype(np.int64)
