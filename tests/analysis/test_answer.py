import pandas as pd
import pytest

import analysis
from analysis.answer import Answer
from analysis.comparison import Comparison
from sim.settings import BadInput
from tests.made_up import EFFECTS, made_up, stored


@pytest.fixture
def found(tmp_path):
    return Answer(Comparison(stored(made_up(tmp_path / "made_up", replicates=6, periods=12))), single=False)


def test_the_table_has_a_row_an_outcome_and_for_each_arm_means_and_paired_differences_with_intervals(found):
    table = found.table()
    assert list(table.index) == found.results.facts["outcomes"]
    assert list(table.columns.unique("arm")) == list(EFFECTS)
    profit = table.loc["profit"]
    difference = profit["points", "mean"] - profit["nothing", "mean"]
    assert profit["points", "difference_mean"] == pytest.approx(difference)
    assert profit["points", "difference_low"] < difference < profit["points", "difference_high"]
    assert list(found.table(["churn_rate"]).index) == ["churn_rate"]


def test_an_outcome_or_a_picture_that_does_not_exist_is_refused_with_the_nearest(found):
    with pytest.raises(BadInput, match="nearest: profit"):
        found.table(["proft"])
    with pytest.raises(BadInput, match="nearest: retention"):
        found.plot("retentoin")


def test_pictures_show_themselves_in_a_notebook_with_their_titles(found):
    (picture,) = found.plot("retention")
    shown = found.plot("retention")._repr_html_()
    assert picture.svg in shown
    assert picture.title in shown
    assert len(found.plot()) > 3


def test_a_study_without_people_says_how_to_keep_them(found):
    with pytest.raises(BadInput, match=r"compare\(\.\.\., 'twins=5'\)"):
        found.twins()


def test_the_report_is_written_in_the_language_asked_for(found):
    path = found.report("es")
    assert 'lang="es"' in path.read_text(encoding="utf-8")
    with pytest.raises(BadInput, match="language = latin"):
        found.report("latin")


def test_the_answer_shows_itself_in_a_notebook_with_names_escaped(found):
    shown = found._repr_html_()
    assert "<strong>" in shown
    assert "Profit" in shown


def test_twins_of_a_compared_scenario_add_up_to_the_profit_difference(tmp_path):
    words = ("calendar.years=0.25", f"folder={tmp_path / 'out'}", "twins=2")
    answer = analysis.compare("cdnow", *words, replicates=2, ways=analysis.Ways(workers=1, progress=False))
    moved = answer.twins()["value_mean"].groupby("arm").sum()
    profit = answer.table(["profit"]).loc["profit"]
    for arm in ("points", "discount"):
        assert moved[arm] == pytest.approx(profit[arm, "difference_mean"], abs=1e-6)
    again = analysis.opened(str(tmp_path / "out"))
    pd.testing.assert_frame_equal(again.table(), answer.table())
