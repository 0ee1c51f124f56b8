"""Do the default worlds look like the markets they stand for? Measure them and write ``docs/worlds.md``.

Run it with ``python -m benchmarks.worlds`` (some 15 minutes on 2 processors). All seeds are fixed: the same code
writes the same page. ``tests/patterns`` asks the same questions of smaller worlds, and refuses what this page refuses.
"""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.canvas import PALETTE, REFERENCE, sheet, tick_format
from analysis.statistics import mean_interval
from benchmarks.default_worlds.facts import fact_table
from benchmarks.default_worlds.reactions import YEARLY, Reaction, reaction
from benchmarks.default_worlds.targets import TARGETS, default
from benchmarks.default_worlds.tornado import MOST, Move, kind_of, over, tornado

DOCS = Path(__file__).parent.parent / "docs"
SHOWN = 18  # settings in a tornado's picture
STEADY = 0.03  # that a year may lie beside the second

# orders of size that are believable [A]: churn_rate in years 1, 2, 10, satisfaction in 2, share in 2 and 10
HOPED = {
    "price +10 %": "+.057 / +.029 / +.027, −.7, −.040 / −.076",
    "failures × 2": "+.012 / +.018 / +.021, −1.3, −.007 / −.017",
    "service −.15": "+.010 / +.015 / +.021, −2.3, −.008 / −.032",
    "product −.10": "+.019 / +.033 / +.033, −4.1, −.015 / −.052",
}
ABOUT = {
    "telecom": """Subscribers with a monthly fee of about 40 and three providers. Leaving is seen. The focal firm,
`acme`, has a call center of its own that stands for some 70,000 customers; its rivals' centers are benchmarks.""",
    "shop": """Online buyers who order from any of three shops, or elsewhere, week by week. Leaving is silent: a
customer is who ordered within twelve months. `acme` answers its own phone.""",
    "cdnow": """The 2,357 real customers of the CDNOW log after 39 weeks, each drawn from its own posterior, and one
shop. No rival and no outside option thin the orders; nobody comes back. A closed cohort dies out, so it has no
steady state.""",
}


class Measured(NamedTuple):
    """All that the page shows; by world."""

    facts: Mapping[str, Mapping[str, NDArray[np.float64]]]
    reactions: Mapping[str, Reaction]
    tornados: Mapping[str, Sequence[Move]]


def measure() -> Measured:
    """Live all the worlds."""
    settled: dict[str, Any] = {"burn_in_years": 6.0, "years": 2.0}
    # the shop's tornado goes by months, which changes no rate: there are four times fewer periods
    by_month: dict[str, Any] = {"burn_in_years": 3.0, "years": 1.0, "period": "month"}
    return Measured(
        {name: said(f"facts of {name}", fact_table, name) for name in TARGETS},
        {
            "telecom": said("ten years of telecom", reaction, default("telecom", 20_000, years=10.0), 20, 4),
            "shop": said("ten years of shop", reaction, default("shop", 4_000, years=10.0), 20, 4),
        },
        {
            "telecom": said(
                "tornado of telecom",
                tornado,
                default("telecom", 4_000, **settled),
                default("telecom", 4_000, queue=True, represented=2.0, **settled),
            ),
            "shop": said("tornado of shop", tornado, default("shop", 2_500, **by_month)),
        },
    )


def said(what: str, work: Any, *arguments: Any) -> Any:
    """Do some work and say how long it took."""
    start = time.perf_counter()
    result = work(*arguments)
    print(f"{what:<24} {time.perf_counter() - start:>6.0f} s", flush=True)
    return result


# --- the page --------------------------------------------------------------------------------------------------------


def page(measured: Measured) -> str:
    """Return the page in Markdown."""
    parts = [_HEAD, _missed(measured)]
    for name, about in ABOUT.items():
        parts += [f"## `{name}`\n\n{about}", _facts(name, measured.facts[name])]
    parts.append(_STEADY)
    for name, lived in measured.reactions.items():
        parts += [f"### `{name}` left alone", _steadiness(lived), f"### `{name}` shocked", _shocks(name, lived)]
    parts.append(_TORNADO)
    for name, moves in measured.tornados.items():
        parts += [f"### `{name}`", _tornado(name, moves)]
    return "\n\n".join(parts) + "\n"


