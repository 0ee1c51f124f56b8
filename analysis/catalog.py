"""What there is: scenarios, programs, rules, settings, metrics, checks, ..., listed and explained as declared."""

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis import schema
from analysis.messages import nearest, no_such, show
from analysis.scenario import list_scenarios
from sim.settings import BadInput

if TYPE_CHECKING:
    from sim.registry import Kind

type Row = dict[str, Any]

MOST = 12  # things explained at once
PLACES: dict["Kind", str] = {"programs": "firms.NAME.programs", "strategies": "firms.NAME.strategy", "parts": "mind"}


def listing(kind: str) -> list[Row]:
    """Return a row for each thing of a kind: ``scenarios``, ``programs``, ``rules``, ``settings``, ``checks``, ...

    Raises:
        BadInput: there is no such kind.
    """
    if kind not in _LISTINGS:
        raise no_such("list", "list", kind, list(_LISTINGS))
    return _LISTINGS[kind]()


def table(rows: Sequence[Row]) -> str:
    """Return rows as text, a line each: the name, then what it means."""
    width = max((len(str(row["name"])) for row in rows), default=0)
    return "\n".join(f"{row['name']:<{width}}  {_about(row)}".rstrip() for row in rows)


def find(name: str) -> list[tuple[str, Row]]:
    """Return what has a name, each with its kind: a setting by its path or the end of it, the rest by any of its names.

    Where nothing has it, whatever has all of its words in a name is meant: ``spurious_loyalty``, ``loyalty.spurious``.

    Raises:
        BadInput: nothing has this name, or too much has its words.
    """
    rows = [(kind, row) for kind in _LISTINGS if kind not in _PROOF for row in listing(kind)]
    found = meant(name, rows)
    if not found:
        proof = [(kind, row) for kind in _PROOF for row in listing(kind)]
        rows, found = rows + proof, meant(name, proof)
    if not found:
        names = [each for _, row in rows for each in _names(row)]
        short = {each.rpartition(".")[2]: each for each in names}
        near = nearest(name, names) or short.get(nearest(name, short) or "")
        hint = f"; nearest: {near}" if near else ""
        raise BadInput(f"explain {name}: no such name; allowed: what `ecrm list {'|'.join(_LISTINGS)}` shows{hint}")
    if len(found) > MOST:
        names = [row["name"] for _, row in found[:MOST]]
        raise BadInput(f"explain {name}: means {len(found)} things ({', '.join(names)}, ...); give more of the name")
    return found


def meant(name: str, rows: Sequence[tuple[str, Row]]) -> list[tuple[str, Row]]:
    """Return what has a name, or else whatever has all of its words in a name."""
    exactly = [
        (kind, row)
        for kind, row in rows
        if any(_words(each) == _words(name) for each in _names(row))
        or (kind == "settings" and _means(name, row["name"]))
    ]
    return exactly or [
        (kind, row) for kind, row in rows if any(set(_words(name)) <= set(_words(e)) for e in _names(row))
    ]


def explain(kind: str, row: Row) -> str:
    """Return what a thing is, as text."""
    singular = {"strategies": "strategy"}.get(kind, kind.removesuffix("s"))
    lines = [f"{row['name']} ({singular})", *str(row.get("meaning", "")).splitlines()]
    for key, value in row.items():
        if isinstance(value, Mapping) and value:
            width = max(map(len, value)) if key == "curve" else 0
            lines += [f"{key}:", *(f"  {name + ':':<{width + 1}} {_told(each)}" for name, each in value.items())]
        elif key in ("also", "arms", "rules", "checks") and value:
            lines.append(f"{key}: {', '.join(value)}")
        elif key not in ("name", "meaning") and value not in ("", None, [], {}):
            lines.append(f"{key}: {_told(value)}")
    return "\n  ".join(line for line in lines if line)


def _scenarios() -> list[Row]:
    return [
        {"name": name, "question": scenario.question, "arms": list(scenario.arms)}
        for name, scenario in list_scenarios().items()
    ]


def _settings() -> list[Row]:
    from analysis.rules import rules_by_setting
    from sim.world import World

    return [
        {
            "name": setting.path,
            "meaning": setting.meaning,
            "unit": setting.unit,
            "allowed": setting.allowed,
            "default": _plain(setting.default),
            "source": setting.source,
            "rules": rules_by_setting().get(setting.path, []),
        }
        for setting in schema.settings(World)
    ]


