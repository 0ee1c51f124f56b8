"""SQL over the tables of a study: DuckDB reads the parts, nothing is copied."""

from pathlib import Path
from typing import TYPE_CHECKING

from analysis import store
from sim.settings import BadInput

if TYPE_CHECKING:
    import pandas as pd


def query(folder: Path, sql: str) -> "pd.DataFrame":
    """Return what a query finds.

    Args:
        folder: a study folder.
        sql: over the views ``runs``, ``periods``, ``events``, ``shares``, ``persons`` where they were kept, and
            ``points`` (what a sweep sets at each ``point``).

    Raises:
        BadInput: the folder holds no study or no run yet, or DuckDB refuses the query.
    """
    import duckdb

    facts = store.read_facts(folder)
    names = store.parts(folder)
    if not names:
        raise BadInput(f"folder = {folder}: holds no run yet; see ecrm status {folder}")
    with duckdb.connect() as database:
        for table in (*store.TABLES, store.PERSONS):
            files = [str(folder / table / name) for name in names if (folder / table / name).is_file()]
            if files:
                rows = database.read_parquet(files, union_by_name=True)
                rows.filter(f"replicate <= {int(facts['replicates'])}").create_view(table)
        database.register("points", store.points_of(facts).reset_index())
        tables = [*(table for table in (*store.TABLES, store.PERSONS) if (folder / table).is_dir()), "points"]
        try:
            found: pd.DataFrame = database.sql(sql).df()
        except (duckdb.Error, AttributeError) as error:
            first = str(error).strip().splitlines()[0] if isinstance(error, duckdb.Error) else "it asks for no table"
            raise BadInput(f"query = {sql}: {first}; tables: {', '.join(tables)}") from None
    return found
