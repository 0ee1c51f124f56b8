"""How often the intervals of a comparison cover the truth, over 2,000 studies with a known effect; one look each.

The studies are the arms of one comparison: they share the reference's luck, but their differences to it are drawn
apart, so a paired interval sees independent studies. Where an interval is exact, 2,000 of them cover between 93.5 and
96.5 % but once in 500 times (three standard errors of a share of 95 %).
"""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from analysis.comparison import Comparison
from tests.made_up import made_up

STUDIES = 2_000
EFFECT = 100.0
SHAPES = {
    "normal": (lambda generator, size: generator.standard_normal(size), 0.0),
    "a little skewed": (lambda generator, size: generator.lognormal(0.0, 0.25, size), np.exp(0.25**2 / 2)),
    "very skewed": (lambda generator, size: generator.lognormal(0.0, 1.0, size), np.exp(0.5)),
}


@pytest.fixture(scope="module")
def frame(tmp_path_factory):
    return made_up(tmp_path_factory.mktemp("study"), arms=("nothing",), replicates=1, periods=2)


def coverage(frame, shape, replicates):
    """Return the share of studies whose 95 % interval of the profit difference covers the true effect."""
    generator = np.random.default_rng([2024, list(SHAPES).index(shape), replicates])
    draw, mean = SHAPES[shape]
    luck = generator.lognormal(10.0, 0.3, (replicates, 1))
    own = EFFECT + 40.0 * (draw(generator, (replicates, STUDIES)) - mean)
    profit = np.hstack([luck, luck + own])
    arms = ["nothing", *(f"study_{number}" for number in range(STUDIES))]
    runs = pd.DataFrame(profit, index=range(1, replicates + 1), columns=arms).rename_axis(index="replicate")
    runs = runs.melt(ignore_index=False, var_name="arm", value_name="profit").reset_index()
    facts = {**frame.facts, "arms": {arm: {} for arm in arms}}
    cells = Comparison(dataclasses.replace(frame, facts=facts, runs=runs)).cells("profit")
    intervals = [cells[arm].difference for arm in arms[1:]]
    return np.mean([found.low <= EFFECT <= found.high for found in intervals])


@pytest.mark.parametrize("replicates", [3, 10, 40])
def test_of_normal_differences_95_percent_intervals_cover_95_percent(frame, replicates):
    assert 0.935 <= coverage(frame, "normal", replicates) <= 0.965


def test_a_little_skew_does_no_harm_to_twenty_replicates(frame):
    """Skewness .8, four times what the profit differences of points_or_service have."""
    assert 0.935 <= coverage(frame, "a little skewed", 20) <= 0.965


@pytest.mark.parametrize(("replicates", "covers"), [(5, 0.820), (100, 0.919)])
def test_of_very_skewed_differences_intervals_cover_less_than_they_say(frame, replicates, covers):
    """Skewness 6.2: intervals fall short, and come near their word only with hundreds of replicates.

    The true coverage is from 60,000 studies (error .0015); 2,000 studies miss it by .03 once in 2,000 times.
    """
    assert coverage(frame, "very skewed", replicates) == pytest.approx(covers, abs=0.03)
