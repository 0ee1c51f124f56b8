import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.call_center.benchmark import serve
from sim.call_center.records import CenterState, Records
from sim.call_center.rules import rules_of
from sim.call_center.settings import BenchmarkSettings
from sim.draws import Key
from tests.sim.call_center.made_up_center import ALWAYS_OPEN, HORIZON, RULES, begin, calls, made_up, under_way

FIGURES = BenchmarkSettings(chance_of_wait=0.4, mean_wait_minutes=6.0)
KEY = Key(5, 2)


def test_waits_are_those_of_the_figures():
    """Three looks at 1 in 10,000."""
    size = 20_000
    _, records = serve(begin(), calls(np.linspace(0, 200, size), 1.0), FIGURES, RULES, 1e5)
    assert records.answered.all()
    waited = records.wait > 0.0
    assert stats.binomtest(int(waited.sum()), size, 0.4).pvalue > 1e-4
    assert stats.kstest(records.wait[waited], stats.expon(scale=6.0).cdf).pvalue > 1e-4
    solved = calls(np.linspace(0, 200, size), 1.0, resolution=np.linspace(0, 1, size, endpoint=False))
    _, records = serve(begin(), solved, FIGURES, rules_of(ALWAYS_OPEN, KEY), 1e5)
    assert records.resolved.mean() == ALWAYS_OPEN.resolution


def test_who_would_have_to_wait_longer_than_they_like_hangs_up():
    contacts = calls(np.linspace(0, 200, 2_000), 1.0, patience=2.0)
    _, records = serve(begin(), contacts, FIGURES, RULES, 1e5)
    assert (records.wait[records.answered] <= 2.0).all()
    assert (records.wait[~records.answered] == 2.0).all()
    assert 0 < (~records.answered).sum() < 2_000


@given(made_up(), st.lists(st.integers(1, 239), max_size=5, unique=True))
def test_a_stretch_served_in_pieces_gives_the_records_of_the_whole(center, cuts):
    whole_state, whole = serve(begin(), center.contacts, FIGURES, RULES, HORIZON)
    state, pieces = begin(), []
    for until in [*sorted(float(cut) for cut in cuts), HORIZON]:
        arrival = center.contacts.arrival
        due = center.contacts.take((arrival >= state.now) & (arrival < until))
        state, records = serve(state, due, FIGURES, RULES, until)
        pieces.append(records)
    joined = Records.together(pieces)
    assert all(np.array_equal(a, b) for a, b in zip(joined, whole, strict=True))
    assert sorted(under_way(state)) == sorted(under_way(whole_state))


@given(made_up())
def test_no_contact_is_lost(center):
    state, records = serve(begin(), center.contacts, FIGURES, RULES, HORIZON)
    seen = len(under_way(state)) + records.person.size
    assert seen == center.contacts.person.size + np.isfinite(records.again).sum()


def test_callers_taken_over_from_a_queue_are_answered_now_or_later_but_not_in_the_past():
    waiting = calls([10.0, 11.0, 12.0], 1.0, patience=1e6)
    _, records = serve(
        CenterState.at(100.0)._replace(waiting=waiting, held=np.zeros(3, bool)), calls([], []), FIGURES, RULES, 1e5
    )
    assert (records.arrival + records.wait >= 100.0).all()
