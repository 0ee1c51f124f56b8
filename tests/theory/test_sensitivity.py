"""Indices against functions whose indices are known in closed form."""

import math

import numpy as np
import pytest

from analysis.design import Span
from analysis.sensitivity import design, indices

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


def test_pure_luck_is_said_to_be_luck_and_a_real_effect_is_not():
    generator = np.random.default_rng(1)
    for method, samples in (("morris", 10), ("sobol", 64), ("tornado", None)):
        sample = design(method, UNIT, samples)
        noise = generator.normal(size=(len(sample.points), 8))
        strong = np.array([[20 * point.get("b", 0.5)] for point in sample.points]) + noise
        marks = {effect.key: effect.within_luck for effect in indices(sample, strong)}
        assert marks["b"] is False
        assert indices(sample, strong)[0].key == "b"
        assert all(effect.within_luck is None for effect in indices(sample, strong[:, :1]))


def test_luck_that_is_a_points_own_adds_its_share_to_every_total_index():
    generator = np.random.default_rng(2)
    sample = design("sobol", UNIT, 1024)
    signal = np.array([point["a"] for point in sample.points])
    noisy = signal[:, None] + generator.normal(scale=signal.std(), size=(len(signal), 4))
    floor = sample.floor(noisy)
    assert floor == pytest.approx(0.2, abs=0.02)  # 1/4 over 1 + 1/4
    total = {effect.key: effect.figures["total"].mean for effect in indices(sample, noisy)}
    assert total["b"] == pytest.approx(floor, abs=0.03)
    assert total["a"] == pytest.approx(1.0, abs=0.1)
