"""Numbers and findings in words, the same on the terminal, in pictures and in the report, in the language spoken."""

from collections.abc import Sequence

from analysis.comparison import Verdict
from analysis.language import digits, local, plural, say, short_name, spoken
from analysis.margin import Margin
from analysis.statistics import Interval
from sim.metrics import CAUSES, METRICS

MISSING = "–"
SHOWN_UNITS = ("months", "years", "minutes")  # units that a row names, for its figures do not
MOST_PLACES = 4  # decimals for the sake of a narrow interval
ROUNDING = 1e-6  # an interval that is narrower, as a share of its mean, is none
SHARE, PEOPLE = "retention_rate", "customers"  # metrics whose units are those of differences of shares, and of heads


def label(outcome: str) -> str:
    """Return an outcome's name for people: ``churn_rate`` -> "Churn rate"."""
    return METRICS[outcome].label[short_name()]


def measure(outcome: str) -> str:
    """Return an outcome's name with the unit that its figures do not show: "Tenure (years)"."""
    unit = METRICS[outcome].unit
    return say("{name} ({unit})", name=label(outcome), unit=say(unit)) if unit in SHOWN_UNITS else label(outcome)


def definition(outcome: str) -> str:
    """Return how an outcome is defined, for people."""
    return say(METRICS[outcome].definition)


def cause(name: str) -> str:
    """Return a cause of leaving for people: ``service_encounter`` -> "service encounter"."""
    return CAUSES[name][short_name()] if name in CAUSES else readable(name)


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
        return _with_unit(_plain(100 * value, signed), outcome, signed)
    if short and abs(value) >= 1e6:
        return say("{number} m", number=_plain(value / spoken().large, signed))
    return _plain(value, signed)


def is_share(outcome: str) -> bool:
    """Whether an outcome is a share or a rate a year, written in percent."""
    return METRICS[outcome].unit.startswith("share")


def interval(estimate: Interval, outcome: str, *, signed: bool = False) -> str:
    """Write "12.3 ± 0.4", or the mean alone where there is no interval, or no luck in it."""
    if estimate.mean is None:
        return MISSING
    return _with_unit(_with_reach(estimate, outcome, signed), outcome, signed)


def points(estimate: Interval) -> str:
    """Write a difference of shares for a sentence that names its unit: "7.1 ± 0.4"."""
    return MISSING if estimate.mean is None else _with_reach(estimate, SHARE, signed=False)


def heads(people: Interval) -> str:
    """Write a number of people, mean over replicates: "22.5 ± 3.1", or "22" where there is no luck in it."""
    return interval(people, PEOPLE) if people.half_width else digits(people.mean or 0.0)


def _with_reach(estimate: Interval, outcome: str, signed: bool) -> str:
    mean, half = _scaled(estimate.mean or 0.0, outcome), estimate.half_width
    text = _plain(mean, signed) if half is None else _plain(mean, signed, _common_places(estimate, outcome))
    return f"{text} {reach(estimate, outcome)}".strip()


def reach(estimate: Interval, outcome: str) -> str:
    """Write "± 0.4" (points for shares), or nothing where there is no interval, or no luck in it."""
    half = estimate.half_width
    if half is None or estimate.mean is None or _rounding(estimate):
        return ""
    places = _common_places(estimate, outcome)
    text = _plain(_scaled(half, outcome), signed=False, places=places)
    return f"± {text}" if any(digit in text for digit in "123456789") else f"± <{digits(10.0**-places, places)}"


def span(estimate: Interval, outcome: str) -> str:
    """Write "+1,200 to +3,400"."""
    low = MISSING if estimate.low is None else _bare(estimate.low, outcome, signed=True)
    return say("{low} to {high}", low=low, high=number(estimate.high, outcome, signed=True))


def difference(value: float | None, outcome: str) -> str:
    """Write the size of a difference: shares differ by points."""
    if value is None:
        return MISSING
    text = _bare(abs(value), outcome)
    return say("{number} points", number=text) if is_share(outcome) else text


def percent(share: float, places: int = 0) -> str:
    """Write a share as percent: "12 %"."""
    return say("{number} %", number=digits(100 * share, places))


def tick(share: float) -> str:
    """Write a share along an axis, with the decimals that it has: "0.5 %"."""
    return say("{number} %", number=local(f"{100 * share:.4g}"))


