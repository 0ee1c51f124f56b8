"""What common random numbers save: replicates for an interval of ±5 % on a profit difference, paired and not.

Run it with ``python -m benchmarks.common_random_numbers``: points_or_service at its own size with 200 replicates, half
an hour of a processor. Stopped, it goes on where it was. ``--replicates 20 customers.count=3000`` makes it shorter.
Both ways read the same runs, so the same people and the same past. Paired, an arm's replicate meets the reference's of
the same number; apart, that of the next number, whose luck is another.
"""

import argparse
import sys

import numpy as np

from analysis.statistics import Floats, mean_interval, replicates_needed

LEAST_GAIN = 3.0


def told(replicates: int | None) -> str:
    return "over 100,000" if replicates is None else f"{replicates:,}"


def show(arm: str, values: Floats, reference: Floats) -> float:
    """Print what an arm's difference needs in either way; return how many times fewer replicates pairing needs."""
    paired, apart = values - reference, values - np.roll(reference, 1)
    found = mean_interval(paired)
    print(f"{arm}: profit difference {found.mean:,.0f} ± {found.half_width:,.0f}")
    wished = 0.05 * abs(float(paired.mean()))
    for way, differences in (("paired", paired), ("apart", apart)):
        needed = told(replicates_needed(differences, wished))
        print(f"  {way:<8} standard deviation {differences.std(ddof=1):>10,.0f}; replicates for ±5 % {needed:>12}")
    gain = float(apart.var(ddof=1) / paired.var(ddof=1))
    print(f"  pairing needs {gain:.1f} times fewer replicates (at least {LEAST_GAIN:g} are asked for)")
    return gain


def main() -> None:
    from analysis.carry_out import carry_out
    from analysis.comparison import Comparison
    from analysis.scenario import plan
    from analysis.store import Study

    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--replicates", type=int, default=200, help="2 to 10,000")
    arguments.add_argument("words", nargs="*", help="as for ecrm compare")
    asked = arguments.parse_args()
    study = plan(["scenario=points_or_service", f"replicates={asked.replicates}", *asked.words], "compare")
    carry_out(study)
    compared = Comparison(Study.load(study.folder))
    values = compared.values("profit")
    reference = values.pop(compared.results.reference)
    world = study.base
    size = f"{world.customers.count:,} people, {world.calendar.periods} periods, {len(reference)} replicates"
    print(f"points_or_service: {size}")
    gains = [show(arm, column, reference) for arm, column in values.items()]
    sys.exit(min(gains) < LEAST_GAIN)


if __name__ == "__main__":
    main()
