import base64
import os

import pytest

from analysis.comparison import Comparison
from analysis.report.report import write_report
from tests.browser.chromium import Browser, find
from tests.made_up import made_up

pytestmark = pytest.mark.skipif(find() is None and not os.environ.get("CI"), reason="no Chromium on this machine")

VISIBLE = """[...document.querySelectorAll('figure svg')].map(svg => {
    const box = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('text')].map(text => text.getBoundingClientRect());
    const outside = texts.filter(text => text.right > box.right + 1 || text.left < box.left - 1).length;
    return {width: box.width, height: box.height, marks: svg.querySelectorAll('path').length, outside};
})"""


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    report = write_report(Comparison(made_up(folder, periods=60)))
    browser = Browser(tmp_path_factory.mktemp("profile"))
    browser.open(report.as_uri())
    yield browser
    browser.close()


def test_the_report_opens_without_asking_the_network_for_anything(page):
    asked = [event["request"]["url"] for event in page.happened("Network.requestWillBeSent")]
    assert [address.split(":")[0] for address in asked if not address.startswith("data:")] == ["file"]


def test_the_report_opens_without_errors(page):
    assert page.happened("Runtime.exceptionThrown", "Log.entryAdded") == []


def test_every_picture_is_visible_and_its_texts_lie_inside_it(page):
    pictures = page.evaluate(VISIBLE)
    assert len(pictures) == 6
    for picture in pictures:
        assert picture["width"] > 300
        assert picture["height"] > 150
        assert picture["marks"] > 5
        assert picture["outside"] == 0


def test_nothing_is_wider_than_the_window(page):
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_definition_shows_when_its_term_is_reached(page):
    shown = "getComputedStyle(document.querySelector('.term .tip')).visibility"
    assert page.evaluate(shown) == "hidden"
    page.evaluate("document.querySelector('.term').focus()")
    assert page.evaluate(shown) == "visible"


def test_the_report_prints(page):
    printed = base64.b64decode(page.send("Page.printToPDF", preferCSSPageSize=True)["data"])
    assert printed.startswith(b"%PDF")
    assert 2 <= printed.count(b"/Type /Page\n") <= 5
