"""What a student is given holds in every quiz, is set with a reason by those who may, is kept with before and after, and stays private."""

import re
import uuid

import pytest
from answer_fields import right
from answering import items_on, play
from stack import BOARD_LINK, OTHER_TEACHER, QUIZ_LINK, SPECIALIST, TEACHER

PLAIN = {"time_percent": "100", "reason": "Plan of May 3"}


def come(ruled, pupil):
    """The student opens the quiz: their browser, and their id here."""
    student = ruled.stack.launch(QUIZ_LINK, pupil)
    return student, ruled.person_id(student)


def give(ruled, person_id, *, link=QUIZ_LINK, by=TEACHER, **values):
    giver = ruled.stack.launch(link, by)
    return giver.post(f"{giver.visit}/student/{person_id}/given", PLAIN | values)


def extend(ruled, whom="class", **values):
    teacher = ruled.stack.launch(QUIZ_LINK, TEACHER)
    return teacher.post(
        f"{teacher.visit}/assignment/{ruled.placement_id}/extend",
        {"whom": str(whom), "reason": "Was ill"} | values,
    )


@pytest.mark.proves("rules-more-time")
def test_more_time_reaches_an_attempt_under_way(ruled, pupil):
    ruled.set(time_limit_minutes=40)
    student, person_id = come(ruled, pupil)

    give(ruled, person_id, time_percent="150")

    (row,) = ruled.rows(
        "SELECT ends_at - started_at AS lasts FROM attempt WHERE id = :id", id=student.attempt_id
    )
    assert row["lasts"].total_seconds() == 60 * 60
    assert "Your teacher has given you:" in student.at_step(0).text
    assert "150 % of the time" in student.text


@pytest.mark.proves("rules-close-cuts-nobody-short")
def test_close_cuts_nobody_short_who_has_more_time(ruled, pupil, seats):
    ruled.set(time_limit_minutes=40)
    other, _ = come(ruled, next(seats))
    student, person_id = come(ruled, pupil)
    give(ruled, person_id, time_percent="200")
    for each in (other, student):
        ruled.let_run(each, 20)

    ruled.set(time_limit_minutes=40, closes_at=ruled.after(minutes=-1))
    ruled.let_run(other, 21)

    assert "/result" in other.at_step(0).path
    assert student.at_step(0).page.status_code == 200


@pytest.mark.proves("rules-fewer-choices")
def test_fewer_choices_leaves_out_wrong_options_and_says_so_later(ruled, pupil):
    student, person_id = come(ruled, pupil)
    play(student)
    give(ruled, person_id, fewer_choices="1")

    student, _ = come(ruled, pupil)
    student.post(f"{student.visit}/begin/{ruled.placement_id}")
    (kept,) = ruled.rows("SELECT hidden, drawn FROM attempt WHERE id = :id", id=student.attempt_id)
    shown = {}
    for index in range(10):
        (item_id,) = items_on(student.at_step(index))
        shown[item_id] = set(re.findall(rf'name="{item_id}\.pick" value="([^"]+)"', student.page.text))

    assert kept["hidden"]
    for item_id, left_out in kept["hidden"].items():
        options = ruled.stack.tool.library.find_item(item_id).spec.options
        assert len(left_out) == 1
        assert not set(left_out) & {option.id for option in options if option.key}
        assert shown[item_id] == {option.id for option in options} - set(left_out)
    item_id, (left_out,) = next(iter(kept["hidden"].items()))
    student.save({f"{item_id}.pick": [left_out]}, client="forged", seq=1)
    assert play(student.at_step(0), lambda each: right(ruled.stack, each))
    assert "with one wrong option left out" in student.text
    assert (
        ruled.rows("SELECT score_ratio FROM attempt WHERE id = :id", id=student.attempt_id)[0]["score_ratio"]
        == 1
    )


@pytest.mark.proves("rules-given-is-read")
def test_larger_text_and_reading_aloud_are_there_by_themselves(ruled, pupil):
    student, person_id = come(ruled, pupil)
    student.at_step(0)
    item = items_on(student)[0]
    assert student.page.text.index(f'id="item-{item}"') < student.page.text.index(
        f'data-listen="item-{item}-box"'
    )

    give(ruled, person_id, large_text="yes", reads_aloud="yes")

    student.at_step(0)
    assert 'data-text-size="large"' in student.page.text
    assert student.page.text.index(f'id="item-{item}"') > student.page.text.index(
        f'data-listen="item-{item}-box"'
    )
    student.post(f"{student.visit}/reading", {"text_size": "largest", "back": student.path})
    assert 'data-text-size="largest"' in student.at_step(0).page.text


