import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.ledger import Account
from sim.market import Market
from sim.mind.parts.feedback import FeedbackSettings, failures_left
from sim.settings import numbers
from tests.sim.tiny import over, programs, repertoire, subscription

B = numbers(FeedbackSettings())


def listening(make=subscription, changes=(), program=(), **feedback):
    """Return a market of a year, without a past, whose first firm listens."""
    fresh = {"calendar": {"burn_in_years": 0.0, "served_burn_in_years": 0.0}}
    settings = over(fresh, {"mind": {"feedback": {"active": True} | feedback}})
    return Market(make(**over(over(settings, programs(listening=dict(program))), dict(changes))))


@given(st.floats(0.0, 100.0), st.floats(0.0, 100.0))
def test_mending_spares_failures_down_to_those_whose_causes_nobody_finds(one, other):
    low, high = sorted((one, other))
    assert 1.0 == failures_left(0.0, B) >= failures_left(low, B) >= failures_left(high, B) >= 1.0 - B.fixable


@pytest.mark.parametrize("make", [subscription, repertoire])
def test_ease_brings_the_silent_to_speak_and_silences_nobody(make):
    shy, easy = (
        listening(make, {"experience": {"voice": 0.0}}, {"ease": ease, "capacity": 0.0}) for ease in (0.0, 3.0)
    )
    for market in (shy, easy):
        market.step()
    assert (easy.people.voiced | ~shy.people.voiced).all()
    assert np.array_equal(easy.people.voiced[:, 1:], shy.people.voiced[:, 1:])
    complaints = [market.reports.rows[0][0]["complaints"] for market in (shy, easy)]
    failures = [market.reports.rows[0][0]["failures"] for market in (shy, easy)]
    assert complaints[0] < complaints[1]
    assert failures[0] == failures[1]


def test_mending_spares_some_failures_and_redraws_none():
    deaf, mended = listening(program={"capacity": 0.0, "ease": 0.0}), listening(program={"capacity": 0.0, "ease": 0.0})
    mended.firm("acme").programs["listening"].fixes[:] = 1.0
    seen = []
    for market in (deaf, mended):
        for part in ("_open", "_decide"):
            getattr(market, part)()
        market.mind.lean()
        rows = market.crowd.experience(market.now, market.key, market.terms, 1.0, None)
        failed = rows.cause == 1
        seen.append(
            set(zip(rows.person[failed], rows.firm[failed], rows.slot[failed], rows.severity[failed], strict=True))
        )
    assert seen[1] < seen[0]
    assert {each for each in seen[0] - seen[1] if each[1] != 0} == set()


def test_complaints_are_acted_upon_up_to_the_capacity_the_gravest_first():
    market = listening(program={"capacity": 1.2, "cost": 5.0})
    customers = market.people.customer[:, 0].sum()
    part = market.mind.parts["feedback"]
    market._open()
    market._decide()
    part.voiced = np.arange(100), np.repeat(np.int8(0), 100), np.linspace(0.0, 1.0, 100)
    program = market.firm("acme").programs["listening"]
    program.settle(market)
    used = int(0.1 * customers)
    assert part.used[0] == used
    assert np.flatnonzero(market.ledger.margin_now[:, 0]).tolist() == list(range(100 - used, 100))
    assert market.ledger.balance[0, Account.OUTREACH_COST] == 500 * used
    assert program.fixes[0] == pytest.approx(used / customers)


@pytest.mark.parametrize(("period", "times"), [("month", 12), ("week", 52)])
def test_what_was_mended_fades_by_its_half_life_whatever_the_period(period, times):
    market = listening(changes={"calendar": {"period": period}}, program={"capacity": 0.0}, half_life=6.0)
    program = market.firm("acme").programs["listening"]
    program.fixes[:] = 1.0
    market._open()
    for _ in range(times):
        program.settle(market)
    assert program.fixes[0] == pytest.approx(0.25)


def test_a_firm_that_listens_fails_its_customers_less():
    year = {"calendar": {"years": 1.5}, "firms": {"acme": {"failures": 2.0}}}
    deaf, heard = listening(changes=year, program={"capacity": 0.0}), listening(changes=year, program={"capacity": 2.0})
    for market in (deaf, heard):
        market.run()
    rate = [market.outcomes()["failures_per_customer"] for market in (deaf, heard)]
    assert rate[1] < 0.9 * rate[0]
    assert heard.outcomes()["feedback_used"] > 0
    counts = heard.reports.counts(heard.firm("acme"))
    assert counts["used_so_far"] == pytest.approx(np.cumsum(counts["feedback_used"]))
    spared = heard.outcomes()["failures_spared_per_feedback"]
    assert spared == pytest.approx(counts["spared_so_far"][-1] / counts["feedback_used"].sum())
    assert spared > 0
    heard.ledger.check()
