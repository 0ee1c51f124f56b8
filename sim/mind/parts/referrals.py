"""Referrals: customers who talk (`word_of_mouth`) invite friends, and who comes by an invitation stays longer.

Two reasons why the referred stay (Schmitt, Skiera & Van den Bulte 2011), and nothing else sets them apart: friends
know whom the firm suits, so matches are better; and a friend at the same firm is company. Without word of mouth nobody
invites.
"""

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import Decision, Key, uniform
from sim.kernel import double, inlined, kernel, loop
from sim.ledger import Cents, to_cents
from sim.mind.network import Network
from sim.mind.part import Floats, Part, PartSettings
from sim.mind.parts.word_of_mouth import WordOfMouth
from sim.people.blocks import GRAIN, total
from sim.people.buy import Purchases
from sim.people.columns import NOBODY, Bytes, Flags, People
from sim.people.feel import is_customer
from sim.people.feelings import FeelSettings
from sim.people.mathematics import approach, logit
from sim.people.offers import Leanings, Offers
from sim.rule import rule
from sim.settings import numbers, setting

if TYPE_CHECKING:
    from sim.market import Market


class ReferralsSettings(PartSettings):
    """Who invites whom, and what an invitation does."""

    invite: float = setting(
        0.03, "chance that a telling of a customer with a middling feeling invites a given friend", "share", ge=0, le=1
    )
    warmth: float = setting(
        1.0, "invitations more, per log-odds of satisfaction above the anchor", "log factor", ge=0, le=10
    )
    insight: float = setting(
        5.0, "invitations more to whom the firm suits, per unit of match", "log factor",
        "Kornish & Li 2010: friends know each other's preferences; [A] size", ge=0, le=50,
    )  # fmt: skip
    pull: float = setting(0.4, "utility of a fresh invitation", "utility", ge=0, le=10)
    rouse: float = setting(
        1.0, "messages of a firm that an invitation is worth in waking a rival's customer", "messages", ge=0, le=20
    )
    half_life: float = setting(2.0, "an invitation is forgotten", "months", gt=0, le=120)
    company: float = setting(
        1.0, "lean of commitment while the friend who invited is with the firm, too", "log-odds",
        "Schmitt, Skiera & Van den Bulte 2011; [A] size", ge=0, le=10,
    )  # fmt: skip
    own_doing: float = setting(
        0.5, "share of the referred who would not have come by themselves", "share",
        "Kumar, Petersen & Leone 2007", ge=0, le=1,
    )  # fmt: skip
    counted_years: float = setting(
        1.0, "time for which the margin of the referred counts for who referred", "years",
        "Kumar, Petersen & Leone 2007", gt=0, le=50,
    )  # fmt: skip
    acquisition_spared: float = setting(
        1.0, "part of the acquisition cost that is not spent on who comes by an invitation", "share",
        "Kumar, Petersen & Leone 2007", ge=0, le=1,
    )  # fmt: skip


class Referred(NamedTuple):
    """The columns. Comment: range, unit."""

    inviter: NDArray[np.int32]  # (N,) who invited; NOBODY: no open invitation
    invited_to: Bytes  # (N,) firm
    freshness: NDArray[np.float32]  # (N,) of the invitation, 1 fresh - 0 forgotten
    referrer: NDArray[np.int32]  # (N,) by whose invitation the present relationship began; NOBODY
    referred_to: Bytes  # (N,) firm


@rule("satisfaction", 0.3, 0.98, lines=("match", -0.2, 0.0, 0.2), also=("referral",), keenness=0.0)
@kernel
def invitation(satisfaction: float, match: float, keenness: float, r: ReferralsSettings, f: FeelSettings) -> float:
    """Return the chance that a telling invites a given friend who is not a customer.

    Equation: min(1, invite exp(warmth (logit S - logit S_ref) + insight match + keenness))
    Units: S and S_ref of who tells, 0-1; match of the friend with the firm, attribute scale around 0; keenness by a
        reward, a log factor at least 0; a chance 0-1
    Source: Kornish & Li 2010 (who refers, and whom); Ryu & Feick 2007 (rewards)
    """
    feeling = logit(satisfaction) - logit(f.satisfaction_ref)
    return min(r.invite * math.exp(r.warmth * feeling + r.insight * match + keenness), 1.0)


