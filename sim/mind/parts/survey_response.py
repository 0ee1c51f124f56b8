"""Answers to surveys: who feels strongly answers more, and so does who feels well; what is measured is not what is."""

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import Decision, Key, normal, uniform
from sim.kernel import kernel, loop
from sim.mind.part import Floats, Part, PartSettings
from sim.people.mathematics import logistic, logit
from sim.rule import rule
from sim.settings import numbers, setting

if TYPE_CHECKING:
    from sim.firms.firm import Firm
    from sim.market import Market


class SurveyResponseSettings(PartSettings):
    """Who answers a survey."""

    rate: float = setting(
        0.3, "share that answers of those who feel as at the anchor", "share", "[A] surveys of customers", gt=0, lt=1
    )
    extremity: float = setting(
        4.0, "effect of how far a feeling is from the anchor, either way, on answering", "log-odds per unit",
        "Anderson 1998 (extreme feelings speak); [A] size", ge=0, le=50,
    )  # fmt: skip
    warmth: float = setting(
        1.0, "effect of satisfaction itself on answering", "log-odds per unit",
        "Peterson & Wilson 1992 (who answers is more satisfied); [A] size", ge=-50, le=50,
    )  # fmt: skip


@rule(
    "satisfaction", 0.0, 1.0, lines=("anchor", 0.6, 0.72, 0.84), also=("survey", "non_response"),
    reads={"anchor": "feel.satisfaction_ref"},
)  # fmt: skip
@kernel
def chance_to_answer(satisfaction: float, anchor: float, a: SurveyResponseSettings) -> float:
    """Return the chance to answer a survey: non-response depends on the feeling.

    Equation: Λ(logit rate + extremity |S - S_ref| + warmth (S - S_ref))
    Units: satisfaction S and its anchor S_ref 0-1; extremity and warmth in log-odds per unit of S; a chance in (0, 1)
    Source: Anderson 1998; Peterson & Wilson 1992; [A] sizes
    """
    gap = satisfaction - anchor
    return logistic(logit(a.rate) + a.extremity * abs(gap) + a.warmth * gap)


@rule(
    "satisfaction", 0.0, 1.0, lines=("error", -0.2, 0.0, 0.2), also=("answer_to_a_survey",),
    reads={"error": "survey.noise"},
)  # fmt: skip
@kernel
def answered_as(satisfaction: float, error: float) -> float:
    """Return the answer on the scale of the survey, which has a least and a greatest value.

    Equation: min(1, max(0, S + error))
    Units: satisfaction S and the answer 0-1; error on the same scale
    Source: definition of a bounded scale with error of measurement
    """
    return min(max(satisfaction + error, 0.0), 1.0)


class Answers(NamedTuple):
    """What a firm's survey of a period found: sums over those asked, satisfaction on the scale of 0-1."""

    asked: float = 0.0
    answered: float = 0.0
    answers: float = 0.0
    truth: float = 0.0  # the true satisfaction of all who were asked


@loop
def _answer(
    key: Key, who: NDArray[np.int64], period: int, firm_id: int, satisfaction: NDArray[np.float64], noise: float,
    anchor: float, a: SurveyResponseSettings, answer: NDArray[np.float64],
) -> None:  # fmt: skip
    """Write what each of those asked, a row each, answers; NaN: nothing."""
    for row in range(who.size):
        felt = satisfaction[row]
        answer[row] = math.nan
        if uniform(key, who[row], period, Decision.SURVEY_ANSWER, firm_id) < chance_to_answer(felt, anchor, a):
            error = noise * normal(key, who[row], period, Decision.SURVEY_ERROR, firm_id)
            answer[row] = answered_as(felt, error)


class SurveyResponse(Part):
    """Answers to surveys: who feels strongly answers more, and so does who feels well."""

    settings_class = SurveyResponseSettings
    settings: SurveyResponseSettings
    counts = ("survey_asked", "survey_answered", "survey_answers", "survey_truth")

    def __init__(self, settings: SurveyResponseSettings, market: "Market") -> None:
        """Begin without a survey."""
        super().__init__(settings, market)
        self.surveys = [Answers() for _ in market.firms]  # of the period, by firm

    def ask(self, market: "Market", firm: "Firm", who: NDArray[np.int64], noise: float) -> NDArray[np.float64]:
        """Ask persons how satisfied they are with a firm; return each answer (0-1), NaN where there is none.

        Args:
            market: their market.
            firm: which firm asks, about itself.
            who: ids, rising.
            noise: standard deviation of an answer's error, on the scale of 0-1.
        """
        truth = market.people.satisfaction[who, firm.number].astype(np.float64)
        answers, anchor = np.empty(len(who)), market.world.feel.satisfaction_ref
        _answer(market.key, who, market.now.period, firm.id, truth, noise, anchor, numbers(self.settings), answers)
        said = answers[~np.isnan(answers)]
        self.surveys[firm.number] = Answers(len(who), len(said), float(said.sum()), float(truth.sum()))
        return answers

    def count(self, market: "Market") -> dict[str, Floats]:
        """Return what the surveys of the period found, and forget them."""
        sums = np.array(self.surveys, np.float64).T
        self.surveys = [Answers() for _ in market.firms]
        return dict(zip(self.counts, sums, strict=True))
