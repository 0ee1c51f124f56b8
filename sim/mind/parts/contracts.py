"""Contracts and notice: who signed stays to the end, pays to leave before it, and may have to give notice.

The terms are those of a firm's program ``contract``. A person under contract still comes to think about leaving. Who
then wants to leave gives notice, keeps in mind where to go, and goes when the contract ends; or pays the exit fee.
"""

from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from sim.kernel import double, kernel, loop
from sim.ledger import to_cents
from sim.mind.part import Floats, Part, PartSettings
from sim.people.columns import NOBODY
from sim.people.moves import Moves, Reason
from sim.people.offers import Doubles
from sim.rule import rule
from sim.settings import setting

if TYPE_CHECKING:
    from sim.firms.programs.contract import Contract
    from sim.market import Market
    from sim.people.crowd import Felt
    from sim.people.experience import Incidents

STAYING = -2  # where somebody goes who has not given notice
_INVOLUNTARY = int(Reason.INVOLUNTARY)
_A_DAY = 0.03  # months: what is left of a contract when the sum of its periods is not exact


class ContractsSettings(PartSettings):
    """How people take to being bound."""

    reluctance: float = setting(
        0.1, "utility that a year of being bound takes off a firm, to who would have to sign", "utility a year",
        ge=0, le=20,
    )  # fmt: skip


class Bound(NamedTuple):
    """The columns, about the present firm. Comment: range, unit."""

    contract_left: NDArray[np.float32]  # (N,) months of the contract still to go; 0: none
    notice_left: NDArray[np.float32]  # (N,) months until who gave notice goes
    going_to: NDArray[np.int8]  # (N,) where to: a firm, NOBODY, or STAYING


class Conditions(NamedTuple):
    """What firms' contracts say, of ``F`` firms."""

    signs: NDArray[np.bool_]  # (F,) whether one is signed now
    months: Doubles  # (F,) length
    notice: Doubles  # (F,) months
    renewal: Doubles  # (F,) months by which a contract that ends goes on; 0: it does not
    exit_fee: Doubles  # (F,) currency units; NaN: nobody is let go early
    discount: Doubles  # (F,) share of the price


@rule(
    "left", 0.0, 12.0, lines=("notice", 0.0, 1.0, 3.0), renewal=12.0, also=("notice",),
    reads={"notice": "contract.notice_months", "renewal": "contract.renews contract.months"},
)  # fmt: skip
@kernel
def months_until_free(left: float, notice: float, renewal: float) -> float:
    """Return how long somebody under contract who wants to leave must wait.

    Equation: left, if left >= notice; else left + renewal, if it renews; else notice
    Units: all in months, at least 0; renewal: length of the next contract, 0 if there is none
    Source: the usual terms of contracts; who misses the time of notice is bound again
    """
    wait = left
    if left < notice:
        wait = left + renewal if renewal > 0.0 else notice
    return wait


@rule(
    "months", 0.0, 36.0, lines=("reluctance", 0.0, 0.1, 0.3),
    reads={"months": "contract.months", "reluctance": "mind.contracts.reluctance"},
)  # fmt: skip
@kernel
def bound_for(months: float, reluctance: float) -> float:
    """Return what a contract of so many months adds to the utility of a firm, to who would have to sign.

    Equation: - reluctance months / 12
    Units: months at least 0; reluctance in utility a year; utility, at most 0
    Source: Burnham, Frels & Mahajan 2003 (costs of leaving are weighed before joining); [A] size
    """
    return -reluctance * months / 12.0


@loop
def _see(
    first: int, last: int, provider: NDArray[np.int8], c: Conditions, reluctance: float, going_to: NDArray[np.int8],
    pull: NDArray[np.float32], price_factor: NDArray[np.float32], closed: NDArray[np.bool_],
) -> None:  # fmt: skip
    """Let people see what firms that they are not with would have them sign; who gave notice looks no further."""
    for person in range(first, last):
        present = int(provider[person])
        for firm in range(c.months.size):
            if c.signs[firm] and firm != present:
                pull[person, firm] = double(pull[person, firm]) + bound_for(double(c.months[firm]), reluctance)
                price_factor[person, firm] = double(price_factor[person, firm]) * (1.0 - double(c.discount[firm]))
        if going_to[person] != STAYING:
            closed[person, present] = True


@loop
def _let_go(first: int, last: int, provider: NDArray[np.int8], step: float, bound: Bound, moves: Moves) -> None:
    """Let those go in this period whose notice is over; ``step``: months of a period, they go in its middle."""
    for person in range(first, last):
        if bound.going_to[person] != STAYING and not moves.moved[person]:
            left = double(bound.notice_left[person]) - step
            bound.notice_left[person] = left
            if left <= 0.5 * step:
                moves.origin[person] = provider[person]
                moves.destination[person] = bound.going_to[person]
                moves.moved[person] = True


