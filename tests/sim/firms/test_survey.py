import numpy as np
import pytest
from scipy import stats

from sim.ledger import Account
from sim.market import Market
from tests.sim.tiny import over, programs, subscription


def surveying(people=600, period="month", **survey):
    """Return a market of a year, without a past, in which the first firm asks its customers."""
    calendar = {"period": period, "years": 1.0, "burn_in_years": 0.0}
    settings = {"calendar": calendar, "customers": {"count": people}, "mind": {"survey_response": {"active": True}}}
    return Market(subscription(**over(settings, programs(survey=survey))))


@pytest.mark.parametrize(("period", "when"), [("month", [2, 5, 8, 11]), ("week", [12, 25, 38, 51])])
def test_surveys_are_spread_over_the_year_and_a_census_asks_every_customer(period, when):
    market, customers = surveying(period=period, sample=1.0, surveys_per_year=4.0), []
    while not market.done:
        customers.append(market.people.customer[:, 0].sum())
        market.step()
    asked = market.reports.counts(market.firm())["survey_asked"]
    assert np.flatnonzero(asked).tolist() == when
    assert asked[when].tolist() == [customers[period] for period in when]


def test_a_sample_is_its_share_of_the_customers_and_each_costs():
    market = surveying(people=6000, sample=0.3, surveys_per_year=12.0, cost_per_invitation=2.0)
    customers = int(market.people.customer[:, 0].sum())
    market.step()
    asked = int(market.reports.counts(market.firm())["survey_asked"][0])
    assert stats.binomtest(asked, customers, 0.3).pvalue > 1e-4
    assert market.firm().programs["survey"].reached.sum() == asked
    assert market.ledger.balance[0, Account.PROGRAM_COST] == 200 * asked
