"""The pictures of a call log: what was seen, and the law that stands for it."""

import math

import numpy as np

from analysis.call_fit import SHORT, Arrivals, HandleTime
from analysis.call_log import ANSWERED, CallLog
from analysis.canvas import INK, PALETTE, REFERENCE, Picture, label_ends, sheet, tick_format
from analysis.patience import Patience
from sim.call_center.settings import DAYS

SEEN, FITTED, OTHER = REFERENCE, PALETTE[0], PALETTE[1]


def by_hour(arrivals: Arrivals) -> Picture:
    """Share of a day's calls by hour: each weekday as a thin line, the profile that stands for all."""
    hours = np.arange(arrivals.opens, arrivals.closes)
    peak = int(hours[arrivals.hour_weights[hours].argmax()])
    most = arrivals.hour_weights[hours].max()
    title = f"Calls peak between {peak}:00 and {peak + 1}:00, at {most:.1f} times the mean open hour"
    with sheet("hours", title) as drawing:
        axes = drawing.axes
        for day in np.flatnonzero(arrivals.day_weights > 0.0):
            inside = arrivals.cells[day, hours]
            axes.plot(hours + 0.5, inside / inside.mean(), color=SEEN, linewidth=0.9, alpha=0.8)
        axes.plot(hours + 0.5, arrivals.hour_weights[hours], color=FITTED, linewidth=2.6)
        axes.set_ylim(bottom=0.0)
        axes.set_xlim(arrivals.opens, arrivals.closes)
        axes.set_xlabel("hour of the day")
        axes.set_ylabel("calls, mean open hour = 1")
    note = (
        f"Thin: each weekday’s own pattern; blue: the profile of the settings, one for all days. "
        f"It puts {_percent(arrivals.misplaced)} of the calls into another hour of the week than the log; "
        f"{_percent(arrivals.outside)} of the calls come outside the opening window."
    )
    return Picture("hours", title, note, drawing.svg)


def by_weekday(arrivals: Arrivals) -> Picture:
    """Calls of each date by weekday, with the weekday's mean."""
    open_days = np.flatnonzero(arrivals.day_weights > 0.0)
    busiest = int(arrivals.day_weights.argmax())
    most = arrivals.day_weights[busiest]
    title = f"{DAYS[busiest].title()} is the busiest day, with {most:.1f} times the mean day’s calls"
    with sheet("weekdays", title) as drawing:
        axes = drawing.axes
        for place, day in enumerate(open_days):
            calls = arrivals.daily.loc[arrivals.daily["weekday"] == day, "calls"].to_numpy(np.float64)
            axes.bar(place, calls.mean(), width=0.62, color=FITTED, alpha=0.3)
            axes.plot(place + np.linspace(-0.16, 0.16, len(calls)), calls, "o", color=INK, markersize=3.5)
        axes.set_xticks(range(len(open_days)), [DAYS[day].title() for day in open_days])
        axes.set_ylabel("calls that sought an agent")
        tick_format("y", axes, lambda count: f"{count:,.0f}")
    note = "Dots: the dates of the log, in their order; bars: the mean of the weekday, which the settings keep."
    return Picture("weekdays", title, note, drawing.svg)


def busyness(arrivals: Arrivals) -> Picture:
    """Days' busyness in order, beside what Poisson days and gamma-Poisson days would give."""
    from scipy.stats import nbinom, poisson

    ratio = np.sort((arrivals.daily["calls"] / arrivals.daily["expected"]).to_numpy(np.float64))
    rank = (np.arange(len(ratio)) + 0.5) / len(ratio)
    along = np.linspace(0.5 / len(ratio), 1.0 - 0.5 / len(ratio), 200)
    mean, spread = float(arrivals.daily["expected"].mean()), arrivals.spread.value
    title = (
        f"Days differ by ±{_percent(spread)} beyond weekday and chance"
        if spread > 0.0
        else "Days differ no more than chance lets them"
    )
    with sheet("busyness", title) as drawing:
        axes = drawing.axes
        plain = poisson.ppf(along, mean) / mean
        axes.plot(along, plain, color=OTHER)
        ends = [(float(plain[-1]), "Poisson", OTHER)]
        if spread > 0.0:
            shape = 1.0 / spread**2
            mixed = nbinom.ppf(along, shape, shape / (shape + mean)) / mean
            axes.plot(along, mixed, color=FITTED)
            ends.append((float(mixed[-1]), "gamma-Poisson", FITTED))
        axes.plot(rank, ratio, "o", color=INK, markersize=3.5)
        axes.set_xlim(0.0, 1.0)
        axes.set_xlabel("days, quietest first")
        axes.set_ylabel("calls, weekday’s mean = 1")
        tick_format("x", axes, lambda share: f"{100 * share:.0f} %")
        label_ends(axes, 1.0, ends)
    note = (
        f"Dots: {len(ratio)} days of the log. If all days of a weekday were alike they would lie on the Poisson line; "
        "a trend over the log counts as spread of days, too."
    )
    return Picture("busyness", title, note, drawing.svg)


