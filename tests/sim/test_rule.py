import math

import pytest

from sim.call_center.turnover import TurnoverSettings
from sim.kernel import kernel
from sim.people.feelings import FeelSettings, judgment
from sim.rule import RULES, Rule, rule
from sim.settings import numbers


def test_a_declared_rule_is_the_same_function() -> None:
    assert RULES["judgment"].function is judgment


def test_a_curve_is_what_the_rule_gives_at_default_settings() -> None:
    lines = RULES["judgment"].curve(7)
    assert {len(x) for _, x, _ in lines} == {7}
    assert [name for name, _, _ in lines] == ["disconfirmation -0.2", "disconfirmation 0", "disconfirmation 0.2"]
    feel = numbers(FeelSettings())
    for (_, x, y), disconfirmation in zip(lines, (-0.2, 0.0, 0.2), strict=True):
        assert (x[0], x[-1]) == (0.4, 1.0)
        assert y == [judgment(performance, disconfirmation, feel) for performance in x]


def test_a_docstring_says_equation_units_and_source_under_their_labels() -> None:
    justice = RULES["justice"]
    assert justice.says("Equation").startswith("min(1, procedural_justice")
    assert justice.says("Equation").endswith("(fair_compensation severity)))")  # the line that goes on is part of it
    assert justice.says("Source") == "Smith, Bolton & Wagner 1999"
    assert justice.says("Proof") == ""


def declared(**values: float) -> Rule:
    @rule("waiting", 0.0, 3.0, lines=("ahead", 1.0, 2.0), **values)
    @kernel
    def queueing(waiting: int, ahead: int, agents: float) -> float:
        """Return a made-up figure."""
        return (waiting + ahead) / agents

    return RULES.pop("queueing")


def test_a_whole_number_runs_along_the_axis_in_whole_steps() -> None:
    assert declared(agents=2.0).curve(50) == [
        ("ahead 1", [0.0, 1.0, 2.0, 3.0], [0.5, 1.0, 1.5, 2.0]),
        ("ahead 2", [0.0, 1.0, 2.0, 3.0], [1.0, 1.5, 2.0, 2.5]),
    ]


@pytest.mark.parametrize("values", [{}, {"agents": 2.0, "hours": 1.0}])
def test_an_argument_without_a_value_or_a_value_without_an_argument_is_refused(values: dict[str, float]) -> None:
    with pytest.raises(TypeError, match="declare a value for each of agents, ahead, waiting"):
        declared(**values)


def test_a_setting_that_is_read_by_no_argument_is_refused() -> None:
    with pytest.raises(TypeError, match="rule openness_of: reads hours, which is no argument"):

        @rule("share", 0.0, 1.0, reads={"hours": "feel.loss"})
        def openness_of(share: float) -> float:
            return share


def test_two_rules_of_one_name_are_refused() -> None:
    def judgment(share: float) -> float:
        return share

    with pytest.raises(TypeError, match=r"sim\.people\.feelings has declared a rule of this name"):
        rule("share", 0.0, 1.0)(judgment)
    assert RULES["judgment"].plain.__module__ == "sim.people.feelings"


def test_a_rule_that_is_declared_twice_is_refused() -> None:
    with pytest.raises(TypeError, match="has declared a rule of this name"):
        rule("share", 0.0, 1.0)(RULES["logit"].function)


def test_settings_may_be_drawn_at_another_value_than_their_default() -> None:
    assert TurnoverSettings().quits == 0.0
    quits = RULES["quits_a_year"]
    assert quits.set_to == {"quits": 0.3}
    x, y = quits.curve(2)[1][1:]
    assert (x, y) == ([0.5, 1.0], [0.3, 0.3 * math.exp(0.4 * 0.12 / 0.05)])
