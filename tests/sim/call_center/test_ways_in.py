import numpy as np
import pytest
from scipy import stats

from sim.calendar import Window
from sim.call_center.arrivals import contacts_from
from sim.call_center.hours import DAY, HOUR
from sim.call_center.settings import CallCenterSettings
from sim.call_center.ways_in import SELF_SERVED, shares, ways_in
from sim.draws import Key

KEY, MONTH, MANY = Key(5, 2), Window(3, 131_040.0, 174_720.0, 1 / 12), 20_000
CHANNELS = {"phone": {"share": 6.0}, "chat": {"channel": "chat", "share": 3.0}, "mail": {"channel": "email"}}


def make(e_skill=0.5, number=1, familiarity=0.0, people=MANY, **changes):
    settings = CallCenterSettings(customers_represented=1.0, **changes)
    nothing, once = np.zeros(people, int), np.ones(people)
    return contacts_from(
        KEY, MONTH, np.arange(people), nothing, nothing, nothing + number, once, settings, e_skill, familiarity
    )


def seen(contacts, skill, expected):
    return (
        stats.binomtest(int((contacts.skill == skill).sum()), contacts.skill.size, expected).pvalue > 1e-4
    )  # one look


def test_skills_are_asked_for_in_proportion_to_their_weights():
    contacts = make(skills=CHANNELS)
    assert all(seen(contacts, skill, share) for skill, share in enumerate((0.6, 0.3, 0.1)))


def test_who_is_at_home_online_asks_for_digital_channels():
    assert seen(make(e_skill=1.0, skills=CHANNELS), 0, 6 / 14)
    assert seen(make(e_skill=0.0, skills=CHANNELS), 0, 1.0)


def test_self_service_meets_needs_by_coverage_and_e_skill_and_a_failed_try_costs_patience():
    plain = make(e_skill=0.8)
    tried = make(e_skill=0.8, self_service={"tried": 0.5, "coverage": 0.5, "patience_after": 0.5})
    assert seen(tried, SELF_SERVED, 0.2)
    order, other = np.argsort(plain.person), np.argsort(tried.person)
    factor = (tried.patience[other] / plain.patience[order])[tried.skill[other] >= 0]
    assert set(factor) == {0.5, 1.0}
    assert stats.binomtest(int((factor == 0.5).sum()), factor.size, 0.3 / 0.8).pvalue > 1e-4  # one look


def test_who_has_no_e_skill_at_all_cannot_try_self_service():
    unable = make(e_skill=0.0, self_service={"tried": 1.0, "coverage": 1.0, "patience_after": 0.5})
    assert np.array_equal(unable.patience, make(e_skill=0.0).patience)


def test_the_voice_menu_meets_calls_alone():
    contacts = make(skills=CHANNELS, voice_menu={"contained": 0.5})
    assert seen(contacts, SELF_SERVED, 0.3)
    assert seen(contacts, 1, 0.3)


def test_key_accounts_have_agents_of_their_own():
    settings = {"priority": 0.1, "skills": {"phone": {}, "key": {"key_accounts": True}}}
    assert set(make(number=0, **settings).skill) == {1}
    assert set(make(number=1, **settings).skill) == {0}
    assert shares(ways_in(CallCenterSettings(**settings)), 0.1) == pytest.approx([0.9, 0.1])


def test_email_comes_at_night_too_and_calls_do_not():
    contacts = make(skills=CHANNELS)
    hour = contacts.arrival % DAY / HOUR
    mail = contacts.skill == 2
    assert (hour[mail] < 8.0).any()
    assert hour[~mail].min() >= 8.0


def test_a_known_history_saves_handle_time():
    known, unknown = make(familiarity=0.5, screen_pop=0.2), make(familiarity=0.0, screen_pop=0.2)
    assert np.sort(known.work) == pytest.approx(np.sort(unknown.work) * 0.9)
