"""What a teacher sets for an assignment reaches its students' pages, the class page and the gradebook alike."""

import html
import re

import pytest
from answer_fields import right, wrong
from answering import go_to_review, items_on, play
from stack import QUIZ_LINK, TEACHER

from lti_tool.player.tables import Marking


def take(ruled, pupil, *, rights):
    """One whole attempt with so many right answers of ten; the student is at its result."""
    student = ruled.stack.launch(QUIZ_LINK, pupil)
    if "/result" in student.path or "/waiting" in student.path:
        student.post(f"{student.visit}/begin/{ruled.placement_id}")
    left = [rights]

    def make(item_id):
        left[0] -= 1
        return (right if left[0] >= 0 else wrong)(ruled.stack, item_id)

    return play(student, make)


def on_class_page(ruled, pupil):
    """The student's row of the class page, as text."""
    teacher = ruled.stack.launch(QUIZ_LINK, TEACHER)
    name = ruled.stack.person(pupil).name
    rows = re.findall(r"<tr>.*?</tr>", teacher.page.text, re.S)
    row = next(row for row in rows if html.escape(name) in row)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row))


@pytest.mark.proves("rules-what-counts")
def test_attempt_that_counts_is_the_same_everywhere(ruled, pupil):
    for rights in (6, 9, 3):
        student = take(ruled, pupil, rights=rights)
    person_id = ruled.person_id(student)
    kept = ruled.rows("SELECT score_ratio FROM attempt WHERE person_id = :p ORDER BY number", p=person_id)
    ratios = [row["score_ratio"] for row in kept]
    counting = {
        "the latest attempt": ("latest", ratios[2]),
        "the first attempt": ("first", ratios[0]),
        "the average of all attempts": ("average", sum(ratios) / 3),
        "the best attempt": ("best", ratios[1]),
    }

    for words, (keeps, ratio) in counting.items():
        ruled.set(keeps=keeps)
        student.get(student.path)

        (grade,) = ruled.grade(person_id)
        assert grade["wanted_score"] == pytest.approx(10 * ratio, abs=0.006)
        assert f"What counts: {words}" in student.text
        assert f"{grade['wanted_score']:g} of 10 points" in student.text
        assert f"{100 * ratio:.0f}%" in on_class_page(ruled, pupil)


@pytest.mark.proves("rules-change-follows")
def test_changed_rule_sends_the_grades_it_changes(ruled, pupil):
    for rights in (8, 2):
        student = take(ruled, pupil, rights=rights)
    person_id = ruled.person_id(student)
    before = ruled.grade(person_id)[0]

    ruled.set(feedback="scores_only")
    assert ruled.grade(person_id)[0]["wanted_version"] == before["wanted_version"]
    ruled.set(keeps="latest")

    after = ruled.grade(person_id)[0]
    assert after["wanted_version"] == before["wanted_version"] + 1
    assert after["wanted_score"] < before["wanted_score"]


@pytest.mark.proves("rules-practice")
def test_practice_makes_neither_grade_nor_job(ruled, pupil):
    ruled.set(is_practice=True)
    before = ruled.stack.count("procrastinate_jobs", task_name="deliver_due")

    student = take(ruled, pupil, rights=5)

    assert ruled.grade(ruled.person_id(student)) == []
    assert ruled.stack.count("procrastinate_jobs", task_name="deliver_due") == before
    assert "This activity has no grade in your course" in student.text


@pytest.mark.proves("rules-attempts-and-cooldown")
def test_next_attempt_waits_and_the_page_says_until_when(ruled, pupil):
    ruled.set(cooldown_minutes=60)
    student = take(ruled, pupil, rights=2)
    assert "You can try again from" in student.text

    student.post(f"{student.visit}/begin/{ruled.placement_id}")
    assert student.page.status_code == 403
    student.get(f"{student.visit}/waiting/{ruled.placement_id}")
    assert "You can try again from" in student.text
    ruled.let_run(ruled.stack.launch(QUIZ_LINK, pupil), 61)

    student.post(f"{student.visit}/begin/{ruled.placement_id}")
    assert "/attempt/" in student.path


@pytest.mark.proves("rules-late-is-said")
def test_lateness_is_said_before_and_after_and_taken_off(ruled, pupil):
    ruled.set(due_at=ruled.after(hours=-25), late="per_day", late_percent=10, late_floor=50)
    student = go_to_review(ruled.stack.launch(QUIZ_LINK, pupil), lambda item: right(ruled.stack, item))
    assert "Late work loses 10 % for each day. It keeps at least 50 % of its score." in student.text

    student.submit("finish")

    assert "20 % were taken off" in student.text
    (grade,) = ruled.grade(ruled.person_id(student))
    assert grade["wanted_score"] == 8
    assert "80%" in on_class_page(ruled, pupil) and "late: −20 %" in on_class_page(ruled, pupil)


