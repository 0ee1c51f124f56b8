"""Find programs, strategies and parts of the mind by name: a module in a folder is one, its one class with settings it.

Configuration names them («points»), never Python objects, so a scenario file from a stranger cannot run code.
"""

import importlib
import pkgutil
from functools import cache
from typing import Any, Literal

from pydantic import create_model

from sim.settings import Settings, setting

Kind = Literal["programs", "strategies", "parts"]
FOLDERS: dict[Kind, str] = {
    "programs": "sim.firms.programs",
    "strategies": "sim.firms.strategies",
    "parts": "sim.mind.parts",
}


@cache
def registered(kind: Kind) -> dict[str, Any]:
    """Return the classes of a kind by name, in alphabetical order."""
    package = importlib.import_module(FOLDERS[kind])
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    return {name: _only_class(importlib.import_module(f"{FOLDERS[kind]}.{name}")) for name in names}


def _only_class(module: Any) -> Any:
    own = [thing for thing in vars(module).values() if isinstance(thing, type) and thing.__module__ == module.__name__]
    return next(thing for thing in own if "settings_class" in vars(thing))


def settings_of(title: str, kind: Kind, optional: bool, source: str, module: str) -> type[Settings]:
    """Return settings of ``module`` with a field for every class of a kind; ``optional``: empty unless it is named."""
    fields: dict[str, Any] = {}
    for name, thing in registered(kind).items():
        own, meaning = thing.settings_class, (thing.__doc__ or "").split("\n")[0]
        fields[name] = (own | None if optional else own, setting(None if optional else own, meaning, source=source))
    return create_model(title, __base__=Settings, __module__=module, **fields)


def chosen(settings: Settings) -> dict[str, Settings]:
    """Return the programs (strategies) that are set, by name."""
    return {name: value for name in type(settings).model_fields if (value := getattr(settings, name)) is not None}
