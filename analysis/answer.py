"""The answer of a study of one point: on a terminal, in a notebook, as tables, pictures, twins and a report."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import wording
from analysis.canvas import Picture
from analysis.comparison import Comparison
from analysis.messages import no_such
from analysis.report.report import write_report
from analysis.report.terminal import show_comparison, show_run
from analysis.store import Study
from sim.settings import BadInput

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from analysis.twins import Group


class Pictures(tuple[Picture, ...]):
    """Pictures that a notebook shows with their titles and notes."""

    def _repr_html_(self) -> str:
        return "".join(
            f"<h4>{escape(each.title)}</h4>{each.svg}<p><small>{escape(each.note)}</small></p>" for each in self
        )


@dataclass(frozen=True)
class Answer:
    """A study that was run: ``results`` are stored, the report is written.

    Attributes:
        comparison: the arms side by side.
        single: whether one world was run once, rather than arms compared.
    """

    comparison: Comparison
    single: bool

    @property
    def results(self) -> Study:
        """The tidy tables."""
        return self.comparison.results

    @property
    def failures(self) -> int:
        """Number of runs that failed."""
        return len(self.results.failures)

    @property
    def stopped(self) -> bool:
        """Whether the user stopped the study before all of its runs were done."""
        return not self.results.facts["complete"]

    @property
    def headline(self) -> str:
        """The answer in a sentence, and how sure it is in another."""
        verdict = self.comparison.verdict()
        years = float(self.results.periods["year"].max())
        said = (
            wording.headline(verdict, self.results.reference),
            wording.explanation(verdict, years, len(self.comparison.replicates)),
        )
        return " ".join(filter(None, said))

    def table(self, outcomes: Iterable[str] | None = None) -> "pd.DataFrame":
        """Return a row an outcome; for each arm its mean with a 95 % interval, and the paired difference likewise.

        Args:
            outcomes: names of metrics; those of the scenario if ``None``.

        Raises:
            BadInput: a name is no outcome of the study.
        """
        import pandas as pd

        names = list(self.results.facts["outcomes"] if outcomes is None else outcomes)
        for name in names:
            if name not in self.comparison.outcomes:
                raise no_such("outcome", "outcomes", name, self.comparison.outcomes)
        rows = {
            name: {
                (arm, column): value
                for arm, cell in self.comparison.cells(name).items()
                for column, value in {
                    **cell.mean.as_dict(),
                    **{f"difference_{end}": each for end, each in cell.difference.as_dict().items()},
                }.items()
            }
            for name in names
        }
        table = pd.DataFrame.from_dict(rows, orient="index").astype("float64")
        table.columns = pd.MultiIndex.from_tuples(list(table.columns), names=["arm", "figure"])  # type: ignore[arg-type]
        return table.rename_axis("outcome")

    def plot(self, *names: str) -> Pictures:
        """Return the report's pictures, or those of these names.

        Raises:
            BadInput: there is no such picture.
        """
        from analysis.pictures import all_pictures

        drawn = {picture.name: picture for picture in all_pictures(self.comparison)}
        for name in names:
            if name not in drawn:
                raise no_such("picture", "plot", name, list(drawn))
        return Pictures(drawn[name] for name in names or drawn)

    def twins(self) -> "pd.DataFrame":
        """Return for each arm how many people were saved, lost, paid for nothing ..., and the value moved in them.

        Heads and currency units, means over the replicates that keep people, with 95 % intervals; a last row an arm
        is the firm's lines that belong to nobody, so an arm's value sums to its profit difference.

        Raises:
            BadInput: the study keeps no people.
        """
        import pandas as pd

        from analysis.lives import twins_of

        found = twins_of(self.results)
        if not found:
            raise BadInput("twins: the study keeps no people; compare(..., 'twins=5') keeps those of 5 replicates")
        rows = {
            (arm, fate): _figures(group) for arm, each in found.items() for fate, group in each.everybody.fates.items()
        }
        for arm, each in found.items():
            rows[arm, "firm_lines"] = {
                f"value_{end}": amount for end, amount in each.firm_lines.money.as_dict().items()
            }
        table = pd.DataFrame.from_dict(rows, orient="index").astype("float64")
        table.index = pd.MultiIndex.from_tuples(table.index, names=["arm", "fate"])
        return table.sort_index(level="arm", sort_remaining=False)

    def report(self, language: str | None = None) -> Path:
        """Write the report, in the study's language or another, and return its path.

        Raises:
            BadInput: there is no such language.
        """
        return write_report(self.comparison, language or self.results.facts["language"])

    def as_dict(self) -> dict[str, Any]:
        """Return what ``--json`` prints: numbers, ``None`` where undefined."""
        if not self.single:
            return self.comparison.as_dict()
        study = self.results.facts
        return {
            "scenario": study["scenario"],
            "seed": study["seed"],
            "periods": int(self.results.periods["period"].max()),
            "folder": str(self.results.folder),
            "outcomes": {
                outcome: self.comparison.cells(outcome)[self.results.reference].mean.mean
                for outcome in self.comparison.outcomes
            },
        }

    def show(self, console: "Console") -> None:
        """Print the answer, the table and where the report is."""
        (show_run if self.single else show_comparison)(self.comparison, console)

    def _repr_html_(self) -> str:
        """Show the answer in a notebook: the sentence, and the means of the arms."""
        import pandas as pd

        means = self.table().xs("mean", axis=1, level="figure")
        rows = {
            wording.label(str(name)): {arm: wording.number(value, str(name)) for arm, value in row.items()}
            for name, row in means.iterrows()
        }
        shown = pd.DataFrame.from_dict(rows, orient="index")
        return f"<p><strong>{escape(self.headline)}</strong></p>{shown.to_html()}"


def _figures(group: "Group") -> dict[str, float | None]:
    people = {f"people_{end}": value for end, value in group.people.as_dict().items()}
    return people | {f"value_{end}": value for end, value in group.money.as_dict().items()}
