"""The rules of the model as they are shown: their settings with where these lie in a world, and their pictures."""

import ast
import importlib
import inspect
import textwrap
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import sim
from analysis import canvas, schema
from analysis.files import write_text
from analysis.schema import Setting
from sim.rule import RULES, Line, Rule
from sim.settings import BadInput, Settings

if TYPE_CHECKING:
    from matplotlib.axes import Axes

IN_PICTURES, IN_TABLES = 121, 7  # points of a line


@cache
def rules() -> dict[str, Rule]:
    """Return every rule of the model by name, in alphabetical order."""
    sources = Path(sim.__file__).parent
    for path in sorted(sources.rglob("*.py")):
        if "\n@rule(" in path.read_text(encoding="utf-8"):
            importlib.import_module(".".join(path.relative_to(sources.parent).with_suffix("").parts))
    return dict(sorted(RULES.items()))


@cache
def settings_of(name: str) -> list[Setting]:
    """Return the settings that a rule reads, itself or through rules that it calls, in the order of its code.

    Raises:
        LookupError: the rule says that it reads a setting which is none, or which several paths could mean.
    """
    return [_settings()[path] for path in dict.fromkeys(_read_by(rules()[name]))]


@cache
def rules_by_setting() -> dict[str, list[str]]:
    """Return the rules that read a setting, by the setting's path in a world; none: left out."""
    found: dict[str, list[str]] = {}
    for name in rules():
        for setting in settings_of(name):
            found.setdefault(setting.path, []).append(name)
    return found


def curve(rule: Rule, points: int) -> dict[str, list[float]]:
    """Return a rule's curve as columns: the argument along the axis, then a column for each line."""
    lines = rule.curve(points)
    return {rule.over[0]: lines[0][1]} | {label or rule.name: y for label, _, y in lines}


def draw(rule: Rule, folder: Path) -> Path:
    """Draw a rule's curve into a folder, which is made where it is missing, and return the picture's path (SVG).

    Raises:
        BadInput: the folder cannot be made or written to.
    """
    text = f"{rule.name}: {rule.meaning}"
    with canvas.sheet(rule.name, text, height=3.4) as drawing:
        drawing.axes.figure.set_facecolor("white")
        drawing.axes.set_title("\n".join(textwrap.wrap(rule.meaning, 72)), loc="left", fontsize=10)
        drawing.axes.set_xlabel(_axis(rule))
        _show_cells(drawing.axes, rule) if rule.cells else _plot(drawing.axes, rule.curve(IN_PICTURES))
    path = folder / f"{rule.name}.svg"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_text(path, drawing.svg + "\n")
    except OSError as error:
        raise BadInput(f"--out {folder}: cannot be written to ({error.strerror}); give another folder") from None
    return path


def _axis(rule: Rule) -> str:
    held = ", ".join(f"{name} {value:.4g}" for name, value in (rule.given | rule.set_to).items())
    return "\n".join(textwrap.wrap((rule.over[0] + (f" (at {held})" if held else "")).replace("_", " "), 64))


def _plot(axes: "Axes", lines: list[Line]) -> None:
    for place, (_, x, y) in enumerate(lines):
        axes.plot(x, y, color=canvas.PALETTE[place % len(canvas.PALETTE)])
    axes.set_xlim(lines[0][1][0], lines[0][1][-1])
    ends = [(y[-1], label, canvas.PALETTE[place % len(canvas.PALETTE)]) for place, (label, _, y) in enumerate(lines)]
    canvas.label_ends(axes, lines[0][1][-1], ends)


def _show_cells(axes: "Axes", rule: Rule) -> None:
    import numpy as np
    from matplotlib.colors import ListedColormap

    (_, left, right), (up, values) = rule.over, rule.lines
    found = np.array(rule.plane(IN_PICTURES))
    shades = ListedColormap([canvas.PALETTE[place % len(canvas.PALETTE)] for place in range(len(rule.cells))])
    place = np.searchsorted(sorted(rule.cells), found)
    axes.imshow(
        place, cmap=shades, vmin=-0.5, vmax=len(rule.cells) - 0.5, alpha=0.35, origin="lower", aspect="auto",
        extent=(left, right, values[0], values[-1]), interpolation="nearest",
    )  # fmt: skip
    axes.grid(False)
    axes.set_ylabel(up.replace("_", " "))
    for number, name in rule.cells.items():
        rows, columns = np.nonzero(found == number)
        if rows.size:
            x, y = columns.mean() / (IN_PICTURES - 1), rows.mean() / (IN_PICTURES - 1)
            axes.text(x, y, name, transform=axes.transAxes, ha="center", va="center")


def _read_by(rule: Rule) -> list[str]:
    """Return the paths of the settings that a rule reads, handed over as numbers or taken from settings in its code."""
    found = [_meant(rule, end) for ends in rule.reads.values() for end in ends]
    body = [node for node in ast.walk(ast.parse(inspect.getsource(rule.plain))) if isinstance(node, ast.expr)]
    for node in sorted(body, key=lambda each: (each.lineno, each.col_offset)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in rule.settings:
            found.append(_place(rule.settings[node.value.id]) + node.attr)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in rules():
            found += _read_by(rules()[node.func.id])
    return found


def _meant(rule: Rule, end: str) -> str:
    """Return the one path of a setting that is, or ends with, what a rule says it reads."""
    paths = [path for path in _settings() if f".{path}".endswith(f".{end}")]
    if len(paths) != 1:
        raise LookupError(f"rule {rule.name} reads {end}: {', '.join(paths) or 'no such setting'}")
    return paths[0]


@cache
def _settings() -> dict[str, Setting]:
    """Return every setting of a world by its path."""
    from sim.world import World

    return {each.path: each for each in schema.settings(World)}


@cache
def _place(kind: type[Settings]) -> str:
    """Return the path of a settings class in a world, with its last dot."""
    from sim.world import World

    return schema.places(World, kind)[0]
