"""What the default worlds should look like: each figure's band, and why it is wanted."""

from typing import Any, NamedTuple

from analysis.compose import from_groups, merge
from sim.world import World

GROUPS = {
    "telecom": {"market": "telecom", "customers": "telecom", "firms": "three_rivals"},
    "shop": {"market": "shop", "customers": "shop", "firms": "three_shops"},
}


def default(name: str, people: int | None = None, queue: bool = False, represented: float = 0.0, **time: Any) -> World:
    """Return a default world.

    Args:
        name: ``telecom`` or ``shop``.
        people: how many live in it; as many as its group says if ``None``.
        queue: whether the focal firm's calls are served one by one; else waits are drawn from figures, which is fast.
        represented: customers for whom each stands in that queue; 0: as the group says.
        time: settings of the calendar.
    """
    center: dict[str, Any] = {} if queue else {"kind": "benchmark"}
    center |= {"customers_represented": represented} if represented else {}
    settings: dict[str, Any] = {"calendar": time, "firms": {"acme": {"call_center": center}}}
    settings |= {"customers": {"count": people}} if people else {}
    return World.model_validate(merge(from_groups(GROUPS[name]), settings))


class Target(NamedTuple):
    """What a figure should be, and why: [P] published or custom, [A] assumed, [L] the purchase log itself."""

    figure: str
    low: float
    high: float
    wanted: str
    why: str
    digits: int = 3


_HALF_HOUR_ROUNDING = "80 %, and what rounding up to whole agents each half hour adds"
TARGETS: dict[str, tuple[Target, ...]] = {
    "telecom": (
        Target("share of customers: acme", 0.38, 0.42, "about .40", "[A]"),
        Target("share of customers: bolt", 0.31, 0.35, "about .33", "[A]"),
        Target("share of customers: cirrus", 0.25, 0.29, "about .27", "[A]"),
        Target("people without a firm (prospects)", 0.002, 0.05, "some", "[A]"),
        Target("churn_rate, a year", 0.18, 0.22, ".18-.22", "[P]"),
        Target("hazard of leaving in the first year together", 0.25, 0.60, "falling", "[P]"),
        Target("the same in years 2-3, of that in year 1", 0.3, 0.95, "below 1", "[P]"),
        Target("the same in years 4-6, of that in years 2-3", 0.3, 0.95, "below 1", "[P]"),
        Target("the same later, of that in years 4-6", 0.3, 0.95, "below 1", "[P]"),
        Target("choices reopened a year", 0.50, 0.60, ".50-.60", "[A]"),
        Target("satisfaction", 70, 75, "70-75", "[P]", 1),
        Target("satisfaction, standard deviation", 12, 15, "12-15", "[P]", 1),
        Target("satisfaction, 10th percentile", 51, 57, "about 54", "[A]", 1),
        Target("satisfaction, median", 72, 78, "about 75", "[A]", 1),
        Target("satisfaction, 90th percentile", 85, 91, "about 88", "[A]", 1),
        Target("revenue a customer-year", 465, 495, "480", "[A]", 0),
        Target("revenue, coefficient of variation", 0.36, 0.44, ".4", "[A]"),
        Target("gross margin", 0.49, 0.51, ".50", "[A]"),
        Target("contacts a customer-year", 4.0, 5.0, "4-5", "[A]", 2),
        Target("failures a customer-year", 0.57, 0.63, ".6", "[A]"),
        Target("voiced, of failures", 0.30, 0.35, ".30-.35", "[P]"),
        Target("handle time, minutes", 5.8, 6.2, "6", "[P]", 2),
        Target("mean wait / chance to hang up (mean patience), minutes", 2.8, 3.2, "3", "[A]", 2),
        Target("agents on duty, mean of opening hours", 12, 16, "about 14", "[A]", 1),
        Target("occupancy", 0.75, 0.85, ".75-.85", "[P]"),
        Target("service level (20 seconds)", 0.79, 0.86, _HALF_HOUR_ROUNDING, "[P]"),
        Target("a rival's cost per answered contact", 5.2, 5.3, "5.25", "[P]", 2),
        Target("own cost per contact", 3.5, 6.5, "near it", "[A]", 2),
        Target("agent turnover a year", 0.20, 0.45, ".30 (.20-.45)", "[P]"),
        Target("pay for a staffed hour", 20, 20, "20", "[A]", 0),
        Target("acquisition cost, months of margin", 6, 9, "6-9", "[A]", 1),
    ),
    "shop": (
        Target("share of orders that go elsewhere (outside option)", 0.01, 0.60, "some", "[A]"),
        Target("customers of a year who buy nothing in the next", 0.30, 0.50, ".30-.50", "[A]"),
        Target("churn_rate, a year", 0.30, 0.50, ".30-.50", "[A]"),
        Target("satisfaction", 76, 80, "76-80", "[P]", 1),
        Target("satisfaction, standard deviation", 12, 15, "12-15", "[A]", 1),
        Target("revenue a customer-year", 142, 158, "150", "[A]", 0),
        Target("top fifth's share of a year's revenue", 0.50, 0.65, ".50-.65", "[P]"),
        Target("gross margin", 0.24, 0.26, ".25", "[A]"),
        Target("contacts an order", 0.31, 0.36, "1 in 3", "[A]"),
        Target("failures an order", 0.037, 0.043, ".04", "[A]"),
        Target("voiced, of failures", 0.20, 0.30, ".20-.30", "[P]"),
        Target("handle time, minutes", 4.8, 5.2, "5", "[A]", 2),
        Target("mean wait / chance to hang up (mean patience), minutes", 2.8, 3.2, "3", "[A]", 2),
        Target("service level (30 seconds)", 0.79, 0.87, _HALF_HOUR_ROUNDING, "[P]"),
        Target("a rival's cost per answered contact", 5.2, 5.3, "5.25", "[P]", 2),
        Target("agent turnover a year", 0.20, 0.45, ".35 (.20-.45)", "[P]"),
        Target("pay for a staffed hour", 18, 18, "18", "[A]", 0),
        Target("acquisition cost, margins of an order", 1, 2, "1-2", "[A]", 2),
    ),
    "cdnow": (
        Target("people", 2357, 2357, "2,357", "[L]", 0),
        Target("orders in weeks 40-78", 1488, 1818, "1,653 (BG/NBD; the log: 1,882)", "[P]", 0),
        Target("people who buy nothing in weeks 40-78", 0.71, 0.77, ".738 (BG/NBD; the log: .710)", "[P]"),
        Target("spend an order", 34, 38, "36", "[L]", 1),
        Target("gross margin", 0.24, 0.26, ".25", "[A]"),
        Target("contacts an order", 0.31, 0.36, "1 in 3", "[A]"),
        Target("failures an order", 0.037, 0.043, ".04", "[A]"),
        Target("voiced, of failures", 0.20, 0.30, ".20-.30", "[P]"),
        Target("handle time, minutes", 4.8, 5.2, "5", "[A]", 2),
        Target("mean wait / chance to hang up (mean patience), minutes", 2.8, 3.2, "3", "[A]", 2),
        Target("service level (30 seconds)", 0.79, 0.87, ".80", "[P]"),
    ),
}
