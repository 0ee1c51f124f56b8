"""How numbers are written: the decimals that their interval deserves, and no sign before nothing."""

import pytest

from analysis import wording
from analysis.statistics import Interval


@pytest.mark.parametrize(
    ("interval", "outcome", "text"),
    [
        (Interval(-0.2, -320.2, 319.8), "profit", "0 ± 320"),
        (Interval(12.34, 11.94, 12.74), "profit", "+12.3 ± 0.4"),
        (Interval(819.04, 50.04, 1588.04), "profit", "+819 ± 769"),
        (Interval(12.34, 12.31, 12.37), "profit", "+12.34 ± 0.03"),
        (Interval(0.0804, 0.0791, 0.0817), "service_level", "+8.04 ± 0.13 pts"),
        (Interval(1234.0, 1233.9999, 1234.0001), "profit", "+1,234"),
        (Interval(7.0, 7.0, 7.0), "profit", "+7.00"),
        (Interval(7.0, None, None), "profit", "+7.00"),
        (Interval(0.0, 0.0, 0.0), "profit", "0"),
        (Interval(None, None, None), "profit", "–"),
    ],
)
def test_a_mean_and_its_half_interval_have_the_decimals_that_both_deserve(interval, outcome, text):
    assert wording.interval(interval, outcome, signed=True) == text


def test_a_reach_alone_is_written_as_beside_its_mean():
    assert wording.reach(Interval(819.04, 50.04, 1588.04), "profit") == "± 769"
    assert wording.reach(Interval(7.0, 7.0, 7.0), "profit") == ""
