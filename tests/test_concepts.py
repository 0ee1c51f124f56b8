"""What the page on concepts names exists: as a rule, a setting or program, a metric, a scenario, a check or a verb."""

import re
from pathlib import Path

from analysis import catalog
from analysis.cli import app
from analysis.scenario import list_scenarios
from analysis.validation.registry import checks

PAGE = Path(__file__).parent.parent / "docs" / "concepts.md"
MODULES = {"A": 16, "B": 12, "C": 18, "D": 24, "E": 15, "H": 9, "I": 17, "J": 15, "K": 13, "L": 9, "N": 18}
COLUMNS = ("id", "concept", "rules", "settings, programs", "metrics", "shown by")
ROWS = [
    dict(zip(COLUMNS, (cell.strip() for cell in line.strip("|").split("|")), strict=True))
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if re.match(r"\| [A-P]\d\d \|", line)
]


def names(kind: str) -> set[str]:
    return {str(row["name"]) for row in catalog.listing(kind)}


def named(column: str) -> dict[str, list[str]]:
    """Return the names in a column, by the row's id."""
    return {row["id"]: re.findall(r"`([^`]+)`", row[column]) for row in ROWS}


def missing(column: str, known: set[str]) -> list[tuple[str, str]]:
    return [(row, name) for row, found in named(column).items() for name in found if name not in known]


def test_every_concept_of_every_module_has_its_row_once() -> None:
    wanted = [f"{module}{number:02d}" for module, count in MODULES.items() for number in range(1, count + 1)]
    assert [row["id"] for row in ROWS] == wanted


def test_every_rule_that_is_named_exists() -> None:
    assert missing("rules", names("rules")) == []


def test_every_setting_and_program_that_is_named_exists_and_means_one_thing() -> None:
    things = names("programs") | names("strategies")
    settings = names("settings")
    for row, found in named("settings, programs").items():
        for name in set(found) - things:
            ends = [path for path in settings if path == name or path.endswith(f".{name}")]
            assert name in settings or len(ends) == 1, (row, name, ends)


def test_every_metric_that_is_named_exists() -> None:
    assert missing("metrics", names("metrics")) == []


def test_every_scenario_check_and_verb_that_shows_a_concept_exists() -> None:
    verbs = {f"ecrm {command.name or command.callback.__name__}" for command in app.registered_commands}
    assert missing("shown by", names("scenarios") | set(checks()) | verbs) == []


def test_a_concept_names_where_it_lives_or_says_that_it_is_not_built_yet() -> None:
    places = [named(column) for column in COLUMNS[2:5]]
    silent = [row["id"] for row in ROWS if not any(place[row["id"]] for place in places)]
    silent = [row["id"] for row in ROWS if row["id"] in silent and "not built yet" not in row["rules"]]
    assert silent == []


def test_a_concept_that_a_scenario_shows_names_the_scenario() -> None:
    shown = named("shown by")
    for name, scenario in list_scenarios().items():
        assert [row for row in scenario.shows if row in shown and name not in shown[row]] == [], name


def test_a_concept_that_is_built_is_shown_by_something() -> None:
    built = [row for row in ROWS if "not built yet" not in row["rules"]]
    assert [row["id"] for row in built if row["shown by"] == "–"] == []
