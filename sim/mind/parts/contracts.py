"""Contracts and notice: who signed stays to the end, pays to leave before it, and may have to give notice.

The terms are those of a firm's program ``contract``. A person under contract still comes to think about leaving. Who
then wants to leave keeps in mind where to go, decides again when notice is due, by what firms offer then and with the
same luck, and so may be won back until then; who still wants to leave gives notice and goes when the contract ends. The
exit fee is paid where it is less than what would be paid to the firm in the meantime.
"""

import math
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from sim.draws import Key
from sim.kernel import double, inlined, kernel, loop
from sim.ledger import to_cents
from sim.mind.part import Floats, Part, PartSettings
from sim.people.choose import ChooseSettings, preferred
from sim.people.columns import NOBODY, People
from sim.people.moves import Moves, Reason
from sim.people.offers import Doubles, Offers, Terms
from sim.rule import rule
from sim.settings import setting

if TYPE_CHECKING:
    from sim.firms.programs.contract import Contract
    from sim.market import Market
    from sim.people.crowd import Felt
    from sim.people.experience import Incidents

STAYING = -2  # where somebody goes who does not want to leave
_INVOLUNTARY = int(Reason.INVOLUNTARY)
_A_DAY = 0.03  # months: what is left of a contract when the sum of its periods is not exact
_OCCASION = 1 << 16  # more than a world has periods


class ContractsSettings(PartSettings):
    """How people take to being bound."""

    reluctance: float = setting(
        0.1, "utility that a year of being bound takes off a firm, to who would have to sign", "utility a year",
        ge=0, le=20,
    )  # fmt: skip


