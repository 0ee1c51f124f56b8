"""Feedback: what customers tell a firm that listens. Easier voice makes more of them speak; causes found are mended."""

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.draws import Decision, Key, uniform
from sim.kernel import double, kernel, loop
from sim.mind.part import Floats, Part, PartSettings
from sim.people.columns import People
from sim.people.experience import ExperienceSettings, Incident, Incidents, chance_of_voice
from sim.people.feelings import FeelSettings
from sim.rule import rule
from sim.settings import numbers, setting

if TYPE_CHECKING:
    from sim.market import Market


class FeedbackSettings(PartSettings):
    """What can be learned from complaints."""

    fixable: float = setting(0.5, "share of failures whose causes feedback can find", "share", ge=0, lt=1)
    scale: float = setting(
        0.1,
        "complaints acted upon, per customer, that mend 63 % of these causes",
        "complaints a customer",
        gt=0,
        le=1e4,
    )
    half_life: float = setting(
        12.0, "new products and new staff bring new causes: what was mended is worth half", "months", gt=0, le=600
    )


@rule("fixes", 0.0, 0.5, also=("listening", "continual_improvement"))
@kernel
def failures_left(fixes: float, b: FeedbackSettings) -> float:
    """Return the share of failures that is left after causes were mended.

    Equation: 1 - fixable (1 - exp(-fixes / scale))
    Units: fixes: complaints acted upon per customer, those of long ago fading; scale alike; a share 0-1
    Source: Fornell & Wernerfelt 1987 (complaints tell causes); [A] form: the commonest causes are found first
    """
    return 1.0 + b.fixable * math.expm1(-fixes / b.scale)


@loop
def _speak_up(
    period: int, key: Key, failure: int, people: People, incidents: Incidents, ease: NDArray[np.float64],
    e: ExperienceSettings, f: FeelSettings,
) -> None:  # fmt: skip
    """Let those silent about a failure speak up whom ease brings to it; by the draw that kept them silent."""
    for row in range(incidents.person.size):
        person, firm = int(incidents.person[row]), int(incidents.firm[row])
        if int(incidents.cause[row]) != failure or incidents.calls[row] or ease[firm] <= 0.0:
            continue
        readiness = double(people.voice[person]) + ease[firm]
        chance = chance_of_voice(double(people.commitment[person, firm]), readiness, e, f)
        if uniform(key, person, period, Decision.SPEAK_UP, int(incidents.slot[row])) < chance:
            incidents.calls[row] = True
            people.voiced[person, firm] = True


class Feedback(Part):
    """Feedback: complaints tell a firm that listens (a program) what to mend; easier voice brings more of them.

    Attributes:
        ease: (F,) what programs add to the readiness to complain in this period, log-odds.
        fixes: (F,) complaints acted upon, per customer; programs keep them.
        used: (F,) complaints acted upon in this period.
        so_far: (2, F) failures expected to have been spared, and complaints acted upon, since the watch began.
        voiced: persons, firms (of each) and severities of this period's complaints.
    """

    settings_class = FeedbackSettings
    settings: FeedbackSettings
    counts = ("open_complaints", "feedback_used", "spared_so_far", "used_so_far")

    def __init__(self, settings: FeedbackSettings, market: "Market") -> None:
        """Begin with nothing mended."""
        super().__init__(settings, market)
        self.rules = numbers(settings)
        self.ease, self.fixes, self.used, self._failed, self._left = np.zeros((5, len(market.firms)))
        self.so_far: Floats = np.zeros((2, len(market.firms)))
        self.voiced: tuple[NDArray[np.int64], NDArray[np.int8], NDArray[np.float64]] = (
            np.zeros(0, np.int64), np.zeros(0, np.int8), np.zeros(0)
        )  # fmt: skip

    def lean(self, market: "Market") -> None:
        """Spare people the failures whose causes were mended: of the same possible failures fewer happen."""
        self._left = np.array([failures_left(fixes, self.rules) for fixes in self.fixes])
        if self.fixes.any():
            market.terms = market.terms._replace(failures=market.terms.failures * self._left)

    def met(self, market: "Market", incidents: Incidents) -> None:
        """Let ease bring the silent to speak, and note who complains."""
        crowd, failure = market.crowd, int(Incident.FAILURE)
        if self.ease.any():
            _speak_up(
                market.now.period, market.key, failure, market.people, incidents, self.ease, crowd.experiencing,
                crowd.feeling,
            )  # fmt: skip
        failed = incidents.cause == failure
        rows = np.flatnonzero(failed & incidents.calls)
        self.voiced = incidents.person[rows], incidents.firm[rows], incidents.severity[rows]
        self._failed = np.bincount(incidents.firm[failed], minlength=len(self.ease)).astype(np.float64)
        self.ease[:] = self.used[:] = 0.0

    def count(self, market: "Market") -> dict[str, Floats]:
        """Return complaints that are open, those acted upon, and what mending spared and took so far.

        What was mended spares failures for long: to set the failures spared in a year against the complaints of that
        year would set a stock's effect against a flow.
        """
        people = market.people
        open_now = (people.customer & people.voiced & (people.problem > 0.0)).sum(axis=0).astype(np.float64)
        self.so_far += self._failed * (1.0 / self._left - 1.0), self.used
        return dict(zip(self.counts, (open_now, self.used.copy(), *self.so_far.copy()), strict=True))
