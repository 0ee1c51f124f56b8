"""Draw a population: traits once for life, and the states in which lives begin."""

import math
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.calendar import CalendarSettings
from sim.draws import Decision, Key, beta, gamma, normal, uniform
from sim.kernel import double, inlined, kernel, loop
from sim.people.blocks import Crew
from sim.people.columns import NEVER, NOBODY, People
from sim.people.imported import Imported
from sim.settings import Settings, numbers, setting


class Importance(Settings):
    """Mean weights of the five attributes of an offer in a segment (any scale; they are normalized)."""

    product: float = setting(0.35, "product or core service", "weight", gt=0, le=100)
    price_fairness: float = setting(0.25, "fairness of the price", "weight", gt=0, le=100)
    service: float = setting(0.15, "service encounters", "weight", gt=0, le=100)
    convenience: float = setting(0.15, "ease of dealing with the firm", "weight", gt=0, le=100)
    personal: float = setting(0.10, "being known and met as a person", "weight", gt=0, le=100)


class Segment(Settings):
    """A need segment: a share of the people who weigh an offer alike."""

    share: float = setting(1.0, "share of the people (any scale; shares are normalized)", "weight", gt=0, le=100)
    importance: Importance = setting(Importance, "mean weights of the attributes")
    price_sensitivity: float = setting(1.0, "factor on the price sensitivity of its people", "factor", ge=0, le=10)


class CustomersSettings(Settings):
    """Who the people are."""

    count: int = setting(50_000, "people with a place in the world, entrants left out", "people", ge=1, le=5_000_000)
    start: Literal["joined", "prospects"] = setting(
        "joined", "before the burn-in everybody has just joined a firm, or nobody has", source="the modeler's choice"
    )
    segments: dict[str, Segment] = setting(lambda: {"everyone": Segment()}, "need segments by name", min_length=1)
    importance_concentration: float = setting(
        20.0, "how alike the people of a segment weigh (Dirichlet); 0: exactly alike", "", ge=0, le=10_000
    )
    leaving: Literal["gamma", "beta"] = setting(
        "gamma",
        "frailty of leaving or lapsing: gamma of mean 1, or a yearly chance drawn from a beta (shifted-beta-geometric)",
        source="Vaupel, Manton & Stallard 1979; Fader & Hardie 2007",
    )
    frailty_cv: float = setting(
        0.7, "spread of the gamma frailty; 0: all alike", "coefficient of variation", ge=0, le=3
    )
    leaving_a: float = setting(0.704, "first parameter of the beta chance", "", "Fader & Hardie 2007", gt=0, le=1000)
    leaving_b: float = setting(1.182, "second parameter of the beta chance", "", "Fader & Hardie 2007", gt=0, le=1000)
    price_sensitivity: float = setting(3.0, "median utility per log price", "utility", ge=0, le=50)
    price_sensitivity_log_sd: float = setting(0.4, "its spread over people", "log sd", ge=0, le=3)
    taste_sd: float = setting(0.5, "lasting taste for a firm, known before trying", "utility", ge=0, le=10)
    match_sd: float = setting(0.12, "lasting match with a firm, felt only by using it", "attribute scale", ge=0, le=1)
    revenue_cv: float = setting(0.4, "spread of a subscriber's fee over people", "coefficient of variation", ge=0, le=5)
    purchase_rate: float = setting(6.0, "mean category purchases (repertoire market)", "a year", ge=0, le=1000)
    purchase_shape: float = setting(1.0, "gamma shape of the rate over people: small is unequal", "", gt=0, le=1000)
    dropout_a: float = setting(0.8, "beta of the chance to lapse after a purchase", "", gt=0, le=1000)
    dropout_b: float = setting(2.4, "beta of the chance to lapse after a purchase", "", gt=0, le=1000)
    lapses: bool = setting(True, "buyers may lapse silently after a purchase", source="Fader, Hardie & Lee 2005")
    spend_p: float = setting(6.25, "gamma shape of amounts within a person", "", "Fader & Hardie 2013", gt=0, le=1000)
    spend_q: float = setting(3.74, "gamma shape of spend levels over people", "", "Fader & Hardie 2013", gt=1, le=1000)
    spend_gamma: float = setting(15.44, "gamma scale of spend levels", "currency", "Fader & Hardie 2013", gt=0, le=1e6)
    failure_shape: float = setting(2.0, "gamma shape of failure-proneness over people", "", gt=0, le=1000)
    contacts_per_year: float = setting(
        4.0, "questions to the firm, complaints and orders not counted", "a year", ge=0, le=100
    )
    contacts_shape: float = setting(1.5, "gamma shape of the question rate over people", "", gt=0, le=1000)
    patience_cv: float = setting(
        0.0, "spread of patience over people; 0: all alike", "coefficient of variation", ge=0, le=3
    )
    voice_sd: float = setting(0.5, "spread of the readiness to complain", "log-odds", ge=0, le=5)
    e_skill_mean: float = setting(0.6, "mean skill in dealing with firms online", "0-1", gt=0, lt=1)
    incentive_seeking_mean: float = setting(0.3, "mean pull of rewards on a person", "0-1", gt=0, lt=1)


