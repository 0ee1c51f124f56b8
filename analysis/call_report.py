"""A call log made ready for a world: its settings, its report, and the lines that could not be used, in one folder."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from analysis import call_pictures as pictures
from analysis.call_fit import SHORT, CallFit, fit
from analysis.call_log import ABANDONED, IN_MENU, CallLog
from analysis.call_returns import REDIAL_WINDOW, REPEAT_WINDOW
from analysis.files import replacing
from analysis.report.page import Page, Table
from analysis.report.report import Card
from analysis.statistics import Estimate

CARD = "settings.yaml"


@dataclass(frozen=True, eq=False)
class CallStudy:
    """A call log with everything that was fitted on it."""

    log: CallLog
    fit: CallFit

    @classmethod
    def of(cls, log: CallLog) -> "CallStudy":
        """Fit the log.

        Raises:
            BadInput: the log is too short.
        """
        return cls(log, fit(log))

    def save(self, folder: str | Path) -> None:
        """Write `settings.yaml`, `report.html` and `bad_rows.parquet` to a folder, whole or not at all.

        Raises:
            BadInput: the path holds something else than an imported call log.
        """
        with replacing(folder, CARD, "imported call log") as draft:
            head = (
                f"# A firm's call_center settings, fitted on {self.log.source}, {self.log.first} to {self.log.last}.\n"
                f"# Use: ecrm run {shlex.quote(f'calls={folder}')}; what the log does not tell keeps its default.\n"
            )
            body = yaml.safe_dump(self.fit.settings(), sort_keys=False, default_flow_style=None, width=110)
            (draft / CARD).write_text(head + body, encoding="utf-8")
            (draft / "report.html").write_text(self.page(folder).render(), encoding="utf-8")
            self.log.bad.to_parquet(draft / "bad_rows.parquet")

    def summary(self) -> str:
        """Return what was read and fitted, in a few lines."""
        offered = self.log.offered
        return (
            f"{len(offered):,} calls of {self.log.source} sought an agent, {self.log.first} to {self.log.last}: "
            f"{_percent(float((offered['outcome'] == ABANDONED).mean()))} hung up, "
            f"{_percent(float((offered['wait'] == 0).mean()))} had no wait, mean wait {offered['wait'].mean():.1f} s\n"
            f"{int((self.log.calls['outcome'] == IN_MENU).sum()):,} left in the menu; "
            f"{len(self.log.bad):,} lines not used\n"
        ) + "\n".join(f"{name}: {value} {detail}".rstrip() for name, value, detail in self.rows())

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """Yield name, value and basis of every estimate."""
        arrivals, handle, patience = self.fit.arrivals, self.fit.handle, self.fit.patience
        days = f"{arrivals.days[0]}–{arrivals.days[-1]}" if len(arrivals.days) > 1 else arrivals.days[0]
        yield "opening", f"{days}, {arrivals.opens}:00 to {arrivals.closes}:00", ""
        yield "spread of days", *_said(arrivals.spread, "", "days")
        yield "handle time, mean", *_said(handle.mean, " minutes", "answered calls")
        yield "handle time, log sd", *_said(handle.log_sd, "", f"calls of at least {SHORT:g} s")
        if patience is None:
            yield "patience", "not told", "(fewer than ten hung up)"
        else:
            yield "patience, mean (Weibull)", f"{patience.mean:.4g} minutes", f"({patience.shape.n:,} hung up)"
            yield "patience, shape", *_said(patience.shape, "", "hung up")
            yield "patience, mean (exponential)", *_said(patience.exponential_mean, " minutes", "hung up")
        returns = (("redial", self.fit.redial, 60.0, "minutes"), ("repeat", self.fit.repeat, 86_400.0, "days"))
        for name, found, unit, word in returns:
            if found is None:
                yield f"{name}, share", "not told", "(no customers in the log, or nothing beyond chance)"
            else:
                yield f"{name}, share", *_said(found.share, "", "calls")
                yield f"{name}, mean delay", f"{found.delay / unit:.3g} {word}", ""

    def page(self, folder: str | Path) -> Page:
        """Return the report's page."""
        log, found = self.log, self.fit
        offered = log.offered
        drawn = [
            pictures.by_hour(found.arrivals),
            pictures.by_weekday(found.arrivals),
            pictures.busyness(found.arrivals),
            pictures.handle_time(log, found.handle),
            *([pictures.patience(found.patience)] if found.patience is not None else []),
        ]
        cards = [
            Card("Calls that sought an agent", f"{len(offered):,}", f"{log.first} to {log.last}"),
            Card("Hung up", _percent(float((offered["outcome"] == ABANDONED).mean())), "of them"),
            Card("Without a wait", _percent(float((offered["wait"] == 0).mean())), "of them"),
            Card("Mean wait", f"{offered['wait'].mean():.1f} s", "over all of them"),
            Card("Lines not used", f"{len(log.bad):,}", "kept in bad_rows.parquet"),
        ]
        rows = [(name, value, detail.strip("()")) for name, value, detail in self.rows()]
        return Page(
            name="A call log",
            headline=f"{len(offered):,} callers of {Path(log.source).name}, as settings of a call center",
            explanation="Gray and black is the log, blue is the law that takes its place in a simulated center.",
            cards=cards,
            pictures=drawn,
            table=Table("What was fitted", ("", "estimate ± standard error", "from"), rows, _bad_rows(log)),
            notes=list(self._notes()),
            command_title="Use it",
            command=shlex.join(["ecrm", "run", f"calls={folder}"]),
        )

    def _notes(self) -> Iterator[str]:
        arrivals, redial, repeat = self.fit.arrivals, self.fit.redial, self.fit.repeat
        yield (
            "A weekday is open if calls are answered on at least half of its dates, an hour if on at least half of the "
            "open dates; the settings have one opening window for all days and one profile of hours."
        )
        if arrivals.missing:
            days = ", ".join(map(str, arrivals.missing[:10]))
            yield f"Without a call, and left out: {days}{', ...' if len(arrivals.missing) > 10 else ''}."
        if redial is not None:
            yield (
                f"Redial: share of those who hung up who call again within {REDIAL_WINDOW / 3600:g} hours, beyond the "
                f"{_percent(redial.base)} of served callers who do."
            )
        if repeat is not None:
            yield (
                f"Repeat: share of served callers who call again within {REPEAT_WINDOW / 86_400:g} days, beyond the "
                f"{_percent(repeat.base)} who call in the same days a week later. The setting is the chance of those "
                "whose problem stayed open; the log does not tell who they are, so the share is divided by the default "
                "settings’ chance that a call solves nothing."
            )


def _said(estimate: Estimate, unit: str, of: str) -> tuple[str, str]:
    error = "" if estimate.error is None else f" ± {estimate.error:.2g}"
    return f"{estimate.value:.4g}{error}{unit}", f"({estimate.n:,} {of})"


def _bad_rows(log: CallLog) -> str:
    if log.bad.empty:
        return "Every line of the log was used."
    reasons = log.bad["why"].value_counts().head(5)
    return "Lines not used: " + "; ".join(f"{count:,} × {why}" for why, count in reasons.items()) + "."


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