def told_apart(one: float, other: float) -> tuple[str, str]:
    """Write two shares as percent with the decimals that tell them apart: "84.3 %", "84.1 %"."""
    places = next((places for places in range(3) if round(100 * one, places) != round(100 * other, places)), 3)
    return percent(one, places), percent(other, places)


def signed_tick(share: float) -> str:
    """Write a change along an axis: "+0.5 %"."""
    return ("+" if share > 0 else "") + tick(share)


def signed_points(share: float) -> str:
    """Write a difference of shares along an axis: "+0.5 pts"."""
    return say("{number} pts", number=("+" if share > 0 else "") + local(f"{100 * share:.4g}"))


def chance(probability: float | None) -> str:
    """Write a probability without false precision: "over 99 %", "73 %"."""
    if probability is None:
        return MISSING
    if probability > 0.99:
        return say("over {share}", share=percent(0.99))
    return percent(probability)


def single(outcome: str, value: float | None, firm: str, years: float) -> str:
    """Return the answer where there is one arm: what came out."""
    return say(
        "{outcome} of {firm} over {duration}: {value}",
        outcome=label(outcome),
        firm=firm,
        duration=duration(years),
        value=number(value, outcome),
    )


def headline(verdict: Verdict | None, reference: str) -> str:
    """Return the answer in a few words: which arm, or that it cannot be told."""
    if verdict is None:
        return say("Nothing to compare: no outcome was measured.")
    name = label(verdict.outcome).lower()
    if verdict.runner_up is None:
        return say("One policy was run; there is nothing to compare it with.")
    if verdict.same:
        return say(
            "{best} and {other} give exactly the same {outcome}.",
            best=title(quoted(verdict.best)),
            other=quoted(verdict.runner_up),
            outcome=name,
        )
    if not verdict.sure:
        return say("Can’t tell yet which policy gives the best {outcome}.", outcome=name)
    words = {"best": title(verdict.best), "reference": quoted(reference), "outcome": name}
    if verdict.best == reference:
        if verdict.alone:
            return say("No policy beats {reference} on {outcome}.", **words)
        return say("No policy beats {reference} on {outcome} by more than {margin}.", margin=margin(verdict), **words)
    if verdict.alone:
        return say("{best} gives the best {outcome}.", **words)
    return say("{best} gives the best {outcome}, to within {margin}.", margin=margin(verdict), **words)


def explanation(verdict: Verdict | None, years: float, replicates: int) -> str:
    """Return the sentences below the headline: by how much, and how sure that is."""
    if verdict is None or verdict.runner_up is None or verdict.same:
        return ""
    lead = {
        "best": title(quoted(verdict.best)),
        "other": quoted(verdict.runner_up),
        "lead": difference(verdict.lead.mean, verdict.outcome),
        "duration": duration(years),
    }
    if replicates == 1:
        return say(
            "{best} leads {other} by {lead} over {duration} in one replicate, which says nothing about luck:"
            " run more, with replicates=20.",
            **lead,
        )
    found = say(
        "{best} leads {other} by {lead} over {duration} (95 % interval {span}; {replicates} paired replicates).",
        span=span(verdict.lead, verdict.outcome),
        replicates=digits(replicates),
        **lead,
    )
    return sentences(found, _promise(verdict))


def _promise(verdict: Verdict) -> str:
    """Say what a verdict is worth: how often such a word is right, or how much more it takes to give one."""
    if verdict.selection is None:
        return ""
    words = {
        "sure": percent(verdict.selection.confidence),
        "margin": margin(verdict),
        "chance": chance(verdict.probability),
    }
    if verdict.alone:
        return say(
            "With {sure} confidence no other is better, however often one looks; given these replicates, the chance"
            " that it is the very best is {chance}.",
            **words,
        )
    if verdict.sure:
        return say(
            "With {sure} confidence no other is better by more than {margin}, however often one looks; given these"
            " replicates, the chance that it is the very best is {chance}.",
            **words,
        )
    if verdict.selection.more is None:
        return say(
            "That is too little to name the best to within {margin} with {sure} confidence, and more replicates are"
            " unlikely to settle it.",
            **words,
        )
    return plural(
        "That is too little to name the best to within {margin} with {sure} confidence; about {count} more replicate"
        " would do.",
        "That is too little to name the best to within {margin} with {sure} confidence; about {count} more replicates"
        " would do.",
        verdict.selection.more,
        **words,
    )


