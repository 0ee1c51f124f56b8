import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.market import Market
from sim.mind.parts.stages import Stage, StagesSettings, stage_of
from sim.settings import numbers
from tests.sim.tiny import differing, over, repertoire, subscription

SHARE = st.floats(0.0, 1.0)
TIMES = st.floats(1.0, 100.0)
ACTIVE = {"mind": {"stages": {"active": True}}}


@given(TIMES, SHARE, SHARE, SHARE, SHARE)
def test_nobody_falls_back_by_coming_again_or_by_feeling_better(times, commitment, satisfaction, loyal, advocate):
    own = numbers(StagesSettings(loyal_from=loyal, advocate_from=advocate))
    stage = stage_of(times, commitment, satisfaction, own)
    assert Stage.FIRST_TIME <= stage <= Stage.ADVOCATE
    assert stage_of(times + 1.0, commitment, satisfaction, own) >= stage
    assert stage_of(times, 1.0, satisfaction, own) >= stage
    assert stage_of(times, commitment, 1.0, own) >= stage
    assert stage_of(1.0, 1.0, 1.0, own) == Stage.FIRST_TIME


@pytest.mark.parametrize("make", [subscription, repertoire])
def test_everybody_stands_somewhere_and_customers_are_no_prospects(make):
    market = Market(make(**over(ACTIVE, {"mind": {"stages": {"repeat_from": 0.4}}})))
    market.run()
    for firm in market.firms:
        counts = market.reports.counts(firm)
        stages = {stage: counts[f"stage_{stage.name.lower()}"] for stage in Stage}
        assert sum(stages.values()) == pytest.approx(len(market.people.entry))
        assert stages[Stage.PROSPECT] + stages[Stage.FORMER] == pytest.approx(counts["prospects"])
        assert stages[Stage.FIRST_TIME].sum() > 0.0
        assert stages[Stage.REPEAT].sum() > 0.0


def test_a_buyer_s_second_order_makes_a_repeat_customer():
    market = Market(repertoire(**ACTIVE))
    orders = market.mind.parts["stages"].columns.orders.astype(int)
    made = [0] * len(market.firms)
    while not market.done:
        market.step()
        for number, firm in enumerate(market.firms):
            made[number] += int(market.reports.counts(firm)["purchases"][-1])
    after = market.mind.parts["stages"].columns.orders.astype(int)
    assert (after < 100).all()
    assert (after - orders).sum(axis=0).tolist() == made
    first = (market.people.customer & (after == 1)).sum(axis=0)
    assert [market.outcomes(firm.name)["stage.first_time"] for firm in market.firms] == first.tolist()


def test_who_comes_back_to_a_firm_is_no_first_time_customer():
    restless = {
        "choose": {"reopen_per_year": 6.0},
        "calendar": {"years": 1.5, "burn_in_years": 0.0, "served_burn_in_years": 0.0},
        "mind": {"stages": {"repeat_from": 20.0}},
    }
    market = Market(subscription(**over(ACTIVE, restless)))
    been = market.people.since < 1e6
    returned = np.zeros_like(been)
    while not market.done:
        market.step()
        moves = market.crowd.moves
        joined = np.flatnonzero(moves.moved & (moves.destination >= 0))
        where = moves.destination[joined]
        returned[joined, where] |= been[joined, where]
        been[joined, where] = True
    mine = market.people.customer
    assert (mine & returned).sum() > 50
    first = [market.outcomes(firm.name)["stage.first_time"] for firm in market.firms]
    assert first == (mine & ~returned).sum(axis=0).tolist()


def test_stages_move_nobody():
    with_part, without = Market(repertoire(**ACTIVE)), Market(repertoire())
    with_part.run()
    without.run()
    assert differing(with_part.people, without.people) == []
