import re

from analysis.canvas import PALETTE, REFERENCE
from analysis.search_pictures import bars, crossing
from analysis.sensitivity import Effect
from analysis.statistics import Interval


def around(mean):
    return Interval(mean, mean - 1, mean + 1)


def heights(svg, color):
    """Return lowest and highest y of each shape of a color, the legend's apart."""
    shapes = re.findall(r'<path d="([^"]*)"[^>]*clip-path[^>]*fill: ' + color, svg)
    lines = [[float(y) for y in re.findall(r"[ML] [-\d.]+ ([-\d.]+)", shape)] for shape in shapes]
    return [(min(line), max(line)) for line in lines]


def test_two_ends_on_one_side_do_not_hide_each_other_and_are_named():
    effect = Effect("a", {"swing": around(-5), "low": around(60), "high": around(55)}, "low", False)
    svg = bars("t", "title", "note", [("a", effect)], "profit").svg
    ((low_top, low_bottom),), ((high_top, high_bottom),) = heights(svg, PALETTE[4]), heights(svg, PALETTE[0])
    assert low_top < low_bottom <= high_top + 0.01 < high_bottom
    assert all(text in svg for text in ("at the low end", "at the high end", "change in profit"))


def test_what_is_not_told_from_luck_is_gray():
    for luck in (True, None):
        effect = Effect("a", {"mu_star": around(5), "mu": around(5)}, "mu_star", luck)
        svg = bars("m", "title", "note", [("a", effect)], "profit").svg
        assert heights(svg, REFERENCE)
        assert not heights(svg, PALETTE[0])


def test_the_axes_of_a_crossing_are_named():
    points = [(1.0, around(5.0)), (2.0, around(-5.0))]
    svg = crossing(
        "c", "title", "note", points, [Interval(1.5, 1.4, 1.6)], ("point value", "profit difference"), "profit"
    ).svg
    assert ">point value<" in svg
    assert ">profit difference<" in svg
