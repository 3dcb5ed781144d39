"""Every rule of an assignment, case by case: a table for each function of `player.rules`."""

from datetime import UTC, datetime, timedelta

import pytest

from lti_tool.facts.accommodations import Accommodation
from lti_tool.player.rules import (
    FEEDBACK_POLICIES,
    SLACK,
    UNTIMED_SPAN,
    Done,
    Extension,
    Policy,
    carried_over,
    counted,
    days_late,
    end_of,
    has_ended,
    is_playable,
    late_percent,
    opening,
    renewed_end,
    terms_of,
    told,
)

T = datetime(2026, 11, 26, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EXTRA = Accommodation(time_percent=150)
UNTIMED = Accommodation(no_timer=True)


def done(number=1, ratio=0.5, *, finished=T, started=T - HOUR):
    return Done(number=number, ratio=ratio, started_at=started, finished_at=finished)


@pytest.mark.parametrize(
    ("policy", "finished", "last", "state"),
    [
        (Policy(), 0, None, "open"),
        (Policy(opens_at=T + MINUTE), 0, None, "not_yet"),
        (Policy(opens_at=T), 0, None, "open"),
        (Policy(closes_at=T + MINUTE), 0, None, "open"),
        (Policy(closes_at=T), 0, None, "closed"),
        (Policy(due_at=T - DAY), 0, None, "open"),
        (Policy(max_attempts=2), 1, T - DAY, "open"),
        (Policy(max_attempts=2), 2, T - DAY, "used_up"),
        (Policy(cooldown_minutes=60), 1, T - HOUR + MINUTE, "cooling"),
        (Policy(cooldown_minutes=60), 1, T - HOUR, "open"),
        (Policy(cooldown_minutes=60), 0, None, "open"),
        (Policy(max_attempts=1, cooldown_minutes=60), 1, T, "used_up"),
        (Policy(closes_at=T, max_attempts=1), 1, T, "closed"),
    ],
)
@pytest.mark.proves("rules-attempts-and-cooldown", "rules-dates")
def test_opening(policy, finished, last, state):
    assert opening(terms_of(policy), finished=finished, last_finished_at=last, now=T).state == state


@pytest.mark.parametrize(
    ("limit", "closes", "given", "lasts"),
    [
        (None, None, Accommodation(), None),
        (None, HOUR, Accommodation(), None),
        (None, HOUR, UNTIMED, None),
        (40, None, Accommodation(), 40 * MINUTE),
        (40, 2 * HOUR, Accommodation(), 40 * MINUTE),
        (40, 20 * MINUTE, Accommodation(), 20 * MINUTE),
        (40, 20 * MINUTE, Accommodation(extra_days=1), 40 * MINUTE),
        (40, None, EXTRA, 60 * MINUTE),
        (40, 20 * MINUTE, EXTRA, 60 * MINUTE),
        (40, None, UNTIMED, None),
        (40, 20 * MINUTE, UNTIMED, UNTIMED_SPAN),
        (40, 9 * DAY, UNTIMED, 9 * DAY),
    ],
)
@pytest.mark.proves("rules-time-limit", "rules-more-time", "rules-close-cuts-nobody-short")
def test_end_of_an_attempt_begun_now(limit, closes, given, lasts):
    policy = Policy(time_limit_minutes=limit, closes_at=T + closes if closes else None)

    end = end_of(terms_of(policy, given), T)

    assert end == (T + lasts if lasts else None)


def test_minutes_of_an_extension_come_after_the_multiplier():
    terms = terms_of(Policy(time_limit_minutes=40), EXTRA, [Extension(extra_minutes=5)])

    assert end_of(terms, T) == T + 65 * MINUTE


@pytest.mark.parametrize(
    ("before", "after"),
    [(T + 40 * MINUTE, T + 40 * MINUTE), (T + 10 * MINUTE, T + 30 * MINUTE), (None, None)],
)
def test_a_change_ends_no_attempt_under_way_earlier(before, after):
    assert renewed_end(terms_of(Policy(time_limit_minutes=30)), T, before) == after


@pytest.mark.parametrize(
    ("policy", "ends_at", "playable"),
    [
        (Policy(), None, True),
        (Policy(opens_at=T + MINUTE), None, False),
        (Policy(closes_at=T), None, False),
        (Policy(closes_at=T + MINUTE), None, True),
        (Policy(closes_at=T - DAY, time_limit_minutes=9), T + MINUTE, True),
        (Policy(time_limit_minutes=9), T - SLACK + timedelta(seconds=1), True),
        (Policy(time_limit_minutes=9), T - SLACK, False),
    ],
)
def test_answers_are_taken_until_the_end(policy, ends_at, playable):
    assert is_playable(terms_of(policy), ends_at, T) == playable
    assert not (playable and has_ended(ends_at, T))


LATE = {
    "per_day": Policy(due_at=T, late="per_day", late_percent=10),
    "flat": Policy(due_at=T, late="flat", late_percent=30),
}


@pytest.mark.parametrize(
    ("policy", "after", "percent"),
    [
        (Policy(due_at=T), 30 * DAY, 0),
        (Policy(late="flat", late_percent=30), 30 * DAY, 0),
        (LATE["per_day"], timedelta(0), 0),
        (LATE["per_day"], MINUTE, 10),
        (LATE["per_day"], DAY, 10),
        (LATE["per_day"], DAY + MINUTE, 20),
        (LATE["per_day"], 30 * DAY, 100),
        (LATE["flat"], MINUTE, 30),
        (LATE["flat"], 30 * DAY, 30),
        (Policy(due_at=T, late="per_day", late_percent=10, late_floor=60), 30 * DAY, 40),
        (Policy(due_at=T, late="flat", late_percent=30, late_grace_minutes=15), 15 * MINUTE, 0),
        (Policy(due_at=T, late="flat", late_percent=30, late_grace_minutes=15), 16 * MINUTE, 30),
        (Policy(due_at=T, closes_at=T + DAY, late="per_day", late_percent=10), 9 * DAY, 10),
    ],
)
@pytest.mark.proves("rules-late")
def test_what_lateness_takes_off(policy, after, percent):
    assert late_percent(terms_of(policy), done(finished=T + after)) == percent


@pytest.mark.parametrize(
    ("given", "extensions", "days"),
    [
        (Accommodation(), [], 2),
        (Accommodation(extra_days=1), [], 1),
        (Accommodation(extra_days=2), [], 0),
        (Accommodation(), [Extension(due_at=T + DAY)], 1),
        (Accommodation(extra_days=1), [Extension(due_at=T + 3 * DAY)], 0),
        (Accommodation(extra_days=2), [Extension(due_at=T - DAY)], 0),
    ],
)
@pytest.mark.proves("rules-later-dates")
def test_later_dates_make_work_less_late(given, extensions, days):
    terms = terms_of(Policy(due_at=T, late="per_day", late_percent=10), given, extensions)

    assert days_late(terms, done(finished=T + 2 * DAY)) == days


@pytest.mark.parametrize(
    "given", [Accommodation(), Accommodation(no_timer=True), Accommodation(time_percent=200)]
)
@pytest.mark.proves("rules-never-stricter")
def test_longer_time_beyond_the_close_is_not_later_than_the_close(given):
    """Begun after the due date, with the close in the middle of their own longer time."""
    policy = Policy(due_at=T, closes_at=T + DAY, late="per_day", late_percent=10, time_limit_minutes=60)
    begun = T + DAY - timedelta(minutes=30)
    at_close = Done(number=1, ratio=1.0, started_at=begun, finished_at=T + DAY + timedelta(minutes=20))

    assert days_late(terms_of(policy, given), at_close) == 1


@pytest.mark.proves("rules-close-cuts-nobody-short")
def test_more_time_begun_before_the_due_date_is_not_late():
    policy = Policy(due_at=T, late="flat", late_percent=50, time_limit_minutes=40)
    begun, handed_in = T - 10 * MINUTE, T + 45 * MINUTE

    assert late_percent(terms_of(policy), done(started=begun, finished=handed_in)) == 50
    assert late_percent(terms_of(policy, EXTRA), done(started=begun, finished=handed_in)) == 0
    assert late_percent(terms_of(policy, EXTRA), done(started=T + MINUTE, finished=handed_in)) == 50


@pytest.mark.parametrize(
    ("keeps", "ratio", "numbers"),
    [("best", 0.9, (2,)), ("latest", 0.6, (3,)), ("first", 0.3, (1,)), ("average", 0.6, (1, 2, 3))],
)
@pytest.mark.proves("rules-what-counts")
def test_which_attempt_counts(keeps, ratio, numbers):
    attempts = [done(3, 0.6), done(1, 0.3), done(2, 0.9)]

    found = counted(terms_of(Policy(keeps=keeps)), attempts)

    assert (round(found.ratio, 6), found.numbers) == (ratio, numbers)


def test_best_is_the_best_after_lateness():
    policy = Policy(due_at=T, late="flat", late_percent=50)
    attempts = [done(1, 0.6, finished=T), done(2, 0.9, finished=T + DAY)]

    assert counted(terms_of(policy), attempts).numbers == (1,)


def test_nothing_counts_before_anything_is_finished():
    assert counted(terms_of(Policy()), []) is None


@pytest.mark.parametrize("is_due", [False, True])
@pytest.mark.parametrize("feedback", FEEDBACK_POLICIES)
@pytest.mark.proves("rules-feedback")
def test_what_is_told(feedback, is_due):
    policy = Policy(feedback=feedback, due_at=T if is_due else T + DAY)
    expected = {
        "at_once": (True, True, True),
        "after_finish": (True, True, False),
        "after_due": (True, is_due, False),
        "scores_only": (True, False, False),
        "never": (False, False, False),
    }

    found = told(terms_of(policy), is_preview=False, now=T)

    assert (found.score, found.items, found.at_once) == expected[feedback]
    assert told(terms_of(policy), is_preview=True, now=T).items


def test_days_of_ones_own_keep_no_feedback_back():
    policy = Policy(feedback="after_due", due_at=T)

    assert told(terms_of(policy, Accommodation(extra_days=5)), is_preview=False, now=T).items
    assert not told(
        terms_of(policy, extensions=[Extension(due_at=T + DAY, is_for_class=True)]), is_preview=False, now=T
    ).items


@pytest.mark.parametrize(
    ("retake", "ratios", "carried"),
    [
        ("all", {"a": 1.0, "b": 0.0}, set()),
        ("missed", {"a": 1.0, "b": 0.0, "c": 0.5}, {"a"}),
        ("missed", {"a": 1.0, "b": 1.0}, set()),
        ("missed", {}, set()),
    ],
)
@pytest.mark.proves("rules-retake")
def test_what_a_retake_carries_over(retake, ratios, carried):
    assert carried_over(Policy(retake=retake), ratios) == carried


@pytest.mark.proves("rules-more-attempts")
def test_more_attempts_add_up():
    terms = terms_of(Policy(max_attempts=1), Accommodation(extra_attempts=1), [Extension(extra_attempts=2)])

    assert terms.max_attempts == 4
    assert terms_of(Policy(), Accommodation(extra_attempts=1)).max_attempts is None
