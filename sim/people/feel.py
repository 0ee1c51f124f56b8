"""Feel: everybody lives through what the period brought, by the rules of ``feelings``."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import Decision, Key, normal
from sim.kernel import double, inlined, loop
from sim.people.columns import Attribute, People
from sim.people.feelings import (
    FeelSettings,
    Pace,
    after_failure,
    asymmetric,
    committed,
    encounter,
    judgment,
    justice,
    pace_at,
    recovered,
    step_size,
)
from sim.people.mathematics import approach
from sim.people.offers import Leanings, Terms

# --- a relationship begins -------------------------------------------------------------------------------------------


@inlined
def hoped_for(people: People, person: int, firm: int, f: FeelSettings) -> float:
    """Return the satisfaction that a person expects of a firm: the judgment of its expectation met exactly."""
    hope = 0.0
    for k in range(5):
        hope += double(people.importance[person, k]) * double(people.expectation[person, firm, k])
    return judgment(hope, 0.0, f)


@inlined
def begin(people: People, person: int, firm: int, f: FeelSettings) -> None:
    """Start or resume a relationship: hope, mixed with what is remembered of an earlier one, and nothing open."""
    memory = 1.0 - approach(f.memory_half_life, double(people.since[person, firm]))
    hope = hoped_for(people, person, firm, f)
    satisfaction = memory * double(people.satisfaction[person, firm]) + (1.0 - memory) * hope
    calm = committed(hope, double(people.bond[person, firm]), 0.0, f)
    people.satisfaction[person, firm] = satisfaction
    people.commitment[person, firm] = memory * double(people.commitment[person, firm]) + (1.0 - memory) * calm
    people.tenure[person, firm] = 0.0
    people.since[person, firm] = 0.0
    people.problem[person, firm] = 0.0
    people.voiced[person, firm] = False
    people.price_salience[person] = 0.0
    people.contact_salience[person] = 0.0


# --- a period is felt ------------------------------------------------------------------------------------------------


class Lived(NamedTuple):
    """What happened to people in a period, sorted by person."""

    failure_person: NDArray[np.int64]
    failure_firm: NDArray[np.int8]
    failure_severity: NDArray[np.float64]  # 0: no failure
    contact_person: NDArray[np.int64]
    contact_firm: NDArray[np.int8]
    contact_cause: NDArray[np.int8]
    contact_wait: NDArray[np.float64]  # minutes
    contact_answered: NDArray[np.bool_]
    contact_resolved: NDArray[np.bool_]
    contact_quality: NDArray[np.float64]
    contact_compensation: NDArray[np.float64]  # currency units
    contact_born: NDArray[np.int32]  # period of the first attempt
    contact_index: NDArray[np.int64]  # the contact's id among the person's of that period


COMPLAINT = 1  # the cause of a contact that brings a failure


@inlined
def performance(
    people: People, person: int, firm: int, k: int, terms: Terms, f: FeelSettings, e_skill_ref: float
) -> float:
    """Return what the person gets of attribute ``k``: level + match, less an open problem or a fresh price rise.

    Convenience is more for who has e-skill.
    """
    value = double(terms.level[firm, k]) + double(people.match[person, firm])
    if k == Attribute.PRODUCT:
        value -= f.problem_loss * double(people.problem[person, firm])
    elif k == Attribute.PRICE_FAIRNESS:
        value -= f.price_loss * double(people.price_salience[person])
    elif k == Attribute.CONVENIENCE:
        value += 0.2 * (double(people.e_skill[person]) - e_skill_ref)
    return value


@loop
def feel(
    first: int, last: int, period: int, key: Key, people: People, lived: Lived, terms: Terms, leanings: Leanings,
    f: FeelSettings, pace: Pace, repertoire: bool, active_years: float, e_skill_ref: float,
) -> None:  # fmt: skip
    """Live through the period's end for the people in ``[first, last)``."""
    failure = int(np.searchsorted(lived.failure_person, first))
    contact = int(np.searchsorted(lived.contact_person, first))
    for person in range(first, last):
        if int(people.entry[person]) > period:
            continue
        for firm in range(terms.price.shape[0]):
            if is_customer(people, person, firm, repertoire, active_years):
                _feel_routine(people, person, firm, terms, leanings, f, pace, repertoire, e_skill_ref)
            else:
                _drift(people, person, firm, terms, f, pace, repertoire)
        while failure < lived.failure_person.size and lived.failure_person[failure] == person:
            severity = double(lived.failure_severity[failure])
            if severity > 0.0:
                _feel_failure(people, person, int(lived.failure_firm[failure]), severity, leanings, f, pace)
            failure += 1
        while contact < lived.contact_person.size and lived.contact_person[contact] == person:
            _feel_contact(people, person, contact, key, lived, terms, leanings, f)
            contact += 1
        people.price_salience[person] = double(people.price_salience[person]) * (1.0 - pace.price)
        people.contact_salience[person] = double(people.contact_salience[person]) * (1.0 - pace.outreach)