@pytest.mark.proves("rules-retake")
def test_retake_asks_what_was_missed_and_composes_the_mark(ruled, pupil):
    ruled.set(retake="missed")
    first = take(ruled, pupil, rights=7)
    learnt = ruled.rows("SELECT count(*) AS n FROM response WHERE attempt_id = :a", a=first.attempt_id)[0][
        "n"
    ]
    assert learnt == 10
    assert "Try again what was not right yet" in first.text

    student = ruled.stack.launch(QUIZ_LINK, pupil)
    student.post(f"{student.visit}/begin/{ruled.placement_id}")
    assert "Question 1 of 3" in student.text
    asked = set(items_on(student))
    play(student, lambda item: asked.add(item) or right(ruled.stack, item))

    rows = ruled.rows("SELECT carried, drawn, score_ratio FROM attempt WHERE id = :a", a=student.attempt_id)[
        0
    ]
    assert rows["score_ratio"] == 1
    assert len(asked) == 3 and asked | set(rows["carried"]) == set(rows["drawn"])
    assert "7 answers were carried over" in student.text
    (grade,) = ruled.grade(ruled.person_id(student))
    assert grade["wanted_score"] == 10


def test_teachers_word_is_carried_over_with_its_answer(ruled, pupil):
    ruled.set(retake="missed")
    first = take(ruled, pupil, rights=7)
    right_ones = "SELECT item_id, tenant_id FROM response WHERE attempt_id = :a AND best_ratio = 1 LIMIT 1"
    (known,) = ruled.rows(right_ones, a=first.attempt_id)
    with ruled.stack.tool.sessions.begin() as session:
        word = {"levels": {}, "is_draft": False, "ratio": 1.0, "marked_at": ruled.now}
        session.add(Marking(attempt_id=first.attempt_id, **known, **word))

    student = ruled.stack.launch(QUIZ_LINK, pupil)
    student.post(f"{student.visit}/begin/{ruled.placement_id}")

    words = ruled.rows("SELECT item_id, ratio FROM marking WHERE attempt_id = :a", a=student.attempt_id)
    assert words == [{"item_id": known["item_id"], "ratio": 1.0}]


@pytest.mark.proves("rules-feedback")
def test_feedback_at_once_lets_each_question_be_checked_once(ruled, pupil):
    ruled.set(feedback="at_once")
    student = ruled.stack.launch(QUIZ_LINK, pupil)
    (item_id,) = items_on(student)

    student.submit(f"check:{item_id}", **right(ruled.stack, item_id))

    assert 'class="result"' in student.page.text
    assert items_on(student) == []
    ruled.set(feedback="after_finish")
    other = student.at_step(1)
    assert 'value="check:' not in other.page.text


@pytest.mark.proves("rules-dates")
def test_waiting_page_says_when_it_opens(ruled, pupil):
    ruled.set(opens_at=ruled.after(days=1))

    student = ruled.stack.launch(QUIZ_LINK, pupil)

    assert "/waiting/" in student.path and "It opens" in student.text


def test_unknown_or_impossible_rules_are_refused_whole(ruled):
    teacher = ruled.stack.launch(QUIZ_LINK, TEACHER).get_link("Change settings")
    good = {"title": "Quiz", "points": "10"}
    for bad in (
        {"late": "per_day", "late_percent": "10"},
        {"late": "flat", "due_at": "2031-01-01T08:00"},
        {"time_limit_minutes": "0"},
        {"time_limit_minutes": "481"},
        {"keeps": "worst"},
        {"late_floor": "101"},
        {"cooldown_minutes": "-1"},
        {"retake": "missed", "keeps": "average"},
    ):
        teacher.post(teacher.path, good | bad)
        assert teacher.page.status_code == 400, bad
        assert 'class="field-error"' in teacher.page.text

    teacher.post(teacher.path, good | {"time_limit_minutes": "45", "keeps": "latest", "is_practice": "yes"})

    kept = ruled.rows(
        "SELECT time_limit_minutes, keeps, is_practice FROM placement WHERE content_kind = 'quiz'"
    )
    assert kept == [{"time_limit_minutes": 45, "keeps": "latest", "is_practice": True}]
