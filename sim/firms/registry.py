"""Find programs and strategies by name: a module in the folder is one, its one class with settings is the thing itself.

Configuration names them («points»), never Python objects, so a scenario file from a stranger cannot run code.
"""

import importlib
import pkgutil
from functools import cache
from typing import Any


@cache
def registered(kind: str) -> dict[str, Any]:
    """Return the classes of a ``kind`` (``"programs"`` or ``"strategies"``) by name, in alphabetical order."""
    package = importlib.import_module(f"sim.firms.{kind}")
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    return {name: _only_class(importlib.import_module(f"sim.firms.{kind}.{name}")) for name in names}


def _only_class(module: Any) -> Any:
    own = [thing for thing in vars(module).values() if isinstance(thing, type) and thing.__module__ == module.__name__]
    return next(thing for thing in own if "settings_class" in vars(thing))
