"""Columns of the LMS's gradebook: made for links that have none, renamed with the assignment, found again when they moved."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx
import pytest
from adding import QUIZ, Adding
from stack import ANA, BEN, QUIZ_LINK, TEACHER, running_stack
from test_rules import finish

from lti_tool.columns import columns_to_compare, compare_columns

NO_NEED = {"column": "yes", "feedback": "after_finish", "max_attempts": ""}


def columns(stack, course="grade-7"):
    return stack.lms.state.list_line_items(course)


def ungraded_link(adding):
    """A link that the LMS made without a column."""
    teacher = adding.open(accept_lineitem=False)
    adding.send(teacher, QUIZ)
    known = {row["id"] for row in adding.links()}
    assert adding.deliver(teacher).status_code == 200
    (link,) = [row["id"] for row in adding.links() if row["id"] not in known]
    return link


def make_column(stack, link):
    teacher = stack.launch(link, TEACHER)
    return teacher.post(f"{teacher.path}/column")


# Making


@pytest.mark.proves("grades-column-made", "dl-ungraded-link")
def test_link_without_a_column_gets_one_with_the_grades_so_far(stack, adding):
    link = ungraded_link(adding)
    finish(stack.launch(link, ANA))
    before = columns(stack)
    assert "Make a gradebook column" in stack.launch(link, TEACHER).text

    teacher = make_column(stack, link)
    assert "has a column for this now" in teacher.text
    stack.deliver_all()

    (made,) = [each for each in columns(stack) if each not in before]
    assert (made.label, made.score_maximum, made.resource_id, made.tag) == ("Is it true?", 25, QUIZ, "quiz")
    assert made.resource_link_id == stack.lms.state.find_link(link).resource_link_id
    assert stack.lms.state.find_result(made.id, ANA).score_given == 0
    assert "no column" not in stack.launch(link, TEACHER).text


@pytest.mark.proves("grades-no-duplicate-column")
def test_column_is_made_once(stack, adding):
    link = ungraded_link(adding)
    before = len(columns(stack))

    make_column(stack, link)
    with (
        stack.tool.sessions.begin() as session
    ):  # as in a copied course, where the LMS has it and nobody told us
        session.connection().exec_driver_sql("UPDATE placement SET line_item_url = NULL")
    make_column(stack, link)

    assert len(columns(stack)) == before + 1
    assert stack.rows("SELECT line_item_url FROM placement")[0]["line_item_url"]


@pytest.mark.proves("grades-no-duplicate-column")
def test_two_teachers_at_once_make_one(stack, adding):
    link = ungraded_link(adding)
    before = len(columns(stack))
    teachers = [stack.launch(link, TEACHER) for _ in range(2)]

    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda teacher: teacher.post(f"{teacher.path}/column"), teachers))

    assert ["has a column for this now" in answer.text for answer in answers] == [True, True]
    assert len(columns(stack)) == before + 1


@pytest.mark.proves("grades-column-made")
@pytest.mark.parametrize("flavor", ["schoology", "moodle"])
def test_strict_lms_makes_one_too(database_url, tmp_path, flavor):
    with running_stack(database_url, tmp_path, config_changes={"flavor": flavor}) as stack:
        link = ungraded_link(Adding(stack))
        finish(stack.launch(link, ANA))

        assert "has a column for this now" in make_column(stack, link).text
        stack.deliver_all()

        assert stack.rows("SELECT state FROM grade") == [{"state": "delivered"}]


@pytest.mark.proves("grades-column-refused")
def test_lms_that_makes_no_column_is_no_dead_end(stack, adding):
    link = ungraded_link(adding)
    be(stack, "lineitems", mode="status", status=403)

    teacher = make_column(stack, link)

    assert teacher.page.status_code == 200
    assert "No column was made." in teacher.text
    assert "Ask your LMS administrator" in teacher.text


def be(stack, service, **behavior):
    httpx.post(f"{stack.lms_url}/api/behavior", json={service: behavior}).raise_for_status()


# Changing


def change(stack, **fields):
    teacher = stack.launch(QUIZ_LINK, TEACHER)
    return teacher.post(f"{teacher.path}/settings", NO_NEED | fields)


def column_of(stack, link=QUIZ_LINK):
    return stack.lms.state.find_line_item(stack.lms.state.find_link(link).line_item_id)


@pytest.mark.proves("dl-edit-later", "grades-column-changed")
def test_title_and_points_changed_here_change_in_the_lms(stack):
    before = column_of(stack)

    teacher = change(stack, title="Check the claim", points="30")

    assert "Saved here and in the gradebook of your LMS." in teacher.text
    after = column_of(stack)
    assert (after.label, after.score_maximum) == ("Check the claim", 30)
    assert replace(after, label=before.label, score_maximum=before.score_maximum) == before


def test_without_the_tick_the_lms_keeps_its_own(stack):
    before = column_of(stack)

    change(stack, title="Check the claim", points="30", column="")

    assert column_of(stack) == before
    assert stack.rows("SELECT title FROM placement") == [{"title": "Check the claim"}]


@pytest.mark.proves("grades-column-refused")
def test_lms_that_keeps_its_title_is_told_with_the_reason(stack):
    be(stack, "lineitems", mode="status", status=500)

    teacher = change(stack, title="Check the claim", points="30")

    assert "Saved here, but not in your LMS." in teacher.text
    assert "busy or out of order" in teacher.text
    assert stack.rows("SELECT points FROM placement") == [{"points": 30.0}]


# Finding again


def recreate(stack, link=QUIZ_LINK, **changes):
    """The LMS makes the column anew, under another address."""
    state, old = stack.lms.state, column_of(stack, link)
    state.delete_line_item(old.id)
    new = replace(old, id=f"{old.id[:30]}-anew", **changes)
    state.put_line_item(new)
    return new


@pytest.mark.proves("grades-column-found-again")
@pytest.mark.parametrize("changes", [{}, {"resource_link_id": ""}])
def test_grade_finds_a_column_that_was_made_anew(stack, changes):
    """By its link, else by our own name of the content."""
    student = stack.launch(QUIZ_LINK, ANA)
    new = recreate(stack, **changes)

    finish(student)
    stack.deliver_all()

    assert stack.lms.state.find_result(new.id, ANA).received_count == 1
    (grade,) = stack.rows("SELECT state, line_item_url FROM grade")
    assert grade["state"] == "delivered"
    assert new.id in grade["line_item_url"]
    assert new.id in stack.rows("SELECT line_item_url FROM placement")[0]["line_item_url"]


@pytest.mark.proves("grades-column-found-again", "grades-error-404")
def test_in_doubt_nothing_is_guessed_and_the_teacher_reads_what_to_do(stack):
    student = stack.launch(QUIZ_LINK, ANA)
    new = recreate(stack, resource_link_id="")
    stack.lms.state.put_line_item(replace(new, id=f"{new.id}-2"))

    finish(student)
    stack.deliver_all()

    assert "The gradebook column is gone" in stack.launch(QUIZ_LINK, TEACHER).text
    assert stack.count("grade", state="refused") == 1


@pytest.mark.proves("grades-resend", "grades-own-column")
def test_launch_that_names_the_new_column_brings_a_refused_grade_home(stack):
    student = stack.launch(QUIZ_LINK, ANA)
    old = column_of(stack)
    stack.lms.state.delete_line_item(old.id)
    finish(student)
    stack.deliver_all()
    assert stack.count("grade", state="refused") == 1
    new = replace(old, id=f"{old.id[:30]}-anew", resource_id="other", resource_link_id="")
    stack.lms.state.put_line_item(new)
    link = stack.lms.state.find_link(QUIZ_LINK)
    stack.lms.state._links[QUIZ_LINK] = replace(link, line_item_id=new.id)

    stack.launch(QUIZ_LINK, TEACHER)
    stack.deliver_all()

    assert stack.lms.state.find_result(new.id, ANA).received_count == 1


@pytest.mark.proves("grades-own-column")
def test_each_students_grade_goes_to_the_column_of_their_own_launch(stack):
    """Linked sections of Schoology: one course for us, a column for each section."""
    first = stack.launch(QUIZ_LINK, ANA)
    one = column_of(stack)
    two = replace(one, id=f"{one.id[:30]}-two", resource_link_id="")
    stack.lms.state.put_line_item(two)
    link = stack.lms.state.find_link(QUIZ_LINK)
    stack.lms.state._links[QUIZ_LINK] = replace(link, line_item_id=two.id)
    second = stack.launch(QUIZ_LINK, BEN)

    finish(first)
    finish(second)
    stack.deliver_all()

    assert stack.lms.state.find_result(one.id, ANA)
    assert stack.lms.state.find_result(two.id, BEN)
    assert not stack.lms.state.find_result(two.id, ANA)


# Comparing, every night


@pytest.mark.proves("grades-reconcile")
def test_nightly_comparison_shows_a_grade_typed_in_the_lms_on_the_teachers_page(stack):
    finish(stack.launch(QUIZ_LINK, ANA))
    stack.deliver_all()
    httpx.post(f"{stack.lms_url}/api/teacher-grade", json={"user": ANA, "link": QUIZ_LINK, "score": 7})

    compare_all(stack)

    teacher = stack.launch(QUIZ_LINK, TEACHER)
    assert "In your LMS: 7, entered there. It stands." in teacher.text
    assert stack.gradebook()[ANA, QUIZ_LINK]["score"] == 7
    assert stack.deliver_all() == 0


def compare_all(stack):
    """What the worker does at night."""
    found = columns_to_compare(stack.tool.means)
    return sum(compare_columns(stack.tool.means, ids) for ids in found.values())


@pytest.mark.proves("grades-reconcile")
def test_lms_that_is_down_at_night_changes_nothing_that_was_seen(stack):
    finish(stack.launch(QUIZ_LINK, ANA))
    stack.deliver_all()
    httpx.post(f"{stack.lms_url}/api/teacher-grade", json={"user": ANA, "link": QUIZ_LINK, "score": 7})
    compare_all(stack)
    be(stack, "results", mode="status", status=503)

    assert compare_all(stack) == 0

    teacher = stack.launch(QUIZ_LINK, TEACHER)
    assert "In your LMS: 7" in teacher.text
    assert "could not be compared" in teacher.text


@pytest.mark.proves("grades-teachers-own", "grades-canvas-extension")
def test_canvas_keeps_the_teachers_grade_until_they_have_seen_it_and_want_ours(database_url, tmp_path):
    with running_stack(database_url, tmp_path, config_changes={"flavor": "canvas"}) as stack:
        student = finish(stack.launch(QUIZ_LINK, ANA))
        stack.deliver_all()
        httpx.post(f"{stack.lms_url}/api/teacher-grade", json={"user": ANA, "link": QUIZ_LINK, "score": 7})
        stack.let_pass(minutes=1)
        placement = stack.rows("SELECT id FROM placement")[0]["id"]
        finish(student.post(f"{student.visit}/begin/{placement}"))
        stack.deliver_all()
        assert stack.gradebook()[ANA, QUIZ_LINK]["score"] == 7

        compare_all(stack)
        teacher = stack.launch(QUIZ_LINK, TEACHER)
        assert "Replace it with ours" in teacher.text
        person = stack.rows("SELECT person_id FROM grade")[0]["person_id"]
        teacher.post(f"{teacher.path}/resend/{person}")
        stack.deliver_all()

        assert stack.gradebook()[ANA, QUIZ_LINK]["score"] == 0
        assert "Replace it with ours" not in stack.launch(QUIZ_LINK, TEACHER).text


# Testing the connection


def test_page(stack):
    teacher = stack.launch(QUIZ_LINK, TEACHER)
    return teacher.post(f"{teacher.path}/test")


test_page.__test__ = False


@pytest.mark.proves("grades-test-connection")
def test_teacher_sees_that_all_works(stack):
    page = test_page(stack)

    assert "The connection to your LMS works" in page.text
    assert "Grades can be sent" in page.text
    assert "is there, out of 10 points" in page.text


@pytest.mark.proves("grades-test-connection")
@pytest.mark.parametrize(
    ("service", "behavior", "words"),
    [
        ("token", {"mode": "status", "status": 500}, "busy or out of order"),
        ("lineitems", {"mode": "status", "status": 404}, "no longer has the column"),
    ],
)
def test_teacher_reads_what_does_not_work_and_what_to_do(stack, service, behavior, words):
    stack.launch(QUIZ_LINK, TEACHER)
    be(stack, service, **behavior)

    page = test_page(stack)

    assert page.page.status_code == 200
    assert "does not work" in page.text
    assert words in page.text
    assert "show this to your LMS administrator" in page.text


def sent_bodies(stack):
    entries = reversed(stack.lms.log.list_newest(kind="scores"))
    bodies = [section.body for entry in entries for section in entry.sections]
    return [json.loads(body) for body in bodies if '"userId"' in body]


@pytest.mark.proves("grades-started-sends-nothing")
def test_beginning_and_leaving_again_sends_nothing_that_could_erase_a_score(stack):
    student = finish(stack.launch(QUIZ_LINK, ANA))
    stack.deliver_all()
    placement = stack.rows("SELECT id FROM placement")[0]["id"]
    student.post(f"{student.visit}/begin/{placement}")
    stack.launch(QUIZ_LINK, ANA)

    assert stack.deliver_all() == 0
    assert [body["gradingProgress"] for body in sent_bodies(stack)] == ["FullyGraded"]
    assert stack.gradebook()[ANA, QUIZ_LINK]["score"] == 0
