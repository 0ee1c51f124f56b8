"""The report of a replayed call log: the log beside the replay, on the days of the fit and on the later ones."""

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.canvas import INK, MUTED, PALETTE, Picture, Sheet, label_ends, sheet, tick_format
from analysis.replay import FIGURES, GAP, LIVES, WITHIN, Figures, Lives, Replay
from analysis.report.page import Page, Table
from analysis.report.report import Card
from analysis.store import replacing

CARD = "replay.html"
SEEN, REPLAYED = INK, PALETTE[0]
KNOWN, DRAWN = "patience as far as the log knows it", "patience drawn for everybody"


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
    seen, found = replay.seen(replay.tested), replay.known.figures(replay.tested)
    missed = [f"{one.figure} with {one.which}" for one in verdicts(replay) if not one.near]
    cards = [
        Card(figure.capitalize(), _write(figure, now), f"log {_write(figure, was)}, later days")
        for figure, was, now in zip(FIGURES, seen, found, strict=True)
    ]
    return Page(
        name="A call log replayed",
        headline=(
            f"The replay misses {missed[0] if len(missed) == 1 else f'{len(missed)} of 6 figures'}"
            if missed
            else "The replay keeps to all three figures of the later days"
        ),
        explanation=(
            f"{len(replay.calls):,} real callers meet a simulated queue. One number was fitted, the wrap-up time after "
            f"each call, on the calls until {replay.fit_until}; the {int(replay.tested.sum()):,} later ones test it."
        ),
        cards=[*cards, Card("Wrap-up", f"{replay.known.wrap_up:g} s", "after each call, fitted")],
        pictures=drawn,
        table=_table(replay),
        notes=list(_notes()),
        command_title="Repeat it",
        command=shlex.join(command),
    )


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
    title = f"A wrap-up of {lives.wrap_up:g} seconds after each call fits best"
    with sheet("wrap_up", title) as drawing:
        axes = drawing.axes
        at = near.index.to_numpy(np.float64)
        ends = []
        for figure, color in zip(FIGURES, PALETTE[1:], strict=False):
            axes.plot(at, near[figure], color=color, linewidth=1.4)
            ends.append((float(near[figure].iloc[-1]), figure, color))
        total = near.sum(axis=1)
        axes.plot(at, total, color=REPLAYED, linewidth=2.4)
        axes.axvline(lives.wrap_up, color=MUTED, linewidth=1.0, linestyle=(0, (2, 3)))
        axes.set_xlim(float(at[0]), float(at[-1]))
        axes.set_ylim(bottom=0.0)
        axes.set_xlabel("wrap-up, seconds")
        axes.set_ylabel("standard errors off")
        label_ends(axes, float(at[-1]), [*ends, (float(total.iloc[-1]), "sum", REPLAYED)])
    note = "Distance between replay and log on the days of the fit, in standard errors of the log’s figure."
    return Picture("wrap_up", title, note, drawing.svg)


def by_day(replay: Replay) -> Picture:
    """Share who hung up by day, log and replay; the days of the test are shaded."""
    day = replay.calls["arrival"].dt.normalize()
    days = sorted(day.unique())
    pairs = _pairs(replay, [(day == each).to_numpy() for each in days])
    both = np.corrcoef([was.abandoned for was, _ in pairs], [now.abandoned for _, now in pairs])[0, 1]
    title = f"Good and bad days come out: the daily shares who hang up correlate at {both:.2f}"
    with sheet("days", title) as drawing:
        axes = drawing.axes
        place = np.arange(len(days))
        first = sum(pd.Timestamp(each) <= pd.Timestamp(replay.fit_until) for each in days)
        axes.axvspan(first - 0.5, len(days) - 0.5, color=REPLAYED, alpha=0.07, linewidth=0)
        _both(drawing, place, [was.abandoned for was, _ in pairs], [now.abandoned for _, now in pairs])
        axes.set_xticks(place[::4], [f"{each:%m-%d}" for each in days[::4]])
        axes.set_ylim(bottom=0.0)
        tick_format("y", axes, lambda share: f"{100 * share:.0f} %")
    return Picture(
        "days", title, f"Share who hung up by day; shaded: the days of the test. Blue: {KNOWN}.", drawing.svg
    )


