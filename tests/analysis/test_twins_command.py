"""What ``ecrm twins`` prints of a study folder."""

import json
from io import StringIO

import pytest
from rich.cells import cell_len
from rich.console import Console
from typer.testing import CliRunner

from analysis import twin_words
from analysis.cli import app
from analysis.language import speaking
from analysis.lives import twins_of
from analysis.report import people
from analysis.report.twins import show_twins
from analysis.twins import FATES
from tests.analysis.test_lives import POINTS, carried_out, small


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Return a study of points and of more failures; both replicates are kept."""
    arms = {"rewards": small(programs=POINTS), "careless": small(failures=2.0)}
    return carried_out(tmp_path_factory.mktemp("command"), **arms)


def test_it_prints_who_was_paid_for_nothing_and_what_the_dashboard_would_say(study):
    done = CliRunner().invoke(app, ["twins", str(study.folder)])
    text = " ".join(done.output.split())
    assert done.exit_code == 0
    assert "Twins of “rewards” in “base”" in text
    assert "Subsidised" in text
    assert "profit over the reference" in text
    assert "A dashboard that sets members against other customers" in text
    assert "“Careless” reaches nobody by a program" in text


def test_its_json_holds_the_cents_that_add_up(study):
    done = CliRunner().invoke(app, ["twins", str(study.folder), "--json"])
    arms = json.loads(done.stdout)
    assert list(arms) == ["rewards", "careless"]
    for arm in arms.values():
        parts = [arm["unallocated"]["cents"], *(fate["cents"] for fate in arm["everybody"]["fates"].values())]
        assert [sum(cents) for cents in zip(*parts, strict=True)] == arm["difference"]["cents"]
        assert list(arm["everybody"]["fates"]) == list(FATES)
    assert {reading["kind"] for reading in arms["rewards"]["readings"]} == {
        "members against others",
        "after against before",
    }
    assert arms["careless"]["readings"] == []


def test_a_folder_that_keeps_no_people_is_refused_with_the_way_to_keep_them(tmp_path):
    folder = carried_out(tmp_path, 1, 0, dear=small(price=1.1)).folder
    done = CliRunner().invoke(app, ["twins", str(folder)])
    assert done.exit_code == 2
    assert "twins=5" in done.stderr


def test_a_study_of_one_arm_is_refused_as_such_though_it_keeps_its_people(study, tmp_path):
    folder = carried_out(tmp_path, 1, 1).folder
    done = CliRunner().invoke(app, ["twins", str(folder)])
    assert done.exit_code == 2
    assert "has one arm, base; there is nobody to compare" in " ".join(done.stderr.split())


@pytest.mark.parametrize("language", ["en", "es", "zh"])
def test_no_label_and_no_number_is_cut_on_a_narrow_terminal(study, language):
    with speaking(language):
        for twins in twins_of(study).values():
            console = Console(width=80, file=StringIO())
            show_twins(twins, console)
            text = console.file.getvalue()
            assert "…" not in text
            assert max(map(cell_len, text.splitlines())) <= 80
            figures = [
                figure
                for line in (*people.readings(twins, "\n".join), *people.effects(twins))
                for figure in line.figures
            ]
            assert all(part in text for figure in figures for part in figure.split("\n"))
            assert all(twin_words.fate(name, reached=twins.reached) in text for name in twin_words.fates(twins))


def test_every_fate_has_a_name_and_a_meaning_of_its_own():
    assert len({twin_words.fate(name) for name in FATES}) == len({twin_words.meaning(name) for name in FATES}) == 8
