"""How figures of checks are said, on the terminal and on the page."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from analysis.messages import show
from analysis.validation.results import Result
from analysis.validation.switches import Turned

KINDS = {"closed_form": "formula", "pattern": "pattern", "data": "data"}
SIGNS = {"equal": "", "above": "above "}


def figure(value: float) -> str:
    """Return a number with three to four significant digits, without an exponent where it has a usual size."""
    if not math.isfinite(value):
        return "–"
    if value != 0.0 and not 1e-4 <= abs(value) < 1e6:
        return f"{value:.2g}".replace("-", "−")
    places = max(0, 3 - math.floor(math.log10(abs(value)))) if value else 0
    text = f"{value:,.{min(places, 6)}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")


def expectation(result: Result) -> str:
    """Return what is expected: a value, a bound that the figure should lie above, or a range that it should lie in."""
    if result.relation == "within":
        return f"{figure(result.low)} to {figure(result.high)}"
    return SIGNS[result.relation] + figure(result.expected)


def interval(result: Result) -> str:
    """Return the measured figure with its interval, where it has one."""
    if result.relation == "within":
        return figure(result.measured)
    return f"{figure(result.measured)} ({figure(result.low)} to {figure(result.high)})"


def verdict(holds: bool) -> str:
    """Return whether a claim holds, in a word."""
    return "holds" if holds else "FAILS"


MOST_VALUES = 6  # of one setting that are told one by one
OFF_TITLE = "with it off, its other settings"


def neutrality(turned: Turned) -> str:
    """Return what turning a mechanism off showed."""
    others = f"do nothing ({turned.others} moved)" if turned.others else "are none"
    if not turned.same:
        others = f"still act ({turned.others} moved)"
    return others if turned.works else f"{others}; but on, it does nothing either"


def _values(values: Sequence[Any]) -> str:
    """Return the values that a setting has over the worlds of a check; of many numbers the least and the greatest."""
    if len(values) > MOST_VALUES and all(isinstance(value, int | float) for value in values):
        return f"{figure(min(values))} to {figure(max(values))}"
    return " or ".join(map(show, values))


def settings(values: Mapping[str, Any]) -> str:
    """Return settings as words of the command line."""
    return " ".join(f"{name}={show(value)}" for name, value in values.items())


def strength(result: Result) -> str:
    """Return how easily a closed form would have been refused; empty for other checks."""
    return "" if result.power is None else f"an input 2 % off would be refused with {result.power:.0%} power"


def unusual(result: Result) -> str:
    """Return which settings of a check's worlds are not the usual ones, with their values; empty where none is."""
    told = "; ".join(f"{name} {_values(values)}" for name, values in result.settings.items())
    return told and f"settings that are not the usual ones: {told}"


def usually(result: Result) -> str:
    """Return whether a pattern is there with the usual strengths, too; empty where its worlds have no others."""
    if result.usual is None:
        return ""
    low, high = figure(result.usual.low), figure(result.usual.high)
    shown = "it holds, too" if result.usual.verdict else "it is NOT shown"
    return (
        f"with {settings(result.usual.settings)}, as usual, {shown}: {figure(result.usual.measured)} ({low} to {high})"
    )


def headline(results: Sequence[Result], turned: Sequence[Turned]) -> str:
    """Return how many checks and neutral switches hold, in a sentence."""
    said = _held([result.verdict for result in results], "check")
    return f"{said}; {_held([each.verdict for each in turned], 'switch').lower()}" if turned else said


def changed(results: Sequence[Result], mechanism: str) -> str:
    """Return what switching a mechanism off changed: what should be false then, and what else is."""
    lists: dict[str, list[str]] = {"false, as it should be": [], "STILL TRUE": [], "false, too": []}
    for result in results:
        if mechanism in result.needs:
            still = result.still_true(mechanism)
            lists["STILL TRUE" if still else "false, as it should be"].append(_named(result, still))
        elif not result.verdict:
            lists["false, too"].append(result.name)
    said = "\n".join(f"{title}: {', '.join(names)}" for title, names in lists.items() if names)
    return said or "nothing changes"


def _named(result: Result, differences: Sequence[str]) -> str:
    many = len(result.differences) > 1 and differences
    return f"{result.name} ({'; '.join(differences)})" if many else result.name


def _held(verdicts: Sequence[bool], what: str) -> str:
    failed, many = verdicts.count(False), f"{what}es" if what.endswith("h") else f"{what}s"
    if failed:
        return f"{failed} of {len(verdicts)} {many} fail"
    return f"All {len(verdicts)} {many} hold" if len(verdicts) > 1 else f"The {what} holds"


def explanation(results: list[Result], fast: bool) -> str:
    """Return what the checks are, in a few sentences."""
    count = {name: sum(result.kind == kind for result in results) for kind, name in KINDS.items()}
    parts = [
        f"{count['formula']} against formulas", f"{count['pattern']} against patterns of the literature",
        f"{count['data']} against data",
    ]  # fmt: skip
    said = ", ".join(part for part in parts if not part.startswith("0"))
    size = " Samples are small (--fast): what holds here is shown with less power than in the full run." if fast else ""
    return (
        f"{said[0].upper() + said[1:]}. Formulas are tested all together with a chance of 1 % to refuse a right model;"
        f" a pattern must lie above its bound with all of a 99 % interval.{size}"
    )
