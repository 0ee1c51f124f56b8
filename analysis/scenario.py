"""A scenario: a question, the arms that answer it, and the outcomes to look at. Read from a file, made into a plan."""

import shlex
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import yaml
from pydantic import Field, ValidationError

from analysis.budget import Budget
from analysis.compose import (
    COMMAND_LINE,
    Overrides,
    StudyKeys,
    Tree,
    build,
    check_choice,
    check_names,
    data_folder,
    from_groups,
    leaves,
    merge,
    overlaps,
    pairs,
    read,
    sort_out,
)
from analysis.design import Design, Span, read_design
from analysis.language import speaking
from analysis.margin import read_margins
from analysis.messages import Layer, nearest, no_such, refusal, show
from analysis.plan import Plan, Point, Verb
from analysis.sequential import read_until
from sim.settings import BadInput, Settings

if TYPE_CHECKING:
    from analysis.population import Population
    from sim.world import World

Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$", max_length=40)]
SHARED_BY_ARMS = ("seed", "population_seed")  # arms meet the same people and the same luck
TWINS = 5  # replicates that keep each person, in a comparison
MOST_UNTIL = 1_000  # replicates after which a study stops though its interval is not narrow enough
OUTCOMES = ("profit", "customer_equity", "churn_rate", "satisfaction", "service_level", "value_per_person")


class PopulationSource(Settings):
    """The purchase log whose customers are the people of a scenario."""

    log: str = Field(description="file, or package:path of a file that an installed package carries")
    columns: dict[str, str | int] = Field(
        default={}, description="columns by name or by number from 1; guessed if not given"
    )
    date_format: str | None = Field(default=None, description="how dates are written; guessed if not given")
    decimal: str | None = Field(default=None, description="decimal sign of amounts; read off them if not given")
    until: date | None = Field(default=None, description="last day of the calibration; the end of the log if not given")
    lapse: Literal["after_purchases", "by_time"] = Field(
        default="after_purchases", description="when customers silently lapse: BG/NBD or Pareto/NBD"
    )


class Scenario(Settings):
    """The content of a ``scenario.yaml``."""

    question: str = Field(min_length=1, description="what the scenario asks, in one sentence")
    questions: dict[str, str] = Field(default={}, description="the question in other languages, by their short names")
    shows: tuple[str, ...] = Field(default=(), description="concepts that it shows")
    world: dict[str, str] = Field(default={}, description="choice by group of settings")
    settings: dict[str, Any] = Field(default={}, description="settings over the groups")
    population: PopulationSource | None = Field(default=None, description="real customers instead of drawn ones")
    reference: str = Field(description="the arm that the others are compared with")
    arms: dict[Name, dict[str, Any]] = Field(min_length=1, description="settings by arm, over the world")
    outcomes: tuple[str, ...] = Field(min_length=1, description="metrics to compare, the decisive one first")
    replicates: int = Field(default=20, ge=1, le=10_000, description="lives of the world, each with its own luck")
    budget: Budget | None = Field(default=None, description="arms that are to lay out as much as another one")
    indifference: dict[str, Any] = Field(
        default={}, description="by outcome, how much worse than the best is as good as the best"
    )
    uncertainties: dict[str, Span] = Field(
        default={}, description="settings that nobody knows well, with their ranges: for sweeps and sensitivity"
    )
    levers: dict[str, Span] = Field(
        default={}, description="settings that the firm can choose, with their ranges: for optimize"
    )


def list_scenarios() -> dict[str, Scenario]:
    """Return the scenarios that come with the package, by name.

    Raises:
        BadInput: one of their files is wrong.
    """
    folders = sorted(path.parent for path in data_folder("scenarios").glob("*/scenario.yaml"))
    return {folder.name: read_scenario(folder) for folder in folders}


def scenario_folder(name: str) -> Path:
    """Return the folder of a scenario, by its name or by a path of one's own.

    Raises:
        BadInput: there is none.
    """
    for folder in (data_folder("scenarios") / name, Path(name)):
        if name and (folder / "scenario.yaml").is_file():
            return folder
    raise no_such("scenario", "scenario", name, [path.parent.name for path in _shipped()])


def read_scenario(folder: Path) -> Scenario:
    """Read and check a scenario's file, its arms' settings apart.

    Raises:
        BadInput: the file is not YAML, or has keys or values that a scenario cannot have.
    """
    file = folder / "scenario.yaml"
    try:
        values = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadInput(f"{file}: not readable as YAML: {' '.join(str(error).split())}") from None
    if not isinstance(values, dict):
        raise BadInput(f"{file}: not a scenario; needed: the keys {', '.join(Scenario.model_fields)}")
    try:
        scenario = Scenario.model_validate(values)
    except ValidationError as error:
        raise refusal(error, Scenario, [Layer(str(file), values)]) from None
    if scenario.reference not in scenario.arms:
        raise no_such("arm", "reference", scenario.reference, list(scenario.arms))
    check_outcomes(scenario.outcomes)
    read_margins("indifference", scenario.indifference)
    for group, choice in scenario.world.items():
        check_choice(group, choice)
    return scenario


