import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.margin import Margin, read_margin, read_margins
from sim.settings import BadInput


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("1%", Margin(0.01, relative=True)),
        (" 0.5 % ", Margin(0.005, relative=True)),
        ("5000", Margin(5000.0, relative=False)),
        (5000, Margin(5000.0, relative=False)),
        ("1e3", Margin(1000.0, relative=False)),
    ],
)
def test_a_margin_is_a_share_of_the_reference_or_an_amount(said, meant):
    assert read_margin("until", said) == meant


@given(st.integers(1, 99_999), st.booleans())
def test_a_margin_is_written_as_it_is_read(size, relative):
    margin = Margin(size / 1000, relative)
    assert read_margin("until", str(margin)).relative == relative
    assert read_margin("until", str(margin)).size == pytest.approx(margin.size)


def test_a_share_is_of_the_references_size_whatever_its_sign():
    assert Margin(0.01, relative=True).of(-200.0) == 2.0
    assert Margin(0.01, relative=False).of(-200.0) == 0.01


@pytest.mark.parametrize("said", ["", "x%", "1%%", "-1%", "0", "nan", "inf", "1..2", True, None, [1], "e"])
def test_what_is_no_size_is_refused_with_what_is_allowed(said):
    with pytest.raises(BadInput, match=r"indifference = .*: not a size of a difference; allowed: a share .* 1%"):
        read_margin("indifference", said)


def test_margins_are_read_by_outcome():
    assert read_margins("indifference", {"profit": "1%"}) == {"profit": Margin(0.01, relative=True)}
    with pytest.raises(BadInput, match=r"indifference = profitt: no such metric; .*nearest: profit"):
        read_margins("indifference", {"profitt": "1%"})
    with pytest.raises(BadInput, match=r"indifference\.profit = 0%"):
        read_margins("indifference", {"profit": "0%"})
