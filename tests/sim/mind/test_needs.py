import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.market import Market
from sim.mind.parts.needs import NeedsSettings, best_guess, bond_counted, warmth_of
from sim.settings import numbers
from tests.sim.tiny import over, programs, subscription

N = numbers(NeedsSettings())
SCALE = st.floats(0.0, 1.0)
SEGMENTS = {"careful": {"share": 0.3}, "demanding": {"share": 0.5}, "personal": {"share": 0.2}}
SHARES = np.array([0.3, 0.5, 0.2])


def market(fidelity=0.2, people=600, **offer):
    """Return a market whose first firm tailors its offers, ready for its first period; without a past."""
    settings = {
        "customers": {"count": people, "segments": SEGMENTS},
        "calendar": {"burn_in_years": 0.0, "served_burn_in_years": 0.0},
        "mind": {"needs": {"active": True, "fidelity": fidelity}},
    }
    return Market(subscription(**over(settings, programs(tailored_offer=offer) if offer else {})))


@given(SCALE, SCALE)
def test_at_the_mean_taste_and_at_the_anchors_nothing_is_added(taste, other):
    assert warmth_of(N.taste_mean, other, N) == bond_counted(N.taste_mean, other, 0.5, N) == 0.0
    assert warmth_of(taste, N.personal_ref, N) == bond_counted(taste, 0.5, 0.5, N) == 0.0


@given(SCALE, SCALE)
def test_who_has_no_taste_for_relationships_counts_no_bond(bond, slope):
    assert slope * (bond - 0.5) + bond_counted(0.0, bond, slope, N) == pytest.approx(0.0, abs=1e-12)


def test_demographics_tell_a_segment_as_often_as_bayes_rule_says():
    """Group and segment agree with chance f + (1 - f) share; one look at 20,000 people, 1 in 10,000 wrong a figure."""
    for fidelity in (0.0, 0.5, 1.0):
        live = market(fidelity, people=20_000)
        part, segment = live.mind.parts["needs"], live.people.segment
        agree = part.columns.demographic_group == segment
        chance = fidelity + (1.0 - fidelity) * (SHARES * SHARES).sum()
        assert agree.mean() == pytest.approx(chance, abs=3.9 * np.sqrt(chance * (1.0 - chance) / 20_000) + 1e-12)


@given(st.lists(st.floats(0.01, 1.0), min_size=1, max_size=6), SCALE)
def test_the_best_guess_is_right_at_least_as_often_as_any_other(shares, fidelity):
    p = np.array(shares) / np.sum(shares)
    joint = p[:, None] * (fidelity * np.eye(len(p)) + (1.0 - fidelity) * p[None, :])
    guess = best_guess(p, fidelity)
    right = joint[guess, np.arange(len(p))].sum()
    assert right >= max(p.max(), np.trace(joint)) - 1e-12


@pytest.mark.parametrize(("by", "insight", "right"), [("need", 1.0, 1.0), ("nothing", 0.0, 0.5)])
def test_an_offer_fits_whose_need_is_judged_rightly(by, insight, right):
    live = market(by=by, insight=insight)
    program = live.firm().programs["tailored_offer"]
    assert (program.judged_as(live) == live.people.segment).mean() == pytest.approx(right, abs=0.06)


def test_a_fitting_offer_is_felt_by_customers_of_the_firm_alone_and_costs_what_it_should():
    live = market(by="need", insight=0.5, gain=0.2, annoyance=0.1, cost_per_year=4.0, cost_of_research=2.0)
    customer = live.people.customer[:, 0].copy()
    live.step()
    program = live.firm().programs["tailored_offer"]
    assert np.array_equal(program.reached, customer)
    plain = market()
    plain.step()
    added = live.leanings.fit - plain.leanings.fit
    fits = program.judged_as(live) == live.people.segment
    assert added[customer & fits, 0] == pytest.approx(0.2, abs=1e-6)
    assert added[customer & ~fits, 0] == pytest.approx(-0.1, abs=1e-6)
    assert not added[~customer, 0].any()
    assert not added[:, 1:].any()
    for _ in range(5):
        live.step()
    ever = customer & (live.people.tenure[:, 0] > 5.5 / 12.0)
    assert (live.ledger.given[0, ever] == 200 + 200).all()  # research, and half a year


def test_whose_need_is_known_grows_with_what_the_firm_knows_of_people():
    live = market()
    part, firm = live.mind.parts["needs"], live.firm()
    assert not part.known(live, firm).any()
    knowledge = np.zeros((600, 3), np.float32)
    known = []
    for level in (0.2, 0.6, 1.0):
        knowledge[:, 0] = level
        live.mind.columns = lambda: {"knowledge": knowledge}
        known.append(part.known(live, firm))
    assert (known[0] <= known[1]).all()
    assert known[1].mean() == pytest.approx(0.6, abs=0.1)
    assert known[2].all()