@inlined
def is_customer(people: People, person: int, firm: int, repertoire: bool, active_years: float) -> bool:
    """Whether a person counts as a firm's customer: subscribed to it, or bought from it within ``active_years``."""
    if repertoire:
        return double(people.since[person, firm]) <= active_years
    return int(people.provider[person]) == firm


@inlined
def _feel_routine(
    people: People,
    person: int,
    firm: int,
    terms: Terms,
    leanings: Leanings,
    f: FeelSettings,
    pace: Pace,
    repertoire: bool,
    e_skill_ref: float,
) -> None:
    """Relax satisfaction, expectation, commitment, habit and bond by time. Service is felt only in contacts."""
    tenure = double(people.tenure[person, firm])
    experienced = double(leanings.regard[person, firm])
    disconfirmation = 0.0
    to_promise, to_judgment = pace_at(tenure, f, pace)
    for k in range(5):
        weight = double(people.importance[person, k])
        expected = double(people.expectation[person, firm, k])
        felt = expected
        if k != Attribute.SERVICE:
            felt = performance(people, person, firm, k, terms, f, e_skill_ref)
            if k == Attribute.PERSONAL:
                felt += double(leanings.fit[person, firm])
            disconfirmation += weight * felt_gap(felt - expected, k, leanings, f)
        experienced += weight * felt
        expected += pace.expectation * (felt - expected)
        people.expectation[person, firm, k] = expected + to_promise * (double(terms.promise[firm, k]) - expected)
    called_for = judgment(experienced, disconfirmation, f)
    before = double(people.satisfaction[person, firm])
    satisfaction = before + to_judgment * (called_for - before)
    people.satisfaction[person, firm] = satisfaction
    bond = double(people.bond[person, firm])
    warmth = min(max(double(terms.level[firm, Attribute.PERSONAL]) + double(people.match[person, firm]), 0.0), 1.0)
    bond += pace.bond * (warmth - bond)
    people.bond[person, firm] = bond
    commitment = double(people.commitment[person, firm])
    called_for = committed(satisfaction, bond, double(leanings.commitment[person, firm]), f)
    commitment += pace.commitment * (called_for - commitment)
    people.commitment[person, firm] = commitment
    _fade_problem(people, person, firm, pace)
    people.tenure[person, firm] = tenure + pace.dt
    if repertoire:
        people.since[person, firm] = double(people.since[person, firm]) + pace.dt
    else:
        habit = double(people.habit[person, firm])
        people.habit[person, firm] = habit + pace.habit * (1.0 - habit)
        people.since[person, firm] = 0.0


