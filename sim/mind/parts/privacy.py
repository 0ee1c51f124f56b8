"""Privacy: who lets a firm use data, what it learns from them, and what happens when their use comes out."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import Decision, Key, beta, uniform
from sim.kernel import double, inlined, loop
from sim.mind.disclosing import (
    PrivacySettings,
    chance_to_disclose,
    chance_to_object,
    known,
    personal_fit,
    taken_hard,
    teaching_cost,
)
from sim.mind.part import Floats, Part
from sim.mind.parts.trust import Trust
from sim.people.blocks import GRAIN
from sim.people.buy import Purchases
from sim.people.columns import Flags, People
from sim.people.experience import Incidents
from sim.people.feel import is_customer
from sim.people.mathematics import approach
from sim.people.offers import Leanings, Offers
from sim.settings import numbers

if TYPE_CHECKING:
    from sim.market import Market
    from sim.people.crowd import Felt


class Private(NamedTuple):
    """The columns. Comment: range, unit."""

    concern: NDArray[np.float32]  # (N,) 0-1
    consent: NDArray[np.bool_]  # (N, F) the firm may use the person's data
    knowledge: NDArray[np.float32]  # (N, F) what the firm knows of the person, 0-1
    alarm: NDArray[np.float32]  # (N, F) log factor on the hazard of thinking about leaving


class Request(NamedTuple):
    """How data are asked for."""

    reason: float  # log-odds: asked_clearly, asked_for_discount or just_asked
    prominence: float  # of the privacy policy, 1-5
    pledge: bool
    control: bool  # customers can edit their data


# --- loops -----------------------------------------------------------------------------------------------------------


@loop
def _draw(first: int, last: int, key: Key, p: PrivacySettings, concern: NDArray[np.float32]) -> None:
    a = p.concern_mean * p.concern_concentration
    for person in range(first, last):
        concern[person] = beta(key, person, 0, Decision.CONCERN, 0, a, p.concern_concentration - a)


@inlined
def _agrees(key: Key, person: int, firm_id: int, opt_out: bool, concern: float, p: PrivacySettings) -> bool:
    """Whether a new customer's data may be used before anybody asked."""
    return opt_out and uniform(key, person, 0, Decision.OBJECT, firm_id) >= chance_to_object(concern, p)


@inlined
def _bring_along(columns: Private, person: int, firm: int, p: PrivacySettings) -> None:
    """Let who has agreed bring along to a firm what can be ported of what was taught to others."""
    known_before = double(columns.knowledge[person, firm])
    for other in range(columns.knowledge.shape[1]):
        known_before = max(known_before, p.portability * double(columns.knowledge[person, other]))
    columns.knowledge[person, firm] = known_before


@loop
def _begin(
    first: int, last: int, key: Key, customer: Flags, ids: NDArray[np.int64], columns: Private, p: PrivacySettings,
    opt_out: bool,
) -> None:  # fmt: skip
    """Let those who are customers from the start agree or object."""
    for person in range(first, last):
        for firm in range(ids.size):
            if customer[person, firm]:
                concern = double(columns.concern[person])
                columns.consent[person, firm] = _agrees(key, person, int(ids[firm]), opt_out, concern, p)


@loop
def _lean(
    first: int, last: int, columns: Private, secret: Flags, p: PrivacySettings, offers: Offers, leanings: Leanings
) -> None:
    """Let knowledge that may be used fit the offer and bind, and let alarm press."""
    for person in range(first, last):
        for firm in range(secret.size):
            knowledge = double(columns.knowledge[person, firm])
            if knowledge > 0.0 and (columns.consent[person, firm] or secret[firm]):
                barrier = double(offers.barrier[person, firm])
                offers.barrier[person, firm] = barrier + teaching_cost(knowledge, p)
                leanings.fit[person, firm] = double(leanings.fit[person, firm]) + personal_fit(knowledge, p)
            if columns.alarm[person, firm] > 0.0:
                alarm = double(offers.alarm[person, firm])
                offers.alarm[person, firm] = alarm + double(columns.alarm[person, firm])


