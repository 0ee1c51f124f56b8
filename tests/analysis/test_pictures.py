import dataclasses
import re
import xml.etree.ElementTree as ElementTree
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import curves, pictures
from analysis.canvas import colors, spread
from analysis.comparison import Comparison
from tests.made_up import made_up

ALL = ["retention", "profit", "service", "value", "causes", "differences"]


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return made_up(tmp_path_factory.mktemp("study"))


@pytest.fixture(scope="module")
def common(results):
    """The pictures of the common study, drawn once."""
    return drawn(results)


def drawn(results):
    return {picture.name: picture for picture in pictures.all_pictures(Comparison(results))}


def test_a_full_study_gives_every_picture_in_the_order_of_the_report(common):
    assert list(common) == ALL


def test_the_titles_say_what_is_seen(common):
    titles = {name: picture.title for name, picture in common.items()}
    assert titles["retention"].startswith("More staff: 7.")
    assert titles["retention"].endswith("points more customers kept after 5 years")
    assert titles["profit"].startswith("More staff breaks even after 2.")
    assert titles["service"] == "86 % of contacts are answered in time with “more staff”, 78 % with “nothing”"
    assert titles["causes"].startswith("More staff changes how many leave for price: −")
    assert re.fullmatch(
        r"The best fifth of the customers at the start bring 5\d % of their positive value", titles["value"]
    )


def test_a_difference_within_its_interval_is_not_claimed(results):
    periods = results.periods.copy()
    periods["profit"] = np.random.default_rng(1).normal(0, 100, len(periods))
    assert (
        pictures.profit(dataclasses.replace(results, periods=periods)).title
        == "No policy clearly earns more than “nothing” within 5 years"
    )


def test_policies_that_never_pay_back_are_called_so(results):
    periods = results.periods.copy()
    periods["profit"] = periods["arm"].map({"nothing": 0.0, "points": -5.0, "more_staff": -9.0})
    assert pictures.profit(dataclasses.replace(results, periods=periods)).title == (
        "No policy earns back what it costs within 5 years"
    )


@pytest.mark.parametrize(
    "size",
    [{"periods": 1}, {"replicates": 1}, {"arms": ("nothing",)}, {"periods": 1, "replicates": 1, "arms": ("nothing",)}],
)
def test_short_single_and_lonely_studies_are_drawn_too(tmp_path, size):
    small = drawn(made_up(tmp_path, **{"periods": 3, "replicates": 2, **size}))
    assert {"retention", "profit", "service", "value", "causes"} <= set(small)
    assert all("nan" not in picture.title.lower() for picture in small.values())


def test_of_one_replicate_the_titles_say_so_and_no_note_speaks_of_intervals(tmp_path):
    for picture in drawn(made_up(tmp_path, periods=3, replicates=1)).values():
        assert picture.title.endswith(", in one replicate")
        assert "interval" not in picture.note


def test_a_study_stopped_between_two_arms_of_a_replicate_is_drawn_from_whole_pairs(results, common):
    def without(table):
        return table[~((table["arm"] == "more_staff") & (table["replicate"] > 1))]

    names = ("runs", "periods", "events", "shares")
    cut = dataclasses.replace(results, **{name: without(getattr(results, name)) for name in names})
    titles = {name: picture.title for name, picture in drawn(cut).items()}
    assert list(titles) == list(common)
    assert titles["retention"].startswith("Points: 3.")  # of more staff a single replicate is left


def test_a_world_without_a_call_center_has_no_service_picture(tmp_path):
    assert pictures.service_level(Comparison(made_up(tmp_path, service=False, periods=3, replicates=2))) is None


def test_a_study_in_which_nobody_left_has_no_picture_of_causes(results):
    assert pictures.leaving_causes(dataclasses.replace(results, events=results.events.iloc[:0])) is None


def test_the_same_results_give_the_same_bytes(results, common):
    assert drawn(results) == common


def test_pictures_are_elements_with_their_own_ids_and_a_name_for_screen_readers(common):
    seen: set[str] = set()
    for picture in common.values():
        root = ElementTree.fromstring(picture.svg)
        assert root.tag.endswith("svg")
        assert root.get("aria-label") == picture.title
        ids = {element.get("id") for element in root.iter() if element.get("id")}
        assert not ids & seen
        seen |= ids
        for element in root.iter():
            for attribute, value in element.attrib.items():
                if attribute.endswith("href"):
                    assert value.removeprefix("#") in ids
                if value.startswith("url(#"):
                    assert value[5:-1] in ids


def test_text_in_pictures_stays_text(common):
    assert ">more staff</text>" in common["retention"].svg


def test_imported_customers_are_drawn_beside_their_real_holdout(results):
    periods = results.periods[results.periods["period"] <= 52].assign(year=lambda frame: frame["period"] / 52)
    weekly = [60] * 30
    study = {**results.facts, "population": {"weekly_purchases": weekly}}
    picture = pictures.repeat_buying(dataclasses.replace(results, periods=periods, facts=study))
    assert "in 30 weeks, 1,800 really happened" in picture.title
    assert ">real log</text>" in picture.svg


def test_without_a_holdout_there_is_no_picture_of_it(results):
    study = {**results.facts, "population": {"weekly_purchases": []}}
    assert pictures.repeat_buying(dataclasses.replace(results, facts=study)) is None


def test_where_leaving_is_silent_the_picture_says_who_counts_as_gone(results):
    settings = {"kind": "repertoire", "buy": {"active_within_months": 6.0}}
    study = {**results.facts, "arms": {"nothing": {"changes": {}, "settings": settings}}}
    assert "not bought for 6 months" in pictures.retention(dataclasses.replace(results, facts=study)).note
    assert "silent" not in pictures.retention(results).note


def test_the_share_kept_compounds_the_periods(results):
    one = results.periods.query("arm == 'points' and replicate == 1 and firm == 'acme'")
    kept = curves.by_run(results, curves.kept)
    expected = np.prod(1 - one["left"] / one["customers_start"])
    assert kept["points"][1].iloc[-1] == pytest.approx(expected)


def test_the_reference_is_gray_and_arms_are_told_apart():
    chosen = colors(["a", "base", "b", "c"], "base")
    assert len(set(chosen.values())) == 4
    assert colors(["only"], "only")["only"] != chosen["base"]


@given(st.lists(st.floats(-100, 100), max_size=12), st.floats(0.01, 20))
def test_labels_keep_their_order_and_their_distance(heights, gap):
    placed = spread(heights, gap)
    order = sorted(range(len(heights)), key=lambda place: heights[place])
    for lower, upper in pairwise(order):
        assert placed[upper] - placed[lower] >= gap * (1 - 1e-9) - 1e-9


@given(st.lists(st.integers(-100, 100), max_size=12, unique=True))
def test_labels_that_are_apart_stay_where_they_are(heights):
    assert spread(heights, 0.9) == heights
