"""The report of a replayed call log: the log beside the replay, on the days of the fit and on the later ones."""

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.canvas import INK, MUTED, PALETTE, Picture, Sheet, label_ends, sheet, tick_format
from analysis.files import replacing
from analysis.replay import FIGURES, GAP, LIVES, WITHIN, Lives, Replay
from analysis.report.page import Page, Table
from analysis.report.report import Card

CARD = "replay.html"
SEEN = INK
KNOWN, DRAWN = "patience as far as the log knows it", "patience drawn for everybody"
COLORS = (PALETTE[0], PALETTE[1])  # of the two replays, in this order


class Verdict(NamedTuple):
    """How near the replay comes to the log in one figure of the later days."""

    which: str
    """`KNOWN` or `DRAWN`."""
    figure: str
    seen: float
    replayed: float
    off: str
    """The difference, in points or percent."""
    limit: str
    near: bool


def verdicts(replay: Replay) -> Iterator[Verdict]:
    """Yield a verdict for each figure, first with known and then with drawn patience."""
    seen = replay.seen(replay.tested)
    for which, lives in ((KNOWN, replay.known), (DRAWN, replay.drawn)):
        for figure, was, now, within in zip(FIGURES, seen, lives.figures(replay.tested), WITHIN, strict=True):
            relative = figure == FIGURES[2]
            off, unit = ((now - was) / was, "%") if relative else (now - was, "points")
            said = f"{100 * off:+.1f} {unit}".replace("-", "−")
            yield Verdict(which, figure, was, now, said, f"{100 * within:.0f} {unit}", abs(off) <= within)


def as_dict(replay: Replay) -> dict[str, Any]:
    """Return all figures as plain numbers."""

    def of(lives: Lives) -> dict[str, Any]:
        return {
            "wrap_up_seconds": lives.wrap_up,
            "fit": lives.figures(~replay.tested)._asdict(),
            "test": lives.figures(replay.tested)._asdict(),
        }

    return {
        "fit_until": str(replay.fit_until),
        "calls": {"fit": int((~replay.tested).sum()), "test": int(replay.tested.sum())},
        "log": {"fit": replay.seen(~replay.tested)._asdict(), "test": replay.seen(replay.tested)._asdict()},
        "known_patience": of(replay.known),
        "drawn_patience": of(replay.drawn),
    }


def summary(replay: Replay) -> str:
    """Return what came out, in a few lines."""
    found = list(verdicts(replay))
    lines = [
        f"{int(replay.tested.sum()):,} calls after {replay.fit_until}, replayed with what was fitted on those before"
    ]
    for which, lives in ((KNOWN, replay.known), (DRAWN, replay.drawn)):
        lines.append(f"{which}: wrap-up {lives.wrap_up:g} s")
        for one in (one for one in found if one.which == which):
            log, now = _write(one.figure, one.seen), _write(one.figure, one.replayed)
            judged = f"{one.off}, {'within' if one.near else 'misses'} {one.limit}"
            lines.append(f"  {one.figure:<18} log {log:>6}  replay {now:>6}  {judged}")
    return "\n".join(lines)


def save(replay: Replay, folder: str | Path, command: list[str]) -> None:
    """Write ``replay.html`` and each picture as an SVG file to a folder, whole or not at all.

    Raises:
        BadInput: the path holds something else.
    """
    with replacing(folder, CARD, "replay") as draft:
        drawn = [wrap_up(replay.known), by_day(replay), by_hour(replay), waits(replay)]
        for picture in drawn:
            (draft / f"{picture.name}.svg").write_text(picture.svg, encoding="utf-8")
        (draft / CARD).write_text(page(replay, drawn, command).render(), encoding="utf-8")


def page(replay: Replay, drawn: list[Picture], command: list[str]) -> Page:
    """Return the report's page."""
    missed = [f"{one.figure} with {one.which}" for one in verdicts(replay) if not one.near]
    return Page(
        name="A call log replayed",
        headline=(
            f"The replay misses {missed[0] if len(missed) == 1 else f'{len(missed)} of 6 figures'}"
            if missed
            else "The replay keeps to all three figures of the later days, with known and with drawn patience"
        ),
        explanation=(
            f"{len(replay.calls):,} real callers meet a simulated queue. One number was fitted, the wrap-up time after "
            f"each call, on the calls until {replay.fit_until}; the {int(replay.tested.sum()):,} later ones test it."
        ),
        cards=list(_cards(replay)),
        pictures=drawn,
        table=_table(replay),
        notes=list(_notes()),
        command_title="Repeat it",
        command=shlex.join(command),
    )


