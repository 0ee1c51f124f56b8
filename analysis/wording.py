"""Numbers and findings in words, the same on the terminal, in pictures and in the report."""

from collections.abc import Sequence

from analysis.comparison import Verdict
from analysis.statistics import Interval
from sim.metrics import METRICS

MISSING = "–"


def label(outcome: str) -> str:
    """Return an outcome's name for people: ``churn_rate`` -> "Churn rate"."""
    return METRICS[outcome].label["en"]


def number(value: float | None, outcome: str, *, signed: bool = False, short: bool = False) -> str:
    """Write a value in its outcome's unit.

    Args:
        value: ``None`` where undefined.
        outcome: name of the metric; shares are written as percent.
        signed: whether it is a difference: a sign goes before it, and shares differ by points.
        short: whether millions are written as such.
    """
    if value is None:
        return MISSING
    if is_share(outcome):
        return f"{_plain(100 * value, signed)} {'pts' if signed else '%'}"
    if short and abs(value) >= 1e6:
        return f"{_plain(value / 1e6, signed)} m"
    return _plain(value, signed)


def is_share(outcome: str) -> bool:
    """Whether an outcome is a share or a rate a year, written in percent."""
    return METRICS[outcome].unit.startswith("share")


def interval(estimate: Interval, outcome: str, *, signed: bool = False) -> str:
    """Write "12.3 ± 0.4", or the mean alone where there is no interval."""
    return f"{number(estimate.mean, outcome, signed=signed)} {reach(estimate, outcome)}".strip()


def reach(estimate: Interval, outcome: str) -> str:
    """Write "± 0.4" (points for shares), or nothing where there is no interval."""
    half = estimate.half_width
    return "" if half is None else f"± {number(half, outcome).removesuffix(' %')}"


def span(estimate: Interval, outcome: str) -> str:
    """Write "1,200 to 3,400"."""
    low, high = (number(end, outcome, signed=True) for end in (estimate.low, estimate.high))
    return f"{low.removesuffix(' pts')} to {high}"


def difference(value: float | None, outcome: str) -> str:
    """Write the size of a difference: shares differ by points."""
    text = number(None if value is None else abs(value), outcome)
    return text.replace(" %", " points")


def chance(probability: float | None) -> str:
    """Write a probability without false precision: "over 99 %", "73 %"."""
    if probability is None:
        return MISSING
    if probability > 0.99:
        return "over 99 %"
    return f"{100 * probability:.0f} %"


def single(outcome: str, value: float | None, firm: str, years: float) -> str:
    """Return the answer where there is one arm: what came out."""
    return f"{label(outcome)} of {firm} over {duration(years)}: {number(value, outcome)}"


def headline(verdict: Verdict | None, reference: str) -> str:
    """Return the answer in a few words: which arm, or that it cannot be told."""
    if verdict is None:
        return "Nothing to compare: no outcome was measured."
    name = label(verdict.outcome).lower()
    if verdict.runner_up is None:
        return "One policy was run; there is nothing to compare it with."
    if verdict.same:
        return f"{title(quoted(verdict.best))} and {quoted(verdict.runner_up)} give exactly the same {name}."
    if not verdict.sure:
        return f"Can’t tell yet which policy gives the best {name}."
    if verdict.best == reference:
        beats = "" if verdict.alone else f" by more than {margin(verdict)}"
        return f"No policy beats {quoted(reference)} on {name}{beats}."
    within = "" if verdict.alone else f", to within {margin(verdict)}"
    return f"{title(verdict.best)} gives the best {name}{within}."


def explanation(verdict: Verdict | None, years: float, replicates: int) -> str:
    """Return the sentence below the headline: by how much, and how sure that is."""
    if verdict is None or verdict.runner_up is None or verdict.same:
        return ""
    lead = (
        f"{title(quoted(verdict.best))} leads {quoted(verdict.runner_up)} by "
        f"{difference(verdict.lead.mean, verdict.outcome)} over {duration(years)}"
    )
    if replicates == 1:
        return f"{lead} in one replicate, which says nothing about luck: run more, with replicates=20."
    text = f"{lead} (95 % interval {span(verdict.lead, verdict.outcome)}; {replicates} paired replicates)."
    return f"{text} {_promise(verdict)}"


def _promise(verdict: Verdict) -> str:
    """Say what a verdict is worth: how often such a word is right, or how much more it takes to give one."""
    if verdict.selection is None:
        return ""
    sure = f"{100 * verdict.selection.confidence:.0f} %"
    if verdict.sure:
        found = "no other is better" if verdict.alone else f"no other is better by more than {margin(verdict)}"
        chances = f"the chance that it is the very best is {chance(verdict.probability)}"
        return f"With {sure} confidence {found}, however often one looks; given these replicates, {chances}."
    asked = f"to name the best to within {margin(verdict)} with {sure} confidence"
    more = verdict.selection.more
    if more is None:
        return f"That is too little {asked}, and more replicates are unlikely to settle it."
    return f"That is too little {asked}; about {more:,} more {'replicate' if more == 1 else 'replicates'} would do."


def margin(verdict: Verdict) -> str:
    """Write how much worse than the best is as good as the best: "1 %" (of the reference's mean) or "5,000"."""
    size = verdict.margin.size
    return f"{100 * size:g} %" if verdict.margin.relative else difference(size, verdict.outcome)


def readable(arm: str) -> str:
    """Return an arm's name inside a sentence: ``more_staff`` -> "more staff"."""
    return arm.replace("_", " ")


def quoted(arm: str) -> str:
    """Return an arm's name as a name inside a sentence: “nothing”."""
    return f"“{readable(arm)}”"


def title(arm: str) -> str:
    """Return an arm's name at the start of a sentence."""
    text = readable(arm)
    first = 1 if text.startswith("“") else 0
    return text[:first] + text[first : first + 1].upper() + text[first + 1 :]


def listed(words: Sequence[str]) -> str:
    """Join words as a sentence does: "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else list(words))


def duration(years: float) -> str:
    """Write a length of time: "5 years", "39 weeks", "1 year"."""
    if abs(years - round(years)) < 0.02 and round(years) >= 1:
        return f"{round(years)} year{'s' if round(years) != 1 else ''}"
    if years >= 2:
        return f"{years:.1f} years"
    if years >= 1:
        return f"{years * 12:.0f} months"
    weeks = round(years * 52)
    return f"{weeks} week{'s' if weeks != 1 else ''}"


def money(amount: float) -> str:
    """Write an amount for a sentence or an axis: "−1,250", "3.2 m"."""
    sign, size = "−" if amount < 0 else "", abs(amount)
    return f"{sign}{size / 1e6:,.3g} m" if size >= 1e6 else f"{sign}{size:,.0f}"


def _plain(value: float, signed: bool) -> str:
    size = abs(value)
    places = 0 if size >= 1000 else 1 if size >= 10 else 2
    text = f"{size:,.{places}f}"
    if not any(digit in text for digit in "123456789"):
        return text
    return ("−" if value < 0 else "+" if signed else "") + text
