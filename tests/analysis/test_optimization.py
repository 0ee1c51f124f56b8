import math

import numpy as np
import pytest

from analysis.constraint import Constraint
from analysis.failure import Failure
from analysis.optimization import optimize, pareto
from analysis.optimization_page import page
from analysis.statistics import Interval
from sim.settings import BadInput
from tests.made_up_runs import HERE, lab

X, Y = "arms.other.firms.acme.price", "arms.other.firms.bolt.price"
RANGES = [f"{X}=interval(0.5,2)", f"{Y}=interval(0.5,2)"]


def hill(noise=0.0):
    """The arm `other` earns 100 at (1.2, .9) and less around; churn is its x; both arms share a replicate's luck."""

    def rule(world, replicate):
        x, y = world.firms["acme"].price, world.firms["bolt"].price
        own = np.random.default_rng([replicate, int(1e6 * x), int(1e6 * y)]).normal() * noise
        is_arm = world.firms["acme"].brand == 1.0
        gain = 100 - 200 * (x - 1.2) ** 2 - 100 * (y - 0.9) ** 2 + own if is_arm else 0.0
        return {"profit": 10.0 * replicate + gain, "churn_rate": x, "customer_equity": -100 * (x - 1.7) ** 2}

    return rule


def test_it_finds_the_top_of_a_hill(monkeypatch, tmp_path):
    made = lab(monkeypatch, tmp_path, hill())
    found = optimize(["scenario=mine", "replicates=1", "trials=60", "batch=15", *RANGES], HERE)
    (mix,) = found.best
    assert mix.confirmed["profit"].mean > 98.0  # of 100; the mean over the square is -1
    assert mix.values[X] == pytest.approx(1.2, abs=0.1)
    assert mix.values[Y] == pytest.approx(0.9, abs=0.15)
    assert len(made.done) == len(set(made.done))
    assert (found.experiment.frame.folder / "report.html").is_file()
    assert page(found).headline.startswith("“Other” is best with acme price = 1.")


def test_it_finds_the_edge_that_a_constraint_leaves(monkeypatch, tmp_path):
    lab(monkeypatch, tmp_path, hill())
    found = optimize(
        ["scenario=mine", "replicates=1", "trials=60", "batch=15", "constraint=churn_rate<=0.9", *RANGES], HERE
    )
    (mix,) = found.best
    assert mix.limits["churn_rate"].mean <= 0.9
    assert mix.confirmed["profit"].mean == pytest.approx(100 - 200 * 0.3**2, abs=4)
    assert found.kept


def test_a_constraint_that_nothing_keeps_is_said(monkeypatch, tmp_path):
    lab(monkeypatch, tmp_path, hill())
    found = optimize(["scenario=mine", "replicates=1", "trials=5", "constraint=churn_rate<=0.1", *RANGES], HERE)
    assert not found.kept
    shown = page(found)
    assert shown.headline == "No mix that was looked at keeps churn_rate<=0.1."
    least = min(trial.values[X] for trial in found.trials)
    assert found.closest.values[X] == least  # churn is x
    assert f"acme price = {least:.4g} and" in shown.explanation
    assert f"with churn rate {100 * least:.0f}" in shown.explanation
    assert found.as_dict()["closest"]["values"][X] == least
    assert shown.cards == []


def test_with_two_outcomes_it_finds_the_front_between_their_best_values(monkeypatch, tmp_path):
    lab(monkeypatch, tmp_path, hill())
    words = ["scenario=mine", "replicates=1", "trials=80", "outcome=profit,customer_equity", *RANGES]
    found = optimize(words, HERE)
    assert len(found.best) >= 4
    for mix in found.best:  # the true front: x from 1.2 to 1.7, y = .9
        x = mix.values[X]
        assert 1.15 <= x <= 1.75
        assert mix.confirmed["profit"].mean == pytest.approx(100 - 200 * (x - 1.2) ** 2, abs=8)
    reach = [mix.values[X] for mix in found.best]
    assert max(reach) - min(reach) > 0.25
    gains = [[mix.confirmed[name].mean for name in found.outcomes] for mix in found.best]
    assert len(pareto(gains, found.outcomes)) == len(gains)
    shown = page(found)
    assert shown.headline.endswith("on profit and customer equity: more of one costs some of another.")
    assert [card.label for card in shown.cards] == ["Most for profit", "Most for customer equity"]


