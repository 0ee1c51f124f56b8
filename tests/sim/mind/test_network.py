import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.draws import Key
from sim.mind.network import MOST_FRIENDS, PIECE, network, of_pairs


def ties(graph, people=None):
    """Return the ties as a set of (lower id, higher id), among the first ``people``."""
    owner = np.repeat(np.arange(len(graph.start) - 1), np.diff(graph.start))
    within = (owner < graph.friend) & (graph.friend < (people or len(owner) + 1))
    return set(zip(owner[within].tolist(), graph.friend[within].tolist(), strict=True))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 300), st.floats(0, 12), st.floats(0, 2))
def test_every_tie_is_seen_from_both_sides_and_nobody_is_tied_to_himself(seed, people, mean, cv):
    graph = network(Key(seed, 0), people, mean, cv)
    owner = np.repeat(np.arange(people), np.diff(graph.start))
    assert (owner != graph.friend).all()
    assert sorted(zip(owner, graph.friend, strict=True)) == sorted(zip(graph.friend, owner, strict=True))
    assert np.diff(graph.start).max(initial=0) <= MOST_FRIENDS


def test_numbers_of_friends_have_the_mean_and_the_spread_of_a_negative_binomial():
    people, mean, cv = 20_000, 6.0, 0.8
    friends = np.diff(network(Key(5, 0), people, mean, cv).start)
    kept = friends.sum() / (people * mean)
    variance = mean + (mean * cv) ** 2
    assert kept + 4.0 * np.sqrt(variance / people) / mean > 1.0 - 1.0 / PIECE  # at most one end a piece is left free
    assert kept < 1.0 + 4.0 * np.sqrt(variance / people) / mean
    shape = 1.0 / cv**2
    drawn = stats.nbinom(shape, shape / (shape + mean)).rvs(people, random_state=1)
    assert abs(friends.std() / drawn.std() - 1.0) < 0.05  # some five standard errors


def test_added_people_move_only_ties_in_the_pieces_where_their_own_ends_fall():
    few, more = network(Key(9, 0), 5000, 6.0, 0.8), network(Key(9, 0), 5004, 6.0, 0.8)
    added = int(more.start[-1] - more.start[5000])
    before, after = ties(few), ties(more, 5000)
    assert added > 0
    assert 0 < len(before - after) <= added * PIECE  # a piece has fewer than 2 PIECE ends, half as many ties
    assert len(before & after) > 0.8 * len(before)


def test_people_added_without_friends_move_nobodys_ties():
    pairs = np.array([0, 1, 2], np.int32), np.array([1, 2, 0], np.int32)
    assert ties(of_pairs(3, *pairs)) == ties(of_pairs(9, *pairs)) == {(0, 1), (1, 2), (0, 2)}


def test_the_graph_is_a_function_of_the_people_alone():
    one = network(Key(3, 0), 400, 5.0, 0.5)
    other = network(Key(4, 0), 400, 5.0, 0.5)
    network.cache_clear()
    again = network(Key(3, 0), 400, 5.0, 0.5)
    assert ties(one) == ties(again) != ties(other)
