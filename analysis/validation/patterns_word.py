"""What is known of what customers tell each other, bring each other, and tell the firm."""

import numpy as np
from numpy.typing import NDArray

from analysis.compose import Tree, merge
from analysis.validation.check import Contrast, pattern
from analysis.validation.lab import BENCHMARK, UNSETTLED, Lab, Watch, apart
from analysis.validation.results import Series
from sim.market import Market
from sim.people.columns import NOBODY

Floats = NDArray[np.float64]

STAY: Tree = {"choose": {"reopen_per_year": 0.0, "involuntary_per_year": 0.0, "rejoin_per_year": 0.0}}
CALM: Tree = {  # feelings stay as they are
    "experience": {"failures": False, "questions": False},
    "feel": {"memory_floor": 1e-9, "memory_new": 0.0, "belief_half_life": 600.0},
}
QUIET: Tree = merge(UNSETTLED, STAY, CALM, {"firms": {"acme": BENCHMARK}})


def worlds(lab: Lab, fast: int, full: int) -> list[Tree]:
    """Return settings that make so many worlds of other people, ties and luck.

    Who hears the same friends, or is spared by the same fixes, is not independent: whole worlds are.
    """
    return [{"seed": seed} for seed in range(1, lab.size(fast, full) + 1)]


def talking(lab: Lab, *layers: Tree, people: int, **word: float) -> Market:
    """Return a year's market of one firm in which people talk, and nothing else happens unless a layer says so."""
    mind = {"word_of_mouth": {"active": True} | word}
    return Market(lab.world(QUIET, {"customers": {"count": people}, "mind": mind, "calendar": {"years": 1.0}}, *layers))


# --- friends ---------------------------------------------------------------------------------------------------------


def told(lab: Lab, satisfaction: float) -> Floats:
    """Return how often each customer talks in a year (N,) with a feeling that lasts."""
    market, times = talking(lab, people=lab.size(2_000, 10_000)), np.zeros(lab.size(2_000, 10_000))
    market.people.satisfaction[:, 0] = satisfaction
    while not market.done:
        market.step()
        times += market.mind.columns().get("tellings", 0)
    return times


STRONG = {"mind.word_of_mouth.talk_unhappy": 0.0, "mind.word_of_mouth.talk_happy": 0.0}
EVEN = {"mind.word_of_mouth.talk_unhappy": 0.8, "mind.word_of_mouth.talk_happy": 0.8}


@pattern(
    "Anderson 1998",
    needs={"talk of strong feelings": STRONG, "bad feelings travel further": EVEN},
    turned_by={
        "disappointed less middling": "talk of strong feelings",
        "delighted less middling": "talk of strong feelings",
        "disappointed less delighted": "bad feelings travel further",
    },
)
def extreme_feelings_travel(lab: Lab) -> Contrast:
    """The delighted and the disappointed talk more than those between, and the disappointed most.

    Times a year that the same customers talk when their satisfaction stays at .41, .72 or .9: 1.3 log-odds below the
    anchor, there, and as far above.
    """
    feelings = [0.3, 0.412, 0.55, 0.72, 0.82, 0.904]
    times = [told(lab, feeling) for feeling in feelings]
    low, middle, high = times[1], times[3], times[5]
    curve = Series("model", feelings, [float(each.mean()) for each in times])
    differences = {
        "disappointed less middling": low - middle,
        "delighted less middling": high - middle,
        "disappointed less delighted": low - high,
    }
    return Contrast(differences, 0.0, "tellings a year", [curve])


