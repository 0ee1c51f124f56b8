import numpy as np
import pytest

from sim.market import Market
from sim.mind.scores import satisfaction_index
from sim.people.columns import Attribute
from tests.sim.tiny import BENCHMARK, over, subscription

QUIET = {
    "customers": {"count": 300, "match_sd": 0.0, "importance_concentration": 0.0},
    "choose": {"reopen_per_year": 0.0, "involuntary_per_year": 0.0},
    "experience": {"failures": False, "questions": False},
    "feel": {"expectation_rate": 0.0, "promise_rate": 0.0},
    "calendar": {"years": 0.25, "burn_in_years": 0.0, "served_burn_in_years": 0.0},
    "firms": {"acme": {"level": {"product": 0.7}, "promise": {"product": 0.9}, "call_center": BENCHMARK}},
    "mind": {"scorecard": {"active": True}},
}


def lived(**changes):
    market = Market(subscription(**over(QUIET, changes)))
    market.run()
    return market


def test_the_gap_of_an_attribute_is_what_is_got_less_what_is_expected():
    found = lived().outcomes()
    assert found["gap.product"] == pytest.approx(100.0 * (0.7 - 0.9), abs=1e-4)
    assert found["gap.personal"] == pytest.approx(0.0, abs=1e-4)
    assert found["weighted_gap.product"] == pytest.approx(0.35 * -20.0, abs=1e-3)
    assert found["satisfaction_with.product"] < found["satisfaction_with.price_fairness"]


def test_service_is_scored_by_the_contacts_that_ended():
    assert lived().outcomes()["gap.service"] is None
    asked = lived(experience={"questions": True})
    assert asked.outcomes()["gap.service"] is not None
    seen = asked.reports.counts(asked.firm())
    assert seen["seen_service"].sum() == pytest.approx(asked.dealings.contacts[0].sum())
    assert (seen["seen_product"] == seen["customers"]).all()


def test_the_index_is_the_mean_of_satisfactions_weighed_by_importance():
    found = lived(experience={"questions": True}).outcomes()
    weights = dict(zip((k.name.lower() for k in Attribute), (0.35, 0.25, 0.15, 0.15, 0.10), strict=True))
    mean = sum(weight * found[f"satisfaction_with.{k}"] for k, weight in weights.items())
    assert found["satisfaction_index"] == pytest.approx(mean, abs=1e-3)


def test_an_attribute_that_nobody_met_does_not_count_in_the_index():
    counts = {}
    for k in (attribute.name.lower() for attribute in Attribute):
        met = float(k != "service")
        counts |= {f"seen_{k}": np.array([met]), f"judged_{k}": np.array([0.7 * met]), f"weight_{k}": np.array([0.2])}
    assert satisfaction_index(counts, 1.0) == pytest.approx(70.0)


def test_expectation_is_that_with_which_the_period_was_met():
    """However fast people get used to what they get, the first gap is the whole of it."""
    quick = lived(feel={"expectation_rate": 0.9}, calendar={"years": 1.0 / 12.0}).outcomes()
    assert quick["gap.product"] == pytest.approx(-20.0, abs=1e-4)
    asked = {"experience": {"questions": True}, "calendar": {"years": 1.0 / 12.0}}
    slow, fast = (lived(**asked, feel={"expectation_step": step}).outcomes() for step in (0.0, 1.0))
    assert slow["gap.service"] == pytest.approx(fast["gap.service"])
    assert slow["satisfaction_with.service"] == pytest.approx(fast["satisfaction_with.service"])


def test_who_is_annoyed_with_the_firm_judges_every_attribute_lower():
    annoying = {"firms": {"acme": {"programs": {"exit_barrier": {"annoyance": 0.05, "utility": 0.0}}}}}
    plain, annoyed = lived().outcomes(), lived(**annoying).outcomes()
    assert annoyed["satisfaction_with.product"] < plain["satisfaction_with.product"] - 0.5
    assert annoyed["gap.product"] == pytest.approx(plain["gap.product"])


def test_the_scorecard_changes_nobody():
    with_it, without = lived(), lived(mind={"scorecard": {"active": False}})
    assert np.array_equal(with_it.people.satisfaction, without.people.satisfaction)
    assert without.outcomes()["satisfaction_index"] is None
