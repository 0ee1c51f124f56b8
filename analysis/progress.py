"""Progress on stderr, so that stdout holds results alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def bar(total: int | None, doing: str, show: bool) -> Iterator[Callable[[], None]]:
    """Show a progress bar on stderr; the value given is to be called once for each step done."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()]
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not show) as shown:
        task = shown.add_task(doing, total=total)
        yield lambda: shown.advance(task)
