"""Reading call logs as telephone systems write them."""

import gzip
import os
from datetime import date

import pandas as pd
import pytest

from analysis.call_log import CallLog, kind_of, read_calls
from sim.settings import BadInput
from tests.analysis.made_up_calls import made_up_calls, write_calls

HEADER = "arrival,wait,handle,outcome,agent,customer,priority\n"
BANK = (
    "vru+line\tcall_id\tcustomer_id\tpriority\ttype\tdate\tvru_entry\tvru_exit\tvru_time\tq_start\tq_exit\tq_time\t"
    "outcome\tser_start\tser_exit\tser_time\tserver\n"
    "A1\t1\t77\t2\tPS\t990101\t0:00:31\t0:00:36\t5\t0:00:36\t0:03:09\t153\tHANG\t0:00:00\t0:00:00\t0\tNO_SERVER\n"
    "A1\t2\t0\t0\tPS\t990101\t7:41:16\t7:41:26\t10\t0:00:00\t0:00:00\t0\tAGENT\t7:41:25\t7:44:53\t208\tANN\n"
    "A1\t3\t0\t0\tPS\t990131\t8:34:12\t8:34:23\t11\t0:00:00\t0:00:00\t0\tHANG\t0:00:00\t0:00:00\t0\tNO_SERVER\n"
    "A1\t4\t9\t1\tPS\t990131\t9:34:12\t9:34:23\t11\t9:34:23\t9:34:30\t7\tPHANTOM\t9:34:30\t9:34:33\t3\tNO_SERVER\n"
)


@pytest.fixture
def read(tmp_path):
    def from_text(text: str, **options) -> CallLog:
        file = tmp_path / "calls.csv"
        file.write_text(text, encoding="utf-8")
        return read_calls(file, **options)

    return from_text


def test_a_banks_log_is_read_by_its_own_header(read):
    log = read(BANK)
    assert log.calls["arrival"].astype(str).tolist() == [
        "1999-01-01 00:00:36",
        "1999-01-01 07:41:26",
        "1999-01-31 08:34:23",
    ]
    assert log.calls["outcome"].tolist() == ["abandoned", "answered", "left in the menu"]
    assert log.calls["wait"].tolist() == [153.0, 0.0, 0.0]
    assert log.calls["handle"].tolist() == [0.0, 208.0, 0.0]
    assert log.calls["agent"].tolist() == ["", "ANN", ""]
    assert log.calls["customer"].tolist() == ["77", "", ""]
    assert (log.first, log.last, len(log.offered)) == (date(1999, 1, 1), date(1999, 1, 31), 2)


def test_a_call_that_the_system_marks_as_none_is_kept_apart_with_the_reason(read):
    bad = read(BANK).bad
    assert bad["line"].tolist() == [5]
    assert "PHANTOM" in bad["why"].iloc[0]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("2024-01-05 09:00:00,-3,60,answered,a,,", "wait"),
        ("2024-01-05 09:00:00,3,x,answered,a,,", "handle"),
        ("2024-01-05,3,60,answered,a,,", "time of arrival"),
        ("someday 09:00:00,3,60,answered,a,,", "time of arrival"),
        ("2024-01-05 25:00:00,3,60,answered,a,,", "time of arrival"),
        ("2024-01-05 09:00:00,3,60,purple,a,,", "'purple' is not an outcome"),
        ("2024-01-05 09:00:00,3,60,answered,a", "columns"),
        ("2024-01-05 09:00:00,90000,60,answered,a,,", "a day"),
    ],
)
def test_a_bad_line_is_named_and_spoils_no_other(read, line, why):
    log = read(HEADER + f"2024-01-05 08:00:00,3,60,answered,a,,\n{line}\n2024-01-05 10:00:00,3,,abandoned,,,\n")
    assert log.bad["line"].tolist() == [3]
    assert why in log.bad["why"].iloc[0]
    assert len(log.calls) == 2


@pytest.mark.parametrize(
    ("heading", "cell", "seconds"),
    [
        ("wait", "75", 75.0),
        ("wait", "1:15", 75.0),
        ("wait", "0:01:15", 75.0),
        ("wait_minutes", "1.25", 75.0),
        ("Wait minutes", "1:15", 75.0),
        ("queue time", "75,5", 75.5),
    ],
)
def test_a_wait_is_understood_in_its_unit(read, heading, cell, seconds):
    log = read(f"arrival;{heading};handle;outcome\n2024-01-05 08:00:00;{cell};60;answered\n")
    assert log.calls["wait"].tolist() == [seconds]


