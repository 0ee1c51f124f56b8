"""The page of an optimization: the best mix, what it brings, and how much of what was found stood up to fresh lives."""

import numpy as np

from analysis import search_report, wording
from analysis.canvas import Picture
from analysis.optimization import MORE, Mix, Optimum
from analysis.report.page import Page, Table
from analysis.report.report import Card
from analysis.search_pictures import front, progress
from analysis.search_report import better, in_sentence, key_names
from sim.metrics import METRICS

NOTE = (
    "A gain is the arm's outcome less the reference's as the scenario has it, paired by replicate. “Found” is over the"
    " lives that chose the mix: the largest of many is too good on average. “Confirmed” is over as many lives that the"
    " search has not seen. ± is half a 95 % interval."
)


def page(found: Optimum) -> Page:
    """Return the page of an optimization."""
    names = key_names(list(found.asked.ranges))
    first = found.best[0]
    return Page(
        name=f"{wording.title(found.experiment.frame.name)}: the best mix",
        headline=_headline(found, names),
        explanation=_explanation(found),
        cards=[
            Card(names[key], _short(value), f"of the best mix of {wording.quoted(found.arm)}")
            for key, value in first.values.items()
        ],
        pictures=[_picture(found)],
        table=_table(found, names),
        notes=[NOTE, *search_report.caveats(found.experiment)],
        command_title="Repeat it",
        command=found.asked.command,
    )


def _headline(found: Optimum, names: dict[str, str]) -> str:
    arm, reference = wording.quoted(found.arm), wording.quoted(found.experiment.frame.reference)
    if not found.kept:
        return f"No mix that was looked at keeps {wording.listed([str(bound) for bound in found.constraints])}."
    if len(found.outcomes) > 1:
        what = wording.listed([in_sentence(outcome) for outcome in found.outcomes])
        return f"{len(found.best)} mixes of {arm} are best of their kind on {what}: more of one costs some of another."
    outcome, mix = found.outcomes[0], found.best[0]
    settings = wording.listed([f"{names[key]} = {_short(value)}" for key, value in mix.values.items()])
    gain = mix.confirmed[outcome]
    text = wording.interval(gain, outcome, signed=True)
    if not gain.excludes_zero or not better(gain.mean or 0.0, outcome):
        best = f"the best found is {settings}: {in_sentence(outcome)} {text}"
        return f"No mix of {arm} is shown to beat {reference}; {best}."
    return f"{wording.title(arm)} is best with {settings}: {in_sentence(outcome)} {text} against {reference}."


def _explanation(found: Optimum) -> str:
    lives, trials = MORE * found.experiment.frame.replicates, len(found.trials)
    texts = [f"Confirmed on {lives} lives that the search had not seen, after {trials} trials."]
    if len(found.best) == 1:
        outcome, mix = found.outcomes[0], found.best[0]
        texts.append(
            f"In the lives that chose it, it had {wording.interval(mix.found[outcome], outcome, signed=True)}."
        )
        change = wording.interval(mix.improvement[outcome], outcome, signed=True)
        texts.append(f"Against {wording.quoted(found.arm)} as the scenario has it: {change}.")
    for bound in found.constraints:
        limit = found.best[0].limits[bound.outcome]
        kept = "kept" if bound.kept(limit.mean) else "not kept"
        texts.append(f"{bound} is {kept} in the fresh lives: {wording.interval(limit, bound.outcome)}.")
    return " ".join(texts)


def _table(found: Optimum, names: dict[str, str]) -> Table:
    several = len(found.outcomes) > 1
    heads = [
        f"{part} {in_sentence(outcome)}" if several else part
        for outcome in found.outcomes
        for part in ("found", "confirmed")
    ]
    confirmed = {tuple(mix.values.items()): mix for mix in found.best}
    rows = []
    for place, finalist in enumerate(found.finalists, start=1):
        mix = confirmed.get(tuple(finalist.values.items()), finalist)
        rows.append([str(place), *map(_short, mix.values.values()), *_figures(mix, found), *_limits(mix, found)])
    limits = [str(bound) for bound in found.constraints]
    reference = wording.quoted(found.experiment.frame.reference)
    note = f"The most promising of {len(found.trials)} trials; gains over {reference}."
    return Table("The most promising mixes", ["", *names.values(), *heads, *limits], rows, note)


def _figures(mix: Mix, found: Optimum) -> list[str]:
    return [
        wording.interval(part[outcome], outcome, signed=True) if outcome in part else wording.MISSING
        for outcome in found.outcomes
        for part in (mix.found, mix.confirmed)
    ]


def _limits(mix: Mix, found: Optimum) -> list[str]:
    return [wording.interval(mix.limits[bound.outcome], bound.outcome) for bound in found.constraints]


def _picture(found: Optimum) -> Picture:
    if len(found.outcomes) > 1:
        pairs = [(trial.gains[0], trial.gains[1]) for trial in found.trials if trial.kept]
        best = [tuple(mix.confirmed[name].mean or 0.0 for name in found.outcomes[:2]) for mix in found.best]
        title = f"{len(found.best)} mixes that no other beats on both"
        return front(
            "front",
            title,
            "Gray: all trials; blue: the front, confirmed.",
            pairs,
            [(x, y) for x, y in best],
            found.outcomes[:2],
        )
    outcome = found.outcomes[0]
    sign = -1.0 if METRICS[outcome].better == "down" else 1.0
    gains = [trial.gains[0] if trial.kept else np.nan for trial in found.trials]
    best_so_far = sign * np.fmax.accumulate(sign * np.array(gains))
    note = "Points: trials that keep the constraints, as found; line: the best so far."
    return progress(
        "trials", f"The search for the best {in_sentence(outcome)}", note, gains, list(best_so_far), outcome
    )


def _short(value: float) -> str:
    return f"{value:.4g}"
