"""What the checks leave open: those that lack something here, and claims that the model is not held to, and why."""

from typing import NamedTuple

from analysis.validation.registry import checks


class Open(NamedTuple):
    """A claim that no verdict was given on.

    Attributes:
        claim: what might be asked of the model.
        why: what is lacking, or why it is not held to it.
    """

    claim: str
    why: str


NOT_HELD = (
    Open(
        "Purchases in total: nearer to the truth than the peers are",
        "CDNOW's customers buy 12 % more in the second half than the model and both its peers foretell. It would take a"
        " season, which nine months do not tell.",
    ),
    Open(
        "Callers who need not wait, when everybody's patience is drawn",
        "Replayed, the bank's log has 57 instead of 50 % of them: 1.1 points beyond the limit of 6. Agents' work"
        " between calls is not in the log; one wrap-up time stands for it.",
    ),
    Open(
        "Visits to a shop without a purchase, which an e-mail trial counts, too",
        "The model has purchases and calls; nobody only looks.",
    ),
    Open(
        "A gain by habit in catsup alone",
        "The likelihood of its held-out households is higher with habit, but by no more than luck explains; so was it"
        " in the half that is fitted.",
    ),
    Open(
        "The sizes of effects that [A] settings stand for",
        "Patterns test directions and shapes, in worlds whose settings the checks name. Sizes marked [A] are assumed:"
        " vary them.",
    ),
)


def not_run() -> list[Open]:
    """Return the claims of checks that lack something here, with how to get it."""
    lacking = ((check.claim, check.missing()) for check in checks().values())
    return [Open(claim, why) for claim, why in lacking if why is not None]


def as_dict() -> dict[str, list[dict[str, str]]]:
    """Return both lists as ``--json`` prints them."""
    return {"not_run": [each._asdict() for each in not_run()], "not_held_to": [each._asdict() for each in NOT_HELD]}
