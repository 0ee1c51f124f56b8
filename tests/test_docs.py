"""Every command and snippet of the README and the documents is run, at a small size, and prints what stands there."""

import ast
import math
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from analysis import compose
from analysis.cli import app
from analysis.rules import rules
from analysis.scenario import plan, read_scenario
from analysis.schema import settings
from analysis.validation.registry import checks
from docs import tables
from sim.market import Market
from sim.metrics import METRICS
from sim.registry import registered
from sim.world import World

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md"))]
SMALL = {
    "customers.count": "300",
    "calendar.years": "0.25",
    "calendar.burn_in_years": "0.25",
    "calendar.served_burn_in_years": "0.1",
}
FEW = {"replicates": "2"}


def fences(language: str) -> list[Any]:
    """Return the fenced blocks of a language in all documents, named by document and line."""
    found = []
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        for match in re.finditer(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            line = text[: match.start()].count("\n") + 1
            found.append(pytest.param(match[1], id=f"{path.relative_to(ROOT)}:{line}"))
    return found


def smaller(words: list[str], *sizes: dict[str, str]) -> list[str]:
    """Return the words of a command with its world made small."""
    less = {key: value for size in sizes for key, value in size.items()}
    return [word for word in words if word.partition("=")[0] not in less] + [f"{k}={v}" for k, v in less.items()]


def own_customers(file: Path, header: str) -> None:
    """Write a purchase log of sixty customers in 2025."""
    rows = [header, *(f"c{n},2025-01-{1 + n % 28:02},{10 + n}.50" for n in range(60))]
    days = [f"2025-{month:02}-{day:02}" for month in range(2, 12) for day in (3, 17)]
    rows += [f"c{n},{day},{20 + n}.00" for n in range(60) for place, day in enumerate(days) if (n * place) % 7 == 1]
    file.write_text("\n".join(rows), encoding="utf-8")


@pytest.fixture
def small_world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Make every world small, work in an empty folder, in one process."""
    whole = compose.world
    monkeypatch.setattr(compose, "world", lambda *words, **more: whole(*smaller(list(words), SMALL), **more))
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    monkeypatch.setattr(
        "analysis.study.write_report", lambda comparison, language: None
    )  # reports have tests of their own
    monkeypatch.chdir(tmp_path)
    return tmp_path


def defined_by(code: str) -> dict[str, Any]:
    """Return what the code defines when it is run as a module."""
    module = sys.modules["snippet"] = ModuleType("snippet")
    exec(compile(code, "snippet", "exec"), vars(module))
    return vars(module)


def said(code: str) -> Iterator[tuple[ast.expr, str]]:
    """Yield the expressions of a snippet that have their value beside them in a comment: ``value    # 0.72``."""
    lines = code.splitlines()
    for node in ast.parse(code).body:
        beside = lines[(node.end_lineno or 0) - 1].partition("  # ")[2]
        if isinstance(node, ast.Expr) and beside:
            yield node.value, beside.split(",")[0]


@pytest.mark.parametrize("code", fences("python"))
def test_a_snippet_runs_and_gives_what_stands_beside_it(code: str, small_world: Path) -> None:
    if "parquet" in code:
        arguments = ["compare", *smaller(["scenario=points_or_service"], SMALL, FEW), "folder=results/mine", "--quiet"]
        assert CliRunner().invoke(app, arguments).exit_code == 0
    names = defined_by(code)
    if "world(" in code:
        return  # a small world's figures are not those of the large one
    for expression, value in said(code):
        found = eval(compile(ast.Expression(expression), "snippet", "eval"), names)
        assert math.isclose(found, float(value), rel_tol=1e-3), (ast.unparse(expression), found)


def transcripts() -> list[Any]:
    """Return (command, what is printed below it) of all ``console`` blocks."""
    return [
        pytest.param(command, printed, id=f"{block.id} {command}")
        for block in fences("console")
        for command, printed in re.findall(r"^\$ (ecrm .*)\n((?:(?!\$ ).*\n)*)", str(block.values[0]), re.MULTILINE)
    ]


@pytest.mark.parametrize(("command", "printed"), transcripts())
def test_a_command_prints_what_stands_below_it(command: str, printed: str, small_world: Path) -> None:
    named = re.search(r"customer=(\w+),date=(\w+),amount=(\w+)", command) if "purchases.csv" in command else None
    own_customers(small_world / "purchases.csv", ",".join(named.groups()) if named else "customer,date,amount")
    (small_world / "volumes.csv").write_text(str(fences("csv")[0].values[0]), encoding="utf-8")
    _, verb, *words = shlex.split(command, comments=True)
    result = CliRunner().invoke(app, [verb, *_made_small(verb, words)])
    assert result.exit_code == 0, result.output
    lines = [line.rstrip() for line in printed.splitlines() if line.strip() and not line.strip().startswith("...")]
    if verb in ("run", "compare"):  # a small world's figures are not those of the large one: compare the labels
        labels = [label for line in lines if (label := re.match(r"(?:[A-Z{\"][\w\"{ :]*?)(?=  |: |$)", line))]
        assert [label[0] for label in labels if label[0] not in result.output] == []
    else:
        output = _narrow(result.output)
        assert [line for line in lines if _narrow(line.strip()) not in output] == []


def _narrow(text: str) -> str:
    """Return a text with single blanks: a longer name in a list widens its columns."""
    return re.sub(" +", " ", text)


def _made_small(verb: str, words: list[str]) -> list[str]:
    """Return the words of a command on small worlds; ``population=`` is made from the log at hand first."""
    if verb not in ("run", "compare"):
        return words
    options = [word for word in words if word.startswith("--")]
    rest = [word for word in words if not word.startswith("--")]
    sizes = [SMALL, FEW] if verb == "compare" else [SMALL]
    if any("scenario=cdnow" in word for word in rest):
        sizes = [{"calendar.years": "0.04"}, FEW]
    if any(word.startswith("population=") for word in rest):
        assert CliRunner().invoke(app, ["import", "purchases.csv", "--until", "2025-06-30"]).exit_code == 0
    return [*smaller(rest, *sizes), *options, "--quiet"]


def example(name: str) -> dict[str, Any]:
    blocks = [str(block.values[0]) for block in fences("python")]
    return defined_by(next(block for block in blocks if f"class {name}(" in block))


def small_market() -> Market:
    words = smaller(["market=telecom", "firms.acme.call_center.kind=benchmark"], SMALL)
    return Market(compose.world(*words))


def test_the_program_that_the_documents_add_gives_a_gift_at_each_anniversary() -> None:
    program = example("Anniversary")["Anniversary"]
    market = small_market()
    firm = market.firm("acme")
    market.people.tenure[:, firm.number] = 1.99  # of everybody: a year is complete in a month
    firm.programs["anniversary"] = program(program.settings_class(cost=8.0), firm, len(market.people.entry))
    market.run()
    given = market.periods().query("firm == 'acme'")["program_cost"].to_numpy()
    assert given[0] == 0.0
    assert given[1] > 0.0
    assert given[1] % 8.0 == 0.0


def test_the_strategy_that_the_documents_add_follows_the_cheapest_rival_to_its_floor() -> None:
    strategy = example("Follow")["Follow"]
    market = small_market()
    firm = market.firm("acme")
    firm.strategies.append(strategy(strategy.settings_class(floor=0.95)))
    market.step()
    assert firm.levers.price == 0.95


def left(pull: float) -> int:
    """Return how many leave in the first periods where the documents' part is at work."""
    part, market = example("Variety")["Variety"], small_market()
    market.mind.parts["variety"] = part(part.settings_class(active=True, pull=pull, years=0.01), market)
    market.run()
    return int(market.periods()["left"].sum())


def test_the_part_that_the_documents_add_lets_more_customers_leave() -> None:
    assert left(pull=0.0) < left(pull=5.0)


def test_the_scenario_that_the_documents_make_is_understood(tmp_path: Path) -> None:
    block = next(str(block.values[0]) for block in fences("yaml") if "dearer_but_kind" in str(block.values[0]))
    (tmp_path / "scenario.yaml").write_text(block, encoding="utf-8")
    assert list(read_scenario(tmp_path).arms) == ["as_it_is", "dearer", "dearer_but_kind"]
    assert plan([f"scenario={tmp_path}"], "compare").arms["dearer"].firms["acme"].price == 1.05


@pytest.mark.parametrize("scenario", sorted(path.name for path in (ROOT / "scenarios").iterdir()))
def test_what_the_lessons_of_a_scenario_say_to_try_is_understood_and_the_same_in_each_language(scenario: str) -> None:
    lessons = [path.read_text(encoding="utf-8") for path in (ROOT / "scenarios" / scenario).glob("lesson*.md")]
    tries = [set(re.findall(r"`([a-z_.]+=[^`]+)`", lesson)) for lesson in lessons]
    assert tries[0]
    assert all(each == tries[0] for each in tries)
    for word in sorted(tries[0]):
        assert plan([f"scenario={scenario}", word], "compare").arms


def switches() -> list[str]:
    """Return the settings that the model's page says turn a part off."""
    page = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
    table = page.partition("## Turning parts off")[2].partition("\n## ")[0]
    return re.findall(r"`([a-z_.]+=[^`]+)`", table)


def test_every_switch_in_the_model_page_is_a_setting_with_that_value() -> None:
    named = [word for word in switches() if not word.startswith("mind=")]
    assert len(named) > 30
    world = compose.world("mind=off", *named)
    values = world.model_dump()
    for word in named:
        key, _, value = word.partition("=")
        here: Any = values
        for step in key.split("."):
            here = here[step]
        assert here == yaml.safe_load(value) or list(here) == yaml.safe_load(value), word


def test_every_name_that_the_model_page_says_in_words_exists() -> None:
    page = tables.GENERATED.sub("", (ROOT / "docs" / "model.md").read_text(encoding="utf-8"))
    page = re.sub(r"`[\w.-]*/[\w./-]*`", "", page)  # paths of files
    known = set(METRICS) | set(rules()) | {setting.path.rpartition(".")[2] for setting in settings(World)}
    known |= {setting.path.partition(".")[0] for setting in settings(World)}
    known |= set(registered("programs")) | set(registered("parts"))
    named = re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", re.sub(r"\]\([^)]*\)", "", page))
    own = {"call_center", "t_x", "o_nobody", "o_rival", "by_time"}
    assert sorted({name for name in named if name not in known | own}) == []


