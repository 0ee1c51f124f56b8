"""Lives of households: what is kept, what is drawn, what is counted. Statistical tests: see ``test_choice``."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import special, stats

from analysis.panels.choice import fit
from analysis.panels.forward import bootstrap, live, shares_and_repeats
from tests.analysis.made_up_panels import made_up, of

LIVES = 400
Z = stats.norm.isf(0.0005)


def test_a_life_keeps_the_first_purchase_and_uses_no_other() -> None:
    panel = made_up(1, households=20)
    forgotten = replace(panel, chosen=np.where(np.isin(np.arange(len(panel.chosen)), panel.start), panel.chosen, 0))
    lives = [live(each, of(each, 3), np.random.default_rng(5)) for each in (panel, forgotten)]
    assert (lives[0] == lives[1]).all()
    assert (lives[0][panel.start[:-1]] == panel.chosen[panel.start[:-1], None]).all()


def test_without_taste_and_habit_brands_are_bought_as_logit_says() -> None:
    panel = made_up(2, households=30)
    alike = replace(panel, offers=np.zeros_like(panel.offers))
    plain = of(panel, LIVES, taste_sd=0.0, habit_bonus=0.0, first_bought=0.0)
    figures = shares_and_repeats(alike, live(alike, plain, np.random.default_rng(0)))
    expected = special.softmax([0.0, 0.4, -0.6])
    purchases = LIVES * (len(panel.household) - len(panel.ids))
    for brand, share in zip(panel.brands, expected, strict=True):
        error = np.sqrt(share * (1.0 - share) / purchases)
        assert abs(figures[f"share of {brand}"].mean() - share) < Z * error


def test_who_only_remembers_the_last_purchase_repeats_it_by_logit() -> None:
    panel = made_up(3, households=30)
    alike = replace(panel, offers=np.zeros_like(panel.offers))
    last = {"ash": 0.0, "oak": 0.0, "first_bought": 0.0, "taste_sd": 0.0, "habit_bonus": 1.3, "habit_step": 1.0}
    figures = shares_and_repeats(alike, live(alike, of(panel, LIVES, **last), np.random.default_rng(0)))
    expected = np.exp(1.3) / (np.exp(1.3) + 2.0)
    purchases = LIVES * (len(panel.household) - len(panel.ids))
    assert abs(figures["repeats"].mean() - expected) < Z * np.sqrt(expected * (1.0 - expected) / purchases)


def test_other_households_would_move_the_estimates_as_far_as_their_errors_say() -> None:
    found = fit(made_up(4, households=60))
    draws = bootstrap(found, 4000, np.random.default_rng(0))
    assert np.abs(draws.mean(axis=0) - found.values).max() < Z * found.errors.max() / np.sqrt(4000) + 0.01
    assert draws.std(axis=0) == pytest.approx(found.errors, rel=0.1)
    assert (draws >= found.low).all()
    assert (draws <= found.high).all()


def test_shares_and_repeats_are_counted_after_the_first_purchase() -> None:
    panel = replace(made_up(1), household=np.array([1, 1, 1, 1, 2, 2]))
    figures = shares_and_repeats(panel, np.array([[0, 0, 1, 1, 1, 0], [0, 0, 0, 0, 0, 0]]).T)
    assert figures["share of elm"].tolist() == [0.5, 1.0]
    assert figures["repeats"].tolist() == [0.5, 1.0]
    assert figures["repeats of elm"].tolist() == [0.5, 1.0]
    assert figures["repeats of ash"][0] == 0.5
    assert np.isnan(figures["repeats of ash"][1])
