"""Value of a study: the curve, tiers, tenure, indicators and payback, on tables made by hand and on a small study."""

import json
import re
import shutil
from io import StringIO

import numpy as np
import pandas as pd
import pytest
from rich.console import Console
from typer.testing import CliRunner

from analysis import wording
from analysis.cli import app
from analysis.lifetime import Lifetime
from analysis.lives import lived
from analysis.report.value import show_lifetimes, show_value
from analysis.statistics import Interval
from analysis.store import Study
from analysis.value import LOST, NEW, indicators, lorenz, migration, payback, tenure_bands, value_of

SMALL = [
    "customers.count=300",
    "calendar.years=0.5",
    "calendar.burn_in_years=0.5",
    "calendar.served_burn_in_years=0.1",
    "firms.acme.call_center.customers_represented=100",
]


def curve(values):
    """The table `shares` of one replicate in which each percent of the customers has one value."""
    cumulative = np.concatenate([[0.0], np.cumsum(np.sort(values)[::-1])]) / 100.0
    return pd.DataFrame({"replicate": 1, "share": np.arange(101) / 100.0, "cumulative": cumulative})


def test_the_curve_ends_below_one_by_what_some_cost():
    found = lorenz(curve([100.0] * 10 + [0.0] * 80 + [-50.0] * 10))
    assert found.top_20.mean == pytest.approx(1.0)
    assert found.negative.mean == pytest.approx(0.5)
    assert found.value[10] == pytest.approx(1.0)
    assert found.value[-1] == pytest.approx(0.5)


def test_where_all_are_alike_the_top_fifth_brings_a_fifth():
    found = lorenz(curve([7.0] * 100))
    assert found.top_20.mean == pytest.approx(0.2)
    assert found.negative.mean == pytest.approx(0.0)
    assert found.value == pytest.approx(found.people)


@pytest.mark.parametrize(
    ("monthly", "months"),
    [([-5, 2, 2, 2], 4.0), ([-5, 9, -9, 9], 4.0), ([1, 1, 1, 1], 0.0), ([9, -20, 1, 1], None)],
)
def test_a_program_has_paid_for_itself_when_it_is_ahead_for_good(monthly, months):
    index = pd.Index(np.arange(1, 5) / 12.0, name="year")
    arm = pd.DataFrame({1: monthly, 2: monthly}, index=index)
    found = payback(arm, arm * 0)
    assert found.months == (None if months is None else pytest.approx(months))
    assert found.replicates == (1.0 if sum(monthly) > 0 else 0.0)


def people(before, after, initial, customer, **columns):
    table = pd.DataFrame({"expected_value_before": before, "expected_value": after, "initial_customer": initial})
    return table.assign(customer=customer, **columns)


TEN = np.arange(100.0, 0.0, -10.0)  # what ten customers are worth, the best first: two, three and five make the tiers


def ten(after, customer=None):
    """Ten customers and two who are none at the start."""
    stays = [True] * 12 if customer is None else customer
    return people([*TEN, 5.0, 5.0], after, [True] * 10 + [False] * 2, stays)


def means(found):
    return {cell: share.mean for cell, share in found.items()}


def test_who_keeps_their_value_keeps_their_tier():
    found = means(migration({1: ten([*TEN, 5.0, 200.0])}, {}).shares)
    assert {cell for cell, share in found.items() if share == 1.0} == {
        ("top 20 %", "top 20 %"), ("next 30 %", "next 30 %"), ("rest", "rest")
    }  # fmt: skip
    assert found[NEW, "top 20 %"] == found[NEW, "rest"] == 0.5


def test_tiers_at_the_end_are_by_the_limits_of_the_start():
    found = means(migration({1: ten([*(TEN + 60.0), 5.0, 5.0])}, {}).shares)
    assert found["next 30 %", "top 20 %"] == 1.0
    assert found["rest", "top 20 %"] == pytest.approx(3 / 5)  # the limit is 82
    assert found["rest", "next 30 %"] == pytest.approx(2 / 5)


def test_the_shares_of_each_start_add_up_to_one_and_the_difference_to_none():
    generator = np.random.default_rng(0)
    arms = [
        {n: ten(generator.uniform(0, 120, 12), generator.uniform(size=12) < 0.7) for n in range(4)} for _ in range(2)
    ]
    found = migration(*arms)
    for origin in ("top 20 %", "next 30 %", "rest", NEW):
        assert sum(share for (row, _), share in means(found.shares).items() if row == origin) == pytest.approx(1.0)
        moved = [share for (row, _), share in means(found.difference).items() if row == origin]
        assert sum(moved) == pytest.approx(0.0, abs=1e-12)
    assert (NEW, LOST) not in found.shares
    assert not migration(arms[0], {}).difference


def test_people_are_banded_by_their_tenure_at_the_start():
    table = people([1, 2, 3, 4], 0, [True, True, True, False], [True, False, True, True])
    table = table.assign(tenure_before=[0.5, 0.9, 7.0, 0.1], margin_cents=[1000, 3000, 8000, 10**6])
    found = tenure_bands([table, table], years=2.0)
    young, old = found["up to 1 year"], found["5 years on"]
    assert (young.people.mean, young.margin.mean, young.kept.mean, young.expected.mean) == (2.0, 10.0, 0.5, 1.5)
    assert (old.people.mean, old.margin.mean, old.kept.mean) == (1.0, 40.0, 1.0)
    assert found["1 to 2 years"].margin.mean is None


