"""What a check works with: its budget, its input, and worlds over which the settings under test are laid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.compose import Tree, from_groups, merge
from sim.firms.program import Program, ProgramSettings
from sim.market import Market, Snapshot, settle
from sim.people.buy import Purchases
from sim.world import World

if TYPE_CHECKING:
    from sim.call_center.records import Records

ALIKE = {
    "importance_concentration": 0.0,
    "price_sensitivity_log_sd": 0.0,
    "taste_sd": 0.0,
    "match_sd": 0.0,
    "frailty_cv": 0.0,
}
TELECOM = {"market": "telecom", "customers": "telecom", "firms": "three_rivals"}
SHOP = {"market": "shop", "customers": "shop", "firms": "three_shops"}
ONE_SHOP = {"market": "cdnow", "customers": "cdnow", "firms": "one_shop"}
BENCHMARK = {"call_center": {"kind": "benchmark"}}
UNSETTLED = {"calendar": {"burn_in_years": 0.0, "served_burn_in_years": 0.0}}


SIZE = ("calendar.", "customers.count")  # how long and how many: no part of what a check says of the model

OF_PEOPLE = ("choose.", "feel.", "experience.", "buy.", "customers.", "mind.")


@dataclass(frozen=True)
class Lab:
    """Where one check is run.

    Attributes:
        fast: whether samples are small.
        input: value of the closed form's input in the model; the formula takes the right one.
        settings: settings over those of every world, by their dotted names.
        asked: for each world that was made, its settings that are not the usual ones, by their dotted names.
        usual: the usual values of those; None where there is none.
    """

    fast: bool
    input: float
    settings: Mapping[str, Any]
    asked: list[dict[str, Any]] = field(default_factory=list)
    usual: dict[str, Any] = field(default_factory=dict)

    def size(self, fast: int, full: int) -> int:
        """Return the size of a sample by the budget."""
        return fast if self.fast else full

    def world(self, *layers: Mapping[str, Any]) -> World:
        """Return a world of these layers of settings, the last strongest, under the settings of the lab."""
        return self._world("", {}, layers)

    def bare(self, kind: str, *layers: Mapping[str, Any]) -> World:
        """Return a world with every loop off and no history, whose people are all alike unless a layer says otherwise.

        What is expected of firms is what they deliver, so that offers do decide.
        """
        return self._world(kind, bare(kind), layers)

    def of(self, groups: Mapping[str, str], *layers: Mapping[str, Any]) -> World:
        """Return the world of these groups of settings, with layers over it."""
        return self._world(str(groups), from_groups(groups), layers)

    def unusual(self) -> dict[str, tuple[Any, ...]]:
        """Return the settings that are not the usual ones in some world, by dotted names, each with all its values."""
        found: dict[str, list[Any]] = {name: [] for name in sorted(self.usual)}
        for asked in self.asked:
            for name, values in found.items():
                value = asked.get(name, self.usual[name])
                if value not in values:
                    values.append(value)
        return {name: tuple(values) for name, values in found.items()}

    def strengths(self) -> dict[str, float]:
        """Return the usual values of numbers of people and their minds that all worlds have otherwise, but not at 0.

        What is made stronger or weaker for a check; not what is switched off, nor that in which worlds differ.
        """
        first = self.asked[0] if self.asked else {}
        return {
            name: self.usual[name]
            for name, value in sorted(first.items())
            if name.startswith(OF_PEOPLE)
            and value
            and all(_is_number(each) for each in (value, self.usual[name]))
            and all(asked.get(name) == value for asked in self.asked)
        }

    def _world(self, name: str, ground: Tree, layers: Sequence[Mapping[str, Any]]) -> World:
        """Return the world of a ground that has a name, with layers over it, and note what these change."""
        over = merge(*layers)
        if name not in _USUAL:
            _USUAL[name] = flat(World.model_validate(ground).model_dump())
        unlike = {key: value for key, value in flat(over).items() if _USUAL[name].get(key) != value}
        self.asked.append({key: value for key, value in unlike.items() if not key.startswith(SIZE)})
        self.usual.update({key: _USUAL[name].get(key) for key in self.asked[-1]})
        return World.model_validate(merge(ground, over, nested(self.settings)))

    def telecom(self, *layers: Mapping[str, Any]) -> World:
        """Return a small telecom market with layers over it; nobody queues there, so that people are independent."""
        small = {
            "calendar": {"years": 1.0, "burn_in_years": 12.0, "served_burn_in_years": 0.0},
            "customers": {"count": self.size(8_000, 20_000)},
            "firms": {"acme": BENCHMARK},
        }
        return self.of(TELECOM, small, *layers)


class Watch(Program):
    """Count what each person does at the first firm; change nobody.

    Attributes:
        orders: (N,) purchases.
        cents: (N,) what they paid.
        contacts: (N,) contacts that ended.
    """

    def __init__(self, market: Market, firm: int = 0) -> None:
        """Begin to watch a firm of a market."""
        people = len(market.people.entry)
        super().__init__(ProgramSettings(), market.firms[firm], people)
        self.orders, self.cents, self.contacts = (np.zeros(people, np.int64) for _ in range(3))
        market.firms[firm].programs["watch"] = self

    def after_purchase(self, market: Market, purchases: Purchases) -> None:
        """Count orders and money."""
        np.add.at(self.orders, purchases.person, 1)
        np.add.at(self.cents, purchases.person, purchases.cents)

    def compensation(self, market: Market, records: "Records") -> NDArray[np.int64]:
        """Count contacts; compensate nobody."""
        np.add.at(self.contacts, records.person, 1)
        return np.zeros(len(records.person), np.int64)


def bare(kind: str) -> Tree:
    """Return the settings of a world with every loop off."""
    off = from_groups({"mind": "off"})
    loops_off = {"kind": kind} | {room: off[room] for room in ("choose", "experience")}
    return merge(loops_off, {"feel": {"expectation_rate": 0.0}}, {"customers": ALIKE}, UNSETTLED)


def nested(settings: Mapping[str, Any]) -> Tree:
    """Return settings by their dotted names as the tree that they mean."""
    tree: Tree = {}
    for name, value in settings.items():
        *path, last = name.split(".")
        branch = tree
        for key in path:
            branch = branch.setdefault(key, {})
        branch[last] = value
    return tree


def flat(tree: Mapping[str, Any], path: str = "") -> dict[str, Any]:
    """Return the settings of a tree by their dotted names."""
    found: dict[str, Any] = {}
    for key, value in tree.items():
        branch = isinstance(value, Mapping) and value
        found |= flat(value, f"{path}{key}.") if branch else {f"{path}{key}": value}
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_USUAL: dict[str, dict[str, Any]] = {}  # settings of each ground that worlds are made on, by its name


def lived(world: World, start: Snapshot | None = None) -> Market:
    """Return a market after all of its watched periods; where worlds share a past, it is their ``start``."""
    market = Market(world, start=start)
    market.run()
    return market


def apart(values: ArrayLike, groups: int = 40) -> NDArray[np.float64]:
    """Return sums over groups of people, shape (groups,): independent where nobody queues and nobody hears of others.

    Where people talk, or share a queue, whole markets in different luck are independent, not groups of one.
    """
    column = np.asarray(values, np.float64)
    return np.add.reduceat(column, np.linspace(0, column.size, groups, endpoint=False).astype(int))


_PASTS: dict[str, Snapshot] = {}  # lived in this process, by what they depend on
_MOST_PASTS = 4


def past(world: World) -> Snapshot:
    """Return the settled past of a world; the checks of a process share it."""
    key = world.past_key()
    if key not in _PASTS:
        if len(_PASTS) >= _MOST_PASTS:
            _PASTS.pop(next(iter(_PASTS)))
        _PASTS[key] = settle(world)
    return _PASTS[key]
