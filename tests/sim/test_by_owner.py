import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.by_owner import by_owner

ROWS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2), st.integers(0, 2)), max_size=30)


@given(ROWS)
def test_rows_stand_by_owner_then_by_their_keys_and_rows_alike_as_they_came(rows):
    owner, first, second = np.array(rows, np.int64).reshape(-1, 3).T
    found = by_owner(np.ascontiguousarray(owner), 5, first.astype(np.float64), second.astype(np.int32))
    assert found.tolist() == sorted(range(len(rows)), key=lambda row: rows[row])
