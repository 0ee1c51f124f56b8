"""Communities: customers of a firm that hosts one meet there, help each other, and come to belong."""

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import Decision, Key, uniform
from sim.kernel import double, kernel, loop
from sim.mind.part import Floats, Part, PartSettings
from sim.people.columns import NOBODY, Bytes, Flags
from sim.people.experience import Incident, Incidents
from sim.people.mathematics import approach, chance_within
from sim.people.offers import Leanings
from sim.rule import rule
from sim.settings import numbers, setting

if TYPE_CHECKING:
    from sim.market import Market


class CommunitySettings(PartSettings):
    """Who joins, what members do for each other, and what that does to them."""

    join_per_year: float = setting(
        0.6, "hazard that a customer with full e-skill joins the community that the firm hosts", "a year", ge=0, le=100
    )
    answered: float = setting(
        0.5, "share of members' questions that a large community answers", "share",
        "Wiertz & de Ruyter 2007; [A] size", ge=0, le=1,
    )  # fmt: skip
    size: float = setting(200.0, "members at which 63 % of that is reached", "people", gt=0, le=1e7)
    belonging_half_life: float = setting(
        6.0, "members come to belong; who is none belongs no more", "months", gt=0, le=600
    )
    commitment: float = setting(
        0.4, "lean of commitment of a member who fully belongs", "log-odds",
        "Algesheimer, Dholakia & Herrmann 2005; [A] size", ge=0, le=10,
    )  # fmt: skip


class Belonging(NamedTuple):
    """The columns. Comment: range, unit."""

    community: Bytes  # (N,) firm of whose community the person is a member; NOBODY
    belonging: NDArray[np.float32]  # (N,) to the community of that firm, 0-1


@rule("members", 0.0, 1000.0, also=("crowd_service",))
@kernel
def crowd_answers(members: float, c: CommunitySettings) -> float:
    """Return the chance that members answer a member's question.

    Equation: answered (1 - exp(-members / size))
    Units: members and size in people; a chance 0-1
    Source: Wiertz & de Ruyter 2007 (customers help customers); [A] form: few members know little, many know all
    """
    return c.answered * -math.expm1(-members / c.size)


@loop
def _live(
    first: int, last: int, period: int, key: Key, ids: NDArray[np.int64], hosted: Flags, provider: Bytes,
    customer: Flags, e_skill: NDArray[np.float32], c: CommunitySettings, dt: float, columns: Belonging,
    leanings: Leanings,
) -> None:  # fmt: skip
    """Let customers join and leave communities; members lean to the firm as they belong."""
    whole, half = approach(c.belonging_half_life, dt), approach(c.belonging_half_life, 0.5 * dt)
    for person in range(first, last):
        firm = int(columns.community[person])
        if firm != NOBODY and not (hosted[firm] and customer[person, firm]):
            firm = NOBODY
            columns.belonging[person] = 0.0
        here, pace = int(provider[person]), whole
        if firm == NOBODY and here != NOBODY and hosted[here] and customer[person, here]:
            chance = chance_within(c.join_per_year * double(e_skill[person]), dt)
            if uniform(key, person, period, Decision.JOIN_COMMUNITY, int(ids[here])) < chance:
                firm, pace = here, half  # in the middle of the period, on average
        columns.community[person] = firm
        if firm != NOBODY:
            belonging = double(columns.belonging[person])
            belonging += pace * (1.0 - belonging)
            columns.belonging[person] = belonging
            leanings.commitment[person, firm] += np.float32(c.commitment * belonging)


@loop
def _answer(
    period: int, key: Key, failure: int, incidents: Incidents, community: Bytes, chance: NDArray[np.float64],
    asked: NDArray[np.float64], answered: NDArray[np.float64],
) -> None:  # fmt: skip
    """Let members answer members' questions, so that these never reach the center; count per firm."""
    for row in range(incidents.person.size):
        person, firm, cause = int(incidents.person[row]), int(incidents.firm[row]), int(incidents.cause[row])
        if cause == failure or not incidents.calls[row]:
            continue
        asked[firm] += 1.0
        number, member = cause << 16 | int(incidents.slot[row]), int(community[person]) == firm
        if member and uniform(key, person, period, Decision.CROWD_ANSWERS, number) < chance[firm]:
            incidents.calls[row] = False
            answered[firm] += 1.0


class Community(Part):
    """Communities of customers: members answer each other's questions, and belong. Firms host them by a program.

    Attributes:
        hosted: (F,) whether the firm hosts one in this period.
    """

    settings_class = CommunitySettings
    settings: CommunitySettings
    columns: Belonging
    counts = ("community_members", "questions_asked", "crowd_answered")

    def __init__(self, settings: CommunitySettings, market: "Market") -> None:
        """Begin without communities."""
        super().__init__(settings, market)
        self.rules = numbers(settings)
        self.hosted: Flags = np.zeros(len(market.firms), np.bool_)
        self._asked, self._answered = np.zeros((2, len(market.firms)))

    def empty(self, people: int, firms: int) -> Belonging:
        """Return columns of people who are members of nothing."""
        return Belonging(np.full(people, NOBODY, np.int8), np.zeros(people, np.float32))

    def members(self) -> Floats:
        """Return the number of members of each firm's community (F,)."""
        return np.bincount(self.columns.community + 1, minlength=len(self.hosted) + 1)[1:].astype(np.float64)

    def lean(self, market: "Market") -> None:
        """Let customers join, and members lean to the firm; programs said before who hosts."""
        people = market.people
        if self.hosted.any() or (self.columns.community != NOBODY).any():
            market.crowd.crew.run(
                _live, market.now.period, market.key, market.terms.ids, self.hosted, people.provider, people.customer,
                people.e_skill, self.rules, market.now.dt, self.columns, market.leanings,
            )  # fmt: skip
        self.hosted[:] = False

    def met(self, market: "Market", incidents: Incidents) -> None:
        """Let the crowd answer before anybody calls."""
        self._asked[:] = self._answered[:] = 0.0
        chance = np.array([crowd_answers(members, self.rules) for members in self.members()])
        _answer(
            market.now.period, market.key, int(Incident.FAILURE), incidents, self.columns.community, chance,
            self._asked, self._answered,
        )  # fmt: skip

    def count(self, market: "Market") -> dict[str, Floats]:
        """Return members, questions that came up, and those that the crowd answered."""
        return dict(zip(self.counts, (self.members(), self._asked.copy(), self._answered.copy()), strict=True))
