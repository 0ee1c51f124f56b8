"""Satisfaction moves with staffing in the direction and shape that the literature gives. Same people, same luck."""

from functools import cache
from itertools import pairwise

import pytest

from benchmarks.default_worlds.targets import default
from sim.market import Market, settle
from tests.patterns.conftest import SEEN, SMALL


@cache
def served():
    base = default("telecom", **SMALL, queue=True, represented=SEEN, served_burn_in_years=0.25, years=1.0)
    return base, settle(base)


@cache
def year(**center: float) -> dict[str, float | None]:
    """Figures of a year in which the focal firm's center is another from the first day on."""
    base, past = served()
    acme = base.firms["acme"]
    changed = acme.call_center.model_dump()
    changed["staffing"]["extra"] = center.get("extra", 0.0)
    changed["resolution"] *= center.get("resolution", 1.0)
    firm = acme.model_copy(update={"call_center": type(acme.call_center)(**changed)})
    market = Market(base.model_copy(update={"firms": base.firms | {"acme": firm}}), start=past)
    market.run()
    return market.outcomes()


EXTRA = (-0.3, -0.15, 0.0, 0.15)


def test_more_staff_shortens_waits_and_lifts_satisfaction_less_and_less():
    figures = [year(extra=extra) for extra in EXTRA]
    waits = [one["mean_wait"] for one in figures]
    assert waits == sorted(waits, reverse=True)
    feelings = [one["satisfaction"] for one in figures]
    gains = [after - before for before, after in pairwise(feelings)]
    assert gains[0] > gains[1] > gains[2] > 0.0


def test_longer_waits_cost_customers():
    short, long = year(extra=0.15), year(extra=-0.3)
    assert long["churn_rate"] > short["churn_rate"]
    assert long["abandonment_rate"] > short["abandonment_rate"]


def test_fewer_contacts_solved_cost_satisfaction():
    assert year(resolution=0.9)["satisfaction"] < year(extra=0.0)["satisfaction"] - 0.2


def test_occupancy_is_what_staffing_leaves():
    assert year(extra=-0.3)["occupancy"] > year(extra=0.0)["occupancy"] > year(extra=0.15)["occupancy"]
    assert year(extra=0.0)["occupancy"] == pytest.approx(0.77, abs=0.05)
