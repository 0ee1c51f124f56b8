import dataclasses
import re
import shlex
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from analysis.comparison import Comparison
from analysis.plan import RunId
from analysis.report.assumptions import assumptions
from analysis.report.columns import blocks as columns_in_blocks
from analysis.report.html import prose
from analysis.report.report import render, table_rows, write_report
from analysis.report.terminal import show_comparison, show_run
from tests.made_up import CHANGES, EFFECTS, OUTLAY, made_up


@pytest.fixture(scope="module")
def comparison(tmp_path_factory):
    return Comparison(made_up(tmp_path_factory.mktemp("study"), periods=24))


@pytest.fixture(scope="module")
def page(comparison):
    """The report of the common study, rendered once."""
    return render(comparison)


class Page(HTMLParser):
    """Collects tags, attributes and text of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text += data


def altered(comparison, **study):
    return Comparison(dataclasses.replace(comparison.results, facts={**comparison.results.facts, **study}))


def test_the_report_asks_nothing_of_the_outside_world(page):
    parsed = Page(page)
    assert "script" not in parsed.tags
    loading = [value for name, value in parsed.attributes if name in {"src", "href", "xlink:href", "action", "data"}]
    assert [value for value in loading if not value.startswith(("#", "data:"))] == []
    assert "@import" not in page
    assert [address for address in re.findall(r"url\(([^)]*)\)", page) if not address.startswith("#")] == []


def test_the_answer_comes_before_everything_else(page):
    order = [page.index(part) for part in ("<h1>", 'class="cards"', "<figure", 'class="arms"', "How the model works")]
    assert order == sorted(order)


def test_the_report_says_how_to_repeat_it(comparison, page):
    text = Page(page).text
    assert comparison.results.facts["command"] in text
    assert "numpy 2.5.5" in text
    assert "x86_64-any" in text


def test_every_outcome_is_defined_in_the_table_and_in_the_glossary(comparison, page):
    from sim.metrics import METRICS

    text = Page(page).text
    for outcome in [*comparison.results.facts["outcomes"], "program_outlay"]:
        assert text.count(METRICS[outcome].definition) >= 2


def test_each_arm_is_shown_as_what_it_changes(page):
    text = Page(page).text
    assert "firms.acme.programs.points.earn = 0.02" in text
    assert "the world as it is" in text


def test_outlay_is_shown_over_the_reference(page):
    text = " ".join(Page(page).text.split())
    assert re.search(r"over the reference.*?0 76,800 79,200", text)


def test_names_and_texts_cannot_inject_markup(comparison, page):
    hostile = altered(
        comparison,
        question="<script>alert(1)</script>",
        lesson="<img src=x>",
        command=shlex.join(["ecrm", "compare", "<b>&'\""]),
    )
    assert set(Page(render(hostile)).tags) == set(Page(page).tags)


NAMES = "acme bolt cargo made up points nothing staff more python ecrm workbench numpy processor any seed"
ENGLISH = (
    "the of and with without which what is are was were would has have for from in to by at it its than more less"
    " fewer best better worse over under every each people policy policies customers share cost mean run runs seed"
    " luck answer nothing reference years months weeks year"
)


@pytest.mark.parametrize("language", ["es", "zh"])
def test_no_english_is_left_in_another_language(comparison, language):
    """Names, code and what the scenario's author wrote aside."""
    shown = render(comparison_without_words(comparison), language)
    shown = re.sub(r"<style.*?</style>|<code>.*?</code>|<pre>.*?</pre>", " ", shown, flags=re.DOTALL)
    shown += " ".join(re.findall(r'(?:aria-label|title|alt)="([^"]*)"', shown))
    names = set(NAMES.split())
    words = {word.lower() for word in re.findall(r"[A-Za-zÀ-ÿ]+", Page(shown).text)}
    assert not words & set(ENGLISH.split()) - names
    if language == "zh":
        assert not {word for word in words - names if len(word) > 1}


def comparison_without_words(comparison):
    return altered(comparison, question="", lesson="")


@pytest.mark.parametrize(("language", "tag"), [("en", "en"), ("es", "es"), ("zh", "zh-Hans")])
def test_the_page_says_what_language_it_is_in(comparison, language, tag):
    assert ("lang", tag) in Page(render(comparison, language)).attributes


def test_a_scenario_may_speak_the_reader_s_language(comparison):
    words = {"es": {"question": "¿Puntos o personas?", "lesson": "Mire *esto*."}}
    told = altered(comparison, words=words)
    assert "¿Puntos o personas?" in render(told, "es")
    assert "<em>esto</em>" in render(told, "es")
    assert comparison.results.facts["question"] in render(told, "zh")


def test_failed_and_missing_runs_are_confessed(comparison):
    page = render(
        Comparison(
            dataclasses.replace(
                comparison.results,
                failures={RunId(0, "points", 3): "Traceback"},
                facts={**comparison.results.facts, "complete": False},
            )
        )
    )
    text = " ".join(Page(page).text.split())
    assert "1 of the runs failed" in text
    assert "stopped before all runs were done" in text


