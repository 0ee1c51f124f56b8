"""What every room's settings have in common. The settings themselves live beside the rules that use them."""

import sys
from collections import namedtuple
from collections.abc import Callable
from functools import wraps
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

_REMEMBERED = 256  # settings objects, for each function
ASSUMED = "[A] our assumption; vary it in sensitivity studies"


class BadInput(ValueError):
    """Input that cannot be used: its text names the key, the value, what is allowed and the nearest name."""


class Settings(BaseModel):
    """Base of all settings: unknown keys are refused, numbers are finite, and nothing changes after it was checked."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, validate_default=True)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Give the class a tuple of its numbers for kernels, in its own module, where a cached kernel finds it."""
        names = [name for name, field in cls.model_fields.items() if field.annotation in (float, int, bool)]
        title = f"{cls.__name__}Numbers"
        setattr(sys.modules[cls.__module__], title, namedtuple(title, names, module=cls.__module__))


def setting(default: Any, meaning: str, unit: str = "", source: str = ASSUMED, **bounds: Any) -> Any:
    """Declare one setting: its default (or what makes it when called), meaning, unit, source, bounds (``ge``, ...)."""
    value = {"default_factory": default} if callable(default) else {"default": default}
    return Field(**value, description=meaning, json_schema_extra={"unit": unit, "source": source}, **bounds)


def once[Kind: Settings, Made](function: Callable[[Kind], Made]) -> Callable[[Kind], Made]:
    """Let ``function`` work out only once what it makes of a settings object: settings never change.

    What it returns is shared by all who ask, so nobody may write to it.
    """
    known: dict[int, tuple[Kind, Made]] = {}  # holds the settings too: while they live, no other object has their id

    @wraps(function)
    def remembered(settings: Kind) -> Made:
        if id(settings) not in known:
            if len(known) >= _REMEMBERED:
                known.clear()
            known[id(settings)] = settings, function(settings)
        return known[id(settings)][1]

    return remembered


def numbers(settings: Settings) -> Any:
    """Return the numbers of a room's settings as a kernel takes them: the same names, no dictionary, no object.

    Rules are annotated with the settings' own class, for a reader and a type checker; compiled, they receive this.
    """
    kind = type(settings)
    shape = getattr(sys.modules[kind.__module__], f"{kind.__name__}Numbers")
    return shape(*(getattr(settings, name) for name in shape._fields))
