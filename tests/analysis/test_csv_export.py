import csv
import dataclasses
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.comparison import Comparison
from analysis.csv_export import defused, summary, write_csv
from sim.metrics import METRICS
from tests.hostile import ARMS, hostile
from tests.made_up import made_up


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return made_up(tmp_path_factory.mktemp("study"), periods=6, replicates=4)


def read(text, delimiter=","):
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


def test_every_outcome_of_every_arm_is_a_row_with_its_figures(study):
    comparison = Comparison(study)
    rows = read(summary(comparison))
    assert len(rows) == len(comparison.outcomes) * 3
    row = next(row for row in rows if (row["name"], row["arm"]) == ("churn_rate", "more staff"))
    cell = comparison.cells("churn_rate")["more_staff"]
    figures = [*cell.mean, *cell.difference, 4, cell.variance_ratio]
    assert [float(text) for text in list(row.values())[4:12]] == pytest.approx(figures, rel=1e-9)
    assert row["outcome"] == "Churn rate"
    assert row["definition"] == METRICS["churn_rate"].definition


def test_a_negative_number_stays_a_number_and_what_is_undefined_stays_empty(study):
    rows = read(summary(Comparison(study)))
    staff = next(row for row in rows if (row["name"], row["arm"]) == ("churn_rate", "more staff"))
    assert staff["difference to the reference"].startswith("-0.0")
    base = next(row for row in rows if row["arm"] == "nothing")
    assert base["difference to the reference"] == base["variance ratio"] == ""


def test_the_file_is_read_by_excel_as_it_is(study, tmp_path):
    path = write_csv(Comparison(dataclasses.replace(study, folder=tmp_path)), "zh")
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == raw.count(b"\n") > 20
    assert "客户流失率" in raw.decode("utf-8-sig")
    assert list(tmp_path.iterdir()) == [path]


def test_spanish_spreadsheets_get_their_separator_and_their_decimal_comma(study):
    english, spanish = (summary(Comparison(study), language) for language in ("en", "es"))
    means = [row["mean"].replace(".", ",") for row in read(english)]
    assert [row["media"] for row in read(spanish, ";")] == means


@pytest.mark.parametrize("language", ["en", "es", "zh"])
def test_no_cell_is_a_formula_whatever_the_names(study, language):
    attacked = Comparison(hostile(study))
    cells = [
        cell for row in read(summary(attacked, language), ";" if language == "es" else ",") for cell in row.values()
    ]
    for cell in cells:
        try:
            float(cell.replace(",", "."))
        except ValueError:
            assert not cell.strip(' \t\r\n"').startswith(("=", "+", "-", "@"))
    assert any(ARMS["nothing"] in cell for cell in cells)


@given(st.text("=+-@＝＋－＠|% \t\r\n\"'`ab1", max_size=8))
def test_a_text_that_could_be_a_formula_is_defused_and_no_other_is_touched(text):
    bare = text.lstrip(" \t\r\n\"'`")
    starts = bare.startswith(tuple("=+-@|%＝＋－＠")) or text.startswith(("\t", "\r", "\n"))
    assert defused(text) == (f"'{text}" if starts else text)
