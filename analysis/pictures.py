"""The pictures of a study. Each is titled by what it shows, and is left out where the world has no such thing."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from analysis import curves, statistics, takeaways, wording
from analysis.canvas import INK, MUTED, Picture, Sheet, colors, label_ends, sheet, tick_format
from analysis.comparison import Comparison
from analysis.language import digits, say
from analysis.store import Study
from analysis.value import lorenz

if TYPE_CHECKING:
    import pandas as pd


OUTLAY = "program_outlay"  # what an arm lays out has no better direction and stands with the money
LEGEND = 40  # signs that fit side by side above a drawing that has labels at its left


def all_pictures(comparison: Comparison) -> list[Picture]:
    """Draw every picture that the results have something for, in the order of the report."""
    results = comparison.results
    drawn = [
        repeat_buying(results),
        retention(results),
        profit(results),
        service_level(comparison),
        value(results),
        leaving_causes(results),
        differences(comparison),
    ]
    return [picture for picture in drawn if picture is not None]


def retention(results: Study) -> Picture | None:
    """Share of the customers kept over time, Π(1 − left / customers at start), over the reference by arm."""
    kept = curves.by_run(results, curves.kept)
    if kept is None:
        return None
    years = kept.index.to_numpy(dtype=np.float64)
    ends = {arm: kept[arm].iloc[-1].to_numpy(dtype=np.float64) for arm in results.arms if arm in kept.columns}
    title = takeaways.keeping(results, ends, years[-1])
    over = curves.over_reference(results, kept)
    with sheet("retention", title) as drawing:
        if over is None:
            _lines(drawing, results, kept, start=1.0)
            drawing.axes.set_ylim(top=1.0)
            tick_format("y", drawing.axes, wording.tick)
            told = say("Share of customers kept since the start, compounded period by period.")
        else:
            drawing.axes.axhline(0.0, color=MUTED, linewidth=1.0)
            _lines(drawing, results, over, start=0.0)
            tick_format("y", drawing.axes, wording.signed_points)
            told = say(
                "Share of customers kept since the start, compounded period by period, minus the reference’s"
                " ({reference}), which keeps {share} after {duration}.",
                reference=wording.readable(results.reference),
                share=wording.percent(float(np.nanmean(ends[results.reference]))),
                duration=wording.duration(years[-1]),
            )
        _finish_lines(drawing, results, kept if over is None else over)
    note = wording.sentences(told, _silence(results), _paired() if over is not None else "", _band(results))
    return Picture("retention", title, note, drawing.svg)


def profit(results: Study) -> Picture | None:
    """Cumulated profit over the reference by arm, or cumulated profit where there is only one arm."""
    table = curves.cumulated_profit(results)
    if table is None:
        return None
    over = curves.over_reference(results, table)
    if over is not None:
        table = over
        title = takeaways.paying_back(results, table)
        told = say(
            "Cumulated profit minus the reference’s ({reference}), undiscounted; a line above zero has paid back.",
            reference=wording.readable(results.reference),
        )
        note = wording.sentences(told, _paired(), _band(results))
    else:
        title = takeaways.earning(results, table)
        note = wording.sentences(say("Cumulated profit, undiscounted."), _band(results))
    with sheet("profit", title) as drawing:
        drawing.axes.axhline(0.0, color=MUTED, linewidth=1.0)
        _lines(drawing, results, table, start=0.0)
        tick_format("y", drawing.axes, wording.money)
        _finish_lines(drawing, results, table)
    return Picture("profit", title, note, drawing.svg)


def service_level(comparison: Comparison) -> Picture | None:
    """Share of contacts answered within the target, over time, by arm."""
    results = comparison.results
    table = curves.by_run(
        results, lambda periods: periods["service_level"].to_numpy(np.float64), needs=["service_level"]
    )
    if table is None:
        return None
    title = takeaways.serving(results, comparison.cells("service_level"))
    with sheet("service", title) as drawing:
        _lines(drawing, results, table)
        drawing.axes.set_ylim(max(0.0, drawing.axes.get_ylim()[0] - 0.05), 1.0)
        tick_format("y", drawing.axes, wording.tick)
        _finish_lines(drawing, results, table)
    note = wording.sentences(say("Contacts answered within the target, of all offered."), _band(results))
    return Picture("service", title, note, drawing.svg)


def leaving_causes(results: Study) -> Picture | None:
    """Customers who left the focal firm in a run, by main cause and arm."""
    counts = curves.causes(results)
    if counts is None:
        return None
    title = takeaways.leaving(results, counts)
    means = counts.T.groupby(level="arm", sort=False).mean().T
    means = means.loc[means.mean(axis=1).sort_values().index]
    height = 0.9 + len(means) * (0.16 + 0.19 * means.shape[1])
    with sheet("causes", title, height=height) as drawing:
        _bars(drawing, means, results)
    note = say("Customers who left in a run, by the cause that moved the decision most; means over replicates.")
    return Picture("causes", title, note, drawing.svg)


def value(results: Study) -> Picture | None:
    """Value of the initial customers, cumulated from the most valuable down, by arm (a Lorenz curve in money)."""
    if results.shares.empty:
        return None
    spread = results.shares.groupby(["arm", "share"])["cumulative"].mean().unstack("arm")
    arms = [arm for arm in results.arms if arm in spread.columns]
    based = results.reference if results.reference in arms else arms[0]
    found = lorenz(results.shares[results.shares["arm"] == based])
    title = takeaways.spreading(found, int(results.shares["replicate"].nunique()))
    palette = colors(results.arms, results.reference)
    with sheet("value", title) as drawing:
        axes = drawing.axes
        for arm in arms:
            axes.plot(spread.index, spread[arm], color=palette[arm])
        axes.axvline(0.2, color=MUTED, linewidth=1.0, linestyle=(0, (2, 3)))
        axes.set_xlim(0.0, 1.0)
        axes.set_xlabel(say("customers, most valuable first"))
        tick_format("x", axes, wording.tick)
        tick_format("y", axes, wording.money)
        if len(results.arms) > 1:
            label_ends(axes, 1.0, [(spread[arm].iloc[-1], wording.short(arm), palette[arm]) for arm in arms])
    note = say(
        "Discounted margin per customer at the start, cumulated from the most valuable customer down: the curve ends "
        "at the mean value, and falls where customers cost more than they bring. Means over replicates."
    )
    return Picture("value", title, note, drawing.svg)


def differences(comparison: Comparison) -> Picture | None:
    """Every outcome's difference to the reference in percent of the reference, with its interval (a forest plot)."""
    from matplotlib.ticker import MaxNLocator

    results = comparison.results
    others = [arm for arm in results.arms if arm != results.reference]
    rows = [
        row
        for outcome in results.facts["outcomes"]
        if outcome != OUTLAY
        for row in curves.relative(comparison, outcome, others)
    ]
    if not rows:
        return None
    outcomes = list(dict.fromkeys(outcome for outcome, _, _ in rows))
    title = takeaways.differing(results, rows)
    palette = colors(results.arms, results.reference)
    with sheet("differences", title, height=0.9 + 0.17 * len(outcomes) + 0.19 * len(rows)) as drawing:
        axes = drawing.axes
        axes.axvline(0.0, color=MUTED, linewidth=1.0)
        axes.grid(axis="y", visible=False)
        axes.grid(axis="x", visible=True)
        place, ticks = 0.0, []
        for outcome in outcomes:
            group = [row for row in rows if row[0] == outcome]
            ticks.append(place + (len(group) - 1) / 2)
            for _, arm, effect in group:
                span = [end for end in effect if end is not None]
                axes.plot(span, [place] * len(span), color=palette[arm], linewidth=2.5)
                axes.plot(span[:1], [place], "o", color=palette[arm], markersize=5.5)
                place += 1.0
            place += 0.9
        axes.set_yticks(ticks, [wording.label(outcome) for outcome in outcomes])
        axes.set_ylim(place - 0.9 - 0.4, -0.6)
        axes.xaxis.set_major_locator(MaxNLocator(6))
        tick_format("x", axes, wording.signed_tick)
        _legend(drawing, others, palette)
    told = (
        say("Difference to the reference in percent of the reference’s mean, with 95 % intervals.")
        if len(comparison.replicates) > 1
        else say("Difference to the reference in percent of the reference’s.")
    )
    note = wording.sentences(told, _paired())
    return Picture("differences", title, note, drawing.svg)


