"""Golden runs: small worlds, and what they led to before the further parts of the mind were added.

``python -m tests.golden.runs`` records them anew, which is done on purpose only, with a line in the changelog.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from sim.kernel import processor
from sim.market import Market
from sim.world import World
from tests.sim.tiny import EVERY_PROGRAM, over, programs, repertoire, subscription

FILE = Path(__file__).with_name("runs.json")
SERVED = {"firms": {"acme": {"call_center": {"kind": "own", "customers_represented": 20.0}, "programs": EVERY_PROGRAM}}}

WORLDS: dict[str, World] = {
    "subscription": subscription(**SERVED),
    "repertoire": repertoire(**SERVED),
    "weekly": subscription(calendar={"period": "week"}, customers={"leaving": "beta"}),
    "entrants": subscription(**over(programs(points={}), {"calendar": {"entrants_per_year": 0.1}})),
}


def lived(world: World) -> dict[str, Any]:
    """Live a world once; return a digest and a sum of each column of people, of the books and of the counts."""
    market = Market(world)
    market.run()
    counts = {
        f"{firm.name}.{name}": column for firm in market.firms for name, column in market.reports.counts(firm).items()
    }
    books = {name: getattr(market.ledger, name) for name in ("balance", "margin", "value", "purse")}
    events = {name: market.events()[name].to_numpy() for name in ("period", "person")}
    return {
        name: [_digest(column), float(np.nansum(np.abs(column.astype(np.float64))))]
        for name, column in (market.people._asdict() | books | events | counts).items()
    }


def _digest(column: np.ndarray[Any, Any]) -> str:
    return hashlib.sha256(np.ascontiguousarray(column + np.zeros((), column.dtype)).tobytes()).hexdigest()[:16]


if __name__ == "__main__":
    runs = {name: lived(world) for name, world in WORLDS.items()}
    FILE.write_text(json.dumps({"processor": processor(), "runs": runs}, indent=0) + "\n")
