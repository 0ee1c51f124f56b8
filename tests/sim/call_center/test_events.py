"""The table of events, row by row, on worlds small enough to be worked out by hand; the same for both engines."""

import numpy as np
import pytest

from sim.call_center.contacts import Contacts
from sim.call_center.engines import serve
from sim.call_center.records import Ending
from sim.call_center.rules import NEVER, rules_of
from sim.call_center.staff import Staff
from sim.draws import Key
from tests.sim.call_center.made_up_center import ALWAYS_OPEN, begin, calls

FAR = 1e6
BOTH = pytest.fixture(params=["simpy", "compiled"], name="engine")(lambda request: request.param)


def rules(**changes):
    return rules_of(ALWAYS_OPEN.model_copy(update={}).__class__(**(ALWAYS_OPEN.model_dump() | changes)), Key(11, 3))


def wants(skill, *arguments, accepts=False, **columns) -> Contacts:
    contacts = calls(*arguments, **columns)
    contacts.skill[:] = skill
    contacts.accepts[:] = accepts
    return contacts.in_order()


def team(*choice: list[int], speed: float = 1.0) -> Staff:
    """Agents who are always there; for each, a choice for each skill."""
    agents = len(choice)
    staff = Staff.steady(agents, len(choice[0]))
    return staff._replace(choice=np.array(choice, np.int8), speed=np.full(agents, speed))


def by_person(records):
    return records.take(np.argsort(records.person, kind="stable"))


# --- lines ------------------------------------------------------------------------------------------------------------


def test_who_finds_all_lines_in_use_is_blocked(engine):
    _, records = serve(begin(), wants(0, [0.0, 1.0, 2.0], 5.0), team([1]), rules(lines=2), FAR, engine)
    records = by_person(records)
    assert records.ending.tolist() == [Ending.ANSWERED, Ending.ANSWERED, Ending.BLOCKED]
    assert (records.wait[2], records.end[2], records.agent[2]) == (0.0, 2.0, -1)


def test_who_is_blocked_may_redial(engine):
    contacts = wants(0, [0.0, 1.0], 5.0, redial=[NEVER, 10.0 / 10_080.0])
    _, records = serve(begin(), contacts, team([1]), rules(lines=1), FAR, engine)
    second = records.take(records.person == 1)
    assert second.ending.tolist()[0] == Ending.BLOCKED
    assert second.arrival[1] == pytest.approx(11.0)
    assert second.attempt.tolist()[:2] == [0, 1]


def test_a_line_is_free_again_when_its_caller_hangs_up(engine):
    contacts = wants(0, [0.0, 1.0, 2.0, 4.0], 9.0, patience=[NEVER, 2.0, NEVER, NEVER])
    _, records = serve(begin(), contacts, team([1]), rules(lines=2), FAR, engine)
    assert by_person(records).ending.tolist() == [0, Ending.ABANDONED, Ending.BLOCKED, 0]


# --- call-backs -------------------------------------------------------------------------------------------------------

VIRTUAL_HOLD = {"call_back": {"after_minutes": 5.0}, "handle_time": {"mean_minutes": 10.0}}


def test_who_accepts_a_call_back_keeps_the_place_and_does_not_hang_up(engine):
    contacts = wants(0, [0.0, 1.0, 2.0], 9.0, patience=[NEVER, 1.0, NEVER], accepts=[False, True, False])
    _, records = serve(begin(), contacts, team([1]), rules(**VIRTUAL_HOLD), FAR, engine)
    records = by_person(records)
    assert records.called_back.tolist() == [False, True, False]
    assert records.wait.tolist() == [0.0, 8.0, 16.0]


def test_a_call_back_is_offered_only_when_the_expected_wait_is_long(engine):
    quick = VIRTUAL_HOLD | {"handle_time": {"mean_minutes": 4.0}}
    contacts = wants(0, [0.0, 1.0, 2.0], 9.0, accepts=True)
    _, records = serve(begin(), contacts, team([1]), rules(**quick), FAR, engine)
    assert by_person(records).called_back.tolist() == [False, False, True]  # 4 minutes, then 8


def test_who_waits_for_a_call_back_uses_no_line(engine):
    contacts = wants(0, [0.0, 1.0, 2.0], 9.0, accepts=[False, True, False])
    _, records = serve(begin(), contacts, team([1]), rules(lines=2, **VIRTUAL_HOLD), FAR, engine)
    assert (records.ending == Ending.ANSWERED).all()


