"""A teacher sets a grade, excuses, drops a question, and takes each back: the gradebook follows, others may not, and all of it is written down."""

import html
import re

import pytest
from answer_fields import right, wrong
from answering import play
from stack import ANA, BEN, OTHER_TEACHER, QUIZ_LINK, TEACHER

CAM, DEE = "student-078", "student-079"


@pytest.fixture(scope="module")
def played(shared_stack):
    """Two students have taken a quiz, one all right, one half."""
    stack = shared_stack
    play(stack.launch(QUIZ_LINK, ANA), lambda item_id: right(stack, item_id))
    seen = iter(range(1000))
    play(stack.launch(QUIZ_LINK, BEN), lambda item_id: (right if next(seen) % 2 else wrong)(stack, item_id))
    stack.deliver_all()
    return stack


@pytest.fixture
def teacher(played):
    browser = played.launch(QUIZ_LINK, TEACHER)
    browser.post(f"{browser.visit}/language", {"locale": "en", "back": browser.path})
    return browser.get_link("Corrections")


def grade(stack, person):
    stack.deliver_all()
    return stack.gradebook()[stack.person(person).id, QUIZ_LINK]["score"]


def person_id(stack, person):
    return stack.rows("SELECT person_id FROM person_alias WHERE value = :v", v=stack.person(person).sub)[0][
        "person_id"
    ]


def undo_newest(browser):
    return browser.post(browser.path, {"do": re.search(r'value="(undo:\d+)"', browser.page.text)[1]})


def test_set_grade_stands_above_the_score_until_it_is_undone(played, teacher):
    earned, ben = grade(played, BEN), str(person_id(played, BEN))
    assert 0 < earned < 10
    form = {"do": "override", "person": ben, "points": "9,5"}

    assert teacher.post(teacher.path, form).page.status_code == 400
    assert "Say why, in a few words" in teacher.text and 'value="9,5"' in teacher.page.text
    teacher.post(teacher.path, {**form, "reason": "He explained it to me."})

    assert grade(played, BEN) == 9.5
    assert "grade set to 9.5" in teacher.text and "He explained it to me." in teacher.text
    assert f"{round(earned * 10)}%" in teacher.text, "the score underneath"
    assert played.rows("SELECT score_ratio FROM attempt WHERE person_id = :p", p=ben)[0]["score_ratio"] < 0.9

    entry = re.search(r'value="(undo:\d+)"', teacher.page.text)[1]
    undo_newest(teacher)
    assert grade(played, BEN) == earned and "Undone." in teacher.text
    assert teacher.post(teacher.path, {"do": entry}).page.status_code == 409
    assert grade(played, BEN) == earned


def test_excused_student_gets_no_grade_any_more(played, teacher):
    ben = str(person_id(played, BEN))
    before = played.rows("SELECT wanted_version, state FROM grade WHERE person_id = :p", p=ben)

    teacher.post(teacher.path, {"do": "excuse", "person": ben, "reason": "Was ill."})

    assert "mark the student as excused in your gradebook" in teacher.text and "excused" in teacher.text
    assert played.rows("SELECT wanted_version, state FROM grade WHERE person_id = :p", p=ben) == before
    undo_newest(teacher)
    after = played.rows("SELECT wanted_version, state FROM grade WHERE person_id = :p", p=ben)
    assert after[0]["wanted_version"] == before[0]["wanted_version"] + 1


def test_dropped_question_counts_for_nobody_until_it_is_undone(played, teacher):
    ana, ben = grade(played, ANA), grade(played, BEN)
    missed = played.rows(
        "SELECT item_id FROM response WHERE best_ratio < 1 AND attempt_id = (SELECT id FROM attempt WHERE person_id = :p)",
        p=person_id(played, BEN),
    )[0]["item_id"]
    version = played.rows(
        "SELECT wanted_version AS v FROM grade WHERE person_id = :p", p=person_id(played, ANA)
    )

    teacher.post(teacher.path, {"do": "drop", "item": missed, "reason": "We never talked about it."})

    assert "Dropped for everybody" in teacher.text
    assert grade(played, BEN) > ben and grade(played, ANA) == ana
    again = played.rows(
        "SELECT wanted_version AS v FROM grade WHERE person_id = :p", p=person_id(played, ANA)
    )
    assert again == version, "a grade that does not change is not sent again"
    assert (
        teacher.post(teacher.path, {"do": "drop", "item": missed, "reason": "Again"}).page.status_code == 400
    )
    assert (
        teacher.post(teacher.path, {"do": "drop", "item": "nothing", "reason": "x"}).page.status_code == 404
    )

    teacher.get(teacher.path)
    undo_newest(teacher)
    assert grade(played, BEN) == ben


