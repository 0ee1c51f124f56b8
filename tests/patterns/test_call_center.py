"""What is known of call centers must come out of ours. Centers compared meet the same callers with the same luck."""

from typing import Any

import numpy as np

from sim.calendar import CalendarSettings, window
from sim.call_center import CallCenterSettings, contacts_from, serve
from sim.call_center.center import CallCenter
from sim.call_center.erlang import servers_for
from sim.draws import Decision, Key, exponential

KEY = Key(3, 1)
PEOPLE, REPRESENTED = 900, 30.0  # some 6,200 calls a week: ten agents on duty
MONTHS = [window(CalendarSettings(), period) for period in range(36)]


def center(months: int = 6, **settings: Any) -> dict[str, float]:
    """Sums of the last two thirds of some months in which everybody calls once a month."""
    own = CallCenterSettings(**{"customers_represented": REPRESENTED, **settings})
    firm, sums = CallCenter(own, 17, KEY), []
    person, nothing, ones = np.arange(PEOPLE), np.zeros(PEOPLE, int), np.ones(PEOPLE)
    for month in MONTHS[:months]:
        firm.plan(month, PEOPLE * 12 / 52)
        contacts = contacts_from(KEY, month, person, nothing, nothing, nothing + 1, ones, own)
        firm.serve(contacts, month)
        sums.append(firm.tally)
    watched = sums[months // 3 :]
    return {name: sum(tally[name] for tally in watched) for name in watched[0]}


def share(sums: dict[str, float], top: str, bottom: str = "offered") -> float:
    return sums[top] / sums[bottom]


def fixed(hours: float) -> dict[str, Any]:
    return {"staffing": {"kind": "fixed", "hours_per_week": hours}}


def test_the_same_service_level_takes_fewer_agents_per_call_in_a_larger_center():
    """Square-root law: the safety staff grows with the root of the load."""
    staff = {load: servers_for(load, 1.0, service_level=0.8, within=1 / 18) for load in (10.0, 40.0, 160.0)}
    for load, agents in staff.items():
        assert measured_service(load, agents) > 0.75
    per_erlang = [agents / load for load, agents in staff.items()]
    assert per_erlang[0] > per_erlang[1] > per_erlang[2]
    safety = [(agents - load) / np.sqrt(load) for load, agents in staff.items()]
    assert max(safety) < 2.0 * min(safety)


def measured_service(load: float, agents: int, calls: int = 60_000) -> float:
    gaps = [exponential(KEY, call, 0, Decision.CONTACT_TIME, 0) / load for call in range(calls)]
    work = [exponential(KEY, call, 0, Decision.WORK, 0) for call in range(calls)]
    served = serve(np.cumsum(gaps), work, servers=agents)
    return float((served["wait"][calls // 10 :] <= 1 / 18).mean())


def test_a_target_of_two_minutes_saves_three_to_eight_percent_of_staff():
    """400 calls an hour of 6 minutes: 80 % within 20 seconds against within 120."""
    quick, slow = (servers_for(400 / 60, 1 / 6, service_level=0.8, within=s / 60) for s in (20, 120))
    assert 0.03 <= 1.0 - slow / quick <= 0.08


PEOPLE_AT_WORK: dict[str, Any] = {
    "agents": {"start_speed": 0.7},
    "turnover": {"quits": 0.4, "hiring_lag_months": 4.0, "hiring_ahead": 1.0},
    "target": {"share": 0.8},
}


def test_a_burnt_out_center_spirals_unless_hiring_leads():
    strained = PEOPLE_AT_WORK | fixed(950.0)
    late, ahead = (
        center(36, **strained | {"turnover": PEOPLE_AT_WORK["turnover"] | {"hiring_ahead": lead}})
        for lead in (0.0, 1.0)
    )
    assert share(late, "busy_minutes", "available_minutes") > share(ahead, "busy_minutes", "available_minutes")
    assert share(late, "quits", "agents_employed") > share(ahead, "quits", "agents_employed")
    assert share(late, "abandoned") > 2.0 * share(ahead, "abandoned")