def swayed(lab: Lab, belief: float, told: float) -> Floats:
    """Return how far a month of friends' talk moves strangers' belief, on average in each of many worlds (worlds,).

    Half of the people talk.
    """
    people = 600
    moved = []
    for world in worlds(lab, 8, 24):
        for talk in (0.0, 12.0):
            flat = {"talk_unhappy": 0.0, "talk_happy": 0.0, "reviews": 0.0, "wake": 0.0}
            market = talking(lab, world, people=people, talk=talk, **flat)
            market.people.expectation[:] = belief
            market.people.provider[people // 2 :] = NOBODY
            # what is told is the anchor's .74 and .15 per log-odds of satisfaction beyond the anchor's .72
            market.people.satisfaction[:, 0] = 1.0 / (1.0 + np.exp(-(np.log(0.72 / 0.28) + (told - 0.74) / 0.15)))
            market.step()
            moved.append(market.people.expectation[people // 2 :, 0].mean(dtype=np.float64))
    silent, talked = np.array(moved).reshape(-1, 2).T
    return np.asarray(talked - silent)


@pattern(
    "East, Hammond & Lomax 2008",
    needs={"weight by prior": {"mind.word_of_mouth.prior": 0.0}},
    turned_by=dict.fromkeys(("fall less rise, belief high", "rise less fall, belief low"), "weight by prior"),
)
def bad_word_does_more_where_belief_is_high(lab: Lab) -> Contrast:
    """Bad word does more than good word where belief was high, and less where it was low.

    How far strangers' beliefs fall by word that is .12 worse than they thought, less how far they rise by word as much
    better, where they thought the firm good (.84); and the other way round where they thought it middling (.6).
    """
    fall, rise = (np.abs(swayed(lab, 0.84, 0.84 + gap)) for gap in (-0.12, 0.12))
    sink, climb = (np.abs(swayed(lab, 0.6, 0.6 + gap)) for gap in (-0.12, 0.12))
    differences = {"fall less rise, belief high": fall - rise, "rise less fall, belief low": climb - sink}
    return Contrast(differences, 0.0, "attribute scale a month")


@pattern(
    "Chevalier & Mayzlin 2006",
    needs={"reviews that are read": {"mind.word_of_mouth.reviews": 0.0}},
    turned_by=dict.fromkeys(("middling less bad", "good less middling"), "reviews that are read"),
)
def reviews_move_strangers(lab: Lab) -> Contrast:
    """Bad reviews cost a firm newcomers, and good ones bring some, among people whom nobody told anything.

    Half of the people are customers of two like firms; those of the first feel bad about it, or good. How many of the
    others take the first firm within two years.
    """
    people = lab.size(6_000, 16_000)
    firms = dict.fromkeys(("acme", "bolt"), BENCHMARK)
    look = {"choose": {"rejoin_per_year": 0.7, "none_utility": -50.0}, "calendar": {"years": 2.0}, "firms": firms}
    joined = []
    for feeling in (0.72, 0.3, 0.95):
        market = talking(lab, look, people=people, friends=0.0)
        market.people.provider[people // 2 :] = NOBODY
        market.people.customer[people // 2 :] = False
        market.people.satisfaction[: people // 2, 0] = feeling
        market.run()
        joined.append((market.people.provider[people // 2 :] == 0).astype(np.float64))
    differences = {"middling less bad": joined[0] - joined[1], "good less middling": joined[2] - joined[0]}
    return Contrast(differences, 0.0, "share of newcomers")


# --- referrals -------------------------------------------------------------------------------------------------------


REASONS = {"mind.referrals.insight": 0.0, "mind.referrals.company": 0.0}


@pattern("Schmitt, Skiera & Van den Bulte 2011", needs={"friends' knowledge and company": REASONS})
def the_referred_stay_longer(lab: Lab) -> Contrast:
    """Customers who came by a friend's invitation stay longer than those who came without.

    Of who joins one of three firms in two years: share still there a year later, of the invited less of the others, in
    each of many worlds.
    """
    stayed = np.array([stay_a_year(lab, world) for world in worlds(lab, 8, 12)])
    return Contrast({"invited less others": stayed[:, 1] - stayed[:, 0]}, 0.0, "share that stays a year")


def stay_a_year(lab: Lab, world: Tree) -> tuple[float, float]:
    """Return which share of those who join within two years is there a year later: of the others, of the invited."""
    mind = {"word_of_mouth": {"active": True}, "referrals": {"active": True, "invite": 0.06}}
    calendar = {"years": 3.0, "burn_in_years": 2.0}
    settings = {"customers": {"count": lab.size(3_000, 5_000)}, "mind": mind, "calendar": calendar}
    market = Market(lab.telecom(settings, world))
    provider, tenure = market.people.provider, market.people.tenure
    joined: list[tuple[NDArray[np.intp], NDArray[np.int8], NDArray[np.bool_]]] = []
    counts = np.zeros((2, 2))  # by whether invited: those who joined, those who stayed
    for month in range(36):
        before = provider.copy()
        market.step()
        if month < 24:
            who = np.flatnonzero((provider != before) & (provider != NOBODY))
            joined.append((who, provider[who], market.mind.columns()["referrer"][who] != NOBODY))
        if month < 12:
            continue
        who, firm, invited = joined[month - 12]
        stayed = (provider[who] == firm) & (tenure[who, firm] > 0.9)
        for kind, rows in enumerate((~invited, invited)):
            counts[kind] += rows.sum(), stayed[rows].sum()
    return counts[0, 1] / counts[0, 0], counts[1, 1] / counts[1, 0]


# --- the crowd, and the firm that listens ----------------------------------------------------------------------------


@pattern("Wiertz & de Ruyter 2007", needs={"answers of the crowd": {"mind.community.answered": 0.0}})
def the_crowd_takes_contacts_off_the_center(lab: Lab) -> Contrast:
    """Where customers help each other, fewer contacts reach the center.

    Contacts in two years of the same customers without a community, less those with one, in parts of the people.
    """
    contacts = []
    programs: tuple[Tree, Tree] = ({}, {"community": {}})
    for program in programs:
        firm = {"firms": {"acme": BENCHMARK | {"programs": program}}, "mind": {"community": {"active": True}}}
        quiet = {"experience": {"failures": False}, "customers": {"count": lab.size(3_000, 8_000)}}
        market = Market(lab.world(UNSETTLED, STAY, quiet, firm, {"calendar": {"years": 2.0}}))
        watch = Watch(market)
        market.run()
        contacts.append(apart(watch.contacts) / apart(np.ones(len(watch.contacts))))
    return Contrast({"without less with": contacts[0] - contacts[1]}, 0.0, "contacts a customer in two years")


def heard(lab: Lab, people: int, *layers: Tree) -> tuple[Floats, Floats, float]:
    """Return contacts and whether one has left, of each customer of a firm that often fails; failures a customer."""
    base = {
        "calendar": {"years": 3.0},
        "customers": {"count": people},
        "mind": {"feedback": {"active": True}},
        "choose": {"none_utility": 50.0, "rejoin_per_year": 0.0, "involuntary_per_year": 0.0},
        "firms": {"acme": BENCHMARK | {"failures": 2.0}},
    }
    market = Market(lab.world(UNSETTLED, base, *layers))
    watch = Watch(market)
    market.run()
    gone = (market.people.provider == NOBODY).astype(np.float64)
    failures = float(market.reports.counts(market.firm())["failures"].sum()) / people
    return watch.contacts.astype(np.float64), gone, failures


def listening(ease: float, capacity: float) -> Tree:
    """Return a program of the firm that listens."""
    return {"firms": {"acme": {"programs": {"listening": {"ease": ease, "capacity": capacity}}}}}


@pattern(
    "Goodman 2006; Price & Jaffe 2008",
    needs={"causes that can be found": {"mind.feedback.fixable": 0.0}},
    turned_by=dict.fromkeys(("failures", "contacts"), "causes that can be found"),
)
def mending_causes_spares_contacts(lab: Lab) -> Contrast:
    """The best contact is no contact: a firm that mends the causes of complaints has fewer failures and fewer contacts.

    Failures and contacts a customer in three years without acting upon complaints, less those with it, in each of many
    worlds: all customers of one are spared by the same fixes.
    """
    spared = []
    for world in worlds(lab, 5, 10):
        contacts, _, failures = heard(lab, 1_000, world, STAY, listening(0.0, 0.0))
        fewer, _, left = heard(lab, 1_000, world, STAY, listening(0.0, 1.0))
        spared.append((failures - left, float((contacts - fewer).mean())))
    differences = dict(zip(("failures", "contacts"), np.array(spared).T, strict=True))
    return Contrast(differences, 0.0, "a customer in three years")


FELT = ("procedural_justice", "interactional_justice", "contact_step")
GIFT = {"contacts and recovery that are felt": {f"feel.{name}": 0.0 for name in FELT}}


@pattern("Fornell & Wernerfelt 1987; Goodman 2006", needs=GIFT)
def a_complaint_is_a_gift(lab: Lab) -> Contrast:
    """Where it is easy to complain fewer leave: who complains gives the firm a chance to put it right.

    Who has left within three years where the silent stay silent, less who has where an easy way brings most to speak.
    Most of it is recovery; a sixth is that they were talked to at all.
    """
    nothing = {"mind": {"feedback": {"fixable": 0.0}}}
    people = lab.size(6_000, 20_000)
    _, left_silent, _ = heard(lab, people, nothing, listening(0.0, 0.0))
    _, left_heard, _ = heard(lab, people, nothing, listening(3.0, 0.0))
    return Contrast({"silent less heard": left_silent - left_heard}, 0.0, "share that has left in three years")
