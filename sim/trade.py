"""Trade: what people pay goes through the programs and into the books."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.ledger import Account, each, to_cents
from sim.mind.parts.referrals import Referrals
from sim.people.buy import Purchases

if TYPE_CHECKING:
    from sim.firms.firm import Firm
    from sim.market import Market


class Sales(NamedTuple):
    """What a firm sold in a period."""

    purchases: int  # fees paid or orders made
    cuts: float  # what its programs took off the prices, currency units


def sell(market: "Market", purchases: Purchases) -> list[Sales]:
    """Book the period's purchases and their direct cost, let the programs of each firm see them; return each firm's."""
    sales = []
    for firm in market.firms:
        mine = np.flatnonzero(purchases.firm == firm.number)
        own = Purchases._make(column.take(mine) for column in purchases)
        market.ledger.sell(firm.number, own.person, own.cents)
        market.dealings.note_purchases(firm.number, own, market.offers)
        cost = to_cents(own.cents * (firm.settings.direct_cost_share / 100.0))
        market.ledger.spend(firm.number, Account.DIRECT_COST, cost, own.person)
        for program in firm.running(market.year):
            with market.ledger.noting(program.reached):
                program.after_purchase(market, own)
        cuts = _price_cuts(market, firm, own) if firm.running(market.year) else 0.0
        sales.append(Sales(len(own.person), cuts))
    return sales


def _price_cuts(market: "Market", firm: "Firm", own: Purchases) -> float:
    """Return what the firm's programs took off the prices of its own purchases, currency units."""
    factor = 1.0 - market.offers.price_cut[own.person, firm.number].astype(np.float64)
    return float((own.cents / 100.0 * (1.0 / factor - 1.0)).sum())


def pay_overheads(market: "Market", joined: NDArray[np.bool_]) -> None:
    """Book the cost of those who joined, shape (N, F), and fixed cost."""
    referrals = market.mind.find(Referrals)
    for firm in market.firms:
        new, usual = np.flatnonzero(joined[:, firm.number]), firm.settings.acquisition_cost
        cost = referrals.acquisition(firm.number, new, usual) if referrals else each(usual, new)
        market.ledger.spend(firm.number, Account.ACQUISITION_COST, cost, new)
        market.ledger.spend(firm.number, Account.FIXED_COST, to_cents(firm.settings.fixed_cost * market.now.dt))
