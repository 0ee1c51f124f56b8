import numpy as np
import pytest

from sim.ledger import Account
from sim.market import Market
from tests.sim.tiny import over, programs, subscription


def tailoring(calendar=(), **offer):
    settings = {"calendar": {"burn_in_years": 0.0, "years": 1.0} | dict(calendar), "mind": {"needs": {"active": True}}}
    return Market(subscription(**over(settings, programs(tailored_offer=offer))))


@pytest.mark.parametrize("period", ["month", "week"])
def test_research_is_paid_once_for_each_and_tailoring_by_the_year(period):
    market = tailoring({"period": period}, cost_per_year=0.31, cost_of_research=2.0)
    still = market.people.customer[:, 0].copy()
    market.run()
    still &= market.people.customer[:, 0] & (market.people.tenure[:, 0] > 0.99)
    spent = market.ledger.given[0]
    assert still.any()
    assert np.unique(spent[still]).tolist() == [231]
    assert market.ledger.balance[0, Account.PROGRAM_COST] == spent.sum()