class Bound(NamedTuple):
    """The columns, about the present firm. Comment: range, unit."""

    contract_left: NDArray[np.float32]  # (N,) months of the contract still to go; 0: none
    going_to: NDArray[np.int8]  # (N,) where who wants to leave will go: a firm, NOBODY, or STAYING
    thought: NDArray[np.int32]  # (N,) when that was decided: period, and occasion in it times `_OCCASION`


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

    Equation: left, if left >= notice; else left + renewal ⌈(notice - left) / renewal⌉, if it renews; else notice
    Units: all in months, at least 0; renewal: length of the next contract, 0 if there is none
    Source: the usual terms of contracts; who misses the time of notice is bound again
    """
    wait = left
    if left < notice:
        wait = left + renewal * math.ceil((notice - left) / renewal) if renewal > 0.0 else notice
    return wait


@rule(
    "wait", 0.0, 24.0, lines=("exit_fee", 50.0, 200.0, 400.0), notice=1.0, spend_a_month=40.0, also=("exit_fee",),
    reads={"notice": "contract.notice_months", "exit_fee": "contract.exit_fee"},
)  # fmt: skip
@kernel
def buys_out(wait: float, notice: float, exit_fee: float, spend_a_month: float) -> bool:
    """Return whether who wants to leave pays to go at the end of the notice: it costs less than what waiting does.

    Equation: exit_fee < spend_a_month (wait - notice)
    Units: wait and notice in months; exit_fee in currency units, NaN where there is no way out; spend_a_month: what is
        paid to the firm, currency units
    Source: accounting; [A] that who wants to leave has no use for what is paid in the meantime
    """
    return exit_fee < spend_a_month * (wait - notice)


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


@inlined
def _way_out(people: People, person: int, firm: int, terms: Terms, c: Conditions, left: float) -> tuple[float, bool]:
    """Return how many months it takes to leave a firm with so many of the contract left, and whether a fee is paid."""
    notice = double(c.notice[firm])
    wait = months_until_free(left, notice, double(c.renewal[firm]))
    a_month = double(terms.fee[firm]) * double(people.revenue_level[person])
    pays = buys_out(wait, notice, double(c.exit_fee[firm]), a_month)
    return notice if pays else wait, pays


@loop
def _see(
    first: int, last: int, people: People, terms: Terms, c: Conditions, reluctance: float, step: float, bound: Bound,
    offers: Offers,
) -> None:  # fmt: skip
    """Let people see what firms would have them sign, and what binds them; who wants to leave looks no further."""
    for person in range(first, last):
        present = int(people.provider[person])
        for firm in range(c.months.size):
            if c.signs[firm] and firm != present:
                bind = bound_for(double(c.months[firm]), reluctance)
                offers.pull[person, firm] = double(offers.pull[person, firm]) + bind
                factor = (1.0 - double(offers.price_cut[person, firm])) * (1.0 - double(c.discount[firm]))
                offers.price_cut[person, firm] = 1.0 - factor
        left = double(bound.contract_left[person]) - 0.5 * step
        if left > 0.0:
            _, pays = _way_out(people, person, present, terms, c, left)
            if pays:
                offers.at_stake[person, present] = double(offers.at_stake[person, present]) + double(
                    c.exit_fee[present]
                )
        if bound.going_to[person] != STAYING:
            offers.closed[person, present] = True


@loop
def _let_go(
    first: int, last: int, key: Key, people: People, terms: Terms, offers: Offers, choosing: ChooseSettings,
    c: Conditions, step: float, bound: Bound, moves: Moves,
) -> None:  # fmt: skip
    """Let those decide again whose notice is due in this period, and those go whose contract ends in it."""
    for person in range(first, last):
        if bound.going_to[person] != STAYING and not moves.moved[person]:
            firm, left = int(people.provider[person]), double(bound.contract_left[person])
            if _A_DAY < left - double(c.notice[firm]) <= step + _A_DAY:
                occasion, period = divmod(int(bound.thought[person]), _OCCASION)
                best = preferred(key, people, person, period, occasion, terms, offers, choosing, False, True)
                bound.going_to[person] = STAYING if best == firm else best
            if bound.going_to[person] != STAYING and left <= step + _A_DAY:
                moves.origin[person] = firm
                moves.destination[person] = bound.going_to[person]
                moves.moved[person] = True


@loop
def _hold(
    movers: NDArray[np.int64], period: int, people: People, terms: Terms, c: Conditions, step: float, bound: Bound,
    moves: Moves, pays: NDArray[np.bool_],
) -> None:  # fmt: skip
    """Let those of ``movers`` who are bound keep in mind where to go; ``pays``: who of them buys the way out."""
    for row in range(movers.size):
        person = int(movers[row])
        firm = int(moves.origin[person])
        left = double(bound.contract_left[person]) - 0.5 * step  # people decide in the middle of a period, on average
        if left <= 0.0 or int(moves.cause[person]) == _INVOLUNTARY:
            continue
        wait, pays[row] = _way_out(people, person, firm, terms, c, left)
        if wait > 0.5 * step:
            bound.contract_left[person] = wait + 0.5 * step
            bound.going_to[person] = moves.destination[person]
            bound.thought[person] = period + _OCCASION * (int(moves.reopened[person]) - 1)
            moves.destination[person] = firm
            moves.moved[person] = False


@loop
def _run_down(first: int, last: int, provider: NDArray[np.int8], c: Conditions, step: float, bound: Bound) -> None:
    """Let a period of each contract go by; one that ends goes on if it renews and nobody wants to leave."""
    for person in range(first, last):
        left = double(bound.contract_left[person])
        if left > 0.0:
            left -= step
            if left < _A_DAY:
                renewal = double(c.renewal[int(provider[person])])
                left = left + renewal if renewal > 0.0 and bound.going_to[person] == STAYING else 0.0
            bound.contract_left[person] = left


class Contracts(Part):
    """Contracts and notice: who signed stays to the end or pays; acts where a firm has the program contract."""

    settings_class = ContractsSettings
    settings: ContractsSettings
    columns: Bound
    counts = ("under_contract", "on_notice", "exit_fees")

    def __init__(self, settings: ContractsSettings, market: "Market") -> None:
        """Begin with nobody bound."""
        super().__init__(settings, market)
        self.exit_fees = np.zeros(len(market.firms))  # of the period, currency units

    def empty(self, people: int, firms: int) -> Bound:
        """Return columns of people whom nothing binds."""
        return Bound(np.zeros(people, np.float32), np.full(people, STAYING, np.int8), np.zeros(people, np.int32))

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
        """Let people see whom they would be bound to, and what leaving would cost them."""
        market.crowd.crew.run(
            _see, market.people, market.terms, self.conditions(market), self.settings.reluctance, 12.0 * market.now.dt,
            self.columns, market.offers,
        )  # fmt: skip

    def hold_back(self, market: "Market", moves: Moves) -> None:
        """Let go whose time has come, keep who is bound, and charge who does not wait."""
        step, people, terms = 12.0 * market.now.dt, market.people, self.conditions(market)
        movers = np.flatnonzero(moves.moved & (moves.origin != NOBODY))
        market.crowd.crew.run(
            _let_go, market.key, people, market.terms, market.offers, market.crowd.choosing, terms, step, self.columns,
            moves,
        )  # fmt: skip
        pays = np.zeros(len(movers), np.bool_)
        _hold(movers, market.now.period, people, market.terms, terms, step, self.columns, moves, pays)
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
        self.columns.going_to[gone] = STAYING

    def feel(self, market: "Market", incidents: "Incidents", felt: "Felt") -> None:
        """Let the period of each contract go by."""
        step = 12.0 * market.now.dt
        market.crowd.crew.run(_run_down, market.people.provider, self.conditions(market), step, self.columns)

    def count(self, market: "Market") -> dict[str, Floats]:
        """Return how many are bound, how many gave notice, and the exit fees of the period, currency units."""
        provider, firms = market.people.provider, len(market.firms)
        left, notice = self.columns.contract_left, np.append(self.conditions(market).notice, 0.0)
        bound = provider[left > 0.0]
        leaving = provider[(self.columns.going_to != STAYING) & (left <= notice[provider] + _A_DAY)]
        return {
            "under_contract": np.bincount(bound, minlength=firms).astype(np.float64),
            "on_notice": np.bincount(leaving, minlength=firms).astype(np.float64),
            "exit_fees": self.exit_fees.copy(),
        }
