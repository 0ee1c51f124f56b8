import pytest

from sim.firms.program import Program
from sim.firms.settings import FirmSettings
from sim.firms.strategy import Strategy
from sim.market import Market
from sim.registry import chosen, registered
from tests.sim.tiny import EVERY_PROGRAM, programs, subscription


@pytest.mark.parametrize(("kind", "base"), [("programs", Program), ("strategies", Strategy)])
def test_what_is_found_by_name_is_of_its_kind_and_says_what_it_is(kind, base):
    found = registered(kind)
    assert len(found) >= 2
    assert list(found) == sorted(found)
    for thing in found.values():
        assert issubclass(thing, base)
        assert (thing.__doc__ or "").strip()


def test_every_program_and_strategy_can_be_named_in_a_firms_settings():
    fields = FirmSettings.model_fields
    assert set(fields["programs"].annotation.model_fields) == set(registered("programs"))
    assert set(fields["strategy"].annotation.model_fields) == set(registered("strategies"))


def test_only_what_is_named_is_made():
    settings = FirmSettings.model_validate({"programs": {"points": {}, "placebo": None}})
    assert list(chosen(settings.programs)) == ["points"]
    market = Market(subscription(**programs(**EVERY_PROGRAM), calendar={"burn_in_years": 0.0}))
    assert set(market.firm("acme").programs) == set(EVERY_PROGRAM)
    assert market.firm("bolt").programs == {}


@pytest.mark.parametrize(("year", "runs"), [(-0.1, False), (0.9, False), (1.0, True), (1.9, True), (2.0, False)])
def test_a_program_runs_from_its_start_until_its_end(year, runs):
    place = programs(placebo={"start_year": 1.0, "end_year": 2.0})
    firm = Market(subscription(**place, calendar={"burn_in_years": 0.0})).firm("acme")
    assert bool(firm.running(year)) is runs
