"""Files and folders that are written whole or not at all."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from sim.settings import BadInput


def write_text(path: Path, text: str) -> None:
    """Write a text file under a temporary name, then rename it: readers see the old file or the new one."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file under a temporary name, then rename it."""
    scratch = path.with_name(f".{path.name}.new")
    scratch.write_bytes(content)
    scratch.replace(path)


@contextlib.contextmanager
def replacing(folder: str | Path, card: str, what: str) -> Iterator[Path]:
    """Give a scratch folder that takes the place of ``folder`` when all is written: whole or not at all.

    Args:
        folder: the folder; one of the same kind that is there already is replaced.
        card: the file by which a folder of this kind is known.
        what: the kind, for the message.

    Raises:
        BadInput: the path holds something else.
    """
    target = Path(folder)
    if target.exists() and not (target / card).is_file():
        raise BadInput(f"folder: {target} exists and is no {what}; give a new name")
    target.parent.mkdir(parents=True, exist_ok=True)
    draft, replaced = (target.with_name(f".{target.name}.{os.getpid()}.{part}") for part in ("new", "old"))
    draft.mkdir()
    try:
        yield draft
        if target.exists():
            target.rename(replaced)
        draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        shutil.rmtree(replaced, ignore_errors=True)
