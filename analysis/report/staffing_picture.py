"""The picture of a staffing plan: the agents that each interval needs, over the calls that come in it."""

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from analysis.canvas import PALETTE, Picture, sheet
from analysis.staffing import Plan

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def picture(plan: Plan) -> Picture:
    """Draw the agents that each interval needs over the calls that come in it."""
    peak, minutes, begins = plan.peak, plan.volumes.minutes, plan.volumes.begins
    title = _title(plan)
    handle = float(np.average(plan.handle_minutes, weights=plan.volumes.calls))
    with sheet("staff", title, width=9.0, height=3.6) as drawing:
        axes = drawing.axes
        axes.bar(begins, plan.load, minutes, align="edge", color=PALETTE[4], alpha=0.45, linewidth=0)
        for start, end in _stretches(plan):
            edges = np.append(begins[start:end], begins[end - 1] + minutes)
            axes.stairs(
                plan.agents[start:end],
                edges,
                baseline=None,
                color=PALETTE[0],
                linewidth=2.2 if len(plan.agents) < 60 else 1.2,
            )
        axes.set_ylim(0.0, max(plan.agents.max(), plan.load.max()) * 1.12)
        axes.set_xlim(begins[0], begins[-1] + minutes)
        axes.annotate(
            f"{plan.agents[peak]} agents",
            (begins[peak] + minutes / 2, plan.agents[peak]),
            xytext=(0, 5),
            textcoords="offset points",
            ha="center",
            color=PALETTE[0],
            fontweight="bold",
        )
        axes.set_ylabel("agents")
        _clock(axes, plan)
        scale = minutes / handle
        calls = axes.twinx()  # the same bars in another unit
        calls.set_ylim(0.0, axes.get_ylim()[1] * scale)
        calls.set_ylabel(f"calls of {handle:.3g} minutes, in {minutes:g} minutes")
        calls.grid(visible=False)
    note = (
        "Line: agents on duty. Bars: the calls (right axis), as high as the agents who would handle them without a "
        "pause (left axis). A line above the bar is what the target costs; where it is below, the agents cannot handle "
        "all of the work, and some of it hangs up."
    )
    return Picture("staff", title, note, drawing.svg)


def _title(plan: Plan) -> str:
    """Say what the target costs at the peak or, if it is so lax that the work exceeds the agents, who pays for it."""
    peak = plan.peak
    agents, load, expected = int(plan.agents[peak]), float(plan.load[peak]), plan.expected[peak]
    here = f"{agents} agents at {plan.volumes.labels[peak]}"
    if expected is not None and load >= agents:
        return f"{here} for the work of {load:.3g}: that of {load * expected.abandonment:.2g} hangs up"
    idle = 100.0 * (1.0 - load / agents)
    return f"{here} do the work of {load:.3g}: {idle:.0f} % of their time is the price of the target"


def _stretches(plan: Plan) -> list[tuple[int, int]]:
    """Return (first, after the last) of each run of intervals without a gap between them."""
    gaps = np.flatnonzero(np.diff(plan.volumes.begins) > plan.volumes.minutes + 1e-9) + 1
    edges = [0, *gaps.tolist(), len(plan.agents)]
    return list(pairwise(edges))


def _clock(axes: "Axes", plan: Plan) -> None:
    """Write about ten times along the axis; where there are more than two days, their beginnings."""
    begins, labels = plan.volumes.begins, plan.volumes.labels
    _, firsts = np.unique(begins // 1440.0, return_index=True)
    several = len(firsts) > 2
    places = firsts if several else np.arange(len(begins))
    places = places[:: -(-len(places) // 12)]
    axes.set_xticks(begins[places], [labels[place].split(" ")[0] if several else labels[place] for place in places])
