"""Real customers made ready for a world: their histories, and the models fitted on them.

A population is what `ecrm import` makes of a purchase log and what a world is peopled with. Its folder holds
`customers.parquet`, `weeks.parquet`, `bad_rows.parquet` and `population.yaml`.
"""

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
import yaml
from numpy.typing import NDArray

from analysis.files import replacing
from analysis.pareto_nbd import ParetoNBD
from analysis.purchase_log import Log, as_day, holdout, summary
from analysis.repeat_buying import BGNBD, Fit, GammaGamma
from sim.settings import BadInput

if TYPE_CHECKING:
    from sim.people.imported import Imported

_CARD = "population.yaml"

Lapse = Literal["after_purchases", "by_time"]
LAWS: dict[Lapse, type[BGNBD] | type[ParetoNBD]] = {"after_purchases": BGNBD, "by_time": ParetoNBD}


@dataclass(frozen=True, eq=False)
class Population:
    """The customers of a purchase log at the end of a calibration period.

    Attributes:
        customers: per customer (index, sorted): ``x``, ``t_x``, ``T`` (weeks), ``spend_count``, ``spend_mean``,
            ``first`` as in `purchase_log.summary`; ``purchases`` and ``spend`` of the holdout, 0 without one.
        weeks: holdout per week (index 1, 2, ...): ``purchases``, ``spend``; empty without a holdout.
        bad: lines of the log that could not be used: ``line``, ``why``, ``text``.
        buying: the fit of BG/NBD, or of Pareto/NBD, per week.
        spend: the gamma-gamma fit, in currency units.
        first: first day of the log.
        until: last day of the calibration period.
        end: last day of the holdout.
        source: the file reference of the log.
    """

    customers: pd.DataFrame
    weeks: pd.DataFrame
    bad: pd.DataFrame
    buying: Fit[BGNBD] | Fit[ParetoNBD]
    spend: Fit[GammaGamma]
    first: date
    until: date
    end: date
    source: str

    @property
    def lapse(self) -> Lapse:
        """How customers silently lapse, by the law that was fitted."""
        return next(lapse for lapse, law in LAWS.items() if isinstance(self.buying.model, law))

    @property
    def law(self) -> str:
        """Name of the law of buying that was fitted."""
        return {"after_purchases": "BG/NBD", "by_time": "Pareto/NBD"}[self.lapse]

    @property
    def ids(self) -> list[str]:
        """Customer ids in the order of all arrays."""
        return self.customers.index.tolist()

    def imported(self) -> "Imported":
        """The histories and fitted parameters as a world takes them, customers in the order of `ids`."""
        from sim.people.imported import Imported

        def column(name: str) -> NDArray[np.float64]:
            return self.customers[name].to_numpy(np.float64)

        return Imported(
            x=column("x"),
            t_x=column("t_x"),
            T=column("T"),
            spend_count=column("spend_count"),
            spend_mean=column("spend_mean"),
            **asdict(self.buying.model),
            **asdict(self.spend.model),
        )

    def save(self, folder: str | Path) -> None:
        """Write the population to a folder: whole or not at all; a population that is there already is replaced.

        Raises:
            BadInput: the path holds something that is not a population.
        """
        with replacing(folder, _CARD, "population") as draft:
            self._write(draft)

    def _write(self, folder: Path) -> None:
        for name, frame in (("customers", self.customers), ("weeks", self.weeks), ("bad_rows", self.bad)):
            frame.to_parquet(folder / f"{name}.parquet")
        card = {
            "source": self.source,
            "first": self.first,
            "until": self.until,
            "end": self.end,
            "bad_rows": len(self.bad),
            "lapse": self.lapse,
            "buying": asdict(self.buying),
            "spend": asdict(self.spend),
        }
        (folder / _CARD).write_text(yaml.safe_dump(card, sort_keys=False, allow_unicode=True), encoding="utf-8")

    @classmethod
    def load(cls, folder: str | Path) -> "Population":
        """Read a population that `save` wrote.

        Raises:
            BadInput: the folder is missing, incomplete or not readable.
        """
        path = Path(folder)
        if not (path / _CARD).is_file():
            raise BadInput(f"population: {folder} is not a population (it has no {_CARD}); make one with ecrm import")
        try:
            card = yaml.safe_load((path / _CARD).read_text(encoding="utf-8"))
            return cls(
                customers=pd.read_parquet(path / "customers.parquet"),
                weeks=pd.read_parquet(path / "weeks.parquet"),
                bad=pd.read_parquet(path / "bad_rows.parquet"),
                buying=Fit(
                    **{**card["buying"], "model": LAWS[card.get("lapse", "after_purchases")](**card["buying"]["model"])}
                ),
                spend=Fit(**{**card["spend"], "model": GammaGamma(**card["spend"]["model"])}),
                **{name: card[name] for name in ("first", "until", "end", "source")},
            )
        except (OSError, KeyError, TypeError, ValueError, yaml.YAMLError) as error:
            raise BadInput(f"population: {folder} is damaged ({error}); make it again with ecrm import") from None


def population(log: Log, until: date | str | None = None, lapse: Lapse = "after_purchases") -> Population:
    """Fit the models on the log up to a day; what the same customers did afterwards is kept as the holdout.

    Args:
        log: the purchase log.
        until: last day of the calibration period; the last day of the log when not given.
        lapse: whether customers silently lapse after a purchase (BG/NBD) or at any time (Pareto/NBD).

    Raises:
        BadInput: `until` is outside the log, or nobody bought again before it.
    """
    day = log.last if until is None else as_day("until", until)
    customers = summary(log, day)
    buying = LAWS[lapse].fit(customers["x"], customers["t_x"], customers["T"])
    spend = GammaGamma.fit(customers["spend_count"], customers["spend_mean"])
    later = holdout(log, day)
    return Population(
        customers=customers.join(later.customers),
        weeks=later.weeks,
        bad=log.bad,
        buying=buying,
        spend=spend,
        first=log.first,
        until=day,
        end=log.last,
        source=log.source,
    )
