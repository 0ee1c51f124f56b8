"""The purchases of the model's own buyers, read as a panel, give back the settings that they were lived with.

The likelihood of ``analysis.panels.choice`` is thus that of the model's rules of choice and habit. One look; a right
model is refused with a chance of .1 %.
"""

import numpy as np
import pytest
from scipy import stats

from analysis.panels.choice import fit, habit_after, habits
from analysis.panels.scanner import Panel
from sim.market import Market
from sim.people.columns import NOBODY
from tests.theory.observed import bare_world

BONUS, STEP, TASTE = 1.6, 0.35, 0.8
SHOPS = {"acme": {"brand": 0.3}, "bolt": {}, "cirrus": {"brand": -0.2}}


@pytest.fixture(scope="module")
def lived() -> tuple[Market, Panel]:
    """A market of 400 buyers after two years, and their purchases; the shop they began with counts as the first."""
    market = Market(
        bare_world(
            "repertoire",
            {
                "customers": {"count": 400, "purchase_rate": 8.0, "lapses": False, "taste_sd": TASTE},
                "calendar": {"period": "month", "years": 2.0},
                "choose": {"outside_option": False, "habit_bonus": BONUS},
                "feel": {"habit_step": STEP},
                "firms": SHOPS,
            },
        )
    )
    who, where = [np.arange(400)], [market.people.provider.copy()]
    buy = market.crowd.buy

    def watched(*given):
        purchases = buy(*given)
        done = purchases.firm != NOBODY
        who.append(purchases.person[done])
        where.append(purchases.firm[done])
        return purchases

    market.crowd.buy = watched
    market.run()
    person, shop = np.concatenate(who), np.concatenate(where).astype(np.int64)
    order = np.argsort(person, kind="stable")
    offers = np.zeros((len(person), 3, 0))
    return market, Panel("own buyers", tuple(SHOPS), (), person[order].astype(np.int64), shop[order], offers)


def test_habit_of_a_panel_is_the_habit_of_the_model(lived: tuple[Market, Panel]) -> None:
    market, panel = lived
    last = panel.start[1:] - 1
    after = habit_after(habits(panel, STEP)[last], panel.bought[last], STEP)
    assert after == pytest.approx(market.people.habit, abs=1e-5)


def test_a_fit_to_the_models_own_buyers_finds_its_settings(lived: tuple[Market, Panel]) -> None:
    found = fit(lived[1])
    # relative to acme; the first shop is drawn evenly and tells nothing about taste
    truth = np.array([-0.3, -0.5, 0.0, TASTE, BONUS, STEP])
    gap = found.values - truth
    assert gap @ np.linalg.solve(found.moves.T @ found.moves, gap) < stats.chi2(len(gap)).isf(0.001)
