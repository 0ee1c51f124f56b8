import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.market import Market
from sim.mind.parts.adoption import AdoptionSettings, bass_share, chance_to_adopt
from sim.people.columns import Attribute
from sim.settings import numbers
from tests.sim.tiny import over, subscription

A = numbers(AdoptionSettings())
SHARE = st.floats(0.0, 0.99)


@given(SHARE, st.floats(0.0, 10.0), st.floats(0.0, 10.0))
def test_a_share_goes_on_along_its_curve_whatever_the_steps(share, first, second):
    at_once = bass_share(share, first + second, A)
    assert bass_share(bass_share(share, first, A), second, A) == pytest.approx(at_once, abs=1e-9)
    assert share - 1e-12 <= at_once <= 1.0


@given(st.floats(0.0, 0.95))
def test_the_curve_solves_the_equation_of_bass(share):
    slope = (bass_share(share, 1e-6, A) - share) / 1e-6
    assert slope == pytest.approx((A.innovation + A.imitation * share) * (1.0 - share), rel=1e-3)


@given(st.floats(0.0, 1.0), st.floats(0.0, 3.0))
def test_at_the_mean_skill_the_chance_is_that_of_the_hazard(skill, hazard):
    assert chance_to_adopt(0.6, 0.6, hazard, A) == pytest.approx(-np.expm1(-hazard))
    assert 0.0 <= chance_to_adopt(skill, 0.6, hazard, A) <= chance_to_adopt(1.0, 0.6, hazard, A) < 1.0


def lived(period="month", people=2_000, **how):
    settings = {
        "customers": {"count": people, "match_sd": 0.0},
        "calendar": {"period": period, "years": 1.0},
        "mind": {"adoption": {"active": True, "imitation": 1.0} | how},
    }
    market = Market(subscription(**over(settings, {})))
    start = market.mind.parts["adoption"].columns.online.copy()
    market.run()
    return market, start


@pytest.mark.parametrize("period", ["month", "week"])
def test_the_e_channel_spreads_by_bass_curve_whatever_the_period(period):
    """One look with 8,000 people; a share that feeds on itself errs a little more than a coin: by a fifth here."""
    market, start = lived(period, 8_000, online_at_start=0.3, skill_pull=0.0)
    online = market.mind.parts["adoption"].columns.online
    expected = bass_share(float(start.mean()), 1.0, numbers(market.world.mind.adoption))
    assert online.mean() == pytest.approx(expected, abs=3.9 * 1.2 * 0.5 / np.sqrt(8_000))
    assert (start <= online).all()


def test_who_enters_is_online_as_often_as_the_others_by_then():
    """Two shares of few hundreds, once: more than four standard errors apart at 1 in 15,000."""
    settings = {
        "customers": {"count": 3_000},
        "calendar": {"years": 3.0, "entrants_per_year": 0.1},
        "mind": {"adoption": {"active": True, "online_at_start": 0.2, "imitation": 2.0, "skill_pull": 0.0}},
    }
    market = Market(subscription(**settings))
    market.run()
    online, entry = market.mind.parts["adoption"].columns.online, market.people.entry
    late = (entry > market.period - 6) & (entry <= market.period)
    here, fresh = online[entry == 0].mean(), online[late].mean()
    assert late.sum() > 50
    assert here > 0.7
    assert abs(fresh - here) < 4.0 * np.sqrt(0.25 / late.sum()) + 0.05  # they entered a quarter of a year ago


def test_nobody_goes_online_before_the_watch():
    market, start = lived(online_at_start=0.5)
    first = Market(market.world, replicate=0).mind.parts["adoption"].columns.online
    assert np.array_equal(first, start)


def test_who_is_offline_has_no_e_skill_and_finds_firms_less_convenient():
    market, _ = lived(online_at_start=0.5)
    access, people = market.mind.parts["adoption"].columns, market.people
    assert np.array_equal(people.e_skill, np.where(access.online, access.skill_online, 0.0).astype(np.float32))
    expected = people.expectation[people.customer[:, 0], 0, Attribute.CONVENIENCE]
    online = access.online[people.customer[:, 0]]
    assert expected[online].mean() > expected[~online].mean()


def test_the_skilled_are_online_first():
    access = lived()[0].mind.parts["adoption"].columns
    assert access.skill_online[access.online].mean() > access.skill_online[~access.online].mean()
