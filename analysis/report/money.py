"""What each arm lays out and brings over the reference, and when it has paid back."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis import curves, wording
from analysis.comparison import Comparison
from analysis.language import digits, say

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Balance:
    """One arm's money over the reference, in words."""

    arm: str
    outlay: str
    profit: str
    returned: str
    payback: str


def balances(comparison: Comparison) -> list[Balance]:
    """Return the money of every arm but the reference; nothing where only one arm was run."""
    over = curves.over_reference(comparison.results, curves.cumulated_profit(comparison.results))
    if over is None:
        return []
    outlays, profits = comparison.cells("program_outlay"), comparison.cells("profit")
    found = []
    for arm in over.columns.get_level_values(0).unique():
        outlay, profit = outlays[arm].difference, profits[arm].difference
        # A ratio to next to nothing says nothing.
        returned = profit.mean / outlay.mean if profit.mean is not None and outlay.mean and outlay.mean >= 1 else None
        found.append(
            Balance(
                arm,
                wording.interval(outlay, "program_outlay"),
                wording.interval(profit, "profit", signed=True),
                wording.MISSING if returned is None else wording.signed_tick(round(returned, 2)),
                wording.sentences(*_payback(over[arm].dropna(axis=1))),
            )
        )
    return found


def money_terms() -> list[tuple[str, str]]:
    """Return the terms that are no outcome, with what they mean: return on outlay, payback."""
    return [
        (
            say("profit per outlay"),
            say(
                "profit over the reference in percent of the outlay over the reference: −100 % where nothing comes"
                " back, above zero where it has more than paid back"
            ),
        ),
        (
            say("paid back"),
            say(
                "time after which cumulated profit is above the reference’s for good, on the mean over replicates; in"
                " parentheses, how many replicates have paid back at the end"
            ),
        ),
    ]


def _payback(paths: "pd.DataFrame") -> Iterator[str]:
    """Say when the mean is paid back, and in how many of the replicates (columns)."""
    years, replicates = float(paths.index[-1]), paths.shape[1]
    mean = paths.mean(axis=1)
    if (mean == 0).all():
        yield say("nothing to pay back")
        return
    after = curves.payback(mean)
    if after is None:
        yield say("not within {duration}", duration=wording.duration(years))
    elif after == 0:
        yield say("from the start")
    else:
        yield say("after {duration}", duration=wording.duration(after))
    if replicates > 1:
        done = sum(curves.payback(paths[replicate]) is not None for replicate in paths)
        yield say("({count} of {total} replicates)", count=digits(done), total=digits(replicates))