@inlined
def _drift(people: People, person: int, firm: int, terms: Terms, f: FeelSettings, pace: Pace, repertoire: bool) -> None:
    """Let beliefs about a firm one is not with drift to its public reputation; habit and bond fade."""
    to_reputation = pace.belief
    for k in range(5):
        expected = double(people.expectation[person, firm, k])
        people.expectation[person, firm, k] = expected + to_reputation * (double(terms.level[firm, k]) - expected)
    people.bond[person, firm] = double(people.bond[person, firm]) * (1.0 - pace.bond)
    _fade_problem(people, person, firm, pace)
    people.since[person, firm] = double(people.since[person, firm]) + pace.dt
    if not repertoire:
        people.habit[person, firm] = double(people.habit[person, firm]) * (1.0 - pace.habit)


@inlined
def _fade_problem(people: People, person: int, firm: int, pace: Pace) -> None:
    left = double(people.problem[person, firm]) * (1.0 - pace.problem)
    if left < 0.02:
        left = 0.0
        people.voiced[person, firm] = False
    people.problem[person, firm] = left


@inlined
def felt_gap(gap: float, k: int, leanings: Leanings, f: FeelSettings) -> float:
    """Return how strongly a gap between experience and expectation is felt in attribute ``k``."""
    return asymmetric(gap, f.gain + leanings.gain[k], f.loss + leanings.loss[k])


@inlined
def _feel_failure(
    people: People, person: int, firm: int, severity: float, leanings: Leanings, f: FeelSettings, pace: Pace
) -> None:
    """Take the step of one failure."""
    weight = double(people.importance[person, Attribute.PRODUCT])
    satisfaction = double(people.satisfaction[person, firm])
    loss = f.loss + leanings.loss[Attribute.PRODUCT]
    called_for = after_failure(satisfaction, severity, weight, loss, f)
    step = step_size(f.failure_step, double(people.tenure[person, firm]), f)
    people.satisfaction[person, firm] = satisfaction + step * (called_for - satisfaction)
    left = severity * (1.0 - pace.fresh_problem)
    people.problem[person, firm] = max(double(people.problem[person, firm]), left)


@inlined
def _feel_contact(
    people: People, person: int, row: int, key: Key, lived: Lived, terms: Terms, leanings: Leanings, f: FeelSettings
) -> None:
    """Take the step of one contact, and close or shrink the problem that a complaint brought."""
    firm = int(lived.contact_firm[row])
    wait, quality = double(lived.contact_wait[row]), double(lived.contact_quality[row])
    resolved = bool(lived.contact_resolved[row])
    luck = normal(key, person, int(lived.contact_born[row]), Decision.ENCOUNTER, int(lived.contact_index[row]))
    level = double(terms.level[firm, Attribute.SERVICE]) + double(people.match[person, firm])
    felt = encounter(level, wait, bool(lived.contact_answered[row]), resolved, quality, f.encounter_noise * luck, f)
    expected = double(people.expectation[person, firm, Attribute.SERVICE])
    weight = f.encounter_focus + (1.0 - f.encounter_focus) * double(people.importance[person, Attribute.SERVICE])
    satisfaction = double(people.satisfaction[person, firm])
    rest = 0.0
    for k in range(5):
        if k != Attribute.SERVICE:
            share = (1.0 - f.encounter_focus) * double(people.importance[person, k])
            rest += share * double(people.expectation[person, firm, k])
    called_for = judgment(rest + weight * felt, weight * felt_gap(felt - expected, Attribute.SERVICE, leanings, f), f)
    satisfaction += step_size(f.contact_step, double(people.tenure[person, firm]), f) * (called_for - satisfaction)
    people.expectation[person, firm, Attribute.SERVICE] = expected + f.expectation_step * (felt - expected)
    severity = double(people.problem[person, firm])
    if int(lived.contact_cause[row]) == COMPLAINT and resolved and severity > 0.0:
        fair = justice(wait, quality, double(lived.contact_compensation[row]), severity, f)
        satisfaction = recovered(satisfaction, fair, f)
        people.problem[person, firm] = severity * (1.0 - fair)
    people.satisfaction[person, firm] = satisfaction