def _rules() -> list[Row]:
    from analysis.rules import rules, settings_of

    return [
        {
            "name": name,
            "meaning": rule.meaning,
            "also": list(rule.also),
            "equation": rule.says("Equation"),
            "units": rule.says("Units"),
            "source": rule.says("Source"),
            "settings": {each.path: _in_short(each) for each in settings_of(name)},
        }
        for name, rule in rules().items()
    ]


def _in_short(setting: schema.Setting) -> str:
    unit = f" {setting.unit}" if setting.unit and setting.default is not None else ""
    return f"{show(setting.default)}{unit}, {setting.allowed}; {setting.meaning} ({setting.source})"


def _metrics() -> list[Row]:
    from sim.metrics import METRICS

    return [
        {
            "name": name,
            "meaning": each.definition,
            "also": [label for label in dict.fromkeys(each.label.values()) if _words(label) != _words(name)],
            "unit": each.unit,
            "base": each.base,
            "better": each.better,
        }
        for name, each in METRICS.items()
    ]


def _programs() -> list[Row]:
    return _registered("programs")


def _strategies() -> list[Row]:
    return _registered("strategies")


def _parts() -> list[Row]:
    return _registered("parts")


def _registered(kind: "Kind") -> list[Row]:
    from sim.registry import registered

    return [
        {
            "name": name,
            "meaning": inspect.getdoc(thing) or "",
            "settings": {
                f"{PLACES[kind]}.{name}.{each.path}": _in_short(each) for each in schema.settings(thing.settings_class)
            },
        }
        for name, thing in registered(kind).items()
    ]


def _checks() -> list[Row]:
    from analysis.validation.registry import checks
    from analysis.validation.words import KINDS, settings

    return [
        {
            "name": name,
            "meaning": check.claim,
            "method": check.method,
            "held to": f"{KINDS[check.kind]}, {check.source}",
            "input": f"{check.input[0]} = {check.input[1]:g}" if check.input[0] else "",
            "needs": {mechanism: settings(off) for mechanism, off in check.needs.items()},
            "turned by": dict(check.turned_by),
        }
        for name, check in checks().items()
    ]


def _mechanisms() -> list[Row]:
    from analysis.validation.registry import checks, mechanisms
    from analysis.validation.words import settings

    return [
        {
            "name": name,
            "meaning": f"off with {settings(off)}",
            "checks": [check.name for check in checks().values() if name in check.needs],
        }
        for name, off in mechanisms().items()
    ]


_LISTINGS: dict[str, Callable[[], list[Row]]] = {
    "scenarios": _scenarios,
    "programs": _programs,
    "strategies": _strategies,
    "parts": _parts,
    "rules": _rules,
    "settings": _settings,
    "metrics": _metrics,
    "checks": _checks,
    "mechanisms": _mechanisms,
}
_PROOF = ("checks", "mechanisms")  # of `ecrm validate`: looked through last, for they take seconds to read


def _names(row: Row) -> list[str]:
    return [row["name"], *row.get("also", ())]


def _words(name: str) -> list[str]:
    """Return the words of a name, however they are joined, in the singular."""
    return [word.removesuffix("s") for word in re.split(r"[\W_]+", name.lower())]


def _means(name: str, path: str) -> bool:
    """Tell whether a name means a setting: its path with any firm's name in it, or the end of its path."""
    said, steps = name.split("."), path.split(".")
    if len(said) > len(steps) or said[-1] != steps[-1]:
        return False
    ends = zip(said, steps[-len(said) :], strict=True)
    return all(step in (schema.NAME, schema.INDEX, word) for word, step in ends)


def _told(value: Any) -> str:
    """Return a value as text: further lines indented, the numbers of a curve in columns."""
    if isinstance(value, list) and value and all(isinstance(each, float) for each in value):
        return " ".join(f"{each:>8.3g}" for each in value)
    return value.replace("\n", "\n    ") if isinstance(value, str) else show(value)


def _about(row: Row) -> str:
    text = str(row.get("question") or row["meaning"]).partition("\n")[0]
    unit = f" [{row['unit']}]" if row.get("unit") else ""
    default = f" = {show(row['default'])}" if "default" in row else ""
    return f"{text}{unit}{default}"


def _plain(value: Any) -> Any:
    """Return a default as JSON can hold it."""
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)
