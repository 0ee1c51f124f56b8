"""What the titles of pictures claim is clear in the data, and is the extreme that they say.

Made-up tables: some figures are clear, some noisy, some nothing, some below zero; one replicate or several, one arm or
several. The tests look at the same numbers by another way (SciPy's t test).
"""

import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.stats import ttest_1samp

from analysis import claims, statistics, takeaways
from analysis.people_pictures import gaining, largest_part
from analysis.value_pictures import bringing, returning

NAMES = ("alpha", "beta", "gamma", "delta")
LEVELS = st.sampled_from([-30.0, -2.0, 0.0, 2.0, 30.0])
NOISES = st.sampled_from([0.0, 1.0, 40.0])


@st.composite
def tables(draw, least=1):
    """Return columns by name, one value a replicate."""
    names = NAMES[: draw(st.integers(least, len(NAMES)))]
    replicates = draw(st.integers(1, 6))
    luck = np.random.default_rng(draw(st.integers(0, 1000)))
    return {name: draw(LEVELS) + draw(NOISES) * luck.normal(size=replicates) for name in names}


def signs(columns, looks=1):
    """Return by name 1, 0 or −1: clearly above zero, not clear, clearly below; of one replicate: as it is."""
    found = {}
    for name, column in columns.items():
        if len(column) == 1 or np.ptp(column) == 0:
            found[name] = int(np.sign(column.mean()))
        else:
            low, high = ttest_1samp(column, 0.0).confidence_interval(1 - 0.05 / looks)
            found[name] = int(low > 0) - int(high < 0)
    return found


def size(columns, name):
    return abs(columns[name].mean())


def study(columns, arms=NAMES):
    """Return what a title needs of a study with these columns, beside the reference."""
    replicates = len(next(iter(columns.values())))
    runs = pd.DataFrame({"replicate": range(1, replicates + 1)})
    return SimpleNamespace(reference="base", arms=["base", *arms], runs=runs)


def named(title):
    """Return the made-up name that a title is about."""
    return next((name for name in NAMES if re.search(rf"\b{name}\b", title, re.IGNORECASE)), None)


def check_replicates(title, columns):
    single = len(next(iter(columns.values()))) == 1
    assert ("one replicate" in title.lower()) == single


@given(tables())
def test_the_arm_that_keeps_more_or_fewer_clearly_does_and_most_clearly_of_all(columns):
    shares = {name: column / 100.0 for name, column in columns.items()}
    zeros = np.zeros(len(columns["alpha"]))
    title = takeaways.keeping(study(columns), {"base": zeros, **shares}, 5.0)
    check_replicates(title, columns)
    clear = signs(columns)
    arm = named(title)
    if arm is None:
        assert not any(clear.values())
    else:
        assert clear[arm] == (1 if "more customers" in title else -1)
        assert size(columns, arm) == max(size(columns, name) for name in columns if clear[name])


@given(tables())
def test_the_arm_that_pays_back_clearly_earns_and_a_noisy_one_does_not_hide_it(columns):
    runs = pd.MultiIndex.from_product([list(columns), range(1, len(columns["alpha"]) + 1)])
    path = pd.DataFrame([np.concatenate(list(columns.values()))] * 2, index=[0.5, 1.0], columns=runs)
    title = takeaways.paying_back(study(columns), path)
    check_replicates(title, columns)
    clear = signs(columns)
    if "earns back" in title:
        assert set(clear.values()) == {-1}
    elif "No policy" in title:
        assert 1 not in clear.values()
    else:
        ahead = [name for name in columns if clear[name] == 1]
        assert size(columns, named(title)) == max(size(columns, name) for name in ahead)


@given(tables())
@example({"alpha": np.array([2.0, 2.1, 1.9])})  # both are 84 %
def test_two_levels_of_service_are_told_apart_only_where_they_clearly_differ(columns):
    levels = {name: 0.84 + column / 1000.0 for name, column in columns.items()}
    base = np.full(len(columns["alpha"]), 0.84)
    cells = {
        name: SimpleNamespace(
            mean=statistics.mean_interval(column), difference=statistics.paired_difference(column, base)
        )
        for name, column in {"base": base, **levels}.items()
    }
    title = takeaways.serving(study(columns), cells)
    check_replicates(title, columns)
    clear = signs({name: np.round(column - base, 12) for name, column in levels.items()})
    arm = named(title)
    if arm is None:
        assert not any(clear.values())
    else:
        assert clear[arm]
        shares = re.findall(r"([\d.]+) %", title)
        assert float(shares[0]) > float(shares[1])