@loop
def _live(
    first: int, last: int, period: int, key: Key, people: People, ids: NDArray[np.int64], columns: Private,
    secret: Flags, edited: Flags, p: PrivacySettings, opt_out: bool, repertoire: bool, active_years: float, dt: float,
    calm: float,
) -> None:  # fmt: skip
    """Let new customers agree or object, firms learn and forget, and alarm fade; who leaves withdraws consent."""
    for person in range(first, last):
        if int(people.entry[person]) > period:
            continue
        for firm in range(ids.size):
            mine = is_customer(people, person, firm, repertoire, active_years)
            if not mine:
                columns.consent[person, firm] = False
            elif not people.customer[person, firm]:
                concern = double(columns.concern[person])
                columns.consent[person, firm] = _agrees(key, person, int(ids[firm]), opt_out, concern, p)
                if columns.consent[person, firm] and p.portability > 0.0:
                    _bring_along(columns, person, firm, p)
            consent = bool(columns.consent[person, firm])
            learns = mine and not repertoire and (consent or bool(secret[firm]))
            knowledge = double(columns.knowledge[person, firm])
            if learns or knowledge > 0.0:
                columns.knowledge[person, firm] = known(knowledge, dt, learns, consent and bool(edited[firm]), p)
            if columns.alarm[person, firm] > 0.0:
                columns.alarm[person, firm] = double(columns.alarm[person, firm]) * (1.0 - calm)


@loop
def _learn(
    person: NDArray[np.int64], firm: NDArray[np.int8], columns: Private, secret: Flags, p: PrivacySettings
) -> None:
    """Let firms learn from contacts or orders, one a row, of people whose data they use."""
    for row in range(person.size):
        who, where = int(person[row]), int(firm[row])
        if columns.consent[who, where] or secret[where]:
            knowledge = double(columns.knowledge[who, where])
            columns.knowledge[who, where] = knowledge + p.learning_step * (1.0 - knowledge)


@loop
def _answer(
    key: Key, person: NDArray[np.int64], firm: int, firm_id: int, trust: NDArray[np.float64], request: Request,
    columns: Private, p: PrivacySettings, gives: Flags,
) -> None:  # fmt: skip
    """Write to ``gives`` (rows,) who of those asked gives data; who is asked again has the same luck."""
    for row in range(person.size):
        who = int(person[row])
        chance = chance_to_disclose(
            request.reason, double(trust[row]), double(columns.concern[who]), request.prominence, request.pledge,
            request.control, p,
        )  # fmt: skip
        gives[row] = uniform(key, who, 0, Decision.DISCLOSE, firm_id) < chance
        if gives[row]:
            _bring_along(columns, who, firm, p)
            knowledge = double(columns.knowledge[who, firm])
            columns.consent[who, firm] = True
            columns.knowledge[who, firm] = knowledge + p.told * (1.0 - knowledge)


@loop
def _come_out(
    first: int, last: int, period: int, key: Key, customer: Flags, firm: int, firm_id: int, weight: float,
    leak: bool, columns: Private, p: PrivacySettings, hit: NDArray[np.float64],
) -> None:  # fmt: skip
    """Let it come out what a firm did: write to ``hit`` (N,) how hard people take it, and let them be alarmed.

    With a ``leak`` it is harder the more is known of them; else who is no customer hears of it in part.
    """
    for person in range(first, last):
        concerned = 1.0 if customer[person, firm] else p.transparency
        known_of = double(columns.knowledge[person, firm])
        blow = taken_hard(double(columns.concern[person]), weight * (known_of if leak else concerned), p)
        hit[person] = blow
        columns.alarm[person, firm] = double(columns.alarm[person, firm]) + p.alarm * blow
        if columns.consent[person, firm]:
            withdraws = uniform(key, person, period, Decision.WITHDRAW, firm_id) < p.withdrawal * blow
            columns.consent[person, firm] = not withdraws
        if not columns.consent[person, firm] and not leak:
            columns.knowledge[person, firm] = 0.0


