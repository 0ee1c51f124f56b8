"""The people room: all persons of a world, and the rooms of a period that they walk through."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.calendar import Window
from sim.draws import Decision, Key, draw_column, uniform
from sim.kernel import loop
from sim.people.blocks import Crew
from sim.people.buy import Purchases, bill, count_candidates, no_purchases, remember_spend, shop
from sim.people.census import Count, census
from sim.people.choose import ChooseSettings, choose, move, notice_prices
from sim.people.columns import NOBODY, Counts, People, copy_of
from sim.people.experience import Incidents, count_incidents, experience, experience_orders, no_incidents
from sim.people.feel import Lived, begin, feel
from sim.people.feelings import FeelSettings, pace_of
from sim.people.imported import Imported, draw_posterior
from sim.people.moves import Moves, Reason, no_moves
from sim.people.offers import Terms, no_leanings, no_offers
from sim.people.population import draw_people, stock
from sim.settings import numbers
from sim.world import World


@loop
def _join(
    first: int, last: int, people: People, key: Key, ids: NDArray[np.int64], f: FeelSettings, repertoire: bool
) -> None:
    """Let the people in ``[first, last)`` join, or buy first from, a firm drawn for them."""
    for person in range(first, last):
        if int(people.entry[person]) > 0:
            continue
        firm = 0
        highest = -1.0
        for candidate in range(ids.shape[0]):
            chance = uniform(key, person, 0, Decision.FIRST_PROVIDER, int(ids[candidate]))
            if chance > highest:
                highest = chance
                firm = candidate
        begin(people, person, firm, f)
        people.provider[person] = firm
        people.customer[person, firm] = True
        if repertoire:
            people.habit[person, firm] = f.habit_step


@loop
def _enter(first: int, last: int, entry: Counts, key: Key, natives: int, span: float) -> None:
    """Draw the period in which people numbered from ``natives`` on enter, evenly over ``span`` periods."""
    for person in range(max(first, natives), last):
        entry[person] = 1 + int(uniform(key, person, 0, Decision.ENTRY, 0) * span)


def _choosing(world: World, population: Imported | None) -> ChooseSettings:
    """Return how people choose; customers whose log says that they lapse by time do, whatever the world would say."""
    if population is None or population.s == 0.0 or world.choose.lapse_per_year > 0.0:
        return world.choose
    return world.choose.model_copy(update={"lapse_per_year": population.lapse_per_year})


@dataclass
class Felt:
    """What people felt of firms' service in a period: the contacts that ended, as columns.

    Sorted by person, each person's contacts in the order in which they ended.
    """

    person: NDArray[np.int64]
    firm: NDArray[np.int8]
    cause: NDArray[np.int8]
    wait: NDArray[np.float64]
    answered: NDArray[np.bool_]
    resolved: NDArray[np.bool_]
    quality: NDArray[np.float64]
    compensation: NDArray[np.float64]
    born: NDArray[np.int32]
    index: NDArray[np.int64]
    end: NDArray[np.float64]


class Crowd:
    """All persons, the settings of their rooms as kernels take them, and the threads that run the kernels."""

    def __init__(
        self, world: World, terms: Terms, people_key: Key, population: Imported | None, threads: int,
        settled: People | None = None,
    ) -> None:  # fmt: skip
        """Draw the people of a world, as they are when its clock starts, or take up those of a ``settled`` past."""
        self.repertoire = world.kind == "repertoire"
        self.choosing, self.buying = numbers(_choosing(world, population)), numbers(world.buy)
        self.experiencing, self.feeling = numbers(world.experience), numbers(world.feel)
        self.pace = pace_of(world.feel, world.calendar.dt)
        self.reopen = 1.0 if world.customers.leaving == "beta" else world.choose.reopen_per_year
        self.active_years = world.buy.active_within_months / 12.0
        self.e_skill_ref = world.customers.e_skill_mean
        natives, entrants = stock(world.customers, world.calendar, population)
        self.crew = Crew(natives + entrants, threads)
        self.offers = no_offers(natives + entrants, len(terms.ids))
        self.leanings = no_leanings(natives + entrants, len(terms.ids))
        self.moves = no_moves(natives + entrants)
        self.people = copy_of(settled) if settled else self._draw(world, terms, people_key, natives, population)

    def _draw(self, world: World, terms: Terms, people_key: Key, natives: int, population: Imported | None) -> People:
        span = world.calendar.burn_in + world.calendar.periods - 1
        people = draw_people(world.customers, people_key, terms.ids, self.crew.people, self.crew, self.repertoire)
        self.crew.run(_enter, people.entry, people_key, natives, float(span))
        people.expectation[:] = terms.promise  # everybody knows what is promised
        if population:
            # everybody has the traits and states of a real customer of the first firm
            self.crew.run(draw_posterior, people, people_key, population, 0, self.feeling, self.choosing.lapse_per_year)
            people.customer[:] = people.since <= self.active_years
        elif world.customers.start == "joined":
            self.crew.run(_join, people, people_key, terms.ids, self.feeling, self.repertoire)
        return people

    def _drawn(self, now: Window, key: Key, *decisions: Decision) -> NDArray[np.float64]:
        """Return everybody's uniforms of decisions that come up once a period, (decisions, N)."""
        drawn = np.empty((len(decisions), self.crew.people))
        for chance, decision in zip(drawn, decisions, strict=True):
            self.crew.run(draw_column, key, now.period, int(decision), 0, chance)  # a plain number: quick to hand over
        return drawn

    def notice_prices(self, rise: NDArray[np.float64]) -> None:
        """Let customers notice that their firm's price rose; ``rise`` (F,) in tenths."""
        if rise.any():
            self.crew.run(notice_prices, self.people, rise)

    def choose(self, now: Window, key: Key, terms: Terms) -> Moves:
        """Let subscribers decide to stay, switch, join or leave; a repertoire buyer chooses at each purchase."""
        if not self.repertoire:
            self.crew.run(
                choose, now.period, key, self.people, terms, self.offers, self.choosing, self.feeling, self.reopen,
                now.dt, *self._drawn(now, key, Decision.LEAVE_INVOLUNTARILY, Decision.REOPEN), self.moves,
            )  # fmt: skip
        return self.moves

    def move(self, terms: Terms) -> None:
        """Let those who decided so change firm."""
        movers, weight = np.flatnonzero(self.moves.moved), np.zeros(len(Reason))
        move(movers, self.people, terms, self.offers, self.choosing, self.feeling, self.moves, weight)

    def buy(self, now: Window, key: Key, terms: Terms, season: float) -> Purchases:
        """Let people pay their fees or make their purchases; return what was bought."""
        purchases = self._shop(now, key, terms, season) if self.repertoire else self._pay_fees(now, terms)
        self._remember_spend(purchases, now.dt)
        return purchases

    def _remember_spend(self, purchases: Purchases, dt: float) -> None:
        """Fade each relationship's recent spend (a twelve-month stock) and add this period's."""
        remember_spend(self.people.recent_spend, purchases, math.exp(-dt))

    def _pay_fees(self, now: Window, terms: Terms) -> Purchases:
        fees, people = no_purchases(self.crew.people), self.people
        cut, extra = self.offers.price_cut, self.offers.extra
        payers = bill(people.provider, people.revenue_level, terms.fee, cut, extra, now.dt, fees)
        return Purchases._make(column[:payers] for column in fees)

    def _shop(self, now: Window, key: Key, terms: Terms, season: float) -> Purchases:
        count = np.zeros(self.crew.people, np.int64)
        exposure = now.dt * season * self.buying.growth_cap
        self.crew.run(count_candidates, now.period, key, self.people.entry, self.people.purchase_rate, exposure, count)
        offset = _offsets(count)
        rows = no_purchases(int(offset[-1]))
        self.crew.run(
            shop,
            now.period,
            key,
            self.people,
            terms,
            self.offers,
            self.buying,
            self.choosing,
            self.feeling,
            offset,
            rows,
            now.dt,
        )
        bought = rows.firm != NOBODY
        return Purchases._make(column[bought] for column in rows)

    def experience(self, now: Window, key: Key, terms: Terms, season: float, purchases: Purchases) -> Incidents:
        """Let failures and questions happen; return those that did."""
        if self.repertoire:
            return self._with_orders(now, key, terms, purchases)
        return self._with_time(now, key, terms, season)

    def _with_orders(self, now: Window, key: Key, terms: Terms, purchases: Purchases) -> Incidents:
        rows = no_incidents(2 * len(purchases.person))
        experience_orders(now.period, key, self.people, terms, self.experiencing, self.feeling, purchases, rows)
        happened = rows.firm != NOBODY
        return Incidents._make(column[happened] for column in rows)

    def _with_time(self, now: Window, key: Key, terms: Terms, season: float) -> Incidents:
        count, people = np.empty((self.crew.people, 2), np.int16), self.people
        self.crew.run(
            count_incidents, now.period, key, people.provider, people.failure_proneness, people.contact_rate,
            terms.failures, self.experiencing, season, now.dt,
            *self._drawn(now, key, Decision.FAILURES, Decision.QUESTIONS), count,
        )  # fmt: skip
        offset = _offsets(count[:, 0] + count[:, 1])
        rows = no_incidents(int(offset[-1]))
        self.crew.run(
            experience, now.period, key, people, terms, self.experiencing, self.feeling, count, offset, rows
        )  # fmt: skip
        return rows

    def feel(self, now: Window, key: Key, terms: Terms, incidents: Incidents, felt: Felt) -> None:
        """Let everybody feel the period: what lasts, the failures, the contacts that ended in it."""
        lived = self._lived(incidents, felt)
        self.crew.run(
            feel, now.period, key, self.people, lived, terms, self.leanings, self.feeling, self.pace, self.repertoire,
            self.active_years, self.e_skill_ref,
        )  # fmt: skip

    def _lived(self, incidents: Incidents, felt: Felt) -> Lived:
        """Return a period's failures and contacts by person."""
        return Lived(
            failure_person=incidents.person,
            failure_firm=incidents.firm,
            failure_severity=incidents.severity,
            contact_person=felt.person,
            contact_firm=felt.firm,
            contact_cause=felt.cause,
            contact_wait=felt.wait,
            contact_answered=felt.answered,
            contact_resolved=felt.resolved,
            contact_quality=felt.quality,
            contact_compensation=felt.compensation,
            contact_born=felt.born,
            contact_index=felt.index,
        )

    def census(self, now: Window) -> dict[str, NDArray[np.float64]]:
        """Count customers and their feelings per firm; each figure has shape (F,)."""
        figures = self.crew.summed(
            census, now.period, self.people, self.repertoire, self.active_years, self.moves,
            shape=(self.offers.pull.shape[1], len(Count)),
        )  # fmt: skip
        return {count.name.lower(): figures[:, count] for count in Count}


def _offsets(count: NDArray[np.integer]) -> NDArray[np.int64]:
    """Return where each person's rows begin, and their total at the end."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(count, dtype=np.int64)])
