"""Whatever is wrong with an input: one message that names key, value, what is allowed and the nearest name; no more."""

from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from analysis.cli import app
from analysis.compose import world
from analysis.messages import nearest
from sim.settings import BadInput

SCENARIO = """
question: Does a lower price pay?
reference: usual
arms:
  usual: {}
  cheap: {firms: {acme: {price: 0.9}}}
outcomes: [profit, churn_rate]
"""


class Case(NamedTuple):
    """A command line, and what its refusal must say."""

    words: str
    says: tuple[str, ...]  # key, value, what is allowed
    nearest: str = ""
    scenario: str = SCENARIO  # content of mine/scenario.yaml


CASES = {
    "a sweep of nothing": Case("sweep", ("nothing is swept", "KEY=1,2,3", "--resume DIR")),
    "an unknown setting": Case(
        "run firms.acme.prise=38", ("firms.acme.prise = 38", "price, level"), "firms.acme.price"
    ),
    "an unknown section": Case("run custmers.count=3", ("custmers.count = 3", "customers,"), "customers"),
    "a setting without its section": Case("run discount_rate=3", ("discount_rate = 3",), "economics.discount_rate"),
    "a setting below its section": Case("run customers.count.all=3", ("customers.count", "{all: 3}", "whole number")),
    "a number for a section": Case("run calendar=3", ("calendar = 3", "period, years")),
    "an unknown firm": Case("run firms.acmee.price=1", ("firms.acmee", "{price: 1}", "firms.acme"), "firms.acme"),
    "an unknown focal firm": Case("run focal=acmee", ("focal = acmee", "acme,"), "acme"),
    "an unknown segment": Case(
        "run customers.segments.carefull.share=1",
        ("customers.segments.carefull", "{share: 1}"),
        "customers.segments.careful",
    ),
    "an unknown program": Case(
        "run firms.acme.programs.pionts.earn=0.1",
        ("firms.acme.programs.pionts", "0.1", "discount"),
        "firms.acme.programs.points",
    ),
    "an unknown strategy": Case(
        "run firms.acme.strategy.fixd={}", ("firms.acme.strategy.fixd", "fixed, schedule"), "firms.acme.strategy.fixed"
    ),
    "an unknown group choice": Case("run market=shpo", ("market = shpo", "telecom"), "shop"),
    "an unknown group": Case("run markt=shop", ("markt = shop", "market"), "market"),
    "an empty group": Case("run mind=null", ("mind = null", "full")),
    "a text for a number": Case(
        "run customers.count=many", ("customers.count = many", "whole number from 1 to 5000000")
    ),
    "a fraction for a count": Case("run customers.count=2.5", ("customers.count = 2.5", "whole number from 1")),
    "a text for a switch": Case("run customers.lapses=maybe", ("customers.lapses = maybe", "true or false")),
    "a number for a list": Case("run calendar.season=3", ("calendar.season = 3", "list")),
    "a short list": Case("run calendar.season=[1,2]", ("calendar", "twelve weights")),
    "null for a number": Case(
        "run firms.acme.price=null", ("firms.acme.price = null (the command line)", "a number above 0")
    ),
    "too small": Case("run calendar.years=0", ("calendar.years = 0", "above 0, at most 50")),
    "too large": Case("run economics.discount_rate=7", ("economics.discount_rate = 7", "from 0.001 to 1")),
    "a negative price": Case("run firms.acme.price=-1", ("firms.acme.price = -1", "above 0")),
    "a number too large to be one": Case("run calendar.years=1e400", ("calendar.years = inf", "finite", "at most 50")),
    "not a number": Case("run calendar.years=nan", ("calendar.years = nan", "a number above 0")),
    "a seed of more than 32 bits": Case("run seed=4294967296", ("seed = 4294967296", "from 0 to 4294967295")),
    "a word that is no choice": Case("run calendar.period=mont", ("calendar.period = mont", "month, week"), "month"),
    "a wrong entry in a list": Case(
        "run firms.acme.call_center.opening.days=[mon,tues]", ("opening.days.1 = tues", "mon, tue, wed"), "tue"
    ),
    "no value": Case("run seed", ("seed", "key=value")),
    "no key": Case("run =3", ("=3", "key=value")),
    "several values": Case("run seed=1,2", ("seed=1,2", "one value")),
    "an added key": Case("run +seed=1", ("+seed=1", "key=value")),
    "a deleted key": Case("run ~firms.acme", ("~firms.acme", "key=value")),
    "a broken list": Case("run calendar.season=[1,2", ("calendar.season=[1,2", "key=value", "quote")),
    "the same key twice": Case("run seed=1 seed=2", ("seed = 2", "one of the two")),
    "a key inside another": Case(
        "run firms.acme={} firms.acme.price=1", ("firms.acme.price = 1", "firms.acme", "one of")
    ),
    "an unknown scenario": Case("compare scenario=min", ("scenario = min", "allowed: ")),
    "no scenario": Case("compare replicates=3", ("scenario", "missing", "allowed: ")),
    "no replicates": Case("compare scenario=mine replicates=0", ("replicates = 0", "from 1 to 10000")),
    "a slip in a key of the study": Case(
        "compare scenario=mine replicats=3", ("replicats = 3", "folder"), "replicates"
    ),
    "an unknown arm": Case(
        "compare scenario=mine arms.chap.seed=1", ("arms.chap", "{seed: 1}", "usual, cheap"), "cheap"
    ),
    "an arm without a key": Case("compare scenario=mine arms.cheap=1", ("arms.cheap = 1", "arms.NAME.key=value")),
    "an unknown setting in an arm": Case(
        "compare scenario=mine arms.cheap.firms.acme.prise=1", ("firms.acme.prise = 1 (arm cheap)",), "firms.acme.price"
    ),
    "an override that an arm hides": Case(
        "compare scenario=mine firms.acme.price=2",
        ("firms.acme.price = 2", "arm cheap", "arms.cheap.firms.acme.price=2"),
    ),
    "a seed of an arm's own": Case(
        "compare scenario=mine arms.cheap.seed=2", ("arms.cheap.seed = 2", "share the seed")
    ),
    "a scenario without arms": Case(
        "compare scenario=mine", ("arms", "missing"), scenario="question: x\nreference: a\n"
    ),
    "a scenario with no arms": Case(
        "compare scenario=mine",
        ("arms = {}", "length 1"),
        scenario="question: x\nreference: a\narms: {}\noutcomes: [profit]",
    ),
    "a reference that is no arm": Case(
        "compare scenario=mine", ("reference = usal", "usual, cheap"), "usual", SCENARIO.replace("usual\n", "usal\n", 1)
    ),
    "an unknown outcome": Case(
        "compare scenario=mine",
        ("outcomes = profits", "churn_rate"),
        "profit",
        SCENARIO.replace("[profit,", "[profits,"),
    ),
    "an unknown key in a scenario": Case(
        "compare scenario=mine",
        ("referense", "question, questions, shows"),
        "reference",
        SCENARIO + "referense: usual\n",
    ),
    "an unknown group in a scenario": Case(
        "compare scenario=mine", ("world = markt", "market"), "market", SCENARIO + "world: {markt: shop}\n"
    ),
    "a wrong setting in a scenario": Case(
        "compare scenario=mine",
        ("calendar.yeers = 3 (the scenario's settings)", "period, years"),
        "calendar.years",
        SCENARIO + "settings: {calendar: {yeers: 3}}\n",
    ),
    "a wrong name of an arm": Case(
        "compare scenario=mine", ("two words", "letters, digits"), scenario=SCENARIO.replace("cheap:", "two words:")
    ),
    "a scenario that is not YAML": Case("compare scenario=mine", ("scenario.yaml", "line 2"), scenario="a: [1,\n"),
    "a scenario that is a list": Case(
        "compare scenario=mine", ("scenario.yaml", "question, questions, shows"), scenario="- 1\n"
    ),
    "a program that ends before it starts": Case(
        "run firms.acme.programs.points.start_year=2 firms.acme.programs.points.end_year=1",
        ("firms.acme.programs.points", "end_year = 1.0", "start_year = 2.0"),
    ),
    "a folder without a population": Case("run population=mine", ("population", "mine", "ecrm import")),
    "a missing purchase log": Case("import purchses.csv", ("purchses.csv",), "purchases.csv"),
    "a purchase log of nothing": Case("import empty.csv", ("empty.csv",)),
    "a bad day": Case("import purchases.csv --until 2025-13-01", ("until", "2025-13-01")),
    "a day outside the log": Case("import purchases.csv --until 1999-01-01", ("until", "1999-01-01")),
    "an unknown column": Case("import purchases.csv --columns customer=idd", ("customer", "idd", "date"), "id"),
    "a column without a name": Case(
        "import purchases.csv --columns customer", ("columns = customer", "customer=COLUMN")
    ),
    "an unknown list": Case("list metrc", ("metrc", "scenarios, programs"), "metrics"),
    "an unknown name to explain": Case("explain churn_rat", ("churn_rat", "ecrm list"), "churn_rate"),
    "an unknown option": Case("run --jsn", ("--jsn", "--json")),
    "an unknown verb": Case("rnu", ("rnu", "run")),
}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with a scenario and purchase logs of the user's own."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "empty.csv").write_text("")
    rows = [f"{customer},2025-0{month}-1{customer},10.5" for month in range(1, 7) for customer in range(1, 6)]
    (tmp_path / "purchases.csv").write_text("id,date,amount\n" + "\n".join(rows))
    return tmp_path


