"""A made-up study: tables as a run writes them, with known effects, without running a world."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from analysis.store import KEYS, TABLES, Study, write_facts, write_failure, write_part

CAUSES = ("price", "core_failure", "service_encounter", "inconvenience", "competition", "involuntary")
EFFECTS = {"nothing": 0.0, "points": 0.02, "more_staff": 0.045}
OUTLAY = {"nothing": 0.0, "points": 3200.0, "more_staff": 3300.0}


def made_up(
    folder: Path,
    *,
    arms: tuple[str, ...] = tuple(EFFECTS),
    replicates: int = 8,
    periods: int = 60,
    noise: float = 1.0,
    service: bool = True,
) -> Study:
    """Return a study in which points lift retention a little, staff lifts it more, and all luck is shared.

    Args:
        folder: where ``save`` would put it.
        arms: which of nothing, points and more_staff.
        replicates: runs an arm.
        periods: months.
        noise: size of the luck that is an arm's own; 0 makes all replicates differ by the shared luck alone.
        service: whether the world has a call center.
    """
    tables: dict[str, list[pd.DataFrame]] = {"runs": [], "periods": [], "events": [], "shares": []}
    for arm in arms:
        for replicate in range(1, replicates + 1):
            generator = np.random.default_rng([replicate, len(arm)])
            shared = np.random.default_rng(replicate)
            run = _periods(arm, periods, shared, generator, noise, service)
            keys = {"scenario": "made_up", "arm": arm, "replicate": replicate, "point": 0}
            tables["periods"].append(_keyed(run, keys, None))
            tables["runs"].append(_keyed(_outcomes(run[run.firm == "acme"], arm), keys, periods))
            tables["events"].append(_keyed(_events(run[run.firm == "acme"], generator), keys, None))
            tables["shares"].append(_keyed(_shares(arm, shared), keys, periods))
    frames = {name: pd.concat(parts, ignore_index=True) for name, parts in tables.items()}
    study = {
        "scenario": "made_up",
        "question": "Does the same money keep more customers as points or as people on the phone?",
        "lesson": "Points pay everyone, staff helps those who have a problem.\n\nLook at the causes of leaving.",
        "reference": arms[0],
        "focal": "acme",
        "outcomes": ["profit", "customer_equity", "churn_rate", "satisfaction", "service_level"],
        "verb": "compare",
        "replicates": replicates,
        "planned": replicates * len(arms),
        "points": [{}],
        "seed": 1,
        "command": "ecrm compare scenario=made_up replicates=8 seed=1",
        "complete": True,
        "population": None,
        "versions": {"python": "3.13.0", "ecrm-workbench": "0.1.0", "numpy": "2.5.5", "processor": "x86_64-any"},
        "arms": {arm: {"changes": CHANGES[arm], "settings": {"seed": 1, "kind": "subscription"}} for arm in arms},
    }
    return Study(folder, study, **frames)


def stored(study: Study, parts: int = 1) -> Study:
    """Put a study into its folder, its replicates spread over parts."""
    study.folder.mkdir(parents=True, exist_ok=True)
    write_facts(study.folder, {name: value for name, value in study.facts.items() if name != "complete"})
    for part in range(parts):
        tables = {}
        for table in TABLES:
            frame = getattr(study, table)
            frame = frame[frame["replicate"] % parts == part]
            if table == "runs":
                frame = frame.assign(key=[f"{arm}-{run}" for arm, run in zip(frame.arm, frame.replicate, strict=True)])
            tables[table] = pa.Table.from_pandas(frame, preserve_index=False)
        write_part(study.folder, tables)
    for run, text in study.failures.items():
        write_failure(study.folder, run, text)
    return study


CHANGES = {
    "nothing": {},
    "points": {"firms": {"acme": {"programs": {"points": {"earn": 0.02, "threshold": 100}}}}},
    "more_staff": {"firms": {"acme": {"call_center": {"staffing": {"kind": "fixed", "hours_per_week": 540.0}}}}},
}


def _keyed(frame: pd.DataFrame, keys: dict[str, object], period: int | None) -> pd.DataFrame:
    if period is not None:
        frame.insert(0, "period", period)
    for name, value in keys.items():
        frame[name] = value
    return frame[[*KEYS, *(name for name in frame.columns if name not in KEYS)]]


def _periods(
    arm: str, periods: int, shared: np.random.Generator, own: np.random.Generator, noise: float, service: bool
) -> pd.DataFrame:
    rows = []
    luck = shared.normal(0, 0.0012, periods)
    for firm, share in (("acme", 0.4), ("bolt", 0.33), ("cargo", 0.27)):
        effect = EFFECTS[arm] if firm == "acme" else 0.0
        customers = 50_000 * share
        for period in range(1, periods + 1):
            start = customers
            yearly = 0.21 - effect * min(1.0, period / 18)
            left = start * (yearly / 12 + luck[period - 1] + noise * own.normal(0, 0.0002))
            customers = start - left + 50_000 * share * 0.017
            level = 0.78 + (0.08 if arm == "more_staff" else 0) + 12 * luck[period - 1] + noise * own.normal(0, 0.01)
            rows.append(
                {
                    "period": period,
                    "year": period / 12,
                    "firm": firm,
                    "customers_start": start,
                    "customers": customers,
                    "left": left,
                    "profit": customers * 14 - (OUTLAY[arm] * 3 if firm == "acme" else 0) + noise * own.normal(0, 300),
                    "service_level": level if service and firm == "acme" else np.nan,
                    "purchases": own.poisson(60),
                }
            )
    return pd.DataFrame(rows)


def _outcomes(own: pd.DataFrame, arm: str) -> pd.DataFrame:
    kept = float((1 - own["left"] / own["customers_start"]).prod())
    retention = kept ** (1 / own["year"].iloc[-1])
    return pd.DataFrame(
        {
            "profit": [own["profit"].sum()],
            "customer_equity": [own["customers"].iloc[-1] * 620.0],
            "churn_rate": [1 - retention],
            "retention_rate": [retention],
            "satisfaction": [72.0 + 40 * EFFECTS[arm] + 100 * (retention - 0.8)],
            "service_level": [own["service_level"].mean()],
            "program_outlay": [OUTLAY[arm] * len(own)],
        }
    )


def _events(own: pd.DataFrame, generator: np.random.Generator) -> pd.DataFrame:
    count = int(own["left"].sum() / 40)
    chosen = generator.choice(len(CAUSES), size=count, p=[0.34, 0.2, 0.16, 0.1, 0.14, 0.06])
    return pd.DataFrame(
        {
            "period": np.sort(generator.integers(1, len(own) + 1, count)),
            "person": generator.integers(0, 50_000, count),
            "origin": "acme",
            "destination": generator.choice(["bolt", "cargo", "none"], count),
            "cause": np.array(CAUSES)[chosen],
            "second_cause": np.array(CAUSES)[generator.integers(0, len(CAUSES), count)],
        }
    )


def _shares(arm: str, shared: np.random.Generator) -> pd.DataFrame:
    values = np.sort(shared.lognormal(6.0 + EFFECTS[arm], 0.8, 1000) - 40.0)[::-1]
    share = np.linspace(0.0, 1.0, 101)
    cumulated = np.concatenate([[0.0], np.cumsum(values)]) / len(values)
    return pd.DataFrame(
        {
            "share": share,
            "value": np.quantile(values, 1 - share),
            "cumulative": np.interp(share, np.linspace(0, 1, len(cumulated)), cumulated),
        }
    )
