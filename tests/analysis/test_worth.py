"""Names of what the report says of value, and a study without such figures."""

import numpy as np

from analysis import value_words
from analysis.comparison import Comparison
from analysis.report.worth import worth
from analysis.value import BANDS, INDICATORS, LOST, NEW, TIERS
from analysis.value_pictures import returning
from tests.made_up import made_up


def test_every_band_tier_and_indicator_has_a_name():
    names = [
        *map(value_words.band, BANDS),
        *map(value_words.tier, (*TIERS, LOST, NEW)),
        *map(value_words.indicator, INDICATORS),
    ]
    assert len(set(names)) == len(names)


def test_a_study_without_equity_shows_no_value(tmp_path):
    assert worth(Comparison(made_up(tmp_path, periods=3))) == {"pictures": [], "moves": [], "indicators": []}


def test_a_return_is_above_or_below_the_discount_rate_only_where_its_interval_is():
    spread = np.array([-0.005, 0.0, 0.005])
    titles = [returning({"points": rate + spread}, 0.075) for rate in (0.12, 0.08, 0.05)]
    assert titles == [
        "Points: customers return 12.0 % a year, more than the 7.5 % asked for",
        "Points: customers return 8.0 % a year, where 7.5 % are asked for",
        "Points: customers return 5.0 % a year, less than the 7.5 % asked for",
    ]
