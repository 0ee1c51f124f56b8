"""The service room: contacts go to each firm's call center, and what became of them goes back to people and books."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.call_center.center import CallCenter
from sim.call_center.contacts import Contacts, contacts_from, id_number
from sim.call_center.records import Records
from sim.call_center.settings import CallCenterSettings
from sim.ledger import Account, to_cents
from sim.people.crowd import Felt
from sim.people.experience import Incidents, complaints_expected

if TYPE_CHECKING:
    from sim.firms.firm import Firm
    from sim.market import Market


def centers_of(market: "Market", served: bool) -> list[CallCenter]:
    """Return each firm's center; until own centers are ``served`` call by call, benchmark figures stand for them."""
    return [CallCenter(_settings(firm, served), firm.id, market.key) for firm in market.firms]


def _settings(firm: "Firm", served: bool) -> CallCenterSettings:
    settings = firm.settings.call_center
    return settings if served else settings.model_copy(update={"kind": "benchmark"})


def serve(market: "Market", incidents: Incidents) -> Felt:
    """Bring the period's contacts to the centers; return what people felt of those that ended."""
    return _join([_serve_firm(market, firm, incidents) for firm in market.firms])


def _serve_firm(market: "Market", firm: "Firm", incidents: Incidents) -> Felt:
    center = market.centers[firm.number]
    contacts = _contacts(market, firm, center, incidents)
    center.plan(market.now, _forecast(market, firm))
    records = center.serve(contacts, market.now)
    own = records.take(records.shadow == 0)
    compensation = _compensate(market, firm, own)
    _pay(market, firm, center, own)
    return Felt(
        person=own.person,
        firm=np.full(len(own.person), firm.number, np.int8),
        cause=own.cause,
        wait=own.wait,
        answered=own.answered,
        resolved=own.resolved,
        quality=own.quality,
        compensation=compensation / 100.0,
        born=own.period,
        index=id_number(own.cause.astype(np.int64), own.slot.astype(np.int64), 0, own.attempt.astype(np.int64)),  # type: ignore[arg-type]
        end=own.end,
    )


def _contacts(market: "Market", firm: "Firm", center: CallCenter, incidents: Incidents) -> Contacts:
    mine = incidents.calls & (incidents.firm == firm.number)
    person = incidents.person[mine]
    return contacts_from(
        market.key,
        market.now,
        person,
        incidents.cause[mine],
        incidents.slot[mine],
        _priority(market, firm)[person],
        market.people.patience[person],
        center.settings,
    )


def _priority(market: "Market", firm: "Firm") -> NDArray[np.int8]:
    """Return who is answered first (0): the share of customers, highest recent spend first, that the center prefers."""
    share = firm.settings.call_center.priority
    spend = market.people.recent_spend[:, firm.number]
    spenders = spend > 0.0
    if share <= 0.0 or not spenders.any():
        return np.zeros(len(spend), np.int8)
    return (spend < np.quantile(spend[spenders], 1.0 - share)).astype(np.int8)


def _forecast(market: "Market", firm: "Firm") -> float:
    """Return the contacts that the firm's own customers are expected to make in a week, for a center without a past."""
    people, world = market.people, market.world
    mine = people.customer[:, firm.number]
    complaints = complaints_expected(firm.levers.failures, world.experience)
    if market.crowd.repertoire:
        asked = world.experience.order_questions * world.experience.questions
        rate = float(people.purchase_rate[mine].sum()) * (asked + complaints)
    else:
        rate = float(people.contact_rate[mine].sum()) * world.experience.questions + mine.sum() * complaints
    return float(rate / 52.0)


def _compensate(market: "Market", firm: "Firm", own: Records) -> NDArray[np.int64]:
    cents = np.zeros(len(own.person), np.int64)
    for program in firm.running(market.year):
        cents += program.compensation(market, own)
    market.ledger.compensate(firm.number, own.person, cents)
    return cents


def _pay(market: "Market", firm: "Firm", center: CallCenter, own: Records) -> None:
    """Pay staff and tools of an own center, or a benchmark's price per answered contact.

    The payroll is that of the simulated customers: their share of the customers represented.
    """
    settings = center.settings
    if settings.kind == "benchmark":
        _bill(market, firm, settings.benchmark.price_per_contact, own.person[own.answered])
        return
    hours = center.tally["paid_hours"] / settings.customers_represented
    market.ledger.pay_staff(firm.number, to_cents(hours * settings.agents.pay_per_hour))
    _bill(market, firm, settings.tools_per_contact, own.person)


def _bill(market: "Market", firm: "Firm", price: float, person: NDArray[np.int64]) -> None:
    cents = np.full(len(person), int(to_cents(price)), np.int64)
    market.ledger.spend(firm.number, Account.SERVICE_COST, cents, person)


def _join(parts: list[Felt]) -> Felt:
    return Felt(*(np.concatenate([getattr(part, name) for part in parts]) for name in Felt.__dataclass_fields__))
