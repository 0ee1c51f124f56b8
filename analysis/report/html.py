"""From templates and texts to one HTML file: nothing in it is loaded from anywhere, and text is escaped."""

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.canvas import Picture
from analysis.language import day, digits, say, spoken
from analysis.wording import readable

NO_BREAK = "\N{NO-BREAK SPACE}"
LOOSE = re.compile(r"<(?P<whole>style|code)\b.*?</(?P=whole)>|(?P<loose>(?<=\d) %|± (?=\d))", re.DOTALL)

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup


def fill(template: str, **context: Any) -> str:
    """Return a template of this folder with its names filled in; text is escaped, an unknown name is an error."""
    return _unbroken(_environment().get_template(template).render(context, language=spoken()))


def _unbroken(page: str) -> str:
    """Return a page whose lines never end between a number and its sign (12 %, ± 3); what is to be copied stays."""
    return LOOSE.sub(lambda found: found[0].replace(" ", NO_BREAK) if found["loose"] else found[0], page)


def inline(picture: Picture) -> dict[str, str]:
    """Return a picture as a template takes it: its drawing is markup, its words are text."""
    from markupsafe import Markup

    return {"name": picture.name, "title": picture.title, "note": picture.note, "svg": Markup(picture.svg)}


def prose(text: str) -> "Markup":
    """Return a lesson (Markdown) as markup: headings, paragraphs, lists, emphasis and code.

    Markup in the text is shown as it is written, and there are no links or images: a lesson may come from a stranger.
    """
    from markdown_it import MarkdownIt
    from markupsafe import Markup

    reader = MarkdownIt("commonmark", {"html": False}).disable(["image", "link", "autolink", "reference"])
    tokens = reader.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h3"
    return Markup(reader.renderer.render(tokens, reader.options, {}))


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"say": _say, "plural": _plural, "day": day, "digits": digits, "readable": readable}
    return environment


def _say(text: str, **values: Any) -> "Markup":
    """Say a text of a template, which may hold markup; what is filled in is escaped."""
    from markupsafe import Markup

    return Markup(say(text)).format(**values)


def _plural(one: str, many: str, count: int, **values: Any) -> "Markup":
    return _say(one if count == 1 else many, count=digits(count), **values)
