"""A population: the customers of a log, ready for a world and safe in a folder."""

from dataclasses import astuple
from datetime import date

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from analysis.cli import app
from analysis.population import Population, population
from analysis.purchase_log import read_log, summary
from sim.settings import BadInput


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    rng = np.random.default_rng(7)
    days = np.datetime64("2020-01-01") + rng.integers(0, 300, 400)
    lines = [f"c{rng.integers(60):02},{day},{rng.gamma(4, 5):.2f}" for day in days]
    file = tmp_path_factory.mktemp("log") / "log.csv"
    file.write_text("\n".join(["customer,date,amount", "c01,someday,5", *lines]))
    return read_log(file)


@pytest.fixture(scope="module")
def people(log):
    return population(log, "2020-07-01")


def test_a_world_gets_the_histories_in_the_order_of_the_ids(log, people):
    table, imported = summary(log, "2020-07-01"), people.imported()
    assert people.ids == sorted(people.ids) == table.index.tolist()
    for name in ("x", "t_x", "T", "spend_count", "spend_mean"):
        column = getattr(imported, name)
        assert column.dtype == np.float64
        assert column.tolist() == table[name].tolist()
    assert (imported.r, imported.alpha, imported.a, imported.b) == astuple(people.buying.model)
    assert (imported.p, imported.q, imported.gamma) == astuple(people.spend.model)


def test_a_population_remembers_its_periods_its_bad_lines_and_the_holdout(log, people):
    assert (people.first, people.until, people.end) == (log.first, date(2020, 7, 1), log.last)
    assert people.bad["line"].tolist() == [2]
    assert people.weeks["purchases"].sum() == people.customers["purchases"].sum() > 0


def test_without_a_last_day_all_of_the_log_is_calibration(log):
    people = population(log)
    assert people.until == log.last
    assert people.weeks.empty
    assert (people.customers["purchases"] == 0).all()


def test_what_is_saved_is_what_is_loaded(people, tmp_path):
    people.save(tmp_path / "deep" / "shop")
    again = Population.load(tmp_path / "deep" / "shop")
    for name in ("customers", "weeks", "bad"):
        pd.testing.assert_frame_equal(
            getattr(again, name), getattr(people, name), check_exact=True, check_index_type=False
        )
    for name in ("buying", "spend", "first", "until", "end", "source"):
        assert getattr(again, name) == getattr(people, name)


def test_saving_replaces_a_population_and_leaves_nothing_else_behind(people, tmp_path):
    people.save(tmp_path / "shop")
    people.save(tmp_path / "shop")
    assert [path.name for path in tmp_path.iterdir()] == ["shop"]
    assert Population.load(tmp_path / "shop").ids == people.ids


def test_a_write_that_fails_leaves_the_old_population(people, tmp_path, monkeypatch):
    people.save(tmp_path / "shop")

    def full(*_: object, **__: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(pd.DataFrame, "to_parquet", full)
    with pytest.raises(OSError, match="no space"):
        people.save(tmp_path / "shop")
    assert [path.name for path in tmp_path.iterdir()] == ["shop"]
    assert Population.load(tmp_path / "shop").ids == people.ids


def test_a_folder_of_something_else_is_never_replaced(people, tmp_path):
    (tmp_path / "photos").mkdir()
    with pytest.raises(BadInput, match="no population"):
        people.save(tmp_path / "photos")


def test_a_folder_that_is_missing_or_damaged_is_one_message(people, tmp_path):
    with pytest.raises(BadInput, match="not a population"):
        Population.load(tmp_path / "nowhere")
    people.save(tmp_path / "shop")
    (tmp_path / "shop" / "weeks.parquet").write_bytes(b"torn")
    with pytest.raises(BadInput, match="damaged"):
        Population.load(tmp_path / "shop")


def test_a_log_without_repeat_buying_makes_no_population(log):
    with pytest.raises(BadInput, match="bought again"):
        population(log, log.first)


def test_customers_who_lapse_by_time_are_saved_and_reach_a_world_as_such(log, tmp_path):
    people = population(log, "2020-07-01", "by_time")
    people.save(tmp_path / "shop")
    again = Population.load(tmp_path / "shop")
    assert (again.lapse, again.law, again.buying) == ("by_time", "Pareto/NBD", people.buying)
    imported = again.imported()
    assert (imported.r, imported.alpha, imported.s, imported.beta) == astuple(people.buying.model)
    assert imported.a == imported.b == 0.0


def test_a_population_that_was_saved_before_laws_were_named_lapses_after_purchases(people, tmp_path):
    people.save(tmp_path / "shop")
    card = tmp_path / "shop" / "population.yaml"
    card.write_text(card.read_text().replace("lapse: after_purchases\n", ""))
    assert Population.load(tmp_path / "shop").lapse == "after_purchases"


def test_the_command_takes_the_law_for_purchases_and_refuses_it_for_calls(tmp_path):
    days = [f"c{n % 7},2020-0{1 + n % 6}-{1 + n % 27:02},{5 + n}" for n in range(60)]
    (tmp_path / "log.csv").write_text("\n".join(["customer,date,amount", *days]))
    words = ["import", str(tmp_path / "log.csv"), "--lapse", "by_time", "--folder", str(tmp_path / "shop")]
    assert CliRunner().invoke(app, words).exit_code == 0
    assert Population.load(tmp_path / "shop").law == "Pareto/NBD"
    refused = CliRunner().invoke(app, [*words[:4], "--kind", "calls"])
    assert refused.exit_code == 2
    assert "lapse: is for purchase logs" in refused.stderr
