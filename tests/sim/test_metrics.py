import math

import numpy as np
import pytest

from sim.ledger import Account
from sim.market import Market
from sim.metrics import METRICS
from tests.sim.tiny import programs, subscription


@pytest.fixture(scope="module")
def market():
    """Return a world that was lived, with programs and a center of its own."""
    own = {"kind": "own", "customers_represented": 40.0}
    changes = programs(points={"threshold": 60.0, "endowed": 10.0, "enrollment": 6.0}, recovery={})
    changes["firms"]["acme"] |= {"call_center": own, "fixed_cost": 1000.0, "acquisition_cost": 30.0}
    world = Market(subscription(**changes))
    world.run()
    return world


@pytest.fixture(scope="module")
def table(market):
    """Return the focal firm's periods."""
    return market.periods().query("firm == 'acme'").reset_index(drop=True)


def test_every_figure_has_its_one_name_and_a_label_in_every_language():
    assert [name for name, metric in METRICS.items() if metric.name != name] == []
    for language in ("en", "es", "zh"):
        labels = [metric.label[language] for metric in METRICS.values()]
        assert all(labels)
        assert sorted({label for label in labels if labels.count(label) > 1}) == []


def test_every_figure_says_what_it_is_its_unit_and_its_base():
    assert [metric.name for metric in METRICS.values() if not (metric.definition and metric.unit and metric.base)] == []
    assert {metric.grain == "period" for metric in METRICS.values() if metric.rule} == {True}


class Nothing(dict[str, np.ndarray]):
    """Counts of a period in which nothing was there and nothing happened."""

    def __missing__(self, name: str) -> np.ndarray:
        return np.zeros(1)


def test_a_figure_without_its_base_is_undefined_and_a_sum_of_nothing_is_zero():
    figures = {name: float(metric.rule(Nothing(), 1 / 12)) for name, metric in METRICS.items() if metric.rule}
    undefined = ("service_level", "churn_rate", "satisfaction", "market_share")
    assert [name for name in undefined if not math.isnan(figures[name])] == []
    assert figures["profit"] == figures["purchases"] == 0.0
    assert [name for name, value in figures.items() if math.isinf(value)] == []


def test_many_stretches_at_once_have_the_figures_of_each_by_itself(market):
    counts = {name: column.reshape(2, 3) for name, column in market.reports.counts(market.firm()).items()}
    each = [{name: column[:, stretch] for name, column in counts.items()} for stretch in range(3)]
    for metric in METRICS.values():
        if metric.rule:
            alone = [float(metric.rule(one, 1 / 12)) for one in each]
            assert metric.rule(counts, 1 / 12).tolist() == pytest.approx(alone, nan_ok=True)


def test_churn_is_the_product_of_the_periods_stays_to_the_year():
    counts = {"customers_start": np.array([100.0, 90.0, 99.0]), "left": np.array([10.0, 9.0, 0.0])}
    stays = 0.9 * 0.9
    assert METRICS["churn_rate"].rule(counts, 1 / 12) == pytest.approx(1.0 - stays**4)
    assert METRICS["retention_rate"].rule(counts, 1 / 12) == pytest.approx(stays**4)


def test_profit_is_revenue_less_all_accrued_costs(table):
    costs = [
        "direct_cost",
        "reward_cost",
        "service_cost",
        "program_cost",
        "outreach_cost",
        "acquisition_cost",
        "fixed_cost",
    ]
    assert list(table["profit"]) == pytest.approx(list(table["revenue"] - table[costs].sum(axis=1)), abs=1e-6)
    assert (table[["revenue", "direct_cost", "reward_cost", "service_cost", "fixed_cost"]] > 0).all().all()


def test_cash_is_profit_and_what_more_is_owed_in_points(table):
    owed = table["points_liability"].diff().fillna(table["points_liability"])
    assert list(table["cash_profit"]) == pytest.approx(list(table["profit"] + owed), abs=1e-6)
    assert table["points_liability"].iloc[-1] > 0.0


def test_customers_are_those_before_and_who_joined_less_who_left(table):
    assert (table["customers_start"] + table["joined"] - table["left"] == table["customers"]).all()
    assert (table["customers"].shift(1).dropna().to_numpy() == table["customers_start"].iloc[1:].to_numpy()).all()


def test_shares_of_all_firms_add_to_one(market):
    periods = market.periods().groupby("period")
    assert periods["share_of_customers"].sum().to_numpy() == pytest.approx(1.0)
    assert periods["market_share"].sum().to_numpy() == pytest.approx(1.0)


def test_leaving_causes_add_to_one_where_anybody_left(table):
    causes = table[[name for name in METRICS if name.startswith("leaving_cause.")]]
    assert causes.sum(axis=1)[table["leavers"] > 0].to_numpy() == pytest.approx(1.0)
    assert causes[table["leavers"] == 0].isna().all().all()


def test_a_figure_of_a_run_is_the_same_rule_over_all_periods(market, table):
    outcomes = market.outcomes()
    assert list(outcomes) == list(METRICS)
    assert outcomes["revenue"] == pytest.approx(table["revenue"].sum())
    assert outcomes["customers"] == table["customers"].iloc[-1]
    assert outcomes["satisfaction"] == pytest.approx(np.average(table["satisfaction"], weights=table["customers"]))
    assert outcomes["service_level"] == pytest.approx(np.average(table["service_level"], weights=table["offered"]))


def test_profit_is_what_persons_bring_less_payroll_and_fixed_cost():
    own = {"kind": "own", "customers_represented": 40.0}
    world = Market(subscription(firms={"acme": {"call_center": own, "fixed_cost": 1000.0}}))
    pay_staff, payroll = world.ledger.pay_staff, []

    def noted(firm, cents):
        payroll.append(int(cents.sum()))
        pay_staff(firm, cents)

    world.ledger.pay_staff = noted
    world.run()
    persons = world.persons()["margin_cents"].sum()
    fixed = world.ledger.balance[0, Account.FIXED_COST]
    assert sum(payroll) > 0
    assert fixed == pytest.approx(50_000, abs=6)  # half a year of it, rounded each month
    assert round(100.0 * world.outcomes()["profit"]) == persons - sum(payroll) - fixed


def test_values_of_persons_are_their_margins_discounted(market):
    persons = market.persons()
    late = market.ledger.discount(0.5)
    gain = persons["margin_cents"] / 100.0
    assert persons["value"].sum() == pytest.approx(gain.sum(), rel=1.0 - late)
    assert market.outcomes()["value_per_person"] == pytest.approx(persons["value"].mean())
    assert market.outcomes()["customer_equity"] == pytest.approx(
        persons.loc[persons["customer"], "expected_value"].sum()
    )
