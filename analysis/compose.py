"""Put the settings of a world together: schema defaults < groups < scenario < command line < arm.

Hydra resolves the groups of ``conf/`` and its parser reads the command line. The values are merged into one plain tree,
and pydantic alone accepts or refuses that: no configuration names an object to import, and every message is ours.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, ValidationError

from analysis.messages import Layer, nearest, no_such, refusal, show
from sim.settings import BadInput, Settings

if TYPE_CHECKING:
    from hydra.core.override_parser.types import Override

    from sim.world import World

Tree = dict[str, Any]

COMMAND_LINE = "the command line"
COMPANIONS = {  # whom a market that is chosen alone comes with; telecom's are the defaults of conf/config.yaml
    "shop": {"customers": "shop", "firms": "three_shops"},
    "cdnow": {"customers": "cdnow", "firms": "one_shop"},
}


class StudyKeys(Settings):
    """The keys of a command line that are about the study, not about its worlds."""

    scenario: str | None = Field(default=None, description="name of a scenario, or path of a folder with one")
    replicates: int | None = Field(default=None, ge=1, le=10_000, description="lives of each world")
    twins: int | None = Field(
        default=None, ge=0, le=10_000, description="first replicates that keep each person, with and without an arm"
    )
    folder: str | None = Field(default=None, min_length=1, description="where results are stored")
    population: str | None = Field(default=None, min_length=1, description="folder of an imported purchase log")
    calls: str | None = Field(default=None, min_length=1, description="folder of an imported call log")
    until: str | None = Field(default=None, description="stop when an interval is narrow enough: OUTCOME:SIZE")
    language: str = Field(default="en", description="of the report: en, es or zh")
    samples: int | None = Field(default=None, ge=1, le=10_000, description="points drawn from intervals, in a sweep")
    sample: Literal["lhs", "sobol", "random"] = Field(default="lhs", description="how they are drawn")


def data_folder(name: str) -> Path:
    """Return the folder ``conf`` or ``scenarios``: inside the installed package, or beside it in a checkout."""
    package = Path(str(resources.files("analysis")))
    inside = package / name
    return inside if inside.is_dir() else package.parent / name


def groups() -> dict[str, list[str]]:
    """Return the groups of ``conf/``, each with the names that can be chosen for it."""
    folders = sorted(path for path in data_folder("conf").iterdir() if path.is_dir())
    return {folder.name: sorted(path.stem for path in folder.glob("*.yaml")) for folder in folders}


@dataclass(frozen=True)
class Overrides:
    """What a command line says after the verb, sorted by what it is about.

    Attributes:
        groups: choice by group, as in ``market=shop``.
        settings: settings of every world, as in ``customers.count=5000``.
        arms: settings of one arm, by its name, as in ``arms.points.firms.acme.price=38``.
        study: keys about the study itself.
    """

    groups: dict[str, str] = field(default_factory=dict)
    settings: Tree = field(default_factory=dict)
    arms: dict[str, Tree] = field(default_factory=dict)
    study: StudyKeys = field(default_factory=StudyKeys)


def parse(words: Sequence[str]) -> Overrides:
    """Read the words after the verb, in Hydra's override grammar.

    Raises:
        BadInput: a word cannot be read, says several values at once, or contradicts another.
    """
    return sort_out(pairs(words))


def pairs(words: Sequence[str]) -> list[tuple[str, Any]]:
    """Return key and value of each word; several values at once are refused."""
    return [_key_and_value(word) for word in words]


def sort_out(said: Sequence[tuple[str, Any]]) -> Overrides:
    """Return keys and their values sorted by what they are about.

    Raises:
        BadInput: two speak of the same setting, or a key or choice does not exist.
    """
    check_apart(said)
    known = groups()
    chosen: dict[str, str] = {}
    settings: Tree = {}
    arms: dict[str, Tree] = {}
    about_study: Tree = {}
    for key, value in said:
        if key in known and not isinstance(value, Mapping):
            chosen[key] = check_choice(key, value)
        elif key in StudyKeys.model_fields:
            about_study[key] = value
        elif key == "arms" or key.startswith("arms."):
            _set(arms, _arm_path(key, value), value)
        else:
            _check_top(key, value)
            _set(settings, key.split("."), value)
    return Overrides(chosen, settings, arms, _study_keys(about_study))


def check_choice(group: str, choice: Any) -> str:
    """Return the name chosen for a group, if the group has it."""
    names = groups()
    if group not in names:
        raise no_such("group", "world", group, list(names))
    if choice not in names[group]:
        raise no_such(group + " group", group, choice, names[group])
    return str(choice)


def overlaps(one: str, other: str) -> bool:
    """Tell whether two dotted keys speak of the same setting: equal, or one inside the other."""
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")


def merge(*trees: Mapping[str, Any]) -> Tree:
    """Return trees laid over each other, the last strongest: mappings are merged, anything else is replaced.

    The result's mappings are its own; what is in them (numbers, texts, lists) is shared and never changed.
    """
    result: Tree = {}
    for layer in trees:
        for key, value in layer.items():
            below = result.get(key)
            if isinstance(value, Mapping):
                result[key] = merge(below, value) if isinstance(below, dict) else merge(value)
            else:
                result[key] = value
    return result


def leaves(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield dotted key and value of everything in a tree that is not itself a (filled) mapping."""
    for key, value in values.items():
        if isinstance(value, Mapping) and value:
            yield from leaves(value, f"{prefix}{key}.")
        else:
            yield prefix + str(key), value


