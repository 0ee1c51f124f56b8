import numpy as np
import pytest

from analysis.design import Design, Span, at, read_design, unit_sample
from analysis.scenario import plan
from sim.settings import BadInput


def points(*words, uncertainties=None):
    return list(read_design(words, uncertainties or {})[1].points())


def test_a_grid_has_every_combination_the_last_key_fastest():
    assert points("a=1,2", "b=range(0,3)") == [{"a": a, "b": b} for a in (1, 2) for b in (0, 1, 2)]


def test_keys_with_one_tag_go_in_pairs():
    words = ("a=tag(p,choice(1,2))", "b=tag(p,choice(x,y))", "c=0,1")
    assert points(*words) == [{"a": a, "b": b, "c": c} for a, b in ((1, "x"), (2, "y")) for c in (0, 1)]


def test_a_list_is_one_value():
    assert points("a=[1,2],[3]") == [{"a": [1, 2]}, {"a": [3]}]


def test_keys_that_do_not_vary_stay_as_they_are():
    fixed, design = read_design(["market=shop", "a=1,2"], {})
    assert fixed == [("market", "shop")]
    assert design.size == 2


@pytest.mark.parametrize("method", ["lhs", "sobol", "random"])
def test_a_sample_lies_in_its_intervals_and_is_the_same_every_time(method):
    words = ("a=interval(2,4)", "b=int(interval(1,3))", "samples=64", f"sample={method}")
    first = points(*words)
    assert first == points(*words)
    assert len(first) == 64
    assert all(2 <= point["a"] <= 4 for point in first)
    assert {point["b"] for point in first} == {1, 2, 3}
    assert all(type(point["b"]) is int for point in first)


def test_a_latin_hypercube_has_one_point_in_each_row_and_column():
    sample = unit_sample("lhs", 50, 3)
    for column in sample.T:
        assert sorted(np.floor(column * 50)) == list(range(50))


def test_a_sobol_sample_has_one_point_in_each_elementary_cell():
    sample = unit_sample("sobol", 64, 2)
    cells = {(int(8 * x), int(8 * y)) for x, y in sample}
    assert len(cells) == 64


def test_whole_numbers_have_equal_chances():
    for low in (1, -2):
        values = [at(Span(low=low, high=low + 3, whole=True), (step + 0.5) / 1000) for step in range(1000)]
        assert [values.count(low + step) for step in range(4)] == [250] * 4


def test_the_scenarios_uncertainties_are_sampled_unless_the_line_says_otherwise():
    ranges = {"a": Span(low=0, high=1), "b": Span(low=0, high=1)}
    found = points("samples=8", "b=interval(5,6)", uncertainties=ranges)
    assert all(0 <= point["a"] <= 1 and 5 <= point["b"] <= 6 for point in found)
    assert all(set(point) == {"b"} for point in points("samples=8", "a=1", uncertainties=ranges))
    assert points(uncertainties=ranges) == [{}]


def test_a_design_explains_itself_by_its_factors():
    _, design = read_design(
        ["a=1,2,3", "b=tag(p,choice(1,2))", "c=tag(p,choice(3,4))", "d=interval(0,1)", "samples=16"], {}
    )
    assert design.explain() == ["3 values of a", "2 pairs of b with c", "16 Latin hypercube samples of d"]
    assert design.size == 96


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["a=tag(p,choice(1,2))", "b=tag(p,choice(1,2,3))"], "a has 2, b has 3"),
        (["a=interval(0,1)"], "samples: missing; a is an interval"),
        (["samples=8"], "nothing to sample"),
        (["a=interval(1,1)", "samples=8"], "the interval is empty"),
        (["a=interval(0,1)", "samples=100", "sample=sobol"], "needs a power of two; nearest: 64 or 128"),
        (["a=interval(0,1)", "samples=8", "sample=grid"], "allowed: one of lhs, sobol, random"),
        (["replicates=1,2"], "belongs to the whole study"),
        (["market=glob(*)"], "names are not looked up"),
        (["a=shuffle(1,2,3)"], "another order each time"),
        (["a=1,2", "a=3,4"], "a stands on the same command line"),
        (["a=1", "a=2,3"], "a stands on the same command line"),
        (["a=interval(0,1e13)", "samples=4"], "allowed: from -1e12 to 1e12"),
        (["a=range(1,1000000000)"], "points; allowed: at most 10,000"),
        (["a=range(0,2000)", "b=range(0,2000)"], "4,000,000 points; allowed: at most 10,000"),
    ],
)
def test_a_design_that_cannot_be_is_refused(words, said):
    with pytest.raises(BadInput, match=said.replace("(", r"\(")):
        points(*words)


def test_a_sweep_builds_and_checks_the_worlds_of_every_point():
    found = plan(["scenario=points_or_service", "firms.acme.price=0.9,1.1", "customers=telecom,shop"], "sweep")
    assert [point.values for point in found.points] == [
        {"firms.acme.price": price, "customers": people} for price in (0.9, 1.1) for people in ("telecom", "shop")
    ]
    assert [point.arms["points"].firms["acme"].price for point in found.points] == [0.9, 0.9, 1.1, 1.1]
    with pytest.raises(BadInput, match=r"firms\.acme\.price = -1 \(the command line\): out of range"):
        plan(["scenario=points_or_service", "firms.acme.price=1,-1"], "sweep")


def test_a_swept_key_that_an_arm_would_hide_is_refused():
    key = "firms.acme.call_center.staffing.hours_per_week"
    with pytest.raises(BadInput, match="would hide it"):
        plan(["scenario=points_or_service", f"{key}=200,300"], "sweep")
    reached = plan(["scenario=points_or_service", f"arms.people.{key}=200,300"], "sweep")
    hours = [point.arms["people"].firms["acme"].call_center.staffing.hours_per_week for point in reached.points]
    assert hours == [200, 300]


def test_a_design_without_keys_is_one_point():
    assert list(Design().points()) == [{}]
