"""An assignment's rules are kept: attempts, dates and what a student is told. A teacher's preview obeys none."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from adding import MODULE, QUIZ
from stack import BEN, TEACHER
from test_choosing import finish

SORTED = "That is right!"


def typed(days):
    """A moment so many days from now as the form's field takes it, in the server's time zone (UTC in tests)."""
    return (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


def begin(student):
    (placement,) = student.stack.rows("SELECT id FROM placement")
    return student.post(f"{student.visit}/begin/{placement['id']}")


def test_attempts_are_used_up(stack, adding):
    (link,) = adding.add(QUIZ, max_attempts="2")
    student = finish(stack.launch(link, BEN))
    assert "1 attempt left" in student.text
    begin(student)
    assert "/attempt/" in student.path
    finish(student)

    assert "You have used all 2 attempts" in student.text
    assert "Try again" not in student.text
    begin(student)
    assert student.page.status_code == 403
    assert stack.count("attempt") == 2
    assert "/result" in stack.launch(link, BEN).path


def test_preview_is_free_of_rules(stack, adding):
    (link,) = adding.add(QUIZ, max_attempts="1", opens_at=typed(5), feedback="after_finish")
    teacher = stack.launch(link, TEACHER)
    for _ in range(2):
        finish(begin(teacher))
        assert teacher.page.status_code == 200
        assert "/result" in teacher.path


def test_not_open_yet_says_when_and_opens_then(stack, adding):
    (link,) = adding.add(QUIZ, opens_at=typed(2))

    student = stack.launch(link, BEN)

    assert "/waiting/" in student.path
    assert "It opens" in student.text
    begin(student)
    assert student.page.status_code == 403
    assert stack.count("attempt") == 0
    stack.let_pass(days=3)
    assert "/attempt/" in stack.launch(link, BEN).path


def test_closing_takes_no_more_answers_and_what_is_saved_can_be_handed_in(stack, adding):
    (link,) = adding.add(QUIZ, closes_at=typed(2))
    student = stack.launch(link, BEN)
    attempt = student.attempt
    drawn = stack.rows("SELECT drawn FROM attempt")[0]["drawn"]
    item = next(each for each in drawn if stack.tool.library.find_item(each).kind == "choice")
    option = stack.tool.library.find_item(item).spec.options[0].id
    assert student.save({f"{item}.pick": [option]}, client="abc", seq=1).status_code == 200
    stack.let_pass(days=1, hours=23)
    assert "/attempt/" in stack.launch(link, BEN).path
    stack.let_pass(hours=2)

    student = stack.launch(link, BEN)

    assert "/waiting/" in student.path
    assert "can still hand it in" in student.text
    late = student.http.post(
        stack.tool_url + f"{student.visit}/attempt/{attempt.split('/')[-1]}/save",
        json={"client": "abc", "seq": "2", "fields": {f"{item}.pick": ["y"]}},
        headers=student._tool_cookies(stack.tool_url),
    )
    assert late.status_code == 403
    (form,) = re.findall(r'action="([^"]*/attempt/[^"]*)"', student.page.text)
    student.post(form, {"do": "finish"})
    assert "/result" in student.path
    assert "Try again" not in student.text
    assert any(row["saved"] for row in stack.rows("SELECT saved FROM response"))


@pytest.mark.parametrize(
    ("policy", "score", "items"),
    [
        ("after_finish", True, True),
        ("scores_only", True, False),
        ("never", False, False),
        ("after_due", True, False),
    ],
)
def test_result_tells_what_the_teacher_allows(stack, adding, policy, score, items):
    (link,) = adding.add(QUIZ, feedback=policy, due_at=typed(2))

    student = finish(stack.launch(link, BEN))

    assert ("0%" in student.text) == score
    assert ("Your grade:" in student.text) == score
    assert ('class="activity"' in student.page.text) == items
    assert ("You did not answer this one" in student.text) == items


def test_feedback_opens_after_the_due_date(stack, adding):
    (link,) = adding.add(QUIZ, feedback="after_due", due_at=typed(2))
    student = finish(stack.launch(link, BEN))
    assert "is shown here after" in student.text

    stack.let_pass(days=3)

    assert 'class="activity"' in stack.launch(link, BEN).page.text


@pytest.mark.parametrize(("policy", "can_check"), [("after_finish", True), ("scores_only", False)])
def test_activities_are_checked_only_where_feedback_is_allowed(stack, adding, policy, can_check):
    (link,) = adding.add(MODULE, feedback=policy)
    student = stack.launch(link, BEN)
    for _ in range(20):
        if "item-actions" in student.page.text:
            break
        student.submit("next")

    assert ('value="check:' in student.page.text) == can_check
    item = student.page.text.split('id="item-')[1].split("-box")[0]
    student.post(student.path, {"do": f"check:{item}"})
    assert 'class="result"' not in student.page.text
    assert stack.count("event", name="checked") == 0


@pytest.mark.proves("dl-edit-later")
def test_teacher_changes_rules_from_the_assignment(stack, adding):
    (link,) = adding.add(QUIZ)
    finish(stack.launch(link, BEN))
    teacher = stack.launch(link, TEACHER)
    teacher.get_link("Change settings")
    assert "One grade was given already, out of 25 points." in teacher.text

    teacher.post(
        teacher.path, {"title": "New", "points": "12.5", "max_attempts": "1", "due_at": "2031-05-06T07:08"}
    )

    assert "12.5 points" in teacher.text
    assert "May 6, 2031" in teacher.text
    assert "You have used the one attempt" in stack.launch(link, BEN).text


def test_rules_that_cannot_be_are_refused_whole(stack, adding):
    (link,) = adding.add(QUIZ)
    teacher = stack.launch(link, TEACHER)
    teacher.get_link("Change settings")

    teacher.post(teacher.path, {"title": "New", "points": "5", "opens_at": typed(3), "closes_at": typed(2)})

    assert teacher.page.status_code == 400
    assert "has to close after it opens" in teacher.text
    assert stack.rows("SELECT title, points FROM placement") == [{"title": "Is it true?", "points": 25}]


def test_times_are_those_of_the_server_and_come_back_as_typed(stack, adding):
    stack.change(settings=stack.tool.settings.model_copy(update={"time_zone": "America/Chicago"}))
    (link,) = adding.add(QUIZ, due_at="2031-01-15T16:00")

    teacher = stack.launch(link, TEACHER)

    assert stack.rows("SELECT due_at FROM placement")[0]["due_at"] == datetime(2031, 1, 15, 22, tzinfo=UTC)
    assert 'value="2031-01-15T16:00"' in teacher.get_link("Change settings").page.text
