"""Experience: failures, questions, and who speaks up.

A failure leaves an open problem; its owner complains, which makes a contact, or stays silent (Hirschman 1970).
Subscribers meet failures and have questions at yearly rates; a repertoire buyer meets them with orders. Possible events
are drawn at a ceiling and thinned, so that a firm that fails less spares people some failures and redraws none.
"""

import math
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import Decision, Key, beta, poisson_from, uniform
from sim.kernel import double, inlined, kernel, loop
from sim.people.buy import Purchases
from sim.people.columns import NOBODY, Bytes, Floats, People
from sim.people.feelings import FeelSettings
from sim.people.mathematics import logistic
from sim.people.offers import Terms
from sim.rule import rule
from sim.settings import Settings, setting


class ExperienceSettings(Settings):
    """What can go wrong, and who says so."""

    failure_ceiling: float = setting(
        4.0, "highest failure rate a firm can have for a subscriber of mean proneness", "a year", gt=0, le=100
    )
    severity_a: float = setting(1.0, "beta of how severe a failure is", "", gt=0, le=100)
    severity_b: float = setting(2.0, "beta of how severe a failure is", "", gt=0, le=100)
    voice: float = setting(
        -0.71, "readiness to complain at the anchor", "log-odds", "TARP: a third complains", ge=-20, le=20
    )
    voice_loyalty: float = setting(
        2.0, "effect of commitment on complaining", "log-odds", "Hirschman 1970; [A] size", ge=0, le=20
    )
    order_questions: float = setting(0.32, "chance that an order brings a question", "an order", ge=0, le=1)
    questions: bool = setting(True, "customers have questions", source="the modeler's choice")
    failures: bool = setting(True, "failures happen", source="the modeler's choice")


class Incident(IntEnum):
    """Why somebody may call; the numbers are the causes of contacts."""

    QUESTION = 0
    FAILURE = 1
    ORDER = 2


class Incidents(NamedTuple):
    """What happened to people, one row each, sorted by person."""

    person: NDArray[np.int64]
    firm: NDArray[np.int8]  # NOBODY: nothing happened (to an order)
    cause: NDArray[np.int8]
    slot: NDArray[np.int32]
    severity: NDArray[np.float64]  # 0 for questions
    calls: NDArray[np.bool_]  # brings it to the firm


def no_incidents(rows: int) -> Incidents:
    """Return ``rows`` empty rows."""
    kinds = (np.int64, np.int8, np.int8, np.int32, np.float64, np.bool_)
    return Incidents._make(np.zeros(rows, kind) for kind in kinds)


def complaints_expected(failures: float, e: ExperienceSettings) -> float:
    """Return how many of ``failures`` (a year, or an order) are brought to the firm by people at the anchor."""
    return failures * logistic(e.voice) if e.failures else 0.0


@rule(
    "commitment", 0.0, 1.0, lines=("readiness", -0.5, 0.0, 0.5),
    also=("voice", "complaint", "voice_of_the_customer", "exit_voice_loyalty"),
)  # fmt: skip
@kernel
def chance_of_voice(commitment: float, readiness: float, e: ExperienceSettings, f: FeelSettings) -> float:
    """Return the chance to complain after a failure: voice rises with loyalty.

    Equation: Λ(voice + voice_loyalty (L - L_ref) + readiness)
    Units: commitment L and L_ref 0-1; readiness in log-odds, a trait of mean 0; a chance in (0, 1)
    Source: Hirschman 1970
    """
    return logistic(e.voice + e.voice_loyalty * (commitment - f.commitment_ref) + readiness)


@kernel
def happens(key: Key, person: int, period: int, slot: int, failures: float, e: ExperienceSettings) -> bool:
    """Thin the possible failures of a period: those of a firm that ``failures`` a year are part of any worse firm's."""
    return uniform(key, person, period, Decision.FAILURE_HAPPENS, slot) < failures / e.failure_ceiling


