import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from analysis import schema
from analysis.compose import build, groups, leaves, merge, overlaps, parse, world
from analysis.messages import Layer, refusal
from analysis.scenario import Plan, plan
from sim.settings import BadInput, Settings
from sim.world import World

SCENARIO = """
question: Does a lower price pay?
world: {market: shop}
settings: {calendar: {years: 3, burn_in_years: 2}, firms: {acme: {brand: 0.1}}}
reference: usual
arms:
  usual: {}
  cheap: {firms: {acme: {price: 0.9}}}
outcomes: [profit, churn_rate]
replicates: 7
"""


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "scenario.yaml").write_text(SCENARIO)
    return tmp_path / "mine"


def compared(*words: str) -> Plan:
    return plan(["scenario=mine", *words], "compare")


def test_every_choice_of_every_group_makes_a_world() -> None:
    for group, choices in groups().items():
        for choice in choices:
            assert world(f"{group}={choice}").firms


def test_the_command_line_goes_over_the_groups() -> None:
    assert world("customers.count=123").customers.count == 123
    assert world("market=shop").kind == "repertoire"


def test_a_scenario_goes_over_its_groups_and_the_command_line_over_the_scenario(mine: Path) -> None:
    assert world(scenario="mine").calendar.years == 3
    assert world(scenario="mine").calendar.period == "week"
    assert world("calendar.years=4", scenario="mine").calendar.years == 4
    assert world("market=telecom", scenario="mine").kind == "subscription"


def test_an_arm_changes_its_own_world_alone(mine: Path) -> None:
    arms = compared().arms
    assert arms["cheap"].firms["acme"].price == 0.9
    assert arms["usual"].firms["acme"].price != 0.9
    assert arms["cheap"].firms["acme"].brand == arms["usual"].firms["acme"].brand == 0.1


def test_the_base_is_the_world_without_any_arm(mine: Path) -> None:
    assert compared("seed=5").base == compared("seed=5").arms["usual"]


def test_the_command_line_reaches_into_an_arm(mine: Path) -> None:
    arms = compared("arms.cheap.firms.acme.price=0.8", "arms.cheap.firms.acme.brand=0.2").arms
    assert (arms["cheap"].firms["acme"].price, arms["cheap"].firms["acme"].brand) == (0.8, 0.2)
    assert arms["usual"].firms["acme"].brand == 0.1


def test_run_takes_the_reference_arm_and_compare_all(mine: Path) -> None:
    assert list(plan(["scenario=mine"], "run").arms) == ["usual"]
    assert list(compared().arms) == ["usual", "cheap"]


def test_replicates_are_the_scenarios_unless_the_line_says_otherwise(mine: Path) -> None:
    assert compared().replicates == 7
    assert compared("replicates=2").replicates == 2


def test_a_study_says_how_to_repeat_it(mine: Path) -> None:
    asked = compared("customers.count=50", "folder='my results'")
    assert asked.command == "ecrm compare scenario=mine customers.count=50 'folder='\"'\"'my results'\"'\"''"
    assert asked.folder == Path("my results")


def test_the_folder_is_the_same_for_the_same_study_and_another_for_another(mine: Path) -> None:
    assert compared().folder == compared("replicates=3").folder
    assert compared().folder != compared("seed=2").folder
    assert compared().folder.name.startswith("mine-")


def test_a_lesson_is_read_where_there_is_one(mine: Path) -> None:
    assert compared().lesson == ""
    (mine / "lesson.md").write_text("Look at the price.")
    assert compared().lesson == "Look at the price."


def test_numbers_may_be_written_as_a_person_writes_them() -> None:
    assert parse(["calendar.years=2", "seed=1_000"]).settings == {"calendar": {"years": 2}, "seed": 1000}


def test_an_interpolation_is_only_text() -> None:
    with pytest.raises(BadInput, match=r"customers\.count = \$\{seed\}"):
        world("customers.count=${seed}")


