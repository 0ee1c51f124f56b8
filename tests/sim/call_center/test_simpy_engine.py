from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.call_center.records import NOBODY, CenterState, Records
from sim.call_center.rules import NEVER
from sim.call_center.simpy_engine import serve
from sim.call_center.staff import Staff
from tests.sim.call_center.made_up_center import HORIZON, RULES, begin, calls, made_up, same, shifts, under_way

FAR = 1e6  # minutes: by then everybody has been served or has gone
ROUNDING = 1e-8  # minutes: of end - handle and arrival + wait, which records hold in other terms


def one_server(contacts, until=FAR):
    return serve(begin(), contacts.in_order(), Staff.steady(1), RULES, until)


def identities(records):
    return list(zip(records.person.tolist(), records.attempt.tolist(), strict=True))


def duty(staff, agent):
    """Stretches of the four hours, and of what follows, in which an agent is on duty."""
    ends = [*staff.starts[1:].tolist(), FAR]
    return [(s, e) for s, e, on in zip(staff.starts.tolist(), ends, staff.on_duty[:, agent], strict=True) if on]


def busy(records, agent):
    """(start, end) of an agent's contacts, in the order of their ends."""
    mine = records.agent == agent
    ends, starts = records.end[mine].tolist(), (records.end - records.handle)[mine].tolist()
    return [(start, end) for end, start in sorted(zip(ends, starts, strict=True))]


# --- what happens to one caller -------------------------------------------------------------------------------------


def test_a_caller_is_answered_at_once_when_somebody_is_idle():
    _, records = one_server(calls([5.0], [3.0]))
    assert (records.wait[0], records.handle[0], records.end[0], records.agent[0]) == (0.0, 3.0, 8.0, 0)
    assert records.answered[0]
    assert records.resolved[0]


def test_a_caller_who_hangs_up_is_not_answered():
    _, records = one_server(calls([0.0, 1.0], [10.0, 1.0], patience=[NEVER, 4.0]))
    hung_up = records.take(records.person == 1)
    assert (hung_up.wait[0], hung_up.end[0], hung_up.agent[0], hung_up.handle[0]) == (4.0, 5.0, NOBODY, 0.0)
    assert not hung_up.answered[0]
    assert not hung_up.resolved[0]


def test_a_caller_whose_patience_ends_when_an_agent_gets_free_is_answered():
    _, records = one_server(calls([0.0, 1.0], [10.0, 1.0], patience=[NEVER, 9.0]))
    assert records.answered.all()


def test_two_who_lose_patience_at_the_same_instant_both_go():
    # Ciw's test of simultaneous reneging
    _, records = one_server(calls([3.0, 4.0, 5.0, 20.0], [20.0] * 4, patience=[100.0, 7.0, 6.0, 100.0]))
    served = records.take(records.answered)
    assert (served.end - served.handle).tolist() == [3.0, 23.0]
    assert served.end.tolist() == [23.0, 43.0]
    assert records.end[~records.answered].tolist() == [11.0, 11.0]


def test_the_better_class_goes_first_but_interrupts_nobody():
    # Ciw's test of priorities, without preemption
    _, records = one_server(calls([1.5, 5.0, 7.5], [5.0, 5.0, 4.0], priority=[1, 1, 0]))
    assert records.wait.tolist() == [0.0, 1.5, 4.0]
    _, records = one_server(calls([0.0, 1.0, 2.0], [5.0, 5.0, 5.0], priority=[1, 1, 0]))
    assert records.person.tolist() == [0, 2, 1]


def test_the_agent_who_has_been_idle_longest_answers():
    contacts = calls([0.0, 1.0, 2.0, 10.0, 20.0], [8.0, 2.0, 1.0, 1.0, 1.0])
    _, records = serve(begin(), contacts, Staff.steady(3), RULES, FAR)
    # agents 1 and 2 both get free at minute 3, agent 0 at minute 8
    assert records.take(np.argsort(records.person)).agent.tolist() == [0, 1, 2, 1, 2]


def test_a_slow_agent_takes_longer_and_a_poor_one_solves_less():
    slow = Staff.steady(1)._replace(speed=np.array([0.5]), quality=np.array([0.5]))
    _, records = serve(begin(), calls([0.0], [3.0], resolution=0.4), slow, RULES, FAR)
    assert records.handle[0] == 6.0
    assert not records.resolved[0]  # .6 x .5 < .4
    _, records = one_server(calls([0.0], [3.0], resolution=0.4))
    assert records.resolved[0]


# --- shifts ---------------------------------------------------------------------------------------------------------


def test_who_goes_off_duty_finishes_the_contact_in_hand():
    staff = shifts([True], [False], starts=[0.0, 30.0])
    _, records = serve(begin(), calls([25.0, 26.0], [10.0, 5.0], patience=[NEVER, 60.0]), staff, RULES, FAR)
    assert records.end.tolist() == [35.0, 86.0]
    assert records.answered.tolist() == [True, False]


def test_who_comes_on_duty_takes_the_first_who_waits():
    staff = shifts([False], [True], starts=[0.0, 30.0])
    _, records = serve(begin(), calls([10.0, 11.0], [5.0, 5.0]), staff, RULES, FAR)
    assert records.wait.tolist() == [20.0, 24.0]


def test_with_nobody_on_duty_callers_wait_and_hang_up():
    _, records = serve(begin(), calls([0.0, 5.0], [1.0, 1.0], patience=[3.0, 4.0]), Staff.steady(0), RULES, FAR)
    assert records.wait.tolist() == [3.0, 4.0]
    assert not records.answered.any()


