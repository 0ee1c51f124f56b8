"""``ecrm sensitivity``: what the answer depends on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import Field

from analysis import search_report, wording
from analysis.carry_out import Ways
from analysis.experiment import AS_IT_STANDS, Experiment, decisive
from analysis.report.page import Page, Table
from analysis.report.report import Card
from analysis.search_pictures import bars
from analysis.search_report import better, in_sentence, key_names, subject
from analysis.search_words import Asked, ask, need_extra
from analysis.sensitivity import Design, Effect, Method, defined, design, foremost, indices
from analysis.statistics import Floats, Interval, mean_interval
from analysis.uncertainty import Sources
from sim.settings import Settings

if TYPE_CHECKING:
    from rich.console import Console

TITLES = {
    "mu_star": "moves it by",
    "mu": "on average",
    "sigma": "spread",
    "total": "explains, with others",
    "first": "alone",
    "swing": "low to high",
    "low": "at the low end",
    "high": "at the high end",
}
EXPLAINED = {
    "morris": "Morris screening. “Moves it by” (μ*) is the mean size of the change that a setting makes over its whole"
    " range, others anywhere in theirs; “on average” (μ) keeps its sign; “spread” (σ) is large where the change depends"
    " on other settings or is no straight line. ± is half a 95 % interval over trajectories and replicates.",
    "sobol": "Sobol indices: shares of the variance of the mean over replicates, with every setting anywhere in its"
    " range. “Alone” (first order) is what knowing this setting would take away; “with others” (total) is what would"
    " stay if all others were known. In brackets: 95 % intervals over points and replicates.",
    "tornado": "One setting at a time at an end of its range, all others as the scenario has them: changes from the"
    " scenario as it stands, paired by replicate. ± is half a 95 % interval. What settings do together is not seen.",
}
MARKS = {True: "within the luck", False: "", None: "luck not known"}
MARKED = (
    "“Within the luck”: the replicates do not tell what a setting does from nothing. Of settings that do nothing, at"
    " most one in 20 goes without this mark."
)
MOST_NAMED = 3  # settings in a headline


class SensitivityKeys(Settings):
    """The keys of ``ecrm sensitivity`` itself."""

    method: Method = Field(default="morris", description="how points are chosen and read")
    samples: int | None = Field(
        default=None, ge=2, le=1_000_000, description="Morris: trajectories; Sobol: base points, a power of two"
    )
    outcome: str | None = Field(default=None, description="metric; the scenario's decisive one if not given")
    arm: str | None = Field(default=None, description="arm whose difference to the reference counts; all if not given")


@dataclass(frozen=True)
class Finding:
    """What one arm's answer depends on.

    Attributes:
        arm: the arm; the reference stands for its outcome itself, any other for its difference to the reference.
        here: what it is in the scenario as it stands.
        effects: of each key, the largest first.
        luck: how much of the variance is luck, where the method tells.
        for_better: at how many points the difference is for the better, told from zero at 95 %.
        for_worse: the same for the worse.
        points: looked at.
        replicates: that are defined at all of them.
    """

    arm: str
    here: Interval
    effects: list[Effect]
    luck: Sources | None
    for_better: int
    for_worse: int
    points: int
    replicates: int


@dataclass(frozen=True)
class Sensitivity:
    """What the answer of a scenario depends on."""

    asked: Asked[SensitivityKeys]
    experiment: Experiment
    outcome: str
    findings: list[Finding]

    @property
    def replicates(self) -> int:
        """How many replicates the findings rest on; one with a run that failed or is not defined is left out."""
        return min(found.replicates for found in self.findings)

    def as_dict(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        return {
            "scenario": self.experiment.frame.name,
            "folder": str(self.experiment.frame.folder),
            "method": self.asked.keys.method,
            "outcome": self.outcome,
            "reference": self.experiment.frame.reference,
            "replicates": self.replicates,
            "failures": self.experiment.failures,
            "points": self.findings[0].points,
            "arms": {
                found.arm: {
                    "here": found.here.as_dict(),
                    "effects": [effect.as_dict() for effect in found.effects],
                    "luck_share": found.luck.share.as_dict() if found.luck else None,
                    "better_at": found.for_better,
                    "worse_at": found.for_worse,
                }
                for found in self.findings
            },
        }

    def show(self, console: "Console") -> None:
        """Print what decides, and by how much."""
        search_report.show(self.page(), self.experiment, console)

    def page(self) -> Page:
        """Return the page."""
        first = self.findings[0]
        names = key_names(list(self.asked.ranges))
        others = [self._headline(found, names) for found in self.findings[1:]]
        return Page(
            name=f"{wording.title(self.experiment.frame.name)}: what it depends on",
            headline=self._headline(first, names),
            explanation=" ".join([*self._explained(first), *others]),
            cards=[
                Card(names[effect.key], self._figure(effect, effect.ranked_by), self._card_note(found, effect))
                for found in self.findings
                for effect in found.effects[:2]
            ],
            pictures=[self._picture(found, names) for found in self.findings],
            table=Table("Every setting", self._columns(), list(self._rows(names)), self._note()),
            notes=[EXPLAINED[self.asked.keys.method], MARKED, *search_report.caveats(self.experiment)],
            command_title="Repeat it",
            command=self.asked.command,
        )

    def _headline(self, found: Finding, names: Mapping[str, str]) -> str:
        what = self._of(found)
        if all(effect.within_luck is None for effect in found.effects):
            return f"With one replicate luck cannot be told from effects on {what}: run more, with replicates=10."
        first = foremost(found.effects)
        if not first:
            return f"Nothing that was varied moves {what} beyond the luck of {self._lives()}."
        if len(first) > 1:
            shown = [names[effect.key] for effect in first[:MOST_NAMED]]
            more = [f"{len(first) - MOST_NAMED} more"] if len(first) > MOST_NAMED else []
            return f"{wording.title(wording.listed([*shown, *more]))} matter most to {what} (not told apart)."
        return self._leader(first[0], wording.title(names[first[0].key]), what, self._doubted(found, first[0]))

    def _leader(self, top: Effect, key: str, what: str, doubt: str) -> str:
        """Say what the one setting does that was shown to matter more than all others that were shown to."""
        if self.asked.keys.method == "sobol":
            first = top.figures["first"]
            verb = "decides" if (first.low or 0.0) > 0.5 else f"matters most{doubt}"
            return (
                f"{key} {verb}: it explains {_share(first)} of what is not known about {what} alone, and"
                f" {_share(top.size)} with others."
            )
        if self.asked.keys.method == "morris":
            size = wording.number(top.size.mean, self.outcome)
            return f"{key} matters most{doubt}: over its range it moves {what} by {size} on average."
        low, high = (self._end(top.figures[end], end) for end in ("low", "high"))
        return f"{key} matters most{doubt}: {what} is {low} and {high} than as the scenario stands."

    def _end(self, figure: Interval, end: str) -> str:
        if not figure.mean:
            return f"unchanged {TITLES[end]}"
        side = "higher" if figure.mean > 0 else "lower"
        return f"{wording.difference(figure.mean, self.outcome)} {side} {TITLES[end]}"

    def _doubted(self, found: Finding, top: Effect) -> str:
        """Say so where a setting that is hidden by luck may matter as much."""
        hidden = any(effect.within_luck and effect.may_exceed(top) for effect in found.effects)
        return " of the settings that are told from luck" if hidden else ""

    def _explained(self, found: Finding) -> Iterator[str]:
        reference = self.experiment.frame.reference
        written = wording.interval(found.here, self.outcome, signed=found.arm != reference)
        yield f"As the scenario stands, {self._of(found)} is {written}."
        if found.arm != reference:
            yield (
                f"Of the {found.points:,} points looked at, {wording.quoted(found.arm)} does better on"
                f" {in_sentence(self.outcome)} than {wording.quoted(reference)} at {found.for_better:,} and worse at"
                f" {found.for_worse:,}; not told at {found.points - found.for_better - found.for_worse:,}."
            )
        if found.luck is not None:
            yield f"{found.luck.in_words(self._of(found) + ' of one life')}"
        within = sum(bool(effect.within_luck) for effect in found.effects)
        if 0 < within < len(found.effects):
            yield f"{within} of {len(found.effects)} settings cannot be told from luck."

    def _columns(self) -> list[str]:
        figures = [TITLES[name] for name in self.findings[0].effects[0].figures]
        arm = ["arm"] if len(self.findings) > 1 else []
        return ["setting", *arm, "range", *figures, ""]

    def _rows(self, names: Mapping[str, str]) -> Iterator[list[str]]:
        for found in self.findings:
            for effect in found.effects:
                span = self.asked.ranges[effect.key]
                arm = [wording.readable(found.arm)] if len(self.findings) > 1 else []
                figures = [self._figure(effect, name) for name in effect.figures]
                yield [names[effect.key], *arm, f"{span.low:g} to {span.high:g}", *figures, MARKS[effect.within_luck]]

    def _figure(self, effect: Effect, name: str) -> str:
        if self.asked.keys.method == "sobol":
            return _share(effect.figures[name])
        return wording.interval(effect.figures[name], self.outcome, signed=name not in ("mu_star", "sigma"))

    def _card_note(self, found: Finding, effect: Effect) -> str:
        mark = f" ({MARKS[effect.within_luck]})" if MARKS[effect.within_luck] else ""
        return f"{TITLES[effect.ranked_by]}: {self._of(found)}{mark}"

    def _note(self) -> str:
        return f"{wording.label(self.outcome)}; {self.findings[0].points:,} points, the same {self._lives()} at each."

    def _picture(self, found: Finding, names: Mapping[str, str]) -> Any:
        return bars(
            f"effects-{found.arm}",
            self._headline(found, names),
            EXPLAINED[self.asked.keys.method],
            [(names[effect.key], effect) for effect in found.effects],
            self.outcome,
        )

    def _of(self, found: Finding) -> str:
        return subject(self.outcome, found.arm, self.experiment.frame.reference)

    def _lives(self) -> str:
        return search_report.lives(self.replicates)


def sensitivity(words: Sequence[str], ways: Ways = Ways()) -> Sensitivity:
    """Find out what the answer of a scenario depends on, and write its page.

    Args:
        words: what follows the verb.
        ways: how runs are carried out.

    Raises:
        BadInput: a word or the folder is refused.
        Failure: the runs were stopped or failed, or an outcome is not defined.
    """
    asked = ask("sensitivity", words, SensitivityKeys, "uncertainties")
    chosen = asked.keys
    if chosen.method != "tornado":
        need_extra("SALib", f"method = {chosen.method}")
    looked_at = design(chosen.method, asked.ranges, chosen.samples)
    experiment = Experiment.of(asked, [chosen.arm] if chosen.arm else [], ways)
    outcome = decisive(chosen.outcome, experiment)
    came = experiment.run([AS_IT_STANDS, *looked_at.points])
    reference = experiment.frame.reference
    arms = [chosen.arm] if chosen.arm else experiment.others or [reference]
    tables = {
        arm: came.of(arm, outcome) if arm == reference else came.difference(arm, reference, outcome) for arm in arms
    }
    found = Sensitivity(asked, experiment, outcome, [_finding(looked_at, *each, outcome) for each in tables.items()])
    search_report.write(found.page(), experiment.frame.folder)
    return found


def _finding(looked_at: Design, arm: str, table: Floats, outcome: str) -> Finding:
    """Return what a table of outcomes says; its first row is the scenario as it stands."""
    points = defined(table[1:])
    told = [better(found.mean or 0.0, outcome) for found in map(mean_interval, points) if found.excludes_zero]
    return Finding(
        arm=arm,
        here=mean_interval(table[0]),
        effects=indices(looked_at, points),
        luck=looked_at.luck(points),
        for_better=told.count(True),
        for_worse=told.count(False),
        points=len(points),
        replicates=points.shape[1],
    )


def _share(figure: Interval) -> str:
    """Write a share of variance: an estimate may lie outside of 0 to 100 %, a share cannot."""
    low, middle, high = (100 * min(max(end or 0.0, 0.0), 1.0) for end in (figure.low, figure.mean, figure.high))
    return f"{middle:.0f} % ({low:.0f}–{high:.0f} %)"
