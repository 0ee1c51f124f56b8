import numpy as np
import pandas as pd
import pytest

from analysis import curves
from analysis.comparison import Comparison
from analysis.report.money import balances
from tests.made_up import OUTLAY, made_up


@pytest.mark.parametrize(
    ("path", "years"),
    [
        ([1.0, 2.0, 3.0], 0.0),
        ([-1.0, 0.0, 2.0], 3.0),
        ([-1.0, 5.0, -1.0, 1.0], 4.0),
        ([0.0, 0.0, 1.0], 3.0),  # nothing gained yet is not ahead
        ([1.0, -1.0], None),
        ([0.0, 0.0], None),
    ],
)
def test_an_arm_has_paid_back_when_its_profit_stays_above_the_reference_s(path, years):
    assert curves.payback(pd.Series(path, index=np.arange(1.0, len(path) + 1))) == years


def test_every_arm_but_the_reference_has_its_outlay_its_profit_and_its_payback(tmp_path):
    found = {balance.arm: balance for balance in balances(Comparison(made_up(tmp_path, periods=60)))}
    assert list(found) == ["points", "more_staff"]
    assert found["points"].outlay.startswith(f"{OUTLAY['points'] * 60:,.0f}")
    assert found["points"].payback == "not within 5 years (0 of 8 replicates)"
    assert found["more_staff"].payback.endswith("(8 of 8 replicates)")
    assert found["more_staff"].payback.startswith("after 2")


def test_one_arm_alone_has_nothing_to_pay_back(tmp_path):
    assert balances(Comparison(made_up(tmp_path, arms=("nothing",), periods=3))) == []
