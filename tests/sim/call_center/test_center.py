import os
import pickle
import subprocess
import sys

import numpy as np
import pytest

from sim.calendar import CalendarSettings, window
from sim.call_center import CallCenterSettings, contacts_from
from sim.call_center.center import CallCenter
from sim.call_center.records import Records
from sim.draws import Key
from tests.sim.call_center.made_up_center import RICH, same, under_way

KEY = Key(3, 1)
PEOPLE = 900
MONTHS = [window(CalendarSettings(), period) for period in range(4)]
OWN = CallCenterSettings()
SHORT = CallCenterSettings(staffing={"kind": "fixed", "hours_per_week": 80.0})
BENCHMARK = CallCenterSettings(kind="benchmark")
KINDS = pytest.mark.parametrize("settings", [OWN, SHORT, BENCHMARK], ids=["own", "short of staff", "benchmark"])


def needs(month, settings):
    """Everybody calls once a month; one in five is a preferred customer."""
    person = np.arange(PEOPLE)
    once = np.zeros(PEOPLE, int)
    return contacts_from(KEY, month, person, once, once, person % 5 > 0, np.ones(PEOPLE), settings)


def live(center, months=MONTHS):
    """Serve some months; return for each what was served, the tally and the records."""
    lived = []
    for month in months:
        center.plan(month, PEOPLE * 12 / 52)
        contacts = needs(month, center.settings)
        lived.append((contacts, center.serve(contacts, month), center.tally))
    return lived


@KINDS
def test_every_offered_contact_is_accounted_for_in_every_period(settings):
    center = CallCenter(settings, 17, KEY)
    expected = 0
    for contacts, records, tally in live(center):
        assert tally["contacts"] == tally["contained"] + tally["blocked"] + tally["offered"]
        waiting = tally["waiting_at_end"] - tally["waiting_at_start"]
        assert tally["offered"] == tally["answered"] + tally["abandoned"] + waiting
        state = center.snapshot().state if tally is center.tally else None
        expected += contacts.person.size + tally["redials"] + tally["repeats"] - records.person.size
        if state:
            assert expected == len(under_way(state))
        assert tally["answered_within"] <= tally["answered"]
        assert tally["handled_once"] <= tally["handled"]


@pytest.mark.parametrize("settings", [OWN, SHORT], ids=["own", "short of staff"])
def test_agents_are_busy_for_as_long_as_they_handle_contacts_and_never_longer_than_they_are_there(settings):
    center = CallCenter(settings, 17, KEY)
    lived = live(center)
    busy = sum(tally["busy_minutes"] for _, _, tally in lived)
    handled = sum(tally["handle_minutes"] for _, _, tally in lived)
    end = MONTHS[-1].end
    so_far = (end - center.snapshot().state.in_hand.answered).sum()
    assert busy == pytest.approx(handled + so_far)
    for _, _, tally in lived:
        assert tally["busy_minutes"] <= tally["staffed_minutes"] <= 1.1 * center.staff.on_duty.sum() * 30.0
        assert tally["paid_hours"] == pytest.approx(tally["staffed_minutes"] / 60.0 / 0.7)


@KINDS
def test_waits_in_the_tally_are_those_of_the_records(settings):
    center = CallCenter(settings, 17, KEY)
    lived = live(center)
    waits = np.concatenate([records.wait for _, records, _ in lived])
    in_hand = center.snapshot().state.in_hand
    so_far = (in_hand.answered - in_hand.contacts.arrival).sum()
    assert sum(tally["wait_minutes"] for _, _, tally in lived) == pytest.approx(waits.sum() + so_far)


@KINDS
def test_a_center_restored_from_a_stored_snapshot_goes_on_as_if_nothing_had_happened(settings):
    center = CallCenter(settings, 17, KEY)
    live(center, MONTHS[:2])
    other = CallCenter(settings, 17, KEY)
    other.restore(pickle.loads(pickle.dumps(center.snapshot())))
    pairs = zip(live(center, MONTHS[2:]), live(other, MONTHS[2:]), strict=True)
    for (_, ours, tally), (_, theirs, same_tally) in pairs:
        assert same(ours, theirs)
        assert tally == same_tally


