"""The service room: contacts go to each firm's call center, and what became of them goes back to people and books."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.by_owner import by_owner
from sim.call_center.arrivals import contacts_from
from sim.call_center.center import CallCenter
from sim.call_center.conduct import conduct_of
from sim.call_center.contacts import SLOTS, Contacts
from sim.call_center.frozen import Waits, frozen
from sim.call_center.records import Ending, Records
from sim.call_center.rules import id_number
from sim.call_center.settings import CallCenterSettings
from sim.draws import Decision, uniform
from sim.ledger import Account, each, to_cents
from sim.people.crowd import Felt
from sim.people.experience import Incident, Incidents, complaints_expected

if TYPE_CHECKING:
    from sim.firms.firm import Firm
    from sim.market import Market

type Columns = dict[str, NDArray[Any]]  # of `Felt`


def centers_of(market: "Market", served: bool, waits: Sequence[Waits] | None = None) -> list[CallCenter]:
    """Return each firm's center; until own centers are ``served`` call by call, benchmark figures stand for them.

    With ``waits`` everybody waits as there.
    """
    if waits is not None:
        return [
            frozen(firm.settings.call_center, firm.id, market.key, market, known)
            for firm, known in zip(market.firms, waits, strict=True)
        ]
    return [CallCenter(_settings(firm, served), firm.id, market.key, market) for firm in market.firms]


def _settings(firm: "Firm", served: bool) -> CallCenterSettings:
    settings = firm.settings.call_center
    return settings if served else settings.model_copy(update={"kind": "benchmark"})


def serve(market: "Market", incidents: Incidents) -> Felt:
    """Bring the period's contacts to the centers; return what people felt of those that ended."""
    _tell_before_they_ask(market, incidents)
    calls = np.flatnonzero(incidents.calls)
    firm_called = incidents.firm[calls]
    parts = [_serve_firm(market, firm, incidents, calls[firm_called == firm.number]) for firm in market.firms]
    return _join(parts, market.crowd.crew.people)


def _tell_before_they_ask(market: "Market", incidents: Incidents) -> None:
    """Take out the questions that a firm's notices answer before they are asked."""
    for firm in market.firms:
        notice = firm.settings.call_center.notice
        if notice.avoided <= 0.0:
            continue
        asks = incidents.calls & (incidents.firm == firm.number) & (incidents.cause != Incident.FAILURE)
        rows = np.flatnonzero(asks)
        number = incidents.cause[rows].astype(np.int64) * SLOTS + incidents.slot[rows]
        decision = int(Decision.NOTICE)  # Numba takes long to look at a member of an enum
        told = [
            uniform(market.key, who, market.now.period, decision, which) < notice.avoided
            for who, which in zip(incidents.person[rows].tolist(), number.tolist(), strict=True)
        ]
        spared = rows[np.array(told, bool)]
        incidents.calls[spared] = False
        _bill(market, firm, notice.price, incidents.person[spared])


def _serve_firm(
    market: "Market", firm: "Firm", incidents: Incidents, calls: NDArray[np.intp]
) -> dict[str, NDArray[Any]]:
    """Serve the incidents that ``calls`` (rows) bring to a firm; return what its own people felt: columns of `Felt`."""
    center = market.centers[firm.number]
    contacts = _contacts(market, firm, center, incidents, calls)
    center.plan(market.now, _forecast(market, firm) if center.needs_forecast else 0.0)
    records = center.serve(contacts, market.now)
    if market.kept_waits:
        market.kept_waits[firm.number].note(records, market.now)
    own = records.take(records.shadow == 0) if records.shadow.any() else records
    market.dealings.note_contacts(firm.number, own)
    contained = own.ending == Ending.CONTAINED
    compensation = _compensate(market, firm, own)
    _pay(market, firm, center, own)
    return {
        "person": own.person,
        "firm": np.full(len(own.person), firm.number, np.int8),
        "cause": own.cause,
        "wait": own.wait * _weight_of_waits(center.settings, own),
        "answered": own.answered | contained,
        "resolved": own.resolved,
        "quality": np.where(contained, 1.0, own.quality),
        "compensation": compensation / 100.0,
        "born": own.period,
        "index": id_number(own.cause.astype(np.int64), own.slot.astype(np.int64), 0, own.attempt.astype(np.int64)),  # type: ignore[arg-type, dict-item]
        "end": own.end,
    }


