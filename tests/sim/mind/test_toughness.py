import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.market import Market
from sim.mind.parts.toughness import seen_by
from tests.sim.tiny import differing, over, subscription

ERROR = 1e-4  # rate at which a test of frequencies refuses a sound model


def lived(**toughness):
    settings = {"customers": {"count": 2000}, "mind": {"toughness": {"active": True} | toughness}}
    market = Market(subscription(**settings))
    market.run()
    return market


@given(st.floats(-5.0, 5.0), st.floats(0.0, 1.0))
def test_the_mean_person_sees_what_is_there_and_others_as_much_worse_or_better(toughness, severity):
    assert seen_by(0.0, severity) == 0.0
    assert seen_by(toughness, severity) == pytest.approx(-seen_by(-toughness, severity))
    assert seen_by(toughness, severity) * toughness <= 0.0


def test_toughness_is_normal_over_people_and_for_life():
    market = lived(sd=2.0)
    drawn = market.mind.parts["toughness"].columns.toughness
    assert stats.kstest(drawn / 2.0, "norm").pvalue > ERROR
    again = Market(market.world)
    assert np.array_equal(again.mind.parts["toughness"].columns.toughness, drawn)


def test_the_tougher_the_less_satisfied_with_the_same():
    with_it, without = lived(), lived(severity=0.0)
    tough = with_it.mind.parts["toughness"].columns.toughness
    both = with_it.people.customer[:, 0] & without.people.customer[:, 0]
    change = (with_it.people.satisfaction - without.people.satisfaction)[both, 0]
    assert stats.spearmanr(tough[both], change, alternative="less").pvalue < ERROR


def test_where_nobody_is_tough_nobody_changes():
    plain = Market(subscription(**over({}, {"customers": {"count": 2000}})))
    plain.run()
    assert differing(lived(sd=0.0).people, plain.people) == []


def test_the_figure_is_the_mean_of_customers():
    market = lived()
    tough, mine = market.mind.parts["toughness"].columns.toughness, market.people.customer[:, 0]
    counts = market.reports.counts(market.firm())
    assert counts["toughness"][-1] == pytest.approx(tough[mine].sum(dtype=np.float64), rel=1e-5)
