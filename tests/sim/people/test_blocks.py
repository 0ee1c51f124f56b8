from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.people.blocks import GRAIN, Crew, total


@given(st.integers(1, 100_000), st.integers(1, 60_000))
def test_blocks_cover_everybody_once_and_cut_at_whole_grains(people, block):
    blocks = Crew(people, block=block).blocks
    assert blocks[0][0] == 0
    assert blocks[-1][1] == people
    assert all(one[1] == other[0] for one, other in pairwise(blocks))
    assert all(first % GRAIN == 0 for first, _ in blocks)


@pytest.mark.parametrize("threads", [1, 3])
def test_every_block_is_run_once_on_any_number_of_threads(threads):
    visits = np.zeros(3 * GRAIN + 7, np.int64)

    def visit(first, last, visits):
        visits[first:last] += 1

    Crew(len(visits), threads, GRAIN).run(visit, visits)
    assert (visits == 1).all()


@pytest.mark.parametrize("threads", [1, 2])
def test_an_error_in_a_block_is_raised(threads):
    def fail(first, last):
        if first:
            raise ArithmeticError(f"block at {first}")

    with pytest.raises(ArithmeticError, match=str(GRAIN)):
        Crew(2 * GRAIN, threads, GRAIN).run(fail)


def test_sums_are_added_in_grain_order():
    crew = Crew(3 * GRAIN)
    sums = crew.sums(2)
    assert sums.shape == (3, 2)
    sums[:, 0] = [1e16, 1.0, -1e16]  # another order would give 1
    assert total(sums).tolist() == [0.0, 0.0]
