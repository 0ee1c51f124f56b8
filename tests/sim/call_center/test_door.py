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
