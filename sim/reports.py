"""Reports: what a market remembers of its periods, and the figures that follow."""

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.call_center.rules import CHANNELS
from sim.equity import Equity, Year, expected_value
from sim.figures import Columns
from sim.kernel import loop
from sim.ledger import Account, Kept
from sim.metrics import METRICS
from sim.payback import Payback
from sim.people.columns import NOBODY
from sim.people.experience import Incident, Incidents
from sim.people.moves import Moves, Reason
from sim.registry import registered
from sim.trade import Sales

if TYPE_CHECKING:
    import pandas as pd

    from sim.firms.firm import Firm
    from sim.market import Market

_COSTS = {  # figure of the books: the accounts that make it
    "direct_cost": (Account.DIRECT_COST,),
    "reward_cost": (Account.REWARD_COST, Account.BREAKAGE),
    "service_cost": (Account.SERVICE_COST,),
    "program_cost": (Account.PROGRAM_COST,),
    "outreach_cost": (Account.OUTREACH_COST,),
    "acquisition_cost": (Account.ACQUISITION_COST,),
    "fixed_cost": (Account.FIXED_COST,),
}


_STATES = {  # column of `Reports.persons`, and the state of a relationship at the start that it tells
    "spend_before": "recent_spend",
    **{f"{name}_before": name for name in ("satisfaction", "commitment", "habit", "problem", "since", "tenure")},
}


def spread_of_value(value: NDArray[np.float64]) -> dict[str, float]:
    """Return how unequally value (N,) is spread over customers, its positive part; and the negative part apart.

    Gini's coefficient is 2 sum_k k v_k / (n sum v) - (n + 1) / n over v in rising order: 0 all alike, 1 one has all.
    """
    positive = np.sort(np.maximum(value, 0.0))
    n, total = len(positive), float(positive.sum())
    if total <= 0.0:
        return dict.fromkeys(("top_20_share", "gini", "negative_share"), math.nan)
    return {
        "top_20_share": float(positive[n - math.ceil(0.2 * n) :].sum()) / total,
        "gini": 2.0 * float(np.arange(1, n + 1) @ positive) / (n * total) - (n + 1) / n,
        "negative_share": -float(np.minimum(value, 0.0).sum()) / total,
    }


@loop
def _count(
    incidents: Incidents,
    failure: int,
    failures: NDArray[np.int64],
    complaints: NDArray[np.int64],
    contacts: NDArray[np.int64],
) -> None:
    """Count each firm's failures, those that are brought to it, and all that is."""
    for row in range(incidents.firm.size):
        firm, failed, calls = incidents.firm[row], incidents.cause[row] == failure, incidents.calls[row]
        failures[firm] += failed
        complaints[firm] += failed and calls
        contacts[firm] += calls


