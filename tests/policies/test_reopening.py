"""A teacher reopens what was handed in: its student goes on with the same try, what was handed in is kept, and undo puts it back."""

import html
import re

import pytest
from answer_fields import right, wrong
from answering import items_on, play
from stack import QUIZ_LINK, TEACHER

from lti_tool.content.store import get_snapshot
from lti_tool.corrections.rescoring import follow
from lti_tool.player.rescore import rescore
from lti_tool.player.tables import Attempt


@pytest.fixture
def teacher(ruled):
    browser = ruled.stack.launch(QUIZ_LINK, TEACHER)
    browser.post(f"{browser.visit}/language", {"locale": "en", "back": browser.path})
    return browser.get_link("Corrections")


def half_right(ruled):
    seen = iter(range(1000))
    return lambda item_id: (right if next(seen) % 2 else wrong)(ruled.stack, item_id)


def hand_in_half(ruled, pupil):
    student = ruled.stack.launch(QUIZ_LINK, pupil)
    play(student, half_right(ruled))
    ruled.stack.deliver_all()
    return student


def attempts(ruled, student):
    return ruled.rows(
        "SELECT * FROM attempt WHERE person_id = :p ORDER BY number DESC", p=ruled.person_id(student)
    )


def responses(ruled, attempt_id):
    rows = ruled.rows("SELECT * FROM response WHERE attempt_id = :a ORDER BY item_id", a=attempt_id)
    return [{name: value for name, value in row.items() if name != "attempt_id"} for row in rows]


def learned(ruled, student):
    statement = "SELECT item_id, ratio FROM mastery_evidence WHERE attempt_id = :a ORDER BY item_id"
    return ruled.rows(statement, a=student.attempt_id)


def counted_sheets(ruled, student):
    return ruled.rows(
        "SELECT item_id, score FROM first_answer WHERE attempt_id = :a ORDER BY item_id", a=student.attempt_id
    )


def score_in_lms(ruled, pupil):
    ruled.stack.deliver_all()
    return ruled.stack.gradebook()[(pupil, QUIZ_LINK)]["score"]


def reopen(ruled, teacher, student, **more):
    form = {"do": "reopen", "person": str(ruled.person_id(student)), "reason": "Pressed too early."}
    return teacher.post(teacher.path, form | more)


def undo_newest(teacher):
    return teacher.post(teacher.path, {"do": re.search(r'value="(undo:\d+)"', teacher.page.text)[1]})


def test_student_goes_on_with_the_same_try_and_its_grade_follows(ruled, pupil, teacher):
    student = hand_in_half(ruled, pupil)
    (before,) = attempts(ruled, student)
    answers, evidence, earned = (
        responses(ruled, before["id"]),
        learned(ruled, student),
        score_in_lms(ruled, pupil),
    )
    assert 0 < earned < 10 and evidence and counted_sheets(ruled, student)

    reopen(ruled, teacher, student)

    assert "reopened" in teacher.text and "Pressed too early." in teacher.text
    live, kept = attempts(ruled, student)
    assert live["id"] == before["id"] and live["finished_at"] is None and live["number"] == 1
    assert kept["kept_of_id"] == live["id"] and kept["score_ratio"] == before["score_ratio"]
    assert responses(ruled, kept["id"]) == answers, "what was handed in is kept"
    assert all(row["tries"] == 0 and row["saved"] for row in responses(ruled, live["id"]))
    assert score_in_lms(ruled, pupil) == earned, "the grade stays until it is handed in again"
    resend = f"{teacher.path.removesuffix('/actions')}/resend/{ruled.person_id(student)}"
    assert teacher.post(resend).page.status_code == 404, "there is no score to send now"
    teacher.get(resend.split("/resend")[0] + "/actions")
    assert counted_sheets(ruled, student) == []

    back = ruled.stack.launch(QUIZ_LINK, pupil)
    assert back.attempt_id == student.attempt_id
    play(back, lambda item_id: right(ruled.stack, item_id))

    assert score_in_lms(ruled, pupil) == 10
    assert learned(ruled, student) == evidence, "first answers are the evidence, once"
    assert sum(row["score"] for row in counted_sheets(ruled, student)) == 10_000 * len(answers)


