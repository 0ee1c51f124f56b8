import dataclasses
import re

import pytest

from analysis import twin_words
from analysis.language import speaking
from analysis.report.people import people
from analysis.twins import FATES
from tests.hostile import TEXTS
from tests.made_up_twins import PEOPLE, made_up_twins


@pytest.fixture(scope="module")
def shown():
    return people([made_up_twins()], replicates=4)[0]


def amount(text):
    return float(text.split(" ±")[0].replace(",", "").replace("−", "-"))


def test_every_fate_that_somebody_has_is_a_line_and_the_lines_add_up_to_the_profit_difference(shown):
    fates = made_up_twins().everybody.fates
    had = [twin_words.fate(name) for name in FATES if any(fates[name].heads)]
    assert [line.name for line in shown["fates"]] == [*had, "lines that belong to nobody"]
    total = sum(amount(line.figures[1]) for line in shown["fates"])
    assert total == pytest.approx(amount(shown["total"].figures[1]), abs=0.1)
    assert sum(amount(line.figures[0] or "0") for line in shown["fates"]) == pytest.approx(PEOPLE, abs=1.0)


def test_the_summary_says_who_was_saved_and_who_was_paid_for_nothing(shown):
    rows = {line.name: line.figures[0] for line in shown["fates"]}
    assert 5 < amount(rows["Saved"]) < 40
    assert f"{rows['Saved']} kept who would have left" in shown["summary"]
    assert f"{rows['Subsidised']} paid for what they would have done anyway" in shown["summary"]


def test_groups_are_tiers_by_spend_before_and_segments_by_name(shown):
    assert [line.name for line in shown["groups"]][-3:] == ["No customers at the start", "careful", "busy ones"]


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
    assert people([made_up_twins(frozen=False)], replicates=4)[0]["effects"] == []


def test_payroll_goes_through_no_queue(shown):
    twins = made_up_twins()
    margin, lines, *_ = twins.effects
    assert lines.total.mean == pytest.approx(-50.0)
    assert shown["effects"][1].figures == ("−50.0", "", "")
    assert margin.total.mean == pytest.approx(margin.direct.mean + margin.queue.mean)
    assert margin.total.mean + lines.total.mean == pytest.approx(twins.difference.money.mean)


def test_the_pictures_say_where_value_moves_and_whom_to_treat(shown):
    moved, uplift = shown["pictures"]
    assert moved["title"].startswith("Points: the largest part of the profit difference is “")
    assert "lines that belong to nobody" in moved["svg"]
    assert "tenth" in uplift["title"]


def test_a_placebo_moves_nobody_and_is_said_so():
    twins = made_up_twins()
    same = [pair._replace(arm=pair.reference, frozen=None) for pair in twins.pairs]
    shown = people([type(twins)("placebo", "nothing", same)], replicates=4)[0]
    assert "reaches nobody" in shown["summary"]
    assert [line.name for line in shown["fates"]] == ["Unmoved", "lines that belong to nobody"]
    assert shown["readings"] == []
    assert [picture["title"] for picture in shown["pictures"]] == ["Placebo clearly gains in no tenth of the customers"]


def test_an_arm_without_a_program_of_its_own_names_its_fates_by_itself():
    twins = dataclasses.replace(made_up_twins("dearer"), programs=())
    names = {line.name for line in people([twins], replicates=4)[0]["fates"]}
    assert {"Kept by it", "Changed by it"} <= names
    assert not {"Saved", "Subsidised", "Saved indirectly"} & names


def test_it_is_said_how_many_replicates_people_are_kept_of():
    assert people([made_up_twins()], replicates=4)[0]["rests_on"] == "Means over 4 replicates ± half a 95 % interval."
    assert people([made_up_twins()], replicates=20)[0]["rests_on"].endswith("rests on all 20.")
    alone = people([made_up_twins(replicates=1)], replicates=1)[0]
    assert alone["rests_on"] == "One replicate says nothing about luck."
    assert alone["pictures"][1]["title"] == "One replicate does not tell in which tenth “points” gains"


@pytest.mark.parametrize("language", ["en", "es", "zh"])
@pytest.mark.parametrize("name", TEXTS)
def test_an_arm_s_name_cannot_break_out_of_its_pictures(language, name):
    with speaking(language):
        for picture in people([made_up_twins(name, replicates=2, frozen=False)], replicates=2)[0]["pictures"]:
            assert not re.search(r"<(script|img|iframe|b)\b", picture["svg"])
            assert re.fullmatch(r"(moved|uplift)-1", picture["name"])