@pytest.mark.parametrize("page", tables.PAGES, ids=lambda page: page.name)
def test_the_generated_parts_of_a_page_are_up_to_date(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert tables.generated(text) == text, f"docs/{page.name} is out of date: run python -m docs.tables"


def test_every_setting_and_every_rule_is_in_the_model_page_once() -> None:
    page = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w.]+)` \|", page, re.MULTILINE)
    assert sorted(row for row in rows if "." in row or row in World.model_fields) == sorted(
        setting.path for setting in settings(World)
    )
    assert sorted(re.findall(r"^\*\*(\w+)\*\*: ", page, re.MULTILINE)) == sorted(rules())


def test_the_readme_counts_the_checks() -> None:
    said = re.search(r"to (\d+) formulas, to (\d+) patterns", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert said
    kinds = [check.kind for check in checks().values()]
    assert [int(number) for number in said.groups()] == [kinds.count("closed_form"), kinds.count("pattern")]


def test_every_setting_in_the_table_of_channels_makes_a_world() -> None:
    page = (ROOT / "docs" / "how-to" / "channels.md").read_text(encoding="utf-8")
    rows = [re.findall(r"`([^`]+)`", row) for row in page.splitlines() if row.startswith("| ") and "=" in row]
    assert len(rows) > 10
    center = "firms.acme.call_center."
    for row in rows:
        words = [center + word for text in row for word in text.split() if "=" in word]
        before = compose.world("market=telecom").firms["acme"].call_center
        assert compose.world("market=telecom", *words).firms["acme"].call_center != before
        assert "phone" in before.skills