def contents(folder: Path) -> dict[Path, str]:
    return {path: path.read_text() if path.is_file() else "" for path in folder.rglob("*")}


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_bad_input_is_refused_with_one_message_and_leaves_nothing_behind(case: Case, place: Path) -> None:
    (place / "mine" / "scenario.yaml").write_text(case.scenario)
    before = contents(place)
    result = CliRunner().invoke(app, case.words.split())
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output
    assert result.stdout == ""
    missing = [words for words in case.says if words not in result.stderr]
    assert not missing, result.stderr
    if case.nearest:
        hints = [f"nearest: {case.nearest}\n", f"did you mean {case.nearest}?"]
        assert any(hint in result.stderr for hint in hints), result.stderr
    assert contents(place) == before


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(BadInput) as refused:
        world("calendar.years=0", "customers.count=none", "firms.acme.prise=1")
    assert len(str(refused.value).splitlines()) == 3


def test_the_nearest_name_is_the_one_with_the_fewest_slips() -> None:
    assert nearest("prise", ["promise", "price"]) == "price"
    assert nearest("CHURN_RATE", ["churn_hazard", "churn_rate"]) == "churn_rate"
    assert nearest("xyz", ["promise", "price"]) is None


keys = st.sampled_from(
    ["seed", "firms.acme.price", "firms", "arms.a.b", "market", "customers.count", "scenario", "calendar"]
)


@given(st.lists(st.one_of(st.text(max_size=12), st.builds("{}={}".format, keys, st.text(max_size=8))), max_size=3))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_words_at_all_bring_anything_but_a_world_or_a_refusal(words: list[str]) -> None:
    with suppress(BadInput):
        assert world(*words).firms
