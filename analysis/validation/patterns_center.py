"""What is known of call centers. Centers compared meet the same callers with the same luck."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.validation.check import Contrast, pattern
from analysis.validation.lab import Lab
from analysis.validation.results import Series
from sim.calendar import CalendarSettings, window
from sim.call_center import CallCenterSettings, contacts_from
from sim.call_center.center import CallCenter
from sim.draws import Key

PEOPLE, REPRESENTED = 900, 30.0  # everybody calls once a month: some 6,200 calls a week, ten agents on duty
WARM_UP = 2  # months left out
Sums = Mapping[str, NDArray[np.float64]]  # of the months of each replicate, (replicates,)


def center(lab: Lab, months: int = 6, replicates: int = 0, **settings: Any) -> Sums:
    """Return what a center of the first firm sums up to over some months, after the first two, in each replicate."""
    chosen = {"customers_represented": REPRESENTED, **settings}
    own = lab.world({"firms": {"acme": {"call_center": chosen}}}).firms["acme"].call_center
    runs = [_run(own, months, Key(3, number)) for number in range(1, (replicates or lab.size(5, 8)) + 1)]
    return {name: np.array([run[name] for run in runs]) for name in runs[0]}


def _run(own: CallCenterSettings, months: int, key: Key) -> Mapping[str, float]:
    firm, sums = CallCenter(own, 17, key), []
    person, nothing, ones = np.arange(PEOPLE), np.zeros(PEOPLE, int), np.ones(PEOPLE)
    for period in range(months):
        month = window(CalendarSettings(), period)
        firm.plan(month, PEOPLE * 12 / 52)
        firm.serve(contacts_from(key, month, person, nothing, nothing, nothing + 1, ones, own), month)
        sums.append(dict(firm.tally))
    return {name: sum(tally[name] for tally in sums[WARM_UP:]) for name in sums[0]}


def on_duty(hours: float) -> Mapping[str, Any]:
    """Return the settings of a fixed number of hours on duty a week."""
    return {"staffing": {"kind": "fixed", "hours_per_week": hours}}


SHORT, SCARCE = on_duty(750.0), on_duty(480.0)  # the work, repeats included, is some 720 hours a week


QUEUE = {"a queue": {"firms.acme.call_center.kind": "benchmark"}}
SHORTAGE = {"a shortage of agents": {"firms.acme.call_center.staffing.hours_per_week": 3_000.0}}


@pattern(
    "Hoffman & Harris 1986; Falin & Templeton 1997",
    needs=SHORTAGE,
    turned_by=dict.fromkeys(("calls, % more", "service level, points less"), "a shortage of agents"),
)
def redialling_amplifies_overload(lab: Lab) -> Contrast:
    """Callers who hang up and call again make an overload worse: more calls come, and fewer are answered in time.

    A center with two thirds of the hours that the work takes: calls in percent more than those of who never redials,
    and the loss of service level in points.
    """
    calm, again = (center(lab, **SCARCE, redial={"chance": chance}) for chance in (0.0, 0.8))
    more = 100.0 * (again["offered"] / calm["offered"] - 1.0)
    lost = 100.0 * (calm["answered_within"] / calm["offered"] - again["answered_within"] / again["offered"])
    return Contrast({"calls, % more": more, "service level, points less": lost}, 0.0, "percent or points")


@pattern(
    "Borst, Mandelbaum & Reiman 2004; Whitt 1992",
    needs=QUEUE,
)
def large_centers_need_less_spare(lab: Lab) -> Contrast:
    """The same service takes fewer agents a call in a large center: spare staff grows with the root of the load.

    Abandonment at the same hours a call of a center of 2,000 calls a week, less that of one eight times as large.
    """
    weekly = [1.0, 2.0, 4.0, 8.0]
    lost = []
    for size in weekly:
        sums = center(lab, **on_duty(260.0 * size), customers_represented=10.0 * size)
        lost.append(100.0 * sums["abandoned"] / sums["offered"])
    curve = Series(
        "model", [2_000.0 * size for size in weekly], [float(each.mean()) for each in lost], along="calls a week"
    )
    return Contrast({"small less large": lost[0] - lost[3]}, 1.0, "points of abandonment", [curve])


@pattern(
    "Gans, Koole & Mandelbaum 2003",
    needs=QUEUE,
    turned_by=dict.fromkeys(("where ample", "scarce less ample"), "a queue"),
)
def staff_helps_less_and_less(lab: Lab) -> Contrast:
    """Each further hour on duty shortens waits, the first ones most.

    What a tenth more hours takes off the mean wait where they are scarce, less what it takes off where they are not.
    """
    hours = [600.0, 660.0, 720.0, 780.0, 840.0]
    waits = []
    for each in hours:
        sums = center(lab, **on_duty(each))
        waits.append(sums["wait_minutes"] / sums["offered"])
    curve = Series("model", hours, [float(wait.mean()) for wait in waits], along="hours on duty a week")
    scarce, ample = waits[0] - waits[1], waits[3] - waits[4]
    return Contrast({"where ample": ample, "scarce less ample": scarce - ample}, 0.0, "minutes", [curve])


@pattern("Armony & Maglaras 2004", needs=SHORTAGE)
def call_backs_cut_abandonment(lab: Lab) -> Contrast:
    """A center that offers to call back loses fewer callers with the same staff."""
    plain, offered = (
        center(lab, **SHORT, call_back={"after_minutes": limit, "accepted": 0.9}) for limit in (None, 1.0)
    )
    lost = [100.0 * sums["abandoned"] / sums["offered"] for sums in (plain, offered)]
    return Contrast({"without less with": lost[0] - lost[1]}, 0.0, "points of abandonment")


APART: Mapping[str, Any] = {"groups": {"first": {"first": ("north",)}, "second": {"first": ("south",)}}}


@pattern("Smith & Whitt 1981", needs=QUEUE)
def pooling_beats_two_queues(lab: Lab) -> Contrast:
    """Two groups that help each other keep callers waiting less than two that do not, with the same staff."""
    skills: Mapping[str, Any] = {"skills": {"north": {}, "south": {}}}
    together: Mapping[str, Any] = {"groups": {"first": {"first": ()}, "second": {"first": ()}}}
    separate, pooled = (center(lab, **SHORT, **skills, **groups) for groups in (APART, together))
    waits = [sums["wait_minutes"] / sums["offered"] for sums in (separate, pooled)]
    return Contrast({"separate less pooled": waits[0] - waits[1]}, 0.0, "minutes")


AT_WORK: Mapping[str, Any] = {
    "agents": {"start_speed": 0.7},
    "turnover": {"quits": 0.4, "hiring_lag_months": 4.0, "hiring_ahead": 1.0},
    "target": {"share": 0.8},
}
CALM = {
    "firms.acme.call_center.turnover.load_effect": 0.0,
    "firms.acme.call_center.morale.load_effect": 0.0,
}


@pattern(
    "Bakker, Demerouti & Schaufeli 2003",
    needs={"strain of a high load": CALM},
    turned_by=dict.fromkeys(("quits", "morale"), "strain of a high load"),
)
def occupancy_drives_agents_away(lab: Lab) -> Contrast:
    """Where agents are busy more than nine tenths of their time morale falls, and more of them quit.

    A year and a half at 880 hours on duty a week against a thousand: by what percent more quit, and points of morale.
    """
    calm, strained = (center(lab, 20, lab.size(8, 16), **AT_WORK, **on_duty(hours)) for hours in (1_000.0, 880.0))
    quits = [sums["quits"] / sums["agents_employed"] for sums in (calm, strained)]
    morale = [100.0 * sums["agent_morale"] / sums["agents_employed"] for sums in (calm, strained)]
    more = 100.0 * np.log(quits[1] / quits[0])
    return Contrast({"quits": more, "morale": morale[0] - morale[1]}, 0.0, "percent (logarithmic), or points")
