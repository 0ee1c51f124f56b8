"""A firm's call center through the periods: it plans, serves, counts, and carries on where it was."""

from typing import NamedTuple

import mesa
import numpy as np

from sim.calendar import Window
from sim.call_center import benchmark, engines
from sim.call_center.conduct import conduct_of
from sim.call_center.contacts import Contacts
from sim.call_center.hours import WEEK
from sim.call_center.planning import plan
from sim.call_center.records import NOBODY, NOT_BEGUN, CenterState, Ending, Records
from sim.call_center.rules import LAST_ATTEMPT, Floats, Rules, rules_of
from sim.call_center.settings import CallCenterSettings
from sim.call_center.staff import Staff
from sim.call_center.tally import Tally, tally
from sim.call_center.ways_in import SELF_SERVED, shares, ways_in
from sim.call_center.workforce import Workforce, WorkforceState
from sim.draws import Key


class CenterSnapshot(NamedTuple):
    """A center between two periods: all that it remembers."""

    state: CenterState
    skills: tuple[str, ...]  # their names, in the order of their numbers
    offered: tuple[float, ...]  # contacts in the last period for each customer represented, by skill; empty: none yet
    workforce: WorkforceState


class CallCenter:
    """The call center of one firm.

    Attributes:
        settings: What a strategy may change between periods.
        key: Seed and replicate of the luck of its callers.
        workforce: The people who work there.
        staff: This period's agents and roster; None in a benchmark and before the first plan.
        tally: The last period's counts, minutes and hours (see `sim.call_center.tally`).
    """

    def __init__(self, settings: CallCenterSettings, firm_id: int, key: Key, model: mesa.Model | None = None) -> None:
        """Open a center with nothing under way.

        Args:
            settings: Of the center.
            firm_id: The stable id that its agents are drawn from.
            key: Seed and replicate.
            model: The world whose agents the people who work there are; without one, a world of their own.
        """
        self.settings = settings
        self.firm_id = firm_id
        self.key = key
        self.workforce = Workforce(model or mesa.Model(rng=key.seed), key, firm_id)
        self.staff: Staff | None = None
        self.tally: Tally = {}
        self._state = CenterState.at(NOT_BEGUN)
        self._skills = tuple(settings.skills)
        self._offered: tuple[float, ...] = ()
        self._hires = 0

    @property
    def needs_forecast(self) -> bool:
        """Whether no period tells yet what the next one brings."""
        return self.settings.kind == "own" and not self._offered

    def plan(self, window: Window, forecast: float) -> None:
        """Hire for a period, and make its roster.

        The first one is made for ``forecast``: the needs of the firm's own customers expected in a week. Each
        stands for the customers represented and calls until it is met. The others are made for what the last period
        brought.
        """
        if self.settings.kind == "benchmark":
            self.staff, self._hires = None, 0
            return
        self._rename_skills()
        each = np.array(self._offered) if self._offered else self._expected(window, forecast)
        waiting = np.bincount(self._state.waiting.skill, minlength=each.size)
        backlog = waiting * np.array([skill.channel == "email" for skill in self.settings.skills.values()])
        offered = each * self.settings.customers_represented + backlog
        self.staff, self._hires = plan(self.settings, self.workforce, window, offered)

    def _rename_skills(self) -> None:
        """Take over what is under way into a center whose kinds of work are others.

        Contacts keep the skill of the same name, or ask for the first one. What was offered asks for the new skills in
        proportion to their weights, all in all as much as before.
        """
        names = tuple(self.settings.skills)
        if names == self._skills:
            return
        number = np.array([names.index(name) if name in names else 0 for name in self._skills], np.int8)
        state = self._state
        self._state = state._replace(
            waiting=state.waiting._replace(skill=number[state.waiting.skill]),
            in_hand=state.in_hand._replace(
                contacts=state.in_hand.contacts._replace(skill=number[state.in_hand.contacts.skill])
            ),
            to_come=state.to_come._replace(skill=number[state.to_come.skill]),
        )
        if self._offered:
            weights = shares(ways_in(self.settings), self.settings.priority)
            self._offered = tuple((sum(self._offered) * weights).tolist())
        self._skills = names

    def _expected(self, window: Window, forecast: float) -> Floats:
        """Return the contacts that a first period is expected to bring for each customer represented, by skill."""
        settings, ways = self.settings, ways_in(self.settings)
        quality = conduct_of(settings.conduct).quality
        solved = np.array([settings.resolution_of(skill) for skill in settings.skills.values()])
        unmet = (1.0 - np.minimum(solved * quality, 1.0)) * settings.repeat.chance
        attempts = 1.0 / np.maximum(1.0 - unmet, 1.0 / (LAST_ATTEMPT + 1))
        weeks = (window.end - window.start) / WEEK
        in_person = 1.0 - ways.tried * ways.coverage / 2.0  # of people of middling e-skill
        menu = np.where(ways.line, 1.0 - ways.contained, 1.0)
        share = shares(ways, settings.priority)
        expected: Floats = forecast * weeks * attempts * in_person * share * menu
        return expected

    def serve(self, contacts: Contacts, window: Window) -> Records:
        """Serve a period; return the records of the contacts that ended in it, and keep the `tally`.

        Raises:
            ValueError: The window does not follow the last one, or an own center has no plan.
        """
        self._rename_skills()
        before = self._state
        if before.now == NOT_BEGUN:
            before = before._replace(now=window.start)
        if before.now != window.start:
            raise ValueError(f"the center stands at minute {before.now}; a period from {window.start} does not follow")
        rules = rules_of(self.settings, self.key)
        alone = contacts.skill == SELF_SERVED
        after, records = self._serve(before, contacts.take(~alone) if alone.any() else contacts, rules, window)
        if alone.any():
            records = Records.together([records, self_served(contacts.take(alone))])
        self.tally = tally(self.settings, window, contacts, before, after, records, self.staff)
        self.tally |= self._people(window)
        self._offered = self._offered_by_skill(contacts, before, after, records)
        self._state = after
        return records

    def _serve(
        self, before: CenterState, contacts: Contacts, rules: Rules, window: Window
    ) -> tuple[CenterState, Records]:
        if self.settings.kind == "benchmark":
            return benchmark.serve(before, contacts, self.settings.benchmark, rules, window.end)
        if self.staff is None:
            raise ValueError("plan the staff before contacts are served")
        elsewhere = before.in_hand.agent == NOBODY
        if not elsewhere.any():
            return engines.serve(before, contacts, self.staff, rules, window.end, self.settings.engine)
        # what a benchmark has in hand is finished there, and calls here if it calls again
        finished, calls_again = benchmark.finish(before.in_hand.take(elsewhere), rules, window.start)
        ours = before._replace(in_hand=before.in_hand.take(~elsewhere), to_come=before.to_come.and_also(calls_again))
        after, records = engines.serve(ours, contacts, self.staff, rules, window.end, self.settings.engine)
        return after, Records.together([records, finished])

    def _offered_by_skill(
        self, contacts: Contacts, before: CenterState, after: CenterState, records: Records
    ) -> tuple[float, ...]:
        """Return the period's offered contacts for each customer represented, by skill.

        Who found no free line is left out: more agents would not have answered them.
        """
        skills = len(self.settings.skills)

        def count(skill: np.ndarray) -> np.ndarray:
            return np.bincount(skill + 1, minlength=skills + 1)[1:]  # without self-service, -1

        again, blocked = records.again < np.inf, records.ending == Ending.BLOCKED
        offered = count(contacts.skill) + count(before.to_come.skill) - count(after.to_come.skill)
        offered += count(records.skill[again]) - count(records.skill[blocked])
        represented = self.settings.customers_represented if self.settings.kind == "own" else 1.0
        return tuple((np.maximum(offered, 0) / represented).tolist())

    def _people(self, window: Window) -> Tally:
        """Let the period sink in with the agents; return who came, went and stayed, as sums."""
        if self.staff is None:
            return dict.fromkeys(("agents_employed", "agent_tenure", "agent_morale", "quits", "hires"), 0.0)
        available = self.tally["available_minutes"]
        occupancy = self.tally["busy_minutes"] / available if available > 0.0 else 0.0
        employed = self.workforce.employed()
        quits = self.workforce.live(self.settings, window, occupancy)
        return {
            "agents_employed": float(len(employed)),
            "agent_tenure": sum(agent.tenure(window.end) for agent in employed),
            "agent_morale": sum(agent.morale for agent in employed),
            "quits": float(quits),
            "hires": float(self._hires),
        }

    def wages(self, years: float) -> tuple[float, float]:
        """Return the payroll and the cost of hires in a period of ``years``, currency units.

        Both are those of the simulated customers: their share of the customers represented. Hours of training are paid
        beyond what shrinkage holds.
        """
        settings, represented = self.settings, self.settings.customers_represented
        training = self.tally["agents_employed"] * settings.conduct.training_hours * years
        hours = (self.tally["paid_hours"] + training) / represented
        hiring = self.tally["hires"] * settings.turnover.hiring_cost / represented
        return hours * settings.agents.pay_per_hour, hiring

    def snapshot(self) -> CenterSnapshot:
        """Return all that the center remembers; plain data."""
        return CenterSnapshot(self._state, self._skills, self._offered, self.workforce.state())

    def restore(self, snapshot: CenterSnapshot) -> None:
        """Carry on from a snapshot."""
        self._state, self._skills, self._offered, workforce = snapshot
        self.workforce.restore(workforce, self.settings)


def self_served(contacts: Contacts) -> Records:
    """Return the records of contacts whose need self-service met, at once."""
    records = Records.about(contacts)
    records.ending[:] = Ending.CONTAINED
    records.end[:] = contacts.arrival
    records.resolved[:] = True
    records.again[:] = np.inf
    return records
