"""Two engines written apart against one table of events give the same bits."""

import numpy as np
import pytest
from hypothesis import given, settings

from sim.call_center import compiled_engine, simpy_engine
from sim.call_center.records import CenterState, Records
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
