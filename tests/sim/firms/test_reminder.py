"""A message without a price cut: more purchases while it is fresh, at the same price."""

import numpy as np
import pytest

from sim.market import Market
from tests.sim.tiny import repertoire

MAIL = {"share": 0.0, "reminder": 0.7, "offers_per_year": 12.0, "lasts_months": 1.0}


def after_outreach(mail: dict[str, float]) -> tuple[Market, np.ndarray]:
    market = Market(repertoire(firms={"acme": {"programs": {"discount": mail}}}))
    market._open()
    market._decide()
    market._reach_out()
    return market, market.offers.growth[:, 0]


def test_a_message_adds_purchases_for_those_who_have_it_and_takes_nothing_off_the_price() -> None:
    market, growth = after_outreach(MAIL)
    assert set(np.unique(growth)) == {np.float32(0.0), np.float32(0.7)}
    assert (market.offers.price_cut[:, 0] == 0.0).all()


@pytest.mark.parametrize("mail", [MAIL | {"reminder": 0.0}, MAIL | {"offers_per_year": 0.0}])
def test_without_a_reminder_or_without_messages_nothing_is_added(mail: dict[str, float]) -> None:
    assert (after_outreach(mail)[1] == 0.0).all()
