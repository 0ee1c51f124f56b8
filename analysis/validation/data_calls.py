"""A real call log, replayed: its callers meet a simulated queue, on the days after those on which it was fitted.

The log cannot be carried along. Who has one says where it is: ``ECRM_BANK_LOG=calls.txt ecrm validate``.
"""

import os
from functools import cache
from pathlib import Path

import numpy as np

from analysis.call_log import CallLog, read_calls
from analysis.replay import WITHIN, Figures, Replay, replay
from analysis.validation.check import Finding, data
from analysis.validation.lab import Lab
from analysis.validation.results import Series

PATH = "ECRM_BANK_LOG"
SOURCE = "Anonymous Bank, 1999 (A. Mandelbaum, Technion); limits as of `ecrm replay`"
FIRST = "2"  # the bank's priority that is answered first


def missing() -> str | None:
    """Return why there is no log to read and how to get it; None if it is there."""
    return given(PATH, "needs a call log that names the agents, as the Anonymous Bank's of 1999")


def given(name: str, needs: str) -> str | None:
    """Return what a check ``needs`` if the environment's ``name`` is not the path of a file; None if it is."""
    path = os.environ.get(name)
    if path is None:
        return f"{needs}: {name}=PATH ecrm validate"
    return None if Path(path).is_file() else f"{name}={path} is no file"


@data(SOURCE, missing=missing)
def a_replayed_log_gives_its_abandonment(lab: Lab) -> Finding:
    """Of a bank's real callers as many hang up in the simulated queue as did.

    Share that abandoned on the later half of the days, within 3 points. Patience is drawn from the law of the first
    half, so that nothing of how the later callers fared goes in but handle times and who was there.
    """
    seen, known, drawn = _replayed(lab.fast)
    return _within(seen.abandoned, drawn.abandoned, WITHIN[0], "share", f"with known patience {known.abandoned:.3f}")


@data(SOURCE, missing=missing)
def a_replayed_log_gives_its_mean_wait(lab: Lab) -> Finding:
    """A bank's real callers wait on average as long in the simulated queue as they did.

    Mean wait over all callers on the later half of the days, within 25 %; patience is drawn from the law of the first.
    """
    seen, known, drawn = _replayed(lab.fast)
    limit = WITHIN[2] * seen.mean_wait
    return _within(seen.mean_wait, drawn.mean_wait, limit, "seconds", f"with known patience {known.mean_wait:.1f}")


@data(SOURCE, missing=missing)
def a_replayed_log_gives_who_need_not_wait(lab: Lab) -> Finding:
    """Of a bank's real callers as many need not wait in the simulated queue as did, their patience taken as known.

    Share without a wait on the later half of the days, within 6 points. Who hung up has the patience that they had, who
    was answered more; with all patience drawn the figure is farther off, as the note says.
    """
    seen, known, drawn = _replayed(lab.fast)
    off = 100.0 * (drawn.without_wait - seen.without_wait)
    said = f"with drawn patience {drawn.without_wait:.3f}, {off:+.1f} points"
    return _within(seen.without_wait, known.without_wait, WITHIN[1], "share", said)


def _within(seen: float, replayed: float, limit: float, unit: str, note: str) -> Finding:
    drawn = Series("log", ["later days"], [seen], reach=[limit]), Series("replay", ["later days"], [replayed])
    note = f"log {seen:.3g}; {note}"
    return Finding(
        seen, replayed, seen - limit, seen + limit, abs(replayed - seen) <= limit, "within", unit, drawn, note
    )


def _replayed(fast: bool) -> tuple[Figures, Figures, Figures]:
    """Return how callers of the later days fared: in the log, with patience as known, with patience drawn."""
    found = _replay(os.environ[PATH], fast)
    return found.seen(found.tested), found.known.figures(found.tested), found.drawn.figures(found.tested)


@cache
def _replay(path: str, fast: bool) -> Replay:
    log = read_calls(path)
    if fast:  # every call of the first half of the days
        days = np.unique(log.calls["arrival"].dt.normalize())
        log = CallLog(log.calls[log.calls["arrival"] < days[len(days) // 2]], log.bad, log.source, log.columns)
    return replay(log, first=FIRST if (log.calls["priority"] == FIRST).any() else None)
