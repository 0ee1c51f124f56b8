"""The design of a sweep: which points of the settings are run, said in Hydra's sweep grammar.

``firms.acme.price=38,40,42`` and ``range(30,40,2)`` span a grid. Keys that share a tag go in pairs:
``a=tag(p,choice(1,2)) b=tag(p,choice(3,4))`` is two points, not four. ``interval(0.5,2)`` is sampled: ``samples=64``
points by Latin hypercube (``sample=lhs``), Sobol (``sobol``) or at random; ``int(interval(1,9))`` gives whole numbers.
"""

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import Field, ValidationError, model_validator

from analysis.compose import StudyKeys, check_apart, read, sort_out
from analysis.messages import show
from sim.settings import BadInput, Settings

if TYPE_CHECKING:
    import numpy as np
    from hydra.core.override_parser.types import Override

MOST_POINTS = 10_000  # their worlds are all held in memory
METHODS = {"lhs": "Latin hypercube", "sobol": "Sobol", "random": "random"}
SAMPLE_SEED = 1  # the same words always give the same points


class Span(Settings):
    """The range in which a setting may lie."""

    low: float = Field(ge=-1e12, le=1e12, description="lowest value")
    high: float = Field(ge=-1e12, le=1e12, description="highest value")
    whole: bool = Field(default=False, description="whole numbers alone")

    @model_validator(mode="after")
    def _has_room(self) -> "Span":
        if self.low >= self.high:
            raise ValueError(f"low = {self.low}: not below high = {self.high}")
        return self


class Axis(NamedTuple):
    """Keys that move together, and the values that they take, one row a step."""

    keys: tuple[str, ...]
    values: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Design:
    """A grid of axes times a sample of ranges.

    Attributes:
        axes: of the grid.
        ranges: sampled keys.
        samples: number of sampled points; 1 without ranges.
        method: ``lhs``, ``sobol`` or ``random``.
    """

    axes: tuple[Axis, ...] = ()
    ranges: Mapping[str, Span] | None = None
    samples: int = 1
    method: str = "lhs"

    def points(self) -> Iterator[dict[str, Any]]:
        """Yield each point's values by key, the last axis fastest."""
        keys = [key for axis in self.axes for key in axis.keys]
        for steps in itertools.product(*(axis.values for axis in self.axes)):
            grid = dict(zip(keys, itertools.chain(*steps), strict=True))
            for sample in self._samples():
                yield grid | sample

    @property
    def size(self) -> int:
        """Number of points."""
        return math.prod([len(axis.values) for axis in self.axes]) * self.samples

    def explain(self) -> list[str]:
        """Return a line for each factor of the number of points."""
        lines = [
            f"{len(axis.values)} {'pairs' if len(axis.keys) > 1 else 'values'} of {' with '.join(axis.keys)}"
            for axis in self.axes
        ]
        if self.ranges:
            lines.append(f"{self.samples} {METHODS[self.method]} samples of {', '.join(self.ranges)}")
        return lines

    def _samples(self) -> Iterator[dict[str, Any]]:
        if not self.ranges:
            yield {}
            return
        for row in unit_sample(self.method, self.samples, len(self.ranges)):
            yield {key: at(span, float(share)) for (key, span), share in zip(self.ranges.items(), row, strict=True)}


def at(span: Span, share: float) -> float | int:
    """Return the value that lies at a share (0-1) of a range; whole numbers have equal chances."""
    if span.whole:
        return min(math.floor(span.low + share * (span.high - span.low + 1)), int(span.high))
    return span.low + share * (span.high - span.low)


def unit_sample(method: str, count: int, dimensions: int) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    """Return points of the unit cube, (count, dimensions): the same for the same arguments.

    Raises:
        BadInput: a Sobol sample whose size is no power of two, which would spoil its balance.
    """
    from scipy.stats import qmc

    if method == "sobol" and count & (count - 1):
        below = 1 << (count.bit_length() - 1)
        raise BadInput(f"samples = {count}: a Sobol sample needs a power of two; nearest: {below} or {2 * below}")
    kinds = {"lhs": qmc.LatinHypercube, "sobol": qmc.Sobol, "random": _Random}
    points: np.ndarray[tuple[int, int], np.dtype[np.float64]] = kinds[method](dimensions, rng=SAMPLE_SEED).random(count)
    return points


