"""A time limit is kept by the server: answers stop, the attempt is handed in once, graded, and its grade is queued."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from answer_fields import right
from answering import go_to_review, items_on
from stack import QUIZ_LINK, TEACHER

from lti_tool.facts.people import Access
from lti_tool.flow import finish, hand_in


def begin(ruled, pupil):
    student = ruled.stack.launch(QUIZ_LINK, pupil)
    assert "/attempt/" in student.path
    return student


def answer_first(ruled, student):
    (item_id, *_) = items_on(student.at_step(0))
    student.submit("next", **right(ruled.stack, item_id))
    return item_id


def attempt_of(ruled, student):
    return ruled.rows("SELECT * FROM attempt WHERE id = :id", id=student.attempt_id)[0]


@pytest.mark.proves("rules-hand-in")
def test_closed_tab_is_handed_in_graded_and_queued(ruled, pupil):
    ruled.set(time_limit_minutes=30)
    student = begin(ruled, pupil)
    answer_first(ruled, student)
    ruled.let_run(student, 31)

    assert ruled.hand_in_all() == 1

    kept = attempt_of(ruled, student)
    assert kept["finished_at"] == kept["ends_at"]
    assert kept["score_ratio"] == pytest.approx(0.1)
    (grade,) = ruled.grade(kept["person_id"])
    assert (grade["wanted_score"], grade["state"]) == (1, "due")
    assert ruled.stack.deliver_all() >= 1
    assert ruled.stack.gradebook()[(pupil, QUIZ_LINK)]["score"] == 1
    assert ruled.hand_in_all() == 0


@pytest.mark.proves("rules-time-limit")
def test_answers_after_the_end_are_not_taken(ruled, pupil):
    ruled.set(time_limit_minutes=30)
    student = begin(ruled, pupil)
    item_id = answer_first(ruled, student)
    (other,) = items_on(student.at_step(1))
    ruled.let_run(student, 31)

    late = student.save(right(ruled.stack, other), client="page2", seq=1)

    assert late.json()["finished"] and not late.json()["saved"]
    saved = ruled.rows("SELECT item_id FROM response WHERE attempt_id = :a", a=student.attempt_id)
    assert [row["item_id"] for row in saved] == [item_id]


@pytest.mark.parametrize("how", ["open the page", "press a button", "launch again"])
def test_whoever_comes_after_the_end_sees_the_result(ruled, pupil, how):
    ruled.set(time_limit_minutes=30)
    student = begin(ruled, pupil)
    ruled.let_run(student, 31)

    if how == "open the page":
        student.at_step(3)
    elif how == "press a button":
        student.submit("next")
    else:
        student = ruled.stack.launch(QUIZ_LINK, pupil)

    assert "/result" in student.path
    assert "Your time was over" in student.text


@pytest.mark.proves("rules-hand-in")
def test_own_hand_and_the_round_at_once_finish_it_once(ruled, pupil):
    ruled.set(time_limit_minutes=30)
    student = begin(ruled, pupil)
    answer_first(ruled, student)
    kept = attempt_of(ruled, student)
    ruled.let_run(student, 31)
    access = Access(tenant_id=ruled.stack.tenant_id, person_id=kept["person_id"])

    with ThreadPoolExecutor(6) as pool:
        own = [pool.submit(finish, ruled.stack.tool, access, kept["id"]) for _ in range(3)]
        rounds = [pool.submit(hand_in, ruled.stack.tool, kept["id"]) for _ in range(3)]
        for each in (*own, *rounds):
            each.result()

    told = ruled.rows(
        "SELECT count(*) AS n FROM event WHERE attempt_id = :a AND name = 'finished'", a=kept["id"]
    )
    assert told[0]["n"] == 1
    assert [grade["wanted_version"] for grade in ruled.grade(kept["person_id"])] == [1]


@pytest.mark.proves("rules-change-follows")
def test_attempt_begun_without_a_limit_keeps_none(ruled, pupil):
    student = begin(ruled, pupil)
    ruled.set(time_limit_minutes=5)
    ruled.let_run(student, 60)

    assert ruled.hand_in_all() == 0
    assert student.at_step(0).page.status_code == 200
    assert 'id="clock"' not in student.page.text


@pytest.mark.proves("rules-change-follows")
def test_longer_limit_holds_for_attempts_under_way_and_a_shorter_one_does_not(ruled, pupil):
    ruled.set(time_limit_minutes=30)
    student = begin(ruled, pupil)
    first = attempt_of(ruled, student)["ends_at"]

    ruled.set(time_limit_minutes=10)
    assert attempt_of(ruled, student)["ends_at"] == first
    ruled.set(time_limit_minutes=60)

    assert (attempt_of(ruled, student)["ends_at"] - first).total_seconds() == 30 * 60


@pytest.mark.proves("rules-gentle-clock")
def test_page_states_the_end_without_scripts(ruled, pupil):
    ruled.set(time_limit_minutes=30)
    student = begin(ruled, pupil)

    clock = re.search(r'<details class="clock".*?</details>', student.page.text, re.S).group(0)

    assert "Ends " in clock and "handed in by itself" in clock
    assert 25 * 60_000 < int(re.search(r'data-left-ms="(\d+)"', clock)[1]) <= 30 * 60_000


def test_preview_has_no_end(ruled):
    ruled.set(time_limit_minutes=30)
    teacher = ruled.stack.launch(QUIZ_LINK, TEACHER)
    teacher.post(f"{teacher.visit}/begin/{ruled.set(time_limit_minutes=30)}")

    assert "/attempt/" in teacher.path
    assert attempt_of(ruled, teacher)["ends_at"] is None
    go_to_review(teacher).submit("finish")