def _cards(replay: Replay) -> Iterator[Card]:
    """The figures of the stricter test, drawn patience, with those of the log and of known patience below."""
    each = zip(
        FIGURES,
        replay.seen(replay.tested),
        replay.known.figures(replay.tested),
        replay.drawn.figures(replay.tested),
        strict=True,
    )
    for figure, seen, known, drawn in each:
        note = f"log {_write(figure, seen)}, later days; known patience: {_write(figure, known)}"
        yield Card(f"{figure.capitalize()}, drawn patience", _write(figure, drawn), note)
    note = f"after each call, fitted; known patience: {replay.known.wrap_up:g}\u00a0s"
    yield Card("Wrap-up, drawn patience", f"{replay.drawn.wrap_up:g}\u00a0s", note)


def _table(replay: Replay) -> Table:
    early = replay.seen(~replay.tested)
    fitted = {which: lives.figures(~replay.tested) for which, lives in ((KNOWN, replay.known), (DRAWN, replay.drawn))}
    rows = []
    for place, one in enumerate(verdicts(replay)):
        figure = place % len(FIGURES)
        pairs = (early[figure], fitted[one.which][figure], one.seen, one.replayed)
        judged = f"{one.off}, {'within' if one.near else 'misses'} {one.limit}"
        rows.append((f"{one.figure}, {one.which}", *(_write(one.figure, value) for value in pairs), judged))
    columns = ("", "log, fit", "replay, fit", "log, test", "replay, test", "off")
    note = (
        f"Replayed figures are means of {LIVES} lives. Wrap-up: {replay.known.wrap_up:g} s with {KNOWN}, "
        f"{replay.drawn.wrap_up:g} s with {DRAWN}."
    )
    return Table("The log beside the replay", columns, rows, note)


def _notes() -> Iterator[str]:
    yield (
        f"Presence: an agent is there from call to call as long as the gaps stay below {GAP / 60:g} minutes. The log "
        "has no rosters, so who waited for calls longer than that, or paused less, is taken for absent, or present."
    )
    yield (
        "Work: the log’s handle times plus the wrap-up; for those who hung up it is drawn from the lognormal of the "
        "days of the fit."
    )
    yield (
        f"With {KNOWN}, who hung up had as much patience as they waited, and who was answered had more, drawn beyond "
        "their wait: these are the real callers, but when the replayed waits are right the share who hang up follows. "
        f"With {DRAWN} the law of the days of the fit decides, and nothing of how the later callers fared is given: "
        "the stricter test."
    )
    yield (
        "The fit takes the wrap-up with the smallest sum of three errors, each in standard errors of the log’s own "
        "figure (leaving out a day at a time)."
    )


def wrap_up(lives: Lives) -> Picture:
    """The three standardized errors and their sum by wrap-up time."""
    table = lives.errors
    near = table[table.sum(axis=1) <= 4.0 * max(float(table.sum(axis=1).min()), 1.0)]
    title = f"With known patience a wrap-up of {lives.wrap_up:g} seconds after each call fits best"
    with sheet("wrap_up", title) as drawing:
        axes = drawing.axes
        at = near.index.to_numpy(np.float64)
        ends = []
        for figure, color in zip(FIGURES, PALETTE[2:], strict=False):
            axes.plot(at, near[figure], color=color, linewidth=1.4)
            ends.append((float(near[figure].iloc[-1]), figure, color))
        total = near.sum(axis=1)
        axes.plot(at, total, color=COLORS[0], linewidth=2.4)
        axes.axvline(lives.wrap_up, color=MUTED, linewidth=1.0, linestyle=(0, (2, 3)))
        axes.set_xlim(float(at[0]), float(at[-1]))
        axes.set_ylim(bottom=0.0)
        axes.set_xlabel("wrap-up, seconds")
        axes.set_ylabel("standard errors off")
        label_ends(axes, float(at[-1]), [*ends, (float(total.iloc[-1]), "sum", COLORS[0])])
    note = "Distance between replay and log on the days of the fit, in standard errors of the log’s figure."
    return Picture("wrap_up", title, note, drawing.svg)


def by_day(replay: Replay) -> Picture:
    """Share who hung up by day, log and replay; the days of the test are shaded."""
    day = replay.calls["arrival"].dt.normalize()
    days = sorted(day.unique())
    lines = _lines(replay, [(day == each).to_numpy() for each in days], "abandoned")
    known, drawn = (np.corrcoef(lines[0], line)[0, 1] for line in lines[1:])
    title = (
        f"The daily shares who hang up correlate with the log’s at {known:.2f} with known patience, "
        f"{drawn:.2f} with drawn"
    )
    with sheet("days", title) as drawing:
        axes = drawing.axes
        place = np.arange(len(days))
        first = sum(pd.Timestamp(each) <= pd.Timestamp(replay.fit_until) for each in days)
        axes.axvspan(first - 0.5, len(days) - 0.5, color=MUTED, alpha=0.1, linewidth=0)
        _draw(drawing, place, lines)
        axes.set_xticks(place[::4], [f"{each:%m-%d}" for each in days[::4]])
        axes.set_ylim(bottom=0.0)
        tick_format("y", axes, lambda share: f"{100 * share:.0f} %")
    note = f"Share who hung up by day; shaded: the days of the test. Known: {KNOWN}; drawn: {DRAWN}."
    return Picture("days", title, note, drawing.svg)


