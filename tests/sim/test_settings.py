import math

import pytest
from pydantic import ValidationError

from sim.people.choose import ChooseSettings
from sim.settings import Settings, numbers, setting
from sim.world import World
from tests.sim.tiny import subscription


class Room(Settings):
    """A room with one setting of each kind."""

    rate: float = setting(0.5, "a rate", "a year", ge=0, le=1)
    count: int = setting(3, "a count", ge=0)
    on: bool = setting(True, "a switch")
    name: str = setting("x", "a word")
    maybe: float | None = setting(None, "a number or nothing")


def test_an_unknown_key_is_refused():
    with pytest.raises(ValidationError, match="rte"):
        Room.model_validate({"rte": 0.1})


@pytest.mark.parametrize("value", [-0.1, 1.1, math.inf, math.nan, "much"])
def test_a_value_out_of_its_range_is_refused(value):
    with pytest.raises(ValidationError, match="rate"):
        Room.model_validate({"rate": value})


def test_settings_do_not_change_after_they_were_checked():
    with pytest.raises(ValidationError):
        Room().rate = 0.1  # type: ignore[misc]


def test_a_default_out_of_range_is_refused_too():
    class Wrong(Settings):
        """A room whose default is wrong."""

        rate: float = setting(2.0, "a rate", le=1)

    with pytest.raises(ValidationError):
        Wrong()


def test_a_kernel_receives_the_numbers_by_their_names_and_nothing_else():
    carried = numbers(Room(rate=0.25))
    assert carried._asdict() == {"rate": 0.25, "count": 3, "on": True}


def test_every_number_of_a_room_reaches_its_kernels():
    choose = ChooseSettings(habit_bonus=0.7)
    assert numbers(choose)._asdict() == choose.model_dump()


def test_a_setting_carries_its_unit_and_source():
    field = Room.model_fields["rate"]
    assert field.description == "a rate"
    assert field.json_schema_extra["unit"] == "a year"


# --- a whole world ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"focal": "nobody"}, "nobody"),
        ({"firms": {"acme": {"failures": 9.0}}}, "firms.acme.failures = 9.0"),
        ({"calendar": {"season": (1.0, 2.0)}}, "twelve"),
        ({"calendar": {"season": (0.0,) * 12}}, "twelve"),
        ({"firms": {"acme": {"programs": {"poinst": {}}}}}, "poinst"),
    ],
)
def test_a_world_that_contradicts_itself_is_refused(changes, word):
    with pytest.raises(ValidationError, match=word):
        subscription(**changes)


def test_the_focal_firm_is_the_first_unless_it_is_named():
    assert subscription().focal_firm == "acme"
    assert subscription(focal="bolt").focal_firm == "bolt"


def test_arms_that_differ_in_firms_alone_come_out_of_one_past():
    base = subscription()
    arm = subscription(firms={"acme": {"price": 1.2}})
    assert arm.before(base).past_key() == base.past_key() != arm.past_key()


@pytest.mark.parametrize(
    "changes",
    [
        {"customers": {"count": 601}},
        {"population_seed": 9},
        {"choose": {"habit_bonus": 0.1}},
        {"calendar": {"burn_in_years": 1.0}},
        {"firms": {"bolt": {"price": 1.1}}},
    ],
    ids=["count", "people", "rule", "burn-in", "rival"],
)
def test_the_past_is_told_apart_by_all_that_it_depends_on(changes):
    assert subscription(**changes).past_key() != subscription().past_key()


@pytest.mark.parametrize(
    "changes",
    [{"seed": 7, "population_seed": 1}, {"calendar": {"years": 3.0}}, {"economics": {"discount_rate": 0.2}}],
    ids=["luck", "years", "discount"],
)
def test_the_past_is_shared_by_worlds_that_differ_in_what_comes_after(changes):
    assert subscription(**changes).past_key() == subscription().past_key()


def test_the_past_depends_on_the_years_watched_where_people_enter_over_them():
    entering = {"entrants_per_year": 0.05}
    longer = subscription(calendar=entering | {"years": 3.0})
    assert longer.past_key() != subscription(calendar=entering).past_key()


def test_settings_survive_the_way_to_a_file_and_back():
    world = subscription(firms={"acme": {"programs": {"points": {"earn": 0.5}}}})
    assert World.model_validate(world.model_dump(mode="json")) == world
