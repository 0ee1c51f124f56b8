"""Formulas hold, all looked at once with a chance of 1 % to refuse a right model; 2 % off, each is refused.

Power at full size is computed from the standard errors measured, and shown by the runs with an input off.
"""

import pytest

from analysis.validation.carry_out import validate
from analysis.validation.registry import checks, family

FORMS = [check for check in checks().values() if check.kind == "closed_form"]


def test_formulas_hold_in_small_samples():
    assert [result.name for result in validate(FORMS, fast=True) if not result.verdict] == []


def test_there_are_formulas_of_people_buying_money_and_queues():
    assert len(FORMS) >= 15


@pytest.mark.long
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_model_two_percent_off_is_refused_with_95_percent_power(form):
    assert form.run(family=family()).power >= 0.95
    assert not form.run(off=True, family=family()).verdict
