"""What every room's settings have in common. The settings themselves live beside the rules that use them."""

from collections import namedtuple
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

ASSUMED = "[A] our assumption; vary it in sensitivity studies"


class BadInput(ValueError):
    """Input that cannot be used: its text names the key, the value, what is allowed and the nearest name."""


class Settings(BaseModel):
    """Base of all settings: unknown keys are refused, numbers are finite, and nothing changes after it was checked."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, validate_default=True)


def setting(default: Any, meaning: str, unit: str = "", source: str = ASSUMED, **bounds: Any) -> Any:
    """Declare one setting: its default (a type makes it by calling), meaning, unit, source and bounds (``ge``, ``lt`` ...)."""
    value = {"default_factory": default} if isinstance(default, type) else {"default": default}
    return Field(**value, description=meaning, json_schema_extra={"unit": unit, "source": source}, **bounds)


@cache
def _shape(kind: type[Settings]) -> Any:
    """Return the named tuple that carries a room's numbers (its fields of type float, int or bool) into kernels."""
    names = [name for name, field in kind.model_fields.items() if field.annotation in (float, int, bool)]
    return namedtuple(f"{kind.__name__}Numbers", names)


def numbers(settings: Settings) -> Any:
    """Return the numbers of a room's settings as a kernel takes them: the same names, no dictionary, no object.

    Rules are annotated with the settings' own class, for a reader and a type checker; compiled, they receive this.
    """
    shape = _shape(type(settings))
    return shape(*(getattr(settings, name) for name in shape._fields))
