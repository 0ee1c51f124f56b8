"""Every rule of the model is declared, explained and drawn."""

import dataclasses
import importlib
import inspect
import json
import math
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import pytest
from numba.core.dispatcher import Dispatcher
from typer.testing import CliRunner

import sim
from analysis import catalog, rules, schema
from analysis.cli import app
from sim.settings import Settings
from sim.world import World


def ecrm(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(words))
    return result.exit_code, result.stdout, result.stderr


ROOMS = ("people", "mind", "call_center", "firms/programs")
NO_RULES = {"id_number"}  # tells contacts apart
# what a rule is given that is no setting: traits, states, figures of the moment
STATES = """
    a agents ahead alarm alpha answered attitude b back barrier behavior belief best beta bond bought chance
    closeness
    commitment concern contact_salience credibility disconfirmation dropout dt e_skill expected factor fair fairness
    fixes gap habit hazard held hit incentive_seeking intimacy keenness knowledge lapses lean learns leaving led_to
    left level margin match members minutes money morale now number occupancy onward other_back other_onward others
    own part performance points pressure price_salience problem quality r readiness ready recent regained
    reliability remaining resolved rivals s satisfaction self_orientation sensitivity severity share skill
    spend_a_month t_x target taste tenure tenure_years told toughness trust valued wait watched weighed weight x years
"""
# what a reader of the textbooks types, by the modules of the page on concepts
WORDS = """
    needs e_skill adoption diffusion innovators path_to_loyalty prospect repeat_customer advocate season
    expectations promise over_promise satisfaction customer_satisfaction dissatisfaction disconfirmation loss_aversion
    kano must_be delight satisfaction_index survey non_response perceived_value feedback listening voice complaint
    loyalty attitudinal_loyalty behavioral_loyalty true_loyalty spurious_loyalty latent_loyalty dick_and_basu commitment
    exit_barriers switching_costs learning_relationship retention churn defection notice lock_in inertia
    trust credibility reliability intimacy self_orientation betrayal privacy_concern privacy_policy pledge consent
    opt_in opt_out self_disclosure data_breach permission_marketing portability personalization transparency
    price_sensitivity market_share cross_selling cross_buying one_stop_shopping share_of_wallet value_stream
    loyalty_program points_pressure goal_gradient breakage self_selection service_level waiting_time self_service
    service_quality service_failure service_recovery procedural_justice tough_customers learning_curve empowerment
    employee_turnover employee_satisfaction service_profit_chain community crowd_service word_of_mouth referral
    reviews customer_lifetime_value customer_equity return_on_customer p_alive
"""


def of_numbers(function: Any) -> bool:
    """Tell whether a function takes and gives nothing but numbers and settings: then it is a rule about one person."""
    signature = inspect.signature(function)
    kinds = [each.annotation for each in signature.parameters.values()]
    own = all(isinstance(kind, type) and issubclass(kind, (float, int, Settings)) for kind in kinds)
    return own and signature.return_annotation in (float, int)


def public_kernels() -> dict[str, Any]:
    """Return the compiled functions of the rooms, by name."""
    found = {}
    for path in chain(*(Path(sim.__file__).parent.joinpath(room).rglob("*.py") for room in ROOMS)):
        name = ".".join(path.relative_to(Path(sim.__file__).parent.parent).with_suffix("").parts)
        for thing in vars(importlib.import_module(name)).values():
            if isinstance(thing, Dispatcher) and thing.py_func.__module__ == name:
                found[thing.py_func.__name__] = thing.py_func
    return {name: function for name, function in found.items() if not name.startswith("_") and name not in NO_RULES}


def test_every_compiled_function_of_numbers_is_declared_a_rule() -> None:
    kernels = public_kernels()
    assert len(kernels) > 40
    assert [name for name, function in kernels.items() if of_numbers(function) and name not in rules.rules()] == []