def margin(verdict: Verdict) -> str:
    """Write how much worse than the best is as good as the best: "1 %" (of the reference's mean) or "5,000"."""
    return size(verdict.margin, verdict.outcome)


def size(margin: Margin, outcome: str) -> str:
    """Write how large a difference counts: "1 %" (of the reference's mean) or "5,000"."""
    return tick(margin.size) if margin.relative else difference(margin.size, outcome)


def sentences(*texts: str) -> str:
    """Join sentences as the language does, empty ones left out."""
    return say("{one} {other}", one="", other="").join(filter(None, texts))


def readable(arm: str) -> str:
    """Return an arm's name inside a sentence: ``more_staff`` -> "more staff"."""
    return arm.replace("_", " ")


def short(arm: str, most: int = 22) -> str:
    """Return an arm's name with at most ``most`` signs, for a drawing."""
    text = readable(arm)
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def quoted(arm: str) -> str:
    """Return an arm's name as a name inside a sentence: “nothing”."""
    return say("“{name}”", name=readable(arm))


def title(arm: str) -> str:
    """Return an arm's name at the start of a sentence."""
    text = readable(arm)
    first = 1 if text[:1] in "“«" else 0
    return text[:first] + text[first : first + 1].upper() + text[first + 1 :]


def listed(words: Sequence[str]) -> str:
    """Join words as a sentence does: "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return say("{words} and {last}", words=enumerated(words[:-1]), last=words[-1])


def enumerated(words: Sequence[str]) -> str:
    """Join words without an end: "a, b, c"."""
    return say("{one}, {other}", one="", other="").join(words)


def duration(years: float) -> str:
    """Write a length of time: "5 years", "39 weeks", "1 year"."""
    if abs(years - round(years)) < 0.02 and round(years) >= 1:
        return plural("{count} year", "{count} years", round(years))
    if years >= 2:
        return say("{number} years", number=digits(years, 1))
    if years >= 1:
        return say("{number} months", number=digits(years * 12))
    if years * 52 < 1:
        return plural("{count} day", "{count} days", max(round(years * 365), 1))
    return plural("{count} week", "{count} weeks", round(years * 52))


def money(amount: float) -> str:
    """Write an amount for a sentence or an axis: "−1,250", "3.2 m"."""
    if abs(amount) < 100:
        return local(f"{amount:.3g}")
    if abs(amount) < 1e6:
        return digits(amount)
    size = amount / spoken().large
    places = max(0, 3 - len(str(int(abs(size)))))
    text = digits(size, places)
    if places:
        text = text.rstrip("0").removesuffix(spoken().decimal)
    return say("{number} m", number=text)


def _bare(value: float, outcome: str, signed: bool = False) -> str:
    return _plain(_scaled(value, outcome), signed)


def _scaled(value: float, outcome: str) -> float:
    return 100 * value if is_share(outcome) else value


def _with_unit(number: str, outcome: str, signed: bool) -> str:
    if not is_share(outcome):
        return number
    return say("{number} pts" if signed else "{number} %", number=number)


def _plain(value: float, signed: bool, places: int | None = None) -> str:
    if value == 0:
        return "0"
    text = digits(abs(value), _places(value) if places is None else places)
    if not any(digit in text for digit in "123456789"):
        return text
    return ("−" if value < 0 else "+" if signed else "") + text


def _places(value: float) -> int:
    return 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2


def _common_places(estimate: Interval, outcome: str) -> int:
    """Return the decimals of a mean and its half-width: as many as both deserve, and enough for the half to show."""
    mean, half = (_scaled(value or 0.0, outcome) for value in (estimate.mean, estimate.half_width))
    places = min(_places(mean), _places(half))
    while places < MOST_PLACES and round(half, places) == 0 and not _rounding(estimate):
        places += 1
    return places


def _rounding(estimate: Interval) -> bool:
    """Whether an interval is as narrow as computing makes it: all replicates are the same."""
    return (estimate.half_width or 0.0) <= ROUNDING * abs(estimate.mean or 0.0)