def test_another_teacher_may_do_none_of_it(played, teacher):
    before = played.count("audit_entry")
    stranger = played.launch("grade-8-leave-the-page", OTHER_TEACHER)
    path = stranger.visit + teacher.path.removeprefix(teacher.visit)

    for do in ("override", "excuse", "reset", "reopen", "drop", "undo:1"):
        form = {"do": do, "person": str(person_id(played, BEN)), "points": "1", "item": "x", "reason": "x"}
        assert stranger.post(path, form).page.status_code == 404
    assert stranger.get(path).page.status_code == 404
    assert played.count("audit_entry") == before


@pytest.mark.parametrize(
    "form", [{"do": "nonsense"}, {"do": "undo:x"}, {"do": "undo:99999999"}, {"do": "override", "person": "x"}]
)
def test_nonsense_is_refused_with_a_sentence(teacher, form):
    assert teacher.post(teacher.path, form).page.status_code in (400, 404)


def attempts_of(stack, person):
    return stack.rows(
        "SELECT id, number, score_ratio, finished_at, set_aside_at FROM attempt WHERE person_id = :p ORDER BY number",
        p=person_id(stack, person),
    )


def first_answers(stack, attempt):
    rows = stack.rows("SELECT count(*) AS n FROM first_answer WHERE attempt_id = :a", a=attempt["id"])
    return rows[0]["n"]


def test_reset_gives_a_new_start_and_undo_lets_the_earlier_try_count_again(played, teacher):
    seen = iter(range(1000))
    play(played.launch(QUIZ_LINK, DEE), lambda item_id: (right if next(seen) % 2 else wrong)(played, item_id))
    earned, dee = grade(played, DEE), str(person_id(played, DEE))
    (first,) = attempts_of(played, DEE)
    version = played.rows("SELECT wanted_version AS v FROM grade WHERE person_id = :p", p=dee)[0]["v"]

    assert teacher.post(teacher.path, {"do": "reset", "person": dee}).page.status_code == 400
    teacher.post(teacher.path, {"do": "reset", "person": dee, "reason": "Somebody else sat there."})

    assert "new start" in teacher.text and "cannot be told that a grade is gone" in teacher.text
    (aside,) = attempts_of(played, DEE)
    assert aside["set_aside_at"] and {**aside, "set_aside_at": None} == first
    assert grade(played, DEE) == earned, "what the gradebook holds stays until there is another"
    assert first_answers(played, first) == 0
    actions = teacher.path
    page = teacher.get(f"{actions.removesuffix('/actions')}/student/{dee}")
    assert "No finished try yet" in page.text and "set aside" in page.text
    page.get(html.unescape(re.search(r'href="([^"]*attempt=[^"]*)"', page.page.text)[1]))
    assert "does not count" in page.text and page.page.text.count("data-state") > 1

    student = played.launch(QUIZ_LINK, DEE)
    assert student.attempt_id not in (None, str(first["id"])), "a launch begins anew"
    asked = played.rows("SELECT drawn FROM attempt WHERE person_id = :p ORDER BY number", p=dee)
    assert set(asked[0]["drawn"]) != set(asked[1]["drawn"]), "other questions first"
    play(student, lambda item_id: wrong(played, item_id))
    again = grade(played, DEE)
    assert again < earned, "the best of those that count"

    teacher.get(actions)
    undo_newest(teacher)

    assert grade(played, DEE) == earned and first_answers(played, first) > 0
    assert [each["set_aside_at"] for each in attempts_of(played, DEE)] == [None, None]
    after = played.rows("SELECT wanted_version AS v FROM grade WHERE person_id = :p", p=dee)[0]["v"]
    assert after == version + 2


def test_try_under_way_is_set_aside_and_takes_no_more_answers(played, teacher):
    student = played.launch(QUIZ_LINK, CAM)
    cam, page = str(person_id(played, CAM)), student.path

    teacher.post(teacher.path, {"do": "reset", "person": cam, "reason": "Wrong device."})

    assert student.post(page, {"do": "finish"}).page.status_code == 409
    assert "Tu docente te dio un nuevo comienzo aquí" in student.text
    assert "/waiting/" in student.get(page).path
    newer = played.launch(QUIZ_LINK, CAM)
    assert newer.attempt_id != student.attempt_id

    entry = re.search(r'value="(undo:\d+)"', teacher.page.text)[1]
    assert teacher.post(teacher.path, {"do": entry}).page.status_code == 409
    assert "only one try can be under way" in teacher.text
    assert [bool(each["set_aside_at"]) for each in attempts_of(played, CAM)] == [True, False]


def test_nothing_to_reset_is_said(played, teacher):
    nobody = played.rows("SELECT id FROM person WHERE id NOT IN (SELECT person_id FROM attempt)")

    form = {"do": "reset", "person": str(nobody[0]["id"]) if nobody else "", "reason": "x"}

    assert teacher.post(teacher.path, form).page.status_code in (400, 404)