def from_groups(chosen: Mapping[str, str]) -> Tree:
    """Return the settings that ``conf/`` gives for these choices; a market brings its own people and firms along."""
    own = COMPANIONS.get(chosen.get("market", ""), {})
    return merge(_from_groups(tuple(sorted({**own, **chosen}.items()))))


@cache
def _from_groups(chosen: tuple[tuple[str, str], ...]) -> Tree:
    from hydra import compose, initialize_config_dir
    from omegaconf import OmegaConf

    with initialize_config_dir(str(data_folder("conf")), version_base="1.3"):
        config = compose("config", [f"{group}={name}" for group, name in chosen])
    plain: Any = OmegaConf.to_container(config, resolve=True)
    return dict(plain)


def build(layers: Sequence[Layer]) -> "World":
    """Return the world that these layers of settings make, the last strongest.

    Raises:
        BadInput: the settings are refused; the text has a line for each that is wrong, and says where it came from.
    """
    from sim.world import World

    try:
        return World.model_validate(merge(*(layer.values for layer in layers)))
    except ValidationError as error:
        raise refusal(error, World, layers) from None


def world(*overrides: str, scenario: str | None = None) -> "World":
    """Return a world by the words of the command line: ``world("market=shop", "customers.count=5000")``.

    Args:
        overrides: groups and settings, in the grammar of the command ``ecrm run``.
        scenario: a scenario, whose reference arm is returned.

    Raises:
        BadInput: a word or a setting is refused.
    """
    from analysis.scenario import plan

    chosen = plan([*overrides, *([f"scenario={scenario}"] if scenario else [])], "run")
    return chosen.arms[chosen.reference]


def check_apart(said: Sequence[tuple[str, Any]]) -> None:
    """Refuse two keys that speak of the same setting.

    Raises:
        BadInput: the second of them is named.
    """
    known = groups()
    chosen = [key in known and not isinstance(value, Mapping) for key, value in said]  # a group, not a setting
    for place, (key, value) in enumerate(said):
        for other, choice in zip(said[:place], chosen, strict=False):
            if key == other[0] or (overlaps(key, other[0]) and not choice and not chosen[place]):
                raise BadInput(
                    f"{key} = {show(value)}: {other[0]} stands on the same command line; give one of the two"
                )


def _check_top(key: str, value: Any) -> None:
    """Refuse a slip of a key about the study here: among the settings of a world its nearest name is not found."""
    from sim.world import World

    top = key.partition(".")[0]
    others = [*StudyKeys.model_fields, *groups()]
    if top not in World.model_fields and nearest(top, others) is not None:
        raise no_such("key", key, value, list(dict.fromkeys([*others, "arms", *World.model_fields])), like=top)


def _study_keys(values: Mapping[str, Any]) -> StudyKeys:
    try:
        return StudyKeys.model_validate(values)
    except ValidationError as error:
        raise refusal(error, StudyKeys, [Layer(COMMAND_LINE, values)]) from None


def _key_and_value(word: str) -> tuple[str, Any]:
    override = read(word)
    key = override.key_or_group
    if override.is_sweep_override():
        raise BadInput(
            f"{word}: several values at once; only `sweep` takes them, `run` and `compare` take one value for each key"
            f" (a list is written {key}=[1,2])"
        )
    return key, override.value()


def read(word: str) -> "Override":
    """Read one word of a command line.

    Raises:
        BadInput: it is not ``key=value`` in Hydra's override grammar.
    """
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.core.override_parser.types import OverrideType
    from hydra.errors import HydraException

    try:
        override = OverridesParser.create().parse_override(word)
    except HydraException:
        quoting = "; quote a value that has special characters: \"key='a value'\"" if "=" in word else ""
        raise BadInput(f"{word}: not understood; allowed: key=value, as in customers.count=5000{quoting}") from None
    plain = override.type == OverrideType.CHANGE and override.package is None
    if not plain or not override.key_or_group or "/" in override.key_or_group:
        raise BadInput(f"{word}: not understood; allowed: key=value, as in customers.count=5000")
    return override


def _arm_path(key: str, value: Any) -> list[str]:
    path = key.split(".")[1:]
    if len(path) < 2:
        raise BadInput(f"{key} = {show(value)}: not understood; allowed: arms.NAME.key=value")
    return path


def _set(target: Tree, path: Sequence[str], value: Any) -> None:
    for key in path[:-1]:
        target = target.setdefault(key, {})
    target[path[-1]] = value


def check_names(base: Mapping[str, Any], layer: Layer) -> None:
    """Refuse a firm or segment that only a slip would create: these are named in groups and scenarios.

    Raises:
        BadInput: the layer speaks of a name that ``base`` does not have.
    """
    firms, focal = list(base["firms"]), layer.values.get("focal")
    if focal and focal not in firms:
        raise no_such("firm", "focal", focal, firms, where=layer.source)
    for path in (("firms",), ("customers", "segments")):
        have, said = _below(base, path), _below(layer.values, path)
        for name in said:
            if name not in have:
                key = ".".join((*path, name))
                known = [".".join((*path, each)) for each in have]
                raise no_such("name", key, said[name], known, like=key, where=layer.source)


def _below(values: Mapping[str, Any], path: Sequence[str]) -> Mapping[str, Any]:
    below: Any = values
    for key in path:
        below = below.get(key) if isinstance(below, Mapping) else None
    return below if isinstance(below, Mapping) else {}
