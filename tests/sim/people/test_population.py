import numpy as np
import pytest
from scipy import stats

from sim.calendar import CalendarSettings
from sim.draws import Key
from sim.people.blocks import GRAIN, Crew
from sim.people.columns import NEVER, NOBODY
from sim.people.population import CustomersSettings, draw_people, empty, stock
from tests.sim.tiny import differing

IDS = np.array([11, 22, 33])
COUNT = 20_000
ERROR = 1e-4  # rate at which a goodness-of-fit test refuses a sound law


def drawn(count=COUNT, seed=3, ids=IDS, block=GRAIN, **settings):
    return draw_people(CustomersSettings(**settings), Key(seed, 0), ids, count, Crew(count, 1, block), True)


@pytest.fixture(scope="module")
def people():
    """Return people drawn with the defaults."""
    return drawn()


@pytest.mark.parametrize(
    ("column", "law"),
    [
        ("frailty", stats.gamma(1 / 0.49, scale=0.49)),
        ("price_sensitivity", stats.lognorm(0.4, scale=3.0)),
        ("purchase_rate", stats.gamma(1.0, scale=6.0)),
        ("dropout", stats.beta(0.8, 2.4)),
        ("spend_level", stats.invgamma(3.74, scale=6.25 * 15.44)),
        ("failure_proneness", stats.gamma(2.0, scale=0.5)),
        ("contact_rate", stats.gamma(1.5, scale=4.0 / 1.5)),
        ("voice", stats.norm(0.0, 0.5)),
    ],
)
def test_traits_follow_their_laws(people, column, law):
    assert stats.kstest(getattr(people, column), law.cdf).pvalue > ERROR


def test_lasting_tastes_and_matches_are_normal_and_unrelated(people):
    assert stats.kstest(people.taste.ravel(), stats.norm(0.0, 0.5).cdf).pvalue > ERROR
    assert stats.kstest(people.match.ravel(), stats.norm(0.0, 0.12).cdf).pvalue > ERROR
    bound = stats.norm.isf(ERROR / 30) / np.sqrt(COUNT)
    correlation = np.corrcoef(np.hstack([people.taste, people.match]), rowvar=False)
    assert np.abs(correlation[np.triu_indices(6, 1)]).max() < bound


def test_fees_have_the_spread_asked_for_around_one():
    level = drawn(revenue_cv=0.4).revenue_level.astype(float)
    assert (
        stats.kstest(level, stats.lognorm(np.sqrt(np.log1p(0.16)), scale=np.exp(-0.5 * np.log1p(0.16))).cdf).pvalue
        > ERROR
    )


def test_importance_sums_to_one_and_scatters_around_the_segment(people):
    assert people.importance.sum(axis=1) == pytest.approx(1.0, abs=1e-6)
    assert stats.kstest(people.importance[:, 0], stats.beta(0.35 * 20, 0.65 * 20).cdf).pvalue > ERROR
    exactly = drawn(100, importance_concentration=0.0).importance
    assert exactly == pytest.approx(np.tile([0.35, 0.25, 0.15, 0.15, 0.10], (100, 1)), abs=1e-7)


def test_segments_have_their_shares_and_sensitivities():
    segments = {"few": {"share": 1.0, "price_sensitivity": 2.0}, "many": {"share": 3.0}}
    people = drawn(segments=segments, price_sensitivity_log_sd=0.0)
    assert stats.binomtest(int((people.segment == 0).sum()), COUNT, 0.25).pvalue > ERROR
    assert people.price_sensitivity == pytest.approx(np.where(people.segment == 0, 6.0, 3.0))


def test_the_beta_kind_of_leaving_gives_a_yearly_chance():
    chance = -np.expm1(-drawn(leaving="beta").frailty.astype(float))
    assert stats.kstest(chance, stats.beta(0.704, 1.182).cdf).pvalue > ERROR


@pytest.mark.parametrize(
    ("settings", "column", "value"),
    [
        ({"frailty_cv": 0.0}, "frailty", 1.0),
        ({"revenue_cv": 0.0}, "revenue_level", 1.0),
        ({"taste_sd": 0.0}, "taste", 0.0),
        ({"match_sd": 0.0}, "match", 0.0),
        ({"lapses": False}, "dropout", 0.0),
        ({"patience_cv": 0.0}, "patience", 1.0),
        ({"voice_sd": 0.0}, "voice", 0.0),
    ],
)
def test_a_spread_of_zero_makes_all_exactly_alike(settings, column, value):
    assert (getattr(drawn(200, **settings), column) == value).all()


def test_another_seed_is_another_population_and_blocks_are_not():
    count = 2 * GRAIN + 50
    assert differing(drawn(count, block=GRAIN), drawn(count, block=4 * GRAIN)) == []
    assert "taste" in differing(drawn(100), drawn(100, seed=4))


def test_more_people_and_another_order_of_firms_leave_everybody_as_they_were():
    few = drawn(100)
    assert differing(few, drawn(150), rows=100) == []
    turned = drawn(100, ids=IDS[::-1])
    assert (turned.taste[:, ::-1] == few.taste).all()


def test_empty_people_are_nowhere_and_may_go_anywhere():
    people = empty(3, 2)
    assert (people.provider == NOBODY).all()
    assert people.alive.all()
    assert (people.since == NEVER).all()
    assert {column.shape[0] for column in people} == {3}
    assert people.expectation.shape == (3, 2, 5)


def test_entrants_come_on_top_of_the_first_stock():
    calendar = CalendarSettings(years=2.0, burn_in_years=3.0, entrants_per_year=0.1)
    assert stock(CustomersSettings(count=1000), calendar, None) == (1000, 500)
