"""The queue with exponential times against Erlang-A and Erlang-C.

One look at 32 figures. Each is the mean over independent replications, tested two-sidedly with Student's t at 1 % / 32
(Bonferroni), so that a right engine is refused with a chance of at most 1 %. A replication starts empty and leaves out
its first contacts (at least 12 relaxation times). The seed was chosen before the first look.

The power is measured, not hoped for: from the standard errors of the very same replications, and the formulas of a
world in which arrivals, work or patience are 2 % off, the chance that one figure refuses that world follows from the
noncentral t; the most telling figure alone must reach 95 %. `make long` runs those worlds too.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
import pytest
from scipy import stats

from sim.call_center import serve
from sim.call_center.erlang import erlang_a

FAMILY_WISE = 0.01
WITHIN = 0.1  # mean handle times; for the service level


class Cell(NamedTuple):
    servers: int
    arrival_rate: float  # per mean handle time
    patience_rate: float
    replications: int
    contacts: int
    warm_up: int


GRID = [
    Cell(5, 4.0, 0.5, 20, 4000, 200),
    Cell(20, 18.0, 2.0, 20, 4000, 800),
    Cell(20, 20.0, 1.0, 20, 4000, 800),
    Cell(50, 48.0, 0.5, 20, 4000, 1900),
    # far too few servers: many hang up, which tells about patience
    Cell(10, 15.0, 1.0, 40, 4000, 400),
    Cell(20, 32.0, 2.0, 40, 4000, 500),
    # nobody hangs up: Erlang-C
    Cell(5, 3.5, 0.0, 20, 4000, 400),
    Cell(20, 16.0, 0.0, 20, 4000, 1200),
]
RIGHT = (1.0, 1.0, 1.0)
OFF = {
    f"{name} {sign:+.0%}": tuple(1.0 + sign if which == name else 1.0 for which in ("arrivals", "work", "patience"))
    for name in ("arrivals", "work", "patience")
    for sign in (0.02, -0.02)
}


def formula(cell, factors=RIGHT):
    """P(wait > 0), mean wait, P(answered within), P(abandon), P(abandon) beyond mean wait / the right mean patience."""
    arrivals, work, patience = factors
    queue = erlang_a(cell.servers, cell.arrival_rate * arrivals, 1.0 / work, cell.patience_rate / patience)
    beyond = queue.abandonment - cell.patience_rate * queue.mean_wait_offered
    return np.array(
        [queue.probability_of_waiting, queue.mean_wait_offered, queue.service_level(WITHIN), queue.abandonment, beyond]
    )


def observe(cell, rng, factors=RIGHT):
    """The same five, from one replication."""
    arrivals, work, patience = factors
    size = cell.contacts + cell.warm_up
    waits_for = rng.exponential(patience / cell.patience_rate, size) if cell.patience_rate else np.inf
    arrival = np.cumsum(rng.exponential(1.0 / (cell.arrival_rate * arrivals), size))
    served = serve(arrival, rng.exponential(work, size), waits_for, servers=cell.servers).iloc[cell.warm_up :]
    wait, answered = served["wait"].to_numpy(), served["answered"].to_numpy()
    lost = 1.0 - answered.mean()
    beyond = lost - cell.patience_rate * wait.mean()
    return [np.mean(wait > 0.0), wait.mean(), np.mean(answered & (wait <= WITHIN)), lost, beyond]


@cache
def look(factors=RIGHT):
    """Figures (replications, 5) of each cell."""
    rng = np.random.default_rng(20_260_101)
    return [np.array([observe(cell, rng, factors) for _ in range(cell.replications)]) for cell in GRID]


def figures(looked, factors=RIGHT):
    """Yield the figures of the look: name, deviation from the right world's formula, its standard error, degrees of
    freedom, and the deviation that the formulas give for a world with these ``factors``."""
    cells = [
        (cell, seen - formula(cell), formula(cell, factors) - formula(cell))
        for cell, seen in zip(GRID, looked, strict=True)
    ]
    for cell, deviation, expected in cells:
        names = ["waiting", "mean wait", "service level", "abandonment"][: 4 if cell.patience_rate else 3]
        for column, name in enumerate(names):
            error = deviation[:, column].std(ddof=1) / np.sqrt(cell.replications)
            yield f"{name} at {cell[:3]}", deviation[:, column].mean(), error, cell.replications - 1, expected[column]
    impatient = [(deviation, expected) for cell, deviation, expected in cells if cell.patience_rate]
    for column, name in ((3, "abandonment"), (4, "abandonment = wait / patience")):
        yield name, *over_the_grid([(deviation[:, column], expected[column]) for deviation, expected in impatient])


def over_the_grid(cells):
    """Add up a figure over the replications of all cells (Welch's standard error and degrees of freedom)."""
    parts = np.array([len(deviation) * deviation.var(ddof=1) for deviation, _ in cells])
    freedom = parts.sum() ** 2 / sum(
        part**2 / (len(deviation) - 1) for part, (deviation, _) in zip(parts, cells, strict=True)
    )
    expected = sum(len(deviation) * expected for deviation, expected in cells)
    return sum(deviation.sum() for deviation, _ in cells), np.sqrt(parts.sum()), freedom, expected


def critical(freedom, family):
    return stats.t.ppf(1.0 - FAMILY_WISE / family / 2.0, freedom)


def refusals(looked):
    seen = list(figures(looked))
    return [name for name, mean, error, freedom, _ in seen if abs(mean) > critical(freedom, len(seen)) * error]


def test_exponential_queues_agree_with_erlang_a_and_erlang_c():
    assert len(list(figures(look()))) == 32
    assert refusals(look()) == []


@pytest.mark.parametrize("factors", OFF.values(), ids=OFF.keys())
def test_a_world_two_percent_off_would_be_refused_with_95_percent_power(factors):
    seen = list(figures(look(), factors))
    power = [
        stats.nct.sf(critical(freedom, len(seen)), freedom, abs(expected) / error)
        for _, _, error, freedom, expected in seen
    ]
    assert max(power) >= 0.95


@pytest.mark.long
@pytest.mark.parametrize("factors", OFF.values(), ids=OFF.keys())
def test_a_world_two_percent_off_is_refused(factors):
    assert refusals(look(factors))