@kernel
def spread(key: Key, person: int, decision: int, shape: float) -> float:
    """Return a gamma factor of mean 1 and this ``shape`` for a person."""
    return gamma(key, person, 0, decision, 0, shape) / shape


@kernel
def spread_of(key: Key, person: int, decision: int, cv: float) -> float:
    """Return a gamma factor of mean 1 and this coefficient of variation; exactly 1 if it is 0."""
    return spread(key, person, decision, 1.0 / (cv * cv)) if cv > 0.0 else 1.0


@loop
def draw_traits(
    first: int,
    last: int,
    people: People,
    key: Key,
    s: CustomersSettings,
    beta_leaving: bool,
    repertoire: bool,
    shares: NDArray[np.float64],
    importance: NDArray[np.float64],
    sensitivity: NDArray[np.float64],
    firm_ids: NDArray[np.int64],
) -> None:
    """Draw the traits of people in ``[first, last)``; ``shares`` (S,) cumulative, ``importance`` (S, 5) sums to 1."""
    for person in range(first, last):
        chance = uniform(key, person, 0, Decision.SEGMENT, 0)
        segment = 0
        while segment < shares.shape[0] - 1 and chance >= double(shares[segment]):
            segment += 1
        people.segment[person] = segment
        _draw_importance(key, person, s.importance_concentration, importance[segment], people.importance)
        _draw_person(key, person, s, beta_leaving, double(sensitivity[segment]), people)
        if repertoire:  # what is never written takes no memory
            _draw_buyer(key, person, s, people)
        for firm in range(firm_ids.shape[0]):
            firm_id = int(firm_ids[firm])
            people.taste[person, firm] = s.taste_sd * normal(key, person, 0, Decision.TASTE, firm_id)
            people.match[person, firm] = s.match_sd * normal(key, person, 0, Decision.MATCH, firm_id)


@kernel
def _draw_importance(
    key: Key, person: int, concentration: float, mean: NDArray[np.float64], importance: NDArray[np.float32]
) -> None:
    """Write a person's weights: Dirichlet of this concentration around the segment's mean."""
    total = 0.0
    for k in range(5):
        weight = double(mean[k])
        if concentration > 0.0:
            weight = gamma(key, person, 0, Decision.IMPORTANCE, k, concentration * weight)
        importance[person, k] = weight
        total += weight
    for k in range(5):
        importance[person, k] = double(importance[person, k]) / total


