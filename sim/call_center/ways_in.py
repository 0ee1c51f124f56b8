"""Ways in: a need is first put to self-service; what that does not meet goes to a person, by one of the channels."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.call_center.settings import CallCenterSettings
from sim.draws import Decision, Key, uniform, uniforms
from sim.kernel import short
from sim.settings import once

SELF_SERVED = -1  # the skill of a contact that needs nobody


class WaysIn(NamedTuple):
    """What people try, and what they ask for; arrays have shape (skills,)."""

    tried: float  # share of needs first put to self-service
    coverage: float  # share of those that it could meet, for a person of full e-skill
    patience_after: float  # factor on patience after it failed
    contained: float  # share of telephone contacts that the voice menu meets
    weight: NDArray[np.float64]
    digital: NDArray[np.bool_]
    key_accounts: NDArray[np.bool_]
    line: NDArray[np.bool_]
    any_time: NDArray[np.bool_]  # asked for also while the center is closed
    rank: NDArray[np.int64]  # 0 is answered first


@once
def ways_in(settings: CallCenterSettings) -> WaysIn:
    """Return the ways into a center."""
    skills = list(settings.skills.values())
    channel = np.array([skill.channel for skill in skills])
    return WaysIn(
        tried=settings.self_service.tried,
        coverage=settings.self_service.coverage,
        patience_after=settings.self_service.patience_after,
        contained=settings.voice_menu.contained,
        weight=np.array([skill.share for skill in skills], float),
        digital=channel != "phone",
        key_accounts=np.array([skill.key_accounts for skill in skills]),
        line=channel == "phone",
        any_time=channel == "email",
        rank=np.array([int(one.channel == "email") if one.rank is None else one.rank for one in skills]),
    )


def shares(ways: WaysIn, key_accounts: float) -> NDArray[np.float64]:
    """Return which share of contacts asks for each skill; ``key_accounts`` is the share of key accounts among them."""
    teams = [np.where(ways.key_accounts == key_team, ways.weight, 0.0) for key_team in (False, True)]
    common, ours = (team / team.sum() if team.any() else team for team in teams)
    if not ours.any():
        return common
    return (1.0 - key_accounts) * common + key_accounts * ours


@short
def serves_itself(key: Key, ways: WaysIn, person: int, period: int, number: int, e_skill: float) -> tuple[bool, bool]:
    """Return whether self-service meets a need, and whether it was tried in vain.

    It is tried with chance ``tried``, and meets the need with chance ``coverage x e_skill``; who has no e-skill at all
    cannot try.
    """
    if ways.tried <= 0.0:
        return False, False
    first, second = uniforms(key, person, period, Decision.SELF_SERVICE, number)
    tried = first < ways.tried and e_skill > 0.0
    met = tried and second < ways.coverage * e_skill
    return met, tried and not met


@short
def skill_asked(
    key: Key, ways: WaysIn, person: int, period: int, number: int, e_skill: float, valuable: bool
) -> tuple[int, bool]:
    """Return the skill that a contact asks for, and whether the voice menu meets the need.

    Skills are asked for in proportion to their weights, digital ones times ``2 e_skill``. Key accounts ask for theirs
    where there is one, and nobody else does.
    """
    skill = 0
    if ways.weight.size > 1:
        key_team = valuable and _weights(ways, 1.0, True) > 0.0
        left = uniform(key, person, period, Decision.SKILL, number) * _weights(ways, e_skill, key_team)
        for one in range(ways.weight.size):
            weight = _weight(ways, one, e_skill, key_team)
            if weight > 0.0:
                skill = one
                if left < weight:
                    break
                left -= weight
    in_menu = ways.line[skill] and ways.contained > 0.0
    return skill, in_menu and uniform(key, person, period, Decision.VOICE_MENU, number) < ways.contained


@short
def _weight(ways: WaysIn, skill: int, e_skill: float, key_team: bool) -> float:
    if ways.key_accounts[skill] != key_team:
        return 0.0
    return float(ways.weight[skill]) * (2.0 * e_skill if ways.digital[skill] else 1.0)


@short
def _weights(ways: WaysIn, e_skill: float, key_team: bool) -> float:
    total = 0.0
    for skill in range(ways.weight.size):
        total += _weight(ways, skill, e_skill, key_team)
    return total
