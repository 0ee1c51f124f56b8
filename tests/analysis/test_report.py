import dataclasses
import re
from html.parser import HTMLParser

import pytest
from rich.console import Console

from analysis.compare import Comparison
from analysis.report.report import blocks, dotted, render, write_report
from analysis.report.terminal import show_comparison, show_run
from tests.made_up import made_up


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
    return Comparison(dataclasses.replace(comparison.results, study={**comparison.results.study, **study}))


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
    assert comparison.results.study["command"] in text
    assert "numpy 2.5.5" in text
    assert "x86_64-any" in text


def test_every_outcome_is_defined_in_the_table_and_in_the_glossary(comparison, page):
    from sim.metrics import METRICS

    text = Page(page).text
    for outcome in [*comparison.results.study["outcomes"], "program_outlay"]:
        assert text.count(METRICS[outcome].definition) == 2


def test_each_arm_is_shown_as_what_it_changes(page):
    text = Page(page).text
    assert "firms.acme.programs.points.earn = 0.02" in text
    assert "the world as it is" in text


def test_outlay_is_shown_over_the_reference(page):
    text = " ".join(Page(page).text.split())
    assert re.search(r"over the reference.*?0\.00 ± 0\.00 76,800 ± 0\.00 79,200 ± 0\.00", text)


def test_names_and_texts_cannot_inject_markup(comparison, page):
    hostile = altered(comparison, question="<script>alert(1)</script>", lesson="<img src=x>", command="<b>&'\"")
    assert set(Page(render(hostile)).tags) == set(Page(page).tags)


def test_failed_and_missing_runs_are_confessed(comparison):
    page = render(
        Comparison(
            dataclasses.replace(
                comparison.results,
                failures={("points", 3): "Traceback"},
                study={**comparison.results.study, "complete": False},
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
    for part in ("2,357 from shop.csv", "3 rows of the log", "r = 0.243 ± 0.013", "a = 0.793"):
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
    assert list(tmp_path.iterdir()) == [path]


def test_the_same_results_give_the_same_report(comparison, page):
    assert render(comparison) == page


def test_settings_are_written_as_on_the_command_line():
    tree = {"firms": {"acme": {"price": 38, "programs": {}}}, "seed": 2}
    assert list(dotted(tree)) == [("firms.acme.price", 38), ("firms.acme.programs", {}), ("seed", 2)]


def test_a_lesson_is_split_into_headings_lists_and_paragraphs():
    text = "# Look\nfirst line\nsecond line\n\n- one\n- two\n"
    assert list(blocks(text)) == [
        ("heading", ["Look"]),
        ("paragraph", ["first line second line"]),
        ("list", ["one", "two"]),
    ]
    assert list(blocks("")) == []


def test_the_terminal_answers_first_and_names_the_report(comparison):
    console = Console(width=120, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    show_comparison(comparison, console)
    lines = console.export_text().splitlines()
    assert lines[0].startswith(("More staff", "No policy", "Can’t tell", "Points"))
    assert "±" in "".join(lines)
    assert lines[-1].endswith("report.html")


def test_the_terminal_lists_the_outcomes_of_a_single_run(tmp_path):
    console = Console(width=120, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    show_run(Comparison(made_up(tmp_path, arms=("nothing",), replicates=1, periods=3)), console)
    text = console.export_text()
    assert "Churn rate" in text
    assert "Abandonment rate" in text
    assert "nan" not in text
