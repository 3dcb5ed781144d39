"""A course is copied for a new year: each assignment is found again, with the rules its teacher set, and last year's grades stay alone."""

from datetime import UTC, datetime, timedelta

import pytest
from adding import MODULE, Adding
from playing import deliver_in_time, hand_in
from stack import ANA, TEACHER

from lti_tool.lti.claims import read_history

QUIZ = "Leave the Page Quiz"


def typed(days):
    return (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


def rules(placement):
    return {name: placement[name] for name in ("content_id", "points", "max_attempts", "feedback")}


SET = {"content_id": "leave-the-page", "max_attempts": 2, "feedback": "scores_only"}

WAYS = [
    pytest.param({"copy_history": ("context",)}, id="course history"),
    pytest.param({"copy_history": ("link",)}, id="link history"),
    pytest.param(
        {"copy_history": ("context", "link"), "copy_keeps_custom": False}, id="no custom parameters"
    ),
    pytest.param(
        {"copy_history": ("link",), "copy_keeps_custom": False}, id="no custom parameters, link history"
    ),
    pytest.param(
        {"copy_history": ("context",), "copy_keeps_custom": False, "copy_keeps_link_ids": True},
        id="no custom parameters, same link id",
    ),
]


@pytest.mark.proves("copy-history")
@pytest.mark.parametrize("told", WAYS)
def test_copy_is_found_with_its_rules(lms, last_year, told):
    lms(**told)
    original = last_year.set_rules()

    this_year = last_year.copy()
    student = this_year.open(ANA)

    copied = this_year.placement()
    assert rules(copied).items() >= SET.items()
    assert copied["copied_from_id"] == original["id"]
    assert copied["points"] == 20, "as its own column says"
    assert "/attempt/" in student.path
    assert "Copied from another course" in this_year.open(TEACHER).text


@pytest.mark.proves("copy-nearest")
def test_copy_of_a_copy_follows_the_nearest(last_year):
    last_year.set_rules(max_attempts="2")
    this_year = last_year.copy()
    this_year.set_rules(max_attempts="3")

    next_year = this_year.copy()
    next_year.open(ANA)

    assert next_year.placement()["copied_from_id"] == this_year.placement()["id"]
    assert next_year.placement()["max_attempts"] == 3


@pytest.mark.proves("copy-nearest")
def test_course_that_was_never_opened_is_no_gap(last_year):
    original = last_year.set_rules()

    next_year = last_year.copy().copy()
    next_year.open(ANA)

    assert next_year.placement()["copied_from_id"] == original["id"]


@pytest.mark.proves("copy-custom-id")
def test_choice_from_the_library_is_known_again_without_any_history(shared_stack, lms, last_year):
    lms(copy_history=())
    (link,) = add_to(shared_stack, last_year)
    teacher = shared_stack.launch(link, TEACHER)
    teacher.post(
        f"{teacher.path}/settings",
        {"title": "Mine", "points": "25", "max_attempts": "4", "feedback": "never"},
    )

    this_year = last_year.copy()
    shared_stack.launch(this_year.link("Is it true?"), ANA)

    copied = this_year.placement()
    assert (copied["max_attempts"], copied["feedback"]) == (4, "never")
    assert copied["copied_from_id"] is not None


def add_to(stack, course):
    """The teacher adds content from the library to this course."""
    adding = Adding(stack)
    known = {row["id"] for row in adding.links(course.id)}
    browser = stack.launch(f"{course.id}/add-content", TEACHER)
    adding.send(browser, MODULE)
    assert adding.deliver(browser).status_code == 200
    return [row["id"] for row in adding.links(course.id) if row["id"] not in known]


@pytest.mark.proves("copy-new-is-new")
def test_what_is_chosen_anew_has_rules_of_its_own(shared_stack, last_year):
    (link,) = add_to(shared_stack, last_year)
    teacher = shared_stack.launch(link, TEACHER)
    teacher.post(
        f"{teacher.path}/settings",
        {"title": "Is it true?", "points": "25", "max_attempts": "1", "feedback": "never"},
    )
    this_year = last_year.copy()

    (new,) = add_to(shared_stack, this_year)
    shared_stack.launch(new, TEACHER)

    placed = this_year.placement()
    assert (placed["max_attempts"], placed["copied_from_id"]) == (None, None)


@pytest.mark.proves("copy-new-is-new")
def test_another_assignment_of_the_same_content_is_no_copy(shared_stack, last_year):
    last_year.set_rules()
    this_year = last_year.copy()

    shared_stack.launch(this_year.add_link(title="Something else"), ANA)

    placed = this_year.placement()
    assert (placed["max_attempts"], placed["copied_from_id"]) == (None, None)


@pytest.mark.proves("copy-dates")
def test_dates_of_last_year_do_not_close_this_year(last_year):
    last_year.set_rules(opens_at=typed(-60), due_at=typed(-30), closes_at=typed(-20))

    this_year = last_year.copy()
    student = this_year.open(ANA)

    assert "/attempt/" in student.path
    placed = this_year.placement()
    assert (placed["opens_at"], placed["due_at"], placed["closes_at"]) == (None, None, None)


@pytest.mark.proves("copy-dates")
def test_dates_that_lie_ahead_come_along(last_year):
    original = last_year.set_rules(opens_at=typed(-1), due_at=typed(30))

    this_year = last_year.copy()
    this_year.open(ANA)

    placed = this_year.placement()
    assert (placed["opens_at"], placed["due_at"]) == (original["opens_at"], original["due_at"])


# Grades


@pytest.mark.proves("copy-grades-apart", "copy-no-duplicate-column")
def test_grades_of_each_year_go_to_its_own_column(shared_stack, last_year):
    hand_in(last_year.open(ANA, QUIZ), right=True)
    deliver_in_time(shared_stack)
    assert last_year.scores() == {(ANA, last_year.link(QUIZ)): 10}

    this_year = last_year.copy()
    columns = len(this_year.columns())
    student = this_year.open(ANA, QUIZ)
    assert "/attempt/" in student.path, "last year's work is not this year's"
    hand_in(student)
    deliver_in_time(shared_stack)

    assert last_year.scores() == {(ANA, last_year.link(QUIZ)): 10}
    rows = shared_stack.gradebook(this_year.id)
    assert rows[ANA, this_year.link(QUIZ)]["score"] == 0
    assert len(this_year.columns()) == columns


@pytest.mark.proves("copy-grades-apart")
@pytest.mark.parametrize("opened", [True, False], ids=["its own page was opened", "by a student at once"])
def test_column_of_last_year_takes_nothing_of_this_year(shared_stack, lms, last_year, opened):
    lms(copied_column="old")
    hand_in(last_year.open(ANA, QUIZ), right=True)
    deliver_in_time(shared_stack)
    this_year = last_year.copy()
    if opened:
        this_year.open(TEACHER, QUIZ)

    hand_in(this_year.open(ANA, QUIZ))
    deliver_in_time(shared_stack)

    assert last_year.scores() == {(ANA, last_year.link(QUIZ)): 10}
    old = last_year.placement()["line_item_url"]
    assert shared_stack.count("placement", line_item_url=old) == 1


@pytest.mark.proves("copy-grades-apart")
def test_column_taken_before_the_notice_came_is_let_go(shared_stack, lms, last_year):
    """The first launch of a copy may be faster than what tells that it is one."""
    lms(copied_column="old", copy_history=())
    last_year.open(TEACHER)
    this_year = last_year.copy()
    this_year.open(TEACHER)
    assert this_year.placement()["line_item_url"] == last_year.placement()["line_item_url"]

    lms(copied_column="old", copy_history=("context",))
    this_year.open(TEACHER)

    assert this_year.placement()["line_item_url"] != last_year.placement()["line_item_url"]


# What an LMS may say


@pytest.mark.proves("copy-history")
@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", ()),
        ("$Context.id.history", ()),
        ("b,c", ("b", "c")),
        (" b , b,, c ", ("b", "c")),
        ("me,b", ("b",)),
        ("b,truncated", ("b",)),
        ("a%2Cb,c%20d", ("a,b", "c d")),
        ("x" * 300, ()),
        ("b,\x00", ("b",)),
        (",".join(["123456789"] * 2 + ["7" * 4076 + "1"]), ("123456789",)),
        (",".join(str(n) for n in range(1000, 3000)), tuple(str(n) for n in range(1000, 1100))),
    ],
)
def test_former_ids_are_read_as_they_come(text, ids):
    assert read_history(text, but="me") == ids


@pytest.mark.proves("copy-history")
def test_made_up_history_is_no_way_to_anybodys_work(shared_stack, last_year):
    """Custom parameters can be written by teachers in some LMSs: at most, rules come along."""
    hand_in(last_year.open(ANA), right=True)
    link = last_year.placement()["resource_link_id"]
    other = last_year.copy()
    stranger = other.add_link(
        title="x", custom={"link_history": link, "context_history": last_year.context_id}
    )

    teacher = shared_stack.launch(stranger, TEACHER)

    assert other.placement()["content_id"] == "leave-the-page"
    assert shared_stack.count("attempt", placement_id=other.placement()["id"]) == 0
    assert "Finished" not in teacher.text
