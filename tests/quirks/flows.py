"""What is gone through with each LMS of the table. A docstring is the line that `docs/conformance.md` shows."""

from __future__ import annotations

import httpx
from playing import deliver_in_time, grade_state, hand_in, hand_in_again
from stack import ANA, CLASS_LINK, MODULE_LINK, QUIZ_LINK, TEACHER

from lti_tool.demo_lms.claims import memberships_url
from lti_tool.upkeep import ask_for_notices


def student_opens(stack):
    """A student opens an assignment and is in an attempt of their own, as a learner whatever else they are elsewhere."""
    student = stack.launch(MODULE_LINK, ANA)

    assert student.page.status_code == 200
    assert student.attempt_id
    assert stack.rows("SELECT role FROM enrollment") == [{"role": "learner"}]


def teacher_opens(stack):
    """The teacher opens the same assignment and sees how the class is doing; a student has no such page."""
    teacher = stack.launch(MODULE_LINK, TEACHER)

    assert teacher.page.status_code == 200
    assert "Leave the Page" in teacher.text
    assert stack.count("attempt") == 0


def menu_opens(stack):
    """The teacher opens the tool from the menu and lands on a page that works, also when the LMS tells no course."""
    teacher = stack.launch(CLASS_LINK, TEACHER)

    assert teacher.page.status_code == 200
    assert "<h1" in teacher.page.text
    is_bare = stack.config.quirks.bare_menu_launch
    assert stack.count("section") == (0 if is_bare else 1)


def grade_arrives(stack):
    """A finished quiz is a grade in the LMS, of the right student, in the right column, out of the right points."""
    hand_in(stack.launch(QUIZ_LINK, ANA), right=True)

    deliver_in_time(stack)

    cell = stack.gradebook()[ANA, QUIZ_LINK]
    assert (cell["score"], cell["max"], cell["gradingProgress"]) == (10, 10, "FullyGraded")
    assert grade_state(stack, ANA) == {"state": "delivered", "last_error": None}


def repeat_is_no_second_grade(stack):
    """The LMS takes a score and its answer is lost: the score is sent again, stands as it was, and is known to be delivered."""
    hand_in(stack.launch(QUIZ_LINK, ANA), right=True)
    stack.behave(mode="drop", applied=True, count=1)

    deliver_in_time(stack)

    assert stack.gradebook()[ANA, QUIZ_LINK]["score"] == 10
    assert grade_state(stack, ANA)["state"] == "delivered"


def newest_score_stays(stack):
    """A better try right after the first, within the same second of the LMS's clock: the newest score is what it holds."""
    student = hand_in(stack.launch(QUIZ_LINK, ANA))
    stack.deliver_all()
    hand_in_again(student, right=True)

    deliver_in_time(stack)

    assert stack.gradebook()[ANA, QUIZ_LINK]["score"] == 10
    assert grade_state(stack, ANA)["state"] == "delivered"


def slowed_down_then_delivered(stack):
    """The LMS says "Rate Limit Exceeded" in its own way: the grade waits, with that reason, and then arrives."""
    hand_in(stack.launch(QUIZ_LINK, ANA), right=True)
    stack.behave(mode="throttle", count=1)

    stack.deliver_all()

    slowed = grade_state(stack, ANA)
    assert slowed["state"] == "waiting"
    assert "slow down" in slowed["last_error"]
    deliver_in_time(stack)
    assert stack.gradebook()[ANA, QUIZ_LINK]["score"] == 10


def roster_is_complete(stack):
    """The class list is read to its end, page after page, with everybody once."""
    course = stack.lms.district.find_course("grade-7")

    members = stack.tool.gateway.list_members(stack.platform_id, memberships_url(stack.lms, course))

    expected = [
        each.sub for each in stack.lms.district.list_members("grade-7") if each.kind != "test student"
    ]
    assert sorted(member.person.subject for member in members) == sorted(expected)


def copied_course_is_found_again(stack):
    """The course is copied for a new year: the same content opens in the copy, and the grade goes to the copy's one column, not to last year's."""
    teacher = stack.launch(QUIZ_LINK, TEACHER)
    rules = {"title": "Leave the Page Quiz", "points": "10", "max_attempts": "3", "feedback": "scores_only"}
    teacher.post(f"{teacher.path}/settings", rules)
    quirks = stack.config.quirks
    if quirks.copy_notices:
        ask_for_notices(stack.tool, stack.platform_id, stack.config.deployment_id)
    copied = httpx.post(f"{stack.lms_url}/api/copy-course", json={"course": "grade-7"}).json()
    link = next(each["id"] for each in copied["links"] if each["title"] == "Leave the Page Quiz")

    hand_in(stack.launch(link, ANA), right=True)
    deliver_in_time(stack)

    cells = [stack.gradebook()[ANA, QUIZ_LINK], stack.gradebook(copied["id"])[ANA, link]]
    assert [cell["score"] for cell in cells] == [None, 10]
    assert len(stack.lms.state.list_line_items(copied["id"])) == len(
        stack.lms.state.list_line_items("grade-7")
    )
    (placed,) = stack.rows("SELECT p.* FROM placement p JOIN attempt a ON a.placement_id = p.id")
    assert placed["content_id"] == "leave-the-page"
    is_told = bool(quirks.copy_history) or quirks.copy_notices
    assert placed["max_attempts"] == (3 if is_told else None), "unless the LMS keeps it to itself"


def teachers_grade_stands(stack):
    """A grade that the teacher typed into the LMS after the student was done stays; ours waits for somebody to resend it."""
    hand_in(stack.launch(QUIZ_LINK, ANA), right=True)
    typed = {"user": ANA, "link": QUIZ_LINK, "score": 7}
    httpx.post(f"{stack.lms_url}/api/teacher-grade", json=typed).raise_for_status()
    stack.let_pass(seconds=30)

    deliver_in_time(stack)

    assert stack.gradebook()[ANA, QUIZ_LINK]["score"] == 7
    assert "entered there later" in grade_state(stack, ANA)["last_error"]


def roles_are_told_apart(stack):
    """Assistant and designer come in without an attempt that counts, the observer sees no student, the test student works as such."""
    for person in ("assistant-7", "designer-7"):
        assert stack.launch(MODULE_LINK, person).page.status_code == 200
    observer = stack.launch(MODULE_LINK, "observer-7")
    assert observer.page.status_code == 200
    assert stack.person(ANA).name not in observer.text
    assert stack.count("attempt", is_preview=False) == 0
    assert stack.launch(MODULE_LINK, "test-student-7").attempt_id
    assert stack.count("person", is_test_student=True) == 1


def attempts_used_up_is_told(stack):
    """The LMS takes no further submission: the first score stands, and the teacher reads what to change."""
    student = hand_in(stack.launch(QUIZ_LINK, ANA))
    deliver_in_time(stack)
    hand_in_again(student, right=True)

    deliver_in_time(stack)

    assert stack.gradebook()[ANA, QUIZ_LINK]["submissions"] == 1
    refused = grade_state(stack, ANA)
    assert refused["state"] == "refused"
    assert "attempts" in refused["last_error"]