@pytest.mark.parametrize(
    ("heading", "cells"), [("Answered (Y/N)", ("Y", "N")), ("abandoned", ("0", "1")), ("status", ("Served", "Lost"))]
)
def test_an_outcome_is_understood_as_its_column_means_it(read, heading, cells):
    lines = "".join(f"2024-01-05 08:00:0{place},5,60,{cell}\n" for place, cell in enumerate(cells))
    assert read(f"arrival,wait,handle,{heading}\n{lines}").calls["outcome"].tolist() == ["answered", "abandoned"]


def test_without_an_outcome_a_call_is_answered_if_somebody_handled_it(read):
    log = read("arrival,wait,handle\n2024-01-05 08:00:00,5,60\n2024-01-05 08:00:01,5,0\n2024-01-05 08:00:02,0,0\n")
    assert log.calls["outcome"].tolist() == ["answered", "abandoned", "left in the menu"]


def test_a_time_with_am_and_pm_is_understood(read):
    log = read("date,time,wait,handle\n05/13/2024,1:05 PM,5,60\n05/13/2024,12:10:30 am,5,60\n")
    assert [f"{when:%H:%M:%S}" for when in log.calls["arrival"]] == ["00:10:30", "13:05:00"]


def test_columns_are_taken_as_given(read):
    text = "a b c d\n2024-01-05T08:00:00 60 5 x\n2024-01-05T09:00:00 61 6 y\n"
    log = read(text, columns={"arrival": "a", "handle": 2, "wait": "c", "agent": "d"})
    assert log.calls["wait"].tolist() == [5.0, 6.0]
    assert log.calls["agent"].tolist() == ["x", "y"]


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        ("arrival,wait,handle\n", {}, ["no calls"]),
        ("arrival,wait,other\n2024-01-05 08:00,5,60\n", {}, ["handle", "arrival, wait, other"]),
        ("arrival,wait,handle\n2024-01-05 08:00,5,60\n", {"columns": {"wiat": 2}}, ["wiat", "did you mean wait"]),
        ("arrival,wait,handle\n2024-01-05,5,60\n", {}, ["time of day", "time=COLUMN"]),
        ("arrival,time,wait,handle\n010203,8:00,5,60\n", {}, ["date_format", "010203"]),
        ("arrival,wait,handle,outcome\n2024-01-05 08:00,5,60,blue\n", {}, ["no usable line", "blue"]),
    ],
)
def test_a_log_that_cannot_be_read_gives_one_message(read, text, options, said):
    with pytest.raises(BadInput) as refusal:
        read(text, **options)
    assert [word for word in said if word not in str(refusal.value)] == []


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("customer,date,amount", "purchases"),
        ("arrival,wait,handle", "calls"),
        ("date,queue time,agent", "calls"),
        ("customer,day,number", "purchases"),
    ],
)
def test_a_file_is_known_by_its_columns(tmp_path, header, kind):
    file = tmp_path / "log.csv"
    file.write_text(f"{header}\nann,2024-01-05,5\n")
    assert kind_of(file) == kind


def test_a_file_with_waits_and_amounts_is_asked_about(tmp_path):
    file = tmp_path / "log.csv"
    file.write_text("customer,date,amount,wait\nann,2024-01-05,5,3\n")
    with pytest.raises(BadInput, match="--kind calls or --kind purchases"):
        kind_of(file)


def test_a_log_reads_the_same_from_another_systems_file_and_compressed(tmp_path):
    calls = made_up_calls(days=4)
    file = write_calls(tmp_path / "calls.csv", calls)
    packed = tmp_path / "calls.csv.gz"
    packed.write_bytes(gzip.compress(file.read_bytes()))
    log = read_calls(packed, date_format="dmy")
    pd.testing.assert_frame_equal(log.calls, read_calls(file, date_format="dmy").calls)
    assert log.bad.empty
    assert log.calls["wait"].tolist() == calls["wait"].tolist()
    assert (log.calls["arrival"] == calls["arrival"].astype("datetime64[us]")).all()


@pytest.mark.skipif("ECRM_BANK_LOG" not in os.environ, reason="needs the bank's log: ECRM_BANK_LOG=path")
def test_the_banks_month_gives_its_known_figures():
    log = read_calls(os.environ["ECRM_BANK_LOG"])
    assert (len(log.calls), len(log.bad), len(log.offered)) == (31_359, 240, 30_140)
    assert (log.offered["outcome"] == "abandoned").sum() == 3080
    assert (log.offered["wait"] == 0).sum() == 13_475
