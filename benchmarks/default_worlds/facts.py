"""The facts of a world: who stays, how they feel, what they pay, what becomes of their calls."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.scenario import plan
from benchmarks.default_worlds.processes import in_processes
from benchmarks.default_worlds.targets import default
from sim.firms.program import Program, ProgramSettings
from sim.market import Market, Snapshot, settle
from sim.metrics import Columns
from sim.world import World

TENURES = (1.0, 3.0, 6.0)  # years; bounds of the classes of customers by time together
SEATS = 187_200.0  # minutes in a year for which a center is open: 52 weeks of 6 days of 10 hours

Figures = dict[str, float]


class Watch(Program):
    """Notes what each person pays to a firm; changes nobody."""

    def __init__(self, market: Market) -> None:
        """Watch the focal firm of a market."""
        people = len(market.people.entry)
        super().__init__(ProgramSettings(), market.firm(), people)
        self.cents = np.zeros(people)
        market.firm().programs["watch"] = self

    def after_purchase(self, market: Market, purchases: Any) -> None:
        """Add up what was paid."""
        np.add.at(self.cents, purchases.person, purchases.cents)


def facts(name: str, base: World, replicate: int, start: Snapshot | None = None, population: Any = None) -> Figures:
    """Return the figures of a world's table, from one life of it; the last year is that of revenue per customer."""
    market = Market(base, replicate, start=start, population=population)
    here, per_year = market.firm().number, base.calendar.per_year
    at_start = market.people.customer[:, here].copy()
    exposed, gone = np.zeros(len(TENURES) + 1), np.zeros(len(TENURES) + 1)
    while not market.done:
        if market.period - market.begins == base.calendar.periods - min(per_year, base.calendar.periods):
            watch, at_start = Watch(market), market.people.customer[:, here].copy()
        mine = market.people.customer[:, here].copy()
        together = np.digitize(market.people.tenure[:, here], TENURES)
        market.step()
        exposed += np.bincount(together[mine], minlength=len(exposed)) / per_year
        gone += np.bincount(together[mine & ~market.people.customer[:, here]], minlength=len(exposed))
    counts = market.reports.counts(market.firm())
    figures = _of_customers(market, counts) | _of_service(market, counts)
    if name == "telecom":
        return figures | _of_subscribers(market) | _by_tenure(gone, exposed)
    return figures | _of_buyers(market, counts, watch.cents, at_start)


def _of_customers(market: Market, counts: Columns) -> Figures:
    firm, outcome = market.firm().settings, market.outcomes()
    total = {key: float(column.sum()) for key, column in counts.items()}
    order = total["gross_margin"] / total["purchases"]
    feelings = 100.0 * market.people.satisfaction[market.people.customer[:, 0], 0]
    low, middle, high = np.percentile(feelings, (10, 50, 90))
    years = total["customers"] * market.world.calendar.dt
    return {
        "people": float(len(market.people.entry)),
        "churn_rate, a year": outcome["churn_rate"] or 0.0,
        "choices reopened a year": outcome["reopened_per_year"] or 0.0,
        "satisfaction": outcome["satisfaction"] or 0.0,
        "satisfaction, standard deviation": outcome["satisfaction_sd"] or 0.0,
        "satisfaction, 10th percentile": float(low),
        "satisfaction, median": float(middle),
        "satisfaction, 90th percentile": float(high),
        "revenue a customer-year": total["revenue"] / years,
        "gross margin": total["gross_margin"] / total["revenue"],
        "contacts a customer-year": total["own_contacts"] / years,
        "contacts an order": total["own_contacts"] / total["purchases"],
        "failures a customer-year": total["failures"] / years,
        "failures an order": total["failures"] / total["purchases"],
        "voiced, of failures": outcome["voice_share"] or 0.0,
        "acquisition cost, months of margin": firm.acquisition_cost / (total["gross_margin"] / years / 12.0),
        "acquisition cost, margins of an order": firm.acquisition_cost / order,
        "pay for a staffed hour": firm.call_center.agents.pay_per_hour,
    }