# --- several chats at once --------------------------------------------------------------------------------------------

CHAT = {"skills": {"phone": {}, "chat": {"channel": "chat"}}, "chat": {"pace": (1.0, 0.5, 0.25)}}


def test_chats_share_an_agents_pace(engine):
    """Alone until 2, at half pace until the first ends at 6, alone again."""
    _, records = serve(begin(), wants(1, [0.0, 2.0], 4.0), team([1, 1]), rules(**CHAT), FAR, engine)
    assert records.end.tolist() == [6.0, 8.0]
    assert records.handle.tolist() == [6.0, 6.0]


def test_an_agent_has_no_more_chats_than_the_pace_names(engine):
    _, records = serve(begin(), wants(1, [0.0, 0.0, 0.0, 0.0], 1.0), team([1, 1]), rules(**CHAT), FAR, engine)
    assert sorted(records.wait.tolist())[:3] == [0.0, 0.0, 0.0]
    assert max(records.wait) == 4.0  # three at a quarter of the pace


def test_a_chat_goes_to_who_has_fewest_and_a_call_never_comes_on_top(engine):
    contacts = wants([1, 1, 0], [0.0, 1.0, 2.0], [9.0, 9.0, 9.0])
    _, records = serve(begin(), contacts, team([1, 1], [1, 1]), rules(**CHAT), FAR, engine)
    records = by_person(records)
    assert records.agent.tolist()[:2] == [0, 1]
    assert records.wait[2] == 7.0  # until the first chat ends


# --- e-mail -----------------------------------------------------------------------------------------------------------

MAIL = {"skills": {"phone": {}, "mail": {"channel": "email"}}}


def test_email_takes_no_line_and_nobody_hangs_up_on_it(engine):
    contacts = wants([0, 1], [0.0, 1.0], [100.0, 5.0], patience=[NEVER, NEVER])
    _, records = serve(begin(), contacts, team([1, 1]), rules(lines=1, **MAIL), FAR, engine)
    assert by_person(records).wait.tolist() == [0.0, 99.0]


# --- skills and overflow ----------------------------------------------------------------------------------------------

TWO = {"skills": {"sales": {}, "care": {"overflow_minutes": 3.0}}}


def test_only_who_has_the_skill_answers(engine):
    _, records = serve(begin(), wants([0, 1], 0.0 * np.arange(2), 5.0), team([0, 1]), rules(**TWO), 50.0, engine)
    assert records.person.tolist() == [1]


def test_a_second_choice_takes_over_after_the_overflow(engine):
    contacts = wants([1, 1], [0.0, 1.0], 9.0)
    _, records = serve(begin(), contacts, team([1, 2], [0, 1]), rules(**TWO), FAR, engine)
    records = by_person(records)
    assert records.agent.tolist() == [1, 0]
    assert records.wait.tolist() == [0.0, 3.0]


def test_first_choice_goes_before_second_also_where_overflow_is_at_once(engine):
    at_once = {"skills": {"sales": {}, "care": {"overflow_minutes": 0.0}}}
    contacts = wants([1, 1], [0.0, 1.0], 9.0)
    _, records = serve(begin(), contacts, team([1, 2], [0, 1]), rules(**at_once), FAR, engine)
    assert by_person(records).agent.tolist() == [1, 0]
    assert records.wait.tolist() == [0.0, 0.0]


def test_the_longest_waiting_of_the_best_class_is_taken_whatever_its_skill(engine):
    contacts = wants([0, 0, 1, 0], [0.0, 1.0, 2.0, 3.0], 5.0, priority=[1, 1, 1, 0])
    _, records = serve(begin(), contacts, team([1, 1]), rules(**TWO), FAR, engine)
    assert by_person(records).wait.tolist() == [0.0, 9.0, 13.0, 2.0]


def test_the_agent_idle_longest_answers(engine):
    contacts = wants(0, [0.0, 1.0, 10.0, 11.0], [5.0, 2.0, 1.0, 1.0])
    _, records = serve(begin(), contacts, team([1], [1], [1]), rules(), FAR, engine)
    assert by_person(records).agent.tolist() == [0, 1, 2, 1]
