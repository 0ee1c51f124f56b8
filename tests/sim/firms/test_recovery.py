from types import SimpleNamespace

import numpy as np
import pytest

from sim.ledger import Account
from sim.market import Market
from sim.people.experience import Incident
from tests.sim.tiny import programs, subscription


def compensated(severity, cause=Incident.FAILURE, resolved=True, **settings):
    """Return the cents that one ended contact of a person with such a problem is compensated with."""
    market = Market(subscription(**programs(recovery=settings), calendar={"burn_in_years": 0.0}))
    market.people.problem[0, 0] = severity
    records = SimpleNamespace(person=np.array([0]), cause=np.array([cause]), resolved=np.array([resolved]))
    return int(market.firm("acme").programs["recovery"].compensation(market, records)[0])


@pytest.mark.parametrize(("severity", "cents"), [(0.25, 500), (0.5, 1000), (1.0, 2000)])
def test_compensation_is_in_proportion_to_the_problem_up_to_twice_the_amount(severity, cents):
    assert compensated(severity, compensation=10.0) == cents


def test_it_may_be_the_same_for_every_problem():
    assert compensated(0.25, compensation=10.0, by_severity=False) == 1000


def test_only_a_complaint_that_is_resolved_while_the_problem_is_open_is_compensated():
    assert compensated(0.5, resolved=False) == 0
    assert compensated(0.5, cause=Incident.QUESTION) == 0
    assert compensated(0.0) == 0


def test_compensation_is_paid_to_persons_booked_as_program_cost_and_felt():
    def market(**changes):
        world = subscription(**changes, calendar={"burn_in_years": 0.0, "years": 0.5}, choose={"reopen_per_year": 0.0})
        lived = Market(world)
        lived.run()
        return lived

    without, treated = market(), market(**programs(recovery={"compensation": 20.0}))
    cost = treated.ledger.balance[0, Account.PROGRAM_COST]
    assert cost > 0 == without.ledger.balance[0, Account.PROGRAM_COST]
    gained = treated.ledger.purse - without.ledger.purse
    assert gained.sum() == cost
    helped = gained > 0
    # the same persons with the same luck: nobody is worse off, the helped are more satisfied
    lift = treated.people.satisfaction[:, 0] - without.people.satisfaction[:, 0]
    assert (lift[helped] > 0.0).all()
    assert (lift[~helped] == 0.0).all()
