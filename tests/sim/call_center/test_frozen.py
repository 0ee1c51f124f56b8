"""The frozen queue: everybody waits as in another life of the same people."""

import numpy as np
import pytest

from analysis.twins import FATES, fates
from sim.call_center.center import CallCenter
from sim.call_center.frozen import Answered, FrozenCenter, Waits
from sim.call_center.records import Ending
from sim.call_center.settings import CallCenterSettings
from sim.draws import Key
from sim.market import Market, settle
from tests.sim.call_center.made_up_center import RICH, calls
from tests.sim.tiny import BENCHMARK, EVERY_PROGRAM, differing, programs, repertoire, subscription

OWN = RICH | {"kind": "own", "customers_represented": 10.0}
KINDS = pytest.mark.parametrize("kind", [subscription, repertoire])
INDIRECT = [number for number, name in enumerate(FATES) if name.endswith("indirectly")]


def lived(world, past, **options):
    market = Market(world, start=past, **options)
    market.run()
    return market


@pytest.mark.parametrize("center", [OWN, BENCHMARK], ids=["own", "benchmark"])
@KINDS
def test_a_life_with_its_own_waits_frozen_is_the_same_life_to_the_bit(kind, center):
    world = kind(firms={"acme": {"call_center": center, "programs": EVERY_PROGRAM}})
    past = settle(world)
    one = lived(world, past, keep_waits=True)
    other = lived(world, past, waits=one.kept_waits)
    assert differing(one.people, other.people) == []
    assert str(one.reports.rows) == str(other.reports.rows)  # a figure that is undefined equals no other
    for books in ("balance", "nobody", "margin", "value", "purse", "given"):
        assert np.array_equal(getattr(one.ledger, books), getattr(other.ledger, books)), books
    assert one.persons().equals(other.persons())
    assert one.dealings.contacts[0].sum() > 100


@KINDS
def test_remembering_the_waits_changes_nothing(kind):
    world = kind(firms={"acme": {"call_center": OWN}})
    past = settle(world)
    assert lived(world, past).persons().equals(lived(world, past, keep_waits=True).persons())


CROWDED = OWN | {"staffing": {"kind": "fixed", "hours_per_week": 25.0}}  # few calls are answered in time
GENEROUS = EVERY_PROGRAM["points"] | {"reward": 30.0}


@KINDS
def test_a_program_moves_only_whom_it_reaches_where_the_queue_is_frozen(kind):
    bare = kind(firms={"acme": {"call_center": CROWDED}})
    arm = kind(firms={"acme": {"call_center": CROWDED, "programs": {"points": GENEROUS}}})
    past = settle(bare)
    reference = lived(bare, past, keep_waits=True)
    through = []
    for life in (lived(arm, past), lived(arm, past, waits=reference.kept_waits)):
        fate = fates(reference.persons(), life.persons(), ["points"])
        through.append(np.isin(fate, INDIRECT).sum())
        assert (fate == FATES.index("subsidised")).sum() > 50
    assert through[0] > 0
    assert through[1] == 0


@KINDS
def test_staff_does_all_it_does_through_the_queue(kind):
    bare, more = (
        kind(firms={"acme": {"call_center": OWN | {"staffing": {"kind": "fixed", "hours_per_week": hours}}}})
        for hours in (80.0, 200.0)
    )
    past = settle(bare)
    reference = lived(bare, past, keep_waits=True)
    total, direct = lived(more, past), lived(more, past, waits=reference.kept_waits)
    assert total.unallocated() < reference.unallocated() == direct.unallocated()
    assert total.dealings.waits[0].sum() < reference.dealings.waits[0].sum()
    assert direct.persons().equals(reference.persons())


@KINDS
def test_nothing_goes_through_the_queue_of_a_benchmark(kind):
    bare, arm = kind(), kind(**programs(points=GENEROUS))
    past = settle(bare)
    reference = lived(bare, past, keep_waits=True)
    total, direct = lived(arm, past), lived(arm, past, waits=reference.kept_waits)
    assert direct.persons().equals(total.persons())
    assert not direct.persons().equals(reference.persons())


@KINDS
def test_a_faster_benchmark_does_all_it_does_through_its_waits(kind):
    faster = BENCHMARK | {"benchmark": {"chance_of_wait": 0.0, "price_per_contact": 9.0}}
    bare, arm = kind(), kind(firms={"acme": {"call_center": faster}})
    past = settle(bare)
    reference = lived(bare, past, keep_waits=True)
    total, direct = lived(arm, past), lived(arm, past, waits=reference.kept_waits)
    assert direct.persons().equals(reference.persons())
    assert total.dealings.waits[0].sum() < reference.dealings.waits[0].sum()


class Kept(Waits):
    """What a center would remember of these answered contacts: skill, priority, arrival, wait."""

    def __init__(self, center, *answered):
        super().__init__(center)
        columns = [np.array(column) for column in zip(*answered, strict=True)]
        self.answered = [Answered(*columns, np.full(len(answered), 0.9))]


def test_a_contact_that_the_reference_does_not_know_waits_as_the_last_one_that_was_answered_before_it():
    settings = CallCenterSettings(kind="own")
    kept = Kept(
        CallCenter(settings, 1, Key(1, 1)), (0, 0, 10.0, 3.0), (0, 0, 20.0, 5.0), (1, 0, 24.0, 9.0), (0, 1, 26.0, 7.0)
    )
    center = FrozenCenter(settings, 1, Key(1, 1), None, kept)
    arrival = [5.0, 15.0, 25.0, 27.0, 28.0]
    contacts = calls(arrival, 2.0, patience=4.0, priority=np.array([0, 0, 0, 1, 5]))
    records, told = center._outcome(contacts)
    assert records.wait.tolist() == [0.0, 3.0, 4.0, 4.0, 4.0]  # nobody before; 3; 5, 7 and 7 are more than patience
    assert records.ending.tolist() == [Ending.ANSWERED] * 2 + [Ending.ABANDONED] * 3
    assert told.tolist() == records.end.tolist() == [7.0, 20.0, 29.0, 31.0, 32.0]
    assert records.quality.tolist() == [1.0, 0.9, 0.0, 0.0, 0.0]
