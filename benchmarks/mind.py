"""What the mind in full costs over the ground floor: time of a customer-month, and memory a customer.

Run it with ``python -m benchmarks.mind`` (a few minutes). Times are of the processor, of both minds by turns in one
process, so that their ratio holds on a busy machine; memory is the peak of a process that lives one world and nothing
else. Subscribers of three firms; centers are benchmarks, for the queue's cost is the same with either mind.
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.market import Market

PEOPLE, MONTHS, ROUNDS = 100_000, 6, 5
MANY = 2_000_000
MINDS = ("core", "full")
STATUS = Path("/proc/self/status")
CODE = "from benchmarks.mind import memory; print(memory({mind!r}, {people}))"


def market(mind: str, people: int) -> "Market":
    """Return a telecom market of so many people with one of the minds."""
    from analysis.compose import world
    from sim.market import Market

    words = ["calendar.burn_in_years=0", "firms.acme.call_center.kind=benchmark"]
    return Market(world("market=telecom", f"mind={mind}", f"customers.count={people}", *words), kept="figures")


def months_by_turns() -> dict[str, list[float]]:
    """Return nanoseconds a customer-month of each mind, one figure a round."""
    lives = {mind: market(mind, PEOPLE) for mind in MINDS}
    for life in lives.values():
        life.step()  # compiles, or loads what was compiled
    taken: dict[str, list[float]] = {mind: [] for mind in MINDS}
    for _ in range(ROUNDS):
        for mind, life in lives.items():
            taken[mind].append(1e9 * _seconds(life.step) / (PEOPLE * MONTHS))
    return taken


def _seconds(step: Callable[[], None]) -> float:
    start = time.process_time()
    for _ in range(MONTHS):
        step()
    return time.process_time() - start


def memory(mind: str, people: int) -> float:
    """Return bytes a customer at the peak of three months, what compiling takes left out."""
    market(mind, 5_000).step()
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far
    before = _kilobytes("VmRSS")
    life = market(mind, people)
    for _ in range(3):
        life.step()
    return 1024.0 * (_kilobytes("VmHWM") - before) / people


def _kilobytes(name: str) -> int:
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith(name))
    return int(line.split()[1])


def main() -> None:
    """Print time and memory of both minds."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=int, default=MANY, help="in the worlds whose memory is measured")
    people = arguments.parse_args().people
    taken = months_by_turns()
    for mind, rounds in taken.items():
        print(f"mind={mind}: {statistics.median(rounds):,.0f} ns a customer-month")
    ratios = [full / core for core, full in zip(*taken.values(), strict=True)]
    print(f"full / core: {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}); 3 allowed")
    for mind in MINDS:
        code = CODE.format(mind=mind, people=people)
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        print(f"mind={mind}: {float(done.stdout):.0f} bytes a customer at the peak, {people:,} people, 3 firms")


if __name__ == "__main__":
    main()
