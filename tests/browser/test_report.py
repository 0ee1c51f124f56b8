import base64
import dataclasses
import os

import pytest

from analysis.comparison import Comparison
from analysis.report.report import write_report
from tests.browser.chromium import Browser, find
from tests.hostile import hostile
from tests.made_up import made_up
from tests.made_up_twins import made_up_twins
from tests.sim.tiny import subscription

pytestmark = pytest.mark.skipif(find() is None and not os.environ.get("CI"), reason="no Chromium on this machine")

PAPER = 688  # pixels of A4 between its margins

VISIBLE = """[...document.querySelectorAll('figure svg')].map(svg => {
    const box = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('text')].map(text => text.getBoundingClientRect());
    const outside = texts.filter(text => text.right > box.right + 1 || text.left < box.left - 1).length;
    return {width: box.width, height: box.height, marks: svg.querySelectorAll('path').length, outside};
})"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    browser = Browser(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()


def opened(browser, study, language):
    twins = [made_up_twins(arm, replicates=3) for arm in study.arms if arm != study.reference]
    report = write_report(Comparison(study), language, twins)
    browser.events.clear()
    browser.open(report.as_uri())
    return browser


@pytest.fixture(scope="module", params=["en", "es", "zh"])
def page(tmp_path_factory, browser, request):
    return opened(browser, made_up(tmp_path_factory.mktemp("study"), periods=60), request.param)


@pytest.fixture(scope="module", params=["en", "es", "zh"])
def attacked(tmp_path_factory, browser, request):
    """The report of a study whose every name and text tries to break out of the page."""
    return opened(browser, hostile(made_up(tmp_path_factory.mktemp("study"), periods=6, replicates=2)), request.param)


def test_the_report_opens_without_asking_the_network_for_anything(page):
    asked = [event["request"]["url"] for event in page.happened("Network.requestWillBeSent")]
    assert [address.split(":")[0] for address in asked if not address.startswith("data:")] == ["file"]


def test_the_report_opens_without_errors(page):
    assert page.happened("Runtime.exceptionThrown", "Log.entryAdded") == []


def test_every_picture_is_visible_and_its_texts_lie_inside_it(page):
    pictures = page.evaluate(VISIBLE)
    assert len(pictures) == 10
    for picture in pictures:
        assert picture["width"] > 300
        assert picture["height"] > 120
        assert picture["marks"] > 5
        assert picture["outside"] == 0


def test_no_name_and_no_text_breaks_out_of_its_place(attacked):
    assert (
        attacked.evaluate("document.querySelectorAll('script, img, iframe, b, a, object, foreignObject').length") == 0
    )
    assert attacked.evaluate("document.querySelectorAll('main > footer').length") == 1
    assert attacked.evaluate("window.broken") is None
    asked = [event["request"]["url"] for event in attacked.happened("Network.requestWillBeSent")]
    assert [address for address in asked if not address.startswith(("data:", "file:"))] == []
    assert attacked.happened("Runtime.exceptionThrown", "Log.entryAdded") == []
    pictures = attacked.evaluate(VISIBLE)
    assert len(pictures) == 11
    assert min(picture["width"] for picture in pictures) > 300
    assert min(picture["height"] for picture in pictures) > 100


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_wider_than_a_screen_or_a_phone(page, width):
    page.send("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
    assert page.evaluate("[innerWidth, document.documentElement.scrollWidth <= innerWidth]") == [width, True]
    page.send("Emulation.clearDeviceMetricsOverride")


def test_a_definition_shows_when_its_term_is_reached(page):
    shown = "getComputedStyle(document.querySelector('.term .tip')).visibility"
    assert page.evaluate(shown) == "hidden"
    page.evaluate("document.querySelector('.term').focus()")
    assert page.evaluate(shown) == "visible"


def test_a_definition_in_a_first_row_is_not_cut_off_by_its_table(page):
    inside = """[...document.querySelectorAll('table.arms tbody tr:first-child .tip')].map(tip => {
        const [shown, room] = [tip, tip.closest('.scroll')].map(each => each.getBoundingClientRect());
        return shown.top >= room.top;
    })"""
    found = page.evaluate(inside)
    assert found
    assert all(found)


def test_on_paper_an_assumption_keeps_its_source_and_lies_on_the_page(browser, tmp_path):
    study = made_up(tmp_path, periods=3, replicates=2)
    settings = subscription(calendar={"years": 3.25}).model_dump(mode="json")
    arms = {arm: {**entry, "settings": settings} for arm, entry in study.facts["arms"].items()}
    opened(browser, dataclasses.replace(study, facts={**study.facts, "arms": arms}), "en")
    browser.send("Emulation.setEmulatedMedia", media="print")
    browser.send("Emulation.setDeviceMetricsOverride", width=PAPER, height=900, deviceScaleFactor=1, mobile=False)
    right = browser.evaluate("""(() => {
        const cells = [...document.querySelectorAll('table.settings td:last-child')];
        return cells.find(cell => cell.innerText.includes("the modeler's choice")).getBoundingClientRect().right;
    })()""")
    browser.send("Emulation.clearDeviceMetricsOverride")
    browser.send("Emulation.setEmulatedMedia", media="")
    assert 0 < right <= PAPER


def test_the_report_prints(page):
    printed = base64.b64decode(page.send("Page.printToPDF", preferCSSPageSize=True)["data"])
    assert printed.startswith(b"%PDF")
    assert 2 <= printed.count(b"/Type /Page\n") <= 12