def test_what_was_found_by_luck_is_not_confirmed(monkeypatch, tmp_path):
    lab(monkeypatch, tmp_path, lambda world, replicate: {"profit": _noise(world, replicate)})
    found = optimize(["scenario=mine", "replicates=2", "trials=25", "batch=25", *RANGES], HERE)
    (mix,) = found.best
    top = max(trial.gains[0] for trial in found.trials)
    assert top > 1.0  # the best of 25 means of two normals, scale 1/√2, less a reference's
    assert abs(mix.confirmed["profit"].mean) < 4 * math.sqrt(2 / 8)  # mean 0; one in 15,000 by chance
    assert page(found).headline.startswith("No mix of “other” is shown to beat “usual”")


def test_a_front_of_noise_beats_nothing_and_none_of_its_mixes_beats_another(monkeypatch, tmp_path):
    def rule(world, replicate):
        return {"profit": _noise(world, replicate), "customer_equity": _noise(world, replicate + 1000)}

    lab(monkeypatch, tmp_path, rule)
    words = ["scenario=mine", "replicates=3", "trials=25", "batch=25", "outcome=profit,customer_equity", *RANGES]
    found = optimize(words, HERE)
    gains = [[mix.confirmed[name].mean for name in found.outcomes] for mix in found.best]
    assert len(pareto(gains, found.outcomes)) == len(gains) < len(found.finalists)
    # One in 20 by chance at most: the intervals hold for all mixes and outcomes together.
    assert page(found).headline == "No mix of “other” is shown to beat “usual” on profit and customer equity."
    assert {row[-1] for row in page(found).table.rows} >= {"beaten"}


def test_the_headline_is_a_mix_that_keeps_the_constraint_in_fresh_lives(monkeypatch, tmp_path):
    def rule(world, replicate):
        """Profit rises with x; churn keeps the bound in the first 16 lives alone where x is above 1."""
        x = world.firms["acme"].price
        return {"profit": x, "churn_rate": 0.2 if x > 1.0 and replicate > 16 else 0.05}

    lab(monkeypatch, tmp_path, rule)
    words = ["scenario=mine", "trials=3", "constraint=churn_rate<=0.1", f"{X}=interval(0.5,2)", "folder=one"]
    found = optimize(words, HERE)
    (mix,) = found.best
    assert mix.values[X] == max(trial.values[X] for trial in found.trials if trial.values[X] <= 1.0)
    assert all(trial.kept for trial in found.trials)  # as far as the search could see
    assert "churn_rate<=0.1 is kept in the fresh lives: 5" in page(found).explanation
    assert "breaks a bound" in {row[-1] for row in page(found).table.rows}
    none = optimize([*words[:-2], f"{X}=interval(1.1,2)", "folder=two"], HERE)
    assert (none.kept, none.as_dict()["constraints_kept"]) == (False, False)
    assert page(none).headline == "None of the most promising mixes keeps churn_rate<=0.1 in more lives."
    assert none.closest.limits["churn_rate"].mean == pytest.approx(0.2)


def test_a_bound_on_the_outlay_is_over_the_reference(monkeypatch, tmp_path):
    def rule(world, replicate):
        """Payroll of 330,000 is part of the outlay of both arms; the arm's program adds 15,000 a unit of x."""
        x = world.firms["acme"].price if world.firms["acme"].brand == 1.0 else 0.0
        return {"profit": 10.0 * x, "program_outlay": 330_000 + 1000 * replicate + 15_000 * x}

    lab(monkeypatch, tmp_path, rule)
    found = optimize(["scenario=mine", "trials=20", "constraint=program_outlay<=20000", f"{X}=interval(0.5,2)"], HERE)
    (mix,) = found.best
    assert 17_000 <= mix.limits["program_outlay"].mean <= 20_000
    assert "program_outlay<=20000 is kept in the fresh lives: 1" in page(found).explanation
    assert "over the reference." in page(found).explanation


