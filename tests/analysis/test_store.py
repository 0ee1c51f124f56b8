import pandas as pd
import pytest
import yaml
from pandas.testing import assert_frame_equal

from analysis.store import KEYS, TABLES, Study, check_folder, versions, write_text
from sim.settings import BadInput
from tests.made_up import made_up


@pytest.fixture
def results(tmp_path):
    return made_up(tmp_path / "results" / "made_up", replicates=2, periods=4)


def test_what_was_saved_is_what_is_loaded(results):
    results.save()
    loaded = Study.load(results.folder)
    for table in TABLES:
        assert_frame_equal(getattr(loaded, table), getattr(results, table))
    assert loaded.arms == results.arms
    assert (loaded.reference, loaded.focal) == ("nothing", "acme")


def test_every_table_begins_with_the_keys(results):
    results.save()
    for table in TABLES:
        assert list(pd.read_parquet(results.folder / f"{table}.parquet").columns[:4]) == KEYS


def test_duckdb_reads_the_tables_of_many_folders_at_once(results, tmp_path):
    import duckdb

    results.save()
    made_up(tmp_path / "results" / "other", replicates=3, periods=4).save()
    query = f"select count(*) from '{tmp_path}/results/*/runs.parquet'"
    assert duckdb.sql(query).fetchall() == [(3 * 2 + 3 * 3,)]


def test_tracebacks_of_failed_runs_are_kept(results):
    results = Study(**{**results.__dict__, "failures": {("points", 2): "Traceback: no luck"}})
    results.save()
    assert Study.load(results.folder).failures == {("points", 2): "Traceback: no luck"}


def test_a_second_study_in_the_same_folder_replaces_the_first_and_its_failures(results):
    Study(**{**results.__dict__, "failures": {("points", 2): "Traceback"}}).save()
    results.save()
    assert Study.load(results.folder).failures == {}
    assert sorted(path.name for path in results.folder.iterdir()) == sorted(
        [*(f"{table}.parquet" for table in TABLES), "study.yaml"]
    )


@pytest.mark.parametrize("interruption", [OSError("disk full"), KeyboardInterrupt()])
def test_nothing_is_left_when_writing_fails(results, tmp_path, monkeypatch, interruption):
    def broken(*args, **kwargs):
        raise interruption

    monkeypatch.setattr(yaml, "safe_dump", broken)
    with pytest.raises(type(interruption)):
        results.save()
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_earlier_results_as_they_were(results, monkeypatch):
    results.save()
    before = {path.name: path.read_bytes() for path in results.folder.iterdir()}
    monkeypatch.setattr(pd.DataFrame, "to_parquet", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        results.save()
    assert {path.name: path.read_bytes() for path in results.folder.iterdir()} == before


def test_notes_of_ones_own_in_the_folder_survive_a_second_study(results):
    results.save()
    (results.folder / "my_notes.txt").write_text("look here")
    results.save()
    assert (results.folder / "my_notes.txt").read_text() == "look here"


def test_a_folder_with_other_files_is_refused_before_anything_runs(tmp_path):
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(BadInput, match="holds other files"):
        check_folder(tmp_path)


def test_a_file_is_refused_as_folder(tmp_path):
    (tmp_path / "notes").write_text("")
    with pytest.raises(BadInput, match=r"notes: is a file"):
        check_folder(tmp_path / "notes")


def test_new_empty_and_earlier_folders_are_accepted(results, tmp_path):
    check_folder(tmp_path / "new" / "one")
    check_folder(tmp_path)
    results.save()
    check_folder(results.folder)


def test_loading_a_folder_without_a_study_says_what_is_missing(tmp_path):
    with pytest.raises(BadInput, match=r"no study\.yaml"):
        Study.load(tmp_path / "nowhere")


def test_text_is_replaced_whole(tmp_path):
    write_text(tmp_path / "report.html", "first")
    write_text(tmp_path / "report.html", "second")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("report.html", "second")]


def test_the_versions_name_python_the_libraries_and_the_processor():
    assert {"python", "numpy", "numba", "mesa", "simpy", "processor"} <= set(versions())
