"""What is known of waits, failures, recovery and promises, in whether customers stay."""

import numpy as np
from numpy.typing import NDArray

from analysis.compose import Tree
from analysis.validation.check import Contrast, pattern
from analysis.validation.lab import Lab, apart, lived, past
from analysis.validation.patterns_choose import FOCAL, left, with_acme
from analysis.validation.patterns_feel import satisfaction
from analysis.validation.results import Series
from sim.market import Market, Snapshot
from sim.world import World


def center(**figures: float) -> Tree:
    """Return the settings of a benchmark center whose callers are patient and call once."""
    call_center = {"benchmark": figures, "patience": {"mean_minutes": 1e6}, "repeat": {"chance": 0.0}}
    return {"firms": {"acme": {"call_center": call_center}}}


@pattern("Taylor 1994; Bolton 1998", needs={"waits that are felt": {"feel.wait_weight": 0.0}})
def waiting_costs_customers(lab: Lab) -> Contrast:
    """Customers who wait long leave sooner, though all are answered.

    Who leaves within two years of half-hour waits, less who leaves within two years of waits of half a minute.
    """
    years = {"calendar": {"years": 2.0}}
    start = past(lab.telecom())
    quick, slow = (
        left(lived(lab.telecom(years, center(chance_of_wait=1.0, mean_wait_minutes=wait)), start))
        for wait in (0.5, 30.0)
    )
    return Contrast({"long less short waits": (slow - quick)[with_acme(start)]}, 0.0, "share that leaves in two years")


@pattern(
    "Boulding et al. 1993",
    needs={
        "offers in the choice": {"choose.attributes": 0.0},
        "disconfirmation": {"feel.disconfirmation_slope": 0.0},
    },
    turned_by={"taken sooner": "offers in the choice", "less satisfied": "disconfirmation"},
)
def promises_win_now_and_cost_later(lab: Lab) -> Contrast:
    """Promising more than is delivered wins customers now, and leaves them less satisfied later.

    Newcomers choose among three firms, one of which promises .1 more of everything: who takes it within three months,
    and how much less satisfied those are after a year who took it whatever it promised and are still there in both.
    """
    new = {"customers": {"start": "prospects"}, "calendar": {"burn_in_years": 0.0, "years": 1.0}}
    firm = lab.telecom(new).firms["acme"]
    promise = {name: level + 0.1 for name, level in firm.level.model_dump().items()}
    early, felt, there = [], [], []
    for layer in ({}, {"firms": {"acme": {"promise": promise}}}):
        market = Market(lab.telecom(new, layer))
        while market.period < 3:
            market.step()
        early.append(with_acme(market.snapshot()).astype(np.float64))
        market.run()
        felt.append(100.0 * market.people.satisfaction[:, FOCAL].astype(np.float64))
        there.append((market.people.provider == FOCAL) & (market.people.tenure[:, FOCAL] > 0.5))
    both = there[0] & there[1]
    differences = {"taken sooner": 100.0 * (early[1] - early[0]), "less satisfied": (felt[0] - felt[1])[both]}
    return Contrast(differences, 0.0, "percent of people, or points of satisfaction")


# --- after a failure -------------------------------------------------------------------------------------------------


MONTH = [{"year": 0.0, "failures": 12.0}, {"year": 1 / 12, "failures": 0.0}]
FAILING: Tree = {
    "firms": {"acme": {"strategy": {"schedule": {"changes": MONTH}}}},
    "experience": {"questions": False},
}
UNSOLVED = center(resolution=0.0, chance_of_wait=0.0)
SLOW = center(resolution=1.0, chance_of_wait=1.0, mean_wait_minutes=20.0)
QUICK = center(resolution=1.0, chance_of_wait=0.0)


def many(lab: Lab, *layers: Tree) -> World:
    """Return a telecom market of many people who can meet many failures; the committed stay and speak up."""
    people = {"customers": {"count": lab.size(40_000, 80_000), "match_sd": 0.2}, "calendar": {"burn_in_years": 6.0}}
    bound = {"choose": {"commitment_bonus": 2.0}, "experience": {"failure_ceiling": 12.0, "voice_loyalty": 4.0}}
    return lab.telecom(people, bound, *layers)