@loop
def _lean(
    first: int, last: int, columns: Referred, customer: Flags, r: ReferralsSettings, offers: Offers, leanings: Leanings
) -> None:
    """Let invitations pull, and company hold; who has left the firm is no longer one of the referred."""
    for person in range(first, last):
        if columns.inviter[person] != NOBODY:
            firm = int(columns.invited_to[person])
            offers.pull[person, firm] += np.float32(r.pull * double(columns.freshness[person]))
        referrer = int(columns.referrer[person])
        if referrer != NOBODY:
            firm = int(columns.referred_to[person])
            if not customer[person, firm]:
                columns.referrer[person] = NOBODY
            elif customer[referrer, firm]:
                leanings.commitment[person, firm] += np.float32(r.company)


@loop
def _invite(
    first: int, last: int, period: int, key: Key, people: People, friends: Network, tellings: Bytes,
    keenness: NDArray[np.float64], r: ReferralsSettings, f: FeelSettings, repertoire: bool, active_years: float,
    fade: float, fresh: float, columns: Referred, woken: Flags, sums: NDArray[np.float64],
) -> None:  # fmt: skip
    """Forget invitations by a period, and draw who is invited by a friend; the last one told counts."""
    for person in range(first, last):
        freshness = double(columns.freshness[person]) * (1.0 - fade)
        if freshness < 0.05:
            freshness = 0.0
            columns.inviter[person] = NOBODY
        columns.freshness[person] = freshness
        if int(people.entry[person]) > period:
            continue
        for end in range(friends.start[person], friends.start[person + 1]):
            friend = int(friends.friend[end])
            often, firm = int(tellings[friend]), int(people.provider[friend])
            if often == 0 or is_customer(people, person, firm, repertoire, active_years):
                continue
            kept = _untold(people, person, friend, firm, often, double(keenness[firm]), r, f)
            if uniform(key, person, period, Decision.INVITE, friend) > kept:
                columns.inviter[person], columns.invited_to[person] = friend, firm
                columns.freshness[person] = fresh
                sums[person // GRAIN, firm] += 1.0
                if not repertoire:
                    _rouse(people, person, r, woken)


@inlined
def _untold(
    people: People, person: int, friend: int, firm: int, often: int, keenness: float, r: ReferralsSettings,
    f: FeelSettings,
) -> float:  # fmt: skip
    """Return the chance that none of a friend's tellings invites the person."""
    chance = invitation(double(people.satisfaction[friend, firm]), double(people.match[person, firm]), keenness, r, f)
    kept = 1.0
    for _ in range(often):
        kept *= 1.0 - chance
    return kept


@inlined
def _rouse(people: People, person: int, r: ReferralsSettings, woken: Flags) -> None:
    """Make a subscriber who was invited think of firms."""
    if int(people.provider[person]) == NOBODY:
        woken[person] = True
    else:
        people.contact_salience[person] = double(people.contact_salience[person]) + r.rouse


class Referrals(Part):
    """Referrals: customers who talk invite friends; needs word of mouth. Who was invited fits better and has company.

    Attributes:
        keenness: (F,) what programs add to invitations in this period, log factor.
        joined: persons who came by an invitation in this period.
        rewards: what programs paid in this period, by firm: to whom (rows,) and how much, cents.
    """

    settings_class = ReferralsSettings
    settings: ReferralsSettings
    columns: Referred
    needs = ("word_of_mouth",)
    counts = ("invitations", "referrals", "referred", "referral_margin", "referrers")

    def __init__(self, settings: ReferralsSettings, market: "Market") -> None:
        """Begin without invitations."""
        super().__init__(settings, market)
        self.rules = numbers(settings)
        self.keenness: Floats = np.zeros(len(market.firms))
        self.joined: NDArray[np.int64] = np.zeros(0, np.int64)
        self.rewards: dict[int, tuple[NDArray[np.int64], Cents]] = {}
        self._invited = market.crowd.crew.sums(len(market.firms))

    def empty(self, people: int, firms: int) -> Referred:
        """Return columns of people whom nobody invited."""
        nobody, nowhere = np.full(people, NOBODY, np.int32), np.full(people, NOBODY, np.int8)
        return Referred(nobody, nowhere, np.zeros(people, np.float32), nobody.copy(), nowhere.copy())

    def lean(self, market: "Market") -> None:
        """Put invitations before people, and let company act on commitment."""
        customer, offers, leanings = market.people.customer, market.offers, market.leanings
        market.crowd.crew.run(_lean, self.columns, customer, self.rules, offers, leanings)

    def bought(self, market: "Market", purchases: Purchases) -> None:
        """Note who came by an invitation: a relationship with the firm has just begun."""
        columns, people = self.columns, market.people
        who = np.flatnonzero(columns.inviter != NOBODY)
        firm = columns.invited_to[who]
        came = (people.since[who, firm] == 0.0) & (people.tenure[who, firm] == 0.0)
        self.joined = who[came]
        columns.referrer[self.joined] = columns.inviter[self.joined]
        columns.referred_to[self.joined] = firm[came]
        columns.inviter[self.joined] = NOBODY
        columns.freshness[self.joined] = 0.0

    def tell(self, market: "Market") -> None:
        """Let those who talk in this period invite friends."""
        talk, crowd, half_life = market.mind.of(WordOfMouth), market.crowd, self.settings.half_life
        self._invited[:] = 0.0
        # an invitation comes up in the middle of the period, on average
        fade, fresh = approach(half_life, market.now.dt), 1.0 - approach(half_life, 0.5 * market.now.dt)
        crowd.crew.run(
            _invite, market.now.period, market.key, crowd.people, talk.network, talk.columns.tellings, self.keenness,
            self.rules, crowd.feeling, crowd.repertoire, crowd.active_years, fade, fresh, self.columns,
            talk.columns.woken, self._invited,
        )  # fmt: skip
        self.keenness[:] = 0.0

    def acquisition(self, firm: int, person: NDArray[np.int64], cost: float) -> Cents:
        """Return what the firm spent to acquire each of these persons (rows,), who just joined, at a usual ``cost``."""
        came = np.isin(person, self.joined[self.columns.referred_to[self.joined] == firm])
        return to_cents(cost * (1.0 - self.settings.acquisition_spared * came))

    def count(self, market: "Market") -> dict[str, Floats]:
        """Return invitations, who came by them and stayed, and what they are worth to the firm.

        Customer referral value (Kumar, Petersen & Leone 2007): the margin of those who would not have come alone, and
        the acquisition cost that all of them spared, less rewards on both sides.
        """
        joined = np.bincount(self.columns.referred_to[self.joined], minlength=len(market.firms))
        here, value, referrers = zip(*(self._of_firm(market, firm.number) for firm in market.firms), strict=True)
        spared = self.settings.acquisition_spared * np.array([firm.settings.acquisition_cost for firm in market.firms])
        self.rewards = {}
        return {
            "invitations": total(self._invited),
            "referrals": joined.astype(np.float64),
            "referred": np.array(here, np.float64),
            "referral_margin": np.array(value) + spared * joined,
            "referrers": np.array(referrers, np.float64),
        }

    def _of_firm(self, market: "Market", firm: int) -> tuple[int, float, int]:
        """Return how many of a firm's customers are referred, what the newer ones are worth, and who invited these."""
        columns, people = self.columns, market.people
        who = np.flatnonzero((columns.referrer != NOBODY) & (columns.referred_to == firm) & people.customer[:, firm])
        newer = who[people.tenure[who, firm] < self.settings.counted_years]
        to, cents = self.rewards.get(firm, (newer[:0], newer[:0]))
        margin = market.ledger.margin_now[newer, firm].sum() + cents[np.isin(to, newer)].sum()  # before any reward
        value = (self.settings.own_doing * margin - cents.sum()) / 100.0
        return len(who), float(value), len(np.unique(columns.referrer[newer]))
