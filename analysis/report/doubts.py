"""What would change the answer: more luck, another measure, other people, other assumptions."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from analysis import wording
from analysis.comparison import Comparison
from analysis.language import digits, say
from sim.metrics import METRICS


@dataclass(frozen=True)
class Doubt:
    """One thing on which the answer depends: what it is about, what is known of it, and the command that tells more."""

    about: str
    text: str
    command: str = ""


def doubts(comparison: Comparison) -> Iterator[Doubt]:
    """Yield what an answer depends on, the surest first; nothing where only one arm was run."""
    if len(comparison.results.arms) < 2:
        return
    if luck := _luck(comparison):
        yield Doubt(say("Luck"), luck)
    if measure := _measure(comparison):
        yield Doubt(say("The measure that decides"), measure)
    yield Doubt(
        say("The people"),
        say(
            "The people, the staff and their past are the same in all replicates, so the intervals tell luck alone."
            " Another seed draws other people: repeat the study with seed=2 to see whether the answer holds."
        ),
    )
    yield Doubt(
        say("The assumptions"),
        say(
            "The intervals tell luck, not whether the assumptions hold: more replicates do not help there. How strongly"
            " people react is assumed where a setting’s source is [A]. Which assumptions the answer depends on, this"
            " command tells:"
        ),
        shlex.join(["ecrm", "sensitivity", f"scenario={comparison.results.facts['scenario']}"]),
    )


def _luck(comparison: Comparison) -> str:
    """Say how sure the lead is, and what common random numbers gained, on the first outcome."""
    verdict = comparison.verdict()
    if verdict is None or verdict.runner_up is None:
        return ""
    outcome = comparison.outcomes[0]
    ratios = [cell.variance_ratio for cell in comparison.cells(outcome).values() if cell.variance_ratio]
    lead = {"best": wording.quoted(verdict.best), "other": wording.quoted(verdict.runner_up)}
    if verdict.same:
        found = say("{best} and {other} do not differ in any replicate.", **lead)
    elif verdict.lead.excludes_zero:
        found = say("The lead of {best} over {other} is beyond luck: its 95 % interval excludes zero.", **lead)
    else:
        found = say("The lead of {best} over {other} may be luck: its 95 % interval includes zero.", **lead)
    if not ratios or max(ratios) < 1.05:
        return found
    values = {
        "outcome": wording.label(outcome).lower(),
        "least": digits(min(ratios), 1),
        "most": digits(max(ratios), 1),
    }
    pairing = (
        say(
            "All policies met the same people and the same luck: for {outcome}, pairing was worth {least} times as many"
            " runs with independent luck (up to {most} times).",
            **values,
        )
        if len(ratios) > 1
        else say(
            "All policies met the same people and the same luck: for {outcome}, pairing was worth {least} times as many"
            " runs with independent luck.",
            **values,
        )
    )
    return wording.sentences(found, pairing)


def _measure(comparison: Comparison) -> str:
    """Say by which of the scenario's other outcomes another arm would be the best."""
    decisive = comparison.verdict()
    if decisive is None:
        return ""
    others: dict[str, list[str]] = {}
    for outcome in comparison.results.facts["outcomes"]:
        verdict = comparison.verdict(outcome) if METRICS[outcome].better else None
        if verdict is not None and verdict.sure and verdict.best != decisive.best:
            others.setdefault(verdict.best, []).append(wording.label(outcome).lower())
    if not others:
        return say("By no other outcome of this study would another policy clearly be the best.")
    found = [
        say(
            "{arm} would be the best by {outcomes}.",
            arm=wording.title(wording.quoted(arm)),
            outcomes=wording.listed(names),
        )
        for arm, names in others.items()
    ]
    return wording.sentences(*found)
