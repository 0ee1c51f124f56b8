"""Indices against functions whose indices are known in closed form."""

import math

import numpy as np
import pytest

from analysis.design import Span
from analysis.sensitivity import Effect, design, foremost, indices
from analysis.statistics import Interval

ISHIGAMI = {key: Span(low=-math.pi, high=math.pi) for key in "abc"}
UNIT = {key: Span(low=0.0, high=1.0) for key in "abcd"}
WEIGHTS = (0.0, 1.0, 4.5, 9.0)


def ishigami(point):
    """Ishigami & Homma 1990 with a = 7, b = .1."""
    x, y, z = (point[key] for key in "abc")
    return math.sin(x) + 7 * math.sin(y) ** 2 + 0.1 * z**4 * math.sin(x)


def ishigami_indices():
    a, b = 7.0, 0.1
    first = {"a": 0.5 * (1 + b * math.pi**4 / 5) ** 2, "b": a**2 / 8, "c": 0.0}
    both = b**2 * math.pi**8 * (1 / 18 - 1 / 50)
    total = {"a": first["a"] + both, "b": first["b"], "c": both}
    variance = sum(first.values()) + both
    return {key: (first[key] / variance, total[key] / variance) for key in first}


def sobol_g(point):
    """Saltelli & Sobol 1995: the product of (|4x − 2| + w) / (1 + w)."""
    return math.prod((abs(4 * point[key] - 2) + w) / (1 + w) for key, w in zip("abcd", WEIGHTS, strict=True))


def sobol_g_indices():
    partial = {key: 1 / (3 * (1 + w) ** 2) for key, w in zip("abcd", WEIGHTS, strict=True)}
    variance = math.prod(1 + part for part in partial.values()) - 1
    return {key: (part / variance, part / variance * (variance + 1) / (1 + part)) for key, part in partial.items()}


@pytest.mark.parametrize(
    ("ranges", "function", "known"),
    [(ISHIGAMI, ishigami, ishigami_indices()), (UNIT, sobol_g, sobol_g_indices())],
    ids=["Ishigami", "Sobol-G"],
)
def test_sobol_indices_agree_with_the_analytic_ones(ranges, function, known):
    sample = design("sobol", ranges, 2048)
    effects = indices(sample, np.array([function(point) for point in sample.points]))
    for effect in effects:
        for name, truth in zip(("first", "total"), known[effect.key], strict=True):
            figure = effect.figures[name]
            # The interval is a bootstrap's at 95 %: 14 looks at 99.97 %, so one in 250 such files would fail by chance.
            assert abs(figure.mean - truth) <= max(3.6 / 1.96 * figure.half_width, 1e-3), (effect.key, name)
    assert all(effect.figures["total"].half_width < 0.1 for effect in effects)  # they say something


def test_morris_finds_the_slopes_of_a_plane_and_a_key_that_does_nothing():
    ranges = {"a": Span(low=0, high=10), "b": Span(low=-1, high=1), "c": Span(low=0, high=1)}
    sample = design("morris", ranges, 6)
    effects = indices(sample, np.array([2 * point["a"] - 3 * point["b"] for point in sample.points]))
    found = {effect.key: effect.figures for effect in effects}
    assert [effect.key for effect in effects] == ["a", "b", "c"]
    assert {key: round(figures["mu_star"].mean, 9) for key, figures in found.items()} == {"a": 20, "b": 6, "c": 0}
    assert found["b"]["mu"].mean == pytest.approx(-6)
    assert max(figures["sigma"].mean for figures in found.values()) < 1e-9


def test_morris_agrees_with_the_library():
    from SALib.analyze import morris

    sample = design("morris", ISHIGAMI, 12)
    outcomes = np.array([ishigami(point) for point in sample.points])
    problem = {"num_vars": 3, "names": list(ISHIGAMI), "bounds": [[0, 1]] * 3}
    theirs = morris.analyze(problem, sample.shares, outcomes, num_levels=4)
    ours = {effect.key: effect.figures for effect in indices(sample, outcomes)}
    for name in ("mu", "mu_star", "sigma"):
        assert [ours[key][name].mean for key in ISHIGAMI] == pytest.approx(theirs[name].tolist())


def shares(sample):
    return {key: np.array([point.get(key, 0.5) for point in sample.points])[:, None] for key in UNIT}


OWN, SHARED = (
    lambda x, generator, lives: generator.normal(size=(len(x["a"]), lives)),
    lambda x, generator, lives: sum(x[key] * generator.normal(size=lives) for key in "bcd"),
)