def by_hour(replay: Replay) -> Picture:
    """Mean wait by hour of the day, log and replay, later days."""
    hour = replay.calls["arrival"].dt.hour.to_numpy()
    hours = [each for each in range(24) if ((hour == each) & replay.tested).sum() >= 30]
    pairs = _pairs(replay, [(hour == each) & replay.tested for each in hours])
    worst = max(range(len(hours)), key=lambda place: abs(pairs[place][1].mean_wait - pairs[place][0].mean_wait))
    off = pairs[worst][1].mean_wait - pairs[worst][0].mean_wait
    title = f"Hour by hour the mean wait is off by {abs(off):.0f} seconds at most, at {hours[worst]}:00"
    with sheet("hours", title) as drawing:
        axes = drawing.axes
        _both(
            drawing, np.asarray(hours) + 0.5, [was.mean_wait for was, _ in pairs], [now.mean_wait for _, now in pairs]
        )
        axes.set_ylim(bottom=0.0)
        axes.set_xlabel("hour of the day")
        axes.set_ylabel("mean wait, seconds")
    return Picture("hours", title, f"Later days only; hours with at least 30 calls. Blue: {KNOWN}.", drawing.svg)


def waits(replay: Replay) -> Picture:
    """Share who wait at most so long, log and both replays, later days."""
    at = np.arange(0.0, 301.0, 1.0)
    seen = _within(replay.calls["wait"].to_numpy(np.float64)[replay.tested], at)
    curves = [_within(lives.waits[replay.tested].ravel(), at) for lives in (replay.known, replay.drawn)]
    gap = float(curves[0][0] - seen[0])
    title = f"The miss is in short waits: {100 * gap:+.1f} points of callers without one".replace("-", "−")
    with sheet("waits", title) as drawing:
        axes = drawing.axes
        for curve, color in ((seen, SEEN), (curves[0], REPLAYED), (curves[1], PALETTE[1])):
            axes.plot(at, curve, color=color, linewidth=1.8)
        axes.set_xlim(0.0, 300.0)
        axes.set_ylim(top=1.0)
        axes.set_xlabel("seconds waited at most")
        tick_format("y", axes, lambda share: f"{100 * share:.0f} %")
        ends = [(seen[-1], "log", SEEN), (curves[0][-1], "known", REPLAYED), (curves[1][-1], "drawn", PALETTE[1])]
        label_ends(axes, 300.0, [(float(height), text, color) for height, text, color in ends])
    note = f"Answered or not, later days. Known: {KNOWN}; drawn: {DRAWN}."
    return Picture("waits", title, note, drawing.svg)


def _pairs(replay: Replay, groups: list[NDArray[np.bool_]]) -> list[tuple[Figures, Figures]]:
    return [(replay.seen(which), replay.known.figures(which)) for which in groups]


def _both(drawing: Sheet, at: NDArray[Any], seen: list[float], replayed: list[float]) -> None:
    axes = drawing.axes
    axes.plot(at, seen, "o-", color=SEEN, markersize=3.5, linewidth=1.2)
    axes.plot(at, replayed, "o-", color=REPLAYED, markersize=3.5, linewidth=1.8)
    axes.set_xlim(float(at[0]) - 0.5, float(at[-1]) + 0.5)
    label_ends(axes, float(at[-1]) + 0.5, [(seen[-1], "log", SEEN), (replayed[-1], "replay", REPLAYED)])


def _within(wait: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of waits that are at most each time, in whole seconds as the log writes them."""
    return np.searchsorted(np.sort(np.floor(wait)), at, side="right") / len(wait)


def _write(figure: str, value: float) -> str:
    return f"{value:.1f}\u00a0s" if figure == FIGURES[2] else f"{100 * value:.1f}\u00a0%"
