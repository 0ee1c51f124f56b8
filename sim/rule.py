"""Rules that can be shown: a rule about one person says beside itself which curve draws it.

A rule is a function of numbers and settings, and its docstring is the one text about it. It has three labelled lines
(a line may go on, indented), after which anything else may follow:

    @rule("performance", 0.4, 1.0, lines=("disconfirmation", -0.2, 0.0, 0.2), also=("satisfaction",))
    @kernel
    def judgment(performance: float, disconfirmation: float, f: FeelSettings) -> float:
        '''Return the satisfaction S* that an experience calls for.

        Equation: S* = logistic(logit S_ref + performance_slope (P - P_ref) + disconfirmation_slope D)
        Units: P and D on the attribute scale (0-1); S* in (0, 1)
        Source: Oliver 1980 (expectancy-disconfirmation); Churchill & Surprenant 1982 (direct effect)
        '''

The declaration changes nothing in the function. It only writes it down in `RULES`, from where it is listed, explained
and drawn.
"""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sim.settings import Settings, numbers

type Line = tuple[str, list[float], list[float]]


@dataclass(frozen=True)
class Rule:
    """A rule and the curve that shows it.

    Attributes:
        name: the function's name.
        function: the rule itself, compiled or not.
        also: other names under which readers look for it.
        over: the argument along the axis, with its least and greatest value.
        lines: the argument that tells lines apart, with its values; empty: one line.
        given: the values of all other arguments.
        set_to: settings that are drawn at another value than their default, as where the default is no effect.
        reads: settings that are handed over as numbers: by argument, the ends of their paths.
        cells: what each whole number stands for that the rule returns; empty: it returns no such number.
    """

    name: str
    function: Callable[..., Any]
    also: tuple[str, ...]
    over: tuple[str, float, float]
    lines: tuple[str, tuple[float, ...]]
    given: dict[str, float]
    set_to: dict[str, float]
    reads: dict[str, list[str]]
    cells: dict[int, str]

    @property
    def plain(self) -> Callable[..., Any]:
        """The function as it is written."""
        return getattr(self.function, "py_func", self.function)

    @property
    def meaning(self) -> str:
        """What the rule returns, in a phrase: the docstring's first sentence without its verb."""
        first = (inspect.getdoc(self.plain) or "").partition("\n\n")[0].replace("\n", " ").replace("``", "")
        phrase = first.removeprefix("Return ").removesuffix(".")
        return phrase[:1].upper() + phrase[1:]

    @property
    def settings(self) -> dict[str, type[Settings]]:
        """The settings that the rule takes, by the name of the argument."""
        return {each.name: each.annotation for each in _arguments(self.plain) if _is_settings(each)}

    def says(self, label: str) -> str:
        """Return what the docstring says after a label (``Equation``, ``Units``, ``Source``); empty if nothing."""
        found = re.search(rf"^{label}: (.*(?:\n +.*)*)", inspect.getdoc(self.plain) or "", re.MULTILINE)
        return re.sub(r"\n +", "\n", found[1]) if found else ""

    def curve(self, points: int) -> list[Line]:
        """Return the lines of the picture at so many points, each as (what tells it from the others, x, y)."""
        name, low, high = self.over
        along = [round(low + (high - low) * place / (points - 1), 12) for place in range(points)]
        if inspect.signature(self.plain).parameters[name].annotation is int:
            along = sorted({float(round(x)) for x in along})
        apart, values = self.lines
        return [
            (f"{apart.replace('_', ' ')} {value:g}", along, [self._at({name: x, apart: value}) for x in along])
            for value in values
        ] or [("", along, [self._at({name: x}) for x in along])]

    def plane(self, points: int) -> list[list[float]]:
        """Return what the rule gives over a plane, rows upward: across by ``over``, up over the range of ``lines``."""
        (across, left, right), (up, values) = self.over, self.lines
        parts = [place / (points - 1) for place in range(points)]
        heights = [values[0] + (values[-1] - values[0]) * part for part in parts]
        return [[self._at({across: left + (right - left) * part, up: y}) for part in parts] for y in heights]

    def _at(self, values: dict[str, float]) -> float:
        arguments: list[Any] = []
        for each in _arguments(self.plain):
            if _is_settings(each):
                fields = each.annotation.model_fields
                own = {name: value for name, value in self.set_to.items() if name in fields}
                arguments.append(numbers(each.annotation(**own)))
            else:
                arguments.append(each.annotation((self.given | values)[each.name]))
        return float(self.function(*arguments))


RULES: dict[str, Rule] = {}


def rule[Function: Callable[..., Any]](
    over: str,
    low: float,
    high: float,
    *,
    lines: tuple[str, *tuple[float, ...]] | None = None,
    also: tuple[str, ...] = (),
    set_to: dict[str, float] | None = None,
    reads: dict[str, str] | None = None,
    cells: dict[int, str] | None = None,
    **given: float,
) -> Callable[[Function], Function]:
    """Declare a function a rule of the model, and how it is drawn; the function stays as it is.

    Args:
        over: the argument that runs along the axis, from ``low`` to ``high``.
        low: its least value.
        high: its greatest value.
        lines: an argument and the values for each of which a line is drawn.
        also: other names under which readers look for the rule.
        set_to: settings that are drawn at another value than their default.
        reads: by argument, the settings that it carries as a number, by their paths or the ends of these, with blanks
            between them. Settings that the rule takes as such are found in its code.
        cells: what each whole number stands for that the rule returns. It is then drawn as cells of a plane: across by
            ``over``, up from the first to the last value of ``lines``.
        **given: the value of every other argument that is not settings.

    Raises:
        TypeError: an argument has no value, a value has no argument, what is read has none, or a rule of this name is
            declared.
    """

    def declare(function: Function) -> Function:
        apart, *values = lines or ("",)
        read = {name: paths.split() for name, paths in (reads or {}).items()}
        drawn = ((over, low, high), (apart, tuple(values)), given, set_to or {})
        made = Rule(function.__name__, function, also, *drawn, read, cells or {})
        wanted = {each.name for each in _arguments(made.plain) if not _is_settings(each)}
        if wanted != ({over, apart} - {""}) | set(given):
            raise TypeError(f"rule {made.name}: declare a value for each of {', '.join(sorted(wanted))}, for no others")
        if not set(read) <= wanted:
            raise TypeError(f"rule {made.name}: reads {', '.join(sorted(set(read) - wanted))}, which is no argument")
        known = RULES.get(made.name)
        if known and (known.plain is made.plain or known.plain.__module__ != made.plain.__module__):
            raise TypeError(f"rule {made.name}: {known.plain.__module__} has declared a rule of this name")
        RULES[made.name] = made
        return function

    return declare


def _arguments(function: Callable[..., Any]) -> list[inspect.Parameter]:
    return list(inspect.signature(function).parameters.values())


def _is_settings(argument: inspect.Parameter) -> bool:
    return isinstance(argument.annotation, type) and issubclass(argument.annotation, Settings)
