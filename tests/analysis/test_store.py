import dataclasses
import os

import duckdb
import pytest
from pandas.testing import assert_frame_equal

from analysis import files, store
from analysis.plan import RunId
from analysis.store import KEYS, TABLES, Study, check_folder, versions
from sim.settings import BadInput
from tests.made_up import made_up, stored


@pytest.fixture
def study(tmp_path):
    return made_up(tmp_path / "results" / "made_up", replicates=4, periods=4)


@pytest.mark.parametrize("parts", [1, 3])
def test_what_was_stored_is_what_is_loaded_however_many_parts_it_came_in(study, parts):
    stored(study, parts)
    loaded = Study.load(study.folder)
    for table in TABLES:
        assert_frame_equal(getattr(loaded, table), getattr(study, table), check_exact=True)
    assert loaded.arms == study.arms
    assert (loaded.reference, loaded.focal) == ("nothing", "acme")
    assert loaded.facts["complete"]


def test_every_table_begins_with_the_keys(study):
    loaded = Study.load(stored(study).folder)
    for table in TABLES:
        assert list(getattr(loaded, table).columns[: len(KEYS)]) == KEYS


def test_duckdb_reads_the_tables_of_many_folders_at_once(study, tmp_path):
    stored(study, 2)
    stored(made_up(tmp_path / "results" / "other", replicates=3, periods=4))
    query = f"select count(*) from '{tmp_path}/results/*/runs/*.parquet'"
    assert duckdb.sql(query).fetchall() == [(3 * 4 + 3 * 3,)]


def test_tracebacks_of_failed_runs_are_kept(study):
    failed = {RunId(0, "more-staff", 2): "Traceback: no luck", RunId(12, "points", 31): "Traceback: worse"}
    stored(dataclasses.replace(study, failures=failed))
    assert Study.load(study.folder).failures == failed


def test_a_part_without_its_runs_table_does_not_count_and_is_swept_up(study, monkeypatch):
    stored(study)
    before = Study.load(study.folder)

    def killed(source, target):
        if target.parent.name == "runs":
            raise KeyboardInterrupt
        return os.replace(source, target)

    monkeypatch.setattr("pathlib.Path.replace", killed)
    with pytest.raises(KeyboardInterrupt):
        stored(made_up(study.folder, replicates=9, periods=4))
    monkeypatch.undo()
    for table in TABLES:
        assert_frame_equal(getattr(Study.load(study.folder), table), getattr(before, table))
    assert len(list((study.folder / "periods").iterdir())) == 2
    store.sweep_up(study.folder)
    assert all(len(list((study.folder / table).iterdir())) == 1 for table in TABLES)


def test_fewer_replicates_than_are_stored_are_the_first_ones(study):
    stored(study)
    store.write_facts(study.folder, {**store.read_facts(study.folder), "replicates": 2})
    assert sorted(Study.load(study.folder).runs["replicate"].unique()) == [1, 2]


def test_one_process_at_a_time_works_in_a_folder(tmp_path):
    with store.locked(tmp_path):
        assert store.busy(tmp_path)
        with pytest.raises(BadInput, match="another process is at work"), store.locked(tmp_path):
            pass
    assert not store.busy(tmp_path)


def test_clearing_a_study_leaves_notes_of_ones_own(study):
    stored(study)
    (study.folder / "my_notes.txt").write_text("look here")
    store.clear(study.folder)
    assert [path.name for path in study.folder.iterdir()] == ["my_notes.txt"]


def test_a_folder_with_other_files_is_refused_before_anything_runs(tmp_path):
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(BadInput, match="holds other files"):
        check_folder(tmp_path)


def test_a_file_is_refused_as_folder(tmp_path):
    (tmp_path / "notes").write_text("")
    with pytest.raises(BadInput, match=r"notes: is a file"):
        check_folder(tmp_path / "notes")


def test_new_empty_and_earlier_folders_are_accepted(study, tmp_path):
    check_folder(tmp_path / "new" / "one")
    check_folder(tmp_path)
    stored(study)
    check_folder(study.folder)


def test_loading_a_folder_without_a_study_says_what_is_missing(tmp_path):
    with pytest.raises(BadInput, match=r"no study\.yaml"):
        Study.load(tmp_path / "nowhere")


def test_text_is_replaced_whole(tmp_path):
    files.write_text(tmp_path / "report.html", "first")
    files.write_text(tmp_path / "report.html", "second")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("report.html", "second")]


def test_the_versions_name_python_the_libraries_and_the_processor():
    assert {"python", "numpy", "numba", "mesa", "simpy", "processor"} <= set(versions())


def test_a_folder_whose_study_was_killed_before_its_card_was_written_is_accepted(tmp_path):
    (tmp_path / ".lock").touch()
    (tmp_path / "worlds.json.gz").write_bytes(b"half")
    check_folder(tmp_path)