def repeat_buying(results: Study) -> Picture | None:
    """Cumulated repeat purchases a week in the reference arm, beside the real log's holdout."""
    population = results.facts["population"]
    if not population or not population["weekly_purchases"]:
        return None
    actual_weekly = population["weekly_purchases"]
    table = curves.by_run(
        results, lambda periods: periods["purchases"].to_numpy(np.float64).cumsum(), needs=["purchases"]
    )
    if table is None or results.reference not in table.columns:
        return None
    weeks = min(len(table), len(actual_weekly))
    runs = table.xs(results.reference, axis=1).iloc[:weeks].to_numpy(np.float64)
    runs = runs[:, np.isfinite(runs).all(axis=0)]
    actual = np.asarray(actual_weekly, dtype=np.float64)[:weeks].cumsum()
    end = statistics.mean_interval(runs[-1])
    title = takeaways.holding_out(end, float(actual[-1]), weeks)
    with sheet("holdout", title) as drawing:
        axes, palette = drawing.axes, colors(results.arms, results.reference)
        along = np.arange(1, weeks + 1)
        middle, low, high = curves.spread_band(runs)
        axes.fill_between(along, low, high, color=palette[results.reference], alpha=0.22, linewidth=0)
        axes.plot(along, middle, color=palette[results.reference])
        axes.plot(along, actual, color=INK, linewidth=1.6, linestyle=(0, (4, 2)))
        axes.set_xlim(1, max(weeks, 2))
        axes.set_ylim(bottom=0)
        axes.set_xlabel(say("weeks after the calibration period"))
        tick_format("y", axes, digits)
        label_ends(
            axes,
            weeks,
            [
                (float(middle[-1]), say("simulated"), palette[results.reference]),
                (float(actual[-1]), say("real log"), INK),
            ],
        )
    note = say(
        "Repeat purchases since calibration, cumulated. The band holds the middle 95 % of single runs: "
        "one real history is one run, so it should lie inside."
    )
    return Picture("holdout", title, note, drawing.svg)