def test_settings_name_no_object_to_import() -> None:
    with pytest.raises(BadInput, match=r"_target_ = os\.getcwd"):
        world("calendar._target_=os.getcwd")


trees = st.recursive(
    st.dictionaries(st.sampled_from("abc"), st.integers(), max_size=3),
    lambda inner: st.dictionaries(st.sampled_from("abc"), st.one_of(st.integers(), inner), max_size=3),
    max_leaves=8,
)


@given(trees, trees)
def test_what_is_laid_over_wins_and_nothing_else_of_it_is_lost(
    below: dict[str, object], above: dict[str, object]
) -> None:
    merged = dict(leaves(merge(below, above)))
    for key, value in leaves(above):
        if value != {}:
            assert merged[key] == value
    for key, value in leaves(below):
        if value != {} and not any(overlaps(key, other) for other, _ in leaves(above)):
            assert merged[key] == value


@given(trees)
def test_merging_leaves_its_arguments_alone(below: dict[str, object]) -> None:
    before = json.dumps(below)
    merged = merge(below)
    merged["a"] = {"changed": True}
    for value in merged.values():
        if isinstance(value, dict):
            value["changed"] = True
    assert json.dumps(below) == before


def test_keys_overlap_when_one_lies_in_the_other() -> None:
    assert overlaps("a.b", "a")
    assert overlaps("a", "a.b")
    assert overlaps("a", "a")
    assert not overlaps("a.b", "a.bc")


def test_a_message_names_the_layer_that_was_wrong() -> None:
    layers = [Layer("below", {"seed": 1}), Layer("above", {"seed": -1})]
    with pytest.raises(BadInput, match=r"seed = -1 \(above\): out of range"):
        build(layers)


class Inner(Settings):
    rate: float = Field(default=0.5, gt=0, lt=1, description="a rate", json_schema_extra={"unit": "a year"})


class Outer(Settings):
    inner: Inner = Field(default=Inner(rate=0.25))
    named: dict[str, Inner] = Field(default={})
    listed: tuple[Inner, ...] = Field(default=(), max_length=3)
    perhaps: int | None = Field(default=None, ge=0)


def test_a_schema_lists_its_settings_with_the_defaults_in_force() -> None:
    found = {each.path: each for each in schema.settings(Outer)}
    assert list(found) == ["inner.rate", "named.NAME.rate", "listed.INDEX.rate", "perhaps"]
    assert found["inner.rate"].default == 0.25
    assert found["named.NAME.rate"].default == 0.5
    assert found["inner.rate"].allowed == "a number above 0, below 1"
    assert found["perhaps"].allowed == "a whole number at least 0 or null"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"inner": {"rat": 1}}, "inner.rat = 1: no such setting; allowed: rate; nearest: inner.rate"),
        ({"named": {"x": {"rate": 2}}}, "named.x.rate = 2: out of range; allowed: a number above 0, below 1"),
        ({"listed": [{}, {"rate": "x"}]}, "listed.1.rate = x: wrong type; allowed: a number above 0, below 1"),
        ({"perhaps": []}, "perhaps = []: wrong type; allowed: a whole number at least 0 or null"),
    ],
)
def test_a_refusal_says_where_in_the_schema_it_went_wrong(values: dict[str, object], message: str) -> None:
    assert message == said(Outer, values)


def said(model: type[BaseModel], values: dict[str, object]) -> str:
    from pydantic import ValidationError

    with pytest.raises(ValidationError) as refused:
        model.model_validate(values)
    return str(refusal(refused.value, model))


def test_the_default_world_is_valid() -> None:
    assert World.model_validate(world().model_dump()) == world()


def test_settings_are_written_as_on_the_command_line():
    tree = {"firms": {"acme": {"price": 38, "programs": {}}}, "seed": 2}
    assert list(leaves(tree)) == [("firms.acme.price", 38), ("firms.acme.programs", {}), ("seed", 2)]
