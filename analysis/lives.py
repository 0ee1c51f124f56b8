"""The lives of a study's people: kept one by one for its first replicates, and read back as twins.

The table ``persons`` has a row a person and run (``life`` = ``lived``), and for each arm another life in which
everybody waits as in the reference (``frozen``). Person −1 is nobody: payroll, hiring and fixed cost. So the sum of
``margin_cents`` over a run is its profit in cents.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.plan import RunId
from analysis.store import PERSONS, Study, read_table
from analysis.twins import Life, Pair, Twins
from sim.settings import BadInput

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from analysis.runner import Job
    from sim.market import Market

NOBODY = -1
LIVED, FROZEN = "lived", "frozen"
type Lives = dict[Any, Life]  # by arm, replicate and kind of life


def persons_of(market: "Market", job: "Job") -> "pa.Table":
    """Return the table ``persons`` of a run: its own, and those of the arms that wait as it did."""
    import pyarrow as pa

    from analysis.tables import keyed

    tables = [keyed(_rows(market, LIVED), job.scenario, job.run)]
    for arm, life in _frozen_lives(market, job):
        tables.append(keyed(_rows(life, FROZEN), job.scenario, RunId(job.run.point, arm, job.run.replicate)))
    return pa.concat_tables(tables)


def _frozen_lives(market: "Market", job: "Job") -> "Iterator[tuple[str, Market]]":
    from analysis.runner import start_of
    from sim.market import Market

    for arm, world, before in job.frozen:
        life = Market(world, job.run.replicate, job.population, start_of(before), waits=market.kept_waits, kept="focal")
        life.run()
        yield arm, life


def _rows(market: "Market", life: str) -> "pd.DataFrame":
    import pandas as pd

    persons = market.persons().astype({"person": np.int32})
    nobody = pd.DataFrame({name: np.zeros_like(column.to_numpy()[:1]) for name, column in persons.items()})
    nobody["person"], nobody["margin_cents"] = np.int32(NOBODY), market.unallocated()
    period = market.world.calendar.periods
    return pd.concat([persons, nobody], ignore_index=True).assign(period=period, life=life)


def lived(study: Study) -> "pd.DataFrame | None":
    """Return the people that a study kept, in the lives that they lived; ``None`` without any."""
    rows = read_table(study.folder, study.facts, PERSONS)
    return None if rows.empty else rows[(rows["life"] == LIVED) & (rows["person"] != NOBODY)]


def twins_of(study: Study, point: int = 0) -> dict[str, Twins]:
    """Return the twins of each arm, by its name, at a point of a sweep; arms without any kept are left out.

    Raises:
        BadInput: the people were kept by a version that did not tell programs apart.
    """
    persons = read_table(study.folder, study.facts, PERSONS)
    if persons.empty:
        return {}
    if persons.filter(like="reached_").columns.empty:
        raise BadInput(f"{study.folder / PERSONS}: of an older version; run the study anew in another folder")
    runs = persons[persons["point"] == point].groupby(["arm", "replicate", "life"])
    lives: Lives = {key: _life(rows) for key, rows in runs}
    names = tuple(study.facts["arms"][study.reference]["settings"]["customers"]["segments"])
    programs = {arm: study.facts["arms"][arm]["settings"]["firms"][study.focal]["programs"] for arm in study.arms}
    found = {
        arm: Twins(
            arm,
            study.reference,
            _pairs(lives, study.reference, arm),
            names,
            differing(programs[study.reference], programs[arm]),
        )
        for arm in study.arms
        if arm != study.reference
    }
    return {arm: twins for arm, twins in found.items() if twins.pairs}


def differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the programs that only one of two arms has, or that they set otherwise."""
    return tuple(name for name in sorted({*one, *other}) if one.get(name) != other.get(name))


def _life(rows: "pd.DataFrame") -> Life:
    people = rows["person"] != NOBODY
    return Life(rows[people].reset_index(drop=True), int(rows.loc[~people, "margin_cents"].sum()))


def _pairs(lives: Lives, reference: str, arm: str) -> list[Pair]:
    """Return the pairs of an arm; without a frozen life its people are not the reference's."""
    replicates = sorted(int(number) for name, number, life in lives if name == arm and life == FROZEN)
    return [
        Pair(number, lives[reference, number, LIVED], lives[arm, number, LIVED], lives[arm, number, FROZEN])
        for number in replicates
        if (reference, number, LIVED) in lives and (arm, number, LIVED) in lives
    ]
