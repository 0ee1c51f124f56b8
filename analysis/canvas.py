"""The look of every picture: a quiet style, colors that color-blind readers tell apart, labels beside their lines.

Text stays text in the SVG (small, searchable, any script shows), and the same picture gives the same bytes: fixed salt,
no date. ``matplotlib.pyplot`` is not used, so nothing global is changed and no window can open.
"""

import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

POINTS = 72  # an inch, in the unit of an SVG
WIDE = re.compile(r"[\u2e80-\ufe4f\uff00-\uffee]")  # Chinese, Japanese and Korean signs fill a square, an em wide
EM = "\N{EM DASH}"
INK = "#1c2733"
MUTED = "#66727f"
GRID = "#e6eaee"
REFERENCE = "#7b8794"
# Okabe & Ito (2008): distinct under the common kinds of color blindness; the yellow is too light for lines.
PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#1c2733")

STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "text.color": INK,
    "axes.edgecolor": "#b8c0c8",
    "axes.labelcolor": MUTED,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "grid.color": GRID,
    "grid.linewidth": 1.0,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.major.size": 3,
    "ytick.major.size": 0,
    "lines.linewidth": 2.0,
    "lines.solid_capstyle": "round",
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "figure.constrained_layout.use": True,
}


@dataclass(frozen=True)
class Picture:
    """A finished picture.

    Attributes:
        name: its short name, unique in a report.
        title: what it shows, as a sentence.
        note: how to read it.
        svg: the drawing, an ``<svg>`` element without prolog.
    """

    name: str
    title: str
    note: str
    svg: str


class Sheet:
    """One drawing in the making: ``axes`` to draw on, ``svg`` when it is finished."""

    def __init__(self, axes: "Axes") -> None:
        self.axes = axes
        self.svg = ""


@contextmanager
def sheet(name: str, describe: str, width: float = 5.4, height: float = 3.1) -> Iterator[Sheet]:
    """Open a sheet of ``width`` × ``height`` inches in the house style; its SVG is there when the block ends."""
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(STYLE | {"svg.hashsalt": name}):
        figure = Figure(figsize=(width, height))
        drawing = Sheet(figure.subplots())
        yield drawing
        text = _draw(figure)
    drawing.svg = _inline(text, name, describe)


def _draw(figure: "Figure") -> str:
    """Return a figure as an SVG file, laid out for the fonts of readers: this machine may have no Chinese one."""
    from matplotlib.backend_bases import FigureCanvasBase
    from matplotlib.backends.backend_svg import RendererSVG

    class Renderer(RendererSVG):
        def get_text_width_height_descent(self, s: str, *how: Any) -> Any:  # called by position
            return super().get_text_width_height_descent(WIDE.sub(EM, s), *how)  # type: ignore[no-untyped-call]

    class Canvas(FigureCanvasBase):
        def get_renderer(self) -> Renderer:
            return renderer

    figure.dpi = POINTS
    buffer = io.StringIO()
    width, height = POINTS * figure.get_size_inches()
    nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
    renderer = Renderer(width, height, buffer, metadata=nothing)  # type: ignore[no-untyped-call]
    Canvas(figure)
    figure.draw(renderer)
    renderer.finalize()  # type: ignore[no-untyped-call]
    return buffer.getvalue()


def colors(arms: Sequence[str], reference: str) -> dict[str, str]:
    """Give the reference gray and every other arm a color of its own, in order (they repeat after seven)."""
    others = [arm for arm in arms if arm != reference]
    chosen = {arm: PALETTE[place % len(PALETTE)] for place, arm in enumerate(others)}
    return {arm: chosen.get(arm, REFERENCE if others else PALETTE[0]) for arm in arms}


def label_ends(axes: "Axes", x: float, ends: Sequence[tuple[float, str, str]]) -> None:
    """Write each line's name at its right end, moved apart where they would overlap.

    Args:
        axes: where the lines are; its limits must be final.
        x: where the lines end.
        ends: (height, text, color) a line.
    """
    bottom, top = axes.get_ylim()
    gap = (top - bottom) * 0.066
    for height, (_, text, color) in zip(spread([end[0] for end in ends], gap), ends, strict=True):
        axes.annotate(
            text,
            (x, height),
            xytext=(7, 0),
            textcoords="offset points",
            color=color,
            va="center",
            fontweight="bold",
            annotation_clip=False,
        )


def spread(heights: Sequence[float], gap: float) -> list[float]:
    """Return heights in the same order, moved as little as needed to lie at least ``gap`` apart."""
    order = sorted(range(len(heights)), key=lambda place: heights[place])
    groups: list[list[int]] = []
    centers: list[float] = []
    for place in order:
        group, center = [place], heights[place]
        # Two groups that touch become one around their common center, which may touch the next one below.
        while groups and center - gap * (len(group) - 1) / 2 < centers[-1] + gap * (len(groups[-1]) + 1) / 2:
            group = groups.pop() + group
            centers.pop()
            center = sum(heights[member] for member in group) / len(group)
        groups.append(group)
        centers.append(center)
    placed = [0.0] * len(heights)
    for group, center in zip(groups, centers, strict=True):
        for rank, member in enumerate(group):
            placed[member] = center + gap * (rank - (len(group) - 1) / 2)
    return placed


def tick_format(axis: str, axes: "Axes", write: Callable[[float], str]) -> None:
    """Write the numbers along an axis (``x`` or ``y``) with ``write``."""
    from matplotlib.ticker import FuncFormatter

    getattr(axes, f"{axis}axis").set_major_formatter(FuncFormatter(lambda value, _: write(value)))


def _inline(text: str, name: str, describe: str) -> str:
    """Make matplotlib's file an element of a page: no prolog, ids of its own, a name for readers who cannot see it."""
    from html import escape

    body = text[text.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{name}-", body)
    return body.replace("<svg", f'<svg role="img" aria-label="{escape(describe)}"', 1).strip()