def test_undo_puts_back_what_was_handed_in_and_keeps_what_came_after(ruled, pupil, teacher):
    student = hand_in_half(ruled, pupil)
    (before,) = attempts(ruled, student)
    answers, earned = responses(ruled, before["id"]), score_in_lms(ruled, pupil)
    sheets = counted_sheets(ruled, student)
    reopen(ruled, teacher, student)
    play(ruled.stack.launch(QUIZ_LINK, pupil), lambda item_id: right(ruled.stack, item_id))
    later = responses(ruled, student.attempt_id)
    assert score_in_lms(ruled, pupil) == 10

    undo_newest(teacher)

    assert score_in_lms(ruled, pupil) == earned
    live, kept = attempts(ruled, student)
    assert responses(ruled, live["id"]) == answers and responses(ruled, kept["id"]) == later
    assert (live["score_ratio"], live["finished_at"]) == (before["score_ratio"], before["finished_at"])
    assert kept["score_ratio"] == 1 and kept["set_aside_at"]
    assert counted_sheets(ruled, student) == sheets
    page = teacher.get(f"{teacher.path.removesuffix('/actions')}/student/{ruled.person_id(student)}")
    assert "Kept when it was reopened" in page.text
    page.get(html.unescape(re.search(r'href="([^"]*attempt=[^"]*)"', page.page.text)[1]))
    assert "before it was reopened" in page.text and "try -1" not in page.text


def test_undo_while_it_is_open_ends_it_as_it_was(ruled, pupil, teacher):
    student = hand_in_half(ruled, pupil)
    (before,) = attempts(ruled, student)
    reopen(ruled, teacher, student)
    page = ruled.stack.launch(QUIZ_LINK, pupil).at_step(0)

    undo_newest(teacher)

    assert attempts(ruled, student)[0] == before
    assert page.post(page.path, {"do": "finish"}).path.endswith("/result")
    assert attempts(ruled, student)[0] | {"step": before["step"]} == before


def entries(ruled, student, action):
    """Ids of what was decided about a student, the newest first."""
    rows = ruled.rows(
        "SELECT id FROM audit_entry WHERE action = :x AND person_id = :p ORDER BY id DESC",
        x=action,
        p=ruled.person_id(student),
    )
    return [row["id"] for row in rows]


def test_two_reopenings_are_undone_one_after_another(ruled, pupil, teacher):
    student = hand_in_half(ruled, pupil)
    (first,) = attempts(ruled, student)
    stages = [responses(ruled, first["id"])]
    for make in (wrong, right):
        reopen(ruled, teacher, student)
        play(ruled.stack.launch(QUIZ_LINK, pupil), lambda item_id, make=make: make(ruled.stack, item_id))
        stages.append(responses(ruled, first["id"]))
    newest, oldest = entries(ruled, student, "reopen")

    early = teacher.post(teacher.path, {"do": f"undo:{oldest}"})
    assert early.page.status_code == 409 and "Take that back first." in early.text
    assert responses(ruled, first["id"]) == stages[2], "the newer one still stands"
    for entry, stage in ((newest, stages[1]), (oldest, stages[0])):
        teacher.post(teacher.path, {"do": f"undo:{entry}"})
        assert responses(ruled, first["id"]) == stage

    assert attempts(ruled, student)[0]["score_ratio"] == first["score_ratio"]


def test_what_an_undone_reopening_brought_is_never_taken_for_the_first_answer(ruled, pupil, teacher):
    student = ruled.stack.launch(QUIZ_LINK, pupil)
    play(student, lambda item_id: wrong(ruled.stack, item_id))
    known = learned(ruled, student)
    for is_undone in (True, False):
        reopen(ruled, teacher, student)
        play(ruled.stack.launch(QUIZ_LINK, pupil), lambda item_id: right(ruled.stack, item_id))
        if is_undone:
            undo_newest(teacher)
    assert learned(ruled, student) == known

    follow_all(ruled, student)

    assert learned(ruled, student) == known


