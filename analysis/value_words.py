"""Names of bands, tiers and indicators of value for people."""

from analysis.language import say


def band(name: str) -> str:
    """Return the name of a band of tenure for people."""
    return {
        "up to 1 year": say("up to 1 year"),
        "1 to 2 years": say("1 to 2 years"),
        "2 to 5 years": say("2 to 5 years"),
        "5 years on": say("5 years on"),
    }[name]


def tier(name: str) -> str:
    """Return the name of a tier of expected value, or of what is none, for people."""
    return {
        "top 20 %": say("top 20 %"),
        "next 30 %": say("next 30 %"),
        "rest": say("rest"),
        "lost": say("lost"),
        "new": say("joined or came back"),
    }[name]


def indicator(name: str) -> str:
    """Return the name of a leading indicator for people."""
    return {
        "satisfaction": say("satisfaction"),
        "commitment": say("commitment"),
        "habit": say("habit"),
        "open problem": say("open problem"),
        "tenure": say("tenure"),
        "time since purchase": say("time since purchase"),
        "spend of last year": say("spend of last year"),
    }[name]