_HEAD = """# The default worlds

A default nobody believes makes every result unbelievable. This page says what the worlds under `conf/` should look
like, and what was measured. `python -m benchmarks.worlds` lives them and writes it; `tests/patterns` checks the
same on each change, in smaller worlds.

**Why** says where a target comes from: [P] published figures or custom of the trade, [L] the purchase log itself,
[A] our assumption, to be varied in sensitivity studies. *Spread* is the standard deviation over replicates: lives
of the same people with other luck."""

_STEADY = """## Steady, and hurt by what should hurt

After its burn-in a world with no lever moved should stay where it is: each mean of years 3-10 within 3 % of year 2,
over 20 replicates. And four shocks to the focal firm, each lasting from the first day on, should hurt, in
believable orders of size. Shocks are compared with lives of the same luck (4 pairs); ± is half a 95 % t interval.
*Share* is of customers, *market share* of revenue. Waits are drawn from benchmark figures: here the queue is not
the question. A shop's customer who orders no more is counted as gone a year later, so its churn moves late; a higher
price also raises what each order brings."""

_TORNADO = """## One setting a fifth less, a fifth more

Each number that people and the focal firm have is moved by a fifth both ways, clipped to its bounds, and the world
settles anew with it. No rule or trait alone should move churn by more than .05 or satisfaction by more than 5
points. Two kinds of numbers are told apart, because moving them is meant to move the world: **levers** (what a
manager decides: price, the levels of the offer, the call center) and **anchors** (where the scales of satisfaction,
performance, commitment and habit are pinned; a fifth of 72 points *is* 14 points). Numbers at 0, opening hours,
profiles and counts are left out."""


def _facts(name: str, found: Mapping[str, NDArray[np.float64]]) -> str:
    rows = []
    for target in TARGETS[name]:
        values = found[target.figure]
        mean, spread, digits = float(values.mean()), float(values.std(ddof=1)), target.digits
        rows.append(
            (target.figure, target.wanted, target.why, f"{mean:,.{digits}f}", f"{spread:,.{digits}f}",
             "yes" if target.low <= mean <= target.high else f"**no** ({target.low:g}-{target.high:g})")
        )  # fmt: skip
    return table(("figure", "wanted", "why", f"measured ({len(values)} replicates)", "spread", "met"), rows)


def _steadiness(lived: Reaction) -> str:
    means, drift, errors = lived.steady.mean(axis=0), lived.drift(), lived.drift_errors()
    rows = []
    for row, name in enumerate(YEARLY):
        worst = int(np.abs(drift[row]).argmax())
        farthest, error = percent(drift[row, worst]), percent(errors[row, worst], "")
        met = "yes" if abs(drift[row, worst]) <= STEADY else "**no**"
        rows.append((name, f"{means[row, 1]:.4g}", f"{means[row, 9]:.4g}", farthest, str(worst + 3), error, met))
    head = ("figure", "year 2", "year 10", "farthest from year 2", "in year", "standard error", "within 3 %")
    return table(head, rows)


def _shocks(name: str, lived: Reaction) -> str:
    names, hoped = list(YEARLY), HOPED if name == "telecom" else {}
    columns = [("churn_rate", year) for year in (1, 2, 10)] + [("satisfaction", 2), ("share", 2), ("share", 10)]
    columns += [] if hoped else [("market share", 2), ("market share", 10), ("revenue a customer", 2)]
    rows = []
    for shock, moved in lived.moved.items():
        cells = []
        for figure, year in columns:
            interval = mean_interval(moved[:, names.index(figure), year - 1])
            digits = 1 if figure in ("satisfaction", "revenue a customer") else 3
            cells.append(signed(interval.mean or 0.0, digits) + f" ± {interval.half_width:.{digits}f}")
        rows.append((shock, *cells, *([hoped[shock]] if hoped else [])))
    head = [f"{figure}, year {year}" for figure, year in columns]
    return table(("shock", *head, *(["order of size wanted"] if hoped else [])), rows)


