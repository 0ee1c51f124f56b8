"""What one run of a study costs, and in which room; and what a study of many adds to its runs.

Run it with ``python -m benchmarks.studies``: 20,000 subscribers of three firms for 24 months after a shared burn-in,
every contact of the focal firm served call by call; processor time of the second and later runs in a process. With
``--study 1000`` a study of so many runs is carried out on all processors, as ``ecrm sweep`` does it: runs, processes
and files are told apart.
"""

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, NamedTuple

from joblib.externals.loky import get_reusable_executor

from benchmarks.speed import Stopwatch

ROOMS = ("choose", "buy", "experience", "feel", "census")
DOORS = ("sell", "serve", "pay_overheads")
TABLES = "tables"


def settings_of(people: int, years: float, represented: float) -> Any:
    """Return the telecom world of the benchmark: each contact of the focal firm stands for ``represented``."""
    from analysis.compose import world

    return world(*words_of(people, years, represented))


def words_of(people: int, years: float, represented: float) -> list[str]:
    """Return the same world in the words of the command line."""
    queue = f"firms.acme.call_center.customers_represented={represented}"
    return ["market=telecom", f"customers.count={people}", f"calendar.years={years}", queue]


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


class Cost(NamedTuple):
    """Seconds of a study: by the clock, and of the processors."""

    clock: float
    runs: float  # of a processor, in the runs themselves
    processes: float  # of a processor: starting workers, sending jobs and results, loading compiled code
    files: float  # of a processor, writing parts

    @property
    def overhead(self) -> float:
        """What runner and store add, as a share of all."""
        return (self.processes + self.files) / (self.runs + self.processes + self.files)


def study(words: list[str], runs: int, workers: int) -> Cost:
    """Carry out a study in an empty folder; the past that all runs share is there already."""
    from analysis import store
    from analysis.carry_out import Ways, Writer, carry_out
    from analysis.runner import past_of
    from analysis.scenario import plan

    with tempfile.TemporaryDirectory() as folder:
        asked = plan([*words, f"replicates={runs}", f"folder={folder}/study"], "sweep")
        past_of(asked.base, workers)
        taken: list[float] = []
        take = Writer.add

        def noting(writer: Writer, finished: Any) -> None:
            taken.append(finished.seconds)
            take(writer, finished)

        clock = Stopwatch(time.process_time)
        begun, before = time.perf_counter(), processor_seconds()
        Writer.add = noting  # type: ignore[method-assign]
        with clock.watching(store, "write_part"):
            carry_out(asked, Ways(workers=workers))
        Writer.add = take  # type: ignore[method-assign]
        seconds = time.perf_counter() - begun
        get_reusable_executor().shutdown(wait=True)  # so that the workers' time is known
        assert len(store.done(asked.folder)) == runs
        spent, files = processor_seconds() - before, clock.seconds["write_part"]
        return Cost(seconds, sum(taken), spent - sum(taken) - files, files)


def processor_seconds() -> float:
    """Return the processor time of this process and of those of its children that have ended."""
    use = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in use)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=int, default=20_000)
    arguments.add_argument("--years", type=float, default=2.0)
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--represented", type=float, default=1.0, help="customers for whom each one stands")
    arguments.add_argument("--study", type=int, default=0, metavar="RUNS", help="carry out a study of so many runs")
    arguments.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    asked = arguments.parse_args()
    if asked.study:
        cost = study(words_of(asked.people, asked.years, asked.represented), asked.study, asked.workers)
        print(f"{asked.study:,} runs of {asked.people:,} people, {asked.years:g} years, {asked.workers} processors:")
        print(f"  {cost.clock:.0f} s by the clock; of the processors {cost.runs:.0f} s in runs,")
        print(f"  {cost.processes:.0f} s in processes, {cost.files:.1f} s in files")
        print(f"  runner and store add {100 * cost.overhead:.1f} %")
        return
    each = list(lives(settings_of(asked.people, asked.years, asked.represented), asked.runs))
    print(f"{asked.people:,} people, {asked.years:g} years: milliseconds of a processor a run, middle of {asked.runs}")
    for part in each[0]:
        middle = sorted(one[part] for one in each)[asked.runs // 2]
        print(f"  {part:<20} {1000 * middle:>8.0f}")


if __name__ == "__main__":
    main()
