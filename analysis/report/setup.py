"""How a study was set up: what was simulated, what counts as equal, when it stopped, which outlays were made equal."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from analysis import wording
from analysis.comparison import Comparison
from analysis.language import digits, local, say
from analysis.margin import Margin
from analysis.sequential import Stopping, read_until


@dataclass(frozen=True)
class EqualOutlay:
    """An arm whose lever was solved on pilot runs so that it lays out what another arm does, in words."""

    arm: str
    match: str
    lever: str
    value: str
    outlay: str
    target: str
    error: str
    missed: str  # how near it was to come, where no value of the lever came so near; else empty


def facts(comparison: Comparison, years: float) -> dict[str, str]:
    """Return what a study rests on, by its name."""
    results = comparison.results
    return {
        say("Time simulated"): wording.duration(years),
        say("Firms"): wording.enumerated([str(firm) for firm in results.periods["firm"].unique()]),
        say("Studied firm"): results.focal,
        say("Runs"): say(
            "{count} ({policies} × {replicates}, policies × replicates)",
            count=digits(len(results.runs)),
            policies=len(results.arms),
            replicates=len(comparison.replicates),
        ),
        **stop(comparison),
        **_equal(comparison),
        say("Seed"): str(results.facts["seed"]),
    }


def _equal(comparison: Comparison) -> dict[str, str]:
    """Say how small a difference of the decisive outcome is none; nothing where arms were not told apart."""
    verdict = comparison.verdict()
    if verdict is None or verdict.selection is None:
        return {}
    values = {
        "outcome": wording.label(verdict.outcome).lower(),
        "size": wording.size(verdict.margin, verdict.outcome),
    }
    if verdict.margin.relative:
        return {say("Counts as equal"): say("differences in {outcome} below {size} of the reference’s", **values)}
    return {say("Counts as equal"): say("differences in {outcome} below {size}", **values)}


def stop(comparison: Comparison) -> dict[str, str]:
    """Say when a study that runs until its intervals are narrow stopped, and whether they are; nothing of others."""
    results = comparison.results
    if not results.facts.get("until"):
        return {}
    until = read_until(results.facts["until"])
    excess = Stopping(until, results.reference).excess(comparison.values(until.outcome))
    values = {
        "count": digits(len(comparison.replicates)),
        "outcome": wording.label(until.outcome).lower(),
        "size": _size(until.half_width, until.outcome),
    }
    if excess is None:
        text = say(
            "after {count} replicates: {outcome} is defined in fewer than two pairs of an arm and the reference, so"
            " there is no interval to narrow",
            **values,
        )
    elif excess <= 1:
        text = say(
            "by itself after {count} replicates: every 95 % interval of a difference in {outcome} is ± {size} or"
            " narrower",
            **values,
        )
    else:
        text = say(
            "after {count} replicates, as many as were allowed: the widest 95 % interval of a difference in {outcome}"
            " is {times} times as wide as was asked for (± {size}); about {more} replicates would do",
            times=digits(excess, 1),
            more=digits(math.ceil(len(comparison.replicates) * excess * excess)),
            **values,
        )
    return {say("Stopped"): text}


def _size(margin: Margin, outcome: str) -> str:
    size = wording.size(margin, outcome)
    return say("{share} of the reference’s", share=size) if margin.relative else size


def equal_outlays(study: Mapping[str, Any]) -> Iterator[EqualOutlay]:
    """Yield the arms of a study of one point whose outlay was made equal to another's."""
    for solved in study.get("budgets", []):
        hit = abs(solved["error"]) <= solved["within"]
        yield EqualOutlay(
            arm=wording.title(wording.quoted(solved["arm"])),
            match=wording.quoted(solved["match"]),
            lever=solved["lever"],
            value=local(f"{solved['value']:,.6g}"),
            outlay=wording.money(solved["outlay"]),
            target=wording.money(solved["target"]),
            error=wording.signed_tick(round(solved["error"], 4)),
            missed="" if hit else wording.tick(solved["within"]),
        )
