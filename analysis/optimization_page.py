"""The page of an optimization: the best mix, what it brings, and how much of what was found stood up to fresh lives."""

from itertools import combinations

import numpy as np

from analysis import search_report, wording
from analysis.canvas import Picture
from analysis.constraint import Constraint
from analysis.optimization import MORE, Mix, Optimum
from analysis.report.page import Page, Table
from analysis.report.report import Card
from analysis.search_pictures import front, progress
from analysis.search_report import counted, in_sentence, key_names
from sim.metrics import METRICS

NOTE = (
    "A gain is the arm's outcome less the reference's as the scenario has it, paired by replicate. “Found” is over the"
    " lives that chose the mix: the largest of many is too good on average. “Confirmed” is over as many lives that the"
    " search has not seen. ± is half a 95 % interval."
)


def page(found: Optimum) -> Page:
    """Return the page of an optimization."""
    names = key_names(list(found.asked.ranges))
    return Page(
        name=f"{wording.title(found.experiment.frame.name)}: the best mix",
        headline=_headline(found, names),
        explanation=_explanation(found, names),
        cards=_cards(found, names),
        pictures=[_picture(found)],
        table=_table(found, names),
        notes=[NOTE, *search_report.caveats(found.experiment)],
        command_title="Repeat it",
        command=found.asked.command,
    )


def _headline(found: Optimum, names: dict[str, str]) -> str:
    arm, reference = wording.quoted(found.arm), wording.quoted(found.experiment.frame.reference)
    what = wording.listed([in_sentence(outcome) for outcome in found.outcomes])
    if not found.kept:
        bounds = wording.listed([str(bound) for bound in found.constraints])
        if any(trial.kept for trial in found.trials):
            return f"None of the most promising mixes keeps {bounds} in more lives."
        return f"No mix that was looked at keeps {bounds}."
    mix = found.best[0]
    settings = _settings(mix, names)
    figures = mix.confirmed
    gains = wording.listed(
        [f"{in_sentence(name)} {wording.interval(figures[name], name, signed=True)}" for name in found.outcomes]
    )
    if not any(map(found.beats, found.best)):
        best = f"; the best found is {settings}: {gains}" if len(found.best) == 1 else f" on {what}"
        return f"No mix of {arm} is shown to beat {reference}{best}."
    if len(found.best) == 1:
        return f"{wording.title(arm)} is best with {settings}: {gains} against {reference}."
    told = all(found.apart(one, other) for one, other in combinations(found.best, 2))
    trade = "more of one costs some of another" if told else "luck hides how some of them differ"
    return f"{len(found.best)} mixes of {arm} are best of their kind on {what}: {trade}."


def _explanation(found: Optimum, names: dict[str, str]) -> str:
    after = f"after {counted(len(found.trials), 'trial')}"
    if not found.kept:
        mix = found.closest
        held = [
            f"{in_sentence(bound.outcome)}{_over(bound)} {wording.interval(mix.limits[bound.outcome], bound.outcome)}"
            for bound in found.constraints
        ]
        return (
            f"Closest {after}: {_settings(mix, names)}, with {wording.listed(held)}. Loosen the bound or widen the"
            " ranges."
        )
    texts = [f"Confirmed on {MORE * found.experiment.frame.replicates} lives that the search had not seen, {after}."]
    if len(found.best) == 1:
        mix = found.best[0]
        for outcome in found.outcomes:
            had = wording.interval(mix.found[outcome], outcome, signed=True)
            change = wording.interval(mix.improvement[outcome], outcome, signed=True)
            what = f"{wording.label(outcome)}: " if len(found.outcomes) > 1 else ""
            texts.append(f"{what}In the lives that chose it, it had {had}.")
            texts.append(f"Against {wording.quoted(found.arm)} as the scenario has it: {change}.")
    for bound in found.constraints:
        nearest = max(found.best, key=lambda mix: bound.excess(mix.limits[bound.outcome].mean))
        limit = nearest.limits[bound.outcome]
        judged = {"can’t tell": f"Can’t tell whether {bound} is kept"}.get(
            bound.judged(limit), f"{bound} is {bound.judged(limit)}"
        )
        which = " by the mix nearest to it" if len(found.best) > 1 else ""
        written = wording.interval(limit, bound.outcome)
        texts.append(f"{judged} in the fresh lives{which}: {written}{_over(bound)}.")
    return " ".join(texts)


