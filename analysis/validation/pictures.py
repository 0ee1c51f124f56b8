"""A small picture of each check: its curves where it has some, and the interval of its figure."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.canvas import INK, MUTED, PALETTE, REFERENCE, Picture, sheet
from analysis.validation.results import Result, Series
from analysis.validation.words import expectation, interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT = 3.5, 1.9  # inches


def picture(result: Result) -> Picture:
    """Return the picture of a check: curves of model and theory, or else the figure with its interval."""
    describe = f"{result.claim}: measured {interval(result)}, expected {expectation(result)}"
    with sheet(result.name, describe, WIDTH, HEIGHT) as drawing:
        if result.series:
            _curves(drawing.axes, result.series)
        else:
            _interval(drawing.axes, result)
    return Picture(result.name, result.claim, result.note, drawing.svg)


def _curves(axes: "Axes", curves: Sequence[Series]) -> None:
    """Draw theory in gray and the model as dots, or as lines of their own color where nothing is beside them."""
    colors = iter(PALETTE)
    alone = not any(curve.line for curve in curves)
    for curve in curves:
        named = isinstance(curve.x[0], str)  # what has no order is not joined
        if curve.line:
            axes.plot(curve.x, curve.y, "_" if named else "-", markersize=22, color=REFERENCE, label=curve.name)
            continue
        color, few = next(colors), len(curve.x) <= 24
        style = "-o" if alone and few and not named else "-" if alone and not named else "o"
        axes.plot(curve.x, curve.y, style, color=color, markersize=4 if few else 2, label=curve.name, clip_on=False)
        if curve.reach is not None:
            axes.errorbar(curve.x, curve.y, yerr=curve.reach, fmt="none", ecolor=color, elinewidth=1.2)
    if len(curves) > 1:
        axes.legend(frameon=False, fontsize=8, handlelength=1.2, markerscale=0.6 if curves[0].line else 1.0)
    axes.set_xlabel(next((curve.along for curve in curves if curve.along), ""), fontsize=8.5)
    axes.margins(y=0.12)


def _interval(axes: "Axes", result: Result) -> None:
    """Draw the figure with its interval, and the value or bound that it is held against."""
    axes.plot([result.low, result.high], [0, 0], color=PALETTE[0], linewidth=3)
    axes.plot([result.measured], [0], "o", color=PALETTE[0], markersize=7)
    axes.axvline(result.expected, color=INK, linewidth=1.2, linestyle=(0, (4, 3)))
    axes.annotate(
        expectation(result), (result.expected, 1), xycoords=("data", "axes fraction"), xytext=(4, -2),
        textcoords="offset points", color=MUTED, fontsize=8.5, va="top",
    )  # fmt: skip
    axes.set_ylim(-1, 1)
    axes.set_yticks([])
    axes.margins(x=0.25)