def _tornado(name: str, moves: Sequence[Move]) -> str:
    rules = [move for move in moves if kind_of(move.path) == "rule"]
    free = [move for move in moves if kind_of(move.path) != "rule" and over(move)]
    top = {move.path: move for what in MOST for move in largest(rules, what)[:8]}
    pictures = [f"![{what} by setting](pictures/tornado_{name}_{what}.svg)" for what in MOST]
    verdict = f"{len(moves)} numbers were moved. " + _verdict(rules)
    head = ("setting", "churn at −20 %", "at +20 %", "satisfaction at −20 %", "at +20 %")
    beyond = "Levers and anchors that move the world by more than that:" if free else ""
    parts = [verdict, *pictures, "The rules and traits that move most:", table(head, [_cells(m) for m in top.values()])]
    return "\n\n".join([*parts, beyond, table(head, [_cells(m) for m in free])] if free else parts)


def _verdict(rules: Sequence[Move]) -> str:
    bad = [move.path for move in rules if over(move)]
    if not bad:
        return "No rule or trait tips the world."
    return "Beyond the limit: " + ", ".join(f"`{path}`" for path in bad) + "."


def _cells(move: Move) -> tuple[str, ...]:
    feelings = (signed(change, 1) for change in move.satisfaction)
    return (f"`{move.path}`", *(signed(change, 3) for change in move.churn), *feelings)


def _missed(measured: Measured) -> str:
    """Say in front what is not as it should be."""
    missed = []
    for name, targets in TARGETS.items():
        for target in targets:
            mean = float(measured.facts[name][target.figure].mean())
            if not target.low <= mean <= target.high:
                missed.append(f"`{name}`: {target.figure} is {mean:,.{target.digits}f}, wanted {target.wanted}")
    for name, lived in measured.reactions.items():
        worst = np.abs(lived.drift()).max(axis=1)
        missed += [
            f"`{name}`: {figure} drifts by {percent(w, '')}"
            for figure, w in zip(YEARLY, worst, strict=True)
            if w > STEADY
        ]
    beyond = [(name, move) for name, moves in measured.tornados.items() for move in moves if over(move)]
    missed += [
        f"`{name}`: `{move.path}` moves more than it may" for name, move in beyond if kind_of(move.path) == "rule"
    ]
    meant = [f"`{name}`: `{move.path}`" for name, move in beyond if kind_of(move.path) != "rule"]
    by_nature = f" Beyond the limit of one setting, by their nature: {'; '.join(meant)}." if meant else ""
    return "**Not met:** " + ("; ".join(missed) if missed else "nothing of what follows") + "." + by_nature


# --- small things ----------------------------------------------------------------------------------------------------


def largest(moves: Sequence[Move], what: str) -> list[Move]:
    """Return moves, the largest first."""
    return sorted(moves, key=lambda move: -move.largest(what))


def signed(change: float, digits: int) -> str:
    return f"{change:+.{digits}f}".replace("-", "−")


def percent(share: float, sign: str = "+") -> str:
    return f"{100.0 * share:{sign}.1f} %".replace("-", "−")


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def picture(name: str, what: str, moves: Sequence[Move]) -> str:
    """Draw the settings that move a figure most."""
    shown = largest(moves, what)[:SHOWN][::-1]
    with sheet(f"tornado-{name}-{what}", f"What moves {what} most, {name}", 7.6, 5.2) as drawing:
        axes = drawing.axes
        for side, color in ((0, REFERENCE), (1, PALETTE[0])):
            axes.barh(
                range(len(shown)), [getattr(move, what)[side] for move in shown], color=color, height=0.7, alpha=0.9
            )
        axes.set_yticks(range(len(shown)), [move.path for move in shown])
        axes.axvline(0.0, color="#1c2733", linewidth=0.8)
        for limit in (-MOST[what], MOST[what]):
            axes.axvline(limit, color="#d55e00", linewidth=1.0, linestyle=":")
        axes.grid(visible=False)
        digits = 2 if what == "churn" else 0
        tick_format("x", axes, lambda value: signed(value, digits) if value else "0")
        axes.set_xlabel(f"{what}; gray: −20 %, blue: +20 %; dots: the limit")
    return drawing.svg.replace("<svg", '<svg style="background:#ffffff"', 1)


def write(measured: Measured) -> None:
    """Write the page and its pictures."""
    (DOCS / "pictures").mkdir(parents=True, exist_ok=True)
    for name, moves in measured.tornados.items():
        for what in MOST:
            (DOCS / "pictures" / f"tornado_{name}_{what}.svg").write_text(picture(name, what, moves) + "\n")
    (DOCS / "worlds.md").write_text(page(measured))


if __name__ == "__main__":
    write(measure())
