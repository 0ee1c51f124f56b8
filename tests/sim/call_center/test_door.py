import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.call_center import serve


def test_an_answer_comes_back_in_the_order_of_the_question():
    served = serve(arrival=[3.0, 0.0, 1.0], work=[1.0, 2.0, 5.0], servers=1)
    assert served["wait"].tolist() == [4.0, 0.0, 1.0]
    assert served["end"].tolist() == [8.0, 2.0, 7.0]
    assert served["answered"].all()
    assert (served["agent"] == 0).all()


def test_the_example_on_the_page_gives_what_it_says():
    page = (Path(__file__).parents[3] / "docs" / "call_center.md").read_text()
    (example,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    names: dict = {}
    imports, calls = example.split("\n\n", 1)
    exec(imports, names)
    for line in re.sub(r"\n# .*", "", calls).splitlines():
        code, _, said = line.partition("  #")
        if code.startswith("center ="):
            exec(code, names)
        elif code.startswith("serve("):
            table = eval(code, names).to_string()
            assert all(row.removeprefix("#") in table for row in re.findall(r"\n# (\d .*)", calls))
        elif code:
            assert eval(code, names) == pytest.approx(float(said.split(",")[0]), rel=1e-3)


def test_priority_zero_goes_first():
    served = serve([0.0, 1.0, 2.0], [5.0, 5.0, 5.0], priority=[1, 1, 0])
    assert served["wait"].tolist() == [0.0, 9.0, 3.0]


def test_callers_without_endless_patience_hang_up():
    served = serve([0.0, 1.0], [5.0, 5.0], patience=[np.inf, 2.0])
    assert served["answered"].tolist() == [True, False]
    assert served["wait"].tolist() == [0.0, 2.0]
    assert served["agent"].tolist() == [0, -1]


def test_a_queue_without_calls_is_an_empty_table():
    assert serve([], []).columns.tolist() == ["wait", "answered", "agent", "end"]
    assert len(serve([], [])) == 0


@given(st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(0, 50)), min_size=1, max_size=30), st.integers(1, 4))
def test_first_come_first_served_is_kiefer_and_wolfowitz(rows, servers):
    """Workload recursion: each call goes to the server that is free first."""
    arrival, work = np.array(rows).T
    served = serve(arrival, work, servers=servers)
    free = np.full(servers, -np.inf)
    for row in np.argsort(arrival, kind="stable"):
        start = max(arrival[row], free.min())
        assert served["wait"][row] == pytest.approx(start - arrival[row], abs=1e-9)
        free[free.argmin()] = start + work[row]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"arrival": [0.0, np.nan], "work": 1.0}, "arrival holds a number that is missing or infinite"),
        ({"arrival": [0.0], "work": [1.0, 2.0]}, "work has shape"),
        ({"arrival": [0.0], "work": -1.0}, "work = -1.0: allowed are numbers from 0"),
        ({"arrival": [0.0], "work": np.inf}, "work holds a number that is missing or infinite"),
        ({"arrival": [0.0], "work": 1.0, "patience": -1.0}, "patience = -1.0"),
        ({"arrival": [0.0], "work": 1.0, "priority": 128}, "priority = 128: allowed are 0 to 127"),
        ({"arrival": [0.0], "work": 1.0, "servers": 0}, "servers = 0: allowed are whole numbers from 1"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        serve(**arguments)


# --- a table of presence ----------------------------------------------------------------------------------------------


def presence(*rows, **columns):
    import pandas as pd

    return pd.DataFrame(list(rows), columns=["agent", "start", "end"]).assign(**columns)


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
def test_who_is_present_answers_and_finishes_after_the_shift(engine):
    staff = presence(("ann", 0.0, 5.0), ("bob", 20.0, 40.0))
    served = serve([1.0, 2.0, 3.0], 9.0, staff=staff, engine=engine)
    assert served["agent"].tolist() == ["ann", "bob", "bob"]
    assert served["wait"].tolist() == [0.0, 18.0, 26.0]


def test_stretches_of_one_agent_that_meet_or_overlap_are_one():
    parts = presence(("ann", 0.0, 10.0), ("ann", 10.0, 20.0), ("ann", 5.0, 15.0))
    whole = presence(("ann", 0.0, 20.0))
    calls = ([1.0, 8.0, 12.0, 19.0], 3.0)
    assert serve(*calls, staff=parts).equals(serve(*calls, staff=whole))


def test_who_is_still_in_the_queue_when_nobody_comes_any_more_waits_for_ever():
    served = serve([1.0, 2.0], 9.0, patience=[np.inf, 3.0], staff=presence(("ann", 5.0, 5.5), ("ann", 0.0, 0.5)))
    assert served["wait"].tolist() == [4.0, 3.0]
    served = serve([1.0, 6.0], 9.0, staff=presence(("ann", 0.0, 5.0)))
    assert served["wait"].tolist() == [0.0, np.inf]
    assert served["answered"].tolist() == [True, False]
    assert served["agent"].tolist() == ["ann", -1]


def test_skills_and_speeds_of_a_table_count():
    staff = presence((1, 0.0, 100.0), (2, 0.0, 100.0), skills=["0", "0 1"], speed=[1.0, 2.0])
    served = serve([0.0, 0.0], 8.0, skill=[1, 0], staff=staff)
    assert served["agent"].tolist() == [2, 1]
    assert served["end"].tolist() == [4.0, 8.0]


def test_full_lines_turn_callers_away():
    served = serve([0.0, 1.0, 2.0], 9.0, lines=2)
    assert served["answered"].tolist() == [True, True, False]
    assert served["wait"].tolist()[2] == 0.0


def test_several_at_once_share_the_pace():
    assert serve([0.0, 0.0], 4.0, pace=(1.0, 0.5))["end"].tolist() == [8.0, 8.0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"staff": presence(("ann", 0.0, 5.0)), "servers": 2}, "two ways"),
        ({"staff": presence(("ann", 5.0, 5.0))}, "must start before it ends"),
        ({"staff": presence(("ann", 0.0, 5.0)).drop(columns="end")}, "staff has no column end"),
        ({"staff": presence(("ann", 0.0, 5.0), speed=[0.0])}, "speeds must be above 0"),
        ({"skill": 20}, "skill = 20: allowed are 0 to 19"),
        ({"pace": (1.0, 1.2)}, "pace"),
    ],
)
def test_tables_that_make_no_sense_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        serve([0.0], 1.0, **arguments)
