import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.market import Market
from sim.mind.parts.kano import felt_by_class
from sim.people.feelings import asymmetric
from tests.sim.tiny import over, subscription

GAP = st.floats(-1.0, 1.0)
WEIGHT = st.floats(0.0, 10.0)
MUST_BE, LINEAR, DELIGHT = -1, 0, 1


@given(st.floats(1e-6, 1.0), st.floats(0.01, 10.0), st.floats(0.01, 10.0))
def test_what_must_be_is_only_missed_and_what_delights_is_only_enjoyed(gap, gain, loss):
    assert felt_by_class(gap, MUST_BE, gain, loss) == 0.0 < felt_by_class(gap, DELIGHT, gain, loss)
    assert felt_by_class(-gap, DELIGHT, gain, loss) == 0.0 > felt_by_class(-gap, MUST_BE, gain, loss)


@given(GAP, WEIGHT, WEIGHT)
def test_a_linear_attribute_is_felt_as_without_classes(gap, gain, loss):
    assert felt_by_class(gap, LINEAR, gain, loss) == asymmetric(gap, gain, loss)


@given(GAP, WEIGHT, WEIGHT)
def test_the_weights_of_an_attribute_add_up_to_the_same_in_each_class(gap, gain, loss):
    both = [
        felt_by_class(abs(gap), kind, gain, loss) - felt_by_class(-abs(gap), kind, gain, loss) for kind in (-1, 0, 1)
    ]
    assert np.allclose(both, both[0])


def test_with_every_attribute_linear_a_world_lives_as_without_classes():
    linear = dict.fromkeys(("product", "price_fairness", "service", "convenience", "personal"), "linear")
    worlds = [subscription(**over({"customers": {"count": 300}}, {"mind": {"kano": kano}})) for kano in (
        {}, {"active": True} | linear, {"active": True},
    )]  # fmt: skip
    markets = [Market(world) for world in worlds]
    for market in markets:
        market.run()
    without, same, other = (market.people.satisfaction for market in markets)
    assert np.array_equal(without, same)
    assert not np.array_equal(without, other)
