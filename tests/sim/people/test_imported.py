import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

from sim.draws import Key
from sim.market import Market
from sim.people.feelings import FeelSettings
from sim.people.imported import Imported, chance_alive, chance_alive_by_time, draw_posterior
from sim.people.population import empty
from sim.settings import numbers
from tests.sim.tiny import repertoire

FIT = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426, "p": 6.25, "q": 3.74, "gamma": 15.44}
BY_TIME = {name: FIT[name] for name in "pq"} | {"gamma": 15.44, "r": 0.553, "alpha": 10.58, "s": 0.606, "beta": 11.67}
COUNT = 20_000
ERROR = 1e-4  # rate at which a goodness-of-fit test refuses a sound law


def log(x, t_x, watched, count=COUNT, fit=FIT):
    """Return ``count`` customers with the same past."""
    same = np.ones(count)
    return Imported(x * same, t_x * same, watched * same, x * same, 30.0 * same, **fit)


def drawn(past):
    people = empty(len(past.x), 1)
    draw_posterior(0, len(past.x), people, Key(9, 1), past, 0, numbers(FeelSettings()), past.lapse_per_year)
    return people


@pytest.mark.parametrize(("x", "t_x", "watched"), [(1.0, 3.0, 39.0), (4.0, 30.0, 38.0), (12.0, 38.0, 38.9)])
def test_the_chance_to_be_alive_is_bayes_theorem(x, t_x, watched):
    r, alpha, a, b = (FIT[name] for name in ("r", "alpha", "a", "b"))
    rate, chance = stats.gamma(r, scale=1.0 / alpha), stats.beta(a, b)

    def over_rates(until):
        def likelihood(weekly):
            return rate.pdf(weekly) * weekly**x * np.exp(-weekly * until)

        return quad(likelihood, 0.0, 20.0, points=[0.01, 0.1, 1.0], limit=300)[0]

    def over_chances(lapsed):
        return quad(lambda p: chance.pdf(p) * (1.0 - p) ** (x - lapsed) * p**lapsed, 0.0, 1.0, limit=300)[0]

    alive, gone = over_rates(watched) * over_chances(0), over_rates(t_x) * over_chances(1)
    assert chance_alive(x, t_x, watched, r, alpha, a, b) == pytest.approx(alive / (alive + gone), rel=2e-4)


def test_who_never_bought_again_cannot_have_lapsed():
    assert chance_alive(0.0, 0.0, 39.0, *(FIT[name] for name in ("r", "alpha", "a", "b"))) == 1.0
    assert drawn(log(0.0, 0.0, 39.0, 500)).alive.all()


def test_traits_are_drawn_from_the_posterior():
    people = drawn(log(3.0, 20.0, 38.0))
    assert stats.kstest(people.purchase_rate / 52.0, stats.gamma(3.243, scale=1.0 / 42.414).cdf).pvalue > ERROR
    assert stats.kstest(people.dropout, stats.beta(0.793, 5.426).cdf).pvalue > ERROR
    level = stats.invgamma(3.74 + 6.25 * 3, scale=6.25 * (15.44 + 3 * 30.0))
    assert stats.kstest(people.spend_level, level.cdf).pvalue > ERROR
    alive = chance_alive(3.0, 20.0, 38.0, *(FIT[name] for name in ("r", "alpha", "a", "b")))
    assert stats.binomtest(int(people.alive.sum()), COUNT, alive).pvalue > ERROR


@pytest.mark.parametrize(("x", "t_x", "watched"), [(0.0, 0.0, 39.0), (4.0, 30.0, 38.0), (12.0, 10.0, 38.9)])
def test_the_chance_not_to_have_lapsed_by_time_is_bayes_theorem(x, t_x, watched):
    r, alpha, s, beta = (BY_TIME[name] for name in ("r", "alpha", "s", "beta"))

    def silent(y):
        return s * (alpha + y) ** -(r + x) * (beta + y) ** -(s + 1.0)

    gone, alive = quad(silent, t_x, watched, epsrel=1e-10)[0], (alpha + watched) ** -(r + x) * (beta + watched) ** -s
    assert chance_alive_by_time(x, t_x, watched, r, alpha, s, beta) == pytest.approx(alive / (alive + gone), rel=1e-4)


def test_who_lapses_by_time_does_at_the_hazard_that_the_log_tells_and_not_after_purchases():
    past = log(3.0, 20.0, 38.0, fit=BY_TIME)
    people = drawn(past)
    hazard = people.frailty * past.lapse_per_year / 52.0
    assert past.lapse_per_year == pytest.approx(52.0 * 0.606 / 11.67)
    assert stats.kstest(hazard, stats.gamma(0.606, scale=1.0 / 49.67).cdf).pvalue > ERROR
    assert stats.kstest(people.purchase_rate / 52.0, stats.gamma(3.553, scale=1.0 / 48.58).cdf).pvalue > ERROR
    assert (people.dropout == 0.0).all()
    alive = chance_alive_by_time(3.0, 20.0, 38.0, *(BY_TIME[name] for name in ("r", "alpha", "s", "beta")))
    assert stats.binomtest(int(people.alive.sum()), COUNT, alive).pvalue > ERROR


@pytest.mark.parametrize(("own", "used"), [(0.0, 52.0 * 0.606 / 11.67), (1.0, 1.0)])
def test_the_world_s_hazard_by_time_is_only_the_unit_of_what_the_log_tells(own, used):
    past = log(2.0, 20.0, 46.0, 80, fit=BY_TIME)
    world = repertoire(customers={"count": 80}, calendar={"burn_in_years": 0.0}, choose={"lapse_per_year": own})
    market = Market(world, 1, past)
    assert market.crowd.choosing.lapse_per_year == pytest.approx(used)
    market.run()
    alive = market.people.alive[:, 0].copy()
    other = Market(repertoire(customers={"count": 80}, calendar={"burn_in_years": 0.0}), 1, past)
    other.run()
    assert np.array_equal(alive, other.people.alive[:, 0])


def test_real_customers_start_where_their_log_ends_and_differ_by_replicate():
    past = log(2.0, 20.0, 46.0, 80)
    world = repertoire(customers={"count": 80}, calendar={"burn_in_years": 0.0})
    one, other = Market(world, 1, past), Market(world, 2, past)
    assert one.people.since[:, 0] == pytest.approx(0.5)
    assert one.people.tenure[:, 0] == pytest.approx(46.0 / 52.0)
    assert one.people.customer[:, 0].all()
    assert not one.people.customer[:, 1:].any()
    assert not np.array_equal(one.people.purchase_rate, other.people.purchase_rate)
    assert one.begins == 0


def test_who_enters_beside_real_customers_is_drawn_not_imported():
    past = log(2.0, 20.0, 46.0, 80)
    market = Market(repertoire(calendar={"entrants_per_year": 1.0, "years": 0.5}), 1, past)
    assert len(market.people.entry) > 80
    assert (market.people.entry[80:] > 0).all()
    assert (market.people.tenure[80:] == 0.0).all()
    market.run()
    assert market.outcomes()["revenue"] > 0.0
