import math

import numpy as np
import pytest
from scipy import stats

from sim.draws import (
    Decision,
    Key,
    beta,
    draw_column,
    draw_pairs,
    exponential,
    gamma,
    gumbel,
    normal,
    philox,
    poisson,
    poisson_of,
    stable_id,
    uniform,
    uniforms,
)

KEY = Key(20_261, 3)
WHO = range(20_000)
ERROR = 1e-4  # rate at which each goodness-of-fit test below refuses a sound generator


# from the known-answer file of Random123 (Salmon et al. 2011): key, counter, words
KNOWN = [
    ((0, 0), (0, 0, 0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF,) * 2, (0xFFFFFFFF,) * 4, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0xA4093822, 0x299F31D0),
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("key", "counter", "words"), KNOWN)
def test_philox_gives_its_published_words(key, counter, words):
    assert tuple(word & 0xFFFFFFFF for word in philox(key, counter)) == words


def test_a_draw_has_no_memory():
    first = uniform(KEY, 7, 5, Decision.REOPEN, 0)
    for who in range(50):
        uniform(KEY, who, 5, Decision.REOPEN, 0)
    assert uniform(KEY, 7, 5, Decision.REOPEN, 0) == first


@pytest.mark.parametrize(
    "other",
    [
        lambda: uniform(Key(20_262, 3), 7, 5, 31, 0),
        lambda: uniform(Key(20_261, 4), 7, 5, 31, 0),
        lambda: uniform(KEY, 8, 5, 31, 0),
        lambda: uniform(KEY, 7, 6, 31, 0),
        lambda: uniform(KEY, 7, 5, 32, 0),
        lambda: uniform(KEY, 7, 5, 31, 1),
    ],
    ids=["seed", "replicate", "who", "period", "decision", "index"],
)
def test_every_part_of_key_and_counter_matters(other):
    assert other() != uniform(KEY, 7, 5, 31, 0)


def test_no_two_decisions_share_a_number():
    assert len({int(decision) for decision in Decision}) == len(Decision.__members__)


def test_stable_ids_follow_the_name_alone_and_leave_room_for_an_occasion():
    assert stable_id("acme") == stable_id("acme") != stable_id("bolt")
    assert all(0 <= stable_id(name) < 2**24 for name in ("acme", "bolt", "a firm with a long name"))


# --- laws ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("draw", "law"),
    [
        (lambda who: uniform(KEY, who, 1, 31, 0), stats.uniform()),
        (lambda who: uniforms(KEY, who, 1, 31, 0)[1], stats.uniform()),
        (lambda who: normal(KEY, who, 1, 31, 0), stats.norm()),
        (lambda who: exponential(KEY, who, 1, 31, 0), stats.expon()),
        (lambda who: gumbel(KEY, who, 1, 31, 0), stats.gumbel_r()),
        (lambda who: gamma(KEY, who, 1, 31, 0, 0.3), stats.gamma(0.3)),
        (lambda who: gamma(KEY, who, 1, 31, 0, 1.0), stats.gamma(1.0)),
        (lambda who: gamma(KEY, who, 1, 31, 0, 7.5), stats.gamma(7.5)),
        (lambda who: beta(KEY, who, 1, 31, 0, 0.704, 1.182), stats.beta(0.704, 1.182)),
    ],
    ids=["uniform", "second uniform", "normal", "exponential", "gumbel", "gamma .3", "gamma 1", "gamma 7.5", "beta"],
)
def test_draws_follow_their_law(draw, law):
    sample = np.array([draw(who) for who in WHO])
    assert stats.kstest(sample, law.cdf).pvalue > ERROR


@pytest.mark.parametrize("mean", [0.05, 2.7, 29.9, 30.1, 140.0])
def test_poisson_counts_follow_their_law_below_and_above_the_split(mean):
    counts = np.array([poisson(KEY, who, 1, 33, 0, mean) for who in WHO])
    low, high = int(stats.poisson.ppf(0.005, mean)), int(stats.poisson.ppf(0.995, mean))
    seen = np.bincount(np.clip(counts, low, high) - low, minlength=high - low + 1)
    law = stats.poisson(mean)
    chances = law.pmf(np.arange(low, high + 1))
    chances[0], chances[-1] = law.cdf(low), law.sf(high - 1)
    assert stats.chisquare(seen, len(counts) * chances / chances.sum()).pvalue > ERROR