def test_a_firm_may_change_from_a_benchmark_to_its_own_center_and_back():
    center = CallCenter(BENCHMARK, 17, KEY)
    lost = 0
    for month, settings in zip(MONTHS, [BENCHMARK, OWN, BENCHMARK, OWN], strict=True):
        center.settings = settings
        ((contacts, records, tally),) = live(center, [month])
        lost += contacts.person.size + tally["redials"] + tally["repeats"] - records.person.size
    state = center.snapshot().state
    assert lost == len(under_way(state))


def test_the_target_is_about_met_and_too_few_hours_are_felt():
    enough, short = (live(CallCenter(settings, 17, KEY))[-1][2] for settings in (OWN, SHORT))
    assert enough["answered_within"] / enough["offered"] > 0.75
    assert short["answered_within"] / short["offered"] < 0.5
    assert short["redials"] > enough["redials"]


def test_preferred_customers_wait_less():
    settings = CallCenterSettings(staffing={"kind": "fixed", "hours_per_week": 350.0}, customers_represented=16.0)
    _, records, _ = live(CallCenter(settings, 17, KEY), MONTHS[:1])[0]
    preferred = records.priority == 0
    assert records.wait[preferred].mean() < records.wait[~preferred].mean()
    assert records.answered[preferred].mean() > records.answered[~preferred].mean()


def test_a_center_without_customers_stands_ready():
    center = CallCenter(OWN, 17, KEY)
    center.plan(MONTHS[0], 0.0)
    nobody = np.zeros(0, int)
    contacts = contacts_from(KEY, MONTHS[0], nobody, nobody, nobody, nobody, nobody, OWN)
    assert center.serve(contacts, MONTHS[0]).person.size == 0
    assert center.tally["offered"] == 0
    assert center.tally["staffed_minutes"] > 0.0


def test_a_center_refuses_to_skip_a_period_or_to_serve_without_a_plan():
    center = CallCenter(OWN, 17, KEY)
    with pytest.raises(ValueError, match="plan the staff"):
        center.serve(needs(MONTHS[0], OWN), MONTHS[0])
    live(center, MONTHS[:1])
    with pytest.raises(ValueError, match=r"stands at minute 43680\.0; a period from 87360\.0 does not follow"):
        live(center, MONTHS[2:3])


FINGERPRINT = """
import hashlib
from tests.sim.call_center.test_center import BENCHMARK, KEY, MONTHS, SHORT, CallCenter, live
digest = hashlib.sha256()
for settings in (SHORT, BENCHMARK):
    for contacts, records, tally in live(CallCenter(settings, 17, KEY), MONTHS[:2]):
        for column in (*contacts, *records):
            digest.update(column.tobytes())
        digest.update(repr(sorted(tally.items())).encode())
print(digest.hexdigest())
"""


def test_compiled_and_plain_python_give_the_same_bits():
    def fingerprint(**environment):
        command = [sys.executable, "-c", FINGERPRINT]
        done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=True)
        return done.stdout

    assert fingerprint() == fingerprint(NUMBA_DISABLE_JIT="1")


# --- every feature at once --------------------------------------------------------------------------------------------


def rich(**changes):
    return CallCenterSettings(**RICH | changes)


