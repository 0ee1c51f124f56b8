import numpy as np
import pytest
from scipy import stats

from sim.draws import Key
from sim.people.buy import BuySettings, Purchases, bill, count_candidates, fee, no_purchases, shop
from sim.people.choose import ChooseSettings
from sim.people.columns import NOBODY
from sim.people.feelings import FeelSettings
from sim.settings import numbers
from tests.sim.tiny import alike, neutral, terms

KEY = Key(6, 1)
MANY = 20_000
ERROR = 1e-4  # rate at which a test of frequencies refuses a sound model
QUIET = {"satisfaction_push": 0.0, "habit_bonus": 0.0, "commitment_bonus": 0.0, "procedural_cost": 0.0}
LONE = ChooseSettings(outside_option=False, rejoin_per_year=0.0, **QUIET)


def go_shopping(people, choice=LONE, years=1.0, period=0, offers=None, most=255):
    """Let people shop for a period; return the purchases that happened."""
    b = BuySettings()
    count = np.zeros(len(people.entry), np.int64)
    count_candidates(0, len(count), period, KEY, people.entry, people.purchase_rate, years * b.growth_cap, count)
    count = np.minimum(count, most)
    offset = np.concatenate([[0], np.cumsum(count)])
    rows = no_purchases(int(offset[-1]))
    firms = people.taste.shape[1]
    shop(
        0, len(count), period, KEY, people, terms(firms), offers or neutral(people), numbers(b), numbers(choice),
        numbers(FeelSettings()), offset, rows, years,
    )  # fmt: skip
    return Purchases._make(column[rows.firm != NOBODY] for column in rows)


@pytest.mark.parametrize(("monthly", "dt", "cents"), [(40.0, 1 / 12, 4000), (40.0, 1 / 52, 923), (0.125, 1 / 12, 13)])
def test_a_fee_is_its_share_of_the_year_rounded_once(monthly, dt, cents):
    assert fee(monthly, 1.0, 1.0, dt) == cents


def test_only_who_has_a_provider_pays_and_pays_at_the_price_offered():
    people = alike(3)
    people.provider[:] = [0, 1, NOBODY]
    people.revenue_level[:] = [1.0, 1.5, 9.0]
    offers = neutral(people)
    offers.price_cut[1, 1] = 0.5
    fees = no_purchases(3)
    assert bill(people.provider, people.revenue_level, terms().fee, offers.price_cut, offers.extra, 1 / 12, fees) == 2
    assert (fees.person[:2].tolist(), fees.firm[:2].tolist()) == ([0, 1], [0, 1])
    assert fees.cents[:2].tolist() == [4000, 3000]


def test_without_programs_a_lone_shop_sees_the_persons_own_poisson_rate():
    people = alike(MANY, firms=1)
    people.purchase_rate[:] = 2.0
    counts = np.bincount(np.bincount(go_shopping(people).person, minlength=MANY), minlength=9)[:9]
    chances = np.append(stats.poisson(2.0).pmf(np.arange(8)), stats.poisson(2.0).sf(7))
    counts[8] = MANY - counts[:8].sum()
    assert stats.chisquare(counts, MANY * chances).pvalue > ERROR


def test_a_program_adds_purchases_up_to_the_cap_and_redraws_none():
    people = [alike(2000, firms=1) for _ in range(3)]
    chosen = []
    for each, growth in zip(people, (0.0, 0.2, 9.0), strict=True):
        rows = go_shopping(each, offers=grown(each, growth))
        chosen.append(set(zip(rows.person.tolist(), rows.slot.tolist(), rows.cents.tolist(), strict=True)))
    assert chosen[0] < chosen[1] < chosen[2]
    assert len(chosen[2]) / len(chosen[0]) == pytest.approx(BuySettings().growth_cap, rel=0.15)


def grown(people, growth):
    offers = neutral(people)
    offers.growth[:] = growth
    return offers


def test_amounts_are_gamma_around_the_persons_level():
    people = alike(MANY, firms=1)
    people.purchase_rate[:], people.spend_level[:], people.spend_shape[:] = 1.0, 30.0, 6.25
    cents = go_shopping(people).cents / 100.0
    assert stats.kstest(cents, stats.gamma(6.25, scale=30.0 / 6.25).cdf).pvalue > ERROR


def test_lapsing_follows_a_purchase_but_never_the_first_and_ends_buying():
    people = alike(MANY, firms=1)
    people.purchase_rate[:], people.dropout[:] = 3.0, 0.3
    bought = np.bincount(go_shopping(people).person, minlength=MANY)
    once = bought == 1
    assert people.alive[once, 0].all()
    lapsed = ~people.alive[:, 0]
    repeated = bought > 1
    assert repeated[lapsed].all()
    assert not np.isin(go_shopping(people, period=1).person, np.flatnonzero(lapsed)).any()


def test_a_repeat_purchase_is_the_last_with_the_persons_own_chance():
    people = alike(MANY, firms=1)
    people.since[:], people.dropout[:], people.purchase_rate[:] = 0.1, 0.3, 1.0
    before = go_shopping(people, most=1)
    gone = int((~people.alive[before.person, 0]).sum())
    assert stats.binomtest(gone, len(before.person), 0.3).pvalue > ERROR


def test_a_purchase_starts_the_relationship_and_the_habit():
    people = alike(50, firms=2)
    people.purchase_rate[:] = 5.0
    bought = go_shopping(people)
    who, firm = bought.person[-1], bought.firm[-1]
    assert people.provider[who] == firm
    assert people.since[who, firm] == 0.0
    assert people.habit[who, firm] > 0.0


def test_purchases_are_sorted_by_person_and_numbered_within():
    people = alike(300, firms=3)
    people.purchase_rate[:], people.spend_level[:], people.spend_shape[:] = 4.0, 30.0, 6.25
    rows = go_shopping(people)
    assert (np.diff(rows.person) >= 0).all()
    assert (np.diff(rows.slot)[np.diff(rows.person) == 0] > 0).all()
    assert (rows.cents > 0).all()


def test_who_lapsed_may_look_again_where_the_market_lets_them():
    people = alike(MANY, firms=1)
    people.alive[:], people.purchase_rate[:] = False, 0.0
    go_shopping(people, choice=LONE.model_copy(update={"rejoin_per_year": 0.7}), years=0.5)
    assert stats.binomtest(int(people.alive.sum()), MANY, 1.0 - np.exp(-0.35)).pvalue > ERROR