# --- calling again --------------------------------------------------------------------------------------------------


def test_who_hung_up_calls_again_after_their_delay():
    contacts = calls([0.0, 1.0], [30.0, 1.0], patience=[NEVER, 4.0], redial=[NEVER, 10.0 / 10_080.0])
    state, records = one_server(contacts, until=6.0)
    assert records.redial.tolist() == [True]
    assert state.to_come.arrival.tolist() == pytest.approx([15.0])
    assert (state.to_come.person[0], state.to_come.attempt[0]) == (1, 1)


def test_who_was_not_helped_calls_again_and_who_was_helped_does_not():
    contacts = calls([0.0, 5.0], [1.0, 1.0], resolution=[0.9, 0.1], repeat=10.0 / 10_080.0)
    state, records = one_server(contacts, until=8.0)
    assert records.resolved.tolist() == [False, True]
    assert records.repeat.tolist() == [True, False]
    assert records.again.tolist() == [pytest.approx(11.0), NEVER]
    assert (state.to_come.person.tolist(), state.to_come.attempt.tolist()) == ([0], [1])


def test_there_is_no_33rd_attempt():
    contacts = calls([0.0], [1.0], patience=0.0, redial=1.0 / 10_080.0)
    stubborn = RULES._replace(callers=RULES.callers._replace(redial_chance=np.ones(1)))
    _, records = serve(begin(), contacts, Staff.steady(0), stubborn, FAR)
    assert records.attempt.tolist() == list(range(32))


# --- invariants -----------------------------------------------------------------------------------------------------


@given(made_up())
def test_no_contact_is_lost_and_none_is_counted_twice(center):
    state, records = serve(begin(), center.contacts, center.staff, RULES, HORIZON)
    seen = identities(records) + [(contact.person, contact.attempt) for contact in under_way(state)]
    assert len(seen) == len(set(seen))
    for person in range(center.contacts.person.size):
        attempts = sorted(attempt for who, attempt in seen if who == person)
        assert attempts == list(range(len(attempts)))
        assert attempts
    assert np.isfinite(records.again).sum() == len(seen) - center.contacts.person.size
    assert (np.diff(records.end) >= 0.0).all()


@given(made_up())
def test_an_agent_never_serves_two_at_once_and_only_begins_on_duty(center):
    _, records = serve(begin(), center.contacts, center.staff, RULES, FAR)
    for agent in range(center.staff.speed.size):
        contacts = busy(records, agent)
        assert all(first[1] <= second[0] + ROUNDING for first, second in pairwise(contacts))
        for start, _ in contacts:
            assert any(since - ROUNDING <= start <= until + ROUNDING for since, until in duty(center.staff, agent))


@given(made_up())
def test_nobody_waits_while_an_agent_on_duty_is_idle(center):
    _, records = serve(begin(), center.contacts, center.staff, RULES, FAR)
    waits = [(a, a + w) for a, w in zip(records.arrival.tolist(), records.wait.tolist(), strict=True) if w > 0.0]
    for agent in range(center.staff.speed.size):
        at_work = busy(records, agent)
        for start, end in waits:
            for since, until in duty(center.staff, agent):
                low, high = max(start, since), min(end, until)
                covered = sum(max(0.0, min(high, ended) - max(low, begun)) for begun, ended in at_work)
                assert covered >= high - low - ROUNDING


@given(made_up())
def test_callers_are_answered_by_class_and_then_in_the_order_of_their_arrival(center):
    _, records = serve(begin(), center.contacts, center.staff, RULES, FAR)
    start = records.arrival + records.wait
    for one in np.flatnonzero(records.answered & (records.wait > 0.0)):
        still_waiting = (records.arrival < start[one]) & (start > start[one] + ROUNDING)
        earlier = records.arrival < records.arrival[one]
        better = records.priority < records.priority[one]
        equal = records.priority == records.priority[one]
        assert not (still_waiting & (better | (equal & earlier))).any()


@given(made_up(), st.lists(st.integers(1, 239), max_size=5, unique=True))
def test_a_stretch_served_in_pieces_gives_the_records_of_the_whole(center, cuts):
    whole_state, whole = serve(begin(), center.contacts, center.staff, RULES, HORIZON)
    state, pieces = begin(), []
    for until in [*sorted(float(cut) for cut in cuts), HORIZON]:
        arrival = center.contacts.arrival
        due = center.contacts.take((arrival >= state.now) & (arrival < until))
        state, records = serve(state, due, center.staff, RULES, until)
        pieces.append(records)
    joined = Records._make(np.concatenate(columns) for columns in zip(*pieces, strict=True))
    assert same(joined, whole)
    assert same(state, whole_state)


@given(made_up(), st.randoms(use_true_random=False))
def test_the_order_in_which_contacts_are_given_means_nothing(center, shuffler):
    rows = list(range(center.contacts.person.size))
    shuffler.shuffle(rows)
    shuffled = center.contacts.take(np.array(rows, int)).in_order()
    assert same(
        serve(begin(), shuffled, center.staff, RULES, FAR)[1],
        serve(begin(), center.contacts, center.staff, RULES, FAR)[1],
    )


@given(made_up())
def test_the_state_survives_being_stored(center):
    import pickle

    state, _ = serve(begin(), center.contacts, center.staff, RULES, HORIZON)
    assert same(pickle.loads(pickle.dumps(state)), state)
    assert isinstance(state, CenterState)
