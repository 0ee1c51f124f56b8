"""The settings of a whole world: every room's, checked at once."""

import hashlib
import json
from typing import Literal

from pydantic import model_validator

from sim.calendar import CalendarSettings
from sim.draws import stable_id
from sim.firms.settings import FirmSettings
from sim.mind.settings import MindSettings
from sim.people.buy import BuySettings
from sim.people.choose import ChooseSettings
from sim.people.experience import ExperienceSettings
from sim.people.feelings import FeelSettings
from sim.people.population import CustomersSettings
from sim.registry import chosen, registered
from sim.settings import Settings, setting


class EconomicsSettings(Settings):
    """How money over time is weighed."""

    discount_rate: float = setting(0.10, "discount rate", "a year", ge=0.001, le=1)


class World(Settings):
    """A world: who lives in it, which firms, for how long, by which luck."""

    seed: int = setting(1, "seed of all luck", "", "any number", ge=0, le=2**32 - 1)
    population_seed: int | None = setting(
        None, "seed of the people; empty: the seed", "", "any number", ge=0, le=2**32 - 1
    )
    kind: Literal["subscription", "repertoire"] = setting(
        "subscription", "one provider and a fee, or purchases from any firm", source="the modeler's choice"
    )
    focal: str = setting(
        "", "the firm in whose name figures are given; empty: the first", source="the analyst's choice"
    )
    calendar: CalendarSettings = setting(CalendarSettings, "time")
    customers: CustomersSettings = setting(CustomersSettings, "people")
    choose: ChooseSettings = setting(ChooseSettings, "stay, switch, join, leave")
    buy: BuySettings = setting(BuySettings, "fees and purchases")
    experience: ExperienceSettings = setting(ExperienceSettings, "failures, questions, voice")
    feel: FeelSettings = setting(FeelSettings, "expectation, satisfaction, commitment, habit")
    mind: MindSettings = setting(MindSettings, "further parts of the mind; each is off unless it is active")
    economics: EconomicsSettings = setting(EconomicsSettings, "discounting")
    firms: dict[str, FirmSettings] = setting(
        lambda: {"acme": FirmSettings()}, "firms by name", min_length=1, max_length=100
    )

    @model_validator(mode="after")
    def _consistent(self) -> "World":
        if self.focal and self.focal not in self.firms:
            raise ValueError(f"focal: there is no firm {self.focal!r}; there are: {', '.join(self.firms)}")
        if len({stable_id(name) for name in self.firms}) < len(self.firms):
            raise ValueError("firms: two names have the same checksum; rename one of them")
        for name, part in registered("parts").items():
            lacking = [need for need in part.needs if not getattr(self.mind, need).active]
            if getattr(self.mind, name).active and lacking:
                raise ValueError(f"mind.{name}.active: it acts on a part that is off: mind.{lacking[0]}.active")
        for name, firm in self.firms.items():
            if self.kind == "subscription" and firm.failures > self.experience.failure_ceiling:
                raise ValueError(
                    f"firms.{name}.failures = {firm.failures}:"
                    f" above experience.failure_ceiling = {self.experience.failure_ceiling}"
                )
            for program in chosen(firm.programs):
                markets = registered("programs")[program].markets
                if self.kind not in markets:
                    raise ValueError(f"firms.{name}.programs.{program}: not in a {self.kind} market; in {markets[0]}")
                off = [part for part in registered("programs")[program].needs if not getattr(self.mind, part).active]
                if off:
                    raise ValueError(
                        f"firms.{name}.programs.{program}: it acts on a part that is off: mind.{off[0]}.active"
                    )
        return self

    @property
    def focal_firm(self) -> str:
        """Name of the firm in whose name figures are given."""
        return self.focal or next(iter(self.firms))

    @property
    def people_seed(self) -> int:
        """Seed of the population: the same people live many lives."""
        return self.seed if self.population_seed is None else self.population_seed

    def before(self, base: "World") -> "World":
        """Return the world that this arm comes out of: its own people and rules, but the firms of ``base``.

        The levers of arms start after the burn-in, so arms that differ in firms alone share one past.
        """
        return self.model_copy(update={"firms": base.firms, "economics": base.economics})

    def past_key(self) -> str:
        """Return a fingerprint of all settings on which the burn-in depends."""
        watched = set() if self.calendar.entrants_per_year else {"years"}  # who is still to enter is drawn with all
        values = self.model_dump(
            mode="json", exclude={"seed": True, "calendar": watched, "focal": True, "economics": True}
        )
        values["population_seed"] = self.people_seed
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:24]
