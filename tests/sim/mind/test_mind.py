"""The further parts of the mind together: switches, threads, the past, the way they are found."""

from typing import Any

import numpy as np
import pytest
import yaml

from analysis.compose import data_folder
from analysis.validation.switches import other_value
from sim.forward import branch
from sim.market import Market, settle
from sim.mind.part import Part
from sim.mind.parts.toughness import Toughness
from sim.mind.parts.trust import Trust
from sim.registry import registered
from sim.world import World
from tests.sim.tiny import over, repertoire, subscription, trace, whole_mind

PARTS = sorted(registered("parts"))
WITH_SETTINGS = [part for part in PARTS if len(registered("parts")[part].settings_class.model_fields) > 1]
KINDS = {"subscription": subscription, "repertoire": repertoire}
FAST = {"customers": {"count": 300}}


def lived(world: World, **how: Any) -> str:
    market = Market(world, **how)
    market.run()
    return trace(market)


@pytest.fixture(scope="module")
def without() -> dict[str, str]:
    return {kind: lived(make(**FAST)) for kind, make in KINDS.items()}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("part", WITH_SETTINGS)
def test_no_other_setting_of_a_part_that_is_off_changes_a_bit(part, kind, without):
    settings = registered("parts")[part].settings_class()
    moved = {name: other_value(settings, name) for name in type(settings).model_fields if name != "active"}
    world = KINDS[kind](**over(FAST, {"mind": {part: moved}}))
    assert getattr(world.mind, part) != settings
    assert lived(world) == without[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_with_all_parts_on_threads_and_a_past_of_its_own_change_no_bit(kind):
    world = KINDS[kind](**over(FAST, whole_mind()))
    alone = lived(world)
    assert lived(world, threads=2) == alone
    assert lived(world, start=settle(world)) == alone


def test_a_future_goes_on_from_what_the_mind_holds_now():
    market = Market(subscription(**over(FAST, whole_mind())))
    market.step()
    life = branch(market, 77)
    assert life.mind.columns().keys() == market.mind.columns().keys()
    for name, column in market.mind.columns().items():
        assert np.array_equal(life.mind.columns()[name], column), name


@pytest.mark.parametrize("part", PARTS)
def test_a_part_says_what_it_is_and_has_columns_of_one_row_a_person(part):
    found = registered("parts")[part]
    assert issubclass(found, Part)
    assert (found.__doc__ or "").strip()
    on = {each: {"active": True} for each in (part, *found.needs)}
    market = Market(subscription(**over(FAST, {"mind": on})))
    assert sorted(market.mind.parts) == sorted(on)
    assert all(len(column) == len(market.people.entry) for column in market.mind.parts[part].columns)


def test_names_of_columns_and_counts_are_nobody_elses():
    market = Market(subscription(**over(FAST, whole_mind())))
    columns = [name for part in market.mind.parts.values() for name in part.columns._fields]
    counts = [name for part in market.mind.parts.values() for name in part.counts]
    assert len(set(columns)) == len(columns)
    assert not set(columns) & set(market.people._fields)
    assert len(set(counts)) == len(counts)
    market.step()
    assert set(counts) <= set(market.reports.counts(market.firm()))
    assert not any(np.isnan(market.reports.counts(market.firm())[name]).any() for name in counts)


def test_the_group_full_switches_on_every_part():
    full = yaml.safe_load((data_folder("conf") / "mind" / "full.yaml").read_text())
    assert sorted(full["mind"]) == PARTS
    assert all(settings["active"] for settings in full["mind"].values())


def test_a_part_is_found_by_its_class_and_one_that_is_off_is_not():
    market = Market(subscription(**over(FAST, {"mind": {"toughness": {"active": True}}})))
    assert market.mind.of(Toughness) is market.mind.parts["toughness"] is market.mind.find(Toughness)
    assert market.mind.find(Trust) is None
    with pytest.raises(LookupError, match="Trust"):
        market.mind.of(Trust)
