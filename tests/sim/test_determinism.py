"""The contract of all luck: the same world lives the same life, and nobody is changed by what does not touch them."""

import numpy as np
import pytest

from sim.market import Market, settle
from sim.people.blocks import GRAIN, Crew
from sim.people.columns import NOBODY, People
from tests.sim.call_center.made_up_center import RICH
from tests.sim.tiny import EVERY_PROGRAM, differing, over, programs, repertoire, subscription, trace

OWN = RICH | {"kind": "own", "customers_represented": 40.0}  # the first firm answers its contacts itself
ACTIVE = {"firms": {"acme": {"programs": EVERY_PROGRAM, "call_center": OWN}}}
KINDS = pytest.mark.parametrize("kind", [subscription, repertoire])


@pytest.fixture(scope="module", params=[subscription, repertoire], ids=["subscription", "repertoire"])
def world(request):
    """Return a world with every program and a call center of its own."""
    return request.param(**ACTIVE)


@pytest.fixture(scope="module")
def past(world):
    """Return its settled past."""
    return settle(world.before(world))


def together(one: Market, other: Market, rows: int | None = None):
    """Let two markets live period by period; yield what differs after each, among the first ``rows`` people."""
    while not one.done:
        one.step()
        other.step()
        people = differing(one.people, other.people, rows)
        books = [
            name
            for name in ("margin", "value", "purse")
            if not np.array_equal(getattr(one.ledger, name)[:rows], getattr(other.ledger, name)[:rows])
        ]
        # as text: a figure that is undefined equals no other
        reported = str([firm[-1] for firm in one.reports.rows]) == str([firm[-1] for firm in other.reports.rows])
        balanced = np.array_equal(one.ledger.balance, other.ledger.balance)
        yield people + books + [name for name, same in (("reports", reported), ("balance", balanced)) if not same]


@KINDS
def test_a_placebo_changes_nobody_in_any_period(kind):
    bare = kind(firms={"acme": {"call_center": OWN}})
    treated = kind(firms={"acme": {"call_center": OWN, "programs": {"placebo": {}}}})
    past = settle(bare)
    assert list(together(Market(bare, start=past), Market(treated, start=past))) == [[]] * bare.calendar.periods


def test_an_idle_program_beside_busy_ones_changes_nobody(world, past):
    kind = subscription if world.kind == "subscription" else repertoire
    idle = {"firms": {"acme": {"programs": {"placebo": None}}, "bolt": {"programs": {"placebo": {}}}}}
    moved = kind(**over(ACTIVE, idle))
    assert list(together(Market(world, start=past), Market(moved, start=past))) == [[]] * world.calendar.periods


def test_the_engines_of_the_call_center_lead_to_the_same_lives(world, past):
    kind = subscription if world.kind == "subscription" else repertoire
    markets = [
        Market(kind(**over(ACTIVE, {"firms": {"acme": {"call_center": {"engine": engine}}}})), start=past)
        for engine in ("simpy", "compiled")
    ]
    assert list(together(*markets)) == [[]] * world.calendar.periods


def test_the_comparison_sees_a_program_that_does_something(world, past):
    kind = subscription if world.kind == "subscription" else repertoire
    without = kind(**over(ACTIVE, programs(points=None)))
    assert all(together(Market(world, start=past), Market(without, start=past)))


@KINDS
def test_one_more_person_who_never_buys_or_calls_changes_nobody_else(kind):
    few, more = kind(**ACTIVE), kind(**ACTIVE | {"customers": {"count": 601}})
    past = settle(few)
    idle = People._make(np.concatenate([column, column[:1]]) for column in past.people)
    idle.entry[-1], idle.provider[-1], idle.customer[-1], idle.recent_spend[-1] = 2**30, NOBODY, False, 0.0
    one, other = (
        Market(few, start=past),
        Market(more, start=past._replace(people=idle, moved=np.append(past.moved, False))),
    )
    assert list(together(one, other, rows=600)) == [[]] * few.calendar.periods


def test_a_life_is_the_same_whether_its_past_is_shared_or_lived_anew(world, past):
    shared, fresh = Market(world, start=past), Market(world)
    assert list(together(shared, fresh)) == [[]] * world.calendar.periods


def test_replicates_do_not_know_which_was_lived_before(world, past):
    forward = [lived(world, past, replicate) for replicate in (1, 2)]
    backward = [lived(world, past, replicate) for replicate in (2, 1)]
    assert forward == backward[::-1]
    assert forward[0] != forward[1]


def lived(world, past, replicate):
    market = Market(world, replicate=replicate, start=past)
    market.run()
    return trace(market)


def test_a_shared_past_is_left_as_it_was(world, past):
    before = People._make(column.copy() for column in past.people)
    Market(world, start=past).run()
    assert differing(past.people, before) == []


@KINDS
def test_threads_and_blocks_cannot_change_a_bit(kind):
    count = 3 * GRAIN - 100
    few_calls = {"firms": {"acme": {"call_center": {"customers_represented": 1.0}}}}
    brief = {"customers": {"count": count}, "calendar": {"years": 3 / 52, "burn_in_years": 0.0}}
    world = kind(**over(ACTIVE, few_calls | brief))
    traces = set()
    for threads, block in ((1, 3 * GRAIN), (1, GRAIN), (2, GRAIN), (2, 2 * GRAIN)):
        market = Market(world)
        market.crowd.crew = Crew(count, threads, block)
        market.run()
        traces.add(trace(market))
    assert len(traces) == 1


SHORT_LIFE = """
from sim.market import Market
from tests.sim.test_determinism import ACTIVE
from tests.sim.call_center.made_up_center import RICH
from tests.sim.tiny import repertoire, subscription, trace
for kind, years in ((subscription, 0.25), (repertoire, 0.1)):
    calendar = {"years": years, "burn_in_years": years / 2, "served_burn_in_years": 0.1}
    market = Market(kind(**ACTIVE | {"customers": {"count": 100}, "calendar": calendar}))
    market.run()
    print(trace(market))
"""


def test_compiled_and_plain_python_agree_to_the_bit(fresh_python):
    assert fresh_python(SHORT_LIFE, compiled=False) == fresh_python(SHORT_LIFE)