def _of_service(market: Market, counts: Columns) -> Figures:
    total = {key: float(column.sum()) for key, column in counts.items()}
    seconds = market.firm().settings.call_center.target.within_seconds
    rival = {key: float(column.sum()) for key, column in market.reports.counts(market.firms[-1]).items()}
    staffed = total["staffed_minutes"]
    return {
        "handle time, minutes": total["handle_minutes"] / total["handled"],
        "mean wait / chance to hang up (mean patience), minutes": total["wait_minutes"] / total["abandoned"],
        f"service level ({seconds:.0f} seconds)": total["answered_within"] / total["offered"],
        "agents on duty, mean of opening hours": staffed / (SEATS * len(counts["offered"]) * market.world.calendar.dt),
        "occupancy": total["busy_minutes"] / staffed if staffed else float("nan"),
        "agent turnover a year": market.outcomes()["agent_turnover"] or 0.0,
        "morale of agents": market.outcomes()["morale"] or 0.0,
        "own cost per contact": total["service_cost"] / total["own_contacts"],
        "a rival's cost per answered contact": rival["service_cost"] / rival["answered"],
    }


def _of_subscribers(market: Market) -> Figures:
    customers = [market.people.customer[:, firm.number].sum() for firm in market.firms]
    paid = market.people.revenue_level[market.people.customer[:, 0]]
    shares = {
        f"share of customers: {firm.name}": n / sum(customers) for firm, n in zip(market.firms, customers, strict=True)
    }
    spread = float(paid.std() / paid.mean())
    without = 1.0 - sum(customers) / len(market.people.entry)
    return shares | {"people without a firm (prospects)": without, "revenue, coefficient of variation": spread}


def _by_tenure(gone: NDArray[np.float64], exposed: NDArray[np.float64]) -> Figures:
    hazard = gone / exposed
    names = (
        "the same in years 2-3, of that in year 1",
        "the same in years 4-6, of that in years 2-3",
        "the same later, of that in years 4-6",
    )
    falls = dict(zip(names, hazard[1:] / hazard[:-1], strict=True))
    return {"hazard of leaving in the first year together": float(hazard[0])} | falls


def _of_buyers(market: Market, counts: Columns, cents: NDArray[np.float64], at_start: NDArray[np.bool_]) -> Figures:
    people, calendar = market.people, market.world.calendar
    paid = np.sort(cents[people.customer[:, 0]])[::-1]
    bought = sum(float(market.reports.counts(firm)["purchases"].sum()) for firm in market.firms)
    possible = float(people.purchase_rate.sum()) * calendar.periods * calendar.dt
    return {
        "share of orders that go elsewhere (outside option)": 1.0 - bought / possible,
        "customers of a year who buy nothing in the next": float((cents[at_start] == 0.0).mean()),
        "people who buy nothing in weeks 40-78": float((cents == 0.0).mean()),
        "top fifth's share of a year's revenue": float(paid[: len(paid) // 5].sum() / paid.sum()),
        "orders in weeks 40-78": float(counts["purchases"].sum()),
        "spend an order": float(counts["revenue"].sum() / counts["purchases"].sum()),
    }


def fact_table(name: str) -> dict[str, NDArray[np.float64]]:
    """Return a world's figures, an entry a replicate; queues are served by the firm's own center."""
    if name == "cdnow":
        built = plan(["scenario=cdnow"], "compare")
        people = built.population.imported() if built.population else None
        lives = in_processes(facts, [(name, built.arms["nothing"], r, None, people) for r in range(1, 21)])
    else:
        base = default(name, queue=True, years=1.0)
        start = settle(base, threads=2)
        lives = in_processes(facts, [(name, base, r, start) for r in range(1, 5)])
    return {figure: np.array([life[figure] for life in lives]) for figure in lives[0]}