def by_hour(replay: Replay) -> Picture:
    """Mean wait by hour of the day, log and replay, later days."""
    hour = replay.calls["arrival"].dt.hour.to_numpy()
    hours = [each for each in range(24) if ((hour == each) & replay.tested).sum() >= 30]
    lines = _lines(replay, [(hour == each) & replay.tested for each in hours], "mean_wait")
    known, drawn = (float(np.abs(line - lines[0]).max()) for line in lines[1:])
    title = (
        f"Hour by hour the mean wait is off by {known:.0f} seconds at most with known patience, "
        f"by {drawn:.0f} with drawn"
    )
    with sheet("hours", title) as drawing:
        axes = drawing.axes
        _draw(drawing, np.asarray(hours) + 0.5, lines)
        axes.set_ylim(bottom=0.0)
        axes.set_xlabel("hour of the day")
        axes.set_ylabel("mean wait, seconds")
    note = f"Later days only; hours with at least 30 calls. Known: {KNOWN}; drawn: {DRAWN}."
    return Picture("hours", title, note, drawing.svg)


def waits(replay: Replay) -> Picture:
    """Share who wait at most so long, log and both replays, later days."""
    at = np.arange(0.0, 301.0, 1.0)
    seen = _within(replay.calls["wait"].to_numpy(np.float64)[replay.tested], at)
    curves = [_within(lives.waits[replay.tested].ravel(), at) for lives in (replay.known, replay.drawn)]
    known, drawn = (one for one in verdicts(replay) if one.figure == FIGURES[1])
    title = (
        f"Callers without a wait: {known.off} with known patience, {drawn.off} with drawn; "
        f"{_judged(known, drawn)} the limit of {known.limit}"
    )
    with sheet("waits", title) as drawing:
        axes = drawing.axes
        for curve, color in zip((seen, *curves), (SEEN, *COLORS), strict=True):
            axes.plot(at, curve, color=color, linewidth=1.8)
        axes.set_xlim(0.0, 300.0)
        axes.set_ylim(top=1.0)
        axes.set_xlabel("seconds waited at most")
        tick_format("y", axes, lambda share: f"{100 * share:.0f} %")
        _label(drawing, 300.0, [seen, *curves])
    note = f"Answered or not, later days. Known: {KNOWN}; drawn: {DRAWN}."
    return Picture("waits", title, note, drawing.svg)


def _judged(known: Verdict, drawn: Verdict) -> str:
    """Say which of the two keep to their common limit."""
    if known.near == drawn.near:
        return "both within" if known.near else "both miss"
    return f"{'known' if known.near else 'drawn'} within, {'drawn' if known.near else 'known'} misses"


def _lines(replay: Replay, groups: list[NDArray[np.bool_]], figure: str) -> list[NDArray[np.float64]]:
    """Return a figure of each group of calls in the log, with known and with drawn patience."""
    return [
        np.array([getattr(of(which), figure) for which in groups])
        for of in (replay.seen, replay.known.figures, replay.drawn.figures)
    ]


def _draw(drawing: Sheet, at: NDArray[Any], lines: list[NDArray[np.float64]]) -> None:
    axes = drawing.axes
    for line, color, width in zip(lines, (SEEN, *COLORS), (1.2, 1.8, 1.8), strict=True):
        axes.plot(at, line, "o-", color=color, markersize=3.5, linewidth=width)
    axes.set_xlim(float(at[0]) - 0.5, float(at[-1]) + 0.5)
    _label(drawing, float(at[-1]) + 0.5, lines)


def _label(drawing: Sheet, x: float, lines: list[NDArray[np.float64]]) -> None:
    names = zip(lines, ("log", "known", "drawn"), (SEEN, *COLORS), strict=True)
    label_ends(drawing.axes, x, [(float(line[-1]), name, color) for line, name, color in names])


def _within(wait: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of waits that are at most each time, in whole seconds as the log writes them."""
    return np.searchsorted(np.sort(np.floor(wait)), at, side="right") / len(wait)


def _write(figure: str, value: float) -> str:
    return f"{value:.1f}\u00a0s" if figure == FIGURES[2] else f"{100 * value:.1f}\u00a0%"
