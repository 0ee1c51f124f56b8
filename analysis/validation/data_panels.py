"""Choice with habit against scanner panels of real households: half of them fitted, the other half foretold."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from analysis.panels.choice import names
from analysis.panels.held_out import Figure, Gain, Study, gain, judged, study
from analysis.panels.scanner import PANELS, missing, read
from analysis.validation.check import Finding, data
from analysis.validation.lab import Lab
from analysis.validation.results import Series

PAPER = "Guadagni & Little 1983; panels: Jain, Vilcassim & Chintagunta 1994"
HABIT = {"habit in the choice": {"choose.habit_bonus": 0.0}}
APPEAL = {"appeal of brands": {f"firms.{name}.brand": 0.0 for name in ("kleebler", "nabisco", "private")}}


@data(PAPER, needs=APPEAL, missing=missing)
def brand_shares_of_other_households(lab: Lab) -> Finding:
    """Choice with habit, fitted to half of the households of a panel, foretells the brand shares of the other half.

    Shown is the share, of twelve, that is least like what was foretold, with its 95 % predictive interval; shares and
    repeat rates are judged all together (Holm, family-wise 5 %). The picture has what was foretold over what was seen.
    """
    return _foretold(lab, "share of ")


@data(PAPER, needs=HABIT, missing=missing)
def repeat_rates_of_other_households(lab: Lab) -> Finding:
    """Choice with habit, fitted to half of the households of a panel, foretells how often the other half repeats.

    Shown is the repeat rate, of fifteen, that is least like what was foretold, with its 95 % predictive interval;
    shares and repeat rates are judged all together (Holm, family-wise 5 %). The picture has what was foretold over
    what was seen.
    """
    return _foretold(lab, "repeats")


@data(PAPER, needs=HABIT, missing=missing)
def habit_helps_to_foretell_choices(lab: Lab) -> Finding:
    """Choices of households that were not fitted are likelier with habit than without, in all panels together clearly.

    Shown is the gain in log-likelihood, summed over the panels, with a 95 % interval over other households: all of it
    must lie above 0. In each panel alone the gain must be above 0, too, but may be one that luck explains: the note
    says where. The model without habit is fitted anew, with tastes of its own.
    """
    studies = _studies(lab.settings)
    total, gains = gain(*(each.gains for each in studies)), {each.panel: gain(each.gains) for each in studies}
    reach = [(each.high - each.low) / 2.0 for each in gains.values()]
    dots = Series("gain", list(gains), [each.gain for each in gains.values()], reach=reach)
    return Finding(
        0.0, total.gain, total.low, total.high, total.low > 0.0 and all(each.gain > 0.0 for each in gains.values()),
        "above", "log-likelihood", (dots,), "; ".join(map(_said_of, gains, gains.values())),
    )  # fmt: skip


def _said_of(panel: str, found: Gain) -> str:
    """Return a panel's gain, and whether it can be told from luck."""
    clear = "" if found.low > 0.0 else ", not told from luck"
    return f"{panel} {_signed(found.gain)} ({_signed(found.low)} to {_signed(found.high)}{clear})"


def _foretold(lab: Lab, kind: str) -> Finding:
    """Return the finding on the figures whose names begin like this, judged with all others."""
    everything = judged([figure for each in _studies(lab.settings) for figure in each.figures])
    figures = [figure for figure in everything if figure.name.startswith(kind)]
    by_panel = {name: [figure for figure in figures if figure.panel == name] for name in PANELS}
    worst = min(figures, key=lambda figure: figure.chance)
    errors = "; ".join(f"{name}: {_errors(group)}" for name, group in by_panel.items())
    return Finding(
        worst.expected,
        worst.measured,
        worst.low,
        worst.high,
        all(figure.within for figure in figures),
        unit="share",
        series=(Series("as seen", [0.0, 1.0], [0.0, 1.0], line=True), *map(_dots, by_panel, by_panel.values())),
        note=f"shown: {worst.panel}, {worst.name}; foretold less seen, in points: {errors}",
    )


def _errors(figures: list[Figure]) -> str:
    """Return the error of each brand's figure, in points; of the figure of all brands first, where there is one."""
    brands = [figure.name.partition(" of ")[2] or "all" for figure in figures]
    return ", ".join(f"{brand} {_signed(figure.error)}" for brand, figure in zip(brands, figures, strict=True))


def _dots(panel: str, figures: list[Figure]) -> Series:
    """Return what was foretold over what was seen."""
    reach = [(figure.high - figure.low) / 2.0 for figure in figures]
    return Series(panel, [figure.measured for figure in figures], [figure.expected for figure in figures], reach=reach)


def _studies(settings: Mapping[str, Any]) -> list[Study]:
    """Return a study of each panel under settings of its model: ``choose.habit_bonus``, ``firms.NAME.brand``, ..."""
    held = {name.removesuffix(".brand").rpartition(".")[2]: value for name, value in settings.items()}
    return [_study(panel, **{name: held[name] for name in names(read(panel)) if name in held}) for panel in PANELS]


@cache
def _study(panel: str, **held: float) -> Study:
    return study(read(panel), held)


def _signed(value: float) -> str:
    return f"{value:+.1f}".replace("-", "−")