@pytest.mark.parametrize("name", rules.rules())
def test_a_rule_says_what_it_returns_its_equation_units_and_source(name: str) -> None:
    rule = rules.rules()[name]
    assert rule.meaning
    assert [label for label in ("Equation", "Units", "Source") if not rule.says(label)] == []


@pytest.mark.parametrize("name", rules.rules())
def test_a_rule_has_a_curve_of_numbers_that_is_not_flat(name: str) -> None:
    rule = rules.rules()[name]
    lines = rule.curve(25)
    heights = [height for _, _, y in lines for height in y]
    assert all(math.isfinite(height) for height in heights)
    assert len(set(heights)) > 1
    assert all(low < high for _, x, _ in lines for low, high in pairwise(x))


def test_no_two_rules_are_found_under_one_name() -> None:
    names = [name for rule in rules.rules().values() for name in (rule.name, *rule.also)]
    assert len(names) == len(set(names))


def test_the_settings_of_a_rule_are_those_that_its_code_reads_by_their_paths_in_a_world() -> None:
    known = {setting.path for setting in schema.settings(World)}
    for name in rules.rules():
        assert {setting.path for setting in rules.settings_of(name)} <= known
    paths = [setting.path for setting in rules.settings_of("step_size")]
    own, of_openness = ["feel.contact_step", "feel.failure_step"], ["floor", "new", "years"]
    assert sorted(paths) == own + [f"feel.memory_{name}" for name in of_openness]
    assert {setting.path for setting in rules.settings_of("asymmetric")} == {"feel.gain", "feel.loss"}  # as numbers
    assert {setting.path for setting in rules.settings_of("raised")} == {"mind.standards.rate"}
    assert "firms.NAME.programs.points.threshold" in {setting.path for setting in rules.settings_of("lean")}
    assert "firms.NAME.call_center.turnover.quits" in {setting.path for setting in rules.settings_of("quits_a_year")}


def test_a_number_that_a_rule_is_given_is_a_state_or_it_says_which_setting_it_carries() -> None:
    for rule in rules.rules().values():
        numbers = set(inspect.signature(rule.plain).parameters) - set(rule.settings)
        if not rule.plain.__module__.endswith(".mathematics"):  # which is about any number
            assert numbers - set(rule.reads) <= set(STATES.split()), rule.name


def test_a_rule_that_takes_settings_reads_one_of_them() -> None:
    for name, rule in rules.rules().items():
        read = {setting.path for setting in rules.settings_of(name)}
        for kind in rule.settings.values():
            place = schema.places(World, kind)[0]
            assert any(path.startswith(place) for path in read), (name, kind)


@pytest.mark.parametrize(("end", "answer"), [("feel.lost", "no such setting"), ("start_year", "community.start_year")])
def test_a_rule_that_reads_no_setting_or_one_of_many_is_refused(end: str, answer: str) -> None:
    wrong = dataclasses.replace(rules.rules()["raised"], reads={"share": [end]})
    with pytest.raises(LookupError, match=f"rule raised reads {end}: .*{answer}"):
        rules._read_by(wrong)


def test_a_setting_names_the_rules_that_read_it() -> None:
    assert "rules: raised" in ecrm("explain", "mind.standards.rate")[1]
    assert "rules: openness, step_size, to_judgment, to_promise" in ecrm("explain", "feel.memory_years")[1]
    assert "rules:" not in ecrm("explain", "calendar.years")[1]


def test_explain_finds_a_rule_by_the_name_of_the_field_and_says_where_its_picture_is(tmp_path: Path) -> None:
    code, out, _ = ecrm("explain", "satisfaction", "--out", str(tmp_path / "pictures"))
    assert code == 0
    assert "judgment (rule)" in out
    assert "equation: S* = " in out
    assert "feel.performance_slope: 6.5 log-odds, a number from 0 to 50; direct effect" in out
    assert "satisfaction (metric)" in out
    picture = tmp_path / "pictures" / "judgment.svg"
    assert f"picture: {picture}" in out
    drawn = picture.read_text(encoding="utf-8")
    assert drawn.startswith("<svg ")
    assert all(text in drawn for text in ("performance", "disconfirmation 0.2", "The satisfaction S* that"))


