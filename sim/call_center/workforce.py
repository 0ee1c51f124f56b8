"""The people who work in a center: Mesa agents who learn, tire, quit and are replaced."""

import math
from typing import NamedTuple

import mesa
import numpy as np

from sim.calendar import MINUTES_A_YEAR, Window
from sim.call_center.agents import learned
from sim.call_center.conduct import conduct_of
from sim.call_center.morale import morale_after, morale_led_to, quality_of_mood
from sim.call_center.settings import CallCenterSettings
from sim.call_center.turnover import quits_a_year
from sim.draws import Decision, Key, exponential, normal, uniform

_ALWAYS_THERE = 100.0  # years of tenure of the first agents where nobody quits
_AGENT, _QUIT = int(Decision.AGENT), int(Decision.QUIT)  # Numba takes long to look at a member of an enum


class AgentState(NamedTuple):
    """A service agent between two periods: plain data. The place in the list is the number."""

    group: int
    hired: float  # minute of the clock
    morale: float  # 0-1
    left: float  # minute of the clock; infinite: still there


class WorkforceState(NamedTuple):
    """A workforce between two periods."""

    groups: tuple[str, ...] = ()
    agents: tuple[AgentState, ...] = ()
    on_the_way: tuple[tuple[float, int], ...] = ()  # (first minute, group) of those hired


class ServiceAgent(mesa.Agent):  # type: ignore[misc]
    """Somebody who answers. Talents are drawn by number, so an agent is the same person in every arm."""

    def __init__(
        self, model: mesa.Model, key: Key, firm_id: int, number: int, state: AgentState, settings: CallCenterSettings
    ) -> None:
        """Take up work; ``number`` is the agent's place in the center's list, for good."""
        super().__init__(model)
        self.number = number
        self.group, self.hired, self.morale, self.left = state
        people = Key(key.seed, 0)  # agents are people of the world, not luck of a replicate
        speed, quality = (normal(people, firm_id, 0, _AGENT, 2 * number + which) for which in (0, 1))
        speed_sd, quality_sd = settings.agents.speed_sd, settings.agents.quality_sd
        self.talent = math.exp(speed_sd * speed - speed_sd * speed_sd / 2.0)
        self.care = math.exp(quality_sd * quality - quality_sd * quality_sd / 2.0)

    def tenure(self, now: float) -> float:
        """Return the years since the first day at work."""
        return max(0.0, now - self.hired) / MINUTES_A_YEAR

    def speed(self, settings: CallCenterSettings, now: float) -> float:
        """Return the work done in a minute: talent x learned."""
        agents = settings.agents
        return self.talent * learned(agents.start_speed, self.tenure(now), agents.learning_months)

    def quality(self, settings: CallCenterSettings, now: float) -> float:
        """Return the factor on the chance to solve: care x learned x mood."""
        agents = settings.agents
        skill = self.care * learned(agents.start_quality, self.tenure(now), agents.learning_months)
        return skill * quality_of_mood(self.morale, settings.morale)

    @property
    def state(self) -> AgentState:
        """The agent as plain data."""
        return AgentState(self.group, self.hired, self.morale, self.left)


