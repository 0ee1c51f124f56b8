"""Going online: who is not online yet adopts the e-channel in time, by itself and by the example of others.

Who is offline cannot serve itself, asks for no digital channel and finds dealing with firms less convenient: to the
other rooms that person has no e-skill. Without this part everybody is online.
"""

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import Decision, Key, uniform
from sim.kernel import double, kernel, loop
from sim.mind.part import Floats, Part, PartSettings
from sim.people.columns import Counts, Flags
from sim.rule import rule
from sim.settings import numbers, setting

if TYPE_CHECKING:
    from sim.market import Market

_ALMOST_ALL = 1.0 - 1e-12  # a share whose hazard is finite
_BASS = "Sultan, Farley & Lehmann 1990 (mean of 213 diffusions)"


class AdoptionSettings(PartSettings):
    """How the e-channel spreads. Time counts from the end of the burn-in."""

    online_at_start: float = setting(
        0.7, "share of the people online at the start, of those with the mean e-skill", "share", ge=0, lt=1
    )
    innovation: float = setting(0.03, "hazard of going online of one's own accord", "a year", _BASS, gt=0, le=10)
    imitation: float = setting(
        0.38, "hazard of going online by the example of others, were all of them online", "a year", _BASS, ge=0, le=10
    )
    skill_pull: float = setting(
        0.5, "how far both hazards are in proportion to e-skill: 0 not at all, 1 wholly", "0-1",
        "Rogers 2003 (adopter categories); [A] size", ge=0, le=1,
    )  # fmt: skip


class Access(NamedTuple):
    """The columns. Comment: range, unit."""

    online: Flags  # (N,) uses the e-channel
    skill_online: NDArray[np.float32]  # (N,) e-skill, had or to be had once online, 0-1


@rule("years", 0.0, 15.0, lines=("share", 0.0, 0.2, 0.7), also=("bass", "diffusion"))
@kernel
def bass_share(share: float, years: float, a: AdoptionSettings) -> float:
    """Return the share of people online some years after it was ``share``.

    Equation: F(t) = (1 - A e^(-(p + q) t)) / (1 + (q / p) A e^(-(p + q) t)), A = (1 - F0) / (1 + (q / p) F0)
    Units: share F0 0-1; years t at least 0; p innovation and q imitation a year; the share in [F0, 1]
    Source: Bass 1969, the solution of dF/dt = (p + q F)(1 - F)
    """
    ratio = a.imitation / a.innovation
    left = (1.0 - share) / (1.0 + ratio * share) * math.exp(-(a.innovation + a.imitation) * years)
    return (1.0 - left) / (1.0 + ratio * left)


@rule(
    "skill", 0.0, 1.0, lines=("hazard", 0.1, 0.3, 0.5), also=("adoption", "innovators"), mean=0.6,
    reads={"mean": "customers.e_skill_mean"},
)  # fmt: skip
@kernel
def chance_to_adopt(skill: float, mean: float, hazard: float, a: AdoptionSettings) -> float:
    """Return the chance to go online in a period: those with more e-skill go first.

    Equation: 1 - exp(-hazard (1 - skill_pull + skill_pull skill / mean))
    Units: skill and its mean 0-1; hazard at the mean skill, summed up over the period; a chance in [0, 1)
    Source: Rogers 2003 (innovators are more skilled); Bass 1969 for the hazard
    """
    return -math.expm1(-hazard * (1.0 - a.skill_pull + a.skill_pull * skill / mean))


@loop
def _enter(
    first: int, last: int, period: int, key: Key, entry: Counts, e_skill: NDArray[np.float32], mean: float,
    hazard: float, a: AdoptionSettings, access: Access,
) -> None:  # fmt: skip
    """Draw who of those who enter in a period is online, the skilled rather; who is not has no e-skill yet."""
    for person in range(first, last):
        if int(entry[person]) == period:
            skill = double(e_skill[person])
            access.skill_online[person] = skill
            chance = chance_to_adopt(skill, mean, hazard, a)
            access.online[person] = uniform(key, person, 0, Decision.ONLINE_AT_START, 0) < chance
            if not access.online[person]:
                e_skill[person] = 0.0


@loop
def _adopt(
    first: int, last: int, period: int, key: Key, entry: Counts, e_skill: NDArray[np.float32], mean: float,
    hazard: float, a: AdoptionSettings, access: Access,
) -> None:  # fmt: skip
    """Let people go online in a period."""
    for person in range(first, last):
        if not access.online[person] and int(entry[person]) <= period:
            chance = chance_to_adopt(double(access.skill_online[person]), mean, hazard, a)
            if uniform(key, person, period, Decision.GO_ONLINE, 0) < chance:
                access.online[person] = True
                e_skill[person] = access.skill_online[person]


class Adoption(Part):
    """Going online: the e-channel spreads by innovation and imitation; who is offline has no use of it."""

    settings_class = AdoptionSettings
    settings: AdoptionSettings
    columns: Access
    counts = ("online_customers",)

    def empty(self, people: int, firms: int) -> Access:
        """Return columns of people who are all offline."""
        return Access(np.zeros(people, np.bool_), np.zeros(people, np.float32))

    def begin(self, market: "Market", key: Key) -> None:
        """Draw who is online at the start."""
        self._enter(market, key, 0, self.settings.online_at_start)

    def lean(self, market: "Market") -> None:
        """Draw who of those who enter now is online: as many as of those who are here already."""
        entry, now = market.people.entry, market.now.period
        if now > 0 and (entry == now).any():
            self._enter(market, market.people_key, now, float(self.columns.online[entry < now].mean()))

    def _enter(self, market: "Market", key: Key, period: int, share: float) -> None:
        people, mean = market.people, market.world.customers.e_skill_mean
        hazard = -math.log1p(-min(share, _ALMOST_ALL))
        own = numbers(self.settings)
        market.crowd.crew.run(_enter, period, key, people.entry, people.e_skill, mean, hazard, own, self.columns)

    def tell(self, market: "Market") -> None:
        """Let people go online, once the watch has begun; the hazard is that of Bass's curve over the whole period."""
        here = market.people.entry <= market.period
        share = float(self.columns.online[here].mean())
        if market.period < market.begins or share == 1.0:
            return
        a, mean = numbers(self.settings), market.world.customers.e_skill_mean
        hazard = math.log((1.0 - share) / (1.0 - bass_share(share, market.now.dt, a)))
        market.crowd.crew.run(
            _adopt, market.period, market.key, market.people.entry, market.people.e_skill, mean, hazard, a, self.columns
        )

    def count(self, market: "Market") -> dict[str, Floats]:
        """Count customers online."""
        own = [np.count_nonzero(customer & self.columns.online) for customer in market.people.customer.T]
        return {"online_customers": np.array(own, np.float64)}
