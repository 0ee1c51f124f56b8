"""Word of mouth: customers tell friends how a firm is, the more the stronger they feel; strangers read reviews.

Telling is a message to all friends (`sim.mind.network`). A message moves all of a hearer's beliefs about the firm
alike, and where trust is at work its credibility as far; it wakes who has no firm or silently lapsed. Nobody hears what
was heard: only own experience is told, so that talk by itself makes no opinion out of nothing.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import Decision, Key, poisson_of, uniform
from sim.kernel import double, inlined, kernel, loop
from sim.mind.network import Network, network
from sim.mind.part import Floats, Part, PartSettings
from sim.mind.parts.trust import Trust
from sim.people.blocks import GRAIN, total
from sim.people.choose import ChooseSettings, preferred
from sim.people.columns import NOBODY, Bytes, Flags, People
from sim.people.experience import Incidents
from sim.people.feel import is_customer
from sim.people.feelings import FeelSettings
from sim.people.mathematics import logit, monthly_approach
from sim.people.moves import Moves
from sim.people.offers import Offers, Terms
from sim.rule import rule
from sim.settings import numbers, setting

if TYPE_CHECKING:
    from sim.market import Market
    from sim.people.crowd import Felt


class WordOfMouthSettings(PartSettings):
    """Who talks, how often, and what it does."""

    friends: float = setting(6.0, "mean number of friends to whom a person talks of firms", "people", ge=0, le=100)
    friends_cv: float = setting(
        0.8,
        "spread of sociability: how much people differ in their number of friends",
        "coefficient of variation",
        "Zheng, Salganik & Gelman 2006; [A] size",
        ge=0,
        le=5,
    )
    talk: float = setting(
        1.0, "tellings of a customer with a middling feeling", "a year", "Anderson 1998; [A] size", ge=0, le=1000
    )
    talk_unhappy: float = setting(
        1.5, "tellings more, per log-odds of satisfaction below the anchor", "a year", "Anderson 1998; [A] size",
        ge=0, le=1000,
    )  # fmt: skip
    talk_happy: float = setting(
        0.8, "tellings more, per log-odds of satisfaction above the anchor", "a year", "Anderson 1998; [A] size",
        ge=0, le=1000,
    )  # fmt: skip
    tone: float = setting(
        0.15, "how much better or worse a firm is said to be, per log-odds of satisfaction", "attribute scale",
        "[A] about 1 / feel.performance_slope", ge=0, le=1,
    )  # fmt: skip
    strength: float = setting(
        0.08, "share of the way to what is told that a message from the closest friend moves belief", "",
        "East, Hammond & Lomax 2008; [A] size", ge=0, le=1,
    )  # fmt: skip
    prior: float = setting(
        2.0, "how much more bad word weighs, and good word less, where belief is high", "per unit of belief",
        "East, Hammond & Lomax 2008; [A] size", ge=0, le=20,
    )  # fmt: skip
    experienced: float = setting(
        0.3, "weight of word for those who are customers themselves", "factor", "Herr, Kardes & Kim 1991; [A] size",
        ge=0, le=1,
    )  # fmt: skip
    wake: float = setting(
        0.1, "chance that a message from the closest friend makes who has no firm, or lapsed, look again", "share",
        ge=0, le=1,
    )  # fmt: skip
    reviews: float = setting(
        0.02, "share of the way to the public rating that strangers' beliefs go", "a month",
        "Chevalier & Mayzlin 2006; [A] size", ge=0, lt=1,
    )  # fmt: skip


class Talk(NamedTuple):
    """The columns. Comment: range, unit."""

    tellings: Bytes  # (N,) of this period, about the person's firm
    woken: Flags  # (N,) has no firm and looks again


# --- rules ------------------------------------------------------------------------------------------------------------


@rule("satisfaction", 0.2, 0.98, also=("word_of_mouth", "telling"))
@kernel
def talk_rate(satisfaction: float, w: WordOfMouthSettings, f: FeelSettings) -> float:
    """Return how often a customer tells friends about the firm: strong feelings travel, bad ones more.

    Equation: talk + talk_unhappy max(0, -u) + talk_happy max(0, u), u = logit S - logit S_ref
    Units: S and S_ref 0-1; tellings a year, at least 0
    Source: Anderson 1998 (word of mouth over satisfaction is an uneven U)
    """
    feeling = logit(satisfaction) - logit(f.satisfaction_ref)
    return w.talk + (w.talk_happy * feeling if feeling > 0.0 else -w.talk_unhappy * feeling)


@rule("satisfaction", 0.2, 0.98, also=("valence",))
@kernel
def told_of(satisfaction: float, w: WordOfMouthSettings, f: FeelSettings) -> float:
    """Return how good a customer says that the firm is.

    Equation: P_ref + tone (logit S - logit S_ref), held within [0, 1]
    Units: S and S_ref 0-1; the result and P_ref on the attribute scale (0-1)
    Source: the inverse of `judgment`: what is told is experience, seen through the feeling that it left
    """
    said = f.performance_ref + w.tone * (logit(satisfaction) - logit(f.satisfaction_ref))
    return min(max(said, 0.0), 1.0)


@rule("belief", 0.3, 1.0, lines=("told", 0.5, 0.74, 0.95), also=("prior_dependence", "persuasion"), closeness=1.0)
@kernel
def sway(belief: float, told: float, closeness: float, w: WordOfMouthSettings, f: FeelSettings) -> float:
    """Return how far one message moves a belief.

    Equation: min(1, strength closeness m) (told - belief), with m = max(0, 1 - prior (belief - P_ref)) for good word
        (told > belief) and m = max(0, 1 + prior (belief - P_ref)) for bad
    Units: belief, told and P_ref on the attribute scale (0-1); closeness of the friend 0-1
    Source: East, Hammond & Lomax 2008: bad word does more where the prior is high, good word where it is low

    At the anchor good and bad word weigh alike, so that talk as such moves no level.
    """
    lean = w.prior * (belief - f.performance_ref)
    weight = max(1.0 - lean if told > belief else 1.0 + lean, 0.0)
    return min(w.strength * closeness * weight, 1.0) * (told - belief)


@kernel
def _closeness(key: Key, one: int, other: int) -> float:
    """Return how close two friends are, evenly over 0-1, for life: the same from both sides."""
    return uniform(key, min(one, other), 0, Decision.CLOSENESS, max(one, other))


# --- a period of talk ------------------------------------------------------------------------------------------------

TELLINGS, HEARD, BAD, RATED, RATERS = 0, 1, 2, 3, 4  # what is summed per firm
SUMS = 5
LATE = 200  # number of the first choice of those who were woken: beyond those that come up by themselves


@loop
def _speak(
    first: int, last: int, period: int, key: Key, people: People, w: WordOfMouthSettings, f: FeelSettings,
    repertoire: bool, active_years: float, dt: float, tellings: Bytes, sums: NDArray[np.float64],
) -> None:  # fmt: skip
    """Draw how often everybody tells friends about the firm that they are with, and sum up what they would review."""
    for person in range(first, last):
        tellings[person] = 0
        firm = int(people.provider[person])
        if firm == NOBODY or not is_customer(people, person, firm, repertoire, active_years):
            continue
        satisfaction = double(people.satisfaction[person, firm])
        rate = talk_rate(satisfaction, w, f)
        often = poisson_of(uniform(key, person, period, Decision.TALK, 0), min(rate * dt, 30.0))
        tellings[person] = min(often, 127)
        row = sums[person // GRAIN, firm]
        row[TELLINGS] += often
        row[RATED] += rate * told_of(satisfaction, w, f)
        row[RATERS] += rate


@loop
def _listen(
    first: int, last: int, period: int, key: Key, people_key: Key, people: People, friends: Network,
    rating: NDArray[np.float64], to_rating: float, w: WordOfMouthSettings, f: FeelSettings, repertoire: bool,
    active_years: float, talk: Talk, credibility: NDArray[np.float32], sums: NDArray[np.float64],
) -> None:  # fmt: skip
    """Let everybody in ``[first, last)`` read reviews (``rating`` (F,), NaN: none) and hear their friends.

    ``credibility`` (N, F): of trust; without rows where it is off.
    """
    for person in range(first, last):
        if int(people.entry[person]) > period:
            continue
        for firm in range(rating.shape[0]):
            if rating[firm] >= 0.0 and not is_customer(people, person, firm, repertoire, active_years):
                belief = _belief(people, person, firm)
                _shift(people, person, firm, to_rating * (rating[firm] - belief))
        for end in range(friends.start[person], friends.start[person + 1]):
            friend = int(friends.friend[end])
            if talk.tellings[friend] > 0:
                _hear(
                    period, key, people_key, people, person, friend, w, f, repertoire, active_years, talk, credibility,
                    sums,
                )  # fmt: skip


@inlined
def _hear(
    period: int, key: Key, people_key: Key, people: People, person: int, friend: int,
    w: WordOfMouthSettings, f: FeelSettings, repertoire: bool, active_years: float, talk: Talk,
    credibility: NDArray[np.float32], sums: NDArray[np.float64],
) -> None:  # fmt: skip
    """Hear what a friend tells in the period."""
    firm, often = int(people.provider[friend]), int(talk.tellings[friend])
    close = _closeness(people_key, person, friend)
    told = told_of(double(people.satisfaction[friend, firm]), w, f)
    weight = close * w.experienced if is_customer(people, person, firm, repertoire, active_years) else close
    asleep = 1.0
    for _ in range(often):
        step = sway(_belief(people, person, firm), told, weight, w, f)
        _shift(people, person, firm, step)
        if credibility.shape[0] > 0:
            credibility[person, firm] = min(max(double(credibility[person, firm]) + step, 0.0), 1.0)
        asleep *= 1.0 - w.wake * close
    sums[person // GRAIN, firm, HEARD] += often
    sums[person // GRAIN, firm, BAD] += often if told < f.performance_ref else 0
    away = not people.alive[person, firm] if repertoire else int(people.provider[person]) == NOBODY
    if away and uniform(key, person, period, Decision.WAKE, friend) > asleep:
        people.alive[person, firm] = True
        talk.woken[person] = not repertoire


@inlined
def _belief(people: People, person: int, firm: int) -> float:
    """Return what a person believes of a firm as a whole, by own weights."""
    belief = 0.0
    for k in range(5):
        belief += double(people.importance[person, k]) * double(people.expectation[person, firm, k])
    return belief


@inlined
def _shift(people: People, person: int, firm: int, step: float) -> None:
    for k in range(5):
        people.expectation[person, firm, k] = min(max(double(people.expectation[person, firm, k]) + step, 0.0), 1.0)


@loop
def _look_again(
    who: NDArray[np.int64], period: int, key: Key, people: People, terms: Terms, offers: Offers, c: ChooseSettings,
    moves: Moves,
) -> None:  # fmt: skip
    """Let those of ``who`` who still have no firm choose one, or none."""
    for row in range(who.size):
        person = int(who[row])
        if int(moves.destination[person]) == NOBODY and int(people.provider[person]) == NOBODY:
            best = preferred(key, people, person, period, LATE, terms, offers, c, False, True)
            moves.reopened[person] += 1
            moves.destination[person] = best
            moves.moved[person] = best != NOBODY


class WordOfMouth(Part):
    """Word of mouth and reviews: strong feelings travel along ties and move what friends and strangers believe."""

    settings_class = WordOfMouthSettings
    settings: WordOfMouthSettings
    columns: Talk
    counts = ("tellings", "word_heard", "bad_word_heard", "rated", "raters")

    def __init__(self, settings: WordOfMouthSettings, market: "Market") -> None:
        """Look up who knows whom."""
        super().__init__(settings, market)
        self.rules = numbers(settings)
        self.network = network(market.people_key, len(market.people.entry), settings.friends, settings.friends_cv)
        self._sums = market.crowd.crew.sums(len(market.firms), SUMS)

    def empty(self, people: int, firms: int) -> Talk:
        """Return columns of people who are silent."""
        return Talk(np.zeros(people, np.int8), np.zeros(people, np.bool_))

    def hold_back(self, market: "Market", moves: Moves) -> None:
        """Let those look again whom talk has woken."""
        woken = np.flatnonzero(self.columns.woken)
        if woken.size:
            _look_again(
                woken, market.now.period, market.key, market.people, market.terms, market.offers,
                market.crowd.choosing, moves,
            )  # fmt: skip
            self.columns.woken[woken] = False

    def feel(self, market: "Market", incidents: Incidents, felt: "Felt") -> None:
        """Draw who talks."""
        crowd = market.crowd
        self._sums[:] = 0.0
        crowd.crew.run(
            _speak, market.now.period, market.key, crowd.people, self.rules, crowd.feeling, crowd.repertoire,
            crowd.active_years, market.now.dt, self.columns.tellings, self._sums,
        )  # fmt: skip

    def tell(self, market: "Market") -> None:
        """Let everybody hear their friends and read the reviews that customers would write today."""
        crowd, said = market.crowd, total(self._sums)
        rating = np.full(len(market.firms), np.nan)
        np.divide(said[:, RATED], said[:, RATERS], out=rating, where=said[:, RATERS] > 0.0)
        pace = monthly_approach(self.settings.reviews, market.now.dt)
        trust = market.mind.find(Trust)
        credibility = trust.columns.credibility if trust else np.zeros((0, len(rating)), np.float32)
        crowd.crew.run(
            _listen, market.now.period, market.key, market.people_key, crowd.people, self.network, rating, pace,
            self.rules, crowd.feeling, crowd.repertoire, crowd.active_years, self.columns, credibility,
            self._sums,
        )  # fmt: skip

    def count(self, market: "Market") -> dict[str, Floats]:
        """Return what was told, heard and rated."""
        return dict(zip(self.counts, total(self._sums).T.copy(), strict=True))