def test_no_answer_is_learned_from_twice(ruled, pupil, teacher):
    """Left blank first, and given in each of two reopenings, of which one is undone."""
    student, seen = ruled.stack.launch(QUIZ_LINK, pupil), iter(range(1000))
    play(student, lambda item_id: right(ruled.stack, item_id) if next(seen) else {})
    for is_undone in (True, False):
        reopen(ruled, teacher, student)
        play(ruled.stack.launch(QUIZ_LINK, pupil), lambda item_id: right(ruled.stack, item_id))
        if is_undone:
            undo_newest(teacher)

    items = [each["item_id"] for each in learned(ruled, student)]
    assert len(items) == len(set(items)) == 10


def follow_all(ruled, student):
    """Score the attempt anew and learn from it again, as after a corrected question."""
    with ruled.stack.tool.sessions.begin() as session:
        attempt = session.get_one(Attempt, student.attempt_id, with_for_update=True)
        snapshot, now = get_snapshot(session, attempt.snapshot_hash), ruled.stack.tool.clock()
        follow(session, attempt, snapshot, rescore(session, attempt, snapshot, now=now), now)


@pytest.mark.proves("rules-reopen")
def test_time_goes_on_where_it_stopped(ruled, pupil, teacher):
    ruled.set(time_limit_minutes=30)
    student = hand_in_half(ruled, pupil)
    ruled.let_run(student, 10)
    (before,) = attempts(ruled, student)
    left = before["ends_at"] - before["finished_at"]

    reopen(ruled, teacher, student)

    (live, _) = attempts(ruled, student)
    assert live["ends_at"] - left <= ruled.now < live["ends_at"]


@pytest.mark.proves("rules-reopen")
def test_time_that_is_used_up_is_given_in_minutes(ruled, pupil, teacher):
    ruled.set(time_limit_minutes=30)
    student = ruled.stack.launch(QUIZ_LINK, pupil)
    (item_id, *_) = items_on(student.at_step(0))
    student.submit("next", **right(ruled.stack, item_id))
    ruled.let_run(student, 31)
    assert ruled.hand_in_all() == 1

    assert reopen(ruled, teacher, student).page.status_code == 400
    assert "Say how many minutes" in teacher.text
    assert reopen(ruled, teacher, student, minutes="1e3").page.status_code == 400
    reopen(ruled, teacher, student, minutes="5")

    (live, _) = attempts(ruled, student)
    assert live["finished_at"] is None and 290 < (live["ends_at"] - ruled.now).total_seconds() <= 300
    ruled.let_run(student, 6)
    assert ruled.hand_in_all() == 1
    assert attempts(ruled, student)[0]["score_ratio"] == pytest.approx(0.1), "the answer is still in it"


@pytest.mark.proves("rules-reopen")
def test_closed_assignment_is_extended_first(ruled, pupil, teacher):
    student = hand_in_half(ruled, pupil)
    ruled.set(closes_at=ruled.after(minutes=-1))

    assert reopen(ruled, teacher, student).page.status_code == 400

    assert "closed for this student" in teacher.text
    assert len(attempts(ruled, student)) == 1


def test_what_cannot_be_reopened_is_said(ruled, pupil, teacher):
    student = ruled.stack.launch(QUIZ_LINK, pupil)
    assert reopen(ruled, teacher, student).page.status_code == 400
    assert "handed in nothing yet" in teacher.text

    play(student, half_right(ruled))
    student.post(f"{student.visit}/begin/{ruled.placement_id}", {})
    assert reopen(ruled, teacher, student).page.status_code == 400
    assert "another try under way" in teacher.text


def test_scores_kept_aside_follow_no_dropped_question(ruled, pupil, teacher):
    student = hand_in_half(ruled, pupil)
    (before,) = attempts(ruled, student)
    missed = next(row["item_id"] for row in responses(ruled, before["id"]) if row["best_ratio"] < 1)
    reopen(ruled, teacher, student)
    play(ruled.stack.launch(QUIZ_LINK, pupil), half_right(ruled))

    teacher.post(teacher.path, {"do": "drop", "item": missed, "reason": "Unclear."})

    live, kept = attempts(ruled, student)
    assert live["score_ratio"] > before["score_ratio"] == kept["score_ratio"]
    undo_newest(teacher)