def test_what_decides_the_margin_foretells_it_and_noise_does_not():
    generator = np.random.default_rng(0)
    tables = []
    for _ in range(20):
        sample = {name: generator.normal(size=200) for name in ("commitment", "habit", "problem", "since", "tenure")}
        sample = {f"{name}_before": column for name, column in sample.items()}
        sad = generator.normal(size=200)
        table = people(0.0, -sad, True, sad < 0.0, **sample, satisfaction_before=-sad, spend_before=1.0)
        tables.append(table.assign(margin_cents=np.exp(-sad)))
    found = indicators(tables)
    assert found["satisfaction"].margin.mean == pytest.approx(1.0)
    assert found["satisfaction"].change.mean == pytest.approx(1.0)
    assert found["satisfaction"].staying.mean > 0.8
    assert abs(found["habit"].margin.mean) < 0.1  # standard error 0.016
    assert found["spend of last year"].margin.mean is None  # it does not vary


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("value") / "study"
    words = ["scenario=points_or_service", "replicates=2", "twins=2", f"folder={folder}", *SMALL]
    done = CliRunner().invoke(app, ["compare", *words, "--quiet"])
    assert done.exit_code == 0, done.output
    return folder


def asked(*words):
    done = CliRunner().invoke(app, ["value", *map(str, words), "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_a_study_tells_where_its_value_lies(folder):
    arms = asked(folder)["arms"]
    reference, *others = arms.values()
    assert reference["payback"] is None
    for value in arms.values():
        assert value["returns"]["whole"]["mean"] == pytest.approx(value["returns"]["by_year"]["0.5"]["mean"])
        assert sum(band["people"]["mean"] for band in value["tenure"].values()) > 50
    for value in others:
        assert set(value["migration"]["difference"]) == set(value["migration"]["shares"])


def test_a_study_is_lived_forward_when_asked(folder):
    lives = asked(folder, "--lives", "2", "--years", "0.5")["lifetime_values"]
    assert [each["moment"] for each in lives[:2]] == ["start", "end"]
    assert all(each["lifetime_value"]["mean"] > 0.0 and each["years"] == 0.5 for each in lives)
    assert lives[0]["customers"] == lives[2]["customers"]  # arms share their start


def test_the_tables_are_shown_for_people_too(folder):
    done = CliRunner().invoke(app, ["value", str(folder)])
    assert done.exit_code == 0
    for text in ("Return on Customer, a year", "5 years on", "foretells", "has paid for itself"):
        assert text in done.stdout


@pytest.mark.parametrize("width", [50, 80])
def test_no_number_of_value_is_cut_on_a_narrow_terminal(folder, width):
    study = Study.load(folder)
    console = Console(width=width, file=StringIO())
    for each in value_of(study, lived(study)).values():
        show_value({each.arm: each}, console)
        text = console.file.getvalue()
        assert "…" not in text
        assert max(map(len, text.splitlines())) <= width
        assert all(wording.interval(share, "retention_rate") in text for share in each.migration.shares.values())
        changes = each.migration.difference.values()
        assert all(wording.interval(change, "retention_rate", signed=True) in text for change in changes)
        for found in each.indicators.values():
            assert wording.interval(found.margin, "gini", signed=True) in text


def test_numbers_of_value_are_written_as_everywhere_else(folder):
    text = CliRunner().invoke(app, ["value", str(folder)]).stdout
    assert not re.search(r"(?<!\w)-\d", text)  # a true minus
    assert not re.search(r"± 0\.0+(?!\d)", text)  # no luck is no interval
    assert not re.search(r"\d{4}", text)  # digits are grouped


def test_lifetime_values_fit_a_terminal_with_their_errors():
    values = (Interval(1384.2, 1371.0, 1397.4), 0.32, 1390.4, Interval(0.0049, -0.0047, 0.0145), 937.1)
    one = Lifetime("a_rather_long_name", "start", 10.0, 5, 3917, *values, Interval(-0.323, -0.329, -0.317), False)
    console = Console(width=80, file=StringIO())
    show_lifetimes([one], console)
    text = console.file.getvalue()
    figures = ("a rather", "start", "3,917", "1,384 ± 13", "1,390", "0.49 ± 0.96 %", "937", "−32.3 ± 0.6 %")
    assert [figure for figure in figures if figure not in text] == []
    assert text.count("customers") == 1  # one block


def test_a_folder_with_an_equals_sign_in_its_name_is_a_folder(folder, tmp_path):
    odd = tmp_path / "=cmd+tiny"
    shutil.copytree(folder, odd)
    assert asked(odd)["arms"] == asked(folder)["arms"]


def test_a_folder_without_a_study_is_refused(tmp_path):
    done = CliRunner().invoke(app, ["value", str(tmp_path)])
    assert done.exit_code == 2
    assert "not a study folder" in done.stderr
