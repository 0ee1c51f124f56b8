"""Where everybody knows everybody and nobody joins unless told, a firm's customers grow by the logistic law.

That is Bass (1969) with imitation alone. One look at 1 % (two-sided, Student's t over markets with luck of their own);
people who talk 10 % more often are refused.
"""

import numpy as np
import pytest
from scipy import stats

from analysis.validation.lab import BENCHMARK
from sim.market import Market
from sim.mind.network import Network
from tests.theory.observed import bare_world

ERROR, MARKETS = 0.01, 12
EVERYBODY, FIRST, MONTHS = 1_000, 400, 13
TALK = 1.0  # tellings a year
WAKE = 4.0 / EVERYBODY  # of the closest friend, half as much on average: a telling would wake 2 of all


def complete(people):
    """The graph in which everybody knows everybody."""
    others = np.arange(people - 1, dtype=np.int32)
    friends = [others + (others >= person) for person in range(people)]
    return Network(np.arange(people + 1, dtype=np.int32) * np.int32(people - 1), np.concatenate(friends))


def grown():
    """Share with the firm after the last month: in short steps x' = beta x (1 - x), beta = talk wake n / 2 a year."""
    beta, x = TALK * WAKE * EVERYBODY / 2.0, FIRST / EVERYBODY
    for _ in range(MONTHS):
        x += (1.0 - x) * -np.expm1(-beta * x / 12.0)
    return x


def share(seed, talk):
    """Share with the firm in one market."""
    word = {"active": True, "talk": talk, "talk_unhappy": 0.0, "talk_happy": 0.0, "friends": 0.0, "wake": WAKE}
    told_alone = {"none_utility": -50.0, "reopen_per_year": 0.0, "involuntary_per_year": 0.0, "rejoin_per_year": 0.0}
    prospects = {"start": "prospects", "count": EVERYBODY}
    settings = {"customers": prospects, "choose": told_alone, "mind": {"word_of_mouth": word}, "seed": seed}
    market = Market(bare_world("subscription", settings, {"calendar": {"years": 2.0}, "firms": {"acme": BENCHMARK}}))
    market.mind.parts["word_of_mouth"].network = complete(EVERYBODY)
    market.people.provider[:FIRST] = 0
    for _ in range(MONTHS + 1):  # who is told in a month joins in the next
        market.step()
    return (market.people.provider == 0).mean()


@pytest.mark.parametrize(("factor", "holds"), [(1.0, True), (1.1, False)])
def test_word_of_mouth_alone_is_logistic_growth(factor, holds):
    shares = [share(seed, factor * TALK) for seed in range(MARKETS)]
    assert (stats.ttest_1samp(shares, grown()).pvalue > ERROR) == holds
