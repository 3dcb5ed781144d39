"""The LMS's gradebook beside ours: Canvas's extension of a score, SpeedGrader's way to an attempt, and what teachers changed there."""

import json
import re
import uuid
from dataclasses import replace
from urllib.parse import quote

import pytest
from stack import ANA, BEN, MODULE_LINK, TEACHER

from lti_tool.lti.pace import Pace

CANVAS = "https://canvas.instructure.com/lti/submission"


def finish(browser):
    for _ in range(40):
        if 'value="finish"' in browser.text:
            return browser.submit("finish")
        browser.submit("next")
    raise AssertionError("the look back never came")


def sent_scores(stack):
    """Bodies of the scores the LMS received, oldest first."""
    entries = reversed(stack.lms.log.list_newest(kind="scores"))
    bodies = [section.body for entry in entries for section in entry.sections]
    return [json.loads(body) for body in bodies if '"scoreGiven"' in body]


def be(stack, product):
    with stack.tool.sessions.begin() as session:
        session.connection().exec_driver_sql("UPDATE platform SET product = %s", (product,))


def resend(stack):
    teacher = stack.launch(MODULE_LINK, TEACHER)
    person_id = re.search(r"/resend/([0-9a-f-]{36})", teacher.page.text).group(1)
    teacher.post(f"{teacher.path}/resend/{person_id}")
    stack.deliver_all()


@pytest.mark.proves("grades-canvas-extension", "grades-started-sends-nothing")
def test_canvas_is_told_of_a_new_submission_once(stack):
    be(stack, "canvas")
    attempt_id = stack.launch(MODULE_LINK, ANA)
    assert sent_scores(stack) == [], "starting sends no score"
    finish(attempt_id)
    stack.deliver_all()
    resend(stack)

    first, second = (each[CANVAS] for each in sent_scores(stack))
    assert (first["new_submission"], second["new_submission"]) == (True, False)
    assert first["prioritize_non_tool_grade"] is True
    assert first["submission_type"] == "basic_lti_launch"
    (attempt,) = stack.rows("SELECT id FROM attempt")
    assert first["submission_data"] == f"{stack.tool_url}/lti/launch?attempt={attempt['id']}"


@pytest.mark.proves("grades-canvas-extension")
def test_other_products_get_no_canvas_fields(stack):
    be(stack, "schoology")
    finish(stack.launch(MODULE_LINK, ANA))
    stack.deliver_all()

    (sent,) = sent_scores(stack)
    assert not [name for name in sent if "canvas" in name]


@pytest.mark.proves("grades-speed-grader")
def test_address_of_a_submission_opens_that_attempt_for_the_teacher_only(stack):
    finish(stack.launch(MODULE_LINK, ANA))
    (attempt,) = stack.rows("SELECT id, person_id FROM attempt")
    name_attempt(stack, attempt["id"])

    teacher = stack.launch(MODULE_LINK, TEACHER)
    assert teacher.path.endswith(f"/student/{attempt['person_id']}")
    assert stack.person(ANA).name in teacher.text
    assert stack.launch(MODULE_LINK, ANA).path.endswith("/result")
    other = stack.launch(MODULE_LINK, BEN)
    assert str(attempt["id"]) not in other.path
    assert "/attempt/" in other.path

    name_attempt(stack, uuid.uuid4())
    assert "/assignment/" in stack.launch(MODULE_LINK, TEACHER).path


@pytest.mark.proves("grades-speed-grader")
@pytest.mark.parametrize("times", [1, 2])
def test_address_of_a_submission_that_the_lms_encoded_again_opens_it_too(stack, times):
    finish(stack.launch(MODULE_LINK, ANA))
    (attempt,) = stack.rows("SELECT id, person_id FROM attempt")
    name_attempt(stack, attempt["id"], times_encoded=times)

    assert stack.launch(MODULE_LINK, TEACHER).path.endswith(f"/student/{attempt['person_id']}")


def name_attempt(stack, attempt_id, times_encoded=0):
    """The LMS launches the address it was given with the score."""
    link = stack.lms.state.find_link(MODULE_LINK)
    target = f"{stack.tool_url}/lti/launch?attempt={attempt_id}"
    for _ in range(times_encoded):
        target = quote(target, safe="")
    stack.lms.state._links[MODULE_LINK] = replace(link, target_url=target)


@pytest.mark.proves("grades-reconcile", "grades-teachers-own")
def test_differences_are_listed_and_left_alone(stack):
    for student in (ANA, BEN):
        finish(stack.launch(MODULE_LINK, student))
    stack.deliver_all()
    teacher = stack.launch(MODULE_LINK, TEACHER)
    teacher.post(f"{teacher.path}/compare")
    assert "holds what InfoLit sent" in teacher.text
    path = teacher.path
    with stack.tool.sessions.begin() as session:  # no result and a score of zero are the same to LMSs
        session.connection().exec_driver_sql("UPDATE grade SET wanted_score = 5")

    results = stack.lms.state._results
    for key, result in list(results.items()):
        if key[1] == ANA:
            results[key] = replace(result, score_given=7.0, score_maximum=10.0)
        else:
            del results[key]
    teacher.post(f"{path}/compare")

    assert "2 grades differ" in teacher.text
    assert "In your LMS: 14, entered there. It stands." in teacher.text
    assert "Replace it with ours" in teacher.text
    assert "That grade stands." in teacher.text
    assert "does not hold it any more" in teacher.text
    assert stack.deliver_all() == 0, "comparing sends nothing"


def test_lms_that_is_down_is_no_error_page(stack):
    finish(stack.launch(MODULE_LINK, ANA))
    teacher = stack.launch(MODULE_LINK, TEACHER)
    stack.lms.behaviors.set(
        "results", stack.lms.behaviors.next("results").__class__(mode="status", status=503)
    )

    teacher.post(f"{teacher.path}/compare")

    assert teacher.page.status_code == 200
    assert "The gradebook could not be compared." in teacher.text


# The pace


class Time:
    """Time that passes by sleeping only."""

    def __init__(self):
        self.now = 0.0

    def sleep(self, seconds):
        self.now += seconds


@pytest.mark.proves("grades-rate")
def test_pace_lets_a_second_through_at_once_and_then_evenly():
    time, platform_id = Time(), uuid.uuid4()
    pace = Pace(10, clock=lambda: time.now, sleep=time.sleep)
    for _ in range(10):
        pace.wait(platform_id)
    assert time.now == 0.0

    for _ in range(30):
        pace.wait(platform_id)

    assert round(time.now, 6) == 3.0


@pytest.mark.proves("grades-rate")
def test_pace_of_one_lms_is_nothing_to_another():
    time, busy, quiet = Time(), uuid.uuid4(), uuid.uuid4()
    pace = Pace(1, clock=lambda: time.now, sleep=time.sleep)
    for _ in range(5):
        pace.wait(busy)
    before = time.now

    pace.wait(quiet)

    assert time.now == before == 4.0
