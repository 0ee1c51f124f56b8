"""How the e-channel spreads where e-skill makes no difference, against Bass's curve."""

import numpy as np

from analysis.validation.check import Sample, closed_form
from analysis.validation.lab import BENCHMARK, Lab
from analysis.validation.results import Series
from sim.market import Market

INNOVATION, IMITATION, MONTHS = 0.5, 5.0, 6


def bass(imitation: float, years: float) -> float:
    """Return Bass's share of adopters, of whom there were none at the start."""
    p, q = INNOVATION, imitation
    left = np.exp(-(p + q) * years)
    return float((1.0 - left) / (1.0 + q / p * left))


@closed_form("Bass 1969", ("mind.adoption.imitation", IMITATION))
def bass_adoption(lab: Lab) -> Sample:
    """The share of people online grows by Bass's curve, by innovation and imitation, where all are alike.

    Share after half a year of fast spread, from nobody, in forty worlds of many people.
    """
    spread = {"online_at_start": 0.0, "innovation": INNOVATION, "imitation": lab.input, "skill_pull": 0.0}
    world = lab.bare(
        "subscription",
        {
            "customers": {"count": lab.size(3_000, 12_000)},
            "calendar": {"years": MONTHS / 12.0},
            "mind": {"adoption": {"active": True} | spread},
            "firms": {"acme": BENCHMARK},
        },
    )
    shares = []
    for replicate in range(1, 41):
        market, seen = Market(world, replicate), [0.0]
        while not market.done:
            market.step()
            seen.append(float(market.mind.columns()["online"].mean()))
        shares.append(seen)
    years = np.arange(MONTHS + 1) / 12.0
    curves = (
        Series("formula", years.tolist(), [bass(IMITATION, year) for year in years], line=True),
        Series("model", years.tolist(), np.mean(shares, axis=0).tolist()),
    )
    ends = [seen[-1] for seen in shares]
    return Sample(ends, lambda imitation: bass(imitation, years[-1]), "share online after half a year", curves)
