import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from rich.console import Console

from analysis.query import query
from analysis.store import KEYS, write_facts, write_part
from analysis.sweep_table import MOST_ROWS, SweepTable
from sim.settings import BadInput

POINTS, REPLICATES = 60, 6


@pytest.fixture
def folder(tmp_path):
    """Store a sampled sweep in which what is assumed makes three quarters of the variance of a difference of 50."""
    generator = np.random.default_rng(7)
    inputs, luck = generator.normal(0, np.sqrt(3), POINTS), generator.normal(0, 1, (POINTS, REPLICATES))
    rows = []
    for point in range(POINTS):
        for replicate in range(1, REPLICATES + 1):
            base = 1000.0 + 7.0 * replicate
            better = base + 50.0 + inputs[point] + luck[point, replicate - 1]
            for arm, profit in (("nothing", base), ("points", better)):
                keys = dict(zip(KEYS, ("made_up", arm, replicate, 12, point), strict=True))
                rows.append(keys | {"profit": profit, "key": f"{point}-{arm}-{replicate}"})
    facts = {
        "scenario": "made_up",
        "verb": "sweep",
        "arms": {"nothing": {}, "points": {}},
        "reference": "nothing",
        "outcomes": ["profit"],
        "replicates": REPLICATES,
        "planned": len(rows) + 2,
        "points": [{"firms.acme.price": float(value)} for value in inputs],
        "sampled": True,
    }
    write_facts(tmp_path, facts)
    write_part(tmp_path, {"runs": pa.Table.from_pandas(pd.DataFrame(rows), preserve_index=False)})
    return tmp_path


def test_each_point_has_its_means_and_paired_differences(folder):
    table = SweepTable(folder)
    assert len(table.cells) == POINTS
    mean, difference = table.cells[3]["points"]
    assert mean.mean == pytest.approx(table.runs.query("point == 3 and arm == 'points'")["profit"].mean())
    assert difference.low < 50 + table.facts["points"][3]["firms.acme.price"] < difference.high
    assert table.as_dict()["points"][3]["arms"]["points"]["difference"]["mean"] == difference.mean


def test_luck_is_told_from_what_is_assumed(folder):
    share = SweepTable(folder).sources()["points"].share
    assert share.low < 0.25 < share.high
    assert share.high < 0.5


def test_a_grid_assumes_nothing(folder):
    facts = SweepTable(folder).facts
    write_facts(folder, {**facts, "sampled": False})
    assert SweepTable(folder).sources() == {}


def test_the_terminal_shows_what_it_can_and_says_what_is_left(folder):
    console = Console(record=True, width=120)
    SweepTable(folder).show(console)
    text = console.export_text()
    assert "of what we do not know about the difference that “points” makes is luck" in text
    assert f"the first {MOST_ROWS} of {POINTS} points" in text
    assert "2 runs are not done; go on: ecrm sweep --resume" in text


def test_a_query_joins_runs_with_what_their_points_set(folder):
    sql = """select count(*) as n, max("firms.acme.price") as dearest
        from runs join points using (point) where arm = 'points'"""
    found = query(folder, sql)
    assert found["n"].tolist() == [POINTS * REPLICATES]
    assert found["dearest"][0] == pytest.approx(
        max(each["firms.acme.price"] for each in SweepTable(folder).facts["points"])
    )


@pytest.mark.parametrize("sql", ["select nothing from nowhere", "selec 1", ""])
def test_a_query_that_cannot_be_is_one_message_with_the_tables_there_are(folder, sql):
    with pytest.raises(BadInput, match="tables: runs"):
        query(folder, sql)