def time_of(center, records, month):
    """Busy, idle and break minutes of all agents, counted on a grid of a hundredth of a half hour."""
    held, step = center.snapshot().state.in_hand, 0.3
    grid = np.arange(month.start, month.end, step) + step / 2
    spells = [
        *zip(records.agent, records.end - records.handle, records.end, strict=True),
        *zip(held.agent, held.answered, np.full(held.agent.size, month.end), strict=True),
    ]
    working = np.zeros((grid.size, center.staff.speed.size), bool)
    for agent, since, until in spells:
        if agent >= 0:
            first, last = np.searchsorted(grid, [since, until])
            working[first:last, agent] = True
    half_hour = ((grid - month.start) // 30.0).astype(int)
    idle = center.staff.on_duty[half_hour] & ~working
    resting = center.staff.breaks[half_hour] & ~working
    return tuple(float(part.sum()) * step for part in (working, idle, resting))


def test_with_every_feature_no_contact_is_lost_and_the_agents_time_adds_up():
    center = CallCenter(rich(), 17, KEY)
    for month in MONTHS:
        ((_, records, tally),) = live(center, [month])
        assert tally["contacts"] == tally["contained"] + tally["blocked"] + tally["offered"]
        waiting = tally["waiting_at_end"] - tally["waiting_at_start"]
        assert tally["offered"] == tally["answered"] + tally["abandoned"] + waiting
        busy, idle, resting = time_of(center, records, month)
        assert tally["busy_minutes"] == pytest.approx(busy, rel=2e-3)
        assert tally["break_minutes"] == pytest.approx(resting, rel=2e-2)
        assert tally["staffed_minutes"] == pytest.approx(busy + idle + resting, rel=2e-3)
        assert min(tally[name] for name in ("contained", "blocked", "abandoned", "called_back", "break_minutes")) > 0
        assert min(tally[f"handled_{channel}"] for channel in ("phone", "chat", "email")) > 0
    assert center.snapshot().workforce.agents


def test_both_engines_lead_a_center_with_every_feature_to_the_same_bits():
    lives = {engine: live(CallCenter(rich(engine=engine), 17, KEY), MONTHS[:3]) for engine in ("simpy", "compiled")}
    for (_, ours, tally), (_, theirs, same_tally) in zip(*lives.values(), strict=True):
        assert same(ours, theirs)
        assert tally == same_tally


def test_the_backlog_of_email_and_call_backs_survives_the_night():
    center = CallCenter(rich(staffing={"kind": "fixed", "hours_per_week": 150.0}), 17, KEY)
    tallies = [tally for _, _, tally in live(center)]
    assert 0 < tallies[0]["backlog"] < tallies[-1]["backlog"]
    state = center.snapshot().state
    assert ((state.waiting.skill == 3) | state.held).sum() == tallies[-1]["backlog"]


PLAIN = {"customers_represented": 20.0, "turnover": {"quits": 0.3}}


@pytest.mark.parametrize(("before", "after"), [(PLAIN, RICH), (RICH, PLAIN)], ids=["more", "fewer"])
def test_a_center_may_change_its_channels_and_groups_and_keeps_its_callers_and_its_people(before, after):
    center = CallCenter(CallCenterSettings(**before), 17, KEY)
    live(center, MONTHS[:2])
    people = len(center.workforce.employed())
    center.settings = CallCenterSettings(**after)
    ((_, _, tally),) = live(center, MONTHS[2:3])
    waiting = tally["waiting_at_end"] - tally["waiting_at_start"]
    assert tally["offered"] == tally["answered"] + tally["abandoned"] + waiting
    assert tally["answered"] > 0.5 * tally["offered"]
    assert tally["agents_employed"] >= people


def test_as_many_wait_for_each_skill_as_those_whose_wait_covers_the_moment():
    """Little's law by queue, on the path itself: who waits at a period's end came before it and waits beyond it."""
    center = CallCenter(rich(staffing={"kind": "fixed", "hours_per_week": 300.0}), 17, KEY)
    waiting, parts = [], []
    for month in MONTHS:
        ((_, records, _),) = live(center, [month])
        waiting.append(np.bincount(center.snapshot().state.waiting.skill, minlength=4))
        parts.append(records)
    ended, state = Records.together(parts), center.snapshot().state
    spells = [
        (ended.skill, ended.arrival, ended.arrival + ended.wait),
        (state.in_hand.contacts.skill, state.in_hand.contacts.arrival, state.in_hand.answered),
        (state.waiting.skill, state.waiting.arrival, np.full(state.waiting.skill.size, np.inf)),
    ]
    skill, since, until = (np.concatenate(columns) for columns in zip(*spells, strict=True))
    for month, now in zip(MONTHS[:-1], waiting[:-1], strict=True):
        there = (since < month.end) & (until > month.end - 1e-6)  # a period does not include its last instant
        assert (np.bincount(skill[there], minlength=4) == now).all()
    assert sum(now.sum() for now in waiting[:-1]) > 100


# --- plans that hold --------------------------------------------------------------------------------------------------


def level(tally, channel="phone"):
    return tally[f"in_time_{channel}"] / tally[f"waited_{channel}"]


def test_a_center_that_was_a_benchmark_is_staffed_for_all_whom_it_represents_from_the_first_month():
    settings = [one.model_copy(update={"customers_represented": 20.0}) for one in (BENCHMARK, OWN)]
    center = CallCenter(settings[0], 17, KEY)
    live(center, MONTHS[:2])
    center.settings = settings[1]
    ((_, _, tally),) = live(center, MONTHS[2:3])
    assert level(tally) > 0.75


MAIL = {"skills": {"phone": {"share": 4.0}, "mail": {"channel": "email", "share": 6.0}}, "customers_represented": 20.0}


def test_the_nights_email_does_not_make_the_mornings_callers_wait():
    center = CallCenter(CallCenterSettings(**MAIL), 17, KEY)
    lived = live(center)
    assert all(level(tally) > 0.75 for _, _, tally in lived[1:])


def test_email_of_higher_rank_goes_first_where_a_firm_wants_it_so():
    skills = {"phone": {"share": 4.0, "rank": 1}, "mail": {"channel": "email", "share": 6.0, "rank": 0}}
    first, usual = (
        live(CallCenter(CallCenterSettings(**MAIL | {"skills": one}), 17, KEY))[-1][2]
        for one in (skills, MAIL["skills"])
    )
    assert level(first) < level(usual)
    assert first["wait_minutes_email"] / first["waited_email"] < usual["wait_minutes_email"] / usual["waited_email"]


def test_a_group_for_email_keeps_up_with_it_breaks_and_slow_beginners_included():
    groups = {"callers": {"first": ("phone",)}, "writers": {"first": ("mail",)}}
    people = {"start_speed": 0.7, "break_after_hours": 4.0}
    settings = CallCenterSettings(**MAIL, groups=groups, agents=people, turnover={"quits": 0.3})
    center = CallCenter(settings, 17, KEY)
    months = [window(CalendarSettings(), period) for period in range(12)]
    lived = live(center, months)
    assert all(tally["wait_minutes_email"] / tally["waited_email"] < 3 * 1_440.0 for _, _, tally in lived)
    assert lived[-1][2]["backlog"] < 0.1 * lived[-1][2]["handled_email"]


def test_a_group_for_chats_alone_is_planned_by_the_chats_that_its_agents_can_have():
    chat = {"skills": {"chat": {"channel": "chat"}}, "customers_represented": 20.0}
    _, _, tally = live(CallCenter(CallCenterSettings(**chat), 17, KEY))[-1]
    assert 0.75 < level(tally, "chat") < 0.98  # planned at the pace of agents with their hands full: on the safe side


def test_callers_of_a_skill_who_wait_for_ever_need_more_agents():
    patient = {"skills": {"phone": {"patience_minutes": 60.0}}, "customers_represented": 20.0}
    _, _, tally = live(CallCenter(CallCenterSettings(**patient), 17, KEY))[-1]
    assert level(tally) > 0.75


def test_blocked_callers_are_no_load_and_no_redials_of_abandoned_contacts():
    settings = {"redial": {"chance": 1.0}, "customers_represented": 20.0}
    free, narrow = (
        live(CallCenter(CallCenterSettings(**settings, lines=lines), 17, KEY))[-1][2] for lines in (None, 5)
    )
    assert narrow["blocked"] > narrow["offered"]
    assert narrow["staffed_minutes"] < 1.05 * free["staffed_minutes"]
    assert narrow["redials"] <= narrow["abandoned"]
    assert narrow["blocked_redials"] > 0