def _band(results: Study) -> str:
    if results.runs["replicate"].nunique() == 1:
        return say("One replicate says nothing about luck.")
    return say("Lines are means over replicates, bands their 95 % intervals.")


def _paired() -> str:
    return say("Each replicate is compared with the reference under the same people and the same luck.")


def _silence(results: Study) -> str:
    """Say when a buyer counts as gone, in a market where nobody says goodbye."""
    settings = results.facts["arms"][results.reference]["settings"]
    if settings["kind"] == "subscription":
        return ""
    months = settings["buy"]["active_within_months"]
    return say("Leaving is silent here: who has not bought for {months} months counts as gone.", months=f"{months:g}")


def _lines(drawing: Sheet, results: Study, table: "pd.DataFrame", start: float | None = None) -> None:
    """Draw each arm's mean with its band; ``start`` is the height of every line at time 0, if it has one."""
    palette = colors(results.arms, results.reference)
    scale, _ = _clock(table)
    if start is not None:
        table = table.copy()
        table.loc[0.0] = start
        table = table.sort_index()
    time = table.index.to_numpy(dtype=np.float64) * scale
    for arm in (arm for arm in results.arms if arm in table.columns):
        middle, low, high = curves.mean_band(table[arm].to_numpy(dtype=np.float64))
        drawing.axes.fill_between(time, low, high, color=palette[arm], alpha=0.18, linewidth=0)
        marker = "o" if len(time) == 1 else ""
        drawing.axes.plot(time, middle, color=palette[arm], marker=marker, markersize=5)


def _finish_lines(drawing: Sheet, results: Study, table: "pd.DataFrame") -> None:
    """Time axis and names: called when the height of the axes is final."""
    from matplotlib.ticker import MaxNLocator

    axes = drawing.axes
    scale, unit = _clock(table)
    end = float(table.index[-1]) * scale
    axes.set_xlim(0.0, end)
    axes.set_xlabel({"years": say("years"), "months": say("months"), "weeks": say("weeks")}[unit])
    axes.xaxis.set_major_locator(
        MaxNLocator(nbins=8, integer=True, steps=[1, 2, 3, 6, 10] if unit == "months" else None)
    )
    if len(results.arms) > 1:
        palette = colors(results.arms, results.reference)
        ends = [
            (float(np.nanmean(table[arm].iloc[-1].to_numpy(np.float64))), wording.short(arm), palette[arm])
            for arm in results.arms
            if arm in table.columns
        ]
        label_ends(axes, end, ends)


def _clock(table: "pd.DataFrame") -> tuple[int, str]:
    """Return the unit of the time axis and how many make a year: periods for less than two years, else years."""
    years = table.index.to_numpy(dtype=np.float64)
    if years[-1] >= 2:
        return 1, "years"
    return (52, "weeks") if round(1 / years[0]) == 52 else (12, "months")


def _bars(drawing: Sheet, counts: "pd.DataFrame", results: Study) -> None:
    axes, palette = drawing.axes, colors(results.arms, results.reference)
    arms = list(counts.columns)
    thickness = 0.8 / len(arms)
    for place, arm in enumerate(arms):
        # The first arm lies on top of each group: the axis grows upwards, so later arms go below.
        offset = ((len(arms) - 1) / 2 - place) * thickness
        axes.barh(np.arange(len(counts)) + offset, counts[arm], height=thickness * 0.86, color=palette[arm])
    axes.set_yticks(range(len(counts)), [wording.short(wording.cause(str(cause)), 30) for cause in counts.index])
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", visible=True)
    axes.set_xlabel(say("customers who left, a run"))
    tick_format("x", axes, digits)
    if len(results.arms) > 1:
        _legend(drawing, arms, palette)


def _legend(drawing: Sheet, arms: list[str], palette: Mapping[str, str]) -> None:
    """Name the arms above the drawing, each in its color."""
    from matplotlib.lines import Line2D

    names = [wording.short(arm) for arm in arms]
    handles = [Line2D([], [], color=palette[arm], linewidth=4) for arm in arms]
    legend = drawing.axes.legend(
        handles,
        names,
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        ncols=max(1, min(len(arms), LEGEND // (max(map(len, names)) + 4))),
        frameon=False,
        handlelength=0.9,
        borderaxespad=0.2,
    )
    for text, arm in zip(legend.get_texts(), arms, strict=True):
        text.set_color(palette[arm])
        text.set_fontweight("bold")