def _over(bound: Constraint) -> str:
    return " over the reference" if bound.over_reference else ""


def _settings(mix: Mix, names: dict[str, str]) -> str:
    return wording.listed([f"{names[key]} = {_short(value)}" for key, value in mix.values.items()])


def _cards(found: Optimum, names: dict[str, str]) -> list[Card]:
    """Return the settings of the best mix, or the ends of a front."""
    if len(found.best) == 1:
        note = f"of the best mix of {wording.quoted(found.arm)}"
        return [Card(names[key], _short(value), note) for key, value in found.best[0].values.items()]
    ends = {
        outcome: max(found.best, key=lambda mix: METRICS[outcome].sign * (mix.confirmed[outcome].mean or 0.0))
        for outcome in (found.outcomes if found.best else ())
    }
    return [
        Card(
            f"Most for {in_sentence(outcome)}",
            wording.number(mix.confirmed[outcome].mean, outcome, signed=True, short=True),
            f"with {_settings(mix, names)}",
        )
        for outcome, mix in ends.items()
    ]


def _table(found: Optimum, names: dict[str, str]) -> Table:
    several = len(found.outcomes) > 1
    heads = [
        f"{part} {in_sentence(outcome)}" if several else part
        for outcome in found.outcomes
        for part in ("found", "confirmed")
    ]
    rows = [
        [str(place), *map(_short, mix.values.values()), *_figures(mix, found), *_limits(mix, found), _mark(mix, found)]
        for place, mix in enumerate(found.finalists, start=1)
    ]
    limits = [f"{bound}{_over(bound)}" for bound in found.constraints]
    reference = wording.quoted(found.experiment.frame.reference)
    trials = counted(len(found.trials), "trial")
    note = f"The most promising of {trials}; gains over {reference}."
    return Table("The most promising mixes", ["", *names.values(), *heads, *limits, ""], rows, note)


def _mark(mix: Mix, found: Optimum) -> str:
    """Return what became of a finalist."""
    if mix.excess(found.constraints) > 0:
        return "breaks a bound"
    if mix not in found.best:
        return "beaten"
    if len(found.outcomes) == 1:
        return "best"
    alike = [
        str(place)
        for place, other in enumerate(found.finalists, start=1)
        if other in found.best and other is not mix and not found.apart(mix, other)
    ]
    return f"best of its kind; not told from {wording.listed(alike)}" if alike else "best of its kind"


def _figures(mix: Mix, found: Optimum) -> list[str]:
    return [
        wording.interval(part[outcome], outcome, signed=True) if outcome in part else wording.MISSING
        for outcome in found.outcomes
        for part in (mix.found, mix.confirmed)
    ]


def _limits(mix: Mix, found: Optimum) -> list[str]:
    return [wording.interval(mix.limits[bound.outcome], bound.outcome) for bound in found.constraints]


def _picture(found: Optimum) -> Picture:
    kept = [trial.kept for trial in found.trials]
    if len(found.outcomes) > 1:
        best = [tuple(mix.confirmed[name].mean or 0.0 for name in found.outcomes[:2]) for mix in found.best]
        count = counted(len(best), "mix", "mixes")
        return front(
            "front",
            f"{count} that no other beats" if best else "No mix keeps all bounds",
            "Small points: all trials, as found; gray ones break a bound. Large points: the best, confirmed.",
            [(trial.gains[0], trial.gains[1]) for trial in found.trials],
            kept,
            [(x, y) for x, y in best],
            found.outcomes[:2],
        )
    outcome = found.outcomes[0]
    gains = [trial.gains[0] for trial in found.trials]
    keeping = np.where(kept, gains, np.nan)
    sign = METRICS[outcome].sign
    best_so_far = sign * np.fmax.accumulate(sign * keeping)
    note = "Points: trials, as found; gray ones break a bound. Line: the best so far that keeps all."
    title = f"The search for the best {in_sentence(outcome)}"
    return progress("trials", title, note, gains, kept, list(best_so_far), outcome)


def _short(value: float) -> str:
    return f"{value:.4g}"