@loop
def _sum(first: int, last: int, customer: Flags, columns: Private, sums: NDArray[np.float64]) -> None:
    """Add customers' consent, what is known of them and their alarm to ``sums`` (grains, F, 3)."""
    for person in range(first, last):
        row = sums[person // GRAIN]
        for firm in range(customer.shape[1]):
            if customer[person, firm]:
                row[firm, 0] += 1.0 if columns.consent[person, firm] else 0.0
                row[firm, 1] += double(columns.knowledge[person, firm])
                row[firm, 2] += double(columns.alarm[person, firm])


# --- the part --------------------------------------------------------------------------------------------------------


class Privacy(Part):
    """Privacy and the learning relationship: consent, knowledge that fits and binds, and alarm when trust is abused.

    Attributes:
        secret: (F,) which firms use data without consent in this period; programs say so in `plan`.
        edited: (F,) which firms let customers edit their data in this period; the same.
    """

    settings_class = PrivacySettings
    settings: PrivacySettings
    columns: Private
    counts = ("consent", "knowledge", "alarm", "data_asked", "data_given")

    def __init__(self, settings: PrivacySettings, market: "Market") -> None:
        """Begin with no firm asking for anything."""
        super().__init__(settings, market)
        self.secret, self.edited = np.zeros((2, len(market.firms)), np.bool_)
        self._asked, self._given = np.zeros((2, len(market.firms)))

    def empty(self, people: int, firms: int) -> Private:
        """Return columns of people who gave nothing to anybody."""
        shape = people, firms
        return Private(
            np.zeros(people, np.float32), np.zeros(shape, np.bool_), np.zeros(shape, np.float32),
            np.zeros(shape, np.float32),
        )  # fmt: skip

    def begin(self, market: "Market", key: Key) -> None:
        """Draw concern for life; those who are customers from the start agree or object."""
        run, p = market.crowd.crew.run, numbers(self.settings)
        run(_draw, key, p, self.columns.concern)
        run(_begin, key, market.people.customer, market.terms.ids, self.columns, p, self._opt_out)

    def lean(self, market: "Market") -> None:
        """Let knowledge and alarm act."""
        p = numbers(self.settings)
        market.crowd.crew.run(_lean, self.columns, self.secret, p, market.offers, market.leanings)

    def bought(self, market: "Market", purchases: Purchases) -> None:
        """Let firms learn from orders; from a subscriber's use they learn by time."""
        if market.crowd.repertoire:
            _learn(purchases.person, purchases.firm, self.columns, self.secret, numbers(self.settings))

    def feel(self, market: "Market", incidents: Incidents, felt: "Felt") -> None:
        """Let time pass: firms learn and forget, alarm fades."""
        now, crowd, p = market.now, market.crowd, numbers(self.settings)
        calm = approach(self.settings.alarm_half_life, now.dt)
        crowd.crew.run(
            _live, now.period, market.key, market.people, market.terms.ids, self.columns, self.secret, self.edited, p,
            self._opt_out, crowd.repertoire, crowd.active_years, now.dt, calm,
        )  # fmt: skip
        _learn(felt.person[felt.answered], felt.firm[felt.answered], self.columns, self.secret, p)
        self.secret[:] = self.edited[:] = False  # until programs say so again

    def ask(self, market: "Market", firm: int, person: NDArray[np.int64], request: Request) -> Flags:
        """Ask these persons (rows,) for their data in a firm's name; return who gives them."""
        trust, gives = market.mind.find(Trust), np.zeros(len(person), np.bool_)
        beyond = trust.beyond(person, firm) if trust else np.zeros(len(person))
        firm_id = int(market.terms.ids[firm])
        _answer(
            market.key, person, firm, firm_id, beyond, request, self.columns, numbers(self.settings), gives,
        )  # fmt: skip
        if trust and request.control:
            willing = person[gives]
            trust.orient(willing, firm, 0.5, np.full(len(willing), self.settings.control_shows))
        self._asked[firm] += len(person)
        self._given[firm] += gives.sum()
        return gives

    def come_out(self, market: "Market", firm: int, weight: float, leak: bool) -> None:
        """Let it come out that a firm used data in secret, or lost them (``leak``), and let trust suffer."""
        hit = np.zeros(len(market.people.entry))
        market.crowd.crew.run(
            _come_out, market.now.period, market.key, market.people.customer, firm, int(market.terms.ids[firm]),
            weight, leak, self.columns, numbers(self.settings), hit,
        )  # fmt: skip
        trust = market.mind.find(Trust)
        if trust:
            trust.betray(market, firm, hit)

    def count(self, market: "Market") -> dict[str, Floats]:
        """Return sums over customers, and how many were asked and gave data; the next period begins with none."""
        sums = market.crowd.crew.summed(_sum, market.people.customer, self.columns, shape=(len(market.firms), 3))
        counted = (*sums.T, self._asked.copy(), self._given.copy())
        self._asked[:] = self._given[:] = 0.0
        return dict(zip(self.counts, counted, strict=True))

    @property
    def _opt_out(self) -> bool:
        return self.settings.consent_default == "opt_out"
