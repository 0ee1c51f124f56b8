"""Twins in words: names of fates, figures and readings, and the sentences that say what came of an arm."""

from analysis import wording
from analysis.language import say
from analysis.twins import FATES, FIRM_LINES, NEWCOMERS, Twins


def fate(name: str, *, reached: bool = True) -> str:
    """Return the name of a fate for people; where no program reaches anybody, the arm itself does it all."""
    return {
        "saved": say("Saved"),
        "lost": say("Lost because of it"),
        "subsidised": say("Subsidised"),
        "moved": say("Moved"),
        "saved_indirectly": say("Saved indirectly") if reached else say("Kept by it"),
        "lost_indirectly": say("Lost indirectly") if reached else say("Lost by it"),
        "moved_indirectly": say("Moved indirectly") if reached else say("Changed by it"),
        "unmoved": say("Unmoved"),
    }[name]


def meaning(name: str, *, reached: bool = True) -> str:
    """Return what a fate means, for people."""
    if not reached:
        return {
            "saved_indirectly": say("a customer at the end only with it"),
            "lost_indirectly": say("a customer at the end only without it"),
            "moved_indirectly": say(
                "something differs for them, however little, but not whether they are customers at the end"
            ),
        }.get(name, say("the same life"))
    return {
        "saved": say("reached by a program; a customer at the end only with it"),
        "lost": say("reached by a program; a customer at the end only without it"),
        "subsidised": say("money was spent on them; their custom and purchases are as they would have been anyway"),
        "moved": say("reached by a program; they buy, feel or wait otherwise"),
        "saved_indirectly": say("not reached; a customer at the end only through what changed around them"),
        "lost_indirectly": say("not reached; lost through what changed around them"),
        "moved_indirectly": say("not reached; a queue or a message changed something for them, however little"),
        "unmoved": say("the same life"),
    }[name]


def fates(twins: Twins) -> list[str]:
    """Return the fates that somebody has, in their order."""
    return [name for name in FATES if any(twins.everybody.fates[name].heads)]


def figure(name: str) -> str:
    """Return the name of a figure of `Effect` for people."""
    return {
        "margin": say("Margin of all persons"),
        FIRM_LINES: wording.title(say("lines that belong to nobody")),
        "customers": say("Customers at the end"),
        "satisfaction": say("Satisfaction at the end"),
    }[name]


def tier(name: str) -> str:
    """Return the name of a value tier for people."""
    return {
        "top 20 %": say("Top 20 % by spend before"),
        "next 30 %": say("Next 30 %"),
        "lower 50 %": say("Lower 50 %"),
        NEWCOMERS: say("No customers at the start"),
    }[name]


def people(twins: Twins) -> str:
    """Say how many were kept, lost and paid for nothing."""
    heads = {name: wording.heads(group.people) for name, group in twins.everybody.fates.items()}
    words = {"arm": wording.title(wording.quoted(twins.arm)), **heads}
    if twins.reached:
        return say(
            "{arm}, of the people whom it reaches: {saved} kept who would have left, {lost} lost who would have stayed,"
            " {subsidised} paid for what they would have done anyway.",
            **{name: words[name] for name in ("arm", "saved", "lost", "subsidised")},
        )
    return say(
        "{arm} reaches nobody by a program. Kept who would have left: {saved_indirectly}; lost who would have stayed:"
        " {lost_indirectly}; changed a little: {moved_indirectly}.",
        **{name: words[name] for name in ("arm", "saved_indirectly", "lost_indirectly", "moved_indirectly")},
    )


def coupling() -> str:
    """Say what the heads hang on."""
    return say(
        "How many people share a fate depends on how the luck of the two lives is coupled; the value moved over all of"
        " them does not."
    )


def tenths(twins: Twins) -> str:
    """Say how much value is moved a head in each tenth of the customers."""
    return say(
        "By tenths of customers, the highest spend before first, the value moved a head: {values}.",
        values="; ".join(wording.interval(part.whole.each, "profit", signed=True) for part in twins.deciles),
    )


def measure(name: str) -> str:
    """Return what a reading measures, for people."""
    return {
        "margin": say("margin a head over the time watched"),
        "stayed": say("customers at the end, in points"),
        "spend": say("spend a head in twelve months"),
    }[name]
