"""What common random numbers save: replicates for an interval of ±5 % on a profit difference, paired and not.

Run it with ``python -m benchmarks.common_random_numbers`` (points_or_service at its own size, 200 replicates: about 20
minutes of a processor, and the burn-in); ``--replicates`` and settings after it make it shorter. Both ways use the same
runs, so the same people and the same past. Paired, an arm's replicate meets the reference's of the same number; apart,
that of the next number, whose luck is another.
"""

import argparse
import os
import pickle
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from analysis.statistics import Floats, mean_interval, replicates_needed
from sim.world import World

LEAST_GAIN = 3.0


def profits(worlds: dict[str, World], past: Path, replicate: int) -> tuple[dict[str, float], float]:
    """Return each arm's profit in one replicate, and the seconds of a processor that it took."""
    from sim.market import Market

    begun = time.process_time()
    found = {}
    for arm, world in worlds.items():
        market = Market(world, replicate, start=pickle.loads(past.read_bytes()))
        market.run()
        found[arm] = float(market.outcomes()["profit"] or 0.0)
    return found, time.process_time() - begun


def run(worlds: dict[str, World], base: World, replicates: int) -> tuple[dict[str, Floats], float]:
    """Return the profit of each arm by replicate, and the seconds of processors that the runs took."""
    from joblib import Parallel, delayed

    from sim.market import settle

    pasts = {world.before(base).past_key() for world in worlds.values()}
    assert len(pasts) == 1, "the arms of this benchmark are to come out of one past"
    with tempfile.TemporaryDirectory() as folder:
        past = Path(folder, "past.pickle")
        past.write_bytes(pickle.dumps(settle(base, os.cpu_count() or 1), protocol=5))
        each = (delayed(profits)(worlds, past, replicate) for replicate in range(1, replicates + 1))
        found = []
        for done in Parallel(n_jobs=-1, return_as="generator")(each):
            found.append(done)
            print(f"\r{len(found)} of {replicates} replicates", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return {arm: np.array([one[arm] for one, _ in found]) for arm in worlds}, sum(busy for _, busy in found)


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
    from analysis.scenario import plan

    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--replicates", type=int, default=200, help="at least 2")
    arguments.add_argument("settings", nargs="*", help="as for ecrm compare: customers.count=2000")
    asked = arguments.parse_args()
    study = plan(["scenario=points_or_service", *asked.settings], "compare")
    values, busy = run(study.arms, study.base, asked.replicates)
    world = study.base
    size = f"{world.customers.count:,} people, {world.calendar.periods} periods, {asked.replicates} replicates"
    print(f"points_or_service: {size}; {busy / asked.replicates / len(values):.1f} s of a processor a run")
    reference = values.pop(study.reference)
    gains = [show(arm, column, reference) for arm, column in values.items()]
    sys.exit(min(gains) < LEAST_GAIN)


if __name__ == "__main__":
    main()