@loop
def count_incidents(
    first: int, last: int, period: int, key: Key, provider: Bytes, failure_proneness: Floats, contact_rate: Floats,
    failures: NDArray[np.float64], e: ExperienceSettings, season: float, dt: float, failing: NDArray[np.float64],
    asking: NDArray[np.float64], count: NDArray[np.int16],
) -> None:  # fmt: skip
    """Write to ``count`` (N, 2) the failures and the questions of each subscriber in a period.

    ``failures`` (F,): of each firm, a year; ``failing`` and ``asking`` (N,): everybody's draws of FAILURES, QUESTIONS.
    """
    for person in range(first, last):
        firm = int(provider[person])
        failed = 0
        asked = 0
        if firm != NOBODY and e.failures:
            mean = e.failure_ceiling * double(failure_proneness[person]) * dt
            possible = poisson_from(failing[person], key, person, period, Decision.FAILURES, 0, mean)
            for slot in range(min(possible, 255)):
                failed += happens(key, person, period, slot, double(failures[firm]), e)
        if firm != NOBODY and e.questions:
            mean = double(contact_rate[person]) * season * dt
            asked = min(poisson_from(asking[person], key, person, period, Decision.QUESTIONS, 0, mean), 255)
        count[person, 0] = failed
        count[person, 1] = asked


@loop
def experience(
    first: int, last: int, period: int, key: Key, people: People, terms: Terms, e: ExperienceSettings, f: FeelSettings,
    count: NDArray[np.int16], offset: NDArray[np.int64], incidents: Incidents,
) -> None:  # fmt: skip
    """Write the incidents counted for subscribers in ``[first, last)`` to the rows from ``offset[person]``."""
    for person in range(first, last):
        firm = int(people.provider[person])
        row = int(offset[person])
        questions = row + int(count[person, 0])
        slot = 0
        while row < questions:
            if happens(key, person, period, slot, double(terms.failures[firm]), e):
                _write(incidents, row, person, firm, 1, slot)
                _fail(key, people, person, firm, period, row, slot, e, f, incidents)
                row += 1
            slot += 1
        for slot in range(int(count[person, 1])):
            _write(incidents, questions + slot, person, firm, 0, slot)
            incidents.calls[questions + slot] = True


@loop
def experience_orders(
    period: int,
    key: Key,
    people: People,
    terms: Terms,
    e: ExperienceSettings,
    f: FeelSettings,
    purchases: Purchases,
    incidents: Incidents,
) -> None:
    """Let each order fail or bring a question: two rows an order."""
    for order in range(purchases.person.shape[0]):
        person, firm, slot = int(purchases.person[order]), int(purchases.firm[order]), int(purchases.slot[order])
        proneness = double(people.failure_proneness[person])
        chance = -math.expm1(-double(terms.failures[firm]) * proneness)
        fails = e.failures and uniform(key, person, period, Decision.ORDER_FAILURE, slot) < chance
        _write(incidents, 2 * order, person, firm if fails else NOBODY, 1, slot)
        if fails:
            _fail(key, people, person, firm, period, 2 * order, slot, e, f, incidents)
        asks = e.questions and uniform(key, person, period, Decision.ORDER_QUESTION, slot) < e.order_questions
        _write(incidents, 2 * order + 1, person, firm if asks else NOBODY, 2, slot)
        incidents.calls[2 * order + 1] = asks


@inlined
def _write(incidents: Incidents, row: int, person: int, firm: int, cause: int, slot: int) -> None:
    incidents.person[row] = person
    incidents.firm[row] = firm
    incidents.cause[row] = cause
    incidents.slot[row] = slot
    incidents.severity[row] = 0.0
    incidents.calls[row] = False


@inlined
def _fail(
    key: Key, people: People, person: int, firm: int, period: int, row: int, slot: int, e: ExperienceSettings,
    f: FeelSettings, incidents: Incidents,
) -> None:  # fmt: skip
    """Let a failure happen: how severe, and does its owner speak up? The worse of two open problems stands."""
    severity = beta(key, person, period, Decision.SEVERITY, slot, e.severity_a, e.severity_b)
    chance = chance_of_voice(double(people.commitment[person, firm]), double(people.voice[person]), e, f)
    calls = uniform(key, person, period, Decision.SPEAK_UP, slot) < chance
    incidents.severity[row] = severity
    incidents.calls[row] = calls
    people.problem[person, firm] = max(double(people.problem[person, firm]), severity)
    if calls:
        people.voiced[person, firm] = True