def _weight_of_waits(settings: CallCenterSettings, own: Records) -> NDArray[np.float64]:
    """Return what a minute's wait weighs for each contact, of one on the line."""
    felt = settings.felt_wait
    by_channel = {"phone": 1.0, "chat": felt.chat, "email": felt.email}
    weights = np.array([*(by_channel[skill.channel] for skill in settings.skills.values()), 1.0])[own.skill]
    return np.where(own.called_back, felt.call_back, weights)


def _contacts(
    market: "Market", firm: "Firm", center: CallCenter, incidents: Incidents, calls: NDArray[np.intp]
) -> Contacts:
    person = incidents.person[calls]
    return contacts_from(
        market.key,
        market.now,
        person,
        incidents.cause[calls],
        incidents.slot[calls],
        _priority(market, firm, person),
        market.people.patience[person],
        center.settings,
        e_skill=market.people.e_skill[person],
        familiarity=_familiarity(market, firm, person),
        firm_id=firm.id,
    )


def _familiarity(market: "Market", firm: "Firm", person: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how much of persons' history the firm knows, 0-1: after t years as a customer, ``t / (t + 1)``."""
    tenure = market.people.tenure[person, firm.number].astype(np.float64)
    known: NDArray[np.float64] = tenure / (tenure + 1.0)
    return known


def _priority(market: "Market", firm: "Firm", person: NDArray[np.int64]) -> NDArray[np.int8]:
    """Return who is answered first (0): the share of customers, highest recent spend first, that the center prefers."""
    share = firm.settings.call_center.priority
    spend, customers = market.people.recent_spend[:, firm.number], market.people.customer[:, firm.number]
    if share <= 0.0 or not customers.any():
        return np.zeros(len(person), np.int8)
    least = np.quantile(spend[customers], 1.0 - share)
    return (~customers[person] | (spend[person] < least)).astype(np.int8)


def _forecast(market: "Market", firm: "Firm") -> float:
    """Return the contacts that the firm's own customers are expected to make in a week, for a center without a past."""
    people, world = market.people, market.world
    mine = people.customer[:, firm.number]
    complaints = complaints_expected(firm.levers.failures, world.experience)
    asks = 1.0 - firm.settings.call_center.notice.avoided
    if market.crowd.repertoire:
        asked = world.experience.order_questions * world.experience.questions * asks
        rate = float(people.purchase_rate[mine].sum()) * (asked + complaints)
    else:
        rate = float(people.contact_rate[mine].sum()) * world.experience.questions * asks + mine.sum() * complaints
    return float(rate / 52.0)


def _compensate(market: "Market", firm: "Firm", own: Records) -> NDArray[np.int64]:
    cents = np.zeros(len(own.person), np.int64)
    for program in firm.running(market.year):
        with market.ledger.noting(program.reached):
            given = program.compensation(market, own)
            paid = given > 0
            market.ledger.compensate(firm.number, own.person[paid], given[paid])
        cents += given
    return cents


def _pay(market: "Market", firm: "Firm", center: CallCenter, own: Records) -> None:
    """Pay staff, hires and tools of an own center, or a benchmark's price per answer; book what agents sell."""
    settings = center.settings
    _bill(market, firm, settings.self_service.price, own.person[own.ending == Ending.CONTAINED])
    if settings.kind == "benchmark":
        _bill(market, firm, settings.benchmark.price_per_contact, own.person[own.answered])
        return
    for wages in center.wages(market.now.dt):
        market.ledger.pay_staff(firm.number, to_cents(wages))
    _bill(market, firm, settings.tools_per_contact, own.person[own.answered | (own.ending == Ending.ABANDONED)])
    sale = conduct_of(settings.conduct).sale
    if to_cents(sale):
        buyers = own.person[own.answered]
        market.ledger.sell(firm.number, buyers, each(sale, buyers))


def _bill(market: "Market", firm: "Firm", price: float, person: NDArray[np.int64]) -> None:
    market.ledger.spend(firm.number, Account.SERVICE_COST, each(price, person), person)


def _join(parts: list[Columns], people: int) -> Felt:
    """Put together what people felt of all firms, by person and then in the order of the contacts' ends.

    The parts are used up: each column is let go when it is joined, for it is here that a period takes most memory.
    """

    def whole(name: str) -> NDArray[Any]:
        return np.concatenate([part[name] for part in parts])

    order = by_owner(whole("person"), people, whole("end"), whole("born"), whole("index"))
    return Felt(**{name: np.concatenate([part.pop(name) for part in parts]).take(order) for name in list(parts[0])})
