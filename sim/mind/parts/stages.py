"""Stages on the path to loyalty, read off: prospect, first-time, repeat, loyal customer, advocate. It moves nobody."""

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import Key
from sim.kernel import double, kernel, loop
from sim.mind.part import Floats, Part, PartSettings
from sim.people.blocks import GRAIN
from sim.people.buy import Purchases
from sim.people.columns import NEVER, NOBODY, People
from sim.people.moves import Moves
from sim.rule import rule
from sim.settings import numbers, setting

if TYPE_CHECKING:
    from sim.market import Market


class StagesSettings(PartSettings):
    """Where each stage begins."""

    repeat_from: float = setting(
        1.0, "tenure from which a subscriber has chosen the firm again (a buyer: from the second order)", "years",
        "Griffin 1995: a repeat customer; [A] threshold", ge=0, le=20,
    )  # fmt: skip
    loyal_from: float = setting(
        0.55, "commitment from which a repeat customer is loyal", "0-1", "Griffin 1995: a client; [A] threshold", ge=0,
        le=1,
    )  # fmt: skip
    advocate_from: float = setting(
        0.85, "satisfaction from which a loyal customer speaks for the firm", "0-1",
        "Reichheld 2003: promoters; [A] threshold", ge=0, le=1,
    )  # fmt: skip


class Stage(IntEnum):
    """Stages, as people are counted; PROSPECT was never a customer."""

    PROSPECT = 0
    FIRST_TIME = 1
    REPEAT = 2
    LOYAL = 3
    ADVOCATE = 4
    FORMER = 5


class Bought(NamedTuple):
    """The columns. Comment: range, unit."""

    orders: NDArray[np.int8]  # (N, F) orders made of a firm, or times that it was joined; 100 for more


_MOST = 100


@rule(
    "commitment", 0.0, 1.0, lines=("satisfaction", 0.6, 0.8, 1.0), times=2.0,
    also=("path_to_loyalty", "loyalty_ladder"), cells={1: "first-time", 2: "repeat", 3: "loyal", 4: "advocate"},
    reads={"times": "mind.stages.repeat_from"},
)  # fmt: skip
@kernel
def stage_of(times: float, commitment: float, satisfaction: float, s: StagesSettings) -> int:
    """Return the stage of a customer: 1 first-time, 2 repeat, 3 loyal, 4 advocate.

    Equation: 1 where n <= 1; 2 where n > 1 and L < loyal_from; 3 where n > 1, L >= loyal_from and S < advocate_from;
        4 where n > 1, L >= loyal_from and S >= advocate_from
    Units: n = times: orders (a subscriber's: times that the firm was joined, and one more from a tenure of
        repeat_from); commitment L, satisfaction S 0-1
    Source: Griffin 1995 (stages of loyalty)
    """
    stage = 1
    if times > 1.0:
        stage = 2
        if commitment >= s.loyal_from:
            stage = 4 if satisfaction >= s.advocate_from else 3
    return stage


@loop
def _stand(
    first: int, last: int, period: int, people: People, orders: NDArray[np.int8], repertoire: bool, s: StagesSettings,
    sums: NDArray[np.float64],
) -> None:  # fmt: skip
    """Add where each person in ``[first, last)`` stands with each firm to ``sums`` (grains, F, stages)."""
    for person in range(first, last):
        if int(people.entry[person]) > period:
            continue
        for firm in range(orders.shape[1]):
            stage = 0 if double(people.since[person, firm]) >= NEVER else 5
            if people.customer[person, firm]:
                times = double(orders[person, firm])
                if not repertoire and double(people.tenure[person, firm]) >= s.repeat_from:
                    times += 1.0
                commitment = double(people.commitment[person, firm])
                stage = stage_of(times, commitment, double(people.satisfaction[person, firm]), s)
            sums[person // GRAIN, firm, stage] += 1.0


class Stages(Part):
    """Stages on the path to loyalty: prospect, first-time, repeat, loyal customer, advocate. It moves nobody."""

    settings_class = StagesSettings
    settings: StagesSettings
    columns: Bought
    counts = tuple(f"stage_{stage.name.lower()}" for stage in Stage)

    def empty(self, people: int, firms: int) -> Bought:
        """Return columns of people who never bought."""
        return Bought(np.zeros((people, firms), np.int8))

    def begin(self, market: "Market", key: Key) -> None:
        """Let people have chosen once whom they know; the customers of a purchase log as often as it says."""
        self.columns.orders[:] = market.people.since < NEVER
        if market.population:
            self.columns.orders[: len(market.population.x), 0] = np.minimum(market.population.x + 1.0, _MOST)

    def moved(self, market: "Market", moves: Moves) -> None:
        """Count how often a subscriber joined a firm: who comes back has chosen it again."""
        joined = np.flatnonzero(moves.moved & (moves.destination != NOBODY))
        firm = moves.destination[joined]
        self.columns.orders[joined, firm] = np.minimum(self.columns.orders[joined, firm] + 1, _MOST)

    def bought(self, market: "Market", purchases: Purchases) -> None:
        """Count a buyer's orders."""
        if market.crowd.repertoire:
            made = purchases.firm != NOBODY
            person, firm = purchases.person[made], purchases.firm[made]
            orders = np.zeros(self.columns.orders.shape, np.int16)
            np.add.at(orders, (person, firm), 1)
            self.columns.orders[:] = np.minimum(self.columns.orders + orders, _MOST)

    def count(self, market: "Market") -> dict[str, Floats]:
        """Return how many people stand where with each firm."""
        crowd = market.crowd
        sums = crowd.crew.summed(
            _stand, market.now.period, market.people, self.columns.orders, crowd.repertoire, numbers(self.settings),
            shape=(len(market.firms), len(Stage)),
        )  # fmt: skip
        return dict(zip(self.counts, sums.T, strict=True))
