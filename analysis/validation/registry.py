"""Every check by its name: found in the modules of this package, never listed."""

import pkgutil
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any

import analysis.validation
from analysis.messages import no_such
from analysis.validation.check import Check
from sim.settings import BadInput

HOLDS_CHECKS = ("closed_forms", "patterns_", "data")  # how the names of modules with checks begin


@cache
def checks() -> dict[str, Check]:
    """Return all checks by name: closed forms, patterns, data, each in the order of modules and of their text."""
    modules = [module.name for module in pkgutil.iter_modules(analysis.validation.__path__)]
    found: dict[str, Check] = {}
    for module in sorted(name for name in modules if name.startswith(HOLDS_CHECKS)):
        for value in vars(import_module(f"analysis.validation.{module}")).values():
            if isinstance(value, Check):
                assert value.name not in found, f"two checks are named {value.name}"
                found[value.name] = value
    return dict(sorted(found.items(), key=lambda item: ("closed_form", "pattern", "data").index(item[1].kind)))


def family() -> int:
    """Return the number of closed forms, which are judged together."""
    return sum(check.kind == "closed_form" for check in checks().values())


def chosen(only: Sequence[str], patterns: bool = False) -> list[Check]:
    """Return the checks of these names, or all that can be run here where none is given.

    Args:
        only: names of checks.
        patterns: whether only patterns will do.

    Raises:
        BadInput: there is no check of a name, it cannot be run here, or is no pattern where one is asked for.
    """
    known = checks()
    for name in only:
        if name not in known:
            raise no_such("check", "--only", name, list(known), like=name)
        if patterns and known[name].kind != "pattern":
            raise BadInput(f"--only {name}: no pattern; with --without allowed: patterns (ecrm list checks shows them)")
        why = known[name].missing()
        if why is not None:
            raise BadInput(f"--only {name}: {why}")
    every = [check for check in known.values() if check.missing() is None and (check.kind == "pattern" or not patterns)]
    return [known[name] for name in only] or every


def off(mechanism: str) -> Mapping[str, Any]:
    """Return the settings that switch a mechanism off.

    Raises:
        BadInput: no check needs a mechanism of this name.
    """
    known = mechanisms()
    if mechanism not in known:
        raise no_such("mechanism", "--without", mechanism, sorted(known), like=mechanism)
    return known[mechanism]


def mechanisms() -> dict[str, Mapping[str, Any]]:
    """Return the settings that switch each mechanism off that a check needs; one name means the same everywhere."""
    found: dict[str, Mapping[str, Any]] = {}
    for check in checks().values():
        for name, settings in check.needs.items():
            assert found.setdefault(name, settings) == settings, f"{check.name}: {name} means something else elsewhere"
    return dict(sorted(found.items()))