@pytest.mark.parametrize(
    ("name", "line"),
    [
        (
            "trust",
            "mind.trust.rise_half_life: 24.0 months, a number above 0, at most 600; each part of trust grows with",
        ),
        ("points", "firms.NAME.programs.points.reward: 5.0 currency, a number from 0 to 1000000; worth of a"),
        ("schedule", "firms.NAME.strategy.schedule.changes.INDEX.price: null, a number above 0, at most 100 or null;"),
    ],
)
def test_a_part_a_program_and_a_strategy_show_default_unit_and_source_of_their_settings(name: str, line: str) -> None:
    (shown,) = [each for each in ecrm("explain", name)[1].splitlines() if each.strip().startswith(line)]
    assert shown.endswith(")")


@pytest.mark.long
def test_every_rule_is_drawn(tmp_path: Path) -> None:
    for name, rule in rules.rules().items():
        drawn = rules.draw(rule, tmp_path).read_text(encoding="utf-8")
        assert drawn.count("<path") > 3, name
        assert rule.over[0].replace("_", " ") in drawn, name


def test_everything_that_is_listed_explains_itself() -> None:
    for kind in ("scenarios", "programs", "strategies", "parts", "rules", "settings", "metrics"):
        for row in catalog.listing(kind):
            assert catalog.explain(kind, row).startswith(f"{row['name']} (")
            assert len(catalog.explain(kind, row).splitlines()) > 1, row["name"]


def test_what_the_textbooks_call_it_is_explained() -> None:
    kinds = ("scenarios", "programs", "strategies", "parts", "rules", "settings", "metrics")
    rows = [(kind, row) for kind in kinds for row in catalog.listing(kind)]
    assert [word for word in WORDS.split() if not catalog.meant(word, rows)] == []


@pytest.mark.parametrize("name", ["spurious loyalty", "Spurious-Loyalty", "虚假忠诚", "lealtad espuria"])
def test_a_name_may_be_written_in_other_ways_and_a_metric_has_its_labels(name: str) -> None:
    assert [(kind, row["name"]) for kind, row in catalog.find(name)] == [("metrics", "loyalty.spurious")]


def test_a_name_that_means_too_much_is_refused() -> None:
    code, out, err = ecrm("explain", "call_center")
    assert (code, out) == (2, "")
    assert "give more of the name" in err


def test_a_rule_that_gives_cells_is_drawn_as_a_plane_with_their_names(tmp_path: Path) -> None:
    drawn = rules.draw(rules.rules()["loyalty_cell"], tmp_path).read_text(encoding="utf-8")
    assert all(f">{name}<" in drawn for name in ("true", "latent", "spurious", "none", "behavior"))


def test_a_picture_is_the_same_to_the_bit_every_time(tmp_path: Path) -> None:
    rule = rules.rules()["justice"]
    assert rules.draw(rule, tmp_path / "a").read_bytes() == rules.draw(rule, tmp_path / "b").read_bytes()


def test_explain_gives_a_rule_as_json_with_its_whole_curve(tmp_path: Path) -> None:
    code, out, _ = ecrm("explain", "justice", "--json", "--out", str(tmp_path))
    assert code == 0
    (entry,) = json.loads(out)
    assert entry["kind"] == "rules"
    assert list(entry["curve"]) == ["compensation", "severity 0.25", "severity 0.5", "severity 1"]
    assert len(entry["curve"]["compensation"]) == rules.IN_PICTURES
    assert entry["given"] == {"wait": 2.0, "quality": 1.0}


def test_a_folder_that_cannot_be_written_to_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, out, err = ecrm("explain", "justice", "--out", str(tmp_path / "file"))
    assert (code, out) == (2, "")
    assert "--out" in err
    assert "file" in err
