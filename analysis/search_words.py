"""The command line of a search: its own keys, the ranges of what varies, and the words of the scenario."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Literal, get_origin

from pydantic import ValidationError

from analysis.compose import COMMAND_LINE, StudyKeys, check_apart, groups, overlaps, read
from analysis.design import Span, span_of
from analysis.messages import Layer, nearest, no_such, refusal
from analysis.scenario import asked_for
from sim.settings import BadInput, Settings

SearchVerb = Literal["sensitivity", "optimize", "breakeven"]
NOT_HERE = {  # keys of a study that searches have not, and what to do instead
    "samples": "belongs to `ecrm sweep` and `ecrm sensitivity`",
    "sample": "belongs to `ecrm sweep`",
    "until": "belongs to `ecrm compare`; allowed here: replicates=N",
    "twins": "belongs to `ecrm compare`",
    "language": "pages of searches are in English; leave it out",
}
OTHERS = {  # keys of one search alone
    "method": "sensitivity",
    "trials": "optimize",
    "batch": "optimize",
    "constraint": "optimize",
}


@dataclass(frozen=True)
class Asked[K: Settings]:
    """What a search's command line asks for.

    Attributes:
        verb: of the command.
        words: all of them.
        rest: those of the scenario and of the study.
        ranges: of the keys that vary.
        keys: of the search itself.
    """

    verb: SearchVerb
    words: Sequence[str]
    rest: list[str]
    ranges: Mapping[str, Span]
    keys: K

    @property
    def command(self) -> str:
        """The command that repeats the search."""
        return shlex.join(["ecrm", self.verb, *self.words])

    def question(self) -> Any:
        """Return what decides which points are looked at, the scenario apart."""
        return [self.keys.model_dump(mode="json"), {key: span.model_dump() for key, span in self.ranges.items()}]


def ask[K: Settings](
    verb: SearchVerb, words: Sequence[str], keys: type[K], known: Literal["uncertainties", "levers"] | None = None
) -> Asked[K]:
    """Read a search's command line.

    Args:
        verb: of the command.
        words: ``key=value`` each; ``key=interval(low,high)`` is varied, ``key=int(interval(1,9))`` in whole numbers.
        keys: the search's own, read before all others; one whose type is a tuple may be said several times.
        known: which of the scenario's own ranges vary where the command line gives none; those of keys that it gives
            a value stay out.

    Raises:
        BadInput: a word cannot be read, or a key or its value is refused.
    """
    own: dict[str, Any] = {}
    rest: list[str] = []
    ranges: dict[str, Span] = {}
    said: list[tuple[str, str]] = []
    for word in words:
        key, _, value = word.partition("=")
        if key in keys.model_fields:
            _take(own, key, value, keys)
            continue
        _check_key(word, key, keys)
        override = read(word)
        said.append((key, value))
        if override.is_interval_sweep():
            ranges[key] = span_of(override)
        elif override.is_sweep_override():
            raise BadInput(f"{word}: several values at once; allowed here: one value, or {key}=interval(low,high)")
        else:
            rest.append(word)
    check_apart(said)
    if known and not ranges:
        own_ranges: Mapping[str, Span] = getattr(asked_for(rest, verb)[0], known)
        ranges = {key: span for key, span in own_ranges.items() if not any(overlaps(key, each) for each, _ in said)}
    try:
        return Asked(verb, list(words), rest, ranges, keys.model_validate(own))
    except ValidationError as error:
        raise refusal(error, keys, [Layer(COMMAND_LINE, own)]) from None


def _take(own: dict[str, Any], key: str, value: str, keys: type[Settings]) -> None:
    several = get_origin(keys.model_fields[key].annotation) is tuple
    if key in own and not several:
        raise BadInput(f"{key} = {value}: stands twice on the command line; give it once")
    own[key] = [*own.get(key, []), *map(str.strip, value.split(","))] if several else value.strip()


def _check_key(word: str, key: str, keys: type[Settings]) -> None:
    """Refuse a slip of one of the search's own keys, and keys that only other verbs have."""
    from sim.world import World

    if key in NOT_HERE:
        raise BadInput(f"{word}: {NOT_HERE[key]}")
    if key in OTHERS:
        raise BadInput(f"{word}: {key} belongs to `ecrm {OTHERS[key]}`; allowed here: {', '.join(keys.model_fields)}")
    others = [*World.model_fields, *StudyKeys.model_fields, *groups(), "arms"]
    near = nearest(key, [*keys.model_fields, *others])
    if "." not in key and key not in others and near in keys.model_fields:
        raise no_such("key", key, word.partition("=")[2], list(keys.model_fields), like=key)


def need_extra(library: str, what: str) -> None:
    """Refuse what cannot be done without a library of the extra ``search``.

    Raises:
        BadInput: it is not installed.
    """
    if find_spec(library) is None:
        raise BadInput(f"{what}: {library} is not installed; install the package with its extra `search`")
