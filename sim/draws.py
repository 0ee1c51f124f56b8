"""Random numbers as pure functions: who, when, which decision, which try.

A draw has no memory. Its value depends on the key ``(seed, replicate)`` and on the counter ``(who, period, decision,
index)`` alone, through Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3").
So two policies meet the same people and the same luck, an added person changes nobody else, and threads, blocks and
workers cannot change a bit.

``who`` is the stable id of a person, firm or agent. ``index`` tells several draws of one decision apart; a draw that
needs several numbers (gamma, large Poisson) takes ``index * 256 + attempt``.
"""

import math
from enum import IntEnum
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from sim.kernel import kernel, loop, short


class Decision(IntEnum):
    """Everything that chance decides in a world. The numbers are part of the results: append, never renumber."""

    # traits, drawn once
    SEGMENT = 1
    IMPORTANCE = 2
    FRAILTY = 3
    PRICE_SENSITIVITY = 4
    TASTE = 5
    MATCH = 6
    REVENUE_LEVEL = 7
    PURCHASE_RATE = 8
    SPEND_LEVEL = 9
    DROPOUT = 10
    FAILURE_PRONENESS = 11
    CONTACT_RATE = 12
    PATIENCE_LEVEL = 13
    VOICE = 14
    E_SKILL = 15
    INCENTIVE_SEEKING = 16
    ENTRY = 17
    FIRST_PROVIDER = 18
    ALIVE = 19
    # choose and buy
    LEAVE_INVOLUNTARILY = 30
    REOPEN = 31
    TASTE_OF_THE_DAY = 32
    PURCHASES = 33
    PURCHASE_HAPPENS = 34
    SPEND = 35
    DROP_OUT = 36
    RECONSIDER = 37
    LAPSE = 38
    MOMENT_OF_PURCHASE = 39
    # experience
    FAILURES = 50
    FAILURE_HAPPENS = 51
    SEVERITY = 52
    SPEAK_UP = 53
    QUESTIONS = 54
    ORDER_QUESTION = 55
    ORDER_FAILURE = 56
    # contacts
    CONTACT_TIME = 70
    WORK = 71
    PATIENCE = 72
    RESOLUTION = 73
    REDIAL = 74
    REPEAT = 75
    SHADOWS = 76
    WAITS = 77
    ENCOUNTER = 78
    CALL_BACK = 79
    SELF_SERVICE = 80
    SKILL = 81
    VOICE_MENU = 82
    BUSY_DAY = 83
    NOTICE = 84
    # firms and staff
    AGENT = 90
    QUIT = 91
    ENROL = 100
    REACH = 101
    # further parts of the mind
    TOUGHNESS = 120
    # loyalty and contracts
    SIGN = 140
    WANTS = 141
    TAKE_OR_DROP = 142
    CROSS_SELL = 143
    TAKE_UP = 144
    # trust and privacy
    CONCERN = 130
    OBJECT = 131
    DISCLOSE = 132
    WITHDRAW = 133
    ASK = 134
    BREACH = 135
    ADVISE = 136
    PRESS = 137
    # satisfaction and needs
    LOOKS_LIKE_NEED = 150
    RELATIONSHIP_TASTE = 151
    NEED_KNOWN = 152
    SURVEY_SAMPLE = 153
    SURVEY_ANSWER = 154
    SURVEY_ERROR = 155
    ONLINE_AT_START = 156
    GO_ONLINE = 157
    NEED_RESEARCHED = 158
    # word of mouth and feedback
    FRIENDS = 160
    TIE = 161
    CLOSENESS = 162
    TALK = 163
    WAKE = 164
    INVITE = 165
    JOIN_COMMUNITY = 166
    CROWD_ANSWERS = 167
    # when a member of a points program buys within a period
    LAST_ORDER = 180
    FIRST_ORDER = 181


class Key(NamedTuple):
    """The two numbers that set one life of a world apart: the seed, and which replicate of its luck (0: the past)."""

    seed: int
    replicate: int


_WORD = 0xFFFFFFFF
_TO_UNIT = 1.0 / 4503599627370496.0  # 2 ** -52


def stable_id(name: str) -> int:
    """Return the 24-bit id of a firm or program: a checksum of its name, so that its place in a list means nothing."""
    return crc32(name.encode()) & 0xFFFFFF


