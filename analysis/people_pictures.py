"""The pictures of people beside themselves: value moved by fate, and uplift by what a firm knows beforehand."""

import numpy as np

from analysis import twin_words, wording
from analysis.canvas import MUTED, PALETTE, Picture, sheet, tick_format
from analysis.language import digits, say
from analysis.twins import FATES, Twins

GAIN, LOSS = PALETTE[0], PALETTE[1]


def of(twins: Twins, number: int) -> list[Picture]:
    """Return the pictures of an arm's people; ``number`` tells them from other arms' pictures."""
    drawn = [moved(twins, f"moved-{number}"), uplift(twins, f"uplift-{number}")]
    return [picture for picture in drawn if picture is not None]


def moved(twins: Twins, name: str) -> Picture | None:
    """Value moved by fate, currency units, mean over replicates; fates that nobody has are left out."""
    from matplotlib.ticker import MaxNLocator

    fates = twins.everybody.fates
    shown = [fate for fate in reversed(FATES) if any(fates[fate].cents)]
    if not shown:
        return None
    values = [float(fates[fate].money.mean or 0.0) for fate in shown]
    names = [twin_words.fate(fate) for fate in shown]
    most = int(np.argmax(np.abs(values)))
    title = say(
        "{arm}: most value is moved in {fate} ({money})",
        arm=wording.title(twins.arm),
        fate=wording.quoted(names[most].lower()),
        money=wording.money(values[most]),
    )
    with sheet(name, title, height=1.0 + 0.32 * len(shown)) as drawing:
        axes = drawing.axes
        axes.barh(range(len(shown)), values, height=0.62, color=[GAIN if value > 0 else LOSS for value in values])
        axes.axvline(0.0, color=MUTED, linewidth=1.0)
        axes.set_yticks(range(len(shown)), names)
        axes.grid(axis="y", visible=False)
        axes.grid(axis="x", visible=True)
        axes.xaxis.set_major_locator(MaxNLocator(6))
        tick_format("x", axes, wording.money)
    note = say(
        "Value moved: each person’s margin with the program less the same person’s without it. Means over replicates."
    )
    return Picture(name, title, note, drawing.svg)


def uplift(twins: Twins, name: str) -> Picture | None:
    """Value moved a head by tenth of the customers at the start, by what they spent before, with 95 % intervals."""
    each = [part.whole.each for part in twins.deciles]
    if any(effect.mean is None for effect in each):
        return None
    means = np.array([effect.mean for effect in each], dtype=np.float64)
    clear = [at for at, effect in enumerate(each) if effect.excludes_zero and means[at] > 0]
    if clear:
        best = max(clear, key=lambda at: means[at])
        title = say(
            "{arm} gains most in tenth {place} of the customers: {amount} a head",
            arm=wording.title(twins.arm),
            place=digits(best + 1),
            amount=wording.interval(each[best], "profit", signed=True),
        )
    else:
        title = say("{arm} clearly gains in no tenth of the customers", arm=wording.title(twins.arm))
    with sheet(name, title) as drawing:
        axes = drawing.axes
        axes.axhline(0.0, color=MUTED, linewidth=1.0)
        along = range(1, len(means) + 1)
        for at, effect in zip(along, each, strict=True):
            color = GAIN if (effect.mean or 0.0) > 0 else LOSS
            if effect.low is not None and effect.high is not None:
                axes.plot([at, at], [effect.low, effect.high], color=color, linewidth=2.5)
            axes.plot([at], [means[at - 1]], "o", color=color, markersize=5.5)
        axes.set_xticks(along, [digits(at) for at in along])
        axes.set_xlabel(say("tenths of the customers by what they spent before, the highest first"))
        tick_format("y", axes, wording.money)
    note = say(
        "Value moved a head, with 95 % intervals. A firm knows this rank beforehand: an uplift that rises or falls with"
        " it says whom to treat."
    )
    return Picture(name, title, note, drawing.svg)
