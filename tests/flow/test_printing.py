"""On paper: a student's lesson never shows an answer; a teacher's shows it when asked for, and for the questions that are printed."""

import re

import pytest
from stack import MODULE_LINK, TEACHER

PRINT = "library/module/leave-the-page/print"


@pytest.fixture(scope="module")
def teacher(shared_stack):
    return shared_stack.launch("grade-7-class", TEACHER)


def keys(stack):
    """Sentences of the key that no question shows."""
    snapshot = stack.tool.shelf.get("module", "leave-the-page")
    return [
        option.feedback
        for item_id in snapshot.activity_ids
        for option in getattr(snapshot.item(item_id).spec, "options", ())
        if option.feedback
    ]


def test_student_prints_the_whole_lesson_and_no_key(shared_stack, pupil):
    browser = shared_stack.launch(MODULE_LINK, pupil)
    for path in ("print", "print?key=1"):
        browser.get(f"{browser.visit}/attempt/{browser.attempt_id}/{path}")

        assert browser.page.status_code == 200
        for page in shared_stack.tool.shelf.get("module", "leave-the-page").pages():
            assert page.title in browser.text
        assert len(re.findall('class="prompt-number"', browser.page.text)) > 5
        assert "paper-key" not in browser.page.text
        assert not [told for told in keys(shared_stack) if told in browser.text]
        browser = shared_stack.launch(MODULE_LINK, pupil)


def test_student_does_not_reach_the_teachers_print(shared_stack, pupil):
    browser = shared_stack.launch(MODULE_LINK, pupil)

    browser.get(f"{browser.visit}/{PRINT}?key=1")

    assert browser.page.status_code == 403
    assert "paper-key" not in browser.page.text


def test_teacher_prints_without_and_with_the_key(teacher):
    teacher.get(f"{teacher.visit}/{PRINT}")
    assert teacher.page.status_code == 200
    assert "paper-key" not in teacher.page.text

    teacher.get(f"{teacher.visit}/{PRINT}?key=1")

    questions = len(re.findall('class="activity"', teacher.page.text))
    assert len(re.findall("<dt>", teacher.page.text.split("paper-key", 1)[1])) == questions > 10


def test_each_version_asks_its_own_questions_and_is_the_same_again(teacher):
    def asked(version):
        page = teacher.get(f"{teacher.visit}/library/quiz/leave-the-page/print?version={version}").page
        assert page.status_code == 200
        return re.findall(r'id="item-([a-z0-9-]+)" data-kind', page.text)

    assert asked(1) == asked(1)
    assert asked(1) != asked(2)
    assert asked("x") == asked(1) == asked(0)


@pytest.mark.parametrize("path", ["library/module/nothing/print", "library/quiz/nothing/print"])
def test_what_the_library_does_not_have_is_not_printed(teacher, path):
    teacher.get(f"{teacher.visit}/{path}")

    assert teacher.page.status_code == 404