@short
def philox(key: tuple[int, int], counter: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """Return four 32-bit words of Philox4x32-10 for a key of two and a counter of four 32-bit words."""
    word_0, word_1, word_2, word_3 = counter
    key_0, key_1 = key
    for _ in range(10):
        # compiled, the product wraps at 64 bits; the mask gives the same high word either way
        product_0 = 0xD2511F53 * word_0
        product_1 = 0xCD9E8D57 * word_2
        word_0 = ((product_1 >> 32) & _WORD) ^ word_1 ^ key_0
        word_2 = ((product_0 >> 32) & _WORD) ^ word_3 ^ key_1
        word_1 = product_1 & _WORD
        word_3 = product_0 & _WORD
        key_0 = (key_0 + 0x9E3779B9) & _WORD
        key_1 = (key_1 + 0xBB67AE85) & _WORD
    return word_0, word_1, word_2, word_3


@short
def uniforms(key: Key, who: int, period: int, decision: int, index: int) -> tuple[float, float]:
    """Return two independent uniforms, strictly between 0 and 1, each of 52 bits."""
    counter = (int(who) & _WORD, int(period) & _WORD, 0 + decision, int(index) & _WORD)
    a, b, c, d = philox((int(key[0]), int(key[1])), counter)
    first = ((a >> 6) * 67108864 + (b >> 6) + 0.5) * _TO_UNIT
    second = ((c >> 6) * 67108864 + (d >> 6) + 0.5) * _TO_UNIT
    return first, second


@short
def uniform(key: Key, who: int, period: int, decision: int, index: int) -> float:
    """Return a uniform, strictly between 0 and 1."""
    return uniforms(key, who, period, decision, index)[0]


@loop
def draw_column(
    first: int, last: int, key: Key, period: int, decision: int, index: int, chance: NDArray[np.float64]
) -> None:
    """Write to ``chance`` (N,) the uniforms of everybody in ``[first, last)``.

    The same numbers as one by one, at a quarter of the cost: in so plain a loop the processor draws several at once.
    """
    for who in range(first, last):
        chance[who] = uniform(key, who, period, decision, index)


@loop
def draw_pairs(
    key: Key, who: NDArray[np.int64], period: int, decision: int, index: NDArray[np.int64], pairs: NDArray[np.float64]
) -> None:
    """Write to ``pairs`` (2, rows) the `uniforms` of each row: as `draw_column`, for any rows."""
    for row in range(who.size):
        pairs[0, row], pairs[1, row] = uniforms(key, who[row], period, decision, index[row])


@kernel
def exponential(key: Key, who: int, period: int, decision: int, index: int) -> float:
    """Return an exponential of mean 1."""
    return -math.log(uniforms(key, who, period, decision, index)[0])


@kernel
def normal(key: Key, who: int, period: int, decision: int, index: int) -> float:
    """Return a standard normal."""
    return normal_of(uniforms(key, who, period, decision, index))


@short
def normal_of(pair: tuple[float, float]) -> float:
    """Return the standard normal that two uniforms make (Box & Muller 1958)."""
    return math.sqrt(-2.0 * math.log(pair[0])) * math.cos(2.0 * math.pi * pair[1])


@kernel
def gumbel(key: Key, who: int, period: int, decision: int, index: int) -> float:
    """Return a standard Gumbel (location 0, scale 1): the taste of the moment in a logit choice."""
    return -math.log(-math.log(uniforms(key, who, period, decision, index)[0]))


@kernel
def gamma(key: Key, who: int, period: int, decision: int, index: int, shape: float) -> float:
    """Return a gamma of this ``shape`` (> 0) and scale 1 (Marsaglia & Tsang 2000, with their boost below 1)."""
    raised = shape if shape >= 1.0 else shape + 1.0
    d = raised - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    value = d
    for attempt in range(120):  # the chance that even ten tries fail is below 1e-13
        x = normal(key, who, period, decision, index * 256 + 2 * attempt)
        u, boost = uniforms(key, who, period, decision, index * 256 + 2 * attempt + 1)
        v = 1.0 + c * x
        v = v * v * v
        if v > 0.0 and math.log(u) < 0.5 * x * x + d - d * v + d * math.log(v):
            value = d * v
            if shape < 1.0:
                value *= boost ** (1.0 / shape)
            break
    return value


@kernel
def beta(key: Key, who: int, period: int, decision: int, index: int, a: float, b: float) -> float:
    """Return a beta of parameters ``a`` and ``b`` (> 0); it takes the indices ``2 * index`` and ``2 * index + 1``."""
    first = gamma(key, who, period, decision, 2 * index, a)
    second = gamma(key, who, period, decision, 2 * index + 1, b)
    return first / (first + second) if first + second > 0.0 else a / (a + b)


@kernel
def poisson_of(chance: float, mean: float) -> int:
    """Return the Poisson count of ``mean`` (0 to 30) that ``chance`` in (0, 1) picks: inversion, monotone in both."""
    if chance < 1.0 - mean - 1e-15:  # below exp(-mean), whatever the rounding: most rare events need no exponential
        return 0
    probability = math.exp(-mean)
    total = probability
    count = 0
    while chance > total and count < 400:
        count += 1
        probability *= mean / count
        total += probability
    return count


@kernel
def poisson(key: Key, who: int, period: int, decision: int, index: int, mean: float) -> int:
    """Return a Poisson count of ``mean`` (>= 0): by inversion, in parts of at most 30."""
    return poisson_from(uniform(key, who, period, decision, index * 256), key, who, period, decision, index, mean)


@kernel
def poisson_from(chance: float, key: Key, who: int, period: int, decision: int, index: int, mean: float) -> int:
    """Return `poisson` for whom its first uniform, ``chance`` (of ``index * 256``), is drawn already."""
    if mean <= 30.0:
        return poisson_of(chance, mean)
    parts = int(mean / 30.0) + 1
    count = poisson_of(chance, mean / parts)
    for part in range(1, parts):
        count += poisson_of(uniform(key, who, period, decision, index * 256 + part), mean / parts)
    return count
