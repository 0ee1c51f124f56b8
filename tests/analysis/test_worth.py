"""Names of what the report says of value, and a study without such figures."""

from analysis import value_words
from analysis.comparison import Comparison
from analysis.report.worth import worth
from analysis.statistics import Interval
from analysis.value import BANDS, INDICATORS, LOST, NEW, TIERS, Lorenz, Returns, Value
from analysis.value_pictures import returns
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


def value(rate):
    nothing = Interval(None, None, None)
    found = Returns(Interval(rate, rate - 0.01, rate + 0.01), nothing, {})
    return Value("points", Lorenz((), (), nothing, nothing), found, None, None, None, None)


def test_a_return_is_above_or_below_the_discount_rate_only_where_its_interval_is():
    titles = [returns({"points": value(rate)}, "points", 0.1).title for rate in (0.12, 0.105, 0.08)]
    assert [title.split(": ")[1] for title in titles] == [
        "12.0 % a year, more than the 10 % asked for",
        "10.5 % a year, where 10 % are asked for",
        "8.0 % a year, less than the 10 % asked for",
    ]
