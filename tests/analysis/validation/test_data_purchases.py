"""CDNOW's second half is foretold no worse than by its peers, and far worse where nobody silently lapses."""

import pytest

from analysis.purchase_log import read_log
from analysis.validation import data_purchases as module
from analysis.validation.registry import checks

NAMES = ["later_purchases_of_each_customer", "later_purchases_in_total"]

if module.missing() is not None:
    pytest.skip(str(module.missing()), allow_module_level=True)


@pytest.mark.parametrize("name", NAMES)
def test_the_second_half_is_foretold_as_well_as_by_the_peers(name):
    found = checks()[name].run(fast=True)
    assert (found.kind, found.relation, found.verdict) == ("data", "above", True)
    assert found.low > found.expected
    assert "Pareto/NBD" in found.note


@pytest.mark.parametrize("name", NAMES)
def test_without_silent_lapses_it_is_not(name):
    assert not checks()[name].without("silent lapses", fast=True).verdict


def test_the_law_of_lapse_is_chosen_without_a_purchase_of_the_second_half():
    log = read_log(module.LOG, module.COLUMNS)
    half = log.purchases[log.purchases["date"] <= module.HALF]
    blind = type(log)(half, log.bad, log.source, log.rows, log.columns)
    assert module.told_by_the_first_half(blind, module.HALF) == module.told_by_the_first_half(log, module.HALF)
