"""Say what is wrong with an input so that it can be mended: the key, the value, what is allowed, the nearest name."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from analysis import schema as tree
from sim.settings import BadInput

_PROBLEMS = {
    "greater_than": "out of range",
    "greater_than_equal": "out of range",
    "less_than": "out of range",
    "less_than_equal": "out of range",
    "finite_number": "not a finite number",
    "literal_error": "not one of the choices",
    "enum": "not one of the choices",
    "too_short": "too few entries",
    "too_long": "too many entries",
    "int_from_float": "not a whole number",
}


class Layer(NamedTuple):
    """A part of the input, and where it came from: ``the command line``, ``arm points``."""

    source: str
    values: Mapping[str, Any]


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Return the name that the fewest slips turn into ``name``, or None if none is much like it."""
    by_lower = {candidate.lower(): candidate for candidate in names}
    close = get_close_matches(name.lower(), by_lower, n=5, cutoff=0.6)
    return by_lower[min(close, key=lambda each: slips(each, name.lower()))] if close else None


def slips(one: str, other: str) -> int:
    """Return how many letters must be put in, left out or changed to turn a word into another (Levenshtein 1966)."""
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, start=1):
        before, row[0] = row[0], place
        for column, wanted in enumerate(other, start=1):
            changed = before + (letter != wanted)
            before = row[column]
            row[column] = min(changed, before + 1, row[column - 1] + 1)
    return row[-1]


def no_such(
    kind: str, key: str, value: Any, names: Sequence[str], like: str | None = None, where: str = ""
) -> BadInput:
    """Return the refusal of a name that does not exist, as in ``scenario = x: no such scenario``.

    Args:
        kind: what the name should be one of.
        key: the key that was given.
        value: its value.
        names: the names that exist.
        like: the wrong name, where it is not the value.
        where: the layer that said it.
    """
    hint = _hint(nearest(like or show(value), names))
    return BadInput(f"{key} = {show(value)}{_said_in(where)}: no such {kind}; allowed: {_list(names)}{hint}")


def refusal(error: ValidationError, schema: type[BaseModel], layers: Sequence[Layer] = ()) -> BadInput:
    """Return one message, a line for each thing that is wrong in values meant for ``schema``.

    Args:
        error: what pydantic found, all errors at once.
        schema: the settings class that refused.
        layers: where the values came from, the strongest last; names the origin of each.
    """
    lines = [_line(item, schema, layers) for item in error.errors(include_url=False)]
    return BadInput("\n".join(dict.fromkeys(lines)))


def show(value: Any) -> str:
    """Return a value as a user would write it, shortened."""
    text = _written(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _written(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_written(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_written, value)) + "]"
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _line(item: ErrorDetails, schema: type[BaseModel], layers: Sequence[Layer]) -> str:
    path = _path(item, schema)
    field = tree.field_at(schema, path)
    key = ".".join(map(str, path)) or "settings"
    if item["type"] == "missing":
        return f"{key}: missing; needed: {tree.allowed(field) if field is not None else 'a value'}"
    where = _origin(path, layers)
    if item["type"] == "extra_forbidden":
        return f"{key} = {show(item['input'])}{where}: no such setting{_allowed_names(path, schema)}"
    if item["type"] in ("value_error", "assertion_error"):
        said = item["msg"].removeprefix("Value error, ")
        value = "" if isinstance(item["input"], Mapping | BaseModel) else f" = {show(item['input'])}"
        return f"{key}{value}{where}: {said}" if path else said
    if item["type"] == "string_pattern_mismatch":
        return f"{key} = {show(item['input'])}{where}: not a name; allowed: letters, digits, _ and -, a letter first"
    problem = _PROBLEMS.get(item["type"], "wrong type")
    if field is None:
        return f"{key} = {show(item['input'])}{where}: {item['msg']}"
    hint = _hint(nearest(str(item["input"]), tree.choices(field)))
    return f"{key} = {show(item['input'])}{where}: {problem}; allowed: {tree.allowed(field)}{hint}"


def _path(item: ErrorDetails, schema: type[BaseModel]) -> list[str | int]:
    """Return where an error lies, without the steps that only pydantic knows (a union's member, a mapping's key)."""
    *before, last = item["loc"] or ("",)
    path: list[str | int] = []
    for step in before:
        if tree.field_at(schema, [*path, step]) is not None:
            path.append(step)
    known = tree.field_at(schema, [*path, last]) is not None
    return [*path, last] if known or item["type"] == "extra_forbidden" else path


def _allowed_names(path: Sequence[str | int], schema: type[BaseModel]) -> str:
    """Say which names exist beside a wrong one; as the nearest, the same name elsewhere goes before a like one here."""
    siblings = tree.names_at(schema, path[:-1])
    name = str(path[-1])
    elsewhere: dict[str, str] = {}
    for setting in tree.settings(schema):
        elsewhere.setdefault(setting.path.rpartition(".")[2], setting.path)
    here = nearest(name, siblings)
    if name not in elsewhere and here is not None:
        return f"; allowed: {_list(siblings)}{_hint('.'.join(map(str, [*path[:-1], here])))}"
    return f"; allowed: {_list(siblings)}{_hint(elsewhere.get(nearest(name, elsewhere) or ''))}"


def _origin(path: Sequence[str | int], layers: Sequence[Layer]) -> str:
    """Name the strongest layer that has something at a path."""
    return next((_said_in(layer.source) for layer in reversed(layers) if _has(layer.values, path)), "")


def _has(values: Any, path: Sequence[str | int]) -> bool:
    for step in path:
        if isinstance(values, list | tuple):
            return True  # lists are replaced whole
        if not isinstance(values, Mapping) or step not in values:
            return False
        values = values[step]
    return True


def _said_in(source: str) -> str:
    return f" ({source})" if source else ""


def _list(names: Sequence[str]) -> str:
    return ", ".join(names) if names else "none"


def _hint(name: str | None) -> str:
    return f"; nearest: {name}" if name else ""
