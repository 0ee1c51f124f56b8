import ast
import shutil
from pathlib import Path

import pytest

from sim.kernel import SOURCES, _closure, cache_folder, fingerprint

RULE = """
from sim.kernel import kernel

@kernel
def half(x):
    return x / 2.0
"""
ROOM = """
from sim.kernel import loop
from sim.rule import half

@loop
def halve(first, last, values):
    for row in range(first, last):
        values[row] = half(values[row])
"""
ASK = """
import sys
sys.path.insert(0, ".")
import numpy as np
from sim.kernel import fingerprint
from sim.room import halve
values = np.array([8.0])
halve(0, 1, values)
print(values[0], fingerprint("sim.room"))
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Return a folder with a package of three modules: the kernel machinery, a rule, and a room that calls it."""
    package = tmp_path / "sim"
    package.mkdir()
    shutil.copy(SOURCES / "kernel.py", package)
    for name, text in {"__init__": "", "rule": RULE, "room": ROOM, "other": "one = 1\n"}.items():
        (package / f"{name}.py").write_text(text)
    return tmp_path


def test_an_edited_rule_changes_the_kernels_that_call_it_and_their_cache_folder(house, fresh_python):
    cache = str(house / "cache")
    before, folder = fresh_python(ASK, folder=house, ECRM_CACHE=cache).split()
    assert before == "4.0"
    (house / "sim" / "rule.py").write_text(RULE.replace("2.0", "4.0"))
    after, other_folder = fresh_python(ASK, folder=house, ECRM_CACHE=cache).split()
    assert after == "2.0"
    assert other_folder != folder
    assert all(list((house / "cache" / "kernels" / name).rglob("room.halve*")) for name in (folder, other_folder))


def test_a_module_that_a_kernel_does_not_import_leaves_its_cache_alone(house):
    before = fingerprint("sim.room", house / "sim")
    (house / "sim" / "other.py").write_text("one = 2\n")
    fingerprint.cache_clear()
    assert fingerprint("sim.room", house / "sim") == before
    (house / "sim" / "rule.py").write_text(RULE + "# a word\n")
    fingerprint.cache_clear()
    assert fingerprint("sim.room", house / "sim") != before


def test_an_unchanged_kernel_is_loaded_not_compiled_again(house, fresh_python):
    cache = str(house / "cache")
    ask = ASK + "print(sum(halve.stats.cache_hits.values()), sum(halve.stats.cache_misses.values()))"
    assert fresh_python(ask, folder=house, ECRM_CACHE=cache).split()[-2:] == ["0", "1"]
    assert fresh_python(ask, folder=house, ECRM_CACHE=cache).split()[-2:] == ["1", "0"]


def modules_with_kernels() -> list[str]:
    """Return the modules of the simulation that hold kernels."""
    return [
        ".".join(("sim", *path.relative_to(SOURCES).with_suffix("").parts))
        for path in sorted(SOURCES.rglob("*.py"))
        if "from sim.kernel import" in path.read_text(encoding="utf-8")
    ]


@pytest.mark.parametrize("module", modules_with_kernels())
def test_the_fingerprint_sees_everything_that_a_kernel_module_imports(module):
    for path in _closure(module, SOURCES):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:  # imports for types alone stand deeper
            if isinstance(node, ast.Import):
                assert not any(alias.name.partition(".")[0] == "sim" for alias in node.names), path
            elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "sim":
                origin = SOURCES.joinpath(*str(node.module).split(".")[1:])
                modules = [origin] if not origin.is_dir() else [origin / alias.name for alias in node.names]
                missing = {file.with_suffix(".py") for file in modules} - _closure(module, SOURCES)
                assert not missing, f"{path}: {missing}"


def test_the_cache_folder_can_be_moved(monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    monkeypatch.delenv("ECRM_CACHE", raising=False)
    assert cache_folder() == Path("/somewhere/ecrm-workbench")
    monkeypatch.setenv("ECRM_CACHE", "/elsewhere")
    assert cache_folder() == Path("/elsewhere")