@loop
def _hold(
    movers: NDArray[np.int64], c: Conditions, step: float, bound: Bound, moves: Moves, pays: NDArray[np.bool_]
) -> None:
    """Let those of ``movers`` who are bound give notice; ``pays``: who of them buys the way out."""
    for row in range(movers.size):
        person = int(movers[row])
        firm = int(moves.origin[person])
        left = double(bound.contract_left[person]) - 0.5 * step  # people decide in the middle of a period, on average
        if left <= 0.0 or int(moves.cause[person]) == _INVOLUNTARY:
            continue
        notice = double(c.notice[firm])
        wait = months_until_free(left, notice, double(c.renewal[firm]))
        if wait > notice and double(c.exit_fee[firm]) >= 0.0:  # a NaN is not
            pays[row] = True
            wait = notice
        if wait > 0.5 * step:
            bound.notice_left[person] = wait
            bound.going_to[person] = moves.destination[person]
            moves.destination[person] = firm
            moves.moved[person] = False


@loop
def _run_down(first: int, last: int, provider: NDArray[np.int8], c: Conditions, step: float, bound: Bound) -> None:
    """Let a period of each contract go by; one that ends goes on if it renews."""
    for person in range(first, last):
        left = double(bound.contract_left[person])
        if left > 0.0:
            left -= step
            if left < _A_DAY:
                renewal = double(c.renewal[int(provider[person])])
                left = left + renewal if renewal > 0.0 else 0.0
            bound.contract_left[person] = left


class Contracts(Part):
    """Contracts and notice: who signed stays to the end or pays; acts where a firm has the program contract."""

    settings_class = ContractsSettings
    settings: ContractsSettings
    columns: Bound
    counts = ("under_contract", "on_notice", "exit_fees")

    def empty(self, people: int, firms: int) -> Bound:
        """Return columns of people whom nothing binds."""
        going_to = np.full(people, STAYING, np.int8)
        self.exit_fees = np.zeros(firms)  # of the period, currency units
        return Bound(np.zeros(people, np.float32), np.zeros(people, np.float32), going_to)

    def conditions(self, market: "Market") -> Conditions:
        """Return what firms' contracts say now; a contract outlives the program, but does not renew after it."""
        firms = len(market.firms)
        found = Conditions(np.zeros(firms, np.bool_), *np.zeros((5, firms)))
        found.exit_fee[:] = np.nan
        for firm in market.firms:
            if "contract" in firm.programs:
                program = cast("Contract", firm.programs["contract"])
                terms, runs, number = program.settings, program.runs(market.year), firm.number
                found.signs[number], found.months[number] = runs, terms.months
                found.notice[number], found.discount[number] = terms.notice_months, terms.discount
                found.renewal[number] = terms.months if terms.renews and runs else 0.0
                if terms.exit_fee is not None:
                    found.exit_fee[number] = terms.exit_fee
        return found

    def lean(self, market: "Market") -> None:
        """Let people see whom they would be bound to."""
        offers, reluctance = market.offers, self.settings.reluctance
        market.crowd.crew.run(
            _see, market.people.provider, self.conditions(market), reluctance, self.columns.going_to, offers.pull,
            offers.price_factor, offers.closed,
        )  # fmt: skip

    def hold_back(self, market: "Market", moves: Moves) -> None:
        """Let go whose time has come, keep who is bound, and charge who does not wait."""
        step, people = 12.0 * market.now.dt, market.people
        movers = np.flatnonzero(moves.moved & (moves.origin != NOBODY))
        market.crowd.crew.run(_let_go, people.provider, step, self.columns, moves)
        pays = np.zeros(len(movers), np.bool_)
        terms = self.conditions(market)
        _hold(movers, terms, step, self.columns, moves, pays)
        self.exit_fees[:] = 0.0
        payers = movers[pays]
        for firm in market.firms:
            mine = payers[people.provider[payers] == firm.number]
            if len(mine):
                cents = to_cents(np.full(len(mine), terms.exit_fee[firm.number]))
                market.ledger.sell(firm.number, mine, cents)
                self.exit_fees[firm.number] = cents.sum() / 100.0

    def moved(self, market: "Market", moves: Moves) -> None:
        """Let nothing bind who has left."""
        gone = moves.moved
        self.columns.contract_left[gone] = 0.0
        self.columns.notice_left[gone] = 0.0
        self.columns.going_to[gone] = STAYING

    def feel(self, market: "Market", incidents: "Incidents", felt: "Felt") -> None:
        """Let the period of each contract go by."""
        step = 12.0 * market.now.dt
        market.crowd.crew.run(_run_down, market.people.provider, self.conditions(market), step, self.columns)

    def count(self, market: "Market") -> dict[str, Floats]:
        """Return how many are bound, how many gave notice, and the exit fees of the period, currency units."""
        provider, firms = market.people.provider, len(market.firms)
        bound, leaving = provider[self.columns.contract_left > 0.0], provider[self.columns.going_to != STAYING]
        return {
            "under_contract": np.bincount(bound, minlength=firms).astype(np.float64),
            "on_notice": np.bincount(leaving, minlength=firms).astype(np.float64),
            "exit_fees": self.exit_fees.copy(),
        }
