"""What one run of a study costs, and in which room: processor time of the second and later runs in a process.

Run it with ``python -m benchmarks.studies``: 20,000 subscribers of three firms for 24 months after a shared burn-in,
every contact of the focal firm served call by call.
"""

import argparse
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from benchmarks.speed import Stopwatch

ROOMS = ("choose", "buy", "experience", "feel", "census")
DOORS = ("sell", "serve", "pay_overheads")
TABLES = "tables"


def settings_of(people: int, years: float, represented: float) -> Any:
    """Return the telecom world of the benchmark: each contact of the focal firm stands for ``represented``."""
    from analysis.compose import world

    queue = f"firms.acme.call_center.customers_represented={represented}"
    return world("market=telecom", f"customers.count={people}", f"calendar.years={years}", queue)


def lives(settings: Any, runs: int) -> Iterator[dict[str, float]]:
    """Settle a world once, live it ``runs`` times, and give for each run its seconds of a processor, by part.

    A first run, in which compiled code is loaded, is not counted.
    """
    from sim.market import settle

    past = settle(settings)
    one_life(settings, past, 1)
    for replicate in range(2, runs + 2):
        yield one_life(settings, past, replicate)


def one_life(settings: Any, past: Any, replicate: int) -> dict[str, float]:
    """Return the seconds of one run: creation, each room of its steps, tables, and all of it."""
    import sim.market
    from analysis.plan import RunId
    from analysis.tables import tables_of

    clock = Stopwatch(time.process_time)
    start = clock.clock()
    market = sim.market.Market(settings, replicate, start=past)
    clock.seconds["creation"] = clock.clock() - start
    watched = ((market.crowd, ROOMS), (sim.market, DOORS), (market, ("_decide",)), (market.reports, ("note",)))
    with ExitStack() as watching:
        for owner, names in watched:
            watching.enter_context(clock.watching(owner, *names))
        market.run()
    before = clock.clock()
    tables_of(market, "studies", RunId(0, "world", replicate), "")
    clock.seconds[TABLES] = clock.clock() - before
    whole = clock.clock() - start
    return {**clock.seconds, "the rest": whole - sum(clock.seconds.values()), "all": whole}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=int, default=20_000)
    arguments.add_argument("--years", type=float, default=2.0)
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--represented", type=float, default=1.0, help="customers for whom each one stands")
    asked = arguments.parse_args()
    each = list(lives(settings_of(asked.people, asked.years, asked.represented), asked.runs))
    print(f"{asked.people:,} people, {asked.years:g} years: milliseconds of a processor a run, middle of {asked.runs}")
    for part in each[0]:
        middle = sorted(one[part] for one in each)[asked.runs // 2]
        print(f"  {part:<20} {1000 * middle:>8.0f}")


if __name__ == "__main__":
    main()