def check_outcomes(outcomes: Iterable[str]) -> None:
    """Refuse names that are no metric."""
    from sim.metrics import METRICS

    for name in outcomes:
        if name not in METRICS:
            raise no_such("metric", "outcomes", name, list(METRICS))


def plan(words: Sequence[str], verb: Verb) -> Plan:
    """Return the plan of the study that a command line asks for, with every world built and checked.

    Args:
        words: what follows the verb, in Hydra's override grammar.
        verb: ``run`` (the reference arm alone), ``sweep`` (which takes several values for a key), or another: all
            arms at one point.

    Raises:
        BadInput: any word, file or setting is refused.
    """
    scenario, folder = asked_for(words, verb)
    fixed, design = read_design(words, scenario.uncertainties) if verb == "sweep" else (pairs(words), Design())
    overrides = sort_out(fixed)
    points = [_point(scenario, sort_out([*fixed, *values.items()]), values, verb) for values in design.points()]
    keys = overrides.study
    _check_ending(keys, verb)
    source = Path(keys.population) if keys.population is not None else scenario.population
    people = _population(source)
    kinds = {point.base.kind for point in points}
    if people is not None and kinds != {"repertoire"}:
        raise BadInput(
            f"population = {show(str(keys.population or scenario.population))}: buyers of a log need a repertoire"
            f" market, and kind = {', '.join(kinds - {'repertoire'})}; choose market=cdnow (one shop) or market=shop"
        )
    name = folder.resolve().name if folder is not None else overrides.groups.get("market", "world")
    made = Plan(
        name=name,
        verb=verb,
        question=scenario.question if folder is not None else "",
        lesson=_lesson(folder),
        reference=scenario.reference,
        points=points,
        fragments=_arms(scenario, overrides),
        outcomes=list(scenario.outcomes),
        replicates=keys.replicates or (1 if verb == "run" else scenario.replicates),
        most=keys.replicates or MOST_UNTIL,
        population=people,
        folder=Path(keys.folder) if keys.folder is not None else Path(),
        command=shlex.join(["ecrm", verb, *words]),
        design=design.explain(),
        sampled=bool(design.ranges),
        twins=keys.twins if keys.twins is not None else TWINS if verb == "compare" else 0,
        words=_words(scenario, folder),
        language=keys.language,
        indifference=scenario.indifference,
        until=str(keys.until or ""),
        budget=scenario.budget if verb != "run" else None,
    )
    return made if keys.folder is not None else made.in_folder(Path("results", f"{name}-{made.unsolved[:8]}"))


def _check_ending(keys: StudyKeys, verb: Verb) -> None:
    """Refuse a language or a rule of stopping that does not exist, before anything is simulated."""
    with speaking(keys.language):
        if keys.until is not None and verb != "compare":
            raise BadInput(f"until = {keys.until}: `{verb}` runs what it is told; allowed: with `compare`")
        if keys.until is not None:
            read_until(keys.until)


def points(words: Sequence[str], verb: Verb, values: Iterable[Mapping[str, Any]]) -> list[Point]:
    """Return the worlds of points of one's own, which a search asks for as it goes.

    Args:
        words: what follows the verb, as for :func:`plan`, without several values at once.
        verb: as for :func:`plan`.
        values: by key, one mapping a point; a key may reach into an arm (``arms.NAME.key``).

    Raises:
        BadInput: any word or value is refused.
    """
    scenario, _ = asked_for(words, verb)
    fixed = pairs(words)
    return [_point(scenario, sort_out([*fixed, *each.items()]), each, verb) for each in values]


def asked_for(words: Sequence[str], verb: str) -> tuple[Scenario, Path | None]:
    """Return the scenario that a command line names, and its folder; without a name, the bare world."""
    said = {override.key_or_group: override for override in map(read, words)}
    named = said["scenario"].value() if "scenario" in said else None
    if named is not None and not isinstance(named, str):
        raise BadInput(f"{said['scenario'].input_line}: several scenarios; give one")
    if named is None and (verb == "compare" or any(key.partition(".")[0] == "arms" for key in said)):
        names = ", ".join(path.parent.name for path in _shipped())
        raise BadInput(f"scenario: missing; `compare` and `arms.` need one; allowed: {names}")
    folder = scenario_folder(named) if named is not None else None
    return (read_scenario(folder) if folder is not None else _bare()), folder