@pytest.mark.parametrize("luck", [OWN, SHARED], ids=["of each point", "of a replicate at all points"])
@pytest.mark.parametrize(
    ("method", "samples", "studies"), [("morris", 10, 600), ("sobol", 16, 150), ("tornado", None, 600)]
)
def test_pure_luck_is_said_to_be_luck_and_a_real_effect_is_not(method, samples, studies, luck):
    # Stated error: 5 % a key. Keys of a study may err together; of so many studies, a share of errors above
    # .05 + 3.1 sqrt(.05 x .95 / studies) has a chance below .001 even if they always do. One look.
    generator = np.random.default_rng(1)
    sample = design(method, UNIT, samples)
    x = shares(sample)
    errors = 0
    for _ in range(studies):
        effects = indices(sample, 40 * x["a"] + luck(x, generator, 6))
        assert (effects[0].key, effects[0].within_luck) == ("a", False)
        errors += sum(effect.within_luck is False for effect in effects[1:])
    assert errors / (3 * studies) <= 0.05 + 3.1 * math.sqrt(0.05 * 0.95 / studies)


@pytest.mark.parametrize("method", ["morris", "sobol", "tornado"])
def test_one_replicate_says_nothing_about_luck(method):
    sample = design(method, UNIT, None if method == "tornado" else 4)
    effects = indices(sample, 20 * shares(sample)["b"])
    assert effects[0].key == "b"
    assert [effect.within_luck for effect in effects] == [None] * 4
    assert foremost(effects) == []


def test_intervals_of_mean_effects_hold_for_other_luck_of_the_same_replicates():
    # What a replicate brings is common to all trajectories. Of 1,000 studies 925 to 975 cover (.9995); two looks.
    generator = np.random.default_rng(3)
    sample = design("morris", UNIT, 10)
    x, studies = shares(sample), 1000
    covered = dict.fromkeys(("mu", "mu_star"), 0)
    for _ in range(studies):
        luck = x["a"] * generator.normal(size=6) + generator.normal(scale=0.3, size=(len(x["a"]), 6))
        (effect,) = (each for each in indices(sample, 8 * x["a"] + luck) if each.key == "a")
        for name in covered:
            covered[name] += effect.figures[name].low <= 8 <= effect.figures[name].high
    assert all(925 <= count <= 975 for count in covered.values()), covered


def test_intervals_of_sobol_indices_hold_for_other_luck_of_the_same_replicates():
    # E[y] = 3 a + 2 b: first-order index of a 9/13, total of b 4/13. An approximate 95 % interval; of 200 studies fewer
    # than 176 (88 %) cover with probability .0001 at 95 % and .07 at 90 %: a bootstrap over points alone covers 60 %.
    generator = np.random.default_rng(4)
    sample = design("sobol", UNIT, 64)
    x = shares(sample)
    covered = {"a": 0, "b": 0}
    for _ in range(200):
        outcomes = 3 * x["a"] + x["b"] * (2 + 2 * generator.normal(size=8))
        for effect in indices(sample, outcomes):
            for key, name, truth in (("a", "first", 9 / 13), ("b", "total", 4 / 13)):
                figure = effect.figures[name]
                covered[key] += effect.key == key and figure.low <= truth <= figure.high
    assert min(covered.values()) >= 176, covered


def test_luck_that_is_a_points_own_adds_its_share_to_every_total_index():
    generator = np.random.default_rng(2)
    sample = design("sobol", UNIT, 1024)
    signal = np.array([point["a"] for point in sample.points])
    noisy = signal[:, None] + generator.normal(scale=signal.std(), size=(len(signal), 4))
    total = {effect.key: effect.figures["total"].mean for effect in indices(sample, noisy)}
    assert total["b"] == pytest.approx(0.2, abs=0.03)  # 1/4 over 1 + 1/4
    assert total["a"] == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("high", [1, 2, 3, 7])
def test_morris_gives_a_whole_number_the_slope_that_it_has(high):
    ranges = {"n": Span(low=0, high=high, whole=True), "x": Span(low=0, high=1)}
    sample = design("morris", ranges, 8)
    effects = indices(sample, np.array([point["n"] + 0.1 * point["x"] for point in sample.points]))
    assert [effect.figures["mu_star"].mean for effect in effects] == pytest.approx([high, 0.1])
    assert {point["n"] for point in sample.points} <= set(range(high + 1))
    assert all(isinstance(point["n"], int) for point in sample.points)


def test_a_tornado_ranks_by_the_largest_change_at_either_end():
    sample = design("tornado", {"a": UNIT["a"], "b": UNIT["b"]})
    outcomes = [0.0 if not point else -100.0 if "a" in point else 3 * point["b"] - 1.5 for point in sample.points]
    effects = indices(sample, np.array([outcomes, outcomes]).T)
    assert [(effect.key, effect.size.mean) for effect in effects] == [("a", 100.0), ("b", 3.0)]


def test_effects_whose_intervals_meet_are_not_told_apart_and_those_of_luck_are_not_named():
    def effect(key, mean, reach, within_luck=False):
        return Effect(key, {"total": Interval(mean, mean - reach, mean + reach)}, "total", within_luck)

    first, close, lucky, far = effect("a", 49, 10), effect("b", 48, 10), effect("c", 60, 90, True), effect("d", 20, 5)
    assert foremost([lucky, first, close, far]) == [first, close]
    assert foremost([lucky]) == []
