"""A contract: who signs is bound for a time, for a lower price or for nothing."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.draws import Decision, Key, uniform
from sim.firms.program import Program, ProgramSettings
from sim.kernel import double, loop
from sim.mind.parts.contracts import Contracts
from sim.people.mathematics import chance_within
from sim.people.offers import cut_price
from sim.settings import setting

if TYPE_CHECKING:
    from sim.market import Market


class ContractSettings(ProgramSettings):
    """What is signed, and by whom."""

    months: float = setting(12.0, "length of a contract", "months", "the manager's choice", gt=0, le=120)
    notice_months: float = setting(
        1.0, "notice that must be given before a contract ends", "months", "the manager's choice", ge=0, le=60
    )
    exit_fee: float | None = setting(
        None,
        "what buys the way out before the end, paid where it is less than what is paid until then; empty: nobody is"
        " let go early",
        "currency", "the manager's choice", ge=0, le=1e6,
    )  # fmt: skip
    renews: bool = setting(
        True, "a contract goes on for as long again unless notice is given in time", source="the manager's choice"
    )
    discount: float = setting(
        0.0, "taken off the price of who is under contract", "share", "the manager's choice", ge=0, lt=1
    )
    signing: float = setting(
        0.5, "hazard that a customer without a contract signs one; who joins must sign", "a year", ge=0, le=1000
    )


@loop
def _sign(
    first: int, last: int, period: int, key: Key, firm: int, firm_id: int, provider: NDArray[np.int8],
    tenure: NDArray[np.float32], months: float, chance: float, dt: float, contract_left: NDArray[np.float32],
) -> None:  # fmt: skip
    """Let the firm's customers in ``[first, last)`` sign: all who joined in the last period, the others by chance."""
    for person in range(first, last):
        if int(provider[person]) != firm or contract_left[person] > 0.0:
            continue
        if double(tenure[person]) < 1.5 * dt:
            contract_left[person] = max(months - 6.0 * dt, 6.0 * dt)  # they signed in its middle, on average
        elif uniform(key, person, period, Decision.SIGN, firm_id) < chance:
            contract_left[person] = months


class Contract(Program):
    """Bind customers for a time: new ones when they join, present ones as they renew."""

    settings_class = ContractSettings
    settings: ContractSettings
    needs = ("contracts",)
    markets = ("subscription",)

    def plan(self, market: "Market") -> None:
        """Let customers sign; who is bound pays less."""
        people, offers, number, terms = market.people, market.offers, self.firm.number, self.settings
        left = market.mind.of(Contracts).columns.contract_left
        chance = chance_within(terms.signing, market.now.dt)
        market.crowd.crew.run(
            _sign, market.now.period, market.key, number, self.firm.id, people.provider, people.tenure[:, number],
            terms.months, chance, market.now.dt, left,
        )  # fmt: skip
        bound = (people.provider == number) & (left > 0.0)
        self.reached |= bound  # also where neither a discount nor a fee shows it
        cut_price(offers, bound, number, terms.discount)
