"""Studies of worlds: compose them, run them, compare, store and show. ``sim`` never imports this package.

In Python and in notebooks::

    from analysis import compare

    answer = compare("points_or_service", replicates=20)
    answer.table(), answer.plot(), answer.twins(), answer.report()
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.workbench import Study, Ways, compare, opened, sweep

__all__ = ["Study", "Ways", "compare", "opened", "sweep"]


def __getattr__(name: str) -> Any:
    """Import the workbench when it is first asked for: the command's help needs none of it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from analysis import workbench

    return getattr(workbench, name)
