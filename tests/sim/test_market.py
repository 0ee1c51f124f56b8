import numpy as np
import pytest

from sim.ledger import Account
from sim.market import Market, settle
from sim.people.columns import NOBODY
from sim.people.moves import Reason
from sim.settings import BadInput
from tests.sim.tiny import EVERY_PROGRAM, differing, programs, repertoire, subscription


@pytest.fixture(scope="module", params=[subscription, repertoire], ids=["subscription", "repertoire"])
def lived(request):
    """Return a world that was lived with every program, its books checked after each period."""
    market = Market(request.param(**programs(**EVERY_PROGRAM)))
    while not market.done:
        market.step()
        market.ledger.check()
        points = market.firm("acme").programs["points"]
        assert -market.ledger.balance[0, Account.POINTS_LIABILITY] == points.carried.sum()
        assert (points.carried >= 0).all()
        assert (points.points >= 0.0).all()
    return market


def test_a_world_lives_all_its_periods_and_no_more(lived):
    calendar = lived.world.calendar
    assert lived.period == calendar.burn_in + calendar.periods
    assert lived.periods().groupby("firm").size().tolist() == [calendar.periods] * 3
    assert lived.periods()["year"].max() == pytest.approx(calendar.years)


def test_states_stay_within_their_ranges(lived):
    people = lived.people
    for column in (
        people.expectation,
        people.satisfaction,
        people.commitment,
        people.habit,
        people.bond,
        people.problem,
    ):
        assert np.isfinite(column).all()
        assert column.min() > -0.5
        assert column.max() < 1.5
    assert people.satisfaction.min() >= 0.0
    assert people.satisfaction.max() <= 1.0
    assert (people.tenure >= 0.0).all()


def test_people_differ_from_firms_only_in_what_they_paid_and_got_back(lived):
    paid = lived.ledger.balance[:, Account.REVENUE] + lived.ledger.balance[:, Account.PROGRAM_COST]
    assert lived.ledger.purse.sum() == paid.sum()


def test_a_subscriber_is_with_one_firm_at_most():
    market = Market(subscription())
    market.run()
    assert (market.people.customer.sum(axis=1) <= 1).all()
    with_one = market.people.provider != NOBODY
    assert (market.people.customer[with_one, market.people.provider[with_one]]).all()


def test_every_switch_has_its_person_its_firms_and_its_main_cause():
    market = Market(subscription())
    market.run()
    events = market.events()
    assert len(events) > 0
    assert set(events["origin"]) | set(events["destination"]) <= {"acme", "bolt", "cirrus", "none"}
    assert (events["origin"].astype(str) != events["destination"].astype(str)).all()
    causes = events.loc[events["origin"] != "none", "cause"]
    assert set(causes) <= {reason.name.lower() for reason in Reason} - {"none"}
    assert events["period"].between(1, market.world.calendar.periods).all()


def test_progress_is_told_after_each_period():
    market, told = Market(subscription(calendar={"burn_in_years": 0.0, "years": 0.25})), []
    market.run(lambda done, whole: told.append((done, whole)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_replicates_are_the_same_people_with_another_luck():
    world = subscription(calendar={"burn_in_years": 0.0, "years": 0.25})
    one, other = Market(world, 1), Market(world, 2)
    assert differing(one.people, other.people) == []
    one.run()
    other.run()
    assert {"satisfaction", "problem"} <= set(differing(one.people, other.people))
    assert not set(differing(one.people, other.people)) & {"frailty", "taste", "match", "importance"}


def test_the_population_seed_sets_the_people_and_the_seed_their_luck():
    def people(**seeds):
        return Market(subscription(calendar={"burn_in_years": 0.0}, **seeds)).people

    assert differing(people(seed=1, population_seed=4), people(seed=2, population_seed=4)) == []
    assert "taste" in differing(people(seed=1, population_seed=4), people(seed=1, population_seed=5))


def test_an_arm_with_other_firms_or_people_than_its_past_is_refused():
    past = settle(subscription())
    with pytest.raises(BadInput, match="acme, bolt, cirrus"):
        Market(subscription(firms={"dunbar": {}}), start=past)
    with pytest.raises(BadInput):
        Market(subscription(customers={"count": 599}), start=past)


def test_a_price_that_an_arm_starts_with_is_noticed_by_the_firms_customers():
    past = settle(subscription())
    dear = Market(subscription(firms={"acme": {"price": 1.1}}), start=past)
    dear._open()
    dear._decide()
    mine = dear.people.provider == 0
    assert dear.people.price_salience[mine] - past.people.price_salience[mine] == pytest.approx(1.0, abs=1e-5)
    assert (dear.people.price_salience[~mine] == past.people.price_salience[~mine]).all()


def test_programs_start_after_the_burn_in():
    market = Market(subscription(**programs(points={"threshold": 60.0})), replicate=0)
    while market.period < market.begins:
        market.step()
    assert not market.firm("acme").programs["points"].member.any()


def test_who_enters_later_is_nowhere_before():
    world = subscription(calendar={"entrants_per_year": 1.0, "years": 0.5})
    market = Market(world)
    people = market.people
    assert len(people.entry) == 600 + 600
    while not market.done:
        market.step()
        still_out = people.entry > market.now.period
        assert (people.provider[still_out] == NOBODY).all()
        assert not people.customer[still_out].any()
    assert (people.provider[600:] != NOBODY).any()
    assert people.entry[600:].min() >= 1
    assert people.entry[600:].max() < market.period


def test_the_market_of_people_without_firms_yet_starts_empty():
    market = Market(subscription(customers={"start": "prospects"}, calendar={"burn_in_years": 0.0, "years": 0.25}))
    assert (market.people.provider == NOBODY).all()
    market.run()
    assert (market.people.provider != NOBODY).any()


def test_a_firm_is_found_by_name_and_the_focal_one_without():
    market = Market(subscription(focal="bolt", calendar={"burn_in_years": 0.0}))
    assert market.firm().name == "bolt"
    assert market.firm("acme").number == 0


def test_a_year_of_subscription_costs_the_same_in_weeks_as_in_months():
    def paid(period):
        quiet = {"reopen_per_year": 0.0, "involuntary_per_year": 0.0}
        calendar = {"period": period, "years": 1.0, "burn_in_years": 0.0}
        market = Market(subscription(calendar=calendar, choose=quiet))
        market.run()
        return -market.ledger.balance[:, Account.REVENUE]

    assert paid("week") == pytest.approx(paid("month"), rel=1e-4)
