"""People kept one by one: from the runs of a study into its folder, and back as twins."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis import lives
from analysis.carry_out import carry_out
from analysis.lives import FROZEN, LIVED, NOBODY, differing, twins_of
from analysis.query import query
from analysis.store import PERSONS, Study, read_table
from sim.market import Market
from sim.settings import BadInput
from tests.analysis.test_carry_out import HERE, plan, small

POINTS = {"points": {"threshold": 60.0, "endowed": 10.0, "enrollment": 6.0}}


def carried_out(folder, replicates=2, twins=2, **arms):
    """Return the study of the base world and these arms, carried out in this process."""
    carry_out(replace(plan(folder, replicates, **arms), twins=twins), HERE)
    return Study.load(folder)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Return a study of points, and of another number of people; of three replicates two are kept."""
    crowd = small().model_copy(update={"customers": small().customers.model_copy(update={"count": 310})})
    arms = {"rewards": small(programs=POINTS), "crowd": crowd}
    return carried_out(tmp_path_factory.mktemp("twins"), replicates=3, **arms)


def test_value_moved_and_firm_lines_are_the_stored_profit_difference_in_cents(study):
    twins = twins_of(study)["rewards"]
    cents = {key: round(100 * profit) for key, profit in study.runs.set_index(["arm", "replicate"])["profit"].items()}
    moved = np.array(twins.everybody.whole.cents) + twins.firm_lines.cents
    assert moved.tolist() == [cents["rewards", number] - cents["base", number] for number in twins.replicates]
    assert moved.any()


def test_only_the_first_replicates_are_kept_and_only_arms_with_the_same_people_have_twins(study):
    assert {arm: twins.replicates for arm, twins in twins_of(study).items()} == {"rewards": [1, 2]}


def test_programs_that_an_arm_adds_changes_or_lacks_are_its_own_and_no_others(study):
    assert twins_of(study)["rewards"].programs == ("points",)
    reference = {"points": {"earn": 1.0}, "discount": {"share": 0.1}, "placebo": {}}
    arm = {"points": {"earn": 1.0}, "discount": {"share": 0.2}, "recovery": {}, "placebo": None}
    assert differing(reference, arm) == ("discount", "placebo", "recovery")
    assert differing(arm, arm) == ()


def test_a_stored_life_is_the_one_that_was_lived(study):
    persons = read_table(study.folder, study.facts, PERSONS)
    one = persons[(persons["arm"] == "rewards") & (persons["replicate"] == 2) & (persons["life"] == LIVED)]
    market = Market(small(programs=POINTS), 2)
    market.run()
    lived = market.persons()
    stored = one[one["person"] != NOBODY].reset_index(drop=True)
    assert all(np.array_equal(stored[name], lived[name]) for name in lived)
    assert one.loc[one["person"] == NOBODY, "margin_cents"].item() == market.unallocated()


def test_a_frozen_life_is_the_arms_with_the_waits_of_the_reference(study):
    reference, arm = Market(small(), 1, keep_waits=True), small(programs=POINTS)
    reference.run()
    market = Market(arm, 1, waits=reference.kept_waits)
    market.run()
    frozen = twins_of(study)["rewards"].pairs[0].frozen
    assert all(np.array_equal(frozen.persons[name], column) for name, column in market.persons().items())
    effect = next(effect for effect in twins_of(study)["rewards"].effects if effect.figure == "margin")
    assert effect.total.mean == pytest.approx(effect.direct.mean + effect.queue.mean)


def test_the_sum_over_persons_is_the_profit_in_a_query_too(study):
    found = query(
        study.folder,
        "select arm, replicate, sum(margin_cents) as cents, any_value(profit) as profit"
        f" from persons join runs using (arm, replicate) where life = '{LIVED}' group by all",
    )
    assert len(found) == 6
    assert (found["cents"] == (100 * found["profit"]).round()).all()


def test_people_of_a_version_that_did_not_tell_programs_apart_are_refused(study, monkeypatch):
    monkeypatch.setattr(
        lives, "read_table", lambda *_: pd.DataFrame({"arm": ["base"], "replicate": [1], "reached": [True]})
    )
    with pytest.raises(BadInput, match="of an older version; run the study anew"):
        twins_of(study)


def test_a_study_that_keeps_nobody_has_no_twins(tmp_path):
    assert twins_of(carried_out(tmp_path, 1, 0, dear=small(price=1.1))) == {}
    assert not (tmp_path / PERSONS).exists()


def test_a_study_that_was_stopped_half_way_is_completed_with_its_people(tmp_path):
    arms = {"rewards": small(programs=POINTS)}
    carried_out(tmp_path, 1, 2, **arms)
    study = carried_out(tmp_path, 2, 2, **arms)
    persons = read_table(study.folder, study.facts, PERSONS)
    rows = persons.groupby(["arm", "replicate", "life"]).size()
    assert set(rows.index) == {
        *(("base", number, LIVED) for number in (1, 2)),
        *(("rewards", number, life) for number in (1, 2) for life in (LIVED, FROZEN)),
    }
    assert set(rows) == {301}