def complainers(lab: Lab, start: Snapshot) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return who of the firm's customers complains of a problem in the month, and who keeps silent (N,)."""
    market = Market(many(lab, FAILING, UNSOLVED), start=start)
    market.step()
    failed = (market.people.problem[:, FOCAL] > 0.0) & with_acme(start) & (start.people.problem[:, FOCAL] == 0.0)
    voiced = market.people.voiced[:, FOCAL]
    return failed & voiced, failed & ~voiced


JUSTICE = {
    "feel.procedural_justice": 0.0,
    "feel.interactional_justice": 0.0,
    "feel.distributive_justice": 0.0,
    "feel.wait_weight": 0.0,
}
OPEN = {"choose.problem_push": 0.0, "feel.problem_loss": 0.0, "feel.unresolved_weight": 0.0}


@pattern(
    "TARP 1979",
    needs={
        "justice of an answer": JUSTICE,
        "problems that stay open": OPEN,
        "voice of the loyal": {"experience.voice_loyalty": 0.0},
    },
    turned_by={
        "quickly less slowly": "justice of an answer",
        "slowly less never": "problems that stay open",
        "never less silent": "voice of the loyal",
    },
)
def the_solved_stay_and_the_silent_leave(lab: Lab) -> Contrast:
    """After a failure most stay if it is solved quickly, fewer if slowly, still fewer if never; fewest of the silent.

    Shares that stay for a year after a month of failures: of the same complainers, by what their complaint met, and of
    those who kept silent.
    """
    start = past(many(lab))
    spoke, silent = complainers(lab, start)
    quick, slow, none = (1.0 - left(lived(many(lab, FAILING, how), start)) for how in (QUICK, SLOW, UNSOLVED))
    shares = [quick[spoke].mean(), slow[spoke].mean(), none[spoke].mean(), none[silent].mean()]
    curve = Series("model", ["quickly", "slowly", "never", "silent"], [float(share) for share in shares])
    differences = {
        "quickly less slowly": (quick - slow)[spoke],
        "slowly less never": (slow - none)[spoke],
        "never less silent": apart(none * spoke) / apart(spoke) - apart(none * silent) / apart(silent),
    }
    return Contrast(differences, 0.0, "share that stays a year", [curve])


FELT = {
    "feel.failure_step": 0.0, "feel.failure_loss": 0.0, "feel.problem_loss": 0.0, "choose.problem_push": 0.0
}  # fmt: skip


@pattern(
    "McCollough, Berry & Yadav 2000",
    needs={"distributive justice": {"feel.distributive_justice": 0.0}, "failures that are felt": FELT},
    turned_by={"paid less answered alone": "distributive justice", "spared less paid": "failures that are felt"},
)
def recovery_makes_good_part_of_a_failure(lab: Lab) -> Contrast:
    """Making a failure good with money lifts satisfaction, but not to where it was had nothing failed.

    Points of satisfaction of complainers at the end of the month: paid less answered alone, and of the same people had
    nothing failed less paid. Others find that recovery can outdo it (the paradox of de Matos, Henrique & Rossi 2007, of
    satisfaction, not of custom): it does not here. Who stays for a year is noted.
    """
    start = past(many(lab))
    spoke, _ = complainers(lab, start)
    paid: Tree = {"firms": {"acme": {"programs": {"recovery": {"compensation": 20.0}}}}}
    spared: Tree = {"firms": {"acme": {"failures": 0.0}}, "experience": {"questions": False}}
    felt, stay = [], []
    for layers in ((FAILING, QUICK), (FAILING, QUICK, paid), (spared,)):
        market = Market(many(lab, *layers), start=start)
        market.step()
        felt.append(satisfaction(market)[spoke])
        market.run()
        stay.append(100.0 * (1.0 - left(market))[spoke].mean())
    answered, with_money, nothing = felt
    differences = {"paid less answered alone": with_money - answered, "spared less paid": nothing - with_money}
    note = "of the answered, paid and spared {:.1f}, {:.1f} and {:.1f} % stay for a year".format(*stay)
    return Contrast(differences, 0.0, "points of satisfaction", note=note)
