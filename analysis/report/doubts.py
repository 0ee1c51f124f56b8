"""What would change the answer: more luck, another measure, other people, other assumptions."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from analysis import wording
from analysis.comparison import Comparison
from analysis.language import digits, say
from analysis.statistics import Interval, paired_difference
from sim.metrics import METRICS

OF_A_STUDY = ("replicates", "twins", "until", "language", "folder")  # words that a search does without, or has its own


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
    yield Doubt(say("The people"), _people(comparison))
    yield Doubt(
        say("The assumptions"),
        say(
            "The intervals tell luck, not whether the assumptions hold: more replicates do not help there. How strongly"
            " people react is assumed where a setting’s source is [A]. Which assumptions the answer depends on, this"
            " command tells:"
        ),
        sensitivity_command(str(comparison.results.facts["command"])),
    )


def sensitivity_command(command: str) -> str:
    """Return the command that asks what the answer of a study depends on: the same scenario, with the same settings."""
    _, _, *words = shlex.split(command)
    return shlex.join(["ecrm", "sensitivity", *(word for word in words if word.partition("=")[0] not in OF_A_STUDY)])


def _people(comparison: Comparison) -> str:
    if comparison.results.facts["population"]:
        return say(
            "The people are real, and their past is the same in all replicates; what it leaves open of their traits is"
            " drawn anew in each, so the intervals tell that, too. How sure the fits themselves are, and whether these"
            " people are like your own, they do not tell."
        )
    return say(
        "The people, the staff and their past are the same in all replicates, so the intervals tell luck alone."
        " Another seed draws other people: repeat the study with seed=2 to see whether the answer holds."
    )


def _luck(comparison: Comparison) -> str:
    """Say how sure the lead is, and what common random numbers gained, on the first outcome."""
    verdict = comparison.verdict()
    if verdict is None or verdict.runner_up is None:
        return ""
    outcome = comparison.outcomes[0]
    ratios = [cell.variance_ratio for cell in comparison.cells(outcome).values() if cell.variance_ratio]
    lead = {"best": wording.quoted(verdict.best), "other": wording.quoted(verdict.runner_up)}
    if verdict.lead.low is None:
        return say("One replicate says nothing about luck.")
    if verdict.same:
        found = say("{best} and {other} do not differ in any replicate.", **lead)
    elif verdict.lead.excludes_zero and not verdict.sure:
        found = say(
            "The 95 % interval of the lead of {best} over {other} excludes zero. That would do for one look; it is too"
            " little for several looks, or for several policies.",
            **lead,
        )
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
    """Say by which of the scenario's other outcomes another arm is clearly better, and by which nobody can tell."""
    verdict = comparison.verdict()
    if verdict is None or len(comparison.replicates) == 1:
        return ""
    better: dict[str, list[str]] = {}
    untold = []
    for outcome in comparison.results.facts["outcomes"]:
        if METRICS[outcome].better is None or outcome == verdict.outcome:
            continue
        leads = _leads(comparison, verdict.best, outcome)
        ahead = [arm for arm, lead in leads.items() if lead.low is not None and lead.low > 0]
        for arm in ahead:
            better.setdefault(arm, []).append(wording.label(outcome).lower())
        if not ahead and any(lead.low is not None and lead.low < 0 < (lead.high or 0.0) for lead in leads.values()):
            untold.append(wording.label(outcome).lower())
    best = wording.quoted(verdict.best)
    found = [
        say(
            "{arm} is clearly better than {best} by {outcomes}.",
            arm=wording.title(wording.quoted(arm)),
            best=best,
            outcomes=wording.listed(names),
        )
        for arm, names in better.items()
    ]
    if untold:
        outcomes = wording.listed(untold)
        found.append(say("Whether another policy is better by {outcomes} cannot be told yet.", outcomes=outcomes))
    return wording.sentences(*found) or say("By no other outcome of this study is another policy better.")


def _leads(comparison: Comparison, best: str, outcome: str) -> dict[str, Interval]:
    """Return by how much each other arm is better than ``best`` on an outcome, paired by replicate."""
    values = comparison.values(outcome)
    sign = METRICS[outcome].sign
    return {arm: paired_difference(sign * each, sign * values[best]) for arm, each in values.items() if arm != best}