def _point(scenario: Scenario, overrides: Overrides, values: Mapping[str, Any], verb: str) -> Point:
    """Return the worlds of one point of the design."""
    arms = _arms(scenario, overrides)
    if verb == "run":
        arms = {scenario.reference: arms[scenario.reference]}
    base, worlds = _worlds(scenario, overrides, arms)
    return Point(dict(values), base, worlds)


def _bare() -> Scenario:
    """Return what stands for a scenario when none is asked for: the world as its groups make it."""
    return Scenario(question="-", reference="world", arms={"world": {}}, outcomes=OUTCOMES)


def _arms(scenario: Scenario, overrides: Overrides) -> dict[str, Tree]:
    """Return what each arm changes, with the command line's reach into it."""
    for name, said in overrides.arms.items():
        if name not in scenario.arms:
            raise no_such("arm", f"arms.{name}", said, list(scenario.arms), like=name, where=COMMAND_LINE)
    arms = {name: merge(fragment, overrides.arms.get(name, {})) for name, fragment in scenario.arms.items()}
    for name, fragment in arms.items():
        for key, value in leaves(fragment):
            if key in SHARED_BY_ARMS:
                raise BadInput(f"arms.{name}.{key} = {show(value)}: arms share the {key}; set {key} without an arm")
            _check_hidden(name, key, value, overrides.settings)
    return arms


def _check_hidden(arm: str, key: str, value: Any, settings: Mapping[str, Any]) -> None:
    for said, wanted in leaves(settings):
        if overlaps(key, said):
            raise BadInput(
                f"{said} = {show(wanted)} ({COMMAND_LINE}): arm {arm} sets {key} = {show(value)} and would hide it;"
                f" allowed: arms.{arm}.{said}={show(wanted)}"
            )


def _worlds(scenario: Scenario, overrides: Overrides, arms: Mapping[str, Tree]) -> "tuple[World, dict[str, World]]":
    """Return the world without any arm's changes, and the world of each arm."""
    chosen = {**scenario.world, **overrides.groups}
    given = [Layer("the groups of conf/", from_groups(chosen)), Layer("the scenario's settings", scenario.settings)]
    line = Layer(COMMAND_LINE, overrides.settings)
    layers = {name: Layer(f"arm {name}", fragment) for name, fragment in arms.items()}
    named = build(given)
    for layer in (line, *layers.values()):
        check_names(named.model_dump(), layer)
    if overrides.study.calls is not None:
        focal = str(overrides.settings.get("focal") or named.focal_firm)
        given.append(_imported_center(Path(overrides.study.calls), focal))
    return build([*given, line]), {name: build([*given, line, layer]) for name, layer in layers.items()}


def _imported_center(folder: Path, firm: str) -> Layer:
    """Return what `ecrm import` wrote of a call log, as the settings of a firm's call center."""
    file = folder / "settings.yaml"
    if not file.is_file():
        near = nearest(folder.name, [path.parent.name for path in folder.parent.glob("*/settings.yaml")])
        hint = f"; did you mean {folder.parent / near}?" if near else ""
        raise BadInput(
            f"calls = {folder}: is no imported call log (it has no {file.name}); make one with ecrm import{hint}"
        )
    try:
        fragment = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadInput(f"{file}: not readable as YAML: {' '.join(str(error).split())}") from None
    if not isinstance(fragment, dict):
        raise BadInput(f"{file}: holds no settings; make it again with ecrm import")
    return Layer(str(file), {"firms": {firm: {"call_center": fragment}}})


def _population(source: Path | PopulationSource | None) -> "Population | None":
    if source is None:
        return None
    from analysis.population import Population, population
    from analysis.purchase_log import read_log

    if isinstance(source, Path):
        return Population.load(source)
    log = read_log(source.log, source.columns or None, source.date_format, source.decimal)
    return population(log, source.until, source.lapse)


def _words(scenario: Scenario, folder: Path | None) -> dict[str, dict[str, str]]:
    """Return the question and the lesson in the other languages in which the scenario has them."""
    said: dict[str, dict[str, str]] = {name: {"question": text} for name, text in scenario.questions.items()}
    for file in sorted(folder.glob("lesson.*.md")) if folder is not None else []:
        said.setdefault(file.suffixes[0].removeprefix("."), {})["lesson"] = file.read_text(encoding="utf-8")
    return said


def _lesson(folder: Path | None) -> str:
    file = folder / "lesson.md" if folder is not None else None
    return file.read_text(encoding="utf-8") if file is not None and file.is_file() else ""


def _shipped() -> list[Path]:
    return sorted(data_folder("scenarios").glob("*/scenario.yaml"))
