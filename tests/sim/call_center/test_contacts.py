import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.calendar import Window
from sim.call_center.arrivals import contacts_from
from sim.call_center.contacts import Cause, Contacts, next_attempt, next_attempts
from sim.call_center.hours import DAY, HOUR, WEEK, business_until, calling_hours, opening_hours
from sim.call_center.rules import call_again_at, id_number, rules_of
from sim.call_center.settings import CallCenterSettings
from sim.draws import Key

KEY = Key(5, 2)
MONTH = Window(3, 131_040.0, 174_720.0, 1 / 12)  # begins on a Monday at 0:00
MANY = 20_000


def settings(**changes):
    return CallCenterSettings(**{"customers_represented": 1.0, **changes})


def make(person, key=KEY, window=MONTH, cause=0, slot=0, priority=0, patience_factor=1.0, **changes):
    person = np.asarray(person)
    rows = [np.full(person.shape, value) for value in (cause, slot, priority, patience_factor)]
    return contacts_from(key, window, person, *rows, settings(**changes))


def rows_of(contacts: Contacts):
    return set(contacts.rows())


# --- ids --------------------------------------------------------------------------------------------------------------


@given(*(st.tuples(st.integers(0, 2), st.integers(0, 255), st.integers(0, 65_535), st.integers(0, 31)) for _ in "ab"))
def test_different_contacts_have_different_numbers_of_32_bits(one, other):
    assert (id_number(*one) == id_number(*other)) == (one == other)
    assert 0 <= id_number(*one) < 2**32


@given(st.lists(st.integers(0, 500), unique=True, max_size=40), st.integers(0, 500), st.floats(1.0, 5.0))
def test_another_person_changes_nobody_else(persons, newcomer, represented):
    others = [person for person in persons if person != newcomer]
    alone = make(others, customers_represented=represented)
    together = make([*others, newcomer], customers_represented=represented)
    assert rows_of(alone) == {row for row in together.rows() if row.person != newcomer}


@given(st.lists(st.integers(0, 500), unique=True, min_size=1, max_size=40), st.floats(1.0, 9.0))
def test_shadows_change_nobody(persons, represented):
    alone, crowded = make(persons), make(persons, customers_represented=represented)
    assert rows_of(alone) == {row for row in crowded.rows() if row.shadow == 0}
    assert crowded.person.size >= int(represented) * alone.person.size


@given(st.permutations(range(30)))
def test_the_order_of_the_people_means_nothing(persons):
    assert make(persons, customers_represented=2.5).rows() == make(range(30), customers_represented=2.5).rows()


def test_a_fraction_of_a_customer_is_a_shadow_by_chance():
    contacts = make(range(MANY), customers_represented=2.25)
    extra = contacts.person.size - 2 * MANY
    assert stats.binomtest(extra, MANY, 0.25).pvalue > 1e-4  # one look


# --- luck -------------------------------------------------------------------------------------------------------------


def test_arrivals_follow_the_calling_profile_within_the_period():
    """Kolmogorov-Smirnov in the center's inner time, one look at 1 in 10,000."""
    contacts = make(range(MANY))
    hours = calling_hours(settings())
    begun, done = business_until(hours, MONTH.start), business_until(hours, MONTH.end)
    share = [(business_until(hours, minute) - begun) / (done - begun) for minute in contacts.arrival.tolist()]
    assert stats.kstest(share, "uniform").pvalue > 1e-4
    minute = contacts.arrival % DAY
    assert ((minute >= 8 * HOUR) & (minute <= 18 * HOUR)).all()
    assert ((contacts.arrival >= MONTH.start) & (contacts.arrival < MONTH.end)).all()
    assert (np.diff(contacts.arrival) >= 0.0).all()


def test_work_is_lognormal_with_its_mean_and_patience_exponential():
    """Two looks at 1 in 10,000."""
    contacts = make(range(MANY), patience_factor=2.0)
    work = stats.lognorm(0.9, scale=6.0 * np.exp(-(0.9**2) / 2))
    assert work.mean() == pytest.approx(6.0)
    assert stats.kstest(contacts.work, work.cdf).pvalue > 1e-4
    assert stats.kstest(contacts.patience, stats.expon(scale=2.0 * 3.0).cdf).pvalue > 1e-4


def test_some_call_again_and_never_means_never():
    contacts = make(range(MANY), redial={"chance": 0.25, "delay_minutes": 36.0}, repeat={"chance": 0.0})
    assert np.isinf(contacts.repeat).all()
    delays = contacts.redial[np.isfinite(contacts.redial)]
    assert stats.binomtest(delays.size, MANY, 0.25).pvalue > 1e-4  # one look
    assert stats.kstest(delays, stats.expon(scale=36.0 / 3600.0).cdf).pvalue > 1e-4  # 60 open hours a week; one look


def test_what_is_drawn_depends_on_the_id_alone():
    first, later = make([7]), make([7], window=MONTH._replace(period=4))
    other_cause, other_slot, other_luck = make([7], cause=Cause.FAILURE), make([7], slot=1), make([7], key=Key(5, 3))
    works = [contacts.work[0] for contacts in (first, later, other_cause, other_slot, other_luck)]
    assert len(set(works)) == 5
    impatient = make([7], patience_factor=0.5)
    assert impatient.patience[0] == pytest.approx(first.patience[0] / 2)
    assert impatient.work[0] == first.work[0]


# --- calling again ----------------------------------------------------------------------------------------------------


def test_the_next_attempt_is_the_same_need_with_new_luck_one_by_one_or_in_columns():
    rules = rules_of(settings(), KEY)
    contacts = make(range(50), cause=Cause.FAILURE, slot=3, priority=1)
    again = contacts.arrival + 100.0
    one_by_one = [next_attempt(rules, row, at) for row, at in zip(contacts.rows(), again.tolist(), strict=True)]
    assert next_attempts(rules, contacts, again).rows() == one_by_one
    for before, after in zip(contacts.rows(), one_by_one, strict=True):
        assert after[:4] == before[:4]
        assert (after.attempt, after.period, after.priority) == (1, before.period, 1)
        assert after.work != before.work


def test_who_hung_up_at_closing_time_calls_in_the_next_morning():
    hours = opening_hours(settings())
    closing = MONTH.start + 18 * HOUR
    half_an_hour = 30.0 / 3600.0
    assert call_again_at(hours, closing - 10.0, half_an_hour) == pytest.approx(closing + 14 * HOUR + 20.0)
    assert call_again_at(hours, closing - 60.0, half_an_hour) == pytest.approx(closing - 30.0)
    saturday_evening = MONTH.start + 5 * DAY + 18 * HOUR
    assert call_again_at(hours, saturday_evening, half_an_hour) == pytest.approx(saturday_evening + 38 * HOUR + 30.0)


@given(st.floats(0.0, 10 * WEEK), st.floats(0.0, 1.0))
def test_nobody_calls_again_before_they_have_ended(end, delay):
    assert call_again_at(calling_hours(settings()), end, delay) >= end


# --- bad calls --------------------------------------------------------------------------------------------------------


def test_a_slot_or_priority_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="slot = 256 to 256: allowed are 0 to 255"):
        make([1], slot=256)
    with pytest.raises(ValueError, match="priority = -1 to -1: allowed are 0 to 80"):
        make([1], priority=-1)


def test_no_people_make_no_contacts():
    assert make([]).person.size == 0
