"""What the check of the logistic law is made of: circles of friends, and an estimate of the pace."""

import numpy as np
import pytest

from analysis.validation.closed_forms_word import CIRCLE, CIRCLES, FIRST, circles, logistic, pace


def test_in_a_circle_everybody_knows_everybody_and_nobody_else():
    graph = circles(12, 4)
    for person in range(12):
        friends = graph.friend[graph.start[person] : graph.start[person + 1]].tolist()
        first = person // 4 * 4
        assert sorted([*friends, person]) == list(range(first, first + 4))


@pytest.mark.parametrize("beta", [0.5, 2.0, 6.0])
def test_the_pace_of_growth_without_chance_is_found(beta):
    counts = [np.full(CIRCLES, float(FIRST))]
    for _ in range(12):
        here = counts[-1]
        counts.append(here + (CIRCLE - here) * -np.expm1(-beta * here / CIRCLE / 12.0))
    assert pace(np.array(counts)) == pytest.approx(beta)
    assert counts[-1][0] / CIRCLE == pytest.approx(logistic(beta, 1.0), abs=0.03)
