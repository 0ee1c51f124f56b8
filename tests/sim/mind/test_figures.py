"""Figures of the further parts of the mind name what the parts count."""

from collections import defaultdict

import numpy as np
import pytest

from sim.market import Market
from sim.mind.figures import FIGURES
from sim.mind.parts.loyalty import Cell, Source
from sim.mind.parts.stages import Stage
from sim.people.columns import Attribute
from sim.registry import registered
from tests.sim.tiny import subscription

NAMES = [row[0] for row in FIGURES]


@pytest.mark.parametrize(
    ("family", "kinds"),
    [
        ("loyalty", Cell),
        ("stays_for", Source),
        ("kept_by", Source),
        ("stage", Stage),
        ("satisfaction_with", Attribute),
        ("gap", Attribute),
        ("weighted_gap", Attribute),
    ],
)
def test_a_family_of_figures_has_one_for_each_of_its_kind(family, kinds):
    named = [name.removeprefix(f"{family}.") for name in NAMES if name.startswith(f"{family}.")]
    assert sorted(named) == sorted(kind.name.lower() for kind in kinds)


def test_no_figure_reads_what_neither_a_part_nor_the_market_counts():
    read = defaultdict(lambda: np.ones((1, 1)))
    for row in FIGURES:
        row[-1](read, 1.0)
    counted = {name for part in registered("parts").values() for name in part.counts}
    market = Market(subscription())
    market.step()
    assert set(read) - counted - set(market.reports.counts(market.firms[0])) == set()