def test_neighbors_in_every_direction_are_uncorrelated():
    one = np.array([uniform(KEY, who, 1, 31, 0) for who in WHO])
    neighbors = {
        "who": one[1:],
        "period": np.array([uniform(KEY, who, 2, 31, 0) for who in WHO]),
        "decision": np.array([uniform(KEY, who, 1, 32, 0) for who in WHO]),
        "index": np.array([uniform(KEY, who, 1, 31, 1) for who in WHO]),
        "replicate": np.array([uniform(Key(20_261, 4), who, 1, 31, 0) for who in WHO]),
    }
    bound = stats.norm.isf(ERROR / 2) / math.sqrt(len(WHO) - 1)  # of a correlation of independent draws
    strongest = {name: np.corrcoef(one[: len(other)], other)[0, 1] for name, other in neighbors.items()}
    assert {name: value for name, value in strongest.items() if abs(value) > bound} == {}


def test_a_column_of_uniforms_is_the_uniforms_of_its_people():
    column = np.full(50, np.nan)
    draw_column(10, 50, KEY, 3, 33, 0, column)
    assert column[10:].tolist() == [uniform(KEY, who, 3, 33, 0) for who in range(10, 50)]
    assert np.isnan(column[:10]).all()


def test_pairs_of_many_rows_are_those_drawn_one_by_one():
    who, index = np.array([7, 3, 7, 2**31]), np.array([0, 5, 1, 2**32 - 1])
    pairs = np.empty((2, 4))
    draw_pairs(KEY, who, 3, 33, index, pairs)
    rows = zip(who.tolist(), index.tolist(), strict=True)
    assert pairs.T.tolist() == [list(uniforms(KEY, person, 3, 33, number)) for person, number in rows]


@pytest.mark.parametrize("mean", [0.0, 1e-12, 1e-8, 1e-4, 0.03, 0.5, 1.0])
def test_the_chance_at_which_a_poisson_count_begins_is_the_exponential_of_its_mean(mean):
    edge = math.exp(-mean)
    for chance in (0.5 * edge, np.nextafter(edge, 0.0), edge, 1.0 - mean - 1e-15):
        assert poisson_of(chance, mean) == 0
    if edge < 1.0:
        assert poisson_of(np.nextafter(edge, 1.0), mean) == 1


def test_a_poisson_count_never_falls_when_its_mean_rises():
    counts = [[poisson_of(chance, mean) for mean in np.linspace(0.0, 30.0, 40)] for chance in (0.01, 0.4, 0.97)]
    assert all(np.all(np.diff(row) >= 0) for row in counts)


def test_nothing_is_drawn_from_a_mean_of_zero():
    assert poisson(KEY, 1, 1, 33, 0, 0.0) == 0


# --- compiled and plain ----------------------------------------------------------------------------------------------

EVERY_DRAW = """
import hashlib, struct
from sim.draws import *
digest = hashlib.sha256()
for who in range(2500):
    key = Key(4294967295 - who % 7, who % 5)
    bits = [uniform(key, who, who % 90, 31, who % 3), exponential(key, who, 3, 31, 0), normal(key, who, 3, 31, 1),
            gumbel(key, who, 3, 32, 4_000_000_000 + who), gamma(key, who, 3, 40, 0, 0.05 + who % 11 * 0.17),
            gamma(key, who, 3, 40, 1, 1.0 + who % 9), beta(key, who, 3, 52, 0, 0.3 + who % 4, 1.7),
            float(poisson(key, who, 3, 33, 0, who % 200 * 0.4))]
    digest.update(struct.pack('8d', *bits))
print(digest.hexdigest())
"""


def test_plain_python_draws_the_same_bits(fresh_python):
    assert fresh_python(EVERY_DRAW, compiled=False) == fresh_python(EVERY_DRAW)