class _Random:
    """Independent points, behind the face of SciPy's samplers."""

    def __init__(self, dimensions: int, rng: int) -> None:
        import numpy as np

        self.dimensions, self.generator = dimensions, np.random.default_rng(rng)

    def random(self, count: int) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
        return self.generator.random((count, self.dimensions))


def read_design(words: Sequence[str], uncertainties: Mapping[str, Span]) -> tuple[list[tuple[str, Any]], Design]:
    """Split a command line into the keys that stay and the design of those that vary.

    Args:
        words: in Hydra's grammar.
        uncertainties: the scenario's own ranges; sampled too where ``samples`` is given.

    Raises:
        BadInput: a word cannot be read, or the design cannot be.
    """
    overrides = [read(word) for word in words]
    fixed = [(each.key_or_group, each.value()) for each in overrides if not each.is_sweep_override()]
    swept = [each for each in overrides if each.is_sweep_override()]
    check_apart([(each.key_or_group, each.get_value_string()) for each in overrides])
    for each in swept:
        if each.key_or_group in StudyKeys.model_fields:
            raise BadInput(f"{each.input_line}: {each.key_or_group} belongs to the whole study; give one value")
    keys = sort_out([pair for pair in fixed if pair[0] in StudyKeys.model_fields]).study
    ranges = {each.key_or_group: span_of(each) for each in swept if each.is_interval_sweep()}
    if keys.samples is not None:
        ranges = {**{key: span for key, span in uncertainties.items() if key not in dict(fixed)}, **ranges}
    if ranges and keys.samples is None:
        key = next(iter(ranges))
        raise BadInput(f"samples: missing; {key} is an interval, so say how many points, as in samples=64")
    if keys.samples is not None and not ranges:
        raise BadInput(
            f"samples = {keys.samples}: nothing to sample; give a key an interval, as in customers.price_sensitivity="
            "interval(2,4), or the scenario its uncertainties"
        )
    grid = tuple(_axes([each for each in swept if not each.is_interval_sweep()]))
    design = Design(grid, ranges, keys.samples or 1, keys.sample)
    if design.size > MOST_POINTS:
        raise BadInput(f"{' × '.join(design.explain())}: {design.size:,} points; allowed: at most {MOST_POINTS:,}")
    return fixed, design


def span_of(override: "Override") -> Span:
    """Return the range of a word that gives one: ``key=interval(low,high)``.

    Raises:
        BadInput: it is empty.
    """
    value: Any = override.value()
    if value.start >= value.end:
        raise BadInput(f"{override.input_line}: the interval is empty; allowed: interval(low,high) with low < high")
    try:
        return Span(low=float(value.start), high=float(value.end), whole=isinstance(value.start, int))
    except ValidationError:
        raise BadInput(f"{override.input_line}: out of range; allowed: from -1e12 to 1e12") from None


def _axes(swept: Sequence["Override"]) -> Iterator[Axis]:
    """Yield the grid's axes: one a key, or one a tag that several keys share."""
    from hydra.core.override_parser.types import Glob

    by_tag: dict[str, list[Override]] = {}
    for place, each in enumerate(swept):
        value: Any = each.value()
        if isinstance(value, Glob):
            raise BadInput(f"{each.input_line}: names are not looked up; write them out, as in market=shop,telecom")
        if getattr(value, "shuffle", False):
            raise BadInput(f"{each.input_line}: another order each time; allowed: the values in an order of your own")
        if len(value.tags) > 1:
            raise BadInput(f"{each.input_line}: several tags ({show(sorted(value.tags))}); allowed: one")
        by_tag.setdefault(next(iter(value.tags), f" {place}"), []).append(each)
    for tag, members in by_tag.items():
        columns = [tuple(islice(each.sweep_iterator(), MOST_POINTS + 1)) for each in members]
        if len({len(column) for column in columns}) > 1:
            counts = ", ".join(
                f"{each.key_or_group} has {len(column)}" for each, column in zip(members, columns, strict=True)
            )
            raise BadInput(f"tag({tag}): keys that go in pairs need as many values each; {counts}")
        yield Axis(tuple(each.key_or_group for each in members), tuple(zip(*columns, strict=True)))
