"""The pictures of searches: bars of effects, a search's points, and where a curve meets zero."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from analysis import wording
from analysis.canvas import INK, MUTED, PALETTE, REFERENCE, Picture, sheet, tick_format
from analysis.sensitivity import Effect
from analysis.statistics import Interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_BARS = 15
PAIRS = {  # figures that are drawn beside each other, by one that only their method has
    "swing": {"low": "at the low end", "high": "at the high end"},
    "total": {"first": "alone", "total": "with others"},
}
SHADES = PALETTE[4], PALETTE[0]
HIDDEN = "#b8c0c8", REFERENCE  # the same two, where luck would do as much


def bars(name: str, title: str, note: str, effects: Sequence[tuple[str, Effect]], outcome: str) -> Picture:
    """Draw a bar for each setting, the largest effect on top; those not told from luck are gray.

    Args:
        name: unique in the page.
        title: what it shows, as a sentence.
        note: how to read it.
        effects: each with the setting's name for people, the largest first.
        outcome: the metric, for its unit.
    """
    shown = list(reversed(effects[:MOST_BARS]))
    with sheet(name, title, height=1.3 + 0.36 * len(shown)) as drawing:
        axes = drawing.axes
        for place, (_, effect) in enumerate(shown):
            _bar(axes, place, effect)
        axes.axvline(0, color=MUTED, linewidth=1)
        axes.set_yticks(range(len(shown)), [wording.short(setting, 30) for setting, _ in shown])
        axes.grid(False, axis="y")
        axes.grid(True, axis="x")
        pair = _pair(shown[0][1])
        if pair:
            _legend(axes, list(pair.values()))
        shares = "total" in shown[0][1].figures
        axes.set_xlabel("share of the variance" if shares else f"change in {wording.label(outcome).lower()}")
        if shares:
            axes.set_xlim(0, 1)  # an estimate may lie outside, a share of variance cannot
        percent = shares or wording.is_share(outcome)
        tick_format("x", axes, wording.tick if percent else wording.money)
    return Picture(name, title, note, drawing.svg)


def _pair(effect: Effect) -> Mapping[str, str]:
    """Return the two figures of an effect that are drawn, with their names for people; none: what it is ranked by."""
    return next((pair for name, pair in PAIRS.items() if name in effect.figures), {})


def _bar(axes: "Axes", place: int, effect: Effect) -> None:
    """Draw an effect; of a pair each half as high, so that neither hides the other."""
    colors = SHADES if effect.within_luck is False else HIDDEN
    pair = _pair(effect)
    if not pair:
        _length(axes, place, effect.size, colors[1], 0.6)
    for name, up, color in zip(pair, (0.15, -0.15), colors, strict=False):
        _length(axes, place + up, effect.figures[name], color, 0.3)


def _length(axes: "Axes", place: float, figure: Interval, color: str, height: float) -> None:
    axes.barh(place, figure.mean or 0.0, color=color, height=height)
    if figure.low is not None and figure.high is not None:
        axes.plot([figure.low, figure.high], [place, place], color=INK, linewidth=1)


def _legend(axes: "Axes", names: Sequence[str]) -> None:
    from matplotlib.patches import Patch

    handles = [Patch(color=color, label=name) for color, name in zip(SHADES, names, strict=True)]
    axes.legend(handles=handles, frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)


def crossing(
    name: str,
    title: str,
    note: str,
    points: Sequence[tuple[float, Interval]],
    zeros: Sequence[Interval],
    labels: tuple[str, str],
    outcome: str,
) -> Picture:
    """Draw a difference along a key, with the values at which it is zero and their intervals.

    Args:
        name: unique in the page.
        title: what it shows, as a sentence.
        note: how to read it.
        points: values and the difference there.
        zeros: the values at which it is zero.
        labels: of the key's axis and of the difference's.
        outcome: the metric, for its unit.
    """
    values = [value for value, _ in points]
    with sheet(name, title) as drawing:
        axes = drawing.axes
        for zero in zeros:
            axes.axvspan(zero.low or 0.0, zero.high or 0.0, color=PALETTE[5], alpha=0.25, linewidth=0)
        axes.axhline(0, color=MUTED, linewidth=1)
        means = [difference.mean or 0.0 for _, difference in points]
        reaches = [difference.half_width or 0.0 for _, difference in points]
        axes.errorbar(values, means, yerr=reaches, color=PALETTE[0], marker="o", markersize=4, ecolor=MUTED)
        axes.set_xlabel(labels[0])
        axes.set_ylabel(labels[1])
        tick_format("y", axes, wording.signed_tick if wording.is_share(outcome) else wording.money)
    return Picture(name, title, note, drawing.svg)


def progress(
    name: str,
    title: str,
    note: str,
    gains: Sequence[float],
    kept: Sequence[bool],
    best: Sequence[float],
    outcome: str,
) -> Picture:
    """Draw the gain of each trial in order, gray where it is not ``kept``, and the best so far (NaN: none)."""
    with sheet(name, title) as drawing:
        axes = drawing.axes
        numbers = range(1, len(gains) + 1)
        axes.axhline(0, color=MUTED, linewidth=1)
        _trials(axes, list(zip(numbers, gains, strict=True)), kept)
        axes.step(numbers, best, color=PALETTE[0], where="post")
        axes.set_xlabel("trial")
        tick_format("y", axes, wording.signed_tick if wording.is_share(outcome) else wording.money)
    return Picture(name, title, note, drawing.svg)


def _trials(axes: "Axes", places: Sequence[tuple[float, float]], kept: Sequence[bool]) -> None:
    for keeps, color in ((False, REFERENCE), (True, PALETTE[4])):
        shown = [place for place, each in zip(places, kept, strict=True) if each == keeps]
        axes.plot(*zip(*shown, strict=True), color=color, marker="o", markersize=4, linestyle="none")


def front(
    name: str,
    title: str,
    note: str,
    trials: Sequence[tuple[float, float]],
    kept: Sequence[bool],
    best: Sequence[tuple[float, float]],
    outcomes: Sequence[str],
) -> Picture:
    """Draw all trials on two outcomes, gray where they are not ``kept``, and those that no other beats."""
    with sheet(name, title) as drawing:
        axes = drawing.axes
        _trials(axes, trials, kept)
        axes.plot(*zip(*sorted(best), strict=True), color=PALETTE[0], marker="o", markersize=6)
        axes.set_xlabel(wording.label(outcomes[0]))
        axes.set_ylabel(wording.label(outcomes[1]))
        for axis, outcome in zip("xy", outcomes, strict=False):
            tick_format(axis, axes, wording.signed_tick if wording.is_share(outcome) else wording.money)
    return Picture(name, title, note, drawing.svg)
