"""Read a settings class as a tree: what lies at a path, what is allowed there, and every setting that exists."""

import math
import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

NAME = "NAME"  # stands in a path for a name that the user chooses, such as a firm's
INDEX = "INDEX"  # stands in a path for a place in a list


@dataclass(frozen=True)
class Setting:
    """One setting of a world, as lists and explanations show it."""

    path: str
    meaning: str
    unit: str
    allowed: str
    default: Any
    source: str


def options(annotation: Any) -> list[Any]:
    """Return the alternatives of an annotation: a union's members, or the annotation alone, without its bounds."""
    if get_origin(annotation) is Annotated:
        return options(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return [option for member in get_args(annotation) for option in options(member)]
    return [annotation]


def models(annotation: Any) -> list[type[BaseModel]]:
    """Return the settings classes among the alternatives of an annotation."""
    return [option for option in options(annotation) if isinstance(option, type) and issubclass(option, BaseModel)]


def step(annotation: Any, key: str | int) -> FieldInfo | None:
    """Return what lies under ``key`` of a value of this annotation, or None if nothing can."""
    for option in options(annotation):
        if isinstance(option, type) and issubclass(option, BaseModel):
            if key in option.model_fields:
                return option.model_fields[str(key)]
        elif get_origin(option) is dict and isinstance(key, str):
            return FieldInfo.from_annotation(get_args(option)[1])
        elif get_origin(option) in (list, tuple) and isinstance(key, int):
            return FieldInfo.from_annotation(get_args(option)[0])
    return None


def field_at(schema: type[BaseModel], path: Sequence[str | int]) -> FieldInfo | None:
    """Return the field at a path below a settings class; None if there is none. The empty path is the class itself."""
    field: FieldInfo | None = FieldInfo.from_annotation(schema)
    for key in path:
        field = step(field.annotation, key) if field is not None else None
    return field


def bounds(field: FieldInfo) -> tuple[float, float]:
    """Return the least and the greatest number that a field takes; endless where it names none."""
    found = {
        name: float(getattr(item, name))
        for item in field.metadata
        for name in ("ge", "gt", "le", "lt")
        if getattr(item, name, None) is not None
    }
    return found.get("ge", found.get("gt", -math.inf)), found.get("le", found.get("lt", math.inf))


def names_at(schema: type[BaseModel], path: Sequence[str | int]) -> list[str]:
    """Return the names of the settings right below a path."""
    field = field_at(schema, path)
    return [name for model in models(field.annotation) for name in model.model_fields] if field is not None else []


def allowed(field: FieldInfo) -> str:
    """Say in words what a field takes: ``a number from 0 to 1``."""
    kinds = list(dict.fromkeys(_kind(option) for option in options(field.annotation) if option is not type(None)))
    empty = " or null" if type(None) in options(field.annotation) else ""
    return " or ".join(kinds) + _bounds(field.metadata) + empty


def choices(field: FieldInfo) -> list[str]:
    """Return the words that a field takes, if it takes only certain words."""
    return [str(word) for option in options(field.annotation) for word in _words(option)]


def settings(schema: type[BaseModel]) -> list[Setting]:
    """Return every setting below a settings class, in the order in which they are declared."""
    return list(_walk(schema, None, ""))


def places(schema: type[BaseModel], wanted: type[BaseModel]) -> list[str]:
    """Return the paths, each with its last dot, at which a settings class lies below another."""
    found = []
    for name, field in schema.model_fields.items():
        held = [pair for option in options(field.annotation) for pair in _held(option)]
        for step, model in [("", model) for model in models(field.annotation)] + [(f"{at}.", of) for at, of in held]:
            here = f"{name}.{step}"
            found += [here] * (model is wanted) + [here + below for below in places(model, wanted)]
    return found


def _walk(schema: type[BaseModel], defaults: BaseModel | None, prefix: str) -> Iterator[Setting]:
    for name, field in schema.model_fields.items():
        path = prefix + name
        default = getattr(defaults, name) if defaults is not None else _default(field)
        inner = models(field.annotation)
        held = [pair for option in options(field.annotation) for pair in _held(option)]
        for model in inner:
            yield from _walk(model, default if isinstance(default, model) else None, path + ".")
        for stand_in, model in held:
            yield from _walk(model, None, f"{path}.{stand_in}.")
        if not inner and not held:
            extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
            unit, source = str(extra.get("unit", "")), str(extra.get("source", ""))
            yield Setting(path, field.description or "", unit, allowed(field), default, source)


def _default(field: FieldInfo) -> Any:
    return None if field.is_required() else field.get_default(call_default_factory=True, validated_data={})


def _held(option: Any) -> list[tuple[str, type[BaseModel]]]:
    """Return the settings classes that a mapping, list or tuple holds, each with what stands for its key."""
    if get_origin(option) is dict:
        return [(NAME, model) for model in models(get_args(option)[1])]
    return [(INDEX, model) for model in models(get_args(option)[0])] if get_origin(option) in (list, tuple) else []


def _words(option: Any) -> tuple[Any, ...]:
    if get_origin(option) is Literal:
        return get_args(option)
    return tuple(member.value for member in option) if isinstance(option, type) and issubclass(option, Enum) else ()


def _kind(option: Any) -> str:
    if words := _words(option):
        return "one of " + ", ".join(map(str, words))
    if get_origin(option) is dict:
        return f"names, each with {_kind(options(get_args(option)[1])[0])}"
    if get_origin(option) in (list, tuple):
        return f"a list [...], each {_kind(options(get_args(option)[0])[0])}"
    if isinstance(option, type) and issubclass(option, BaseModel):
        return "the settings " + ", ".join(option.model_fields)
    plain = {bool: "true or false", int: "a whole number", float: "a number", str: "text", Any: "anything"}
    return plain.get(option, getattr(option, "__name__", str(option)))


def _bounds(metadata: Sequence[Any]) -> str:
    found = {
        name: getattr(item, name)
        for item in metadata
        for name in ("ge", "gt", "le", "lt", "min_length", "max_length")
        if getattr(item, name, None) is not None
    }
    texts = []
    if "ge" in found and "le" in found:
        texts.append(f"from {found.pop('ge'):.12g} to {found.pop('le'):.12g}")
    words = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}
    texts += [f"{words[name]} {bound:.12g}" for name, bound in found.items() if name in words]
    least, most = found.get("min_length"), found.get("max_length")
    if least is not None and least == most:
        texts.append(f"of length {least}")
    elif least is not None or most is not None:
        texts.append(f"of length {least or 0} to {most or 'any'}")
    return "".join(f"{',' if place else ''} {text}" for place, text in enumerate(texts))
