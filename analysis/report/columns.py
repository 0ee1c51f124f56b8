"""Tables on a terminal, in as many blocks as its width asks for: no label and no number is ever cut."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

GAP = 3  # spaces between columns

type Cell = str | Text


def tables(
    heads: Sequence[str], rows: Sequence[tuple[str, Sequence[Cell]]], width: int, least: int = 0
) -> Iterator["Table"]:
    """Yield a table, or blocks of its columns below each other, each with the labels in front.

    Args:
        heads: of all columns, that of the labels first; without any there is no line of heads.
        rows: a label, which wraps between words, and its cells, whose lines are as they are.
        width: of the terminal, in signs.
        least: signs that labels are given at least, if any needs them.
    """
    from rich.cells import cell_len
    from rich.table import Table
    from rich.text import Text

    labels = [heads[0], *(label for label, _ in rows)]
    words = [cell_len(word) for label in labels for word in label.split()]
    first = max([*words, min(least, max(map(cell_len, labels)))])
    titles = [textwrap.fill(head, max(width - first - GAP, 1)) for head in heads[1:]]
    columns = [[title, *(str(cells[place]) for _, cells in rows)] for place, title in enumerate(titles)]
    wide = [max(cell_len(line) for text in column for line in text.split("\n")) for column in columns]
    for block in blocks(wide, width - first, GAP):
        table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), show_header=any(heads))
        table.add_column(Text(heads[0]))
        for place in block:
            table.add_column(Text(titles[place]), justify="right", no_wrap=True)
        for label, cells in rows:
            chosen = [cells[place] for place in block]
            table.add_row(Text(label), *(Text(cell) if isinstance(cell, str) else cell for cell in chosen))
        yield table


def blocks(wide: Sequence[int], room: int, gap: int) -> Iterator[list[int]]:
    """Yield the places of columns that fit side by side into a room, each after a gap; at least one at a time."""
    block: list[int] = []
    for place in range(len(wide)):
        if block and sum(wide[each] + gap for each in (*block, place)) > room:
            yield block
            block = []
        block.append(place)
    yield block
