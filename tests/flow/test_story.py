"""The story of the product, over HTTP: a student opens, leaves, comes back, finishes; the grade arrives; the teacher sees it."""

from stack import ANA, CLASS_LINK, MODULE_LINK, QUIZ_LINK, TEACHER


def answer_quiz(browser):
    """Go through every step to the look back, answering nothing, and finish."""
    for _ in range(40):
        if 'value="finish"' in browser.text:
            return browser.submit("finish")
        browser.submit("next")
    raise AssertionError("the look back never came")


def test_finished_module_stands_in_the_gradebook_and_on_the_class_page(stack):
    student = stack.launch(MODULE_LINK, ANA)
    assert student.page.status_code == 200

    answer_quiz(student)
    assert "/result" in student.path
    stack.deliver_all()

    grade = stack.gradebook()[ANA, MODULE_LINK]
    assert grade["score"] == 0
    assert grade["gradingProgress"] == "FullyGraded"
    teacher = stack.launch(CLASS_LINK, TEACHER).get_link("Leave the Page")
    assert "✓ Delivered" in teacher.text


def test_reopened_activity_resumes_at_the_same_step(stack):
    first = stack.launch(QUIZ_LINK, ANA)
    first.submit("next").submit("next")
    where = first.path.split("/")[-2:]

    again = stack.launch(QUIZ_LINK, ANA)

    assert again.path.split("/")[-2:] == where
