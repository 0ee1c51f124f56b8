"""Published values of queues that no formula of ours gives: general patience, two classes, lines, chats, a busy day.

One look. Each figure is the mean over independent replications, tested two-sidedly with Student's t at 1 % over the
number of figures (Bonferroni). A replication starts empty and leaves out its first contacts. All luck is drawn by
`sim.draws`; the seed was chosen before the first look. That the look would see a world whose arrivals or work are 2 %
off is measured from the standard errors of the very same replications and the values of that world; the most telling
figure must refuse it with a chance of 95 %.
"""

from functools import cache

import numpy as np
import pytest
from scipy import integrate, stats

from sim.call_center import serve
from sim.call_center.erlang import erlang_a, erlang_b
from sim.call_center.strangers import draw_calls
from sim.draws import Key

FAMILY_WISE = 0.01
SEED = 20_260_103
SERVERS, SERVICE = 20, 19.0  # arrivals of rate 1
SIZE, WARM_UP = 12_000, 2_000
REPLICATIONS = 120
FIGURES = 4 + 4 + 5 + 2 + 2 + 6


def general_patience(servers, arrivals, service, longest, uniform_patience):
    """P(abandon), mean wait of all, P(wait > 0), mean wait of answered in M/M/n+G (Zeltyn & Mandelbaum 2005, table 2).

    Patience is ``longest`` for everyone, or uniform between 0 and that.
    """
    capacity = servers / service

    def patient(x):
        return 1.0 - x / longest if uniform_patience else 1.0

    def waited(x):  # integral of patient
        return x - x * x / (2.0 * longest) if uniform_patience else x

    def whole(weigh):
        """Integrate over the offered wait x, beyond the longest patience too, where nobody joins any more."""

        def density(x):
            return np.exp(arrivals * waited(x) - capacity * x)

        inside, _ = integrate.quad(lambda x: weigh(x) * density(x), 0.0, longest, epsabs=0.0)
        return inside, density(longest) / capacity

    j, tail_j = whole(lambda x: 1.0)
    h, _ = whole(waited)
    a, _ = whole(lambda x: x * patient(x))
    lost, _ = whole(lambda x: 1.0 - patient(x))
    empty = 1.0 / erlang_b(servers - 1, arrivals * service).blocking
    total = empty + arrivals * (j + tail_j)
    waiting = arrivals * (j + tail_j) / total
    abandonment = arrivals * (lost + tail_j) / total
    mean_wait = arrivals * (h + waited(longest) * tail_j) / total
    return np.array([abandonment, mean_wait, waiting, arrivals * a / total / (1.0 - abandonment)])


def errors(deviations):
    return deviations.std(axis=0, ddof=1) / np.sqrt(len(deviations))


def t_limit(replications):
    return stats.t.ppf(1.0 - FAMILY_WISE / FIGURES / 2.0, replications - 1)


def refused(deviations):
    """The places of figures that the replications do not explain."""
    return np.flatnonzero(np.abs(deviations.mean(axis=0)) > t_limit(len(deviations)) * errors(deviations)).tolist()


def power(deviations, off):
    """The chance that the most telling figure refuses a world whose values are ``off`` by so much."""
    freedom = len(deviations) - 1
    return stats.nct.sf(t_limit(len(deviations)), freedom, np.abs(off) / errors(deviations)).max()


def calls_of(replication):
    """Arrivals of rate 1, works and patience of mean 1."""
    arrays = tuple(np.empty(SIZE) for _ in range(3))
    draw_calls(Key(SEED, replication), *arrays)
    return arrays


PUBLISHED = {  # P(abandon), mean wait of all, P(wait > 0), mean wait of answered
    "mm20_D10": (False, 10.0, [0.038736401974135505, 2.8362850903449615, 0.5753785843652254, 2.547606167166765]),
    "mm20_U20": (True, 20.0, [0.06946389041619641, 1.2095502578802815, 0.43257637390181924, 1.106698275145108]),
}


@pytest.mark.parametrize("case", PUBLISHED)
def test_the_formula_for_general_patience_gives_the_published_values(case):
    uniform_patience, longest, values = PUBLISHED[case]
    assert general_patience(SERVERS, 1.0, SERVICE, longest, uniform_patience) == pytest.approx(values, rel=1e-8)


