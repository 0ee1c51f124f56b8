"""The rules of the house that a linter does not know."""

import ast
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted(path for folder in ("sim", "analysis") for path in (ROOT / folder).rglob("*.py"))
SIMULATION = [path for path in SOURCES if path.is_relative_to(ROOT / "sim")]
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("**/*.md")])


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> set[str]:
    """Return the top-level packages that a file imports, early or late."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


def loaded_by(code: str) -> set[str]:
    """Return the modules that a fresh Python has loaded after running some code."""
    program = f"import sys\n{code}\nprint(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.split())


@pytest.mark.parametrize("path", SIMULATION, ids=name_of)
def test_the_simulation_knows_no_studies_files_plots_or_command_line(path: Path) -> None:
    assert not imports(path) & {
        "analysis",
        "matplotlib",
        "typer",
        "rich",
        "hydra",
        "omegaconf",
        "yaml",
        "jinja2",
        "joblib",
    }


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_module_is_one_idea(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < 400


@pytest.mark.parametrize("path", SIMULATION, ids=name_of)
def test_no_generator_decides_anything_in_a_world(path: Path) -> None:
    assert not re.search(r"default_rng|np\.random\.|RandomState|^import random$", path.read_text(encoding="utf-8"))


def test_importing_the_settings_of_a_world_is_light() -> None:
    assert not loaded_by("import sim, sim.world") & {"matplotlib", "pandas", "scipy.stats", "mesa", "solara", "hydra"}


def test_importing_a_market_draws_no_pictures() -> None:
    assert not loaded_by("import sim.market") & {"matplotlib", "scipy.stats", "solara", "hydra", "analysis"}


def test_help_imports_nothing_heavy() -> None:
    heavy = {"numpy", "pandas", "numba", "mesa", "scipy", "matplotlib", "hydra", "simpy", "duckdb", "pyarrow", "joblib"}
    asked = (
        "sys.argv = ['ecrm', '--help']\nfrom analysis.cli import main\ntry:\n    main()\nexcept SystemExit:\n    pass"
    )
    modules = loaded_by(asked)
    assert "analysis.cli" in modules
    assert not modules & heavy


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_links_in_the_documents_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def commands(path: Path) -> list[str]:
    """Return the lines of a document that run or compare worlds; a population of the reader's own is left out."""
    lines = re.findall(r"^\s*(?:\$ )?(ecrm (?:run|compare) .*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return [line for line in lines if "population=" not in line]


@pytest.mark.parametrize("line", [line for path in DOCUMENTS for line in commands(path)])
def test_a_command_in_the_documents_is_understood(line: str) -> None:
    from analysis.scenario import plan

    _, verb, *words = shlex.split(line, comments=True)
    built = plan([word for word in words if not word.startswith("--")], verb)  # type: ignore[arg-type]
    assert built.arms


def test_every_setting_has_a_meaning_and_a_range_or_choices() -> None:
    from analysis.schema import settings
    from sim.world import World

    found = settings(World)
    assert len(found) > 50
    assert [setting.path for setting in found if not setting.meaning or not setting.allowed] == []
    endless = [setting.path for setting in found if setting.allowed in ("a number", "a whole number")]
    assert endless == []


def test_no_file_names_a_package_registry() -> None:
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True, cwd=ROOT).stdout.split()
    hosts = re.compile("py" + r"pi\.org|python" + r"hosted\.org|npmjs" + r"\.", re.IGNORECASE)
    texts = {
        name: (ROOT / name).read_text(encoding="utf-8", errors="ignore") for name in listed if (ROOT / name).is_file()
    }
    assert [name for name, text in texts.items() if hosts.search(text)] == []
