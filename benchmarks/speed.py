"""How fast a world lives: people, the whole telecom market, the command, memory.

Run it with ``python -m benchmarks.speed`` (about a minute on an idle machine); ``--study`` adds ``points_or_service``
with 10 replicates, which takes minutes. Ratios are against the same code as plain Python, in the same run.
"""

import argparse
import os
import resource
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

PEOPLE, MONTHS = 100_000, 12
PLAIN_PEOPLE, PLAIN_MONTHS = 500, 3
ROOMS = ("choose", "buy", "experience", "feel")
ECRM = Path(sys.executable).with_name("ecrm")


class Stopwatch:
    """Seconds spent in functions, by name; ``clock`` is read before and after each call."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self.clock = clock
        self.seconds: dict[str, float] = defaultdict(float)

    def watch(self, owner: Any, name: str, label: str = "") -> None:
        """Count the time that calls of ``owner.name`` take."""
        function: Callable[..., Any] = getattr(owner, name)

        @wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            start = self.clock()
            try:
                return function(*args, **kwargs)
            finally:
                self.seconds[label or name] += self.clock() - start

        setattr(owner, name, timed)

    @contextmanager
    def watching(self, owner: Any, *names: str) -> Iterator[None]:
        """Count the time of calls of these functions of ``owner`` for a while."""
        functions = {name: getattr(owner, name) for name in names}
        for name in names:
            self.watch(owner, name)
        try:
            yield
        finally:
            for name, function in functions.items():
                setattr(owner, name, function)


def nanoseconds_of_people(people: int, months: int) -> dict[str, float]:
    """Return nanoseconds a person-month by room: subscribers of three firms, one thread, no queue."""
    from analysis.compose import world
    from sim.market import Market

    benchmark = "firms.acme.call_center.kind=benchmark"
    settings = world("market=telecom", f"customers.count={people}", "calendar.burn_in_years=0", benchmark)
    market = Market(settings)
    market.step()  # compiles, or loads what was compiled
    clock = Stopwatch(time.thread_time)  # of the processor: other programs do not count
    for room in ROOMS:
        clock.watch(market.crowd, room)
    for _ in range(months):
        market.step()
    return {room: clock.seconds[room] * 1e9 / (people * months) for room in ROOMS}


def in_plain_python() -> dict[str, float]:
    """Return the same figures of the same code, not compiled."""
    code = f"from benchmarks.speed import *; print(nanoseconds_of_people({PLAIN_PEOPLE}, {PLAIN_MONTHS}))"
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"NUMBA_DISABLE_JIT": "1"}, capture_output=True, text=True
    )
    values: dict[str, float] = eval(done.stdout)  # our own dictionary of numbers
    return values


def show_people() -> None:
    compiled, plain = nanoseconds_of_people(PEOPLE, MONTHS), in_plain_python()
    print(f"{'people (subscription, 3 firms, 1 thread)':<44} ns a person-month   plain Python   ratio")
    for room in (*ROOMS, "all four"):
        ours, peer = (sum(each.values()) if room == "all four" else each[room] for each in (compiled, plain))
        print(f"  {room:<42} {ours:>17,.0f} {peer:>14,.0f} {peer / ours:>7,.0f}")


def show_world() -> None:
    """Live the telecom world: 50,000 people, 60 months, each contact of the focal firm served."""
    import sim.market
    from analysis.compose import world

    settings = world("market=telecom")
    start = time.perf_counter()
    past = sim.market.settle(settings, os.cpu_count() or 1)
    settled = time.perf_counter() - start
    clock = Stopwatch()
    for function in ("serve", "sell"):
        clock.watch(sim.market, function)
    market = sim.market.Market(settings, start=past, threads=os.cpu_count() or 1)
    for room in ROOMS:
        clock.watch(market.crowd, room)
    clock.watch(market, "_close", "close")
    start, busy = time.perf_counter(), time.process_time()
    market.run()
    lived, busy = time.perf_counter() - start, time.process_time() - busy
    contacts = market.reports.counts(market.firm())["offered"].sum()
    print(f"telecom world: {settings.customers.count:,} people, {settings.calendar.periods} months")
    burn_in = f"burn-in of {settings.calendar.burn_in_years:g} years (once, then stored)"
    print(f"  {burn_in:<42} {settled:>8.1f} s")
    print(f"  {f'{settings.calendar.periods} months':<42} {lived:>8.1f} s, {busy:.1f} s of a processor")
    print(
        f"  contacts served one by one, acme           {contacts:>8,.0f}  ({contacts / lived:,.0f} a second of it all)"
    )
    print("  share of that time:")
    for label, seconds in sorted(clock.seconds.items(), key=lambda item: -item[1]):
        print(f"    {label:<40} {seconds / lived:>8.0%}")
    show_memory(market)


def show_memory(market: Any) -> None:
    people = len(market.people.entry)
    columns = sum(column.nbytes for column in market.people)
    offers = sum(column.nbytes for column in (*market.offers, *market.crowd.moves))
    books = sum(column.nbytes for column in vars(market.ledger).values() if hasattr(column, "nbytes"))
    print(f"memory a person, {len(market.firms)} firms: columns {columns / people:.0f} bytes,", end=" ")
    print(f"offers and moves {offers / people:.0f}, books {books / people:.0f};", end=" ")
    print(f"the process at its peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


def seconds_of(*words: str) -> float:
    start = time.perf_counter()
    subprocess.run([str(ECRM), *words], check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--study", action="store_true", help="also run points_or_service with 10 replicates")
    asked = arguments.parse_args()
    print(f"ecrm --help: {min(seconds_of('--help') for _ in range(5)):.2f} s")
    show_people()
    show_world()
    if asked.study:
        taken = seconds_of("compare", "scenario=points_or_service", "replicates=10", "--quiet", "--json")
        print(f"points_or_service, 3 arms x 10 replicates on {os.cpu_count()} processors: {taken:.0f} s")


if __name__ == "__main__":
    main()
