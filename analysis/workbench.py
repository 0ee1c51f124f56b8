"""The workbench in Python: ``from analysis import compare``."""

from collections.abc import Sequence

from analysis.answer import Answer
from analysis.carry_out import Ways
from analysis.scenario import plan
from analysis.store import Study
from analysis.study import answer, reported, swept
from analysis.sweep_table import SweepTable

__all__ = ["Answer", "Study", "Ways", "compare", "opened", "sweep"]


def compare(scenario: str, *words: str, replicates: int | None = None, ways: Ways = Ways()) -> Answer:
    """Compare the arms of a scenario: ``compare("points_or_service", replicates=20)``.

    A study that was run before is not run again; more replicates are added to it.

    Args:
        scenario: its name, or the path of a folder with one.
        words: as on the command line: ``"customers.count=5000"``, ``"folder=mine"``, ``"until=profit:1%"``.
        replicates: lives of each world; the scenario's own number if ``None``.
        ways: where runs are done and how many at once; it cannot change a result.

    Raises:
        BadInput: the scenario, a word or a setting is refused.
        StudyFailed: not one run was done.
    """
    return answer(plan(_words(scenario, words, replicates), "compare"), ways)


def sweep(scenario: str, *words: str, replicates: int | None = None, ways: Ways = Ways()) -> SweepTable:
    """Run a scenario over a grid or a sample: ``sweep("points_or_service", "firms.acme.price=0.9,1,1.1")``.

    Raises:
        BadInput: the scenario, a word or a setting is refused.
        StudyFailed: not one run was done.
    """
    return swept(plan(_words(scenario, words, replicates), "sweep"), ways)


def opened(folder: str) -> Answer:
    """Return the answer of a study folder, its report written anew.

    Raises:
        BadInput: the folder holds no study of one point.
    """
    from pathlib import Path

    return reported(Path(folder))


def _words(scenario: str, words: Sequence[str], replicates: int | None) -> list[str]:
    number = [] if replicates is None else [f"replicates={replicates}"]
    return [f"scenario={scenario}", *words, *number]
