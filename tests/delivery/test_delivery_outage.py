"""An LMS that is down, slow or rude: the grade waits, the class page says why, and it arrives once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from gradable import enrol, fork_worker, grade_of, hand_in, running_worker, try_at_once, wait_for, want
from stack import CLASS_LINK, TEACHER

from lti_tool.app.assemble import create_tool
from lti_tool.db.connect import open_engine
from lti_tool.flow import deliver

BUSY = "The LMS is busy or out of order just now; the score will be sent again."
SLOW_DOWN = "The LMS asks InfoLit to slow down; the score will be sent again."
SILENT = "The LMS at localhost did not answer in time."
UNREACHED = "The LMS at localhost could not be reached."
PAGE = "The LMS answered with a web page, as it does during maintenance."

TROUBLES = {
    "error": ({"mode": "status", "status": 500}, BUSY),
    "unavailable": ({"mode": "status", "status": 503, "retry_after": "7"}, BUSY),
    "too many": ({"mode": "status", "status": 429, "retry_after": "3"}, SLOW_DOWN),
    "hang": ({"mode": "hang", "delay_s": 1.0}, SILENT),
    "web page": ({"mode": "garbage"}, PAGE),
    "dropped": ({"mode": "drop"}, UNREACHED),
    "taken, then an error": ({"mode": "status", "status": 500, "applied": True}, BUSY),
    "taken, then dropped": ({"mode": "drop", "applied": True}, UNREACHED),
    "taken, then a web page": ({"mode": "garbage", "applied": True}, PAGE),
}


def cell(stack, learner):
    return stack.gradebook("grade-7")[learner.user, learner.link]


def restarted(stack):
    """The tool as after a restart: nothing in memory, everything in the database."""
    return create_tool(stack.tool.settings, open_engine(stack.database_url, pool_size=2))


@pytest.mark.proves("grades-survive", "grades-error-429")
@pytest.mark.parametrize("trouble", TROUBLES)
def test_grade_waits_with_a_plain_reason_and_arrives_once(impatient, learner, trouble):
    behavior, reason = TROUBLES[trouble]
    impatient.behave(**behavior)
    want(impatient, learner, 8)
    impatient.deliver_all()
    waiting = grade_of(impatient, learner)
    assert (waiting.state, waiting.last_error, waiting.acked_version) == ("waiting", reason, 0)

    impatient.behave(mode="ok")
    try_at_once(impatient)
    tool = restarted(impatient)
    deliver(tool, impatient.platform_id)
    tool.gateway.close()
    tool.sessions.kw["bind"].dispose()

    assert (cell(impatient, learner)["score_given"], cell(impatient, learner)["received_count"]) == (8, 1)
    delivered = grade_of(impatient, learner)
    assert (delivered.state, delivered.last_error) == ("delivered", None)


def test_class_page_says_what_is_wrong_meanwhile(impatient, learner):
    impatient.behave(mode="status", status=503)
    want(impatient, learner, 8)
    impatient.deliver_all()

    teacher = impatient.launch(CLASS_LINK, TEACHER).get_link("Leave the Page")

    assert BUSY in teacher.text


@pytest.mark.proves("grades-error-429")
def test_retry_after_is_kept_by_every_grade_of_the_lms(impatient):
    learners = enrol(impatient, most=14)
    impatient.behave(mode="status", status=429, retry_after="240")
    for each in learners:
        want(impatient, each, 8)

    impatient.deliver_all()

    grades = [grade_of(impatient, each) for each in learners]
    assert min(grade.next_try_at for grade in grades) > impatient.tool.clock() + timedelta(seconds=200)
    assert sum(grade.tries for grade in grades) < len(grades)
    assert {grade.last_error for grade in grades} == {SLOW_DOWN}


@pytest.mark.proves("grades-resend", "grades-error-403", "grades-error-422")
def test_refused_grade_stays_until_it_is_resent(impatient, learner):
    impatient.behave(mode="status", status=403)
    want(impatient, learner, 8)
    impatient.deliver_all()
    impatient.behave(mode="ok")
    impatient.deliver_all()
    refused = grade_of(impatient, learner)
    assert refused.state == "refused" and "Ask your LMS administrator" in refused.last_error

    hand_in(impatient, learner)
    teacher = impatient.launch(CLASS_LINK, TEACHER).get_link("Leave the Page")
    teacher.post(f"{teacher.path}/resend/{learner.outcome.person_id}")
    impatient.deliver_all()

    assert cell(impatient, learner)["score_given"] == 8


# 409: the LMS holds a score as new as ours


def post_as_teacher(stack, learner, score, *, after):
    """Another score in the LMS, later than ours, put there through its own service."""
    grade = grade_of(stack, learner)
    platform = stack.tool.gateway._get_platform(stack.platform_id)
    scope = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
    answer = httpx.post(
        f"{grade.line_item_url}/scores",
        json={
            "userId": learner.subject,
            "scoreGiven": score,
            "scoreMaximum": 10,
            "activityProgress": "Completed",
            "gradingProgress": "FullyGraded",
            "timestamp": (grade.wanted_at + after).isoformat(),
        },
        headers={
            "Authorization": f"Bearer {stack.tool.gateway.tokens.get(platform, [scope])}",
            "Content-Type": "application/vnd.ims.lis.v1.score+json",
        },
    )
    assert answer.status_code == 200


@pytest.mark.proves("grades-error-409")
def test_score_sent_before_a_kill_is_recognised_and_not_sent_twice(impatient, learner):
    want(impatient, learner, 8)
    impatient.deliver_all()
    with impatient.tool.sessions.begin() as session:
        grade = session.merge(grade_of(impatient, learner))
        grade.acked_version, grade.acked_score, grade.state = 0, None, "due"

    impatient.deliver_all()

    assert grade_of(impatient, learner).state == "delivered"
    assert cell(impatient, learner)["received_count"] == 1


@pytest.mark.proves("grades-teachers-own", "grades-error-409")
def test_teachers_later_score_stands_until_ours_is_resent(impatient, learner):
    an_hour_ago = impatient.tool.clock() - timedelta(hours=1)
    want(impatient, learner, 4, now=an_hour_ago)
    post_as_teacher(impatient, learner, 9, after=timedelta(minutes=20))

    impatient.deliver_all()
    grade = grade_of(impatient, learner)
    assert grade.state == "refused" and "It stands; resend to replace it." in grade.last_error
    assert cell(impatient, learner)["score_given"] == 9

    hand_in(impatient, learner)
    teacher = impatient.launch(CLASS_LINK, TEACHER).get_link("Leave the Page")
    teacher.post(f"{teacher.path}/resend/{learner.outcome.person_id}")
    impatient.deliver_all()
    assert cell(impatient, learner)["score_given"] == 4


def test_own_earlier_score_with_a_later_time_is_replaced(impatient, learner):
    """As on an LMS whose clock is ahead, or that counts whole seconds."""
    want(impatient, learner, 4)
    impatient.deliver_all()
    post_as_teacher(impatient, learner, 4, after=timedelta(seconds=5))
    want(impatient, learner, 7)

    impatient.deliver_all()
    assert grade_of(impatient, learner).state == "waiting"
    later = replace(
        impatient.tool, clock=lambda: grade_of(impatient, learner).wanted_at + timedelta(seconds=10)
    )
    for _ in range(2):
        deliver(later, impatient.platform_id)

    assert cell(impatient, learner)["score_given"] == 7
    assert grade_of(impatient, learner).state == "delivered"


@pytest.mark.proves("grades-times-increase")
def test_times_increase_while_the_clock_steps_backwards(impatient, learner):
    start = impatient.tool.clock()
    times = []
    for score, step in enumerate((0, -3600, -7200, 0, -5)):
        now = start + timedelta(seconds=step)
        want(impatient, learner, score, now=now)
        deliver(replace(impatient.tool, clock=lambda now=now: now), impatient.platform_id)
        times.append(grade_of(impatient, learner).wanted_at)
        assert cell(impatient, learner)["score_given"] == score

    assert times == sorted(set(times))


# A real worker


def test_worker_delivers_within_two_seconds(impatient):
    learners = enrol(impatient, most=6)
    took = []
    with running_worker(impatient, delivery_sweep_s=60):
        want(impatient, learners[0], 1)
        wait_for(lambda: grade_of(impatient, learners[0]).state == "delivered", within_s=20)
        for learner in learners[1:]:
            want(impatient, learner, 6)
            took.append(
                wait_for(
                    lambda learner=learner: grade_of(impatient, learner).state == "delivered", within_s=20
                )
            )

    assert sorted(took)[len(took) // 2] < 2, took


def test_worker_told_to_end_ends_cleanly_and_the_next_one_goes_on(impatient, learner):
    impatient.behave(mode="status", status=500)
    with running_worker(impatient, fork_worker) as worker:
        want(impatient, learner, 5)
        wait_for(lambda: grade_of(impatient, learner).state == "waiting", within_s=20)
    assert worker.exitcode == 0

    impatient.behave(mode="ok")
    with running_worker(impatient, fork_worker):
        wait_for(lambda: grade_of(impatient, learner).state == "delivered", within_s=20)

    assert cell(impatient, learner)["received_count"] == 1
