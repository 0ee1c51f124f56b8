"""Twins in words: names of fates, figures and readings, and the sentences that say what came of an arm."""

from analysis import wording
from analysis.language import digits, say
from analysis.naive import AGAINST_BEFORE, AGAINST_OTHERS, Reading
from analysis.statistics import Interval
from analysis.twins import NEWCOMERS, Effect, Twins


def fate(name: str) -> str:
    """Return the name of a fate for people."""
    return {
        "saved": say("Saved"),
        "lost": say("Lost because of it"),
        "subsidised": say("Subsidised"),
        "moved": say("Moved"),
        "saved_indirectly": say("Saved indirectly"),
        "lost_indirectly": say("Lost indirectly"),
        "moved_indirectly": say("Moved indirectly"),
        "unmoved": say("Unmoved"),
    }[name]


def meaning(name: str) -> str:
    """Return what a fate means, for people."""
    return {
        "saved": say("reached by a program; a customer at the end only with it"),
        "lost": say("reached by a program; a customer at the end only without it"),
        "subsidised": say("money was spent on them, and they stay and buy as they would have anyway"),
        "moved": say("reached by a program; they buy, feel or wait otherwise"),
        "saved_indirectly": say("not reached; a customer at the end only through what changed around them"),
        "lost_indirectly": say("not reached; lost through what changed around them"),
        "moved_indirectly": say("not reached; a queue or a message changed something for them, however little"),
        "unmoved": say("the same life"),
    }[name]


def figure(name: str) -> str:
    """Return the name of a figure of `Effect` for people."""
    return {
        "profit": say("Profit"),
        "customers": say("Customers at the end"),
        "satisfaction": say("Satisfaction at the end"),
    }[name]


def tier(name: str) -> str:
    """Return the name of a value tier for people."""
    return {
        "top 20 %": say("Top 20 % by spend before"),
        "next 30 %": say("Next 30 %"),
        "lower 50 %": say("Lower 50 %"),
        NEWCOMERS: say("Not customers yet"),
    }[name]


def amount(interval: Interval, places: int = 0, *, signed: bool = False) -> str:
    """Write "12.3 ± 0.4", or the mean alone where there is no interval, or no luck in it."""
    if interval.mean is None:
        return wording.MISSING
    rounded = round(interval.mean, places) + 0.0  # no "−0"
    mean = ("+" if signed and rounded > 0 else "") + digits(rounded, places)
    return mean if not interval.half_width else f"{mean} ± {digits(interval.half_width, places)}"


def people(twins: Twins) -> str:
    """Say how many were kept, lost and paid for nothing."""
    heads = {name: digits(group.people.mean or 0.0) for name, group in twins.everybody.fates.items()}
    words = {"arm": wording.title(wording.quoted(twins.arm)), **heads}
    if twins.reached:
        return say(
            "{arm} keeps {saved} of the people whom it reaches and who would have left, and loses {lost} who would have"
            " stayed; {subsidised} are paid for what they would have done anyway.",
            **{name: words[name] for name in ("arm", "saved", "lost", "subsidised")},
        )
    return say(
        "{arm} reaches nobody by a program: {saved_indirectly} people stay who would have left, {lost_indirectly} leave"
        " who would have stayed, and {moved_indirectly} more live a little otherwise.",
        **{name: words[name] for name in ("arm", "saved_indirectly", "lost_indirectly", "moved_indirectly")},
    )


def money(twins: Twins) -> str:
    """Say how the value moved makes the difference in profit."""
    return say(
        "Value moved over all people, {value}, and what belongs to nobody (payroll, hiring, fixed cost), {lines}, make"
        " the difference in profit: {difference}.",
        value=amount(twins.everybody.whole.money, signed=True),
        lines=amount(twins.firm_lines.money, signed=True),
        difference=amount(twins.difference.money, signed=True),
    )


def coupling() -> str:
    """Say what the heads hang on."""
    return say(
        "How many people share a fate depends on how the luck of the two lives is coupled; the value moved over all of"
        " them does not."
    )


def effect(found: Effect) -> str:
    """Say how much of a figure's change is direct, and how much goes through the queue."""
    return say(
        "{figure}: {total} in all; {direct} with every wait as in the reference, and {queue} through the queue.",
        figure=figure(found.figure),
        total=amount(found.total, _places(found), signed=True),
        direct=amount(found.direct, _places(found), signed=True),
        queue=amount(found.queue, _places(found), signed=True),
    )


def reading(found: Reading) -> str:
    """Say what a dashboard would have said of those reached, what is true, and what its mistake is called."""
    values = {
        "measure": measure(found.measure),
        "naive": _head(found, found.naive),
        "causal": _head(found, found.causal),
        "bias": _head(found, found.bias),
    }
    if found.kind == AGAINST_OTHERS:
        return say(
            "Those reached against other customers, {measure}: a dashboard reads {naive}, the program did {causal}."
            " The rest, {bias}, is selection (who is reached differs from others anyway, {selection}) and spill-over"
            " (others changed too, {spill}).",
            selection=_head(found, found.parts["selection"]),
            spill=_head(found, found.parts["spill-over"]),
            **values,
        )
    assert found.kind == AGAINST_BEFORE
    return say(
        "Those reached after against before, {measure}: a dashboard reads {naive}, the program did {causal}. The rest,"
        " {bias}, is drift: season, trend, leaving, and chance that evens out (regression to the mean).",
        **values,
    )


def measure(name: str) -> str:
    """Return what a reading measures, for people."""
    return {
        "margin": say("margin a head over the time watched"),
        "stayed": say("customers at the end, in points"),
        "spend": say("spend a head in twelve months"),
    }[name]


def _head(found: Reading, interval: Interval) -> str:
    """Write a reading; shares as points."""
    if found.measure == "stayed":
        interval = Interval(*(None if number is None else 100.0 * number for number in interval))
    return amount(interval, 1, signed=True)


def _places(found: Effect) -> int:
    return 2 if found.figure == "satisfaction" else 0