def test_the_formula_gives_barrers_value_for_one_server():
    """mm1_D6_ciw_reneging_guide: arrivals 5, service 2, patience 6 (Ciw's guide to reneging; Barrer 1957)."""
    assert general_patience(1, 5.0, 0.5, 6.0, False)[0] == pytest.approx(0.6000000014620781, abs=1e-10)


def drawn(replication, case):
    """Arrivals, works of mean 1 and patience of one replication."""
    uniform_patience, longest, _ = PUBLISHED[case]
    arrival, work, _ = calls_of(replication)
    return arrival, work, longest * shares(replication) if uniform_patience else longest


def shares(replication):
    """A uniform for each call."""
    return np.exp(-calls_of(1_000_000 + replication)[2])


@cache
def look():
    """Deviations from the published values, shape (replications, 4), of each case."""
    found = {}
    for number, (case, (_, _, values)) in enumerate(PUBLISHED.items()):
        rows = []
        for replication in range(1, REPLICATIONS + 1):
            arrival, work, patience = drawn(1000 * number + replication, case)
            served = serve(arrival, work * SERVICE, patience, servers=SERVERS).iloc[WARM_UP:]
            wait, answered = served["wait"].to_numpy(), served["answered"].to_numpy().astype(bool)
            rows.append([1.0 - answered.mean(), wait.mean(), np.mean(wait > 0.0), wait[answered].mean()])
        found[case] = np.array(rows) - values
    return found


PRIORITIES = [0.3831427237703026, 0.9168860252725625, 0.038314272377030265, 0.09168860252725623, 0.3788998896037051]


@cache
def look_at_priorities():
    """mm20M_two_priorities, a fifth of the calls first, patience of mean 10 (from a two-dimensional Markov chain).

    Deviations of mean wait and P(abandon) of the first and the other class, and of P(wait > 0).
    """
    rows = []
    for replication in range(1, REPLICATIONS + 1):
        arrival, work, patience = calls_of(2000 + replication)
        first = shares(2000 + replication) < 0.2
        served = serve(arrival, work * SERVICE, patience * 10.0, np.where(first, 0, 1), servers=SERVERS)
        wait, lost = served["wait"].to_numpy(), ~served["answered"].to_numpy().astype(bool)
        classes = [which & (np.arange(SIZE) >= WARM_UP) for which in (first, ~first)]
        rows.append(
            [each[which].mean() for each in (wait, lost) for which in classes] + [(wait[WARM_UP:] > 0.0).mean()]
        )
    return np.array(rows) - PRIORITIES


def test_the_first_class_waits_and_hangs_up_as_published_and_so_does_the_other():
    assert refused(look_at_priorities()) == []


@pytest.mark.parametrize("factors", [(1.02, 1.0), (0.98, 1.0), (1.0, 1.02), (1.0, 0.98)])
def test_two_classes_with_arrivals_or_work_two_percent_off_would_be_refused_with_95_percent_power(factors):
    """By P(wait > 0), which classes do not change: Erlang-A."""
    off = erlang_a(SERVERS, factors[0], 1 / (SERVICE * factors[1]), 0.1).probability_of_waiting - PRIORITIES[4]
    assert power(look_at_priorities()[:, 4:], off) >= 0.95


@pytest.mark.parametrize("case", PUBLISHED)
def test_the_queue_gives_the_published_values(case):
    assert refused(look()[case]) == []


@pytest.mark.parametrize("factors", [(1.02, 1.0), (0.98, 1.0), (1.0, 1.02), (1.0, 0.98)])
@pytest.mark.parametrize("case", PUBLISHED)
def test_a_queue_with_arrivals_or_work_two_percent_off_would_be_refused_with_95_percent_power(case, factors):
    uniform_patience, longest, values = PUBLISHED[case]
    off = general_patience(SERVERS, factors[0], SERVICE * factors[1], longest, uniform_patience) - values
    assert power(look()[case], off) >= 0.95


def lines_full(arrivals, service, servers, room):
    """P(full) and mean wait of those let in, in M/M/c/K: a birth-death chain."""
    rates = np.minimum(np.arange(1, room + 1), servers) * service
    chances = np.concatenate([[1.0], np.cumprod(arrivals / rates)])
    chances /= chances.sum()
    queue = np.maximum(np.arange(room + 1) - servers, 0) @ chances
    return np.array([chances[-1], queue / (arrivals * (1.0 - chances[-1]))])


