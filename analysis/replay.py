"""Replay a call log: the real callers meet a simulated queue, so the model is held against what happened to them.

The log has arrivals, handle times and who answered, but neither rosters nor the work between calls. Agents are taken
to be present from call to call while the gaps stay short, and one wrap-up time after each call is fitted on the first
days. The later days test it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
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
STEP = 20.0
LIVES = 3  # draws of patience and of unknown work; figures are their means
WITHIN = (0.03, 0.06, 0.25)  # what a good replay keeps to: points, points, and a share of the mean wait
FIGURES = ("share abandoned", "share without wait", "mean wait")


class Figures(NamedTuple):
    """How callers fared: shares, and the mean wait over all in seconds."""

    abandoned: float
    without_wait: float
    mean_wait: float


@dataclass(frozen=True, eq=False)
class Lives:
    """What became of the callers in several lives of the replay.

    Attributes:
        wrap_up: the time after each call, fitted, in seconds.
        errors: by wrap-up time tried (index): how many standard errors each figure is off on the days of the fit.
        waits: seconds, shape (calls, lives).
        left: who hung up, shape (calls, lives).
    """

    wrap_up: float
    errors: pd.DataFrame
    waits: Floats
    left: NDArray[np.bool_]

    def figures(self, which: NDArray[np.bool_]) -> Figures:
        """Return how these callers fared, the mean of all lives."""
        lives = [figures(self.waits[which, life], self.left[which, life]) for life in range(self.waits.shape[1])]
        return Figures(*np.mean(lives, axis=0).tolist())


@dataclass(frozen=True, eq=False)
class Replay:
    """A replayed log.

    Attributes:
        log: what was replayed.
        fit_until: last day of the days on which the wrap-up time was fitted.
        presence: stretches of presence: ``agent``, ``start``, ``end`` (seconds since the log's first midnight).
        calls: the calls that sought an agent: ``arrival``, ``tested`` (after `fit_until`), ``wait``, ``abandoned``.
        known: replayed with the patience of each caller as far as the log knows it: who hung up had that much, who was
            answered had more.
        drawn: replayed with everybody's patience drawn from the law of the days of the fit, so that nothing of how the
            later callers fared goes in but handle times and who was there.
    """

    log: CallLog
    fit_until: date
    presence: pd.DataFrame
    calls: pd.DataFrame
    known: Lives
    drawn: Lives

    def seen(self, which: NDArray[np.bool_]) -> Figures:
        """Return how these callers fared in the log."""
        return figures(self.calls["wait"].to_numpy()[which], self.calls["abandoned"].to_numpy()[which])

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
    patience, handle = fit_patience(offered[~tested]), fit_handle_time(offered[~tested])
    if patience is None:
        raise BadInput(f"fit_until: up to {until} fewer than ten callers hung up; the law of patience needs more")
    since = offered["arrival"] - offered["arrival"].iloc[0].normalize()
    arrival: Floats = since.dt.total_seconds().to_numpy(np.float64)
    left = offered["outcome"] == ABANDONED
    calls = pd.DataFrame({"arrival": offered["arrival"], "tested": tested, "wait": offered["wait"], "abandoned": left})
    queue = _Queue(arrival, _priority(offered, first), presence(offered, arrival))
    keys = [Key(seed, life) for life in range(1, LIVES + 1)]
    work = [_work(offered, handle, key) for key in keys]
    drawn = [patience.outlasting(_luck(len(offered), key)) for key in keys]
    known = [_known(calls, patience, _luck(len(offered), key)) for key in keys]
    return Replay(log, until, queue.staff, calls, queue.replay(calls, work, known), queue.replay(calls, work, drawn))


@dataclass(frozen=True, eq=False)
class _Queue:
    """What all lives share: arrivals (seconds), priority classes, presence."""

    arrival: Floats
    priority: NDArray[np.int64]
    staff: pd.DataFrame

    def replay(self, calls: pd.DataFrame, work: list[Floats], patience: list[Floats]) -> Lives:
        """Fit the wrap-up time on the days of the fit, and serve all calls with it."""
        early = ~calls["tested"].to_numpy()

        def serve_early(wrap_up: float) -> tuple[Floats, NDArray[np.bool_]]:
            return self.serve(early, wrap_up, work, patience)

        errors = fit_wrap_up(calls[early], serve_early)
        wrap_up = float(errors.index.to_numpy(np.float64)[errors.sum(axis=1).to_numpy().argmin()])
        return Lives(wrap_up, errors, *self.serve(np.ones(len(calls), np.bool_), wrap_up, work, patience))

    def serve(
        self, which: NDArray[np.bool_], wrap_up: float, work: list[Floats], patience: list[Floats]
    ) -> tuple[Floats, NDArray[np.bool_]]:
        """Return waits and who hung up, shape (calls, lives); agents stay at each call for its work and the wrap-up."""
        served = [
            serve(
                self.arrival[which],
                own[which] + wrap_up,
                patient[which],
                self.priority[which],
                staff=self.staff,
                engine="compiled",
            )
            for own, patient in zip(work, patience, strict=True)
        ]
        waits = np.stack([table["wait"].to_numpy(np.float64) for table in served], axis=1)
        return waits, np.stack([~table["answered"].to_numpy(np.bool_) for table in served], axis=1)


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
    """Try wrap-up times on the days of the fit, in steps of `STEP` and then of two seconds around the best.

    Args:
        early: the calls of those days.
        serve_with: waits and who hung up, shape (calls, lives), with a wrap-up time in seconds.

    Returns:
        By wrap-up time (index, rising), per figure, how many standard errors of the log's own figure (from day to day)
        the replay is off.
    """
    wait, left = early["wait"].to_numpy(np.float64), early["abandoned"].to_numpy()
    target, error = np.array(figures(wait, left)), _errors_by_day(early, wait, left)

    def off(wrap_up: float) -> Floats:
        waits, gone = serve_with(wrap_up)
        lives = [figures(waits[:, life], gone[:, life]) for life in range(waits.shape[1])]
        distance: Floats = np.abs(np.mean(lives, axis=0) - target) / error
        return distance

    tried = {wrap_up: off(wrap_up) for wrap_up in np.arange(0.0, LONGEST_WRAP_UP + 1.0, STEP).tolist()}
    best = min(tried, key=lambda wrap_up: tried[wrap_up].sum())
    for wrap_up in np.arange(max(best - STEP, 0.0), best + STEP + 1.0, 2.0).tolist():
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


def _work(offered: pd.DataFrame, handle: HandleTime, key: Key) -> Floats:
    """Return what each caller would ask of an agent, seconds: the log's, or drawn for those who hung up."""
    work, sd = offered["handle"].to_numpy(np.float64).copy(), handle.log_sd.value
    center = math.log(60.0 * handle.mean.value) - sd * sd / 2.0
    for row in np.flatnonzero((offered["outcome"] == ABANDONED).to_numpy()).tolist():
        work[row] = math.exp(center + sd * normal(key, row, 0, Decision.WORK, 0))
    return work


def _luck(rows: int, key: Key) -> Floats:
    return np.array([uniform(key, row, 0, Decision.PATIENCE, 0) for row in range(rows)])


def _known(calls: pd.DataFrame, patience: Patience, luck: Floats) -> Floats:
    """Return the wait of those who hung up, and a longer patience than the wait of those who were answered."""
    wait = calls["wait"].to_numpy(np.float64)
    curve = np.append(1.0, patience.survival["surviving"].to_numpy(np.float64))
    still = curve[np.searchsorted(patience.survival.index.to_numpy(np.float64), wait, side="right")]
    longer = patience.outlasting(np.maximum(luck * still, 1e-12))
    return np.where(calls["abandoned"].to_numpy(), wait, np.maximum(longer, wait + 1.0))


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
