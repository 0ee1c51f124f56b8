"""The market: read this first. ``step`` is one period, in the order in which things happen.

In a notebook::

    from sim.market import Market
    from sim.world import World

    market = Market(World())
    market.run()
    market.outcomes()
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.calendar import Window, window
from sim.call_center.frozen import Waits
from sim.dealings import Dealings
from sim.draws import Key
from sim.equity import Equity, learned
from sim.firms.firm import Firm, terms_of
from sim.ledger import Kept, Ledger
from sim.mind.mind import Mind
from sim.people.columns import People, copy_of
from sim.people.crowd import Crowd, Felt
from sim.people.customers import Customers
from sim.people.experience import Incidents
from sim.people.imported import Imported
from sim.people.offers import Leanings, Offers, clear
from sim.people.population import stock
from sim.reports import Reports
from sim.service import centers_of, serve
from sim.settings import BadInput
from sim.trade import Sales, pay_overheads, sell
from sim.world import World

if TYPE_CHECKING:
    import pandas as pd

PAST = 0  # the replicate of luck in which the burn-in is lived; watched replicates count from 1


class Snapshot(NamedTuple):
    """A settled past: what people and centers are like when the watch begins. Plain data; arms share it."""

    firms: tuple[str, ...]
    people: People
    centers: tuple[Any, ...]
    price: NDArray[np.float64]  # (F,) that people are used to
    moved: NDArray[np.bool_]  # (N,) who moved in the last period
    contact_cost: NDArray[np.float64]  # (F,) of a contact in the last twelve months, currency units
    mind: dict[str, Any]  # columns of each further part of the mind, by its name


class Market(mesa.Model):  # type: ignore[misc]
    """A world that lives: people, firms and their call centers, period by period."""

    def __init__(
        self,
        world: World,
        replicate: int = 1,
        population: Imported | None = None,
        start: Snapshot | None = None,
        threads: int = 1,
        waits: Sequence[Waits] | None = None,
        keep_waits: bool = False,
        kept: Kept = "all",
    ) -> None:
        """Make a world, ready for its first watched period.

        Args:
            world: All settings.
            replicate: Which luck is lived, from 1 (0: the past). The people are the same in all of them; imported ones
                are drawn anew.
            population: Real customers of the first firm; they have no burn-in.
            start: The settled past (see ``settle``), shared by arms; without it the burn-in is lived here.
            threads: Threads for the people; they cannot change a bit of the results.
            waits: What contacts met in another life of the same replicate (``kept_waits``): here they wait as they did
                there, so that nothing goes through the queue (see ``sim.call_center.frozen``).
            keep_waits: Remember what contacts meet, in ``kept_waits``, one entry a firm.
            kept: What is kept of what passes between firms and each person: that of "all" firms; of the "focal" firm,
                for `persons`; or of what its "figures" take alone. It changes no figure of the focal firm, and spares
                some 30 bytes a person and rival, and then 40 a person.
        """
        super().__init__(rng=world.seed)
        self.population, self.threads = population, threads
        self.world, self.replicate, self.key = (
            world,
            replicate,
            Key(world.seed if replicate else world.people_seed, replicate),
        )
        self.begins = 0 if population else world.calendar.burn_in  # period in which the watch begins
        if start is None and self.begins and replicate != PAST:
            start = settle(world, threads)
        people = sum(stock(world.customers, world.calendar, population))
        if start is not None:
            _check(start, tuple(world.firms), people)
        self.firms = [
            Firm(self, name, number, settings, people) for number, (name, settings) in enumerate(world.firms.items())
        ]
        focal = self.firm().number
        self.ledger = Ledger(people, len(self.firms), world.economics.discount_rate, kept, focal)
        self.dealings = Dealings(people, len(self.firms), kept, focal)
        self.terms = terms_of(self.firms, world.buy.reference_price)
        self.people_key = Key(world.people_seed, replicate if population else PAST)
        self.crowd = Crowd(world, self.terms, self.people_key, population, threads, start.people if start else None)
        self.mind = Mind(self)
        if start is None:
            self.mind.begin(self.people_key)
        self.period = 0 if replicate == PAST else self.begins
        self.now: Window = window(world.calendar, self.period)
        self.centers = centers_of(self, replicate != PAST, waits)
        self.kept_waits = [Waits(center) for center in self.centers] if keep_waits else []
        self.contact_cost = np.array([center.settings.benchmark.price_per_contact for center in self.centers])
        if start is not None:
            self._resume(start)
        self.reports = Reports(self, kept)
        if replicate != PAST:
            self.reports.equity = Equity(self, self.firm())

    def step(self) -> None:
        """Live one period."""
        self._open()
        self._decide()
        self._reach_out()
        self._choose()
        sales, incidents = self._buy()
        felt = serve(self, incidents)
        self._feel(incidents, felt)
        self._close(sales, incidents)

    def run(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Live all periods that are left; ``progress(done, all)`` is called after each."""
        while not self.done:
            self.step()
            if progress:
                progress(self.period - self.begins, self.world.calendar.periods)

    # --- the parts of a period that belong to the market itself -------------------------------------------------------

    def _open(self) -> None:
        """Turn the calendar; the last part of the burn-in is served call by call."""
        calendar = self.world.calendar
        self.now = window(calendar, self.period)
        self.season = calendar.season_in(self.period)
        if self.replicate == PAST and self.period == self.begins - calendar.served_burn_in:
            self.centers = centers_of(self, True)

    def _decide(self) -> None:
        """Let firms set their levers and plan their programs; people notice a price rise."""
        before = self.terms.price
        for firm in self.firms:
            firm.decide(self.year)
        self.terms = terms_of(self.firms, self.world.buy.reference_price)
        self.crowd.notice_prices(np.maximum(np.log(self.terms.price / before) / np.log(1.1), 0.0))
        self.mind.clear()
        for firm in self.firms:
            if firm.programs:  # the only ones to make offers of their firm
                clear(self.offers, firm.number)
            for program in firm.running(self.year):
                with self.dealings.offering(program, self.offers, self.ledger):
                    program.plan(self)

    def _reach_out(self) -> None:
        for firm in self.firms:
            for program in firm.running(self.year):
                with self.dealings.offering(program, self.offers, self.ledger):
                    program.outreach(self)

    def _choose(self) -> None:
        """Let subscribers decide and move; who is bound is held back."""
        self.mind.lean()
        moves = self.crowd.choose(self.now, self.key, self.terms)
        self.mind.hold_back(moves)
        self.crowd.move(self.terms)
        self.mind.moved(moves)

    def _buy(self) -> tuple[list[Sales], Incidents]:
        """Let people buy, and meet with what they bought: failures, questions."""
        purchases = self.crowd.buy(self.now, self.key, self.terms, self.season)
        sales = sell(self, purchases)
        self.mind.bought(purchases)
        incidents = self.crowd.experience(self.now, self.key, self.terms, self.season, purchases)
        self.mind.met(incidents)
        return sales, incidents

    def _feel(self, incidents: Incidents, felt: Felt) -> None:
        """Let everybody feel the period, and talk about it."""
        self.mind.served(felt)
        self.crowd.feel(self.now, self.key, self.terms, incidents, felt)
        self.mind.feel(incidents, felt)
        self.mind.tell()

    def _close(self, sales: list[Sales], incidents: Incidents) -> None:
        """Settle programs, count people, close the books."""
        for firm in self.firms:
            for program in firm.programs.values():  # also one that ended: what it owes is settled still
                with self.ledger.noting(program.reached):
                    program.settle(self)
        before = self.people.customer.copy()
        census = self.crowd.census(self.now)
        pay_overheads(self, self.people.customer & ~before)
        self.reports.note(sales, incidents, census | self.mind.count())
        self.ledger.close(self.year + self.now.dt)
        self.period += 1
        self.reports.close_year()

    # --- faces --------------------------------------------------------------------------------------------------------

    @property
    def year(self) -> float:
        """Years since the watch began, at the start of the period; below 0 in the burn-in."""
        return (self.now.period - self.begins) * self.now.dt

    @property
    def done(self) -> bool:
        """Whether all watched periods were lived."""
        return self.period >= self.begins + self.world.calendar.periods

    @property
    def people(self) -> People:
        """The columns of all persons."""
        return self.crowd.people

    @property
    def offers(self) -> Offers:
        """What programs put before people in this period."""
        return self.crowd.offers

    @property
    def leanings(self) -> Leanings:
        """What parts of the mind add to feelings in this period."""
        return self.crowd.leanings

    @property
    def customers(self) -> Customers:
        """All persons as a Mesa agent set."""
        return Customers(self)

    def firm(self, name: str = "") -> Firm:
        """Return a firm by name; empty: the focal one."""
        wanted = name or self.world.focal_firm
        return next(firm for firm in self.firms if firm.name == wanted)

    def periods(self) -> "pd.DataFrame":
        """Return one row per period and firm."""
        return self.reports.periods()

    def outcomes(self, firm: str = "") -> dict[str, float | None]:
        """Return the figures of the run so far, for the focal firm or another."""
        return self.reports.outcomes(self.firm(firm))

    def events(self) -> "pd.DataFrame":
        """Return one row per switch, with its causes."""
        return self.reports.events()

    def persons(self, firm: str = "") -> "pd.DataFrame":
        """Return one row per person."""
        return self.reports.persons(self.firm(firm))

    def unallocated(self, firm: str = "") -> int:
        """Return the cents of a firm's profit that belong to no person: payroll, hiring, fixed cost."""
        return self.ledger.unallocated(self.firm(firm).number)

    # --- the past -----------------------------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """Return people and centers as they are now."""
        centers = tuple(center.snapshot() for center in self.centers)
        names = tuple(firm.name for firm in self.firms)
        price, moved = self.terms.price.copy(), self.crowd.moves.moved.copy()
        contact_cost = np.array([learned(self, firm).per_contact for firm in self.firms])
        return Snapshot(names, copy_of(self.people), centers, price, moved, contact_cost, self.mind.snapshot())

    def _resume(self, start: Snapshot) -> None:
        """Take up a settled past."""
        self.crowd.moves.moved[:] = start.moved
        # prices are those of the past, so that one that an arm starts with is noticed
        self.terms = self.terms._replace(price=start.price, fee=start.price * self.world.buy.reference_price)
        self.contact_cost = start.contact_cost
        self.mind.restore(start.mind)
        for center, state in zip(self.centers, start.centers, strict=True):
            center.restore(state)


def _check(start: Snapshot, firms: tuple[str, ...], people: int) -> None:
    """Refuse a past of other firms or people than an arm's."""
    if start.firms != firms or len(start.people.entry) != people:
        raise BadInput(
            f"firms = {', '.join(firms)}: an arm has the firms and the people of its past: {', '.join(start.firms)}"
        )


def settle(world: World, threads: int = 1) -> Snapshot:
    """Live a world's burn-in and return what it leads to: the start that all arms share."""
    market = Market(world, replicate=PAST, threads=threads)
    while market.period < market.begins:
        market.step()
    return market.snapshot()