class Reports:
    """One row of counts per period and firm, and one per switch; and how the focal firm's equity goes.

    Attributes:
        equity: of the focal firm; None in a burn-in, and until the market is ready for its first watched period.
    """

    def __init__(self, market: "Market", kept: Kept) -> None:
        """Note who is there at the start."""
        self.market, self.kept = market, kept
        self.initial: NDArray[np.bool_] = market.people.customer.copy()
        self.ever: NDArray[np.bool_] = market.people.customer.copy()
        focal, states = market.firm().number, _STATES if kept != "figures" else {}
        self.before = {name: getattr(market.people, state)[:, focal].copy() for name, state in states.items()}
        self.payback = Payback(len(self.initial))
        self.equity: Equity | None = None
        self.rows: list[list[dict[str, float]]] = [[] for _ in market.firms]
        self.switches: list[dict[str, NDArray[np.int64]]] = []

    def note(self, sales: list[Sales], incidents: Incidents, census: dict[str, NDArray[np.float64]]) -> None:
        """Note a period, before the ledger closes it; ``sales`` by firm."""
        market = self.market
        focal = market.firm().number
        customer = market.people.customer
        self.payback.note(customer[:, focal] & ~self.ever[:, focal], market.ledger.margin_now[:, focal])
        self.ever |= customer
        self._note_switches(market.crowd.moves)
        count = self._incidents(incidents)
        rows = [
            {name: float(figure[firm.number]) for name, figure in census.items()}
            | self._leavers(firm)
            | {"purchases": float(own.purchases)}
            | {name: float(figure[firm.number]) for name, figure in count.items()}
            | self._service(firm)
            | self._money(firm, own)
            for firm, own in zip(market.firms, sales, strict=True)
        ]
        for name in ("customers", "revenue"):
            whole = sum(row[name] for row in rows)
            for row in rows:
                row[f"all_{name}"] = whole
        for firm, row in zip(market.firms, rows, strict=True):
            self.rows[firm.number].append(row | dict.fromkeys(Year._fields, math.nan))
        if self.equity is not None:
            own = rows[focal]
            self.equity.note(own["profit"] + own["fixed_cost"], market.ledger.payroll[focal] / 100.0)

    def close_year(self) -> None:
        """Appraise the focal firm's equity if a year, or the watch, is just over."""
        market = self.market
        over = (market.period - market.begins) % market.world.calendar.per_year == 0
        if self.equity is not None and (over or market.done):
            self.rows[self.equity.firm.number][-1].update(self.equity.close_year()._asdict())

    def _note_switches(self, moves: Moves) -> None:
        who = np.flatnonzero(moves.moved)
        names = ("origin", "destination", "cause", "second_cause")
        columns = {name: getattr(moves, name)[who].astype(np.int64) for name in names}
        self.switches.append({"period": np.full(len(who), len(self.switches) + 1), "person": who} | columns)

    def _leavers(self, firm: "Firm") -> dict[str, float]:
        switches = self.switches[-1]
        causes = np.bincount(switches["cause"][switches["origin"] == firm.number], minlength=len(Reason))
        by_cause = {f"left_by_{reason.name.lower()}": float(causes[reason]) for reason in Reason if reason}
        return by_cause | {"leavers": float(causes.sum())}

    def _incidents(self, incidents: Incidents) -> dict[str, NDArray[np.int64]]:
        names = ("failures", "complaints", "own_contacts")
        counts = np.zeros((len(names), len(self.market.firms)), np.int64)
        _count(incidents, int(Incident.FAILURE), *counts)
        return dict(zip(names, counts, strict=True))

    def _service(self, firm: "Firm") -> dict[str, float]:
        center = self.market.centers[firm.number]
        count = {name: float(value) for name, value in center.tally.items()}
        full_time = center.settings.agents.hours_per_week * 52.0 * self.market.now.dt
        count["full_time_hours"] = full_time if center.settings.kind == "own" else 0.0
        settings = center.settings
        count["hiring_cost"] = count["hires"] * settings.turnover.hiring_cost / settings.customers_represented
        own = settings.kind == "own"
        payroll = self.market.ledger.payroll[firm.number] / 100.0 * settings.customers_represented
        minute = payroll / count["busy_minutes"] if own and count["busy_minutes"] else 0.0
        price = settings.tools_per_contact if own else settings.benchmark.price_per_contact
        for channel in CHANNELS:
            busy, handled = count[f"busy_minutes_{channel}"], count[f"handled_{channel}"]
            count[f"cost_{channel}"] = busy * minute + handled * price
        count["waited"] = count["answered"] + count["abandoned"]
        return count

    def _money(self, firm: "Firm", own: Sales) -> dict[str, float]:
        ledger, number = self.market.ledger, firm.number
        money = {
            name: sum(ledger.flow(number, account) for account in accounts) / 100.0 for name, accounts in _COSTS.items()
        }
        weight = ledger.discount(self.market.year + self.market.now.dt)
        outlay = (
            money["reward_cost"]
            + money["program_cost"]
            + money["outreach_cost"]
            + ledger.payroll[number] / 100.0
            + own.cuts
        )
        return money | {
            "revenue": -ledger.flow(number, Account.REVENUE) / 100.0,
            "gross_margin": -(ledger.flow(number, Account.REVENUE) + ledger.flow(number, Account.DIRECT_COST)) / 100.0,
            "profit": ledger.profit(number) / 100.0,
            "profit_discounted": ledger.profit(number) / 100.0 * weight,
            "cash_profit": ledger.flow(number, Account.CASH) / 100.0,
            "reward_cash": ledger.reward_cash[number] / 100.0,
            "points_liability": -ledger.balance[number, Account.POINTS_LIABILITY] / 100.0,
            "breakage": -ledger.flow(number, Account.BREAKAGE) / 100.0,
            "price_cuts": own.cuts,
            "outlay": outlay * weight,
        }

    # --- what they say ------------------------------------------------------------------------------------------------

    def counts(self, firm: "Firm") -> Columns:
        """Return the counts of a firm by name, one entry a period.

        Raises:
            RuntimeError: no period was lived yet.
        """
        rows = self.rows[firm.number]
        if not rows:
            raise RuntimeError("no period was lived yet: call step() or run() first")
        return {name: np.array([row[name] for row in rows]) for name in rows[0]}

    def periods(self) -> "pd.DataFrame":
        """Return one row per period and firm: period (from 1), year (its end), firm, the figures and their counts."""
        import pandas as pd

        return pd.DataFrame(self.by_period())

    def by_period(self) -> dict[str, NDArray[Any]]:
        """Return the columns of `periods`."""
        dt = self.market.world.calendar.dt
        firms = sorted(self.market.firms, key=lambda firm: firm.name)
        each = [self.counts(firm) for firm in firms]
        counts = {name: np.stack([columns[name] for columns in each], axis=1).ravel() for name in each[0]}
        stretches = {name: column[np.newaxis] for name, column in counts.items()}  # of one period and firm each
        figures = {name: metric.rule(stretches, dt) for name, metric in METRICS.items() if metric.rule}
        number = np.repeat(np.arange(1, len(self.rows[0]) + 1), len(firms))
        names = np.array([firm.name for firm in firms] * len(self.rows[0]), object)
        head = {"period": number, "year": number * dt, "firm": names}
        others = {name: column for name, column in counts.items() if name not in figures}
        return head | figures | others

    def outcomes(self, firm: "Firm") -> dict[str, float | None]:
        """Return the figures of the whole run for a firm; None where undefined."""
        counts = self.counts(firm)
        dt = self.market.world.calendar.dt
        by_rule = {name: float(metric.rule(counts, dt)) for name, metric in METRICS.items() if metric.rule}
        figures = by_rule | self._worth(firm)
        return {name: None if math.isnan(figures[name]) else figures[name] for name in METRICS}

    def _worth(self, firm: "Firm") -> dict[str, float]:
        """Return the figures that come from persons; NaN where undefined."""
        market, number = self.market, firm.number
        value = market.ledger.value[:, number]
        if market.ledger.only not in (None, number):
            value = np.full(len(value), np.nan)
        ever, initial = self.ever[:, number], self.initial[:, number]
        future = self.expected_value(firm)
        now = market.people.customer[:, number]
        for_good = expected_value(market, firm, returns=False)
        return {
            "customer_equity": float(future[now].sum()),
            "prospect_equity": float(future[~now].sum()),
            "lifetime_value": math.nan,  # simulated forward only when asked for: `sim.forward`
            "lifetime_value_formula": float(for_good[now].mean()) if now.any() else math.nan,
            "value_per_person": float(value.sum() / len(value)),
            "value_per_initial_customer": float(value[initial].mean()) if initial.any() else math.nan,
            "value_per_customer": float(value[ever].mean()) if ever.any() else math.nan,
            **self._returns(firm),
            **spread_of_value(value[ever]),
        }

    def _returns(self, firm: "Firm") -> dict[str, float]:
        equity = self.equity if self.equity is not None and self.equity.firm is firm else None
        return {
            "return_on_customer": equity.return_on_customer if equity else math.nan,
            "return_on_present_customers": equity.return_on_present_customers if equity else math.nan,
            "payback_months": self.payback.months(self.market.now.dt) if equity else math.nan,
        }

    def expected_value(self, firm: "Firm") -> NDArray[np.float64]:
        """Return what each person is worth to the firm from now on (N,), currency units: see ``sim.value``."""
        equity = self.equity
        if equity is not None and equity.firm is firm and equity.asked_in == self.market.period:
            return equity.now
        return expected_value(self.market, firm)

    def events(self) -> "pd.DataFrame":
        """Return one row per switch: period, person, origin, destination, cause, second_cause."""
        import pandas as pd

        names = {NOBODY: "none"} | {firm.number: firm.name for firm in self.market.firms}
        reasons = {int(reason): reason.name.lower() for reason in Reason}
        words = {"origin": names, "destination": names, "cause": reasons, "second_cause": reasons}
        columns: dict[str, Any] = {}
        for name in ("period", "person", *words):
            numbers = np.concatenate([part[name] for part in self.switches])
            columns[name] = _in_words(numbers, words[name]) if name in words else numbers
        return pd.DataFrame(columns)

    def persons(self, firm: "Firm") -> "pd.DataFrame":
        """Return one row per person: value to the firm, custom at start and end, and what passed between the two.

        ``margin_cents`` of all persons and `Ledger.unallocated` make the firm's profit. ``given_cents`` is what
        programs spent on the person (rewards accrued less breakage, compensation, messages), ``cut_cents`` what they
        took off prices. ``spend_before`` and ``spend_after`` are spends that fade over twelve months, as the firm
        knows them at the start and at the end of the watch, currency units. ``*_before`` are the person's figures at
        the start: states of the relationship, 0-1 and years, and what it was worth (the focal firm's alone: NaN).
        ``reached_*`` say whom each program that there is offered, said or gave something (nobody, where the firm does
        not have it), ``reached`` whom any did.

        Raises:
            RuntimeError: the market keeps no such books.
        """
        import pandas as pd

        market, number = self.market, firm.number
        if market.ledger.only not in (None, number):
            raise RuntimeError(f"persons of {firm.name}: this market keeps books of {market.firm().name} alone")
        if self.kept == "figures":
            raise RuntimeError(f"persons of {firm.name}: this market keeps what its figures take, and no persons")
        reached = _reached(firm, len(self.initial))
        dealings, ledger = market.dealings, market.ledger
        return pd.DataFrame(
            {
                "person": np.arange(len(market.people.entry)),
                "value": ledger.value[:, number],
                "margin_cents": ledger.margin[:, number],
                "expected_value": self.expected_value(firm),
                "expected_value_before": self._at_start(firm, self.equity.start if self.equity else None),
                "initial_customer": self.initial[:, number],
                "ever_customer": self.ever[:, number],
                "customer": market.people.customer[:, number],
                "satisfaction": 100.0 * market.people.satisfaction[:, number].astype(np.float64),
                "tenure_years": market.people.tenure[:, number].astype(np.float64),
                "segment": market.people.segment,
                "reached": np.any(list(reached.values()), axis=0),
                **{f"reached_{name}": column for name, column in reached.items()},
                "given_cents": ledger.given[number],
                "cut_cents": dealings.cuts[number],
                "purchases": dealings.purchases[number].astype(np.int64),
                "spend_cents": dealings.spend[number],
                "contacts": dealings.contacts[number].astype(np.int64),
                "wait_minutes": dealings.waits[number],
                "spend_after": market.people.recent_spend[:, number],
                **{name: self._at_start(firm, column) for name, column in self.before.items()},
            }
        )

    def _at_start(self, firm: "Firm", column: NDArray[Any] | None) -> NDArray[Any]:
        """Return a column of the start (N,): kept of the focal firm alone, NaN for others."""
        return column if column is not None and firm is self.market.firm() else np.full(len(self.initial), np.nan)


def _reached(firm: "Firm", people: int) -> dict[str, NDArray[np.bool_]]:
    """Return whom (N,) each registered program of a firm reached: all firms and arms have the same columns."""
    nobody = np.zeros(people, np.bool_)
    return {name: firm.programs[name].reached if name in firm.programs else nobody for name in registered("programs")}


def _in_words(numbers: NDArray[np.int64], words: dict[int, str]) -> "pd.Categorical[str]":
    """Return numbers by their words; the categories are those that occur, in the order of the alphabet."""
    import pandas as pd

    least = min(words)
    occurs = np.flatnonzero(np.bincount(numbers - least)) + least
    ordered = sorted(occurs.tolist(), key=words.__getitem__)
    code = np.zeros(max(words) - least + 1, np.int64)
    code[np.array(ordered, np.int64) - least] = np.arange(len(ordered))
    return pd.Categorical.from_codes(
        code[numbers - least], pd.Index([words[number] for number in ordered], dtype="str")
    )