def test_imported_customers_are_named_with_their_fits_and_bad_rows(comparison):
    population = {
        "source": "shop.csv",
        "customers": 2357,
        "first": "1997-01-01",
        "until": "1997-09-30",
        "end": "1998-06-30",
        "bad_rows": 3,
        "weekly_purchases": [],
        "fits": [
            {
                "name": "Buying (BG/NBD)",
                "estimates": {
                    "r": {"value": 0.243, "standard_error": 0.013},
                    "a": {"value": 0.793, "standard_error": None},
                },
            }
        ],
    }
    text = " ".join(Page(render(altered(comparison, population=population))).text.split())
    for part in ("2,357 customers from shop.csv", "3 rows of the log", "r = 0.243 ± 0.013", "a = 0.793"):
        assert part in text


def test_one_arm_once_is_a_report_too(tmp_path):
    single = Comparison(made_up(tmp_path, arms=("nothing",), replicates=1, periods=3))
    text = Page(render(single)).text
    assert "Profit of acme over 13 weeks: " in text
    assert "nan" not in text.lower().split()


def test_the_report_is_written_beside_the_tables(comparison, tmp_path):
    results = dataclasses.replace(comparison.results, folder=tmp_path)
    path = write_report(Comparison(results))
    assert path == tmp_path / "report.html"
    assert path.read_text(encoding="utf-8").rstrip().endswith("</html>")
    assert sorted(tmp_path.iterdir()) == [path, tmp_path / "summary.csv"]


def test_the_same_results_give_the_same_report(comparison, page):
    assert render(comparison) == page


def test_settings_that_differ_from_the_defaults_are_listed_with_meaning_and_source():
    from tests.sim.tiny import subscription

    world = subscription(calendar={"years": 3.25, "period": "month"})
    found = {each.path: each for each in assumptions(world.model_dump(mode="json"))}
    years = found["calendar.years"]
    assert (years.value, years.default, years.meaning) == ("3.25", "5", "time watched, after the burn-in")
    assert years.source == "the modeler's choice"
    assert "calendar.period" not in found
    assert assumptions({"<script>": {"x": 1}, "seed": 1}) == []


def test_a_lesson_keeps_its_headings_lists_and_stress():
    markup = prose("# Look\nfirst line\nsecond *line*\n\n- **one**\n  goes on\n- `two`\n")
    assert "".join(markup.split("\n")) == (
        "<h3>Look</h3><p>first linesecond <em>line</em></p>"
        "<ul><li><strong>one</strong>goes on</li><li><code>two</code></li></ul>"
    )
    assert prose("") == ""


@pytest.mark.parametrize("text", ["![x](http://a.b/c.png)", "[x](http://a.b)", "<http://a.b>", "<img src=http://a.b>"])
def test_a_lesson_loads_nothing_and_leads_nowhere(text):
    assert set(Page(prose(text)).tags) == {"p"}


def test_the_terminal_answers_first_and_names_the_report(comparison):
    console = Console(width=120, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    show_comparison(comparison, console)
    lines = console.export_text().splitlines()
    assert lines[0].startswith(("More staff", "No policy", "Can’t tell", "Points"))
    assert "±" in "".join(lines)
    assert lines[-1].endswith("report.html")


@pytest.mark.parametrize("width", [50, 80, 200])
def test_the_terminal_cuts_neither_labels_nor_numbers_of_many_arms(tmp_path, monkeypatch, width):
    arms = ("nothing", "more_staff", "points", "a_third_policy_with_quite_a_long_name", "free_call_backs")
    for table in (CHANGES, EFFECTS, OUTLAY):
        for arm in arms[3:]:
            monkeypatch.setitem(table, arm, table["more_staff"])
    many = Comparison(made_up(tmp_path, arms=arms, periods=24))
    console = Console(width=width, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    show_comparison(many, console)
    text = console.export_text()
    assert "…" not in text
    assert max(map(len, text.splitlines()[2:-1])) <= width
    words = text.split()
    for row in table_rows(many):
        assert set(row.label.split()) <= set(words)
        for cell in row.cells:
            assert cell["mean"] in text
            assert cell["difference"] in text
    assert all(set(arm.split("_")) <= set(words) for arm in arms)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=9), st.integers(1, 100))
def test_columns_are_put_side_by_side_in_order_as_many_as_fit(wide, room):
    found = list(columns_in_blocks(wide, room, 3))
    assert [place for block in found for place in block] == list(range(len(wide)))
    for block, after in zip(found, [*found[1:], []], strict=True):
        taken = sum(wide[place] + 3 for place in block)
        assert len(block) == 1 or taken <= room
        assert not after or taken + wide[after[0]] + 3 > room


def test_one_arm_has_no_difference_and_no_words_about_it(tmp_path):
    alone = Comparison(made_up(tmp_path, arms=("nothing",), periods=3))
    console = Console(width=120, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    show_comparison(alone, console)
    text = console.export_text()
    assert "means ± half a 95 % interval" in text
    assert "paired difference" not in text
    page = render(alone)
    assert "paid back" not in page
    assert "profit per outlay" not in page


def test_the_terminal_lists_the_outcomes_of_a_single_run(tmp_path):
    console = Console(width=120, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    show_run(Comparison(made_up(tmp_path, arms=("nothing",), replicates=1, periods=3)), console)
    text = console.export_text()
    assert "Churn rate" in text
    assert "Abandonment rate" in text
    assert "nan" not in text
