import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.volumes import minutes_of, read_volumes, volumes_of
from sim.settings import BadInput


def written(folder, *lines, name="calls.csv"):
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_table_is_read_with_its_interval_taken_from_the_distance_of_the_rows(tmp_path):
    volumes = read_volumes(written(tmp_path, "start,calls", "8:00,40", "08:15,0", "08:45,52.5"))
    assert volumes.minutes == 15.0
    assert volumes.labels == ["08:00", "08:15", "08:45"]
    assert volumes.begins.tolist() == [480.0, 495.0, 525.0]
    assert volumes.calls.tolist() == [40.0, 0.0, 52.5]
    assert np.isnan(volumes.handle_minutes).all()


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Interval start;Call volume;AHT (seconds)", "8:00 AM;1,200;240"),
        ("date\ttime\tcalls offered\thandle time minutes", "2025-03-31\t08:00\t1200\t4"),
        ("Interval,Offered,handle_minutes", "08:00-08:30,1200,4"),
        ('"Timestamp","Contacts","aht_minutes"', '2025-03-31T08:00:00,"1,200",4.0'),
    ],
)
def test_columns_are_known_by_the_names_that_centers_use(tmp_path, header, row):
    volumes = volumes_of(written(tmp_path, header, row))
    assert volumes.calls.tolist() == [1200.0]
    assert volumes.handle_minutes == pytest.approx([4.0])
    assert volumes.labels[0].endswith("08:00")


def test_days_follow_each_other_with_the_night_between_them(tmp_path):
    rows = ["2025-03-31 17:30,5", "2025-04-01 08:00,6", "2025-04-01 08:30,7"]
    volumes = read_volumes(written(tmp_path, "start,calls", *rows))
    assert volumes.begins.tolist() == [1050.0, 1920.0, 1950.0]
    assert volumes.labels[1] == "04-01 08:00"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["start,kalls", "08:00,3"], "no column calls; it has start, kalls; .* mean kalls"),
        (["when it was,calls", "08:00,3"], "no column start"),
        (["start,calls"], "no rows below a header"),
        (["start,calls", "08:00,-3"], r"line 2: calls = -3: out of range; allowed: finite numbers from 0"),
        (["start,calls", "08:00,nan"], "line 2: calls = nan: out of range"),
        (["start,calls", "08:00,"], "line 2: calls = nothing: not a number"),
        (["start,calls", "08:00,3", "08:30,many"], "line 3: calls = many: not a number"),
        (["start,calls", "08:00,3,5"], "line 2: 3 cells, but the header has 2"),
        (["start,calls", "soon,3"], "line 2: start = soon: not a time; allowed: a time such as 08:30"),
        (["start,calls", "2025-03-31,3"], "line 2: start = 2025-03-31: not a time"),
        (["start,calls", "08:00,3", "08:00,4"], "line 3: start = 08:00: overlaps the row before"),
        (["start,calls", "23:30,3", "00:00,4"], "with dates where they pass midnight"),
        (["start,calls", "08:00,3", "2025-03-31 08:30,4"], "some rows have a date and some have none"),
        (["start,calls", "08:00,3", "08:30,4", "09:15,4"], "line 4: starts 45 minutes .*say how long an interval is"),
        (["start,calls", "08:00,0", "08:30,0"], "no calls in any interval"),
        (["start,calls,aht", "08:00,3,240"], "column aht has no unit; name it handle_minutes or handle_seconds"),
        (["start,calls,handle_minutes", "08:00,3,0"], "handle_minutes = 0: out of range; .* above 0"),
    ],
)
def test_a_table_that_makes_no_sense_is_refused_with_its_line(tmp_path, lines, said):
    with pytest.raises(BadInput, match=said):
        volumes_of(written(tmp_path, *lines))


def test_an_interval_longer_than_the_distance_of_the_rows_overlaps(tmp_path):
    path = written(tmp_path, "start,calls", "08:00,3", "08:30,4", "09:15,4")
    assert read_volumes(path, 30.0).begins[-1] == 555.0
    with pytest.raises(BadInput, match="line 3: starts 30 minutes after the row before; intervals of 45 overlap"):
        read_volumes(path, 45.0)


def test_a_file_that_is_not_there_names_the_nearest(tmp_path):
    written(tmp_path, "start,calls", "08:00,3")
    with pytest.raises(BadInput, match=r"no such file; nearest: calls\.csv"):
        volumes_of(tmp_path / "cals.csv")


def test_a_log_of_a_fortnight_is_counted_into_its_mean_week(tmp_path):
    rows = [  # a Monday with three calls, of which one stayed in the menu, and the next with one
        "2025-03-03 08:05:00,0,120,answered",
        "2025-03-03 08:29:59,30,0,hangup",
        "2025-03-03 08:31:00,5,0,ivr",
        "2025-03-10 08:10:00,10,240,answered",
        "2025-03-16 12:00:00,10,0,hangup",
    ]
    path = tmp_path / "log.csv.gz"
    path.write_bytes(gzip.compress("\n".join(["arrival,wait,handle,outcome", *rows]).encode()))
    volumes = volumes_of(path)
    assert volumes.labels == ["Mon 08:00", "Sun 12:00"]
    assert volumes.calls.tolist() == [1.5, 0.5]
    assert volumes.handle_minutes == pytest.approx([3.0, 3.0])


def test_a_log_of_a_day_is_counted_as_that_day(tmp_path):
    rows = ["2025-03-03 08:05:00,0,120", "2025-03-03 08:29:59,30,60", "2025-03-03 09:40:00,3,60"]
    volumes = volumes_of(written(tmp_path, "arrival,wait,handle", *rows), 15.0)
    assert volumes.labels == ["03-03 08:00", "03-03 08:15", "03-03 09:30"]
    assert volumes.begins.tolist() == [480.0, 495.0, 570.0]
    with pytest.raises(BadInput, match="divide a day"):
        volumes_of(tmp_path / "calls.csv", 7.0)


@given(st.integers(1, 1440))
def test_a_length_of_time_is_read_in_minutes_and_hours(minutes):
    assert minutes_of(f"{minutes}") == minutes_of(f"{minutes}m") == minutes_of(f" {minutes} min ") == minutes
    assert minutes_of(f"{minutes / 60:.6f}h") == pytest.approx(minutes, abs=1e-4)


@pytest.mark.parametrize("text", ["", "0", "-5m", "25h", "soon", "nan"])
def test_a_length_of_time_that_makes_no_sense_is_refused(text):
    with pytest.raises(BadInput, match="not understood; allowed: a length up to a day"):
        minutes_of(text)