class Workforce:
    """All who work, or worked, in a center, by number; and those who are hired and still to come."""

    def __init__(self, model: mesa.Model, key: Key, firm_id: int) -> None:
        """Begin without anybody."""
        self.model, self.key, self.firm_id = model, key, firm_id
        self.groups: tuple[str, ...] = ()
        self.agents: list[ServiceAgent] = []
        self.on_the_way: list[tuple[float, int]] = []

    def present(self, group: int) -> list[int]:
        """Return the numbers of those who work in a group."""
        return [agent.number for agent in self.agents if agent.group == group and agent.left == math.inf]

    def employed(self) -> list[ServiceAgent]:
        """Return those who work there."""
        return [agent for agent in self.agents if agent.left == math.inf]

    def pace(self, settings: CallCenterSettings, now: float) -> float:
        """Return the work that an agent of mean talent does in a minute, as a planner counts on it."""
        agents = settings.agents
        tenures = [agent.tenure(now) for agent in self.employed()] or [_ALWAYS_THERE]
        experience = sum(learned(agents.start_speed, tenure, agents.learning_months) for tenure in tenures)
        return experience / len(tenures) / conduct_of(settings.conduct).time

    def staff_up(self, settings: CallCenterSettings, window: Window, needed: list[int]) -> int:
        """Let those hired begin, and hire for vacancies; return the number of hires that cost.

        Where nobody quits, agents are there when they are needed, at their loaded pay. Else hires come after the lag;
        what quits are expected within it are, as a share, hired for in advance.
        """
        if not self.agents:
            self.groups = tuple(settings.groups)
            self._found(settings, window, needed)
            return 0
        if self.groups != tuple(settings.groups):
            self._regroup(tuple(settings.groups), needed)
        arrived = [group for ready, group in self.on_the_way if ready <= window.start]
        self.on_the_way = [one for one in self.on_the_way if one[0] > window.start]
        for group in arrived:
            self._employ(settings, AgentState(group, window.start, settings.morale.reference, math.inf))
        turnover = settings.turnover
        lag = turnover.hiring_lag_months / 12.0 if turnover.quits > 0.0 else 0.0
        hires = 0
        for group, places in enumerate(needed):
            wanted = math.ceil(places * (1.0 + turnover.hiring_ahead * turnover.quits * lag) - 1e-9)
            vacancies = wanted - len(self.present(group)) - sum(one == group for _, one in self.on_the_way)
            for _ in range(vacancies):
                hires += turnover.quits > 0.0
                if lag <= 0.0:
                    self._employ(settings, AgentState(group, window.start, settings.morale.reference, math.inf))
                else:
                    self.on_the_way.append((window.start + lag * MINUTES_A_YEAR, group))
        return hires

    def live(self, settings: CallCenterSettings, window: Window, occupancy: float) -> int:
        """Let a period's load and treatment sink in; return how many quit at its end."""
        if settings.turnover.quits <= 0.0 and settings.morale.quality_effect <= 0.0:
            return 0
        led_to = morale_led_to(
            settings.agents.pay_per_hour, occupancy, conduct_of(settings.conduct).morale, settings.morale
        )
        quits = 0
        for agent in self.employed():
            agent.morale = morale_after(agent.morale, led_to, window.dt, settings.morale)
            hazard = quits_a_year(agent.morale, occupancy, settings.turnover, settings.morale)
            luck = uniform(self.key, self.firm_id, window.period, _QUIT, agent.number)
            if luck < 1.0 - math.exp(-hazard * window.dt):
                agent.left = window.end
                agent.remove()
                quits += 1
        return quits

    def _regroup(self, groups: tuple[str, ...], needed: list[int]) -> None:
        """Spread those who are there over new groups by what each needs, in the order of their numbers."""
        here = self.employed()
        for agent in self.agents:
            agent.group = 0  # of no effect for those who have left
        places = np.cumsum(needed) / max(sum(needed), 1) * len(here)
        for place, agent in enumerate(here):
            agent.group = min(int(np.searchsorted(places, place, side="right")), len(groups) - 1)
        self.on_the_way = [(ready, min(group, len(groups) - 1)) for ready, group in self.on_the_way]
        self.groups = groups

    def _found(self, settings: CallCenterSettings, window: Window, needed: list[int]) -> None:
        """Employ the first agents, with the tenures of a center that has always had this turnover."""
        quits = settings.turnover.quits
        for group, places in enumerate(needed):
            for _ in range(places):
                years = _ALWAYS_THERE
                if quits > 0.0:
                    number = len(self.agents)
                    years = exponential(Key(self.key.seed, 0), self.firm_id, 0, _QUIT, number) / quits
                hired = window.start - years * MINUTES_A_YEAR
                self._employ(settings, AgentState(group, hired, settings.morale.reference, math.inf))

    def _employ(self, settings: CallCenterSettings, state: AgentState) -> None:
        self.agents.append(ServiceAgent(self.model, self.key, self.firm_id, len(self.agents), state, settings))

    def state(self) -> WorkforceState:
        """Return the workforce as plain data."""
        return WorkforceState(self.groups, tuple(agent.state for agent in self.agents), tuple(self.on_the_way))

    def restore(self, state: WorkforceState, settings: CallCenterSettings) -> None:
        """Take up a stored workforce."""
        for agent in self.employed():
            agent.remove()
        self.groups, self.agents = state.groups, []
        for one in state.agents:
            self._employ(settings, one)
        for agent in self.agents:
            if agent.left < math.inf:
                agent.remove()
        self.on_the_way = list(state.on_the_way)

    def speeds(self, settings: CallCenterSettings, now: float) -> tuple[np.ndarray, np.ndarray]:
        """Return speed and quality of all agents by number: as engines see them."""
        conduct = conduct_of(settings.conduct)
        speed = np.array([agent.speed(settings, now) for agent in self.agents], float) / conduct.time
        quality = np.array([agent.quality(settings, now) for agent in self.agents], float) * conduct.quality
        return speed, quality
