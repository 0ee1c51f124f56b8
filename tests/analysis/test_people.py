import re

import pytest

from analysis.language import speaking
from analysis.report.people import people
from analysis.twins import FATES
from tests.hostile import TEXTS
from tests.made_up_twins import PEOPLE, made_up_twins


@pytest.fixture(scope="module")
def shown():
    return people([made_up_twins()])[0]


def amount(text):
    return float(text.split(" ±")[0].replace(",", "").replace("−", "-"))


def test_every_fate_is_a_line_and_the_lines_add_up_to_the_profit_difference(shown):
    assert len(shown["fates"]) == len(FATES) + 1
    total = sum(amount(line.figures[1]) for line in shown["fates"])
    assert total == pytest.approx(amount(shown["total"].figures[1]), abs=0.1)
    assert sum(float(line.figures[0] or 0) for line in shown["fates"]) == pytest.approx(PEOPLE, abs=0.2)


def test_the_summary_says_who_was_saved_and_who_was_paid_for_nothing(shown):
    saved = made_up_twins().everybody.fates["saved"].people.mean
    assert 5 < saved < 40
    assert f"keeps {saved:.0f} of the people" in shown["summary"]
    assert "paid for what they would have done anyway" in shown["summary"]


def test_groups_are_tiers_by_spend_before_and_segments_by_name(shown):
    assert [line.name for line in shown["groups"]][-3:] == ["Not customers yet", "careful", "busy ones"]


def test_the_dashboard_s_claim_stands_beside_the_truth_with_its_bias_by_name(shown):
    assert "would credit the program" in shown["claims"]
    assert "selection" in shown["claims"]
    assert "spill-over" in shown["claims"]
    assert len(shown["readings"]) == 4


def test_effects_through_the_queue_are_shown_where_it_was_frozen(shown):
    assert [line.name for line in shown["effects"]] == [
        "Margin of all persons",
        "Lines that belong to nobody",
        "Customers at the end",
        "Satisfaction at the end",
    ]
    assert people([made_up_twins(frozen=False)])[0]["effects"] == []


def test_payroll_goes_through_no_queue(shown):
    twins = made_up_twins()
    margin, lines, *_ = twins.effects
    assert lines.total.mean == pytest.approx(-50.0)
    assert shown["effects"][1].figures == ("−50.0", "", "")
    assert margin.total.mean == pytest.approx(margin.direct.mean + margin.queue.mean)
    assert margin.total.mean + lines.total.mean == pytest.approx(twins.difference.money.mean)


def test_the_pictures_say_where_value_moves_and_whom_to_treat(shown):
    moved, uplift = shown["pictures"]
    assert moved["title"].startswith("Points: most value is moved in “")
    assert "tenth" in uplift["title"]


def test_a_placebo_moves_nobody_and_is_said_so():
    twins = made_up_twins()
    same = [pair._replace(arm=pair.reference, frozen=None) for pair in twins.pairs]
    shown = people([type(twins)("placebo", "nothing", same)])[0]
    assert "reaches nobody" in shown["summary"]
    assert shown["readings"] == []
    assert [picture["title"] for picture in shown["pictures"]] == ["Placebo clearly gains in no tenth of the customers"]


@pytest.mark.parametrize("language", ["en", "es", "zh"])
@pytest.mark.parametrize("name", TEXTS)
def test_an_arm_s_name_cannot_break_out_of_its_pictures(language, name):
    with speaking(language):
        for picture in people([made_up_twins(name, replicates=2, frozen=False)])[0]["pictures"]:
            assert not re.search(r"<(script|img|iframe|b)\b", picture["svg"])
            assert re.fullmatch(r"(moved|uplift)-1", picture["name"])
