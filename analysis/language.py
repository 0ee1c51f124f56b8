"""The language of what people read: texts, numbers and dates.

English texts stand in the code, where they are used: ``say("{count} of {total}", ...)``. A file a language in
``languages/`` gives each of them in that language, and how numbers and dates are written; adding a file adds a
language. The language is set for a stretch of work, ``with speaking("es"):``, and is English elsewhere.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from analysis.messages import no_such

FOLDER = Path(__file__).parent / "languages"


@dataclass(frozen=True)
class Language:
    """A language, as its file describes it.

    Attributes:
        code: BCP 47 tag, as in ``<html lang>``.
        name: what its speakers call it.
        decimal: sign before the decimals.
        group: sign between groups of three digits.
        date: how a date is written, with ``{day}``, ``{month}``, ``{year}``.
        large: how many make the unit of large amounts.
        texts: translation by English text; empty for English.
        settings: the same for the meanings and sources of settings.
    """

    code: str
    name: str
    decimal: str
    group: str
    date: str
    large: int
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)
    settings: Mapping[str, str] = field(default_factory=dict, repr=False)


@cache
def languages() -> dict[str, Language]:
    """Return every language by its short name (``en``, ``es``, ``zh``)."""
    files = {path.stem: path for path in sorted(FOLDER.glob("*.yaml"))}
    return {short: Language(**yaml.safe_load(path.read_text(encoding="utf-8"))) for short, path in files.items()}


_short: ContextVar[str] = ContextVar("language", default="en")


def short_name() -> str:
    """Return the short name of the language that is spoken now."""
    return _short.get()


def spoken() -> Language:
    """Return the language that is spoken now."""
    return languages()[_short.get()]


@contextmanager
def speaking(short: str) -> Iterator[Language]:
    """Speak a language until the block ends.

    Raises:
        BadInput: there is no such language.
    """
    if short not in languages():
        raise no_such("language", "language", short, list(languages()))
    token = _short.set(short)
    try:
        yield spoken()
    finally:
        _short.reset(token)


def say(text: str, **values: Any) -> str:
    """Return an English text in the language spoken now, its ``{names}`` filled in."""
    translated = spoken().texts.get(text, text)
    return translated.format(**values) if values else translated


def explain(text: str) -> str:
    """Return a setting's meaning, or a part of its source, in the language spoken now; names of authors stay."""
    return spoken().settings.get(text, text)


def plural(one: str, many: str, count: int, **values: Any) -> str:
    """Return one of two texts by a count, which is filled in as ``{count}``."""
    return say(one if count == 1 else many, count=digits(count), **values)


def digits(value: float, places: int = 0) -> str:
    """Write a number with its digits grouped: ``1,234.5``, ``1.234,5``."""
    return local(f"{value:,.{places}f}")


def local(number: str) -> str:
    """Give a number as Python writes it the signs of the language, and a true minus."""
    language = spoken()
    signs: dict[str, str | int | None] = {",": language.group, ".": language.decimal, "-": "−"}
    return number.translate(str.maketrans(signs))


def day(when: date) -> str:
    """Write a date."""
    return spoken().date.format(day=when.day, month=when.month, year=when.year)
