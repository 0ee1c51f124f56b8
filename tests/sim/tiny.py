"""Tiny worlds for tests: few people, short lives, rivals (and mostly the firm itself) with benchmark centers."""

import hashlib
from typing import Any

import numpy as np

from sim.draws import Decision, Key, draw_column
from sim.market import Market
from sim.people.columns import People
from sim.people.offers import Doubles, Offers, Terms, no_offers
from sim.people.population import empty
from sim.registry import registered
from sim.world import World

BENCHMARK = {"kind": "benchmark"}
RIVALS = {
    "acme": {"brand": 0.3, "call_center": BENCHMARK},
    "bolt": {"brand": 0.1, "price": 0.97, "call_center": BENCHMARK},
    "cirrus": {"price": 0.93, "level": {"product": 0.76}, "call_center": BENCHMARK},
}
SHOPS = {name: firm | {"failures": 0.04, "direct_cost_share": 0.75} for name, firm in RIVALS.items()}
EVERY_PROGRAM = {
    "points": {"threshold": 60.0, "endowed": 10.0, "enrollment": 6.0, "expiry_months": 3.0},
    "discount": {"share": 0.05, "offers_per_year": 3.0, "lasts_months": 1.0, "target": "valuable"},
    "recovery": {},
    "placebo": {},
}


def over(settings: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Return settings with changes laid over them, branch by branch."""
    merged = dict(settings)
    for key, value in changes.items():
        below = merged.get(key)
        merged[key] = over(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


def subscription(**changes: Any) -> World:
    """Return a market of 600 subscribers who live half a year after half a year of burn-in."""
    settings = {
        "customers": {"count": 600},
        "calendar": {"years": 0.5, "burn_in_years": 0.5, "served_burn_in_years": 0.1},
        "firms": RIVALS,
    }
    return World.model_validate(over(settings, changes))


def repertoire(**changes: Any) -> World:
    """Return a market of 600 shop customers who live ten weeks after ten weeks of burn-in."""
    settings = {
        "kind": "repertoire",
        "customers": {"count": 600, "purchase_rate": 12.0},
        "calendar": {"period": "week", "years": 10 / 52, "burn_in_years": 10 / 52, "served_burn_in_years": 2 / 52},
        "choose": {"rejoin_per_year": 0.5, "none_utility": 1.0},
        "firms": SHOPS,
    }
    return World.model_validate(over(settings, changes))


def whole_mind() -> dict[str, Any]:
    """Return changes that switch on every further part of the mind."""
    return {"mind": {name: {"active": True} for name in registered("parts")}}


def programs(**settings: Any) -> dict[str, Any]:
    """Return changes that give the first firm these programs."""
    return {"firms": {"acme": {"programs": settings}}}


def differing(one: People, other: People, rows: int | None = None) -> list[str]:
    """Return the columns in which people differ, to the bit, among the first ``rows``."""
    return [
        name
        for name, left, right in zip(People._fields, one, other, strict=True)
        if left[:rows].tobytes() != right[:rows].tobytes()
    ]


def trace(market: Market) -> str:
    """Return a hash of everything that a market holds and reports, to the bit."""
    digest = hashlib.sha256()
    books = (market.ledger.balance, market.ledger.margin, market.ledger.value, market.ledger.purse)
    for column in (*market.people, *market.mind.columns().values(), *books):
        digest.update(np.ascontiguousarray(column).tobytes())
    for table in (market.periods(), market.events(), market.persons()):
        digest.update(table.to_csv().encode())
    return digest.hexdigest()


def alike(count: int, firms: int = 3) -> People:
    """Return ``count`` people who are all the same: even weights, a middling mind, no ties."""
    people = empty(count, firms)
    people.importance[:] = 0.2
    for column in (people.frailty, people.revenue_level, people.purchase_rate, people.spend_level, people.spend_shape):
        column[:] = 1.0
    people.price_sensitivity[:] = 3.0
    people.failure_proneness[:] = 1.0
    people.e_skill[:] = 0.5
    people.expectation[:] = 0.7
    people.satisfaction[:] = 0.7
    people.commitment[:] = 0.5
    return people


def terms(firms: int = 3) -> Terms:
    """Return the terms of firms that are all the same."""
    return Terms(
        ids=np.arange(1, firms + 1) * 1000,
        level=np.full((firms, 5), 0.7),
        promise=np.full((firms, 5), 0.7),
        price=np.ones(firms),
        fee=np.full(firms, 40.0),
        brand=np.zeros(firms),
        failures=np.full(firms, 0.6),
    )


def drawn(people: People, key: Key, decision: Decision, period: int = 0) -> Doubles:
    """Return everybody's uniform of a decision."""
    chance = np.empty(len(people.entry))
    draw_column(0, len(chance), key, period, decision, 0, chance)
    return chance


def neutral(people: People) -> Offers:
    """Return offers that do nothing for these people."""
    return no_offers(*people.taste.shape)