@inlined
def _draw_person(
    key: Key, person: int, s: CustomersSettings, beta_leaving: bool, sensitivity: float, people: People
) -> None:
    """Write the traits that are one number a person."""
    if beta_leaving:
        chance = beta(key, person, 0, Decision.FRAILTY, 0, s.leaving_a, s.leaving_b)
        people.frailty[person] = -math.log1p(-min(chance, 1.0 - 1e-12))
    else:
        people.frailty[person] = spread_of(key, person, Decision.FRAILTY, s.frailty_cv)
    price_noise = math.exp(s.price_sensitivity_log_sd * normal(key, person, 0, Decision.PRICE_SENSITIVITY, 0))
    people.price_sensitivity[person] = s.price_sensitivity * sensitivity * price_noise
    log_variance = math.log1p(s.revenue_cv * s.revenue_cv)
    level_noise = math.sqrt(log_variance) * normal(key, person, 0, Decision.REVENUE_LEVEL, 0)
    people.revenue_level[person] = math.exp(level_noise - 0.5 * log_variance)
    people.failure_proneness[person] = spread(key, person, Decision.FAILURE_PRONENESS, s.failure_shape)
    people.contact_rate[person] = s.contacts_per_year * spread(key, person, Decision.CONTACT_RATE, s.contacts_shape)
    people.patience[person] = spread_of(key, person, Decision.PATIENCE_LEVEL, s.patience_cv)
    people.voice[person] = s.voice_sd * normal(key, person, 0, Decision.VOICE, 0)
    skilled = 4.0 * s.e_skill_mean / (1.0 - s.e_skill_mean)
    people.e_skill[person] = beta(key, person, 0, Decision.E_SKILL, 0, skilled, 4.0)
    seeking = 2.0 * s.incentive_seeking_mean / (1.0 - s.incentive_seeking_mean)
    people.incentive_seeking[person] = beta(key, person, 0, Decision.INCENTIVE_SEEKING, 0, seeking, 2.0)


@inlined
def _draw_buyer(key: Key, person: int, s: CustomersSettings, people: People) -> None:
    """Write the traits of who buys as they like: how often, when for the last time, for how much."""
    people.purchase_rate[person] = s.purchase_rate * spread(key, person, Decision.PURCHASE_RATE, s.purchase_shape)
    if s.lapses:
        people.dropout[person] = beta(key, person, 0, Decision.DROPOUT, 0, s.dropout_a, s.dropout_b)
    nu = gamma(key, person, 0, Decision.SPEND_LEVEL, 0, s.spend_q)
    people.spend_shape[person] = s.spend_p
    people.spend_level[person] = s.spend_p * s.spend_gamma / nu


def empty(count: int, firms: int) -> People:
    """Return ``count`` people with ``firms`` relationships each: all 0, nobody anywhere, every one possible."""
    per_firm = ("taste", "match", "alive", "customer", "since", "tenure", "satisfaction", "commitment", "habit", "bond")
    shapes: dict[str, tuple[int, ...]] = dict.fromkeys((*per_firm, "problem", "voiced", "recent_spend"), (firms,))
    shapes |= {"importance": (5,), "expectation": (firms, 5)}
    kinds: dict[str, type] = dict.fromkeys(("alive", "customer", "voiced"), np.bool_)
    kinds |= {"entry": np.int32, "segment": np.int8, "provider": np.int8}
    people = People._make(
        np.zeros((count, *shapes.get(name, ())), kinds.get(name, np.float32)) for name in People._fields
    )
    people.provider[:] = NOBODY
    people.alive[:] = True
    people.since[:] = NEVER
    return people


def stock(s: CustomersSettings, calendar: CalendarSettings, population: Imported | None) -> tuple[int, int]:
    """Return how many people are there from the start, and how many enter later."""
    natives = len(population.x) if population else s.count
    return natives, round(natives * calendar.entrants_per_year * (calendar.burn_in + calendar.periods) * calendar.dt)


def draw_people(
    s: CustomersSettings, key: Key, firm_ids: NDArray[np.int64], count: int, crew: Crew, repertoire: bool
) -> People:
    """Return ``count`` people with their traits drawn by ``key`` (the population's, not the replicate's).

    How often and for how much somebody buys is drawn for a ``repertoire`` market alone: subscribers pay fees.
    """
    people = empty(count, len(firm_ids))
    segments = list(s.segments.values())
    shares = np.array([segment.share for segment in segments])
    importance = np.array([list(segment.importance.model_dump().values()) for segment in segments])
    crew.run(
        draw_traits,
        people,
        key,
        numbers(s),
        s.leaving == "beta",
        repertoire,
        np.cumsum(shares / shares.sum()),
        importance / importance.sum(axis=1, keepdims=True),
        np.array([segment.price_sensitivity for segment in segments]),
        firm_ids,
    )
    return people