@pytest.mark.proves("rules-given-is-audited")
@pytest.mark.parametrize(("link", "by"), [(QUIZ_LINK, TEACHER), (BOARD_LINK, SPECIALIST)])
def test_who_when_why_before_and_after_are_kept_and_shown(ruled, pupil, link, by):
    _, person_id = come(ruled, pupil)
    give(ruled, person_id, extra_days="2")

    giver = give(ruled, person_id, link=link, by=by, extra_days="3", no_timer="yes", reason="Second plan")

    assert "3 more days" in giver.text and "2 more days" in giver.text and "Second plan" in giver.text
    assert ruled.stack.person(by).name in giver.text
    newest, *_ = ruled.rows("SELECT * FROM audit_entry WHERE person_id = :p ORDER BY id DESC", p=person_id)
    assert (newest["before"], newest["after"]) == ({"extra_days": 2}, {"extra_days": 3, "no_timer": True})
    assert newest["reason"] == "Second plan" and newest["by_person_id"]
    give(ruled, person_id)
    assert ruled.stack.count("accommodation", person_id=person_id) == 0


@pytest.mark.proves("rules-given-is-private")
def test_foreign_teachers_and_classmates_neither_see_nor_set_it(ruled, pupil, seats):
    _, person_id = come(ruled, pupil)
    give(ruled, person_id, extra_days="2")

    foreign = give(ruled, person_id, link="grade-8-class", by=OTHER_TEACHER, extra_days="9")
    assert foreign.page.status_code == 404
    mate, _ = come(ruled, next(seats))
    mate.get(f"{mate.visit}/student/{person_id}/given")
    assert mate.page.status_code == 403
    mate.get(f"{mate.visit}/given")
    assert "Nothing special is set for you" in mate.text
    own, _ = come(ruled, pupil)
    assert "2 more days" in own.get(f"{own.visit}/given").text


def test_what_cannot_be_is_refused_whole(ruled, pupil):
    _, person_id = come(ruled, pupil)
    giver = give(ruled, person_id, extra_days="1")

    for bad in (
        {"reason": ""},
        {"time_percent": "110"},
        {"extra_days": "61"},
        {"fewer_choices": "x"},
        {"extra_attempts": "-1"},
    ):
        giver.post(giver.path, PLAIN | bad)
        assert giver.page.status_code == 400, bad
        assert 'class="field-error"' in giver.page.text

    assert ruled.stack.count("audit_entry", person_id=person_id) == 1


@pytest.mark.proves("rules-more-attempts", "rules-extension")
def test_extension_gives_another_attempt_and_is_taken_back(ruled, pupil):
    ruled.set(max_attempts=1)
    student, person_id = come(ruled, pupil)
    play(student)
    assert "Try again" not in student.text

    teacher = extend(ruled, person_id, extra_attempts="1")
    assert "Was ill" in teacher.text and "1 extra attempt" in teacher.text
    assert "Try again" in student.get(student.path).text
    (row,) = ruled.rows("SELECT id FROM extension WHERE person_id = :p", p=person_id)
    teacher.post(f"{teacher.path}/{row['id']}/undo")

    assert "Try again" not in student.get(student.path).text
    made, undone = ruled.rows("SELECT * FROM audit_entry WHERE person_id = :p ORDER BY id", p=person_id)
    assert made["undone_by_id"] == undone["id"]
    teacher.post(f"{teacher.visit}/assignment/{ruled.placement_id}/extend/{row['id']}/undo")
    assert teacher.page.status_code == 404


@pytest.mark.proves("rules-extension", "rules-change-follows")
def test_later_due_date_gives_back_what_lateness_took(ruled, pupil):
    ruled.set(due_at=ruled.after(hours=-1), late="flat", late_percent=50)
    student, person_id = come(ruled, pupil)
    play(student, lambda item: right(ruled.stack, item))
    assert ruled.grade(person_id)[0]["wanted_score"] == 5

    extend(ruled, person_id, due_at=f"{ruled.after(days=2):%Y-%m-%dT%H:%M}")

    assert ruled.grade(person_id)[0]["wanted_score"] == 10
    assert "were taken off" not in student.get(student.path).text


def test_exception_that_cannot_be_is_refused(ruled):
    before = ruled.stack.count("extension")
    teacher = extend(ruled, reason="")

    for bad in (
        {"extra_attempts": "0"},
        {"extra_minutes": "9999"},
        {"whom": str(uuid.uuid4())},
        {"due_at": "soon"},
    ):
        teacher.post(teacher.path, {"whom": "class", "extra_attempts": "1", "reason": "Snow"} | bad)
        assert teacher.page.status_code == 400, bad
    assert ruled.stack.count("extension") == before