@cache
def look_at_lines():
    """algograph_mmck_12: arrivals 3, service 0.5, 4 servers, room for 12."""
    rows = []
    for replication in range(1, 41):
        arrival, work, _ = calls_of(3000 + replication)
        served = serve(arrival / 3.0, work / 0.5, servers=4, lines=12).iloc[WARM_UP:]
        let_in = served["answered"].to_numpy().astype(bool)
        rows.append([1.0 - let_in.mean(), served["wait"].to_numpy()[let_in].mean()])
    return np.array(rows) - lines_full(3.0, 0.5, 4, 12)


def test_who_finds_all_lines_in_use_is_turned_away_as_often_as_the_chain_says():
    full, wait = lines_full(3.0, 0.5, 4, 12)
    assert full == pytest.approx(0.332, abs=0.01)  # AlgoGraph, tests/MMCK.test.ts
    assert wait * 3.0 * (1.0 - full) == pytest.approx(6.14, abs=0.01)
    assert refused(look_at_lines()) == []
    for factor in (0.98, 1.02):
        assert power(look_at_lines(), lines_full(3.0 * factor, 0.5, 4, 12) - lines_full(3.0, 0.5, 4, 12)) >= 0.95
        assert power(look_at_lines(), lines_full(3.0, 0.5 * factor, 4, 12) - lines_full(3.0, 0.5, 4, 12)) >= 0.95


@cache
def look_at_sharing():
    """Chats that share one agent's pace, half of it in use: time in the system, of exponential and of equal works."""
    pace = tuple(1.0 / together for together in range(1, 31))
    rows = []
    for replication in range(1, 41):
        arrival, work, _ = calls_of(4000 + replication)
        served = [serve(arrival * 2.0, each, pace=pace)["end"] - arrival * 2.0 for each in (work, 1.0)]
        rows.append([each[WARM_UP:].mean() for each in served])
    return np.array(rows) - sharing(0.5, 1.0)


def sharing(arrivals, work):
    """Mean time in M/G/1 with processor sharing, whatever the law of work (Kleinrock 1967): work / (1 - load)."""
    return work / (1.0 - arrivals * work) * np.ones(2)


def test_chats_that_share_an_agent_take_as_long_as_processor_sharing_says():
    assert refused(look_at_sharing()) == []
    for factor in (0.98, 1.02):
        assert power(look_at_sharing(), sharing(0.5 * factor, 1.0) - sharing(0.5, 1.0)) >= 0.95
        assert power(look_at_sharing(), sharing(0.5, factor) - sharing(0.5, 1.0)) >= 0.95


MOMENTS = np.array([72.0, 75.0, 78.0, 81.0, 84.0, 90.0])
BUSY = [
    90.19972476310319,
    119.54020201832145,
    137.43429394271723,
    133.39988417333024,
    109.80027523689682,
    62.56570605728277,
]


def busy(arrivals=1.0, hours=1.0):
    """Mean busy servers at the moments: arrivals of rate 100 + 40 sin(w t) an hour (Eick, Massey & Whitt 1993)."""
    w = 2.0 * np.pi / 24.0
    swing = (np.sin(w * MOMENTS) - w * hours * np.cos(w * MOMENTS)) / (1.0 + (w * hours) ** 2)
    return arrivals * hours * (100.0 + 40.0 * swing)


@cache
def look_at_the_day():
    """mt_m_inf_sinusoid: busy servers at the moments of a day and a half from hour 54 on, with servers for everyone."""
    hours = np.linspace(54.0, 90.0, 36_001)
    w = 2.0 * np.pi / 24.0
    clock = 100.0 * (hours - 54.0) - 40.0 / w * (np.cos(w * hours) - np.cos(w * 54.0))
    rows = []
    for replication in range(1, 601):
        ticks, work, _ = calls_of(5000 + replication)
        coming = ticks < clock[-1]
        arrival = np.interp(ticks[coming], clock, hours)
        served = serve(arrival, work[coming], servers=230)
        assert (served["wait"] == 0.0).all()
        end = served["end"].to_numpy()
        rows.append([np.sum((arrival <= moment) & (end > moment)) for moment in MOMENTS])
    return np.array(rows) - BUSY


def test_as_many_are_busy_through_the_day_as_published():
    assert busy() == pytest.approx(BUSY, abs=1e-5)
    assert refused(look_at_the_day()) == []
    for factor in (0.98, 1.02):
        assert power(look_at_the_day(), busy(arrivals=factor) - busy()) >= 0.95
        assert power(look_at_the_day(), busy(hours=factor) - busy()) >= 0.95
