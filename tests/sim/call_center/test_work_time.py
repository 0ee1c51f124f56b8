import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.calendar import Window
from sim.call_center.records import CenterState, Records
from sim.call_center.staff import Staff
from sim.call_center.work_time import BUSY, BUSY_OF, ON_BREAK, ON_DUTY, busy_minutes

DAY = Window(0, 1_440.0, 2_880.0, 1 / 364)
AGENTS, HALF_HOURS = 3, 48
PHONE_AND_CHAT = np.array([0, 1, -1])


def rosters():
    return st.lists(st.booleans(), min_size=AGENTS * HALF_HOURS, max_size=AGENTS * HALF_HOURS).map(
        lambda there: np.array(there).reshape(HALF_HOURS, AGENTS)
    )


def contacts():
    """Agent, answer (also before the period), length; in quarters of an hour, so that sums are exact."""
    return st.lists(st.tuples(st.integers(0, AGENTS - 1), st.integers(-8, 95), st.integers(0, 16)), max_size=30)


@given(contacts(), rosters(), rosters())
def test_an_agent_is_busy_as_long_as_anything_is_in_hand(handled, on_duty, breaks):
    breaks &= ~on_duty
    ended = sorted((row for row in handled if 0 <= row[1] + row[2] < 96), key=lambda row: row[1] + row[2])
    records = Records.blank(len(ended))
    for row, (agent, since, length) in enumerate(ended):
        records.agent[row], records.skill[row] = agent, agent % 2  # an agent keeps to one channel
        records.handle[row], records.end[row] = 15.0 * length, DAY.start + 15.0 * (since + length)
    staff = Staff(
        np.ones(AGENTS), np.ones(AGENTS), np.ones((AGENTS, 2), np.int8), DAY.start + 30.0 * np.arange(HALF_HOURS),
        on_duty, breaks,
    )  # fmt: skip
    busy = {(agent, quarter) for agent, since, length in ended for quarter in range(max(since, 0), since + length)}
    sums = busy_minutes(PHONE_AND_CHAT, DAY, CenterState.at(DAY.end), records, staff)
    assert sums[BUSY] == 15.0 * len(busy)
    assert sums[ON_DUTY] == 15.0 * sum(on_duty[quarter // 2, agent] for agent, quarter in busy)
    assert sums[ON_BREAK] == 15.0 * sum(breaks[quarter // 2, agent] for agent, quarter in busy)
    by_channel = [15.0 * sum(agent % 2 == channel for agent, _ in busy) for channel in (0, 1)]
    assert sums[BUSY_OF : BUSY_OF + 2] == by_channel