def test_without_a_value_it_names_the_runs_that_failed(monkeypatch, tmp_path):
    def rule(world, replicate):
        if world.firms["acme"].brand == 1.0:
            raise ZeroDivisionError("not today")
        return {"profit": 1.0}

    lab(monkeypatch, tmp_path, rule)
    with pytest.raises(Failure, match=r"no mix has a value .*not today.*tracebacks: one/failures"):
        optimize(["scenario=mine", "trials=2", "folder=one", *RANGES], HERE)


def test_one_trial_is_one_trial(monkeypatch, tmp_path):
    lab(monkeypatch, tmp_path, hill())
    shown = page(optimize(["scenario=mine", "replicates=1", "trials=1", *RANGES], HERE))
    assert "after 1 trial." in shown.explanation
    assert "most promising of 1 trial;" in shown.table.note


def _noise(world, replicate):
    prices = [int(1e6 * world.firms[name].price) for name in ("acme", "bolt")]
    return float(np.random.default_rng([replicate, *prices]).normal())


def test_stopped_at_any_moment_it_goes_on_to_the_same_end(monkeypatch, tmp_path):
    made = lab(monkeypatch, tmp_path, hill(noise=3.0))
    words = ["scenario=mine", "replicates=2", "trials=6", "batch=3", *RANGES]
    whole = optimize([*words, "folder=whole"], HERE).as_dict()
    made.done.clear()
    for runs in (3, 9, 20):
        made.stop_after = runs
        with pytest.raises((Failure, KeyboardInterrupt)):
            optimize([*words, "folder=pieces"], HERE)
    made.stop_after = None
    assert optimize([*words, "folder=pieces"], HERE).as_dict() | {"folder": ""} == whole | {"folder": ""}
    assert len(made.done) == len(set(made.done))


def test_whole_numbers_stay_whole(monkeypatch, tmp_path):
    lab(monkeypatch, tmp_path, lambda world, _: {"profit": -abs(world.customers.count - 7)})
    found = optimize(
        ["scenario=mine", "replicates=1", "trials=15", "customers.count=int(interval(1,20))", "arm=other"], HERE
    )
    assert {type(trial.values["customers.count"]) for trial in found.trials} == {int}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "levers: none"),
        (["constraint=churn_rate", *RANGES], "allowed: METRIC>=NUMBER or METRIC<=NUMBER"),
        (["constraint=churn_rat<=1", *RANGES], "nearest: churn_rate"),
        (["outcome=program_outlay", *RANGES], "neither better nor worse; set a constraint on it"),
        (["trials=0", *RANGES], "trials = 0"),
        (["arm=othr", *RANGES], "nearest: other"),
    ],
)
def test_a_word_that_cannot_be_used_is_refused(monkeypatch, tmp_path, words, said):
    lab(monkeypatch, tmp_path, hill())
    with pytest.raises(BadInput) as refused:
        optimize(["scenario=mine", *words], HERE)
    assert said in str(refused.value)
    assert not (tmp_path / "results").exists()


def test_a_constraint_reads_as_it_is_written():
    assert str(Constraint.read("service_level >= 0.8")) == "service_level>=0.8"
    assert Constraint.read("service_level>=0.8").excess(0.7) == pytest.approx(0.125)  # of 0.8
    assert Constraint.read("program_outlay<=20000").excess(float("nan")) == math.inf


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(0.82, 0.9, "kept"), (0.7, 0.79, "not kept"), (0.7, 0.9, "can’t tell"), (None, None, "can’t tell")],
)
def test_a_constraint_is_judged_by_the_interval(low, high, said):
    assert Constraint.read("service_level>=0.8").judged(Interval(0.8, low, high)) == said


def test_a_point_that_another_beats_is_not_on_the_front():
    assert pareto([(1, 1), (2, 0), (0, 2), (0, 0), (2, 0)], ["profit", "customer_equity"]) == [0, 1, 2, 4]
    assert pareto([(1, 0.2), (1, 0.1)], ["profit", "churn_rate"]) == [1]
