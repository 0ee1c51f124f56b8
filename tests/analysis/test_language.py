import ast
import re
import string
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, nodes

from analysis import wording
from analysis.language import FOLDER, day, digits, languages, plural, say, short_name, speaking, spoken
from analysis.schema import settings
from analysis.statistics import Interval
from sim.metrics import METRICS
from sim.settings import BadInput
from sim.world import World

ANALYSIS = FOLDER.parent
TRANSLATED = ["es", "zh"]
FITS = ("Buying (BG/NBD)", "Spend (gamma-gamma)")  # said by their names in study.yaml


def said_in_code(path: Path) -> set[str]:
    """Return the texts that a module says: every first argument of say, both of plural."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("say", "plural"):
            texts = node.args[: 2 if node.func.id == "plural" else 1]
            choices = [
                part for each in texts for part in ([each.body, each.orelse] if isinstance(each, ast.IfExp) else [each])
            ]
            found |= {choice.value for choice in choices if isinstance(choice, ast.Constant)}
    return found


def said_in_template(path: Path) -> set[str]:
    tree = Environment().parse(path.read_text(encoding="utf-8"))
    found = set()
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in ("say", "plural"):
            texts = call.args[: 2 if call.node.name == "plural" else 1]
            assert all(isinstance(text, nodes.Const) for text in texts), "markup of a template is a literal"
            found |= {text.value for text in texts}
    return found


def said() -> set[str]:
    """Return every English text of the report: in code, in templates, in the definitions of metrics."""
    in_code = [said_in_code(path) for path in ANALYSIS.rglob("*.py") if path.name != "language.py"]
    in_templates = [said_in_template(path) for path in ANALYSIS.rglob("*.j2")]
    metrics = {text for metric in METRICS.values() for text in (metric.definition, metric.unit) if text}
    return metrics.union(FITS, *in_code, *in_templates)


def names_in(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def tags_in(text: str) -> list[str]:
    return sorted(re.findall(r"<[^>]*>", text))


@pytest.mark.parametrize("short", TRANSLATED)
def test_every_text_is_translated_and_no_translation_is_left_over(short):
    assert set(languages()[short].texts) == said()


@pytest.mark.parametrize("short", TRANSLATED)
def test_every_setting_s_meaning_and_source_is_translated_authors_aside(short):
    declared = settings(World)
    sources = {part for setting in declared for part in setting.source.split("; ") if part}
    authors = {part for part in sources if part == "[A]" or re.fullmatch(r"[A-Z][A-Za-z, &.]+ \d{4}", part)}
    assert set(languages()[short].settings) == {setting.meaning for setting in declared} | (sources - authors)


@pytest.mark.parametrize("short", TRANSLATED)
def test_a_translation_fills_in_the_same_names_and_has_the_same_markup(short):
    for english, translated in languages()[short].texts.items():
        assert names_in(translated) == names_in(english), english
        assert tags_in(translated) == tags_in(english), english


@pytest.mark.parametrize("short", ["en", *TRANSLATED])
def test_no_text_is_translated_twice(short):
    class Strict(yaml.SafeLoader):
        pass

    def mapping(loader, node):
        keys = [loader.construct_object(key) for key, _ in node.value]
        assert len(keys) == len(set(keys)), [key for key in keys if keys.count(key) > 1]
        return dict(zip(keys, (loader.construct_object(value, deep=True) for _, value in node.value), strict=True))

    Strict.add_constructor("tag:yaml.org,2002:map", mapping)
    yaml.load((FOLDER / f"{short}.yaml").read_text(encoding="utf-8"), Loader=Strict)


@pytest.mark.parametrize("short", TRANSLATED)
def test_every_metric_has_a_label_of_its_own_in_every_language(short):
    labels = [metric.label[short] for metric in METRICS.values()]
    assert len(set(labels)) == len(labels)


def test_a_language_is_spoken_until_its_block_ends_even_if_it_fails():
    seen = []

    def failing():
        with speaking("es"):
            seen.append((short_name(), spoken().name))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    assert seen == [("es", "Español")]
    assert short_name() == "en"


def test_an_unknown_language_is_refused_with_the_nearest():
    with pytest.raises(BadInput, match=r"language = ez.*en, es, zh"), speaking("ez"):
        pass


def test_numbers_and_dates_are_written_as_the_language_does():
    written = {}
    for short in languages():
        with speaking(short):
            amounts = (digits(-1234.56, 1), wording.money(1.29e6), wording.percent(0.125, 1), day(date(1997, 9, 3)))
            written[short] = (*amounts, wording.span(Interval(0.1, -0.02, 0.22), "churn_rate"), wording.duration(1))
    assert written["en"] == ("−1,234.6", "1.29 m", "12.5 %", "1997-09-03", "−2.00 to +22.0 pts", "1 year")
    assert written["es"] == ("−1.234,6", "1,29 M", "12,5 %", "3/9/1997", "de −2,00 a +22,0 pp", "1 año")
    assert written["zh"] == ("−1,234.6", "129万", "12.5%", "1997年9月3日", "−2.00 至 +22.0 个百分点", "1年")


@pytest.mark.parametrize("short", ["en", *TRANSLATED])
@given(value=st.floats(-1e9, 1e9), places=st.integers(0, 3))
def test_a_number_can_be_read_back(short, value, places):
    with speaking(short):
        written = digits(value, places)
        decimal, group = spoken().decimal, spoken().group
    read = float(written.replace("−", "-").replace(group, "").replace(decimal, "."))
    assert read == pytest.approx(value, abs=0.5 * 10**-places + 1e-6)


def test_one_and_many_are_told_apart():
    with speaking("es"):
        texts = [plural("{count} year", "{count} years", count) for count in (1, 2, 1200)]
    assert texts == ["1 año", "2 años", "1.200 años"]


def test_what_is_filled_in_is_never_filled_in_again():
    assert say("“{name}”", name="{0} {{x}} %s") == "“{0} {{x}} %s”"
