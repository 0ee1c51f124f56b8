"""A referral program: who brings a friend is rewarded, and so is the friend."""

from typing import TYPE_CHECKING

import numpy as np

from sim.firms.program import Program, ProgramSettings
from sim.kernel import kernel
from sim.ledger import each
from sim.mind.parts.referrals import Referrals
from sim.people.columns import NOBODY
from sim.rule import rule
from sim.settings import numbers, setting

if TYPE_CHECKING:
    from sim.market import Market


class ReferralSettings(ProgramSettings):
    """What is paid to whom."""

    reward: float = setting(
        20.0, "paid to who invited, when the friend joins", "currency", "the manager's choice", ge=0, le=1e5
    )
    welcome: float = setting(20.0, "paid to the friend who joins", "currency", "the manager's choice", ge=0, le=1e5)
    appeal: float = setting(
        1.2, "how much keener to invite a large reward makes customers", "log factor",
        "Ryu & Feick 2007; [A] size", ge=0, le=10,
    )  # fmt: skip
    half_reward: float = setting(10.0, "reward at which half of that is reached", "currency", gt=0, le=1e5)


@rule(
    "reward", 0.0, 60.0, lines=("half_reward", 5.0, 10.0, 20.0), also=("referral_reward",), appeal=1.2,
    reads={"reward": "referral.reward", "appeal": "referral.appeal", "half_reward": "referral.half_reward"},
)  # fmt: skip
@kernel
def keener(reward: float, appeal: float, half_reward: float) -> float:
    """Return how much keener to invite friends a reward makes customers.

    Equation: appeal reward / (reward + half_reward)
    Units: reward and half_reward in currency units; appeal and the result: log factors, at least 0
    Source: Ryu & Feick 2007 (that there is a reward matters more than its size); [A] form
    """
    return appeal * reward / (reward + half_reward)


class Referral(Program):
    """Reward customers for friends who join, and welcome these with money."""

    settings_class = ReferralSettings
    settings: ReferralSettings
    needs = ("word_of_mouth", "referrals")

    def plan(self, market: "Market") -> None:
        """Make customers keener to invite, and put the welcome before those who are invited."""
        part, firm, rules = market.mind.of(Referrals), self.firm.number, numbers(self.settings)
        part.keenness[firm] = keener(rules.reward, rules.appeal, rules.half_reward)
        columns, people = part.columns, market.people
        who = np.flatnonzero((columns.inviter != NOBODY) & (columns.invited_to == firm))
        if market.crowd.repertoire:
            spend = people.purchase_rate[who] * people.spend_level[who] / 12.0
        else:
            spend = market.terms.fee[firm] * people.revenue_level[who]
        horizon = np.maximum(spend, 0.01) * market.world.choose.money_horizon  # as money that leaving forfeits
        worth = people.price_sensitivity[who] * self.settings.welcome / horizon
        market.offers.pull[who, firm] += worth.astype(np.float32)

    def settle(self, market: "Market") -> None:
        """Pay both sides of each referral of this period."""
        if not self.runs(market.year):
            return
        part, firm = market.mind.of(Referrals), self.firm.number
        joiner = part.joined[part.columns.referred_to[part.joined] == firm]
        referrer = part.columns.referrer[joiner].astype(np.int64)
        who = np.concatenate([referrer, joiner])
        cents = np.concatenate([each(self.settings.reward, referrer), each(self.settings.welcome, joiner)])
        market.ledger.compensate(firm, who, cents)
        part.rewards[firm] = who, cents