@given(tables(least=2))
def test_a_cause_of_leaving_is_claimed_only_where_it_clearly_changes(columns):
    """The names are those of causes here, in one arm beside the reference."""
    numbers = range(1, len(columns["alpha"]) + 1)
    arms = pd.MultiIndex.from_product([["base", "people"], numbers], names=["arm", "replicate"])
    rows = [np.concatenate([np.zeros(len(column)), column]) for column in columns.values()]
    counts = pd.DataFrame(rows, index=list(columns), columns=arms)
    title = takeaways.leaving(study(columns, ["people"]), counts)
    check_replicates(title, columns)
    clear = signs(columns, looks=len(columns))
    constant = [name for name, column in columns.items() if len(column) > 1 and np.ptp(column) == 0]
    clear |= dict.fromkeys(constant, 0)  # the same small count in a few replicates is chance
    cause = named(title)
    if cause is None:
        assert not any(clear.values())
    else:
        assert size(columns, cause) == max(size(columns, name) for name in columns if clear[name])

    alone = takeaways.leaving(study(columns, ["people"]), counts[["people"]])
    first = named(alone)
    leads = {name: columns[first] - columns[name] for name in columns if name != first} if first else {}
    assert all(sign == 1 for sign in signs(leads, looks=max(len(leads), 1)).values())


@given(tables())
def test_the_largest_part_of_a_difference_is_clear_and_the_largest(columns):
    title = largest_part("people", columns)
    clear = signs(columns, looks=len(columns))
    part = named(title)
    if part is None:
        assert not any(clear.values())
    else:
        check_replicates(title, columns)
        assert clear[part]
        largest = max(size(columns, name) for name in columns)
        assert ("largest" in title) == (size(columns, part) == largest)


@given(tables())
def test_a_tenth_gains_most_only_where_it_clearly_gains_and_is_the_best_of_all(columns):
    tenths = dict(enumerate(columns.values(), 1))
    title = gaining("people", tenths)
    clear = signs(tenths, looks=len(tenths))
    gained = [number for number in tenths if clear[number] == 1]
    if len(columns["alpha"]) == 1:
        assert title == "One replicate does not tell in which tenth “people” gains"
    elif not gained:
        assert "no tenth" in title
    else:
        if len(gained) < len(tenths):
            said = title.partition(" of the customers")[0]
            assert [int(number) for number in re.findall(r"\d+", said)] == gained
        best = re.search(r"most in tenth (\d)", title)
        top = max(tenths, key=lambda number: tenths[number].mean())
        assert (int(best[1]) if best else None) == (top if top in gained else None)


@given(tables())
def test_an_arm_returns_most_only_where_it_clearly_leads_each_other(columns):
    rates = {name: column / 100.0 for name, column in columns.items()}
    title = returning(rates, 0.075)
    check_replicates(title, columns)
    arm = named(title)
    leads = {name: columns[arm] - columns[name] for name in columns if name != arm}
    sure = bool(leads) and all(sign == 1 for sign in signs(leads).values())
    assert ("customers return most" in title) == sure
    clear = signs({arm: columns[arm] - 7.5})[arm] if len(columns[arm]) > 1 else 0
    assert clear == ("more than" in title) - ("less than" in title)


@given(tables())
def test_an_age_brings_most_or_costs_least_only_where_it_clearly_does(columns):
    bands = dict(zip(("up to 1 year", "1 to 2 years", "2 to 5 years", "5 years on"), columns.values(), strict=False))
    title = bringing({"base": {name: statistics.mean_interval(column) for name, column in bands.items()}}, "base")
    check_replicates(title, columns)
    said = re.search("“(.*)”", title)
    if said:
        best = bands.pop(said[1])
        assert signs({"best": best})["best"] == (1 if "bring most" in title else -1)
        assert all(sign == 1 for sign in signs({name: best - column for name, column in bands.items()}).values())


def test_intervals_of_a_family_hold_together_where_nothing_is_there():
    """At most 5 % of families without any effect claim one; three standard errors of 400 families are allowed for."""
    luck = np.random.default_rng(20)
    families = [dict(enumerate(luck.normal(size=(10, 8)))) for _ in range(400)]
    claimed = sum(bool(claims.clear(claims.together(family), 8)) for family in families)
    assert claimed / len(families) < 0.05 + 3 * np.sqrt(0.05 * 0.95 / len(families))
