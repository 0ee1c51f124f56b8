"""Made-up twins: lives of a few hundred people with and without a program, without running a world."""

import numpy as np
import pandas as pd

from analysis.twins import Life, Pair, Twins

PEOPLE = 400


def made_up_twins(arm="points", replicates=4, frozen=True):
    """Return twins in which the program reaches half of the people, keeps some, and pays most for nothing."""
    pairs = [_pair(number, frozen) for number in range(1, replicates + 1)]
    return Twins(arm, "nothing", pairs, ("careful", "busy_ones"), ("points",))


def _pair(number, frozen):
    luck = np.random.default_rng(number)
    before = luck.gamma(2.0, 100.0, PEOPLE)
    stays = luck.random(PEOPLE) < 0.7
    reached = np.arange(PEOPLE) < PEOPLE // 2
    without = _persons(before, stays, np.zeros(PEOPLE, bool), np.zeros(PEOPLE, np.int64))
    kept = stays | (reached & (luck.random(PEOPLE) < 0.1))
    arm = _persons(before, kept, reached, np.where(reached, 300, 0))
    queue = _persons(before, kept & (np.arange(PEOPLE) != PEOPLE - 1), reached, np.where(reached, 300, 0))
    return Pair(number, Life(without, -90_000), Life(arm, -95_000), Life(queue, -95_000) if frozen else None)


def _persons(before, stays, reached, given):
    margin = np.where(stays, 20_000, 8_000) + (before * 10).astype(np.int64) - given
    return pd.DataFrame(
        {
            "margin_cents": margin,
            "value": margin / 100,
            "customer": stays,
            "ever_customer": True,
            "initial_customer": np.arange(PEOPLE) % 10 > 0,
            "satisfaction": 0.7,
            "tenure_years": 3.0,
            "given_cents": given,
            "cut_cents": 0,
            "purchases": np.where(stays, 12, 5),
            "spend_cents": 30_000,
            "contacts": 1,
            "wait_minutes": 2.0,
            "spend_after": np.where(stays, before, 0.0),
            "spend_before": before,
            "reached_points": reached,
            "segment": np.arange(PEOPLE) % 2,
        }
    )
