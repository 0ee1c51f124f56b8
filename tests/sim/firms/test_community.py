import pytest

from sim.ledger import Account
from sim.market import Market
from tests.sim.tiny import over, programs, subscription


@pytest.mark.parametrize(("period", "periods"), [("month", 12), ("week", 52)])
def test_a_member_costs_as_much_a_year_in_months_and_in_weeks_and_nothing_once_it_is_over(period, periods):
    calendar = {"period": period, "years": 2.0, "burn_in_years": 0.0}
    settings = over({"calendar": calendar}, programs(community={"cost_per_member": 0.25, "end_year": 1.0}))
    still = {"choose": {"reopen_per_year": 0.0, "involuntary_per_year": 0.0, "rejoin_per_year": 0.0}}
    market = Market(
        subscription(**over(settings, still | {"mind": {"community": {"active": True, "join_per_year": 0}}}))
    )
    part = market.mind.parts["community"]
    part.columns.community[market.people.customer[:, 0]] = 0
    members = int(market.people.customer[:, 0].sum())
    for _ in range(periods):
        market.step()
    assert market.ledger.balance[0, Account.OUTREACH_COST] == 25 * members
    market.run()
    assert market.ledger.balance[0, Account.OUTREACH_COST] == 25 * members
