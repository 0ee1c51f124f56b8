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
        (Interval(0.004, 0.001, 0.007), "profit", "+0.004 ± 0.003"),
        (Interval(0.5, 0.49999, 0.50001), "profit", "+0.5000 ± <0.0001"),
        (Interval(None, None, None), "profit", "–"),
    ],
)
def test_a_mean_and_its_half_interval_have_the_decimals_that_both_deserve(interval, outcome, text):
    assert wording.interval(interval, outcome, signed=True) == text


def test_a_reach_alone_is_written_as_beside_its_mean():
    assert wording.reach(Interval(819.04, 50.04, 1588.04), "profit") == "± 769"
    assert wording.reach(Interval(7.0, 7.0, 7.0), "profit") == ""


def test_a_short_time_is_days():
    assert [wording.duration(years) for years in (0.004, 0.02, 0.5)] == ["1 day", "1 week", "26 weeks"]


def test_two_shares_have_the_decimals_that_tell_them_apart():
    assert wording.told_apart(0.86, 0.78) == ("86 %", "78 %")
    assert wording.told_apart(0.8432, 0.8418) == ("84.3 %", "84.2 %")


def test_a_row_names_the_unit_that_its_figures_do_not_show():
    assert wording.measure("payback_months") == "Payback of acquisition (months)"
    assert wording.measure("profit") == "Profit"


def test_people_without_luck_are_a_whole_number():
    assert wording.heads(Interval(12.0, None, None)) == "12"
    assert wording.heads(Interval(22.5, 19.4, 25.6)) == "22.5 ± 3.1"
