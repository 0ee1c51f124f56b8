"""Two engines written apart against one table of events give the same bits."""

import hashlib
import os
import subprocess
import sys
from collections import Counter

import ciw
import numpy as np
import pytest
from hypothesis import given, settings

from sim.call_center import compiled_engine, simpy_engine
from sim.call_center import serve as serve_queue
from sim.call_center.records import CenterState, Ending, Records
from tests.sim.call_center.made_up_worlds import UNITS, World, made_up_worlds, world


def columns(table, path=""):
    """All columns of a table of tables, by name."""
    for name, value in zip(table._fields, table, strict=True):
        if hasattr(value, "_fields"):
            yield from columns(value, f"{path}{name}.")
        else:
            yield f"{path}{name}", np.asarray(value)


def differing(one, other) -> list[str]:
    """The names of the columns in which two tables differ by any bit."""
    return [
        name
        for (name, mine), (_, theirs) in zip(columns(one), columns(other), strict=True)
        if mine.dtype != theirs.dtype or mine.shape != theirs.shape or mine.tobytes() != theirs.tobytes()
    ]


def whole(engine, made: World) -> tuple[CenterState, Records]:
    return engine.serve(CenterState.at(0.0), made.contacts, made.staff, made.rules, made.until)


def in_pieces(engine, made: World) -> list[tuple[CenterState, Records]]:
    """Serve a world from cut to cut, with the state carried over."""
    state, pieces = CenterState.at(0.0), []
    for until in (*made.cuts, made.until):
        arrival = made.contacts.arrival
        contacts = made.contacts.take((state.now <= arrival) & (arrival < until))
        state, records = engine.serve(state, contacts, made.staff, made.rules, until)
        pieces.append((state, records))
    return pieces


@settings(max_examples=300, deadline=None)
@given(made_up_worlds())
def test_both_engines_give_the_same_records_and_the_same_state(made):
    (state, records), (other_state, other_records) = whole(simpy_engine, made), whole(compiled_engine, made)
    assert differing(records, other_records) == []
    assert differing(state, other_state) == []
    assert records.end.size + state.waiting.person.size + state.in_hand.agent.size >= made.contacts.person.size


@settings(max_examples=150, deadline=None)
@given(made_up_worlds())
def test_a_stretch_served_in_pieces_gives_the_bits_of_the_whole(made):
    state, records = whole(compiled_engine, made)
    pieces, others = in_pieces(compiled_engine, made), in_pieces(simpy_engine, made)
    for (mine, ended), (theirs, other_ended) in zip(pieces, others, strict=True):
        assert differing(mine, theirs) == []
        assert differing(ended, other_ended) == []
    joined = Records._make(np.concatenate(parts) for parts in zip(*(ended for _, ended in pieces), strict=True))
    assert differing(joined, records) == []
    assert differing(pieces[-1][0], state) == []


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("seed", range(4))
def test_large_worlds_agree(seed, unit):
    made = world(seed, size=1_500, agents=30, minutes=480.0, unit=unit)
    state, records = whole(compiled_engine, made)
    other_state, other_records = whole(simpy_engine, made)
    assert differing(records, other_records) == []
    assert differing(state, other_state) == []


def digest(made: World) -> str:
    """A fingerprint of all that the compiled engine returns."""
    every = hashlib.sha256()
    for table in whole(compiled_engine, made):
        for _, column in columns(table):
            every.update(column.tobytes())
    return every.hexdigest()


def digests() -> list[str]:
    return [digest(world(seed, size=200, agents=8, minutes=240.0, unit=unit)) for seed in range(3) for unit in UNITS]


def test_plain_python_gives_the_bits_of_compiled_code():
    code = "from tests.sim.call_center.test_engines import digests; print(*digests())"
    plain = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=True,
    )
    assert plain.stdout.split() == digests()


def features(made: World, state: CenterState, records: Records) -> Counter[str]:
    """How often each thing happened that the table of events tells of."""
    answered = records.answered
    second = made.staff.choice[records.agent[answered], records.skill[answered]] == 2
    waited = answered & (records.wait > 0)
    return Counter(
        contacts=records.end.size + state.waiting.person.size + state.in_hand.agent.size + state.to_come.person.size,
        answered_at_once=int((answered & ~waited).sum()),
        answered_after_a_wait=int(waited.sum()),
        abandoned=int((records.ending == Ending.ABANDONED).sum()),
        blocked=int((records.ending == Ending.BLOCKED).sum()),
        called_back=int(records.called_back.sum()),
        redials=int(records.redial.sum()),
        repeats=int(records.repeat.sum()),
        second_choices=int(second.sum()),
        answered_where_several_are_at_once=int((answered & (made.rules.skills.at_once[records.skill] > 1)).sum()),
        ends_of_one_instant=records.end.size - np.unique(records.end).size,
        waiting_at_the_end=state.waiting.person.size,
        in_hand_at_the_end=state.in_hand.agent.size,
    )


@pytest.mark.long
def test_two_million_contacts_agree():
    happened: Counter[str] = Counter()
    for seed in range(300):
        made = world(seed, size=4_000, agents=5 + seed % 60, minutes=1_440.0, unit=UNITS[seed % len(UNITS)])
        state, records = whole(compiled_engine, made)
        other_state, other_records = whole(simpy_engine, made)
        assert differing(records, other_records) == [], seed
        assert differing(state, other_state) == [], seed
        if seed % 10 == 0:
            pieces = [ended for _, ended in in_pieces(compiled_engine, made)]
            joined = Records._make(np.concatenate(parts) for parts in zip(*pieces, strict=True))
            assert differing(joined, records) == [], seed
        happened += features(made, state, records)
    print(*(f"{name.replace('_', ' ')}: {count:,}" for name, count in happened.items()), sep="\n")
    assert happened["contacts"] >= 2_000_000
    assert min(happened.values()) >= 1_000


def waits_of_ciw(arrival, work, priority, servers: int) -> np.ndarray:
    """The wait of each caller, in the order of arrivals, as Ciw has it; classes are served by priority."""
    ranks = np.unique(priority)
    names = [f"class {rank}" for rank in ranks]
    network = ciw.create_network(
        arrival_distributions={
            name: [ciw.dists.Sequential([*np.diff(arrival[priority == rank], prepend=0.0).tolist(), float("inf")])]
            for name, rank in zip(names, ranks, strict=True)
        },
        service_distributions={
            name: [ciw.dists.Sequential(work[priority == rank].tolist())]
            for name, rank in zip(names, ranks, strict=True)
        },
        number_of_servers=[servers],
        priority_classes={name: int(rank) for name, rank in zip(names, ranks, strict=True)},
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(arrival.size, method="Finish")
    records = sorted(simulation.get_all_records(), key=lambda record: record.arrival_date)
    return np.array([record.waiting_time for record in records])


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
@pytest.mark.parametrize("classes", [1, 3])
@pytest.mark.parametrize("servers", [1, 7])
def test_every_caller_waits_as_long_as_in_ciw(engine, classes, servers):
    chance = np.random.default_rng([classes, servers])
    arrival = np.cumsum(chance.exponential(1 / (0.95 * servers), 3_000))
    work, priority = chance.exponential(1.0, 3_000), chance.integers(0, classes, 3_000)
    ours = serve_queue(arrival, work, servers=servers, priority=priority, engine=engine)
    theirs = waits_of_ciw(arrival, work, priority, servers)
    assert (ours["wait"] > 0).mean() > 0.5
    np.testing.assert_allclose(ours["wait"], theirs, rtol=0, atol=1e-9)