def handle_time(log: CallLog, handle: HandleTime) -> Picture:
    """Histogram of handle times with the lognormal law of the settings."""
    seconds = log.offered.loc[log.offered["outcome"] == ANSWERED, "handle"].to_numpy(np.float64)
    top = float(np.quantile(seconds, 0.98))
    width = max(1.0, round(top / 60.0))
    edges = np.arange(0.0, top + width, width)
    sd = handle.log_sd.value
    center = math.log(60.0 * handle.mean.value) - sd * sd / 2.0
    at = np.linspace(edges[-1] / 400.0, edges[-1], 400)
    density = np.exp(-((np.log(at) - center) ** 2) / (2 * sd * sd)) / (at * sd * math.sqrt(2 * math.pi))
    title = f"A call keeps an agent {handle.mean.value:.1f} minutes on average, half of them under {_median(seconds)}"
    with sheet("handle", title) as drawing:
        axes = drawing.axes
        axes.hist(seconds, bins=edges.tolist(), color=SEEN, alpha=0.45, density=False)
        axes.plot(at, density * len(seconds) * width, color=FITTED)
        axes.set_xlim(0.0, edges[-1])
        axes.set_xlabel("seconds")
        axes.set_ylabel(f"answered calls per {width:g} s")
        tick_format("y", axes, lambda count: f"{count:,.0f}")
    note = (
        f"Gray: the log; blue: the lognormal of the settings, with the mean of all calls and the shape of those of at "
        f"least {SHORT:g} seconds. {_percent(handle.short)} are shorter: slips and broken lines, not in the law. "
        "The longest 2 % are not drawn."
    )
    return Picture("handle", title, note, drawing.svg)


def patience(law: Patience) -> Picture:
    """The Kaplan-Meier curve of patience with its band, the Weibull law and the exponential one."""
    curve = law.survival
    wait = np.concatenate([[0.0], curve.index.to_numpy(np.float64)])
    seen = np.concatenate([[1.0], curve["surviving"].to_numpy(np.float64)])
    half = 1.96 * np.concatenate([[0.0], curve["error"].to_numpy(np.float64)])
    shown = wait <= max(float(np.quantile(wait, 0.9)), 60.0)
    wait, seen, half = wait[shown], seen[shown], half[shown]
    fitted = np.exp(-((wait / law.scale) ** law.shape.value))
    plain = np.exp(-wait / (60.0 * law.exponential_mean.value))
    minutes = min(2.0, wait[-1] / 120.0)
    left = float(seen[np.searchsorted(wait, 60.0 * minutes, side="right") - 1])
    title = f"Left waiting {minutes:g} minutes, {_percent(1.0 - left)} of callers hang up"
    with sheet("patience", title) as drawing:
        axes = drawing.axes
        axes.fill_between(wait, seen - half, seen + half, step="post", color=SEEN, alpha=0.3, linewidth=0)
        axes.step(wait, seen, where="post", color=INK, linewidth=1.4)
        axes.plot(wait, fitted, color=FITTED)
        axes.plot(wait, plain, color=OTHER, linewidth=1.4, linestyle=(0, (4, 2)))
        axes.set_ylim(0.0, 1.0)
        axes.set_xlim(0.0, float(wait[-1]))
        axes.set_xlabel("seconds waited")
        tick_format("y", axes, lambda share: f"{100 * share:.0f} %")
        ends = [(seen[-1], "seen", INK), (fitted[-1], "Weibull", FITTED), (plain[-1], "exponential", OTHER)]
        label_ends(axes, float(wait[-1]), [(float(height), text, color) for height, text, color in ends])
    note = (
        "Share who would still wait if nobody were answered (Kaplan & Meier 1958, 95 % band): an answer ends the "
        "watch, not the patience. The settings take the Weibull law."
    )
    return Picture("patience", title, note, drawing.svg)


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %" if share < 0.1 else f"{100 * share:.0f} %"


def _median(seconds: np.ndarray) -> str:
    return f"{float(np.median(seconds)):.0f} seconds"
